//! Webhooks: setting one, and the courier that delivers to it.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::call::{Params, Refusal};
use super::polling::names;
use super::state::{State, Update};
use super::{TelegramWorld, media, methods};

/// Bot API: setWebhook, `secret_token`.
const SECRET_LIMIT: usize = 256;
/// Bot API: setWebhook, `max_connections`.
const USUAL_CONNECTIONS: i64 = 40;

impl TelegramWorld {
    pub(super) fn set_webhook(&self, params: &Params) -> Result<Value, Refusal> {
        let address = params.text("url").unwrap_or_default().to_owned();
        if address.is_empty() {
            return Ok(self.delete_webhook(params));
        }
        let parsed = url::Url::parse(&address)
            .map_err(|_| Refusal::bad_request("bad webhook: invalid URL"))?;
        // The real server takes https only; this machine is out of its reach anyway.
        if parsed.scheme() != "https" && !(parsed.scheme() == "http" && media::is_loopback(&parsed))
        {
            let what = "bad webhook: An HTTPS URL must be provided for webhook";
            return Err(Refusal::bad_request(what));
        }
        let secret = params.text("secret_token").map(ToOwned::to_owned);
        if let Some(secret) = &secret {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if secret.len() > SECRET_LIMIT || !secret.chars().all(allowed) {
                return Err(Refusal::bad_request("secret token contains unallowed characters"));
            }
        }
        let mut state = self.lock();
        if params.flag("drop_pending_updates") {
            state.updates.pending.clear();
            state.updates.repeats.clear();
        }
        if let Some(allowed) = params.list("allowed_updates") {
            state.updates.allowed = Some(names(allowed));
        }
        state.webhook.url = address;
        state.webhook.secret = secret.filter(|secret| !secret.is_empty());
        state.webhook.max_connections =
            params.integer("max_connections").unwrap_or(USUAL_CONNECTIONS).clamp(1, 100);
        state.webhook.failed.clear();
        state.webhook.last_error = None;
        drop(state);
        self.wake();
        Ok(json!(true))
    }

    pub(super) fn delete_webhook(&self, params: &Params) -> Value {
        let mut state = self.lock();
        if params.flag("drop_pending_updates") {
            state.updates.pending.clear();
            state.updates.repeats.clear();
        }
        state.webhook.url.clear();
        state.webhook.secret = None;
        state.webhook.failed.clear();
        json!(true)
    }

    pub(super) fn webhook_info(&self) -> Value {
        let state = self.lock();
        let mut info = json!({
            "url": state.webhook.url,
            "has_custom_certificate": false,
            "pending_update_count": state.updates.pending.len(),
        });
        if !state.webhook.url.is_empty() {
            info["max_connections"] = json!(state.webhook.max_connections);
        }
        if let Some((at, what)) = &state.webhook.last_error {
            info["last_error_date"] = json!(at);
            info["last_error_message"] = json!(what);
        }
        if let Some(allowed) = &state.updates.allowed
            && !allowed.is_empty()
        {
            info["allowed_updates"] = json!(allowed);
        }
        info
    }

    /// Delivers updates to the webhook, one at a time per queue, until the task is dropped. A
    /// failed delivery holds its queue until [`TelegramWorld::retry_webhook`].
    pub(super) async fn deliver_forever(self) {
        self.lock().webhook.busy.clear();
        let mut deliveries = JoinSet::new();
        loop {
            let changed = self.inner.updates_changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            while let Some(delivery) = self.next_delivery() {
                let world = self.clone();
                deliveries.spawn(async move { world.deliver(delivery).await });
            }
            tokio::select! {
                () = changed => {}
                Some(_) = deliveries.join_next() => {}
            }
        }
    }

    fn next_delivery(&self) -> Option<Delivery> {
        let mut state = self.lock();
        let room = usize::try_from(state.webhook.max_connections).unwrap_or(1);
        if state.webhook.url.is_empty() || state.webhook.busy.len() >= room {
            return None;
        }
        let update = first_deliverable(&state)?.clone();
        state.webhook.busy.push(update.queue.clone());
        let (url, secret) = (state.webhook.url.clone(), state.webhook.secret.clone());
        Some(Delivery { url, secret, update })
    }

    async fn deliver(&self, delivery: Delivery) {
        let Delivery { url, secret, update } = delivery;
        let mut request = self.http().post(&url).json(&update.json);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let outcome = match request.send().await {
            Ok(response) if response.status().is_success() => {
                Ok(response.json::<Value>().await.ok())
            }
            Ok(response) => Err(format!("Wrong response from the webhook: {}", response.status())),
            Err(error) => Err(format!("Connection failed: {}", error.without_url())),
        };
        let now = self.now_s();
        let reply = {
            let mut state = self.lock();
            state.webhook.busy.retain(|queue| *queue != update.queue);
            match outcome {
                Ok(reply) => {
                    let pending = &mut state.updates.pending;
                    if let Some(at) = pending.iter().position(|other| other.id == update.id) {
                        pending.remove(at);
                    }
                    reply
                }
                Err(what) => {
                    state.webhook.failed.push(update.id);
                    state.webhook.last_error = Some((now, what));
                    None
                }
            }
        };
        if let Some(Value::Object(mut fields)) = reply
            && let Some(Value::String(method)) = fields.remove("method")
        {
            // Bot API: Making requests when getting updates; the bot never learns the result.
            methods::call(self, &method, super::schema::json_params(fields)).await.ok();
        }
        self.wake();
    }
}

struct Delivery {
    url: String,
    secret: Option<String>,
    update: Update,
}

/// The oldest update whose queue is neither busy nor held by a failure before it.
fn first_deliverable(state: &State) -> Option<&Update> {
    let mut held: Vec<&str> = state.webhook.busy.iter().map(String::as_str).collect();
    for update in &state.updates.pending {
        if held.contains(&update.queue.as_str()) {
            continue;
        }
        if !state.webhook.failed.contains(&update.id) {
            return Some(update);
        }
        held.push(&update.queue);
    }
    None
}
