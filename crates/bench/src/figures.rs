//! Small statistics over measured values.

use std::time::Duration;

/// The middle one; of an even count the lower of the two. 0 of nothing.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value that `percent` of all values do not exceed. 0 of nothing.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// The smallest and the largest, as a text with this many decimals.
pub(crate) fn range(values: &[f64], decimals: usize) -> String {
    let (low, high) = (percentile(values, 0), percentile(values, 100));
    format!("{low:.decimals$}–{high:.decimals$}")
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// So many in this time, per second.
pub(crate) fn per_second(count: u32, duration: Duration) -> f64 {
    f64::from(count) / duration.as_secs_f64().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_counted_from_the_smallest_value() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 0), 1.0);
        assert_eq!(median(&values), 100.0);
        assert_eq!(percentile(&values, 99), 198.0);
        assert_eq!(percentile(&values, 100), 200.0);
        assert_eq!(median(&[]), 0.0);
    }
}
