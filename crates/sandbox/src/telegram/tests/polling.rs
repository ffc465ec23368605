use std::time::Duration;

use serde_json::{Value, json};

use super::super::TelegramWorld;
use super::Stage;

fn ids(updates: &Value) -> Vec<i64> {
    updates.as_array().unwrap().iter().map(|u| u["update_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn an_update_stays_until_a_higher_offset_confirms_it() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.says(anna, "привет");
    let first = stage.done("getUpdates", json!({})).await;
    assert_eq!(first[0]["message"]["text"], "/start");
    assert_eq!(first[0]["message"]["entities"][0]["type"], "bot_command");
    assert_eq!(first[0]["message"]["from"]["language_code"], "ru");
    let all = ids(&first);
    assert_eq!(all.len(), 2);
    assert_eq!(ids(&stage.done("getUpdates", json!({ "offset": all[0] })).await), all);
    assert_eq!(ids(&stage.done("getUpdates", json!({ "offset": all[1] })).await), all[1..]);
    assert_eq!(stage.world.pending_updates().len(), 1);
    let rest = stage.done("getUpdates", json!({ "offset": all[1] + 1 })).await;
    assert_eq!(rest, json!([]));
}

#[tokio::test]
async fn limit_and_a_negative_offset_are_honoured() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.says(anna, "a");
    stage.world.says(anna, "b");
    let one = stage.done("getUpdates", json!({ "limit": 1 })).await;
    assert_eq!(one[0]["message"]["text"], "/start");
    let last = stage.done("getUpdates", json!({ "offset": -1 })).await;
    assert_eq!(last[0]["message"]["text"], "b");
    assert_eq!(stage.world.pending_updates().len(), 1);
}

#[tokio::test]
async fn a_long_poll_wakes_when_a_person_speaks() {
    let stage = Stage::start().await;
    let anna = stage.world.add_person("Анна", "ru");
    let poll = stage.done("getUpdates", json!({ "timeout": 50 }));
    let speak = async {
        wait_for_poll(&stage, 1).await;
        stage.world.says(anna, "привет");
    };
    let both = async { tokio::join!(poll, speak) };
    let (updates, ()) = tokio::time::timeout(Duration::from_secs(20), both).await.unwrap();
    assert_eq!(updates[0]["message"]["text"], "привет");
}

/// Until the server has seen so many polls.
async fn wait_for_poll(stage: &Stage, count: usize) {
    let seen = |world: &TelegramWorld| (world.calls_of("getUpdates").len() >= count).then_some(());
    stage.world.until(seen).await;
}

#[tokio::test]
async fn a_second_poller_sends_the_first_away() {
    let stage = Stage::start().await;
    let first = stage.call("getUpdates", json!({ "timeout": 50 }));
    let second = async {
        wait_for_poll(&stage, 1).await;
        stage.done("getUpdates", json!({})).await
    };
    let (first, _) = tokio::join!(first, second);
    assert_eq!(first["error_code"], 409);
    assert_eq!(
        first["description"],
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
}

#[tokio::test]
async fn polling_is_refused_while_a_webhook_is_set() {
    let stage = Stage::start().await;
    stage.done("setWebhook", json!({ "url": "https://bot.example/hook" })).await;
    let answer = stage.call("getUpdates", json!({})).await;
    assert_eq!(answer["error_code"], 409);
    stage.done("deleteWebhook", json!({})).await;
    stage.done("getUpdates", json!({})).await;
}

#[tokio::test]
async fn only_the_kinds_asked_for_are_queued() {
    let stage = Stage::start().await;
    let allowed = json!(["callback_query"]);
    stage.done("getUpdates", json!({ "allowed_updates": allowed })).await;
    let anna = stage.anna();
    let shown = stage.says(anna, "x").await;
    stage.world.presses_raw(anna, shown, "d");
    let updates = stage.done("getUpdates", json!({})).await;
    assert_eq!(updates.as_array().unwrap().len(), 1);
    assert_eq!(updates[0]["callback_query"]["data"], "d");
}

#[tokio::test]
async fn a_confirmed_update_can_come_once_more() {
    let stage = Stage::start().await;
    stage.anna();
    let first = ids(&stage.done("getUpdates", json!({})).await);
    let next = json!({ "offset": first[0] + 1 });
    stage.done("getUpdates", next.clone()).await;
    assert!(stage.world.repeat_update(first[0]));
    assert_eq!(ids(&stage.done("getUpdates", next.clone()).await), first);
    assert_eq!(stage.done("getUpdates", next).await, json!([]));
    assert!(!stage.world.repeat_update(1));
}
