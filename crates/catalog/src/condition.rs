use rust_decimal::Decimal;

use crate::{Answer, Answers};

/// A condition on other answers: every named field passes its test. An empty one always holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct When(pub(crate) Vec<(String, Test)>);

/// What one field must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// Answered with one of these values.
    OneOf(Vec<Scalar>),
    /// Answered at all (`true`), or not (`false`).
    Given(bool),
}

/// A value that an answer is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Text(String),
    Number(Decimal),
    Switch(bool),
}

impl When {
    pub(crate) fn holds(&self, answers: &Answers) -> bool {
        self.0.iter().all(|(field, test)| test.passes(answers.get(field)))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(field, _)| field.as_str())
    }
}

impl Test {
    fn passes(&self, answer: Option<&Answer>) -> bool {
        match self {
            Self::Given(wanted) => answer.is_some_and(is_given) == *wanted,
            Self::OneOf(values) => {
                answer.is_some_and(|answer| values.iter().any(|value| value.equals(answer)))
            }
        }
    }
}

impl Scalar {
    pub(crate) fn equals(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Text(wanted), Answer::Choice(got) | Answer::Text(got)) => wanted == got,
            (Self::Number(wanted), Answer::Integer(got)) => *wanted == Decimal::from(*got),
            (Self::Number(wanted), Answer::Number(got)) => wanted == got,
            (Self::Switch(wanted), Answer::Switch(got)) => wanted == got,
            _ => false,
        }
    }
}

/// Whether an answer says anything: an empty list of files and an empty text do not.
pub(crate) fn is_given(answer: &Answer) -> bool {
    match answer {
        Answer::Text(text) => !text.trim().is_empty(),
        Answer::Files(files) => !files.is_empty(),
        Answer::Integer(_) | Answer::Number(_) | Answer::Switch(_) | Answer::Choice(_) => true,
    }
}
