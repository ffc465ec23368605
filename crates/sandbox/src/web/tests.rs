//! The chat's API as the page uses it.

use serde_json::{Value, json};

use super::WebServer;
use super::files::{Range, range};
use super::page::PAGE;
use crate::telegram::TelegramWorld;
use crate::telegram::tests::{Stage, http, mp4, png, world};

async fn chat(world: &TelegramWorld) -> WebServer {
    let bind = ([127, 0, 0, 1], 0).into();
    let hosts = vec!["demo.local".to_owned()];
    WebServer::start(world.clone(), bind, hosts, axum::Router::new()).await.unwrap()
}

async fn post(address: String, body: Value) -> (u16, Value) {
    let sent = http().post(address).json(&body).send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap_or_default())
}

/// Reads server-sent events one by one.
struct Events {
    response: reqwest::Response,
    buffer: String,
}

impl Events {
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffer = rest;
                let line = |key: &str| {
                    let found = event.lines().find_map(|line| line.strip_prefix(key));
                    found.map(|value| value.trim_start().to_owned())
                };
                if let (Some(name), Some(data)) = (line("event:"), line("data:")) {
                    return (name, serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let chunk = self.response.chunk().await.unwrap().unwrap();
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn the_stream_begins_with_a_snapshot_and_goes_on_live() {
    let (world, _) = world();
    let anna = world.add_person("Анна", "ru");
    world.says(anna, "<привет>");
    let server = chat(&world).await;
    let address = format!("{}/api/chats/{anna}/stream", server.url);
    let response = http().get(address).send().await.unwrap();
    let mut events = Events { response, buffer: String::new() };
    let (name, snapshot) = events.next().await;
    assert_eq!(name, "snapshot");
    assert_eq!(snapshot["messages"][0]["html"], "&lt;привет&gt;");
    assert_eq!(snapshot["messages"][0]["from"], "person");
    assert_eq!((&snapshot["reply_keyboard"], &snapshot["typing"]), (&Value::Null, &Value::Null));
    world.sends_video(anna, crate::telegram::PersonFile::new(mp4(4, 2, 3), "video/mp4", "v.mp4"));
    let (name, message) = events.next().await;
    assert_eq!(name, "message");
    assert_eq!(message["media"]["kind"], "video");
    assert_eq!((&message["media"]["width"], &message["media"]["duration"]), (&json!(4), &json!(3)));
}

#[tokio::test]
async fn what_the_bot_does_is_shown_live() {
    let stage = Stage::start().await;
    let server = chat(&stage.world).await;
    let (_, person) =
        post(format!("{}/api/people", server.url), json!({ "name": "Вера", "language": "ru" }))
            .await;
    let vera = person["id"].as_i64().unwrap();
    let base = format!("{}/api/chats/{vera}", server.url);
    post(format!("{base}/text"), json!({ "text": "/start" })).await;
    let response = http().get(format!("{base}/stream")).send().await.unwrap();
    let mut events = Events { response, buffer: String::new() };
    events.next().await;
    let bot = async |method: &str, params: Value| {
        let address = format!("{}/bot{}/{method}", stage.server.url, crate::telegram::tests::TOKEN);
        let (status, answer) = post(address, params).await;
        assert_eq!(status, 200, "{answer}");
        answer["result"].clone()
    };
    bot("sendChatAction", json!({ "chat_id": vera, "action": "upload_photo" })).await;
    assert_eq!(events.next().await, ("typing".into(), json!({ "action": "upload_photo" })));
    let inline = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "y" }]] });
    let sent =
        bot("sendMessage", json!({ "chat_id": vera, "text": "?", "reply_markup": inline })).await;
    let (name, message) = events.next().await;
    assert_eq!((name.as_str(), &message["buttons"][0][0]["data"]), ("message", &json!("y")));
    let press = json!({ "message_id": sent["message_id"], "data": "y" });
    let (_, pressed) = post(format!("{base}/press"), press).await;
    let query = pressed["query_id"].clone();
    bot("answerCallbackQuery", json!({ "callback_query_id": query, "text": "ок" })).await;
    let (name, answer) = events.next().await;
    assert_eq!(name, "answer");
    assert_eq!(answer, json!({ "query_id": query, "text": "ок", "alert": false }));
    let edit = json!({ "chat_id": vera, "message_id": sent["message_id"], "text": "!" });
    bot("editMessageText", edit).await;
    let (name, message) = events.next().await;
    assert_eq!((name.as_str(), &message["edited"]), ("edit", &json!(true)));
    let keyboard = json!({ "keyboard": [[{ "text": "Меню" }]] });
    bot("sendMessage", json!({ "chat_id": vera, "text": "k", "reply_markup": keyboard })).await;
    assert_eq!(events.next().await.0, "message");
    assert_eq!(events.next().await, ("keyboard".into(), json!({ "rows": [["Меню"]] })));
    bot("deleteMessage", json!({ "chat_id": vera, "message_id": sent["message_id"] })).await;
    assert_eq!(events.next().await, ("delete".into(), json!({ "id": sent["message_id"] })));
}

