use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::grant::lock_wallet;
use crate::{Expired, Lot, World};

/// A person's bonus money in the order in which it is spent: what ends first at the head.
///
/// # Errors
/// What the database says.
pub async fn lots(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
) -> Result<Vec<Lot>, sqlx::Error> {
    let rows = sqlx::query(
        "select remaining_kop, expires_at from bonus_lots
         where user_id = $1 and world = $2 and remaining_kop > 0
           and (expires_at is null or expires_at > $3)
         order by expires_at nulls last, id",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(now)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Lot {
                remaining: Rub::from_kopecks(row.try_get("remaining_kop")?),
                expires_at: row.try_get("expires_at")?,
            })
        })
        .collect()
}

/// A lot whose time is up, if there is one: whose it is, so that the wallet is locked first.
///
/// # Errors
/// What the database says.
pub async fn next_to_expire(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<Option<(i64, World)>, sqlx::Error> {
    let found: Option<(i64, String)> = sqlx::query_as(
        "select user_id, world from bonus_lots
         where remaining_kop > 0 and expires_at <= $1
         order by expires_at, id limit 1",
    )
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(found.and_then(|(user_id, world)| Some((user_id, World::parse(&world)?))))
}

/// Takes a person's bonus money whose time is up out of the wallet. What is on hold stays there: it
/// comes back for at least 24 hours, or is spent. Nothing when there is none.
///
/// # Errors
/// What the database says.
pub async fn expire(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
) -> Result<Option<Expired>, sqlx::Error> {
    lock_wallet(&mut *connection, user_id, world).await?;
    // A lot can end more than once: each time a hold gave something back to it. Its end then is
    // another one, and part of the key.
    let kopecks: Option<i64> = sqlx::query_scalar(
        "with ended as (
             select id, remaining_kop as kop, expires_at from bonus_lots
             where user_id = $1 and world = $2 and remaining_kop > 0 and expires_at <= $3
             for update
         ), lots as (
             update bonus_lots lot set remaining_kop = 0 from ended where lot.id = ended.id
         ), total as (
             select sum(kop)::bigint as kop from ended
         ), wallet as (
             update wallets set bonus_kop = bonus_kop - total.kop
             from total
             where user_id = $1 and world = $2 and total.kop > 0
             returning balance_kop, held_kop
         ), entries as (
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                                 balance_after_kop, held_after_kop, actor, operation, part)
             select $3, $2, 'expire', 'wallet:' || $1, 'promo_expense', ended.kop, 'bonus', ended.id,
                    $1, wallet.balance_kop, wallet.held_kop, 'program',
                    'expire:' || ended.id || ':'
                    || (extract(epoch from ended.expires_at) * 1000000)::bigint, 0
             from ended, wallet
         )
         select kop from total",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(now)
    .fetch_one(connection)
    .await?;
    let amount = Rub::from_kopecks(kopecks.unwrap_or_default());
    Ok((amount > Rub::ZERO).then_some(Expired { user_id, world, amount }))
}
