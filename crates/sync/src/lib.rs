//! Comparing the catalogue with what KIE.ai publishes, and accepting the changes.
//!
//! A run reads the list, the price feed, every schema and every success rate, one call a second for all processes
//! together ([`Syncer`]): each call is a job of its own, or a turn of the command that waits for it.
//! Then [`diff()`] compares, and the changes are stored. Accepting them ([`apply`], or a run that may
//! do it itself) stores *overlays* ([`catalog::Overlay`]) and raises the catalogue's revision, by
//! which every process knows that it must read them again ([`revision`], [`overlays`]).
//!
//! Nothing here stops a sale by accident: an answer that cannot be read, or a list that lacks half of
//! what is sold, ends the run and leaves everything as it is.

mod change;
mod diff;
mod read;
mod store;
mod syncer;

pub use change::{Change, ChangeKind};
pub use diff::{Found, Implausible, Known, diff};
pub use store::rates::success_rates;
pub use store::{
    Applied, Mode, Run, RunState, apply, begin, changes_of, is_due, last_runs, overlays,
    pending_changes, revision, run,
};
pub use syncer::{SYNC, Syncer, SyncerParts, enqueue};
