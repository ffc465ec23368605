//! The words about bonuses: the guide, promo codes, invitations, gifts.

use billing::Wallet;
use money::Rub;
use outbox::BonusNews;
use promo::{Gift, Invitation, Invited, Redeemed, Reward, Segment, TookBack, Welcomed};

use crate::bonus::{GUIDE_LAST, Press, Purse, Said, Show};
use crate::button::Button;
use crate::desk::Context;
use crate::input::Entry;
use crate::link::{Link, share};
use crate::render::history::date;
use crate::render::{Pen, menu_rows};
use crate::screen::{Screen, Tap, Tone, one_line};
use crate::texts::{Arg, Key};

/// The sums of gifts that stand on buttons, in roubles.
const SUMS: [i64; 4] = [100, 300, 500, 1_000];

fn press(pen: &Pen<'_>, key: Key, press: Press) -> Tap {
    pen.tap(key, &Button::Bonus(press))
}

pub(super) fn screen(
    pen: &Pen<'_>,
    context: &Context<'_>,
    show: &Show,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let mut above = vec![word];
    let (paragraphs, rows) = match show {
        Show::Guide { step } => guide(pen, context, *step),
        Show::Home(purse) => home(pen, context, purse),
        Show::Promo => (vec![pen.say(Key::ScreenPromo, &[])], vec![way_home(pen)]),
        Show::Invite(invitation) => invite(pen, context, invitation),
        Show::Gift => gift(pen, context),
        Show::Sum { amount } => sum(pen, context, *amount, revision),
        Show::Made(gift) => made(pen, context, gift),
    };
    above.extend(paragraphs.into_iter().map(Some));
    pen.page(above, rows)
}

fn way_home(pen: &Pen<'_>) -> Vec<Tap> {
    pen.way_back(&Button::Bonus(Press::Home))
}

/// The first words to a person, with what became of the welcome bonus. «Меню» stays at the field of
/// the letters from now on.
pub(super) fn hello(pen: &Pen<'_>, context: &Context<'_>) -> Screen {
    let name = one_line(&context.name, 40);
    let hello = if name.is_empty() {
        pen.say(Key::ScreenHello, &[])
    } else {
        pen.say(Key::ScreenHelloName, &[("name", name.into())])
    };
    pen.page_with_key(vec![Some(hello), welcome(pen, context)])
}

/// What became of the welcome bonus, when there is something to say.
fn welcome(pen: &Pen<'_>, context: &Context<'_>) -> Option<String> {
    match context.welcomed {
        Welcomed::Given(bonus) => Some(pen.say(Key::ScreenBonus, &[("bonus", bonus.into())])),
        Welcomed::CeilingReached => Some(pen.say(Key::ScreenBonusSpent, &[])),
        Welcomed::Before => Some(pen.say(Key::ScreenBonusBefore, &[])),
        Welcomed::Known | Welcomed::NoBonus => None,
    }
}

/// The guide carries the menu, so that whoever needs no guide loses no press on it.
fn guide(pen: &Pen<'_>, context: &Context<'_>, step: u8) -> (Vec<String>, Vec<Vec<Tap>>) {
    let text = match step {
        0 => Key::ScreenGuideOffer,
        1 => Key::ScreenGuideOrder,
        2 => Key::ScreenGuidePrice,
        _ => Key::ScreenGuideResult,
    };
    let mut paragraphs = vec![pen.say(text, &[])];
    if step == 0 {
        paragraphs.push(pen.balance(&context.wallet));
    }
    let end = |key| pen.tap(key, &Button::Menu);
    let mut rows = vec![if step < GUIDE_LAST {
        let next = press(pen, Key::ButtonGuideNext, Press::Guide(step + 1));
        vec![next.tone(Tone::Go), end(Key::ButtonSkip)]
    } else {
        vec![end(Key::ButtonGuideEnd).tone(Tone::Go)]
    }];
    let tap = |entry: Entry| Tap::new(pen.texts.plain(entry.key(), &[]), &entry.button());
    rows.extend(menu_rows(tap, false));
    (paragraphs, rows)
}

fn home(pen: &Pen<'_>, context: &Context<'_>, purse: &Purse) -> (Vec<String>, Vec<Vec<Tap>>) {
    let lots: Vec<_> = purse
        .lots
        .iter()
        .map(|lot| match lot.expires_at {
            Some(end) => pen.say(
                Key::ScreenBonusLotUntil,
                &[("amount", lot.remaining.into()), ("date", date(end).into())],
            ),
            None => pen.say(Key::ScreenBonusLot, &[("amount", lot.remaining.into())]),
        })
        .collect();
    let lots = if lots.is_empty() {
        pen.say(Key::ScreenBonusNone, &[])
    } else {
        format!("{}\n{}", pen.say(Key::ScreenBonusLots, &[]), lots.join("\n"))
    };
    let mut paragraphs =
        vec![pen.say(Key::ScreenBonusTitle, &[]), pen.balance(&context.wallet), lots];
    if let Some((percent, max)) = purse.waiting {
        paragraphs.push(percentage(
            pen,
            Key::ScreenPromoWaits,
            Key::ScreenPromoWaitsMax,
            percent,
            max,
        ));
    }
    let mut rows = vec![
        vec![
            press(pen, Key::ButtonPromo, Press::Promo),
            press(pen, Key::ButtonInvite, Press::Invite),
        ],
        vec![press(pen, Key::ButtonGift, Press::Gift)],
    ];
    for gift in &purse.gifts {
        let text = pen.texts.plain(Key::ButtonGiftOpen, &[("amount", gift.amount.into())]);
        rows.push(vec![Tap::new(text, &Button::Bonus(Press::Open(gift.id)))]);
    }
    rows.push(pen.way_back(&Button::Balance));
    (paragraphs, rows)
}

