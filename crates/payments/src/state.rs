//! What can become of a payment: a pure function over closed enums.

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Written down; the provider has not answered yet.
    New,
    /// It can be paid.
    Open,
    /// The person says that it is paid, and an operator looks.
    Submitted,
    /// The money has come and is credited.
    Paid,
    /// Its time ran out. Money that comes later is credited all the same.
    Expired,
    /// The provider or the person gave it up. The same holds.
    Cancelled,
    /// An operator did not find the money.
    Rejected,
    /// Money has come that does not agree with the order: an operator decides.
    Review,
    /// The money has left the wallet and is on its way back.
    Refunding,
    /// The money went back.
    Refunded,
}

/// What happens to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The provider has it.
    Opened,
    /// The person sent a receipt.
    ReceiptSent,
    /// The money has come as ordered.
    Paid,
    /// Money has come, but not as ordered.
    Differs,
    /// Nobody paid in time.
    RanOut,
    /// The provider refused it, or the person thought better of it.
    GivenUp,
    /// An operator says no.
    Rejected,
    /// An operator gives the money back.
    RefundAsked,
    /// The provider does not give it back.
    RefundRefused,
    /// The money went back.
    Refunded,
}

impl State {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::Open,
        Self::Submitted,
        Self::Paid,
        Self::Expired,
        Self::Cancelled,
        Self::Rejected,
        Self::Review,
        Self::Refunding,
        Self::Refunded,
    ];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Review => "review",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }

    /// The state of a word in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the money of the payment was credited, whatever became of it later.
    #[must_use]
    pub const fn is_credited(self) -> bool {
        match self {
            Self::Paid | Self::Refunding | Self::Refunded => true,
            Self::New
            | Self::Open
            | Self::Submitted
            | Self::Expired
            | Self::Cancelled
            | Self::Rejected
            | Self::Review => false,
        }
    }
}

impl Event {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::ReceiptSent,
        Self::Paid,
        Self::Differs,
        Self::RanOut,
        Self::GivenUp,
        Self::Rejected,
        Self::RefundAsked,
        Self::RefundRefused,
        Self::Refunded,
    ];
}

/// What comes next; `None` when the event changes nothing.
#[must_use]
pub fn step(state: State, event: Event) -> Option<State> {
    use State::{
        Cancelled, Expired, New, Open, Paid, Refunded, Refunding, Rejected, Review, Submitted,
    };
    match (state, event) {
        (New, Event::Opened) => Some(Open),
        (New | Open | Submitted | Expired | Cancelled | Rejected | Review, Event::Paid) => {
            Some(Paid)
        }
        (New | Open | Submitted | Expired | Cancelled | Rejected, Event::Differs) => Some(Review),
        (Open | Submitted | Expired, Event::ReceiptSent) => Some(Submitted),
        (New | Open, Event::RanOut) => Some(Expired),
        (New | Open, Event::GivenUp) => Some(Cancelled),
        (Submitted | Review, Event::Rejected) => Some(Rejected),
        (Paid, Event::RefundAsked) => Some(Refunding),
        (Refunding, Event::RefundRefused) => Some(Paid),
        (Paid | Refunding, Event::Refunded) => Some(Refunded),
        // Nothing was credited, so nothing is taken: it is only over.
        (Review, Event::Refunded) => Some(Rejected),
        (New, Event::ReceiptSent)
        | (Open | Submitted | Expired | Cancelled | Rejected | Review, Event::Opened)
        | (Cancelled | Rejected | Review, Event::ReceiptSent)
        | (Review, Event::Differs)
        | (Submitted | Expired | Cancelled | Rejected | Review, Event::RanOut | Event::GivenUp)
        | (New | Open | Expired | Cancelled | Rejected, Event::Rejected)
        | (
            New | Open | Submitted | Expired | Cancelled | Rejected | Review,
            Event::RefundAsked | Event::RefundRefused,
        )
        | (New | Open | Submitted | Expired | Cancelled | Rejected, Event::Refunded)
        | (
            Paid,
            Event::Opened
            | Event::ReceiptSent
            | Event::Paid
            | Event::Differs
            | Event::RanOut
            | Event::GivenUp
            | Event::Rejected
            | Event::RefundRefused,
        )
        | (
            Refunding,
            Event::Opened
            | Event::ReceiptSent
            | Event::Paid
            | Event::Differs
            | Event::RanOut
            | Event::GivenUp
            | Event::Rejected
            | Event::RefundAsked,
        )
        | (
            Refunded,
            Event::Opened
            | Event::ReceiptSent
            | Event::Paid
            | Event::Differs
            | Event::RanOut
            | Event::GivenUp
            | Event::Rejected
            | Event::RefundAsked
            | Event::RefundRefused
            | Event::Refunded,
        ) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_states_are_one_to_one() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("gone"), None);
    }

    #[test]
    fn money_is_credited_from_every_state_that_has_not_credited_it() {
        for state in State::ALL {
            assert_eq!(step(state, Event::Paid).is_some(), !state.is_credited(), "{state:?}");
        }
    }

    #[test]
    fn nothing_leads_out_of_refunded_and_only_refunds_out_of_paid() {
        for event in Event::ALL {
            assert_eq!(step(State::Refunded, event), None);
            let next = step(State::Paid, event);
            assert!(
                next.is_none_or(|next| matches!(next, State::Refunding | State::Refunded)),
                "{event:?}"
            );
        }
    }

    #[test]
    fn no_event_takes_credited_money_back_without_a_refund() {
        for state in State::ALL.into_iter().filter(|state| state.is_credited()) {
            for event in Event::ALL {
                assert!(step(state, event).is_none_or(State::is_credited), "{state:?} {event:?}");
            }
        }
    }
}
