//! Scenarios: ready ideas over the models of the catalogue.
//!
//! A scenario asks for a photo and a few words instead of a model's settings. Everything about it
//! is data: `scenarios/*.toml`, built into the program and validated by [`Scenarios::builtin`]. No
//! scenario has code of its own.
//!
//! # The format of the files
//!
//! A `[[scenario]]` has `id` (letters, digits and `-`), and `name`, `does`, `example`, each with
//! `ru` and `en`. `counts` says how many results can be ordered at once (`[1]` when it is left out).
//! `prompt` is the template of the prompt in both languages: `{idea}` stands for what the person
//! answered to the input `idea`. `brief` tells the language model, in English, what to make of the
//! filled template; without it the template goes to the model as it is.
//!
//! A `[[scenario.input]]` has `name`, `question` and one of: `file` (`image`, `video`, `audio`);
//! `words = N`, the most characters of a text; `[[scenario.input.option]]` tables with `value`,
//! `label` and, where the option fills the template, `words`, beside which `words = N` on the input
//! allows an answer of the person's own.
//!
//! A `[[scenario.model]]` names a model (`id`) with `fields` (the model's field for an input, or for
//! `prompt`) and `answers` (what is fixed). The models stand in the order of preference: the first
//! that is on sale and takes these answers makes the work.

mod load;
mod plan;

use catalog::{Answers, Localized};
use media::MediaKind;

pub use load::ScenarioError;
pub use plan::{Chosen, sample, words_of};

/// The most bytes of a scenario's id: a link and a button carry it.
pub const ID_MAX_BYTES: usize = 24;

/// All scenarios, in the order in which they are shown.
#[derive(Clone, Debug)]
pub struct Scenarios(pub(crate) Vec<Scenario>);

/// A ready idea.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name in links and buttons.
    pub id: String,
    /// Its name for people, with a sign before it.
    pub name: Localized,
    /// What it does and for whom.
    pub does: Localized,
    /// An example.
    pub example: Localized,
    /// How many results can be ordered at once; never empty, ascending, from 1.
    pub counts: Vec<u8>,
    /// What is asked, in this order.
    pub inputs: Vec<Input>,
    /// The template of the prompt.
    pub prompt: Option<Localized>,
    /// What a language model is told to make of the filled template.
    pub brief: Option<String>,
    pub(crate) lines: Vec<Line>,
}

/// Something that a scenario asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name within the scenario.
    pub name: String,
    /// How a person is asked.
    pub question: Localized,
    /// What answers it.
    pub kind: InputKind,
}

/// What answers an input.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// One file.
    File(MediaKind),
    /// Words, of at most so many characters.
    Words {
        /// The most characters.
        max: u32,
    },
    /// One of these, or own words when they are allowed.
    Choice {
        /// What can be chosen; never empty.
        options: Vec<Choice>,
        /// The most characters of own words; `None` when only the options count.
        own: Option<u32>,
    },
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its name; the model's own value where the input goes into a field of choices.
    pub value: String,
    /// What stands on the button.
    pub label: Localized,
    /// What it puts into the template.
    pub words: Localized,
}

/// A model that can make a scenario, with the answers that are fixed for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) model: String,
    /// The model's field for an input, or for the prompt.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) answers: Vec<(String, Fixed)>,
}

/// A fixed answer as it stands in the file; the model's schema decides what it means.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Fixed {
    Switch(bool),
    Integer(i64),
    Text(String),
}

impl Scenarios {
    /// The scenario of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Scenario> {
        self.0.iter().find(|scenario| scenario.id == id)
    }

    /// The scenario of a deep link, in which everything but letters and digits may be written as
    /// `_`.
    #[must_use]
    pub fn linked(&self, payload: &str) -> Option<&Scenario> {
        let slug = |id: &str| id.replace('-', "_").to_ascii_lowercase();
        let wanted = slug(payload);
        self.0.iter().find(|scenario| slug(&scenario.id) == wanted)
    }

    /// All of them, in the order in which they are shown.
    pub fn iter(&self) -> impl Iterator<Item = &Scenario> {
        self.0.iter()
    }
}

impl Scenario {
    /// The input of that name.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The next thing to ask.
    #[must_use]
    pub fn next_input(&self, given: &Answers) -> Option<&Input> {
        self.inputs.iter().find(|input| !given.contains_key(&input.name))
    }

    /// The ids of the models in their order.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.model.as_str())
    }
}
