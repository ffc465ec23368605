use money::Rub;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::World;
use crate::grant::operation_is;

/// What [`put_aside`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutAside {
    /// The money has left the wallet.
    Done {
        /// What can be spent after it.
        balance: Rub,
    },
    /// This very operation was done before.
    Exists,
    /// The key was used for another sum or person.
    ExistsWithDifferent,
    /// There is too little money of the person's own; bonus money cannot be given away.
    Short {
        /// How much more is needed.
        missing: Rub,
    },
}

/// What [`hand_over`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// The money is in the wallet.
    Done {
        /// What can be spent after it.
        balance: Rub,
    },
    /// This very operation was done before.
    Exists,
    /// The key was used for another sum or person.
    ExistsWithDifferent,
}

/// Moves money of the person's own out of the wallet, to the account `gifts`.
///
/// # Errors
/// What the database says; an amount that is not positive is refused by its constraints.
pub async fn put_aside(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    amount: Rub,
    key: &str,
) -> Result<PutAside, sqlx::Error> {
    let world = World::Real.as_str();
    let real: i64 = sqlx::query_scalar(
        "select real_kop from wallets where user_id = $1 and world = $2 for update",
    )
    .bind(user_id)
    .bind(world)
    .fetch_one(&mut *connection)
    .await?;
    if let Some(same) = operation_is(&mut *connection, key, user_id, amount).await? {
        return Ok(if same { PutAside::Exists } else { PutAside::ExistsWithDifferent });
    }
    let missing = Rub::from_kopecks(real).missing_to(amount);
    if missing > Rub::ZERO {
        return Ok(PutAside::Short { missing });
    }
    let balance: i64 = sqlx::query_scalar(
        "with wallet as (
             update wallets set real_kop = real_kop - $3 where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entry as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                                 balance_after_kop, held_after_kop, actor, operation, part)
             select $4, $2, 'gift_out', 'wallet:' || $1, 'gifts', $3, 'real', $1,
                    wallet.balance_kop, wallet.held_kop, 'person', $5, 0
             from wallet
         )
         select balance_kop from wallet",
    )
    .bind(user_id)
    .bind(world)
    .bind(amount.kopecks())
    .bind(now)
    .bind(key)
    .fetch_one(connection)
    .await?;
    Ok(PutAside::Done { balance: Rub::from_kopecks(balance) })
}

/// Moves money from the account `gifts` into a wallet, as money of that person's own.
///
/// # Errors
/// What the database says; an amount that is not positive is refused by its constraints.
pub async fn hand_over(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    amount: Rub,
    key: &str,
) -> Result<HandedOver, sqlx::Error> {
    crate::lock_wallet(&mut *connection, user_id, World::Real).await?;
    if let Some(same) = operation_is(&mut *connection, key, user_id, amount).await? {
        return Ok(if same { HandedOver::Exists } else { HandedOver::ExistsWithDifferent });
    }
    let balance: i64 = sqlx::query_scalar(
        "with wallet as (
             update wallets set real_kop = real_kop + $3 where user_id = $1 and world = $2
             returning balance_kop, held_kop
         ), entry as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                                 balance_after_kop, held_after_kop, actor, operation, part)
             select $4, $2, 'gift_in', 'gifts', 'wallet:' || $1, $3, 'real', $1,
                    wallet.balance_kop, wallet.held_kop, 'person', $5, 0
             from wallet
         )
         select balance_kop from wallet",
    )
    .bind(user_id)
    .bind(World::Real.as_str())
    .bind(amount.kopecks())
    .bind(now)
    .bind(key)
    .fetch_one(connection)
    .await?;
    Ok(HandedOver::Done { balance: Rub::from_kopecks(balance) })
}
