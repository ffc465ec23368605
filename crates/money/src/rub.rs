use std::fmt;

use serde::{Deserialize, Serialize};

use crate::MoneyError;

/// An amount in roubles, held as whole kopecks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rub(i64);

impl Rub {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of `kopecks` hundredths of a rouble.
    #[must_use]
    pub const fn from_kopecks(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// An amount of whole roubles, capped at what 64 bits of kopecks hold.
    #[must_use]
    pub const fn from_roubles(roubles: i64) -> Self {
        Self(roubles.saturating_mul(100))
    }

    /// The amount in kopecks.
    #[must_use]
    pub const fn kopecks(self) -> i64 {
        self.0
    }

    /// Reads `200`, `3.80` or `3,8`: at most two digits after the point or comma.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`] or [`MoneyError::TooLarge`].
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 2 || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::NotANumber);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let fraction: i64 =
            format!("{fraction:0<2}").parse().map_err(|_| MoneyError::NotANumber)?;
        whole
            .checked_mul(100)
            .and_then(|kopecks| kopecks.checked_add(fraction))
            .map(|kopecks| Self(sign * kopecks))
            .ok_or(MoneyError::TooLarge)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when it does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The difference; it may be negative.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when it does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_sub(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The amount `times` over.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when it does not fit.
    pub fn times(self, times: i64) -> Result<Self, MoneyError> {
        self.0.checked_mul(times).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// How much of `self` is missing to reach `needed`; zero when there is enough.
    #[must_use]
    pub fn missing_to(self, needed: Self) -> Self {
        Self(needed.0.saturating_sub(self.0).max(0))
    }

    /// How many times `price` fits into the amount; `None` for a price of zero or below.
    #[must_use]
    pub fn enough_for(self, price: Self) -> Option<i64> {
        (price.0 > 0).then(|| (self.0 / price.0).max(0))
    }
}

/// As a Russian reader writes it: «1 234,50 ₽», whole roubles without kopecks, no-break spaces.
impl fmt::Display for Rub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (roubles, kopecks) = (magnitude / 100, magnitude % 100);
        let digits = roubles.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * 2);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push('\u{a0}');
            }
            grouped.push(digit);
        }
        if self.0 < 0 {
            f.write_str("−")?;
        }
        if kopecks == 0 {
            write!(f, "{grouped}\u{a0}₽")
        } else {
            write!(f, "{grouped},{kopecks:02}\u{a0}₽")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_read_as_russians_write_them() {
        let cases = [
            (0, "0\u{a0}₽"),
            (380, "3,80\u{a0}₽"),
            (1200, "12\u{a0}₽"),
            (123_450, "1\u{a0}234,50\u{a0}₽"),
            (10_000_000_000, "100\u{a0}000\u{a0}000\u{a0}₽"),
            (-5, "−0,05\u{a0}₽"),
        ];
        for (kopecks, text) in cases {
            assert_eq!(Rub::from_kopecks(kopecks).to_string(), text);
        }
    }

    #[test]
    fn only_plain_amounts_are_read() {
        assert_eq!(Rub::parse("200"), Ok(Rub::from_roubles(200)));
        assert_eq!(Rub::parse(" 3,8 "), Ok(Rub::from_kopecks(380)));
        assert_eq!(Rub::parse("-0.05"), Ok(Rub::from_kopecks(-5)));
        for bad in ["", "1.234", "1e3", "+5", "--5", ".5", "1 000", "NaN"] {
            assert_eq!(Rub::parse(bad), Err(MoneyError::NotANumber), "{bad:?}");
        }
        assert_eq!(Rub::parse("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_missing_plus_what_there_is_reaches_the_need(have in 0..i64::MAX / 4, need in 0..i64::MAX / 4) {
            let missing = Rub(have).missing_to(Rub(need));
            prop_assert!(missing.0 >= 0);
            prop_assert!(have + missing.0 >= need);
            prop_assert!(missing.0 == 0 || have + missing.0 == need);
        }
    }
}
