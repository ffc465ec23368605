use super::{Receiver, START, cat, stage};
use crate::kie::{CallbackPreset, CallbackReport, CreateFault, Mode, sign};
use serde_json::{Value, json};

#[test]
fn signatures_follow_the_documentation() {
    assert_eq!(
        sign("secret", "ee9c2715375b7837f8bb51d641ff5863", 1_700_000_000),
        "Da8QE+jiadVFXq4wWo6gIPJ14StbD1pP+u0oMUVt1ao="
    );
    assert_eq!(
        sign("whk_test_0123456789", "task_12345678", 1_767_225_600),
        "H/VSQgTiXg8NFiuw0+4IlWrkL7Dqe+B9M2tlmupmdqM="
    );
}

#[tokio::test]
async fn success_and_failure_call_back() {
    let (stage, receiver) = (stage().await, Receiver::start().await);
    stage.world.set_webhook_key(Some("secret"));
    let good = stage.cat_for(&receiver.url).await;
    let bad = stage.cat_for(&receiver.url).await;
    assert_eq!(stage.world.succeed(&good).await, CallbackReport::Delivered(vec![200]));
    stage.world.fail(&bad, "500", "Internal server error").await;
    let seen = receiver.seen();
    let (headers, body) = &seen[0];
    assert_eq!(body["code"], 200);
    assert_eq!(body["msg"], "Playground task completed successfully.");
    assert_eq!(body["data"]["taskId"], good.as_str());
    assert_eq!(body["data"]["updateTime"], START);
    assert_eq!(headers["x-webhook-timestamp"], (START / 1000).to_string().as_str());
    assert_eq!(headers["x-webhook-signature"], sign("secret", &good, START / 1000).as_str());
    let body = &seen[1].1;
    assert_eq!(body["code"], 501);
    assert_eq!(body["data"]["state"], "fail");
    assert_eq!(body["data"]["resultJson"], Value::Null);
    assert_eq!(body["data"]["creditsConsumed"], json!(0.0));
    assert_eq!(stage.world.created_per_callback_token()["token-1"], 2);
}

#[tokio::test]
async fn callbacks_get_lost_doubled_and_delayed() {
    let (stage, receiver) = (stage().await, Receiver::start().await);
    let mut reports = Vec::new();
    for preset in [CallbackPreset::Lost, CallbackPreset::Twice, CallbackPreset::Delayed] {
        stage.world.next_callback(preset);
        let id = stage.cat_for(&receiver.url).await;
        reports.push(stage.world.succeed(&id).await);
    }
    assert_eq!(
        reports,
        [CallbackReport::Lost, CallbackReport::Delivered(vec![200, 200]), CallbackReport::Delayed]
    );
    assert_eq!(receiver.seen().len(), 2);
    assert!(!receiver.seen()[0].0.contains_key("x-webhook-signature"), "no key, no signature");
    assert_eq!(stage.world.deliver_delayed_callbacks().await.len(), 1);
    assert_eq!(receiver.seen().len(), 3);
    assert!(stage.world.deliver_delayed_callbacks().await.is_empty());
}

#[tokio::test]
async fn a_callback_may_come_before_the_answer() {
    let (stage, receiver) = (stage().await, Receiver::start().await);
    let mut request = cat();
    request["callBackUrl"] = json!(receiver.url);
    stage.world.next_create(CreateFault::CallbackFirstThenCut);
    assert!(stage.try_post("/api/v1/jobs/createTask", &request).await.is_err());
    assert_eq!(receiver.seen().len(), 1);
    stage.world.next_create(CreateFault::CallbackFirst);
    let answer = stage.order(request).await;
    assert_eq!(receiver.seen()[1].1["data"]["taskId"], answer["data"]["taskId"]);
}

#[tokio::test]
async fn forged_callbacks_are_signed_with_another_key() {
    let (stage, receiver) = (stage().await, Receiver::start().await);
    stage.world.set_webhook_key(Some("secret"));
    let id = stage.cat_for(&receiver.url).await;
    stage.world.forge_callback(&id).await;
    let (headers, body) = &receiver.seen()[0];
    assert_eq!(body["data"]["state"], "success");
    assert_ne!(headers["x-webhook-signature"], sign("secret", &id, START / 1000).as_str());
    assert_eq!(stage.read(&id).await["data"]["state"], "waiting");
}

#[tokio::test]
async fn a_task_ended_by_a_status_read_calls_back_at_the_next_tick() {
    let (stage, receiver) = (stage().await, Receiver::start().await);
    stage.world.set_mode(Mode::Auto { delay_ms: 0 });
    let id = stage.cat_for(&receiver.url).await;
    assert_eq!(stage.read(&id).await["data"]["state"], "success");
    assert!(receiver.seen().is_empty());
    assert_eq!(stage.world.tick().await, [(id, CallbackReport::Delivered(vec![200]))]);
    assert!(stage.world.tick().await.is_empty());
    assert_eq!(receiver.seen().len(), 1);
}
