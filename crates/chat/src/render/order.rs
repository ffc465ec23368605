//! What is said about an order on its way: the progress message, receipts, bad news.

use generation::{FailureClass, Money, Rewrite, State, View};
use money::Rub;
use outbox::{Alert, Ceiling};
use telegram::limits;
use time::OffsetDateTime;

use crate::button::Button;
use crate::journey;
use crate::render::{Pen, ideas, offer};
use crate::screen::{Screen, Tap, Tone, fit, one_line};
use crate::texts::{Arg, Key};

/// The bar of the generation never says that it is over: only the result does.
const BAR_FULL_PERCENT: i64 = 95;

/// How many marks the bar has.
const BAR_MARKS: i64 = 10;

/// An order at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress<'a> {
    pub(crate) order: &'a View,
    /// How many wait before it.
    pub(crate) before: i64,
    pub(crate) now: OffsetDateTime,
}

/// The progress message. The balance is said once money has moved, when it is known.
pub(crate) fn progress(
    pen: &Pen<'_>,
    progress: &Progress<'_>,
    balance: Option<Rub>,
    word: Option<String>,
) -> Screen {
    let order = progress.order;
    let done = order.state == State::Done;
    let money = if order.quiet && order.money == Money::Held {
        Some(quiet_line(pen, order))
    } else if done && word.is_none() {
        // The receipt stands under the result; only the answer to a press repeats it.
        None
    } else {
        money_line(pen, order, balance)
    };
    let heading = (!done).then(|| title(pen, order));
    let paragraphs = vec![word, heading, Some(stage(pen, progress)), money];
    pen.page(paragraphs, rows(pen, order))
}

pub(super) fn title(pen: &Pen<'_>, order: &View) -> String {
    titled(pen, order, Key::NoticeTitle)
}

/// A text that names the order.
fn titled(pen: &Pen<'_>, order: &View, key: Key) -> String {
    let args =
        [("model", pen.model_name(&order.model).into()), ("code", order.code.as_str().into())];
    pen.say(key, &args)
}

fn quiet_line(pen: &Pen<'_>, order: &View) -> String {
    let key = if order.free { Key::NoticeFreeQuiet } else { Key::NoticeQuiet };
    pen.say(key, &[("price", order.price.into())])
}

/// What happens now, or what has become of it.
fn stage(pen: &Pen<'_>, progress: &Progress<'_>) -> String {
    let order = progress.order;
    let plain = |key| pen.say(key, &[]);
    match order.state {
        State::Preparing if is_written(order) => plain(Key::NoticeIdeaWriting),
        State::Preparing => plain(Key::NoticePreparing),
        State::Queued if progress.before > 0 => {
            pen.say(Key::NoticeQueued, &[("before", Arg::Number(progress.before))])
        }
        State::Queued => plain(Key::NoticeQueuedFirst),
        State::Submitting | State::Uncertain => plain(Key::NoticeSubmitting),
        State::Running => running(pen, progress),
        State::Securing => plain(Key::NoticeSecuring),
        State::Delivering => plain(Key::NoticeDelivering),
        State::Late => plain(Key::NoticeLate),
        State::Done => match order.money {
            Money::Taken | Money::Held => titled(pen, order, Key::NoticeDone),
            Money::Returned => titled(pen, order, Key::NoticeDoneGift),
        },
        State::Failed => {
            let reason = plain(failure_key(order.failure.unwrap_or(FailureClass::Unknown)));
            let words = format!("{}\n{reason}", plain(Key::NoticeFailed));
            match journey::render::contact(pen, order) {
                Some(contact) => format!("{words}\n{contact}"),
                None => words,
            }
        }
        State::Cancelled => plain(Key::NoticeCancelled),
    }
}

/// Whether a language model writes the prompt of the order at this moment.
fn is_written(order: &View) -> bool {
    order.batch.as_ref().is_some_and(|place| place.rewrite == Rewrite::Writing)
}

