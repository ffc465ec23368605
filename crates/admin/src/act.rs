//! What operators do: everything that changes something.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::broadcasts;
use crate::catalogue::Deed;
use crate::role::{Right, Role};
use crate::setting::Setting;
use crate::{codes, till};

/// An action. It is kept in this form while it waits for a second operator, and in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum Act {
    /// Money is given, or taken when the sum is negative.
    Adjust {
        user: i64,
        kopecks: i64,
        reason: String,
    },
    Block {
        user: i64,
        reason: String,
    },
    Unblock {
        user: i64,
    },
    /// The role of the person; none takes it away.
    Role {
        user: i64,
        role: Option<Role>,
    },
    Letter {
        user: i64,
        text: String,
    },
    /// What was taken for a delivered order goes back: so much, as it was confirmed.
    Refund {
        order: Uuid,
        #[serde(default)]
        kopecks: i64,
        reason: String,
    },
    /// Something about a payment.
    Till(till::Deed),
    /// Something about a promo code.
    Codes(codes::Deed),
    /// The model goes off sale, or comes back.
    Off {
        model: String,
        off: bool,
    },
    /// A price or a markup of its own; with neither the model costs what the formula says.
    Rule {
        model: String,
        kopecks: Option<i64>,
        #[serde(with = "as_text")]
        markup: Option<Decimal>,
    },
    /// A model that rests because it failed is let in again at once.
    Wake {
        model: String,
    },
    /// Something about the catalogue beside KIE.ai.
    Catalogue {
        deed: Deed,
    },
    /// The value of a setting; none is the environment's.
    Set {
        setting: Setting,
        value: Option<String>,
    },
    /// About a message for many people.
    Broadcast(broadcasts::Deed),
}

/// Numbers are kept as they are written.
mod as_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(
        number: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        number.map(|number| number.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

impl Act {
    /// The word in the record.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Adjust { kopecks, .. } if *kopecks < 0 => "debit",
            Self::Adjust { .. } => "credit",
            Self::Block { .. } => "block",
            Self::Unblock { .. } => "unblock",
            Self::Role { .. } => "role",
            Self::Letter { .. } => "letter",
            Self::Refund { .. } => "refund",
            Self::Till(deed) => deed.word(),
            Self::Codes(deed) => deed.word(),
            Self::Off { .. } => "model_off",
            Self::Rule { .. } => "model_price",
            Self::Wake { .. } => "model_wake",
            Self::Catalogue { deed } => deed.word(),
            Self::Set { .. } => "setting",
            Self::Broadcast(deed) => deed.word(),
        }
    }

    /// Whom or what it concerns, as the record names it.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Adjust { user, .. }
            | Self::Block { user, .. }
            | Self::Unblock { user }
            | Self::Role { user, .. }
            | Self::Letter { user, .. } => format!("user:{user}"),
            Self::Refund { order, .. } => format!("order:{order}"),
            Self::Till(deed) => format!("payment:{}", deed.payment()),
            Self::Codes(deed) => format!("promo:{}", deed.code()),
            Self::Off { model, .. } | Self::Rule { model, .. } | Self::Wake { model } => {
                format!("model:{model}")
            }
            Self::Catalogue { deed } => deed.subject(),
            Self::Set { setting, .. } => format!("setting:{}", setting.name()),
            Self::Broadcast(deed) => deed.subject(),
        }
    }

    /// Why, in the operator's words.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Adjust { reason, .. }
            | Self::Block { reason, .. }
            | Self::Refund { reason, .. } => Some(reason),
            Self::Till(deed) => deed.reason(),
            Self::Unblock { .. }
            | Self::Role { .. }
            | Self::Letter { .. }
            | Self::Off { .. }
            | Self::Rule { .. }
            | Self::Wake { .. }
            | Self::Codes(_)
            | Self::Catalogue { .. }
            | Self::Set { .. }
            | Self::Broadcast(_) => None,
        }
    }

    /// What it needs.
    pub(crate) const fn right(&self) -> Right {
        match self {
            Self::Adjust { .. } | Self::Refund { .. } => Right::Money,
            Self::Block { .. } | Self::Unblock { .. } => Right::Block,
            Self::Role { .. } => Right::Roles,
            Self::Letter { .. } => Right::Write,
            Self::Till(deed) => deed.right(),
            Self::Off { .. } | Self::Rule { .. } | Self::Wake { .. } | Self::Catalogue { .. } => {
                Right::Models
            }
            Self::Set { .. } | Self::Codes(_) => Right::Settings,
            Self::Broadcast(_) => Right::Broadcast,
        }
    }

    /// Whether the shop has to be put together anew after it.
    pub(crate) const fn changes_shop(&self) -> bool {
        match self {
            Self::Role { .. }
            | Self::Off { .. }
            | Self::Rule { .. }
            | Self::Wake { .. }
            | Self::Catalogue { .. }
            | Self::Set { .. } => true,
            Self::Adjust { .. }
            | Self::Block { .. }
            | Self::Unblock { .. }
            | Self::Letter { .. }
            | Self::Till(_)
            | Self::Codes(_)
            | Self::Refund { .. }
            | Self::Broadcast(_) => false,
        }
    }
}
