//! The look before a deployment: each fault that it names, and an end code for scripts.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::Arc;

use sandbox::kie::DEFAULT_KEY;
use sandbox::pay::{CRYPTO_TOKEN, PayServer, PaySetup, PayWorld, SHOP};
use serde_json::Value;

use crate::outside::{Outside, command, with};
use crate::webhook::webhook;

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
async fn books_that_do_not_balance_are_a_problem_and_a_newer_schema_is_a_way_back() {
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
    says(&findings, "problem", "violations");
    says(&findings, "warning", "this one is fine as a way back");
}

#[tokio::test]
async fn a_database_that_is_still_empty_is_told_what_is_to_do() {
    let outside = Outside::new().await;
    let empty = test_db::empty_url().await;
    let (code, findings) = examine(&with(outside.settings(), "DATABASE_URL", &empty)).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "`kiebot migrate`");
}

#[tokio::test]
async fn the_state_of_the_webhook_is_told() {
    let outside = Outside::new().await;
    let webhook = webhook(&outside, "").await;
    let mut settings = outside.settings();
    for (name, value) in &webhook {
        settings = with(settings, name, value);
    }
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "is not set to this address: `kiebot run` sets it");

    let process = outside.start("run", &webhook).await;
    assert_eq!(process.stop().await, Some(0));
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "fine", "set; 0 updates wait");

    // Nobody is there to take what Anna writes.
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start");
    outside.webhook_fails().await;
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(1), "{findings:#?}");
    says(&findings, "problem", "1 updates wait and Telegram says: Connection failed");
    says(&findings, "problem", "is reachable from outside with a valid certificate");

    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "one is set and BOT_MODE is polling");
    says(&findings, "warning", "make sure that nobody else serves this bot");

    let (code, findings) = examine(&with(settings, "PUBLIC_BASE_URL", "")).await;
    assert_eq!(code, Some(1), "{findings:#?}");
    says(&findings, "problem", "PUBLIC_BASE_URL");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_a_problem() {
    let outside = Outside::new().await;
    for (minutes, verdict, words) in [
        (0, "fine", "within 1 s of Telegram's"),
        (5, "problem", "s off: set it by NTP, or signed callbacks are refused"),
        (-5, "problem", "s off: set it by NTP, or signed callbacks are refused"),
    ] {
        let telegram = outside.telegram_ahead(time::Duration::minutes(minutes)).await;
        let settings = with(outside.settings(), "TELEGRAM_API_URL", &telegram);
        let (code, findings) = examine(&settings).await;
        assert_eq!(code, Some(i32::from(verdict == "problem")), "{findings:#?}");
        says(&findings, "fine", "the bot is @process_bot");
        says(&findings, verdict, words);
    }
}

#[tokio::test]
async fn credits_that_run_out_are_a_warning_and_none_at_all_a_problem() {
    let outside = Outside::new().await;
    outside.kie.set_credits("499").unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "499 credits are left: top the account up at https://kie.ai");
    outside.kie.set_credits("0").unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(1), "{findings:#?}");
    says(
        &findings,
        "problem",
        "no credits are left, and nothing can be generated: top the account",
    );

    // With another key that has some, the shop goes on.
    outside.kie.accept_key("second-key");
    outside.kie.set_key_credits("second-key", Some("1000")).unwrap();
    let keys = format!("{DEFAULT_KEY},second-key");
    let settings = with(with(outside.settings(), "KIE_API_KEY", ""), "KIE_API_KEYS", &keys);
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "0 credits are left: top the account up");
    says(&findings, "fine", "1000 credits");
}

#[tokio::test]
async fn a_database_that_fills_its_plan_is_told_in_time() {
    let outside = Outside::new().await;
    let megabytes: i64 =
        sqlx::query_scalar("select pg_database_size(current_database()) / 1000000")
            .fetch_one(&outside.pool)
            .await
            .unwrap();
    for (plan, code, verdict, words) in [
        (megabytes * 2, 0, "fine", format!("MB of {} MB", megabytes * 2)),
        (megabytes * 100 / 90, 0, "warning", "nearly full: `kiebot cleanup --apply`".to_owned()),
        (
            megabytes / 2,
            1,
            "problem",
            "full: `kiebot cleanup --apply`, or a bigger plan".to_owned(),
        ),
    ] {
        let settings = with(outside.settings(), "DATABASE_MAX_MB", &plan.to_string());
        let (found, findings) = examine(&settings).await;
        assert_eq!(found, Some(code), "{findings:#?}");
        says(&findings, verdict, &words);
    }
}

