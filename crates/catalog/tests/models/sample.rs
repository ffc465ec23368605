//! Valid inputs made from the schema of a model.

use std::collections::BTreeMap;

use catalog::{Answer, Answers, Asked, Field, FieldKind, FileInput, Model};
use media::MediaKind;

#[derive(Clone, Copy)]
pub(crate) enum Extent {
    Smallest,
    Largest,
}

/// The least input: what is asked first, as small as it may be.
pub(crate) fn minimal(model: &Model) -> Answers {
    let mut answers = Answers::new();
    while let Some(field) = model.next_field(&answers) {
        answers.insert(field.name.clone(), answer(field, Extent::Smallest));
    }
    answers
}

/// Everything that can be answered, as large as it may be: with all switches off, with all on, and
/// with each one on alone.
pub(crate) fn full(model: &Model) -> Vec<Answers> {
    let switches: Vec<&str> = model
        .fields
        .iter()
        .filter(|field| field.asked != Asked::Never && field.kind == FieldKind::Switch)
        .map(|field| field.name.as_str())
        .collect();
    let mut settings = vec![vec![false; switches.len()], vec![true; switches.len()]];
    settings.extend((0..switches.len()).map(|on| (0..switches.len()).map(|at| at == on).collect()));
    let fill = |setting: Vec<bool>| {
        let mut answers = Answers::new();
        for (name, on) in switches.iter().zip(setting) {
            answers.insert((*name).to_owned(), Answer::Switch(on));
        }
        for field in model.fields.iter().filter(|field| field.asked != Asked::Never) {
            if field.kind != FieldKind::Switch && model.is_shown(field, &answers) {
                let mut value = answer(field, Extent::Largest);
                if let Some(max) = model.text_max(field, &answers) {
                    value = Answer::Text("я".repeat(usize::try_from(max).unwrap()));
                }
                answers.insert(field.name.clone(), value);
            }
        }
        answers
    };
    settings.into_iter().map(fill).collect()
}

pub(crate) fn answer(field: &Field, extent: Extent) -> Answer {
    let large = matches!(extent, Extent::Largest);
    match &field.kind {
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
            let one = |place| file(&format!("file-{place}"), *media, mime.unwrap(), bytes);
            Answer::Files((0..count).map(one).collect())
        }
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
    let files = answers.values().filter_map(|answer| match answer {
        Answer::Files(files) => Some(files),
        _ => None,
    });
    let link = |file: &FileInput| {
        (file.source.clone(), format!("https://files.example/{}.png", file.source))
    };
    files.flatten().map(link).collect()
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
