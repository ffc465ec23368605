//! Models on sale: schemas, validation, prices, texts.
//!
//! Everything that differs between models is data: one TOML file of facts per family in `models/`
//! and one of texts with the same name in `texts/`, built into the program and fully validated by
//! [`Catalog::builtin`]. No model has code of its own.
//!
//! # The format of the files
//!
//! `shared.toml` holds label, hint and option labels of fields that many models share, and, as
//! options of `not_sold`, why a model is not sold. Every other file is a `family` with `[[model]]`
//! tables: `id` (what KIE calls it), `name`, `category`, `output`, `makes` (`persona`, `voice` or
//! `character`: the result is the id of it, for other models), `writes` (`lyrics`, `timed_lyrics`,
//! `style` or `notes`: the result is words or notes), `outputs_max`, `usual_seconds`,
//! `menu = false` for what makes no sense alone, `needs_callback`, `endpoint = { path, body }` for
//! what `createTask` does not take, and `[model.not_sold]` (`why`, `reason`, `sibling`) for what is
//! known but not sold. `[list]` names long lists of values that several fields offer.
//!
//! A file of texts has `[[model]]` tables with `id`, `does`, `for_whom`, `example` (a text, or
//! `{ ru, en }`), `action` (the word of a button under an earlier result) and `[model.field.<name>]` tables with `label`, `hint`, `labels` (by option), or
//! `numbered` for labels «word 1», «word 2»; `[field.<name>]` tables do the same for the whole
//! family. A field inside a list is named `"list.name"`. The texts of the model go before those of
//! the family, and these before the shared ones. All of them may stand in the file of facts too. A
//! model that lacks a text is not on sale.
//!
//! A `[[model.field]]` has `name`, `type` and the limits of its type:
//!
//! | type | keys |
//! |---|---|
//! | `text` | `min`, `max`, `max_when = [{ when, max }]` (characters) |
//! | `integer`, `number` | `min`, `max`, `step`; fractions as strings: `"0.7"` |
//! | `switch` | |
//! | `choice` | `options` (values, or the name of a list), `wire` (`text`, `integer`, `number`), `own_labels` when the values need no words |
//! | `files` | `media`, `min`, `max`, `max_mb`, `accept`, `shape` (`one`, `list`), `min_seconds`, `max_seconds`, `min_side`, `max_side`, `max_stretch` (`"2.5"`: the long side to the short one) |
//! | `items` | `min`, `max`, and `[[model.field.field]]` tables: entries of the same form |
//! | `values` | `min`, `max`, `of` (a text or an integer) |
//! | `opaque` | never asked, never sent |
//!
//! and for every type `required`, `default` (shown and sent), `fixed = { when, to }` (beside these
//! answers it has this value and nobody is asked), `asked` (`first`, `option`, `never`;
//! by default `first` for what is required without a default, else `option`; `earlier_result` with
//! `from = { id, models, when }` for what the program fills in from a result of these models, of an
//! order for which `when = { field = "option" }` was chosen),
//! `sent = false` for what is only there for the price, `shown_when`, `required_when`, `max_when`
//! (of texts and integers), `texts` (the entry of `shared.toml`; by default that of the field's
//! name). The `id` of `from` is `task`, `audio`, `persona`, `voice`, `character`, `output_index`,
//! `masks`, or `{ answer = field }` for what was answered to the earlier model. Words of a result
//! (`words`, `title`) may fill in what is asked otherwise.
//!
//! A text, a file or a list for which KIE names no limit has one of our own.
//!
//! A condition (`when`, `shown_when`, …) is a table of fields: `{ sound = true }`, a list for "one
//! of" (`{ mode = ["fast", "fine"] }`), `{ video = { given = false } }` for presence,
//! `{ duration = { min = 1, max = 5 } }` for a range of numbers, `"video.seconds"` and
//! `"picture.side"` with a range for what is measured in files. In a field it may name only fields
//! above.
//!
//! `[[model.rule]]` is `needs_one_of = [["video"], ["pictures", "prompt"]]`,
//! `not_together = ["video", "pictures"]`, `forbidden = { duration = "10", quality = "1080p" }`, or
//! `sum_at_most = { items, of, max }` (the numbers `of` of all `items` against the number `max`), or
//! `named_in = { field = "list.text", of = "list.text" }` (each text `field` is one of the texts `of`).
//!
//! `[model.price]` has `rows = [{ when, credits, per }]`, of which exactly one applies to an input,
//! `addons = [{ when, credits, files, free }]` for surcharges by file, and `per`: `"order"`,
//! `{ second = field }` (a duration field, or the measured length of files; several are summed),
//! `{ longest = fields }`, `{ minute = field }`, `{ frames = { frames, rate } }`,
//! `{ thousand_characters = field }` (or `"list.text"`), `{ output = field }`,
//! `{ megapixel = files }`, `{ megapixel_of = { field, sizes } }`, `{ results = n }` (of at most so
//! many, a bound), or a list of these, which are multiplied. `at_most = true` makes any price a bound. Credits are strings, exact. `unconfirmed = true` marks a price that an old or
//! contradictory list names. A price by tokens has `[model.price.tokens]` instead of rows: credits
//! for a million tokens in and out, and the most tokens that a character can cost.
//!
//! # Counting
//!
//! Lengths of texts are counted in Unicode scalar values (`str::chars`): KIE does not say what it
//! counts, and this is what people and most services mean by characters.

mod answer;
mod audit;
mod catalogue;
mod check;
mod condition;
mod earlier;
mod error;
mod export;
mod fault;
mod form;
mod language;
mod load;
mod model;
mod openapi;
mod overlay;
mod payload;
mod price;
mod published;
mod schema;
mod usual;

pub use answer::{Answer, Answers, FileInput};
pub use audit::Flaw;
pub use catalogue::Catalog;
pub use earlier::EarlierResult;
pub use error::CatalogError;
pub use fault::Fault;
pub use form::Form;
pub use language::{Language, Localized};
pub use model::{Body, Category, Endpoint, Model, Output, Sale, Why};
pub use overlay::{Difference, Overlay, PriceMove, Repriced};
pub use price::{PriceUnknown, Tariff};
pub use published::{PriceTag, Published, PublishedField, PublishedInput, PublishedKind};
pub use schema::{
    Asked, ChoiceOption, Earlier, EarlierId, Field, FieldKind, FileShape, Frame, Likeness, Wire,
    Writes,
};

/// The most bytes of a model's id: a button of the Bot API carries 64 bytes, the rest is for the
/// button's own code.
pub const ID_MAX_BYTES: usize = 48;

/// Whether a text that came from outside has the form of a model's name: it may still name none.
#[must_use]
pub fn may_be_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_MAX_BYTES && text.is_ascii()
}
