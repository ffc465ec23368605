//! Comparisons of the catalogue in words, and the free list.

use catalog::{Difference, Model};
use chat::{Arg, Screen, Tap, Tone, one_line};
use sync::{Change, ChangeKind, Mode, Run, RunState};

use crate::button::{Button, Place};
use crate::catalogue::{Note, Press, Sight, Spot};
use crate::react::Context;
use crate::render::{Pen, date, lines, number};
use crate::role::Right;
use crate::setting::Setting;
use crate::texts::Key;

/// So many parameters of a changed model are named.
const NAMED: usize = 5;

pub(super) fn sight(pen: &Pen<'_>, context: &Context<'_>, sight: &Sight) -> Screen {
    match sight {
        Sight::Sync { last, pending } => overview(pen, context, last.as_ref(), *pending),
        Sight::Runs { page, runs, more } => history(pen, *page, runs, *more),
        Sight::Run { run, page, changes, more, open } => {
            let shown = (changes.as_slice(), *more);
            one(pen, context, run, *page, shown, *open)
        }
        Sight::Free => free(pen, context),
    }
}

/// The word above a screen.
pub(super) fn note(note: Note) -> Key {
    match note {
        Note::Running => Key::RefusalSyncRunning,
        Note::Old => Key::RefusalSyncOld,
        Note::NotFree => Key::RefusalNotFree,
        Note::TooDear => Key::RefusalFreeDear,
        Note::Full => Key::RefusalFreeFull,
    }
}

fn go(pen: &Pen<'_>, key: Key, spot: Spot) -> Tap {
    pen.tap(key, &Button::Open(Place::Catalogue(spot)))
}

fn overview(
    pen: &Pen<'_>,
    context: &Context<'_>,
    last: Option<&Run>,
    pending: Option<(i64, usize)>,
) -> Screen {
    let models = pen.desk.catalog.models();
    let count = |count: usize| number(i64::try_from(count).unwrap_or(i64::MAX));
    let sold = models.iter().filter(|model| model.is_on_sale()).count();
    let args = [
        ("known", count(models.len())),
        ("sold", count(sold)),
        ("rest", count(models.len() - sold)),
    ];
    let mut paragraphs = vec![pen.say(Key::ScreenSync, &args)];
    let running = last.is_some_and(|run| !run.state.is_over());
    paragraphs.push(match last {
        Some(run) => format!("{}\n{}", pen.say(Key::ScreenSyncLast, &[]), about(pen, run)),
        None => pen.say(Key::ScreenSyncNever, &[]),
    });
    let mut rows = Vec::new();
    if let Some((run, changes)) = pending {
        let changes = i64::try_from(changes).unwrap_or(i64::MAX);
        paragraphs.push(pen.say(Key::ScreenSyncPending, &[("count", Arg::Number(changes))]));
        rows.push(vec![go(pen, Key::ButtonSyncChanges, Spot::Run { id: run, page: 0 })]);
    }
    if running {
        rows.push(vec![go(pen, Key::ButtonSyncLook, Spot::Sync)]);
    } else if context.role.may(Right::Models) {
        rows.push(vec![pen.tap(Key::ButtonSyncNow, &Button::Catalogue(Press::Compare))]);
    }
    rows.push(vec![go(pen, Key::ButtonSyncHistory, Spot::Runs { page: 0 })]);
    rows.push(pen.way_back(Place::Menu));
    pen.page(paragraphs, rows)
}

/// Who asked, when, and how far it is.
fn about(pen: &Pen<'_>, run: &Run) -> String {
    let by = match run.asked_by.as_str() {
        "schedule" => pen.word(Key::FieldSyncSchedule),
        "command" => pen.word(Key::FieldSyncCommand),
        other => other.to_owned(),
    };
    let mode = match run.mode {
        Mode::Dry => Key::FieldSyncDry,
        Mode::Apply => Key::FieldSyncApply,
    };
    let args = [("date", date(run.started_at)), ("by", by.into()), ("mode", pen.word(mode).into())];
    let mut told = vec![pen.say(Key::ScreenSyncRun, &args)];
    let models =
        run.models.map_or_else(|| Arg::Text("–".to_owned()), |models| number(models.into()));
    match run.state {
        RunState::Reading if run.models.is_none() => {
            told.push(pen.say(Key::ScreenSyncBegun, &[]));
        }
        RunState::Reading => {
            let args = [("models", models), ("left", number(run.left))];
            told.push(pen.say(Key::ScreenSyncReading, &args));
        }
        RunState::Done => {
            let args = [("models", models), ("changes", number(run.changes))];
            told.push(pen.say(Key::ScreenSyncDone, &args));
        }
        RunState::Failed => {
            let reason = one_line(run.error.as_deref().unwrap_or_default(), 300);
            told.push(pen.say(Key::ScreenSyncFailed, &[("reason", reason.into())]));
        }
    }
    if let Some(at) = run.applied_at {
        told.push(pen.say(Key::ScreenSyncAccepted, &[("date", date(at))]));
    }
    lines(told.into_iter())
}

