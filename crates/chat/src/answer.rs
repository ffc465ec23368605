//! Answers as people give and read them.

use catalog::{Answer, Answers, Asked, Fault, Field, FieldKind, Form, Language, Model};
use media::MediaKind;
use rust_decimal::Decimal;

use crate::screen::{one_line, shorten};
use crate::texts::{Arg, Key, Texts};

/// Whole numbers are offered as buttons when there are at most so many.
const NUMBERS_MAX: i64 = 12;

/// Whether a person can be asked for a field.
pub(crate) fn is_asked(field: &Field) -> bool {
    match field.asked {
        Asked::First | Asked::Option => true,
        Asked::Never | Asked::EarlierResult => false,
    }
}

/// Whether a field stands on the confirmation: an empty list that nothing wants does not.
pub(crate) fn stands_there(form: Form<'_>, field: &Field, answers: &Answers) -> bool {
    let wanted = match (&field.kind, field.asked) {
        (FieldKind::Items { .. }, Asked::First) => {
            answers.contains_key(&field.name) || form.is_required(field, answers)
        }
        _ => true,
    };
    wanted && is_asked(field) && form.is_shown(field, answers)
}

/// Whether an order with these answers lacks something that nobody can be asked for.
pub(crate) fn needs_more_than_asked(model: &Model, answers: &Answers) -> bool {
    let known = model.with_defaults(answers);
    model.fields.iter().any(|field| {
        !is_asked(field) && !known.contains_key(&field.name) && model.is_required(field, answers)
    })
}

/// The values of a field that stand on buttons.
#[derive(Clone, Debug)]
pub(crate) enum Offered<'m> {
    /// Those of its kind.
    Kind(&'m FieldKind),
    /// Names that were given elsewhere.
    Names(Vec<String>),
}

impl Offered<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Kind(kind) => choices(kind),
            Self::Names(names) => names.len(),
        }
    }

    /// The answer on the button of that index.
    pub(crate) fn get(&self, index: u16) -> Option<Answer> {
        match self {
            Self::Kind(kind) => choice(kind, index),
            Self::Names(names) => names.get(usize::from(index)).cloned().map(Answer::Text),
        }
    }
}

/// How many values of a field stand on buttons.
pub(crate) fn choices(kind: &FieldKind) -> usize {
    match kind {
        FieldKind::Choice { options, .. } => options.len(),
        FieldKind::Switch => 2,
        FieldKind::Integer { min, max, step } => {
            let count = (max.saturating_sub(*min) / (*step).max(1)).saturating_add(1);
            if (1..=NUMBERS_MAX).contains(&count) { usize::try_from(count).unwrap_or(0) } else { 0 }
        }
        FieldKind::Text { .. }
        | FieldKind::Number { .. }
        | FieldKind::Files { .. }
        | FieldKind::Items { .. }
        | FieldKind::Values { .. }
        | FieldKind::Opaque => 0,
    }
}

/// The answer that stands on the button of that index.
pub(crate) fn choice(kind: &FieldKind, index: u16) -> Option<Answer> {
    let index = usize::from(index);
    if index >= choices(kind) {
        return None;
    }
    match kind {
        FieldKind::Choice { options, .. } => {
            options.get(index).map(|option| Answer::Choice(option.value.clone()))
        }
        FieldKind::Switch => Some(Answer::Switch(index == 0)),
        FieldKind::Integer { min, step, .. } => {
            let steps = i64::try_from(index).ok()?;
            Some(Answer::Integer(min.checked_add(steps.checked_mul(*step)?)?))
        }
        FieldKind::Text { .. }
        | FieldKind::Number { .. }
        | FieldKind::Files { .. }
        | FieldKind::Items { .. }
        | FieldKind::Values { .. }
        | FieldKind::Opaque => None,
    }
}

/// The index of the button on which an answer stands.
pub(crate) fn place_of(kind: &FieldKind, answer: &Answer) -> Option<usize> {
    let count = u16::try_from(choices(kind)).unwrap_or(u16::MAX);
    (0..count).find(|index| choice(kind, *index).as_ref() == Some(answer)).map(usize::from)
}

/// The words that switch something on and off, in every language at once.
const YES: &str = include_str!("../texts/words/yes.txt");
const NO: &str = include_str!("../texts/words/no.txt");

fn among(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|one| one == word)
}

/// Reads what a person typed as an answer to a field.
pub(crate) fn typed(kind: &FieldKind, text: &str) -> Result<Answer, Fault> {
    let trimmed = text.trim();
    match kind {
        FieldKind::Text { .. } => Ok(Answer::Text(trimmed.to_owned())),
        FieldKind::Integer { .. } => {
            let digits: String = trimmed.chars().filter(|c| !c.is_whitespace()).collect();
            digits.parse().map(Answer::Integer).map_err(|_| Fault::WrongKind)
        }
        FieldKind::Number { .. } => {
            let number = trimmed.replace(',', ".");
            number.parse::<Decimal>().map(Answer::Number).map_err(|_| Fault::WrongKind)
        }
        FieldKind::Switch => {
            let word = trimmed.to_lowercase();
            if among(YES, &word) {
                Ok(Answer::Switch(true))
            } else if among(NO, &word) {
                Ok(Answer::Switch(false))
            } else {
                Err(Fault::NotAChoice)
            }
        }
        FieldKind::Choice { options, .. } => {
            let word = trimmed.to_lowercase();
            options
                .iter()
                .find(|option| {
                    [&option.value, &option.label.ru, &option.label.en]
                        .iter()
                        .any(|name| name.to_lowercase() == word)
                })
                .map(|option| Answer::Choice(option.value.clone()))
                .ok_or(Fault::NotAChoice)
        }
        // A text may hold any other sign.
        FieldKind::Values { of, .. } => trimmed
            .split(|c| c == '\n' || (c == ';' && !matches!(**of, FieldKind::Text { .. })))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(|value| typed(of, value))
            .collect::<Result<_, _>>()
            .map(Answer::Values),
        FieldKind::Files { .. } | FieldKind::Items { .. } | FieldKind::Opaque => {
            Err(Fault::WrongKind)
        }
    }
}

