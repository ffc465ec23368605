//! The catalogue: how long the program reads it at the start, and how long the list of all models
//! takes to open.

use std::time::Instant;

use anyhow::Context as _;
use catalog::Catalog;

use crate::figures::{median, milliseconds, percentile};
use crate::report::{Goal, Line};
use crate::talk;

/// Reads of all files, one after another.
const READS: u32 = 20;

/// How long a start may take over the catalogue, in milliseconds.
const READ_MS: f64 = 50.0;

/// How long the list of all models may take to open, in milliseconds.
const LIST_MS: f64 = 50.0;

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
        list()?,
    ])
}

/// Every page of the list of all models, each opened by a press on its button.
fn list() -> anyhow::Result<Line> {
    let desk = talk::desk()?;
    let (mut times, mut pages) = (Vec::new(), 0);
    for _ in 0..READS {
        let mut before = None;
        for page in 0_u16.. {
            let start = Instant::now();
            let screen = chat::list_of_all(&desk, page);
            times.push(milliseconds(start.elapsed()));
            // There is nothing behind the last page.
            if before.as_ref() == Some(&screen) {
                break;
            }
            pages = page + 1;
            before = Some(screen);
        }
    }
    let listed = desk.catalog.models().iter().filter(|model| desk.on_sale(&model.id).is_some());
    let note = format!(
        "{pages} pages of {} models, each opened {READS} times; median {:.2} ms",
        listed.count(),
        median(&times)
    );
    Ok(Line::new("d", "list of all models opened, slowest", percentile(&times, 100), "ms")
        .goal(Goal::Below(LIST_MS))
        .note(note))
}
