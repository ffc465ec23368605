//! Answers, and what is made of them.

use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::{Value, json};
use telegram::{ApiError, BotSettings, OutFile, OutKind, Outbound, RawUpdate, Sent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::stub::{Reply, Stub, TOKEN, bot, bot_with};

fn hello() -> Outbound {
    Outbound::text(7, "Привет")
}

async fn refused(status: u16, body: Value) -> ApiError {
    let stub = Stub::answering(Reply::json(status, &body)).await;
    stub.api.send(&hello()).await.unwrap_err()
}

#[tokio::test]
async fn a_call_goes_to_the_method_under_the_token() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    stub.api.send(&hello()).await.unwrap();
    assert_eq!(stub.last().path, format!("/bot{TOKEN}/sendMessage"));
}

#[tokio::test]
async fn a_sent_message_tells_its_number_and_its_file() {
    let size = |id: &str, side: u32| json!({"file_id": id, "width": side, "height": side});
    for (result, file_id) in [
        (json!({"message_id": 5}), None),
        (
            json!({"message_id": 5, "photo": [size("s", 90), size("l", 900), size("m", 320)]}),
            Some("l"),
        ),
        (json!({"message_id": 5, "video": {"file_id": "v"}}), Some("v")),
        (
            json!({"message_id": 5, "animation": {"file_id": "a"}, "document": {"file_id": "d"}}),
            Some("a"),
        ),
        (json!({"message_id": 5, "audio": {"file_id": "m"}}), Some("m")),
        (json!({"message_id": 5, "voice": {"file_id": "o"}}), Some("o")),
        (json!({"message_id": 5, "document": {"file_id": "d"}}), Some("d")),
        (json!({"message_id": 5, "photo": "?", "video": 3, "date": "never"}), None),
    ] {
        let stub = Stub::result(result.clone()).await;
        let sent = stub.api.send(&hello()).await.unwrap();
        let expected = Sent { message_id: 5, file_id: file_id.map(str::to_owned) };
        assert_eq!(sent, expected, "{result}");
    }
}

#[tokio::test]
async fn what_telegram_accepted_is_never_a_failure() {
    for result in [json!(true), json!({}), json!([]), Value::Null, json!({"message_id": "five"})] {
        let stub = Stub::result(result).await;
        assert_eq!(stub.api.send(&hello()).await, Ok(Sent { message_id: 0, file_id: None }));
        let edit = Outbound::EditText { chat: 7, message_id: 5, html: "a".into(), keyboard: None };
        assert_eq!(stub.api.send(&edit).await, Ok(Sent { message_id: 5, file_id: None }));
    }
}

#[tokio::test]
async fn a_wait_of_a_day_is_kept() {
    let body = json!({
        "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 86400",
        "parameters": {"retry_after": 86400},
    });
    let flood = ApiError::Flood { retry_after: Duration::from_secs(86_400) };
    assert_eq!(refused(429, body).await, flood);
}

#[tokio::test]
async fn a_wait_told_by_something_in_between_is_kept() {
    let reply = Reply { retry_after: Some("17"), ..Reply::html(429) };
    let stub = Stub::answering(reply).await;
    let flood = ApiError::Flood { retry_after: Duration::from_secs(17) };
    assert_eq!(stub.api.send(&hello()).await, Err(flood));
}

#[tokio::test]
async fn a_stopped_bot_is_blocked() {
    let description = "Forbidden: bot was blocked by the user";
    let body = json!({"ok": false, "error_code": 403, "description": description});
    assert_eq!(refused(403, body).await, ApiError::Blocked);
}

#[tokio::test]
async fn odd_refusals_are_still_refusals() {
    let bare = refused(400, json!({"ok": false})).await;
    assert_eq!(bare, ApiError::BadRequest(String::new()));
    let odd = json!({"ok": false, "error_code": 403, "description": "no", "parameters": [1]});
    assert_eq!(refused(200, odd).await, ApiError::Blocked);
}

#[tokio::test]
async fn a_page_instead_of_an_answer_leaves_the_outcome_unknown() {
    for status in [200, 302, 403, 500, 502, 504] {
        let stub = Stub::answering(Reply::html(status)).await;
        let error = stub.api.send(&hello()).await.unwrap_err();
        assert!(matches!(error, ApiError::Unknown(_)), "{status} {error}");
    }
    let stub = Stub::answering(Reply::html(413)).await;
    assert_eq!(stub.api.send(&hello()).await, Err(ApiError::TooBig));
}

/// A server that reads what is sent, answers with `bytes` and hangs up.
async fn hanging_up(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    url
}

#[tokio::test]
async fn a_connection_cut_after_sending_leaves_the_outcome_unknown() {
    for bytes in [b"".as_slice(), b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"ok\":tr"] {
        let api = bot(&hanging_up(bytes).await);
        let error = api.send(&hello()).await.unwrap_err();
        assert!(matches!(error, ApiError::Unknown(_)), "{error}");
    }
}

#[tokio::test]
async fn silence_after_sending_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let api = bot_with(&url, |builder| builder.read_timeout(Duration::from_millis(50)));
    let error = api.send(&hello()).await.unwrap_err();
    assert!(matches!(error, ApiError::Unknown(_)), "{error}");
}

async fn nobody_there() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let error = bot(&nobody_there().await).send(&hello()).await.unwrap_err();
    assert!(matches!(error, ApiError::NotSent(_)), "{error}");
}

