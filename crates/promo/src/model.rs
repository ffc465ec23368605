use money::Rub;
use time::OffsetDateTime;
use uuid::Uuid;

/// Somebody who writes, perhaps for the first time.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer {
    /// Our number of the person.
    pub user_id: i64,
    /// Telegram's number.
    pub telegram_id: i64,
}

/// What [`crate::greet`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Welcomed {
    /// The person has been here all along.
    Known,
    /// The bonus is on the account.
    Given(Rub),
    /// The person was here before and erased themself: there is no second welcome.
    Before,
    /// The shop has given enough today: the person starts with nothing.
    CeilingReached,
    /// The shop gives no welcome bonus.
    NoBonus,
}

impl Welcomed {
    /// Whether the person has never been here before.
    #[must_use]
    pub const fn is_new(self) -> bool {
        match self {
            Self::Given(_) | Self::CeilingReached | Self::NoBonus => true,
            Self::Known | Self::Before => false,
        }
    }
}

/// What a promo code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// So much at once.
    Fixed(Rub),
    /// So many hundredths of the next top-up.
    Percent {
        /// How many.
        percent: i32,
        /// At most so much.
        max: Option<Rub>,
    },
}

/// Whom a promo code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Everybody.
    All,
    /// Who has never paid.
    New,
    /// Who has paid.
    Paying,
}

impl Segment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::New, Self::Paying];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::Paying => "paying",
        }
    }

    /// The segment of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|segment| segment.as_str() == text)
    }

    /// Whether somebody is meant who has paid, or has not.
    #[must_use]
    pub const fn fits(self, has_paid: bool) -> bool {
        match self {
            Self::All => true,
            Self::New => !has_paid,
            Self::Paying => has_paid,
        }
    }
}

/// A promo code to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// What people type: 3 to 32 of `A-Z 0-9 _ -`, in letters of any size.
    pub code: String,
    /// What it is worth.
    pub value: Value,
    /// How often it can be used in all; `None` without an end.
    pub uses_max: Option<i32>,
    /// How often by one person.
    pub uses_per_person: i32,
    /// Whom it is for.
    pub segment: Segment,
    /// From when.
    pub valid_from: Option<OffsetDateTime>,
    /// Until when.
    pub valid_until: Option<OffsetDateTime>,
    /// How many days its money can be spent; `None` for ever.
    pub bonus_days: Option<i32>,
}

impl NewCode {
    /// A code for everybody, once a person, without an end.
    #[must_use]
    pub fn simple(code: &str, value: Value) -> Self {
        Self {
            code: code.to_owned(),
            value,
            uses_max: None,
            uses_per_person: 1,
            segment: Segment::All,
            valid_from: None,
            valid_until: None,
            bonus_days: None,
        }
    }
}

/// Why a promo code cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewCodeFault {
    /// Such a code exists.
    Exists,
    /// The word is too short, too long, or has other letters.
    Word,
    /// The sum or the percentage makes no sense.
    Value,
    /// The numbers of uses or days make no sense.
    Numbers,
    /// It would end before it begins.
    Dates,
}

/// A promo code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code with its conditions.
    pub terms: NewCode,
    /// How often it was used.
    pub used: i32,
    /// When it was switched off.
    pub disabled_at: Option<OffsetDateTime>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: OffsetDateTime,
}

/// What a promo code has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeStatistics {
    /// How often it was used.
    pub uses: i64,
    /// By how many people.
    pub people: i64,
    /// How many of its uses wait for a top-up.
    pub waiting: i64,
    /// How much was given.
    pub given: Rub,
    /// How many of the people have paid after they used it.
    pub paid_after: i64,
    /// How much they have paid since.
    pub paid: Rub,
}

