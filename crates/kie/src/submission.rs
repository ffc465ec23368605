//! Creating a task, and what is certain after it.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::failure::{Failure, FailureKind, Origin, sanitise};
use crate::json::{self, Envelope};
use crate::keys::UnknownKey;

/// The body of a createTask call (KIE docs: createTask).
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTask {
    /// The exact slug of the model.
    pub model: String,
    /// The model's own parameters, already of the right wire types.
    pub input: Map<String, Value>,
    /// Where the provider posts the end of the task; it should hold an unguessable token.
    pub callback_url: Option<String>,
}

impl CreateTask {
    pub(crate) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), self.model.clone().into());
        body.insert("input".into(), self.input.clone().into());
        if let Some(callback) = &self.callback_url {
            body.insert("callBackUrl".into(), callback.clone().into());
        }
        body.into()
    }
}

/// What is known after trying to create a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// The task exists.
    Accepted {
        /// The provider's opaque name of it.
        task_id: String,
    },
    /// The provider definitely made no task: an envelope with another code than 200 and no task
    /// id, or HTTP 429.
    Rejected(Failure),
    /// No byte of the request left: DNS, connecting or TLS failed. Sending again is safe.
    NotSent(String),
    /// A task may or may not exist. Sending again may pay twice.
    Unknown(String),
    /// Our own pace for this key is spent; nothing was sent.
    NotNow {
        /// How long until there is room.
        after: Duration,
    },
    /// The key is not configured any more; nothing was sent.
    UnknownKey(UnknownKey),
}

/// Reads a complete answer to createTask.
pub(crate) fn read(status: u16, body: &[u8]) -> Submission {
    let envelope = Envelope::parse(body);
    if let Some(task_id) = envelope.as_ref().and_then(|envelope| task_id(&envelope.data)) {
        // A task id is a handle to ask about, whatever the code beside it says.
        return Submission::Accepted { task_id };
    }
    match envelope {
        Some(envelope) if envelope.code != 200 => Submission::Rejected(Failure::classified(
            Origin::Call,
            envelope.code,
            &envelope.message,
        )),
        _ if status == 429 => Submission::Rejected(Failure {
            kind: FailureKind::RateLimited,
            code: 429,
            message: excerpt(body),
        }),
        Some(_) => Submission::Unknown(format!("HTTP {status}, code 200 without a task id")),
        None => Submission::Unknown(format!("HTTP {status}, no envelope: {}", excerpt(body))),
    }
}

fn task_id(data: &Value) -> Option<String> {
    json::field(data, &["taskId", "task_id"]).and_then(json::text)
}

/// The beginning of an unreadable body, fit for a log.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let head = body.get(..600).unwrap_or(body);
    sanitise(&String::from_utf8_lossy(head)).chars().take(200).collect()
}
