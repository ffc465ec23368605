use catalog::{Difference, Overlay, Published, Repriced};
use serde::{Deserialize, Serialize};

/// Something that a comparison found about one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The model's id.
    pub model: String,
    /// What it is.
    pub kind: ChangeKind,
    /// What accepting it lays over the catalogue; `None` when it is only to be known.
    pub overlay: Option<Overlay>,
    /// The listing that the next comparison is made with, once this is accepted.
    pub seen: Published,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeKind {
    /// KIE sells a model that the catalogue does not know.
    New {
        /// Why it cannot be sold, when it cannot.
        #[serde(default)]
        not_sold: Option<String>,
    },
    /// KIE has changed what it takes.
    Changed {
        /// In what way.
        differences: Vec<Difference>,
    },
    /// KIE does not list it any more.
    Gone,
    /// KIE lists it again.
    Returned,
    /// KIE takes other prices.
    Price {
        /// Which became which.
        moves: Vec<Repriced>,
    },
    /// Prices of KIE changed, and the numbers do not say which orders they are for.
    PriceUnclear,
    /// KIE's words about the price changed, and the numbers did not.
    PriceWords {
        /// As they were.
        before: String,
        /// As they are.
        now: String,
    },
    /// Seen for the first time, KIE's schema is not ours.
    Differs {
        /// In what way.
        differences: Vec<Difference>,
    },
    /// Seen for the first time, the price feed names a price that our list lacks.
    PriceDiffers {
        /// The prices that ours lacks.
        theirs: Vec<String>,
    },
}

impl ChangeKind {
    /// A word for tables and logs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::New { .. } => "new",
            Self::Changed { .. } => "changed",
            Self::Gone => "gone",
            Self::Returned => "returned",
            Self::Price { .. } => "price",
            Self::PriceUnclear => "price unclear",
            Self::PriceWords { .. } => "price words",
            Self::Differs { .. } => "differs",
            Self::PriceDiffers { .. } => "price differs",
        }
    }

    /// Whether accepting it changes what is sold, and not only what is known.
    #[must_use]
    pub fn changes_the_shelf(&self) -> bool {
        match self {
            Self::New { .. }
            | Self::Changed { .. }
            | Self::Gone
            | Self::Returned
            | Self::Price { .. } => true,
            Self::PriceUnclear
            | Self::PriceWords { .. }
            | Self::Differs { .. }
            | Self::PriceDiffers { .. } => false,
        }
    }
}
