//! Promo codes: the list, what each has done, making one step by step, stopping it.

pub(crate) mod perform;
pub(crate) mod react;
pub(crate) mod render;

use money::Rub;
use promo::{Code, CodeStatistics, CodeUse, NewCode, NewCodeFault, Segment, Value};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The most bytes of a code.
const CODE_MAX: usize = 32;

/// A screen of the promo codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    List { page: u16 },
    Code(String),
}

/// A button of the promo codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// A new code, from its first step.
    New,
    /// The step that waits keeps its usual value.
    Usual,
    /// The last step.
    People(Segment),
    Stop(String),
    Start(String),
}

/// What is asked about a new code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Word,
    Worth,
    Uses,
    PerPerson,
    Dates,
    Days,
    People,
}

/// A code as far as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) code: String,
    /// A sum at once, …
    pub(crate) kopecks: Option<i64>,
    /// … or so many hundredths of the next top-up, …
    pub(crate) percent: Option<i32>,
    /// … and at most so much.
    pub(crate) max_kopecks: Option<i64>,
    pub(crate) uses: Option<i32>,
    pub(crate) per_person: i32,
    /// Seconds of the Unix era.
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) days: Option<i32>,
    pub(crate) people: String,
}

impl Terms {
    pub(crate) fn empty() -> Self {
        Self {
            code: String::new(),
            kopecks: None,
            percent: None,
            max_kopecks: None,
            uses: None,
            per_person: 1,
            from: None,
            until: None,
            days: None,
            people: Segment::All.as_str().to_owned(),
        }
    }

    /// The code to be made; `None` when its worth was not told.
    pub(crate) fn new_code(&self) -> Option<NewCode> {
        let value = match (self.kopecks, self.percent) {
            (Some(kopecks), _) => Value::Fixed(Rub::from_kopecks(kopecks)),
            (None, Some(percent)) => {
                Value::Percent { percent, max: self.max_kopecks.map(Rub::from_kopecks) }
            }
            (None, None) => return None,
        };
        let moment = |at: i64| OffsetDateTime::from_unix_timestamp(at).ok();
        Some(NewCode {
            code: self.code.clone(),
            value,
            uses_max: self.uses,
            uses_per_person: self.per_person,
            segment: Segment::parse(&self.people)?,
            valid_from: self.from.and_then(moment),
            valid_until: self.until.and_then(moment),
            bonus_days: self.days,
        })
    }
}

/// A step of making a code, with what was told before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) step: Step,
    pub(crate) terms: Terms,
}

impl Ask {
    pub(crate) fn first() -> Self {
        Self { step: Step::Word, terms: Terms::empty() }
    }
}

/// What an operator does about a promo code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Deed {
    Create { terms: Terms },
    Stop { code: String },
    Start { code: String },
}

impl Deed {
    /// The word in the record.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Create { .. } => "promo_create",
            Self::Stop { .. } => "promo_stop",
            Self::Start { .. } => "promo_start",
        }
    }

    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Create { terms } => &terms.code,
            Self::Stop { code } | Self::Start { code } => code,
        }
    }

    /// What takes it back. A code that was made is only switched off: it may have been used.
    pub(crate) fn inverse(&self) -> Self {
        let code = self.code().to_ascii_uppercase();
        match self {
            Self::Create { .. } | Self::Start { .. } => Self::Stop { code },
            Self::Stop { .. } => Self::Start { code },
        }
    }
}

/// Promo codes with all that stands on their screen.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    List { page: u16, codes: Vec<Code>, more: bool },
    Code(Box<Sheet>),
}

/// A code with what it has done.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) code: Code,
    pub(crate) did: CodeStatistics,
    pub(crate) uses: Vec<CodeUse>,
}

/// A word above a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Fault(NewCodeFault),
    /// What was written is neither a sum nor a percentage.
    NoWorth,
    NoDates,
}

impl Spot {
    /// Its part of a button's data.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::List { page } => format!("pl|{page}"),
            Self::Code(code) => format!("pc|{code}"),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["pl", page] => Self::List { page: page.parse().ok()? },
            ["pc", code] => Self::Code(word(code)?),
            _ => return None,
        })
    }
}

fn word(code: &str) -> Option<String> {
    let fits = !code.is_empty() && code.len() <= CODE_MAX && code.is_ascii();
    fits.then(|| code.to_owned())
}

impl Press {
    /// Its part of a button's data.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::New => "pn".to_owned(),
            Self::Usual => "pu".to_owned(),
            Self::People(segment) => format!("pg|{}", segment.as_str()),
            Self::Stop(code) => format!("p0|{code}"),
            Self::Start(code) => format!("p1|{code}"),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["pn"] => Self::New,
            ["pu"] => Self::Usual,
            ["pg", segment] => Self::People(Segment::parse(segment)?),
            ["p0", code] => Self::Stop(word(code)?),
            ["p1", code] => Self::Start(word(code)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::button::Button;

    pub(crate) fn spots() -> impl Strategy<Value = Spot> {
        prop_oneof![
            any::<u16>().prop_map(|page| Spot::List { page }),
            "[A-Z0-9_-]{3,32}".prop_map(Spot::Code),
        ]
    }

    pub(crate) fn buttons() -> impl Strategy<Value = Button> {
        prop_oneof![
            Just(Press::New),
            Just(Press::Usual),
            (0_usize..3).prop_map(|segment| Press::People(Segment::ALL[segment])),
            "[A-Z0-9_-]{3,32}".prop_map(Press::Stop),
            "[A-Z0-9_-]{3,32}".prop_map(Press::Start),
        ]
        .prop_map(Button::Codes)
    }
}
