//! A Bot API that agrees with everything at once, on a thread of its own, so that its work is not
//! taken for the program's.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use tokio_util::sync::CancellationToken;

/// The name of the thread, for counting its processor time.
pub(crate) const THREAD: &str = "bot-api-stub";

#[derive(Debug, Default)]
struct Counts {
    messages: AtomicU32,
    edits: AtomicU32,
}

/// A running stub; it stops when it is dropped.
pub(crate) struct BotStub {
    pub(crate) url: String,
    counts: Arc<Counts>,
    stop: CancellationToken,
}

impl BotStub {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let counts = Arc::<Counts>::default();
        let stop = CancellationToken::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let routes = axum::Router::new().fallback(answer).with_state(Arc::clone(&counts));
        let stopped = stop.clone();
        std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let serving = axum::serve(listener, routes);
                tokio::select! {
                    _ended = serving => {}
                    () = stopped.cancelled() => {}
                }
            });
        })?;
        Ok(Self { url, counts, stop })
    }

    /// How many messages were sent to it.
    pub(crate) fn messages(&self) -> u32 {
        self.counts.messages.load(Ordering::SeqCst)
    }

    /// How many screens were shown: messages that were sent or edited.
    pub(crate) fn shown(&self) -> u32 {
        self.messages() + self.counts.edits.load(Ordering::SeqCst)
    }
}

impl Drop for BotStub {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn answer(State(counts): State<Arc<Counts>>, uri: Uri, _body: Bytes) -> impl IntoResponse {
    let body = if uri.path().ends_with("/sendMessage") {
        let id = counts.messages.fetch_add(1, Ordering::SeqCst) + 1;
        format!(
            "{{\"ok\":true,\"result\":{{\"message_id\":{id},\"date\":1700000000,\
             \"chat\":{{\"id\":1,\"type\":\"private\",\"first_name\":\"Bench\"}},\"text\":\"menu\"}}}}"
        )
    } else {
        if uri.path().ends_with("/editMessageText") {
            counts.edits.fetch_add(1, Ordering::SeqCst);
        }
        "{\"ok\":true,\"result\":true}".to_owned()
    };
    ([(header::CONTENT_TYPE, "application/json")], body)
}
