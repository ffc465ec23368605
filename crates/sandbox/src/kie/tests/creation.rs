use super::{Stage, cat, stage};
use crate::kie::{CreateFault, DEFAULT_KEY};
use serde_json::{Value, json};
use std::time::Duration;

async fn refused(stage: &Stage, request: Value) -> (i64, String) {
    let answer = stage.order(request).await;
    assert_eq!(answer["data"], Value::Null);
    assert!(stage.world.tasks().is_empty(), "a refused task is not created");
    (answer["code"].as_i64().unwrap(), answer["msg"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_task_is_created_and_charged() {
    let stage = stage().await;
    let answer = stage.order(cat()).await;
    let id = answer["data"]["taskId"].as_str().unwrap();
    assert_eq!(answer["code"], 200);
    assert_eq!(answer["data"]["recordId"], id);
    assert_eq!(id.len(), 32);
    assert!(id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    assert_eq!(stage.world.credits(), "992");
    assert_eq!(stage.world.tasks()[0].credits, "8");
    assert!(stage.world.violations().is_empty());
}

#[tokio::test]
async fn the_key_and_the_caller_are_checked() {
    let stage = stage().await;
    let create = stage.url("/api/v1/jobs/createTask");
    let answer: Value =
        stage.http.post(&create).json(&cat()).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["code"], 401);
    assert!(answer["msg"].as_str().unwrap().starts_with("Unauthorized \u{2013} Authentication"));
    assert!(answer.get("data").is_none());

    let nameless = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = nameless.post(&create).bearer_auth(DEFAULT_KEY).json(&cat()).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.text().await.unwrap(), "error code: 1010");

    let garbage = stage
        .http
        .post(&create)
        .bearer_auth(DEFAULT_KEY)
        .header("content-type", "application/json")
        .body("{oops");
    let answer: Value = garbage.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["code"], 400);
}

#[tokio::test]
async fn inputs_are_as_strict_as_the_schema() {
    let stage = stage().await;
    let image = |input: Value| json!({"model": "nano-banana-2", "input": input});
    let (code, text) = refused(&stage, image(json!({}))).await;
    assert_eq!((code, text.as_str()), (500, "This field is required"));
    let (code, text) = refused(&stage, image(json!({"prompt": "x", "aspect_ratio": "7:7"}))).await;
    assert_eq!(code, 500);
    assert_eq!(text, "aspect_ratio is not within the range of allowed options");
    assert_eq!(refused(&stage, image(json!({"prompt": 5}))).await.0, 422);
    assert_eq!(refused(&stage, image(json!({"prompt": "x".repeat(30_000)}))).await.0, 500);
    let (code, text) = refused(&stage, json!({"model": "no/such", "input": {}})).await;
    assert_eq!(code, 422);
    assert!(text.starts_with("The model name you specified is not supported."));
    assert_eq!(stage.world.violations().len(), 5);
}

#[tokio::test]
async fn a_number_and_its_text_are_different_wire_types() {
    let stage = stage().await;
    let kling = |duration: Value| json!({"model": "kling/v2-5-turbo-text-to-video-pro", "input": {"prompt": "x", "duration": duration}});
    let seedance = |duration: Value| json!({"model": "bytedance/seedance-1.5-pro", "input": {"prompt": "a cat", "aspect_ratio": "1:1", "duration": duration}});
    assert_eq!(refused(&stage, kling(json!(10))).await.0, 422);
    assert_eq!(refused(&stage, seedance(json!("10"))).await.0, 422);
    assert_eq!(stage.order(kling(json!("10"))).await["code"], 200);
    assert_eq!(stage.order(seedance(json!(10))).await["code"], 200);
    let credits: Vec<_> = stage.world.tasks().into_iter().map(|task| task.credits).collect();
    assert_eq!(credits, ["84", "35"], "per video of 10 s, and 10 s of 3.5 at 720p without sound");
}

#[tokio::test]
async fn unknown_keys_are_written_down() {
    let stage = stage().await;
    let mut request = cat();
    request["input"]["promt"] = json!("typo");
    assert_eq!(stage.order(request).await["code"], 200, "the real service ignores it");
    assert_eq!(stage.world.violations(), ["unknown input key: nano-banana-2: promt"]);
    let mut request = cat();
    request["callbackUrl"] = json!("http://127.0.0.1/x");
    assert_eq!(stage.order(request).await["code"], 422);
    assert_eq!(stage.world.violations()[1], "createTask: unknown top-level key callbackUrl");
}

#[tokio::test]
async fn the_twenty_first_task_within_ten_seconds_is_refused() {
    let stage = stage().await;
    for _ in 0..20 {
        assert_eq!(stage.order(cat()).await["code"], 200);
        stage.pass(100);
    }
    let answer = stage.order(cat()).await;
    assert_eq!(answer["code"], 429);
    assert_eq!(answer["msg"], "Your call frequency is too high. Please try again later.");
    assert_eq!(stage.world.tasks().len(), 20);
    assert_eq!(stage.world.max_create_rate(), 21);
    stage.pass(8_000);
    assert_eq!(stage.order(cat()).await["code"], 200, "the window slides");
}

#[tokio::test]
async fn a_key_without_credits_is_refused_while_another_works() {
    let stage = stage().await;
    stage.world.set_key_credits("poor", Some("7.5")).unwrap();
    let request = stage.http.post(stage.url("/api/v1/jobs/createTask"));
    let answer: Value =
        request.bearer_auth("poor").json(&cat()).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["code"], 402);
    assert!(answer["msg"].as_str().unwrap().contains("isn\u{2019}t enough"));
    assert_eq!(stage.order(cat()).await["code"], 200);
    assert_eq!(stage.world.key_credits("poor").unwrap(), "7.5");
    assert_eq!(stage.get("/api/v1/chat/credit").await["data"], json!(992.0));
}

