//! What follows from links, from the guide and from everything about bonuses.

use billing::World;
use money::Rub;
use promo::{Claimed, Invited, MadeGift, Redeemed};

use crate::bonus::{Ask, Came, GUIDE_LAST, Press, Said, Show, Spot};
use crate::desk::Context;
use crate::link::Link;
use crate::react::{Reaction, Then, at, card, ideas, menu, redraw, shown};
use crate::session::{Place, Session};
use crate::view::{Intent, Scene, View, Word};

/// `/start`, with the payload of a link or without.
pub(super) fn start(session: Session, context: &Context<'_>, payload: Option<&str>) -> Reaction {
    let Some(link) = payload.and_then(Link::parse) else { return front(session, context, None) };
    match link {
        Link::Model(link) => match context.desk.linked(&link).map(|model| model.id.clone()) {
            Some(id) => card(session, context, id, None),
            None => menu(session, Some(Word::NoModel)),
        },
        Link::Scenario(id) => ideas::linked(session, context, &id),
        Link::Balance => Reaction::ask(session, Intent::Balance),
        Link::Preset(_) => menu(session, Some(Word::Bonus(Said::NoSuchLink))),
        Link::Source(campaign) => ask(session, Ask::Source(campaign)),
        Link::Invitation(code) => ask(session, Ask::Bind(code)),
        Link::Promo(code) => money_ask(session, context, Ask::Redeem(code)),
        Link::Gift(token) => money_ask(session, context, Ask::Claim(token)),
    }
}

/// The first screen: the guide for who has never been here, the menu for everybody else.
fn front(session: Session, context: &Context<'_>, word: Option<Said>) -> Reaction {
    let word = word.map(Word::Bonus);
    if context.newcomer {
        spot(session, Spot::Guide { step: 0 }, Show::Guide { step: 0 }, word)
    } else {
        menu(session, word)
    }
}

fn ask(session: Session, ask: Ask) -> Reaction {
    Reaction::ask(session, Intent::Bonus(ask))
}

/// Something that moves money, which the test mode does not.
fn money_ask(session: Session, context: &Context<'_>, wanted: Ask) -> Reaction {
    match context.desk.world {
        World::Real => ask(session, wanted),
        World::Test => menu(session, Some(Word::Bonus(Said::TestMode))),
    }
}

fn spot(session: Session, spot: Spot, show: Show, word: Option<Word>) -> Reaction {
    at(session, Place::Bonus(spot), Scene::Bonus(Box::new(show)), word)
}

pub(super) fn press(session: Session, context: &Context<'_>, press: Press) -> Reaction {
    match press {
        Press::Home => ask(session, Ask::Home),
        Press::Guide(step) if step > GUIDE_LAST => menu(session, None),
        Press::Guide(step) => spot(session, Spot::Guide { step }, Show::Guide { step }, None),
        Press::Promo => spot(session, Spot::Promo, Show::Promo, None),
        Press::Invite => ask(session, Ask::Invite),
        Press::Gift => spot(session, Spot::Gift, Show::Gift, None),
        Press::Sum(amount) => sum(session, amount),
        Press::Give { revision, amount } => {
            let confirms = session.place == Place::Bonus(Spot::Sum { amount });
            if revision == context.revision && confirms {
                money_ask(session, context, Ask::Give(amount))
            } else {
                redraw(session, context, Some(Word::Stale))
            }
        }
        Press::Open(id) => ask(session, Ask::Open(id)),
        Press::TakeBack(id) => money_ask(session, context, Ask::TakeBack(id)),
    }
}

/// The sum of a gift, if it is one that can be given.
fn sum(session: Session, amount: Rub) -> Reaction {
    if !(promo::GIFT_LEAST..=promo::GIFT_MOST).contains(&amount) {
        return spot(session, Spot::Gift, Show::Gift, Some(Word::Bonus(Said::Bounds)));
    }
    spot(session, Spot::Sum { amount }, Show::Sum { amount }, None)
}

/// A text that was asked for; `None` where none was.
pub(super) fn text(session: &Session, context: &Context<'_>, text: &str) -> Option<Reaction> {
    let Place::Bonus(spot_now) = session.place else { return None };
    let session = session.clone();
    match spot_now {
        Spot::Promo => Some(money_ask(session, context, Ask::Redeem(text.to_owned()))),
        Spot::Gift => Some(match typed_sum(text) {
            Some(amount) => sum(session, amount),
            None => spot(session, Spot::Gift, Show::Gift, Some(Word::Bonus(Said::NotASum))),
        }),
        Spot::Guide { .. } | Spot::Home | Spot::Invite | Spot::Sum { .. } => None,
    }
}

