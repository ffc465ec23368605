//! `kiebot report monthly`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use billing::{Violation, World};
use catalog::{Catalog, Language};
use clock::Clock;
use figures::{Period, Report, Span};
use money::Rub;
use serde_json::json;
use sqlx::PgPool;

use crate::books;
use crate::cli::{PROBLEMS, say};

/// What is asked for.
pub(super) struct Monthly {
    pub(super) month: Option<String>,
    pub(super) out: PathBuf,
    pub(super) language: String,
    pub(super) world: World,
    pub(super) json: bool,
}

/// Writes the files and says what the month came to.
pub(super) async fn write(pool: &PgPool, wanted: Monthly) -> anyhow::Result<ExitCode> {
    let now = Clock::system().now();
    let period = match &wanted.month {
        Some(text) => Period::month(text)
            .with_context(|| format!("{text} is not a month: write it as 2026-11"))?,
        None => Period::at(Span::Month, now),
    };
    let (catalog, language) = (Catalog::builtin()?, Language::from_code(&wanted.language));
    let written = admin::write_report(pool, &catalog, wanted.world, period, now, language).await?;
    let violations = books::audit(pool).await?;
    let name = format!("report-{}", month(period));
    let files = [
        keep(&wanted.out, &format!("{name}.csv"), &written.csv)?,
        keep(&wanted.out, &format!("{name}.html"), &written.html)?,
    ];
    if wanted.json {
        let document = document(&written.report, &violations, &files)?;
        say(&serde_json::to_string_pretty(&document)?);
    } else {
        tell(&written.report, &violations, &files);
    }
    Ok(ExitCode::from(if violations.is_empty() { 0 } else { PROBLEMS }))
}

fn month(period: Period) -> String {
    format!("{:04}-{:02}", period.first().year(), u8::from(period.first().month()))
}

fn keep(folder: &Path, name: &str, text: &str) -> anyhow::Result<String> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .with_context(|| format!("{} cannot be written: name a folder by --out", path.display()))?;
    Ok(path.display().to_string())
}

fn document(
    report: &Report,
    violations: &[Violation],
    files: &[String],
) -> anyhow::Result<serde_json::Value> {
    let until = report.until.format(&time::format_description::well_known::Rfc3339)?;
    let money = &report.now.money;
    Ok(json!({
        "month": month(report.period),
        "until": until,
        "summary": {
            "revenue_kop": money.revenue_kop(),
            "cost_kop": money.cost_kop,
            "margin_kop": money.margin_kop(),
            "margin_percent": money.margin_percent(),
            "average_kop": money.average_kop(),
            "returning": report.now.people.returning(),
            "failed_percent": report.now.orders.failed_percent(),
        },
        "figures": report.now,
        "before": report.before,
        "days": report.begun().collect::<Vec<_>>(),
        "queue": report.queue,
        "violations": violations.len(),
        "files": files,
    }))
}

fn tell(report: &Report, violations: &[Violation], files: &[String]) {
    let rub = Rub::from_kopecks;
    let (orders, money, people) = (&report.now.orders, &report.now.money, &report.now.people);
    let share = |percent: Option<i64>| percent.map_or_else(|| "-".to_owned(), |p| format!("{p} %"));
    say(&format!("{} until {}", month(report.period), report.until));
    say(&format!(
        "orders {}: done {}, failed {} ({}), cancelled {}, under way {}, free {}",
        orders.placed,
        orders.done,
        orders.failed,
        share(orders.failed_percent()),
        orders.cancelled,
        orders.open,
        orders.free
    ));
    say(&format!(
        "revenue {} (of it bonuses {}), cost {}, margin {} ({}), average order {}",
        rub(money.revenue_kop()),
        rub(money.taken_bonus_kop),
        rub(money.cost_kop),
        rub(money.margin_kop()),
        share(money.margin_percent()),
        rub(money.average_kop().unwrap_or_default())
    ));
    say(&format!(
        "top-ups {} ({} payments), sent back {}, bonuses given {}",
        rub(money.topups_kop),
        money.topups,
        rub(money.paybacks_kop),
        rub(money.gifts_kop)
    ));
    say(&format!(
        "new people {} (ordered {}, topped up {}), buyers {}: first time {}, again {}",
        people.new,
        people.new_ordered,
        people.new_paid,
        people.buyers,
        people.first_time,
        people.returning()
    ));
    for model in report.now.models.iter().take(10) {
        let margin = rub(model.revenue_kop - model.cost_kop);
        say(&format!("{}: {} orders, margin {margin}", model.model, model.orders));
    }
    for file in files {
        say(&format!("written: {file}"));
    }
    say(&format!("{} violations", violations.len()));
}
