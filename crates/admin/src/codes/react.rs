//! Making a promo code step by step: pure functions over what was told so far.

use money::Rub;
use promo::Segment;
use time::{Duration, OffsetDateTime};

use super::{Ask, Deed, Step, Terms, Word};
use crate::query;
use crate::view::Word as Above;

/// The most hundredths of a top-up.
const PERCENT_MAX: i32 = 500;

/// What comes after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Ask(Ask),
    /// Everything is told.
    Propose(Deed),
}

/// What was written at a step.
pub(crate) fn told(ask: Ask, text: &str) -> Result<Next, Above> {
    let Ask { step, mut terms } = ask;
    match step {
        Step::Word => terms.code = word(text)?,
        Step::Worth => worth(&mut terms, text)?,
        Step::Uses => terms.uses = Some(count(text)?),
        Step::PerPerson => terms.per_person = count(text)?,
        Step::Dates => dates(&mut terms, text)?,
        Step::Days => terms.days = Some(count(text)?),
        Step::People => return Err(Above::NoValue),
    }
    Ok(after(step, terms))
}

/// The step keeps its usual value; the first two have none.
pub(crate) fn usual(ask: Ask) -> Result<Next, Above> {
    match ask.step {
        Step::Word | Step::Worth => Err(Above::NoValue),
        step => Ok(after(step, ask.terms)),
    }
}

/// Whom it is for: the last thing to be told.
pub(crate) fn people(ask: Ask, segment: Segment) -> Result<Next, Above> {
    if ask.step != Step::People {
        return Err(Above::Stale);
    }
    let terms = Terms { people: segment.as_str().to_owned(), ..ask.terms };
    Ok(Next::Propose(Deed::Create { terms }))
}

fn after(step: Step, terms: Terms) -> Next {
    let step = match step {
        Step::Word => Step::Worth,
        Step::Worth => Step::Uses,
        Step::Uses => Step::PerPerson,
        Step::PerPerson => Step::Dates,
        Step::Dates => Step::Days,
        Step::Days => Step::People,
        Step::People => return Next::Propose(Deed::Create { terms }),
    };
    Next::Ask(Ask { step, terms })
}

fn word(text: &str) -> Result<String, Above> {
    let word = text.trim().to_ascii_uppercase();
    let fits = (3..=super::CODE_MAX).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if fits { Ok(word) } else { Err(Above::Codes(Word::Fault(promo::NewCodeFault::Word))) }
}

/// «50», «20 %», «20% 500»: a sum, a percentage, a percentage with the most that it brings.
fn worth(terms: &mut Terms, text: &str) -> Result<(), Above> {
    let wrong = || Above::Codes(Word::NoWorth);
    let sum = |text: &str| Rub::parse(text).ok().filter(|sum| *sum > Rub::ZERO);
    (terms.kopecks, terms.percent, terms.max_kopecks) = match text.split_once('%') {
        None => (Some(sum(text.trim()).ok_or_else(wrong)?.kopecks()), None, None),
        Some((percent, most)) => {
            let percent = percent.trim().parse().ok();
            let percent = percent.filter(|percent| (1..=PERCENT_MAX).contains(percent));
            let most = match most.trim() {
                "" => None,
                most => Some(sum(most).ok_or_else(wrong)?.kopecks()),
            };
            (None, Some(percent.ok_or_else(wrong)?), most)
        }
    };
    Ok(())
}

fn count(text: &str) -> Result<i32, Above> {
    text.trim().parse().ok().filter(|count| *count > 0).ok_or(Above::NoNumber)
}

/// «31.03.2026»: until the end of that day of Moscow; «01.03.2026 31.03.2026»: from the beginning of
/// one to the end of the other.
fn dates(terms: &mut Terms, text: &str) -> Result<(), Above> {
    let days: Option<Vec<(OffsetDateTime, OffsetDateTime)>> =
        text.split_whitespace().map(|word| query::day(word.trim_matches(','))).collect();
    let seconds = |at: OffsetDateTime| Some(at.unix_timestamp());
    (terms.from, terms.until) = match days.as_deref() {
        Some([(_, until)]) => (None, seconds(*until)),
        Some([(from, _), (_, until)]) if from < until => (seconds(*from), seconds(*until)),
        _ => return Err(Above::Codes(Word::NoDates)),
    };
    Ok(())
}

/// The last moment of a code, for people: the day before its end.
pub(crate) fn last_day(until: OffsetDateTime) -> OffsetDateTime {
    until - Duration::MINUTE
}

#[cfg(test)]
mod tests {
    use promo::{NewCode, Value};
    use time::macros::datetime;

    use super::*;

    fn walk(texts: &[&str]) -> Next {
        let mut ask = Ask::first();
        for text in texts {
            let next = if *text == "-" { usual(ask.clone()) } else { told(ask.clone(), text) };
            match next.unwrap_or_else(|word| panic!("{text}: {word:?}")) {
                Next::Ask(next) => ask = next,
                next @ Next::Propose(_) => return next,
            }
        }
        people(ask, Segment::New).unwrap()
    }

    fn made(next: Next) -> NewCode {
        let Next::Propose(Deed::Create { terms }) = next else { panic!("{next:?}") };
        terms.new_code().unwrap()
    }

    #[test]
    fn a_code_is_told_step_by_step_or_left_as_usual() {
        let code = made(walk(&["spring", "50", "-", "-", "-", "-"]));
        let usual = NewCode::simple("SPRING", Value::Fixed(Rub::from_roubles(50)));
        assert_eq!(code, NewCode { segment: Segment::New, ..usual });
        let code = made(walk(&["MAY_9", "20 % 500", "100", "2", "01.05.2026 09.05.2026", "7"]));
        let value = Value::Percent { percent: 20, max: Some(Rub::from_roubles(500)) };
        let expected = NewCode {
            uses_max: Some(100),
            uses_per_person: 2,
            segment: Segment::New,
            valid_from: Some(datetime!(2026-04-30 21:00 UTC)),
            valid_until: Some(datetime!(2026-05-09 21:00 UTC)),
            bonus_days: Some(7),
            ..NewCode::simple("MAY_9", value)
        };
        assert_eq!(code, expected);
    }

    #[test]
    fn what_cannot_be_understood_is_asked_again() {
        let at = |step| Ask { step, terms: Terms::empty() };
        let wrong = [
            (Step::Word, "ab"),
            (Step::Word, "весна"),
            (Step::Worth, "0"),
            (Step::Worth, "-5"),
            (Step::Worth, "501%"),
            (Step::Worth, "10% много"),
            (Step::Uses, "0"),
            (Step::PerPerson, "много"),
            (Step::Dates, "31.02.2026"),
            (Step::Dates, "09.05.2026 01.05.2026"),
            (Step::Dates, ""),
            (Step::Days, "-1"),
            (Step::People, "все"),
        ];
        for (step, text) in wrong {
            assert!(told(at(step), text).is_err(), "{step:?} {text}");
        }
        for step in [Step::Word, Step::Worth] {
            assert_eq!(usual(at(step)), Err(Above::NoValue));
        }
        assert_eq!(people(at(Step::Uses), Segment::All), Err(Above::Stale));
    }
}