/// What stands before a run in a list.
fn mark(run: &Run) -> &'static str {
    match (run.state, run.applied_at) {
        (RunState::Reading, _) => "⏳",
        (RunState::Failed, _) => "⚠️",
        (RunState::Done, Some(_)) => "✅",
        (RunState::Done, None) => "👀",
    }
}

fn history(pen: &Pen<'_>, page: u16, runs: &[Run], more: bool) -> Screen {
    let mut rows: Vec<Vec<Tap>> = runs
        .iter()
        .map(|run| {
            let args = [
                ("mark", mark(run).into()),
                ("id", number(run.id)),
                ("date", date(run.started_at)),
                ("changes", number(run.changes)),
            ];
            let label = pen.texts.plain(Key::ButtonSyncRun, &args);
            let to = Place::Catalogue(Spot::Run { id: run.id, page: 0 });
            vec![Tap::press(label, Button::Open(to).encode())]
        })
        .collect();
    rows.push(pen.pages(page, more, |page| Place::Catalogue(Spot::Runs { page })));
    rows.push(pen.way_back(Place::Catalogue(Spot::Sync)));
    let empty = runs.is_empty().then(|| pen.say(Key::ScreenEmpty, &[]));
    pen.page(vec![pen.say(Key::ScreenSyncHistory, &[]), empty.unwrap_or_default()], rows)
}

fn one(
    pen: &Pen<'_>,
    context: &Context<'_>,
    run: &Run,
    page: u16,
    (changes, more): (&[Change], bool),
    open: bool,
) -> Screen {
    let title = pen.say(Key::ScreenSyncOne, &[("id", number(run.id))]);
    let list = lines(changes.iter().map(|change| line(pen, change)));
    let mut rows = Vec::new();
    if open && context.role.may(Right::Models) {
        let press = Button::Catalogue(Press::Accept(run.id));
        rows.push(vec![pen.tap(Key::ButtonSyncAccept, &press).tone(Tone::Go)]);
    }
    let to = |page: u16| Place::Catalogue(Spot::Run { id: run.id, page });
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.open(Key::ButtonPrevious, to(page - 1)));
    }
    if more {
        turn.push(pen.open(Key::ButtonNext, to(page.saturating_add(1))));
    }
    rows.push(turn);
    rows.push(pen.way_back(Place::Catalogue(Spot::Sync)));
    pen.page(vec![format!("{title}\n{}", about(pen, run)), list], rows)
}

/// One change: the model, and what is another way by now.
fn line(pen: &Pen<'_>, change: &Change) -> String {
    let (key, detail) = match &change.kind {
        ChangeKind::New { not_sold: None } => (Key::ScreenChangeNew, String::new()),
        ChangeKind::New { not_sold: Some(why) } => (Key::ScreenChangeNewNotSold, why.clone()),
        ChangeKind::Changed { differences } => (Key::ScreenChangeChanged, fields(differences)),
        ChangeKind::Gone => (Key::ScreenChangeGone, String::new()),
        ChangeKind::Returned => (Key::ScreenChangeReturned, String::new()),
        ChangeKind::Price { moves } => {
            let moves = moves.iter().map(|one| format!("{} → {}", one.from, one.to));
            (Key::ScreenChangePrice, moves.take(NAMED).collect::<Vec<_>>().join(", "))
        }
        ChangeKind::PriceUnclear => (Key::ScreenChangePriceUnclear, String::new()),
        ChangeKind::PriceWords { before, now } => {
            let words = format!("«{}» → «{}»", one_line(before, 80), one_line(now, 80));
            (Key::ScreenChangePriceWords, words)
        }
        ChangeKind::Differs { differences } => (Key::ScreenChangeDiffers, fields(differences)),
        ChangeKind::PriceDiffers { theirs } => {
            let theirs: Vec<&str> = theirs.iter().take(NAMED).map(String::as_str).collect();
            (Key::ScreenChangePriceDiffers, theirs.join(", "))
        }
    };
    let args = [("model", change.model.as_str().into()), ("detail", detail.into())];
    pen.say(key, &args)
}

