//! What is said about a batch on its way and after it, and under its results.

use catalog::Output;
use generation::{BatchView, FailureClass, Money, Rewrite, State, View};
use media::MediaKind;
use money::Rub;
use scenario::{Input, InputKind};

use super::{counted, idea, name};
use crate::button::Button;
use crate::ideas::IdeaButton;
use crate::journey::soft;
use crate::render::{Pen, history, order};
use crate::screen::{Screen, Tap, Tone, shorten};
use crate::texts::{Arg, Key};

/// The most characters of one script: five of them fit into a message.
const SCRIPT_SHOWN: usize = 700;

fn title(pen: &Pen<'_>, batch: &BatchView) -> String {
    let kind = batch
        .members
        .first()
        .and_then(|one| pen.desk.catalog.model(&one.model))
        .map(|model| model.output)
        .and_then(Output::media);
    let count = i64::try_from(batch.members.len()).unwrap_or(i64::MAX);
    let args = [
        ("idea", name(pen, &batch.scenario).into()),
        ("what", counted(pen, kind, count).into()),
        ("code", batch.code.as_str().into()),
    ];
    pen.say(Key::NoticeIdeaTitle, &args)
}

/// Whether a generation is over for the person.
fn is_over(one: &View) -> bool {
    one.state.is_final() || one.state == State::Late
}

/// The progress message of a batch.
pub(crate) fn progress(pen: &Pen<'_>, batch: &BatchView, word: Option<String>) -> Screen {
    let over = batch.members.iter().filter(|one| is_over(one)).count();
    let total = batch.members.len();
    let preparing = batch.members.iter().all(|one| one.state == State::Preparing || is_over(one));
    let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let stage = if over == total {
        pen.say(Key::NoticeIdeaOver, &[])
    } else if preparing && batch.rewrite == Rewrite::Writing {
        pen.say(Key::NoticeIdeaWriting, &[])
    } else if preparing {
        pen.say(Key::NoticeIdeaTaken, &[])
    } else {
        let args = [("number", whole(over + 1)), ("total", whole(total))];
        pen.say(Key::NoticeIdeaMaking, &args)
    };
    let quiet = batch.members.iter().any(|one| one.quiet && !is_over(one));
    let last = if over == total {
        None
    } else if quiet {
        Some(pen.say(Key::NoticeIdeaQuiet, &[]))
    } else {
        Some(pen.say(Key::NoticeIdeaWait, &[]))
    };
    let mut rows = script_row(pen, batch);
    if batch.members.iter().any(can_cancel) {
        let cancel = pen.tap(Key::ButtonIdeaCancel, &idea(IdeaButton::Cancel(batch.id)));
        rows.push(vec![cancel.tone(Tone::Stop)]);
    }
    let paragraphs = vec![
        word,
        Some(title(pen, batch)),
        Some(stage),
        Some(member_lines(pen, batch)),
        Some(money_line(pen, batch)),
        last,
    ];
    pen.page(paragraphs, rows)
}

fn can_cancel(one: &View) -> bool {
    match one.state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running => !one.quiet,
        State::Securing
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed
        | State::Cancelled => false,
    }
}

/// The button that shows what was written, once there is something to show.
fn script_row(pen: &Pen<'_>, batch: &BatchView) -> Vec<Vec<Tap>> {
    match batch.rewrite {
        Rewrite::Written | Rewrite::Plain => {
            vec![vec![pen.tap(Key::ButtonIdeaScript, &idea(IdeaButton::Script(batch.id)))]]
        }
        Rewrite::None | Rewrite::Waiting | Rewrite::Writing => Vec::new(),
    }
}

/// A line for each result. A reason that stands there already is not told again.
fn member_lines(pen: &Pen<'_>, batch: &BatchView) -> String {
    let mut told: Vec<FailureClass> = Vec::new();
    let mut lines = Vec::new();
    for (number, one) in (1..).zip(&batch.members) {
        let reason = one.failure.filter(|_| one.state == State::Failed);
        if reason.is_some_and(|reason| told.contains(&reason)) {
            let args = [("number", Arg::Number(number)), ("price", one.price.into())];
            lines.push(pen.say(Key::NoticeIdeaLineSame, &args));
        } else {
            lines.push(member_line(pen, number, one));
        }
        told.extend(reason);
    }
    lines.join("\n")
}

fn member_line(pen: &Pen<'_>, number: i64, one: &View) -> String {
    let number = ("number", Arg::Number(number));
    let state = pen.texts.plain(history::state_key(one.state), &[]);
    match one.state {
        State::Done if one.quiet && one.money == Money::Taken => {
            let money = history::money(pen, one);
            pen.say(Key::NoticeIdeaLineQuiet, &[number, ("money", money.into())])
        }
        State::Done | State::Cancelled => {
            let state = format!("{state} · {}", history::money(pen, one));
            pen.say(Key::NoticeIdeaLine, &[number, ("state", state.into())])
        }
        State::Late => pen.say(Key::NoticeIdeaLineLate, &[number, ("price", one.price.into())]),
        State::Failed => {
            let reason = order::failure_key(one.failure.unwrap_or(FailureClass::Unknown));
            let reason = pen.texts.plain(reason, &[]);
            let args = [number, ("reason", reason.into()), ("price", one.price.into())];
            pen.say(Key::NoticeIdeaLineFailed, &args)
        }
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Delivering => pen.say(Key::NoticeIdeaLine, &[number, ("state", state.into())]),
    }
}

/// The sum of the prices whose money stands so.
fn sum(batch: &BatchView, money: Money) -> Rub {
    let prices = batch.members.iter().filter(|one| one.money == money).map(|one| one.price);
    prices.fold(Rub::ZERO, |sum, price| sum.plus(price).unwrap_or(sum))
}

