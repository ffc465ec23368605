//! The transport: one request for each call, its answer read leniently.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use clock::Clock;
use frankenstein::methods as wire;
use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::call::{self, Call, UPLOAD_PART, Upload};
use crate::failure::{ApiError, Told, classify, classify_status, short};
use crate::limits;
use crate::outbound::{BotCommand, CommandScope, Outbound, Sent};
use crate::webhook::ALLOWED;

/// How long the client that is passed in may take to connect; it is a setting of the client.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const CALL_TIMEOUT: Duration = Duration::from_secs(30);
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
/// What getUpdates may take over the time that Telegram itself waits.
const POLL_MARGIN: Duration = Duration::from_secs(10);
/// More than a hundred updates of the longest messages.
const ANSWER_BYTES: u64 = 32 * 1024 * 1024;

/// Where the Bot API is and who we are there.
#[derive(Clone, Debug)]
pub struct BotSettings {
    /// `https://api.telegram.org`, or a server of one's own.
    pub api_url: String,
    /// From `@BotFather`.
    pub token: SecretString,
}

/// The Bot API. A clone is cheap and shares the connections.
#[derive(Clone)]
pub struct BotApi(Arc<Inner>);

struct Inner {
    root: String,
    token: SecretString,
    client: reqwest::Client,
    clock: Clock,
}

impl fmt::Debug for BotApi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BotApi").field("api_url", &self.0.root).finish_non_exhaustive()
    }
}

/// The bot itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// Telegram's number of the bot.
    pub id: i64,
    /// Its name.
    #[serde(default)]
    pub first_name: String,
    /// `@name` without the sign.
    pub username: Option<String>,
}

/// An update as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawUpdate {
    /// `update_id`; an offset one higher confirms it.
    pub id: i64,
    /// For [`crate::parse_update`].
    pub json: String,
}

/// A movement of Stars to or from the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarTransaction {
    /// For a payment, its `telegram_payment_charge_id`; a refund carries the payment's.
    pub id: String,
    /// How many.
    pub stars: i64,
    /// To the bot, or from it.
    pub incoming: bool,
    /// The person on the other side, when it is one.
    pub person: Option<i64>,
    /// The payload of our bill; empty when there was none.
    pub payload: String,
}

/// A file that can be downloaded for an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Relative to the Bot API's folder of files.
    pub path: String,
    /// In bytes, when Telegram tells.
    pub size: Option<u64>,
}

/// The webhook that is to be set.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Public `https` address.
    pub url: String,
    /// Sent back in [`crate::SECRET_HEADER`] with each update.
    pub secret: SecretString,
    /// Simultaneous requests, 1–100; Telegram's default is 40.
    pub max_connections: Option<u32>,
}

/// The webhook that is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WebhookInfo {
    /// Empty when none is set.
    pub url: String,
    /// Updates that wait.
    pub pending_update_count: u64,
    /// Unix time of the last failed request.
    pub last_error_date: Option<i64>,
    /// What Telegram says about it.
    pub last_error_message: Option<String>,
    /// Simultaneous requests.
    pub max_connections: Option<u32>,
    /// The kinds that are sent; absent means Telegram's default.
    pub allowed_updates: Option<Vec<String>>,
}

impl BotApi {
    /// The Bot API at `settings`, by `client`, which should connect within [`CONNECT_TIMEOUT`]
    /// and follow no redirects.
    #[must_use]
    pub fn new(settings: BotSettings, client: reqwest::Client, clock: Clock) -> Self {
        let root = settings.api_url.trim_end_matches('/').to_owned();
        Self(Arc::new(Inner { root, token: settings.token, client, clock }))
    }

