use std::collections::BTreeMap;

use money::Credits;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::condition::{When, number, seconds};
use crate::{Answer, Answers, Field, FieldKind, Model};

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
    /// For each minute, counted exactly.
    Minute,
    /// For each 1000 characters, counted exactly (500 characters cost a half).
    ThousandCharacters,
    /// For each result.
    Output,
    /// For each million pixels of a result, counted exactly.
    Megapixel,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Price {
    pub(crate) rows: Vec<Row>,
    pub(crate) addons: Vec<Addon>,
    /// A price by tokens, instead of rows.
    pub(crate) tokens: Option<Tokens>,
    /// Whether KIE may take less, by something that nobody knows before.
    pub(crate) at_most: bool,
    /// Whether the price may differ from what KIE charges.
    pub(crate) unconfirmed: bool,
    /// The cheapest input, computed once when the catalogue is loaded.
    pub(crate) from: Option<Credits>,
    /// The usual input, see [`Model::usual_input`], computed in the same way.
    pub(crate) usual: Option<Credits>,
}

/// One line of the price list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) when: When,
    pub(crate) credits: Credits,
    /// The credits are multiplied with each of these; none for a sum per order.
    pub(crate) per: Vec<Per>,
}

/// A surcharge for each file beyond the free ones.
#[derive(Clone, Debug)]
pub(crate) struct Addon {
    pub(crate) when: When,
    pub(crate) credits: Credits,
    pub(crate) files: Vec<String>,
    pub(crate) free: u8,
}

/// What the credits of a row are multiplied with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// Seconds of all these together: duration fields, or the measured length of files.
    Second(Vec<String>),
    /// Seconds of the longest of these.
    Longest(Vec<String>),
    /// Minutes of all these together.
    Minute(Vec<String>),
    /// Thousands of characters of a text, or of `entries.text`: the text of every entry.
    ThousandCharacters(String),
    Output(String),
    /// So many results at most; how many there will be is known when they are there.
    Results(u8),
    /// Measured millions of pixels of the files, at least one.
    Megapixel(String),
    /// Millions of pixels by the value of a choice.
    MegapixelOf {
        field: String,
        sizes: BTreeMap<String, Decimal>,
    },
    /// Seconds as a number of frames divided by the frames of one second.
    Frames {
        frames: String,
        rate: String,
    },
}

/// A price by tokens, which nobody can count before: bounds by the characters of the texts.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    /// Credits for a million tokens that are sent.
    pub(crate) input: Credits,
    /// Credits for a million tokens that come back.
    pub(crate) output: Credits,
    /// Where the characters are counted.
    pub(crate) texts: Vec<String>,
    /// The most tokens that a character costs on its way in and out.
    pub(crate) per_character: (Decimal, Decimal),
    /// Tokens that are sent with every order.
    pub(crate) fixed: Decimal,
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
        self.list_credits(answers)
    }

    /// What the price list says for an input, whether the model is on sale or not.
    ///
    /// # Errors
    /// [`PriceUnknown`], but never [`PriceUnknown::NotSold`].
    pub fn list_credits(&self, answers: &Answers) -> Result<Credits, PriceUnknown> {
        self.price.credits(&self.with_defaults(answers))
    }

    /// What so many results cost by the list, where the price hangs on how many come back.
    #[must_use]
    pub fn credits_of_results(&self, answers: &Answers, results: usize) -> Option<Credits> {
        let known = self.with_defaults(answers);
        let row = self.price.rows.iter().find(|row| row.when.holds(&known))?;
        let each = matches!(row.per.as_slice(), [Per::Results(_)]);
        row.credits.times(Decimal::from(results)).ok().filter(|_| each)
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
        !self.price.at_most
            && self.price.addons.is_empty()
            && self.price.rows.iter().all(|row| row.per.is_empty() && row.credits == first.credits)
    }

    /// Whether the price is the most that an input can cost, because KIE counts what nobody
    /// knows before.
    #[must_use]
    pub fn price_is_upper_bound(&self) -> bool {
        self.price.at_most
    }

    /// Whether the price comes from an old or contradictory list, so that KIE may charge another.
    #[must_use]
    pub fn price_is_unconfirmed(&self) -> bool {
        self.price.unconfirmed
    }

    /// How the model is charged, with the credits for one unit of its cheapest row.
    #[must_use]
    pub fn tariff(&self) -> Option<(Tariff, Credits)> {
        if let Some(tokens) = &self.price.tokens {
            return Some((Tariff::ThousandCharacters, tokens.credits(Decimal::from(1000)).ok()?));
        }
        let cheapest = self.price.rows.iter().min_by_key(|row| row.credits)?;
        let tariff = cheapest.per.first().map_or(Tariff::Order, Per::tariff);
        Some((tariff, cheapest.credits))
    }
}

