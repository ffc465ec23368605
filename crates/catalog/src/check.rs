use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use crate::condition::is_given;
use crate::model::Rule;
use crate::{Answer, Answers, Fault, Field, FieldKind, FileInput, Model};

impl Model {
    /// Checks one answer by itself. Limits that depend on other answers are looked at by
    /// [`Model::check_among`] and [`Model::check`].
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn check_field(&self, field: &Field, answer: &Answer) -> Result<(), Fault> {
        field.kind.check(answer)
    }

    /// Checks one answer beside the others, which may still be incomplete.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn check_among(
        &self,
        field: &Field,
        answer: &Answer,
        answers: &Answers,
    ) -> Result<(), Fault> {
        field.kind.check(answer)?;
        match (answer, self.text_max(field, answers)) {
            (Answer::Text(text), Some(max)) => at_most(text, max),
            _ => Ok(()),
        }
    }

    /// Checks a whole input: each answer, what is missing, and the rules between fields.
    ///
    /// # Errors
    /// Every fault with the name of its field, in the order of the fields.
    pub fn check(&self, answers: &Answers) -> Result<(), Vec<(String, Fault)>> {
        let known = self.with_defaults(answers);
        let mut faults = Vec::new();
        for field in &self.fields {
            let found = match known.get(&field.name) {
                Some(answer) => self.check_among(field, answer, answers).err(),
                None => field.is_needed(&known).then_some(Fault::Missing),
            };
            faults.extend(found.map(|fault| (field.name.clone(), fault)));
        }
        for rule in &self.rules {
            faults.extend(rule.broken_by(&known));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

impl Rule {
    fn broken_by(&self, known: &Answers) -> Option<(String, Fault)> {
        match self {
            Self::NeedsOneOf(sets) => {
                let full = |set: &Vec<String>| set.iter().all(|name| known.contains_key(name));
                if sets.iter().any(full) {
                    return None;
                }
                let lacking = sets.first()?.iter().find(|name| !known.contains_key(*name))?;
                Some((lacking.clone(), Fault::Missing))
            }
            Self::NotTogether(names) => {
                let mut given = names.iter().filter(|name| known.contains_key(*name));
                let (with, field) = (given.next()?, given.next()?);
                Some((field.clone(), Fault::Conflict { with: with.clone() }))
            }
        }
    }
}

impl FieldKind {
    pub(crate) fn check(&self, answer: &Answer) -> Result<(), Fault> {
        match (self, answer) {
            (Self::Text { min, max }, Answer::Text(text)) => {
                at_least(text, *min)?;
                at_most(text, *max)
            }
            (Self::Integer { min, max, step }, Answer::Integer(value)) => in_steps(
                Decimal::from(*value),
                Decimal::from(*min)..=Decimal::from(*max),
                Some(Decimal::from(*step)),
            ),
            (Self::Number { min, max, step }, Answer::Number(value)) => {
                in_steps(*value, *min..=*max, *step)
            }
            (Self::Switch, Answer::Switch(_)) => Ok(()),
            (Self::Choice { options, .. }, Answer::Choice(value)) => {
                let listed = options.iter().any(|option| option.value == *value);
                if listed { Ok(()) } else { Err(Fault::NotAChoice) }
            }
            (Self::Files { .. }, Answer::Files(files)) => self.check_files(files),
            _ => Err(Fault::WrongKind),
        }
    }

    fn check_files(&self, given: &[FileInput]) -> Result<(), Fault> {
        let Self::Files { media, min, max, max_bytes, accept, duration_ms, shape: _ } = self else {
            return Err(Fault::WrongKind);
        };
        if given.len() < usize::from(*min) {
            return Err(Fault::TooFewFiles { min: *min });
        }
        if given.len() > usize::from(*max) {
            return Err(Fault::TooManyFiles { max: *max });
        }
        for file in given {
            if file.kind != *media || !accept.contains(&file.mime) {
                return Err(Fault::FileType { accept: accept.clone() });
            }
            if file.bytes > *max_bytes {
                return Err(Fault::FileTooBig { max_bytes: *max_bytes });
            }
            check_duration(file.duration_ms, duration_ms.as_ref())?;
        }
        Ok(())
    }
}

/// A duration that could not be measured is let through: KIE has the last word.
fn check_duration(ms: Option<u64>, allowed: Option<&RangeInclusive<u64>>) -> Result<(), Fault> {
    let (Some(ms), Some(allowed)) = (ms, allowed) else { return Ok(()) };
    if ms < *allowed.start() {
        return Err(Fault::MediaTooShort { min_ms: *allowed.start() });
    }
    if ms > *allowed.end() {
        return Err(Fault::MediaTooLong { max_ms: *allowed.end() });
    }
    Ok(())
}

/// Spaces around the text do not help to reach the smallest length, because KIE may strip them.
fn at_least(text: &str, min: u32) -> Result<(), Fault> {
    if min > 0 && !is_given(&Answer::Text(text.to_owned())) {
        return Err(Fault::Missing);
    }
    let got = characters(text.trim());
    if got < min { Err(Fault::TooShort { min, got }) } else { Ok(()) }
}

fn at_most(text: &str, max: u32) -> Result<(), Fault> {
    let got = characters(text);
    if got > max { Err(Fault::TooLong { max, got }) } else { Ok(()) }
}

/// Characters are Unicode scalar values: an emoji of several counts as several.
fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

fn in_steps(
    value: Decimal,
    range: RangeInclusive<Decimal>,
    step: Option<Decimal>,
) -> Result<(), Fault> {
    if value < *range.start() {
        return Err(Fault::TooSmall { min: *range.start() });
    }
    if value > *range.end() {
        return Err(Fault::TooLarge { max: *range.end() });
    }
    let Some(step) = step else { return Ok(()) };
    let off = value
        .checked_sub(*range.start())
        .and_then(|distance| distance.checked_rem(step))
        .is_none_or(|rest| !rest.is_zero());
    if off { Err(Fault::OffStep { step }) } else { Ok(()) }
}
