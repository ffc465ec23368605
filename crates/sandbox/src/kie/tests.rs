//! The emulator from the outside, over HTTP.

mod callbacks;
mod chat;
mod creation;
mod files;
mod status;

use super::{DEFAULT_KEY, KieServer, KieSetup, KieWorld};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

const START: i64 = 1_789_000_000_000;

struct Stage {
    server: KieServer,
    world: KieWorld,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn stage() -> Stage {
    // Another test of the process may have installed it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().user_agent("kie-tests/1").build().unwrap();
    let clock = Arc::new(AtomicI64::new(START));
    let read = Arc::clone(&clock);
    let now: super::Now = Arc::new(move || read.load(Ordering::SeqCst));
    let world = KieWorld::new(KieSetup { now, http: http.clone(), seed: 7 });
    let server = KieServer::start(world.clone(), anywhere()).await.unwrap();
    Stage { server, world, clock, http }
}

impl Stage {
    fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    async fn try_post(&self, path: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
        self.http.post(self.url(path)).bearer_auth(DEFAULT_KEY).json(body).send().await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.try_post(path, &body).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(self.url(path)).bearer_auth(DEFAULT_KEY);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn order(&self, request: Value) -> Value {
        self.post("/api/v1/jobs/createTask", request).await
    }

    /// A valid task; its id.
    async fn cat(&self) -> String {
        let answer = self.order(cat()).await;
        answer["data"]["taskId"].as_str().unwrap().to_owned()
    }

    async fn cat_for(&self, callback: &str) -> String {
        let mut request = cat();
        request["callBackUrl"] = json!(callback);
        self.order(request).await["data"]["taskId"].as_str().unwrap().to_owned()
    }

    async fn read(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/jobs/recordInfo?taskId={id}")).await
    }

    async fn fetch(&self, url: &str) -> reqwest::Response {
        self.http.get(url).send().await.unwrap()
    }
}

/// The smallest valid request.
fn cat() -> Value {
    json!({"model": "nano-banana-2", "input": {"prompt": "Кот читает газету"}})
}

/// Somebody who receives callbacks.
struct Receiver {
    url: String,
    seen: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Receiver {
    async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        type Seen = Arc<Mutex<Vec<(HeaderMap, Value)>>>;
        async fn take(State(seen): State<Seen>, headers: HeaderMap, body: Bytes) -> &'static str {
            let body = serde_json::from_slice(&body).unwrap();
            seen.lock().unwrap().push((headers, body));
            "ok"
        }
        let routes = Router::new().route("/kie/{token}", post(take)).with_state(Arc::clone(&seen));
        let listener = tokio::net::TcpListener::bind(anywhere()).await.unwrap();
        let url = format!("http://{}/kie/token-1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, seen }
    }

    fn seen(&self) -> Vec<(HeaderMap, Value)> {
        self.seen.lock().unwrap().clone()
    }
}
