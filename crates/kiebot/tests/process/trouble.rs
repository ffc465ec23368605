//! Starting and stopping while the world does not help.

use std::time::Duration;

use clock::Clock;
use sandbox::telegram::Fault;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::outside::{Outside, Process};

/// Stops a process and answers how long that took.
async fn stops(process: Process) -> Duration {
    let clock = Clock::system();
    let asked_at = clock.now();
    assert_eq!(process.stop().await, Some(0));
    (clock.now() - asked_at).unsigned_abs()
}

#[tokio::test]
async fn a_telegram_in_trouble_is_asked_again_at_every_step_of_the_start() {
    let outside = Outside::new().await;
    outside.telegram.next_call("getMe", &Fault::Status502Html, 1);
    outside.telegram.next_call("getWebhookInfo", &Fault::Flood(1), 1);
    let process = outside.start("run", &[]).await;
    assert_eq!(outside.telegram.faults_left(), 0);
    assert_eq!(process.get("/ready").await.0, 200);
    assert_eq!(process.stop().await, Some(0));

    outside.telegram.next_call("setWebhook", &Fault::CutBefore, 1);
    let settings =
        [("BOT_MODE", "webhook".to_owned()), ("PUBLIC_BASE_URL", "http://127.0.0.1:9".to_owned())];
    let process = outside.start("run", &settings).await;
    assert_eq!(process.stop().await, Some(0));

    outside.telegram.next_call("deleteWebhook", &Fault::Flood(1), 1);
    let process = outside.start("run", &[]).await;
    assert_eq!(outside.telegram.faults_left(), 0);
    assert_eq!(process.stop().await, Some(0));
}

#[tokio::test]
async fn while_telegram_is_awaited_the_port_answers_and_a_stop_is_heard() {
    let outside = Outside::new().await;
    for method in ["getMe", "getWebhookInfo"] {
        outside.telegram.next_call(method, &Fault::Flood(3600), 1);
        let process = outside.start_until("trying again", "run", &outside.settings()).await;
        let (status, health) = process.get("/health").await;
        let health: serde_json::Value = serde_json::from_str(&health).unwrap();
        assert_eq!(status, 200, "{health}");
        assert_eq!(health["bot"], "starting");
        assert_eq!(health["status"], "healthy");
        assert!(health["models_count"].as_u64().unwrap() >= 10);
        assert_eq!(process.get("/ready").await.0, 503);
        let took = stops(process).await;
        assert!(took < Duration::from_secs(5), "{method}: {took:?}");
    }
}

#[tokio::test]
async fn a_client_that_falls_silent_in_its_request_does_not_hold_up_the_stop() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    let address = process.address.trim_start_matches("http://");
    let mut silent = TcpStream::connect(address).await.unwrap();
    silent.write_all(b"GET /health HTTP/1.1\r\n").await.unwrap();
    // An answer to a later connection says that the silent one has been accepted.
    assert_eq!(process.get("/health").await.0, 200);
    let took = stops(process).await;
    assert!(took < Duration::from_secs(15), "{took:?}");
    drop(silent);
}

#[tokio::test]
async fn a_repeated_press_is_answered_once() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start m_google_nano-banana");
    outside.taps(anna, "✨ Создать").await;
    outside.hears(anna, |message| message.text.contains("Опишите").then_some(())).await;
    let is_press = |update: &serde_json::Value| !update["callback_query"].is_null();
    let (id, _) =
        outside.telegram.all_updates().into_iter().find(|(_, update)| is_press(update)).unwrap();
    assert!(outside.telegram.repeat_update(id));
    outside.telegram.says(anna, "Кот читает газету");
    outside.hears(anna, |message| message.text.contains("Кот читает").then_some(())).await;
    // Answers that are under way at the stop are brought to their end.
    assert_eq!(process.stop().await, Some(0));
    assert_eq!(outside.telegram.calls_of("answerCallbackQuery").len(), 1);
    outside.check().await;
}
