//! What Telegram told of payments, word for word. A card through Telegram has no list that we could
//! read: what was told is the list with which the books are compared.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::store::charges;
use crate::{Payment, Provider};

/// A payment as Telegram told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Who holds the money.
    pub provider: Provider,
    /// Telegram's name of it.
    pub external_id: String,
    /// The name under which the provider's own statement lists it.
    pub provider_charge_id: Option<String>,
    /// Our order, as the bill carried it.
    pub payload: String,
    /// Telegram's number of who paid.
    pub payer: Option<i64>,
    /// Three letters.
    pub currency: String,
    /// In the smallest unit.
    pub amount: i64,
}

/// Stores a payment of which Telegram has told, in the transaction that stores the update itself;
/// told again it changes nothing.
///
/// # Errors
/// What the database says.
pub async fn note_charge(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    charge: &Charge,
) -> Result<(), sqlx::Error> {
    charges::add(connection, now, charge).await
}

/// What Telegram told of a payment.
///
/// # Errors
/// What the database says.
pub async fn charge_of(
    connection: &mut PgConnection,
    payment: &Payment,
) -> Result<Option<Charge>, sqlx::Error> {
    match &payment.external_id {
        Some(external) => charges::find(connection, payment.provider, external).await,
        None => Ok(None),
    }
}
