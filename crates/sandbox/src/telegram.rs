//! The Telegram Bot API 10.3, strict, over a plain world of people and chats.
//!
//! [`TelegramWorld`] is the world and the handle that tests and the web chat hold: people say
//! things and press buttons through its verbs, and read what the bot sent. [`TelegramServer`] is
//! its HTTP face, the one that a bot talks to.
//!
//! Every call is checked against the table of the specification (`data/bot-api-10.3.json`): an
//! unknown parameter, an unknown nested field or a wrong JSON type is refused with 400 and kept in
//! [`TelegramWorld::violations`], although the real server ignores unknown parameters.
//!
//! The world is deterministic: identifiers are counters, time is a function that the owner passes
//! in, and nothing happens by a timer of its own.

mod bot_profile;
mod call;
mod content;
mod edit;
mod fault;
mod files;
mod html;
mod keyboard;
mod media;
mod media_facts;
mod methods;
mod payments;
mod polling;
mod schema;
mod send;
mod server;
mod state;
mod verbs;
mod view;
mod webhook;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, watch};

pub use fault::Fault;
pub use server::TelegramServer;
pub use state::{Call, MediaKind, PersonId, PressAnswer, StarPayment, Violation};
pub use verbs::{AlbumItem, PersonFile};
pub use view::{
    ButtonView, ChatEvent, InvoiceView, MediaView, MessageView, PendingUpdate, PersonView,
};

use state::State;

/// The present moment in unix milliseconds, as the owner of the world sees it.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a world is made of.
#[derive(Clone)]
pub struct TelegramSettings {
    /// The bot's token, `<bot id>:<secret>`; calls with any other token get 401.
    pub token: String,
    /// The bot's user name, without `@`.
    pub username: String,
    /// The bot's first name.
    pub name: String,
    /// The world's time.
    pub now: Now,
    /// Used for webhook deliveries and for media sent by URL, both to loopback only.
    pub http: reqwest::Client,
}

impl std::fmt::Debug for TelegramSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelegramSettings").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A Telegram with one bot in it; a cheap handle, all clones see the same world.
#[derive(Clone)]
pub struct TelegramWorld {
    inner: Arc<Inner>,
}

struct Inner {
    settings: TelegramSettings,
    state: Mutex<State>,
    /// Wakes long polls and the webhook's courier.
    updates_changed: Notify,
    /// Counts changes of any kind, for [`TelegramWorld::until`].
    changes: watch::Sender<u64>,
    events: broadcast::Sender<ChatEvent>,
}

/// How many chat events a slow browser may lag behind before it gets a new snapshot.
const EVENT_BACKLOG: usize = 1024;

impl std::fmt::Debug for TelegramWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelegramWorld")
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}

impl TelegramWorld {
    /// An empty world with one bot.
    #[must_use]
    pub fn new(settings: TelegramSettings) -> Self {
        let bot_id = settings.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1);
        let state = State::new(bot_id, &settings.name, &settings.username);
        let (events, _) = broadcast::channel(EVENT_BACKLOG);
        Self {
            inner: Arc::new(Inner {
                settings,
                state: Mutex::new(state),
                updates_changed: Notify::new(),
                changes: watch::channel(0).0,
                events,
            }),
        }
    }

    /// What happens in the chats from now on, for a live view.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<ChatEvent> {
        self.inner.events.subscribe()
    }

    /// Waits until the world is as asked; looks again after every change, never by a timer. The
    /// caller sets the time limit.
    pub async fn until<T>(&self, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changes = self.inner.changes.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(found) = look(self) {
                return found;
            }
            // The sender lives in the world that this handle holds.
            changes.changed().await.ok();
        }
    }

    /// The world is plain data: a panic of one holder leaves it readable for the others.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> i64 {
        (self.inner.settings.now)()
    }

    fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    fn token(&self) -> &str {
        &self.inner.settings.token
    }

    fn http(&self) -> &reqwest::Client {
        &self.inner.settings.http
    }

    /// Nobody listening is no loss: a view starts from a snapshot.
    fn announce(&self, event: ChatEvent) {
        self.inner.events.send(event).ok();
        self.note_change();
    }

    fn note_change(&self) {
        self.inner.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn wake(&self) {
        self.inner.updates_changed.notify_waiters();
        self.note_change();
    }
}