fn money_line(pen: &Pen<'_>, batch: &BatchView) -> String {
    let parts: Vec<String> = [
        (Money::Held, Key::FieldMoneyHeld),
        (Money::Taken, Key::FieldMoneyTaken),
        (Money::Returned, Key::FieldMoneyReturned),
    ]
    .into_iter()
    .map(|(money, key)| (sum(batch, money), key))
    .filter(|(sum, _)| *sum > Rub::ZERO)
    .map(|(sum, key)| pen.texts.plain(key, &[("price", sum.into())]))
    .collect();
    pen.say(Key::NoticeIdeaMoney, &[("parts", parts.join(" · ").into())])
}

/// The one receipt of a batch.
pub(crate) fn receipt(pen: &Pen<'_>, batch: &BatchView, balance: Rub) -> Screen {
    let total = batch.members.len();
    let done = batch.members.iter().filter(|one| one.state == State::Done).count();
    let cancelled = batch.members.iter().all(|one| one.state == State::Cancelled);
    let whole = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let heading = if cancelled {
        pen.say(Key::NoticeIdeaReceiptCancelled, &[])
    } else if done == 0 {
        pen.say(Key::NoticeIdeaReceiptNone, &[])
    } else if done == total {
        pen.say(Key::NoticeIdeaReceiptAll, &[("total", whole(total))])
    } else {
        let args = [("done", whole(done)), ("total", whole(total))];
        pen.say(Key::NoticeIdeaReceiptSome, &args)
    };
    let (taken, returned) = (sum(batch, Money::Taken), sum(batch, Money::Returned));
    let held = taken.plus(returned).unwrap_or(taken);
    let args = [
        ("held", held.into()),
        ("taken", taken.into()),
        ("returned", returned.into()),
        ("balance", balance.into()),
    ];
    let money = pen.say(Key::NoticeIdeaReceiptSum, &args);
    let mut rows = vec![vec![again_tap(pen, batch.id, &batch.scenario)]];
    // They were refused for the same words.
    if let Some(refused) = batch.members.iter().find(|one| soft::can_be(pen.desk, one)) {
        rows.insert(0, vec![soft::tap(pen, refused)]);
    }
    rows.extend(script_row(pen, batch));
    rows.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
    let heading = format!("{heading}\n{}", title(pen, batch));
    pen.page(vec![Some(heading), Some(member_lines(pen, batch)), Some(money)], rows)
}

fn again_tap(pen: &Pen<'_>, batch: uuid::Uuid, scenario: &str) -> Tap {
    let with_photo = pen.desk.scenarios.get(scenario).is_some_and(|scenario| {
        let photo = |input: &Input| matches!(input.kind, InputKind::File(MediaKind::Image));
        let more = |input: &Input| !matches!(input.kind, InputKind::File(_));
        scenario.inputs.iter().any(photo) && scenario.inputs.iter().any(more)
    });
    let key = if with_photo { Key::ButtonIdeaAgainPhoto } else { Key::ButtonIdeaAgain };
    pen.tap(key, &idea(IdeaButton::Again(batch)))
}

/// What stands under a result of a scenario before everything else: of several only the receipt
/// leads on.
pub(in crate::render) fn result_rows(pen: &Pen<'_>, order: &View) -> Vec<Vec<Tap>> {
    let Some(place) = order.batch.as_ref().filter(|place| !place.is_of_several()) else {
        return Vec::new();
    };
    let mut rows = vec![vec![again_tap(pen, place.id, &place.scenario)]];
    if matches!(place.rewrite, Rewrite::Written | Rewrite::Plain) {
        rows.push(vec![pen.tap(Key::ButtonIdeaScript, &idea(IdeaButton::Script(place.id)))]);
    }
    rows
}

/// The words under a result that is one of several; the money is in the receipt.
pub(in crate::render) fn member_caption(pen: &Pen<'_>, order: &View) -> Option<String> {
    let place = order.batch.as_ref().filter(|place| place.is_of_several())?;
    let args = [
        ("idea", name(pen, &place.scenario).into()),
        ("number", Arg::Number(place.number.into())),
        ("total", Arg::Number(place.size.into())),
        ("code", order.code.as_str().into()),
    ];
    Some(pen.say(Key::NoticeIdeaMember, &args))
}

/// What the language model wrote, or why it did not.
pub(super) fn script(pen: &Pen<'_>, batch: &BatchView, word: Option<String>) -> Screen {
    let args = [("idea", name(pen, &batch.scenario).into()), ("code", batch.code.as_str().into())];
    let title = pen.say(Key::ScreenIdeaScript, &args);
    let text = |text: &str| {
        let text = shorten(text, SCRIPT_SHOWN);
        Some(pen.say(Key::ScreenIdeaScriptText, &[("text", text.into())]))
    };
    let mut paragraphs = vec![word, Some(title)];
    match batch.rewrite {
        Rewrite::Waiting | Rewrite::Writing => {
            paragraphs.push(Some(pen.say(Key::ScreenIdeaScriptWaiting, &[])));
        }
        Rewrite::None | Rewrite::Plain => {
            paragraphs.push(Some(pen.say(Key::ScreenIdeaScriptPlain, &[])));
            paragraphs.extend(batch.wish.as_deref().map(text));
        }
        Rewrite::Written => {
            let mut told: Vec<&String> = Vec::new();
            for one in &batch.scripts {
                if !told.contains(&one) {
                    told.push(one);
                    paragraphs.push(text(one));
                }
            }
        }
    }
    let again = again_tap(pen, batch.id, &batch.scenario);
    let menu = pen.way_back(&idea(IdeaButton::List { page: 0 }));
    pen.page(paragraphs, vec![vec![again], menu])
}
