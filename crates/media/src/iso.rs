//! The box structure shared by mp4, m4a and mov (ISO/IEC 14496-12).

use crate::number::{be_u32, be_u64, milliseconds};
use crate::{Inspected, MediaKind, Unreadable};

/// One box: its four letters and what is inside.
struct IsoBox<'a> {
    name: [u8; 4],
    body: &'a [u8],
}

/// Boxes one after another; ends silently at the first that does not fit.
struct Boxes<'a>(&'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = IsoBox<'a>;

    fn next(&mut self) -> Option<IsoBox<'a>> {
        let name: [u8; 4] = self.0.get(4..8)?.try_into().ok()?;
        let (header, size) = match be_u32(self.0, 0)? {
            0 => (8, self.0.len()),
            1 => (16, usize::try_from(be_u64(self.0, 8)?).ok()?),
            size => (8, usize::try_from(size).ok()?),
        };
        let body = self.0.get(header..size)?;
        self.0 = self.0.get(size..).unwrap_or_default();
        Some(IsoBox { name, body })
    }
}

fn child<'a>(body: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    Boxes(body).find(|found| found.name == *name).map(|found| found.body)
}

/// Whether the bytes start like a file of this family; old mov files have no `ftyp`.
pub(crate) fn is_iso(bytes: &[u8]) -> bool {
    let old_start: [&[u8]; 4] = [b"moov", b"mdat", b"wide", b"free"];
    let size_is_sane = be_u32(bytes, 0).is_some_and(|size| size == 1 || size >= 8);
    bytes
        .get(4..8)
        .is_some_and(|name| name == b"ftyp" || (size_is_sane && old_start.contains(&name)))
}

pub(crate) fn inspect(bytes: &[u8]) -> Result<Inspected, Unreadable> {
    let brand = child(bytes, b"ftyp").and_then(|body| body.first_chunk::<4>());
    if let Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx ") = brand {
        return Err(Unreadable::Unknown);
    }
    let movie = child(bytes, b"moov").ok_or(Unreadable::Damaged("the file has no movie header"))?;
    let tracks = Boxes(movie).filter(|found| found.name == *b"trak").map(|found| found.body);
    let (mut size, mut has_video, mut has_audio) = (None, false, false);
    for track in tracks {
        match handler(track) {
            Some(b"vide") if !has_video => {
                has_video = true;
                size = child(track, b"tkhd").and_then(dimensions);
            }
            Some(b"soun") => has_audio = true,
            _ => {}
        }
    }
    let audio_only = matches!(brand, Some(b"M4A " | b"M4B ")) || !has_video;
    let (kind, mime, extension) = match (audio_only, brand) {
        (true, _) if has_audio => (MediaKind::Audio, "audio/mp4", "m4a"),
        (true, _) => return Err(Unreadable::Damaged("the file has neither picture nor sound")),
        (false, None | Some(b"qt  ")) => (MediaKind::Video, "video/quicktime", "mov"),
        (false, Some(_)) => (MediaKind::Video, "video/mp4", "mp4"),
    };
    let size = size.filter(|_| kind == MediaKind::Video);
    Ok(Inspected {
        kind,
        mime,
        extension,
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        duration_ms: child(movie, b"mvhd").and_then(duration_ms),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    })
}

fn handler(track: &[u8]) -> Option<&[u8; 4]> {
    child(child(track, b"mdia")?, b"hdlr")?.get(8..12)?.try_into().ok()
}

/// Width and height of a track header: 16.16 fixed point, of which the whole part counts.
fn dimensions(header: &[u8]) -> Option<(u32, u32)> {
    let at = if header.first() == Some(&1) { 88 } else { 76 };
    let (width, height) = (be_u32(header, at)? >> 16, be_u32(header, at + 4)? >> 16);
    (width > 0 && height > 0).then_some((width, height))
}

/// The duration of the movie header; zero and all ones mean that it is not known.
fn duration_ms(header: &[u8]) -> Option<u64> {
    let (scale, units) = if header.first() == Some(&1) {
        (be_u32(header, 20)?, be_u64(header, 24).filter(|units| *units != u64::MAX)?)
    } else {
        (be_u32(header, 12)?, be_u32(header, 16).filter(|units| *units != u32::MAX)?.into())
    };
    milliseconds(units, scale.into()).filter(|ms| *ms > 0)
}
