//! A stand-in for the provider's HTTP side, for this crate's tests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use clock::{Clock, ManualClock};
use secrecy::SecretString;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::{KieClient, KieSettings, Pace, Timeouts, http_client_builder};

/// A request as the stub saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A server that gives one answer to everything.
pub(crate) struct Stub {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    /// Answers every request with `status` and `body`, without a Content-Type.
    pub(crate) async fn answering(status: u16, body: &'static str) -> Self {
        Self::telling(move |_| (status, body.to_owned())).await
    }

    /// Answers each request by its path.
    pub(crate) async fn telling(
        answer: impl Fn(&str) -> (u16, String) + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let app = Router::new().fallback(
            move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                let (status, text) = answer(uri.path());
                let path = uri.to_string();
                log.lock().unwrap().push(Seen { method, path, headers, body: body.to_vec() });
                Response::builder().status(status).body(Body::from(text)).unwrap()
            },
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// What a raw server does with a connection after it has read a request.
#[derive(Clone, Copy)]
pub(crate) enum Rude {
    /// Closes it without a word.
    HangsUp,
    /// Keeps it open without a word.
    Stalls,
}

/// A server that reads a request and never answers; gives its address and a count of connections.
pub(crate) async fn rude(how: Rude) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        let mut kept = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            *counter.lock().unwrap() += 1;
            let mut buffer = [0_u8; 4096];
            let _ = socket.read(&mut buffer).await;
            match how {
                Rude::HangsUp => drop(socket),
                Rude::Stalls => kept.push(socket),
            }
        }
    });
    (url, count)
}

/// An address on which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

pub(crate) const START: time::OffsetDateTime = time::macros::datetime!(2026-01-01 00:00 UTC);

/// A client of `url` with two keys, short timeouts and a clock that stands still.
pub(crate) fn client(url: &str) -> (KieClient, ManualClock) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (clock, hand) = Clock::manual(START);
    let settings = KieSettings {
        api_url: url.to_owned(),
        upload_url: format!("{url}/"),
        keys: vec![SecretString::from("first-secret"), SecretString::from("second-secret")],
        webhook_hmac: None,
        pace: Pace::default(),
        timeouts: Timeouts {
            create: Duration::from_secs(20),
            read: Duration::from_secs(20),
            upload: Duration::from_secs(20),
        },
    };
    let http = http_client_builder().no_proxy().build().unwrap();
    (KieClient::new(settings, http, clock).unwrap(), hand)
}

/// The same, but losing patience at once.
pub(crate) fn hasty(url: &str) -> KieClient {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wait = Duration::from_millis(50);
    let settings = KieSettings {
        api_url: url.to_owned(),
        upload_url: url.to_owned(),
        keys: vec![SecretString::from("first-secret")],
        webhook_hmac: None,
        pace: Pace::default(),
        timeouts: Timeouts { create: wait, read: wait, upload: wait },
    };
    let http = http_client_builder().no_proxy().build().unwrap();
    KieClient::new(settings, http, Clock::manual(START).0).unwrap()
}
