//! A server that gives one fixed answer and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use clock::Clock;
use secrecy::SecretString;
use serde_json::Value;
use telegram::{BotApi, BotSettings};
use tokio::net::TcpListener;

pub(crate) const TOKEN: &str = "4242:SECRET-part_of-the-token";

/// One request as the server has read it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// Parameters; those of a multipart request are parsed as JSON where they are JSON.
    pub(crate) params: BTreeMap<String, Value>,
    pub(crate) file: Option<SeenFile>,
    pub(crate) length: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenFile {
    pub(crate) part: String,
    pub(crate) name: Option<String>,
    pub(crate) mime: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Seen {
    pub(crate) fn method(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) mime: &'static str,
    pub(crate) retry_after: Option<&'static str>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let body = Bytes::from(body.to_string());
        Self { status, mime: "application/json", retry_after: None, body }
    }

    pub(crate) fn html(status: u16) -> Self {
        let body = Bytes::from_static(b"<html><h1>nginx</h1></html>");
        Self { status, mime: "text/html", retry_after: None, body }
    }
}

type Answers = Arc<dyn Fn(&Seen) -> Reply + Send + Sync>;

#[derive(Clone)]
struct Shared {
    answers: Answers,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub(crate) struct Stub {
    pub(crate) api: BotApi,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    pub(crate) async fn answering(reply: Reply) -> Self {
        Self::with(move |_| reply.clone()).await
    }

    pub(crate) async fn result(result: Value) -> Self {
        Self::answering(Reply::json(200, &serde_json::json!({"ok": true, "result": result}))).await
    }

    pub(crate) async fn with(answers: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared { answers: Arc::new(answers), seen: seen.clone() };
        let app = Router::new().fallback(answer).with_state(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { api: bot(&format!("http://{address}/")), seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }
}

pub(crate) fn bot(api_url: &str) -> BotApi {
    bot_with(api_url, |builder| builder)
}

pub(crate) fn bot_with(
    api_url: &str,
    adjust: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> BotApi {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5));
    let settings = BotSettings { api_url: api_url.to_owned(), token: SecretString::from(TOKEN) };
    BotApi::new(settings, adjust(builder).build().unwrap(), Clock::system())
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let seen = read(request).await;
    let reply = (shared.answers)(&seen);
    shared.seen.lock().unwrap().push(seen);
    let mut response = Response::builder()
        .status(StatusCode::from_u16(reply.status).unwrap())
        .header(header::CONTENT_TYPE, reply.mime);
    if let Some(after) = reply.retry_after {
        response = response.header(header::RETRY_AFTER, after);
    }
    response.body(Body::from(reply.body)).unwrap()
}

async fn read(request: Request) -> Seen {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = header(header::CONTENT_LENGTH).and_then(|value| value.parse().ok());
    let mut seen = Seen { path, length, ..Seen::default() };
    let mime = header(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    if !mime.starts_with("multipart/form-data") {
        let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
        seen.params = serde_json::from_slice(&body).unwrap_or_default();
        return seen;
    }
    let mut parts = Multipart::from_request(request, &()).await.unwrap();
    while let Some(field) = parts.next_field().await.unwrap() {
        let part = field.name().unwrap().to_owned();
        if let Some(name) = field.file_name().map(str::to_owned) {
            let mime = field.content_type().map(str::to_owned);
            let bytes = field.bytes().await.unwrap();
            seen.file = Some(SeenFile { part, name: Some(name), mime, bytes });
        } else {
            let text = field.text().await.unwrap();
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            seen.params.insert(part, value);
        }
    }
    seen
}
