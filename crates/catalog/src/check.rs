use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use crate::condition::{is_given, number};
use crate::model::{Rule, known_of};
use crate::{Answer, Answers, Fault, Field, FieldKind, FileInput, Frame, Model};

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
        self.form().check(field, answer, answers)
    }

    /// Checks a whole input: each answer, what is missing, and the rules between fields.
    ///
    /// # Errors
    /// Every fault with the name of its field, in the order of the fields.
    pub fn check(&self, answers: &Answers) -> Result<(), Vec<(String, Fault)>> {
        let known = self.with_defaults(answers);
        let mut faults = faults_of(&self.fields, &known);
        for rule in &self.rules {
            faults.extend(rule.broken_by(&known));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// What is wrong with answers that already have their defaults.
fn faults_of(fields: &[Field], known: &Answers) -> Vec<(String, Fault)> {
    let mut faults = Vec::new();
    for field in fields {
        let answer = known.get(&field.name);
        let found = match answer {
            Some(answer) if is_given(answer) => {
                field.kind.check(answer).and_then(|()| field.check_max(answer, known)).err()
            }
            Some(_) | None => field.is_needed(known).then_some(Fault::Missing),
        };
        faults.extend(found.map(|fault| (field.name.clone(), fault)));
    }
    faults
}

impl Field {
    /// The smallest of the limits that hold beside the `known` answers.
    pub(crate) fn check_max(&self, answer: &Answer, known: &Answers) -> Result<(), Fault> {
        let limits = self.max_when.iter().filter(|limit| limit.when.holds(known));
        let Some(max) = limits.map(|limit| limit.max).min() else { return Ok(()) };
        match answer {
            Answer::Text(text) => at_most(text, max),
            Answer::Integer(value) if *value > i64::from(max) => {
                Err(Fault::TooLarge { max: Decimal::from(max) })
            }
            _ => Ok(()),
        }
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
            Self::Forbidden(when) => {
                if !when.holds(known) {
                    return None;
                }
                let mut fields = when.fields();
                let (with, field) = (fields.next()?, fields.next()?);
                Some((field.to_owned(), Fault::Conflict { with: with.to_owned() }))
            }
            Self::SumAtMost { items, of, max } => {
                let Some(Answer::Items(entries)) = known.get(items) else { return None };
                let parts = entries.iter().filter_map(|entry| entry.get(of).and_then(number));
                let max = known.get(max).and_then(number)?;
                let sum: Decimal = parts.sum();
                (sum > max).then(|| (items.clone(), Fault::TooLarge { max }))
            }
            Self::NamedIn { field, of } => {
                let Some(Answer::Items(entries)) = known.get(&field.list) else { return None };
                let names = of.texts(known);
                if names.is_empty() {
                    return None;
                }
                let strange = |entry: &Answers| match entry.get(&field.name) {
                    Some(Answer::Text(text)) => !names.contains(text),
                    _ => false,
                };
                let place = entries.iter().position(strange)?;
                let place = u8::try_from(place + 1).unwrap_or(u8::MAX);
                let (name, fault) = (Some(field.name.clone()), Box::new(Fault::NotAChoice));
                Some((field.list.clone(), Fault::InItem { place, field: name, fault }))
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
            (Self::Items { fields, min, max }, Answer::Items(items)) => {
                check_count(items.len(), *min, *max)?;
                let each = |item: &Answers| {
                    let known = known_of(fields, item);
                    let first = faults_of(fields, &known).into_iter().next();
                    first.map_or(Ok(()), |(field, fault)| Err((Some(field), fault)))
                };
                in_items(items.iter().map(each))
            }
            (Self::Values { of, min, max }, Answer::Values(values)) => {
                check_count(values.len(), *min, *max)?;
                in_items(values.iter().map(|value| of.check(value).map_err(|fault| (None, fault))))
            }
            _ => Err(Fault::WrongKind),
        }
    }

    fn check_files(&self, given: &[FileInput]) -> Result<(), Fault> {
        let Self::Files { min, max, .. } = self else { return Err(Fault::WrongKind) };
        if given.len() < usize::from(*min) {
            return Err(Fault::TooFewFiles { min: *min });
        }
        if given.len() > usize::from(*max) {
            return Err(Fault::TooManyFiles { max: *max });
        }
        given.iter().try_for_each(|file| self.check_file(file))
    }

    /// Checks one file by itself, however many are wanted.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    pub fn check_file(&self, file: &FileInput) -> Result<(), Fault> {
        let Self::Files { media, max_bytes, accept, duration_ms, frame, .. } = self else {
            return Err(Fault::WrongKind);
        };
        if file.kind != *media || !accept.contains(&file.mime) {
            return Err(Fault::FileType { accept: accept.clone() });
        }
        if file.bytes > *max_bytes {
            return Err(Fault::FileTooBig { max_bytes: *max_bytes });
        }
        check_frame(file, frame.as_ref())?;
        check_duration(file.duration_ms, duration_ms.as_ref())
    }
}

fn check_count(count: usize, min: u8, max: u8) -> Result<(), Fault> {
    if count < usize::from(min) {
        return Err(Fault::TooFewItems { min });
    }
    if count > usize::from(max) { Err(Fault::TooManyItems { max }) } else { Ok(()) }
}

/// The first entry that is wrong, with its place.
fn in_items(
    checked: impl Iterator<Item = Result<(), (Option<String>, Fault)>>,
) -> Result<(), Fault> {
    for (index, found) in checked.enumerate() {
        if let Err((field, fault)) = found {
            let place = u8::try_from(index + 1).unwrap_or(u8::MAX);
            return Err(Fault::InItem { place, field, fault: Box::new(fault) });
        }
    }
    Ok(())
}

/// Sides that could not be measured are let through: KIE has the last word.
fn check_frame(file: &FileInput, frame: Option<&Frame>) -> Result<(), Fault> {
    let (Some(frame), Some(width), Some(height)) = (frame, file.width, file.height) else {
        return Ok(());
    };
    let (short, long) = (width.min(height), width.max(height));
    if short < frame.min_side {
        return Err(Fault::FrameTooSmall { min: frame.min_side });
    }
    if long > frame.max_side {
        return Err(Fault::FrameTooBig { max: frame.max_side });
    }
    match frame.stretch {
        Some(stretch) if Decimal::from(long) > Decimal::from(short) * stretch => {
            Err(Fault::FrameTooLong { stretch })
        }
        Some(_) | None => Ok(()),
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
    if min > 0 && text.trim().is_empty() {
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
