//! Promo codes in words.

use chat::{Arg, Screen, Tap, Tone};
use money::Rub;
use promo::{Code, NewCode, NewCodeFault, Segment, Value};

use super::react::last_day;
use super::{Ask, Deed, Press, Scene, Sheet, Spot, Step, Word};
use crate::button::{Button, Place};
use crate::react::Context;
use crate::render::{Pen, date, lines, number};
use crate::role::Right;
use crate::texts::Key;

pub(crate) fn screen(pen: &Pen<'_>, context: &Context<'_>, scene: &Scene) -> Screen {
    match scene {
        Scene::List { page, codes, more } => list(pen, context, *page, codes, *more),
        Scene::Code(sheet) => card(pen, context, sheet),
    }
}

fn worth(pen: &Pen<'_>, value: Value) -> String {
    match value {
        Value::Fixed(amount) => amount.to_string(),
        Value::Percent { percent, max: None } => {
            pen.texts.plain(Key::FieldCodesPercent, &[("percent", number(percent.into()))])
        }
        Value::Percent { percent, max: Some(max) } => {
            let args = [("percent", number(percent.into())), ("max", max.into())];
            pen.texts.plain(Key::FieldCodesPercentMax, &args)
        }
    }
}

fn people(pen: &Pen<'_>, segment: Segment) -> String {
    pen.word(match segment {
        Segment::All => Key::FieldCodesAll,
        Segment::New => Key::FieldCodesNew,
        Segment::Paying => Key::FieldCodesPaying,
    })
}

fn list(pen: &Pen<'_>, context: &Context<'_>, page: u16, codes: &[Code], more: bool) -> Screen {
    let all = codes.iter().map(|code| {
        let args = [
            ("mark", mark(context, code).into()),
            ("code", code.terms.code.as_str().into()),
            ("worth", worth(pen, code.terms.value).into()),
            ("used", number(code.used.into())),
            ("max", most(pen, code.terms.uses_max)),
        ];
        pen.say(Key::ScreenLineCode, &args)
    });
    let text = crate::render::list(pen, all.collect());
    let mut rows: Vec<Vec<Tap>> = codes
        .iter()
        .map(|code| {
            let name = code.terms.code.clone();
            vec![Tap::press(&name, Button::Open(Place::Codes(Spot::Code(name.clone()))).encode())]
        })
        .collect();
    rows.push(pen.pages(page, more, |page| Place::Codes(Spot::List { page })));
    if context.role.may(Right::Settings) {
        rows.push(vec![pen.tap(Key::ButtonCodesNew, &Button::Codes(Press::New))]);
    }
    rows.push(pen.way_back(Place::Menu));
    pen.page(vec![pen.say(Key::ScreenCodes, &[]), text], rows)
}

