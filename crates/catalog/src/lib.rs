//! Models on sale: schemas, validation, prices, texts.
//!
//! Everything that differs between models is data: one TOML file per family in `models/`, built
//! into the program and fully validated by [`Catalog::builtin`]. No model has code of its own.
//!
//! # The format of the files
//!
//! `shared.toml` holds label, hint and option labels of fields that many models share. Every other
//! file is a `family` with `[[model]]` tables: `id` (what KIE calls it), `name`, `does`,
//! `for_whom`, `example` (a text, or `{ ru, en }`), `category`, `output`, `outputs_max`,
//! `usual_seconds`, and `[model.not_sold]` (`reason`, `sibling`) for what is known but not sold.
//!
//! A `[[model.field]]` has `name`, `type` and the limits of its type:
//!
//! | type | keys |
//! |---|---|
//! | `text` | `min`, `max`, `max_when = [{ when, max }]` (characters) |
//! | `integer`, `number` | `min`, `max`, `step`; fractions as strings: `"0.7"` |
//! | `switch` | |
//! | `choice` | `options`, `wire` (`text`, `integer`, `number`), `labels`, or `numbered` for labels «word 1», «word 2» |
//! | `files` | `media`, `min`, `max`, `max_mb`, `accept`, `shape` (`one`, `list`), `min_seconds`, `max_seconds` |
//!
//! and for every type `required`, `default` (shown and sent), `asked` (`first`, `option`, `never`;
//! by default `first` for what is required without a default, else `option`), `shown_when`,
//! `required_when`, `texts` (the entry of `shared.toml`; by default that of the field's name),
//! `label`, `hint`.
//!
//! A condition (`when`, `shown_when`, …) is a table of fields: `{ sound = true }`, a list for "one
//! of" (`{ mode = ["fast", "fine"] }`), `{ video = { given = false } }` for presence. In a field it
//! may name only fields above.
//!
//! `[[model.rule]]` is `needs_one_of = [["video"], ["pictures", "prompt"]]` or
//! `not_together = ["video", "pictures"]`.
//!
//! `[model.price]` has `rows = [{ when, credits, per }]`, of which exactly one applies to an input,
//! `addons = [{ when, credits, files, free }]` for surcharges by file, and `per`: `"order"`,
//! `{ second = field }` (a duration field, or the measured length of files),
//! `{ thousand_characters = field }` or `{ output = field }`. Credits are strings, exact.
//!
//! # Counting
//!
//! Lengths of texts are counted in Unicode scalar values (`str::chars`): KIE does not say what it
//! counts, and this is what people and most services mean by characters.

mod answer;
mod catalogue;
mod check;
mod condition;
mod error;
mod fault;
mod language;
mod load;
mod model;
mod payload;
mod price;
mod schema;

pub use answer::{Answer, Answers, FileInput};
pub use catalogue::Catalog;
pub use error::CatalogError;
pub use fault::Fault;
pub use language::{Language, Localized};
pub use model::{Body, Category, Endpoint, Model, Output, Sale, Why};
pub use price::{PriceUnknown, Tariff};
pub use schema::{Asked, ChoiceOption, Earlier, EarlierId, Field, FieldKind, FileShape, Wire};

/// The most bytes of a model's id: a button of the Bot API carries 64 bytes, the rest is for the
/// button's own code.
pub const ID_MAX_BYTES: usize = 48;
