//! Settings, the HTTP call, and the plain endpoints.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clock::Clock;
use money::Credits;
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use thiserror::Error;
use time::OffsetDateTime;
use url::Url;

use crate::callback::{self, CallbackRefused};
use crate::failure::{Failure, FailureKind, Origin, ReadFailure};
use crate::json::{self, Envelope};
use crate::keys::{Key, KeyHealth, KeyName, NoKey, Ring};
use crate::submission::{self, CreateTask, Submission, excerpt};
use crate::task::{self, TaskReading};

/// Sent with every call: the provider's edge refuses bare library names (HTTP 403, "error code:
/// 1010").
pub const USER_AGENT: &str = concat!("kiebot/", env!("CARGO_PKG_VERSION"));

/// How many new tasks a key may start within a window. KIE allows 20 in 10 seconds and refuses the
/// rest (KIE docs: rate limits), so the default of 18 keeps a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Tasks per window.
    pub tasks: usize,
    /// The length of the sliding window.
    pub window: Duration,
    /// The time between two calls of the catalogue: one a second and account (KIE docs: models),
    /// and a margin.
    pub catalogue: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { tasks: 18, window: Duration::from_secs(10), catalogue: Duration::from_millis(1_100) }
    }
}

/// The longest waits, from the first byte sent to the last byte read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// createTask: the provider may fetch input files before it answers.
    pub create: Duration,
    /// Reading a task, a balance, a link.
    pub read: Duration,
    /// Uploading a file.
    pub upload: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            create: Duration::from_secs(60),
            read: Duration::from_secs(20),
            upload: Duration::from_secs(120),
        }
    }
}

/// What the client needs to know.
#[derive(Clone, Debug)]
pub struct KieSettings {
    /// `https://api.kie.ai` or a stand-in.
    pub api_url: String,
    /// `https://kieai.redpandaai.co` or a stand-in.
    pub upload_url: String,
    /// At least one key.
    pub keys: Vec<SecretString>,
    /// The key that callbacks are signed with; `None` accepts unsigned callbacks.
    pub webhook_hmac: Option<SecretString>,
    /// Usually the default.
    pub pace: Pace,
    /// Usually the default.
    pub timeouts: Timeouts,
}

/// Why settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SettingsRefused {
    /// The list of keys is empty.
    #[error("no KIE key is configured")]
    NoKeys,
    /// A key is empty or has characters that no HTTP header can hold.
    #[error("KIE key number {0} is empty or has characters outside printable ASCII")]
    BadKey(usize),
    /// Two different keys have the same fingerprint; a chance of one in 16 million.
    #[error("two KIE keys have the same fingerprint; replace one of them")]
    KeysCollide,
    /// An address is not an absolute http(s) URL; the name of the setting.
    #[error("{0} is not an http(s) address")]
    BadUrl(&'static str),
}

/// A call that was made, for whoever counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which endpoint, in one word: `create`, `task`, `credit`, `link`, `upload`, `chat`, `list`.
    pub endpoint: &'static str,
    /// The code of the answer: the body's, else that of HTTP; 0 when there was no answer.
    pub code: i64,
    /// From the first byte sent to the last byte read.
    pub took: Duration,
}

/// Hears of every call.
pub type Listener = Box<dyn Fn(&Call) + Send + Sync>;

/// Longer answers are counted by their HTTP status alone.
const CODE_MAX_BYTES: usize = 64 << 10;

/// The client; cloning it is cheap and all clones share the key ring.
#[derive(Clone)]
pub struct KieClient(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) api_url: String,
    pub(crate) upload_url: String,
    pub(crate) pace: Pace,
    pub(crate) ring: Ring,
    webhook_hmac: Option<SecretString>,
    pub(crate) timeouts: Timeouts,
    pub(crate) http: reqwest::Client,
    clock: Clock,
    listener: OnceLock<Listener>,
}

impl fmt::Debug for KieClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.0.ring.keys().iter().map(|key| key.name.as_str()).collect();
        f.debug_struct("KieClient").field("api_url", &self.0.api_url).field("keys", &keys).finish()
    }
}