fn fields(differences: &[Difference]) -> String {
    let mut names: Vec<&str> = differences.iter().map(Difference::field).collect();
    names.dedup();
    let rest = names.len().saturating_sub(NAMED);
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if rest == 0 { shown } else { format!("{shown} +{rest}") }
}

fn free(pen: &Pen<'_>, context: &Context<'_>) -> Screen {
    let tier = &pen.desk.free;
    let key = if tier.models.is_some() { Key::ScreenFreeOwn } else { Key::ScreenFreeUsual };
    let models: Vec<&Model> = pen.desk.free_models();
    let list = lines(models.iter().map(|model| {
        let price = model.usual_credits().and_then(|credits| pen.desk.price(model, credits));
        let price = price.map(|price| price.to_string()).unwrap_or_default();
        let name = model.name.get(pen.texts.language());
        pen.say(Key::ScreenLineFree, &[("model", name.into()), ("price", price.into())])
    }));
    let list = if list.is_empty() { pen.say(Key::ScreenEmpty, &[]) } else { list };
    let limits = &tier.limits;
    let args = [
        ("day", number(limits.per_day.into())),
        ("hour", number(limits.per_hour.into())),
        ("max", tier.max.into()),
        ("budget", limits.budget.into()),
    ];
    let mut rows = Vec::new();
    if context.role.may(Right::Settings) {
        for model in &models {
            let label = pen.texts.plain(
                Key::ButtonFreeTake,
                &[("model", model.name.get(pen.texts.language()).into())],
            );
            let press = Button::Catalogue(Press::Take(model.id.clone()));
            rows.push(vec![Tap::press(label, press.encode())]);
        }
        rows.push(vec![pen.open(Key::ButtonFreeAdd, Place::Models)]);
        if tier.models.is_some() {
            rows.push(vec![pen.tap(Key::ButtonFreeUsual, &Button::Catalogue(Press::Usual))]);
        }
    }
    let limits =
        [Setting::FreePerDay, Setting::FreePerHour, Setting::FreeMaxRub, Setting::FreeBudgetRub];
    for two in limits.chunks(2) {
        let tap = |setting: &Setting| pen.open(setting.title(), Place::Setting(*setting));
        rows.push(two.iter().map(tap).collect());
    }
    rows.push(pen.way_back(Place::Models));
    let title = format!("{}\n{list}", pen.say(key, &[]));
    pen.page(vec![title, pen.say(Key::ScreenFreeLimits, &args)], rows)
}

/// The button on a model's card that gives it away or stops doing so.
pub(super) fn give_or_take(pen: &Pen<'_>, model: &Model) -> Option<Tap> {
    let free = pen.desk.free_models().iter().any(|one| one.id == model.id);
    if free {
        let press = Button::Catalogue(Press::Take(model.id.clone()));
        return Some(pen.tap(Key::ButtonFreeNoMore, &press));
    }
    let can = pen.desk.on_sale(&model.id).is_some_and(crate::catalogue::can_be_free);
    can.then(|| pen.tap(Key::ButtonFreeGive, &Button::Catalogue(Press::Give(model.id.clone()))))
}

/// What is said on a model's card: whether it is free, and how often it works out at KIE.ai.
pub(super) fn states(pen: &Pen<'_>, model: &Model) -> Vec<String> {
    let mut found = Vec::new();
    if pen.desk.free_models().iter().any(|one| one.id == model.id) {
        found.push(pen.say(Key::ScreenModelFree, &[]));
    }
    if let Some(permille) = pen.desk.journey.success.get(&model.id) {
        let percent = number(i64::from(*permille) / 10);
        found.push(pen.say(Key::ScreenModelSuccess, &[("percent", percent)]));
    }
    found
}
