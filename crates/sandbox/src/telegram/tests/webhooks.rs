use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::Stage;

type Received = (String, Value);

/// A bot's webhook: tells what arrives and answers with the status that is set.
struct Hook {
    url: String,
    status: Arc<Mutex<StatusCode>>,
    received: mpsc::UnboundedReceiver<Received>,
}

async fn hook() -> Hook {
    let (sender, received) = mpsc::unbounded_channel::<Received>();
    let status = Arc::new(Mutex::new(StatusCode::OK));
    let answer = Arc::clone(&status);
    let take = move |State(sender): State<mpsc::UnboundedSender<Received>>,
                     headers: HeaderMap,
                     Json(update): Json<Value>| async move {
        let secret = headers.get("X-Telegram-Bot-Api-Secret-Token");
        let secret = secret.map_or("", |value| value.to_str().unwrap()).to_owned();
        let current = *answer.lock().unwrap();
        sender.send((secret, update)).unwrap();
        current
    };
    let app = Router::new().route("/hook", post(take)).with_state(sender);
    let bind = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = tokio::net::TcpListener::bind(bind).await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Hook { url, status, received }
}

#[tokio::test]
async fn updates_go_to_the_webhook_in_order_with_the_secret() {
    let stage = Stage::start().await;
    let mut hook = hook().await;
    let set = json!({ "url": hook.url, "secret_token": "s-1_A", "allowed_updates": ["message"] });
    stage.done("setWebhook", set).await;
    let anna = stage.anna();
    stage.world.says(anna, "a");
    stage.world.says(anna, "b");
    for text in ["/start", "a", "b"] {
        let (secret, update) = hook.received.recv().await.unwrap();
        assert_eq!((secret.as_str(), &update["message"]["text"]), ("s-1_A", &json!(text)));
    }
    let info = stage.done("getWebhookInfo", json!({})).await;
    assert_eq!(info["url"], json!(hook.url));
    assert_eq!(info["allowed_updates"], json!(["message"]));
}

#[tokio::test]
async fn a_failed_delivery_holds_its_chat_until_the_retry() {
    let stage = Stage::start().await;
    let mut hook = hook().await;
    stage.done("setWebhook", json!({ "url": hook.url })).await;
    *hook.status.lock().unwrap() = StatusCode::INTERNAL_SERVER_ERROR;
    let anna = stage.anna();
    let (_, first) = hook.received.recv().await.unwrap();
    assert_eq!(first["message"]["text"], "/start");
    stage.world.says(anna, "after");
    stage.world.until(|world| world.webhook_info().get("last_error_message").map(|_| ())).await;
    let boris = stage.world.add_person("Борис", "ru");
    *hook.status.lock().unwrap() = StatusCode::OK;
    stage.world.says(boris, "другой чат");
    let (_, other) = hook.received.recv().await.unwrap();
    assert_eq!(other["message"]["text"], "другой чат");
    stage.world.retry_webhook();
    for text in ["/start", "after"] {
        let (_, update) = hook.received.recv().await.unwrap();
        assert_eq!(update["message"]["text"], text);
    }
    stage.world.until(|world| world.pending_updates().is_empty().then_some(())).await;
}

#[tokio::test]
async fn a_webhook_needs_a_proper_address_and_secret() {
    let stage = Stage::start().await;
    for params in [
        json!({ "url": "http://bot.example/hook" }),
        json!({ "url": "nonsense" }),
        json!({ "url": "https://bot.example/hook", "secret_token": "with space" }),
    ] {
        stage.refused("setWebhook", params).await;
    }
}

#[tokio::test]
async fn pending_updates_can_be_dropped() {
    let stage = Stage::start().await;
    stage.anna();
    stage.done("deleteWebhook", json!({})).await;
    assert_eq!(stage.world.pending_updates().len(), 1);
    stage.done("deleteWebhook", json!({ "drop_pending_updates": true })).await;
    assert_eq!(stage.world.pending_updates().len(), 0);
}
