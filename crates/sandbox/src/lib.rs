//! Emulators of the outside: the Telegram Bot API and KIE.ai, and the web chat over them.
//!
//! Each emulator is a plain world model (people, chats, messages, tasks) with an HTTP face that
//! is written from the protocol's documentation. Nothing here shares code with our clients, so a
//! mistake of a client cannot agree with itself. The emulators refuse what the real services
//! refuse, and also what the real services silently ignore (unknown parameters): a typo must be
//! loud.
//!
//! - [`telegram`]: the Bot API over a world of people and chats;
//! - [`kie`]: KIE.ai's task API over a world of tasks;
//! - [`samples`]: files to send;
//! - [`web`]: the demo's chat page, a person's view of the Telegram world in a browser.

pub mod kie;
pub mod pay;
pub mod samples;
pub mod telegram;
pub mod web;
