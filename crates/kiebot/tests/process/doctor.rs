//! The look before a deployment: each fault that it names, and an end code for scripts.

use std::process::Stdio;

use sandbox::kie::DEFAULT_KEY;
use serde_json::Value;

use crate::outside::{Outside, command, with};

/// What the doctor finds, as `subject → (verdict, text)`, and its code.
async fn examine(
    settings: &[(&'static str, String)],
) -> (Option<i32>, Vec<(String, String, String)>) {
    let output = command("doctor", settings)
        .arg("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains(DEFAULT_KEY), "{said}");
    let found: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "subject"), text(one, "verdict"), text(one, "text")))
        .collect();
    (output.status.code(), findings)
}

/// The finding of that verdict which says these words.
fn says(findings: &[(String, String, String)], verdict: &str, words: &str) {
    let found = findings.iter().any(|(_, is, text)| is == verdict && text.contains(words));
    assert!(found, "no {verdict} says {words:?}: {findings:#?}");
}

#[tokio::test]
async fn a_healthy_shop_has_no_problems() {
    let outside = Outside::new().await;
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    for words in ["the bot is @process_bot", "PostgreSQL", "up to date", "they balance", "credits"]
    {
        says(&findings, "fine", words);
    }
    says(&findings, "fine", "of Telegram's");
    says(&findings, "warning", "PUBLIC_BASE_URL is not set");
    says(&findings, "warning", "ADMIN_ID is not set");
}

#[tokio::test]
async fn every_fault_is_named_with_what_to_do() {
    let outside = Outside::new().await;
    let fine = outside.settings();
    let cases = [
        ("TELEGRAM_BOT_TOKEN", "123456:no-such-bot", "copy TELEGRAM_BOT_TOKEN from @BotFather"),
        ("TELEGRAM_BOT_TOKEN", "", "TELEGRAM_BOT_TOKEN is not set"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:1", "check the network and TELEGRAM_API_URL"),
        ("DATABASE_URL", "postgres://kiebot@127.0.0.1:1/kiebot", "check DATABASE_URL"),
        ("KIE_API_KEY", "no-such-key", "check KIE_API_KEY"),
        ("KIE_API_URL", "http://127.0.0.1:1", "check the network and KIE_API_URL"),
        ("CREDIT_TO_RUB_RATE", "0.1", "sold below cost"),
    ];
    for (name, value, words) in cases {
        let (code, findings) = examine(&with(fine.clone(), name, value)).await;
        assert_eq!(code, Some(1), "{name}={value}: {findings:#?}");
        says(&findings, "problem", words);
    }
}

#[tokio::test]
async fn what_is_only_unusual_is_a_warning() {
    let outside = Outside::new().await;
    let settings = with(outside.settings(), "KIE_WEBHOOK_HMAK_KEY", "typo");
    let settings = with(settings, "ALLOW_REAL_GENERATION", "0");
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "KIE_WEBHOOK_HMAK_KEY is not a setting");
    says(&findings, "warning", "orders are refused");
}

#[tokio::test]
async fn books_that_do_not_balance_and_a_newer_schema_are_problems() {
    let outside = Outside::new().await;
    sqlx::query(
        "insert into users (language, created_at, seen_at) values ('ru', 'epoch', 'epoch')",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into wallets (user_id, world, real_kop, created_at)
         select id, 'real', 100, 'epoch' from users",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(1));
    says(&findings, "problem", "violations: see `kiebot ledger audit`");

    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (99999, 'of tomorrow', true, '', 0)",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(1));
    says(&findings, "problem", "run that version");
}

#[tokio::test]
async fn a_database_that_is_still_empty_is_told_what_is_to_do() {
    let outside = Outside::new().await;
    let empty = test_db::empty_url().await;
    let (code, findings) = examine(&with(outside.settings(), "DATABASE_URL", &empty)).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "`kiebot migrate`");
}
