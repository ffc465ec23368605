//! Stories: the whole program against the emulators, each told like a conversation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod again;
mod albums;
mod bonuses;
mod bounds;
mod broadcasts;
mod busy;
mod cancelling;
mod cards;
mod codes;
mod continuations;
mod counter;
mod crashes;
mod crawler;
mod day;
mod delivery;
mod failures;
mod firsts;
mod free;
mod health;
mod ideas;
mod inputs;
mod journey;
mod leaving;
mod likenesses;
mod links;
mod listing;
mod models;
mod offers;
mod operator;
mod orders;
mod panel_catalogue;
mod person;
mod providers;
mod refunds;
mod softer;
mod stars;
mod statistics;
mod traces;
mod transfers;
mod uncertainty;
mod waiting;
mod watching;
mod world;
