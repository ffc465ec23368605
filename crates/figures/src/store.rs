//! All SQL of this crate: looks into the tables of others, and its own table of what was sent.

use billing::World;
use sqlx::{FromRow, PgConnection};
use time::{Date, OffsetDateTime};

use crate::numbers::{
    Bucket, Failure, Figures, ModelFigures, Money, Orders, People, Queue, Report, Source, Spread,
    Times,
};
use crate::{Period, Span};

/// So many models are told apart.
const MODELS_MAX: i64 = 300;

/// So many sources of people are told apart.
const SOURCES_MAX: i64 = 50;

/// A part of time in a world.
#[derive(Clone, Copy)]
struct Slice {
    world: World,
    from: OffsetDateTime,
    to: OffsetDateTime,
}

/// Reads everything about a period up to now. It reads whole tables: give it the transaction of a
/// report.
///
/// # Errors
/// What the database says.
pub async fn gather(
    connection: &mut PgConnection,
    world: World,
    period: Period,
    now: OffsetDateTime,
) -> Result<Report, sqlx::Error> {
    let until = now.clamp(period.from(), period.to());
    let slice = Slice { world, from: period.from(), to: until };
    let before = match period.before() {
        Some(before) => {
            let same = before.from() + (until - period.from());
            // A period that is over is compared with all of the one before, be it shorter or longer.
            let to = if until == period.to() { before.to() } else { same.min(before.to()) };
            figures(connection, Slice { world, from: before.from(), to }).await?
        }
        None => Figures::default(),
    };
    Ok(Report {
        period,
        until,
        now: figures(connection, slice).await?,
        before,
        buckets: buckets(connection, slice, period).await?,
        queue: queue(connection, world, now).await?,
    })
}

async fn figures(connection: &mut PgConnection, slice: Slice) -> Result<Figures, sqlx::Error> {
    Ok(Figures {
        orders: orders(connection, slice).await?,
        money: money(connection, slice).await?,
        people: people(connection, slice).await?,
        models: models(connection, slice).await?,
        failures: failures(connection, slice).await?,
        sources: sources(connection, slice).await?,
        times: times(connection, slice).await?,
    })
}

