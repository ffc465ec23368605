use crate::Unreadable;
use crate::number::{be_u32, milliseconds};

/// Encoders pad the start; a real frame stands within so many bytes.
const SEARCHED: usize = 64 * 1024;

const KBITS_MPEG1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBITS_MPEG2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// One frame of MPEG audio, layer III.
struct Frame {
    rate: u32,
    samples: u32,
    size: usize,
    /// Where the encoder's table of contents would stand, from the start of the frame.
    contents: usize,
}

/// Whether the bytes are MP3: a tag, or two frames in a row (one alone could be chance).
pub(crate) fn is_mp3(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"ID3") {
        return true;
    }
    let Some(first) = frame(bytes, 0) else { return false };
    first.size == bytes.len() || frame(bytes, first.size).is_some()
}

/// The duration: what the encoder noted in the first frame, else all frames counted.
pub(crate) fn duration_ms(bytes: &[u8]) -> Result<Option<u64>, Unreadable> {
    let start = after_tags(bytes);
    let window = start..start.saturating_add(SEARCHED).min(bytes.len());
    let (start, first) = window
        .filter_map(|at| frame(bytes, at).map(|frame| (at, frame)))
        .find(|(at, found)| {
            let next = at + found.size;
            next >= bytes.len() || frame(bytes, next).is_some()
        })
        .ok_or(Unreadable::Damaged("the MP3 file has no sound"))?;
    let samples = match noted_frames(bytes, start, &first) {
        Some(frames) => u64::from(frames) * u64::from(first.samples),
        None => counted_samples(bytes, start),
    };
    Ok(milliseconds(samples, first.rate.into()))
}

/// The place behind any `ID3v2` tags, whose sizes use 7 bits of each byte.
fn after_tags(bytes: &[u8]) -> usize {
    let mut at: usize = 0;
    while let Some(header) = bytes.get(at..at.saturating_add(10)) {
        let (true, [flags, a, b, c, d]) = (header.starts_with(b"ID3"), &header[5..]) else { break };
        let size = [a, b, c, d].iter().fold(0, |sum, byte| sum * 128 + usize::from(**byte & 0x7F));
        let footer = if flags & 0x10 == 0 { 0 } else { 10 };
        at += 10 + size + footer;
    }
    at
}

fn frame(bytes: &[u8], at: usize) -> Option<Frame> {
    let header = be_u32(bytes, at)?;
    let layer_three = (header >> 17) & 0b11 == 0b01;
    if header >> 21 != 0x7FF || !layer_three {
        return None;
    }
    let (kbits, divisor, mpeg1) = match (header >> 19) & 0b11 {
        0b11 => (KBITS_MPEG1, 1, true),
        0b10 => (KBITS_MPEG2, 2, false),
        0b00 => (KBITS_MPEG2, 4, false),
        _ => return None,
    };
    let kbits = *kbits.get(usize::try_from((header >> 12) & 0xF).ok()?)?;
    let rate = *[44_100, 48_000, 32_000].get(usize::try_from((header >> 10) & 0b11).ok()?)?;
    let rate: u32 = rate / divisor;
    if kbits == 0 {
        return None;
    }
    let samples = if mpeg1 { 1152 } else { 576 };
    let padding = (header >> 9) & 1;
    let size = usize::try_from(samples / 8 * kbits * 1000 / rate + padding).ok()?;
    let mono = (header >> 6) & 0b11 == 0b11;
    let side = match (mpeg1, mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    Some(Frame { rate, samples, size, contents: 4 + side })
}

/// The number of frames in a `Xing`, `Info` or `VBRI` note of the first frame.
fn noted_frames(bytes: &[u8], start: usize, first: &Frame) -> Option<u32> {
    let note = start + first.contents;
    let mark = bytes.get(note..note + 4)?;
    let frames = if mark == b"Xing" || mark == b"Info" {
        let has_count = be_u32(bytes, note + 4)? & 1 == 1;
        if has_count { be_u32(bytes, note + 8) } else { None }
    } else if bytes.get(start + 36..start + 40)? == b"VBRI" {
        be_u32(bytes, start + 50)
    } else {
        None
    };
    frames.filter(|frames| *frames > 0)
}

fn counted_samples(bytes: &[u8], start: usize) -> u64 {
    let mut at = start;
    let mut samples = 0;
    while let Some(found) = frame(bytes, at) {
        samples += u64::from(found.samples);
        at += found.size;
    }
    samples
}
