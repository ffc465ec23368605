use serde::{Deserialize, Serialize};

/// A language that the program speaks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// Both languages, Russian first.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The language for a person whose application says `code` (an IETF tag such as `ru-RU`).
    ///
    /// People of languages whose speakers commonly read Russian get Russian, all others English.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let primary = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match primary.as_str() {
            "ru" | "uk" | "be" | "kk" | "ky" | "uz" | "tg" | "tk" | "hy" | "az" | "tt" | "ba"
            | "cv" | "ce" | "os" | "ab" => Self::Ru,
            _ => Self::En,
        }
    }

    /// The two-letter code, `ru` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
}

/// One text in both languages; never empty in a loaded catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Localized {
    /// The text in `language`.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}
