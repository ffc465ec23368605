use serde::{Deserialize, Serialize};

/// What an operator did that the person must hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// Money was given.
    Credited {
        /// How much, in kopecks.
        kopecks: i64,
        /// What for, in the operator's words.
        reason: String,
    },
    /// Money was taken.
    Debited {
        /// How much, in kopecks.
        kopecks: i64,
        /// What for, in the operator's words.
        reason: String,
    },
    /// The price of an order was given back.
    Refunded {
        /// The order's short number.
        code: String,
        /// How much, in kopecks.
        kopecks: i64,
        /// What for, in the operator's words.
        reason: String,
    },
    /// The operator writes to the person.
    Written {
        /// The operator's words.
        text: String,
    },
    /// The person may not order any more.
    Blocked,
    /// The person may order again.
    Unblocked,
}
