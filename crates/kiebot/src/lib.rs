//! The program: where all parts are put together.
//!
//! [`App`] composes the conversation, the generations and the queue over a database and two
//! clients; it is the same in production, in the demo and in the story tests. [`serve`] gives it
//! loops, an HTTP port and an orderly end; [`demo`] gives it emulators to talk to.

mod app;
mod backups;
pub mod books;
mod catalogue;
mod cleanup;
pub mod cli;
mod compose;
pub mod config;
pub mod demo;
mod doctor;
mod files;
mod housekeeping;
mod http;
mod metrics;
mod office;
mod pricing;
mod screens;
pub mod serve;
mod shopfront;
mod smoke;
mod storage;
mod supervise;
mod updates;
mod writer;

pub use app::{App, AppParts, Providers};
pub use housekeeping::look_after as look_after_house;
pub use http::router;
pub use metrics::Metrics;
pub use shopfront::keep as keep_shop;
pub use updates::remove_webhook;
pub use writer::WriterSettings;
