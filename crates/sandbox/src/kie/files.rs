//! The file server: uploads and results, their expiry, ranges, and broken addresses.

use super::{
    picture::{Size, draw},
    server::html_page,
    wire::Wire,
    world::KieWorld,
};
use axum::{
    body::Body,
    extract::{Path, State as Extracted},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};

const HOUR: i64 = 3_600_000;
/// KIE docs: uploads and result addresses are good for a day.
const LIFE: i64 = 24 * HOUR;
/// KIE docs: the results themselves are kept for two weeks, reachable by a fresh link.
const RESULT_KEPT: i64 = 14 * 24 * HOUR;
/// KIE docs: a link made by download-url is good for 20 minutes.
const LINK_LIFE: i64 = HOUR / 3;

const JPEG: &[u8] = include_bytes!("../../assets/result.jpg");
const WEBP: &[u8] = include_bytes!("../../assets/result.webp");
const MP4: &[u8] = include_bytes!("../../assets/result.mp4");
const MP3: &[u8] = include_bytes!("../../assets/result.mp3");
const OGG: &[u8] = include_bytes!("../../assets/result.ogg");

/// How an address of the file server is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// 404; a fresh link still works.
    DeadLink,
    /// 403; a fresh link still works.
    Expired,
    /// 404, and no fresh link helps.
    Gone,
    /// The connection breaks in the middle.
    Truncated,
    /// The first half, then silence until the caller hangs up.
    Slow,
    /// An HTML page with 200.
    WrongType,
    /// Nothing, with 200.
    Empty,
}

/// A stored file as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// The public address.
    pub url: String,
    /// True for an upload, false for a result.
    pub uploaded: bool,
    /// The `Content-Type`.
    pub mime: String,
    /// From when on the address is refused, unix milliseconds.
    pub expires_ms: i64,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Given { mime: String, bytes: Bytes },
    Picture { text: String, size: Size, number: usize },
    Jpeg,
    Webp,
    Mp4,
    Mp3,
    Ogg,
    Padded { of: Box<Content>, size: usize },
}

impl Content {
    pub(super) fn mime(&self) -> &str {
        match self {
            Self::Given { mime, .. } => mime,
            Self::Picture { .. } => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::Padded { of, .. } => of.mime(),
        }
    }

    /// The size when it is known without drawing.
    pub(super) fn known_size(&self) -> usize {
        match self {
            Self::Given { bytes, .. } => bytes.len(),
            Self::Picture { .. } => 0,
            Self::Jpeg => JPEG.len(),
            Self::Webp => WEBP.len(),
            Self::Mp4 => MP4.len(),
            Self::Mp3 => MP3.len(),
            Self::Ogg => OGG.len(),
            Self::Padded { size, .. } => *size,
        }
    }

    /// Width and height of a picture that somebody has uploaded.
    pub(super) fn sides(&self) -> Option<(u64, u64)> {
        let Self::Given { mime, bytes } = self else { return None };
        let size = imagesize::blob_size(bytes).ok().filter(|_| mime.starts_with("image/"))?;
        Some((u64::try_from(size.width).ok()?, u64::try_from(size.height).ok()?))
    }

