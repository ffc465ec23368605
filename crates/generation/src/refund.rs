//! Giving back what was taken for an order that is over, by an operator's decision.

use billing::Refunded;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::state::{Money, State};
use crate::store;

/// Gives the price of a delivered order back to where it came from.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn refund(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    reason: &str,
) -> Result<Refunded, sqlx::Error> {
    let Some(view) = store::lock(connection, id).await? else {
        return Ok(Refunded::NothingTaken);
    };
    if view.state != State::Done || view.money != Money::Taken {
        return Ok(Refunded::NothingTaken);
    }
    let back = billing::refund(connection, now, id, reason).await?;
    store::set_returned(connection, now, id).await?;
    tracing::info!(generation.id = %id, "the price of an order was given back");
    Ok(back)
}
