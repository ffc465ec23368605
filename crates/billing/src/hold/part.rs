//! Taking a part of a hold: the price was an upper bound, and the actual is known now.

use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{commit, state};
use crate::Committed;

/// Keeps everybody else from the hold until the end of the transaction.
const LOCK_HOLD: &str = "
    select amount_kop, real_kop, lot_ids, lot_kops from holds
    where generation_id = $1 and state = 'open' for update";

/// Closes a hold with one part of it: the row keeps what is taken, the rest goes back to where it
/// came from. Parameters: generation, now; taken: real part, lots, their parts; given back: the
/// same.
const COMMIT_PART: &str = "
    with hold as (
        update holds
        set state = 'committed', closed_at = $2, real_kop = $3, lot_ids = $4, lot_kops = $5,
            amount_kop = $3 + (select coalesce(sum(kop), 0) from unnest($5::bigint[]) kop),
            returned_kop = $6 + (select coalesce(sum(kop), 0) from unnest($8::bigint[]) kop)
        where generation_id = $1 and state = 'open'
        returning user_id, world, amount_kop, returned_kop
    ), wallet as (
        update wallets
        set held_kop = wallets.held_kop - hold.amount_kop - hold.returned_kop,
            real_kop = wallets.real_kop + $6,
            bonus_kop = wallets.bonus_kop + (hold.returned_kop - $6)
        from hold
        where wallets.user_id = hold.user_id and wallets.world = hold.world
        returning wallets.balance_kop, wallets.held_kop
    ), lots as (
        update bonus_lots lot
        set remaining_kop = remaining_kop + part.kop,
            expires_at = case when lot.expires_at is not null
                              then greatest(lot.expires_at, $2 + interval '24 hours') end
        from unnest($7::bigint[], $8::bigint[]) as part (lot_id, kop)
        where lot.id = part.lot_id
    ), parts as (
        select 'commit' as kind, null::bigint as lot_id, $3::bigint as kop, 0 as part where $3 > 0
        union all
        select 'commit', lot_id, kop, ordinality::int
        from unnest($4::bigint[], $5::bigint[]) with ordinality as p (lot_id, kop, ordinality)
        union all
        select 'release', null, $6, 0 where $6 > 0
        union all
        select 'release', lot_id, kop, ordinality::int
        from unnest($7::bigint[], $8::bigint[]) with ordinality as p (lot_id, kop, ordinality)
    ), entries as (
        insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                            balance_after_kop, held_after_kop, generation_id, actor, reason,
                            operation, part)
        select $2, hold.world, parts.kind, 'held:' || hold.user_id,
               case parts.kind when 'commit' then 'revenue' else 'wallet:' || hold.user_id end,
               parts.kop, case when parts.lot_id is null then 'real' else 'bonus' end, parts.lot_id,
               hold.user_id,
               wallet.balance_kop - case parts.kind when 'commit' then hold.returned_kop else 0 end,
               wallet.held_kop + case parts.kind when 'commit' then hold.returned_kop else 0 end,
               $1, 'program', case parts.kind when 'release' then 'upper_bound' end,
               parts.kind || ':' || $1::text, parts.part
        from parts, wallet, hold
        order by parts.kind, parts.part
    )
    select hold.amount_kop, wallet.balance_kop from hold, wallet";

/// Takes `amount` of the money held for a generation and gives the rest back to where it came from;
/// never more than is held. The bonus lots that the hold took first are spent first, real money
/// last. A lot of the rest that expired meanwhile stays usable for 24 hours.
///
/// # Errors
/// What the database says; a negative amount is refused by its constraints.
pub async fn commit_part(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
    amount: Rub,
) -> Result<Committed, sqlx::Error> {
    let row = sqlx::query(LOCK_HOLD).bind(generation).fetch_optional(&mut *connection).await?;
    let Some(row) = row else {
        return Ok(match state(connection, generation).await?.as_deref() {
            Some("committed" | "refunded") => Committed::AlreadyCommitted,
            Some(_) => Committed::AlreadyReleased,
            None => Committed::NoHold,
        });
    };
    if amount.kopecks() >= row.try_get("amount_kop")? {
        return commit(connection, now, generation).await;
    }
    let lots: Vec<i64> = row.try_get("lot_ids")?;
    let kops: Vec<i64> = row.try_get("lot_kops")?;
    let held =
        Division { real: row.try_get("real_kop")?, lots: lots.into_iter().zip(kops).collect() };
    let (taken, back) = held.divide(amount.kopecks());
    let row = sqlx::query(COMMIT_PART)
        .bind(generation)
        .bind(now)
        .bind(taken.real)
        .bind(taken.ids())
        .bind(taken.kops())
        .bind(back.real)
        .bind(back.ids())
        .bind(back.kops())
        .fetch_one(connection)
        .await?;
    let balance = Rub::from_kopecks(row.try_get("balance_kop")?);
    Ok(Committed::Taken { amount: Rub::from_kopecks(row.try_get("amount_kop")?), balance })
}

/// Money by its kinds: lots in the order in which they were held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Division {
    real: i64,
    lots: Vec<(i64, i64)>,
}

impl Division {
    /// What is taken when `amount` is spent in the order of a hold, and what is left. Neither has
    /// a lot with nothing of it.
    fn divide(&self, amount: i64) -> (Self, Self) {
        let (mut taken, mut back) = (Self::default(), Self::default());
        let mut rest = amount;
        let mut share = |held: i64| {
            let part = rest.min(held);
            rest -= part;
            (part, held - part)
        };
        for (id, held) in &self.lots {
            let (part, left) = share(*held);
            taken.lots.extend((part != 0).then_some((*id, part)));
            back.lots.extend((left != 0).then_some((*id, left)));
        }
        (taken.real, back.real) = share(self.real);
        (taken, back)
    }

    fn ids(&self) -> Vec<i64> {
        self.lots.iter().map(|(id, _)| *id).collect()
    }

    fn kops(&self) -> Vec<i64> {
        self.lots.iter().map(|(_, kop)| *kop).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lots_that_were_held_first_are_spent_first_and_real_money_last() {
        let held = Division { real: 100, lots: vec![(1, 30), (2, 50)] };
        let cases = [
            (0, (0, vec![]), (100, vec![(1, 30), (2, 50)])),
            (20, (0, vec![(1, 20)]), (100, vec![(1, 10), (2, 50)])),
            (30, (0, vec![(1, 30)]), (100, vec![(2, 50)])),
            (90, (10, vec![(1, 30), (2, 50)]), (90, vec![])),
            (180, (100, vec![(1, 30), (2, 50)]), (0, vec![])),
        ];
        for (amount, taken, back) in cases {
            let division = |(real, lots)| Division { real, lots };
            assert_eq!(held.divide(amount), (division(taken), division(back)), "{amount}");
        }
    }
}
