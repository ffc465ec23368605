//! Tells what bytes really are: kind, type, size in pixels, duration.
//!
//! Everything is read from the content, never from a file name or a header that somebody sent
//! along, and only from headers: no pixel and no sample is decoded, so a small file that claims to
//! be huge costs nothing. Only [`refit()`] decodes: a picture that is to be made anew, within limits.

mod flac;
mod inspect;
mod iso;
mod mp3;
mod number;
mod ogg;
mod refit;
mod wav;

use serde::{Deserialize, Serialize};

pub use inspect::inspect;
pub use refit::{PictureType, Refit, refit};

/// What a person would call the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A still picture, or an animated GIF or WebP.
    Image,
    /// A moving picture, with or without sound.
    Video,
    /// Sound alone.
    Audio,
}

/// Every type that [`inspect`] can find. Other spellings of the same type (`image/jpg`,
/// `audio/x-wav`) never come out of it.
pub const MIMES: [&str; 16] = [
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/bmp",
    "image/tiff",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
    "audio/flac",
    "audio/aac",
];

/// What [`inspect`] found in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Picture, video or sound.
    pub kind: MediaKind,
    /// The registered type, one of [`MIMES`].
    pub mime: &'static str,
    /// The usual extension without a dot, such as `jpg`.
    pub extension: &'static str,
    /// Width in pixels, before any rotation named in the file; pictures and mp4/mov only.
    pub width: Option<u32>,
    /// Height in pixels, before any rotation named in the file; pictures and mp4/mov only.
    pub height: Option<u32>,
    /// Duration in milliseconds, when the headers tell it.
    pub duration_ms: Option<u64>,
    /// The number of bytes that were inspected.
    pub bytes: u64,
}

/// Why bytes could not be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not one of the known media types.
    #[error("not a known media type")]
    Unknown,
    /// The type is clear, but its headers are cut off or contradict themselves.
    #[error("a damaged file: {0}")]
    Damaged(&'static str),
}
