//! Valid inputs made from the schema of a model.

use std::collections::BTreeMap;

use catalog::{Answer, Answers, Asked, Fault, Field, FieldKind, FileInput, Model};
use media::MediaKind;

#[derive(Clone, Copy)]
pub(crate) enum Extent {
    Smallest,
    Largest,
}

/// The least input: what is asked first, as small as it may be.
pub(crate) fn minimal(model: &Model) -> Answers {
    let mut answers = Answers::new();
    let earlier = |field: &&Field| field.asked == Asked::EarlierResult && field.required;
    for field in model.fields.iter().filter(earlier) {
        answers.insert(field.name.clone(), answer(field, Extent::Smallest));
    }
    while let Some(field) = model.next_field(&answers) {
        answers.insert(field.name.clone(), answer(field, Extent::Smallest));
    }
    answers
}

/// Everything that can be answered, as large as it may be: with all switches off, with all on, and
/// with each one on alone; each with and without what only an earlier result can give.
pub(crate) fn full(model: &Model) -> Vec<Answers> {
    let switches: Vec<&str> = model
        .fields
        .iter()
        .filter(|field| field.asked != Asked::Never && field.kind == FieldKind::Switch)
        .map(|field| field.name.as_str())
        .collect();
    let mut settings = vec![vec![false; switches.len()], vec![true; switches.len()]];
    settings.extend((0..switches.len()).map(|on| (0..switches.len()).map(|at| at == on).collect()));
    let fill = |(setting, earlier): (Vec<bool>, bool)| {
        let mut answers = Answers::new();
        for (name, on) in switches.iter().zip(setting) {
            answers.insert((*name).to_owned(), Answer::Switch(on));
        }
        let given = |field: &&Field| match field.asked {
            Asked::Never => false,
            Asked::EarlierResult => earlier || field.required,
            Asked::First | Asked::Option => true,
        };
        for field in model.fields.iter().filter(given) {
            if field.kind != FieldKind::Switch && model.is_shown(field, &answers) {
                let mut value = answer(field, Extent::Largest);
                if let Some(max) = model.text_max(field, &answers) {
                    value = Answer::Text("я".repeat(usize::try_from(max).unwrap()));
                }
                answers.insert(field.name.clone(), value);
            }
        }
        lower(model, &mut answers);
        answers
    };
    let without = settings.iter().map(|setting| (setting.clone(), false));
    let with = settings.iter().map(|setting| (setting.clone(), true));
    with.chain(without).map(fill).collect()
}

/// Takes back what is too much beside the other answers.
fn lower(model: &Model, answers: &mut Answers) {
    let Err(faults) = model.check(answers) else { return };
    for (name, fault) in faults {
        match fault {
            Fault::Conflict { .. } => drop(answers.remove(&name)),
            Fault::TooLarge { max } => {
                answers.insert(name, Answer::Integer(max.try_into().unwrap()));
            }
            other => panic!("{} {name}: {other:?}", model.id),
        }
    }
}

pub(crate) fn answer(field: &Field, extent: Extent) -> Answer {
    answer_of(&field.kind, &field.name, extent)
}

fn answer_of(kind: &FieldKind, name: &str, extent: Extent) -> Answer {
    let large = matches!(extent, Extent::Largest);
    match kind {
        FieldKind::Text { min, max } => {
            let length = if large { *max } else { (*min).max(1) };
            Answer::Text("я".repeat(usize::try_from(length).unwrap()))
        }
        FieldKind::Integer { min, max, .. } => Answer::Integer(if large { *max } else { *min }),
        FieldKind::Number { min, max, .. } => Answer::Number(if large { *max } else { *min }),
        FieldKind::Switch => Answer::Switch(large),
        FieldKind::Choice { options, .. } => {
            let place = if large { options.len() - 1 } else { 0 };
            Answer::Choice(options[place].value.clone())
        }
        FieldKind::Files { media, min, max, max_bytes, accept, .. } => {
            let count = usize::from(if large { *max } else { *min });
            let bytes = if large { *max_bytes } else { 1 };
            let mime = if large { accept.last() } else { accept.first() };
            let one = |place| {
                let file = file(&format!("{name}-{place}"), *media, mime.unwrap(), bytes);
                let side = (*media != MediaKind::Audio).then_some(1000);
                let duration_ms = (*media != MediaKind::Image).then_some(5000);
                FileInput { width: side, height: side, duration_ms, ..file }
            };
            Answer::Files((0..count).map(one).collect())
        }
        // Two entries of the least length, so that a sum over them stays within any bound.
        FieldKind::Items { fields, min, max } => {
            let count = if large { (*max).min(2).max(*min) } else { *min };
            let asked = fields.iter().filter(|field| field.asked != Asked::Never);
            let asked = asked.filter(|field| large || field.required);
            let item: Answers =
                asked.map(|field| (field.name.clone(), answer(field, Extent::Smallest))).collect();
            Answer::Items(vec![item; usize::from(count)])
        }
        FieldKind::Values { of, min, max } => {
            let count = usize::from(if large { *max } else { *min });
            Answer::Values(vec![answer_of(of, name, extent); count])
        }
        FieldKind::Opaque => panic!("{name} cannot be answered"),
    }
}

pub(crate) fn file(source: &str, kind: MediaKind, mime: &str, bytes: u64) -> FileInput {
    FileInput {
        source: source.to_owned(),
        kind,
        mime: mime.to_owned(),
        bytes,
        width: None,
        height: None,
        duration_ms: None,
    }
}

pub(crate) fn image(source: &str) -> FileInput {
    file(source, MediaKind::Image, "image/png", 1000)
}

/// A link for each file of the answers.
pub(crate) fn uploads(answers: &Answers) -> BTreeMap<String, String> {
    let files = answers.values().flat_map(Answer::files);
    let link = |file: &FileInput| {
        (file.source.clone(), format!("https://files.example/{}.png", file.source))
    };
    files.map(link).collect()
}

pub(crate) fn answers<const N: usize>(given: [(&str, Answer); N]) -> Answers {
    given.into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect()
}

pub(crate) fn text(value: &str) -> Answer {
    Answer::Text(value.to_owned())
}

pub(crate) fn choice(value: &str) -> Answer {
    Answer::Choice(value.to_owned())
}
