use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Direction, Movement, MovementKind, Wallet, World};

/// A person's money now; nothing for a person without a wallet.
///
/// # Errors
/// What the database says.
pub async fn wallet(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
) -> Result<Wallet, sqlx::Error> {
    let row = sqlx::query(
        "select balance_kop, real_kop, bonus_kop, held_kop, debt_kop from wallets
         where user_id = $1 and world = $2",
    )
    .bind(user_id)
    .bind(world.as_str())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Wallet::default()) };
    let amount = |column: &str| row.try_get(column).map(Rub::from_kopecks);
    Ok(Wallet {
        balance: amount("balance_kop")?,
        real: amount("real_kop")?,
        bonus: amount("bonus_kop")?,
        held: amount("held_kop")?,
        debt: amount("debt_kop")?,
    })
}

/// Whether a person has ever paid in.
///
/// # Errors
/// What the database says.
pub async fn has_paid(connection: &mut PgConnection, user_id: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (select from ledger
                        where user_id = $1 and world = 'real' and kind = 'topup')",
    )
    .bind(user_id)
    .fetch_one(connection)
    .await
}

/// A person's movements, the latest first, before the one named.
///
/// # Errors
/// What the database says.
pub async fn statement(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Movement>, sqlx::Error> {
    let rows = sqlx::query(
        "select min(id) as id, at, kind, sum(amount_kop)::bigint as amount_kop,
                balance_after_kop, generation_id, reason,
                bool_or(debit = 'wallet:' || user_id) as gives,
                bool_or(credit = 'wallet:' || user_id) as takes
         from ledger
         where user_id = $1 and world = $2 and id < coalesce($3, 9223372036854775807)
         group by operation, at, kind, balance_after_kop, generation_id, reason
         order by max(id) desc
         limit $4",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(before)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let word: String = row.try_get("kind")?;
            let kind = MovementKind::parse(&word).ok_or_else(|| {
                sqlx::Error::Decode(format!("unknown kind of movement: {word}").into())
            })?;
            Ok(Movement {
                id: row.try_get("id")?,
                at: row.try_get("at")?,
                kind,
                amount: Rub::from_kopecks(row.try_get("amount_kop")?),
                direction: match (row.try_get("gives")?, row.try_get("takes")?) {
                    (false, true) => Direction::In,
                    (true, false) => Direction::Out,
                    (false, false) | (true, true) => Direction::Beside,
                },
                balance_after: row
                    .try_get::<Option<i64>, _>("balance_after_kop")?
                    .map(Rub::from_kopecks),
                generation: row.try_get("generation_id")?,
                reason: row.try_get("reason")?,
            })
        })
        .collect()
}

/// Records what the provider took for a generation that the person paid.
///
/// # Errors
/// What the database says.
pub async fn book_cost(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    generation: Uuid,
    cost: Rub,
) -> Result<(), sqlx::Error> {
    book(connection, now, world, generation, cost, "cost", "provider_cost", None).await
}

/// Records what the provider took for a generation that the shop gave away.
///
/// # Errors
/// What the database says.
pub async fn book_free(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    generation: Uuid,
    cost: Rub,
) -> Result<(), sqlx::Error> {
    let account = "promo_expense:free";
    book(connection, now, world, generation, cost, "cost", account, None).await
}

/// Records what the provider took for a generation that the person did not pay, with the reason.
///
/// # Errors
/// What the database says.
pub async fn book_loss(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    generation: Uuid,
    cost: Rub,
    reason: &str,
) -> Result<(), sqlx::Error> {
    book(connection, now, world, generation, cost, "loss", "loss", Some(reason)).await
}

#[allow(clippy::too_many_arguments)]
async fn book(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    generation: Uuid,
    cost: Rub,
    kind: &str,
    account: &str,
    reason: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into ledger (at, world, kind, debit, credit, amount_kop, money, generation_id,
                             actor, reason, operation, part)
         select $1, $2, $3, 'kie_credits', $4, $5, 'real', $6, 'program', $7,
                $3 || ':' || $6::text, 0
         where $5 > 0
         on conflict (operation, part) do nothing",
    )
    .bind(now)
    .bind(world.as_str())
    .bind(kind)
    .bind(account)
    .bind(cost.kopecks())
    .bind(generation)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(())
}
