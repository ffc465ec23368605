use serde::{Deserialize, Serialize};

/// What a person is told about given money; all sums in kopecks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum BonusNews {
    /// A top-up has brought something beside its money.
    Extras {
        /// By a promo code.
        promo_kopecks: i64,
        /// For the first payment of somebody who was invited.
        friend_kopecks: i64,
    },
    /// A friend who was invited has paid for the first time: the inviter's reward.
    FriendPaid {
        /// How much.
        kopecks: i64,
    },
    /// The first payment of a friend who was invited went back, and the inviter's reward with it.
    FriendRefunded {
        /// How much.
        kopecks: i64,
        /// How much of it was spent, and is owed now.
        owed_kopecks: i64,
    },
    /// A payment went back, and with it what it had brought beside its money.
    ExtrasLost {
        /// How much.
        kopecks: i64,
        /// How much of it was spent, and is owed now.
        owed_kopecks: i64,
    },
    /// Somebody has opened the person's gift.
    GiftClaimed {
        /// How much.
        kopecks: i64,
    },
    /// Nobody has opened the person's gift in time, and the money is back.
    GiftReturned {
        /// How much.
        kopecks: i64,
    },
    /// The time of bonus money ran out.
    Expired {
        /// How much.
        kopecks: i64,
    },
}

/// A limit of what is given away on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// Of welcome bonuses.
    Welcome,
    /// Of promo codes and invitations.
    Promo,
}
