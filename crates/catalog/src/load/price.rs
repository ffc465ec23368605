use std::collections::BTreeSet;

use media::MediaKind;
use money::Credits;
use rust_decimal::Decimal;

use super::Mistake;
use super::field::bound;
use super::raw::{RawNames, RawPer, RawPers, RawPrice, RawTokens};
use super::when::when_of;
use crate::condition::{Part, Scalar, Test};
pub(super) use crate::price::Price;
use crate::price::{Addon, Per, PriceUnknown, Row, Tokens, head, is_text};
use crate::{Answer, Answers, Asked, Field, FieldKind, FileInput, Model};

/// More combinations than any price list needs; a slip in a file must not stall the start.
const MOST_COMBINATIONS: usize = 20_000;

pub(super) fn price_of(raw: RawPrice, fields: &[Field]) -> Result<Price, Mistake> {
    let mut rows = Vec::with_capacity(raw.rows.len());
    for row in raw.rows {
        let Some(per) = row.per.or_else(|| raw.per.clone()) else {
            return Err(Mistake::new("`per` is missing"));
        };
        let per = pers_of(per, fields)?;
        let credits = credits_of(&row.credits)?;
        rows.push(Row { when: when_of(row.when, fields)?, credits, per });
    }
    let mut addons = Vec::with_capacity(raw.addons.len());
    for addon in raw.addons {
        let files = names(addon.files);
        for name in &files {
            let counted = fields.iter().find(|field| field.name == *name);
            if !counted.is_some_and(|field| matches!(field.kind, FieldKind::Files { .. })) {
                return Err(Mistake::new(format!("a surcharge counts `{name}`: no files")));
            }
        }
        let (when, credits) = (when_of(addon.when, fields)?, credits_of(&addon.credits)?);
        addons.push(Addon { when, credits, files, free: addon.free });
    }
    let tokens = raw.tokens.map(|tokens| tokens_of(tokens, fields)).transpose()?;
    if tokens.is_some() && !(rows.is_empty() && addons.is_empty()) {
        return Err(Mistake::new("a price is either by tokens or by rows"));
    }
    let of_results = |row: &Row| row.per.iter().any(|per| matches!(per, Per::Results(_)));
    let at_most = raw.at_most || tokens.is_some() || rows.iter().any(of_results);
    let unconfirmed = raw.unconfirmed;
    Ok(Price { rows, addons, tokens, at_most, unconfirmed, from: None, usual: None })
}

fn tokens_of(raw: RawTokens, fields: &[Field]) -> Result<Tokens, Mistake> {
    for path in &raw.texts {
        let field = fields.iter().find(|field| field.name == head(path));
        if !field.is_some_and(|field| is_text(field, path)) {
            return Err(Mistake::new(format!("tokens are counted in `{path}`, which is no text")));
        }
    }
    let number = |what: &str, raw| bound(what, Some(raw), None);
    Ok(Tokens {
        input: credits_of(&raw.input)?,
        output: credits_of(&raw.output)?,
        texts: raw.texts,
        per_character: (
            number("input_per_character", &raw.input_per_character)?,
            number("output_per_character", &raw.output_per_character)?,
        ),
        fixed: number("fixed", &raw.fixed)?,
    })
}

fn credits_of(text: &str) -> Result<Credits, Mistake> {
    Credits::parse(text).map_err(|error| Mistake::new(format!("credits `{text}`: {error}")))
}

fn names(raw: RawNames) -> Vec<String> {
    match raw {
        RawNames::One(name) => vec![name],
        RawNames::All(names) => names,
    }
}

fn pers_of(raw: RawPers, fields: &[Field]) -> Result<Vec<Per>, Mistake> {
    let raw = match raw {
        RawPers::One(one) => vec![one],
        RawPers::All(all) => all,
    };
    let mut pers = Vec::with_capacity(raw.len());
    for raw in raw {
        let per = match raw {
            RawPer::Order => continue,
            RawPer::Second(fields) => Per::Second(names(fields)),
            RawPer::Longest(fields) => Per::Longest(fields),
            RawPer::Minute(fields) => Per::Minute(names(fields)),
            RawPer::ThousandCharacters(field) => Per::ThousandCharacters(field),
            RawPer::Output(field) => Per::Output(field),
            RawPer::Results(most) => Per::Results(most),
            RawPer::Megapixel(field) => Per::Megapixel(field),
            RawPer::MegapixelOf { field, sizes } => {
                let sizes = sizes.iter().map(|(value, size)| {
                    bound("sizes", Some(size), None).map(|size| (value.clone(), size))
                });
                Per::MegapixelOf { field, sizes: sizes.collect::<Result<_, _>>()? }
            }
            RawPer::Frames { frames, rate } => Per::Frames { frames, rate },
        };
        per.check(fields).map_err(Mistake::new)?;
        pers.push(per);
    }
    Ok(pers)
}

