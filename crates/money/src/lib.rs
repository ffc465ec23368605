//! Roubles, credits and the rate between them.
//!
//! Money is a whole number of kopecks. Credits are KIE.ai's unit (1 credit = 0.005 US dollars) and
//! come in fractions, so they are exact decimals. The only place where one becomes the other is
//! [`Rate::price`], which rounds **up** to a kopeck, once.

#![deny(clippy::float_arithmetic)]

mod credits;
mod formula;
mod rub;

pub use credits::{Credits, Rate};
pub use formula::Formula;
pub use rub::Rub;

/// Why an amount could not be read or computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// The text is not a number of the expected form.
    NotANumber,
    /// The result does not fit in 64 bits of kopecks.
    TooLarge,
    /// A price, a rate or a number of credits must not be negative.
    Negative,
}

impl std::fmt::Display for MoneyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a number",
            Self::TooLarge => "the amount is too large",
            Self::Negative => "the amount is negative",
        })
    }
}

impl std::error::Error for MoneyError {}