#[tokio::test]
async fn updates_come_one_by_one_as_they_are() {
    let stub = Stub::result(json!([
        {"update_id": 8, "message": {"text": "a"}},
        {"update_id": 9, "telepathy": {"deep": [1, 2]}},
        {"no_number": true},
    ]))
    .await;
    let updates = stub.api.get_updates(Some(8), 0, 100).await.unwrap();
    let raw = |id, json: &str| RawUpdate { id, json: json.to_owned() };
    let expected = vec![
        raw(8, r#"{"message":{"text":"a"},"update_id":8}"#),
        raw(9, r#"{"telepathy":{"deep":[1,2]},"update_id":9}"#),
    ];
    assert_eq!(updates, expected);
    assert_eq!(stub.last().params["offset"], json!(8));
}

#[tokio::test]
async fn who_the_bot_is_and_which_webhook_is_set_are_read_leniently() {
    let stub = Stub::result(json!({"id": 42, "is_bot": true, "username": "kie_bot"})).await;
    let me = stub.api.get_me().await.unwrap();
    assert_eq!((me.id, me.username.as_deref()), (42, Some("kie_bot")));
    let stub = Stub::result(json!({"url": "https://a.b/", "allowed_updates": ["dream"]})).await;
    let info = stub.api.get_webhook_info().await.unwrap();
    assert_eq!(info.url, "https://a.b/");
    assert_eq!(info.allowed_updates, Some(vec!["dream".to_owned()]));
}

/// A Bot API with one file.
async fn with_file(path: &'static str, size: Option<u64>, file: Reply) -> Stub {
    Stub::with(move |seen| {
        if seen.method() == "getFile" {
            let result = json!({"file_id": "f", "file_path": path, "file_size": size});
            Reply::json(200, &json!({"ok": true, "result": result}))
        } else {
            file.clone()
        }
    })
    .await
}

fn bytes_of(bytes: &'static [u8]) -> Reply {
    Reply { body: Bytes::from_static(bytes), mime: "image/jpeg", ..Reply::html(200) }
}

#[tokio::test]
async fn a_file_is_downloaded_up_to_the_limit() {
    let stub = with_file("photos/file_1.jpg", None, bytes_of(b"12345")).await;
    let bytes = stub.api.download("f", 5).await.unwrap();
    assert_eq!(bytes.as_ref(), b"12345");
    assert_eq!(stub.last().path, format!("/file/bot{TOKEN}/photos/file_1.jpg"));
    assert_eq!(stub.api.download("f", 4).await, Err(ApiError::TooBig));
    let stub = with_file("photos/file_1.jpg", Some(5), bytes_of(b"12345")).await;
    assert_eq!(stub.api.download("f", 4).await, Err(ApiError::TooBig));
    assert_eq!(stub.seen().len(), 1, "a size that is told spares the download");
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_from_a_server_in_trouble() {
    let stub = with_file("a.jpg", None, Reply::html(404)).await;
    let gone = stub.api.download("f", 9).await.unwrap_err();
    assert!(matches!(gone, ApiError::FileRefused(_)), "{gone}");
    let stub = with_file("a.jpg", None, Reply::html(502)).await;
    let trouble = stub.api.download("f", 9).await.unwrap_err();
    assert!(matches!(trouble, ApiError::Unknown(_)), "{trouble}");
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_followed() {
    for path in ["../getMe", "a/../../b", "/etc/passwd", "a?b", "a#b", "a//b", "a%2e/b", ""] {
        let stub = with_file(path, None, bytes_of(b"1")).await;
        let error = stub.api.download("f", 9).await.unwrap_err();
        assert!(matches!(error, ApiError::Unknown(_)), "{path}: {error}");
        assert_eq!(stub.seen().len(), 1, "{path}");
    }
}

#[tokio::test]
async fn no_error_and_no_debug_text_contains_the_token() {
    let echo = json!({"ok": false, "error_code": 400, "description": format!("bad bot{TOKEN}/x")});
    let upload = OutFile::Upload {
        name: "a".to_owned(),
        mime: "image/png".to_owned(),
        bytes: Bytes::from_static(b"x"),
    };
    let photo = Outbound::media(7, OutKind::Photo, upload);
    let apis = [
        bot(&nobody_there().await),
        bot("not an address"),
        bot("ftp://127.0.0.1"),
        bot("http://127.0.0.1:1/\u{7f} "),
        bot(&hanging_up(b"").await),
        bot(&hanging_up(b"nonsense\r\n\r\n").await),
        bot(&hanging_up(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await),
        Stub::answering(Reply::json(400, &echo)).await.api,
        Stub::answering(Reply::html(502)).await.api,
        with_file("a.jpg", None, Reply::html(500)).await.api,
    ];
    for api in apis {
        let errors = [
            api.send(&hello()).await.err(),
            api.send(&photo).await.err(),
            api.get_me().await.err(),
            api.get_updates(None, 0, 1).await.err(),
            api.download("f", 9).await.err(),
        ];
        assert!(errors.iter().any(Option::is_some));
        for text in errors.iter().flatten().map(|error| format!("{error} {error:?}")) {
            assert!(!text.contains("SECRET"), "{text}");
        }
        assert!(!format!("{api:?}").contains("SECRET"));
    }
    let settings = BotSettings { api_url: String::new(), token: SecretString::from(TOKEN) };
    assert!(!format!("{settings:?}").contains("SECRET"));
}
