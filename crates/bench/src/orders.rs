//! Orders through hold, job and commit, by the program's own functions and by `pgbench`.
//!
//! One order is, on both sides: a transaction with the hold and the enqueueing; the claim of that
//! job; a transaction with the completion and the commit, in this order, as the jobs of the program
//! end. Each connection has a pool of jobs of its own, so that a claim always finds exactly the job
//! that was enqueued before it and both sides do the same work; `pgbench` could not go on after a
//! claim that finds nothing.

use std::time::{Duration, Instant};

use billing::statements::{COMMIT, HOLD};
use billing::{Committed, Held, HoldRequest, World};
use clock::{Clock, Ids};
use money::Rub;
use queue::store::{CLAIM, COMPLETE, ENQUEUE};
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::figures::{median, per_second, range};
use crate::machine::{family_cpu, own_cpu};
use crate::pgbench::{self, Length, with_variables};
use crate::report::{Goal, Line};
use crate::server::{Database, Server};

/// A pool of jobs for each connection; `pgbench` calls its connections the same.
const POOLS: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
const CONNECTIONS: u32 = 8;
const PEOPLE: u32 = 1_000;
const PRICE_KOP: i64 = 380;
const WALLET_KOP: i64 = 1_000_000_000_000;
const LEASE: Duration = Duration::from_secs(30);
const KIND: &str = "prepare";

/// Orders in one round of the script. Ids and times are made once per round, by a statement that
/// the program does not need, so that it hardly counts.
const ORDERS_IN_ROUND: u32 = 20;

const PEOPLE_SQL: &str = include_str!("../sql/people.sql");

pub(crate) async fn measure(server: &Server, quick: bool) -> anyhow::Result<Vec<Line>> {
    let (times, slice) =
        if quick { (2, Duration::from_secs(3)) } else { (5, Duration::from_secs(30)) };
    let database = server.database("orders", CONNECTIONS).await?;
    fill(&database.pool).await?;
    let mut lines = Vec::new();
    for (people, where_from) in [(PEOPLE, "1,000 wallets"), (1, "one wallet")] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for time in 1..=times {
            eprintln!("bench: orders of {where_from}, {time} of {times}");
            // Each side goes first every other time.
            for ours_now in [time % 2 == 0, time % 2 == 1] {
                database.settle().await?;
                let cpu = (own_cpu(""), family_cpu(server.process_id()));
                let rate = if ours_now {
                    program(&database.pool, people, slice).await?
                } else {
                    reference(&database, people, slice).await?
                };
                let side = if ours_now { &mut ours } else { &mut theirs };
                side.push(Slice {
                    rate,
                    client: own_cpu("").saturating_sub(cpu.0),
                    postgres: family_cpu(server.process_id()).saturating_sub(cpu.1),
                });
                check(&database.pool).await?;
            }
        }
        let rates = |slices: &[Slice]| slices.iter().map(|one| one.rate).collect::<Vec<_>>();
        let (ours_rates, theirs_rates) = (rates(&ours), rates(&theirs));
        let note = format!(
            "{times} × {} s each side in turn; ours {} /s, pgbench {} /s; processor time of an \
             order: the program {:.0} µs, PostgreSQL {:.0} µs, PostgreSQL under pgbench {:.0} µs",
            slice.as_secs(),
            range(&ours_rates, 0),
            range(&theirs_rates, 0),
            per_order(&ours, slice, |one| one.client),
            per_order(&ours, slice, |one| one.postgres),
            per_order(&theirs, slice, |one| one.postgres),
        );
        lines.push(
            Line::new("a", format!("orders of {where_from}"), median(&ours_rates), "/s")
                .beside("pgbench, same statements", median(&theirs_rates))
                .goal(Goal::RatioAtLeast(0.8))
                .note(note),
        );
    }
    Ok(lines)
}

/// What a slice of one side showed.
struct Slice {
    /// Orders per second.
    rate: f64,
    /// Processor time of this process.
    client: Duration,
    /// Processor time of the server.
    postgres: Duration,
}

/// Processor time of an order in microseconds: the median over the slices.
fn per_order(slices: &[Slice], length: Duration, time: impl Fn(&Slice) -> Duration) -> f64 {
    let each = slices.iter().map(|one| {
        let orders = one.rate * length.as_secs_f64();
        time(one).as_secs_f64() * 1e6 / orders.max(1.0)
    });
    median(&each.collect::<Vec<_>>())
}

