//! The statements of `free_slots` and `free_days`.

use billing::{Violation, World};
use money::Rub;
use sqlx::{PgConnection, Row as _};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::Slot;

/// What a person and the shop have used of the limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    pub(crate) today: u32,
    pub(crate) this_hour: u32,
    pub(crate) first_of_hour: Option<OffsetDateTime>,
    pub(crate) spent: Rub,
}

/// Counts the slots that were not returned.
pub(crate) async fn used(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    day: OffsetDateTime,
    hour_ago: OffsetDateTime,
) -> Result<Used, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) filter (where taken_at >= $3) as today,
                count(*) filter (where taken_at > $4) as this_hour,
                min(taken_at) filter (where taken_at > $4) as first_of_hour,
                (select coalesce(sum(cost_kop), 0)::bigint from free_slots
                 where world = $2 and returned_at is null and taken_at >= $3) as spent
         from free_slots
         where user_id = $1 and world = $2 and returned_at is null
           and taken_at >= least($3, $4)",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(day)
    .bind(hour_ago)
    .fetch_one(connection)
    .await?;
    let count = |name: &str| -> Result<u32, sqlx::Error> {
        Ok(u32::try_from(row.try_get::<i64, _>(name)?).unwrap_or(u32::MAX))
    };
    Ok(Used {
        today: count("today")?,
        this_hour: count("this_hour")?,
        first_of_hour: row.try_get("first_of_hour")?,
        spent: Rub::from_kopecks(row.try_get("spent")?),
    })
}

/// Locks the row of a day; whoever counts after it sees all slots that were taken before.
pub(crate) async fn lock_day(
    connection: &mut PgConnection,
    world: World,
    day: Date,
) -> Result<(), sqlx::Error> {
    sqlx::query("insert into free_days (world, day) values ($1, $2) on conflict do nothing")
        .bind(world.as_str())
        .bind(day)
        .execute(&mut *connection)
        .await?;
    sqlx::query("select 1 from free_days where world = $1 and day = $2 for update")
        .bind(world.as_str())
        .bind(day)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a slot.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    slot: &Slot,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into free_slots (generation_id, user_id, world, cost_kop, taken_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(slot.generation)
    .bind(slot.user_id)
    .bind(slot.world.as_str())
    .bind(slot.cost.kopecks())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a slot back; `false` when there is none, or it was given back before.
pub(crate) async fn give_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
) -> Result<bool, sqlx::Error> {
    let returned = sqlx::query(
        "update free_slots set returned_at = $2
         where generation_id = $1 and returned_at is null",
    )
    .bind(generation)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(returned.rows_affected() == 1)
}

/// Writes down that the budget of a day is spent; `false` when that was known.
pub(crate) async fn note_spent(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    day: Date,
) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query(
        "update free_days set spent_at = $3 where world = $1 and day = $2 and spent_at is null",
    )
    .bind(world.as_str())
    .bind(day)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// The rules, each as a query that answers one row per violation: subject and detail.
const RULES: [billing::Rule; 4] = [
    (
        "a free order has a slot of its cost, and no other order has",
        "select 'generation ' || coalesce(g.id, slot.generation_id) as subject,
                'free ' || coalesce(g.free::text, '?') || ', cost ' || g.cost_kop || ', slot '
                || coalesce(slot.cost_kop::text, 'none') as detail
         from generations g full join free_slots slot on slot.generation_id = g.id
         where g.free is distinct from (slot.generation_id is not null)
            or slot.user_id <> g.user_id or slot.world <> g.world or slot.cost_kop <> g.cost_kop",
    ),
    (
        "a slot is given back with the order that comes to nothing",
        "select 'generation ' || g.id as subject,
                'money ' || g.money || ', slot returned ' || coalesce(slot.returned_at::text, 'no')
                as detail
         from free_slots slot join generations g on g.id = slot.generation_id
         where (g.money = 'returned') <> (slot.returned_at is not null)",
    ),
    (
        "a free order costs the shop and nobody else",
        "select 'generation ' || g.id as subject,
                entry.kind || ' ' || entry.amount_kop || ' to ' || entry.credit as detail
         from generations g join ledger entry on entry.generation_id = g.id
         where (g.free and (entry.user_id is not null
                            or entry.credit not in ('promo_expense:free', 'loss')))
            or (not g.free and entry.credit = 'promo_expense:free')",
    ),
    (
        "what was taken of an upper bound is what the ledger took",
        "select 'generation ' || g.id as subject,
                'taken ' || coalesce(g.taken_kop::text, 'all') || ' of ' || g.price_kop
                || ', ledger ' || coalesce(sum(entry.amount_kop), 0) as detail
         from generations g
         left join ledger entry on entry.generation_id = g.id and entry.kind = 'commit'
         where g.money = 'taken'
         group by g.id
         having coalesce(sum(entry.amount_kop), 0) <> coalesce(g.taken_kop, g.price_kop)",
    ),
];

/// Where the orders and the books disagree.
pub(crate) async fn audit(connection: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    billing::check(connection, &RULES).await
}
