//! Sending files: by upload, by identifier, by address; alone or as an album.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::call::{Params, Refusal, Upload};
use super::keyboard::{self, Markup};
use super::state::{Content, MediaKind, NewFile, State};
use super::{TelegramWorld, content, media_facts, send, wire};

const MB: usize = 1024 * 1024;
/// Bot API: Sending files, by URL.
const URL_PHOTO_LIMIT: usize = 5 * MB;
/// Bot API: Sending files, by URL.
const URL_FILE_LIMIT: usize = 20 * MB;
/// Bot API: Sending files, by upload.
const UPLOAD_PHOTO_LIMIT: usize = 10 * MB;
/// Bot API: Sending files, by upload.
const UPLOAD_FILE_LIMIT: usize = 50 * MB;
/// Bot API: sendPhoto, width and height together.
const PHOTO_SIDES_LIMIT: u32 = 10_000;
/// Bot API: sendPhoto, width to height at most.
const PHOTO_RATIO_LIMIT: u32 = 20;
/// Bot API: sendMediaGroup.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

/// A file that a message will show.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Known(String),
    New(Box<NewFile>),
}

impl Source {
    pub(super) fn stored(self, state: &mut State) -> String {
        match self {
            Self::Known(id) => id,
            Self::New(new) => state.add_file(*new),
        }
    }
}

impl TelegramWorld {
    pub(super) async fn send_media(
        &self,
        kind: MediaKind,
        params: &Params,
    ) -> Result<Value, Refusal> {
        send::open_chat(&self.lock(), params)?;
        let caption = content::caption(&params.values)?;
        let markup = keyboard::markup(params.value("reply_markup"))?;
        let source = match params.uploads.get(kind.as_str()) {
            Some(upload) => uploaded(kind, upload, &params.values)?,
            None => {
                let given = params.text(kind.as_str()).unwrap_or_default().to_owned();
                self.media_source(kind, &given, params, &params.values).await?
            }
        };
        self.send(params, markup, None, |state| {
            Ok(Content::Media { file: source.stored(state), caption })
        })
    }

    pub(super) async fn send_media_group(&self, params: &Params) -> Result<Value, Refusal> {
        send::open_chat(&self.lock(), params)?;
        let items = params.list("media").cloned().unwrap_or_default();
        if !ALBUM.contains(&items.len()) {
            return Err(Refusal::bad_request("an album must have 2-10 items"));
        }
        let mut prepared = Vec::new();
        let mut kinds = Vec::new();
        for item in &items {
            let (source, caption, kind) = self.input_media(item, params).await?;
            prepared.push((source, caption));
            kinds.push(kind);
        }
        let alone = |kind: &MediaKind| matches!(kind, MediaKind::Audio | MediaKind::Document);
        if kinds.iter().any(alone) && kinds.iter().any(|kind| Some(kind) != kinds.first()) {
            return Err(Refusal::bad_request(
                "documents and audio can't be mixed with other media",
            ));
        }
        let album = self.lock().next_album();
        let mut sent = Vec::new();
        for (source, caption) in prepared {
            let prepare =
                |state: &mut State| Ok(Content::Media { file: source.stored(state), caption });
            sent.push(self.send(params, Markup::Absent, Some(&album), prepare)?);
        }
        Ok(Value::Array(sent))
    }

    /// An `InputMedia…` object.
    pub(super) async fn input_media(
        &self,
        item: &Value,
        params: &Params,
    ) -> Result<(Source, super::state::Formatted, MediaKind), Refusal> {
        let fields = item.as_object().cloned().unwrap_or_default();
        let kind = item["type"].as_str().and_then(MediaKind::named);
        let kind = kind.ok_or_else(|| Refusal::bad_request("unsupported type of media"))?;
        let caption = content::caption(&fields)?;
        let given = item["media"].as_str().unwrap_or_default();
        let source = self.media_source(kind, given, params, &fields).await?;
        Ok((source, caption, kind))
    }

    /// What a string in the place of a file means.
    async fn media_source(
        &self,
        kind: MediaKind,
        given: &str,
        params: &Params,
        fields: &Map<String, Value>,
    ) -> Result<Source, Refusal> {
        if let Some(name) = given.strip_prefix("attach://") {
            let upload = params.uploads.get(name);
            let upload =
                upload.ok_or_else(|| Refusal::bad_request("file not found in the form"))?;
            return uploaded(kind, upload, fields);
        }
        if given.starts_with("http://") || given.starts_with("https://") {
            return self.by_address(kind, given, fields).await;
        }
        let state = self.lock();
        let id = wire::whole_file_id(given);
        match state.files.get(id) {
            Some(file) if file.kind == kind => Ok(Source::Known(id.to_owned())),
            Some(file) => {
                let (from, to) = (file.kind.as_str(), kind.as_str());
                Err(Refusal::bad_request(format!("can't use file of type {from} as {to}")))
            }
            None => Err(Refusal::bad_request("wrong file identifier/HTTP URL specified")),
        }
    }

