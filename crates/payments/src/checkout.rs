use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{State, store};

/// Why a payment that is about to be made must not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// The bill is none of ours.
    Unknown,
    /// The bill says another sum.
    Differs,
    /// Its time ran out, or it was given up.
    Over,
    /// It is paid already.
    Paid,
}

/// Our word on a payment that is about to be made. Telegram waits 10 seconds for it: one look
/// by a primary key, and nothing that lives in this process.
///
/// # Errors
/// What the database says.
pub async fn verdict(
    pool: &PgPool,
    now: OffsetDateTime,
    payload: &str,
    currency: &str,
    amount: i64,
) -> Result<Result<(), Declined>, sqlx::Error> {
    let Ok(id) = payload.parse::<Uuid>() else { return Ok(Err(Declined::Unknown)) };
    let mut connection = pool.acquire().await?;
    let Some(payment) = store::find(&mut connection, id).await? else {
        return Ok(Err(Declined::Unknown));
    };
    if payment.currency != currency || payment.provider_amount != amount {
        return Ok(Err(Declined::Differs));
    }
    Ok(match payment.state {
        State::New | State::Open if now < payment.expires_at => Ok(()),
        State::New
        | State::Open
        | State::Submitted
        | State::Expired
        | State::Cancelled
        | State::Rejected
        | State::Review => Err(Declined::Over),
        State::Paid | State::Refunding | State::Refunded => Err(Declined::Paid),
    })
}