async fn orders(connection: &mut PgConnection, slice: Slice) -> Result<Orders, sqlx::Error> {
    #[derive(FromRow)]
    struct Row {
        placed: i64,
        done: i64,
        failed: i64,
        cancelled: i64,
        free: i64,
    }
    let row: Row = sqlx::query_as(
        "select count(*) as placed,
                count(*) filter (where state = 'done') as done,
                count(*) filter (where state in ('failed', 'late')) as failed,
                count(*) filter (where state = 'cancelled') as cancelled,
                count(*) filter (where free) as free
         from generations where world = $1 and created_at >= $2 and created_at < $3",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .fetch_one(connection)
    .await?;
    let Row { placed, done, failed, cancelled, free } = row;
    Ok(Orders { placed, done, failed, cancelled, open: placed - done - failed - cancelled, free })
}

async fn money(connection: &mut PgConnection, slice: Slice) -> Result<Money, sqlx::Error> {
    #[derive(FromRow)]
    struct Row {
        taken_kop: i64,
        taken_bonus_kop: i64,
        refunded_kop: i64,
        paid_orders: i64,
        cost_kop: i64,
        unpaid_cost_kop: i64,
        topups_kop: i64,
        topups: i64,
        paybacks_kop: i64,
        gifts_kop: i64,
    }
    let row: Row = sqlx::query_as(
        "select coalesce(sum(amount_kop) filter (where kind = 'commit'), 0)::bigint as taken_kop,
                coalesce(sum(amount_kop) filter (where kind = 'commit' and money = 'bonus'), 0)::bigint
                    as taken_bonus_kop,
                coalesce(sum(amount_kop) filter (where kind = 'refund'), 0)::bigint as refunded_kop,
                count(distinct generation_id) filter (where kind = 'commit') as paid_orders,
                coalesce(sum(amount_kop) filter (where debit = 'kie_credits'), 0)::bigint as cost_kop,
                coalesce(sum(amount_kop) filter (where debit = 'kie_credits'
                    and credit <> 'provider_cost'), 0)::bigint as unpaid_cost_kop,
                coalesce(sum(amount_kop) filter (where kind = 'topup'), 0)::bigint as topups_kop,
                count(distinct operation) filter (where kind = 'topup') as topups,
                coalesce(sum(amount_kop) filter (where kind = 'payback'), 0)::bigint
                    as paybacks_kop,
                coalesce(sum(amount_kop) filter (where kind = 'bonus'), 0)::bigint as gifts_kop
         from ledger where world = $1 and at >= $2 and at < $3",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .fetch_one(connection)
    .await?;
    Ok(Money {
        taken_kop: row.taken_kop,
        taken_bonus_kop: row.taken_bonus_kop,
        refunded_kop: row.refunded_kop,
        paid_orders: row.paid_orders,
        cost_kop: row.cost_kop,
        unpaid_cost_kop: row.unpaid_cost_kop,
        topups_kop: row.topups_kop,
        topups: row.topups,
        paybacks_kop: row.paybacks_kop,
        gifts_kop: row.gifts_kop,
    })
}

async fn people(connection: &mut PgConnection, slice: Slice) -> Result<People, sqlx::Error> {
    let (new, new_ordered, new_paid): (i64, i64, i64) = sqlx::query_as(
        "with fresh as (select id from users where created_at >= $2 and created_at < $3)
         select (select count(*) from fresh),
                (select count(distinct user_id) from generations
                 where world = $1 and created_at >= $2 and created_at < $3
                   and user_id in (select id from fresh)),
                (select count(distinct user_id) from ledger
                 where world = $1 and at >= $2 and at < $3 and kind = 'topup'
                   and user_id in (select id from fresh))",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .fetch_one(&mut *connection)
    .await?;
    let (buyers, first_time): (i64, i64) = sqlx::query_as(
        "with buyer as (
             select distinct user_id from generations
             where world = $1 and created_at >= $2 and created_at < $3
         ), old as (
             select distinct user_id from generations where world = $1 and created_at < $2
         )
         select count(*), count(*) filter (where old.user_id is null)
         from buyer left join old using (user_id)",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .fetch_one(connection)
    .await?;
    Ok(People { new, new_ordered, new_paid, buyers, first_time })
}

async fn models(
    connection: &mut PgConnection,
    slice: Slice,
) -> Result<Vec<ModelFigures>, sqlx::Error> {
    type Row = (String, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "with placed as (
             select id, model, state from generations
             where world = $1 and created_at >= $2 and created_at < $3
         ), moved as (
             select generation_id,
                    sum(case kind when 'commit' then amount_kop when 'refund' then -amount_kop
                        else 0 end) as revenue,
                    sum(case when debit = 'kie_credits' then amount_kop else 0 end) as cost
             from ledger
             where generation_id is not null and world = $1 and at >= $2
             group by generation_id
         )
         select model, count(*), count(*) filter (where state = 'done'),
                count(*) filter (where state in ('failed', 'late')),
                coalesce(sum(revenue), 0)::bigint, coalesce(sum(cost), 0)::bigint
         from placed left join moved on moved.generation_id = placed.id
         group by model order by count(*) desc, model limit $4",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .bind(MODELS_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(model, orders, done, failed, revenue_kop, cost_kop)| ModelFigures {
            model,
            orders,
            done,
            failed,
            revenue_kop,
            cost_kop,
        })
        .collect())
}

async fn failures(
    connection: &mut PgConnection,
    slice: Slice,
) -> Result<Vec<Failure>, sqlx::Error> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "select coalesce(failure, 'unknown'), count(*),
                (array_agg(code order by created_at desc, id))[1]
         from generations
         where world = $1 and created_at >= $2 and created_at < $3 and state in ('failed', 'late')
         group by 1 order by 2 desc, 1",
    )
    .bind(slice.world.as_str())
    .bind(slice.from)
    .bind(slice.to)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(class, orders, example)| Failure { class, orders, example })
        .collect())
}

