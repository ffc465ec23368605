//! People's payments: what waits for a decision, crediting, rejecting, giving back.

pub(crate) mod load;
pub(crate) mod perform;
pub(crate) mod react;
pub(crate) mod render;

use payments::{Charge, Payment, Which};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::role::Right;

/// A screen of the payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    List { which: Which, page: u16 },
    Of { user: i64, page: u16 },
    Payment(Uuid),
}

/// A button of the payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// The ordered sum has come.
    Approve(Uuid),
    /// It has not come, and there is nothing to add.
    RejectPlainly(Uuid),
    /// Shows the receipt once more.
    Receipt(Uuid),
}

/// Something about a payment that the operator is asked to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// What people call a payment.
    Number,
    /// The sum that has come.
    OtherSum { payment: Uuid },
    /// Why it is rejected.
    Reject { payment: Uuid },
    /// Why it is given back.
    Refund { payment: Uuid },
}

/// What an operator does about a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Deed {
    /// So much has come.
    Approve {
        payment: Uuid,
        kopecks: i64,
    },
    Reject {
        payment: Uuid,
        reason: String,
    },
    /// The money goes back to where it came from.
    Refund {
        payment: Uuid,
        kopecks: i64,
        reason: String,
    },
}

impl Deed {
    /// The word in the record.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "payment_approve",
            Self::Reject { .. } => "payment_reject",
            Self::Refund { .. } => "payment_refund",
        }
    }

    pub(crate) const fn payment(&self) -> Uuid {
        match self {
            Self::Approve { payment, .. }
            | Self::Reject { payment, .. }
            | Self::Refund { payment, .. } => *payment,
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Approve { .. } => None,
            Self::Reject { reason, .. } | Self::Refund { reason, .. } => Some(reason),
        }
    }

    pub(crate) const fn right(&self) -> Right {
        match self {
            Self::Approve { .. } | Self::Reject { .. } | Self::Refund { .. } => Right::Money,
        }
    }
}

/// What has to be done that changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    Find(i64),
    /// The operator wants to see the receipt.
    Receipt(Uuid),
}

/// Payments with all that stands on their screen.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    List { spot: Spot, payments: Vec<Payment>, more: bool },
    Payment(Box<Sheet>),
}

/// A payment with everything that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) payment: Payment,
    /// What Telegram told of it.
    pub(crate) charge: Option<Charge>,
    /// Numbers of payments with the same receipt.
    pub(crate) twins: Vec<i64>,
}

/// A word above a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    NoPayment,
    /// Somebody has decided before.
    Decided,
    /// There is nothing to decide.
    NotWaiting,
    /// The money was never credited.
    NotCredited,
    /// The money is back, or on its way.
    AlreadyBack,
    /// Stars go to a person, and the person has erased themself.
    PersonLeft,
    /// The result of the order is still on its way.
    NotOver,
    ReceiptComing,
    NoReceipt,
}

fn code_of(which: Which) -> &'static str {
    match which {
        Which::ToDecide => "d",
        Which::Open => "o",
        Which::Credited => "c",
        Which::All => "a",
    }
}

fn which_of(code: &str) -> Option<Which> {
    Which::ALL.into_iter().find(|which| code_of(*which) == code)
}

impl Spot {
    /// Its part of a button's data.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::List { which, page } => format!("tl|{}|{page}", code_of(*which)),
            Self::Of { user, page } => format!("tu|{user}|{page}"),
            Self::Payment(id) => format!("tp|{}", id.simple()),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["tl", which, page] => Self::List { which: which_of(which)?, page: page.parse().ok()? },
            ["tu", user, page] => Self::Of { user: user.parse().ok()?, page: page.parse().ok()? },
            ["tp", id] => Self::Payment(id.parse().ok()?),
            _ => return None,
        })
    }
}

impl Press {
    /// The data of the button, in whole.
    pub(crate) fn encode(self) -> String {
        match self {
            Self::Approve(id) => chat::panel::approve(id),
            Self::RejectPlainly(id) => format!("{}tq|{}", chat::panel::PREFIX, id.simple()),
            Self::Receipt(id) => format!("{}tv|{}", chat::panel::PREFIX, id.simple()),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        let [code, id] = *parts else { return None };
        let id = || id.parse::<Uuid>().ok();
        match code {
            "ta" => id().map(Self::Approve),
            "tq" => id().map(Self::RejectPlainly),
            "tv" => id().map(Self::Receipt),
            _ => None,
        }
    }
}

impl Ask {
    /// Its part of a button's data.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Number => "f|tn".to_owned(),
            Self::OtherSum { payment } => format!("f|ts|{}", payment.simple()),
            Self::Reject { payment } => format!("f|tr|{}", payment.simple()),
            Self::Refund { payment } => format!("f|tb|{}", payment.simple()),
        }
    }

    pub(crate) fn decode(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["tn"] => Self::Number,
            ["ts", id] => Self::OtherSum { payment: id.parse().ok()? },
            ["tr", id] => Self::Reject { payment: id.parse().ok()? },
            ["tb", id] => Self::Refund { payment: id.parse().ok()? },
            _ => return None,
        })
    }

    /// The screen from which it is asked.
    pub(crate) fn origin(&self) -> Spot {
        match self {
            Self::Number => Spot::List { which: Which::All, page: 0 },
            Self::OtherSum { payment } | Self::Reject { payment } | Self::Refund { payment } => {
                Spot::Payment(*payment)
            }
        }
    }

    pub(crate) const fn right(&self) -> Option<Right> {
        match self {
            Self::Number => None,
            Self::OtherSum { .. } | Self::Reject { .. } | Self::Refund { .. } => Some(Right::Money),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::button::Button;
    use crate::session::Form;

    fn ids() -> impl Strategy<Value = Uuid> {
        any::<u128>().prop_map(Uuid::from_u128)
    }

    pub(crate) fn spots() -> impl Strategy<Value = Spot> {
        prop_oneof![
            (0_usize..4, any::<u16>())
                .prop_map(|(which, page)| Spot::List { which: Which::ALL[which], page }),
            (any::<i64>(), any::<u16>()).prop_map(|(user, page)| Spot::Of { user, page }),
            ids().prop_map(Spot::Payment),
        ]
    }

    pub(crate) fn buttons() -> impl Strategy<Value = Button> {
        prop_oneof![
            ids().prop_map(|id| Button::Till(Press::Approve(id))),
            ids().prop_map(|id| Button::Till(Press::RejectPlainly(id))),
            ids().prop_map(|id| Button::Till(Press::Receipt(id))),
            Just(Button::Ask(Form::Till(Ask::Number))),
            ids().prop_map(|payment| Button::Ask(Form::Till(Ask::OtherSum { payment }))),
            ids().prop_map(|payment| Button::Ask(Form::Till(Ask::Reject { payment }))),
            ids().prop_map(|payment| Button::Ask(Form::Till(Ask::Refund { payment }))),
        ]
    }

    proptest! {
        #[test]
        fn buttons_under_a_receipt_are_the_panels(payment in ids()) {
            let of = |data: String| Button::decode(&data);
            let form = |ask| Some(Button::Ask(Form::Till(ask)));
            let approve = Some(Button::Till(Press::Approve(payment)));
            prop_assert_eq!(of(chat::panel::approve(payment)), approve);
            let other = chat::panel::other_sum(payment);
            prop_assert_eq!(of(other), form(Ask::OtherSum { payment }));
            prop_assert_eq!(of(chat::panel::reject(payment)), form(Ask::Reject { payment }));
        }
    }
}
