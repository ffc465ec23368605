//! Callbacks: the body, the signature, and the ways in which they go wrong.

use super::{
    record,
    world::{KieWorld, State},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;

/// KIE docs: the receiver has 15 s to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How callbacks reach the address of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackPreset {
    /// Once, at once.
    Once,
    /// Never.
    Lost,
    /// Two times in a row, the second with a fresh signature.
    Twice,
    /// When [`KieWorld::deliver_delayed_callbacks`] says so.
    Delayed,
    /// Once, signed with another key.
    WrongSignature,
}

/// What became of the callback of a task that was just ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackReport {
    /// There is no such task.
    UnknownTask,
    /// The task had ended before; nothing was sent.
    AlreadyFinished,
    /// The request named no callback address.
    NoAddress,
    /// Lost by order.
    Lost,
    /// Kept back by order.
    Delayed,
    /// Sent; the receiver's HTTP statuses in order.
    Delivered(Vec<u16>),
    /// The receiver could not be reached or did not answer.
    Unreachable(String),
}

/// A callback ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) task_id: String,
    pub(super) url: String,
    pub(super) body: String,
}

/// The value of `X-Webhook-Signature` (KIE docs: webhook verification): Base64 of HMAC-SHA256
/// over `taskId.timestamp`, the timestamp in unix seconds.
#[must_use]
pub fn sign(key: &str, task_id: &str, timestamp_s: i64) -> String {
    // A key of any length makes a MAC, so the empty answer is never seen.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{task_id}.{timestamp_s}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

impl State {
    /// The callback of a task as it is now; `None` without an address.
    pub(super) fn delivery(&mut self, id: &str) -> Option<Delivery> {
        let task = self.task(id)?;
        let url = task.callback_url.clone()?;
        let body = record::callback_body(task).to_string();
        Some(Delivery { task_id: id.to_owned(), url, body })
    }
}

impl KieWorld {
    /// Sends a finished task's callback in the way that is next in line.
    pub(super) async fn deliver(&self, delivery: Option<Delivery>) -> CallbackReport {
        let Some(delivery) = delivery else { return CallbackReport::NoAddress };
        let preset = self.with(|state| {
            let preset = state.callback_queue.pop_front().unwrap_or(state.callback_default);
            if preset == CallbackPreset::Delayed {
                state.delayed.push(delivery.clone());
            }
            preset
        });
        match preset {
            CallbackPreset::Once => self.send(&delivery, 1, false).await,
            CallbackPreset::Twice => self.send(&delivery, 2, false).await,
            CallbackPreset::WrongSignature => self.send(&delivery, 1, true).await,
            CallbackPreset::Lost => CallbackReport::Lost,
            CallbackPreset::Delayed => CallbackReport::Delayed,
        }
    }

    /// Sends what [`CallbackPreset::Delayed`] kept back, oldest first.
    pub async fn deliver_delayed_callbacks(&self) -> Vec<CallbackReport> {
        let waiting = self.with(|state| std::mem::take(&mut state.delayed));
        let mut reports = Vec::new();
        for delivery in &waiting {
            reports.push(self.send(delivery, 1, false).await);
        }
        reports
    }

    /// Sends the callback of a finished task once more, as KIE may do at any time.
    pub async fn redeliver(&self, task_id: &str) -> CallbackReport {
        let known = self.with(|state| state.task(task_id).map(|task| task.state.is_final()));
        match known {
            None | Some(false) => CallbackReport::UnknownTask,
            Some(true) => match self.with(|state| state.delivery(task_id)) {
                None => CallbackReport::NoAddress,
                Some(delivery) => self.send(&delivery, 1, false).await,
            },
        }
    }

    /// Somebody else tells the task's callback address that the task succeeded, with an invented
    /// result and a signature of a wrong key. The task stays as it is.
    pub async fn forge_callback(&self, task_id: &str) -> CallbackReport {
        let delivery = self.with(|state| {
            let task = state.task(task_id)?;
            let url = task.callback_url.clone();
            let body = record::forged_body(task).to_string();
            Some(url.map(|url| Delivery { task_id: task_id.to_owned(), url, body }))
        });
        match delivery {
            None => CallbackReport::UnknownTask,
            Some(None) => CallbackReport::NoAddress,
            Some(Some(delivery)) => self.send(&delivery, 1, true).await,
        }
    }

    async fn send(&self, delivery: &Delivery, times: usize, forged: bool) -> CallbackReport {
        let mut statuses = Vec::new();
        for _ in 0..times {
            let mut request = self
                .http()
                .post(&delivery.url)
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .header("user-agent", "KIE-Callback/1.0")
                .body(delivery.body.clone());
            let key = self.with(|state| state.webhook_key.clone());
            let key = if forged { Some("a key that nobody knows".to_owned()) } else { key };
            if let Some(key) = key {
                let seconds = self.now() / 1000;
                request = request
                    .header("x-webhook-timestamp", seconds.to_string())
                    .header("x-webhook-signature", sign(&key, &delivery.task_id, seconds));
            }
            match request.send().await {
                Ok(answer) => statuses.push(answer.status().as_u16()),
                Err(why) => return CallbackReport::Unreachable(why.without_url().to_string()),
            }
        }
        CallbackReport::Delivered(statuses)
    }
}
