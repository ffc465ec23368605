//! The client of KIE.ai.
//!
//! It speaks the provider's HTTP protocol, tells what is certain from what is not, and classifies
//! every failure once. It never sleeps and never retries: when its own pace is spent it answers
//! [`Submission::NotNow`], and what to do next is the caller's decision.
//!
//! Three habits of the provider shape the code. The status that counts is the `code` inside the
//! JSON body, because HTTP says 200 for nearly everything. A number code means different things in
//! different places, so texts are read before codes. And creating a task has no idempotency key,
//! so a request whose answer was lost is [`Submission::Unknown`], never "try again".

mod callback;
mod chat;
mod client;
mod composed;
mod failure;
mod json;
mod keys;
mod listing;
mod submission;
mod task;
mod upload;

pub use callback::{CallbackRefused, callback_task_id};
pub use chat::{ChatEndpoint, ChatMessage, ChatReply, ChatRequest, ChatRole};
pub use client::{
    Call, KieClient, KieSettings, Listener, Pace, SettingsRefused, Timeouts, USER_AGENT,
    http_client_builder,
};
pub use composed::{Composed, Instrument, Lyrics, Note, TimedWord};
pub use failure::{Failure, FailureKind, Origin, ReadFailure, classify, sanitise};
pub use keys::{KeyHealth, KeyName, LastFailure, NoKey, UnknownKey};
pub use listing::{FeedPage, FeedPrice, Listing, SuccessRate};
pub use submission::{CreateTask, Submission};
pub use task::{MadeIds, TaskReading, TaskSuccess};
pub use upload::{Upload, Uploaded};

#[cfg(test)]
mod stub;
