//! The shop in figures: what a day, a week or a month of Moscow came to.
//!
//! [`gather()`] reads the numbers of a [`Period`] and of as much of the one before it, all of one
//! moment of the database; money comes from the ledger alone. [`Columns`] and [`Ranks`] are charts as
//! plain values: they know no word and no table, become SVG by `svg`, and a picture by [`png()`].

mod chart;
mod numbers;
mod paint;
mod period;
mod ranks;
mod store;

pub use chart::{Axis, Column, Columns, Layout, Legend};
pub use numbers::{
    Bucket, Failure, Figures, ModelFigures, Money, Orders, People, Queue, Report, Source, Spread,
    Times, percent, trend,
};
pub use paint::{Colour, HEIGHT, Unpainted, WIDTH, png};
pub use period::{Period, Span, moscow};
pub use ranks::{Rank, Ranks};
pub use store::{begin_slot, gather};
