use crate::Unreadable;
use crate::number::{be_u64, milliseconds};

/// The duration named in the STREAMINFO block, which stands first in every file
/// (RFC 9639 §8.2: 20 bits of sample rate, 3 of channels, 5 of depth, 36 of sample count).
pub(crate) fn duration_ms(bytes: &[u8]) -> Result<Option<u64>, Unreadable> {
    let packed = be_u64(bytes, 18).ok_or(Unreadable::Damaged("the FLAC header is cut off"))?;
    let rate = packed >> 44;
    let samples = packed & 0xF_FFFF_FFFF;
    Ok(if samples == 0 { None } else { milliseconds(samples, rate) })
}
