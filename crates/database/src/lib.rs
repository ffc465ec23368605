//! The way into PostgreSQL: a pool, transactions that survive cancellation, migrations.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor as _, PgExecutor, PgPool, Postgres, Transaction};

/// Forward-only changes of the schema, run under PostgreSQL's advisory lock.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a request for a connection waits before it fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// What each connection of ours sets at its start.
pub const SETTINGS: [(&str, &str); 5] = [
    // Every statement of a hot path has an index. A plan that is kept from when a table was
    // empty, or that was made from old statistics, would read all of it.
    ("enable_seqscan", "off"),
    // A statement that reads a small table all the same would look dear enough to compile.
    ("jit", "off"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("lock_timeout", "30s"),
    ("timezone", "UTC"),
];

/// Why the database cannot be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address cannot be read.
    #[error("DATABASE_URL is not an address of PostgreSQL (postgres://user:password@host/name)")]
    Address,
    /// Nobody answers, or the answer is no. The address is not repeated: it holds the password.
    #[error("the database cannot be reached ({0}): check DATABASE_URL and that PostgreSQL runs")]
    Unreachable(String),
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Connects, and proves it with one connection.
///
/// # Errors
/// [`DatabaseError::Address`] or [`DatabaseError::Unreachable`].
pub async fn connect(url: &str, connections_max: u32) -> Result<PgPool, DatabaseError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| DatabaseError::Address)?
        .application_name("kiebot")
        .options(SETTINGS);
    PgPoolOptions::new()
        .max_connections(connections_max)
        // A round trip for each use, to learn what the first statement tells as well.
        .test_before_acquire(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(|error| DatabaseError::Unreachable(error.to_string()))
}

/// Makes the database `name` on the server of `admin_url` when it is missing.
///
/// # Errors
/// [`DatabaseError::Unreachable`] when the server refuses.
pub async fn ensure_exists(admin_url: &str, name: &str) -> Result<(), DatabaseError> {
    let unreachable = |error: sqlx::Error| DatabaseError::Unreachable(error.to_string());
    let pool = connect(admin_url, 1).await?;
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&pool)
            .await
            .map_err(unreachable)?;
    if !exists {
        let quoted = name.replace('"', "\"\"");
        let create = sqlx::AssertSqlSafe(format!("create database \"{quoted}\""));
        pool.execute(sqlx::raw_sql(create)).await.map_err(unreachable)?;
    }
    pool.close().await;
    Ok(())
}

/// Drops the database `name` of the server of `admin_url`, if it is there.
///
/// # Errors
/// [`DatabaseError::Unreachable`] when the server refuses.
pub async fn drop_if_exists(admin_url: &str, name: &str) -> Result<(), DatabaseError> {
    let pool = connect(admin_url, 1).await?;
    let quoted = name.replace('"', "\"\"");
    let drop = format!("drop database if exists \"{quoted}\" with (force)");
    pool.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(drop)))
        .await
        .map_err(|error| DatabaseError::Unreachable(error.to_string()))?;
    pool.close().await;
    Ok(())
}

/// How a database is, as far as a look tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// PostgreSQL's major version.
    pub version: u32,
    /// The size on disk.
    pub bytes: i64,
    /// How many migrations of ours were done.
    pub done: usize,
    /// How many migrations of ours are to do.
    pub pending: usize,
    /// Whether it has migrations that this program does not know.
    pub newer: bool,
}

impl Condition {
    /// Whether kiebot has worked on this database before.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        self.done > 0
    }
}

/// Looks at a database and changes nothing.
///
/// # Errors
/// What the database says.
pub async fn condition(pool: &PgPool) -> Result<Condition, sqlx::Error> {
    let version: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int / 10000")
            .fetch_one(pool)
            .await?;
    let bytes = size(pool).await?;
    let has_table: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(pool)
        .await?;
    let done: Vec<i64> = if has_table {
        sqlx::query_scalar("select version from _sqlx_migrations where success")
            .fetch_all(pool)
            .await?
    } else {
        Vec::new()
    };
    let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    Ok(Condition {
        version: u32::try_from(version).unwrap_or_default(),
        bytes,
        done: done.len(),
        pending: known.iter().filter(|version| !done.contains(version)).count(),
        newer: done.iter().any(|version| !known.contains(version)),
    })
}

/// The size of the database on disk, in bytes.
///
/// # Errors
/// What the database says.
pub async fn size(executor: impl PgExecutor<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select pg_database_size(current_database())").fetch_one(executor).await
}

/// Brings the schema up to date.
///
/// # Errors
/// [`DatabaseError::Migration`]; what was done before stays done.
pub async fn migrate(pool: &PgPool) -> Result<(), DatabaseError> {
    let mut migrations = Migrator::with_migrations(MIGRATIONS.iter().cloned().collect());
    // A newer version has been here, and this is the way back to an older one: what a version needs
    // is taken away by the one after the next, at the earliest.
    migrations.set_ignore_missing(true);
    migrations.run(pool).await?;
    Ok(())
}

/// Begins a transaction for a report: it reads one moment of the database, writes nothing, and may
/// read whole tables.
///
/// # Errors
/// What sqlx says.
pub async fn begin_report(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = begin(pool).await?;
    for statement in [
        "set transaction isolation level repeatable read read only",
        "set local enable_seqscan = on",
        // Whoever asked may stop: a statement that nobody waits for ends soon.
        "set local client_connection_check_interval = '2s'",
    ] {
        transaction.execute(statement).await?;
    }
    Ok(transaction)
}

/// Begins a transaction on a task of its own: a `begin` that is cancelled half-way would leave its
/// connection inside a transaction in the pool (sqlx issue 4385).
///
/// # Errors
/// What sqlx says.
#[allow(clippy::disallowed_methods)]
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    match tokio::spawn(async move { pool.begin().await }).await {
        Ok(begun) => begun,
        Err(_) => Err(sqlx::Error::WorkerCrashed),
    }
}
