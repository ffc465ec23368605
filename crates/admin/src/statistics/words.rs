//! Dates, numbers and durations in words.

use catalog::{Catalog, Language};
use chat::Arg;
use figures::{Bucket, Period, Span, moscow};
use generation::FailureClass;
use money::Rub;
use time::{Date, OffsetDateTime};

use crate::texts::{Key, Texts};

/// What is needed to write about figures.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) texts: Texts,
    pub(super) catalog: &'a Catalog,
}

impl<'a> Words<'a> {
    pub(super) fn new(catalog: &'a Catalog, language: Language) -> Self {
        Self { texts: Texts::new(language), catalog }
    }

    pub(super) fn say(self, key: Key, args: &[(&'static str, Arg)]) -> String {
        self.texts.say(key, args)
    }

    pub(super) fn plain(self, key: Key, args: &[(&'static str, Arg)]) -> String {
        self.texts.plain(key, args)
    }

    pub(super) fn word(self, key: Key) -> String {
        self.plain(key, &[])
    }

    /// The name of a model, or its id when it is not known any more.
    pub(super) fn model(self, id: &str) -> String {
        let model = self.catalog.model(id);
        model
            .map_or_else(|| id.to_owned(), |model| model.name.get(self.texts.language()).to_owned())
    }

    fn date(self, key: Key, day: Date) -> String {
        let args = [
            ("day", number(day.day().into())),
            ("month", Arg::Number(u8::from(day.month()).into())),
            ("year", Arg::Text(day.year().to_string())),
        ];
        self.plain(key, &args)
    }

    /// «21 ноября 2026», «16–22 ноября 2026», «ноябрь 2026».
    pub(super) fn period(self, period: Period) -> String {
        let (first, last) = (period.first(), period.last());
        match period.span() {
            Span::Day => self.date(Key::FieldDate, first),
            Span::Month => self.date(Key::FieldMonth, first),
            Span::Week if first.month() == last.month() => {
                let from = number(first.day().into());
                let args = [("from", from), ("to", self.date(Key::FieldDate, last).into())];
                self.plain(Key::FieldRangeDays, &args)
            }
            Span::Week => {
                let from = self.date(Key::FieldDateShort, first);
                let to = self.date(Key::FieldDate, last);
                self.plain(Key::FieldRange, &[("from", from.into()), ("to", to.into())])
            }
        }
    }

    /// The hour or the day under a column.
    pub(super) fn column(self, span: Span, bucket: &Bucket) -> String {
        let at = moscow(bucket.from);
        match span {
            Span::Day => at.hour().to_string(),
            Span::Month => at.day().to_string(),
            Span::Week => {
                let weekday = Arg::Number(at.weekday().number_from_monday().into());
                self.plain(
                    Key::FieldWeekday,
                    &[("weekday", weekday), ("day", number(at.day().into()))],
                )
            }
        }
    }

    /// «850 мс», «1,2 с», «3 мин 5 с», «2 ч 10 мин».
    pub(super) fn duration(self, ms: i64) -> String {
        let tenths = (ms + 50) / 100;
        let seconds = (ms + 500) / 1_000;
        if tenths < 100 {
            let args = [("whole", number(tenths / 10)), ("tenth", number(tenths % 10))];
            return self.plain(Key::FieldSecondsTenth, &args);
        }
        if seconds < 60 {
            return self.plain(Key::FieldSeconds, &[("seconds", number(seconds))]);
        }
        let (minutes, hours) = (seconds / 60, seconds / 3_600);
        if hours == 0 {
            let args = [("minutes", number(minutes)), ("seconds", number(seconds % 60))];
            return self.plain(Key::FieldMinutes, &args);
        }
        let args = [("hours", number(hours)), ("minutes", number(minutes % 60))];
        self.plain(Key::FieldHours, &args)
    }

    /// Why orders came to nothing.
    pub(super) fn failure(self, class: &str) -> String {
        self.word(failure(FailureClass::parse(class)))
    }
}

/// Why an order came to nothing, in words.
pub(crate) const fn failure(class: Option<FailureClass>) -> Key {
    match class {
        Some(FailureClass::Content) => Key::FieldFailureContent,
        Some(FailureClass::Input) => Key::FieldFailureInput,
        Some(FailureClass::InputGone) => Key::FieldFailureInputGone,
        Some(FailureClass::Account) => Key::FieldFailureAccount,
        Some(FailureClass::Temporary) => Key::FieldFailureTemporary,
        Some(FailureClass::Lost) => Key::FieldFailureLost,
        Some(FailureClass::NotDelivered) => Key::FieldFailureNotDelivered,
        Some(FailureClass::TooLate) => Key::FieldFailureTooLate,
        Some(FailureClass::Unknown) | None => Key::FieldFailureUnknown,
    }
}

/// «14:05» in Moscow.
pub(crate) fn time_of_day(at: OffsetDateTime) -> String {
    let at = moscow(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A number with spaces between its thousands.
pub(crate) fn number(number: i64) -> Arg {
    // Money is written as people read it; a number is money without its sign.
    let roubles = Rub::from_roubles(number).to_string();
    Arg::Text(roubles.trim_end_matches(['₽', '\u{a0}']).to_owned())
}

/// «50 %», or nothing.
pub(super) fn percent(percent: Option<i64>) -> String {
    percent.map(|percent| format!("{percent}\u{a0}%")).unwrap_or_default()
}

/// « (50 %)», to be written right behind what it is a part of, or nothing.
pub(super) fn aside(share: Option<i64>) -> String {
    let share = percent(share);
    if share.is_empty() { share } else { format!(" ({share})") }
}

/// By how much a number has changed, to be written right behind it; nothing when it has not, or when
/// there was none before.
pub(super) fn change(now: i64, before: i64) -> Arg {
    Arg::Text(match figures::trend(now, before) {
        Some(more) if more > 0 => format!(" ▲\u{a0}{more}\u{a0}%"),
        Some(less) if less < 0 => format!(" ▼\u{a0}{}\u{a0}%", less.saturating_abs()),
        Some(_) | None => String::new(),
    })
}
