use money::Rub;
use time::OffsetDateTime;

use crate::World;

/// Bonus money to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bonus {
    /// To whom.
    pub user_id: i64,
    /// Into which wallet.
    pub world: World,
    /// How much; positive.
    pub amount: Rub,
    /// What for.
    pub reason: BonusReason,
    /// The key that makes it happen once.
    pub key: String,
    /// Until when it can be spent; `None` for ever.
    pub expires_at: Option<OffsetDateTime>,
}

impl Bonus {
    /// The welcome bonus of a person.
    #[must_use]
    pub fn welcome(user_id: i64, amount: Rub) -> Self {
        Self {
            user_id,
            world: World::Real,
            amount,
            reason: BonusReason::Welcome,
            key: format!("welcome:{user_id}"),
            expires_at: None,
        }
    }
}

/// What bonus money is given for: the `reason` of its ledger row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BonusReason {
    /// The first contact.
    Welcome,
    /// A promo code.
    Promo,
    /// A friend who was invited has paid, or the invited friend's own first payment.
    Referral,
    /// A top-up of a bigger sum.
    TopUp,
}

impl BonusReason {
    const ALL: [Self; 4] = [Self::Welcome, Self::Promo, Self::Referral, Self::TopUp];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Promo => "promo",
            Self::Referral => "referral",
            Self::TopUp => "topup",
        }
    }

    /// The reason of a word in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What [`crate::give`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The bonus is in the wallet.
    Created {
        /// What can be spent after it.
        balance: Rub,
    },
    /// This very bonus was given before.
    Exists,
    /// The key was used for another sum or person.
    ExistsWithDifferent,
}

/// Bonus money that a person has, with its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// What is left of it.
    pub remaining: Rub,
    /// Until when it can be spent; `None` for ever.
    pub expires_at: Option<OffsetDateTime>,
}

/// Bonus money whose time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired {
    /// Whose it was.
    pub user_id: i64,
    /// In which wallet.
    pub world: World,
    /// How much was left of it.
    pub amount: Rub,
}
