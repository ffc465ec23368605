use crate::Unreadable;
use crate::number::{le_u32, milliseconds};

/// Bytes of sound divided by bytes per second, both named in the chunks of the file.
pub(crate) fn duration_ms(bytes: &[u8]) -> Result<Option<u64>, Unreadable> {
    let mut at: usize = 12;
    let mut bytes_per_second = None;
    while let (Some(name), Some(size)) =
        (bytes.get(at..at.saturating_add(4)), le_u32(bytes, at + 4))
    {
        let body = at + 8;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        match name {
            b"fmt " => bytes_per_second = le_u32(bytes, body + 8),
            b"data" => {
                let rate = bytes_per_second
                    .ok_or(Unreadable::Damaged("the WAV file does not name its format"))?;
                // A recorder that was cut off leaves a size larger than the file.
                let present = size.min(bytes.len().saturating_sub(body));
                let present = u64::try_from(present).unwrap_or(u64::MAX);
                return Ok(milliseconds(present, rate.into()));
            }
            _ => {}
        }
        // Chunks start at even places.
        let Some(next) = body.checked_add(size).and_then(|end| end.checked_add(size % 2)) else {
            break;
        };
        at = next;
        if at >= bytes.len() {
            break;
        }
    }
    Err(Unreadable::Damaged("the WAV file has no sound"))
}
