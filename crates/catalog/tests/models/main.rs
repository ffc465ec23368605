//! What holds for every model of the catalogue, and for the format of its files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken expectation of a test is a failed test"
)]

mod facts;
mod faults;
mod files;
mod fits;
mod lists;
mod prices;
mod sample;
mod texts;
mod usual;

use std::sync::LazyLock;

use catalog::Catalog;

static BUILTIN: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::builtin().map_err(|error| error.to_string()).unwrap());

fn builtin() -> &'static Catalog {
    &BUILTIN
}
