//! Files for the page; video players ask for parts of them.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::telegram::TelegramWorld;

/// Types that a browser may show in place; anything else could be a page with scripts, so it
/// comes as a plain file.
const SHOWN: [&str; 3] = ["image/", "video/", "audio/"];

pub(super) async fn file(
    State(world): State<TelegramWorld>,
    Path(file_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(media) = world.file(&file_id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let shown =
        SHOWN.iter().any(|start| media.mime.starts_with(start)) && media.mime != "image/svg+xml";
    let mime = if shown { media.mime.as_str() } else { "application/octet-stream" };
    let mime = HeaderValue::from_str(mime)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let length = media.bytes.len();
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let mut response = match asked.map(|asked| range(asked, length)) {
        None | Some(Range::Whole) => media.bytes.into_response(),
        Some(Range::Part(first, last)) => {
            let mut response = media.bytes.slice(first..=last).into_response();
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
            response
        }
        Some(Range::Outside) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{length}"));
            response
        }
    };
    response.headers_mut().insert(header::CONTENT_TYPE, mime);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::CACHE_CONTROL, "no-store");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    Whole,
    /// First and last byte.
    Part(usize, usize),
    Outside,
}

/// One range of bytes (RFC 9110 §14); several ranges or another unit get the whole file.
pub(super) fn range(asked: &str, length: usize) -> Range {
    let Some((first, last)) =
        asked.strip_prefix("bytes=").and_then(|bounds| bounds.trim().split_once('-'))
    else {
        return Range::Whole;
    };
    let bounds = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.is_empty() => (first, usize::MAX),
        (Err(_), Ok(0)) if first.is_empty() => return Range::Outside,
        (Err(_), Ok(tail)) if first.is_empty() => (length.saturating_sub(tail), usize::MAX),
        _ => return Range::Whole,
    };
    if bounds.0 >= length {
        return Range::Outside;
    }
    Range::Part(bounds.0, bounds.1.min(length - 1))
}
