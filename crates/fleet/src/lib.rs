//! Several real processes of the program between the emulators, over one PostgreSQL, as in a big
//! deployment; and a storm through which they must bring every order to its right end.
//!
//! The program is known here by its path, its settings and its tables only. [`chaos`] is the storm;
//! [`Outside`], [`Process`] and [`Customer`] are what any other trial of whole processes needs.

mod chaos;
mod customer;
mod front;
mod outside;
mod process;
mod slot;
mod store;
mod weather;

pub use chaos::{Outcome, Plan, chaos};
pub use customer::Customer;
pub use front::Front;
pub use outside::Outside;
pub use process::Process;
pub use store::{Ends, QueueAge, Turns, age_of_queue, open_orders, placed_by, turns};
