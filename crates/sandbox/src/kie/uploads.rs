//! The upload host's three ways in, and fresh links to what is stored.

use super::{
    files::{Content, StoredFile},
    server::{Answer, html_502, is_json, key_of},
    wire::Wire,
    world::KieWorld,
};
use axum::{
    extract::{Multipart, State as Extracted},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use std::{net::IpAddr, time::Duration};

const MEGABYTE: usize = 1024 * 1024;
/// KIE docs: stream and URL uploads up to 100 MB, base64 up to 10 MB.
const STREAM_MAX: usize = 100 * MEGABYTE;
const BASE64_MAX: usize = 10 * MEGABYTE;
/// The number that stands for the account in upload paths.
const ACCOUNT: u32 = 136_592;

/// How an upload goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFault {
    /// `success:false` with code 500.
    ServerError500,
    /// The edge's HTML page with HTTP 502.
    Html502,
    /// The connection breaks; nothing is stored.
    Cut,
}

struct Incoming {
    bytes: Bytes,
    folder: Option<String>,
    name: Option<String>,
    mime: Option<String>,
    max: usize,
}

fn answer(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body.to_string()).into_response()
}

fn failure(code: i64, text: &str) -> Response {
    answer(&json!({"success": false, "code": code, "msg": text}))
}

/// What the bytes are, by their first few.
fn sniff(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let at = |from: usize, mark: &[u8]| bytes.get(from..).is_some_and(|b| b.starts_with(mark));
    let riff = |mark: &[u8]| at(0, b"RIFF") && at(8, mark);
    Some(match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => ("image/png", "png"),
        () if at(0, b"\xff\xd8\xff") => ("image/jpeg", "jpg"),
        () if at(0, b"GIF8") => ("image/gif", "gif"),
        () if riff(b"WEBP") => ("image/webp", "webp"),
        () if riff(b"WAVE") => ("audio/wav", "wav"),
        () if at(4, b"ftypM4A") => ("audio/mp4", "m4a"),
        () if at(4, b"ftypqt") => ("video/quicktime", "mov"),
        () if at(4, b"ftyp") => ("video/mp4", "mp4"),
        () if at(0, b"\x1a\x45\xdf\xa3") => ("video/webm", "webm"),
        () if at(0, b"OggS") => ("audio/ogg", "ogg"),
        () if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") => ("audio/mpeg", "mp3"),
        () if at(0, b"fLaC") => ("audio/flac", "flac"),
        () => return None,
    })
}

/// The calendar date and time of a unix time, as `2026-04-30T08:53:07.838Z`.
fn iso(milliseconds: i64) -> String {
    let nanoseconds = i128::from(milliseconds) * 1_000_000;
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp_nanos(nanoseconds) else {
        return String::new();
    };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// The checks before a body is read; `Err` holds the answer.
fn admit(world: &KieWorld, wire: &Wire, headers: &HeaderMap) -> Result<(), Box<Response>> {
    if key_of(world, headers).is_none() {
        return Err(Box::new(failure(401, "You do not have access permissions")));
    }
    match world.with(|state| state.upload_faults.pop_front()) {
        None => Ok(()),
        Some(UploadFault::ServerError500) => {
            Err(Box::new(failure(500, "Server exception, please try again later")))
        }
        Some(UploadFault::Html502) => Err(Box::new(html_502())),
        Some(UploadFault::Cut) => Err(Box::new(wire.cut())),
    }
}

fn blamed(world: &KieWorld, text: &str) -> Response {
    world.with(|state| state.blame(format!("upload: {text}")));
    failure(400, text)
}

fn store(world: &KieWorld, incoming: Incoming) -> Response {
    let Incoming { bytes, folder, name, mime, max } = incoming;
    let Some(folder) = folder.filter(|folder| !folder.is_empty()) else {
        return blamed(world, "uploadPath is required");
    };
    if folder.starts_with('/') || folder.ends_with('/') || folder.contains("..") {
        return blamed(world, "uploadPath must not start or end with a slash");
    }
    if name.as_deref().is_some_and(|name| name.contains('/') || name.is_empty()) {
        return blamed(world, "fileName must be a plain name");
    }
    if bytes.is_empty() {
        return blamed(world, "file is empty");
    }
    if bytes.len() > max {
        return blamed(world, "file is too large");
    }
    let sniffed = sniff(&bytes);
    let mime = sniffed
        .map(|(mime, _)| mime.to_owned())
        .or(mime)
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let (now, size) = (world.now(), bytes.len());
    let (name, path, url) = world.with(|state| {
        let name = name.unwrap_or_else(|| {
            let extension = sniffed.map_or("bin", |(_, extension)| extension);
            format!("{now}-{}.{extension}", state.name(11))
        });
        let path = format!("kieai/{ACCOUNT}/{folder}/{name}");
        let content = Content::Given { mime: mime.clone(), bytes };
        state.files.put(&path, StoredFile::upload(content, now));
        let url = state.files.url(&state.base, &path);
        (name, path, url)
    });
    answer(&json!({
        "success": true,
        "code": 200,
        "msg": "File uploaded successfully",
        "data": {
            "success": true,
            "fileName": name,
            "filePath": path,
            "downloadUrl": url,
            "fileSize": size,
            "mimeType": mime,
            "uploadedAt": iso(now),
        },
    }))
}

pub(super) async fn stream(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    if let Err(answer) = admit(&world, &wire, &headers) {
        return *answer;
    }
    let Ok(mut parts) = multipart else { return blamed(&world, "multipart/form-data expected") };
    let (mut file, mut folder, mut name, mut mime) = (None, None, None, None);
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(_) => return blamed(&world, "the form cannot be read"),
        };
        match part.name().unwrap_or_default() {
            "file" => {
                mime = part.content_type().map(ToOwned::to_owned);
                let Ok(bytes) = part.bytes().await else {
                    return blamed(&world, "the file cannot be read");
                };
                file = Some(bytes);
            }
            "uploadPath" => folder = part.text().await.ok(),
            "fileName" => name = part.text().await.ok(),
            other => {
                let text = format!("unknown field {other}");
                return blamed(&world, &text);
            }
        }
    }
    let Some(bytes) = file else { return blamed(&world, "file is required") };
    store(&world, Incoming { bytes, folder, name, mime, max: STREAM_MAX })
}

