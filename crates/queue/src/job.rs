use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

/// How soon a job is taken, compared with others that are due in the same pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody waits with a finger on the screen.
    Press,
    /// Money and results.
    Money,
    /// The ordinary course of things.
    Normal,
    /// Progress, which may be late.
    Progress,
    /// Mass work, which waits for everything else.
    Bulk,
}

impl Priority {
    /// All, the soonest first.
    pub const ALL: [Self; 5] = [Self::Press, Self::Money, Self::Normal, Self::Progress, Self::Bulk];

    /// The number in the table: smaller is sooner.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Press => 0,
            Self::Money => 1,
            Self::Normal => 2,
            Self::Progress => 3,
            Self::Bulk => 4,
        }
    }
}

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The pool of workers that takes it.
    pub pool: &'static str,
    /// What is to be done, in the imperative: `submit`.
    pub kind: &'static str,
    /// What it is to be done with.
    pub payload: Value,
    /// Jobs of one lane run one at a time, in the order in which they were enqueued.
    pub lane: Option<String>,
    /// At most one living job has this key; a second enqueueing does nothing.
    pub key: Option<String>,
    /// How soon.
    pub priority: Priority,
    /// Not before this moment.
    pub run_at: OffsetDateTime,
    /// After how many failures the job is dead; `None` for work that must never be given up, such
    /// as anything on which money waits.
    pub attempts_max: Option<i32>,
    /// What it follows from; unset, it is taken over from the job whose work enqueues it.
    pub trace: Option<String>,
}

impl NewJob {
    /// A job without lane and key, of normal priority, due at once, never given up.
    #[must_use]
    pub fn new(
        pool: &'static str,
        kind: &'static str,
        payload: Value,
        run_at: OffsetDateTime,
    ) -> Self {
        Self {
            pool,
            kind,
            payload,
            lane: None,
            key: None,
            priority: Priority::Normal,
            run_at,
            attempts_max: None,
            trace: None,
        }
    }

    /// Puts it into a lane.
    #[must_use]
    pub fn lane(mut self, lane: impl Into<String>) -> Self {
        self.lane = Some(lane.into());
        self
    }

    /// Gives it a unique key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Gives it a priority.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Lets it die after so many failures.
    #[must_use]
    pub fn attempts_max(mut self, attempts: i32) -> Self {
        self.attempts_max = Some(attempts);
        self
    }

    /// Says what it follows from; everything that follows from it says the same.
    #[must_use]
    pub fn trace(mut self, trace: impl Into<String>) -> Self {
        self.trace = Some(trace.into());
        self
    }
}

/// What enqueueing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// The job is in the queue.
    Created(i64),
    /// A living job with this key was there already.
    Exists,
}

/// A job that a worker has taken, and the proof that it has.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The row's id.
    pub id: i64,
    /// Names this very claim; see [`crate::store::complete`].
    pub fence: i64,
    /// What is to be done.
    pub kind: String,
    /// What with.
    pub payload: Value,
    /// Which try this is, from 1. Snoozing does not count.
    pub attempt: i32,
    /// Its lane.
    pub lane: Option<String>,
    /// When it was enqueued.
    pub created_at: OffsetDateTime,
    /// What it follows from.
    pub trace: String,
}

/// The claim is no longer ours: the lease ran out and another worker took the job. The caller's
/// transaction must be rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job was taken over by another worker")]
pub struct StaleClaim;

/// What a handler did with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It finished the job itself, in the transaction of the job's effects.
    Done,
    /// Nothing to do yet: run again after this time. Not a failure.
    Snooze(Duration),
    /// It failed for this reason: run again by the retry schedule.
    Again(String),
    /// The process is to behave as if it had been killed here. Tests only.
    Crashed,
}

/// The wait after the `attempt`-th failure: 10 s, 20 s, 40 s, and so on up to ten minutes.
#[must_use]
pub fn retry_delay(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(6);
    Duration::from_secs(10 * (1_u64 << doublings)).min(Duration::from_mins(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_ten_seconds_up_to_ten_minutes() {
        let waits: Vec<_> = (1..=8).map(|attempt| retry_delay(attempt).as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(retry_delay(0).as_secs(), 10);
        assert_eq!(retry_delay(i32::MAX).as_secs(), 600);
    }
}
