//! The catalogue: how long the program reads it at the start.

use std::time::Instant;

use anyhow::Context as _;
use catalog::Catalog;

use crate::figures::{median, milliseconds, percentile};
use crate::report::{Goal, Line};

/// Reads of all files, one after another.
const READS: u32 = 20;

/// How long a start may take over the catalogue, in milliseconds.
const READ_MS: f64 = 50.0;

pub(crate) fn measure() -> anyhow::Result<Vec<Line>> {
    let mut times = Vec::new();
    let mut models = 0;
    for _ in 0..READS {
        let start = Instant::now();
        let catalog = Catalog::builtin().context("the catalogue cannot be read")?;
        times.push(milliseconds(start.elapsed()));
        models = catalog.models().len();
    }
    let note =
        format!("{READS} reads of {models} models; slowest {:.1} ms", percentile(&times, 100));
    Ok(vec![
        Line::new("d", "catalogue read at the start", median(&times), "ms")
            .goal(Goal::Below(READ_MS))
            .note(note),
    ])
}
