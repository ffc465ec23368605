use std::collections::BTreeSet;

use media::MediaKind;
use money::Credits;

use super::Mistake;
use super::raw::{RawPer, RawPrice};
use super::when::when_of;
use crate::condition::{Scalar, Test};
pub(super) use crate::price::Price;
use crate::price::{Addon, Per, PriceUnknown, Row};
use crate::{Answer, Answers, Asked, Field, FieldKind, FileInput, Model};

/// More combinations than any price list needs; a slip in a file must not stall the start.
const MOST_COMBINATIONS: usize = 20_000;

pub(super) fn price_of(raw: RawPrice, fields: &[Field]) -> Result<Price, Mistake> {
    let mut rows = Vec::with_capacity(raw.rows.len());
    for row in raw.rows {
        let per = per_of(row.per.unwrap_or_else(|| raw.per.clone()), fields)?;
        let credits = credits_of(&row.credits)?;
        rows.push(Row { when: when_of(row.when, fields)?, credits, per });
    }
    let mut addons = Vec::with_capacity(raw.addons.len());
    for addon in raw.addons {
        let files = fields.iter().find(|field| field.name == addon.files);
        if !files.is_some_and(|field| matches!(field.kind, FieldKind::Files { .. })) {
            return Err(Mistake::new(format!("a surcharge counts `{}`: no files", addon.files)));
        }
        let (when, credits) = (when_of(addon.when, fields)?, credits_of(&addon.credits)?);
        addons.push(Addon { when, credits, files: addon.files, free: addon.free });
    }
    Ok(Price { rows, addons, from: None })
}

fn credits_of(text: &str) -> Result<Credits, Mistake> {
    Credits::parse(text).map_err(|error| Mistake::new(format!("credits `{text}`: {error}")))
}

fn per_of(raw: RawPer, fields: &[Field]) -> Result<Per, Mistake> {
    let per = match raw {
        RawPer::Order => Per::Order,
        RawPer::Second(field) => Per::Second(field),
        RawPer::ThousandCharacters(field) => Per::ThousandCharacters(field),
        RawPer::Output(field) => Per::Output(field),
    };
    let Some(name) = per.field() else { return Ok(per) };
    match fields.iter().find(|field| field.name == name) {
        Some(field) if per.suits(&field.kind) => Ok(per),
        Some(_) => Err(Mistake::new(format!("the price cannot be counted by `{name}`"))),
        None => Err(Mistake::new(format!("the price is counted by `{name}`, which is no field"))),
    }
}

/// The price of the cheapest input: all combinations of the choices and switches that matter for
/// the price, each with the smallest quantities. Also refuses a list that gives two prices.
pub(super) fn cheapest(model: &Model) -> Result<Option<Credits>, Mistake> {
    let names = relevant(model);
    let fields = model.fields.iter().filter(|field| names.contains(field.name.as_str()));
    let mut combinations = vec![Answers::new()];
    for field in fields.filter(|field| field.asked != Asked::Never) {
        let candidates = candidates(field, &model.price);
        if combinations.len().saturating_mul(candidates.len()) > MOST_COMBINATIONS {
            return Err(Mistake::new("the price depends on too many combinations"));
        }
        let extended = combinations.iter().flat_map(|answers| {
            candidates.iter().map(|candidate| {
                let mut answers = answers.clone();
                answers.extend(candidate.clone().map(|answer| (field.name.clone(), answer)));
                answers
            })
        });
        combinations = extended.collect();
    }
    let mut cheapest: Option<Credits> = None;
    for answers in combinations {
        match model.price.credits(&model.with_defaults(&answers)) {
            Ok(credits) => cheapest = Some(cheapest.map_or(credits, |least| least.min(credits))),
            Err(PriceUnknown::Ambiguous) => {
                let problem = format!("two price rows for the same answers: {answers:?}");
                return Err(Mistake::new(problem));
            }
            Err(
                PriceUnknown::NoRow
                | PriceUnknown::NeedsField { .. }
                | PriceUnknown::OutOfRange
                | PriceUnknown::NotSold,
            ) => {}
        }
    }
    Ok(cheapest)
}

/// The fields that the price looks at, and those that decide whether these are shown.
fn relevant(model: &Model) -> BTreeSet<&str> {
    let rows = &model.price.rows;
    let mut names: BTreeSet<&str> = rows.iter().flat_map(|row| row.when.fields()).collect();
    names.extend(rows.iter().filter_map(|row| row.per.field()));
    for addon in &model.price.addons {
        names.extend(addon.when.fields());
        names.insert(&addon.files);
    }
    for field in model.fields.iter().rev() {
        if names.contains(field.name.as_str()) {
            names.extend(field.shown_when.fields());
        }
    }
    names
}

/// The answers worth trying for the smallest price; `None` stands for no answer.
fn candidates(field: &Field, price: &Price) -> Vec<Option<Answer>> {
    let mut answers: Vec<Option<Answer>> = match &field.kind {
        FieldKind::Choice { options, .. } => {
            options.iter().map(|option| Some(Answer::Choice(option.value.clone()))).collect()
        }
        FieldKind::Switch => vec![Some(Answer::Switch(false)), Some(Answer::Switch(true))],
        FieldKind::Integer { min, .. } => vec![Some(Answer::Integer(*min))],
        FieldKind::Number { min, .. } => vec![Some(Answer::Number(*min))],
        FieldKind::Text { min, .. } => {
            let length = usize::try_from(*min).unwrap_or(1).max(1);
            vec![Some(Answer::Text("x".repeat(length)))]
        }
        FieldKind::Files { media, min, accept, duration_ms, .. } => {
            let shortest = duration_ms.as_ref().map_or(1000, |range| *range.start());
            vec![Some(Answer::Files(vec![file(*media, accept, shortest); usize::from(*min)]))]
        }
    };
    // Numbers that a row singles out are prices of their own.
    let conditions = price.rows.iter().flat_map(|row| &row.when.0);
    for (_, test) in conditions.filter(|(name, _)| *name == field.name) {
        let Test::OneOf(values) = test else { continue };
        answers.extend(values.iter().filter_map(|value| number_answer(value, &field.kind)));
    }
    if !field.required && field.default.is_none() {
        answers.push(None);
    }
    answers
}

fn number_answer(value: &Scalar, kind: &FieldKind) -> Option<Option<Answer>> {
    let Scalar::Number(number) = value else { return None };
    match kind {
        FieldKind::Integer { .. } => {
            i64::try_from(*number).ok().map(|number| Some(Answer::Integer(number)))
        }
        FieldKind::Number { .. } => Some(Some(Answer::Number(*number))),
        FieldKind::Text { .. }
        | FieldKind::Switch
        | FieldKind::Choice { .. }
        | FieldKind::Files { .. } => None,
    }
}

fn file(kind: MediaKind, accept: &[String], duration_ms: u64) -> FileInput {
    FileInput {
        source: String::new(),
        kind,
        mime: accept.first().cloned().unwrap_or_default(),
        bytes: 1,
        width: None,
        height: None,
        duration_ms: Some(duration_ms.max(1)),
    }
}