fn running(pen: &Pen<'_>, progress: &Progress<'_>) -> String {
    let order = progress.order;
    let usual = pen.desk.usual_seconds(&order.model);
    let since = order.submitted_at.unwrap_or(order.created_at);
    let elapsed = (progress.now - since).whole_seconds().max(0);
    let percent = (elapsed.saturating_mul(100) / i64::from(usual)).min(BAR_FULL_PERCENT);
    let full = percent * BAR_MARKS / 100;
    let bar: String = (0..BAR_MARKS).map(|mark| if mark < full { '▰' } else { '▱' }).collect();
    let key = if elapsed > i64::from(usual) * 3 / 2 {
        Key::NoticeRunningLong
    } else {
        Key::NoticeRunning
    };
    let args = [
        ("bar", Arg::Text(bar)),
        ("percent", Arg::Number(percent)),
        ("time", pen.duration(usual).into()),
    ];
    pen.say(key, &args)
}

/// What became of the money; no bad news is without it.
pub(super) fn money_line(pen: &Pen<'_>, order: &View, balance: Option<Rub>) -> Option<String> {
    if order.free {
        return Some(free_line(pen, order, balance));
    }
    if order.money == Money::Taken && order.charge() < order.price {
        return Some(part_line(pen, order, balance));
    }
    let up_to = order.bound.is_some();
    let price = ("price", Arg::from(order.price));
    let with_balance = |with, without| match balance {
        Some(balance) => pen.say(with, &[price.clone(), ("balance", balance.into())]),
        None => pen.say(without, std::slice::from_ref(&price)),
    };
    match order.money {
        Money::Held if up_to => Some(pen.say(Key::NoticeUpToHeld, &[price])),
        Money::Held => Some(pen.say(Key::NoticeMoneyHeld, &[price])),
        Money::Taken => Some(with_balance(Key::NoticeReceipt, Key::NoticeMoneyTaken)),
        Money::Returned if order.state == State::Done => Some(pen.say(Key::NoticeGift, &[])),
        Money::Returned => {
            Some(with_balance(Key::NoticeMoneyReturned, Key::NoticeMoneyReturnedPlain))
        }
    }
}

/// What became of a free run.
fn free_line(pen: &Pen<'_>, order: &View, balance: Option<Rub>) -> String {
    match (order.money, balance) {
        (Money::Held, _) => pen.say(Key::NoticeFreeHeld, &[]),
        (Money::Taken, Some(balance)) => {
            pen.say(Key::NoticeFreeReceipt, &[("balance", balance.into())])
        }
        (Money::Taken, None) => pen.say(Key::NoticeFreeTaken, &[]),
        (Money::Returned, _) if order.state == State::Done => pen.say(Key::NoticeFreeGift, &[]),
        (Money::Returned, _) => pen.say(Key::NoticeFreeReturned, &[]),
    }
}

/// The receipt when less was taken than held.
fn part_line(pen: &Pen<'_>, order: &View, balance: Option<Rub>) -> String {
    let mut args = vec![("taken", order.charge().into()), ("price", order.price.into())];
    match balance {
        Some(balance) => {
            args.push(("balance", balance.into()));
            pen.say(Key::NoticeReceiptPart, &args)
        }
        None => pen.say(Key::NoticeReceiptPartPlain, &args),
    }
}

pub(super) fn failure_key(class: FailureClass) -> Key {
    match class {
        FailureClass::Content => Key::RefusalContent,
        FailureClass::Input => Key::RefusalInput,
        FailureClass::InputGone => Key::RefusalInputGone,
        FailureClass::Account => Key::RefusalAccount,
        FailureClass::Temporary => Key::RefusalTemporary,
        FailureClass::Lost => Key::RefusalLost,
        FailureClass::NotDelivered => Key::RefusalNotDelivered,
        FailureClass::TooLate => Key::RefusalTooLate,
        FailureClass::Unknown => Key::RefusalUnknown,
    }
}

