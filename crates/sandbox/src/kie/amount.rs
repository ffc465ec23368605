//! Credits as a fixed-point number: the emulator adds and subtracts, so it keeps no float.

use std::fmt;

/// Millionths of a credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Credits(i64);

/// The text is not a decimal number with at most six digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAmount;

impl fmt::Display for NotAnAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal amount of credits")
    }
}

impl std::error::Error for NotAnAmount {}

impl Credits {
    pub(crate) const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, NotAnAmount> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) || fraction.len() > 6 {
            return Err(NotAnAmount);
        }
        let whole: i64 = whole.parse().map_err(|_| NotAnAmount)?;
        let fraction: i64 = format!("{fraction:0<6}").parse().map_err(|_| NotAnAmount)?;
        let size = whole
            .checked_mul(1_000_000)
            .and_then(|millionths| millionths.checked_add(fraction))
            .ok_or(NotAnAmount)?;
        Ok(Self(if negative { -size } else { size }))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self × count ÷ per`, rounded down to a millionth.
    pub(crate) fn times(self, count: i64, per: i64) -> Self {
        Self(self.0.saturating_mul(count) / per.max(1))
    }

    /// The number as KIE writes it: with a point, even when it is whole.
    pub(crate) fn json(self) -> serde_json::Value {
        let text = self.to_string();
        let text = if text.contains('.') { text } else { format!("{text}.0") };
        serde_json::from_str(&text).unwrap_or(serde_json::Value::Null)
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = format!("{:06}", size % 1_000_000);
        let fraction = fraction.trim_end_matches('0');
        match fraction {
            "" => write!(f, "{sign}{}", size / 1_000_000),
            _ => write!(f, "{sign}{}.{fraction}", size / 1_000_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_survive_a_round_trip() {
        for text in ["0", "5916.25", "0.4", "-3.5", "1000", "0.000001"] {
            assert_eq!(Credits::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Credits::parse("6").unwrap().json().to_string(), "6.0");
        for bad in ["", ".5", "1.", "1e3", "1,5", "--1", "0.1234567"] {
            assert_eq!(Credits::parse(bad), Err(NotAnAmount), "{bad}");
        }
    }
}
