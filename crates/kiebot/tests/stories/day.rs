//! Days pass: everything that the program does by itself fires, and nothing piles up.

use std::collections::BTreeMap;
use std::time::Duration;

use payments::{Offer, Provider};
use sandbox::telegram::MediaKind;
use time::OffsetDateTime;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::world::{Options, World, story_with};

/// The clock moves in steps of this; loops that look each minute look once in it.
const STEP: Duration = Duration::from_mins(30);
/// Catalogues are compared so often.
const COMPARE: Duration = Duration::from_hours(18);
/// Backups are made so often.
const BACKUP: time::Duration = time::Duration::hours(6);
/// The story of the day as the test program names it, and what tells it that it runs alone.
const THIS: &str = "day::a_day_leaves_nothing_behind_but_its_orders";
const ALONE: &str = "KIEBOT_STORY_ALONE";
/// The day's comparisons, backups and orders leave less than this behind in memory.
const MEMORY_MORE_KIB: u64 = 16 * 1024;
/// So many of them are kept.
const KEEP: usize = 3;

/// Memory of this process that is its own.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// How many rows each table has.
async fn rows(world: &World) -> BTreeMap<String, i64> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables
         where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(world.pool())
    .await
    .unwrap();
    let mut counts = BTreeMap::new();
    for table in tables {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let count: i64 = sqlx::query_scalar(count).fetch_one(world.pool()).await.unwrap();
        counts.insert(table, count);
    }
    counts
}

async fn count(world: &World, what: &'static str, since: OffsetDateTime) -> i64 {
    sqlx::query_scalar(what).bind(since).fetch_one(world.pool()).await.unwrap()
}

/// The address of the story's database, as programs of PostgreSQL read it.
async fn address(world: &World) -> String {
    let (folder, name): (String, String) = sqlx::query_as(
        "select current_setting('unix_socket_directories'), current_database()::text",
    )
    .fetch_one(world.pool())
    .await
    .unwrap();
    format!("postgres://kiebot@{}/{name}", folder.replace('/', "%2F"))
}

/// An hour of a shop: somebody orders, time passes, and backups are looked after.
async fn an_hour(
    world: &World,
    learnt_at: &mut Option<OffsetDateTime>,
    backups: &backup::Settings,
    url: &str,
    hour: usize,
) {
    match hour % 6 {
        0 => {
            let boris = world.person("Борис");
            boris.orders("Пёс").await;
            world.fails("422", "The input or output was flagged as sensitive.").await;
            boris.sees("баланс 200 ₽");
        }
        1 | 4 => {
            let anna = world.person("Анна");
            anna.orders("Кот").await;
            world.succeeds().await;
            anna.receives(MediaKind::Photo, 1);
            anna.screen();
        }
        _ => {}
    }
    for _ in 0..Duration::from_hours(1).as_secs() / STEP.as_secs() {
        world.advance(STEP).await;
        kiebot::look_after_house(&world.app(), learnt_at).await;
        world.settle().await;
    }
    let now = world.now();
    backup::run_due(world.pool(), url, backups, BACKUP, now, || now).await.unwrap();
}

/// Told in a process of its own, so that its memory is that of no other story.
#[tokio::test]
async fn a_day_leaves_nothing_behind_but_its_orders() {
    if std::env::var_os(ALONE).is_some() {
        return the_day().await;
    }
    let program = std::env::current_exe().unwrap();
    let day = Command::new(program).args(["--exact", THIS]).env(ALONE, "1").output();
    let day = day.await.unwrap();
    let said = String::from_utf8_lossy(&day.stdout);
    assert!(day.status.success() && said.contains("1 passed"), "{said}");
}

async fn the_day() {
    let offer = Offer { ways: vec![Provider::Stars], ..Offer::default() };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let stop = CancellationToken::new();
        let mut learnt_at = None;
        let shop = tokio::spawn(kiebot::keep_shop(world.app(), Some(COMPARE), stop.clone()));
        let folder = tempfile::tempdir().unwrap();
        let backups =
            backup::Settings { folder: folder.path().to_path_buf(), keep: KEEP, recipient: None };
        let url = address(world).await;
        let begin = world.now();
        let (mut sizes, mut memory) = (Vec::new(), Vec::new());
        for hour in 0..24 {
            an_hour(world, &mut learnt_at, &backups, &url, hour).await;
            sizes.push(rows(world).await);
            memory.push(memory_kib());
        }

        // Everything has fired.
        let compared = "select count(*) from syncs where state = 'done' and started_at > $1";
        assert!(count(world, compared, begin).await >= 2);
        let made = "select count(*) from backups where file is not null and started_at > $1";
        assert!(count(world, made, begin).await >= 4);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), KEEP);
        let reconciled = "select count(*) from reconciliations where at > $1";
        assert!(count(world, reconciled, world.now() - Duration::from_hours(2)).await > 0);

        // The second half of the day leaves no more behind than the first.
        let (first, half, last) = (&sizes[0], &sizes[11], &sizes[23]);
        for (table, rows) in last {
            let (early, late) = (half[table] - first[table], rows - half[table]);
            // A comparison, a backup or a look more or less.
            assert!(late <= early + early / 4 + 4, "{table}: +{early}, then +{late}");
        }
        assert_eq!(last["jobs"], 0);
        // The emulators are in this process, too, and remember every message.
        assert!(memory[23] <= memory[1] + MEMORY_MORE_KIB, "{memory:?} KiB");

        // Two days later what Telegram cannot repeat is forgotten.
        for _ in 0..13 {
            world.advance(Duration::from_hours(4)).await;
            kiebot::look_after_house(&world.app(), &mut learnt_at).await;
        }
        let old = "select count(*) from updates where received_at < $1";
        assert_eq!(count(world, old, world.now() - Duration::from_hours(53)).await, 0);

        stop.cancel();
        shop.await.unwrap().unwrap();
    })
    .await;
}