/// The price of the cheapest input: all combinations of the choices and switches that matter for
/// the price, each with the smallest quantities. Also refuses a list that gives two prices.
pub(crate) fn cheapest(model: &Model) -> Result<Option<Credits>, Mistake> {
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
    names.extend(rows.iter().flat_map(|row| &row.per).flat_map(Per::fields));
    for addon in &model.price.addons {
        names.extend(addon.when.fields());
        names.extend(addon.files.iter().map(String::as_str));
    }
    if let Some(tokens) = &model.price.tokens {
        // The first text is the one that every order has.
        names.extend(tokens.texts.first().map(|path| head(path)));
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
        // A quantity may also make cheaper: more frames a second are fewer seconds.
        FieldKind::Integer { max, .. } => vec![smallest(&field.kind), Some(Answer::Integer(*max))],
        FieldKind::Number { max, .. } => vec![smallest(&field.kind), Some(Answer::Number(*max))],
        kind => vec![smallest(kind)],
    };
    // Numbers that a row singles out, or starts a range with, are prices of their own.
    let conditions = price.rows.iter().flat_map(|row| &row.when.0);
    for condition in conditions.filter(|condition| condition.field == field.name) {
        match (&condition.test, condition.part) {
            (Test::OneOf(values), _) => {
                answers.extend(values.iter().filter_map(|value| number_answer(value, &field.kind)));
            }
            (Test::Range { min, .. }, Part::Value) => {
                answers.extend(number_answer(&Scalar::Number(*min), &field.kind));
            }
            (Test::Range { min, .. }, Part::Side) => {
                let side = u32::try_from(*min).unwrap_or(1).max(1);
                answers.extend(smallest(&field.kind).map(|answer| Some(with_side(answer, side))));
            }
            (Test::Range { .. }, Part::Seconds) | (Test::Given(_), _) => {}
        }
    }
    let may_lack = field.required_when.is_some() || !field.required;
    if may_lack && field.default.is_none() {
        answers.push(None);
    }
    answers
}

/// The least answer to a field; none for what cannot be answered.
pub(crate) fn smallest(kind: &FieldKind) -> Option<Answer> {
    let answer = match kind {
        FieldKind::Choice { options, .. } => Answer::Choice(options.first()?.value.clone()),
        FieldKind::Switch => Answer::Switch(false),
        FieldKind::Integer { min, .. } => Answer::Integer(*min),
        FieldKind::Number { min, .. } => Answer::Number(*min),
        FieldKind::Text { min, .. } => {
            let length = usize::try_from(*min).unwrap_or(1).max(1);
            Answer::Text("x".repeat(length))
        }
        FieldKind::Files { media, min, accept, duration_ms, frame, .. } => {
            let shortest = duration_ms.as_ref().map_or(1000, |range| *range.start());
            let files = vec![file(*media, accept, shortest); usize::from(*min)];
            with_side(Answer::Files(files), frame.map_or(1, |frame| frame.min_side))
        }
        FieldKind::Items { fields, min, .. } => {
            let each = fields.iter().filter_map(|field| {
                let answer = field.default.clone().or_else(|| smallest(&field.kind))?;
                field.required.then(|| (field.name.clone(), answer))
            });
            Answer::Items(vec![each.collect(); usize::from(*min)])
        }
        FieldKind::Values { of, min, .. } => Answer::Values(vec![smallest(of)?; usize::from(*min)]),
        FieldKind::Opaque => return None,
    };
    Some(answer)
}

fn with_side(answer: Answer, side: u32) -> Answer {
    let Answer::Files(files) = answer else { return answer };
    let sized = |file| FileInput { width: Some(side), height: Some(side), ..file };
    Answer::Files(files.into_iter().map(sized).collect())
}

fn number_answer(value: &Scalar, kind: &FieldKind) -> Option<Option<Answer>> {
    let Scalar::Number(number) = value else { return None };
    match kind {
        FieldKind::Integer { .. } => {
            i64::try_from(*number).ok().map(|number| Some(Answer::Integer(number)))
        }
        FieldKind::Number { .. } if *number != Decimal::MIN => Some(Some(Answer::Number(*number))),
        _ => None,
    }
}

/// One pixel: a price by pixels starts at its least.
fn file(kind: MediaKind, accept: &[String], duration_ms: u64) -> FileInput {
    FileInput {
        source: String::new(),
        kind,
        mime: accept.first().cloned().unwrap_or_default(),
        bytes: 1,
        width: Some(1),
        height: Some(1),
        duration_ms: Some(duration_ms.max(1)),
    }
}
