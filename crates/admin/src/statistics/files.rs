//! A period as files: days for a spreadsheet, and a page for a browser.

use std::fmt::Write as _;

use billing::World;
use catalog::{Catalog, Language};
use figures::{Bucket, Period, Report, Span, moscow};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::numbers::{paragraphs, roubles};
use super::pictures;
use super::words::Words;
use super::{Picture, read};
use crate::texts::Key;

/// The names of the columns, which a spreadsheet's formulas rely on.
const HEADER: &str = "from,orders,done,failed,revenue_kop,cost_kop,margin_kop,topups_kop,\
new_people,first_time_buyers,returning_buyers,half_waiting_ms,half_making_ms";

/// A report with its files.
#[derive(Clone, Debug)]
pub struct Written {
    /// The figures.
    pub report: Report,
    /// A line for each part of the period that has begun.
    pub csv: String,
    /// A page with everything, which needs no other file.
    pub html: String,
}

/// Reads a period and writes its files.
///
/// # Errors
/// What the database says.
pub async fn write_report(
    pool: &PgPool,
    catalog: &Catalog,
    world: World,
    period: Period,
    now: OffsetDateTime,
    language: Language,
) -> Result<Written, sqlx::Error> {
    let report = read(pool, world, period, now).await?;
    let words = Words::new(catalog, language);
    Ok(Written { csv: csv(&report), html: html(words, &report), report })
}

/// `report-2026-11`, `report-2026-11-16-week`: the name of a period's files.
pub(super) fn name(period: Period) -> String {
    let first = period.first();
    match period.span() {
        Span::Month => format!("report-{:04}-{:02}", first.year(), u8::from(first.month())),
        Span::Week => format!("report-{first}-week"),
        Span::Day => format!("report-{first}"),
    }
}

fn begins(span: Span, bucket: &Bucket) -> String {
    let at = moscow(bucket.from);
    match span {
        Span::Day => format!("{} {:02}:00", at.date(), at.hour()),
        Span::Week | Span::Month => at.date().to_string(),
    }
}

pub(super) fn csv(report: &Report) -> String {
    let mut text = format!("{HEADER}\n");
    for bucket in report.begun() {
        let numbers = [
            bucket.orders,
            bucket.done,
            bucket.failed,
            bucket.revenue_kop,
            bucket.cost_kop,
            bucket.revenue_kop - bucket.cost_kop,
            bucket.topups_kop,
            bucket.new,
            bucket.first_time,
            bucket.returning,
            bucket.waiting_ms,
            bucket.making_ms,
        ];
        text.push_str(&begins(report.period.span(), bucket));
        for number in numbers {
            // Writing into a string cannot fail.
            let _ = write!(text, ",{number}");
        }
        text.push('\n');
    }
    text
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color:#111827;background:#fff;\
margin:0 auto;padding:16px;max-width:860px}h1{font-size:26px}h2{font-size:20px;margin-top:36px}\
figure{margin:24px 0}svg{width:100%;height:auto;max-width:720px;display:block}.wide{overflow-x:auto}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
th,td{padding:6px 12px;border-bottom:1px solid #e5e7eb;text-align:right;white-space:nowrap}\
th:first-child,td:first-child{text-align:left}th{color:#6b7280;font-weight:500}";

/// A table of a page: its head, then its lines.
fn table(head: &[String], lines: impl Iterator<Item = Vec<String>>) -> String {
    let cells = |tag: &str, cells: &[String]| {
        let cells =
            cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", telegram::escape_html(cell)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let body: String = lines.map(|line| cells("td", &line)).collect();
    format!("<div class=\"wide\"><table>\n{}{body}</table></div>\n", cells("th", head))
}

pub(super) fn html(words: Words<'_>, report: &Report) -> String {
    let args = [("period", words.period(report.period).into())];
    let title = words.say(Key::FieldReportTitle, &args);
    let told: String = paragraphs(words, report)
        .iter()
        .map(|paragraph| format!("<p>{}</p>\n", paragraph.replace('\n', "<br>\n")))
        .collect();
    let charts: String = Picture::ALL
        .into_iter()
        .map(|picture| format!("<figure>{}</figure>\n", pictures::svg(words, report, picture)))
        .collect();
    let section = |key, body: String| format!("<h2>{}</h2>\n{body}", words.say(key, &[]));
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n\
         {told}{charts}{}{}</body></html>\n",
        words.texts.language().code(),
        section(Key::FieldReportParts, parts(words, report)),
        section(Key::FieldReportModels, models(words, report)),
    )
}

fn heads(words: Words<'_>, keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| words.word(*key)).collect()
}

fn parts(words: Words<'_>, report: &Report) -> String {
    let head = heads(
        words,
        &[
            Key::FieldReportFrom,
            Key::FieldReportOrders,
            Key::FieldReportDone,
            Key::FieldReportFailed,
            Key::FieldReportRevenue,
            Key::FieldReportCost,
            Key::FieldReportMargin,
            Key::FieldReportTopups,
            Key::FieldReportNew,
            Key::FieldReportBuyers,
        ],
    );
    let lines = report.begun().map(|bucket| {
        vec![
            begins(report.period.span(), bucket),
            bucket.orders.to_string(),
            bucket.done.to_string(),
            bucket.failed.to_string(),
            roubles(bucket.revenue_kop),
            roubles(bucket.cost_kop),
            roubles(bucket.revenue_kop - bucket.cost_kop),
            roubles(bucket.topups_kop),
            bucket.new.to_string(),
            (bucket.first_time + bucket.returning).to_string(),
        ]
    });
    table(&head, lines)
}

fn models(words: Words<'_>, report: &Report) -> String {
    let head = heads(
        words,
        &[
            Key::FieldReportModel,
            Key::FieldReportOrders,
            Key::FieldReportDone,
            Key::FieldReportFailed,
            Key::FieldReportRevenue,
            Key::FieldReportCost,
            Key::FieldReportMargin,
        ],
    );
    let lines = report.now.models.iter().map(|model| {
        vec![
            words.model(&model.model),
            model.orders.to_string(),
            model.done.to_string(),
            model.failed.to_string(),
            roubles(model.revenue_kop),
            roubles(model.cost_kop),
            roubles(model.revenue_kop - model.cost_kop),
        ]
    });
    table(&head, lines)
}