/// A builder of the HTTP client that this crate's certainty rules rely on: no redirects (a refused
/// connection after a redirect would look as if nothing had been sent) and no retries below us.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(Duration::from_secs(10))
}

/// A complete HTTP answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A call without a complete answer.
pub(crate) enum Broken {
    /// Nothing left this machine.
    NotSent(String),
    /// Something may have been sent.
    Lost(String),
}

impl From<Broken> for ReadFailure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::NotSent(why) | Broken::Lost(why) => Self::Unreachable(why),
        }
    }
}

/// The most of an answer that is read, in bytes.
const MOST_BYTES: usize = 8 << 20;

impl KieClient {
    /// Checks the settings and builds the client. `http` should come from [`http_client_builder`].
    ///
    /// # Errors
    /// [`SettingsRefused`] names the setting that cannot be used.
    pub fn new(
        settings: KieSettings,
        http: reqwest::Client,
        clock: Clock,
    ) -> Result<Self, SettingsRefused> {
        if settings.keys.is_empty() {
            return Err(SettingsRefused::NoKeys);
        }
        for (index, key) in settings.keys.iter().enumerate() {
            let key = key.expose_secret();
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(SettingsRefused::BadKey(index + 1));
            }
        }
        let pace = settings.pace;
        let ring = Ring::new(settings.keys, pace).ok_or(SettingsRefused::KeysCollide)?;
        Ok(Self(Arc::new(Inner {
            api_url: base(&settings.api_url).ok_or(SettingsRefused::BadUrl("KIE_API_URL"))?,
            upload_url: base(&settings.upload_url)
                .ok_or(SettingsRefused::BadUrl("KIE_UPLOAD_URL"))?,
            ring,
            pace,
            webhook_hmac: settings.webhook_hmac,
            timeouts: settings.timeouts,
            http,
            clock,
            listener: OnceLock::new(),
        })))
    }

    /// Lets somebody hear of every call of this client and its clones. There is one listener; a
    /// second one hears nothing.
    pub fn listen(&self, listener: Listener) {
        let _first = self.0.listener.set(listener);
    }

    /// Sends once, and tells who listens.
    pub(crate) async fn send(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, Broken> {
        let begun = self.0.clock.now();
        let answer = send(request).await;
        if let Some(listener) = self.0.listener.get() {
            let took = Duration::try_from(self.0.clock.now() - begun).unwrap_or_default();
            listener(&Call { endpoint, code: answer.as_ref().map_or(0, code_of), took });
        }
        answer
    }

    /// How far apart calls of the catalogue must be. Keeping to it is the caller's.
    #[must_use]
    pub fn catalogue_pace(&self) -> Duration {
        self.0.pace.catalogue
    }

    /// The names of all configured keys, in the order of the settings.
    #[must_use]
    pub fn key_names(&self) -> Vec<KeyName> {
        self.0.ring.keys().iter().map(|key| key.name.clone()).collect()
    }

    /// Picks a key for a new task: working, with the most room, least recently picked.
    ///
    /// # Errors
    /// [`NoKey`] says how long there is none.
    pub fn pick_key(&self) -> Result<KeyName, NoKey> {
        self.0.ring.pick(self.0.clock.now())
    }

    /// This very key, when it can take a task now: what goes on from an earlier task belongs to the
    /// account that made it. A key that is not configured any more counts as benched.
    ///
    /// # Errors
    /// [`NoKey`]: its pace is spent, or it rests.
    pub fn pick_named_key(&self, name: &KeyName) -> Result<KeyName, NoKey> {
        self.0.ring.pick_named(name, self.0.clock.now())
    }

    /// Rests a key after account trouble, or spends its pace after "too often"; other kinds do
    /// nothing. Calls of this client do it by themselves; this is for failures found elsewhere,
    /// such as in a task's `failCode`.
    pub fn bench(&self, key: &KeyName, failure: &Failure) {
        if let Ok((index, _)) = self.0.ring.find(key) {
            self.0.ring.note_failure(index, failure, self.0.clock.now());
        }
    }

    /// The state of every key.
    #[must_use]
    pub fn health(&self) -> Vec<KeyHealth> {
        self.0.ring.health(self.0.clock.now())
    }

    /// Asks for a new task. The request is sent at most once.
    pub async fn create_task(&self, key: &KeyName, task: &CreateTask) -> Submission {
        let (index, key) = match self.0.ring.find(key) {
            Ok(found) => found,
            Err(unknown) => return Submission::UnknownKey(unknown),
        };
        if let Err(after) = self.0.ring.start(index, self.0.clock.now()) {
            return Submission::NotNow { after };
        }
        let request = self
            .request(Method::POST, &format!("{}/api/v1/jobs/createTask", self.0.api_url), key)
            .timeout(self.0.timeouts.create)
            .json(&task.body());
        let submission = match self.send("create", request).await {
            Ok(answer) => submission::read(answer.status, &answer.body),
            Err(Broken::NotSent(why)) => Submission::NotSent(why),
            Err(Broken::Lost(why)) => Submission::Unknown(why),
        };
        if let Submission::Rejected(failure) = &submission {
            self.0.ring.note_failure(index, failure, self.0.clock.now());
        }
        submission
    }

    /// Reads the state of a task; may be repeated at will.
    pub async fn task(&self, key: &KeyName, task_id: &str) -> TaskReading {
        let (index, key) = match self.0.ring.find(key) {
            Ok(found) => found,
            Err(unknown) => return TaskReading::UnknownKey(unknown),
        };
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("taskId", task_id)
            .finish();
        let url = format!("{}/api/v1/jobs/recordInfo?{query}", self.0.api_url);
        let request = self.request(Method::GET, &url, key).timeout(self.0.timeouts.read);
        let reading = match self.send("task", request).await {
            Ok(answer) => task::read(answer.status, &answer.body),
            Err(Broken::NotSent(why) | Broken::Lost(why)) => TaskReading::Unavailable(Failure {
                kind: FailureKind::Temporary,
                code: 0,
                message: why,
            }),
        };
        if let TaskReading::Parked(failure) = &reading {
            self.0.ring.note_failure(index, failure, self.0.clock.now());
        }
        reading
    }

    /// Reads the balance (KIE docs: account credits). A success lifts a key's rest when the cause
    /// is seen to be gone.
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn credits(&self, key: &KeyName) -> Result<Credits, ReadFailure> {
        let (index, _) = self.0.ring.find(key)?;
        let url = format!("{}/api/v1/chat/credit", self.0.api_url);
        let data = self.read_data("credit", key, (Method::GET, &url), None).await?;
        let balance = json::credits(&data)
            .ok_or_else(|| ReadFailure::Unreadable("the balance is not a number".into()))?;
        self.0.ring.note_balance(index, balance, self.0.clock.now());
        Ok(balance)
    }

    /// Asks for a fresh direct link, valid for 20 minutes, to a file that the provider hosts (KIE
    /// docs: download URL).
    ///
    /// # Errors
    /// [`ReadFailure`]; a foreign address is refused with code 422.
    pub async fn download_url(&self, key: &KeyName, url: &str) -> Result<String, ReadFailure> {
        let endpoint = format!("{}/api/v1/common/download-url", self.0.api_url);
        let body = Some(json!({ "url": url }));
        let data = self.read_data("link", key, (Method::POST, &endpoint), body).await?;
        let nested = json::field(&data, &["downloadUrl", "url"]).unwrap_or(&data);
        json::link(nested)
            .map(str::to_owned)
            .ok_or_else(|| ReadFailure::Unreadable("no link in the answer".into()))
    }

    /// Checks a callback's signature over `task_id` and its timestamp, at most 5 minutes from
    /// `now`. Without a configured signing key every callback passes: it is only a wake-up, and its
    /// body is not covered by the signature anyway.
    ///
    /// # Errors
    /// [`CallbackRefused`] says why.
    pub fn verify_callback(
        &self,
        timestamp: Option<&str>,
        signature: Option<&str>,
        task_id: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), CallbackRefused> {
        match &self.0.webhook_hmac {
            None => Ok(()),
            Some(key) => callback::verify(key, timestamp, signature, task_id, now),
        }
    }

    pub(crate) fn request(&self, method: Method, url: &str, key: &Key) -> RequestBuilder {
        self.0
            .http
            .request(method, url)
            .header(reqwest::header::USER_AGENT, USER_AGENT)
            .bearer_auth(key.secret.expose_secret())
    }

    /// Sends a repeatable request and takes the `data` of a successful envelope.
    pub(crate) async fn read_data(
        &self,
        endpoint: &'static str,
        key: &KeyName,
        (method, url): (Method, &str),
        body: Option<Value>,
    ) -> Result<Value, ReadFailure> {
        let (index, key) = self.0.ring.find(key)?;
        let mut request = self.request(method, url, key).timeout(self.0.timeouts.read);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.send(endpoint, request).await?;
        let result = data_of(&answer).map(|envelope| envelope.data);
        self.note(index, result.as_ref().err());
        result
    }

    /// Lets the ring draw its consequences. Only account trouble counts here: reads have rate
    /// limits of their own that say nothing about new tasks.
    pub(crate) fn note(&self, index: usize, failure: Option<&ReadFailure>) {
        if let Some(ReadFailure::Refused(failure)) = failure
            && failure.kind == FailureKind::Account
        {
            self.0.ring.note_failure(index, failure, self.0.clock.now());
        }
    }
}

