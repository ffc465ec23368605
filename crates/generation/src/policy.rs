//! How long things may take, as data.

use std::time::Duration;

/// The wait before the next submission after so many temporary failures: 10 s, 20 s, 40 s.
#[must_use]
pub fn wait_after_failure(tries: u32) -> Duration {
    Duration::from_secs(10 << tries.saturating_sub(1).min(2))
}

/// KIE.ai counts new tasks in windows of this length.
pub const PACE_WINDOW: Duration = Duration::from_secs(10);

/// How many new tasks are submitted per window with one key, by all processes together. KIE.ai
/// refuses the 21st; two are left for what else may use the key.
pub const PACE_TASKS: usize = 18;

/// How long an order may be refused for its rate before it counts as a temporary failure.
pub const RATE_PATIENCE: Duration = Duration::from_mins(30);

/// An upload older than this is made again before a submission: KIE.ai keeps files for a day.
pub const UPLOAD_FRESH: Duration = Duration::from_hours(20);

/// How long a lost answer is waited for when KIE.ai has no address to call back to.
pub const UNCERTAIN_WITHOUT_CALLBACK: Duration = Duration::from_mins(5);

/// How long a model of this usual duration may run before the person gets the money back.
#[must_use]
pub fn running_deadline(usual_seconds: u32) -> Duration {
    Duration::from_mins(10) + Duration::from_secs(u64::from(usual_seconds) * 4)
}

/// How long a lost answer is waited for when KIE.ai can call back.
#[must_use]
pub fn uncertain_deadline(usual_seconds: u32) -> Duration {
    UNCERTAIN_WITHOUT_CALLBACK + Duration::from_secs(u64::from(usual_seconds) * 2)
}

/// How long a finished result is tried to be fetched.
pub const SECURING_PATIENCE: Duration = Duration::from_mins(15);

/// How long a result is looked for after the money went back.
pub const LATE_PATIENCE: Duration = Duration::from_hours(72);

/// How long a Telegram file or a KIE.ai upload may be unavailable before an order is given up.
pub const PREPARING_PATIENCE: Duration = Duration::from_mins(30);

/// How often a language model is asked for the prompts of one batch: the second time only after
/// the process died during the first.
pub const WRITING_TRIES: i16 = 2;

/// The pause after which a generation looks whether the first of its batch has done what is done
/// once for all of them.
pub const BATCH_PAUSE: Duration = Duration::from_secs(1);

/// The pause before KIE.ai is asked again, by how long the task has been running: every 3 s for
/// half a minute, then slower. A callback comes before that, as a rule.
#[must_use]
pub fn poll_pause(running: Duration) -> Duration {
    let seconds = match running.as_secs() {
        0..30 => 3,
        30..120 => 6,
        120..600 => 15,
        600..3_600 => 45,
        _ => 300,
    };
    Duration::from_secs(seconds)
}

/// The pause before another try to fetch a result.
pub const SECURE_PAUSE: Duration = Duration::from_secs(15);

/// The biggest result that is fetched. It is held in memory while it is looked at.
pub const RESULT_MAX_BYTES: u64 = 120 * 1024 * 1024;

/// What is bigger is not fetched for sending, because Telegram takes it from bots only as a link
/// (Bot API: sending files).
pub const UPLOAD_MAX_BYTES: u64 = 50 * 1024 * 1024;

/// How long an order may stand without anything that moves it before it is moved on.
pub const STUCK_AFTER: Duration = Duration::from_mins(2);

/// How long KIE.ai keeps results; what is younger is tried to be had again.
pub const RESULTS_KEPT: Duration = Duration::from_hours(24 * 14);

/// So many of a model's last orders say how long it takes,
pub const USUAL_OF: i64 = 50;

/// and with fewer than these nothing is said.
pub const USUAL_FROM: i64 = 10;

/// So many refusals of one person by moderation in a day are told to the operators.
pub const REFUSALS_TOLD: usize = 10;

/// How long one download of a result may take.
pub const RESULT_TIMEOUT: Duration = Duration::from_mins(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_waited_out_ten_twenty_forty_seconds() {
        let waits: Vec<_> = (1..=4).map(|tries| wait_after_failure(tries).as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 40]);
    }

    #[test]
    fn polling_slows_down() {
        let pauses: Vec<_> = [0, 29, 30, 119, 120, 599, 600, 3_600, 100_000]
            .map(|seconds| poll_pause(Duration::from_secs(seconds)).as_secs())
            .into();
        assert_eq!(pauses, [3, 3, 6, 6, 15, 15, 45, 300, 300]);
    }
}
