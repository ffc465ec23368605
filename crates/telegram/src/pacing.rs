//! How fast a chat may be written to: pure token buckets.
//!
//! The overall allowance of about 30 messages per second is shared between processes and is
//! granted from outside; this is what one process keeps for each chat.

use std::collections::HashMap;
use std::time::Duration;

use time::OffsetDateTime;

/// Messages that one chat may get at once (Bots FAQ: "avoid sending more than one message per
/// second … short bursts").
pub const CHAT_BURST: u32 = 5;
/// Time after which a chat may get one more.
pub const CHAT_EVERY: Duration = Duration::from_secs(1);
/// Messages that a group may get at once.
pub const GROUP_BURST: u32 = 5;
/// Time after which a group may get one more: with the burst, never over 20 in any minute (Bots
/// FAQ: "not be able to send more than 20 messages per minute" to a group).
pub const GROUP_EVERY: Duration = Duration::from_secs(4);

/// A bucket of `burst` tokens that gets one back each `every`. Exact: whole nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    every: i128,
    depth: i128,
    /// When the bucket is full again.
    full_at: i128,
}

impl Bucket {
    /// A full bucket. A burst of 0 counts as 1.
    #[must_use]
    pub fn new(burst: u32, every: Duration) -> Self {
        let every = nanos(every);
        Self { every, depth: every.saturating_mul(burst.max(1).into()), full_at: i128::MIN }
    }

    /// Whether a token is there, without taking it.
    ///
    /// # Errors
    /// The time until a token is there.
    pub fn ready(&self, now: OffsetDateTime) -> Result<(), Duration> {
        let now = now.unix_timestamp_nanos();
        let over = self.full_at.max(now) + self.every - now - self.depth;
        if over <= 0 {
            return Ok(());
        }
        Err(Duration::from_nanos(u64::try_from(over).unwrap_or(u64::MAX)))
    }

    /// Takes a token.
    ///
    /// # Errors
    /// The time until a token is there; nothing is taken.
    pub fn take(&mut self, now: OffsetDateTime) -> Result<(), Duration> {
        self.ready(now)?;
        self.full_at = self.full_at.max(now.unix_timestamp_nanos()) + self.every;
        Ok(())
    }

    /// Gives the token that was taken last back: what it was for did not happen.
    pub fn give_back(&mut self) {
        self.full_at = self.full_at.saturating_sub(self.every);
    }

    /// Gives no token for `pause` from now, then one after another: what a 429 asks for.
    pub fn pause(&mut self, now: OffsetDateTime, pause: Duration) {
        let empty_until = now.unix_timestamp_nanos() + nanos(pause) + self.depth - self.every;
        self.full_at = self.full_at.max(empty_until);
    }

    /// Whether all tokens are there, so that the bucket is worth nothing to remember.
    #[must_use]
    pub fn is_full(&self, now: OffsetDateTime) -> bool {
        self.full_at <= now.unix_timestamp_nanos()
    }
}

fn nanos(duration: Duration) -> i128 {
    // A Duration can be longer than this only by being absurd; the cap keeps sums from overflowing.
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX).min(i128::from(u64::MAX))
}

/// The buckets of all chats that were written to lately.
#[derive(Clone, Debug, Default)]
pub struct PerChat(HashMap<i64, Bucket>);

impl PerChat {
    /// No chat was written to yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the chat may be written to now, without taking its token.
    ///
    /// # Errors
    /// The time until it may.
    pub fn ready(&self, chat: i64, now: OffsetDateTime) -> Result<(), Duration> {
        self.0.get(&chat).map_or(Ok(()), |bucket| bucket.ready(now))
    }

    /// Takes a token of the chat. Groups have negative numbers (Bot API, "Chat") and less.
    ///
    /// # Errors
    /// The time until a token is there; nothing is taken.
    pub fn take(&mut self, chat: i64, now: OffsetDateTime) -> Result<(), Duration> {
        self.bucket(chat).take(now)
    }

