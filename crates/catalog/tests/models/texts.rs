//! What people read.

use std::collections::HashSet;

use catalog::{
    Answer, Asked, EarlierId, Field, FieldKind, ID_MAX_BYTES, Localized, Model, Sale, Why,
};

use crate::builtin;

/// Latin words that Russian texts may hold: versions, file types, sizes.
const LATIN: &[&str] = &["PNG", "JPG", "WebP", "MP4", "MOV", "V6", "V5", "MIDI"];

/// A text with its place for the message of a failed test, and the most characters it may have.
fn all_texts() -> Vec<(String, Localized, usize)> {
    let mut texts = Vec::new();
    for model in builtin().models().iter().filter(|model| model.is_on_sale()) {
        let mut put = |place: &str, text: &Localized, max: usize| {
            texts.push((format!("{} {place}", model.id), text.clone(), max));
        };
        put("does", &model.does, 80);
        put("for_whom", &model.for_whom, 100);
        put("example", &model.example, 200);
        if let Some(action) = &model.action {
            put("action", action, 24);
        }
        for field in model.fields.iter().filter(|field| is_asked(field)) {
            put(&field.name, &field.label, 24);
            put(&field.name, &field.hint, 250);
            if let FieldKind::Choice { options, .. } = &field.kind {
                // Names, keys and ratios are their own labels.
                let worded = options.iter().filter(|option| option.label.ru != option.value);
                worded.for_each(|option| put(&option.value, &option.label, 24));
            }
        }
    }
    texts
}

fn is_asked(field: &Field) -> bool {
    matches!(field.asked, Asked::First | Asked::Option)
}

/// A model that comes without texts waits for them; none of the built-in ones does.
#[test]
fn every_model_on_sale_has_texts_in_both_languages() {
    let catalog = builtin();
    let waiting = catalog
        .models()
        .iter()
        .filter(|model| matches!(model.sale(), Sale::NotSold { why: Why::NoTexts, .. }));
    let mut left = 0;
    for model in waiting {
        println!("{} | {} | {}", model.family, model.id, model.missing_texts().join(", "));
        left += 1;
    }
    assert_eq!(left, 0, "models wait for texts");
}

#[test]
fn whatever_goes_on_from_a_result_has_a_word_for_its_button() {
    let catalog = builtin();
    let sold = |id: &String| catalog.model(id).is_some_and(Model::is_on_sale);
    for model in catalog.models().iter().filter(|model| model.is_on_sale()) {
        let goes_on = model.fields.iter().filter_map(|field| field.from.as_ref()).any(|from| {
            let id = &from.id;
            matches!(
                id,
                EarlierId::Task | EarlierId::Audio | EarlierId::Likeness(_) | EarlierId::Words
            ) && from.models.iter().any(sold)
        });
        assert_eq!(model.action.is_some(), goes_on, "{}", model.id);
    }
}

fn cyrillic(letter: char) -> bool {
    ('а'..='я').contains(&letter) || ('А'..='Я').contains(&letter) || "ёЁ".contains(letter)
}

#[test]
fn every_text_is_there_in_both_languages_and_short() {
    for (place, text, max) in all_texts() {
        for one in [&text.ru, &text.en] {
            assert!(!one.trim().is_empty() && one.trim() == one, "{place}: {one:?}");
            assert!(one.chars().count() <= max, "{place}: {one:?}");
            assert!(!one.contains(['<', '>', '&', '\n']), "{place}: {one:?}");
        }
    }
}

#[test]
fn russian_texts_hold_no_latin_words() {
    for (place, text, _) in all_texts() {
        let words = text.ru.split(|letter: char| !letter.is_alphanumeric());
        let latin = words.filter(|word| word.contains(|letter: char| letter.is_ascii_alphabetic()));
        for word in latin {
            let number = word.starts_with(|letter: char| letter.is_ascii_digit());
            assert!(number || LATIN.contains(&word), "{place}: {word} in {}", text.ru);
        }
        assert!(!text.en.contains(cyrillic), "{place}: {}", text.en);
    }
}

#[test]
fn names_are_the_same_in_both_languages() {
    for model in builtin().models() {
        assert_eq!(model.name.ru, model.name.en);
        assert!(model.name.ru.chars().count() <= 48, "{}", model.id);
    }
}

#[test]
fn buttons_can_carry_every_id() {
    let catalog = builtin();
    let mut seen = HashSet::new();
    for model in catalog.models() {
        assert!(model.id.is_ascii() && model.id.len() <= ID_MAX_BYTES && seen.insert(&model.id));
        assert_eq!(catalog.model(&model.id).map(|found| &found.id), Some(&model.id));
    }
    assert!(catalog.model("no-such-model").is_none());
}

#[test]
fn every_default_is_a_valid_answer_and_every_label_tells_its_option_apart() {
    for model in builtin().models() {
        for field in &model.fields {
            if let Some(default) = &field.default {
                // A list that is said to be empty is no answer.
                let nothing = *default == Answer::Items(Vec::new());
                assert!(nothing || model.check_field(field, default).is_ok(), "{}", field.name);
            }
            let FieldKind::Choice { options, .. } = &field.kind else { continue };
            let labels: HashSet<_> = options.iter().map(|option| &option.label.ru).collect();
            assert_eq!(labels.len(), options.len(), "{} {}", model.id, field.name);
        }
    }
}

#[test]
fn a_long_list_starts_with_its_default() {
    let catalog = builtin();
    let voice = catalog.model("elevenlabs/text-to-speech-turbo-2-5").unwrap().field("voice");
    let voice = voice.unwrap();
    let FieldKind::Choice { options, .. } = &voice.kind else { panic!("{voice:?}") };
    assert_eq!(options.len(), 67);
    assert_eq!(voice.default, Some(catalog::Answer::Choice(options[0].value.clone())));
    assert_eq!(
        (options[66].label.ru.as_str(), options[66].label.en.as_str()),
        ("Голос 67", "Voice 67")
    );
}
