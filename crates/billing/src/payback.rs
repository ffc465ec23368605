use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::grant::lock_wallet;
use crate::{PaidBack, TakenBack, World};

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

/// Takes back bonus money, named by the key of its gift, because what it was given for is undone;
/// once for ever. What is left of it leaves the wallet; what was spent or is on hold becomes a debt,
/// which the next top-up covers. What comes back from a hold later is paid for by that debt, so it
/// has no end any more.
///
/// # Errors
/// What the database says.
pub async fn take_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    key: &str,
) -> Result<TakenBack, sqlx::Error> {
    // The wallet first, then the lot: the order in which a hold locks them.
    lock_wallet(&mut *connection, user_id, world).await?;
    let taken: Option<(i64, i64)> = sqlx::query_as(
        "with before as (
             select id, remaining_kop from bonus_lots
             where id = (select lot_id from ledger where operation = $3 and part = 0)
               and user_id = $1 and world = $2
               and not exists (select from ledger where operation = 'undo:' || $3)
             for update
         ), used as (
             select coalesce(sum(case when entry.kind = 'hold' then entry.amount_kop
                                      when entry.kind in ('release', 'refund')
                                      then -entry.amount_kop else 0 end), 0)::bigint as kop
             from ledger entry join before on before.id = entry.lot_id
             where entry.user_id = $1
         ), lot as (
             update bonus_lots set remaining_kop = 0, expires_at = null
             from before where bonus_lots.id = before.id
             returning bonus_lots.id, before.remaining_kop as kop
         ), wallet as (
             update wallets
             set bonus_kop = bonus_kop - lot.kop, debt_kop = debt_kop + used.kop
             from lot, used
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id,
                                 user_id, balance_after_kop, held_after_kop, actor, operation, part)
             select $4, $2, 'expire', part.account, 'promo_expense', part.kop, 'bonus', lot.id,
                    $1, wallet.balance_kop, wallet.held_kop, 'operator', 'undo:' || $3, part.number
             from lot, used, wallet,
                  lateral (values (0, 'wallet:' || $1, lot.kop),
                                  (1, 'debt:' || $1, used.kop)) as part (number, account, kop)
             where part.kop > 0
         )
         select lot.kop, used.kop from lot, used",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(key)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    let (taken, owed) = taken.unwrap_or_default();
    Ok(TakenBack { taken: Rub::from_kopecks(taken), owed: Rub::from_kopecks(owed) })
}