    pub(super) fn bytes(&self) -> Bytes {
        match self {
            Self::Given { bytes, .. } => bytes.clone(),
            Self::Picture { text, size, number } => draw(text, *size, *number),
            Self::Jpeg => Bytes::from_static(JPEG),
            Self::Webp => Bytes::from_static(WEBP),
            Self::Mp4 => Bytes::from_static(MP4),
            Self::Mp3 => Bytes::from_static(MP3),
            Self::Ogg => Bytes::from_static(OGG),
            Self::Padded { of, size } => {
                let mut bytes = of.bytes().to_vec();
                let padding = size.saturating_sub(bytes.len());
                if let (true, Ok(length)) = (padding >= 8, u32::try_from(padding)) {
                    // In an MP4 a box named `free` holds nothing; other formats ignore a tail.
                    bytes.extend_from_slice(&length.to_be_bytes());
                    bytes.extend_from_slice(b"free");
                }
                bytes.resize((*size).max(bytes.len()), 0);
                Bytes::from(bytes)
            }
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct StoredFile {
    pub(super) content: Content,
    uploaded: bool,
    expires_ms: i64,
    kept_until_ms: i64,
}

impl StoredFile {
    pub(super) fn result(content: Content, now: i64) -> Self {
        let (expires_ms, kept_until_ms) = (now + LIFE, now + RESULT_KEPT);
        Self { content, uploaded: false, expires_ms, kept_until_ms }
    }

    pub(super) fn upload(content: Content, now: i64) -> Self {
        let expires_ms = now + LIFE;
        Self { content, uploaded: true, expires_ms, kept_until_ms: expires_ms }
    }
}

#[derive(Debug)]
struct Link {
    target: String,
    expires_ms: i64,
}

#[derive(Debug, Default)]
pub(super) struct Files {
    stored: BTreeMap<String, StoredFile>,
    faults: HashMap<String, FileFault>,
    links: HashMap<String, Link>,
}

impl Files {
    pub(super) fn url(&self, base: &str, path: &str) -> String {
        format!("{base}/files/{path}")
    }

    fn path<'u>(base: &str, url: &'u str) -> Option<&'u str> {
        let rest = url.strip_prefix(base)?.strip_prefix("/files/")?;
        rest.split(['?', '#']).next()
    }

    pub(super) fn put(&mut self, path: &str, file: StoredFile) {
        self.stored.insert(path.to_owned(), file);
    }

    pub(super) fn set_fault(&mut self, base: &str, url: &str, fault: Option<FileFault>) {
        let path = Self::path(base, url).unwrap_or(url).to_owned();
        match fault {
            Some(fault) => self.faults.insert(path, fault),
            None => self.faults.remove(&path),
        };
    }

    /// The file behind an address, as long as it can be fetched.
    pub(super) fn alive(&self, base: &str, url: &str, now: i64) -> Option<&StoredFile> {
        let path = Self::path(base, url)?;
        let file = self.stored.get(path)?;
        match self.faults.get(path) {
            None if now < file.expires_ms => Some(file),
            None | Some(_) => None,
        }
    }

    /// A fresh link to a file that is still kept.
    pub(super) fn link(&mut self, base: &str, url: &str, token: &str, now: i64) -> Option<String> {
        let target = Self::path(base, url)?;
        let target = self.links.get(target).map_or(target, |link| &link.target).to_owned();
        let file = self.stored.get(&target)?;
        if now >= file.kept_until_ms || self.faults.get(&target) == Some(&FileFault::Gone) {
            return None;
        }
        let name = target.rsplit('/').next().unwrap_or("file");
        let path = format!("dl/{token}/{name}");
        let link = Link { target: target.clone(), expires_ms: now + LINK_LIFE };
        self.links.insert(path.clone(), link);
        Some(self.url(base, &path))
    }

    pub(super) fn views(&self, base: &str) -> Vec<FileView> {
        let view = |(path, file): (&String, &StoredFile)| FileView {
            url: self.url(base, path),
            uploaded: file.uploaded,
            mime: file.content.mime().to_owned(),
            expires_ms: file.expires_ms,
        };
        self.stored.iter().map(view).collect()
    }

    /// What a request for this path gets: a status, or the content with a fault.
    fn find(&self, path: &str, now: i64) -> Result<(Content, Option<FileFault>), StatusCode> {
        let (target, expires_ms) = match self.links.get(path) {
            Some(link) => (link.target.as_str(), Some(link.expires_ms)),
            None => (path, None),
        };
        let file = self.stored.get(target).ok_or(StatusCode::NOT_FOUND)?;
        let fault = self.faults.get(path).copied();
        if self.faults.get(target) == Some(&FileFault::Gone) {
            return Err(StatusCode::NOT_FOUND);
        }
        match fault {
            Some(FileFault::DeadLink | FileFault::Gone) => return Err(StatusCode::NOT_FOUND),
            Some(FileFault::Expired) => return Err(StatusCode::FORBIDDEN),
            Some(
                FileFault::Truncated | FileFault::Slow | FileFault::WrongType | FileFault::Empty,
            )
            | None => {}
        }
        if now >= expires_ms.unwrap_or(file.expires_ms) {
            return Err(StatusCode::FORBIDDEN);
        }
        Ok((file.content.clone(), fault))
    }
}

enum Part {
    Whole,
    /// First and last byte.
    Slice(usize, usize),
    Impossible,
}

fn part(headers: &HeaderMap, length: usize) -> Part {
    let Some(range) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
        return Part::Whole;
    };
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|r| r.split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match (number(from), number(to)) {
        (Some(from), _) if from >= length => Part::Impossible,
        (Some(from), to) => {
            let last = to.unwrap_or(usize::MAX).min(length - 1);
            if last < from { Part::Impossible } else { Part::Slice(from, last) }
        }
        (None, Some(tail)) if tail > 0 && length > 0 => {
            Part::Slice(length.saturating_sub(tail), length - 1)
        }
        (None, Some(_) | None) => Part::Impossible,
    }
}

pub(super) async fn serve(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let now = world.now();
    let (content, fault) = match world.with(|state| state.files.find(&path, now)) {
        Ok(found) => found,
        Err(status) => return (status, "unavailable").into_response(),
    };
    let mime = content.mime().to_owned();
    let bytes = tokio::task::spawn_blocking(move || content.bytes()).await.unwrap_or_default();
    let half = bytes.len() / 2 + 100;
    let bytes = match fault {
        Some(FileFault::WrongType) => return html_page(StatusCode::OK),
        Some(FileFault::Empty) => Bytes::new(),
        Some(FileFault::Truncated) => {
            wire.cut_after(half);
            bytes
        }
        Some(FileFault::Slow) => {
            wire.silent_after(half);
            bytes
        }
        // Dead addresses were refused above.
        Some(FileFault::DeadLink | FileFault::Expired | FileFault::Gone) | None => bytes,
    };
    let builder = Response::builder()
        .header(header::CONTENT_TYPE, mime)
        .header(header::ACCEPT_RANGES, "bytes");
    let length = bytes.len();
    let built = match part(&headers, length) {
        Part::Whole => builder.body(Body::from(bytes)),
        Part::Slice(first, last) => builder
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{length}"))
            .body(Body::from(bytes.slice(first..=last))),
        Part::Impossible => builder
            .status(StatusCode::RANGE_NOT_SATISFIABLE)
            .header(header::CONTENT_RANGE, format!("bytes */{length}"))
            .body(Body::empty()),
    };
    built.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
