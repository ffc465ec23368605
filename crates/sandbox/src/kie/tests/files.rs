use super::{Stage, stage};
use crate::kie::{DEFAULT_KEY, FileFault, OutputFile, Outputs, UploadFault};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: i64 = 3_600_000;
const PIXELS: &[u8] = include_bytes!("../../../assets/result.jpg");

async fn upload(stage: &Stage) -> Value {
    let body = json!({"base64Data": STANDARD.encode(PIXELS), "uploadPath": "images/in"});
    stage.post("/api/file-base64-upload", body).await
}

async fn output(stage: &Stage, model: &str, input: Value, file: OutputFile) -> String {
    let answer = stage.order(json!({"model": model, "input": input})).await;
    let id = answer["data"]["taskId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    stage.world.succeed_with(&id, Outputs::of(vec![file])).await;
    stage.world.task(&id).unwrap().urls[0].clone()
}

async fn picture(stage: &Stage, file: OutputFile) -> String {
    output(stage, "nano-banana-2", json!({"prompt": "Кот", "aspect_ratio": "16:9"}), file).await
}

#[tokio::test]
async fn an_uploaded_file_can_be_used_for_a_day() {
    let stage = stage().await;
    let answer = upload(&stage).await;
    assert_eq!((&answer["success"], &answer["code"]), (&json!(true), &json!(200)));
    let url = answer["data"]["downloadUrl"].as_str().unwrap().to_owned();
    assert_eq!(answer["data"]["mimeType"], "image/jpeg");
    assert_eq!(answer["data"]["uploadedAt"].as_str().unwrap().len(), 24);
    assert!(url.contains("/kieai/136592/images/in/") && url.ends_with(".jpg"), "{url}");
    assert_eq!(stage.fetch(&url).await.bytes().await.unwrap(), PIXELS);
    let request = json!({"model": "nano-banana-2", "input": {"prompt": "x", "image_input": [url]}});
    let id = stage.order(request.clone()).await["data"]["taskId"].clone();
    stage.pass(24 * HOUR);
    let late = stage.order(request).await["data"]["taskId"].clone();
    for id in [&id, &late] {
        stage.world.succeed(id.as_str().unwrap()).await;
    }
    let states: Vec<_> = stage.world.tasks().iter().map(|task| task.state.word()).collect();
    assert_eq!(states, ["success", "fail"]);
    assert_eq!(stage.fetch(&url).await.status(), 403);
}

#[tokio::test]
async fn streams_and_addresses_are_uploaded_too() {
    let stage = stage().await;
    let part = reqwest::multipart::Part::bytes(PIXELS).file_name("a.jpg").mime_str("image/jpeg");
    let form = reqwest::multipart::Form::new()
        .part("file", part.unwrap())
        .text("uploadPath", "images")
        .text("fileName", "mine.jpg");
    let request = stage.http.post(stage.url("/api/file-stream-upload")).bearer_auth(DEFAULT_KEY);
    let answer: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
    let url = answer["data"]["downloadUrl"].as_str().unwrap().to_owned();
    assert!(url.ends_with("/images/mine.jpg"));
    let body = json!({"fileUrl": url, "uploadPath": "copies"});
    let copy = stage.post("/api/file-url-upload", body).await;
    assert_eq!(copy["data"]["fileSize"], PIXELS.len());
    let body = json!({"fileUrl": "https://example.com/a.jpg", "uploadPath": "copies"});
    assert_eq!(stage.post("/api/file-url-upload", body).await["success"], false);
    assert!(stage.world.violations().is_empty());
    let body = json!({"fileUrl": "http://127.0.0.1:9/file/bot1:x/a.jpg", "uploadPath": "copies"});
    stage.post("/api/file-url-upload", body).await;
    assert_eq!(stage.world.violations(), ["telegram link leaked: file-url-upload"]);
}

#[tokio::test]
async fn bad_uploads_are_refused() {
    let stage = stage().await;
    let data = STANDARD.encode(PIXELS);
    for body in [
        json!({"base64Data": data}),
        json!({"base64Data": data, "uploadPath": "/a"}),
        json!({"base64Data": "%%%", "uploadPath": "a"}),
        json!({"base64Data": "", "uploadPath": "a"}),
    ] {
        let answer = stage.post("/api/file-base64-upload", body).await;
        assert_eq!((&answer["success"], &answer["code"]), (&json!(false), &json!(400)));
    }
    stage.world.next_upload(UploadFault::ServerError500);
    assert_eq!(upload(&stage).await["code"], 500);
    assert!(stage.world.files().is_empty());
}

#[tokio::test]
async fn a_video_for_a_picture_is_refused() {
    let stage = stage().await;
    let mp4 = include_bytes!("../../../assets/result.mp4");
    let body = json!({"base64Data": STANDARD.encode(mp4), "uploadPath": "a"});
    let url = stage.post("/api/file-base64-upload", body).await["data"]["downloadUrl"].clone();
    let answer = stage
        .order(json!({"model": "nano-banana-2", "input": {"prompt": "x", "image_input": [url]}}))
        .await;
    assert_eq!(answer["msg"], "File type not supported");
}

#[tokio::test]
async fn results_are_what_their_names_say() {
    let stage = stage().await;
    let url = picture(&stage, OutputFile::Usual).await;
    let answer = stage.fetch(&url).await;
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert!(answer.bytes().await.unwrap().starts_with(b"\x89PNG"));

    let jpeg = json!({"prompt": "x", "output_format": "jpg"});
    let url = output(&stage, "nano-banana-2", jpeg, OutputFile::Usual).await;
    assert!(url.ends_with(".jpg"));
    assert!(stage.fetch(&url).await.bytes().await.unwrap().starts_with(b"\xff\xd8\xff"));

    let film = json!({"prompt": "a cat", "aspect_ratio": "1:1", "duration": 5});
    let url = output(&stage, "bytedance/seedance-1.5-pro", film.clone(), OutputFile::Usual).await;
    let bytes = stage.fetch(&url).await.bytes().await.unwrap();
    assert_eq!(&bytes[4..8], b"ftyp");
    let find = |mark: &[u8]| bytes.windows(4).position(|w| w == mark).unwrap();
    assert!(find(b"moov") < find(b"mdat"), "it plays before it is whole");

    let size = 3_000_000;
    let url = output(&stage, "bytedance/seedance-1.5-pro", film, OutputFile::Big(size)).await;
    assert_eq!(stage.fetch(&url).await.bytes().await.unwrap().len(), size);
}

#[tokio::test]
async fn parts_of_a_file_can_be_fetched() {
    let stage = stage().await;
    let url = upload(&stage).await["data"]["downloadUrl"].as_str().unwrap().to_owned();
    let part = |range: &'static str| stage.http.get(&url).header("range", range).send();
    let answer = part("bytes=10-19").await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.headers()["content-range"], format!("bytes 10-19/{}", PIXELS.len()).as_str());
    assert_eq!(answer.bytes().await.unwrap(), &PIXELS[10..20]);
    let tail = part("bytes=-5").await.unwrap().bytes().await.unwrap();
    assert_eq!(tail, &PIXELS[PIXELS.len() - 5..]);
    assert_eq!(part("bytes=9999999-").await.unwrap().status(), 416);
}

