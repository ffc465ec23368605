//! Wallets and the ledger: the only place where money moves.
//!
//! A generation's money goes **hold → commit** or **hold → release**, and after a commit perhaps
//! **refund**. Of a hold that was an upper bound, a part is taken and the rest given back. Every movement is a ledger row between two accounts, never changed afterwards, with
//! an idempotency key that makes a repeated call harmless. Each operation answers with a closed
//! enum: callers match, and only the unexpected is an error.
//!
//! All functions run inside the caller's transaction, so money stands or falls with the change that
//! moves it. A hold and a top-up lock the person's wallet first; a commit, a release and a refund
//! lock the hold, then the wallet.

#![deny(clippy::float_arithmetic)]

mod adjust;
mod audit;
mod bonus;
mod expiry_store;
mod gift_store;
mod grant;
mod hold;
mod hold_all;
mod model;
mod payback;
mod wallet;

pub use adjust::adjust;
pub use audit::{Rule, Violation, audit, check};
pub use bonus::{Bonus, BonusReason, Expired, Given, Lot};
pub use expiry_store::{expire, lots, next_to_expire};
pub use gift_store::{HandedOver, PutAside, hand_over, put_aside};
pub use grant::{give, give_topup_bonus, lock_wallet, open_empty, open_wallets, top_up};
pub use hold::{commit, commit_part, hold, refund, release};
pub use hold_all::{HeldAll, book_writing, hold_all};
pub use model::{
    Adjusted, Adjustment, Committed, Direction, Held, HoldRequest, Movement, MovementKind,
    PaidBack, Refunded, Released, TakenBack, ToppedUp, Wallet, World,
};
pub use payback::{pay_back, take_back};
pub use wallet::{book_cost, book_free, book_loss, has_paid, statement, wallet};

/// The statements of the hot path, for the benchmark that runs the same text by `pgbench`.
pub mod statements {
    pub use crate::hold::{COMMIT, HOLD};
}
