//! The files as they are written.

use std::collections::BTreeMap;

use media::MediaKind;
use serde::Deserialize;

use crate::{Body, Category, Likeness, Output, Why, Writes};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) family: String,
    #[serde(default)]
    pub(super) list: BTreeMap<String, Vec<String>>,
    pub(super) model: Vec<RawModel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModel {
    pub(super) id: String,
    pub(super) name: RawText,
    pub(super) does: Option<RawText>,
    pub(super) for_whom: Option<RawText>,
    pub(super) example: Option<RawText>,
    pub(super) usual_seconds: u32,
    pub(super) category: Category,
    pub(super) output: Output,
    pub(super) makes: Option<Likeness>,
    pub(super) writes: Option<Writes>,
    #[serde(default = "one")]
    pub(super) outputs_max: u8,
    #[serde(default = "yes")]
    pub(super) menu: bool,
    #[serde(default)]
    pub(super) needs_callback: bool,
    pub(super) endpoint: Option<RawEndpoint>,
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

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEndpoint {
    pub(super) path: String,
    pub(super) body: Body,
}

/// The texts of one family, beside its file of facts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTexts {
    /// Texts of fields that several models of the family share, by the field's path.
    #[serde(default)]
    pub(super) field: BTreeMap<String, RawFieldTexts>,
    #[serde(default)]
    pub(super) model: Vec<RawModelTexts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawModelTexts {
    pub(super) id: String,
    pub(super) does: Option<RawText>,
    pub(super) for_whom: Option<RawText>,
    pub(super) example: Option<RawText>,
    pub(super) action: Option<RawText>,
    #[serde(default)]
    pub(super) field: BTreeMap<String, RawFieldTexts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFieldTexts {
    pub(super) label: Option<RawText>,
    pub(super) hint: Option<RawText>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, RawText>,
    pub(super) numbered: Option<RawText>,
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
    pub(super) why: Option<Why>,
    pub(super) reason: Option<RawText>,
    pub(super) sibling: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawShared {
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
    pub(super) fixed: Option<RawFixed>,
    pub(super) texts: Option<String>,
    pub(super) label: Option<RawText>,
    pub(super) hint: Option<RawText>,
    pub(super) min: Option<RawNumber>,
    pub(super) max: Option<RawNumber>,
    pub(super) step: Option<RawNumber>,
    pub(super) options: Option<RawOptions>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, RawText>,
    pub(super) numbered: Option<RawText>,
    #[serde(default)]
    pub(super) own_labels: bool,
    #[serde(default)]
    pub(super) field: Vec<RawField>,
    pub(super) of: Option<Box<RawField>>,
    pub(super) from: Option<RawEarlier>,
    #[serde(default = "yes")]
    pub(super) sent: bool,
    pub(super) wire: Option<RawWire>,
    pub(super) media: Option<MediaKind>,
    pub(super) max_mb: Option<u32>,
    pub(super) accept: Option<Vec<String>>,
    pub(super) shape: Option<RawShape>,
    pub(super) min_seconds: Option<u32>,
    pub(super) max_seconds: Option<u32>,
    pub(super) min_side: Option<u32>,
    pub(super) max_side: Option<u32>,
    pub(super) max_stretch: Option<RawNumber>,
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
    Items,
    Values,
    Opaque,
}

/// The values of a choice, or the name of a `list` of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a list of values, or the name of a list of the file")]
pub(super) enum RawOptions {
    Here(Vec<String>),
    List(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEarlier {
    pub(super) id: RawEarlierId,
    pub(super) models: Vec<String>,
    #[serde(default)]
    pub(super) when: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFixed {
    pub(super) when: toml::Table,
    pub(super) to: toml::Value,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawEarlierId {
    Task,
    Audio,
    Persona,
    Voice,
    Character,
    Words,
    Title,
    OutputIndex,
    Masks,
    Answer(String),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawAsked {
    First,
    Option,
    Never,
    EarlierResult,
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
    Forbidden(toml::Table),
    SumAtMost { items: String, of: String, max: String },
    NamedIn { field: String, of: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPrice {
    pub(super) per: Option<RawPers>,
    #[serde(default)]
    pub(super) rows: Vec<RawRow>,
    #[serde(default)]
    pub(super) addons: Vec<RawAddon>,
    pub(super) tokens: Option<RawTokens>,
    #[serde(default)]
    pub(super) unconfirmed: bool,
    #[serde(default)]
    pub(super) at_most: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTokens {
    pub(super) input: String,
    pub(super) output: String,
    pub(super) texts: Vec<String>,
    pub(super) input_per_character: RawNumber,
    pub(super) output_per_character: RawNumber,
    pub(super) fixed: RawNumber,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "`order`, a unit such as { second = field }, or a list of units")]
pub(super) enum RawPers {
    One(RawPer),
    All(Vec<RawPer>),
}

/// One name or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "the name of a field, or a list of names")]
pub(super) enum RawNames {
    One(String),
    All(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawPer {
    Order,
    Second(RawNames),
    Longest(Vec<String>),
    Minute(RawNames),
    ThousandCharacters(String),
    Output(String),
    Results(u8),
    Megapixel(String),
    MegapixelOf { field: String, sizes: BTreeMap<String, RawNumber> },
    Frames { frames: String, rate: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRow {
    #[serde(default)]
    pub(super) when: toml::Table,
    pub(super) credits: String,
    pub(super) per: Option<RawPers>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAddon {
    #[serde(default)]
    pub(super) when: toml::Table,
    pub(super) credits: String,
    pub(super) files: RawNames,
    #[serde(default)]
    pub(super) free: u8,
}