/// A successful envelope, or what is wrong with the answer.
pub(crate) fn data_of(answer: &Answer) -> Result<Envelope, ReadFailure> {
    match Envelope::parse(&answer.body) {
        Some(envelope) if envelope.code == 200 => Ok(envelope),
        Some(envelope) => Err(ReadFailure::Refused(Failure::classified(
            Origin::Call,
            envelope.code,
            &envelope.message,
        ))),
        None => Err(unreadable(answer)),
    }
}

/// An answer that is no envelope: 401, 403 and 429 still mean something by their HTTP status.
pub(crate) fn unreadable(answer: &Answer) -> ReadFailure {
    let said = excerpt(&answer.body);
    match answer.status {
        status @ (401 | 403) => ReadFailure::Refused(Failure {
            kind: FailureKind::Account,
            code: status.into(),
            message: said,
        }),
        429 => ReadFailure::Refused(Failure {
            kind: FailureKind::RateLimited,
            code: 429,
            message: said,
        }),
        status => ReadFailure::Unreadable(format!("HTTP {status}: {said}")),
    }
}

/// The code that counts.
fn code_of(answer: &Answer) -> i64 {
    let short = answer.body.len() <= CODE_MAX_BYTES;
    let said = short.then(|| Envelope::parse(&answer.body)).flatten();
    said.map_or_else(|| answer.status.into(), |envelope| envelope.code)
}

/// Sends once and reads the whole answer.
async fn send(request: RequestBuilder) -> Result<Answer, Broken> {
    let mut response = match request.send().await {
        Ok(response) => response,
        // A connect error means that no connection carried the request: looking up the name,
        // connecting or the TLS handshake failed. A builder error never reached the network.
        Err(error) if error.is_connect() || error.is_builder() => {
            return Err(Broken::NotSent(explain(error)));
        }
        Err(error) => return Err(Broken::Lost(explain(error))),
    };
    let status = response.status().as_u16();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => return Err(Broken::Lost("the answer is too long".into())),
            Ok(None) => return Ok(Answer { status, body }),
            Err(error) => return Err(Broken::Lost(explain(error))),
        }
    }
}

/// The error with its causes, without the address (it may hold a secret).
fn explain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    crate::failure::sanitise(&text)
}

/// An absolute http(s) address without a slash at its end.
pub(crate) fn base(address: &str) -> Option<String> {
    let address = address.trim().trim_end_matches('/');
    let url = Url::parse(address).ok()?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none();
    usable.then(|| address.to_owned())
}

#[cfg(test)]
mod tests;
