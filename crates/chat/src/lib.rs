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

mod album;
mod answer;
mod bonus;
mod book;
mod busy;
mod button;
mod cleanup_store;
mod delivery;
mod desk;
mod files;
mod fixes;
mod free;
mod ideas;
mod input;
mod journey;
mod letters;
mod link;
mod links;
mod news;
mod notices;
mod offer;
pub mod panel;
mod react;
mod receive;
mod register;
mod render;
mod rules;
mod screen;
mod screens;
mod sender;
mod session;
mod shelf_check;
mod store;
mod talk;
mod tally;
mod texts;
mod topup;
mod updates;
mod view;

pub use book::{Leaf, book};
pub use cleanup_store::{
    count_paces, count_progress, count_sessions, count_updates, empty_sessions, forget_paces,
    forget_progress, forget_updates,
};
pub use delivery::Courier;
pub use desk::Desk;
pub use files::{FileFailure, FileFuture, FileSource, TelegramFiles};
pub use free::FreeTier;
pub use journey::links::{FileLinks, LINK_LIVES};
pub use journey::render::page_words;
pub use journey::shop::{Limits, Shop};
pub use links::{GuardedLinks, LinkSource, PersonFiles};
pub use news::no_news_button;
pub use receive::{Checkout, Received, UPDATE, receive};
pub use register::register;
pub use render::{alarm_name, alarm_words, failure_words};
pub use rules::{ModelRule, PageText, Rest, Rules};
pub use screen::{Act, Screen, Tap, Tone, fit, one_line, shorten};
pub use screens::{RESEND, SEND_SCREEN, SendScreen, Target, enqueue as enqueue_screen};
pub use sender::{Sender, Trouble, Urgency};
pub use shelf_check::{ScreenFault, check_screens, list_of_all};
pub use store::{find_language, set_blocked};
pub use talk::{Talk, TalkParts, later};
pub use tally::{Form, Scope, Tally};
pub use texts::Arg;
pub use topup::perform::{bill_description, declined};
pub use updates::{read as read_update, talker};
pub use view::FileTrouble;

#[cfg(test)]
mod trial;