impl Price {
    /// The price of answers that already have their defaults.
    pub(crate) fn credits(&self, known: &Answers) -> Result<Credits, PriceUnknown> {
        if let Some(tokens) = &self.tokens {
            let counts = tokens.texts.iter().filter_map(|path| characters(known, path));
            let characters: Decimal = counts.sum();
            if characters.is_zero() {
                let field = tokens.texts.first().cloned().unwrap_or_default();
                return Err(PriceUnknown::NeedsField { field });
            }
            return tokens.credits(characters);
        }
        let mut rows = self.rows.iter().filter(|row| row.when.holds(known));
        let row = rows.next().ok_or(PriceUnknown::NoRow)?;
        if rows.next().is_some() {
            return Err(PriceUnknown::Ambiguous);
        }
        let mut total = row.credits;
        for per in &row.per {
            total = total.times(per.quantity(known)?).map_err(|_| PriceUnknown::OutOfRange)?;
        }
        for addon in self.addons.iter().filter(|addon| addon.when.holds(known)) {
            let surcharge = addon.credits.times(addon.quantity(known));
            let sum = surcharge.and_then(|surcharge| total.plus(surcharge));
            total = sum.map_err(|_| PriceUnknown::OutOfRange)?;
        }
        Ok(total)
    }
}

impl Tokens {
    fn credits(&self, characters: Decimal) -> Result<Credits, PriceUnknown> {
        let million = Decimal::from(1_000_000);
        let (sent, made) = self.per_character;
        let share = |per: Decimal, fixed: Decimal| {
            characters.checked_mul(per)?.checked_add(fixed)?.checked_div(million)
        };
        let sum = || {
            let sent = self.input.times(share(sent, self.fixed)?).ok()?;
            sent.plus(self.output.times(share(made, Decimal::ZERO)?).ok()?).ok()
        };
        sum().ok_or(PriceUnknown::OutOfRange)
    }
}

impl Addon {
    fn quantity(&self, known: &Answers) -> Decimal {
        let files = self.files.iter().filter_map(|name| known.get(name));
        let count: usize = files.map(|answer| answer.files().len()).sum();
        Decimal::from(count.saturating_sub(usize::from(self.free)))
    }
}

impl Per {
    fn tariff(&self) -> Tariff {
        match self {
            Self::Second(_) | Self::Longest(_) | Self::Frames { .. } => Tariff::Second,
            Self::Minute(_) => Tariff::Minute,
            Self::ThousandCharacters(_) => Tariff::ThousandCharacters,
            Self::Output(_) | Self::Results(_) => Tariff::Output,
            Self::Megapixel(_) | Self::MegapixelOf { .. } => Tariff::Megapixel,
        }
    }

    fn quantity(&self, known: &Answers) -> Result<Decimal, PriceUnknown> {
        let needs = |field: &String| PriceUnknown::NeedsField { field: field.clone() };
        match self {
            Self::Second(fields) => all_seconds(fields, known).map(|each| each.iter().sum()),
            Self::Longest(fields) => {
                all_seconds(fields, known).map(|each| each.into_iter().max().unwrap_or_default())
            }
            Self::Minute(fields) => {
                let sum = all_seconds(fields, known)?.iter().sum::<Decimal>();
                rounded_up(sum.checked_div(Decimal::from(60)))
            }
            Self::ThousandCharacters(path) => {
                let count = characters(known, path).ok_or_else(|| needs(path))?;
                count.checked_div(Decimal::from(1000)).ok_or(PriceUnknown::OutOfRange)
            }
            Self::Output(field) => known.get(field).and_then(number).ok_or_else(|| needs(field)),
            Self::Results(most) => Ok(Decimal::from(*most)),
            Self::Megapixel(field) => {
                known.get(field).and_then(megapixels).ok_or_else(|| needs(field))
            }
            Self::MegapixelOf { field, sizes } => {
                let Some(Answer::Choice(value)) = known.get(field) else {
                    return Err(needs(field));
                };
                sizes.get(value).copied().ok_or(PriceUnknown::NoRow)
            }
            Self::Frames { frames, rate } => {
                let value = |name| known.get(name).and_then(number).ok_or_else(|| needs(name));
                rounded_up(value(frames)?.checked_div(value(rate)?))
            }
        }
    }