#[tokio::test]
async fn a_person_sends_a_file_and_gets_it_back_in_parts() {
    let (world, _) = world();
    let anna = world.add_person("Анна", "ru");
    let server = chat(&world).await;
    let part = reqwest::multipart::Part::bytes(png(5, 6)).file_name("a.png");
    let form = reqwest::multipart::Form::new()
        .text("kind", "photo")
        .text("caption", "кот")
        .part("file", part.mime_str("image/png").unwrap());
    let address = format!("{}/api/chats/{anna}/file", server.url);
    let sent = http().post(address).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let view = world.messages(anna).pop().unwrap();
    assert_eq!(view.text, "кот");
    let url = format!("{}/api/files/{}", server.url, view.media.unwrap().file_id);
    let whole = http().get(&url).send().await.unwrap();
    assert_eq!(whole.headers()["content-type"], "image/png");
    assert_eq!(whole.bytes().await.unwrap(), png(5, 6));
    let part = http().get(&url).header("range", "bytes=1-3").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 1-3/{}", png(5, 6).len()));
    assert_eq!(part.bytes().await.unwrap(), "PNG");
}

#[test]
fn ranges_are_cut_to_the_file() {
    for (asked, expected) in [
        ("bytes=0-", Range::Part(0, 9)),
        ("bytes=2-4", Range::Part(2, 4)),
        ("bytes=5-99", Range::Part(5, 9)),
        ("bytes=-3", Range::Part(7, 9)),
        ("bytes=-30", Range::Part(0, 9)),
        ("bytes=-0", Range::Outside),
        ("bytes=10-", Range::Outside),
        ("bytes=4-2", Range::Whole),
        ("bytes=0-1,3-4", Range::Whole),
        ("lines=1-2", Range::Whole),
    ] {
        assert_eq!(range(asked, 10), expected, "{asked}");
    }
    assert_eq!(range("bytes=-3", 0), Range::Outside);
}

#[tokio::test]
async fn only_this_machine_and_its_own_page_may_talk() {
    let (world, _) = world();
    let server = chat(&world).await;
    let address = format!("{}/api/people", server.url);
    let status = async |host: Option<&str>, origin: Option<&str>| {
        let mut request = http().post(&address).json(&json!({ "name": "Ева", "language": "ru" }));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(None, None).await, 200);
    assert_eq!(status(Some("localhost:81"), Some("http://localhost:81")).await, 200);
    assert_eq!(status(Some("[::1]:81"), None).await, 200);
    assert_eq!(status(Some("demo.local:81"), None).await, 200);
    assert_eq!(status(Some("evil.example"), None).await, 403);
    assert_eq!(status(None, Some("https://evil.example")).await, 403);
    assert_eq!(status(Some("localhost:81"), Some("http://localhost:82")).await, 403);
    assert_eq!(status(None, Some("null")).await, 403);
}

#[tokio::test]
async fn the_whole_page_is_served() {
    let (world, _) = world();
    let server = chat(&world).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/page");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
        assert!(PAGE.iter().any(|(known, ..)| *known == path), "{path} is not served");
        let got = http().get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(
            (got.status().as_u16(), &got.headers()["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn a_stopped_chat_ends_its_streams() {
    let (world, _) = world();
    let anna = world.add_person("Анна", "ru");
    let server = chat(&world).await;
    let address = format!("{}/api/chats/{anna}/stream", server.url);
    let mut response = http().get(address).send().await.unwrap();
    response.chunk().await.unwrap().unwrap();
    drop(server);
    while let Ok(Some(_)) = response.chunk().await {}
}

#[tokio::test]
async fn refusals_have_words() {
    let (world, _) = world();
    let anna = world.add_person("Анна", "ru");
    let server = chat(&world).await;
    let (status, answer) =
        post(format!("{}/api/chats/7/text", server.url), json!({ "text": "x" })).await;
    assert_eq!((status, answer["error"].is_string()), (404, true));
    let press = json!({ "message_id": 1, "data": "x" });
    let (status, _) = post(format!("{}/api/chats/{anna}/press", server.url), press).await;
    assert_eq!(status, 400);
    let (_, people) =
        post(format!("{}/api/chats/{anna}/block", server.url), json!({ "blocked": true })).await;
    assert_eq!(people["blocked"], true);
}