#[tokio::test]
async fn addresses_break_in_many_ways() {
    let stage = stage().await;
    let broken = async |fault| picture(&stage, OutputFile::Broken(fault)).await;
    assert_eq!(stage.fetch(&broken(FileFault::DeadLink).await).await.status(), 404);
    assert_eq!(stage.fetch(&broken(FileFault::Expired).await).await.status(), 403);
    assert_eq!(stage.fetch(&broken(FileFault::Gone).await).await.status(), 404);
    let page = stage.fetch(&broken(FileFault::WrongType).await).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    let empty = stage.fetch(&broken(FileFault::Empty).await).await;
    assert!(empty.bytes().await.unwrap().is_empty());
    let url = broken(FileFault::Truncated).await;
    let cut = stage.http.get(&url).send().await;
    assert!(cut.unwrap().bytes().await.is_err(), "the end of the file is missing");
    let url = broken(FileFault::Slow).await;
    let slow = stage.http.get(&url).timeout(Duration::from_millis(1_500)).send().await.unwrap();
    assert!(slow.bytes().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_fresh_link_is_good_for_twenty_minutes() {
    let stage = stage().await;
    let url = picture(&stage, OutputFile::Broken(FileFault::DeadLink)).await;
    let fresh =
        async |url: &str| stage.post("/api/v1/common/download-url", json!({"url": url})).await;
    let link = fresh(&url).await["data"].as_str().unwrap().to_owned();
    assert_eq!(stage.fetch(&link).await.status(), 200);
    stage.pass(HOUR / 3);
    assert_eq!(stage.fetch(&link).await.status(), 403);
    let answer = fresh("https://example.com/a.png").await;
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(422), &json!("url is wrong")));
    stage.pass(48 * HOUR);
    assert_eq!(fresh(&url).await["code"], 200, "results are kept for two weeks");
    stage.world.set_file_fault(&url, Some(FileFault::Gone));
    assert_eq!(fresh(&url).await["code"], 422);
}
