//! Topping up: its buttons, its screens, its words, and the way back to the order that waits.

pub(crate) mod notice;
pub(crate) mod perform;
pub(crate) mod react;
pub(crate) mod render;

use money::Rub;
use payments::{Ordered, Payment, Provider, Receipt};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ideas::IdeaDraft;
use crate::session::Draft;

/// A button of the top-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Button {
    /// So much. The revision of the session makes two presses one payment.
    Sum {
        revision: i64,
        kopecks: i64,
        purpose: Purpose,
    },
    /// The person writes a sum.
    Own,
    /// So much by this way.
    Way {
        revision: i64,
        provider: Provider,
        kopecks: i64,
        purpose: Purpose,
    },
    /// The payment's own screen.
    Show(Uuid),
    /// «Я оплатил, но не пришло».
    Check(Uuid),
    Abandon(Uuid),
}

/// What a top-up is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// The balance.
    #[default]
    Balance,
    /// The order that stands at its confirmation.
    Order,
    /// The ready idea that does.
    Idea,
}

impl Purpose {
    /// Whether something goes on by itself when the money has come.
    pub(crate) const fn resumes(self) -> bool {
        match self {
            Self::Balance => false,
            Self::Order | Self::Idea => true,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Balance => "",
            Self::Order => "r",
            Self::Idea => "i",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        [Self::Balance, Self::Order, Self::Idea].into_iter().find(|one| one.code() == code)
    }
}

/// Where a person stands in the top-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "spot", rename_all = "snake_case")]
pub(crate) enum Spot {
    /// A sum is asked for.
    Sum,
    /// A way is asked for.
    Ways {
        kopecks: i64,
        #[serde(default)]
        purpose: Purpose,
    },
    Payment {
        id: Uuid,
    },
}

/// A payment for which an order waits, with the order as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paying {
    pub(crate) payment: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Draft>,
    /// A ready idea that waits in the place of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idea: Option<IdeaDraft>,
}

/// What has to be done before anything can be shown.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Order { order_key: String, provider: Provider, amount: Rub, purpose: Purpose },
    Show(Uuid),
    Check(Uuid),
    Abandon(Uuid),
    Receipt(Receipt),
}

/// What came of a wish.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Ordered { outcome: Ordered, purpose: Purpose },
    Found { payment: Option<Payment>, word: Option<Word> },
    Receipt(Option<Payment>),
}

/// A screen of the top-ups.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    Sum,
    Ways { amount: Rub, purpose: Purpose },
    Payment(Box<Payment>),
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// No money is taken in the test mode.
    TestMode,
    /// There is no way to pay.
    Closed,
    /// What was written is no sum.
    NotASum,
    OutOfBounds {
        least: Rub,
        most: Rub,
    },
    /// One transfer at a time.
    OneIsOpen,
    NoSuchPayment,
    /// The provider is being asked.
    Checking,
    /// The receipt is with the operators.
    ReceiptTaken,
}

impl Spot {
    /// Whether words of the person are an answer here.
    pub(crate) fn takes_text(self) -> bool {
        match self {
            Self::Sum => true,
            Self::Ways { .. } | Self::Payment { .. } => false,
        }
    }
}

fn provider_code(provider: Provider) -> &'static str {
    match provider {
        Provider::Stars => "s",
        Provider::Telegram => "t",
        Provider::YooKassa => "y",
        Provider::CryptoPay => "c",
        Provider::Manual => "m",
    }
}

fn provider_of(code: &str) -> Option<Provider> {
    Provider::ALL.into_iter().find(|provider| provider_code(*provider) == code)
}

impl Button {
    /// The part of the data after the code of the top-ups.
    pub(crate) fn encode(self) -> String {
        let named = |code: char, id: Uuid| format!("{code}|{}", id.simple());
        match self {
            Self::Sum { revision, kopecks, purpose } => {
                format!("s|{revision}|{kopecks}|{}", purpose.code())
            }
            Self::Own => "o|".to_owned(),
            Self::Way { revision, provider, kopecks, purpose } => {
                let code = provider_code(provider);
                format!("w|{revision}|{code}|{kopecks}|{}", purpose.code())
            }
            Self::Show(id) => named('p', id),
            Self::Check(id) => named('c', id),
            Self::Abandon(id) => named('x', id),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let (code, rest) = text.split_once('|')?;
        let id = || rest.parse::<Uuid>().ok();
        match code {
            "s" => {
                let mut parts = rest.split('|');
                let revision = parts.next()?.parse().ok()?;
                let kopecks = parts.next()?.parse().ok()?;
                let purpose = Purpose::of_code(parts.next()?)?;
                parts.next().is_none().then_some(Self::Sum { revision, kopecks, purpose })
            }
            "o" => rest.is_empty().then_some(Self::Own),
            "w" => {
                let mut parts = rest.split('|');
                let revision = parts.next()?.parse().ok()?;
                let provider = provider_of(parts.next()?)?;
                let kopecks = parts.next()?.parse().ok()?;
                let purpose = Purpose::of_code(parts.next()?)?;
                let way = Self::Way { revision, provider, kopecks, purpose };
                parts.next().is_none().then_some(way)
            }
            "p" => id().map(Self::Show),
            "c" => id().map(Self::Check),
            "x" => id().map(Self::Abandon),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn purposes() -> impl Strategy<Value = Purpose> {
        prop_oneof![Just(Purpose::Balance), Just(Purpose::Order), Just(Purpose::Idea)]
    }

    pub(crate) fn buttons() -> impl Strategy<Value = Button> {
        let ids = || any::<u128>().prop_map(Uuid::from_u128);
        prop_oneof![
            (any::<i64>(), any::<i64>(), purposes()).prop_map(|(revision, kopecks, purpose)| {
                Button::Sum { revision, kopecks, purpose }
            }),
            Just(Button::Own),
            (any::<i64>(), 0_usize..5, any::<i64>(), purposes()).prop_map(
                |(revision, provider, kopecks, purpose)| Button::Way {
                    revision,
                    provider: Provider::ALL[provider],
                    kopecks,
                    purpose
                }
            ),
            ids().prop_map(Button::Show),
            ids().prop_map(Button::Check),
            ids().prop_map(Button::Abandon),
        ]
    }
}
