//! Every rule of every model broken once: refused, with words in both languages.

use catalog::{Answer, Answers, Field, FieldKind, Language, Model};
use rust_decimal::Decimal;

use crate::render::{Pen, word};
use crate::trial::desk;

/// The generator of inputs that the catalogue's own tests use.
#[allow(dead_code)]
#[path = "../../../../catalog/tests/models/sample.rs"]
mod sample;

/// Answers to a field that break one of its rules each; `None` for no answer.
fn broken(field: &Field, right: &Answer) -> Vec<Option<Answer>> {
    let mut wrong = vec![match right {
        Answer::Switch(_) => Some(Answer::Text("да".to_owned())),
        _ => Some(Answer::Switch(true)),
    }];
    let text = |length: u32| Some(Answer::Text("я".repeat(usize::try_from(length).unwrap())));
    match (&field.kind, right) {
        (FieldKind::Text { min, max }, _) => {
            wrong.push(text(max + 1));
            wrong.extend((*min > 1).then(|| text(min - 1)));
        }
        (FieldKind::Integer { min, max, step }, _) => {
            wrong.extend([Some(Answer::Integer(min - 1)), Some(Answer::Integer(max + 1))]);
            wrong.extend((*step > 1).then(|| Some(Answer::Integer(min + 1))));
        }
        (FieldKind::Number { min, max, step }, _) => {
            let number = |value: Decimal| Some(Answer::Number(value));
            wrong.extend([number(min - Decimal::ONE), number(max + Decimal::ONE)]);
            wrong.extend(step.map(|step| number(min + step / Decimal::TWO)));
        }
        (FieldKind::Choice { .. }, _) => {
            wrong.push(Some(Answer::Choice("no-such-value".to_owned())));
        }
        (
            FieldKind::Files { min, max, max_bytes, duration_ms, frame, .. },
            Answer::Files(files),
        ) => {
            let all = |count: u8| Answer::Files(vec![files[0].clone(); usize::from(count)]);
            wrong.push(Some(all(max + 1)));
            wrong.extend((*min > 1).then(|| Some(all(min - 1))));
            let mut one = files.clone();
            one[0].bytes = max_bytes + 1;
            wrong.push(Some(Answer::Files(one)));
            let mut one = files.clone();
            one[0].mime = "application/pdf".to_owned();
            wrong.push(Some(Answer::Files(one)));
            for frame in frame.iter() {
                let long = frame.stretch.is_some() || frame.max_side < u32::MAX;
                let sides = [(frame.min_side > 1).then_some(1), long.then_some(70_000)];
                for side in sides.into_iter().flatten() {
                    let mut one = files.clone();
                    one[0].width = Some(side);
                    wrong.push(Some(Answer::Files(one)));
                }
            }
            if let Some(range) = duration_ms {
                for duration in [range.start().checked_sub(1), range.end().checked_add(1)] {
                    let mut one = files.clone();
                    one[0].duration_ms = duration;
                    wrong.extend(duration.is_some().then_some(Some(Answer::Files(one))));
                }
            }
        }
        (FieldKind::Items { max, .. }, Answer::Items(items)) => {
            let entries = vec![items[0].clone(); usize::from(*max) + 1];
            wrong.push(Some(Answer::Items(entries)));
            let mut one = items.clone();
            one[0].clear();
            wrong.push(Some(Answer::Items(one)));
        }
        (FieldKind::Values { max, .. }, Answer::Values(values)) => {
            let many = vec![values[0].clone(); usize::from(*max) + 1];
            wrong.push(Some(Answer::Values(many)));
        }
        _ => {}
    }
    if field.required && field.default.is_none() {
        wrong.push(None);
    }
    wrong
}

/// The first full input in which the field stands, or the least one.
fn right(model: &Model, field: &Field) -> Option<Answers> {
    let mut inputs = sample::full(model);
    inputs.push(sample::minimal(model));
    inputs.into_iter().find(|input| {
        model.is_shown(field, input)
            && model.with_defaults(input).contains_key(&field.name)
            && model.check(input).is_ok()
    })
}

#[test]
fn every_rule_of_every_model_broken_once_is_refused_in_both_languages() {
    let desk = desk();
    let mut tried = 0;
    for model in desk.catalog.models().iter().filter(|model| model.is_on_sale()) {
        for field in model.fields.iter().filter(|field| field.asked != catalog::Asked::Never) {
            let Some(input) = right(model, field) else { continue };
            let Some(answer) = model.with_defaults(&input).get(&field.name).cloned() else {
                continue;
            };
            for wrong in broken(field, &answer) {
                let mut input = input.clone();
                match wrong.clone() {
                    Some(wrong) => drop(input.insert(field.name.clone(), wrong)),
                    None => drop(input.remove(&field.name)),
                }
                let place = format!("{} {}: {wrong:?}", model.id, field.name);
                let Err(faults) = model.check(&input) else { panic!("{place} is taken") };
                for (name, fault) in &faults {
                    for language in Language::ALL {
                        let said = word::fault(&Pen::new(&desk, language), model, name, fault);
                        assert!(
                            said.chars().count() > 10 && !said.contains('{'),
                            "{place}: {said}"
                        );
                    }
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}
