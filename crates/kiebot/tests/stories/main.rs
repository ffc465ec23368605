//! Stories: the whole program against the emulators, each told like a conversation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod bonuses;
mod bounds;
mod broadcasts;
mod cancelling;
mod continuations;
mod counter;
mod crashes;
mod crawler;
mod delivery;
mod failures;
mod free;
mod ideas;
mod inputs;
mod journey;
mod links;
mod listing;
mod models;
mod offers;
mod operator;
mod orders;
mod person;
mod providers;
mod stars;
mod transfers;
mod uncertainty;
mod world;
