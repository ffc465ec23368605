//! A period in numbers, as paragraphs of a message.

use billing::Violation;
use chat::{Arg, Screen, Tap};
use figures::{Figures, Period, Report, Span, Spread};
use money::Rub;
use time::OffsetDateTime;

use super::words::{Words, aside, change, number, percent, time_of_day};
use super::{Picture, Stretch, Wish};
use crate::button::{Button, Place};
use crate::render::{Pen, lines, rub};
use crate::texts::Key;

/// So many models, reasons and sources are named.
const NAMED: usize = 5;

/// So many disagreements of the books are shown.
const VIOLATIONS_SHOWN: usize = 3;

/// The section of the panel.
pub(crate) fn screen(pen: &Pen<'_>, now: OffsetDateTime, report: &Report) -> Screen {
    let words = Words::new(&pen.desk.catalog, pen.texts.language());
    let period = report.period;
    let mut paragraphs = vec![title(words, Key::ScreenStatistics, report)];
    paragraphs.extend(self::paragraphs(words, report));
    if report.goes_on() {
        paragraphs.push(queue(words, report));
    }
    paragraphs.push(words.say(Key::ScreenStatisticsArrows, &[]));
    let mut rows = vec![spans(pen, now, period), turning(pen, now, period)];
    let pictures = Picture::ALL.map(|picture| {
        let wish = Wish { stretch: Stretch::of(period), picture: Some(picture) };
        pen.tap(button(picture), &Button::Statistics(wish))
    });
    rows.extend(pictures.chunks(3).map(<[Tap]>::to_vec));
    let files = Wish { stretch: Stretch::of(period), picture: None };
    rows.push(vec![pen.tap(Key::ButtonReportFiles, &Button::Statistics(files))]);
    rows.push(pen.way_back(Place::Menu));
    pen.page(paragraphs, rows)
}

const fn button(picture: Picture) -> Key {
    match picture {
        Picture::Orders => Key::ButtonChartOrders,
        Picture::Money => Key::ButtonChartMoney,
        Picture::People => Key::ButtonChartPeople,
        Picture::Models => Key::ButtonChartModels,
        Picture::Failures => Key::ButtonChartFailures,
        Picture::Times => Key::ButtonChartTimes,
    }
}

/// The same moment in another span: the present, while the period goes on.
fn spans(pen: &Pen<'_>, now: OffsetDateTime, period: Period) -> Vec<Tap> {
    let goes_on = now < period.to();
    let keys = [Key::ButtonSpanDay, Key::ButtonSpanWeek, Key::ButtonSpanMonth];
    let others = Span::ALL.into_iter().zip(keys).filter(|(span, _)| *span != period.span());
    others
        .map(|(span, key)| {
            let day = (!goes_on).then(|| period.first());
            pen.tap(key, &Button::Open(Place::Statistics(Stretch { span, day })))
        })
        .collect()
}

fn turning(pen: &Pen<'_>, now: OffsetDateTime, period: Period) -> Vec<Tap> {
    let mut row = Vec::new();
    if let Some(before) = period.before() {
        let place = Place::Statistics(Stretch::of(before));
        row.push(pen.tap(Key::ButtonEarlier, &Button::Open(place)));
    }
    if let Some(after) = period.after().filter(|after| after.from() <= now) {
        let place = Place::Statistics(Stretch::of(after));
        row.push(pen.tap(Key::ButtonLater, &Button::Open(place)));
    }
    row
}

/// The period, and up to which moment it is counted.
pub(super) fn title(words: Words<'_>, key: Key, report: &Report) -> String {
    let title = words.say(key, &[("period", words.period(report.period).into())]);
    if !report.goes_on() {
        return title;
    }
    let args = [("time", time_of_day(report.until).into())];
    format!("{title}\n{}", words.say(Key::ScreenStatisticsUntil, &args))
}

/// Everything about a period but its title.
pub(super) fn paragraphs(words: Words<'_>, report: &Report) -> Vec<String> {
    let (now, before) = (&report.now, &report.before);
    let paragraphs = [
        lines([orders(words, now, before), failed(words, now)].into_iter()),
        lines(money(words, now, before).into_iter()),
        lines(people(words, now, before).into_iter()),
        models(words, now),
        times(words, now),
    ];
    paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).collect()
}

fn orders(words: Words<'_>, now: &Figures, before: &Figures) -> String {
    let orders = &now.orders;
    let args = [
        ("placed", number(orders.placed)),
        ("change", change(orders.placed, before.orders.placed)),
        ("done", number(orders.done)),
        ("failed", number(orders.failed)),
        ("cancelled", number(orders.cancelled)),
        ("open", number(orders.open)),
        ("free", number(orders.free)),
    ];
    words.say(Key::ScreenFiguresOrders, &args)
}

fn failed(words: Words<'_>, now: &Figures) -> String {
    if now.failures.is_empty() {
        return String::new();
    }
    let reasons = now.failures.iter().take(NAMED).map(|failure| {
        let args = [
            ("reason", words.failure(&failure.class).into()),
            ("count", number(failure.orders)),
            ("example", failure.example.as_str().into()),
        ];
        words.say(Key::ScreenFiguresFailure, &args)
    });
    let share = percent(now.orders.failed_percent());
    let head = words.say(Key::ScreenFiguresFailures, &[("percent", share.into())]);
    format!("{head}\n{}", lines(reasons))
}

