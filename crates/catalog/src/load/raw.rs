//! The files as they are written.

use std::collections::BTreeMap;

use media::MediaKind;
use serde::Deserialize;

use crate::Category;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) family: String,
    pub(super) model: Vec<RawModel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModel {
    pub(super) id: String,
    pub(super) name: RawText,
    pub(super) does: RawText,
    pub(super) for_whom: RawText,
    pub(super) example: RawText,
    pub(super) usual_seconds: u32,
    pub(super) category: Category,
    pub(super) output: MediaKind,
    #[serde(default = "one")]
    pub(super) outputs_max: u8,
    #[serde(default)]
    pub(super) field: Vec<RawField>,
    #[serde(default)]
    pub(super) rule: Vec<RawRule>,
    pub(super) price: Option<RawPrice>,
    pub(super) not_sold: Option<RawNotSold>,
}

fn one() -> u8 {
    1
}

/// One text for both languages, or one for each.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a text, or { ru = \"…\", en = \"…\" }")]
pub(super) enum RawText {
    Same(String),
    Both { ru: String, en: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNotSold {
    pub(super) reason: RawText,
    pub(super) sibling: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawShared {
    pub(super) label: RawText,
    pub(super) hint: RawText,
    #[serde(default)]
    pub(super) options: BTreeMap<String, RawText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: RawKind,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) asked: Option<RawAsked>,
    pub(super) default: Option<toml::Value>,
    pub(super) texts: Option<String>,
    pub(super) label: Option<RawText>,
    pub(super) hint: Option<RawText>,
    pub(super) min: Option<RawNumber>,
    pub(super) max: Option<RawNumber>,
    pub(super) step: Option<RawNumber>,
    pub(super) options: Option<Vec<String>>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, RawText>,
    pub(super) numbered: Option<RawText>,
    pub(super) wire: Option<RawWire>,
    pub(super) media: Option<MediaKind>,
    pub(super) max_mb: Option<u32>,
    pub(super) accept: Option<Vec<String>>,
    pub(super) shape: Option<RawShape>,
    pub(super) min_seconds: Option<u32>,
    pub(super) max_seconds: Option<u32>,
    pub(super) shown_when: Option<toml::Table>,
    pub(super) required_when: Option<toml::Table>,
    #[serde(default)]
    pub(super) max_when: Vec<RawMaxWhen>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawKind {
    Text,
    Integer,
    Number,
    Switch,
    Choice,
    Files,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawAsked {
    First,
    Option,
    Never,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawWire {
    Text,
    Integer,
    Number,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawShape {
    One,
    List,
}

/// A whole number, or an exact decimal as a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a whole number, or a decimal as a string")]
pub(super) enum RawNumber {
    Whole(i64),
    Decimal(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMaxWhen {
    pub(super) when: toml::Table,
    pub(super) max: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawRule {
    NeedsOneOf(Vec<Vec<String>>),
    NotTogether(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPrice {
    pub(super) per: RawPer,
    pub(super) rows: Vec<RawRow>,
    #[serde(default)]
    pub(super) addons: Vec<RawAddon>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawPer {
    Order,
    Second(String),
    ThousandCharacters(String),
    Output(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRow {
    #[serde(default)]
    pub(super) when: toml::Table,
    pub(super) credits: String,
    pub(super) per: Option<RawPer>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAddon {
    #[serde(default)]
    pub(super) when: toml::Table,
    pub(super) credits: String,
    pub(super) files: String,
    #[serde(default)]
    pub(super) free: u8,
}
