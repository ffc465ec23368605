use money::Rub;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Real money, or the play money of the test mode. The two never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum World {
    /// Real money and KIE.ai itself.
    Real,
    /// The test mode: a wallet of its own and the built-in emulator.
    Test,
}

impl World {
    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Test => "test",
        }
    }

    /// The world of a word in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Real, Self::Test].into_iter().find(|world| world.as_str() == text)
    }
}

/// A person's money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// What can be spent now: real and bonus money together.
    pub balance: Rub,
    /// The part that was paid in.
    pub real: Rub,
    /// The part that was given.
    pub bonus: Rub,
    /// What open holds have set aside.
    pub held: Rub,
    /// What the person owes.
    pub debt: Rub,
}

/// Money to be set aside for a generation.
#[derive(Clone, Copy, Debug)]
pub struct HoldRequest {
    /// Whose.
    pub user_id: i64,
    /// From which wallet.
    pub world: World,
    /// For what; the hold's key.
    pub generation: Uuid,
    /// How much; not negative.
    pub amount: Rub,
}

/// What [`crate::hold`] did, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The money is set aside; the balance after it.
    Created {
        /// What is left to spend.
        balance: Rub,
    },
    /// This very hold was made before.
    Exists,
    /// A hold for this generation exists with another sum or person.
    ExistsWithDifferent,
    /// There is too little; nothing was changed.
    InsufficientFunds {
        /// How much more is needed.
        missing: Rub,
        /// How much there is.
        balance: Rub,
    },
}

/// What [`crate::commit`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// The held money is taken.
    Taken {
        /// How much.
        amount: Rub,
        /// The balance after it.
        balance: Rub,
    },
    /// It was taken before.
    AlreadyCommitted,
    /// It was given back before; nothing was taken.
    AlreadyReleased,
    /// There is no such hold.
    NoHold,
}

/// What [`crate::release`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The held money is back.
    Returned {
        /// How much.
        amount: Rub,
        /// The balance after it.
        balance: Rub,
    },
    /// It was given back before.
    AlreadyReleased,
    /// It was taken before: only a refund can help.
    AlreadyCommitted,
    /// There is no such hold.
    NoHold,
}

/// What [`crate::refund`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunded {
    /// The taken money is back where it came from.
    Returned {
        /// How much.
        amount: Rub,
        /// The balance after it.
        balance: Rub,
    },
    /// It was refunded before.
    AlreadyRefunded,
    /// Nothing was taken.
    NothingTaken,
}

/// What [`crate::top_up`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToppedUp {
    /// The money is in the wallet.
    Credited {
        /// The balance after it.
        balance: Rub,
        /// How much of it covered a debt.
        debt_covered: Rub,
    },
    /// This very payment was credited before.
    Exists,
    /// The key was used for another sum or person.
    ExistsWithDifferent,
}

/// Money to be given or taken by an operator.
#[derive(Clone, Copy, Debug)]
pub struct Adjustment<'a> {
    /// Whose.
    pub user_id: i64,
    /// In which wallet.
    pub world: World,
    /// How much; a negative sum is taken.
    pub amount: Rub,
    /// Who decided, as the ledger names it.
    pub actor: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The key of the operation.
    pub key: &'a str,
}

/// Bonus money that was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// What was left of it.
    pub taken: Rub,
    /// What was spent of it, and is owed now.
    pub owed: Rub,
}

/// What [`crate::adjust`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjusted {
    /// The wallet is changed; the balance after it.
    Done {
        /// What can be spent now.
        balance: Rub,
    },
    /// This very adjustment was made before.
    Exists,
    /// The key was used for another sum or wallet; nothing was changed.
    ExistsWithDifferent,
    /// There is less to spend than was to be taken; nothing was changed.
    InsufficientFunds {
        /// How much there is.
        balance: Rub,
    },
    /// The person has no wallet.
    NoWallet,
}

/// What [`crate::pay_back`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidBack {
    /// The money left the wallet; what was spent already is owed.
    Taken {
        /// The balance after it.
        balance: Rub,
        /// How much of it became a debt.
        owed: Rub,
    },
    /// It left before.
    Exists,
}

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// Paid in by the person.
    Topup,
    /// Given by the shop.
    Bonus,
    /// Set aside for a generation.
    Hold,
    /// Taken for a generation.
    Commit,
    /// Given back before it was taken.
    Release,
    /// Given back after it was taken.
    Refund,
    /// Changed by an operator.
    Adjust,
    /// Bonus money whose time ran out.
    Expire,
    /// Paid by the shop to the provider.
    Cost,
    /// Paid by the shop for something that the person did not pay.
    Loss,
    /// Put aside for somebody who opens a link.
    GiftOut,
    /// Taken from such a link, or back from it.
    GiftIn,
    /// A payment that went back to where it came from.
    Payback,
}

impl MovementKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Topup,
        Self::Bonus,
        Self::Hold,
        Self::Commit,
        Self::Release,
        Self::Refund,
        Self::Adjust,
        Self::Expire,
        Self::Cost,
        Self::Loss,
        Self::GiftOut,
        Self::GiftIn,
        Self::Payback,
    ];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Topup => "topup",
            Self::Bonus => "bonus",
            Self::Hold => "hold",
            Self::Commit => "commit",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Adjust => "adjust",
            Self::Expire => "expire",
            Self::Cost => "cost",
            Self::Loss => "loss",
            Self::GiftOut => "gift_out",
            Self::GiftIn => "gift_in",
            Self::Payback => "payback",
        }
    }

    /// The kind of a word in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Which way money went, seen from what a person can spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// There is more to spend.
    In,
    /// There is less to spend.
    Out,
    /// What can be spent is the same, such as when held money is taken.
    Beside,
}

/// One operation on a wallet, as its owner may read it. The parts of an operation that touched
/// several kinds of money are added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The id of its first ledger row: pages continue before it.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Why.
    pub kind: MovementKind,
    /// How much; always positive.
    pub amount: Rub,
    /// Which way it went, as the accounts of its rows say.
    pub direction: Direction,
    /// What could be spent after it.
    pub balance_after: Option<Rub>,
    /// For which generation.
    pub generation: Option<Uuid>,
    /// An operator's reason, or where a bonus came from.
    pub reason: Option<String>,
}