/// Whether a code works now.
fn mark(context: &Context<'_>, code: &Code) -> &'static str {
    let terms = &code.terms;
    let over = terms.valid_until.is_some_and(|until| until <= context.now)
        || terms.uses_max.is_some_and(|max| code.used >= max);
    match (code.disabled_at.is_some(), over) {
        (true, _) => "⏹",
        (false, true) => "⌛️",
        (false, false) => "✅",
    }
}

fn most(pen: &Pen<'_>, max: Option<i32>) -> Arg {
    max.map_or_else(|| pen.word(Key::FieldCodesNoEnd).into(), |max| number(max.into()))
}

/// The conditions of a code, a line each.
fn conditions(pen: &Pen<'_>, terms: &NewCode) -> String {
    let some = |key, arg: (&'static str, Arg)| pen.say(key, &[arg]);
    let mut all = vec![
        some(Key::ScreenCodesWorth, ("worth", worth(pen, terms.value).into())),
        pen.say(
            Key::ScreenCodesUses,
            &[("max", most(pen, terms.uses_max)), ("person", number(terms.uses_per_person.into()))],
        ),
        some(Key::ScreenCodesPeople, ("people", people(pen, terms.segment).into())),
    ];
    all.extend(terms.valid_from.map(|from| some(Key::ScreenCodesFrom, ("date", date(from)))));
    all.extend(
        terms.valid_until.map(|until| some(Key::ScreenCodesUntil, ("date", date(last_day(until))))),
    );
    let days = match terms.bonus_days {
        Some(days) => some(Key::ScreenCodesDays, ("days", Arg::Number(days.into()))),
        None => pen.say(Key::ScreenCodesForever, &[]),
    };
    all.push(days);
    lines(all.into_iter())
}

fn card(pen: &Pen<'_>, context: &Context<'_>, sheet: &Sheet) -> Screen {
    let Sheet { code, did, uses } = sheet;
    let name = code.terms.code.clone();
    let title = pen.say(
        Key::ScreenCode,
        &[("mark", mark(context, code).into()), ("code", name.as_str().into())],
    );
    let made = pen.say(
        Key::ScreenCodesMade,
        &[("date", date(code.created_at)), ("actor", code.created_by.as_str().into())],
    );
    let stopped =
        code.disabled_at.map(|at| pen.say(Key::ScreenCodesStopped, &[("date", date(at))]));
    let results = pen.say(
        Key::ScreenCodesDid,
        &[
            ("uses", number(did.uses)),
            ("people", number(did.people)),
            ("given", did.given.into()),
            ("waiting", number(did.waiting)),
            ("paying", number(did.paid_after)),
            ("paid", did.paid.into()),
        ],
    );
    let last = uses.iter().map(|one| {
        let given =
            one.given.map_or_else(|| pen.word(Key::FieldCodesWaits), |sum: Rub| sum.to_string());
        let args = [("date", date(one.at)), ("user", number(one.user_id)), ("given", given.into())];
        pen.say(Key::ScreenLineUse, &args)
    });
    let last = lines(last);
    let mut rows = Vec::new();
    if context.role.may(Right::Settings) {
        rows.push(vec![if code.disabled_at.is_some() {
            pen.tap(Key::ButtonCodesStart, &Button::Codes(Press::Start(name)))
        } else {
            pen.tap(Key::ButtonCodesStop, &Button::Codes(Press::Stop(name))).tone(Tone::Stop)
        }]);
    }
    rows.push(pen.way_back(Place::Codes(Spot::List { page: 0 })));
    let head = lines([title, made].into_iter().chain(stopped));
    pen.page(vec![head, conditions(pen, &code.terms), results, last], rows)
}

/// The question of a step, with the buttons that answer it.
pub(crate) fn ask(pen: &Pen<'_>, ask: &Ask) -> (String, Vec<Tap>) {
    let usual = |key| vec![pen.tap(key, &Button::Codes(Press::Usual))];
    let (key, taps) = match ask.step {
        Step::Word => (Key::ScreenAskCodesWord, Vec::new()),
        Step::Worth => (Key::ScreenAskCodesWorth, Vec::new()),
        Step::Uses => (Key::ScreenAskCodesUses, usual(Key::ButtonCodesNoEnd)),
        Step::PerPerson => (Key::ScreenAskCodesPerson, usual(Key::ButtonCodesOnce)),
        Step::Dates => (Key::ScreenAskCodesDates, usual(Key::ButtonCodesAlways)),
        Step::Days => (Key::ScreenAskCodesDays, usual(Key::ButtonCodesNoEnd)),
        Step::People => {
            let taps = Segment::ALL.map(|segment| {
                let press = Button::Codes(Press::People(segment));
                Tap::press(people(pen, segment), press.encode())
            });
            (Key::ScreenAskCodesPeople, taps.to_vec())
        }
    };
    (pen.say(key, &[("code", ask.terms.code.as_str().into())]), taps)
}

/// An action in words, as HTML.
pub(crate) fn what(pen: &Pen<'_>, deed: &Deed) -> String {
    let named = |key| pen.say(key, &[("code", deed.code().into())]);
    match deed {
        Deed::Create { terms } => {
            let conditions = terms.new_code().map(|new| conditions(pen, &new)).unwrap_or_default();
            format!("{}\n{conditions}", named(Key::FieldActCodesCreate))
        }
        Deed::Stop { .. } => named(Key::FieldActCodesStop),
        Deed::Start { .. } => named(Key::FieldActCodesStart),
    }
}

pub(crate) fn line(pen: &Pen<'_>, word: Word) -> String {
    pen.say(
        match word {
            Word::Fault(NewCodeFault::Exists) => Key::RefusalCodesExists,
            Word::Fault(NewCodeFault::Word) => Key::RefusalCodesWord,
            Word::Fault(NewCodeFault::Value) | Word::NoWorth => Key::RefusalCodesWorth,
            Word::Fault(NewCodeFault::Numbers) => Key::RefusalNoNumber,
            Word::Fault(NewCodeFault::Dates) | Word::NoDates => Key::RefusalCodesDates,
        },
        &[],
    )
}
