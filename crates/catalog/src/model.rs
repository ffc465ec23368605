use media::MediaKind;
use serde::{Deserialize, Serialize};

use crate::condition::is_given;
use crate::price::Price;
use crate::{Answers, Asked, Field, FieldKind, Localized};

/// A shelf of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Makes videos.
    Video,
    /// Makes or edits pictures.
    Image,
    /// Improves a file that exists: background, size, sharpness.
    Enhance,
    /// Speech, music, sounds.
    Audio,
}

impl Category {
    /// All shelves in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Video, Self::Image, Self::Enhance, Self::Audio];
}

/// Whether a model can be ordered now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sale {
    /// It can.
    OnSale,
    /// It is known, so that old history and links work, but cannot be ordered.
    NotSold {
        /// Why, for the person.
        reason: Localized,
        /// The id of a model to offer instead; always one of the catalogue.
        sibling: Option<String>,
    },
}

/// One model: what it does, what it asks for, what it costs.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name that KIE's `createTask` takes; ASCII, at most [`crate::ID_MAX_BYTES`].
    pub id: String,
    /// The maker and line, such as `Google / Nano Banana`; the same in every language.
    pub family: String,
    /// The name that people know.
    pub name: Localized,
    /// One line: what it does.
    pub does: Localized,
    /// One line: for whom and when.
    pub for_whom: Localized,
    /// An example prompt.
    pub example: Localized,
    /// How long a task usually takes, in seconds.
    pub usual_seconds: u32,
    /// The shelf of the menu.
    pub category: Category,
    /// What the result is.
    pub output: MediaKind,
    /// The most results of one task.
    pub outputs_max: u8,
    /// The inputs, in the order in which they are asked and shown.
    pub fields: Vec<Field>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) price: Price,
    pub(crate) sale: Sale,
}

/// A rule over several fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// At least one of these sets of fields is fully answered.
    NeedsOneOf(Vec<Vec<String>>),
    /// At most one of these fields is answered.
    NotTogether(Vec<String>),
}

impl Model {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The next thing to ask before the summary: the first [`Asked::First`] field that these
    /// answers need and do not have.
    #[must_use]
    pub fn next_field(&self, answers: &Answers) -> Option<&Field> {
        let known = self.with_defaults(answers);
        self.fields.iter().find(|field| {
            field.asked == Asked::First
                && field.is_needed(&known)
                && !known.contains_key(&field.name)
        })
    }

    /// Every field that stands on the summary under some answers; see
    /// [`Model::shown_options`] for those that stand there now.
    pub fn options(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.asked == Asked::Option)
    }

    /// The fields of the summary that make sense with these answers.
    #[must_use]
    pub fn shown_options(&self, answers: &Answers) -> Vec<&Field> {
        let known = self.with_defaults(answers);
        self.options().filter(|field| field.shown_when.holds(&known)).collect()
    }

    /// Whether the field makes sense with these answers (the sung text of an instrumental piece
    /// does not). A field that does not is neither asked nor sent.
    #[must_use]
    pub fn is_shown(&self, field: &Field, answers: &Answers) -> bool {
        field.shown_when.holds(&self.with_defaults(answers))
    }

    /// Whether an input with these answers is refused when it lacks the field.
    #[must_use]
    pub fn is_required(&self, field: &Field, answers: &Answers) -> bool {
        field.is_needed(&self.with_defaults(answers))
    }

    /// The answers that count, with the defaults of the rest: exactly what is priced and sent.
    ///
    /// Left out are unknown names, empty answers, answers to fields that do not make sense beside
    /// the others, and answers to technical fields (their defaults stay).
    #[must_use]
    pub fn with_defaults(&self, answers: &Answers) -> Answers {
        let mut known = Answers::new();
        for field in &self.fields {
            // A condition names only fields that stand above: the loader makes sure.
            if !field.shown_when.holds(&known) {
                continue;
            }
            let given = match field.asked {
                Asked::Never => None,
                Asked::First | Asked::Option => {
                    answers.get(&field.name).filter(|answer| is_given(answer))
                }
            };
            if let Some(answer) = given.or(field.default.as_ref()) {
                known.insert(field.name.clone(), answer.clone());
            }
        }
        known
    }

    /// The most characters of a text field beside these answers; `None` for other kinds.
    #[must_use]
    pub fn text_max(&self, field: &Field, answers: &Answers) -> Option<u32> {
        let FieldKind::Text { max, .. } = &field.kind else { return None };
        let known = self.with_defaults(answers);
        let tighter = field.max_when.iter().filter(|limit| limit.when.holds(&known));
        Some(tighter.map(|limit| limit.max).fold(*max, u32::min))
    }

    /// Whether the model can be ordered now.
    #[must_use]
    pub fn sale(&self) -> &Sale {
        &self.sale
    }

    /// Whether the model can be ordered now, as a plain yes or no.
    #[must_use]
    pub fn is_on_sale(&self) -> bool {
        matches!(self.sale, Sale::OnSale)
    }
}

impl Field {
    /// Whether the field is shown and required beside `known` answers (defaults included).
    pub(crate) fn is_needed(&self, known: &Answers) -> bool {
        let required =
            self.required || self.required_when.as_ref().is_some_and(|when| when.holds(known));
        required && self.shown_when.holds(known)
    }
}
