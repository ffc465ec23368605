use super::{Stage, stage};
use crate::kie::{ChatScript, DEFAULT_KEY};
use serde_json::{Value, json};
use std::time::Duration;

fn question() -> Value {
    json!({"messages": [
        {"role": "system", "content": "rewrite"},
        {"role": "user", "content": [{"type": "text", "text": "кот на крыше."}]},
    ]})
}

async fn ask(stage: &Stage, slug: &str, body: &Value) -> reqwest::Response {
    stage.try_post(&format!("/{slug}/v1/chat/completions"), body).await.unwrap()
}

#[tokio::test]
async fn gemini_streams_unless_told_otherwise() {
    let stage = stage().await;
    let answer = ask(&stage, "gemini-3-flash", &question()).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let text = answer.text().await.unwrap();
    assert!(text.starts_with("data: {") && text.ends_with("data: [DONE]\n\n"));
    let mut plain = question();
    plain["stream"] = json!(false);
    let answer: Value = ask(&stage, "gemini-3-flash", &plain).await.json().await.unwrap();
    let text = answer["choices"][0]["message"]["content"].as_str().unwrap();
    assert!(text.starts_with("кот на крыше, "));
    assert_eq!(answer["credits_consumed"], json!(0.01));
    assert_eq!(stage.world.credits(), "999.98");
    assert!(stage.world.violations().is_empty());
}

#[tokio::test]
async fn gpt_answers_without_a_content_type() {
    let stage = stage().await;
    stage.world.next_chat(ChatScript::Reply("pong".to_owned()));
    let answer = ask(&stage, "gpt-5-2", &question()).await;
    assert!(!answer.headers().contains_key("content-type"));
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["choices"][0]["message"]["content"], "pong");
    assert_eq!(stage.world.chats()[0].slug.as_deref(), Some("gpt-5-2"));
}

#[tokio::test]
async fn a_model_in_the_body_is_written_down() {
    let stage = stage().await;
    let mut body = question();
    body["model"] = json!("gpt-5-2");
    ask(&stage, "gpt-5-2", &body).await;
    assert_eq!(stage.world.violations().len(), 1);
    let answer = stage.try_post("/v1/chat/completions", &body).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(stage.try_post("/v1/chat/completions", &question()).await.unwrap().status(), 400);
    assert_eq!(stage.world.violations().len(), 1);
}

#[tokio::test]
async fn chats_fail_by_order() {
    let stage = stage().await;
    stage.world.next_chat(ChatScript::Error500);
    let answer: Value = ask(&stage, "gpt-5-2", &question()).await.json().await.unwrap();
    assert_eq!(answer["code"], 500);
    stage.world.next_chat(ChatScript::Slow);
    let request = stage
        .http
        .post(stage.url("/gpt-5-2/v1/chat/completions"))
        .bearer_auth(DEFAULT_KEY)
        .timeout(Duration::from_millis(300))
        .json(&question());
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(stage.world.credits(), "1000", "unanswered chats are free");
}
