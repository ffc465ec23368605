//! Updates that come by webhook.

use crate::outside::{Outside, Process};

/// The settings of a program that Telegram calls.
pub async fn webhook(outside: &Outside, secret: &str) -> Vec<(&'static str, String)> {
    let port = outside.free_port().await;
    let base = format!("http://127.0.0.1:{port}");
    let mut settings = vec![
        ("BOT_MODE", "webhook".to_owned()),
        ("PUBLIC_BASE_URL", base),
        ("PORT", port.to_string()),
    ];
    if !secret.is_empty() {
        settings.push(("TELEGRAM_WEBHOOK_SECRET_TOKEN", secret.to_owned()));
    }
    settings
}

/// What the webhook answers to a body that comes with this secret.
async fn sends(process: &Process, secret: &str, body: impl Into<reqwest::Body>) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/telegram/webhook", process.address));
    let request = request.header("X-Telegram-Bot-Api-Secret-Token", secret).body(body);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn by_webhook_telegram_calls_and_strangers_are_turned_away() {
    let outside = Outside::new().await;
    let settings = webhook(&outside, "").await;
    let process = outside.start("run", &settings).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.receives(anna).await;
    assert_eq!(sends(&process, "guess", "{\"update_id\":1}").await, 401);
    assert_eq!(process.stop().await, Some(0));
    // Stopping does not remove the webhook: another process may serve it.
    assert_eq!(outside.telegram.calls_of("deleteWebhook").len(), 0);

    // Polling afterwards removes it and keeps the updates.
    outside.telegram.says(anna, "/balance");
    let polling = outside.start("run", &[]).await;
    outside.hears(anna, |message| message.text.contains("196,20").then_some(())).await;
    assert_eq!(polling.stop().await, Some(0));
    let removed = outside.telegram.calls_of("deleteWebhook");
    assert_eq!(removed.len(), 1);
    assert_ne!(removed[0].params["drop_pending_updates"], true);
    outside.check().await;
}

#[tokio::test]
async fn an_update_that_cannot_be_read_holds_nothing_back() {
    let outside = Outside::new().await;
    let settings = webhook(&outside, "quiet").await;
    let process = outside.start("run", &settings).await;
    assert_eq!(sends(&process, "quiet", "no JSON").await, 200);
    assert_eq!(sends(&process, "quiet", vec![0xff, 0xfe]).await, 200);
    assert_eq!(sends(&process, "quiet", "{}").await, 200);
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start");
    outside.hears(anna, |message| message.text.contains("Здравствуйте").then_some(())).await;
    assert_eq!(process.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn a_changed_secret_is_told_to_telegram_and_an_old_failure_is_not() {
    let outside = Outside::new().await;
    let settings = webhook(&outside, "first").await;
    let process = outside.start("run", &settings).await;
    assert_eq!(process.stop().await, Some(0));
    // A message that nobody takes leaves a failure in Telegram's memory.
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start");
    let process = outside.start("run", &settings).await;
    assert_eq!(process.stop().await, Some(0));
    assert_eq!(outside.telegram.calls_of("setWebhook").len(), 1);

    let mut settings = settings;
    settings.retain(|(name, _)| *name != "TELEGRAM_WEBHOOK_SECRET_TOKEN");
    settings.push(("TELEGRAM_WEBHOOK_SECRET_TOKEN", "second".to_owned()));
    let process = outside.start("run", &settings).await;
    outside.telegram.retry_webhook();
    outside.hears(anna, |message| message.text.contains("Здравствуйте").then_some(())).await;
    assert_eq!(process.stop().await, Some(0));
    let set = outside.telegram.calls_of("setWebhook");
    assert_eq!(set.len(), 2);
    assert_eq!(set[1].params["secret_token"], "second");
    assert_ne!(set[0].params["url"], set[1].params["url"]);
    outside.check().await;
}

#[tokio::test]
async fn a_public_port_keeps_business_figures_to_itself() {
    let outside = Outside::new().await;
    let settings = webhook(&outside, "").await;
    let process = outside.start("run", &settings).await;
    let (status, metrics) = process.get("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("kiebot_queue_jobs"), "{metrics}");
    assert!(metrics.contains("kiebot_database_connections"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    assert!(!metrics.contains("kiebot_updates"), "{metrics}");
    assert!(!metrics.contains("kiebot_jobs"), "{metrics}");
    assert!(!metrics.contains("kiebot_money"), "{metrics}");
    assert!(!metrics.contains("kiebot_kie_credits"), "{metrics}");
    assert_eq!(process.stop().await, Some(0));
}
