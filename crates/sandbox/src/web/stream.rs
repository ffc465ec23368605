//! The live view of one chat as server-sent events.

use std::convert::Infallible;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::chats::{Refused, known};
use super::message::{keyboard, message};
use crate::telegram::{ChatEvent, PersonId, TelegramWorld};

/// Tells the streams of a server that it stops; a router without a server of ours has none.
#[derive(Clone, Debug, Default)]
pub(super) struct Stopping(pub(super) Option<watch::Receiver<bool>>);

impl Stopping {
    async fn stopped(&mut self) {
        match &mut self.0 {
            // A dropped sender is a stop, too.
            Some(stopping) => {
                stopping.wait_for(|stop| *stop).await.ok();
            }
            None => std::future::pending().await,
        }
    }
}

struct Viewer {
    stopping: Stopping,
    world: TelegramWorld,
    person: PersonId,
    events: Receiver<ChatEvent>,
    /// The browser has nothing yet, or has missed something.
    needs_snapshot: bool,
}

pub(super) async fn stream(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    stopping: Option<Extension<Stopping>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    known(&world, person)?;
    // Subscribed before the snapshot is taken: an event may come twice, none is lost.
    let events = world.events();
    let stopping = stopping.map(|Extension(stopping)| stopping).unwrap_or_default();
    let viewer = Viewer { stopping, world, person, events, needs_snapshot: true };
    let stream = stream::unfold(viewer, |mut viewer| async move {
        let (name, data) = viewer.next().await?;
        let event = Event::default().event(name).data(data.to_string());
        Some((Ok(event), viewer))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

impl Viewer {
    async fn next(&mut self) -> Option<(&'static str, Value)> {
        loop {
            if std::mem::take(&mut self.needs_snapshot) {
                return Some(("snapshot", self.snapshot()));
            }
            let received = tokio::select! {
                received = self.events.recv() => received,
                () = self.stopping.stopped() => return None,
            };
            match received {
                Ok(event) if event.person() == Some(self.person) => {
                    if let Some(shown) = self.shown(event) {
                        return Some(shown);
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.needs_snapshot = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn snapshot(&self) -> Value {
        let messages = self.world.messages(self.person);
        let shown: Vec<Value> = messages.iter().filter(|view| !view.deleted).map(message).collect();
        json!({
            "messages": shown,
            "reply_keyboard": keyboard(self.world.reply_keyboard(self.person)),
            "typing": self.world.typing(self.person),
        })
    }

    fn shown(&self, event: ChatEvent) -> Option<(&'static str, Value)> {
        let current = |id| {
            let view = self.world.message(self.person, id).filter(|view| !view.deleted)?;
            Some(message(&view))
        };
        match event {
            ChatEvent::Message { id, .. } => Some(("message", current(id)?)),
            ChatEvent::Edit { id, .. } => Some(("edit", current(id)?)),
            ChatEvent::Delete { id, .. } => Some(("delete", json!({ "id": id }))),
            ChatEvent::Answer { query_id, text, alert, .. } => {
                Some(("answer", json!({ "query_id": query_id, "text": text, "alert": alert })))
            }
            ChatEvent::Typing { action, .. } => Some(("typing", json!({ "action": action }))),
            ChatEvent::Keyboard { rows, .. } => Some(("keyboard", keyboard(rows))),
            ChatEvent::People => None,
        }
    }
}
