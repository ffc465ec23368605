//! Amounts as providers write them: decimal strings, never floating point.

use money::Rub;

/// `500.00`.
pub(crate) fn written(amount: Rub) -> String {
    let kopecks = amount.kopecks().unsigned_abs();
    format!("{}.{:02}", kopecks / 100, kopecks % 100)
}

/// Reads `500`, `500.0`, `500.00`; also more digits, as long as they are zeros.
pub(crate) fn read(text: &str) -> Option<Rub> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept = fraction.trim_end_matches('0');
    if kept.len() > 2 || text.starts_with('-') {
        return None;
    }
    let text = if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") };
    Rub::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_whole_kopecks_are_read() {
        for (text, kopecks) in [
            ("500", Some(50_000)),
            ("500.00", Some(50_000)),
            ("500.000000", Some(50_000)),
            ("0.5", Some(50)),
            ("500.001", None),
            ("-5", None),
            ("1e3", None),
            ("5,00", Some(500)),
            ("", None),
        ] {
            assert_eq!(read(text).map(Rub::kopecks), kopecks, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(kopecks in 0..i64::MAX / 2) {
            let amount = Rub::from_kopecks(kopecks);
            prop_assert_eq!(read(&written(amount)), Some(amount));
        }
    }
}
