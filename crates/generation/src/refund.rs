//! Giving back what was taken for an order that is over, by an operator's decision.

use billing::Refunded;
use money::Rub;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::View;
use crate::state::{Money, State};
use crate::store;

/// What an operator can give back of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtStake {
    /// So much was taken: the price, or of an upper bound the part that was used.
    Sum(Rub),
    /// Nothing was taken: the order is free, or its money is still on hold.
    Nothing,
    /// The money is back.
    GivenBack,
    /// The money is taken, and the result is still on its way.
    NotOver,
}

/// What an operator can give back of an order.
#[must_use]
pub fn at_stake(order: &View) -> AtStake {
    let taken = order.taken.unwrap_or(order.price);
    match order.money {
        Money::Held => AtStake::Nothing,
        Money::Taken | Money::Returned if order.free || taken == Rub::ZERO => AtStake::Nothing,
        Money::Returned => AtStake::GivenBack,
        Money::Taken if order.state == State::Done => AtStake::Sum(taken),
        Money::Taken => AtStake::NotOver,
    }
}

/// Gives what was taken for a delivered order back to where it came from.
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
    match at_stake(&view) {
        AtStake::Sum(_) => {}
        AtStake::GivenBack => return Ok(Refunded::AlreadyRefunded),
        AtStake::Nothing | AtStake::NotOver => return Ok(Refunded::NothingTaken),
    }
    let back = billing::refund(connection, now, id, reason).await?;
    store::set_returned(connection, now, id).await?;
    tracing::info!(generation.id = %id, "the price of an order was given back");
    Ok(back)
}
