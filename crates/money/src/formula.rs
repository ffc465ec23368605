use rust_decimal::Decimal;

use crate::{MoneyError, Rate};

/// What the prices are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Dollars that a credit costs the shop.
    pub credit_usd: Decimal,
    /// Roubles for a dollar.
    pub rub_per_usd: Decimal,
    /// How many times the cost people pay.
    pub markup: Decimal,
    /// When set, roubles that a credit is worth, in the price only.
    pub credit_rub: Option<Decimal>,
}

impl Default for Formula {
    fn default() -> Self {
        Self {
            credit_usd: Decimal::new(5, 3),
            rub_per_usd: Decimal::from(95),
            markup: Decimal::TWO,
            credit_rub: None,
        }
    }
}

impl Formula {
    /// Roubles that a credit costs the shop.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] or [`MoneyError::Negative`].
    pub fn cost(&self) -> Result<Rate, MoneyError> {
        Rate::from_parts(self.credit_usd, self.rub_per_usd, Decimal::ONE)
    }

    /// Roubles that people pay for a credit.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] or [`MoneyError::Negative`].
    pub fn price(&self) -> Result<Rate, MoneyError> {
        self.price_at(self.markup)
    }

    /// The same with another markup.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] or [`MoneyError::Negative`].
    pub fn price_at(&self, markup: Decimal) -> Result<Rate, MoneyError> {
        match self.credit_rub {
            // The rate replaces what a credit costs, and the markup comes on top of it.
            Some(per_credit) => Rate::from_parts(per_credit, Decimal::ONE, markup),
            None => Rate::from_parts(self.credit_usd, self.rub_per_usd, markup),
        }
    }
}
