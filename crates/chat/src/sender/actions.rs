//! When a chat may be shown what the bot is busy with: pure. Whatever cannot be shown at once never
//! is, so nothing of this waits and no message waits for it.

use std::collections::HashMap;
use std::time::Duration;

use telegram::pacing::Bucket;
use time::OffsetDateTime;

/// A client shows an action for 5 seconds or less (Bot API, sendChatAction).
const APART: Duration = Duration::from_secs(5);

/// So many actions go at once, whatever the chats, and one more each [`EVERY`]: messages have all
/// of the allowance that processes share, actions stay far below it.
const BURST: u32 = 5;

/// Time after which one more action may go.
const EVERY: Duration = Duration::from_millis(200);

/// An action that takes longer is not waited for: something better follows it.
pub(super) const ACTION_PATIENCE: Duration = Duration::from_secs(1);

/// How many chats are remembered before those that rest are forgotten.
const CHATS_MAX: usize = 10_000;

/// When each chat may be shown the next action, and how many there may be in all.
#[derive(Debug)]
pub(super) struct Actions {
    not_before: HashMap<i64, OffsetDateTime>,
    all: Bucket,
    /// Messages wait for the shared allowance until then.
    crowded_until: OffsetDateTime,
}

/// It is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dropped;

impl Default for Actions {
    fn default() -> Self {
        Self {
            not_before: HashMap::new(),
            all: Bucket::new(BURST, EVERY),
            crowded_until: OffsetDateTime::UNIX_EPOCH,
        }
    }
}

impl Actions {
    /// Whether an action may be shown to the chat now; the next one then may not for a while.
    ///
    /// # Errors
    /// It may not.
    pub(super) fn take(&mut self, chat: i64, now: OffsetDateTime) -> Result<(), Dropped> {
        let too_early = self.not_before.get(&chat).is_some_and(|moment| now < *moment);
        if too_early || now < self.crowded_until {
            return Err(Dropped);
        }
        self.all.take(now).map_err(|_| Dropped)?;
        if self.not_before.len() >= CHATS_MAX {
            self.not_before.retain(|_, moment| now < *moment);
        }
        self.not_before.insert(chat, now + APART);
        Ok(())
    }

    /// Telegram asked for a pause: the chat is shown nothing until it is over. Its messages are not
    /// held back by it.
    pub(super) fn pause(&mut self, chat: i64, now: OffsetDateTime, pause: Duration) {
        self.not_before.insert(chat, now + pause.max(APART));
    }

    /// Messages have to wait until then: nothing is shown meanwhile.
    pub(super) fn yield_until(&mut self, moment: OffsetDateTime) {
        self.crowded_until = self.crowded_until.max(moment);
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
    fn a_chat_is_shown_one_action_in_five_seconds() {
        let mut actions = Actions::default();
        assert_eq!(actions.take(7, START), Ok(()));
        assert_eq!(actions.take(7, after(4_999)), Err(Dropped));
        assert_eq!(actions.take(8, after(4_999)), Ok(()), "another chat");
        assert_eq!(actions.take(7, after(5_000)), Ok(()));
    }

    #[test]
    fn all_chats_together_are_shown_five_at_once_and_then_five_a_second() {
        let mut actions = Actions::default();
        let shown = (0..20).filter(|chat| actions.take(*chat, START).is_ok()).count();
        assert_eq!(shown, 5);
        assert_eq!(actions.take(20, after(199)), Err(Dropped));
        assert_eq!(actions.take(20, after(200)), Ok(()));
    }

    #[test]
    fn nothing_is_shown_while_messages_wait_or_telegram_asks_for_a_pause() {
        let mut actions = Actions::default();
        actions.yield_until(after(1_000));
        assert_eq!(actions.take(7, after(999)), Err(Dropped));
        assert_eq!(actions.take(7, after(1_000)), Ok(()));
        actions.pause(7, after(1_000), Duration::from_secs(30));
        assert_eq!(actions.take(7, after(30_999)), Err(Dropped));
        assert_eq!(actions.take(7, after(31_000)), Ok(()));
    }

    #[test]
    fn chats_that_rest_are_forgotten() {
        let mut actions = Actions::default();
        for chat in 0..30_000_i64 {
            let now = START + EVERY * u32::try_from(chat).unwrap();
            assert_eq!(actions.take(chat, now), Ok(()));
        }
        assert!(actions.not_before.len() <= CHATS_MAX);
    }
}
