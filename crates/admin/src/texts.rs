//! The words for operators: Fluent files in `texts/`, one folder for each language.
//!
//! Every message is named by a [`Key`], so that a missing one does not compile or fails a test.
//! What is put into a message is escaped for HTML, unless it goes onto a button.

mod key;

use std::borrow::Cow;
use std::collections::HashMap;

use catalog::Language;
use chat::Arg;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::{LanguageIdentifier, langid};

pub(crate) use key::Key;

mod loaded {
    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./texts",
            fallback_language: "ru",
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

const RU: LanguageIdentifier = langid!("ru");
const EN: LanguageIdentifier = langid!("en");

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts(Language);

impl Texts {
    pub(crate) fn new(language: Language) -> Self {
        Self(language)
    }

    pub(crate) fn language(self) -> Language {
        self.0
    }

    /// A message as HTML.
    pub(crate) fn say(self, key: Key, args: &[(&'static str, Arg)]) -> String {
        self.lookup(key, args, true)
    }

    /// A message as plain text, for buttons and the like.
    pub(crate) fn plain(self, key: Key, args: &[(&'static str, Arg)]) -> String {
        self.lookup(key, args, false)
    }

    fn lookup(self, key: Key, args: &[(&'static str, Arg)], html: bool) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
            .iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Text(text) if html => telegram::escape_html(text).into(),
                    Arg::Text(text) => text.clone().into(),
                    Arg::Number(number) => (*number).into(),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        let language = match self.0 {
            Language::Ru => &RU,
            Language::En => &EN,
        };
        loaded::TEXTS.lookup_single_language(language, key.name(), Some(&args)).unwrap_or_else(
            |error| {
                tracing::error!(key = key.name(), %error, "a text is missing");
                key.name().to_owned()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The messages of a language with the variables of each.
    fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(language);
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let mut current = String::new();
            for line in text.lines() {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    current = line.split_once(" =").unwrap().0.to_owned();
                    let twice = found.insert(current.clone(), BTreeSet::new());
                    assert!(twice.is_none(), "{language}: {current} stands twice");
                }
                for part in line.split('$').skip(1) {
                    let name = part.split(|c: char| !c.is_ascii_lowercase() && c != '_');
                    let name = name.take(1).collect::<String>();
                    found.get_mut(&current).unwrap().insert(name);
                }
            }
        }
        found
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_variables() {
        assert_eq!(messages("ru"), messages("en"));
    }

    #[test]
    fn every_key_is_a_message_and_every_message_has_a_key() {
        let keys: BTreeSet<_> = Key::ALL.iter().map(|key| key.name().to_owned()).collect();
        let messages: BTreeSet<_> = messages("ru").into_keys().collect();
        assert_eq!(keys, messages);
        let prefixes = ["screen-", "button-", "notice-", "refusal-", "field-"];
        for key in keys {
            assert!(prefixes.iter().any(|prefix| key.starts_with(prefix)), "{key}");
        }
    }

    #[test]
    fn every_message_can_be_said_with_its_variables() {
        for language in Language::ALL {
            let variables = messages(language.code());
            for key in Key::ALL {
                let args: HashMap<Cow<'static, str>, FluentValue<'_>> = variables[key.name()]
                    .iter()
                    .map(|name| (Cow::Owned(name.clone()), FluentValue::from("1")))
                    .collect();
                let language = if language == Language::Ru { &RU } else { &EN };
                let said = loaded::TEXTS.lookup_single_language(language, key.name(), Some(&args));
                let said = said.unwrap_or_else(|error| panic!("{}: {error}", key.name()));
                assert!(!said.contains('{') && !said.trim().is_empty(), "{}: {said}", key.name());
            }
        }
    }

    #[test]
    fn russian_texts_have_no_english_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts/ru");
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines() {
                let words = line
                    .strip_prefix("    ")
                    .unwrap_or_else(|| line.split_once(" =").map_or("", |(_name, words)| words));
                let plain = words.replace("<b>", "").replace("</b>", "");
                let plain = plain.replace("<i>", "").replace("</i>", "");
                let plain = plain.replace("<code>", "").replace("</code>", "");
                // Variables, plural forms and commands are no words.
                let outside: String = plain.split(['{', '}']).step_by(2).collect();
                let outside =
                    outside.replace("[one]", "").replace("[few]", "").replace("*[many]", "");
                let english = outside.split_whitespace().find(|word| {
                    !word.starts_with('/') && word.contains(|c: char| c.is_ascii_alphabetic())
                });
                assert_eq!(english, None, "{line}");
            }
        }
    }
}
