//! The shop in figures: the section of the panel, its pictures and files, and the reports that come
//! by the clock.

mod errand;
mod files;
mod numbers;
mod pictures;
mod schedule;
#[cfg(test)]
mod tests;
mod words;

use billing::{Violation, World};
use figures::{Period, Report, Span};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::future::Future;
use std::pin::Pin;
use time::{Date, OffsetDateTime};

use crate::button::{Button, Place};
use crate::react::Input;

pub(crate) use errand::{ERRAND, enqueue, run};
pub use files::{Written, write_report};
pub(crate) use numbers::screen;
pub(crate) use schedule::DIGEST_HOUR;
pub use schedule::send_reports;
pub(crate) use words::failure;
pub(crate) use words::{number, time_of_day};

/// Whoever recomputes the books.
pub trait Books: Send + Sync {
    /// Where the books disagree.
    fn audit(&self) -> Disagreements<'_>;
}

/// What an audit will have found.
pub type Disagreements<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<Violation>, sqlx::Error>> + Send + 'a>>;

/// A period of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) span: Span,
    /// A day that lies in it; none for the present.
    pub(crate) day: Option<Date>,
}

impl Stretch {
    /// The present day, week or month.
    pub(crate) const fn present(span: Span) -> Self {
        Self { span, day: None }
    }

    /// This very period.
    fn of(period: Period) -> Self {
        Self { span: period.span(), day: Some(period.first()) }
    }

    pub(crate) fn period(self, now: OffsetDateTime) -> Period {
        self.day
            .and_then(|day| Period::of(self.span, day))
            .unwrap_or_else(|| Period::at(self.span, now))
    }

    /// As a part of a button's data.
    pub(crate) fn encode(self) -> String {
        let span = match self.span {
            Span::Day => "d",
            Span::Week => "w",
            Span::Month => "m",
        };
        match self.day {
            Some(day) => {
                let month = u8::from(day.month());
                format!("{span}|{:04}{month:02}{:02}", day.year(), day.day())
            }
            None => format!("{span}|-"),
        }
    }

    pub(crate) fn decode(span: &str, day: &str) -> Option<Self> {
        let span = match span {
            "d" => Span::Day,
            "w" => Span::Week,
            "m" => Span::Month,
            _ => return None,
        };
        if day == "-" {
            return Some(Self::present(span));
        }
        if day.len() != 8 || !day.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let month = time::Month::try_from(day.get(4..6)?.parse::<u8>().ok()?).ok()?;
        let (year, number) = (day.get(..4)?.parse().ok()?, day.get(6..)?.parse().ok()?);
        let day = Date::from_calendar_date(year, month, number).ok()?;
        Period::of(span, day).map(|_| Self { span, day: Some(day) })
    }
}

/// A picture of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Picture {
    Orders,
    Money,
    People,
    Models,
    Failures,
    Times,
}

impl Picture {
    pub(crate) const ALL: [Self; 6] =
        [Self::Orders, Self::Money, Self::People, Self::Models, Self::Failures, Self::Times];

    const fn code(self) -> &'static str {
        match self {
            Self::Orders => "o",
            Self::Money => "m",
            Self::People => "p",
            Self::Models => "l",
            Self::Failures => "f",
            Self::Times => "t",
        }
    }
}

/// Something that an operator wants to have sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) stretch: Stretch,
    /// A picture; none for the files.
    pub(crate) picture: Option<Picture>,
}

impl Wish {
    /// As a part of a button's data.
    pub(crate) fn encode(self) -> String {
        let what = self.picture.map_or("-", Picture::code);
        format!("{what}|{}", self.stretch.encode())
    }

    pub(crate) fn decode(what: &str, span: &str, day: &str) -> Option<Self> {
        let picture = match what {
            "-" => None,
            code => Some(Picture::ALL.into_iter().find(|picture| picture.code() == code)?),
        };
        Some(Self { stretch: Stretch::decode(span, day)?, picture })
    }
}

/// The period whose figures the answer to an input shows.
pub(crate) fn wanted(input: &Input) -> Option<Stretch> {
    match input {
        Input::Press(Button::Open(Place::Statistics(stretch))) => Some(*stretch),
        Input::Press(Button::Statistics(wish)) => Some(wish.stretch),
        Input::Press(_) | Input::Open | Input::Said(_) | Input::Command | Input::Forged => None,
    }
}

/// Reads a period in a transaction of its own.
pub(crate) async fn read(
    pool: &PgPool,
    world: World,
    period: Period,
    now: OffsetDateTime,
) -> Result<Report, sqlx::Error> {
    let mut transaction = database::begin_report(pool).await?;
    figures::gather(&mut transaction, world, period, now).await
}