    /// Who the bot is; also the proof that the token is right.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get_me(&self) -> Result<Me, ApiError> {
        self.call(Call::bare("getMe"), CALL_TIMEOUT).await
    }

    /// Waits up to `timeout_s` seconds (0–50) for updates. The `offset` confirms all updates
    /// before it.
    ///
    /// # Errors
    /// [`ApiError::Conflict`] when another process polls or a webhook is set; else see
    /// [`ApiError`].
    pub async fn get_updates(
        &self,
        offset: Option<i64>,
        timeout_s: u32,
        limit: u32,
    ) -> Result<Vec<RawUpdate>, ApiError> {
        let params = wire::GetUpdatesParams::builder()
            .maybe_offset(offset)
            .timeout(timeout_s)
            .limit(limit)
            .allowed_updates(ALLOWED.to_vec())
            .build();
        let patience = Duration::from_secs(timeout_s.into()) + POLL_MARGIN;
        let updates: Vec<Box<RawValue>> =
            self.call(Call::new("getUpdates", &params)?, patience).await?;
        let numbered = updates.into_iter().filter_map(|update| {
            let id = serde_json::from_str::<Numbered>(update.get());
            match id {
                Ok(Numbered { update_id: id }) => {
                    Some(RawUpdate { id, json: Box::<str>::from(update).into_string() })
                }
                Err(_) => {
                    tracing::warn!("an update without a number was left out");
                    None
                }
            }
        });
        Ok(numbered.collect())
    }

    /// Sets the webhook; updates that wait are kept.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn set_webhook(&self, settings: &WebhookSettings) -> Result<(), ApiError> {
        let params = wire::SetWebhookParams::builder()
            .url(settings.url.as_str())
            .secret_token(settings.secret.expose_secret())
            .maybe_max_connections(settings.max_connections)
            .allowed_updates(ALLOWED.to_vec())
            .build();
        self.confirm(Call::new("setWebhook", &params)?).await
    }

    /// The webhook that is set.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get_webhook_info(&self) -> Result<WebhookInfo, ApiError> {
        self.call(Call::bare("getWebhookInfo"), CALL_TIMEOUT).await
    }

    /// Removes the webhook; updates that wait are kept.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn delete_webhook(&self) -> Result<(), ApiError> {
        self.confirm(Call::bare("deleteWebhook")).await
    }

    /// Sets a menu of commands, for all languages or for people with a language (two letters).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn set_my_commands(
        &self,
        commands: &[BotCommand],
        scope: CommandScope,
        language: Option<&str>,
    ) -> Result<(), ApiError> {
        self.confirm(call::set_my_commands(commands, scope, language)?).await
    }

    /// Sets the text of the empty chat, 0–512 characters.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn set_my_description(
        &self,
        text: &str,
        language: Option<&str>,
    ) -> Result<(), ApiError> {
        let params = wire::SetMyDescriptionParams::builder()
            .description(text)
            .maybe_language_code(language)
            .build();
        self.confirm(Call::new("setMyDescription", &params)?).await
    }

    /// Sets the text of the bot's profile and of links to it, 0–120 characters.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn set_my_short_description(
        &self,
        text: &str,
        language: Option<&str>,
    ) -> Result<(), ApiError> {
        let params = wire::SetMyShortDescriptionParams::builder()
            .short_description(text)
            .maybe_language_code(language)
            .build();
        self.confirm(Call::new("setMyShortDescription", &params)?).await
    }

    /// Sends one thing, by one call. What Telegram has accepted is never reported as failed,
    /// whatever its answer looks like.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn send(&self, outbound: &Outbound) -> Result<Sent, ApiError> {
        let call = Call::from_outbound(outbound)?;
        let patience = if call.upload.is_some() { UPLOAD_TIMEOUT } else { CALL_TIMEOUT };
        let result: Value = self.call(call, patience).await?;
        let named = match outbound {
            Outbound::EditText { message_id, .. }
            | Outbound::EditKeyboard { message_id, .. }
            | Outbound::Delete { message_id, .. } => *message_id,
            Outbound::Text { .. }
            | Outbound::Media { .. }
            | Outbound::Action { .. }
            | Outbound::Invoice { .. } => 0,
        };
        let told = result.get("message_id").and_then(Value::as_i64);
        Ok(Sent { message_id: told.unwrap_or(named), file_id: file_id(&result) })
    }

    /// Answers a press, so that the button stops waiting. A text over 200 characters is cut.
    ///
    /// # Errors
    /// [`ApiError::QueryTooOld`] is of no consequence; else see [`ApiError`].
    pub async fn answer_press(
        &self,
        id: &str,
        text: Option<&str>,
        alert: bool,
    ) -> Result<(), ApiError> {
        let params = wire::AnswerCallbackQueryParams::builder()
            .callback_query_id(id)
            .maybe_text(text.map(|text| limits::cut(text, limits::PRESS_ANSWER)))
            .maybe_show_alert(alert.then_some(true))
            .build();
        self.confirm(Call::new("answerCallbackQuery", &params)?).await
    }

    /// Answers a payment that waits: `Err` is the reason, which the person sees.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn answer_pre_checkout(
        &self,
        id: &str,
        verdict: Result<(), &str>,
    ) -> Result<(), ApiError> {
        let params = wire::AnswerPreCheckoutQueryParams::builder()
            .pre_checkout_query_id(id)
            .ok(verdict.is_ok())
            .maybe_error_message(verdict.err())
            .build();
        self.confirm(Call::new("answerPreCheckoutQuery", &params)?).await
    }

    /// Gives Stars back. Telegram knows the payment by its name, so a repeated call gives nothing
    /// twice: it is answered with [`ApiError::BadRequest`] (`CHARGE_ALREADY_REFUNDED`).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn refund_stars(
        &self,
        user: i64,
        telegram_payment_charge_id: &str,
    ) -> Result<(), ApiError> {
        let user = u64::try_from(user)
            .map_err(|_| ApiError::BadRequest("no person has such a number".to_owned()))?;
        let params = wire::RefundStarPaymentParams::builder()
            .user_id(user)
            .telegram_payment_charge_id(telegram_payment_charge_id)
            .build();
        self.confirm(Call::new("refundStarPayment", &params)?).await
    }

    /// The bot's movements of Stars in the order of time, at most 100 after the first `offset`.
    /// What cannot be read of one leaves a gap in it, never in the list.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn star_transactions(&self, offset: u32) -> Result<Vec<StarTransaction>, ApiError> {
        let params =
            wire::GetStarTransactionsParams::builder().offset(offset).limit(100_u32).build();
        let list: Value =
            self.call(Call::new("getStarTransactions", &params)?, CALL_TIMEOUT).await?;
        let Some(items) = list.get("transactions").and_then(Value::as_array) else {
            return Err(unknown("the list of transactions has an unexpected shape"));
        };
        Ok(items.iter().map(star_transaction).collect())
    }

    /// Where a file can be downloaded from.
    ///
    /// # Errors
    /// [`ApiError::TooBig`] over 20 MB, [`ApiError::FileRefused`] for a wrong `file_id`; else see
    /// [`ApiError`].
    pub async fn file(&self, file_id: &str) -> Result<FileInfo, ApiError> {
        let params = wire::GetFileParams::builder().file_id(file_id).build();
        let file: WireFile = self.call(Call::new("getFile", &params)?, CALL_TIMEOUT).await?;
        let path = file.file_path.filter(|path| is_plain(path));
        let path = path.ok_or_else(|| ApiError::Unknown("the file has no path".to_owned()))?;
        Ok(FileInfo { path, size: file.file_size })
    }

    /// Downloads a file of at most `max_bytes`.
    ///
    /// # Errors
    /// As [`BotApi::file`]; a cut download is [`ApiError::Unknown`] and may be repeated.
    pub async fn download(&self, file_id: &str, max_bytes: u64) -> Result<Bytes, ApiError> {
        let file = self.file(file_id).await?;
        if file.size.is_some_and(|size| size > max_bytes) {
            return Err(ApiError::TooBig);
        }
        let inner = &self.0;
        let url = format!("{}/file/bot{}/{}", inner.root, inner.token.expose_secret(), file.path);
        let request = inner.client.get(url).timeout(UPLOAD_TIMEOUT);
        let response = request.send().await.map_err(|error| self.transport(error))?;
        match response.status().as_u16() {
            200 => self.body(response, max_bytes).await,
            404 => Err(ApiError::FileRefused("the file is no longer there".to_owned())),
            status => Err(classify_status(status, None)),
        }
    }

    async fn confirm(&self, call: Call) -> Result<(), ApiError> {
        let _: Value = self.call(call, CALL_TIMEOUT).await?;
        Ok(())
    }

    async fn call<T: DeserializeOwned>(
        &self,
        call: Call,
        patience: Duration,
    ) -> Result<T, ApiError> {
        let method = call.method;
        let started = self.0.clock.now();
        let outcome = self.exchange(call, patience).await;
        let took_ms = (self.0.clock.now() - started).whole_milliseconds();
        match &outcome {
            Ok(_) => tracing::debug!(method, took_ms, "the Bot API answered"),
            Err(error) => tracing::debug!(method, took_ms, %error, "the Bot API call failed"),
        }
        outcome
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        call: Call,
        patience: Duration,
    ) -> Result<T, ApiError> {
        let inner = &self.0;
        let url = format!("{}/bot{}/{}", inner.root, inner.token.expose_secret(), call.method);
        let request = inner.client.post(url).timeout(patience);
        let request = match call.upload {
            Some(upload) => request.multipart(form(call.params, upload)),
            None => request.json(&call.params),
        };
        let response = request.send().await.map_err(|error| self.transport(error))?;
        let status = response.status().as_u16();
        let header = response.headers().get(reqwest::header::RETRY_AFTER);
        let retry_after = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let body = match self.body(response, ANSWER_BYTES).await {
            Err(ApiError::TooBig) => return Err(unknown("the answer is too long")),
            body => body?,
        };
        let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&body) else {
            return Err(classify_status(status, retry_after));
        };
        if !envelope.ok {
            let told = envelope.parameters.as_ref().and_then(|all| all.get("retry_after"));
            let description = self.redact(envelope.description.as_deref().unwrap_or_default());
            return Err(classify(&Told {
                error_code: envelope.error_code.unwrap_or_else(|| status.into()),
                description: &description,
                retry_after: told.and_then(Value::as_u64).or(retry_after),
            }));
        }
        let result = envelope.result.map_or("null", RawValue::get);
        serde_json::from_str(result).map_err(|_| unknown("the answer has an unexpected shape"))
    }

    /// Reads a body up to `max_bytes`, whatever length it announces.
    async fn body(
        &self,
        mut response: reqwest::Response,
        max_bytes: u64,
    ) -> Result<Bytes, ApiError> {
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(ApiError::TooBig);
        }
        let cut = |error: reqwest::Error| ApiError::Unknown(self.text_of(error));
        let mut all = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(cut)? {
            all.extend_from_slice(&chunk);
            if u64::try_from(all.len()).unwrap_or(u64::MAX) > max_bytes {
                return Err(ApiError::TooBig);
            }
        }
        Ok(all.freeze())
    }

    /// A failure without an answer: certain not to have been sent only when no connection was
    /// made or no request could be built.
    fn transport(&self, error: reqwest::Error) -> ApiError {
        let not_sent = error.is_connect() || error.is_builder();
        let text = self.text_of(error);
        if not_sent { ApiError::NotSent(text) } else { ApiError::Unknown(text) }
    }

    fn text_of(&self, error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        short(&self.redact(&text))
    }

    fn redact(&self, text: &str) -> String {
        let token = self.0.token.expose_secret();
        if token.is_empty() { text.to_owned() } else { text.replace(token, "<token>") }
    }
}

