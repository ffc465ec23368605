//! What can be read from a file's first bytes: its type, its size in pixels, its length.

/// What is known about a file by its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub mime: Option<&'static str>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Seconds, rounded up.
    pub duration: Option<u32>,
}

/// Reads a file by its content; an unknown file has no facts.
pub(super) fn read(bytes: &[u8]) -> Facts {
    let mime = sniff(bytes);
    let mut facts = Facts { mime, ..Facts::default() };
    match mime {
        Some(mime) if mime.starts_with("image/") => {
            if let Ok(size) = imagesize::blob_size(bytes) {
                facts.width = u32::try_from(size.width).ok();
                facts.height = u32::try_from(size.height).ok();
            }
        }
        Some("video/mp4" | "video/quicktime" | "audio/mp4") => read_mp4(bytes, &mut facts),
        Some("audio/wav") => facts.duration = wav_seconds(bytes),
        Some("audio/ogg") => facts.duration = ogg_seconds(bytes),
        Some("audio/mpeg") => facts.duration = mp3_seconds(bytes),
        _ => {}
    }
    facts
}

fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    let brand = |what: &[u8]| at(4, b"ftyp") && at(8, what);
    let checks: [(bool, &'static str); 13] = [
        (at(0, b"\x89PNG\r\n\x1a\n"), "image/png"),
        (at(0, b"\xff\xd8\xff"), "image/jpeg"),
        (at(0, b"GIF8"), "image/gif"),
        (at(0, b"RIFF") && at(8, b"WEBP"), "image/webp"),
        (at(0, b"RIFF") && at(8, b"WAVE"), "audio/wav"),
        (at(0, b"OggS"), "audio/ogg"),
        (at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3"), "audio/mpeg"),
        (brand(b"M4A "), "audio/mp4"),
        (brand(b"qt  "), "video/quicktime"),
        (at(4, b"ftyp"), "video/mp4"),
        (at(0, b"\x1a\x45\xdf\xa3"), "video/webm"),
        (at(0, b"%PDF"), "application/pdf"),
        (at(0, b"PK\x03\x04"), "application/zip"),
    ];
    checks.iter().find(|(yes, _)| *yes).map(|(_, mime)| *mime)
}

fn number(bytes: &[u8], from: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(from..from + 4)?.try_into().ok()?))
}

fn little(bytes: &[u8], from: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(from..from + 4)?.try_into().ok()?))
}

/// The inside of the first box with this name (ISO 14496-12).
fn mp4_box<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    mp4_boxes(bytes).find(|(found, _)| *found == name).map(|(_, inside)| inside)
}

fn mp4_boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let size = usize::try_from(number(rest, 0)?).ok()?;
        let name = rest.get(4..8)?;
        let (header, size) = match size {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(number(rest, 12)?).ok()?),
            size => (8, size),
        };
        let inside = rest.get(header..size.min(rest.len()))?;
        rest = rest.get(size..).unwrap_or_default();
        Some((name, inside))
    })
}

fn read_mp4(bytes: &[u8], facts: &mut Facts) {
    let Some(movie) = mp4_box(bytes, b"moov") else { return };
    if let Some(header) = mp4_box(movie, b"mvhd") {
        let long = header.first() == Some(&1);
        let (scale, length) = if long {
            (number(header, 20), number(header, 28))
        } else {
            (number(header, 12), number(header, 16))
        };
        if let (Some(scale @ 1..), Some(length)) = (scale, length) {
            facts.duration = Some(length.div_ceil(scale));
        }
    }
    for (name, track) in mp4_boxes(movie) {
        if name != b"trak" {
            continue;
        }
        let Some(header) = mp4_box(track, b"tkhd") else { continue };
        // Width and height are the last two fields, 16.16 fixed point.
        let from = header.len().saturating_sub(8);
        let (width, height) = (number(header, from), number(header, from + 4));
        if let (Some(width @ 0x1_0000..), Some(height @ 0x1_0000..)) = (width, height) {
            facts.width = Some(width >> 16);
            facts.height = Some(height >> 16);
        }
    }
}

fn wav_seconds(bytes: &[u8]) -> Option<u32> {
    let per_second = little(bytes, 28).filter(|rate| *rate > 0)?;
    let data = u32::try_from(bytes.len().saturating_sub(44)).ok()?;
    Some(data.div_ceil(per_second))
}

/// The last page's position, at Opus' fixed rate of 48,000 a second.
fn ogg_seconds(bytes: &[u8]) -> Option<u32> {
    let last = bytes.windows(4).rposition(|window| window == b"OggS")?;
    let position = u64::from_le_bytes(bytes.get(last + 6..last + 14)?.try_into().ok()?);
    u32::try_from(position.div_ceil(48_000)).ok()
}

/// MPEG-1 layer III bit rates, kbit/s, by the header's index.
const MP3_KBITS: [u32; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];

/// By the first frame's bit rate, which is exact for a constant one.
fn mp3_seconds(bytes: &[u8]) -> Option<u32> {
    let frame = bytes.windows(2).position(|pair| pair == b"\xff\xfb" || pair == b"\xff\xf3")?;
    let index = usize::from(bytes.get(frame + 2)? >> 4);
    let kbits = *MP3_KBITS.get(index)?;
    if kbits == 0 {
        return None;
    }
    let bits = u64::try_from(bytes.len() - frame).ok()? * 8;
    u32::try_from(bits.div_ceil(u64::from(kbits) * 1000)).ok()
}

/// The extension of a file's path: by its name, else by its type.
pub(super) fn extension(mime: &str, name: Option<&str>) -> String {
    let by_name = name.and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    if let Some(extension) = by_name
        && !extension.is_empty()
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return extension.to_ascii_lowercase();
    }
    match mime {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "oga",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/mp4" => "m4a",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        _ => "bin",
    }
    .to_owned()
}

/// A type by the name's extension, for what the content does not tell.
pub(super) fn mime_of_name(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "json" => "application/json",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => return None,
    })
}
