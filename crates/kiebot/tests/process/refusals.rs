//! Bad input: one clear line that says what to do, exit code 2, and nothing half-made.

use std::process::Stdio;

use crate::outside::{Outside, command, with};

/// Runs the program to its end and answers with its exit code and what it said on standard error.
async fn fails(settings: &[(&'static str, String)]) -> (Option<i32>, String) {
    fails_as("run", settings).await
}

async fn fails_as(role: &str, settings: &[(&'static str, String)]) -> (Option<i32>, String) {
    let output = command(role, settings).stderr(Stdio::piped()).output().await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// The last line of the log is the reason.
fn reason(said: &str) -> &str {
    said.lines().find(|line| line.starts_with("kiebot: ")).unwrap_or_else(|| panic!("{said}"))
}

#[tokio::test]
async fn without_settings_everything_that_is_missing_is_named() {
    let (code, said) = fails(&[]).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("TELEGRAM_BOT_TOKEN is not set"), "{said}");
    assert!(said.contains("KIE_API_KEY is not set"), "{said}");
}

#[tokio::test]
async fn a_token_that_telegram_does_not_know_is_refused() {
    let outside = Outside::new().await;
    let token = "123456:no-such-bot";
    let (code, said) = fails(&with(outside.settings(), "TELEGRAM_BOT_TOKEN", token)).await;
    assert_eq!(code, Some(2));
    assert!(reason(&said).contains("copy TELEGRAM_BOT_TOKEN from @BotFather"), "{said}");
    assert!(!said.contains(token), "{said}");
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let outside = Outside::new().await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = fails(&with(outside.settings(), "PORT", &port)).await;
    assert_eq!(code, Some(2));
    assert!(reason(&said).contains(&port) && reason(&said).contains("PORT"), "{said}");
}

#[tokio::test]
async fn a_database_out_of_reach_is_named_without_its_password() {
    let outside = Outside::new().await;
    let url = "postgres://kiebot:hunter2@127.0.0.1:1/kiebot";
    let (code, said) = fails(&with(outside.settings(), "DATABASE_URL", url)).await;
    assert_eq!(code, Some(2));
    assert!(reason(&said).contains("DATABASE_URL"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_data_folder_that_is_none_is_named_and_left_alone() {
    let outside = Outside::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().display().to_string();
    let settings = with(outside.settings(), "DATABASE_URL", "");
    let (code, said) = fails(&with(settings, "DATA_DIR", &path)).await;
    assert_eq!(code, Some(2));
    assert!(reason(&said).contains(&path) && reason(&said).contains("DATA_DIR"), "{said}");
    assert!(file.path().is_file());
}

#[tokio::test]
async fn a_worker_in_the_test_mode_is_refused() {
    let outside = Outside::new().await;
    let (code, said) = fails_as("worker", &with(outside.settings(), "TEST_MODE", "1")).await;
    assert_eq!(code, Some(2));
    assert!(reason(&said).contains("TEST_MODE"), "{said}");
}

#[tokio::test]
async fn the_database_alone_is_enough_to_migrate_and_to_read_the_books() {
    let outside = Outside::new().await;
    let settings = [("DATABASE_URL", outside.database.clone())];
    assert_eq!(fails_as("migrate", &settings).await, (Some(0), String::new()));
    let mut audit = command("ledger", &settings);
    assert_eq!(audit.arg("audit").status().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn the_audit_and_the_settings_are_shown_by_their_commands() {
    let outside = Outside::new().await;
    let run = async |arguments: &[&str]| {
        let mut command = command(arguments[0], &outside.settings());
        command.args(&arguments[1..]).stdout(Stdio::piped());
        let output = command.output().await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, audit) = run(&["ledger", "audit", "--json"]).await;
    assert_eq!(
        (code, audit.trim().replace([' ', '\n'], "")),
        (Some(0), "{\"violations\":[]}".to_owned())
    );
    let (code, config) = run(&["config", "--json"]).await;
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(config["TELEGRAM_BOT_TOKEN"], "(set, hidden)");
    assert_eq!(config["PORT"], "0");
    assert_eq!(run(&["migrate"]).await.0, Some(0));
    sqlx::query("update wallets set held_kop = 5").execute(&outside.pool).await.unwrap();
    sqlx::raw_sql(
        "insert into users (language, created_at, seen_at) values ('ru', now(), now());
         insert into wallets (user_id, world, real_kop, created_at)
             select id, 'real', 7, now() from users;",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    let (code, audit) = run(&["ledger", "audit"]).await;
    assert_eq!(code, Some(1), "{audit}");
    assert!(audit.contains("wallet = sum of the ledger"), "{audit}");
}