#[tokio::test]
async fn refusals_by_order_create_nothing() {
    let stage = stage().await;
    let faults = [
        (CreateFault::RateLimited, 429),
        (CreateFault::NoCredits, 402),
        (CreateFault::Unauthorized, 401),
        (CreateFault::SubKeyLimit433, 433),
        (CreateFault::ServerError500, 500),
        (CreateFault::Maintenance455, 455),
        (CreateFault::BodyText(422, "nope".to_owned()), 422),
    ];
    for (fault, code) in faults {
        stage.world.next_create(fault);
        assert_eq!(stage.order(cat()).await["code"], code);
    }
    stage.world.next_create(CreateFault::Html502);
    let answer = stage.try_post("/api/v1/jobs/createTask", &cat()).await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    stage.world.next_create(CreateFault::Garbage200);
    let answer = stage.try_post("/api/v1/jobs/createTask", &cat()).await.unwrap();
    assert!(answer.json::<Value>().await.is_err());
    assert!(stage.world.tasks().is_empty());
    assert_eq!(stage.world.credits(), "1000");
}

#[tokio::test]
async fn a_cut_connection_tells_nothing_about_the_task() {
    let stage = stage().await;
    stage.world.next_create(CreateFault::CutBeforeCreate);
    assert!(stage.try_post("/api/v1/jobs/createTask", &cat()).await.is_err());
    assert_eq!(stage.world.tasks().len(), 0);
    stage.world.next_create(CreateFault::CutAfterCreate);
    assert!(stage.try_post("/api/v1/jobs/createTask", &cat()).await.is_err());
    assert_eq!(stage.world.tasks().len(), 1);
    assert_eq!(stage.world.credits(), "992");
    stage.world.next_create(CreateFault::OkWithoutTaskId);
    assert_eq!(stage.order(cat()).await["data"], Value::Null);
    assert_eq!(stage.world.tasks().len(), 2);
}

#[tokio::test]
async fn a_stalled_answer_never_comes() {
    let stage = stage().await;
    stage.world.next_create(CreateFault::StallAfterCreate);
    let request = stage
        .http
        .post(stage.url("/api/v1/jobs/createTask"))
        .bearer_auth(DEFAULT_KEY)
        .timeout(Duration::from_millis(300))
        .json(&cat());
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(stage.world.tasks().len(), 1);
}

#[tokio::test]
async fn telegram_links_are_caught_and_strange_files_fail_later() {
    let stage = stage().await;
    let mut request = cat();
    request["input"]["image_input"] = json!(["https://api.telegram.org/file/bot1:x/photo.jpg"]);
    let answer = stage.order(request).await;
    let id = answer["data"]["taskId"].as_str().unwrap();
    assert_eq!(stage.world.violations(), ["telegram link leaked: createTask"]);
    stage.world.succeed(id).await;
    let record = stage.read(id).await;
    assert_eq!(record["data"]["state"], "fail");
    assert!(record["data"]["failMsg"].as_str().unwrap().starts_with("Image fetch failed."));
    assert_eq!(stage.world.credits(), "1000", "the money is back");
}