/// «500», «1 500 ₽», «99,50».
fn typed_sum(text: &str) -> Option<Rub> {
    let digits: String =
        text.trim().trim_end_matches('₽').chars().filter(|c| !c.is_whitespace()).collect();
    Rub::parse(&digits).ok()
}

/// `/promo CODE`, `/promo`, `/invite`, `/gift`, `/bonus`.
pub(super) fn command(session: Session, context: &Context<'_>, wanted: Wanted) -> Reaction {
    match wanted {
        Wanted::Home => press(session, context, Press::Home),
        Wanted::Promo(None) => press(session, context, Press::Promo),
        Wanted::Promo(Some(code)) => money_ask(session, context, Ask::Redeem(code)),
        Wanted::Invite => press(session, context, Press::Invite),
        Wanted::Gift => press(session, context, Press::Gift),
    }
}

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Home,
    Promo(Option<String>),
    Invite,
    Gift,
}

/// Shows the place where the person stands once more.
pub(super) fn again(session: Session, place: Spot, word: Option<Word>) -> Reaction {
    let asks = |session, ask| Reaction {
        session,
        then: Then::Do { intent: Intent::Bonus(ask), word: word.clone() },
    };
    match place {
        Spot::Home => asks(session, Ask::Home),
        Spot::Invite => asks(session, Ask::Invite),
        Spot::Guide { step } => spot(session, place, Show::Guide { step }, word),
        Spot::Promo => spot(session, place, Show::Promo, word),
        Spot::Gift => spot(session, place, Show::Gift, word),
        Spot::Sum { amount } => spot(session, place, Show::Sum { amount }, word),
    }
}

/// Goes on with what came of something that was asked for.
pub(super) fn settle(
    mut session: Session,
    context: &Context<'_>,
    came: Came,
    word: Option<Word>,
) -> (Session, View) {
    let mut show = |spot: Spot, show: Show, word: Option<Word>| {
        session.place = Place::Bonus(spot);
        (session.clone(), View::new(Scene::Bonus(Box::new(show))).with(word))
    };
    let said = |said: Said| Some(Word::Bonus(said));
    match came {
        Came::Home(purse) => show(Spot::Home, Show::Home(purse), word),
        Came::Invite(invitation) => show(Spot::Invite, Show::Invite(invitation), word),
        Came::Redeemed(redeemed, purse) => {
            let word = said(Said::Redeemed(redeemed));
            match redeemed {
                Redeemed::Given { .. }
                | Redeemed::Waiting { .. }
                | Redeemed::AlreadyUsed
                | Redeemed::AnotherWaits => show(Spot::Home, Show::Home(purse), word),
                // Perhaps another one fits.
                Redeemed::NotYet { .. }
                | Redeemed::Expired
                | Redeemed::UsedUp
                | Redeemed::NotForYou { .. }
                | Redeemed::Unknown
                | Redeemed::TooOften { .. }
                | Redeemed::CeilingReached => show(Spot::Promo, Show::Promo, word),
            }
        }
        Came::Bound(bound) => {
            let told = match bound {
                // A link that leads nowhere any more must not spoil a first visit.
                Invited::Unknown if context.newcomer => None,
                Invited::Accepted | Invited::NotNew | Invited::Own | Invited::Unknown => {
                    Some(Said::Bound(bound))
                }
            };
            shown(front(session, context, told))
        }
        Came::Sourced => shown(front(session, context, None)),
        Came::Given(made) => match made {
            MadeGift::Created(gift) => show(Spot::Home, Show::Made(gift), word),
            MadeGift::Short { missing } => {
                show(Spot::Gift, Show::Gift, said(Said::Short { missing }))
            }
            MadeGift::Bounds => show(Spot::Gift, Show::Gift, said(Said::Bounds)),
        },
        Came::Opened(Some(gift), _) => show(Spot::Home, Show::Made(gift), word),
        Came::Opened(None, purse) => show(Spot::Home, Show::Home(purse), said(Said::GiftOver)),
        Came::Claimed(claimed, purse) => {
            let told = match claimed {
                Claimed::Own(gift) => return show(Spot::Home, Show::Made(gift), word),
                Claimed::Yours { amount, .. } => Said::Claimed { amount },
                Claimed::AlreadyYours => Said::AlreadyYours,
                Claimed::Taken => Said::GiftTaken,
                Claimed::Over => Said::GiftOver,
                Claimed::Unknown => Said::NoGift,
            };
            show(Spot::Home, Show::Home(purse), said(told))
        }
        Came::TookBack(back, purse) => {
            show(Spot::Home, Show::Home(purse), said(Said::TookBack(back)))
        }
    }
}
