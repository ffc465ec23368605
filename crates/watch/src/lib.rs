//! Looking at how the shop does, and telling the operators what is wrong until it is mended.
//!
//! [`Watch::look`] is called once a minute in every process. What only this process knows (its keys)
//! is looked at by all; the rest by the one that holds the lease. What is found goes to
//! [`outbox::report`], which tells what is new, reminds after growing pauses, and says when
//! something is in order again.

mod condition;
mod figures;
mod keys;
mod look;
mod policy;
mod rounds;
mod store;

pub use condition::{Condition, Funds, Keys, POLLING, condition};
pub use figures::{Figures, Moved, figures, last_entry, moved_after};
pub use look::{Settings, Watch, WatchParts};
pub use rounds::{Round, done, is_due};
