//! Finding models by words, in both languages at once.

use std::cmp::Reverse;

use catalog::{Category, Language, Model};

use crate::desk::Desk;
use crate::input::Entry;
use crate::texts::Texts;

/// The longest words that are looked at, and how many of them.
const WORDS_MAX: usize = 8;

/// Words of at least so many letters are also found in another grammatical form.
const STEM_FROM: usize = 5;

/// How much a word counts where it is found.
const IN_NAME: u32 = 12;
const IN_ID: u32 = 8;
const IN_SHELF: u32 = 6;
const IN_DOES: u32 = 5;
const IN_FOR_WHOM: u32 = 3;
const IN_EXAMPLE: u32 = 1;

/// The models on sale that fit the words, the best first. All words count, and one is enough.
pub(crate) fn find(desk: &Desk, query: &str) -> Vec<String> {
    let words = words(query);
    let mut found: Vec<(u32, money::Rub, &Model)> = desk
        .catalog
        .models()
        .iter()
        .filter(|model| desk.on_sale(&model.id).is_some())
        .filter_map(|model| {
            let score = score(model, &words);
            let price = model.from_credits().and_then(|credits| desk.price(model, credits));
            (score > 0).then(|| (score, price.unwrap_or_default(), model))
        })
        .collect();
    found.sort_by_key(|(score, price, model)| (Reverse(*score), *price, model.id.as_str()));
    found.into_iter().map(|(_, _, model)| model.id.clone()).collect()
}

fn words(text: &str) -> Vec<String> {
    folded(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .map(str::to_owned)
        .collect()
}

/// Small letters, and one letter for the two that people write for each other.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('\u{451}', "\u{435}")
}

fn score(model: &Model, words: &[String]) -> u32 {
    let places = places(model);
    let each = words.iter().map(|word| {
        let found = places.iter().filter(|(_, text)| has(text, word)).map(|(worth, _)| *worth);
        found.max().unwrap_or(0)
    });
    let scores: Vec<u32> = each.collect();
    let all = scores.iter().all(|score| *score > 0);
    // What fits all the words stands before what fits some of them better.
    scores.iter().sum::<u32>() + if all && !scores.is_empty() { 100 } else { 0 }
}

fn places(model: &Model) -> Vec<(u32, String)> {
    let mut places = vec![(IN_ID, folded(&model.id)), (IN_NAME, folded(&model.family))];
    for language in Language::ALL {
        places.push((IN_NAME, folded(model.name.get(language))));
        let texts =
            [(IN_DOES, &model.does), (IN_FOR_WHOM, &model.for_whom), (IN_EXAMPLE, &model.example)];
        for (worth, text) in texts {
            places.push((worth, folded(text.get(language))));
        }
        places.push((IN_SHELF, shelf(model.category, language)));
    }
    places
}

fn shelf(category: Category, language: Language) -> String {
    folded(&Texts::new(language).plain(Entry::Category(category).key(), &[]))
}

/// Whether a word of the text begins like this one, or like it without its ending.
fn has(text: &str, word: &str) -> bool {
    let stem = stem(word);
    text.split(|letter: char| !letter.is_alphanumeric()).any(|one| one.starts_with(stem))
}

fn stem(word: &str) -> &str {
    let letters = word.chars().count();
    if letters < STEM_FROM {
        return word;
    }
    let kept = letters - if letters > STEM_FROM { 2 } else { 1 };
    word.char_indices().nth(kept).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::desk;

    fn first(query: &str) -> String {
        find(&desk(), query).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn a_name_is_found_in_any_case_and_by_its_beginning() {
        assert!(first("nano banana").starts_with("google/nano-banana"), "{}", first("nano banana"));
        assert!(first("NANO").contains("nano-banana"));
        assert!(first("Seedrea").contains("seedream"));
    }

    #[test]
    fn words_of_both_languages_lead_to_the_same_kind_of_work() {
        for query in ["музыка", "песню", "music", "song"] {
            let desk = desk();
            let found = find(&desk, query);
            let shown = found.iter().take(4).filter_map(|id| desk.catalog.model(id));
            let audio = shown.filter(|model| model.category == Category::Audio).count();
            assert!(audio >= 2, "{query}: {found:?}");
        }
    }

    #[test]
    fn what_fits_all_words_stands_first() {
        let desk = desk();
        let found = find(&desk, "убрать фон");
        let model = desk.catalog.model(&found[0]).unwrap();
        assert!(model.id.contains("background"), "{}", model.id);
    }

    #[test]
    fn nonsense_finds_nothing() {
        for query in ["", "   ", "ъъъъъ", "!!!", "\u{0}"] {
            assert_eq!(find(&desk(), query), [] as [String; 0], "{query}");
        }
    }
}
