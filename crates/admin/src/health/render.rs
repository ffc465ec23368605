//! How the shop is, in words: first whether all is well, then what is not, then the figures.

use backup::Past;
use chat::{Arg, Screen};
use generation::State;
use outbox::Alarm;
use queue::store::Depth;
use rust_decimal::prelude::ToPrimitive as _;
use sync::{Run, RunState};
use telegram::limits::visible_length;
use time::{Duration, OffsetDateTime};
use watch::{Condition, Funds};

use super::Health;
use crate::button::Place;
use crate::catalogue::Spot;
use crate::react::Context;
use crate::render::{Pen, date, lines, state};
use crate::statistics::{number, time_of_day};
use crate::texts::Key;

/// Alarms are told in full until they take so much of a message; the others by their names. What is
/// left of it is enough for the figures.
const ALARMS_LENGTH: usize = 2_400;

/// So many names stand in one list.
const NAMED: usize = 12;

pub(crate) fn screen(pen: &Pen<'_>, context: &Context<'_>, health: &Health) -> Screen {
    let (now, condition) = (context.now, &health.condition);
    let mut paragraphs = vec![lines(verdict(pen, now, condition).into_iter())];
    paragraphs.extend(alarms(pen, now, &condition.alarms));
    paragraphs.push(lines(work(pen, health).into_iter()));
    paragraphs.push(lines(supplier(pen, health).into_iter()));
    paragraphs.push(lines(keeping(pen, health).into_iter()));
    let rows = vec![
        vec![pen.open(Key::ButtonLook, Place::Health)],
        vec![
            pen.open(Key::ButtonErrors, Place::Errors { days: 1 }),
            pen.open(Key::ButtonSync, Place::Catalogue(Spot::Sync)),
        ],
        pen.way_back(Place::Menu),
    ];
    pen.page(paragraphs, rows)
}

/// Whether all is well. Without somebody who looks, no alarm means nothing.
fn verdict(pen: &Pen<'_>, now: OffsetDateTime, condition: &Condition) -> Vec<String> {
    let mut told = vec![pen.say(Key::ScreenHealth, &[("time", time_of_day(now).into())])];
    let wrong = condition.alarms.len();
    if wrong > 0 {
        told.push(pen.say(Key::ScreenHealthWrong, &[("count", whole(wrong))]));
    } else if condition.watched {
        told.push(pen.say(Key::ScreenHealthFine, &[]));
    }
    if !condition.watched {
        let last = moment(pen, condition.looked_at);
        told.push(pen.say(Key::ScreenHealthUnwatched, &[("last", last)]));
    }
    told
}

/// What is wrong, in the words in which it was told, and since when.
fn alarms(pen: &Pen<'_>, now: OffsetDateTime, alarms: &[Alarm]) -> Vec<String> {
    let language = pen.texts.language();
    let mut told: Vec<String> = Vec::new();
    let mut length = 0;
    for alarm in alarms {
        let words = chat::alarm_words(pen.desk, language, &alarm.alert);
        let lasts = span(pen, now - alarm.since);
        let since = [("date", date(alarm.since)), ("time", lasts.into())];
        let words = format!("{words}\n{}", pen.say(Key::ScreenHealthSince, &since));
        length += visible_length(&words);
        if !told.is_empty() && length > ALARMS_LENGTH {
            break;
        }
        told.push(words);
    }
    let names: Vec<String> = alarms
        .iter()
        .skip(told.len())
        .take(NAMED)
        .map(|alarm| chat::alarm_name(pen.desk, language, &alarm.alert))
        .collect();
    if !names.is_empty() {
        told.push(pen.say(Key::ScreenHealthMore, &[("names", names.join(", ").into())]));
    }
    told
}

/// The queue, the orders, and whoever asks Telegram.
fn work(pen: &Pen<'_>, health: &Health) -> Vec<String> {
    let polling = health.condition.polling.map(|polling| {
        if polling.held {
            return pen.say(Key::ScreenHealthPolling, &[]);
        }
        pen.say(Key::ScreenHealthNotPolling, &[("date", date(polling.expires_at))])
    });
    vec![queue(pen, &health.queue), orders(pen, &health.orders), polling.unwrap_or_default()]
}

fn queue(pen: &Pen<'_>, queue: &Depth) -> String {
    let oldest = match queue.oldest_due_s {
        ..=0 => String::new(),
        seconds => {
            let time = span(pen, Duration::seconds(seconds));
            pen.texts.plain(Key::FieldHealthOldest, &[("time", time.into())])
        }
    };
    let args = [
        ("queued", number(queue.queued)),
        ("oldest", oldest.into()),
        ("running", number(queue.running)),
        ("dead", number(queue.dead)),
    ];
    pen.say(Key::ScreenHealthQueue, &args)
}

