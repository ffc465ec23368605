use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{PaidBack, World};

/// Takes a payment out of the wallet again, because it goes back to who paid it; once per key
/// (`payback:<payment>`). Only money that was paid in is taken. What is spent or on hold already
/// becomes a debt, which the next top-up covers: no balance is ever negative.
///
/// # Errors
/// What the database says.
#[allow(clippy::too_many_arguments)]
pub async fn pay_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    amount: Rub,
    provider: &str,
    key: &str,
    reason: &str,
) -> Result<PaidBack, sqlx::Error> {
    // The wallet's lock makes the check of the key and the taking one step.
    let real: i64 = sqlx::query_scalar(
        "select real_kop from wallets where user_id = $1 and world = $2 for update",
    )
    .bind(user_id)
    .bind(world.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let earlier: bool =
        sqlx::query_scalar("select exists (select from ledger where operation = $1)")
            .bind(key)
            .fetch_one(&mut *connection)
            .await?;
    if earlier {
        return Ok(PaidBack::Exists);
    }
    let taken = real.min(amount.kopecks());
    let owed = amount.kopecks() - taken;
    let row = sqlx::query(
        "with wallet as (
             update wallets set real_kop = real_kop - $3, debt_kop = debt_kop + $4
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                                 balance_after_kop, held_after_kop, actor, reason, operation, part)
             select $5, $2, 'payback', part.account, 'topups:' || $6, part.kop, 'real', $1,
                    wallet.balance_kop, wallet.held_kop, 'operator', $8, $7, part.number
             from wallet, (values (0, 'wallet:' || $1, $3::bigint),
                                  (1, 'debt:' || $1, $4::bigint)) as part (number, account, kop)
             where part.kop > 0
         )
         select balance_kop from wallet",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(taken)
    .bind(owed)
    .bind(now)
    .bind(provider)
    .bind(key)
    .bind(reason)
    .fetch_one(connection)
    .await?;
    Ok(PaidBack::Taken {
        balance: Rub::from_kopecks(row.try_get("balance_kop")?),
        owed: Rub::from_kopecks(owed),
    })
}

/// Takes back what is left of the bonus that was given on top of a payment, named by the key of
/// its gift. What was spent of it stays given.
///
/// # Errors
/// What the database says.
pub async fn take_topup_bonus(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    key: &str,
) -> Result<Rub, sqlx::Error> {
    // The wallet first, then the lot: the order in which a hold locks them.
    sqlx::query("select from wallets where user_id = $1 and world = $2 for update")
        .bind(user_id)
        .bind(world.as_str())
        .execute(&mut *connection)
        .await?;
    let taken: Option<i64> = sqlx::query_scalar(
        "with before as (
             select id, remaining_kop from bonus_lots
             where user_id = $1 and world = $2 and origin = $3 and remaining_kop > 0
             for update
         ), lot as (
             update bonus_lots set remaining_kop = 0 from before where bonus_lots.id = before.id
             returning bonus_lots.id, before.remaining_kop as kop
         ), wallet as (
             update wallets set bonus_kop = bonus_kop - lot.kop from lot
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entry as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id,
                                 user_id, balance_after_kop, held_after_kop, actor, operation, part)
             select $4, $2, 'expire', 'wallet:' || $1, 'promo_expense', lot.kop, 'bonus', lot.id,
                    $1, wallet.balance_kop, wallet.held_kop, 'operator', 'undo:' || $3, 0
             from lot, wallet
         )
         select kop from lot",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(key)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(Rub::from_kopecks(taken.unwrap_or(0)))
}