/// What came of a promo code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// Its money is on the account.
    Given {
        /// How much.
        amount: Rub,
        /// What can be spent now.
        balance: Rub,
        /// Until when it can be spent.
        expires_at: Option<OffsetDateTime>,
    },
    /// It waits for the next top-up.
    Waiting {
        /// How many hundredths of it.
        percent: i32,
        /// At most so much.
        max: Option<Rub>,
    },
    /// This person has used it as often as one may.
    AlreadyUsed,
    /// Another percentage waits for the next top-up already; this code is not used up by trying.
    AnotherWaits,
    /// It begins later.
    NotYet {
        /// When.
        from: OffsetDateTime,
    },
    /// Its time is over, or it was switched off.
    Expired,
    /// Others were faster.
    UsedUp,
    /// It is for other people.
    NotForYou {
        /// For whom.
        segment: Segment,
    },
    /// There is no such code.
    Unknown,
    /// The person has tried too many codes that do not exist.
    TooOften {
        /// When the next one can be tried.
        until: OffsetDateTime,
    },
    /// The shop has given enough today; the code is not used up by trying.
    CeilingReached,
}

/// What came of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// The inviter will be rewarded for the first payment.
    Accepted,
    /// The person has been here before.
    NotNew,
    /// It is the person's own link.
    Own,
    /// There is no such invitation.
    Unknown,
}

/// A person's own invitation and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The word in the link.
    pub code: String,
    /// How many friends came.
    pub came: i64,
    /// How many of them have paid.
    pub paid: i64,
    /// What they have earned the person.
    pub earned: Rub,
}

/// Money that a person has paid in and that was credited a moment ago.
#[derive(Clone, Copy, Debug)]
pub struct TopUp<'a> {
    /// Whose.
    pub user_id: i64,
    /// How much, without any bonus.
    pub amount: Rub,
    /// Its operation in the ledger, by which [`crate::after_refund`] finds what it has earned.
    pub operation: &'a str,
}

/// What a top-up has brought beside itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// By a promo code of a percentage.
    pub promo: Rub,
    /// For the first payment of an invited friend.
    pub friend: Rub,
    /// To the inviter.
    pub inviter: Rub,
}

/// One use of a promo code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeUse {
    /// By whom.
    pub user_id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// How much it gave; nothing while it waits for a top-up.
    pub given: Option<Rub>,
}

/// How far a gift is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftState {
    /// Nobody has opened the link yet.
    Open,
    /// Somebody has it.
    Claimed,
    /// It is back with the giver.
    Returned,
}

impl GiftState {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "claimed" => Some(Self::Claimed),
            "returned" => Some(Self::Returned),
            _ => None,
        }
    }
}

/// Money on its way to whoever opens the link first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// Its number.
    pub id: Uuid,
    /// The word in the link; unguessable.
    pub token: String,
    /// Who gives.
    pub giver_id: i64,
    /// How much.
    pub amount: Rub,
    /// How far it is.
    pub state: GiftState,
    /// Who has it.
    pub claimed_by: Option<i64>,
    /// Until when it can be taken.
    pub expires_at: OffsetDateTime,
}

/// What came of a wish to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MadeGift {
    /// The money is put aside, and here is the gift.
    Created(Gift),
    /// There is too little money of the person's own; bonus money cannot be given away.
    Short {
        /// How much more is needed.
        missing: Rub,
    },
    /// The sum is too small or too big.
    Bounds,
}

/// What came of opening the link of a gift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The money is on the account.
    Yours {
        /// How much.
        amount: Rub,
        /// What can be spent now.
        balance: Rub,
    },
    /// The giver has opened it: nothing has changed.
    Own(Gift),
    /// The person has taken it before.
    AlreadyYours,
    /// Somebody else was faster.
    Taken,
    /// Its time is over; the money is back with the giver.
    Over,
    /// There is no such gift.
    Unknown,
}

/// What came of a wish to take a gift back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TookBack {
    /// The money is back.
    Done {
        /// How much.
        amount: Rub,
        /// What can be spent now.
        balance: Rub,
    },
    /// Somebody has it, or it came back before.
    TooLate,
}
