//! Charts of a period, with their words.

use figures::{Axis, Bucket, Colour, Column, Columns, Layout, Legend, Rank, Ranks, Report};

use super::Picture;
use super::numbers::roubles;
use super::words::{Words, aside, percent};
use crate::texts::Key;

/// So many lines has a list.
const RANKS_MAX: usize = 8;

/// One kind of values of a chart: its colour, its name, and what it comes to.
type Kind = (Colour, Key, String);

/// A chart of a period as SVG.
pub(super) fn svg(words: Words<'_>, report: &Report, picture: Picture) -> String {
    match picture {
        Picture::Orders => orders(words, report).svg(),
        Picture::Money => money(words, report).svg(),
        Picture::People => people(words, report).svg(),
        Picture::Times => times(words, report).svg(),
        Picture::Models => models(words, report).svg(),
        Picture::Failures => failures(words, report).svg(),
    }
}

pub(super) const fn title(picture: Picture) -> Key {
    match picture {
        Picture::Orders => Key::FieldChartOrders,
        Picture::Money => Key::FieldChartMoney,
        Picture::People => Key::FieldChartPeople,
        Picture::Models => Key::FieldChartModels,
        Picture::Failures => Key::FieldChartFailures,
        Picture::Times => Key::FieldChartTimes,
    }
}

/// Columns over the parts of the period.
fn columns(
    words: Words<'_>,
    report: &Report,
    picture: Picture,
    kinds: Vec<Kind>,
    values: impl Fn(&Bucket) -> Vec<i64>,
) -> Columns {
    let legend = kinds.into_iter().map(|(colour, key, total)| Legend {
        colour,
        name: words.word(key),
        total,
    });
    let column = |bucket: &Bucket| Column {
        label: words.column(report.period.span(), bucket),
        values: values(bucket),
    };
    Columns {
        title: words.word(title(picture)),
        subtitle: words.period(report.period),
        legend: legend.collect(),
        columns: report.buckets.iter().map(column).collect(),
        layout: Layout::Stacked,
        axis: Axis { unit: 1, suffix: String::new() },
        empty: words.word(Key::FieldChartEmpty),
    }
}

fn count(number: i64) -> String {
    match super::words::number(number) {
        chat::Arg::Text(text) => text,
        chat::Arg::Number(number) => number.to_string(),
    }
}

fn orders(words: Words<'_>, report: &Report) -> Columns {
    let orders = &report.now.orders;
    let rest = orders.cancelled + orders.open;
    let kinds = vec![
        (Colour::Good, Key::FieldChartDone, count(orders.done)),
        (Colour::Bad, Key::FieldChartFailed, count(orders.failed)),
        (Colour::Rest, Key::FieldChartRest, count(rest)),
    ];
    columns(words, report, Picture::Orders, kinds, |bucket| {
        vec![bucket.done, bucket.failed, bucket.orders - bucket.done - bucket.failed]
    })
}

fn money(words: Words<'_>, report: &Report) -> Columns {
    let money = &report.now.money;
    let margin = roubles(money.margin_kop());
    let kinds = vec![
        (Colour::First, Key::FieldChartRevenue, roubles(money.revenue_kop())),
        (Colour::Second, Key::FieldChartCost, roubles(money.cost_kop)),
    ];
    let mut chart = columns(words, report, Picture::Money, kinds, |bucket| {
        vec![bucket.revenue_kop, bucket.cost_kop]
    });
    let args = [("margin", margin.into()), ("share", aside(money.margin_percent()).into())];
    let margin = words.plain(Key::FieldChartMargin, &args);
    chart.subtitle = format!("{} · {margin}", chart.subtitle);
    chart.layout = Layout::Beside;
    chart.axis = Axis { unit: 100, suffix: "\u{a0}₽".to_owned() };
    chart
}

fn people(words: Words<'_>, report: &Report) -> Columns {
    let people = &report.now.people;
    let kinds = vec![
        (Colour::First, Key::FieldChartReturning, count(people.returning())),
        (Colour::Good, Key::FieldChartFirst, count(people.first_time)),
        (Colour::Second, Key::FieldChartNew, count(people.new)),
    ];
    let mut chart = columns(words, report, Picture::People, kinds, |bucket| {
        vec![bucket.returning, bucket.first_time, bucket.new]
    });
    chart.layout = Layout::Beside;
    chart
}

fn times(words: Words<'_>, report: &Report) -> Columns {
    let times = &report.now.times;
    let kinds = vec![
        (Colour::First, Key::FieldChartMaking, words.duration(times.making.half_ms)),
        (Colour::Second, Key::FieldChartWaiting, words.duration(times.waiting.half_ms)),
    ];
    let mut chart = columns(words, report, Picture::Times, kinds, |bucket| {
        vec![bucket.making_ms, bucket.waiting_ms]
    });
    chart.layout = Layout::Beside;
    chart.axis =
        Axis { unit: 1_000, suffix: format!("\u{a0}{}", words.word(Key::FieldChartSeconds)) };
    chart
}

fn ranks(words: Words<'_>, report: &Report, picture: Picture, ranks: Vec<Rank>) -> Ranks {
    let colour = match picture {
        Picture::Failures => Colour::Bad,
        Picture::Orders | Picture::Money | Picture::People | Picture::Models | Picture::Times => {
            Colour::First
        }
    };
    Ranks {
        title: words.word(title(picture)),
        subtitle: words.period(report.period),
        ranks,
        colour,
        empty: words.word(Key::FieldChartEmpty),
    }
}

fn models(words: Words<'_>, report: &Report) -> Ranks {
    let list = report.now.models.iter().take(RANKS_MAX).map(|model| {
        let args = [
            ("orders", chat::Arg::Number(model.orders)),
            ("margin", roubles(model.revenue_kop - model.cost_kop).into()),
        ];
        Rank {
            label: words.model(&model.model),
            value: model.orders,
            shown: words.plain(Key::FieldChartModel, &args),
        }
    });
    ranks(words, report, Picture::Models, list.collect())
}

fn failures(words: Words<'_>, report: &Report) -> Ranks {
    let failed = report.now.orders.failed;
    let list = report.now.failures.iter().take(RANKS_MAX).map(|failure| {
        let share = percent(figures::percent(failure.orders, failed));
        Rank {
            label: words.failure(&failure.class),
            value: failure.orders,
            shown: format!("{} · {share}", count(failure.orders)),
        }
    });
    ranks(words, report, Picture::Failures, list.collect())
}
