//! Rows of very many people and orders, written by PostgreSQL itself.

use std::time::Instant;

use catalog::Catalog;
use clock::Clock;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use time::{Duration, OffsetDateTime};

use super::Size;
use crate::figures::milliseconds;
use crate::report::Line;
use crate::server::Database;

const PEOPLE: &str = include_str!("../../sql/scale/people.sql");
const ORDERS: &str = include_str!("../../sql/scale/orders.sql");
const JOBS: &str = include_str!("../../sql/scale/jobs.sql");
/// Rows of one statement.
const BATCH: u32 = 100_000;

/// Fills the tables; answers how big the database is then.
pub(crate) async fn fill(database: &Database, size: &Size) -> anyhow::Result<Line> {
    let start = Instant::now();
    let now = Clock::system().now();
    let mut connection = PgConnection::connect(&database.url).await?;
    for statement in [
        // Rows that refer to each other are written together, and nobody else writes.
        "set session_replication_role = replica",
        "set synchronous_commit = off",
        "alter system set max_wal_size = '2GB'",
        "select pg_reload_conf()",
    ] {
        connection.execute(statement).await?;
    }
    // Sorting once is faster than finding the place of each row.
    let indexes = take_indexes_away(&mut connection).await?;
    people(&mut connection, size, now - Duration::days(365)).await?;
    orders(&mut connection, size, now - Duration::days(365)).await?;
    sqlx::query(JOBS).bind(i64::from(size.jobs)).bind(now).execute(&mut connection).await?;
    eprintln!("scale: indexes");
    connection.execute("set maintenance_work_mem = '512MB'").await?;
    for index in indexes {
        connection.execute(AssertSqlSafe(index)).await?;
    }
    connection
        .execute("select setval(pg_get_serial_sequence('users', 'id'), max(id)) from users")
        .await?;
    connection.close().await?;
    database.settle().await?;
    let bytes: i64 = sqlx::query_scalar("select pg_database_size(current_database())")
        .fetch_one(&database.pool)
        .await?;
    let tables: Vec<(String, i64, i64)> = sqlx::query_as(
        "select relname::text, pg_total_relation_size(oid), reltuples::bigint from pg_class
         where relkind = 'r' and relnamespace = 'public'::regnamespace
         order by pg_total_relation_size(oid) desc limit 9",
    )
    .fetch_all(&database.pool)
    .await?;
    let tables: Vec<_> = tables
        .into_iter()
        .map(|(name, bytes, rows)| format!("{name} {rows} rows {} MiB", bytes / 1024 / 1024))
        .collect();
    let mebibytes = f64::from(u32::try_from(bytes / 1024 / 1024)?);
    Ok(Line::new("e", "database", mebibytes, "MiB").note(format!(
        "{} people, {} orders, filled in {:.0} s; with indexes: {}",
        size.people,
        size.all_orders(),
        milliseconds(start.elapsed()) / 1000.0,
        tables.join(", ")
    )))
}

async fn people(
    connection: &mut PgConnection,
    size: &Size,
    begin: OffsetDateTime,
) -> anyhow::Result<()> {
    for first in (1..=size.people).step_by(usize::try_from(BATCH)?) {
        let last = (first + BATCH - 1).min(size.people);
        eprint!("\rscale: people {last}");
        sqlx::query(PEOPLE)
            .bind(i64::from(first))
            .bind(i64::from(last))
            .bind(i64::from(size.people))
            .bind(i64::from(size.rounds()))
            .bind(begin)
            .execute(&mut *connection)
            .await?;
    }
    eprintln!();
    Ok(())
}

async fn orders(
    connection: &mut PgConnection,
    size: &Size,
    begin: OffsetDateTime,
) -> anyhow::Result<()> {
    let catalog = Catalog::builtin()?;
    let models: Vec<String> = catalog.models().iter().map(|model| model.id.clone()).collect();
    let all = size.all_orders();
    for first in (0..all).step_by(usize::try_from(BATCH)?) {
        let last = (first + BATCH).min(all) - 1;
        eprint!("\rscale: orders {last}");
        sqlx::query(ORDERS)
            .bind(i64::from(first))
            .bind(i64::from(last))
            .bind(i64::from(size.people))
            .bind(i64::from(all))
            .bind(begin)
            .bind(&models)
            .execute(&mut *connection)
            .await?;
    }
    eprintln!();
    Ok(())
}

/// Drops every index that is no constraint; answers the statements that make them again.
async fn take_indexes_away(connection: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select indexname::text, indexdef from pg_indexes
         where schemaname = 'public' and not exists (
             select from pg_constraint where conindid = indexname::regclass)
           and tablename in ('users', 'generations', 'ledger', 'outputs', 'attempts', 'holds',
                             'notices', 'updates', 'payments')",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut definitions = Vec::new();
    for (name, definition) in indexes {
        connection.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
        definitions.push(definition);
    }
    Ok(definitions)
}
