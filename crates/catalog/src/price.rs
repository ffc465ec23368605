use money::Credits;
use rust_decimal::Decimal;

use crate::condition::When;
use crate::{Answer, Answers, FieldKind, FileInput, Model};

/// Why an input has no price, and therefore is not sold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceUnknown {
    /// The model is not on sale.
    #[error("the model is not on sale")]
    NotSold,
    /// No row of the price list covers this combination of answers.
    #[error("no price for this combination")]
    NoRow,
    /// Several rows cover this combination.
    #[error("several prices for this combination")]
    Ambiguous,
    /// The price depends on an answer that is missing or unmeasured.
    #[error("the price depends on `{field}`, which is not known")]
    NeedsField {
        /// The name of that field.
        field: String,
    },
    /// The numbers do not fit.
    #[error("the price is out of range")]
    OutOfRange,
}

/// How a model is charged, for a word beside the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tariff {
    /// A sum for the whole order.
    Order,
    /// For each second.
    Second,
    /// For each 1000 characters, counted exactly (500 characters cost a half).
    ThousandCharacters,
    /// For each result.
    Output,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Price {
    pub(crate) rows: Vec<Row>,
    pub(crate) addons: Vec<Addon>,
    /// The cheapest input, computed once when the catalogue is loaded.
    pub(crate) from: Option<Credits>,
}

/// One line of the price list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) when: When,
    pub(crate) credits: Credits,
    pub(crate) per: Per,
}

/// A surcharge for each file beyond the free ones.
#[derive(Clone, Debug)]
pub(crate) struct Addon {
    pub(crate) when: When,
    pub(crate) credits: Credits,
    pub(crate) files: String,
    pub(crate) free: u8,
}

/// What the credits of a row are multiplied with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Order,
    /// Seconds: the value of a duration field, or the measured length of the files of a field.
    Second(String),
    ThousandCharacters(String),
    Output(String),
}

impl Model {
    /// The price of an input in credits, exactly. Defaults are filled in first.
    ///
    /// # Errors
    /// [`PriceUnknown`]: such an input is not sold.
    pub fn credits(&self, answers: &Answers) -> Result<Credits, PriceUnknown> {
        if !self.is_on_sale() {
            return Err(PriceUnknown::NotSold);
        }
        self.price.credits(&self.with_defaults(answers))
    }

    /// The price of the cheapest input; `None` when the model is not sold.
    #[must_use]
    pub fn from_credits(&self) -> Option<Credits> {
        if self.is_on_sale() { self.price.from } else { None }
    }

    /// Whether every input costs the same, so that the price needs no «from».
    #[must_use]
    pub fn has_one_price(&self) -> bool {
        let Some(first) = self.price.rows.first() else { return false };
        self.price.addons.is_empty()
            && self
                .price
                .rows
                .iter()
                .all(|row| row.per == Per::Order && row.credits == first.credits)
    }

    /// How the model is charged, with the credits for one unit of its cheapest row.
    #[must_use]
    pub fn tariff(&self) -> Option<(Tariff, Credits)> {
        let cheapest = self.price.rows.iter().min_by_key(|row| row.credits)?;
        let tariff = match &cheapest.per {
            Per::Order => Tariff::Order,
            Per::Second(_) => Tariff::Second,
            Per::ThousandCharacters(_) => Tariff::ThousandCharacters,
            Per::Output(_) => Tariff::Output,
        };
        Some((tariff, cheapest.credits))
    }
}

impl Price {
    /// The price of answers that already have their defaults.
    pub(crate) fn credits(&self, known: &Answers) -> Result<Credits, PriceUnknown> {
        let mut rows = self.rows.iter().filter(|row| row.when.holds(known));
        let row = rows.next().ok_or(PriceUnknown::NoRow)?;
        if rows.next().is_some() {
            return Err(PriceUnknown::Ambiguous);
        }
        let out_of_range = |_| PriceUnknown::OutOfRange;
        let mut total = row.credits.times(row.per.quantity(known)?).map_err(out_of_range)?;
        for addon in self.addons.iter().filter(|addon| addon.when.holds(known)) {
            let surcharge = addon.credits.times(addon.quantity(known)).map_err(out_of_range)?;
            total = total.plus(surcharge).map_err(out_of_range)?;
        }
        Ok(total)
    }
}

impl Addon {
    fn quantity(&self, known: &Answers) -> Decimal {
        let Some(Answer::Files(files)) = known.get(&self.files) else { return Decimal::ZERO };
        Decimal::from(files.len().saturating_sub(usize::from(self.free)))
    }
}

impl Per {
    fn quantity(&self, known: &Answers) -> Result<Decimal, PriceUnknown> {
        let (field, quantity) = match self {
            Self::Order => return Ok(Decimal::ONE),
            Self::Second(field) => (field, known.get(field).and_then(seconds)),
            Self::ThousandCharacters(field) => (field, known.get(field).and_then(thousands)),
            Self::Output(field) => (field, known.get(field).and_then(number)),
        };
        quantity.ok_or_else(|| PriceUnknown::NeedsField { field: field.clone() })
    }

    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::Order => None,
            Self::Second(field) | Self::ThousandCharacters(field) | Self::Output(field) => {
                Some(field)
            }
        }
    }

    /// Whether a field of that kind can tell this quantity.
    pub(crate) fn suits(&self, kind: &FieldKind) -> bool {
        let counts = |kind: &FieldKind| match kind {
            FieldKind::Integer { .. } | FieldKind::Number { .. } => true,
            FieldKind::Choice { options, .. } => {
                options.iter().all(|option| option.value.parse::<Decimal>().is_ok())
            }
            FieldKind::Text { .. } | FieldKind::Switch | FieldKind::Files { .. } => false,
        };
        match self {
            Self::Order => true,
            Self::Second(_) => counts(kind) || matches!(kind, FieldKind::Files { .. }),
            Self::ThousandCharacters(_) => matches!(kind, FieldKind::Text { .. }),
            Self::Output(_) => counts(kind),
        }
    }
}

fn number(answer: &Answer) -> Option<Decimal> {
    match answer {
        Answer::Integer(value) => Some(Decimal::from(*value)),
        Answer::Number(value) => Some(*value),
        Answer::Choice(value) => value.parse().ok(),
        Answer::Text(_) | Answer::Switch(_) | Answer::Files(_) => None,
    }
}

/// A begun second of a file counts as a whole one, so that the hold covers KIE's charge.
fn seconds(answer: &Answer) -> Option<Decimal> {
    let Answer::Files(files) = answer else { return number(answer) };
    let whole = |file: &FileInput| file.duration_ms.map(|ms| Decimal::from(ms.div_ceil(1000)));
    files.iter().map(whole).sum()
}

fn thousands(answer: &Answer) -> Option<Decimal> {
    let Answer::Text(text) = answer else { return None };
    Some(Decimal::new(i64::try_from(text.chars().count()).ok()?, 3))
}
