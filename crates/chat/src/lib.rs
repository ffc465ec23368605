//! All that a person sees: screens, questions, notices, and the way they reach Telegram.
//!
//! An update is stored ([`receive()`]), and a job works on it. What follows from it is decided by
//! pure functions: `react` takes the session and what the person did, `render` writes the
//! screen; both are tables and properties in the tests. The job does what was asked for, saves the
//! session, queues the screen and completes itself in **one** transaction ([`Talk`]). Screens and
//! notices go out through one paced [`Sender`]; a notice is rendered from the state of the moment
//! in which it is sent.
//!
//! Texts live in `texts/`, SQL in `store`.

mod answer;
mod button;
mod delivery;
mod desk;
mod files;
mod ideas;
mod input;
mod notices;
mod react;
mod receive;
mod register;
mod render;
mod screen;
mod screens;
mod sender;
mod session;
mod store;
mod talk;
mod texts;
mod topup;
mod updates;
mod view;

pub use delivery::Courier;
pub use desk::Desk;
pub use files::{FileFailure, FileFuture, FileSource, TelegramFiles};
pub use receive::{Checkout, Received, UPDATE, forget_updates, receive};
pub use register::register;
pub use screens::{RESEND, SEND_SCREEN};
pub use sender::Sender;
pub use talk::{Talk, TalkParts};
pub use topup::perform::{bill_description, declined};
pub use view::FileTrouble;

#[cfg(test)]
mod trial;
