//! What a model is asked for, made of what a person answered.

use catalog::{Answer, Answers, Catalog, Field, FieldKind, FileInput, Language, Model};
use media::MediaKind;
use rust_decimal::Decimal;

use crate::{Fixed, Input, InputKind, Line, Scenario};

/// The model that makes a scenario now.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The model.
    pub model: &'a Model,
    line: &'a Line,
    scenario: &'a Scenario,
}

impl Scenario {
    /// The first model of the list that is on sale and takes what this scenario asks of it; `None`
    /// while there is none.
    #[must_use]
    pub fn choose<'a>(&'a self, catalog: &'a Catalog) -> Option<Chosen<'a>> {
        self.lines.iter().find_map(|line| {
            let model = catalog.model(&line.model).filter(|model| model.is_on_sale())?;
            let chosen = Chosen { model, line, scenario: self };
            let answers = chosen.answers(&sample(self), Language::Ru)?;
            (model.check(&answers).is_ok() && model.credits(&answers).is_ok()).then_some(chosen)
        })
    }

    /// Every model of the list that is on sale, whether it fits or not: for the check of the files.
    pub fn on_sale<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = Chosen<'a>> {
        self.lines.iter().filter_map(|line| {
            let model = catalog.model(&line.model).filter(|model| model.is_on_sale())?;
            Some(Chosen { model, line, scenario: self })
        })
    }
}

impl<'a> Chosen<'a> {
    /// The model's field that an input, or `prompt`, goes into.
    #[must_use]
    pub fn field(&self, input: &str) -> Option<&'a Field> {
        let (_, field) = self.line.fields.iter().find(|(name, _)| name == input)?;
        self.model.field(field)
    }

    /// The prompt as the template and the person's words make it.
    #[must_use]
    pub fn prompt(&self, given: &Answers, language: Language) -> Option<String> {
        let mut filled = self.scenario.prompt.as_ref()?.get(language).to_owned();
        // Backwards, because a later answer may quote an earlier one.
        for input in self.scenario.inputs.iter().rev() {
            let words = given.get(&input.name).map(|answer| words_of(input, answer, language));
            filled = filled.replace(&format!("{{{}}}", input.name), &words.unwrap_or_default());
        }
        Some(filled.trim().to_owned())
    }

    /// The model's input; `None` when the model has no such fields.
    #[must_use]
    pub fn answers(&self, given: &Answers, language: Language) -> Option<Answers> {
        let mut answers = Answers::new();
        for (name, fixed) in &self.line.answers {
            answers.insert(name.clone(), fixed_answer(self.model.field(name)?, fixed)?);
        }
        for (source, name) in &self.line.fields {
            let field = self.model.field(name)?;
            let answer = match self.scenario.input(source) {
                Some(input) => {
                    let Some(given) = given.get(source) else { continue };
                    mapped(input, field, given, language)?
                }
                None => Answer::Text(self.prompt(given, language)?),
            };
            answers.insert(name.clone(), answer);
        }
        Some(answers)
    }
}

/// What an answer puts into the template.
#[must_use]
pub fn words_of(input: &Input, answer: &Answer, language: Language) -> String {
    match (answer, &input.kind) {
        (Answer::Choice(value), InputKind::Choice { options, .. }) => options
            .iter()
            .find(|option| option.value == *value)
            .map(|option| option.words.get(language).to_owned())
            .unwrap_or_default(),
        (Answer::Text(text), _) => text.clone(),
        _ => String::new(),
    }
}

/// A person's answer as the model's field takes it.
fn mapped(input: &Input, field: &Field, given: &Answer, language: Language) -> Option<Answer> {
    Some(match (given, &field.kind) {
        (Answer::Files(_), _) => given.clone(),
        (Answer::Choice(_), FieldKind::Choice { .. }) => given.clone(),
        (Answer::Choice(_) | Answer::Text(_), FieldKind::Text { .. }) => {
            Answer::Text(words_of(input, given, language))
        }
        _ => return None,
    })
}

fn fixed_answer(field: &Field, fixed: &Fixed) -> Option<Answer> {
    Some(match (fixed, &field.kind) {
        (Fixed::Switch(on), FieldKind::Switch) => Answer::Switch(*on),
        (Fixed::Integer(value), FieldKind::Integer { .. }) => Answer::Integer(*value),
        (Fixed::Integer(value), FieldKind::Number { .. }) => Answer::Number(Decimal::from(*value)),
        (Fixed::Text(text), FieldKind::Number { .. }) => Answer::Number(text.parse().ok()?),
        (Fixed::Text(text), FieldKind::Choice { .. }) => Answer::Choice(text.clone()),
        (Fixed::Text(text), FieldKind::Text { .. }) => Answer::Text(text.clone()),
        _ => return None,
    })
}

/// The least that a person can answer: for the lowest price and for checks.
#[must_use]
pub fn sample(scenario: &Scenario) -> Answers {
    let answer = |input: &Input| match &input.kind {
        InputKind::File(media) => Answer::Files(vec![sample_file(*media)]),
        InputKind::Words { .. } => Answer::Text("12345".to_owned()),
        InputKind::Choice { options, .. } => {
            Answer::Choice(options.first().map(|option| option.value.clone()).unwrap_or_default())
        }
    };
    scenario.inputs.iter().map(|input| (input.name.clone(), answer(input))).collect()
}

fn sample_file(kind: MediaKind) -> FileInput {
    let (mime, side, duration_ms) = match kind {
        MediaKind::Image => ("image/jpeg", Some(1000), None),
        MediaKind::Video => ("video/mp4", Some(1000), Some(3000)),
        MediaKind::Audio => ("audio/mpeg", None, Some(1000)),
    };
    FileInput {
        source: "sample".to_owned(),
        kind,
        mime: mime.to_owned(),
        bytes: 100_000,
        width: side,
        height: side,
        duration_ms,
    }
}