/// A percentage of the next top-up, in one of two messages: without a limit and with one.
fn percentage(pen: &Pen<'_>, free: Key, limited: Key, percent: i32, max: Option<Rub>) -> String {
    let percent = ("percent", Arg::Number(percent.into()));
    match max {
        Some(max) => pen.say(limited, &[percent, ("max", max.into())]),
        None => pen.say(free, &[percent]),
    }
}

fn reward(pen: &Pen<'_>, reward: Reward) -> String {
    match reward {
        Reward::Fixed(amount) => amount.to_string(),
        Reward::Percent(percent) => {
            pen.texts.plain(Key::FieldRewardPercent, &[("percent", Arg::Number(percent.into()))])
        }
    }
}

fn invite(
    pen: &Pen<'_>,
    context: &Context<'_>,
    invitation: &Invitation,
) -> (Vec<String>, Vec<Vec<Tap>>) {
    let rules = &context.desk.bonuses;
    let link = Link::address(&context.desk.bot_username, "ref_", &invitation.code);
    let terms = [
        ("yours", reward(pen, rules.inviter).into()),
        ("theirs", reward(pen, rules.friend).into()),
    ];
    let came = [
        ("came", Arg::Number(invitation.came)),
        ("paid", Arg::Number(invitation.paid)),
        ("earned", invitation.earned.into()),
    ];
    let paragraphs = vec![
        pen.say(Key::ScreenInvite, &terms),
        pen.say(Key::ScreenLink, &[("link", link.as_str().into())]),
        pen.say(Key::ScreenInviteCame, &came),
    ];
    let words = pen.texts.plain(Key::FieldInviteShare, &[]);
    let tap = Tap::link(pen.texts.plain(Key::ButtonShare, &[]), share(&link, &words));
    (paragraphs, vec![vec![tap.tone(Tone::Go)], way_home(pen)])
}

fn gift(pen: &Pen<'_>, context: &Context<'_>) -> (Vec<String>, Vec<Vec<Tap>>) {
    let bounds = [
        ("real", context.wallet.real.into()),
        ("least", promo::GIFT_LEAST.into()),
        ("most", promo::GIFT_MOST.into()),
    ];
    let sums = SUMS
        .map(Rub::from_roubles)
        .map(|amount| Tap::new(amount.to_string(), &Button::Bonus(Press::Sum(amount))));
    (vec![pen.say(Key::ScreenGift, &bounds)], vec![sums.into(), way_home(pen)])
}

fn sum(
    pen: &Pen<'_>,
    context: &Context<'_>,
    amount: Rub,
    revision: i64,
) -> (Vec<String>, Vec<Vec<Tap>>) {
    let after = context.wallet.balance.minus(amount).unwrap_or_default().max(Rub::ZERO);
    let text = pen.say(Key::ScreenGiftSum, &[("amount", amount.into()), ("after", after.into())]);
    let yes = pen.texts.plain(Key::ButtonGiftYes, &[("amount", amount.into())]);
    let yes = Tap::new(yes, &Button::Bonus(Press::Give { revision, amount }));
    let back = pen.way_back(&Button::Bonus(Press::Gift));
    (vec![text], vec![vec![yes.tone(Tone::Go)], back])
}

fn made(pen: &Pen<'_>, context: &Context<'_>, gift: &Gift) -> (Vec<String>, Vec<Vec<Tap>>) {
    let link = Link::address(&context.desk.bot_username, "g_", &gift.token);
    let amount = || ("amount", Arg::from(gift.amount));
    let paragraphs = vec![
        pen.say(Key::ScreenGiftMade, &[amount(), ("date", date(gift.expires_at).into())]),
        pen.say(Key::ScreenLink, &[("link", link.as_str().into())]),
        pen.balance(&context.wallet),
    ];
    let words = pen.texts.plain(Key::FieldGiftShare, &[amount()]);
    let tap = Tap::link(pen.texts.plain(Key::ButtonShare, &[]), share(&link, &words));
    let back = press(pen, Key::ButtonGiftBack, Press::TakeBack(gift.id));
    (paragraphs, vec![vec![tap.tone(Tone::Go)], vec![back.tone(Tone::Stop)], way_home(pen)])
}

