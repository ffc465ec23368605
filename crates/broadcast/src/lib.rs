//! One message for many people: what it says ([`Post`]), who gets it ([`Segment`]), and its way
//! through all of them.
//!
//! [`State`] and [`Event`] are a pure table. One job walks through the people in the order of their
//! ids, sends to one at a time, and writes down after each whose turn was over: of a killed process
//! at most the one message that was on its way is sent again. It takes only what the other messages
//! leave of the bot's pace, and waits without holding a worker.

mod post;
mod segment;
mod send;
mod state;
mod steer;
mod store;

pub use post::{LINK_TEXT_MAX, LinkButton, Media, MediaKind, Post};
pub use segment::Segment;
pub use send::{BROADCAST, Broadcaster, BroadcasterParts, TRY};
pub use state::{Event, State};
pub use steer::{Change, audience, change, create, find, list, newest, sources, steer, try_out};
pub use store::{Broadcast, Counts};
