//! When something is to begin, as people write it.

use time::macros::offset;
use time::{Date, Duration, OffsetDateTime, Time};

/// The furthest that can be meant.
const AHEAD: Duration = Duration::days(90);

/// «19:30», «25.11 19:30», «25.11.2026 19:30» in Moscow; what is over, or very far, is not meant.
/// A time without a day is the next one, a day without a year is the next one.
pub(super) fn read(text: &str, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let here = now.to_offset(offset!(+3));
    let text = text.trim();
    let (day, clock) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let time = {
        let (hour, minute) = clock.split_once(':')?;
        Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, 0).ok()?
    };
    let at = |date: Date| date.with_time(time).assume_offset(offset!(+3));
    let numbers: Option<Vec<i32>> = match day.trim() {
        "" => Some(Vec::new()),
        day => day.split('.').map(|part| part.parse().ok()).collect(),
    };
    let meant = match numbers?.as_slice() {
        [] => {
            let today = at(here.date());
            if today > now { today } else { today + Duration::DAY }
        }
        [day, month] => {
            let this = at(date(*day, *month, here.year())?);
            if this > now { this } else { at(date(*day, *month, here.year() + 1)?) }
        }
        [day, month, year] => at(date(*day, *month, *year)?),
        _ => return None,
    };
    (meant > now && meant <= now + AHEAD).then_some(meant)
}

fn date(day: i32, month: i32, year: i32) -> Option<Date> {
    let month = u8::try_from(month).ok().and_then(|month| month.try_into().ok())?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        // Half past three in Moscow.
        let now = datetime!(2026-12-20 12:30 UTC);
        let cases = [
            ("19:30", Some(datetime!(2026-12-20 16:30 UTC))),
            ("15:00", Some(datetime!(2026-12-21 12:00 UTC))),
            (" 25.12  10:05 ", Some(datetime!(2026-12-25 07:05 UTC))),
            ("05.01 10:00", Some(datetime!(2027-01-05 07:00 UTC))),
            ("5.1.2027 10:00", Some(datetime!(2027-01-05 07:00 UTC))),
            ("19.12.2026 10:00", None),
            ("01.06 10:00", None),
            ("31.02 10:00", None),
            ("25:00", None),
            ("завтра", None),
            ("1.2.3.4 10:00", None),
        ];
        for (written, read_as) in cases {
            assert_eq!(read(written, now), read_as, "{written}");
        }
    }
}
