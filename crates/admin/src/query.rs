//! What an operator searches for.

use time::{Date, Duration, OffsetDateTime};

/// A search, read in every way in which it makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    /// As written, without the sign of a name.
    pub(crate) text: String,
    /// A number of a person, of ours or of Telegram.
    pub(crate) number: Option<i64>,
    /// A day of Moscow: its beginning and its end.
    pub(crate) day: Option<(OffsetDateTime, OffsetDateTime)>,
    /// A part of a name.
    pub(crate) pattern: Option<String>,
}

impl Query {
    pub(crate) fn read(text: &str) -> Self {
        let text = text.trim();
        let number = text.parse().ok();
        let day = day(text);
        let name = text.strip_prefix('@').unwrap_or(text);
        let named = number.is_none() && day.is_none() && !name.is_empty();
        Self {
            text: name.to_owned(),
            number,
            day,
            pattern: named.then(|| format!("%{}%", escape(name))),
        }
    }
}

/// What stands for itself in a pattern.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// «02.03.2026» or «2026-03-02».
pub(crate) fn day(text: &str) -> Option<(OffsetDateTime, OffsetDateTime)> {
    let numbers = |sign: char| -> Option<Vec<i32>> {
        text.split(sign).map(|part| part.parse().ok()).collect()
    };
    let (year, month, day) = match (numbers('.').as_deref(), numbers('-').as_deref()) {
        (Some(&[day, month, year]), _) | (_, Some(&[year, month, day])) => (year, month, day),
        _ => return None,
    };
    let month = u8::try_from(month).ok().and_then(|month| month.try_into().ok())?;
    let date = Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()?;
    let from = date.midnight().assume_offset(time::macros::offset!(+3));
    Some((from, from + Duration::DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_in_every_way_in_which_it_makes_sense() {
        let number = Query::read(" 4242 ");
        assert_eq!((number.number, number.day, number.pattern), (Some(4242), None, None));
        let name = Query::read("@anna_k");
        assert_eq!((name.text.as_str(), name.pattern.as_deref()), ("anna_k", Some("%anna\\_k%")));
        for written in ["02.03.2026", "2026-03-02"] {
            let (from, to) = Query::read(written).day.unwrap();
            assert_eq!(from, time::macros::datetime!(2026-03-01 21:00 UTC));
            assert_eq!(to - from, Duration::DAY);
        }
        assert_eq!(Query::read("31.02.2026").day, None);
        assert_eq!(Query::read("").pattern, None);
    }
}