    /// Gives a token of the chat back, when nothing was written into it.
    pub fn give_back(&mut self, chat: i64) {
        self.bucket(chat).give_back();
    }

    /// Leaves the chat alone for a while: what a 429 asks for.
    pub fn pause(&mut self, chat: i64, now: OffsetDateTime, pause: Duration) {
        self.bucket(chat).pause(now, pause);
    }

    /// Forgets the chats whose buckets are full again. To be called now and then.
    pub fn retain(&mut self, now: OffsetDateTime) {
        self.0.retain(|_, bucket| !bucket.is_full(now));
    }

    /// How many chats are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no chat is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn bucket(&mut self, chat: i64) -> &mut Bucket {
        self.0.entry(chat).or_insert_with(|| match chat {
            ..0 => Bucket::new(GROUP_BURST, GROUP_EVERY),
            0.. => Bucket::new(CHAT_BURST, CHAT_EVERY),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn after(milliseconds: u64) -> OffsetDateTime {
        START + Duration::from_millis(milliseconds)
    }

    #[test]
    fn five_go_at_once_and_then_one_each_second() {
        let mut chats = PerChat::new();
        for _ in 0..5 {
            assert_eq!(chats.take(7, START), Ok(()));
        }
        assert_eq!(chats.take(7, START), Err(Duration::from_secs(1)));
        assert_eq!(chats.take(7, after(400)), Err(Duration::from_millis(600)));
        assert_eq!(chats.take(7, after(1_000)), Ok(()));
        assert_eq!(chats.take(7, after(1_000)), Err(Duration::from_secs(1)));
        assert_eq!(chats.take(8, START), Ok(()), "another chat has its own bucket");
    }

    #[test]
    fn what_was_not_written_costs_no_token() {
        let mut chats = PerChat::new();
        for _ in 0..5 {
            assert_eq!(chats.take(7, START), Ok(()));
        }
        chats.give_back(7);
        assert_eq!(chats.take(7, START), Ok(()), "the message in place of a lost edit");
        assert_eq!(chats.take(7, START), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_group_never_gets_over_twenty_in_a_minute() {
        let mut chats = PerChat::new();
        let mut sent = Vec::new();
        for tick in 0..1_800_u64 {
            if chats.take(-100, after(tick * 100)).is_ok() {
                sent.push(tick * 100);
            }
        }
        let busiest = sent
            .iter()
            .map(|start| sent.iter().filter(|&at| (*start..=*start + 60_000).contains(at)).count());
        assert_eq!(busiest.max(), Some(20));
    }

    #[test]
    fn a_pause_holds_to_its_end_and_gives_no_burst_after_it() {
        let mut chats = PerChat::new();
        chats.pause(7, START, Duration::from_secs(30));
        assert_eq!(chats.take(7, after(29_000)), Err(Duration::from_secs(1)));
        assert_eq!(chats.take(7, after(30_000)), Ok(()));
        assert_eq!(chats.take(7, after(30_000)), Err(Duration::from_secs(1)));
    }

    #[test]
    fn a_rested_chat_is_forgotten_and_a_busy_one_is_not() {
        let mut chats = PerChat::new();
        assert_eq!(chats.take(7, START), Ok(()));
        assert_eq!(chats.take(8, after(900)), Ok(()));
        chats.retain(after(1_000));
        assert_eq!(chats.len(), 1);
        chats.retain(after(1_900));
        assert!(chats.is_empty());
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_tokens_and_does_not_fail() {
        let mut bucket = Bucket::new(1, Duration::from_secs(1));
        assert_eq!(bucket.take(after(10_000)), Ok(()));
        assert_eq!(bucket.take(START), Err(Duration::from_secs(11)));
    }

    #[test]
    fn absurd_durations_do_not_overflow() {
        let mut bucket = Bucket::new(u32::MAX, Duration::MAX);
        assert_eq!(bucket.take(START), Ok(()));
        bucket.pause(START, Duration::MAX);
        assert!(bucket.take(START).is_err());
    }
}
