use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::{fs, io};

use catalog::Language;
use fluent_templates::fluent_bundle::FluentValue;

use crate::{Message, identifier};

/// What the name of a message begins with, which tells where it is shown.
const PREFIXES: [&str; 5] = ["screen-", "button-", "notice-", "refusal-", "field-"];

/// What is wrong with the text files of a crate, a sentence each: the languages differ in
/// messages or in their variables, a message without a key or a key without a message, a name
/// without one of the known beginnings, a message that cannot be said, an English word in a
/// Russian text. `folder` is the one above the languages.
///
/// # Errors
/// A file that cannot be read.
pub fn flaws<K: Message>(folder: &Path) -> io::Result<Vec<String>> {
    let mut flaws = Vec::new();
    let russian = messages(&folder.join("ru"))?;
    let other = messages(&folder.join("en"))?;
    let names: BTreeSet<&String> = russian.keys().chain(other.keys()).collect();
    for name in names {
        if russian.get(name) != other.get(name) {
            flaws.push(format!("{name}: the languages differ in it"));
        }
        if !K::ALL.iter().any(|key| key.name() == name) {
            flaws.push(format!("{name}: there is no key"));
        }
    }
    for key in K::ALL {
        flaws.extend(unsaid(*key, russian.get(key.name())));
    }
    for text in texts(&folder.join("ru"))? {
        flaws.extend(text.lines().filter_map(english));
    }
    Ok(flaws)
}

fn texts(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|file| fs::read_to_string(file?.path())).collect()
}

/// The messages of a language with the variables of each. One that stands twice is refused when
/// the files are loaded.
fn messages(folder: &Path) -> io::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in texts(folder)? {
        let mut current = String::new();
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                current = line.split_once(" =").map_or(line, |(name, _words)| name).to_owned();
                found.entry(current.clone()).or_default();
            }
            for part in line.split('$').skip(1) {
                let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '_');
                let name = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
                found.entry(current.clone()).or_default().insert(name.to_owned());
            }
        }
    }
    Ok(found)
}

/// Why a message cannot be said with its variables.
fn unsaid<K: Message>(key: K, variables: Option<&BTreeSet<String>>) -> Vec<String> {
    let name = key.name();
    let mut flaws = Vec::new();
    if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        flaws.push(format!("{name}: begins with none of {PREFIXES:?}"));
    }
    let Some(variables) = variables else {
        flaws.push(format!("{name}: there is no message"));
        return flaws;
    };
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        variables.iter().map(|name| (Cow::Owned(name.clone()), FluentValue::from("1"))).collect();
    for language in Language::ALL {
        match K::loader().lookup_single_language(identifier(language), name, Some(&args)) {
            Ok(said) if said.contains('{') || said.trim().is_empty() => {
                flaws.push(format!("{name}: reads «{said}»"));
            }
            Ok(_said) => {}
            Err(error) => flaws.push(format!("{name}: {error}")),
        }
    }
    flaws
}

/// A line of a Russian text with an English word; variables, plural forms, markup and commands
/// are no words.
fn english(line: &str) -> Option<String> {
    let words = line
        .strip_prefix("    ")
        .unwrap_or_else(|| line.split_once(" =").map_or("", |(_name, words)| words));
    let mut outside: String = words.split(['{', '}']).step_by(2).collect();
    let marks = ["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "[one]", "[few]", "*[many]"];
    for mark in marks {
        outside = outside.replace(mark, "");
    }
    let word = outside
        .split_whitespace()
        .find(|word| !word.starts_with('/') && word.contains(|c: char| c.is_ascii_alphabetic()))?;
    Some(format!("«{word}» is no Russian word: {line}"))
}

#[cfg(test)]
mod tests {
    use fluent_templates::StaticLoader;

    use super::*;

    mod loaded {
        fluent_templates::static_loader! {
            pub(super) static TEXTS = {
                locales: "./tests/texts",
                fallback_language: "ru",
                customise: |bundle| bundle.set_use_isolating(false),
            };
        }
    }

    #[derive(Clone, Copy)]
    enum Said {
        Menu,
        Missing,
        Odd,
    }

    impl Message for Said {
        const ALL: &'static [Self] = &[Self::Menu, Self::Missing, Self::Odd];

        fn name(self) -> &'static str {
            match self {
                Self::Menu => "screen-menu",
                Self::Missing => "screen-missing",
                Self::Odd => "odd",
            }
        }

        fn loader() -> &'static StaticLoader {
            &loaded::TEXTS
        }
    }

    #[test]
    fn every_kind_of_flaw_is_found() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts");
        let found = flaws::<Said>(&folder).unwrap();
        let expected = [
            "screen-count: the languages differ in it",
            "screen-count: there is no key",
            "screen-english: there is no key",
            "screen-missing: there is no message",
            "odd: begins with none of",
            "«now,» is no Russian word",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}, not {expected}");
        }
    }
}
