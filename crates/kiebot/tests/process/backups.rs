//! Backups as the operator makes them, tries them out and brings them back, with real processes.

use std::path::Path;

use age::x25519::Identity;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::operating::{json, run};
use crate::outside::{Outside, with};

/// A shop in which somebody has bought a picture.
async fn a_shop_with_an_order() -> Outside {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.receives(anna).await;
    outside.everything_ends(std::time::Duration::from_secs(60)).await;
    assert_eq!(process.stop().await, Some(0));
    outside
}

fn settings(outside: &Outside, folder: &Path) -> Vec<(&'static str, String)> {
    with(outside.settings(), "BACKUP_FOLDER", folder.to_str().unwrap())
}

#[tokio::test]
async fn a_backup_is_made_tried_out_and_brought_back_into_an_empty_database() {
    let outside = a_shop_with_an_order().await;
    let folder = tempfile::tempdir().unwrap();
    let here = settings(&outside, folder.path());
    let (code, said) = run(&here, &["backup", "--json"]).await;
    let made = json(&said);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((&made["encrypted"], &made["sums"]["users"]), (&false.into(), &1.into()), "{said}");
    // Her money, and the 10 000 roubles of her wallet for the test mode.
    assert_eq!(made["sums"]["balance_kop"], 19_620 + 1_000_000, "{said}");
    let file = made["file"].as_str().unwrap().to_owned();
    let bytes = std::fs::metadata(&file).unwrap().len();
    assert_eq!(made["bytes"].as_u64(), Some(bytes), "{said}");

    let (code, said) = run(&here, &["backup", "--drill", "--json"]).await;
    let drill = json(&said);
    assert_eq!((code, &drill["agrees"]), (Some(0), &Value::Bool(true)), "{said}");
    assert_eq!((&drill["expected"], &drill["found"]), (&made["sums"], &made["sums"]), "{said}");
    assert_eq!(drill["file"], file.as_str());
    let (code, said) = run(&here, &["backup", "--drill"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("agrees: true"), "{said}");

    // The database in use is never written over.
    let (code, said) = run(&here, &["restore", &file]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the database is not empty: restore into a new one"), "{said}");

    let empty = [("DATABASE_URL", test_db::empty_url().await)];
    let (code, said) = run(&empty, &["restore", &file, "--json"]).await;
    let restored = json(&said);
    assert_eq!((code, &restored["restored"]), (Some(0), &Value::Bool(true)), "{said}");
    assert_eq!(restored["file"], file.as_str());
    let (code, said) = run(&empty, &["ledger", "audit", "--json"]).await;
    assert_eq!(code, Some(0), "{said}");
    let anna = outside.telegram.people()[0].id.to_string();
    let (code, said) = run(&empty, &["user", "show", &anna, "--json"]).await;
    let shown = json(&said);
    assert_eq!((code, &shown["balance_kop"]), (Some(0), &19_620.into()), "{said}");
    assert_eq!(shown["orders"], 1, "{said}");

    // The shop goes on in the restored database.
    let there = with(here, "DATABASE_URL", &empty[0].1);
    let process = outside.start_until("kiebot serves", "run", &there).await;
    let anna = outside.telegram.people()[0].id;
    outside.telegram.says(anna, "/balance");
    outside.hears(anna, |message| message.text.contains("196,20").then_some(())).await;
    assert_eq!(process.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn a_drill_that_differs_is_a_problem_and_what_cannot_be_done_is_said() {
    let outside = Outside::new().await;
    let folder = tempfile::tempdir().unwrap();
    let here = settings(&outside, folder.path());
    let (code, said) = run(&here, &["backup", "--drill"]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there is no backup in"), "{said}");

    assert_eq!(run(&here, &["backup"]).await.0, Some(0));
    // The sums of another moment, as after a file was exchanged.
    sqlx::query("update backups set sums = jsonb_set(sums, '{users}', '7')")
        .execute(&outside.pool)
        .await
        .unwrap();
    let (code, said) = run(&here, &["backup", "--drill", "--json"]).await;
    let drill = json(&said);
    assert_eq!((code, &drill["agrees"]), (Some(1), &Value::Bool(false)), "{said}");
    assert_eq!((&drill["expected"]["users"], &drill["found"]["users"]), (&7.into(), &0.into()));

    let empty = [("DATABASE_URL", test_db::empty_url().await)];
    let nowhere = folder.path().join("nothing.dump");
    let (code, said) = run(&empty, &["restore", nowhere.to_str().unwrap(), "--json"]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nothing.dump"), "{said}");
    let garbage = folder.path().join("garbage.dump");
    std::fs::write(&garbage, b"no dump at all").unwrap();
    let (code, said) = run(&empty, &["restore", garbage.to_str().unwrap()]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("pg_restore failed"), "{said}");
    let (code, said) = run(&[], &["restore", garbage.to_str().unwrap()]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("set DATABASE_URL to a new, empty database"), "{said}");
}

#[tokio::test]
async fn an_encrypted_backup_opens_with_its_key_only() {
    let outside = Outside::new().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (key, other) = (Identity::generate(), Identity::generate());
    let ours = write("ours.txt", key.to_string().expose_secret());
    let other = write("other.txt", other.to_string().expose_secret());
    let backups = folder.path().join("backups");
    let here = with(settings(&outside, &backups), "BACKUP_RECIPIENT", &key.to_public().to_string());
    let (code, said) = run(&here, &["backup", "--json"]).await;
    let made = json(&said);
    assert_eq!((code, &made["encrypted"]), (Some(0), &Value::Bool(true)), "{said}");
    let file = made["file"].as_str().unwrap();
    let locked = "the backup is encrypted for another key: give its secret key with --identity";
    for arguments in [vec!["backup", "--drill"], vec!["backup", "--drill", "--identity", &other]] {
        let (code, said) = run(&here, &arguments).await;
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(locked), "{said}");
    }
    let (code, said) = run(&here, &["backup", "--drill", "--identity", &ours, "--json"]).await;
    assert_eq!((code, &json(&said)["agrees"]), (Some(0), &Value::Bool(true)), "{said}");
    let empty = [("DATABASE_URL", test_db::empty_url().await)];
    let (code, said) = run(&empty, &["restore", file]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains(locked), "{said}");
    let (code, said) = run(&empty, &["restore", file, "--identity", &ours]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the backup is restored; `kiebot ledger audit`"), "{said}");
}

#[tokio::test]
async fn a_backup_that_fails_is_told_with_the_reason_and_so_is_the_next_good_one() {
    let outside = Outside::new().await;
    let operator = outside.telegram.add_person("Оператор", "ru");
    outside.telegram.says(operator, "/start");
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("occupied");
    std::fs::write(&occupied, b"a file where the folder should be").unwrap();
    let more = |folder: &Path| {
        [
            ("ADMIN_ID", operator.to_string()),
            ("BACKUP_EVERY_HOURS", "1".to_owned()),
            ("BACKUP_FOLDER", folder.to_str().unwrap().to_owned()),
        ]
    };
    let process = outside.start("run", &more(&occupied)).await;
    hears_that_there_is_none(&outside, operator).await;
    assert_eq!(process.stop().await, Some(0));

    // An hour later the folder is in order.
    sqlx::query("update backups set slot = slot - interval '1 hour'")
        .execute(&outside.pool)
        .await
        .unwrap();
    let process = outside.start("run", &more(&folder.path().join("backups"))).await;
    hears_that_it_is_over(&outside, operator).await;
    let told = outside.telegram.messages(operator);
    let told = told.iter().filter(|message| message.text.contains("Резервной копии нет")).count();
    assert_eq!(told, 1);
    assert_eq!(process.stop().await, Some(0));
}

#[tokio::test]
async fn a_backup_made_by_hand_ends_the_alarm() {
    let outside = Outside::new().await;
    let operator = outside.telegram.add_person("Оператор", "ru");
    outside.telegram.says(operator, "/start");
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("occupied");
    std::fs::write(&occupied, b"a file where the folder should be").unwrap();
    let more = [
        ("ADMIN_ID", operator.to_string()),
        ("BACKUP_EVERY_HOURS", "1".to_owned()),
        ("BACKUP_FOLDER", occupied.to_str().unwrap().to_owned()),
    ];
    let process = outside.start("run", &more).await;
    hears_that_there_is_none(&outside, operator).await;
    let here = settings(&outside, &folder.path().join("backups"));
    let here = with(here, "ADMIN_ID", &operator.to_string());
    let (code, said) = run(&here, &["backup"]).await;
    assert_eq!(code, Some(0), "{said}");
    hears_that_it_is_over(&outside, operator).await;
    assert_eq!(process.stop().await, Some(0));
}

async fn hears_that_there_is_none(outside: &Outside, operator: i64) {
    outside
        .hears(operator, |message| {
            let told = message.text.contains("💾 Резервной копии нет");
            let what_to_do = message.text.contains("Исправьте причину и сделайте копию вручную");
            (told && what_to_do && message.text.contains("occupied")).then_some(())
        })
        .await;
}

async fn hears_that_it_is_over(outside: &Outside, operator: i64) {
    outside
        .hears(operator, |message| {
            let over = message.text.contains("✅ Снова в порядке");
            (over && message.text.contains("резервные копии")).then_some(())
        })
        .await;
}