/// What can be done with the order now.
fn rows(pen: &Pen<'_>, order: &View) -> Vec<Vec<Tap>> {
    let repeat = || vec![pen.tap(Key::ButtonRepeat, &Button::Repeat(order.id))];
    match order.state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
            if !order.quiet =>
        {
            let cancel = pen.tap(Key::ButtonCancel, &Button::Cancel(order.id));
            vec![vec![cancel.tone(Tone::Stop)]]
        }
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Delivering
        | State::Late => Vec::new(),
        State::Done => vec![vec![pen.tap(Key::ButtonItem, &Button::Item(order.id))]],
        State::Failed | State::Cancelled => {
            let mut rows = Vec::new();
            if pen.desk.again(order).is_some() && journey::render::can_repeat(order) {
                rows.push(repeat());
            }
            rows.extend(journey::render::more(pen, order));
            rows
        }
    }
}

/// The same in a message of its own, with the way to the menu.
pub(crate) fn notice(pen: &Pen<'_>, state: &Progress<'_>, balance: Rub) -> Screen {
    let mut screen = progress(pen, state, Some(balance), None);
    screen.inline.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
    screen
}

/// The last word on the progress message when the news come in a message of their own.
pub(crate) fn closing(pen: &Pen<'_>, order: &View) -> Screen {
    let key = match order.state {
        State::Late if order.free => Key::NoticeFreeLateShort,
        State::Failed if order.free => Key::NoticeFreeFailedShort,
        State::Late => Key::NoticeLateShort,
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Delivering
        | State::Done
        | State::Failed
        | State::Cancelled => Key::NoticeFailedShort,
    };
    pen.page(vec![Some(title(pen, order)), Some(pen.say(key, &[]))], Vec::new())
}

/// A result that was cancelled too late waits in the history.
pub(crate) fn quiet_ready(pen: &Pen<'_>, order: &View, balance: Rub) -> Screen {
    let rows = vec![vec![
        pen.tap(Key::ButtonItem, &Button::Item(order.id)),
        pen.tap(Key::ButtonMenu, &Button::Menu),
    ]];
    let ready = Some(pen.say(Key::NoticeQuietReady, &[]));
    pen.page(vec![Some(title(pen, order)), ready, money_line(pen, order, Some(balance))], rows)
}

/// The receipt under a result. Only the first of several says what was paid.
pub(crate) fn caption(
    pen: &Pen<'_>,
    order: &View,
    part: (usize, usize),
    taken: Option<Rub>,
    balance: Rub,
    now: OffsetDateTime,
) -> String {
    let (position, total) = part;
    let mut lines = Vec::new();
    if pen.world == billing::World::Test {
        lines.push(pen.say(Key::ScreenTestMode, &[]));
    }
    let member = ideas::member_caption(pen, order);
    // Of several generations the one receipt says what was paid.
    let tells_money = member.is_none();
    lines.push(member.unwrap_or_else(|| title(pen, order)));
    if total > 1 {
        let number = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let args = [("number", number(position + 1)), ("total", number(total))];
        lines.push(pen.say(Key::NoticePart, &args));
    }
    if position == 0 && (tells_money || taken.is_none()) {
        lines.push(match taken {
            _ if order.free => match taken {
                Some(_) => pen.say(Key::NoticeFreeReceipt, &[("balance", balance.into())]),
                None => pen.say(Key::NoticeFreeGift, &[]),
            },
            Some(_) if order.charge() < order.price => part_line(pen, order, Some(balance)),
            Some(price) => {
                let args = [("price", price.into()), ("balance", balance.into())];
                let receipt = pen.say(Key::NoticeReceipt, &args);
                format!("{receipt}\n{}", journey::render::took(pen, order, now))
            }
            None => pen.say(Key::NoticeGift, &[]),
        });
    }
    fit(lines.join("\n"), limits::CAPTION)
}

/// The words under a result that is sent again.
pub(crate) fn resent_caption(pen: &Pen<'_>, order: &View) -> String {
    fit(title(pen, order), limits::CAPTION)
}

/// A result that can only be fetched by a link.
pub(crate) fn link(pen: &Pen<'_>, caption: &str, url: &str) -> Screen {
    let html = format!("{caption}\n\n{}", pen.say(Key::NoticeLink, &[]));
    let open = Tap::link(pen.texts.plain(Key::ButtonDownload, &[]), url.to_owned());
    Screen { html: fit(html, limits::TEXT), inline: vec![vec![open]], key: None }
}

