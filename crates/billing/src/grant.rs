use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{Bonus, BonusReason, Given, ToppedUp, World};

/// What a person of the test mode starts with, in kopecks: enough to try everything.
const TEST_MONEY_KOP: i64 = 1_000_000;

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
    if !open_empty(&mut *connection, now, user_id).await? || welcome <= Rub::ZERO {
        return Ok(false);
    }
    let given = give(connection, now, &Bonus::welcome(user_id, welcome)).await?;
    Ok(matches!(given, Given::Created { .. }))
}

/// Makes a person's wallets when they are missing: nothing in the real one, play money in the one
/// of the test mode. Says whether they were made by this very call.
///
/// # Errors
/// What the database says.
pub async fn open_empty(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
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
    let play = Bonus {
        world: World::Test,
        key: format!("welcome:test:{user_id}"),
        ..Bonus::welcome(user_id, Rub::from_kopecks(TEST_MONEY_KOP))
    };
    give(connection, now, &play).await?;
    Ok(true)
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
    let (reason, key) = (BonusReason::TopUp, key.to_owned());
    let bonus = Bonus { user_id, world, amount, reason, key, expires_at: None };
    Ok(matches!(give(connection, now, &bonus).await?, Given::Created { .. }))
}

/// Gives bonus money as a lot of its own. The key makes it happen once.
///
/// # Errors
/// What the database says; an amount that is not positive is refused by its constraints.
pub async fn give(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    bonus: &Bonus,
) -> Result<Given, sqlx::Error> {
    // The wallet's lock makes the check of the key and the giving one step.
    lock_wallet(&mut *connection, bonus.user_id, bonus.world).await?;
    if let Some(same) =
        operation_is(&mut *connection, &bonus.key, bonus.user_id, bonus.amount).await?
    {
        return Ok(if same { Given::Exists } else { Given::ExistsWithDifferent });
    }
    let balance: i64 = sqlx::query_scalar(
        "with lot as (
             insert into bonus_lots (user_id, world, origin, granted_kop, remaining_kop, created_at,
                                     expires_at)
             values ($1, $2, $4, $3, $3, $5, $7)
             returning id
         ), wallet as (
             update wallets set bonus_kop = bonus_kop + $3
             where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entry as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                                 balance_after_kop, held_after_kop, actor, reason, operation, part)
             select $5, $2, 'bonus', 'promo_expense', 'wallet:' || $1, $3, 'bonus', lot.id, $1,
                    wallet.balance_kop, wallet.held_kop, 'program', $6, $4, 0
             from lot, wallet
         )
         select balance_kop from wallet",
    )
    .bind(bonus.user_id)
    .bind(bonus.world.as_str())
    .bind(bonus.amount.kopecks())
    .bind(&bonus.key)
    .bind(now)
    .bind(bonus.reason.as_str())
    .bind(bonus.expires_at)
    .fetch_one(connection)
    .await?;
    Ok(Given::Created { balance: Rub::from_kopecks(balance) })
}

/// Locks a person's wallet until the transaction ends. Whoever moves the money of several people
/// in one transaction locks all their wallets before anything else.
///
/// # Errors
/// What the database says; there must be a wallet.
pub async fn lock_wallet(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
) -> Result<(), sqlx::Error> {
    sqlx::query("select from wallets where user_id = $1 and world = $2 for update")
        .bind(user_id)
        .bind(world.as_str())
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Whether an operation of that key has happened, and if so, whether it was this very one.
pub(crate) async fn operation_is(
    connection: &mut PgConnection,
    key: &str,
    user_id: i64,
    amount: Rub,
) -> Result<Option<bool>, sqlx::Error> {
    let earlier: Option<(i64, i64)> = sqlx::query_as(
        "select user_id, sum(amount_kop)::bigint from ledger where operation = $1 group by user_id",
    )
    .bind(key)
    .fetch_optional(connection)
    .await?;
    Ok(earlier.map(|(owner, moved)| owner == user_id && moved == amount.kopecks()))
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
    if let Some(same) = operation_is(&mut *connection, key, user_id, amount).await? {
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
