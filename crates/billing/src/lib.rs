//! Wallets and the ledger: the only place where money moves.
//!
//! A generation's money goes **hold → commit** or **hold → release**, and after a commit perhaps
//! **refund**. Every movement is a ledger row between two accounts, never changed afterwards, with
//! an idempotency key that makes a repeated call harmless. Each operation answers with a closed
//! enum: callers match, and only the unexpected is an error.
//!
//! All functions run inside the caller's transaction, so money stands or falls with the change that
//! moves it. A hold and a top-up lock the person's wallet first; a commit, a release and a refund
//! lock the hold, then the wallet.

#![deny(clippy::float_arithmetic)]

mod audit;
mod grant;
mod hold;
mod hold_all;
mod model;
mod payback;
mod wallet;

pub use audit::{Violation, audit};
pub use grant::{give_topup_bonus, open_wallets, top_up};
pub use hold::{commit, hold, refund, release};
pub use hold_all::{HeldAll, book_writing, hold_all};
pub use model::{
    Committed, Held, HoldRequest, Movement, MovementKind, PaidBack, Refunded, Released, ToppedUp,
    Wallet, World,
};
pub use payback::{pay_back, take_topup_bonus};
pub use wallet::{book_cost, book_loss, statement, wallet};

/// The statements of the hot path, for the benchmark that runs the same text by `pgbench`.
pub mod statements {
    pub use crate::hold::{COMMIT, HOLD};
}