/// The buttons under a result.
pub(crate) fn result_buttons(pen: &Pen<'_>, order: &View, position: i16) -> Vec<Vec<Tap>> {
    let mut rows = offer::continuations(pen, order, Some(position), false);
    let ideas = ideas::result_rows(pen, order);
    let own = !ideas.is_empty();
    rows.extend(ideas);
    if !own && pen.desk.again(order).is_some() {
        rows.push(vec![pen.tap(Key::ButtonRepeat, &Button::Repeat(order.id))]);
    }
    rows.extend(journey::render::more(pen, order));
    rows.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
    rows
}

/// The buttons under one of several results, before the last: what goes on from this very one.
pub(crate) fn part_buttons(pen: &Pen<'_>, order: &View, position: i16) -> Vec<Vec<Tap>> {
    offer::continuations(pen, order, Some(position), true)
}

/// What an operator is told.
pub(crate) fn alert(pen: &Pen<'_>, alert: &Alert) -> Screen {
    pen.page(vec![Some(alert_words(pen, alert))], Vec::new())
}

/// The same without a screen around it.
pub(super) fn alert_words(pen: &Pen<'_>, alert: &Alert) -> String {
    match alert {
        Alert::KeyBenched { key, reason } => pen.say(
            Key::NoticeAlertKeyBenched,
            &[("key", key.as_str().into()), ("reason", one_line(reason, 500).into())],
        ),
        Alert::NoKeys => pen.say(Key::NoticeAlertNoKeys, &[]),
        Alert::Loss { generation, kopecks, reason } => pen.say(
            Key::NoticeAlertLoss,
            &[
                ("generation", generation.to_string().into()),
                ("amount", Rub::from_kopecks(*kopecks).into()),
                ("reason", pen.texts.plain(super::watch::loss(reason), &[]).into()),
            ],
        ),
        Alert::ManyRefusals { user } => {
            pen.say(Key::NoticeAlertManyRefusals, &[("user", user.to_string().into())])
        }
        Alert::ModelResting { model, failed, orders } => pen.say(
            Key::NoticeAlertModelResting,
            &[
                ("model", pen.model_name(model).into()),
                ("failed", failed.to_string().into()),
                ("orders", orders.to_string().into()),
            ],
        ),
        Alert::ModelWorking { model } => {
            pen.say(Key::NoticeAlertModelWorking, &[("model", pen.model_name(model).into())])
        }
        Alert::BackupFailed { reason } => {
            pen.say(Key::NoticeAlertBackupFailed, &[("reason", one_line(reason, 500).into())])
        }
        Alert::FreeBudgetSpent { budget_kopecks } => pen.say(
            Key::NoticeAlertFreeBudget,
            &[("budget", Rub::from_kopecks(*budget_kopecks).into())],
        ),
        Alert::Unresolved { generation } => {
            pen.say(Key::NoticeAlertUnresolved, &[("generation", generation.to_string().into())])
        }
        Alert::Catalogue { news } => super::catalogue::news(pen, news),
        Alert::BroadcastDone { number, delivered, blocked, failed } => pen.say(
            Key::NoticeAlertBroadcast,
            &[
                ("number", number.to_string().into()),
                ("delivered", delivered.to_string().into()),
                ("blocked", blocked.to_string().into()),
                ("failed", failed.to_string().into()),
            ],
        ),
        Alert::CeilingReached { ceiling, kopecks } => {
            let key = match ceiling {
                Ceiling::Welcome => Key::NoticeAlertWelcomeCeiling,
                Ceiling::Promo => Key::NoticeAlertPromoCeiling,
            };
            pen.say(key, &[("amount", Rub::from_kopecks(*kopecks).into())])
        }
        Alert::Payment { provider, problem, detail } => {
            crate::topup::notice::alert(pen, provider, *problem, detail)
        }
        Alert::Watch { news } => super::watch::news(pen, news),
    }
}
