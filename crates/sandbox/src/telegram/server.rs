//! The HTTP face of the world.

mod connection;

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::connection::{Cut, CuttableListener};
use super::call::{Refusal, read_params};
use super::{Fault, TelegramWorld, methods};

/// A running Bot API server; it stops when it is dropped.
#[derive(Debug)]
pub struct TelegramServer {
    /// The base address, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub url: String,
    stop: watch::Sender<bool>,
    courier: JoinHandle<()>,
}

impl TelegramServer {
    /// Serves a world. Port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened to.
    pub async fn start(world: TelegramWorld, bind: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(bind).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopping) = watch::channel(false);
        let courier = tokio::spawn(world.clone().deliver_forever());
        let face = Face { world, stopping: stopping.clone() };
        let app = Router::new()
            .fallback(handle)
            .layer(DefaultBodyLimit::disable())
            .with_state(face)
            .into_make_service_with_connect_info::<Cut>();
        let stopped = async move { until_stopped(stopping).await };
        let serving = axum::serve(CuttableListener(listener), app).with_graceful_shutdown(stopped);
        tokio::spawn(async move { serving.await.ok() });
        Ok(Self { url, stop, courier })
    }
}

impl Drop for TelegramServer {
    fn drop(&mut self) {
        self.stop.send(true).ok();
        self.courier.abort();
    }
}

async fn until_stopped(mut stopping: watch::Receiver<bool>) {
    // A dropped sender is a stop, too.
    stopping.wait_for(|stop| *stop).await.ok();
}

#[derive(Clone, Debug)]
struct Face {
    world: TelegramWorld,
    stopping: watch::Receiver<bool>,
}

async fn handle(
    State(face): State<Face>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request<Body>,
) -> Response {
    let stopping = face.stopping.clone();
    tokio::select! {
        answer = answer(&face.world, &cut, request) => answer,
        () = until_stopped(stopping) => {
            cut.now();
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

async fn answer(world: &TelegramWorld, cut: &Cut, request: Request<Body>) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return download(world, rest);
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/'))
    else {
        return refused(&Refusal::not_found());
    };
    if let Err(refusal) = check_token(world, token) {
        return refused(&refusal);
    }
    if !["GET", "POST"].contains(&request.method().as_str()) {
        return refused(&Refusal::not_found());
    }
    let raw = match read_params(request).await {
        Ok(raw) => raw,
        Err(refusal) => return refused(&refusal),
    };
    let fault = world.lock().faults.take(method);
    match fault {
        None => answered(methods::call(world, method, raw).await),
        Some(Fault::CutAfterEffect) => {
            let outcome = methods::call(world, method, raw).await;
            cut.now();
            answered(outcome)
        }
        Some(Fault::CutBefore) => {
            cut.now();
            StatusCode::BAD_GATEWAY.into_response()
        }
        Some(Fault::Flood(seconds)) => refused(&Refusal::flood(seconds)),
        Some(Fault::Forbidden) => refused(&Refusal::blocked()),
        Some(Fault::BadRequest(what)) => refused(&Refusal::bad_request(what)),
        Some(Fault::Status502Html) => {
            let page = "<html><head><title>502 Bad Gateway</title></head><body></body></html>";
            let kind = [(header::CONTENT_TYPE, "text/html")];
            (StatusCode::BAD_GATEWAY, kind, page).into_response()
        }
    }
}

/// A token of the wrong shape is an unknown address; one of the right shape may be wrong.
fn check_token(world: &TelegramWorld, token: &str) -> Result<(), Refusal> {
    if token == world.token() {
        return Ok(());
    }
    let shaped = token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()) && !secret.is_empty()
    });
    Err(if shaped { Refusal::new(401, "Unauthorized") } else { Refusal::not_found() })
}

fn download(world: &TelegramWorld, rest: &str) -> Response {
    let Some((token, path)) = rest.split_once('/') else {
        return refused(&Refusal::not_found());
    };
    if let Err(refusal) = check_token(world, token) {
        return refused(&refusal);
    }
    match world.file_at(path) {
        Some(file) => {
            let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
            (kind, file.bytes).into_response()
        }
        None => refused(&Refusal::not_found()),
    }
}

fn answered(outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(result) => axum::Json(json!({ "ok": true, "result": result })).into_response(),
        Err(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(refusal.json())).into_response()
}
