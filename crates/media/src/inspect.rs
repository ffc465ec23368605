use crate::{Inspected, MediaKind, Unreadable, flac, iso, mp3, ogg, wav};

/// A document type stands within so many bytes of the start of a Matroska file.
const EBML_HEAD: usize = 64;

/// Recognises a file by its content: png, jpeg, webp, gif, bmp, tiff, mp4, mov,
/// webm, mkv, mp3, ogg, wav, m4a, flac, aac.
///
/// # Errors
/// [`Unreadable`] when it is no such file or its headers are damaged.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Unreadable> {
    if iso::is_iso(bytes) {
        return iso::inspect(bytes);
    }
    if mp3::is_mp3(bytes) {
        return sound(bytes, "audio/mpeg", "mp3", mp3::duration_ms(bytes)?);
    }
    if is_ebml(bytes, b"webm") {
        return Ok(film(bytes, "video/webm", "webm"));
    }
    if is_ebml(bytes, b"matroska") {
        return Ok(film(bytes, "video/x-matroska", "mkv"));
    }
    match infer::get(bytes).map(|found| found.mime_type()) {
        Some("image/png") => picture(bytes, "image/png", "png"),
        Some("image/jpeg") => picture(bytes, "image/jpeg", "jpg"),
        Some("image/webp") => picture(bytes, "image/webp", "webp"),
        Some("image/gif") => picture(bytes, "image/gif", "gif"),
        Some("image/bmp") => picture(bytes, "image/bmp", "bmp"),
        Some("image/tiff") => picture(bytes, "image/tiff", "tiff"),
        Some("audio/x-wav") => sound(bytes, "audio/wav", "wav", wav::duration_ms(bytes)?),
        Some("audio/ogg" | "audio/opus") => {
            sound(bytes, "audio/ogg", "ogg", ogg::duration_ms(bytes)?)
        }
        Some("audio/x-flac") => sound(bytes, "audio/flac", "flac", flac::duration_ms(bytes)?),
        Some("audio/aac") => sound(bytes, "audio/aac", "aac", None),
        _ => Err(Unreadable::Unknown),
    }
}

fn is_ebml(bytes: &[u8], document: &[u8]) -> bool {
    let head = bytes.get(..EBML_HEAD).unwrap_or(bytes);
    head.starts_with(b"\x1A\x45\xDF\xA3")
        && head.windows(document.len()).any(|word| word == document)
}

/// A video whose headers are not read further.
fn film(bytes: &[u8], mime: &'static str, extension: &'static str) -> Inspected {
    Inspected {
        kind: MediaKind::Video,
        mime,
        extension,
        width: None,
        height: None,
        duration_ms: None,
        bytes: count(bytes),
    }
}

fn picture(
    bytes: &[u8],
    mime: &'static str,
    extension: &'static str,
) -> Result<Inspected, Unreadable> {
    let damaged = Unreadable::Damaged("the size of the picture cannot be read");
    let size = imagesize::blob_size(bytes).map_err(|_| damaged)?;
    let pixels = |side: usize| u32::try_from(side).ok().filter(|side| *side > 0).ok_or(damaged);
    Ok(Inspected {
        kind: MediaKind::Image,
        mime,
        extension,
        width: Some(pixels(size.width)?),
        height: Some(pixels(size.height)?),
        duration_ms: None,
        bytes: count(bytes),
    })
}

fn sound(
    bytes: &[u8],
    mime: &'static str,
    extension: &'static str,
    duration_ms: Option<u64>,
) -> Result<Inspected, Unreadable> {
    Ok(Inspected {
        kind: MediaKind::Audio,
        mime,
        extension,
        width: None,
        height: None,
        duration_ms,
        bytes: count(bytes),
    })
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
