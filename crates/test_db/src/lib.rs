//! A fresh, migrated database for each test, in a few milliseconds.
//!
//! One private PostgreSQL serves a whole test program. Its folder is one of a few slots under the
//! folder for temporary files, taken by a lock and used again by the next run, so that runs leave
//! nothing behind but warm slots. Each test gets a copy of a template that was migrated once.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use cluster::{Cluster, ClusterError, ClusterSettings};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use time::OffsetDateTime;

const SLOTS_MAX: u32 = 16;
const CONNECTIONS_MAX: u16 = 300;
/// A slot with more databases than this is begun anew: half a second, where dropping a database
/// takes a tenth of one.
const LEFT_MAX: usize = 8;

static SERVER: OnceLock<Cluster> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();

/// The address of an empty, migrated database that belongs to the caller alone.
///
/// # Panics
/// When PostgreSQL's programs are missing or the server does not start: a test cannot go on.
#[allow(clippy::panic, clippy::expect_used)]
pub async fn fresh_url() -> String {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start_server))
        .await
        .expect("the starting task does not panic");
    TEMPLATE.get_or_init(|| make_template(server)).await;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    let create = format!("create database {name} template blank strategy file_copy");
    execute(&server.url("postgres"), create).await;
    server.url(&name)
}

/// The address of a database with nothing in it.
///
/// # Panics
/// As [`fresh_url`].
#[allow(clippy::expect_used)]
pub async fn empty_url() -> String {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start_server))
        .await
        .expect("the starting task does not panic");
    TEMPLATE.get_or_init(|| make_template(server)).await;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    execute(&server.url("postgres"), format!("create database {name}")).await;
    server.url(&name)
}

/// A pool of connections to a fresh database.
///
/// # Panics
/// As [`fresh_url`].
#[allow(clippy::expect_used)]
pub async fn fresh_pool() -> PgPool {
    database::connect(&fresh_url().await, 10).await.expect("a fresh database accepts connections")
}

/// A person who came at this moment and nothing more: no wallet, no bonus. Gives the person's number.
///
/// # Panics
/// When the row is refused, as for a number of Telegram that is taken.
#[allow(clippy::expect_used)]
pub async fn person(pool: &PgPool, telegram_id: Option<i64>, came: OffsetDateTime) -> i64 {
    sqlx::query_scalar(
        "insert into users (telegram_id, language, created_at, seen_at)
         values ($1, 'ru', $2, $2) returning id",
    )
    .bind(telegram_id)
    .bind(came)
    .fetch_one(pool)
    .await
    .expect("the person is new")
}

#[allow(clippy::panic)]
fn start_server() -> Cluster {
    for slot in 0..SLOTS_MAX {
        let folder = slot_folder(slot);
        let settings = ClusterSettings {
            folder: folder.clone(),
            durable: false,
            connections_max: CONNECTIONS_MAX,
        };
        // PostgreSQL's own are three.
        let crowded = fs::read_dir(folder.join("postgres/data/base"))
            .is_ok_and(|databases| databases.count() > 3 + LEFT_MAX);
        let started = if crowded { Cluster::start_afresh } else { Cluster::start }(&settings);
        match started {
            Ok(server) => return server,
            Err(ClusterError::InUse { .. }) => {}
            Err(error @ ClusterError::NoPrograms) => panic!("{error}"),
            Err(first) => {
                // A run that was killed may have left a folder that cannot be started again.
                match Cluster::start_afresh(&settings) {
                    Ok(server) => return server,
                    Err(second) => panic!("PostgreSQL for tests: {first}; again: {second}"),
                }
            }
        }
    }
    panic!("all {SLOTS_MAX} slots for PostgreSQL servers of tests are in use");
}

#[allow(clippy::panic)]
fn slot_folder(slot: u32) -> PathBuf {
    let folder = std::env::temp_dir().join("kiebot-tests").join(slot.to_string());
    if let Err(error) = fs::create_dir_all(&folder)
        .and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o755)))
    {
        panic!("{} cannot be made: {error}", folder.display());
    }
    folder
}

/// Drops what an earlier run left in the slot and migrates the template afresh.
#[allow(clippy::expect_used)]
async fn make_template(server: &Cluster) {
    let admin = server.url("postgres");
    let mut connection = PgConnection::connect(&admin).await.expect("the server answers");
    let old: Vec<String> = sqlx::query_scalar(
        "select datname from pg_database where datname ~ '^test_[0-9]+$' or datname = 'blank'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the list of databases is readable");
    connection.close().await.expect("the connection closes");
    for name in old {
        execute(&admin, format!("drop database {name} with (force)")).await;
    }
    execute(&admin, "create database blank".to_owned()).await;
    let pool = database::connect(&server.url("blank"), 1).await.expect("the template answers");
    database::migrate(&pool).await.expect("the migrations run");
    pool.close().await;
}

#[allow(clippy::expect_used)]
async fn execute(url: &str, statement: String) {
    let mut connection = PgConnection::connect(url).await.expect("the server answers");
    connection
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement)))
        .await
        .expect("the statement runs");
    connection.close().await.expect("the connection closes");
}
