//! Stories: the whole program against the emulators, each told like a conversation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod cancelling;
mod counter;
mod crashes;
mod delivery;
mod failures;
mod ideas;
mod models;
mod orders;
mod person;
mod providers;
mod stars;
mod transfers;
mod uncertainty;
mod world;
