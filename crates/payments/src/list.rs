//! Payments as operators look at them.

use sqlx::PgConnection;

use crate::store::lists;
use crate::{Payment, State};

/// Which payments are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that wait for an operator's decision.
    ToDecide,
    /// Those that can be paid.
    Open,
    /// Those whose money has come.
    Credited,
    /// All.
    All,
}

impl Which {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ToDecide, Self::Open, Self::Credited, Self::All];

    /// The states that are listed.
    pub(crate) fn states(self) -> Vec<&'static str> {
        let listed = |state: &State| match self {
            Self::ToDecide => matches!(state, State::Submitted | State::Review),
            Self::Open => matches!(state, State::New | State::Open),
            Self::Credited => state.is_credited(),
            Self::All => true,
        };
        State::ALL.iter().filter(|state| listed(state)).map(|state| state.as_str()).collect()
    }
}

/// A page of payments, the latest first; of one person when named.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &mut PgConnection,
    which: Which,
    user: Option<i64>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Payment>, sqlx::Error> {
    lists::list(connection, &which.states(), user, offset, limit).await
}

/// How many payments wait for a decision.
///
/// # Errors
/// What the database says.
pub async fn count_to_decide(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    lists::count(connection, &Which::ToDecide.states()).await
}

/// The payments that are called like this, the latest first: by our number of a bill with or without
/// its sign, by our id, by the provider's name of the payment or the name in the provider's own
/// statement. Five at most.
///
/// # Errors
/// What the database says.
pub async fn called(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Vec<Payment>, sqlx::Error> {
    let name = name.trim();
    let number = name.trim_start_matches(['№', '#', ' ', '\u{a0}']).parse().ok();
    lists::called(connection, name, number).await
}

/// The payment that people call by this number.
///
/// # Errors
/// What the database says.
pub async fn number(
    connection: &mut PgConnection,
    number: i64,
) -> Result<Option<Payment>, sqlx::Error> {
    lists::by_number(connection, number).await
}
