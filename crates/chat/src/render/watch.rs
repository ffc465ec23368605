//! What the operators hear about things that are wrong until they are mended.

use catalog::Language;
use money::Rub;
use outbox::{Alert, CatalogueNews, Open, Over, WatchNews};

use crate::desk::Desk;
use crate::render::{Pen, order};
use crate::screen::one_line;
use crate::texts::{Arg, Key};

/// So many things are told in full; of the others only the names.
const IN_FULL: usize = 6;

/// So many names stand in one list.
const NAMED: usize = 12;

/// What others said is cut to so many letters.
const SAID: usize = 300;

/// An alarm in the words in which operators are told it, as HTML.
#[must_use]
pub fn alarm_words(desk: &Desk, language: Language, alert: &Alert) -> String {
    order::alert_words(&Pen::new(desk, language), alert)
}

/// An alarm in a few words, without markup.
#[must_use]
pub fn alarm_name(desk: &Desk, language: Language, alert: &Alert) -> String {
    name(&Pen::new(desk, language), alert)
}

/// One thing that is wrong, or all that a look has to tell.
pub(super) fn news(pen: &Pen<'_>, news: &WatchNews) -> String {
    match news {
        WatchNews::Round { open, over } => round(pen, open, over),
        WatchNews::Runway { hours, credits } => {
            let time = time(pen, hours.saturating_mul(60));
            let args = [("credits", credits.as_str().into()), ("time", time.into())];
            let key = if *hours == 0 { Key::NoticeWatchEmpty } else { Key::NoticeWatchRunway };
            pen.say(key, &args)
        }
        WatchNews::Errors { failed, orders, most } => pen.say(
            Key::NoticeWatchErrors,
            &[
                ("failed", failed.to_string().into()),
                ("orders", orders.to_string().into()),
                ("most", pen.texts.plain(why(most), &[]).into()),
            ],
        ),
        WatchNews::QueueLate { minutes, due } => pen.say(
            Key::NoticeWatchQueue,
            &[("time", time(pen, *minutes).into()), ("due", due.to_string().into())],
        ),
        WatchNews::JobsDead { count, kind, error } => pen.say(
            Key::NoticeWatchJobs,
            &[
                ("number", count.to_string().into()),
                ("kind", kind.as_str().into()),
                ("error", one_line(error, SAID).into()),
            ],
        ),
        WatchNews::PaymentsWait { count, hours } => pen.say(
            Key::NoticeWatchPayments,
            &[
                ("number", count.to_string().into()),
                ("time", time(pen, hours.saturating_mul(60)).into()),
            ],
        ),
        WatchNews::Books { violations, first } => pen.say(
            Key::NoticeWatchBooks,
            &[
                ("number", violations.to_string().into()),
                ("first", one_line(first, SAID).into()),
                ("command", "kiebot ledger audit".into()),
            ],
        ),
        WatchNews::BelowCost { .. }
        | WatchNews::Drift { .. }
        | WatchNews::Disk { .. }
        | WatchNews::DatabaseFull { .. }
        | WatchNews::WebhookRefused { .. } => of_one_thing(pen, news).unwrap_or_default(),
    }
}

/// Why orders fail, by the word that stands on them.
fn why(class: &str) -> Key {
    match class {
        "temporary" => Key::NoticeWatchWhyTemporary,
        "account" => Key::NoticeWatchWhyAccount,
        "lost" => Key::NoticeWatchWhyLost,
        "too_late" => Key::NoticeWatchWhyLate,
        _ => Key::NoticeWatchWhyUnknown,
    }
}

/// What concerns one model, one disk, one address.
fn of_one_thing(pen: &Pen<'_>, news: &WatchNews) -> Option<String> {
    Some(match news {
        WatchNews::BelowCost { model, orders, kopecks } => pen.say(
            Key::NoticeWatchMargin,
            &[
                ("model", pen.model_name(model).into()),
                ("orders", orders.to_string().into()),
                ("amount", Rub::from_kopecks(*kopecks).into()),
            ],
        ),
        WatchNews::Drift { model, listed, taken } => pen.say(
            Key::NoticeWatchDrift,
            &[
                ("model", pen.model_name(model).into()),
                ("listed", listed.as_str().into()),
                ("taken", taken.as_str().into()),
            ],
        ),
        WatchNews::Disk { folder, free_mb } => pen.say(
            Key::NoticeWatchDisk,
            &[("folder", one_line(folder, SAID).into()), ("megabytes", free_mb.to_string().into())],
        ),
        WatchNews::DatabaseFull { megabytes, limit } => pen.say(
            Key::NoticeWatchDatabase,
            &[
                ("megabytes", megabytes.to_string().into()),
                ("limit", limit.to_string().into()),
                ("command", "kiebot cleanup --apply".into()),
            ],
        ),
        WatchNews::WebhookRefused { reason } => {
            let reason = one_line(reason, SAID);
            let args = [("reason", reason.into()), ("setting", "PUBLIC_BASE_URL".into())];
            pen.say(Key::NoticeWatchWebhook, &args)
        }
        WatchNews::Round { .. }
        | WatchNews::Runway { .. }
        | WatchNews::Errors { .. }
        | WatchNews::QueueLate { .. }
        | WatchNews::JobsDead { .. }
        | WatchNews::PaymentsWait { .. }
        | WatchNews::Books { .. } => return None,
    })
}

