//! The real binary: how it starts, serves, stops, dies and comes back, beside emulators that
//! outlive it. Time is real here, so these tests wait for what happens, never for a while.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod audits;
mod backups;
mod chaos;
mod comparing;
mod doctor;
mod operating;
mod outside;
mod refusals;
mod reports;
mod serving;
mod trouble;
mod webhook;
