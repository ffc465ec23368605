//! Several holds at once, and what the writing of prompts costs.

use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Held, HoldRequest, World};

/// What [`hold_all`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldAll {
    /// Everything is set aside.
    Created {
        /// What is left to spend.
        balance: Rub,
    },
    /// Too little for all of them; nothing was changed.
    InsufficientFunds {
        /// How much more is needed.
        missing: Rub,
        /// How much there is.
        balance: Rub,
    },
}

/// Sets the same amount aside for each of these generations, or for none of them.
///
/// # Errors
/// What the database says; a generation that has a hold already is a defect of the caller.
pub async fn hold_all(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    generations: &[Uuid],
    each: Rub,
) -> Result<HeldAll, sqlx::Error> {
    let count = i64::try_from(generations.len()).unwrap_or(i64::MAX);
    let total = each.times(count).map_err(|error| sqlx::Error::Encode(error.into()))?;
    // Until the end of the transaction nobody else takes from this wallet.
    let wallet =
        sqlx::query("select real_kop from wallets where user_id = $1 and world = $2 for update")
            .bind(user_id)
            .bind(world.as_str())
            .fetch_one(&mut *connection)
            .await?;
    let lots: i64 = sqlx::query_scalar(
        "select coalesce(sum(remaining_kop), 0)::bigint from bonus_lots
         where user_id = $1 and world = $2 and remaining_kop > 0
           and (expires_at is null or expires_at > $3)",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let real: i64 = wallet.try_get("real_kop")?;
    let mut balance = Rub::from_kopecks(real.saturating_add(lots));
    let missing = balance.missing_to(total);
    if missing > Rub::ZERO {
        return Ok(HeldAll::InsufficientFunds { missing, balance });
    }
    for generation in generations {
        let request = HoldRequest { user_id, world, generation: *generation, amount: each };
        balance = match crate::hold(connection, now, &request).await? {
            Held::Created { balance } => balance,
            answer
            @ (Held::Exists | Held::ExistsWithDifferent | Held::InsufficientFunds { .. }) => {
                return Err(sqlx::Error::Protocol(format!("one of several holds: {answer:?}")));
            }
        };
    }
    Ok(HeldAll::Created { balance })
}

/// Records what a language model took for the prompt of a generation, whatever becomes of the
/// generation. `call` names the call, so that each is recorded once.
///
/// # Errors
/// What the database says.
pub async fn book_writing(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    generation: Uuid,
    call: &str,
    cost: Rub,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into ledger (at, world, kind, debit, credit, amount_kop, money, generation_id,
                             actor, reason, operation, part)
         select $1, $2, 'cost', 'kie_credits', 'provider_cost', $3, 'real', $4, 'program',
                'prompt', 'writing:' || $5, 0
         where $3 > 0
         on conflict (operation, part) do nothing",
    )
    .bind(now)
    .bind(world.as_str())
    .bind(cost.kopecks())
    .bind(generation)
    .bind(call)
    .execute(connection)
    .await?;
    Ok(())
}
