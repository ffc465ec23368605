//! `getUpdates`: long polling with confirmation by offset.

use std::time::Duration;

use serde_json::{Value, json};

use super::TelegramWorld;
use super::call::{Params, Refusal};
use super::state::State;

/// Bot API: getUpdates, `limit`.
const MOST_UPDATES: i64 = 100;
/// The server waits at most this long.
const LONGEST_WAIT_S: u64 = 50;

impl TelegramWorld {
    pub(super) async fn get_updates(&self, params: &Params) -> Result<Value, Refusal> {
        let limit = params.integer("limit").unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
        let limit = usize::try_from(limit).unwrap_or(1);
        let wait = params.integer("timeout").and_then(|wait| u64::try_from(wait).ok()).unwrap_or(0);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(wait.min(LONGEST_WAIT_S));
        let mine = self.begin_poll(params)?;
        loop {
            let changed = self.inner.updates_changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let mut state = self.lock();
                if !state.webhook.url.is_empty() {
                    return Err(conflict("terminated by setWebhook request"));
                }
                if state.updates.newest_poll != mine {
                    return Err(conflict(
                        "terminated by other getUpdates request; make sure that only one bot instance is running",
                    ));
                }
                let ready = ready_updates(&mut state, limit);
                if !ready.is_empty() {
                    return Ok(Value::Array(ready));
                }
            }
            if tokio::time::timeout_at(deadline, changed).await.is_err() {
                return Ok(json!([]));
            }
        }
    }

    /// Confirms what lies below the offset and sends an older poll away.
    fn begin_poll(&self, params: &Params) -> Result<u64, Refusal> {
        let mut state = self.lock();
        if !state.webhook.url.is_empty() {
            return Err(conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            ));
        }
        if let Some(allowed) = params.list("allowed_updates") {
            state.updates.allowed = Some(names(allowed));
        }
        let offset = params.integer("offset").unwrap_or(0);
        if offset > 0 {
            state.updates.pending.retain(|update| update.id >= offset);
        } else if offset < 0 {
            // From the end of the queue; everything before is forgotten.
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let surplus = state.updates.pending.len().saturating_sub(keep);
            state.updates.pending.drain(..surplus);
        }
        state.updates.newest_poll += 1;
        let mine = state.updates.newest_poll;
        drop(state);
        self.wake();
        Ok(mine)
    }
}

pub(super) fn names(list: &[Value]) -> Vec<String> {
    list.iter().filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
}

fn ready_updates(state: &mut State, limit: usize) -> Vec<Value> {
    let mut ready: Vec<Value> = state.updates.repeats.drain(..).map(|update| update.json).collect();
    let room = limit.saturating_sub(ready.len());
    ready.extend(state.updates.pending.iter().take(room).map(|update| update.json.clone()));
    ready
}

fn conflict(what: &str) -> Refusal {
    Refusal::new(409, format!("Conflict: {what}"))
}
