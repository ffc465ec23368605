use std::collections::BTreeMap;

use media::MediaKind;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a person answered, by field name.
pub type Answers = BTreeMap<String, Answer>;

/// The answer to one field.
///
/// The stored form is `{"kind": "choice", "value": "16:9"}`; it is kept in sessions and orders, so
/// it only ever grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Answer {
    /// Free text, for a text field.
    Text(String),
    /// A whole number, for an integer field.
    Integer(i64),
    /// A decimal number, for a number field; stored as a string to stay exact.
    #[serde(with = "decimal_text")]
    Number(Decimal),
    /// Yes or no, for a switch.
    Switch(bool),
    /// The value (not the label) of one option, for a choice.
    Choice(String),
    /// Files in the order in which the person sent them, for a files field.
    Files(Vec<FileInput>),
    /// Entries of the same form, each with the answers to its own fields.
    Items(Vec<Answers>),
    /// Plain values of one kind.
    Values(Vec<Answer>),
}

impl Answer {
    /// Every file of the answer, those inside entries included.
    #[must_use]
    pub fn files(&self) -> Vec<&FileInput> {
        match self {
            Self::Files(files) => files.iter().collect(),
            Self::Items(items) => {
                items.iter().flat_map(BTreeMap::values).flat_map(Self::files).collect()
            }
            Self::Values(values) => values.iter().flat_map(Self::files).collect(),
            Self::Text(_)
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Switch(_)
            | Self::Choice(_) => Vec::new(),
        }
    }
}

/// A file that a person gave: where it is, and what was measured in its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInput {
    /// Where the bytes are, opaque to the catalogue: a Telegram `file_id`, for example.
    pub source: String,
    /// Picture, video or sound.
    pub kind: MediaKind,
    /// The type found in the content, such as `image/png`.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width in pixels, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Duration in milliseconds, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

mod decimal_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&value.normalize())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}
