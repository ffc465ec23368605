//! Errors, the lives of orders, and the record of actions.

use catalog::Language;
use chat::{Arg, Screen, Tap, one_line};
use generation::Money;

use crate::button::{Button, Place};
use crate::react::Context;
use crate::render::{Pen, date, lines, number, what};
use crate::role::Right;
use crate::session::Form;
use crate::statistics::failure;
use crate::store::actions::{Entry, Request};
use crate::store::errors::{Attempt, Example, Group};
use crate::texts::Key;
use crate::view::Life;

/// The most characters of a text of the provider.
const TEXT_MAX: usize = 160;

fn source(pen: &Pen<'_>, word: &str) -> String {
    let key = match word {
        "kie" => Key::FieldSourceKie,
        "network" => Key::FieldSourceNetwork,
        "timeout" => Key::FieldSourceTimeout,
        "telegram" => Key::FieldSourceTelegram,
        "ours" => Key::FieldSourceOurs,
        _ => Key::FieldUnknown,
    };
    pen.word(key)
}

pub(super) fn errors(pen: &Pen<'_>, days: u16, groups: &[Group]) -> Screen {
    let title = pen.say(Key::ScreenErrors, &[("days", Arg::Number(days.into()))]);
    let list = lines(groups.iter().map(|group| {
        let args = [
            ("source", source(pen, &group.source).into()),
            ("class", group.class.as_str().into()),
            ("count", number(group.count)),
            ("before", number(group.before)),
        ];
        pen.say(Key::ScreenLineGroup, &args)
    }));
    let list = if list.is_empty() { pen.say(Key::ScreenErrorsNone, &[]) } else { list };
    let taps: Vec<Tap> = groups
        .iter()
        .filter(|group| group.count > 0)
        .map(|group| {
            let label = format!("{} · {}", source(pen, &group.source), group.class);
            let (source, class) = (group.source.clone(), group.class.clone());
            let place = Place::Group { days, source, class };
            Tap::press(label, Button::Open(place).encode())
        })
        .collect();
    let mut rows: Vec<Vec<Tap>> = taps.chunks(2).map(<[Tap]>::to_vec).collect();
    let periods = [(Key::ButtonDaysOne, 1), (Key::ButtonDaysSeven, 7), (Key::ButtonDaysThirty, 30)];
    let periods = periods.into_iter().filter(|(_, period)| *period != days);
    rows.push(periods.map(|(key, days)| pen.open(key, Place::Errors { days })).collect());
    rows.push(vec![pen.tap(Key::ButtonCode, &Button::Ask(Form::Code))]);
    rows.push(pen.way_back(Place::Menu));
    pen.page(vec![title, list], rows)
}

pub(super) fn group(
    pen: &Pen<'_>,
    days: u16,
    word: &str,
    class: &str,
    examples: &[Example],
) -> Screen {
    let args = [("source", source(pen, word).into()), ("class", class.into())];
    let list = examples.iter().map(|example| {
        let model = example.model.as_ref().map(|model| pen.model(model)).unwrap_or_default();
        let args = [
            ("date", date(example.at)),
            ("code", example.code.as_deref().unwrap_or_default().into()),
            ("model", model.into()),
            ("text", one_line(example.text.as_deref().unwrap_or_default(), TEXT_MAX).into()),
        ];
        pen.say(Key::ScreenLineExample, &args)
    });
    let list = super::people::list(pen, list.collect());
    let mut seen = Vec::new();
    let mut rows: Vec<Vec<Tap>> = Vec::new();
    for example in examples {
        let (Some(id), Some(code)) = (example.generation_id, &example.code) else { continue };
        if !seen.contains(&id) {
            seen.push(id);
            let label = pen.texts.plain(Key::ButtonOrder, &[("code", code.as_str().into())]);
            rows.push(vec![Tap::press(label, Button::Open(Place::Order(id)).encode())]);
        }
    }
    rows.push(pen.way_back(Place::Errors { days }));
    pen.page(vec![format!("{}\n{list}", pen.say(Key::ScreenGroup, &args))], rows)
}

pub(super) fn order(pen: &Pen<'_>, context: &Context<'_>, life: &Life) -> Screen {
    let order = &life.order;
    let money = match order.money {
        Money::Held => Key::FieldMoneyHeld,
        Money::Taken => Key::FieldMoneyTaken,
        Money::Returned => Key::FieldMoneyReturned,
    };
    let title = pen.say(
        Key::ScreenOrder,
        &[
            ("code", order.code.as_str().into()),
            ("model", pen.model(&order.model).into()),
            ("state", super::people::state(pen, order.state.as_str()).into()),
            ("money", pen.word(money).into()),
            ("price", order.price.into()),
            ("cost", order.cost.into()),
        ],
    );
    let mut steps = vec![pen.say(Key::ScreenOrderCreated, &[("date", date(order.created_at))])];
    steps.extend(life.attempts.iter().map(|attempt| step(pen, attempt)));
    if let Some(at) = order.finished_at {
        let failure = order.failure.map(|class| pen.word(failure(Some(class)))).unwrap_or_default();
        let text = one_line(life.failure_text.as_deref().unwrap_or_default(), TEXT_MAX);
        let args = [("date", date(at)), ("failure", failure.into()), ("text", text.into())];
        steps.push(pen.say(Key::ScreenOrderEnded, &args));
    }
    let mut rows = Vec::new();
    let refundable = matches!(generation::at_stake(order), generation::AtStake::Sum(_));
    if refundable && context.role.may(Right::Money) {
        let form = Form::Refund { order: order.id };
        rows.push(vec![pen.tap(Key::ButtonRefund, &Button::Ask(form))]);
    }
    rows.push(vec![
        pen.open(Key::ButtonPerson, Place::User(order.user_id)),
        pen.open(Key::ButtonModels, Place::Model(order.model.clone())),
    ]);
    rows.push(pen.way_back(Place::Orders { user: order.user_id, page: 0 }));
    pen.page(vec![title, lines(steps.into_iter())], rows)
}

