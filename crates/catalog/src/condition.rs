use rust_decimal::Decimal;

use crate::{Answer, Answers, FileInput};

/// A condition on other answers: every part of it holds. An empty one always does.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct When(pub(crate) Vec<Condition>);

/// What one field must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) part: Part,
    pub(crate) test: Test,
}

/// What of an answer is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The answer itself.
    Value,
    /// The longest side of the pictures, in pixels.
    Side,
    /// The measured length of all files together, in begun seconds.
    Seconds,
}

/// What the looked-at part must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// One of these values.
    OneOf(Vec<Scalar>),
    /// Answered at all (`true`), or not (`false`).
    Given(bool),
    /// A number from `min` to `max`, both included.
    Range { min: Decimal, max: Decimal },
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
        self.0.iter().all(|condition| condition.holds(answers.get(&condition.field)))
    }

    /// The answers that make it hold, of those of its parts that one value alone satisfies.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&str, Answer)> {
        self.0.iter().filter_map(|condition| Some((condition.field.as_str(), condition.sole()?)))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|condition| condition.field.as_str())
    }
}

impl Condition {
    /// The answer that alone satisfies it.
    fn sole(&self) -> Option<Answer> {
        match &self.test {
            Test::OneOf(values) => match values.as_slice() {
                [Scalar::Switch(wanted)] => Some(Answer::Switch(*wanted)),
                [Scalar::Text(wanted)] => Some(Answer::Choice(wanted.clone())),
                [Scalar::Number(_)] | [] | [_, _, ..] => None,
            },
            Test::Given(_) | Test::Range { .. } => None,
        }
    }

    fn holds(&self, answer: Option<&Answer>) -> bool {
        match &self.test {
            Test::Given(wanted) => answer.is_some_and(is_given) == *wanted,
            Test::OneOf(values) => {
                answer.is_some_and(|answer| values.iter().any(|value| value.equals(answer)))
            }
            Test::Range { min, max } => answer
                .and_then(|answer| self.part.number(answer))
                .is_some_and(|number| *min <= number && number <= *max),
        }
    }
}

impl Part {
    fn number(self, answer: &Answer) -> Option<Decimal> {
        match self {
            Self::Value => number(answer),
            Self::Side => {
                let Answer::Files(files) = answer else { return None };
                let sides = files.iter().map(|file| file.width.zip(file.height));
                let sides: Option<Vec<_>> = sides.collect();
                sides?.into_iter().map(|(width, height)| width.max(height)).max().map(Decimal::from)
            }
            Self::Seconds => seconds(answer),
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

/// Whether an answer says anything: an empty list and an empty text do not.
pub(crate) fn is_given(answer: &Answer) -> bool {
    match answer {
        Answer::Text(text) => !text.trim().is_empty(),
        Answer::Files(files) => !files.is_empty(),
        Answer::Items(items) => !items.is_empty(),
        Answer::Values(values) => !values.is_empty(),
        Answer::Integer(_) | Answer::Number(_) | Answer::Switch(_) | Answer::Choice(_) => true,
    }
}

/// The number that an answer stands for; a choice may be one that is listed as text.
pub(crate) fn number(answer: &Answer) -> Option<Decimal> {
    match answer {
        Answer::Integer(value) => Some(Decimal::from(*value)),
        Answer::Number(value) => Some(*value),
        Answer::Choice(value) => value.parse().ok(),
        Answer::Text(_)
        | Answer::Switch(_)
        | Answer::Files(_)
        | Answer::Items(_)
        | Answer::Values(_) => None,
    }
}

/// Seconds: a number, or the measured length of files. A begun second of a file counts as a whole
/// one, so that the hold covers KIE's charge.
pub(crate) fn seconds(answer: &Answer) -> Option<Decimal> {
    let Answer::Files(files) = answer else { return number(answer) };
    let whole = |file: &FileInput| file.duration_ms.map(|ms| Decimal::from(ms.div_ceil(1000)));
    files.iter().map(whole).sum()
}
