//! Bonuses in the conversation: the guide for newcomers, promo codes, invitations, gifts. What can
//! be pressed, asked for and shown; what follows is in `react/bonus.rs`, the words in
//! `render/bonus.rs`.

use billing::Lot;
use money::Rub;
use promo::{Claimed, Gift, Invitation, Invited, MadeGift, Redeemed, TookBack};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::desk::Context;
use crate::store;
use crate::talk::Talk;

/// How many gifts without an owner are listed.
const GIFTS_SHOWN: i64 = 5;

/// The last step of the guide; the first has the greeting.
pub(crate) const GUIDE_LAST: u8 = 3;

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    Home,
    /// A step of the guide.
    Guide(u8),
    Promo,
    Invite,
    Gift,
    /// A sum to give, before it is confirmed.
    Sum(Rub),
    /// It is confirmed on the screen of this revision.
    Give {
        revision: i64,
        amount: Rub,
    },
    /// A gift that nobody has opened yet.
    Open(Uuid),
    TakeBack(Uuid),
}

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "spot", rename_all = "snake_case")]
pub(crate) enum Spot {
    Guide {
        step: u8,
    },
    Home,
    /// A promo code is waited for.
    Promo,
    Invite,
    /// A sum is waited for.
    Gift,
    Sum {
        amount: Rub,
    },
}

/// What has to be done before anything can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Home,
    Invite,
    Redeem(String),
    /// Somebody's invitation was opened.
    Bind(String),
    /// The person came through a campaign.
    Source(String),
    Give(Rub),
    /// One of the person's own gifts.
    Open(Uuid),
    Claim(String),
    TakeBack(Uuid),
}

/// What the screen of bonuses shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Purse {
    pub(crate) lots: Vec<Lot>,
    pub(crate) gifts: Vec<Gift>,
    /// The percentage that waits for the next top-up, and the most that it brings.
    pub(crate) waiting: Option<(i32, Option<Rub>)>,
}

/// What came of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    Home(Purse),
    Invite(Invitation),
    Redeemed(Redeemed, Purse),
    Bound(Invited),
    Sourced,
    Given(MadeGift),
    Opened(Option<Gift>, Purse),
    Claimed(Claimed, Purse),
    TookBack(TookBack, Purse),
}

/// Which screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Guide { step: u8 },
    Home(Purse),
    Promo,
    Invite(Invitation),
    Gift,
    Sum { amount: Rub },
    Made(Gift),
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Redeemed(Redeemed),
    Bound(Invited),
    Claimed {
        amount: Rub,
    },
    AlreadyYours,
    GiftTaken,
    GiftOver,
    NoGift,
    TookBack(TookBack),
    /// So much money of one's own is missing for a gift.
    Short {
        missing: Rub,
    },
    Bounds,
    NotASum,
    /// In the test mode nothing is given.
    TestMode,
    /// The link leads to nothing that we have.
    NoSuchLink,
}

impl Press {
    pub(crate) fn encode(self) -> String {
        match self {
            Self::Home => "h".to_owned(),
            Self::Guide(step) => format!("s{step}"),
            Self::Promo => "p".to_owned(),
            Self::Invite => "i".to_owned(),
            Self::Gift => "g".to_owned(),
            Self::Sum(amount) => format!("m{}", amount.kopecks()),
            Self::Give { revision, amount } => format!("y{revision}|{}", amount.kopecks()),
            Self::Open(id) => format!("o{}", id.simple()),
            Self::TakeBack(id) => format!("t{}", id.simple()),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let (first, rest) = (letters.next()?, letters.as_str());
        let sum = |text: &str| text.parse().ok().map(Rub::from_kopecks);
        match (first, rest) {
            ('h', "") => Some(Self::Home),
            ('p', "") => Some(Self::Promo),
            ('i', "") => Some(Self::Invite),
            ('g', "") => Some(Self::Gift),
            ('s', step) => step.parse().ok().map(Self::Guide),
            ('m', amount) => sum(amount).map(Self::Sum),
            ('y', rest) => {
                let (revision, amount) = rest.split_once('|')?;
                Some(Self::Give { revision: revision.parse().ok()?, amount: sum(amount)? })
            }
            ('o', id) => id.parse().ok().map(Self::Open),
            ('t', id) => id.parse().ok().map(Self::TakeBack),
            _ => None,
        }
    }
}

/// Does what was asked for, within the transaction of the update.
pub(crate) async fn perform(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &Context<'_>,
    ask: Ask,
) -> Result<Came, sqlx::Error> {
    let (user_id, now, ids) = (context.user_id, context.now, &talk.parts.ids);
    let rules = &context.desk.bonuses;
    Ok(match ask {
        Ask::Home => Came::Home(purse(connection, context).await?),
        Ask::Invite => Came::Invite(promo::invitation(connection, ids, user_id).await?),
        Ask::Redeem(text) => {
            let redeemed = promo::redeem(connection, now, rules, user_id, &text).await?;
            Came::Redeemed(redeemed, purse(connection, context).await?)
        }
        Ask::Bind(code) => {
            Came::Bound(promo::bind(connection, now, user_id, context.welcomed, &code).await?)
        }
        Ask::Source(campaign) => {
            // Whoever was here before came from somewhere else.
            if context.newcomer {
                store::set_source(connection, user_id, &campaign).await?;
            }
            Came::Sourced
        }
        Ask::Give(amount) => Came::Given(promo::give(connection, now, ids, user_id, amount).await?),
        Ask::Open(id) => {
            let purse = purse(connection, context).await?;
            Came::Opened(purse.gifts.iter().find(|gift| gift.id == id).cloned(), purse)
        }
        Ask::Claim(token) => {
            let claimed = promo::claim(connection, now, user_id, &token).await?;
            Came::Claimed(claimed, purse(connection, context).await?)
        }
        Ask::TakeBack(id) => {
            let back = promo::take_back(connection, now, user_id, id).await?;
            Came::TookBack(back, purse(connection, context).await?)
        }
    })
}

async fn purse(connection: &mut PgConnection, context: &Context<'_>) -> Result<Purse, sqlx::Error> {
    let (user_id, world) = (context.user_id, context.desk.world);
    Ok(Purse {
        lots: billing::lots(&mut *connection, context.now, user_id, world).await?,
        gifts: promo::open_gifts(&mut *connection, user_id, GIFTS_SHOWN).await?,
        waiting: promo::waiting(connection, user_id).await?,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn presses() -> impl Strategy<Value = Press> {
        let ids = || any::<u128>().prop_map(Uuid::from_u128);
        let sums = || any::<i64>().prop_map(Rub::from_kopecks);
        prop_oneof![
            Just(Press::Home),
            any::<u8>().prop_map(Press::Guide),
            Just(Press::Promo),
            Just(Press::Invite),
            Just(Press::Gift),
            sums().prop_map(Press::Sum),
            (any::<i64>(), sums()).prop_map(|(revision, amount)| Press::Give { revision, amount }),
            ids().prop_map(Press::Open),
            ids().prop_map(Press::TakeBack),
        ]
    }
}
