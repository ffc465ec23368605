use super::*;
use crate::stub::{Stub, client};

const DONE: &str = r#"{"success":true,"code":200,"msg":"File uploaded successfully","data":{"success":true,"fileName":"n.png","downloadUrl":"https://tempfile.redpandaai.co/kieai/1/in/n.png","fileSize":3}}"#;

fn file() -> Upload {
    Upload {
        bytes: Bytes::from_static(b"\x89PN"),
        mime: "image/png".into(),
        folder: "/in/".into(),
        file_name: "n.png".into(),
    }
}

#[tokio::test]
async fn a_file_goes_up_as_a_form() {
    let stub = Stub::answering(200, DONE).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    let uploaded = kie.upload_stream(&key, &file()).await.unwrap();
    assert_eq!(uploaded.url, "https://tempfile.redpandaai.co/kieai/1/in/n.png");
    let seen = stub.seen().remove(0);
    assert_eq!(seen.path, "/api/file-stream-upload");
    assert_eq!(seen.headers["authorization"], "Bearer first-secret");
    assert!(seen.headers["content-type"].to_str().unwrap().starts_with("multipart/form-data"));
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    for part in [
        "name=\"uploadPath\"\r\n\r\nin\r\n",
        "name=\"fileName\"\r\n\r\nn.png\r\n",
        "name=\"file\"; filename=\"n.png\"\r\nContent-Type: image/png\r\n",
    ] {
        assert!(body.contains(part), "{part:?} in {body}");
    }
}

#[tokio::test]
async fn an_older_answer_names_the_address_otherwise() {
    let stub = Stub::answering(
        200,
        r#"{"success":true,"code":"200","data":{"fileUrl":"https://tempfile.redpandaai.co/f"}}"#,
    )
    .await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    let uploaded = kie.upload_url(&key, "https://example.com/a.png", "in", "a.png").await.unwrap();
    assert_eq!(uploaded.url, "https://tempfile.redpandaai.co/f");
    let body: Value = serde_json::from_slice(&stub.seen()[0].body).unwrap();
    let expected = json!({
        "fileUrl": "https://example.com/a.png", "uploadPath": "in", "fileName": "a.png"
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn an_upload_counts_only_with_success_code_and_address() {
    for body in [
        r#"{"success":false,"code":400,"msg":"no file"}"#,
        r#"{"success":false,"code":200,"msg":"x","data":{"downloadUrl":"https://a.example/1"}}"#,
        r#"{"code":200,"msg":"x","data":{"downloadUrl":"https://a.example/1"}}"#,
        r#"{"success":true,"code":200,"data":{"downloadUrl":""}}"#,
        r#"{"success":true,"code":200,"data":{"downloadUrl":"javascript:alert(1)"}}"#,
        "<html>413</html>",
    ] {
        let stub = Stub::answering(200, body).await;
        let (kie, _hand) = client(&stub.url);
        let key = kie.pick_key().unwrap();
        assert!(kie.upload_stream(&key, &file()).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn an_address_with_the_bot_s_token_never_leaves() {
    let stub = Stub::answering(200, DONE).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    for url in [
        "https://api.telegram.org/file/bot1:AA/photos/1.jpg",
        "https://API.Telegram.org/x",
        "http://127.0.0.1:8081/file/bot1:AA/photos/1.jpg",
        "https://proxy.example/?u=https%3A%2F%2Fapi.telegram.org%2Ffile%2Fbot1",
        "https://proxy.example/?u=%2566ile%252Fbot %252Ffile%252Fbot1",
        "https://proxy.example/%25252525252Ffile",
        "not an address",
        "file:///etc/passwd",
    ] {
        let refused = kie.upload_url(&key, url, "in", "a").await;
        assert!(matches!(refused, Err(ReadFailure::NotAllowed(_))), "{url}");
    }
    assert!(stub.seen().is_empty());
    assert!(!holds_a_bot_token("https://example.com/файл 100%.png?x=%20"));
}
