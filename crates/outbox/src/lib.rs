//! What people and operators must be told: a row in the transaction of the change that caused it.
//!
//! The outbox stores *facts*, not texts. Who sends a notice renders it from the state of that
//! moment, so that a notice which waited is not out of date. Sending never touches money.

mod alarm_store;
mod bonus;
mod fact;
mod letter;
mod store;
mod watch;

pub use alarm_store::{Alarm, Looked, alarms, count_alarms, forget_alarms, report};
pub use bonus::{BonusNews, Ceiling};
pub use fact::{Alert, BatchNews, CatalogueNews, Fact, PaymentNews, PaymentProblem};
pub use letter::Letter;
pub use store::{Notice, Settled, count_settled, erase, forget_settled, lane, load, settle, tell};
pub use watch::{Open, Over, WatchNews};

/// The kind of the job that sends a notice; its payload is `{"notice": <id>}`.
pub const SEND_NOTICE: &str = "send_notice";

/// The pool of workers that talks with people.
pub const TALK_POOL: &str = "talk";
