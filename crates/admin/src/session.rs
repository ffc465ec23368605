//! What the panel of one operator waits for.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::act::Act;
use crate::broadcasts::Ask;
use crate::setting::Setting;
use crate::{codes, till};

/// The state of a panel. Where the operator stands is in the buttons; only what waits for words or
/// for a confirmation is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The next text of the operator is the answer to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waiting: Option<Form>,
    /// The action that waits for a confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Act>,
    /// What was searched for last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) query: String,
}

/// Something that the operator is asked to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub(crate) enum Form {
    /// Whom to look for.
    Search,
    /// The short number of an order.
    Code,
    /// A sum and a reason.
    Credit { user: i64 },
    /// A sum and a reason.
    Debit { user: i64 },
    /// A reason.
    Block { user: i64 },
    /// A letter.
    Letter { user: i64 },
    /// A reason.
    Refund { order: Uuid },
    /// A sum.
    Price { model: String },
    /// A number.
    Markup { model: String },
    /// A value.
    Setting { setting: Setting },
    /// Something about a payment.
    Till(till::Ask),
    /// A step of making a promo code.
    Codes(codes::Ask),
    /// The same once more, because it matters.
    Retype { expected: String },
    /// Something about a message for many people.
    Broadcast(Ask),
}

impl Session {
    /// Reads a stored session; one of an older program that cannot be read is empty.
    pub(crate) fn read(stored: Value) -> Self {
        serde_json::from_value(stored).unwrap_or_default()
    }

    pub(crate) fn write(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}
