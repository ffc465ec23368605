//! A job queue in PostgreSQL. It knows no word of the product.
//!
//! A job is a row; enqueueing and finishing happen inside the caller's transactions, so that a
//! job and the change it follows from stand or fall together. Workers take jobs in batches with
//! `for update skip locked`, hold them by a lease that a heartbeat prolongs, and name their
//! *fence* when they finish: a worker that lost its lease changes nothing.
//!
//! Business time is always a parameter. [`store`] has the statements, [`Runner`] the loop.

mod crash;
mod job;
mod lease;
mod pace;
mod runner;
pub mod store;
mod trace;

pub use crash::{CrashPoints, Crashed};
pub use job::{Claim, Enqueued, NewJob, Outcome, Priority, StaleClaim, retry_delay};
pub use lease::{
    Lease, Standing, acquire as acquire_lease, give_back as give_back_lease,
    standing as lease_standing,
};
pub use pace::{Allowance, Grant, take as take_allowance};
pub use runner::{Handler, PoolSettings, Runner, Stepped, Wake};
