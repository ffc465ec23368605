use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Committed, Held, HoldRequest, Refunded, Released};

/// Locks the wallet. Whatever follows in the transaction sees the last committed lots.
pub const LOCK_WALLET: &str = "
    select real_kop, bonus_kop, held_kop from wallets
    where user_id = $1 and world = $2 for update";

/// Looks for a hold made before for the same generation.
pub const FIND_HOLD: &str =
    "select user_id, world, amount_kop + returned_kop from holds where generation_id = $1";

/// The bonus lots with something left, the one that expires first at the head.
pub const OPEN_LOTS: &str = "
    select id, remaining_kop from bonus_lots
    where user_id = $1 and world = $2 and remaining_kop > 0
      and (expires_at is null or expires_at > $3)
    order by expires_at nulls last, id";

/// Writes a hold: the row, the wallet, the lots and the ledger in one statement.
/// Parameters: generation, user, world, amount, real part, lot ids, lot parts, now.
pub const HOLD: &str = "
    with held as (
        insert into holds (generation_id, user_id, world, amount_kop, real_kop, lot_ids, lot_kops,
                           state, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
    ), wallet as (
        update wallets
        set real_kop = real_kop - $5, bonus_kop = bonus_kop - ($4 - $5), held_kop = held_kop + $4
        where user_id = $2 and world = $3
        returning balance_kop, held_kop
    ), lots as (
        update bonus_lots lot
        set remaining_kop = remaining_kop - part.kop
        from unnest($6::bigint[], $7::bigint[]) as part (lot_id, kop)
        where lot.id = part.lot_id
    ), parts as (
        select null::bigint as lot_id, $5::bigint as kop, 0 as part where $5 > 0
        union all
        select lot_id, kop, (ordinality)::int
        from unnest($6::bigint[], $7::bigint[]) with ordinality as p (lot_id, kop, ordinality)
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, operation, part)
        select $8, $3, 'hold', 'wallet:' || $2, 'held:' || $2, parts.kop,
               case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id, $2,
               wallet.balance_kop, wallet.held_kop, $1, 'person', 'hold:' || $1::text, parts.part
        from parts, wallet
    )
    select balance_kop from wallet";

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
    let wallet = sqlx::query(LOCK_WALLET)
        .bind(request.user_id)
        .bind(request.world.as_str())
        .fetch_one(&mut *connection)
        .await?;
    if let Some(answer) = existing(&mut *connection, request).await? {
        return Ok(answer);
    }
    let lots: Vec<(i64, i64)> = sqlx::query_as(OPEN_LOTS)
        .bind(request.user_id)
        .bind(request.world.as_str())
        .bind(now)
        .fetch_all(&mut *connection)
        .await?;
    let real: i64 = wallet.try_get("real_kop")?;
    let Some(split) = split(request.amount.kopecks(), real, &lots) else {
        let usable = lots.iter().fold(real, |sum, (_, kop)| sum.saturating_add(*kop));
        let balance = Rub::from_kopecks(usable);
        let missing = balance.missing_to(request.amount);
        return Ok(Held::InsufficientFunds { missing, balance });
    };
    let balance: i64 = sqlx::query_scalar(HOLD)
        .bind(request.generation)
        .bind(request.user_id)
        .bind(request.world.as_str())
        .bind(request.amount.kopecks())
        .bind(split.real)
        .bind(split.lots.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(split.lots.iter().map(|(_, kop)| *kop).collect::<Vec<_>>())
        .bind(now)
        .fetch_one(connection)
        .await?;
    Ok(Held::Created { balance: Rub::from_kopecks(balance) })
}

async fn existing(
    connection: &mut PgConnection,
    request: &HoldRequest,
) -> Result<Option<Held>, sqlx::Error> {
    let found: Option<(i64, String, i64)> =
        sqlx::query_as(FIND_HOLD).bind(request.generation).fetch_optional(connection).await?;
    Ok(found.map(|(user_id, world, amount)| {
        let same = user_id == request.user_id
            && world == request.world.as_str()
            && amount == request.amount.kopecks();
        if same { Held::Exists } else { Held::ExistsWithDifferent }
    }))
}

/// Where the money of a hold comes from.
#[derive(Debug, PartialEq, Eq)]
struct Split {
    real: i64,
    lots: Vec<(i64, i64)>,
}

/// Bonus lots in the given order, then real money; `None` when all of it is not enough.
fn split(amount: i64, real: i64, lots: &[(i64, i64)]) -> Option<Split> {
    let mut rest = amount;
    let mut taken = Vec::new();
    for (id, remaining) in lots {
        let part = rest.min(*remaining);
        if part > 0 {
            taken.push((*id, part));
            rest -= part;
        }
    }
    (rest <= real).then_some(Split { real: rest, lots: taken })
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

pub(crate) fn amount_and_balance(row: &sqlx::postgres::PgRow) -> Result<(Rub, Rub), sqlx::Error> {
    let amount: i64 = row.try_get("amount_kop")?;
    let balance: i64 = row.try_get("balance_kop")?;
    Ok((Rub::from_kopecks(amount), Rub::from_kopecks(balance)))
}

pub(crate) async fn state(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("select state from holds where generation_id = $1")
        .bind(generation)
        .fetch_optional(connection)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bonus_money_is_spent_before_real_money_in_the_order_given() {
        let lots = [(1, 30), (2, 50)];
        let cases = [
            (0, Some((0, vec![]))),
            (20, Some((0, vec![(1, 20)]))),
            (60, Some((0, vec![(1, 30), (2, 30)]))),
            (100, Some((20, vec![(1, 30), (2, 50)]))),
            (180, Some((100, vec![(1, 30), (2, 50)]))),
            (181, None),
        ];
        for (amount, expected) in cases {
            let expected = expected.map(|(real, lots)| Split { real, lots });
            assert_eq!(split(amount, 100, &lots), expected, "{amount}");
        }
    }
}
