use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{MoneyError, Rub};

/// A number of KIE.ai credits, exact, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(Decimal);

impl Credits {
    /// No credits.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Reads a decimal such as `0.8`, `5916.25` or `6.0`; also `1e-3`, as JSON writes small numbers.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`] or [`MoneyError::Negative`].
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        non_negative(decimal(text)?).map(Self)
    }

    /// Makes credits of a decimal.
    ///
    /// # Errors
    /// [`MoneyError::Negative`].
    pub fn from_decimal(value: Decimal) -> Result<Self, MoneyError> {
        non_negative(value).map(Self)
    }

    /// The exact number.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The product with a quantity such as seconds or megapixels.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] or [`MoneyError::Negative`].
    pub fn times(self, quantity: Decimal) -> Result<Self, MoneyError> {
        let product = self.0.checked_mul(quantity).ok_or(MoneyError::TooLarge)?;
        non_negative(product).map(Self)
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

/// Roubles for one credit, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(Decimal);

impl Rate {
    /// The price formula: dollars per credit × roubles per dollar × markup.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] or [`MoneyError::Negative`].
    pub fn from_parts(
        credit_usd: Decimal,
        rub_per_usd: Decimal,
        markup: Decimal,
    ) -> Result<Self, MoneyError> {
        let rate = credit_usd.checked_mul(rub_per_usd).ok_or(MoneyError::TooLarge)?;
        let rate = rate.checked_mul(markup).ok_or(MoneyError::TooLarge)?;
        non_negative(rate).map(Self)
    }

    /// Roubles for one credit, as given.
    ///
    /// # Errors
    /// [`MoneyError::Negative`].
    pub fn from_decimal(rub_per_credit: Decimal) -> Result<Self, MoneyError> {
        non_negative(rub_per_credit).map(Self)
    }

    /// The price of `credits` in roubles, rounded **up** to a kopeck.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn price(self, credits: Credits) -> Result<Rub, MoneyError> {
        let roubles = self.0.checked_mul(credits.0).ok_or(MoneyError::TooLarge)?;
        let kopecks = roubles.checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyError::TooLarge)?;
        kopecks
            .round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity)
            .to_i64()
            .map(Rub::from_kopecks)
            .ok_or(MoneyError::TooLarge)
    }

    /// Roubles for one credit.
    #[must_use]
    pub fn rub_per_credit(self) -> Decimal {
        self.0
    }
}

fn decimal(text: &str) -> Result<Decimal, MoneyError> {
    let text = text.trim();
    Decimal::from_str(text)
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| MoneyError::NotANumber)
}

fn non_negative(value: Decimal) -> Result<Decimal, MoneyError> {
    if value.is_sign_negative() && !value.is_zero() {
        return Err(MoneyError::Negative);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn default_rate() -> Rate {
        Rate::from_parts(Decimal::new(5, 3), Decimal::from(95), Decimal::from(2)).unwrap()
    }

    #[test]
    fn the_default_formula_prices_the_reference_models() {
        let cases = [("0.8", 76), ("4", 380), ("18", 1710), ("6.5", 618), ("1", 95), ("55", 5225)];
        for (credits, kopecks) in cases {
            let price = default_rate().price(Credits::parse(credits).unwrap()).unwrap();
            assert_eq!(price.kopecks(), kopecks, "{credits} credits");
        }
    }

    #[test]
    fn odd_numbers_are_refused() {
        assert_eq!(Credits::parse("-1"), Err(MoneyError::Negative));
        assert_eq!(Credits::parse("many"), Err(MoneyError::NotANumber));
        assert_eq!(Credits::parse("1e-3").unwrap().to_string(), "0.001");
        assert_eq!(Credits::parse("6.0").unwrap().to_string(), "6");
    }

    proptest! {
        #[test]
        fn a_price_is_never_below_the_exact_one_and_less_than_a_kopeck_above(micro in 0_i64..1_000_000_000_000) {
            let credits = Credits::from_decimal(Decimal::new(micro, 6)).unwrap();
            let price = default_rate().price(credits).unwrap();
            let exact = credits.decimal() * default_rate().rub_per_credit() * Decimal::ONE_HUNDRED;
            let charged = Decimal::from(price.kopecks());
            prop_assert!(charged >= exact && charged < exact + Decimal::ONE);
        }
    }
}