/// A JSON body whose values are all texts under known names.
fn texts(world: &KieWorld, headers: &HeaderMap, body: &[u8], known: &[&str]) -> Option<Value> {
    if !is_json(headers) {
        return None;
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    for key in value.as_object()?.keys().filter(|key| !known.contains(&key.as_str())) {
        world.with(|state| state.blame(format!("upload: unknown field {key}")));
    }
    Some(value)
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(ToOwned::to_owned)
}

pub(super) async fn base64(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(answer) = admit(&world, &wire, &headers) {
        return *answer;
    }
    let known = ["base64Data", "uploadPath", "fileName", "mimeType"];
    let Some(value) = texts(&world, &headers, &body, &known) else {
        return blamed(&world, "a JSON body is expected");
    };
    let Some(data) = text(&value, "base64Data") else {
        return blamed(&world, "base64Data is required");
    };
    let (mime, data) = match data.strip_prefix("data:").and_then(|rest| rest.split_once(',')) {
        Some((head, rest)) => (head.split(';').next().map(ToOwned::to_owned), rest),
        None => (text(&value, "mimeType"), data.as_str()),
    };
    let Ok(bytes) = STANDARD.decode(data) else {
        return blamed(&world, "base64Data is not base64");
    };
    let (folder, name) = (text(&value, "uploadPath"), text(&value, "fileName"));
    store(&world, Incoming { bytes: Bytes::from(bytes), folder, name, mime, max: BASE64_MAX })
}

/// Only this machine is fetched from: a sandbox never touches the outside.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) async fn url(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(answer) = admit(&world, &wire, &headers) {
        return *answer;
    }
    let known = ["fileUrl", "uploadPath", "fileName"];
    let Some(value) = texts(&world, &headers, &body, &known) else {
        return blamed(&world, "a JSON body is expected");
    };
    let Some(source) = text(&value, "fileUrl") else {
        return blamed(&world, "fileUrl is required");
    };
    if source.contains("api.telegram.org") || source.contains("/file/bot") {
        world.with(|state| state.blame("telegram link leaked: file-url-upload"));
    }
    if !is_loopback(&source) {
        return failure(400, "Failed to download the file from the given URL");
    }
    let request = world.http().get(&source).timeout(Duration::from_secs(30));
    let fetched = match request.send().await {
        Ok(response) if response.status().is_success() => response,
        Ok(_) | Err(_) => return failure(400, "Failed to download the file from the given URL"),
    };
    let mime = fetched
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map(ToOwned::to_owned);
    let mut fetched = fetched;
    let mut bytes = BytesMut::new();
    loop {
        match fetched.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= STREAM_MAX => {
                bytes.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => return blamed(&world, "file is too large"),
            Ok(None) => break,
            Err(_) => return failure(400, "Failed to download the file from the given URL"),
        }
    }
    let (folder, name) = (text(&value, "uploadPath"), text(&value, "fileName"));
    store(&world, Incoming { bytes: bytes.freeze(), folder, name, mime, max: STREAM_MAX })
}

pub(super) async fn download_url(
    Extracted(world): Extracted<KieWorld>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if key_of(&world, &headers).is_none() {
        return world.unauthorized();
    }
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let now = world.now();
    let link = request.get("url").and_then(Value::as_str).and_then(|url| {
        world.with(|state| {
            let (base, token) = (state.base.clone(), state.hex());
            state.files.link(&base, url, &token, now)
        })
    });
    match link {
        Some(link) => world.reply(Answer::success(json!(link))),
        None => world.refuse(422, "url is wrong"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upload_times_are_written_as_the_service_writes_them() {
        assert_eq!(iso(1_777_539_187_838), "2026-04-30T08:53:07.838Z");
    }

    #[test]
    fn only_this_machine_is_fetched_from() {
        assert!(is_loopback("http://127.0.0.1:80/x"));
        assert!(is_loopback("http://localhost/x"));
        assert!(is_loopback("http://[::1]:8080/x"));
        assert!(!is_loopback("http://10.0.0.1/x"));
        assert!(!is_loopback("https://example.com/127.0.0.1"));
    }
}