fn round(pen: &Pen<'_>, open: &[Open], over: &[Over]) -> String {
    let mut paragraphs: Vec<String> =
        open.iter().take(IN_FULL).map(|one| still(pen, one)).collect();
    let names: Vec<String> =
        open.iter().skip(IN_FULL).take(NAMED).map(|one| name(pen, &one.alert)).collect();
    if !names.is_empty() {
        let names = names.join(", ");
        paragraphs.push(pen.say(Key::NoticeWatchMore, &[("names", names.into())]));
    }
    if !over.is_empty() {
        let lines = over.iter().take(NAMED).map(|one| {
            let lasted = time(pen, one.minutes);
            let args = [("name", name(pen, &one.alert).into()), ("time", lasted.into())];
            pen.say(Key::NoticeWatchOverLine, &args)
        });
        let title = std::iter::once(pen.say(Key::NoticeWatchOver, &[]));
        paragraphs.push(title.chain(lines).collect::<Vec<_>>().join("\n"));
    }
    paragraphs.join("\n\n")
}

/// An alarm, and which time it is told.
fn still(pen: &Pen<'_>, one: &Open) -> String {
    let said = order::alert_words(pen, &one.alert);
    if one.time <= 1 {
        return said;
    }
    let args = [("time", time(pen, one.minutes).into()), ("number", one.time.to_string().into())];
    format!("{said}\n{}", pen.say(Key::NoticeWatchAgain, &args))
}

/// An alarm in a few words, without markup.
fn name(pen: &Pen<'_>, alert: &Alert) -> String {
    let of = |key: Key, subject: &str| {
        pen.texts.plain(key, &[("subject", Arg::from(one_line(subject, 60)))])
    };
    match alert {
        Alert::KeyBenched { key, .. } => of(Key::NoticeWatchNameKey, key),
        Alert::NoKeys => of(Key::NoticeWatchNameKeys, ""),
        Alert::BackupFailed { .. } => of(Key::NoticeWatchNameBackup, ""),
        Alert::Catalogue { news: CatalogueNews::Unreachable { .. } } => {
            of(Key::NoticeWatchNameCatalogue, "")
        }
        Alert::Watch { news } => match news {
            WatchNews::Runway { .. } => of(Key::NoticeWatchNameRunway, ""),
            WatchNews::Errors { .. } => of(Key::NoticeWatchNameErrors, ""),
            WatchNews::QueueLate { .. } => of(Key::NoticeWatchNameQueue, ""),
            WatchNews::JobsDead { .. } => of(Key::NoticeWatchNameJobs, ""),
            WatchNews::PaymentsWait { .. } => of(Key::NoticeWatchNamePayments, ""),
            WatchNews::Books { .. } => of(Key::NoticeWatchNameBooks, ""),
            WatchNews::BelowCost { model, .. } => {
                of(Key::NoticeWatchNameMargin, &pen.model_name(model))
            }
            WatchNews::Drift { model, .. } => of(Key::NoticeWatchNameDrift, &pen.model_name(model)),
            WatchNews::Disk { folder, .. } => of(Key::NoticeWatchNameDisk, folder),
            WatchNews::DatabaseFull { .. } => of(Key::NoticeWatchNameDatabase, ""),
            WatchNews::WebhookRefused { .. } => of(Key::NoticeWatchNameWebhook, ""),
            WatchNews::Round { .. } => String::new(),
        },
        // These are no alarms: they happen and are over.
        Alert::Catalogue {
            news: CatalogueNews::Changes { .. } | CatalogueNews::Compared { .. },
        }
        | Alert::Loss { .. }
        | Alert::ManyRefusals { .. }
        | Alert::ModelResting { .. }
        | Alert::ModelWorking { .. }
        | Alert::FreeBudgetSpent { .. }
        | Alert::Unresolved { .. }
        | Alert::CeilingReached { .. }
        | Alert::BroadcastDone { .. }
        | Alert::Payment { .. } => String::new(),
    }
}

/// «40 минут», «5 часов», «3 дня».
fn time(pen: &Pen<'_>, minutes: i64) -> String {
    let (key, count) = match minutes.max(0) {
        minutes @ 0..120 => (Key::FieldMinutes, minutes.max(1)),
        minutes @ 120..2880 => (Key::FieldWatchHours, minutes / 60),
        minutes => (Key::FieldWatchDays, minutes / 1440),
    };
    pen.texts.plain(key, &[("count", Arg::Number(count))])
}
