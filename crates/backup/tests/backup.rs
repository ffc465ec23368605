//! A backup that was never restored is a hope: every test here restores.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use backup::{BackupError, Due, Identity, Past, Settings};
use sqlx::PgPool;
use tempfile::TempDir;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);
const DAY: Duration = Duration::DAY;

/// A shop with a few people and their money.
struct Shop {
    url: String,
    pool: PgPool,
    folder: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let url = test_db::fresh_url().await;
        let pool = database::connect(&url, 5).await.unwrap();
        for kopecks in [100_i64, 20_000, 7] {
            sqlx::query(
                "with person as (
                     insert into users (language, created_at, seen_at) values ('ru', $1, $1)
                     returning id
                 ), wallet as (
                     insert into wallets (user_id, world, real_kop, held_kop, created_at)
                     select id, 'real', $2, 5, $1 from person
                 )
                 insert into ledger (at, world, kind, debit, credit, amount_kop, money, actor,
                                     operation, part)
                 select $1, 'real', 'topup', 'topups:stars', 'wallet:' || id, $2, 'real', 'test',
                        'test:' || id, 0
                 from person",
            )
            .bind(NOW)
            .bind(kopecks)
            .execute(&pool)
            .await
            .unwrap();
        }
        Self { url, pool, folder: tempfile::tempdir().unwrap() }
    }

    fn settings(&self) -> Settings {
        Settings { folder: self.folder.path().join("backups"), keep: 2, recipient: None }
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.settings().folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    async fn due(&self, now: OffsetDateTime) -> Due {
        backup::run_due(&self.pool, &self.url, &self.settings(), DAY, now, || now).await.unwrap()
    }
}

/// A key as `age-keygen` writes it, and its public half.
fn key_pair(folder: &Path) -> (PathBuf, backup::Recipient) {
    use age::secrecy::ExposeSecret as _;
    let identity = age::x25519::Identity::generate();
    let path = folder.join("key.txt");
    let secret = identity.to_string();
    std::fs::write(&path, format!("# created: today\n{}\n", secret.expose_secret())).unwrap();
    (path, identity.to_public())
}

async fn people(url: &str) -> i64 {
    let pool = database::connect(url, 1).await.unwrap();
    sqlx::query_scalar("select count(*) from users").fetch_one(&pool).await.unwrap()
}

#[tokio::test]
async fn what_was_backed_up_comes_back_whole() {
    let shop = Shop::open().await;
    let made = backup::make(&shop.pool, &shop.url, &shop.settings(), NOW, || NOW).await.unwrap();
    assert_eq!(made.name(), "kiebot-20260102-030405.dump");
    assert_eq!((made.sums.users, made.sums.ledger_kop, made.sums.held_kop), (3, 20_107, 15));
    assert_eq!(made.bytes, std::fs::metadata(&made.path).unwrap().len());

    let empty = test_db::empty_url().await;
    backup::restore(&made.path, &empty, None).await.unwrap();
    assert_eq!(people(&empty).await, 3);
    let pool = database::connect(&empty, 1).await.unwrap();
    database::migrate(&pool).await.unwrap();
    let change = sqlx::query("delete from ledger").execute(&pool).await.unwrap_err();
    assert!(change.to_string().contains("append-only"), "the rules came back too: {change}");
}

#[tokio::test]
async fn a_database_with_anything_in_it_is_left_alone() {
    let shop = Shop::open().await;
    let made = backup::make(&shop.pool, &shop.url, &shop.settings(), NOW, || NOW).await.unwrap();
    let refused = backup::restore(&made.path, &shop.url, None).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotEmpty), "{refused}");
    assert_eq!(people(&shop.url).await, 3);
}

#[tokio::test]
async fn an_encrypted_backup_opens_with_its_key_alone() {
    let shop = Shop::open().await;
    let (key, recipient) = key_pair(shop.folder.path());
    let settings = Settings { recipient: Some(recipient), ..shop.settings() };
    let made = backup::make(&shop.pool, &shop.url, &settings, NOW, || NOW).await.unwrap();
    let head = std::fs::read(&made.path).unwrap();
    assert!(head.starts_with(b"age-encryption.org/v1\n"));
    assert!(!head.windows(9).any(|part| part == b"test_data" || part == b"PGDMP\x01\x0e\x00\x04"));

    let empty = test_db::empty_url().await;
    let locked = backup::restore(&made.path, &empty, None).await.unwrap_err();
    assert!(matches!(locked, BackupError::Locked), "{locked}");
    let other = tempfile::tempdir().unwrap();
    let (foreign, _) = key_pair(other.path());
    let foreign = Identity::read(&foreign).unwrap();
    let locked = backup::restore(&made.path, &empty, Some(&foreign)).await.unwrap_err();
    assert!(matches!(locked, BackupError::Locked), "{locked}");

    let identity = Identity::read(&key).unwrap();
    backup::restore(&made.path, &empty, Some(&identity)).await.unwrap();
    assert_eq!(people(&empty).await, 3);
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let shop = Shop::open().await;
    let made = backup::make(&shop.pool, &shop.url, &shop.settings(), NOW, || NOW).await.unwrap();
    let bytes = std::fs::read(&made.path).unwrap();
    std::fs::write(&made.path, &bytes[..bytes.len() / 2]).unwrap();
    let empty = test_db::empty_url().await;
    let broken = backup::restore(&made.path, &empty, None).await.unwrap_err();
    assert!(matches!(broken, BackupError::Program { program: "pg_restore", .. }), "{broken}");
    let pool = database::connect(&empty, 1).await.unwrap();
    assert!(!database::condition(&pool).await.unwrap().is_ours());
}

