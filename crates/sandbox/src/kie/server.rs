//! The HTTP face: addresses, the edge's checks, envelopes, and starting and stopping.

use super::{
    create, files, listing, llm, record, uploads,
    wire::{Gate, Wire},
    world::{KieWorld, Oddities},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};
use tokio::{net::TcpListener, sync::oneshot};

/// KIE's own words, with U+2013 in them.
const UNAUTHORIZED: &str = "Unauthorized – Authentication failed. Please check that your Authorization and Content-Type headers are correctly set.";

/// More than the largest upload that the documentation allows.
const BODY_LIMIT: usize = 120 * 1024 * 1024;

/// An envelope to be.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    code: i64,
    text: String,
    /// `None`: the key `data` is absent.
    data: Option<Value>,
}

impl Answer {
    pub(super) fn success(data: Value) -> Self {
        Self { code: 200, text: "success".to_owned(), data: Some(data) }
    }

    pub(super) fn refusal(code: i64, text: &str) -> Self {
        let data = if code == 401 { None } else { Some(Value::Null) };
        Self { code, text: text.to_owned(), data }
    }
}

impl KieWorld {
    pub(super) fn reply(&self, answer: Answer) -> Response {
        let Oddities { message_key, no_content_type } = self.with(|state| state.oddities);
        let text_key = if message_key { "message" } else { "msg" };
        let mut body = json!({"code": answer.code, text_key: answer.text});
        if let (Some(data), Some(map)) = (answer.data, body.as_object_mut()) {
            map.insert("data".to_owned(), data);
        }
        let mut response = Response::new(Body::from(body.to_string()));
        if !no_content_type {
            let kind = header::HeaderValue::from_static("application/json;charset=UTF-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response
    }

    pub(super) fn refuse(&self, code: i64, text: &str) -> Response {
        self.reply(Answer::refusal(code, text))
    }

    pub(super) fn unauthorized(&self) -> Response {
        self.refuse(401, UNAUTHORIZED)
    }
}

/// The accepted bearer key of a request, and its account.
pub(super) fn key_of(world: &KieWorld, headers: &HeaderMap) -> Option<(String, String)> {
    let key = bearer(headers)?;
    let account = world.with(|state| state.account_of(&key).map(ToOwned::to_owned))?;
    Some((key, account))
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").filter(|key| !key.is_empty()).map(ToOwned::to_owned)
}

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
}

pub(super) fn html_page(status: StatusCode) -> Response {
    let page = format!(
        "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1><p>cloudflare</p></body></html>"
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], page).into_response()
}

pub(super) fn html_502() -> Response {
    html_page(StatusCode::BAD_GATEWAY)
}

/// The edge refuses callers that do not say who they are.
async fn edge(request: Request, next: Next) -> Response {
    let named = request.headers().get(header::USER_AGENT).is_some_and(|name| !name.is_empty());
    if !named {
        return (StatusCode::FORBIDDEN, "error code: 1010").into_response();
    }
    next.run(request).await
}

async fn unknown_path(
    axum::extract::State(world): axum::extract::State<KieWorld>,
    request: Request,
) -> Response {
    let path = format!("{} {}", request.method(), request.uri().path());
    world.with(|state| state.blame(format!("unknown address: {path}")));
    let body = json!({"code": 404, "msg": "Not Found", "data": null}).to_string();
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn routes(world: KieWorld) -> Router {
    let guarded = Router::new()
        .route("/api/v1/jobs/createTask", post(create::create_task))
        .route("/api/v1/jobs/recordInfo", get(record::record_info))
        .route("/api/v1/chat/credit", get(listing::credit))
        .route("/api/v1/common/download-url", post(uploads::download_url))
        .route("/client/v1/model-pricing/count", get(listing::price_count))
        .route("/client/v1/model-pricing/page", post(listing::price_page))
        .route("/api/v1/models", get(listing::models))
        .route("/api/v1/models/{*rest}", get(listing::one_model))
        .route("/api/file-stream-upload", post(uploads::stream))
        .route("/api/file-base64-upload", post(uploads::base64))
        .route("/api/file-url-upload", post(uploads::url))
        .route("/v1/chat/completions", post(llm::compatible))
        .route("/{slug}/v1/chat/completions", post(llm::by_slug))
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(edge));
    Router::new().route("/files/{*path}", get(files::serve)).merge(guarded).with_state(world)
}

/// The running emulator: task API, upload host and file server on one port. Stops when dropped.
#[derive(Debug)]
pub struct KieServer {
    /// The base address of the API and of the chat endpoints, without a slash at the end.
    pub url: String,
    /// The base address of the upload host.
    pub upload_url: String,
    /// Where it listens.
    pub addr: SocketAddr,
    world: KieWorld,
    stop: Option<oneshot::Sender<()>>,
}

impl KieServer {
    /// Listens on `bind` (port 0 takes a free one) and serves the world.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(world: KieWorld, bind: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(bind).await?;
        let addr = listener.local_addr()?;
        let host = match addr.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let url = format!("http://{}", SocketAddr::new(host, addr.port()));
        world.open(&url);
        let (stop, stopped) = oneshot::channel::<()>();
        let service = routes(world.clone()).into_make_service_with_connect_info::<Wire>();
        let serving = axum::serve(Gate(listener), service).with_graceful_shutdown(async {
            // An error means that the server was dropped without a word: the same thing.
            let _ = stopped.await;
        });
        tokio::spawn(async move {
            if let Err(why) = serving.await {
                tracing::error!(%why, "the KIE emulator stopped");
            }
        });
        Ok(Self { upload_url: url.clone(), url, addr, world, stop: Some(stop) })
    }

    /// The world behind the server.
    #[must_use]
    pub fn world(&self) -> &KieWorld {
        &self.world
    }
}

impl Drop for KieServer {
    fn drop(&mut self) {
        self.world.close();
        if let Some(stop) = self.stop.take() {
            // The receiver is gone when serving has ended already.
            let _ = stop.send(());
        }
    }
}
