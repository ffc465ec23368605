//! Models as KIE publishes them, in the few words that matter to us.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::openapi;

/// A model as KIE's listing shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The name that `createTask` takes.
    pub model: String,
    /// The display name.
    #[serde(default)]
    pub title: Option<String>,
    /// The vendor.
    #[serde(default)]
    pub provider: Option<String>,
    /// What it does, such as `Text to Video`.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// KIE's own words about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Its inputs; `None` when KIE says nothing about them that can be understood.
    #[serde(default)]
    pub input: Option<PublishedInput>,
    /// The lines of the price feed.
    #[serde(default)]
    pub tags: Vec<PriceTag>,
    /// The price as prose: good for noticing a change, not for computing.
    #[serde(default)]
    pub pricing: Option<String>,
}

/// One line of the price feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceTag {
    /// Which variant, in prose.
    pub words: String,
    /// Credits for one unit, an exact decimal.
    pub credits: String,
    /// What the credits are for, such as `per second`.
    pub unit: String,
}

/// What an order of a model takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublishedInput {
    /// The path that takes the order.
    pub path: String,
    /// The parameters, in KIE's order.
    pub fields: Vec<PublishedField>,
    /// Alternative sets of required parameters; empty when there is only one way.
    #[serde(default)]
    pub one_of: Vec<Vec<String>>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: PublishedKind,
    /// Whether an order without it is refused.
    #[serde(default)]
    pub required: bool,
    /// The values that are allowed, as texts.
    #[serde(default)]
    pub options: Option<Vec<String>>,
    /// What is taken when it is left out.
    #[serde(default)]
    pub default: Option<Value>,
    /// The smallest number, fewest characters, or fewest entries.
    #[serde(default)]
    pub min: Option<Decimal>,
    /// The largest number, most characters, or most entries.
    #[serde(default)]
    pub max: Option<Decimal>,
    /// The display name.
    #[serde(default)]
    pub title: Option<String>,
    /// KIE's words about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it is the address of a file.
    #[serde(default)]
    pub link: bool,
}

/// What a parameter holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PublishedKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Switch,
    /// Several values of one kind.
    List {
        /// What one value is.
        of: Box<PublishedField>,
    },
    /// An object with parameters of its own.
    Object {
        /// Those parameters.
        fields: Vec<PublishedField>,
    },
    /// Of a form that is not understood.
    Unknown,
}

impl PublishedInput {
    /// Reads KIE's OpenAPI document of a model; `None` when it says nothing usable. Any document may
    /// come: nothing in it can do more than that.
    #[must_use]
    pub fn read(document: &Value) -> Option<Self> {
        openapi::read(document)
    }

    /// The parameter of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&PublishedField> {
        self.fields.iter().find(|field| field.name == name)
    }
}
