use proptest::prelude::*;

use super::*;
use crate::failure::FailureKind;
use crate::stub::{Stub, client};

fn question() -> ChatRequest {
    let mut options = Map::new();
    options.insert("reasoning_effort".into(), "low".into());
    options.insert("stream".into(), true.into());
    ChatRequest {
        messages: vec![
            ChatMessage::new(ChatRole::System, "Rewrite."),
            ChatMessage {
                images: vec!["https://a.example/1.png".into()],
                ..ChatMessage::new(ChatRole::User, "кот")
            },
        ],
        options,
        timeout: Duration::from_secs(20),
    }
}

fn read(status: u16, body: &str) -> Result<ChatReply, ReadFailure> {
    reply(&Answer { status, body: body.as_bytes().to_vec() })
}

fn text(body: &str) -> String {
    read(200, body).unwrap().text
}

#[tokio::test]
async fn kie_is_asked_with_the_model_in_the_path_and_never_to_stream() {
    let stub = Stub::answering(
        200,
        r#"{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"pong","role":"assistant"}}],"credits_consumed":0.01}"#,
    )
    .await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    let reply = kie.chat(&key, "gpt-5-2", &question()).await.unwrap();
    assert_eq!(reply.text, "pong");
    assert_eq!(reply.credits.unwrap().to_string(), "0.01");
    let seen = stub.seen().remove(0);
    assert_eq!(seen.path, "/gpt-5-2/v1/chat/completions");
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    let expected = json!({
        "messages": [
            { "role": "system", "content": "Rewrite." },
            { "role": "user", "content": [
                { "type": "text", "text": "кот" },
                { "type": "image_url", "image_url": { "url": "https://a.example/1.png" } },
            ] },
        ],
        "reasoning_effort": "low",
        "stream": false,
    });
    assert_eq!(body, expected);
    for slug in ["", "../api", "a/b", "a b", "a?b"] {
        let refused = kie.chat(&key, slug, &question()).await;
        assert!(matches!(refused, Err(ReadFailure::NotAllowed(_))), "{slug}");
    }
}

#[tokio::test]
async fn another_server_is_asked_with_its_own_key_and_model() {
    let stub = Stub::answering(200, r#"{"choices":[{"message":{"content":"ok"}}]}"#).await;
    let (kie, _hand) = client("http://127.0.0.1:9");
    let endpoint = ChatEndpoint {
        base_url: format!("{}/v1/", stub.url),
        key: SecretString::from("other-secret"),
        model: "small".into(),
    };
    assert_eq!(kie.chat_at(&endpoint, &question()).await.unwrap().text, "ok");
    let seen = stub.seen().remove(0);
    assert_eq!(seen.path, "/v1/chat/completions");
    assert_eq!(seen.headers["authorization"], "Bearer other-secret");
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!((&body["model"], &body["stream"]), (&json!("small"), &json!(false)));
    assert!(!format!("{endpoint:?}").contains("other-secret"));
}

#[test]
fn texts_are_found_in_every_shape() {
    assert_eq!(text(r#"{"choices":[{"message":{"content":" pong\n"}}]}"#), "pong");
    assert_eq!(
        text(
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"po"},{"type":"text","text":"ng"}]}}]}"#
        ),
        "pong"
    );
    assert_eq!(text(r#"{"code":200,"data":{"choices":[{"message":{"content":"pong"}}]}}"#), "pong");
    let stream = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"po\"}}]}\n\n: ping\n\ndata:{\"choices\":[{\"delta\":{\"content\":\"ng\"}}],\"credits_consumed\":0.02}\n\ndata: [DONE]\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"!\"}}]}\n";
    let reply = read(200, stream).unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.credits.unwrap().to_string().as_str()),
        ("pong", "0.02")
    );
}

#[test]
fn refusals_are_found_in_every_shape() {
    use FailureKind::{Account, RateLimited, Temporary};
    for (status, body, kind) in [
        (200, r#"{"code":500,"msg":"Server exception, please try again later"}"#, Temporary),
        (200, r#"{"code":401,"msg":"Unauthorized – Authentication failed."}"#, Account),
        (200, r#"{"code":402,"msg":"Credits insufficient"}"#, Account),
        (429, r#"{"error":{"message":"slow down","code":"rate_limit"}}"#, RateLimited),
        (401, r#"{"error":{"message":"bad key"}}"#, Account),
        (200, r#"{"error":"overloaded"}"#, Temporary),
        (200, "data: {\"error\":{\"message\":\"Internal Error\"}}\n", Temporary),
        (403, "error code: 1010", Account),
        (502, "<html>", Temporary),
        (200, r#"{"choices":[]}"#, Temporary),
        (200, r#"{"choices":[{"message":{"content":"  "}}]}"#, Temporary),
        (200, "", Temporary),
        (200, "7", Temporary),
    ] {
        assert_eq!(read(status, body).unwrap_err().kind(), kind, "{status} {body}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = reply(&Answer { status, body });
    }

    #[test]
    fn no_events_make_the_reader_panic(lines in proptest::collection::vec("(data: ?)?\\PC{0,40}", 0..6)) {
        let _ = read(200, &lines.join("\n"));
    }
}
