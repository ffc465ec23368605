use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

use super::super::{MediaKind, PersonFile};
use super::{Stage, TOKEN, mp4, png};

#[tokio::test]
async fn an_upload_can_be_downloaded_again() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let sent = stage.upload("sendPhoto", "photo", &png(1000, 500), "cat.png", anna).await;
    let sizes = sent["result"]["photo"].as_array().unwrap().clone();
    let sides: Vec<_> = sizes.iter().map(|size| size["width"].as_u64().unwrap()).collect();
    assert_eq!(sides, [90, 320, 1000]);
    let file_id = sizes[2]["file_id"].clone();
    let file = stage.done("getFile", json!({ "file_id": file_id })).await;
    let path = file["file_path"].as_str().unwrap();
    let address = format!("{}/file/bot{TOKEN}/{path}", stage.server.url);
    let bytes = stage.http.get(address).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, png(1000, 500));
    let wrong = format!("{}/file/bot4200:other/{path}", stage.server.url);
    assert_eq!(stage.http.get(wrong).send().await.unwrap().status(), 401);
    stage.done("getFile", json!({ "file_id": sizes[0]["file_id"] })).await;
    let unknown = stage.refused("getFile", json!({ "file_id": "nothing" })).await;
    assert_eq!(unknown, "Bad Request: invalid file_id");
}

#[tokio::test]
async fn a_video_tells_its_size_and_length() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let sent = stage.upload("sendVideo", "video", &mp4(1280, 720, 5), "cat.mp4", anna).await;
    let video = &sent["result"]["video"];
    assert_eq!(
        (&video["width"], &video["height"], &video["duration"], &video["mime_type"]),
        (&json!(1280), &json!(720), &json!(5), &json!("video/mp4"))
    );
    let again = json!({ "chat_id": anna, "video": video["file_id"], "caption": "ещё" });
    let again = stage.done("sendVideo", again).await;
    assert_eq!(again["video"]["file_id"], video["file_id"]);
    let shown = stage.world.messages(anna).pop().unwrap();
    assert_eq!(shown.media.unwrap().bytes, mp4(1280, 720, 5));
    let as_photo = json!({ "chat_id": anna, "photo": video["file_id"] });
    stage.refused("sendPhoto", as_photo).await;
    let unknown = stage.refused("sendVideo", json!({ "chat_id": anna, "video": "BAAC-1-2" })).await;
    assert_eq!(unknown, "Bad Request: wrong file identifier/HTTP URL specified");
}

#[tokio::test]
async fn a_photo_is_a_picture_of_a_moderate_size() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let description = async |bytes: &[u8]| {
        let answer = stage.upload("sendPhoto", "photo", bytes, "a.png", anna).await;
        answer["description"].as_str().unwrap_or("fine").to_owned()
    };
    assert_eq!(description(&png(5000, 5000)).await, "fine");
    assert_eq!(description(&png(6000, 4001)).await, "Bad Request: PHOTO_INVALID_DIMENSIONS");
    assert_eq!(description(&png(2100, 100)).await, "Bad Request: PHOTO_INVALID_DIMENSIONS");
    assert_eq!(description(b"no picture").await, "Bad Request: IMAGE_PROCESS_FAILED");
    assert_eq!(description(b"").await, "Bad Request: file must be non-empty");
    let mut heavy = png(10, 10);
    heavy.resize(10 * 1024 * 1024 + 1, 0);
    assert!(description(&heavy).await.contains("is too big for a photo"));
}

#[tokio::test]
async fn a_document_is_recognised_unless_that_is_switched_off() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let sent = stage.upload("sendDocument", "document", &mp4(8, 8, 1), "a.mp4", anna).await;
    assert!(sent["result"]["video"].is_object(), "{sent}");
    let part = reqwest::multipart::Part::bytes(mp4(8, 8, 1)).file_name("a.mp4");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", anna.to_string())
        .text("disable_content_type_detection", "true")
        .part("document", part);
    let sent = stage.http.post(stage.address("sendDocument")).multipart(form).send().await.unwrap();
    let sent: Value = sent.json().await.unwrap();
    assert_eq!(sent["result"]["document"]["file_name"], "a.mp4");
    let note = stage.upload("sendVideo", "video", b"plain words", "a.txt", anna).await;
    assert_eq!(note["result"]["document"]["mime_type"], "text/plain");
}

#[tokio::test]
async fn a_caption_has_at_most_1024_characters() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let sent = stage.upload("sendPhoto", "photo", &png(9, 9), "a.png", anna).await;
    let file_id = sent["result"]["photo"][0]["file_id"].clone();
    let send = |caption: String| json!({ "chat_id": anna, "photo": file_id, "caption": caption });
    stage.done("sendPhoto", send("ж".repeat(1024))).await;
    let refused = stage.refused("sendPhoto", send("ж".repeat(1025))).await;
    assert_eq!(refused, "Bad Request: message caption is too long");
}

