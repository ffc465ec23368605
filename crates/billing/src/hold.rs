use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Committed, Held, HoldRequest, Refunded, Released};

/// Sets money aside in one call of the function of the schema.
/// Parameters: generation, user, world, amount, now.
pub const HOLD: &str = "select outcome, balance from hold_money($1, $2, $3, $4, $5)";

/// Takes held money: closes the hold and moves each part to revenue in one statement.
/// Parameters: generation, now. No row when the hold is not open.
pub const COMMIT: &str = "
    with hold as (
        update holds set state = 'committed', closed_at = $2
        where generation_id = $1 and state = 'open'
        returning user_id, world, amount_kop, real_kop, lot_ids, lot_kops
    ), wallet as (
        update wallets set held_kop = wallets.held_kop - hold.amount_kop
        from hold
        where wallets.user_id = hold.user_id and wallets.world = hold.world
        returning wallets.balance_kop, wallets.held_kop
    ), parts as (
        select null::bigint as lot_id, real_kop as kop, 0 as part from hold where real_kop > 0
        union all
        select p.lot_id, p.kop, p.ordinality::int
        from hold, unnest(hold.lot_ids, hold.lot_kops) with ordinality as p (lot_id, kop, ordinality)
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, operation, part)
        select $2, hold.world, 'commit', 'held:' || hold.user_id, 'revenue', parts.kop,
               case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id,
               hold.user_id, wallet.balance_kop, wallet.held_kop, $1, 'program',
               'commit:' || $1::text, parts.part
        from parts, wallet, hold
    )
    select hold.amount_kop, wallet.balance_kop from hold, wallet";

const RELEASE: &str = "
    with hold as (
        update holds set state = 'released', closed_at = $2
        where generation_id = $1 and state = 'open'
        returning user_id, world, amount_kop, real_kop, lot_ids, lot_kops
    ), wallet as (
        update wallets
        set held_kop = wallets.held_kop - hold.amount_kop,
            real_kop = wallets.real_kop + hold.real_kop,
            bonus_kop = wallets.bonus_kop + (hold.amount_kop - hold.real_kop)
        from hold
        where wallets.user_id = hold.user_id and wallets.world = hold.world
        returning wallets.balance_kop, wallets.held_kop
    ), parts as (
        select null::bigint as lot_id, real_kop as kop, 0 as part from hold where real_kop > 0
        union all
        select p.lot_id, p.kop, p.ordinality::int
        from hold, unnest(hold.lot_ids, hold.lot_kops) with ordinality as p (lot_id, kop, ordinality)
    ), lots as (
        update bonus_lots lot
        set remaining_kop = remaining_kop + parts.kop,
            expires_at = case when lot.expires_at is not null
                              then greatest(lot.expires_at, $2 + interval '24 hours') end
        from parts where lot.id = parts.lot_id
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, reason,
                            operation, part)
        select $2, hold.world, 'release', 'held:' || hold.user_id, 'wallet:' || hold.user_id,
               parts.kop, case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id,
               hold.user_id, wallet.balance_kop, wallet.held_kop, $1, 'program', $3,
               'release:' || $1::text, parts.part
        from parts, wallet, hold
    )
    select hold.amount_kop, wallet.balance_kop from hold, wallet";

const REFUND: &str = "
    with hold as (
        update holds set state = 'refunded', closed_at = $2
        where generation_id = $1 and state = 'committed'
        returning user_id, world, amount_kop, real_kop, lot_ids, lot_kops
    ), wallet as (
        update wallets
        set real_kop = wallets.real_kop + hold.real_kop,
            bonus_kop = wallets.bonus_kop + (hold.amount_kop - hold.real_kop)
        from hold
        where wallets.user_id = hold.user_id and wallets.world = hold.world
        returning wallets.balance_kop, wallets.held_kop
    ), parts as (
        select null::bigint as lot_id, real_kop as kop, 0 as part from hold where real_kop > 0
        union all
        select p.lot_id, p.kop, p.ordinality::int
        from hold, unnest(hold.lot_ids, hold.lot_kops) with ordinality as p (lot_id, kop, ordinality)
    ), lots as (
        update bonus_lots lot
        set remaining_kop = remaining_kop + parts.kop,
            expires_at = case when lot.expires_at is not null
                              then greatest(lot.expires_at, $2 + interval '24 hours') end
        from parts where lot.id = parts.lot_id
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, reason,
                            operation, part)
        select $2, hold.world, 'refund', 'revenue', 'wallet:' || hold.user_id,
               parts.kop, case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id,
               hold.user_id, wallet.balance_kop, wallet.held_kop, $1, 'program', $3,
               'refund:' || $1::text, parts.part
        from parts, wallet, hold
    )
    select hold.amount_kop, wallet.balance_kop from hold, wallet";

