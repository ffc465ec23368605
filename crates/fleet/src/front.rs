//! What stands before several processes: it passes requests on to one that lives, as the balancer
//! of a deployment does, and sometimes passes the same one on twice.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Longer than any answer of the program takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A balancer over the processes that serve.
#[derive(Debug)]
pub struct Front {
    /// The public address.
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    /// Addresses of the processes by their places; `None` while a place is empty.
    places: Mutex<Vec<Option<String>>>,
    next: AtomicUsize,
    requests: AtomicU32,
    twice_every: AtomicU32,
    doubled: AtomicU32,
    refused: AtomicU32,
}

impl Front {
    /// Opens a port.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            http: reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?,
            places: Mutex::default(),
            next: AtomicUsize::default(),
            requests: AtomicU32::default(),
            twice_every: AtomicU32::default(),
            doubled: AtomicU32::default(),
            refused: AtomicU32::default(),
        });
        let routes = Router::new().fallback(pass_on).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            // It ends with the task only.
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self { url, shared, serving })
    }

    /// A place for a process that is not there yet.
    #[must_use]
    pub fn add_place(&self) -> usize {
        let mut places = self.shared.places();
        places.push(None);
        places.len() - 1
    }

    /// Who serves at a place now.
    pub fn set(&self, place: usize, address: Option<String>) {
        if let Some(at) = self.shared.places().get_mut(place) {
            *at = address;
        }
    }

    /// From now on every so many-th request is passed on twice, to two processes when there are two;
    /// 0: none.
    pub fn double_every(&self, count: u32) {
        self.shared.twice_every.store(count, Ordering::SeqCst);
    }

    /// How many requests were passed on twice.
    #[must_use]
    pub fn doubled(&self) -> u32 {
        self.shared.doubled.load(Ordering::SeqCst)
    }

    /// How many requests nobody took.
    #[must_use]
    pub fn refused(&self) -> u32 {
        self.shared.refused.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn places(&self) -> std::sync::MutexGuard<'_, Vec<Option<String>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The processes that live, another one first each time.
    fn alive(&self) -> Vec<String> {
        let mut alive: Vec<_> = self.places().iter().flatten().cloned().collect();
        if !alive.is_empty() {
            let first = self.next.fetch_add(1, Ordering::SeqCst) % alive.len();
            alive.rotate_left(first);
        }
        alive
    }

    fn is_to_be_doubled(&self) -> bool {
        let every = self.twice_every.load(Ordering::SeqCst);
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        every > 0 && number % every == 0
    }

    async fn ask(&self, address: &str, request: &Request) -> Option<(u16, Bytes)> {
        let url = format!("{address}{}", request.path);
        let call = self.http.request(request.method.clone(), url).headers(request.headers.clone());
        let answer = call.body(request.body.clone()).send().await.ok()?;
        Some((answer.status().as_u16(), answer.bytes().await.ok()?))
    }
}

#[derive(Clone)]
struct Request {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

async fn pass_on(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], Bytes) {
    for name in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(name);
    }
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let request = Request { method, path, headers, body };
    let alive = shared.alive();
    if shared.is_to_be_doubled()
        && let Some(other) = alive.last().cloned()
    {
        shared.doubled.fetch_add(1, Ordering::SeqCst);
        let (shared, request) = (Arc::clone(&shared), request.clone());
        tokio::spawn(async move { shared.ask(&other, &request).await });
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    for address in alive {
        if let Some((status, body)) = shared.ask(&address, &request).await {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            return (status, kind, body);
        }
    }
    shared.refused.fetch_add(1, Ordering::SeqCst);
    (StatusCode::BAD_GATEWAY, kind, Bytes::new())
}