    /// The names of the fields that tell the quantity.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let names: Vec<&String> = match self {
            Self::Second(fields) | Self::Longest(fields) | Self::Minute(fields) => {
                fields.iter().collect()
            }
            Self::ThousandCharacters(field)
            | Self::Output(field)
            | Self::Megapixel(field)
            | Self::MegapixelOf { field, .. } => vec![field],
            Self::Frames { frames, rate } => vec![frames, rate],
            Self::Results(_) => Vec::new(),
        };
        names.into_iter().map(|name| head(name)).collect()
    }

    /// Whether these fields can tell this quantity; the error names the one that cannot.
    pub(crate) fn check(&self, fields: &[Field]) -> Result<(), String> {
        let counts = |kind: &FieldKind| match kind {
            FieldKind::Integer { .. } | FieldKind::Number { .. } => true,
            FieldKind::Choice { options, .. } => {
                options.iter().all(|option| option.value.parse::<Decimal>().is_ok())
            }
            _ => false,
        };
        let files = |kind: &FieldKind| matches!(kind, FieldKind::Files { .. });
        for name in self.fields() {
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                return Err(format!("the price is counted by `{name}`, which is no field"));
            };
            let suits = match self {
                Self::Second(_) | Self::Longest(_) | Self::Minute(_) => {
                    counts(&field.kind) || files(&field.kind)
                }
                Self::ThousandCharacters(path) => is_text(field, path),
                Self::Results(_) => true,
                Self::Output(_) | Self::Frames { .. } => counts(&field.kind),
                Self::Megapixel(_) => files(&field.kind),
                Self::MegapixelOf { sizes, .. } => match &field.kind {
                    FieldKind::Choice { options, .. } => {
                        options.iter().all(|option| sizes.contains_key(&option.value))
                    }
                    _ => false,
                },
            };
            if !suits {
                return Err(format!("the price cannot be counted by `{name}`"));
            }
        }
        Ok(())
    }
}

/// Whether a path such as `prompt` or `dialogue.text` leads to a text.
pub(crate) fn is_text(field: &Field, path: &str) -> bool {
    match (&field.kind, path.split_once('.')) {
        (FieldKind::Text { .. }, None) => true,
        (FieldKind::Items { fields, .. }, Some((_, inner))) => fields
            .iter()
            .any(|field| field.name == inner && matches!(field.kind, FieldKind::Text { .. })),
        _ => false,
    }
}

/// The field of a path such as `dialogue.text`.
pub(crate) fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The seconds of each field. Files that nobody gave last no time, but something must be known.
fn all_seconds(fields: &[String], known: &Answers) -> Result<Vec<Decimal>, PriceUnknown> {
    let mut all = Vec::with_capacity(fields.len());
    for field in fields {
        let Some(answer) = known.get(field) else { continue };
        let unmeasured = || PriceUnknown::NeedsField { field: field.clone() };
        all.push(seconds(answer).ok_or_else(unmeasured)?);
    }
    if all.is_empty() {
        let field = fields.first().cloned().unwrap_or_default();
        return Err(PriceUnknown::NeedsField { field });
    }
    Ok(all)
}

fn rounded_up(quantity: Option<Decimal>) -> Result<Decimal, PriceUnknown> {
    let quantity = quantity.ok_or(PriceUnknown::OutOfRange)?;
    Ok(quantity.round_dp_with_strategy(3, RoundingStrategy::ToPositiveInfinity))
}

fn megapixels(answer: &Answer) -> Option<Decimal> {
    let pixels = |width: Option<u32>, height: Option<u32>| {
        let pixels = i64::from(width?).checked_mul(i64::from(height?))?;
        Some(Decimal::new(pixels, 6).max(Decimal::ONE))
    };
    answer.files().into_iter().map(|file| pixels(file.width, file.height)).sum()
}

fn characters(known: &Answers, path: &str) -> Option<Decimal> {
    let count = |text: &str| i64::try_from(text.chars().count()).ok().map(Decimal::from);
    match (known.get(head(path))?, path.split_once('.')) {
        (Answer::Text(text), None) => count(text),
        (Answer::Items(items), Some((_, inner))) => {
            let texts = items.iter().filter_map(|item| item.get(inner));
            texts.map(|text| if let Answer::Text(text) = text { count(text) } else { None }).sum()
        }
        _ => None,
    }
}
