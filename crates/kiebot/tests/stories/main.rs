//! Stories: the whole program against the emulators, each told like a conversation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod orders;
mod person;
mod world;