async fn sources(connection: &mut PgConnection, slice: Slice) -> Result<Vec<Source>, sqlx::Error> {
    let rows: Vec<(Option<String>, i64)> = sqlx::query_as(
        "select source, count(*) from users where created_at >= $1 and created_at < $2
         group by source order by count(*) desc, source limit $3",
    )
    .bind(slice.from)
    .bind(slice.to)
    .bind(SOURCES_MAX)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(source, people)| Source { source, people }).collect())
}

/// How many, and the two percentiles, of some milliseconds.
const SPREAD: &str = "count(ms), coalesce(percentile_disc(0.5) within group (order by ms), 0),
    coalesce(percentile_disc(0.95) within group (order by ms), 0)";

async fn spread(
    connection: &mut PgConnection,
    slice: Slice,
    from: &str,
) -> Result<Spread, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("select {SPREAD} from ({from}) as took (ms)"));
    let (count, half_ms, most_ms): (i64, i64, i64) = sqlx::query_as(sql)
        .bind(slice.world.as_str())
        .bind(slice.from)
        .bind(slice.to)
        .fetch_one(connection)
        .await?;
    Ok(Spread { count, half_ms, most_ms })
}

async fn times(connection: &mut PgConnection, slice: Slice) -> Result<Times, sqlx::Error> {
    let waiting = "select (extract(epoch from submitted_at - created_at) * 1000)::bigint
         from generations
         where world = $1 and created_at >= $2 and created_at < $3 and submitted_at is not null";
    let answering = "select (extract(epoch from accepted_at - submitted_at) * 1000)::bigint
         from attempts
         where world = $1 and submitted_at >= $2 and submitted_at < $3 and accepted_at is not null";
    let making = "select (extract(epoch from finished_at - submitted_at) * 1000)::bigint
         from attempts
         where world = $1 and submitted_at >= $2 and submitted_at < $3 and state = 'succeeded'";
    let whole = "select (extract(epoch from finished_at - created_at) * 1000)::bigint
         from generations
         where world = $1 and created_at >= $2 and created_at < $3 and state = 'done'";
    Ok(Times {
        waiting: spread(connection, slice, waiting).await?,
        answering: spread(connection, slice, answering).await?,
        making: spread(connection, slice, making).await?,
        whole: spread(connection, slice, whole).await?,
    })
}

/// The number of the part that a moment of the column lies in.
fn part(column: &str) -> String {
    format!("floor(extract(epoch from {column} - $2) / $4)::int as part")
}

/// Rows of a statement that counts by parts: the part, then numbers.
async fn by_parts<const N: usize>(
    connection: &mut PgConnection,
    slice: Slice,
    step: i64,
    sql: String,
) -> Result<Vec<(usize, [i64; N])>, sqlx::Error> {
    let rows: Vec<(i32, Vec<i64>)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(slice.world.as_str())
        .bind(slice.from)
        .bind(slice.to)
        .bind(step)
        .fetch_all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(part, numbers)| Some((usize::try_from(part).ok()?, numbers.try_into().ok()?)))
        .collect())
}

