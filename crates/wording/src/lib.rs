//! The words for people and for operators: Fluent files in a folder `texts/` of the crate that
//! says them, one folder for each language.
//!
//! Every message is named by a key (see [`keys!`]), so that a missing one does not compile or is
//! found by [`flaws`]. What is put into a message is escaped for HTML, unless it goes onto a
//! button.

mod flaws;

use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;

use catalog::Language;
use fluent_templates::StaticLoader;
use fluent_templates::fluent_bundle::FluentValue;
use money::Rub;
use unic_langid::{LanguageIdentifier, langid};

pub use flaws::flaws;

static RU: LanguageIdentifier = langid!("ru");
static EN: LanguageIdentifier = langid!("en");

/// The messages of a crate, named by an enum that [`keys!`] makes.
pub trait Message: Copy + 'static {
    /// All messages.
    const ALL: &'static [Self];

    /// The message's name in the text files.
    fn name(self) -> &'static str;

    /// The text files.
    fn loader() -> &'static StaticLoader;
}

/// Names every message once: an unknown one does not compile, and the list is complete.
/// First the static of the text files, as `fluent_templates::static_loader!` makes it.
#[macro_export]
macro_rules! keys {
    ($loader:path; $($key:ident = $name:literal),+ $(,)?) => {
        /// A message of the text files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Key { $($key),+ }

        impl $crate::Message for Key {
            const ALL: &'static [Self] = &[$(Self::$key),+];

            fn name(self) -> &'static str {
                match self { $(Self::$key => $name),+ }
            }

            fn loader() -> &'static fluent_templates::StaticLoader {
                &$loader
            }
        }
    };
}

/// Something that is put into a message.
#[derive(Clone, Debug)]
pub enum Arg {
    /// Plain text, whoever wrote it.
    Text(String),
    /// A number, which also decides the plural form.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Rub> for Arg {
    fn from(amount: Rub) -> Self {
        Self::Text(amount.to_string())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The messages of one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts<K> {
    language: Language,
    keys: PhantomData<K>,
}

impl<K: Message> Texts<K> {
    /// The messages of that language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, keys: PhantomData }
    }

    /// The language.
    #[must_use]
    pub fn language(self) -> Language {
        self.language
    }

    /// A message as HTML.
    #[must_use]
    pub fn say(self, key: K, args: &[(&'static str, Arg)]) -> String {
        self.lookup(key, args, true)
    }

    /// A message as plain text, for buttons and the like.
    #[must_use]
    pub fn plain(self, key: K, args: &[(&'static str, Arg)]) -> String {
        self.lookup(key, args, false)
    }

    fn lookup(self, key: K, args: &[(&'static str, Arg)], html: bool) -> String {
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
        let found =
            K::loader().lookup_single_language(identifier(self.language), key.name(), Some(&args));
        found.unwrap_or_else(|error| {
            tracing::error!(key = key.name(), %error, "a text is missing");
            key.name().to_owned()
        })
    }
}

fn identifier(language: Language) -> &'static LanguageIdentifier {
    match language {
        Language::Ru => &RU,
        Language::En => &EN,
    }
}