fn orders(pen: &Pen<'_>, orders: &[(State, i64)]) -> String {
    let count: i64 = orders.iter().map(|(_, count)| count).sum();
    let each = orders.iter().map(|(of, count)| format!("{} {count}", state(pen, of.as_str())));
    let each = each.collect::<Vec<_>>().join(", ");
    let states = if each.is_empty() { each } else { format!(" ({each})") };
    pen.say(Key::ScreenHealthOrders, &[("count", number(count)), ("states", states.into())])
}

/// What is left at KIE.ai, the keys, and the comparison of the catalogue.
fn supplier(pen: &Pen<'_>, health: &Health) -> Vec<String> {
    let condition = &health.condition;
    let credits = match &condition.funds {
        Some(funds) => credits(pen, funds),
        None => pen.say(Key::ScreenHealthNoCredits, &[]),
    };
    let keys = condition.keys.map(|keys| {
        let args = [("count", whole(keys.known)), ("resting", whole(keys.resting))];
        pen.say(Key::ScreenHealthKeys, &args)
    });
    vec![credits, keys.unwrap_or_default(), compared(pen, health.compared.as_ref())]
}

fn credits(pen: &Pen<'_>, funds: &Funds) -> String {
    let lasts = match funds.hours {
        Some(hours) => {
            let time = span(pen, Duration::hours(hours.min(i64::from(i32::MAX))));
            pen.texts.plain(Key::FieldHealthLasts, &[("time", time.into())])
        }
        None => pen.word(Key::FieldHealthUnspent),
    };
    let credits = funds.credits.decimal().trunc().to_i64().unwrap_or(i64::MAX);
    let args =
        [("credits", number(credits)), ("lasts", lasts.into()), ("date", date(funds.read_at))];
    pen.say(Key::ScreenHealthCredits, &args)
}

fn compared(pen: &Pen<'_>, run: Option<&Run>) -> String {
    let outcome = match run.map(|run| (run.state, run.changes)) {
        None => String::new(),
        Some((RunState::Reading, _)) => pen.word(Key::FieldHealthReading),
        Some((RunState::Failed, _)) => pen.word(Key::FieldHealthFailed),
        Some((RunState::Done, changes)) => {
            pen.texts.plain(Key::FieldHealthChanges, &[("changes", number(changes))])
        }
    };
    let at = run.map(|run| run.finished_at.unwrap_or(run.started_at));
    pen.say(Key::ScreenHealthSync, &[("date", moment(pen, at)), ("outcome", outcome.into())])
}

/// The books, the backups and the database.
fn keeping(pen: &Pen<'_>, health: &Health) -> Vec<String> {
    let condition = &health.condition;
    let books = match condition.audited_at {
        Some(at) => {
            let args = [("count", number(condition.violations)), ("date", date(at))];
            pen.say(Key::ScreenHealthBooks, &args)
        }
        None => pen.say(Key::ScreenHealthNoBooks, &[]),
    };
    let size = [("size", megabytes(pen, health.bytes).into())];
    vec![books, backups(pen, &health.backups), pen.say(Key::ScreenHealthDatabase, &size)]
}

fn backups(pen: &Pen<'_>, past: &Past) -> String {
    let size = past.made.map(|made| format!(", {}", megabytes(pen, made.bytes)));
    let at = moment(pen, past.made.map(|made| made.at));
    let args = [("date", at), ("size", size.unwrap_or_default().into())];
    let made = pen.say(Key::ScreenHealthBackup, &args);
    match past.failed_at {
        Some(at) => {
            let failed = pen.say(Key::ScreenHealthBackupFailed, &[("date", date(at))]);
            format!("{made}\n{failed}")
        }
        None => made,
    }
}

/// A moment, or that there was none.
fn moment(pen: &Pen<'_>, at: Option<OffsetDateTime>) -> Arg {
    at.map_or_else(|| pen.word(Key::FieldHealthNever).into(), date)
}

/// «40 с», «5 мин», «18 ч», «3 дн.».
fn span(pen: &Pen<'_>, time: Duration) -> String {
    let (key, unit, count) = match time.whole_seconds().max(0) {
        seconds @ 0..120 => (Key::FieldSeconds, "seconds", seconds),
        seconds @ 120..7_200 => (Key::FieldHealthMinutes, "minutes", seconds / 60),
        seconds @ 7_200..172_800 => (Key::FieldHealthHours, "hours", seconds / 3_600),
        seconds => (Key::FieldHealthDays, "days", seconds / 86_400),
    };
    pen.texts.plain(key, &[(unit, number(count))])
}

/// «12,3 МБ».
fn megabytes(pen: &Pen<'_>, bytes: i64) -> String {
    let tenths = bytes / 100_000;
    let args = [("whole", number(tenths / 10)), ("tenth", number(tenths % 10))];
    pen.texts.plain(Key::FieldHealthMegabytes, &args)
}

fn whole(count: usize) -> Arg {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}