async fn buckets(
    connection: &mut PgConnection,
    slice: Slice,
    period: Period,
) -> Result<Vec<Bucket>, sqlx::Error> {
    let step = period.step().whole_seconds();
    let mut starts = period.from();
    let mut buckets = Vec::new();
    for _ in 0..period.parts() {
        buckets.push(Bucket::empty(starts));
        starts += period.step();
    }
    let placed = part("created_at");
    let orders = by_parts::<4>(
        connection,
        slice,
        step,
        format!(
            "select {placed}, array[count(*), count(*) filter (where state = 'done'),
                    count(*) filter (where state in ('failed', 'late')),
                    coalesce(percentile_disc(0.5) within group (order by
                        (extract(epoch from submitted_at - created_at) * 1000)::bigint), 0)]
             from generations
             where world = $1 and created_at >= $2 and created_at < $3 group by 1"
        ),
    );
    for (part, numbers) in orders.await? {
        let Some(bucket) = buckets.get_mut(part) else { continue };
        [bucket.orders, bucket.done, bucket.failed, bucket.waiting_ms] = numbers;
    }
    let moved = part("at");
    let money = by_parts::<3>(
        connection,
        slice,
        step,
        format!(
            "select {moved},
                    array[sum(case kind when 'commit' then amount_kop when 'refund' then -amount_kop
                              else 0 end)::bigint,
                          sum(case when debit = 'kie_credits' then amount_kop else 0 end)::bigint,
                          sum(case when kind = 'topup' then amount_kop else 0 end)::bigint]
             from ledger where world = $1 and at >= $2 and at < $3 group by 1"
        ),
    );
    for (part, numbers) in money.await? {
        let Some(bucket) = buckets.get_mut(part) else { continue };
        [bucket.revenue_kop, bucket.cost_kop, bucket.topups_kop] = numbers;
    }
    people_of_parts(connection, slice, step, &mut buckets).await?;
    let submitted = part("submitted_at");
    let making = by_parts::<1>(
        connection,
        slice,
        step,
        format!(
            "select {submitted}, array[percentile_disc(0.5) within group (order by
                        (extract(epoch from finished_at - submitted_at) * 1000)::bigint)]
             from attempts
             where world = $1 and submitted_at >= $2 and submitted_at < $3
               and state = 'succeeded' group by 1"
        ),
    );
    for (part, [ms]) in making.await? {
        let Some(bucket) = buckets.get_mut(part) else { continue };
        bucket.making_ms = ms;
    }
    Ok(buckets)
}

async fn people_of_parts(
    connection: &mut PgConnection,
    slice: Slice,
    step: i64,
    buckets: &mut [Bucket],
) -> Result<(), sqlx::Error> {
    let came = part("created_at");
    let new = by_parts::<1>(
        connection,
        slice,
        step,
        // The world is bound for all of these statements; people have none.
        format!(
            "select {came}, array[count(*)] from users
             where $1::text is not null and created_at >= $2 and created_at < $3 group by 1"
        ),
    );
    for (part, [count]) in new.await? {
        let Some(bucket) = buckets.get_mut(part) else { continue };
        bucket.new = count;
    }
    let ordered = part("created_at");
    let buyers = by_parts::<2>(
        connection,
        slice,
        step,
        format!(
            "with old as (
                 select distinct user_id from generations where world = $1 and created_at < $2
             ), active as (
                 select distinct {ordered}, user_id from generations
                 where world = $1 and created_at >= $2 and created_at < $3
             ), told as (
                 select part, user_id,
                        old.user_id is null
                            and part = min(part) over (partition by active.user_id) as is_first
                 from active left join old using (user_id)
             )
             select part, array[count(*) filter (where is_first),
                                count(*) filter (where not is_first)]
             from told group by part"
        ),
    );
    for (part, numbers) in buyers.await? {
        let Some(bucket) = buckets.get_mut(part) else { continue };
        [bucket.first_time, bucket.returning] = numbers;
    }
    Ok(())
}

async fn queue(
    connection: &mut PgConnection,
    world: World,
    now: OffsetDateTime,
) -> Result<Queue, sqlx::Error> {
    let (open_orders, due, oldest_ms, dead): (i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from generations where world = $1 and finished_at is null),
                count(*) filter (where state = 'queued' and run_at <= $2),
                coalesce(extract(epoch from $2 - min(run_at) filter
                    (where state = 'queued' and run_at <= $2)) * 1000, 0)::bigint,
                count(*) filter (where state = 'dead')
         from jobs",
    )
    .bind(world.as_str())
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(Queue { open_orders, due, oldest_ms, dead })
}

/// Takes the report of a period that is over, of which there is one whoever of the processes comes
/// first; `false` when somebody has taken it, or nobody had come to the shop by its end.
///
/// # Errors
/// What the database says.
pub async fn begin_slot(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    period: Period,
) -> Result<bool, sqlx::Error> {
    let span = match period.span() {
        Span::Day => "day",
        Span::Week => "week",
        Span::Month => "month",
    };
    let first: Date = period.first();
    let taken = sqlx::query(
        "insert into reports (span, first_day, at)
         select $1, $2, $3 where exists (select from users where created_at < $4)
         on conflict do nothing",
    )
    .bind(span)
    .bind(first)
    .bind(now)
    .bind(period.to())
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}
