use media::MediaKind;
use serde::{Deserialize, Serialize};

use crate::condition::When;
use crate::condition::is_given;
use crate::price::Price;
use crate::{Answer, Answers, Asked, Field, FieldKind, Likeness, Localized, Writes};

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

    /// The shelf as one letter, short enough for the data of a button.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Video => "v",
            Self::Image => "i",
            Self::Enhance => "e",
            Self::Audio => "a",
        }
    }

    /// The shelf behind a letter of [`Category::letter`].
    #[must_use]
    pub fn by_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.letter() == letter)
    }
}

/// Whether a model can be ordered now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sale {
    /// It can.
    OnSale,
    /// It is known, so that old history and links work, but cannot be ordered.
    NotSold {
        /// Why, for the program.
        why: Why,
        /// Why, for the person.
        reason: Localized,
        /// The id of a model to offer instead; always one of the catalogue.
        sibling: Option<String>,
    },
}

/// Why a model is not sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// KIE does not sell it any more.
    Delisted,
    /// An older way to order what another model of the catalogue does now.
    Superseded,
    /// KIE publishes no price.
    NoPrice,
    /// KIE's price depends on what nobody can know before the order.
    PriceUnclear,
    /// It is ordered through an endpoint that the program does not use.
    Endpoint,
    /// Its result is of a kind that the program cannot hand over.
    Result,
    /// Its texts are not written yet.
    NoTexts,
    /// For a reason of its own.
    Other,
}

/// What a model makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Pictures.
    Image,
    /// Videos.
    Video,
    /// Sounds.
    Audio,
    /// Words, numbers or ids, and no file.
    Text,
}

impl From<MediaKind> for Output {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Image => Self::Image,
            MediaKind::Video => Self::Video,
            MediaKind::Audio => Self::Audio,
        }
    }
}

impl Output {
    /// The kind of file, if the result is one.
    #[must_use]
    pub fn media(self) -> Option<MediaKind> {
        match self {
            Self::Image => Some(MediaKind::Image),
            Self::Video => Some(MediaKind::Video),
            Self::Audio => Some(MediaKind::Audio),
            Self::Text => None,
        }
    }
}

/// How KIE takes the order of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The path on KIE's API host.
    pub path: String,
    /// Where the parameters stand.
    pub body: Body,
}

/// Where the parameters of an order stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// In the `input` object beside `model`, as `createTask` takes them.
    Input,
    /// At the top level of the JSON body.
    Flat,
    /// In the query of a GET request.
    Query,
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
    /// What a button under an earlier result says, for a model that goes on from one.
    pub action: Option<Localized>,
    /// How long a task usually takes, in seconds.
    pub usual_seconds: u32,
    /// The shelf of the menu.
    pub category: Category,
    /// What the result is.
    pub output: Output,
    /// What the words of the result are, when they are the id of something for other models.
    pub makes: Option<Likeness>,
    /// What the words of the result are, when a person is handed them.
    pub writes: Option<Writes>,
    /// The most results of one task.
    pub outputs_max: u8,
    /// How KIE takes the order.
    pub endpoint: Endpoint,
    /// Whether KIE refuses the order without an address for its callback.
    pub needs_callback: bool,
    /// The inputs, in the order in which they are asked and shown.
    pub fields: Vec<Field>,
    /// Whether it makes sense by itself; helpers of other models do not.
    pub(crate) menu: bool,
    /// Whether it came from KIE's listing and nobody has written about it yet.
    pub(crate) new: bool,
    /// What is not written yet, each with its place; empty for a model that is ready.
    pub(crate) missing_texts: Vec<String>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) price: Price,
    pub(crate) sale: Sale,
}

/// A rule over several fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    /// At least one of these sets of fields is fully answered.
    NeedsOneOf(Vec<Vec<String>>),
    /// At most one of these fields is answered.
    NotTogether(Vec<String>),
    /// A combination of values that KIE does not take.
    Forbidden(When),
    /// The numbers `of` in all entries of `items` make together at most the number `max`.
    SumAtMost { items: String, of: String, max: String },
    /// Each text of `field` is one of the texts of `of`.
    NamedIn { field: EntryPath, of: EntryPath },
}

/// A text field inside the entries of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryPath {
    pub(crate) list: String,
    pub(crate) name: String,
}

impl EntryPath {
    pub(crate) fn is(&self, path: &str) -> bool {
        path.split_once('.') == Some((self.list.as_str(), self.name.as_str()))
    }