#[tokio::test]
async fn an_album_has_2_to_10_items_that_go_together() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let album = async |kinds: &[&str]| -> Value {
        let items: Vec<Value> = kinds
            .iter()
            .enumerate()
            .map(|(n, kind)| json!({ "type": kind, "media": format!("attach://f{n}") }))
            .collect();
        let mut form = reqwest::multipart::Form::new()
            .text("chat_id", anna.to_string())
            .text("media", json!(items).to_string());
        for n in 0..kinds.len() {
            let part = reqwest::multipart::Part::bytes(png(9, 9)).file_name("a.png");
            form = form.part(format!("f{n}"), part);
        }
        let address = stage.address("sendMediaGroup");
        stage.http.post(address).multipart(form).send().await.unwrap().json().await.unwrap()
    };
    let sent = album(&["photo", "photo"]).await;
    let group = &sent["result"][0]["media_group_id"];
    assert!(group.is_string(), "{sent}");
    assert_eq!(group, &sent["result"][1]["media_group_id"]);
    assert_eq!(album(&["photo"]).await["ok"], false);
    assert_eq!(album(&["photo"; 11]).await["ok"], false);
    assert_eq!(album(&["photo", "document"]).await["ok"], false);
    assert_eq!(stage.world.violations(), []);
}

#[tokio::test]
async fn a_file_can_be_named_by_an_address_on_this_machine() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let site = Router::new()
        .route("/cat.png", get(|| async { png(30, 20) }))
        .route(
            "/heavy.png",
            get(|| async {
                let mut heavy = png(30, 20);
                heavy.resize(5 * 1024 * 1024 + 1, 0);
                heavy
            }),
        )
        .route("/page", get(|| async { "<html></html>" }));
    let listener =
        tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, site).await });
    let send = |path: &str| json!({ "chat_id": anna, "photo": format!("{base}{path}") });
    let sent = stage.done("sendPhoto", send("/cat.png")).await;
    assert_eq!(sent["photo"][0]["width"], 30);
    for (path, what) in [
        ("/heavy.png", "failed to get HTTP URL content"),
        ("/page", "wrong type of the web page content"),
        ("/absent", "failed to get HTTP URL content"),
    ] {
        let refused = stage.refused("sendPhoto", send(path)).await;
        assert_eq!(refused, format!("Bad Request: {what}"));
    }
    let outside = json!({ "chat_id": anna, "photo": "https://example.com/cat.png" });
    let refused = stage.refused("sendPhoto", outside).await;
    assert_eq!(refused, "Bad Request: failed to get HTTP URL content");
}

#[tokio::test]
async fn an_attachment_that_is_not_there_is_a_violation() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let params = json!({ "chat_id": anna, "photo": "attach://nothing" });
    stage.refused("sendPhoto", params).await;
    assert_eq!(stage.world.violations().len(), 1);
}

#[tokio::test]
async fn what_a_person_sends_reaches_the_bot() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let photo = PersonFile::new(png(600, 400), "image/png", "cat.png").captioned("кот");
    stage.world.sends_photo(anna, photo);
    stage.world.sends_video(anna, PersonFile::new(mp4(64, 48, 7), "video/mp4", "v.mp4"));
    stage.world.sends_voice(anna, PersonFile::new(&b"OggS"[..], "audio/ogg", ""));
    stage.world.sends_document(anna, PersonFile::new(&b"%PDF"[..], "application/pdf", "b.pdf"));
    let updates = stage.done("getUpdates", json!({})).await;
    let message = |n: usize| &updates[n]["message"];
    assert_eq!(
        (&message(1)["photo"][2]["width"], &message(1)["caption"]),
        (&json!(600), &json!("кот"))
    );
    assert_eq!(message(2)["video"]["duration"], 7);
    assert_eq!(message(3)["voice"]["mime_type"], "audio/ogg");
    assert_eq!(message(4)["document"]["file_name"], "b.pdf");
    let first = super::super::AlbumItem {
        kind: MediaKind::Photo,
        file: PersonFile::new(png(9, 9), "image/png", ""),
    };
    let ids = stage.world.sends_album(anna, vec![first.clone(), first]);
    let albums: Vec<_> =
        ids.iter().map(|id| stage.world.message(anna, *id).unwrap().album.unwrap()).collect();
    assert_eq!(albums[0], albums[1]);
}

#[tokio::test]
async fn a_file_over_20_mb_cannot_be_downloaded() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let heavy = vec![0; 20 * 1024 * 1024 + 1];
    let id = stage.world.sends_document(anna, PersonFile::new(heavy, "application/zip", "a.zip"));
    let file_id = stage.world.message(anna, id).unwrap().media.unwrap().file_id;
    let refused = stage.refused("getFile", json!({ "file_id": file_id })).await;
    assert_eq!(refused, "Bad Request: file is too big");
}
