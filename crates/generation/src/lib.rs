//! Generations: from a confirmed price to a delivered result.
//!
//! This is the only place where money and KIE.ai meet. [`state::step`] is the whole state machine
//! as a pure function; `apply` carries its decisions out within one transaction; the jobs of
//! [`Worker`] make the calls. The rule of every job: read; make at most one outside call whose
//! effect must not be repeated, with no transaction open; then run one transaction that steps the
//! machine, writes the effects and completes the job. A crash leaves the old state or the new one.

mod apply;
mod batch;
mod breaker;
mod free;
mod jobs;
mod model;
mod order;
mod person;
pub mod policy;
mod ports;
mod refund;
mod script;
mod sheet;
mod soften;
pub mod state;
mod store;

use std::sync::Arc;

pub use apply::work_pool;
pub use batch::{
    BatchCancelled, BatchOrder, BatchPlaced, BatchView, Script, batch, cancel_batch, place_batch,
};
pub use breaker::{Breaker, BreakerChange, BreakerPolicy, breakers, close_breaker, review_models};
pub use free::{FreeLeft, FreeLimits, NotFree, audit, free_left};
pub use jobs::{Worker, WorkerParts, callback};
pub use model::{
    BatchPlace, Bound, Cancelled, FailureClass, LikenessView, Order, OutputView, Placed, Rewrite,
    SentAs, View,
};
pub use order::{
    cancel, history, made_by_task, move_stuck, open_by_state, open_count, place, place_in_line,
    remember_file, view,
};
pub use person::{
    Usual, codes, erase, has_original, refused_at, send_original, send_originals, usual,
};
pub use ports::{
    Delivery, DeliveryOutcome, InputFailure, InputFiles, Parcel, PortFuture, Writer, WritingTask,
    Written,
};
pub use refund::{AtStake, at_stake, refund};
pub use soften::{Softened, soften, softened};
pub use state::{Money, State};
pub use store::cleanup::{
    count_failed_files, count_test_orders, forget_failed_files, forget_test_orders,
};

/// What the operator decided.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Telegram chats of the operators.
    pub operators: Vec<i64>,
    /// Public address under which KIE.ai can call back, such as
    /// `https://bot.example/kie/callback`, without a slash at the end; `None` when there is none.
    pub callback_base: Option<Arc<str>>,
}