fn money(words: Words<'_>, now: &Figures, before: &Figures) -> [String; 4] {
    let (money, earlier) = (&now.money, &before.money);
    let average = money.average_kop().map_or_else(|| Arg::from("—"), rub);
    [
        words.say(
            Key::ScreenFiguresRevenue,
            &[
                ("revenue", rub(money.revenue_kop())),
                ("change", change(money.revenue_kop(), earlier.revenue_kop())),
                ("bonus", rub(money.taken_bonus_kop)),
            ],
        ),
        words.say(
            Key::ScreenFiguresMargin,
            &[
                ("cost", rub(money.cost_kop)),
                ("unpaid", rub(money.unpaid_cost_kop)),
                ("margin", rub(money.margin_kop())),
                ("share", aside(money.margin_percent()).into()),
            ],
        ),
        words.say(
            Key::ScreenFiguresAverage,
            &[
                ("average", average),
                ("refunded", rub(money.refunded_kop)),
                ("gifts", rub(money.gifts_kop)),
            ],
        ),
        words.say(
            Key::ScreenFiguresTopups,
            &[
                ("topups", rub(money.topups_kop)),
                ("change", change(money.topups_kop, earlier.topups_kop)),
                ("count", number(money.topups)),
                ("paybacks", rub(money.paybacks_kop)),
            ],
        ),
    ]
}

fn people(words: Words<'_>, now: &Figures, before: &Figures) -> [String; 4] {
    let people = &now.people;
    let sources = now.sources.iter().take(NAMED).map(|source| {
        let name = source.source.clone().unwrap_or_else(|| words.word(Key::FieldNoSource));
        format!("{name} {}", source.people)
    });
    let sources: Vec<String> = sources.collect();
    let named = now.sources.iter().any(|source| source.source.is_some());
    [
        words.say(
            Key::ScreenFiguresNew,
            &[("new", number(people.new)), ("change", change(people.new, before.people.new))],
        ),
        words.say(
            Key::ScreenFiguresBuyers,
            &[
                ("buyers", number(people.buyers)),
                ("change", change(people.buyers, before.people.buyers)),
                ("first", number(people.first_time)),
                ("returning", number(people.returning())),
            ],
        ),
        if people.new == 0 {
            String::new()
        } else {
            let share = |part| percent(figures::percent(part, people.new));
            let args = [
                ("ordered", number(people.new_ordered)),
                ("share", share(people.new_ordered).into()),
                ("paid", number(people.new_paid)),
                ("paidshare", share(people.new_paid).into()),
            ];
            words.say(Key::ScreenFiguresConversion, &args)
        },
        if named {
            words.say(Key::ScreenFiguresSources, &[("sources", sources.join(", ").into())])
        } else {
            String::new()
        },
    ]
}

fn models(words: Words<'_>, now: &Figures) -> String {
    if now.models.is_empty() {
        return String::new();
    }
    let named = now.models.iter().take(NAMED).map(|model| {
        let args = [
            ("model", words.model(&model.model).into()),
            ("orders", number(model.orders)),
            ("failed", number(model.failed)),
            ("margin", rub(model.revenue_kop - model.cost_kop)),
        ];
        words.say(Key::ScreenFiguresModel, &args)
    });
    format!("{}\n{}", words.say(Key::ScreenFiguresModels, &[]), lines(named))
}

fn times(words: Words<'_>, now: &Figures) -> String {
    let times = &now.times;
    let line = |key, spread: Spread| {
        if spread.count == 0 {
            return String::new();
        }
        let args = [
            ("half", words.duration(spread.half_ms).into()),
            ("most", words.duration(spread.most_ms).into()),
        ];
        words.say(key, &args)
    };
    let told = lines(
        [
            line(Key::ScreenFiguresWaiting, times.waiting),
            line(Key::ScreenFiguresAnswering, times.answering),
            line(Key::ScreenFiguresMaking, times.making),
            line(Key::ScreenFiguresWhole, times.whole),
        ]
        .into_iter(),
    );
    if told.is_empty() {
        return told;
    }
    format!("{}\n{told}", words.say(Key::ScreenFiguresTimes, &[]))
}

fn queue(words: Words<'_>, report: &Report) -> String {
    let queue = &report.queue;
    let args = [
        ("open", number(queue.open_orders)),
        ("due", number(queue.due)),
        ("oldest", words.duration(queue.oldest_ms).into()),
        ("dead", number(queue.dead)),
    ];
    words.say(Key::ScreenFiguresQueue, &args)
}

/// How many disagreements the books have, with the first of them.
pub(super) fn disagreements(words: Words<'_>, violations: &[Violation]) -> String {
    let count = i64::try_from(violations.len()).unwrap_or(i64::MAX);
    if violations.is_empty() {
        return words.say(Key::ScreenFiguresBooksFine, &[]);
    }
    let shown = violations.iter().take(VIOLATIONS_SHOWN).map(|violation| {
        let line = format!("{}: {}: {}", violation.rule, violation.subject, violation.detail);
        telegram::escape_html(&chat::one_line(&line, 200))
    });
    let args = [("count", Arg::Number(count)), ("command", "kiebot ledger audit".into())];
    format!("{}\n{}", words.say(Key::ScreenFiguresBooksWrong, &args), lines(shown))
}

/// Roubles and kopecks for a place where no markup is.
pub(super) fn roubles(kopecks: i64) -> String {
    Rub::from_kopecks(kopecks).to_string()
}
