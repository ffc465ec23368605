//! What people and operators must be told: a row in the transaction of the change that caused it.
//!
//! The outbox stores *facts*, not texts. Who sends a notice renders it from the state of that
//! moment, so that a notice which waited is not out of date. Sending never touches money.

mod fact;
mod store;

pub use fact::{Alert, BatchNews, Fact, PaymentNews, PaymentProblem};
pub use store::{Notice, Settled, forget_settled, lane, load, settle, tell};

/// The kind of the job that sends a notice; its payload is `{"notice": <id>}`.
pub const SEND_NOTICE: &str = "send_notice";

/// The pool of workers that talks with people.
pub const TALK_POOL: &str = "talk";