#[tokio::test]
async fn credentials_of_payments_are_tried() {
    let outside = Outside::new().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let now = Arc::new(|| 0);
    let world = PayWorld::new(PaySetup { now, http, notify: String::new() });
    let server = PayServer::start(world.clone(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let server = server.await.unwrap();
    let mut settings = outside.settings();
    for (name, value) in [
        ("YOOKASSA_SHOP_ID", SHOP.0),
        ("YOOKASSA_SECRET_KEY", SHOP.1),
        ("YOOKASSA_API_URL", &format!("{}/v3", server.url)),
        ("CRYPTO_PAY_TOKEN", CRYPTO_TOKEN),
        ("CRYPTO_PAY_API_URL", &server.url),
        ("TELEGRAM_PROVIDER_TOKEN", "123:LIVE:abc"),
    ] {
        settings = with(settings, name, value);
    }
    let (code, findings) = examine(&settings).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    for subject in ["yookassa", "crypto pay", "cards", "stars"] {
        assert!(findings.iter().any(|(one, is, _)| one == subject && is == "fine"), "{subject}");
    }
    assert_eq!((world.held(), world.violations()), (vec![], vec![]), "asking changes nothing");

    let faults = [
        (
            "YOOKASSA_SECRET_KEY",
            "test_other",
            "copy YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY again",
        ),
        ("YOOKASSA_SHOP_ID", "7", "copy YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY again"),
        ("YOOKASSA_SHOP_ID", "", "YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY belong together"),
        ("YOOKASSA_API_URL", "http://127.0.0.1:1", "check the network and YOOKASSA_API_URL"),
        ("CRYPTO_PAY_TOKEN", "7:other", "copy CRYPTO_PAY_TOKEN again (@CryptoBot"),
        ("CRYPTO_PAY_API_URL", "http://127.0.0.1:1", "check the network and CRYPTO_PAY_API_URL"),
        ("TELEGRAM_PROVIDER_TOKEN", "777000777:AAbot", "is not a provider's token: copy it"),
        ("MANUAL_PAYMENT_DETAILS", "2202 0000", "MANUAL_PAYMENT_DETAILS needs ADMIN_ID"),
    ];
    for (name, value, words) in faults {
        let (code, findings) = examine(&with(settings.clone(), name, value)).await;
        assert_eq!(code, Some(1), "{name}={value}: {findings:#?}");
        says(&findings, "problem", words);
        let secrets = [SHOP.1, CRYPTO_TOKEN, "123:LIVE:abc"];
        let told = findings.iter().any(|(_, _, text)| secrets.iter().any(|one| text.contains(one)));
        assert!(!told, "{findings:#?}");
    }
    let trial = with(settings, "TELEGRAM_PROVIDER_TOKEN", "123:TEST:abc");
    let (code, findings) = examine(&trial).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "warning", "is one for trials");

    let (code, findings) = examine(&with(outside.settings(), "STARS_ENABLED", "0")).await;
    assert_eq!(code, Some(1), "{findings:#?}");
    says(&findings, "problem", "no way to pay is on: nobody can top up");
}

#[tokio::test]
async fn a_shelf_that_operators_emptied_and_a_comparison_that_failed_are_told() {
    let outside = Outside::new().await;
    sqlx::query(
        "insert into syncs (mode, asked_by, state, started_at, finished_at, error)
         values ('dry', 'schedule', 'failed', 'epoch', 'epoch', 'no answer')",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(0), "{findings:#?}");
    says(&findings, "fine", "models are on sale");
    says(&findings, "warning", "failed (no answer): run `kiebot catalog sync`");

    let catalog = catalog::Catalog::builtin().unwrap();
    let models: Vec<&str> = catalog.models().iter().map(|model| model.id.as_str()).collect();
    sqlx::query(
        "insert into model_overrides (model, off, set_at) select unnest($1::text[]), true, 'epoch'",
    )
    .bind(models)
    .execute(&outside.pool)
    .await
    .unwrap();
    let (code, findings) = examine(&outside.settings()).await;
    assert_eq!(code, Some(1), "{findings:#?}");
    says(&findings, "problem", "no model is on sale: switch some on in the panel (/admin)");
}