/// An answer in words: plain text, at most `max` characters.
pub(crate) fn words(field: &Field, answer: &Answer, texts: Texts, max: usize) -> String {
    match answer {
        Answer::Text(text) => one_line(text, max),
        Answer::Integer(value) => value.to_string(),
        Answer::Number(value) => number(*value, texts.language()),
        Answer::Switch(true) => texts.plain(Key::FieldYes, &[]),
        Answer::Switch(false) => texts.plain(Key::FieldNo, &[]),
        Answer::Choice(value) => {
            let label = match &field.kind {
                FieldKind::Choice { options, .. } => options
                    .iter()
                    .find(|option| option.value == *value)
                    .map(|option| option.label.get(texts.language())),
                _ => None,
            };
            shorten(label.unwrap_or(value), max)
        }
        Answer::Items(items) => {
            let form = Form::of_entry(field);
            let all: Vec<_> = items.iter().map(|item| entry(form, item, texts, max)).collect();
            shorten(&all.join("; "), max)
        }
        Answer::Values(values) => {
            let all: Vec<_> = values.iter().map(|value| words(field, value, texts, max)).collect();
            shorten(&all.join("; "), max)
        }
        Answer::Files(files) => {
            let kind = files.first().map_or(MediaKind::Image, |file| file.kind);
            let count = i64::try_from(files.len()).unwrap_or(i64::MAX);
            texts.plain(files_key(kind), &[("count", Arg::Number(count))])
        }
    }
}

/// An entry of a list in a few words: what was written in it, or whatever was answered.
pub(crate) fn entry(form: Option<Form<'_>>, entry: &Answers, texts: Texts, max: usize) -> String {
    let Some(form) = form else { return String::new() };
    let given =
        form.fields().iter().filter(|field| is_asked(field)).filter_map(|field| {
            entry.get(&field.name).map(|answer| words(field, answer, texts, max))
        });
    shorten(&given.collect::<Vec<_>>().join(" · "), max)
}

fn files_key(kind: MediaKind) -> Key {
    match kind {
        MediaKind::Image => Key::FieldImages,
        MediaKind::Video => Key::FieldVideos,
        MediaKind::Audio => Key::FieldAudios,
    }
}

/// A bound as it is written in that language: from five digits on in groups of three.
pub(crate) fn bound(value: Decimal, language: Language) -> String {
    let text = number(value, language);
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if digits < 5 {
        return text;
    }
    let gap = match language {
        Language::Ru => '\u{a0}',
        Language::En => ',',
    };
    let mut grouped = String::with_capacity(text.len() + digits / 3 * 2);
    for (at, letter) in text.chars().enumerate() {
        if (1..digits).contains(&at) && (digits - at).is_multiple_of(3) {
            grouped.push(gap);
        }
        grouped.push(letter);
    }
    grouped
}

/// A number as it is written in that language.
pub(crate) fn number(value: Decimal, language: Language) -> String {
    let text = value.normalize().to_string();
    match language {
        Language::Ru => text.replace('.', ","),
        Language::En => text,
    }
}

/// File types as people call them: «JPG, PNG».
pub(crate) fn types(accept: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    for mime in accept {
        let name = match mime.as_str() {
            "image/jpeg" | "image/jpg" => "JPG".to_owned(),
            "audio/mpeg" | "audio/mp3" => "MP3".to_owned(),
            "video/quicktime" => "MOV".to_owned(),
            "video/x-matroska" => "MKV".to_owned(),
            "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "M4A".to_owned(),
            other => {
                let kind = other.rsplit('/').next().unwrap_or(other);
                kind.trim_start_matches("x-").to_uppercase()
            }
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_answers_are_read_as_people_write_them() {
        let integer = FieldKind::Integer { min: 4, max: 12, step: 1 };
        let number = FieldKind::Number { min: Decimal::ZERO, max: Decimal::ONE, step: None };
        let cases = [
            (&integer, " 7 ", Ok(Answer::Integer(7))),
            (&integer, "семь", Err(Fault::WrongKind)),
            (&number, "0,5", Ok(Answer::Number(Decimal::new(5, 1)))),
            (&number, "0.5", Ok(Answer::Number(Decimal::new(5, 1)))),
            (&FieldKind::Switch, "Да", Ok(Answer::Switch(true))),
            (&FieldKind::Switch, "нет", Ok(Answer::Switch(false))),
            (&FieldKind::Switch, "наверное", Err(Fault::NotAChoice)),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(typed(kind, text), expected, "{text}");
        }
    }

    #[test]
    fn whole_numbers_stand_on_buttons_when_they_are_few() {
        let seconds = FieldKind::Integer { min: 4, max: 12, step: 2 };
        let all: Vec<_> = (0..6).map(|index| choice(&seconds, index)).collect();
        assert_eq!(choices(&seconds), 5);
        assert_eq!(all[0], Some(Answer::Integer(4)));
        assert_eq!(all[4], Some(Answer::Integer(12)));
        assert_eq!(all[5], None);
        assert_eq!(place_of(&seconds, &Answer::Integer(8)), Some(2));
        assert_eq!(choices(&FieldKind::Integer { min: 0, max: 1000, step: 1 }), 0);
        assert_eq!(choices(&FieldKind::Integer { min: i64::MIN, max: i64::MAX, step: 0 }), 0);
    }
}