/// The word above a screen.
pub(super) fn said(pen: &Pen<'_>, said: &Said) -> String {
    let plain = |key| pen.say(key, &[]);
    let sum = |key, amount: Rub| pen.say(key, &[("amount", amount.into())]);
    match said {
        Said::Redeemed(redeemed) => code(pen, *redeemed),
        Said::Bound(Invited::Accepted) => {
            let theirs = reward(pen, pen.desk.bonuses.friend);
            pen.say(Key::NoticeInvited, &[("theirs", theirs.into())])
        }
        Said::Bound(Invited::NotNew) => plain(Key::RefusalInviteNotNew),
        Said::Bound(Invited::Own) => plain(Key::RefusalInviteOwn),
        Said::Bound(Invited::Unknown) | Said::NoSuchLink => plain(Key::RefusalNoSuchLink),
        Said::Claimed { amount } => sum(Key::NoticeGiftYours, *amount),
        Said::AlreadyYours => plain(Key::RefusalGiftAlreadyYours),
        Said::GiftTaken => plain(Key::RefusalGiftTaken),
        Said::GiftOver => plain(Key::RefusalGiftOver),
        Said::NoGift => plain(Key::RefusalNoGift),
        Said::TookBack(TookBack::Done { amount, .. }) => sum(Key::NoticeGiftTookBack, *amount),
        Said::TookBack(TookBack::TooLate) => plain(Key::RefusalGiftTooLate),
        Said::Short { missing } => sum(Key::RefusalGiftShort, *missing),
        Said::Bounds => pen.say(
            Key::RefusalGiftBounds,
            &[("least", promo::GIFT_LEAST.into()), ("most", promo::GIFT_MOST.into())],
        ),
        Said::NotASum => plain(Key::RefusalGiftNotASum),
        Said::TestMode => plain(Key::RefusalBonusTestMode),
    }
}

fn code(pen: &Pen<'_>, redeemed: Redeemed) -> String {
    let plain = |key| pen.say(key, &[]);
    match redeemed {
        Redeemed::Given { amount, expires_at: None, .. } => {
            pen.say(Key::NoticePromoGiven, &[("amount", amount.into())])
        }
        Redeemed::Given { amount, expires_at: Some(end), .. } => pen.say(
            Key::NoticePromoGivenUntil,
            &[("amount", amount.into()), ("date", date(end).into())],
        ),
        Redeemed::Waiting { percent, max } => {
            percentage(pen, Key::NoticePromoWaits, Key::NoticePromoWaitsMax, percent, max)
        }
        Redeemed::AlreadyUsed => plain(Key::RefusalPromoUsed),
        Redeemed::AnotherWaits => plain(Key::RefusalPromoAnother),
        Redeemed::NotYet { from } => {
            pen.say(Key::RefusalPromoNotYet, &[("date", date(from).into())])
        }
        Redeemed::Expired => plain(Key::RefusalPromoExpired),
        Redeemed::UsedUp => plain(Key::RefusalPromoUsedUp),
        Redeemed::NotForYou { segment: Segment::New } => plain(Key::RefusalPromoNew),
        Redeemed::NotForYou { segment: Segment::Paying | Segment::All } => {
            plain(Key::RefusalPromoPaying)
        }
        Redeemed::Unknown => plain(Key::RefusalPromoUnknown),
        Redeemed::TooOften { until } => {
            pen.say(Key::RefusalPromoTooOften, &[("date", date(until).into())])
        }
        Redeemed::CeilingReached => plain(Key::RefusalPromoCeiling),
    }
}

/// What a person is told unasked.
pub(crate) fn news(pen: &Pen<'_>, news: BonusNews, wallet: &Wallet) -> Screen {
    let sum = |key, kopecks: i64| pen.say(key, &[("amount", Rub::from_kopecks(kopecks).into())]);
    let some = |key, kopecks: i64| (kopecks > 0).then(|| sum(key, kopecks));
    let mut paragraphs = match news {
        BonusNews::Extras { promo_kopecks, friend_kopecks } => vec![
            some(Key::NoticeExtraPromo, promo_kopecks),
            some(Key::NoticeExtraFriend, friend_kopecks),
        ],
        BonusNews::FriendPaid { kopecks } => vec![some(Key::NoticeFriendPaid, kopecks)],
        BonusNews::FriendRefunded { kopecks, owed_kopecks } => {
            vec![some(Key::NoticeFriendRefunded, kopecks), some(Key::NoticeBonusOwed, owed_kopecks)]
        }
        BonusNews::ExtrasLost { kopecks, owed_kopecks } => {
            vec![some(Key::NoticeExtrasLost, kopecks), some(Key::NoticeBonusOwed, owed_kopecks)]
        }
        BonusNews::GiftClaimed { kopecks } => vec![some(Key::NoticeGiftClaimed, kopecks)],
        BonusNews::GiftReturned { kopecks } => vec![some(Key::NoticeGiftReturned, kopecks)],
        BonusNews::Expired { kopecks } => vec![some(Key::NoticeBonusExpired, kopecks)],
    };
    paragraphs.push(Some(pen.balance(wallet)));
    let rows = vec![vec![
        press(pen, Key::ButtonBonus, Press::Home),
        pen.tap(Key::ButtonMenu, &Button::Menu),
    ]];
    pen.page(paragraphs, rows)
}
