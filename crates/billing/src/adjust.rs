//! Money that an operator gives or takes.

use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{Adjusted, Adjustment};

/// Gives or takes money by an operator's decision, once per key. What is given is real money and
/// covers a debt first; what is taken is real money first, then bonus money, the lot that ends
/// first at the head. Never more is taken than there is to spend.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn adjust(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    wanted: &Adjustment<'_>,
) -> Result<Adjusted, sqlx::Error> {
    let Some(purse) = lock(connection, wanted).await? else { return Ok(Adjusted::NoWallet) };
    if let Some(same) = earlier(connection, wanted).await? {
        return Ok(if same { Adjusted::Exists } else { Adjusted::ExistsWithDifferent });
    }
    let amount = wanted.amount.kopecks();
    if amount >= 0 {
        return give(connection, now, wanted, purse.debt.min(amount)).await;
    }
    let sum = amount.saturating_neg();
    if sum > purse.balance {
        return Ok(Adjusted::InsufficientFunds { balance: Rub::from_kopecks(purse.balance) });
    }
    take(connection, now, wanted, sum, purse.real).await
}

/// Whether the key was used, and if so, whether for this very wallet and sum.
async fn earlier(
    connection: &mut PgConnection,
    wanted: &Adjustment<'_>,
) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar(
        "select bool_and(kind = 'adjust' and user_id = $2 and world = $3)
                and sum(case when debit = 'adjustments' then amount_kop else -amount_kop end) = $4
         from ledger where operation = $1",
    )
    .bind(wanted.key)
    .bind(wanted.user_id)
    .bind(wanted.world.as_str())
    .bind(wanted.amount.kopecks())
    .fetch_one(connection)
    .await
}

struct Purse {
    balance: i64,
    real: i64,
    debt: i64,
}

/// The wallet's lock makes the check of the key and the movement one step.
async fn lock(
    connection: &mut PgConnection,
    wanted: &Adjustment<'_>,
) -> Result<Option<Purse>, sqlx::Error> {
    let row = sqlx::query(
        "select balance_kop, real_kop, debt_kop from wallets
         where user_id = $1 and world = $2 for update",
    )
    .bind(wanted.user_id)
    .bind(wanted.world.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Purse {
            balance: row.try_get("balance_kop")?,
            real: row.try_get("real_kop")?,
            debt: row.try_get("debt_kop")?,
        })
    })
    .transpose()
}

async fn give(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    wanted: &Adjustment<'_>,
    covered: i64,
) -> Result<Adjusted, sqlx::Error> {
    let balance: i64 = sqlx::query_scalar(
        "with wallet as (
             update wallets set real_kop = real_kop + ($3 - $4), debt_kop = debt_kop - $4
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                                 balance_after_kop, held_after_kop, actor, reason, operation, part)
             select $5, $2, 'adjust', 'adjustments', part.account, part.kop, 'real', $1,
                    wallet.balance_kop, wallet.held_kop, $6, $7, $8, part.number
             from wallet, (values (0, 'wallet:' || $1, $3::bigint - $4::bigint),
                                  (1, 'debt:' || $1, $4::bigint)) as part (number, account, kop)
             where part.kop > 0
         )
         select balance_kop from wallet",
    )
    .bind(wanted.user_id)
    .bind(wanted.world.as_str())
    .bind(wanted.amount.kopecks())
    .bind(covered)
    .bind(now)
    .bind(wanted.actor)
    .bind(wanted.reason)
    .bind(wanted.key)
    .fetch_one(connection)
    .await?;
    Ok(Adjusted::Done { balance: Rub::from_kopecks(balance) })
}

async fn take(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    wanted: &Adjustment<'_>,
    sum: i64,
    real: i64,
) -> Result<Adjusted, sqlx::Error> {
    let lots: Vec<(i64, i64)> = sqlx::query_as(
        "select id, remaining_kop from bonus_lots
         where user_id = $1 and world = $2 and remaining_kop > 0
         order by expires_at nulls last, id for update",
    )
    .bind(wanted.user_id)
    .bind(wanted.world.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let from_real = sum.min(real);
    let mut rest = sum - from_real;
    let (mut ids, mut kops) = (Vec::new(), Vec::new());
    for (id, remaining) in lots {
        let part = rest.min(remaining);
        if part > 0 {
            ids.push(id);
            kops.push(part);
            rest -= part;
        }
    }
    if rest > 0 {
        return Err(sqlx::Error::Protocol("the lots hold less than the wallet says".into()));
    }
    let balance: i64 = sqlx::query_scalar(
        "with lots as (
             update bonus_lots set remaining_kop = remaining_kop - part.kop
             from unnest($5::bigint[], $6::bigint[]) as part (id, kop)
             where bonus_lots.id = part.id
         ), wallet as (
             update wallets
             set real_kop = real_kop - $3, bonus_kop = bonus_kop - $4
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), parts as (
             select 0 as number, $3::bigint as kop, null::bigint as lot
             union all
             select number, kop, id
             from unnest($5::bigint[], $6::bigint[]) with ordinality as lot (id, kop, number)
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                                 balance_after_kop, held_after_kop, actor, reason, operation, part)
             select $7, $2, 'adjust', 'wallet:' || $1, 'adjustments', part.kop,
                    case when part.lot is null then 'real' else 'bonus' end, part.lot, $1,
                    wallet.balance_kop, wallet.held_kop, $8, $9, $10, part.number
             from wallet, parts part
             where part.kop > 0
         )
         select balance_kop from wallet",
    )
    .bind(wanted.user_id)
    .bind(wanted.world.as_str())
    .bind(from_real)
    .bind(sum - from_real)
    .bind(ids)
    .bind(kops)
    .bind(now)
    .bind(wanted.actor)
    .bind(wanted.reason)
    .bind(wanted.key)
    .fetch_one(connection)
    .await?;
    Ok(Adjusted::Done { balance: Rub::from_kopecks(balance) })
}