#[tokio::test]
async fn a_drill_compares_with_the_sums_of_the_very_moment() {
    let shop = Shop::open().await;
    let made = backup::make(&shop.pool, &shop.url, &shop.settings(), NOW, || NOW).await.unwrap();
    // Life goes on after the dump; the drill is about the dump.
    sqlx::query("insert into users (language, created_at, seen_at) values ('en', $1, $1)")
        .bind(NOW)
        .execute(&shop.pool)
        .await
        .unwrap();
    let newest = backup::newest(&shop.settings().folder).unwrap();
    assert_eq!(newest, made.path);
    let drill = backup::drill(&shop.pool, &shop.url, &newest, None).await.unwrap();
    assert_eq!(drill.expected, Some(made.sums.clone()));
    assert!(drill.agrees());

    sqlx::query("update backups set sums = jsonb_set(sums, '{ledger_kop}', '20108')")
        .execute(&shop.pool)
        .await
        .unwrap();
    let drill = backup::drill(&shop.pool, &shop.url, &newest, None).await.unwrap();
    assert!(!drill.agrees(), "a kopeck is missing and the drill does not see it");
}

#[tokio::test]
async fn there_is_one_backup_a_slot_whoever_comes_first_and_only_the_newest_are_kept() {
    let shop = Shop::open().await;
    let (first, second) = tokio::join!(shop.due(NOW), shop.due(NOW));
    let made = [&first, &second].iter().filter(|due| matches!(due, Due::Made(_))).count();
    assert_eq!(made, 1, "{first:?} {second:?}");
    assert!(matches!(shop.due(NOW + Duration::hours(3)).await, Due::NotNow));
    std::fs::write(shop.settings().folder.join("holiday.jpg"), "not ours").unwrap();
    for day in 1..=3 {
        assert!(matches!(shop.due(NOW + DAY * day).await, Due::Made(_)));
    }
    let kept = ["holiday.jpg", "kiebot-20260104-030405.dump", "kiebot-20260105-030405.dump"]
        .map(str::to_owned);
    assert_eq!(shop.files(), kept);
}

#[tokio::test]
async fn a_backup_that_fails_leaves_nothing_but_the_reason() {
    let shop = Shop::open().await;
    let settings = shop.settings();
    let past = async || backup::past(&mut shop.pool.acquire().await.unwrap()).await.unwrap();
    assert_eq!(past().await, Past::default());
    std::fs::write(shop.folder.path().join("backups"), "a file in the way").unwrap();
    let due = backup::run_due(&shop.pool, &shop.url, &settings, DAY, NOW, || NOW).await.unwrap();
    assert!(matches!(due, Due::Failed(BackupError::File { .. })), "{due:?}");
    let error: String =
        sqlx::query_scalar("select error from backups").fetch_one(&shop.pool).await.unwrap();
    assert!(error.contains("backups"), "{error}");
    assert_eq!(past().await, Past { made: None, failed_at: Some(NOW) });
    // A backup that was lost with its process is made by the next who looks.
    sqlx::query("update backups set finished_at = null, error = null")
        .execute(&shop.pool)
        .await
        .unwrap();
    assert!(matches!(shop.due(NOW + Duration::hours(1)).await, Due::NotNow));
    std::fs::remove_file(shop.folder.path().join("backups")).unwrap();
    let Due::Made(made) = shop.due(NOW + Duration::hours(3)).await else { panic!("not made") };
    let kept = past().await.made.unwrap();
    assert_eq!(u64::try_from(kept.bytes).unwrap(), made.bytes);
    let failure = "insert into backups (started_at, finished_at, error) values ($1, $1, 'x')";
    for (at, seen) in [(kept.at - DAY, false), (kept.at + DAY, true)] {
        sqlx::query(failure).bind(at).execute(&shop.pool).await.unwrap();
        let failed_at = seen.then_some(at);
        assert_eq!(past().await, Past { made: Some(kept), failed_at }, "only what is newer");
    }
}

#[tokio::test]
async fn it_leaves_the_machine_encrypted_and_in_parts_or_not_at_all() {
    let shop = Shop::open().await;
    let plain = backup::make(&shop.pool, &shop.url, &shop.settings(), NOW, || NOW).await.unwrap();
    let refused = backup::parts(&plain, 1000).unwrap_err();
    assert!(refused.to_string().contains("not encrypted"), "{refused}");

    let (_, recipient) = key_pair(shop.folder.path());
    let settings = Settings { recipient: Some(recipient), ..shop.settings() };
    let made = backup::make(&shop.pool, &shop.url, &settings, NOW + DAY, || NOW).await.unwrap();
    let parts = backup::parts(&made, made.bytes / 3 + 1).unwrap();
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[0].name, "kiebot-20260103-030405.dump.age.001");
    let mut whole = Vec::new();
    for part in &parts {
        whole.extend_from_slice(&part.read().await.unwrap());
    }
    assert_eq!(whole, std::fs::read(&made.path).unwrap());
}