/// People with more money than a run can spend.
async fn fill(pool: &PgPool) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let mut transaction = database::begin(pool).await?;
    let people = i64::from(PEOPLE);
    sqlx::query(PEOPLE_SQL).bind(people).bind(now).execute(&mut *transaction).await?;
    for user in 1..=people {
        billing::open_wallets(&mut transaction, now, user, Rub::ZERO).await?;
        let money = Rub::from_kopecks(WALLET_KOP);
        let key = format!("pay:bench:{user}");
        billing::top_up(&mut transaction, now, user, World::Real, money, "bench", &key).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Nothing of a slice may be left half-done.
async fn check(pool: &PgPool) -> anyhow::Result<()> {
    let (holds, jobs): (i64, i64) = sqlx::query_as(
        "select (select count(*) from holds where state = 'open'), (select count(*) from jobs)",
    )
    .fetch_one(pool)
    .await?;
    anyhow::ensure!(holds == 0 && jobs == 0, "{holds} holds and {jobs} jobs were left over");
    Ok(())
}

/// Our side: a task for each connection, each with one order at a time.
async fn program(pool: &PgPool, people: u32, slice: Duration) -> anyhow::Result<f64> {
    let mut tasks = tokio::task::JoinSet::new();
    let start = Instant::now();
    for name in POOLS {
        let shop = Shop::new(pool.clone(), name, people);
        tasks.spawn(async move {
            let mut count = 0_u32;
            while start.elapsed() < slice {
                shop.order().await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut orders = 0;
    while let Some(count) = tasks.join_next().await {
        orders += count??;
    }
    Ok(per_second(orders, start.elapsed()))
}

struct Shop {
    pool: PgPool,
    name: &'static str,
    people: u64,
    owner: Uuid,
    clock: Clock,
    ids: Ids,
}

impl Shop {
    fn new(pool: PgPool, name: &'static str, people: u32) -> Self {
        let ids = Ids::system();
        let owner = ids.uuid();
        Self { pool, name, people: people.into(), owner, clock: Clock::system(), ids }
    }

    async fn order(&self) -> anyhow::Result<()> {
        let generation = self.ids.uuid();
        self.take(generation).await?;
        let now = self.clock.now();
        let claims = queue::store::claim(&self.pool, self.name, self.owner, 1, LEASE, now).await?;
        let [claim] = &claims[..] else { anyhow::bail!("{} jobs were claimed", claims.len()) };
        let now = self.clock.now();
        let mut transaction = database::begin(&self.pool).await?;
        queue::store::complete(&mut transaction, claim).await??;
        let taken = billing::commit(&mut transaction, now, generation).await?;
        anyhow::ensure!(matches!(taken, Committed::Taken { .. }), "the hold says {taken:?}");
        transaction.commit().await?;
        Ok(())
    }

    async fn take(&self, generation: Uuid) -> anyhow::Result<()> {
        let now = self.clock.now();
        let request = HoldRequest {
            user_id: 1 + i64::try_from(self.ids.jitter(self.people))?,
            world: World::Real,
            generation,
            amount: Rub::from_kopecks(PRICE_KOP),
        };
        let mut transaction = database::begin(&self.pool).await?;
        let held = billing::hold(&mut transaction, now, &request).await?;
        anyhow::ensure!(matches!(held, Held::Created { .. }), "the hold says {held:?}");
        let job = NewJob::new(self.name, KIND, json!({ "generation": generation }), now)
            .key(format!("{KIND}:{generation}"));
        queue::store::enqueue(&mut transaction, now, &job).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn reference(database: &Database, people: u32, slice: Duration) -> anyhow::Result<f64> {
    let rounds =
        pgbench::run(&database.url, &script(people), CONNECTIONS, Length::Time(slice)).await?;
    Ok(rounds * f64::from(ORDERS_IN_ROUND))
}

/// The same orders for `pgbench`. The ids grow with time, as those of the program do.
fn script(people: u32) -> String {
    let mut head = vec![
        "clock_timestamp()::text as now".to_owned(),
        format!("(clock_timestamp() + interval '{} s')::text as lease", LEASE.as_secs()),
        "gen_random_uuid()::text as owner".to_owned(),
        "'real' as world".to_owned(),
        format!("'{KIND}' as kind"),
    ];
    let mut orders = String::new();
    for number in 0..ORDERS_IN_ROUND {
        head.push(format!("id{number}::text as id{number}"));
        head.push(format!("json_build_object('generation', id{number})::text as work{number}"));
        head.push(format!("'{KIND}:' || id{number} as key{number}"));
        orders.push_str(&order(number, people));
    }
    let ids: Vec<_> = (0..ORDERS_IN_ROUND)
        .map(|number| {
            format!(
                "(lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
                  || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid as id{number}"
            )
        })
        .collect();
    let ids = ids.join(",\n");
    let head = head.join(",\n");
    format!("select {head}\nfrom (select {ids}) as ids \\gset\n{orders}")
}

/// `pgbench` makes a parameter of its own of each place where a variable stands, so each says its
/// type; the program's client names the types of its parameters as well.
fn order(number: u32, people: u32) -> String {
    let id = format!(":id{number}::uuid");
    let work = format!(":work{number}::jsonb");
    let key = format!(":key{number}::text");
    let (pool, kind, world) = (":client_id::text", ":kind::text", ":world::text");
    let (user, price) = (":user::bigint", ":price::bigint");
    let (now, owner, lease) = (":now::timestamptz", ":owner::uuid", ":lease::timestamptz");
    let priority = ":priority::smallint";
    let hold = [&id, user, world, price, now];
    let enqueue = [pool, kind, &work, "null", &key, priority, now, "null", now, "null"];
    let statements = [
        format!("\\set user random(1, {people})"),
        format!("\\set price {PRICE_KOP}"),
        format!("\\set priority {}", Priority::Normal.number()),
        "\\set limit 1".to_owned(),
        "begin;".to_owned(),
        with_variables(HOLD, &hold) + ";",
        with_variables(ENQUEUE, &enqueue) + ";",
        "commit;".to_owned(),
        with_variables(CLAIM, &[pool, now, ":limit::bigint", owner, lease]) + " \\gset job_",
        "begin;".to_owned(),
        with_variables(COMPLETE, &[":job_id::bigint", ":job_fence::bigint"]) + ";",
        with_variables(COMMIT, &[&id, now]) + ";",
        "commit;\n".to_owned(),
    ];
    statements.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_holds_every_statement_and_no_parameter_is_left() {
        let text = script(PEOPLE);
        assert!(!text.contains('$'), "{text}");
        for verb in ["hold_money", "into jobs", "skip locked", "delete from jobs"] {
            assert_eq!(text.matches(verb).count(), 20, "{verb}");
        }
    }
}