    /// What was answered to it in all entries, each once, in their order.
    pub(crate) fn texts(&self, answers: &Answers) -> Vec<String> {
        let Some(Answer::Items(entries)) = answers.get(&self.list) else { return Vec::new() };
        let mut texts: Vec<String> = Vec::new();
        for entry in entries {
            if let Some(Answer::Text(text)) = entry.get(&self.name)
                && !texts.contains(text)
            {
                texts.push(text.clone());
            }
        }
        texts
    }
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
        self.form().next_field(answers)
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
        let open = |field: &&Field| field.shown_when.holds(&known) && !field.is_fixed(&known);
        self.options().filter(open).collect()
    }

    /// Whether the field makes sense with these answers (the sung text of an instrumental piece
    /// does not) and is not settled by them. One that makes no sense is neither asked nor sent; one
    /// that is settled is not asked.
    #[must_use]
    pub fn is_shown(&self, field: &Field, answers: &Answers) -> bool {
        self.form().is_shown(field, answers)
    }

    /// Whether an input with these answers is refused when it lacks the field.
    #[must_use]
    pub fn is_required(&self, field: &Field, answers: &Answers) -> bool {
        self.form().is_required(field, answers)
    }

    /// The answers that count, with the defaults of the rest: exactly what is priced and sent.
    ///
    /// Left out are unknown names, empty answers, answers to fields that do not make sense beside
    /// the others, and answers to technical fields (their defaults stay).
    #[must_use]
    pub fn with_defaults(&self, answers: &Answers) -> Answers {
        known_of(&self.fields, answers)
    }

    /// Whether the model stands in the menu: it makes sense by itself and needs nothing of an
    /// earlier result.
    #[must_use]
    pub fn in_menu(&self) -> bool {
        self.menu
            && !self
                .fields
                .iter()
                .any(|field| field.asked == Asked::EarlierResult && field.required)
    }

    /// Whether the model came from KIE's listing, with KIE's own words: nobody of us has written
    /// about it yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.new
    }

    /// What the inputs look like, as a number that changes when they do; texts do not count.
    #[must_use]
    pub fn shape(&self) -> u64 {
        let mut shape = Shape::default();
        self.fields.iter().for_each(|field| shape.field(field));
        shape.0
    }

    /// Whether the model can go on from a result of the model of that id.
    #[must_use]
    pub fn continues(&self, id: &str) -> bool {
        let gives = |field: &Field| {
            field.from.as_ref().is_some_and(|from| {
                from.is_of_the_result() && from.models.iter().any(|one| one == id)
            })
        };
        self.fields.iter().any(gives)
    }

    /// What nobody has written yet, each with its place: `does`, or `prompt: hint`, or
    /// `mode: option fast`. A model that lacks something is not on sale.
    #[must_use]
    pub fn missing_texts(&self) -> &[String] {
        &self.missing_texts
    }

    /// The most characters of a text field beside these answers; `None` for other kinds.
    #[must_use]
    pub fn text_max(&self, field: &Field, answers: &Answers) -> Option<u32> {
        self.form().text_max(field, answers)
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

/// The answers that count among those to `fields`, with the defaults of the rest.
pub(crate) fn known_of(fields: &[Field], answers: &Answers) -> Answers {
    let mut known = Answers::new();
    for field in fields {
        // A condition names only fields that stand above: the loader makes sure.
        if !field.shown_when.holds(&known) {
            continue;
        }
        if let Some(fixed) = field.fixed.as_ref().filter(|fixed| fixed.when.holds(&known)) {
            known.insert(field.name.clone(), fixed.to.clone());
            continue;
        }
        let given = match field.asked {
            Asked::Never => None,
            Asked::First | Asked::Option | Asked::EarlierResult => {
                answers.get(&field.name).filter(|answer| is_given(answer))
            }
        };
        if let Some(answer) = given.or(field.default.as_ref()) {
            known.insert(field.name.clone(), answer.clone());
        }
    }
    known
}

impl Field {
    /// Whether `known` answers (defaults included) leave it one value.
    pub(crate) fn is_fixed(&self, known: &Answers) -> bool {
        self.fixed.as_ref().is_some_and(|fixed| fixed.when.holds(known))
    }

    /// Whether the field is shown and required beside `known` answers (defaults included).
    pub(crate) fn is_needed(&self, known: &Answers) -> bool {
        let required =
            self.required || self.required_when.as_ref().is_some_and(|when| when.holds(known));
        required && self.shown_when.holds(known)
    }
}

/// FNV-1a: the number is kept in sessions, so it must be the same in every build.
struct Shape(u64);

impl Default for Shape {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Shape {
    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn field(&mut self, field: &Field) {
        self.add(&field.name);
        self.add(if field.required { "required" } else { "free" });
        match &field.kind {
            FieldKind::Choice { options, wire } => {
                self.add(&format!("{wire:?}"));
                options.iter().for_each(|option| self.add(&option.value));
            }
            FieldKind::Items { fields, min, max } => {
                self.add(&format!("{min}..{max}"));
                fields.iter().for_each(|field| self.field(field));
            }
            FieldKind::Text { .. }
            | FieldKind::Integer { .. }
            | FieldKind::Number { .. }
            | FieldKind::Switch
            | FieldKind::Files { .. }
            | FieldKind::Values { .. }
            | FieldKind::Opaque => self.add(&format!("{:?}", field.kind)),
        }
    }
}