    async fn by_address(
        &self,
        kind: MediaKind,
        address: &str,
        fields: &Map<String, Value>,
    ) -> Result<Source, Refusal> {
        let photo = kind == MediaKind::Photo;
        let limit = if photo { URL_PHOTO_LIMIT } else { URL_FILE_LIMIT };
        let bytes = self
            .fetch(address, limit)
            .await
            .ok_or_else(|| Refusal::bad_request("failed to get HTTP URL content"))?;
        let mime = media_facts::read(&bytes).mime.unwrap_or("application/octet-stream");
        let fits = match kind {
            MediaKind::Photo => mime.starts_with("image/"),
            MediaKind::Video => mime == "video/mp4",
            MediaKind::Animation => ["image/gif", "video/mp4"].contains(&mime),
            MediaKind::Audio => ["audio/mpeg", "audio/mp4"].contains(&mime),
            MediaKind::Voice => ["audio/ogg", "audio/mpeg", "audio/mp4"].contains(&mime),
            // Bot API: sendDocument by URL works for GIF, PDF and ZIP only.
            MediaKind::Document => {
                ["image/gif", "application/pdf", "application/zip"].contains(&mime)
            }
        };
        if !fits {
            return Err(Refusal::bad_request("wrong type of the web page content"));
        }
        let name = url::Url::parse(address).ok().and_then(|parsed| {
            let last = parsed.path_segments()?.next_back()?;
            (!last.is_empty()).then(|| last.to_owned())
        });
        let upload = Upload { name: name.unwrap_or_default(), mime: None, bytes };
        uploaded(kind, &upload, fields)
    }

    /// The sandbox reaches this machine only.
    async fn fetch(&self, address: &str, limit: usize) -> Option<Bytes> {
        let parsed = url::Url::parse(address).ok()?;
        if !is_loopback(&parsed) {
            return None;
        }
        let mut response = self.http().get(parsed).send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > limit {
                return None;
            }
        }
        Some(body.into())
    }
}

pub(super) fn is_loopback(address: &url::Url) -> bool {
    match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Checks an uploaded file as the server does and says what it becomes.
fn uploaded(
    kind: MediaKind,
    upload: &Upload,
    fields: &Map<String, Value>,
) -> Result<Source, Refusal> {
    let size = upload.bytes.len();
    if size == 0 {
        return Err(Refusal::bad_request("file must be non-empty"));
    }
    if size > UPLOAD_FILE_LIMIT {
        return Err(Refusal::new(413, "Request Entity Too Large"));
    }
    let facts = media_facts::read(&upload.bytes);
    if kind == MediaKind::Photo {
        check_photo(size, &facts)?;
    }
    let mime = facts.mime.or_else(|| media_facts::mime_of_name(&upload.name));
    let mime = mime.map(ToOwned::to_owned).or_else(|| upload.mime.clone());
    let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
    let detect = fields.get("disable_content_type_detection") != Some(&Value::Bool(true));
    let kind = becomes(kind, &mime, detect);
    let number = |name: &str| {
        let value = fields.get(name).and_then(Value::as_u64)?;
        u32::try_from(value).ok()
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let named = kind != MediaKind::Photo && !upload.name.is_empty();
    let new = NewFile {
        kind,
        bytes: upload.bytes.clone(),
        mime,
        name: named.then(|| upload.name.clone()),
        width: number("width").or(facts.width),
        height: number("height").or(facts.height),
        duration: number("duration").or(facts.duration),
        title: text("title"),
        performer: text("performer"),
    };
    Ok(Source::New(Box::new(new)))
}

fn check_photo(size: usize, facts: &media_facts::Facts) -> Result<(), Refusal> {
    if size > UPLOAD_PHOTO_LIMIT {
        return Err(Refusal::bad_request(format!(
            "file of size {size} bytes is too big for a photo; the maximum size is {UPLOAD_PHOTO_LIMIT} bytes"
        )));
    }
    let image = facts.mime.is_some_and(|mime| mime.starts_with("image/"));
    let (Some(width @ 1..), Some(height @ 1..), true) = (facts.width, facts.height, image) else {
        return Err(Refusal::bad_request("IMAGE_PROCESS_FAILED"));
    };
    let ratio_fits = width.max(height) <= width.min(height).saturating_mul(PHOTO_RATIO_LIMIT);
    if width.saturating_add(height) > PHOTO_SIDES_LIMIT || !ratio_fits {
        return Err(Refusal::bad_request("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok(())
}

/// The server looks at the content: what is no MPEG-4 video or music arrives as a document, and
/// a document that is one arrives as such, unless its detection is switched off.
fn becomes(asked: MediaKind, mime: &str, detect: bool) -> MediaKind {
    let music = ["audio/mpeg", "audio/mp4"].contains(&mime);
    match asked {
        MediaKind::Photo => MediaKind::Photo,
        MediaKind::Video if mime == "video/mp4" => MediaKind::Video,
        MediaKind::Animation if ["image/gif", "video/mp4"].contains(&mime) => MediaKind::Animation,
        MediaKind::Audio if music => MediaKind::Audio,
        MediaKind::Voice if music || mime == "audio/ogg" => MediaKind::Voice,
        MediaKind::Document if detect && mime == "image/gif" => MediaKind::Animation,
        MediaKind::Document if detect && mime == "video/mp4" => MediaKind::Video,
        MediaKind::Document if detect && music => MediaKind::Audio,
        MediaKind::Video
        | MediaKind::Animation
        | MediaKind::Audio
        | MediaKind::Voice
        | MediaKind::Document => MediaKind::Document,
    }
}
