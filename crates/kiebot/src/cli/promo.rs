//! Promo codes on the command line.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use clock::Clock;
use money::Rub;
use promo::{Code, CodeStatistics, NewCode, Segment, Value};
use serde_json::{Value as Json, json};
use sqlx::PgPool;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime, Time};

use super::{PROBLEMS, say};

/// How many codes are listed.
const LISTED: i64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum PromoCommand {
    /// Make a promo code: a sum at once, or a percentage of the next top-up.
    Create(NewArguments),
    /// Switch a promo code off; what waits for a top-up is still given.
    Disable {
        /// The code.
        code: String,
    },
    /// Show all promo codes and what they did.
    List {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// What people type: 3 to 32 of A-Z 0-9 _ -.
    code: String,
    /// Bonus money at once, in roubles.
    #[arg(long, required_unless_present = "percent", conflicts_with = "percent")]
    rub: Option<String>,
    /// Bonus money of so many hundredths of the next top-up.
    #[arg(long)]
    percent: Option<i32>,
    /// The most that a percentage brings, in roubles.
    #[arg(long, requires = "percent")]
    max_rub: Option<String>,
    /// How often it can be used in all.
    #[arg(long)]
    uses: Option<i32>,
    /// How often by one person.
    #[arg(long, default_value_t = 1)]
    per_person: i32,
    /// Whom it is for: all, new (have never paid), paying (have paid).
    #[arg(long, default_value = "all")]
    people: String,
    /// The first day of Moscow on which it works, such as 2026-05-01.
    #[arg(long)]
    from: Option<String>,
    /// The last day.
    #[arg(long)]
    until: Option<String>,
    /// How many days its money can be spent.
    #[arg(long)]
    days: Option<i32>,
}

/// Runs a command over the database.
pub(super) async fn run(pool: &PgPool, command: PromoCommand) -> anyhow::Result<ExitCode> {
    let now = Clock::system().now();
    let mut connection = pool.acquire().await?;
    match command {
        PromoCommand::Create(arguments) => {
            let new = arguments.read()?;
            let created = promo::create(&mut connection, now, &new, "command line").await?;
            match created {
                Ok(code) => {
                    say(&format!(
                        "{code} works: /promo {code}, or a link with ?start=promo_{code}"
                    ));
                    Ok(ExitCode::SUCCESS)
                }
                Err(fault) => bail!("the code was not made: {}", why(fault)),
            }
        }
        PromoCommand::Disable { code } => {
            let was_on = promo::disable(&mut connection, now, &code).await?;
            say(if was_on { "the code is off" } else { "there is no such code that is on" });
            Ok(ExitCode::from(if was_on { 0 } else { PROBLEMS }))
        }
        PromoCommand::List { json: as_json } => {
            let mut listed = Vec::new();
            for code in promo::list(&mut connection, 0, LISTED).await? {
                let statistics = promo::statistics(&mut connection, &code.terms.code).await?;
                listed.push((code, statistics.unwrap_or_default()));
            }
            if as_json {
                let codes: Vec<_> = listed.iter().map(document).collect();
                say(&serde_json::to_string_pretty(&json!({ "codes": codes }))?);
            } else {
                listed.iter().for_each(|entry| say(&line(entry)));
                say(&format!("{} codes", listed.len()));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl NewArguments {
    fn read(self) -> anyhow::Result<NewCode> {
        let value = match (self.rub, self.percent) {
            (Some(rub), None) => Value::Fixed(sum(&rub)?),
            (None, Some(percent)) => {
                Value::Percent { percent, max: self.max_rub.as_deref().map(sum).transpose()? }
            }
            (Some(_), Some(_)) | (None, None) => bail!("give either --rub or --percent"),
        };
        Ok(NewCode {
            code: self.code,
            value,
            uses_max: self.uses,
            uses_per_person: self.per_person,
            segment: Segment::parse(&self.people)
                .with_context(|| format!("{} is none of all, new, paying", self.people))?,
            valid_from: self.from.as_deref().map(begin_of).transpose()?,
            valid_until: self.until.as_deref().map(end_of).transpose()?,
            bonus_days: self.days,
        })
    }
}

fn sum(text: &str) -> anyhow::Result<Rub> {
    Rub::parse(text).with_context(|| format!("{text} is not a sum in roubles such as 50"))
}

fn day(text: &str) -> anyhow::Result<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .with_context(|| format!("{text} is not a day such as 2026-05-01"))
}

fn begin_of(text: &str) -> anyhow::Result<OffsetDateTime> {
    Ok(day(text)?.with_time(Time::MIDNIGHT).assume_offset(offset!(+3)))
}

fn end_of(text: &str) -> anyhow::Result<OffsetDateTime> {
    let next = day(text)?.next_day().context("this day has no end")?;
    Ok(next.with_time(Time::MIDNIGHT).assume_offset(offset!(+3)))
}

fn why(fault: promo::NewCodeFault) -> &'static str {
    match fault {
        promo::NewCodeFault::Exists => "such a code exists",
        promo::NewCodeFault::Word => "a code has 3 to 32 of A-Z 0-9 _ -",
        promo::NewCodeFault::Value => "the sum or the percentage (1 to 500) makes no sense",
        promo::NewCodeFault::Numbers => "uses and days must be greater than zero",
        promo::NewCodeFault::Dates => "it would end before it begins",
    }
}

fn worth(value: Value) -> String {
    match value {
        Value::Fixed(amount) => amount.to_string(),
        Value::Percent { percent, max: None } => format!("{percent}%"),
        Value::Percent { percent, max: Some(max) } => format!("{percent}% up to {max}"),
    }
}

fn line((code, did): &(Code, CodeStatistics)) -> String {
    let terms = &code.terms;
    let max = terms.uses_max.map_or_else(String::new, |max| format!(" of {max}"));
    let off = if code.disabled_at.is_some() { ", off" } else { "" };
    format!(
        "{}: {}, for {}, used {}{max} by {} people, given {}, {} of them paid {} since{off}",
        terms.code,
        worth(terms.value),
        terms.segment.as_str(),
        did.uses,
        did.people,
        did.given,
        did.paid_after,
        did.paid,
    )
}

fn document((code, did): &(Code, CodeStatistics)) -> Json {
    let terms = &code.terms;
    let (amount, percent, max) = match terms.value {
        Value::Fixed(amount) => (Some(amount.kopecks()), None, None),
        Value::Percent { percent, max } => (None, Some(percent), max.map(Rub::kopecks)),
    };
    json!({
        "code": terms.code,
        "amount_kop": amount,
        "percent": percent,
        "percent_max_kop": max,
        "uses_max": terms.uses_max,
        "uses_per_person": terms.uses_per_person,
        "people": terms.segment.as_str(),
        "on": code.disabled_at.is_none(),
        "uses": did.uses,
        "people_count": did.people,
        "waiting": did.waiting,
        "given_kop": did.given.kopecks(),
        "paid_after": did.paid_after,
        "paid_kop": did.paid.kopecks(),
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_day_of_moscow_begins_and_ends_at_its_midnight() {
        assert_eq!(begin_of("2026-05-01").unwrap(), datetime!(2026-04-30 21:00 UTC));
        assert_eq!(end_of("2026-05-01").unwrap(), datetime!(2026-05-01 21:00 UTC));
        assert!(begin_of("1 May").is_err());
    }
}