fn step(pen: &Pen<'_>, attempt: &Attempt) -> String {
    let task = attempt.task_id.as_ref().map(|task| one_line(task, 40)).unwrap_or_default();
    let text = one_line(attempt.failure_text.as_deref().unwrap_or_default(), TEXT_MAX);
    let text = if text.is_empty() { task } else { text };
    pen.say(
        Key::ScreenOrderAttempt,
        &[
            ("date", date(attempt.submitted_at)),
            ("number", number(attempt.number.into())),
            ("key", attempt.key_name.as_str().into()),
            ("state", super::people::state(pen, &attempt.state).into()),
            ("failure", attempt.failure.as_deref().unwrap_or_default().into()),
            ("text", text.into()),
            ("ended", attempt.finished_at.map_or_else(|| Arg::from(""), date)),
        ],
    )
}

fn entry_args(entry: &Entry) -> [(&'static str, Arg); 5] {
    [
        ("id", number(entry.id)),
        ("date", date(entry.at)),
        ("actor", entry.actor.as_str().into()),
        ("action", entry.action.as_str().into()),
        ("subject", entry.subject.as_str().into()),
    ]
}

pub(super) fn journal(pen: &Pen<'_>, page: u16, entries: &[Entry], more: bool) -> Screen {
    let list = entries.iter().map(|entry| pen.say(Key::ScreenLineEntry, &entry_args(entry)));
    let list = super::people::list(pen, list.collect());
    let taps: Vec<Tap> = entries
        .iter()
        .map(|entry| {
            let label = pen.texts.plain(Key::ButtonEntry, &[("id", number(entry.id))]);
            Tap::press(label, Button::Open(Place::Entry(entry.id)).encode())
        })
        .collect();
    let mut rows: Vec<Vec<Tap>> = taps.chunks(4).map(<[Tap]>::to_vec).collect();
    rows.push(pen.pages(page, more, |page| Place::Journal { page }));
    rows.push(pen.way_back(Place::Menu));
    pen.page(vec![pen.say(Key::ScreenJournal, &[]), list], rows)
}

pub(super) fn entry(pen: &Pen<'_>, entry: &Entry) -> Screen {
    let mut paragraphs = vec![pen.say(Key::ScreenEntry, &entry_args(entry))];
    if let Some(reason) = &entry.reason {
        paragraphs.push(pen.say(Key::ScreenEntryReason, &[("reason", reason.as_str().into())]));
    }
    let shown = |value: &Option<serde_json::Value>| {
        let value = value.as_ref().filter(|value| !value.is_null());
        Arg::Text(value.map_or_else(|| pen.word(Key::FieldNone), ToString::to_string))
    };
    let args = [("before", shown(&entry.before)), ("after", shown(&entry.after))];
    paragraphs.push(pen.say(Key::ScreenEntryChange, &args));
    if let Some(undone) = entry.undoes {
        paragraphs.push(pen.say(Key::ScreenEntryUndoes, &[("entry", number(undone))]));
    }
    let mut rows = Vec::new();
    if entry.undone {
        paragraphs.push(pen.say(Key::ScreenEntryUndone, &[]));
    } else if can_be_undone(&entry.action) {
        rows.push(vec![pen.tap(Key::ButtonUndo, &Button::Undo(entry.id))]);
    }
    rows.push(pen.way_back(Place::Journal { page: 0 }));
    pen.page(paragraphs, rows)
}

/// Letters, refunds and what the program did itself cannot be taken back by a press.
fn can_be_undone(action: &str) -> bool {
    matches!(
        action,
        "credit"
            | "debit"
            | "block"
            | "unblock"
            | "role"
            | "model_off"
            | "model_price"
            | "setting"
            | "promo_create"
            | "promo_stop"
            | "promo_start"
    )
}

pub(super) fn requests(pen: &Pen<'_>, requests: &[Request]) -> Screen {
    let mut rows: Vec<Vec<Tap>> = requests
        .iter()
        .map(|request| {
            let label = pen.texts.plain(Key::ButtonRequest, &[("id", number(request.id))]);
            vec![Tap::press(label, Button::Open(Place::Request(request.id)).encode())]
        })
        .collect();
    rows.push(pen.way_back(Place::Menu));
    let list =
        requests.iter().map(|request| format!("{}. {}", request.id, what(pen, &request.act)));
    let list = super::people::list(pen, list.collect());
    pen.page(vec![pen.say(Key::ScreenRequests, &[]), list], rows)
}

pub(super) fn request(pen: &Pen<'_>, request: &Request) -> Screen {
    let args = [("by", number(request.asked_by)), ("date", date(request.at))];
    let rows = vec![
        vec![
            pen.tap(Key::ButtonApprove, &Button::Approve(request.id)),
            pen.tap(Key::ButtonReject, &Button::Reject(request.id)),
        ],
        pen.way_back(Place::Requests),
    ];
    pen.page(vec![pen.say(Key::ScreenRequest, &args), what(pen, &request.act)], rows)
}

/// What the asking operator hears.
pub(crate) fn settled(
    desk: &chat::Desk,
    language: Language,
    request: &Request,
    agreed: bool,
) -> Screen {
    let pen = Pen::new(desk, language);
    let key = if agreed { Key::NoticeAgreed } else { Key::NoticeRefused };
    // What stands in the arguments is escaped there.
    let words = telegram::limits::plain_text(&what(&pen, &request.act));
    let text = pen.say(key, &[("what", words.into())]);
    pen.page(vec![text], vec![pen.way_back(Place::Menu)])
}
