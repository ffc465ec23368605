use crate::Unreadable;
use crate::number::{le_u16, le_u32, le_u64, milliseconds};

/// A page is at most 65 307 bytes, so the last one starts within so many bytes of the end.
const LONGEST_PAGE: usize = 65_307;

/// The granule position that says "no packet ends on this page".
const NO_PACKET: u64 = u64::MAX;

/// The duration of a file whose only stream is sound; [`Unreadable::Unknown`] for video in Ogg.
pub(crate) fn duration_ms(bytes: &[u8]) -> Result<Option<u64>, Unreadable> {
    let cut_off = Unreadable::Damaged("the Ogg header is cut off");
    let segments = bytes.get(26).ok_or(cut_off)?;
    let packet = bytes.get(27 + usize::from(*segments)..).ok_or(cut_off)?;
    let (rate, skipped) = if packet.starts_with(b"OpusHead") {
        // Opus always counts at 48 kHz, whatever was recorded (RFC 7845 §4).
        (48_000, u64::from(le_u16(packet, 10).ok_or(cut_off)?))
    } else if packet.starts_with(b"\x01vorbis") {
        (le_u32(packet, 12).ok_or(cut_off)?, 0)
    } else if packet.starts_with(b"Speex   ") {
        (le_u32(packet, 36).ok_or(cut_off)?, 0)
    } else if packet.starts_with(b"\x7fFLAC") {
        return Ok(None);
    } else {
        return Err(Unreadable::Unknown);
    };
    let serial = le_u32(bytes, 14).ok_or(cut_off)?;
    let end = last_position(bytes, serial).map(|position| position.saturating_sub(skipped));
    Ok(end.filter(|end| *end > 0).and_then(|end| milliseconds(end, rate.into())))
}

/// The sample at which the stream ends: the position on its last page.
fn last_position(bytes: &[u8], serial: u32) -> Option<u64> {
    let from = bytes.len().saturating_sub(2 * LONGEST_PAGE);
    let tail = bytes.get(from..)?;
    let pages = tail.windows(4).enumerate().rev().filter(|(_, mark)| *mark == b"OggS");
    pages
        .filter(|(at, _)| le_u32(tail, at + 14) == Some(serial))
        .filter_map(|(at, _)| le_u64(tail, at + 6))
        .find(|position| *position != NO_PACKET)
}
