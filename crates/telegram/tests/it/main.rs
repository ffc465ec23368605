//! The transport against small servers of its own on the loopback.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod calls;
mod stub;
mod transport;
