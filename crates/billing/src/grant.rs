use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{ToppedUp, World};

/// What a person of the test mode starts with, in kopecks: enough to try everything.
const TEST_MONEY_KOP: i64 = 1_000_000;

/// Why the first bonus is given.
const WELCOME: &str = "welcome";

/// Makes a person's wallets when they are missing, and gives the welcome bonus, once for ever.
/// Says whether the bonus was given by this very call.
///
/// # Errors
/// What the database says.
pub async fn open_wallets(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    welcome: Rub,
) -> Result<bool, sqlx::Error> {
    let created = sqlx::query(
        "insert into wallets (user_id, world, created_at)
         values ($1, 'real', $2), ($1, 'test', $2)
         on conflict do nothing",
    )
    .bind(user_id)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if created.rows_affected() == 0 {
        return Ok(false);
    }
    let key = format!("welcome:test:{user_id}");
    let test = Rub::from_kopecks(TEST_MONEY_KOP);
    grant(&mut *connection, now, user_id, World::Test, test, &key, WELCOME).await?;
    if welcome <= Rub::ZERO {
        return Ok(false);
    }
    let key = format!("welcome:{user_id}");
    grant(connection, now, user_id, World::Real, welcome, &key, WELCOME).await
}

/// Gives bonus money on top of a payment, once per key (`topup_bonus:<payment>`). Says whether this
/// very call gave it.
///
/// # Errors
/// What the database says.
pub async fn give_topup_bonus(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    amount: Rub,
    key: &str,
) -> Result<bool, sqlx::Error> {
    if amount <= Rub::ZERO {
        return Ok(false);
    }
    grant(connection, now, user_id, world, amount, key, "topup").await
}

/// Gives bonus money as a lot of its own. The key makes it happen once.
async fn grant(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    amount: Rub,
    key: &str,
    reason: &str,
) -> Result<bool, sqlx::Error> {
    let granted = sqlx::query(
        "with lot as (
             insert into bonus_lots (user_id, world, origin, granted_kop, remaining_kop, created_at)
             select $1, $2, $4, $3, $3, $5
             where not exists (select from ledger where operation = $4)
             returning id
         ), wallet as (
             update wallets set bonus_kop = bonus_kop + $3
             from lot
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         )
         insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                             balance_after_kop, held_after_kop, actor, reason, operation, part)
         select $5, $2, 'bonus', 'promo_expense', 'wallet:' || $1, $3, 'bonus', lot.id, $1,
                wallet.balance_kop, wallet.held_kop, 'program', $6, $4, 0
         from lot, wallet",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(amount.kopecks())
    .bind(key)
    .bind(now)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(granted.rows_affected() == 1)
}

/// Credits money that a person paid in, once per key (`pay:<provider>:<external id>`). A debt is
/// covered first.
///
/// # Errors
/// What the database says; an amount that is not positive is refused by its constraints.
pub async fn top_up(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
    amount: Rub,
    provider: &str,
    key: &str,
) -> Result<ToppedUp, sqlx::Error> {
    // The wallet's lock makes the check of the key and the crediting one step.
    let debt: i64 = sqlx::query_scalar(
        "select debt_kop from wallets where user_id = $1 and world = $2 for update",
    )
    .bind(user_id)
    .bind(world.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let earlier: Option<(i64, i64)> = sqlx::query_as(
        "select user_id, sum(amount_kop)::bigint from ledger where operation = $1 group by user_id",
    )
    .bind(key)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((owner, credited)) = earlier {
        let same = owner == user_id && credited == amount.kopecks();
        return Ok(if same { ToppedUp::Exists } else { ToppedUp::ExistsWithDifferent });
    }
    let covered = debt.min(amount.kopecks());
    let row = sqlx::query(
        "with wallet as (
             update wallets
             set real_kop = real_kop + ($3 - $4), debt_kop = debt_kop - $4
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                                 balance_after_kop, held_after_kop, actor, operation, part)
             select $5, $2, 'topup', 'topups:' || $6, part.account, part.kop, 'real', $1,
                    wallet.balance_kop, wallet.held_kop, 'person', $7, part.number
             from wallet, (values (0, 'wallet:' || $1, $3::bigint - $4::bigint),
                                  (1, 'debt:' || $1, $4::bigint)) as part (number, account, kop)
             where part.kop > 0
         )
         select balance_kop from wallet",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(amount.kopecks())
    .bind(covered)
    .bind(now)
    .bind(provider)
    .bind(key)
    .fetch_one(connection)
    .await?;
    Ok(ToppedUp::Credited {
        balance: Rub::from_kopecks(row.try_get("balance_kop")?),
        debt_covered: Rub::from_kopecks(covered),
    })
}
