//! The web chat: a person's view of the Telegram world in a browser, for the demo.
//!
//! The page is embedded; it talks to this JSON API. `M` is a message:
//!
//! ```text
//! {"id":7,"from":"bot"|"person","date":1760000000,"text":"…","html":"…",
//!  "media":null|{"kind":"photo|video|audio|voice|animation|document","url":"/api/files/<file_id>",
//!           "name":null|"…","mime":"…","width":null|1,"height":null|1,"duration":null|1,"size":1},
//!  "buttons":null|[[{"label":"…","data":null|"…","url":null|"…","copy":null|"…","pay":false,
//!                    "style":null|"primary|success|danger"}]],
//!  "edited":false,
//!  "invoice":null|{"title":"…","description":"…","currency":"XTR","total":1,"paid":false}}
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `GET /`, `/app.js`, `/style.css` and the page's other scripts | the page |
//! | `GET /api/people` | `[{"id":1001,"name":"Анна","language":"ru","blocked":false}]` |
//! | `POST /api/people` `{"name","language"}` | the new person |
//! | `GET /api/chats/{person}/stream` | server-sent events, below |
//! | `POST /api/chats/{person}/text` `{"text"}` | `{"message_id"}` |
//! | `POST /api/chats/{person}/file`, form: `file`, `kind`, `caption` | `{"message_id"}` |
//! | `POST /api/chats/{person}/press` `{"message_id","data"}` | `{"query_id"}` |
//! | `POST /api/chats/{person}/block` `{"blocked":true}` | the person |
//! | `POST /api/chats/{person}/pay` `{"message_id"}` | `{"query_id"}` |
//! | `GET /api/files/{file_id}` | the bytes; `Range` is honoured |
//!
//! A refusal is `{"error":"…"}` with 400, 403 or 404. The stream begins with `snapshot`
//! `{"messages":[M…],"reply_keyboard":null|{"rows":[["…"]]},"typing":null|"…"}` (and sends another
//! one when the browser was too slow); then `message` (M), `edit` (M), `delete` `{"id"}`, `answer`
//! `{"query_id","text","alert"}`, `typing` `{"action"}`, `keyboard` `null|{"rows"}`.
//!
//! The chat has no password, so it answers only to this machine's names: a request with another
//! `Host` is refused (a foreign site may point its own name here), and so is a writing request
//! that comes from a page of another origin.

mod chats;
mod files;
mod guard;
mod message;
mod page;
mod stream;

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::telegram::TelegramWorld;

/// A person's application sends up to 2 GB; a demo in memory takes less.
const UPLOAD_LIMIT: usize = 100 * 1024 * 1024;

/// The chat as a router over a world. `extra` is merged into it (the KIE routes) and stands
/// behind the same guard; `allowed_hosts` are host names, with or without a port, that may be
/// used beside the loopback ones.
pub fn router(world: TelegramWorld, allowed_hosts: Vec<String>, extra: Router) -> Router {
    Router::new()
        .route("/api/people", get(chats::people).post(chats::add_person))
        .route("/api/chats/{person}/stream", get(stream::stream))
        .route("/api/chats/{person}/text", post(chats::text))
        .route("/api/chats/{person}/file", post(chats::file))
        .route("/api/chats/{person}/press", post(chats::press))
        .route("/api/chats/{person}/block", post(chats::block))
        .route("/api/chats/{person}/pay", post(chats::pay))
        .route("/api/files/{file_id}", get(files::file))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .with_state(world)
        .merge(page::routes())
        .merge(extra)
        .layer(axum::middleware::from_fn(move |request, next| {
            let allowed_hosts = allowed_hosts.clone();
            async move { guard::check(&allowed_hosts, request, next).await }
        }))
}

/// A running web chat; it stops when it is dropped.
#[derive(Debug)]
pub struct WebServer {
    /// The address of the page, such as `http://127.0.0.1:40123`.
    pub url: String,
    stop: watch::Sender<bool>,
}

impl WebServer {
    /// Serves the chat. Port 0 takes a free one. See [`router`] for the arguments.
    ///
    /// # Errors
    /// The address cannot be listened to.
    pub async fn start(
        world: TelegramWorld,
        bind: SocketAddr,
        allowed_hosts: Vec<String>,
        extra: Router,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(bind).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, mut stopping) = watch::channel(false);
        // An open event stream never ends by itself: it hears of the stop through the extension.
        let app = router(world, allowed_hosts, extra)
            .layer(Extension(stream::Stopping(Some(stopping.clone()))));
        let stopped = async move {
            stopping.wait_for(|stop| *stop).await.ok();
        };
        let serving = axum::serve(listener, app).with_graceful_shutdown(stopped);
        tokio::spawn(async move { serving.await.ok() });
        Ok(Self { url, stop })
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.stop.send(true).ok();
    }
}
