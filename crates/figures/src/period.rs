//! Days, weeks and months of Moscow, by which the shop is counted.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

/// Moscow has had no other clock since 2014.
const MOSCOW: UtcOffset = time::macros::offset!(+3);

/// Nothing was sold before, and nothing is known of what comes after: days of buttons and commands
/// that lie outside are not real.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2100;

/// A moment on the clocks of Moscow.
#[must_use]
pub fn moscow(at: OffsetDateTime) -> OffsetDateTime {
    at.to_offset(MOSCOW)
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

impl Span {
    /// All spans, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];
}

/// A day, a week or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    span: Span,
    first: Date,
}

impl Period {
    /// The period that a day lies in; `None` for a day of no shop.
    #[must_use]
    pub fn of(span: Span, day: Date) -> Option<Self> {
        if !YEARS.contains(&day.year()) {
            return None;
        }
        let first = match span {
            Span::Day => day,
            Span::Week => {
                day.saturating_sub(Duration::days(day.weekday().number_days_from_monday().into()))
            }
            Span::Month => day.replace_day(1).ok()?,
        };
        Some(Self { span, first })
    }

    /// The period that a moment lies in.
    #[must_use]
    pub fn at(span: Span, now: OffsetDateTime) -> Self {
        let day = moscow(now).date();
        Self::of(span, day).unwrap_or(Self { span, first: day })
    }

    /// The month written as `2026-11`.
    #[must_use]
    pub fn month(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !plain(year) || !plain(month) {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Self::of(Span::Month, Date::from_calendar_date(year.parse().ok()?, month, 1).ok()?)
    }

    /// How long it is.
    #[must_use]
    pub const fn span(self) -> Span {
        self.span
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.first.saturating_add(Duration::days(i64::from(self.days()) - 1))
    }

    /// The moment at which it begins.
    #[must_use]
    pub fn from(self) -> OffsetDateTime {
        self.first.midnight().assume_offset(MOSCOW)
    }

    /// The moment at which it is over.
    #[must_use]
    pub fn to(self) -> OffsetDateTime {
        self.from() + Duration::days(self.days().into())
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        Self::of(self.span, self.first.previous_day()?)
    }

    /// The one after it.
    #[must_use]
    pub fn after(self) -> Option<Self> {
        Self::of(self.span, self.last().next_day()?)
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> u8 {
        match self.span {
            Span::Day => 1,
            Span::Week => 7,
            Span::Month => self.first.month().length(self.first.year()),
        }
    }

    /// The length of one of its parts: an hour of a day, else a day.
    pub(crate) const fn step(self) -> Duration {
        match self.span {
            Span::Day => Duration::HOUR,
            Span::Week | Span::Month => Duration::DAY,
        }
    }

    /// How many parts it has.
    #[must_use]
    pub fn parts(self) -> usize {
        match self.span {
            Span::Day => 24,
            Span::Week | Span::Month => self.days().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn periods_are_those_of_moscow() {
        let late = datetime!(2026-10-31 21:30 UTC);
        assert_eq!(Period::at(Span::Day, late).first(), date!(2026 - 11 - 01));
        assert_eq!(Period::at(Span::Month, late).first(), date!(2026 - 11 - 01));
        let week = Period::at(Span::Week, late);
        assert_eq!((week.first(), week.last()), (date!(2026 - 10 - 26), date!(2026 - 11 - 01)));
        assert_eq!(week.from(), datetime!(2026-10-25 21:00 UTC));
        assert_eq!(week.to(), datetime!(2026-11-01 21:00 UTC));
        let february = Period::month("2024-02").unwrap();
        assert_eq!((february.days(), february.parts()), (29, 29));
        assert_eq!(february.before(), Period::month("2024-01"));
        assert_eq!(february.after(), Period::month("2024-03"));
    }

    #[test]
    fn only_a_written_month_is_a_month() {
        for bad in
            ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "1999-01", "2026-+1", "ю-я"]
        {
            assert_eq!(Period::month(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn periods_follow_each_other_without_a_gap(days in 0_i64..28_000, span in 0_usize..3) {
            let day = date!(2021 - 01 - 01) + Duration::days(days);
            let period = Period::of(Span::ALL[span], day).unwrap();
            prop_assert!(period.first() <= day && day <= period.last());
            let next = period.after().unwrap();
            prop_assert_eq!(next.from(), period.to());
            prop_assert_eq!(next.before(), Some(period));
            let parts = i32::try_from(period.parts()).unwrap();
            prop_assert_eq!(period.from() + period.step() * parts, period.to());
        }
    }
}