fn star_transaction(item: &Value) -> StarTransaction {
    let (incoming, partner) = match (item.get("source"), item.get("receiver")) {
        (Some(source), _) => (true, source),
        (None, receiver) => (false, receiver.unwrap_or(&Value::Null)),
    };
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    StarTransaction {
        id: text(item, "id"),
        stars: item.get("amount").and_then(Value::as_i64).unwrap_or_default(),
        incoming,
        person: partner.get("user").and_then(|user| user.get("id")).and_then(Value::as_i64),
        payload: text(partner, "invoice_payload"),
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error_code: Option<i64>,
    description: Option<String>,
    parameters: Option<Value>,
}

#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

#[derive(Deserialize)]
struct WireFile {
    file_path: Option<String>,
    file_size: Option<u64>,
}

fn unknown(text: &str) -> ApiError {
    ApiError::Unknown(text.to_owned())
}

/// The path becomes a part of an address with the token in it: it must not lead elsewhere.
fn is_plain(path: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    path.chars().all(allowed) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn form(params: serde_json::Map<String, Value>, upload: Upload) -> Form {
    // The Bot API's server reads `filename="…"` as it stands and knows no `filename*`.
    let form =
        params.into_iter().fold(
            Form::new().percent_encode_noop(),
            |form, (name, value)| match value {
                Value::String(text) => form.text(name, text),
                other => form.text(name, other.to_string()),
            },
        );
    let part = || {
        let length = u64::try_from(upload.bytes.len()).unwrap_or(u64::MAX);
        Part::stream_with_length(upload.bytes.clone(), length).file_name(upload.name.clone())
    };
    // A type that is no type is left out: Telegram looks at the bytes.
    let part = part().mime_str(&upload.mime).unwrap_or_else(|_| part());
    form.part(UPLOAD_PART, part)
}

fn file_id(message: &Value) -> Option<String> {
    let sizes = message.get("photo").and_then(Value::as_array).map(Vec::as_slice);
    let side = |size: &Value, name| size.get(name).and_then(Value::as_u64).unwrap_or(0);
    let biggest = sizes
        .unwrap_or_default()
        .iter()
        .max_by_key(|size| side(size, "width").saturating_mul(side(size, "height")));
    let others = ["animation", "video", "audio", "voice", "document", "sticker", "video_note"];
    let file = biggest.or_else(|| others.iter().find_map(|name| message.get(name)))?;
    file.get("file_id")?.as_str().map(str::to_owned)
}