/// Sets money aside for a generation: bonus money first, of that the lot that expires first.
///
/// # Errors
/// What the database says; a negative amount is refused by its constraints.
pub async fn hold(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    request: &HoldRequest,
) -> Result<Held, sqlx::Error> {
    let (outcome, balance): (String, i64) = sqlx::query_as(HOLD)
        .bind(request.generation)
        .bind(request.user_id)
        .bind(request.world.as_str())
        .bind(request.amount.kopecks())
        .bind(now)
        .fetch_one(connection)
        .await?;
    let balance = Rub::from_kopecks(balance);
    match outcome.as_str() {
        "created" => Ok(Held::Created { balance }),
        "exists" => Ok(Held::Exists),
        "different" => Ok(Held::ExistsWithDifferent),
        "short" => {
            let missing = balance.missing_to(request.amount);
            Ok(Held::InsufficientFunds { missing, balance })
        }
        other => Err(sqlx::Error::Protocol(format!("a hold came to an unknown end: {other}"))),
    }
}

/// Takes the money held for a generation.
///
/// # Errors
/// What the database says.
pub async fn commit(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
) -> Result<Committed, sqlx::Error> {
    let row =
        sqlx::query(COMMIT).bind(generation).bind(now).fetch_optional(&mut *connection).await?;
    if let Some(row) = row {
        let (amount, balance) = amount_and_balance(&row)?;
        return Ok(Committed::Taken { amount, balance });
    }
    Ok(match state(connection, generation).await?.as_deref() {
        Some("committed" | "refunded") => Committed::AlreadyCommitted,
        Some(_) => Committed::AlreadyReleased,
        None => Committed::NoHold,
    })
}

/// Gives the money held for a generation back to where it came from. A bonus lot that expired
/// meanwhile stays usable for 24 hours.
///
/// # Errors
/// What the database says.
pub async fn release(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
    reason: &str,
) -> Result<Released, sqlx::Error> {
    let row = sqlx::query(RELEASE)
        .bind(generation)
        .bind(now)
        .bind(reason)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = row {
        let (amount, balance) = amount_and_balance(&row)?;
        return Ok(Released::Returned { amount, balance });
    }
    Ok(match state(connection, generation).await?.as_deref() {
        Some("committed" | "refunded") => Released::AlreadyCommitted,
        Some(_) => Released::AlreadyReleased,
        None => Released::NoHold,
    })
}

/// Gives back money that was already taken for a generation.
///
/// # Errors
/// What the database says.
pub async fn refund(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
    reason: &str,
) -> Result<Refunded, sqlx::Error> {
    let row = sqlx::query(REFUND)
        .bind(generation)
        .bind(now)
        .bind(reason)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = row {
        let (amount, balance) = amount_and_balance(&row)?;
        return Ok(Refunded::Returned { amount, balance });
    }
    Ok(match state(connection, generation).await?.as_deref() {
        Some("refunded") => Refunded::AlreadyRefunded,
        Some(_) | None => Refunded::NothingTaken,
    })
}

fn amount_and_balance(row: &sqlx::postgres::PgRow) -> Result<(Rub, Rub), sqlx::Error> {
    let amount: i64 = row.try_get("amount_kop")?;
    let balance: i64 = row.try_get("balance_kop")?;
    Ok((Rub::from_kopecks(amount), Rub::from_kopecks(balance)))
}

async fn state(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("select state from holds where generation_id = $1")
        .bind(generation)
        .fetch_optional(connection)
        .await
}
