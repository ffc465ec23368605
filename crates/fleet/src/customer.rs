//! Somebody who orders pictures, and begins anew when the bot says nothing for too long, as people
//! do.

use std::time::Duration;

use clock::Clock;
use sandbox::telegram::{MessageView, PersonId, TelegramWorld};

/// The model's link, and the words on the buttons that lead to an order of it.
const LINK: &str = "/start m_google_nano-banana";
const CREATE: &str = "✨ Create";
const RUN: &str = "✅ Start for";
/// People look at the chat so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A person in the emulated Telegram.
#[derive(Clone, Debug)]
pub struct Customer {
    telegram: TelegramWorld,
    clock: Clock,
    /// The person's number.
    pub id: PersonId,
    /// How long an answer is waited for.
    patience: Duration,
}

impl Customer {
    /// A new person, who speaks English.
    #[must_use]
    pub fn new(telegram: &TelegramWorld, name: &str, patience: Duration) -> Self {
        let id = telegram.add_person(name, "en");
        Self { telegram: telegram.clone(), clock: Clock::system(), id, patience }
    }

    /// Goes from the link of a model to «Start» and presses it, twice when asked to. `false` when an
    /// answer did not come in time.
    pub async fn orders(&self, prompt: &str, twice: bool) -> bool {
        let since = self.telegram.says(self.id, LINK);
        let Some(card) = self.button(since, CREATE).await else { return false };
        self.telegram.presses_raw(self.id, card.message, &card.data);
        let asked = self.sees(since, |message| {
            let is_card = message.id == card.message;
            ((is_card && message.edits > card.edits) || message.id > card.message).then_some(())
        });
        if asked.await.is_none() {
            return false;
        }
        self.telegram.says(self.id, prompt);
        let Some(run) = self.button(since, RUN).await else { return false };
        self.telegram.presses_raw(self.id, run.message, &run.data);
        if twice {
            self.telegram.presses_raw(self.id, run.message, &run.data);
        }
        true
    }

    /// Presses the first of the buttons under the newest screen and waits until it has changed;
    /// answers how long that took, `None` when it did not.
    pub async fn looks_around(&self) -> Option<Duration> {
        let since = self.telegram.says(self.id, LINK);
        let card = self.button(since, CREATE).await?;
        let start = self.clock.now();
        self.telegram.presses_raw(self.id, card.message, &card.data);
        let changed = self.telegram.until(|telegram| {
            telegram.messages_after(self.id, since).into_iter().find(|message| {
                let is_card = message.id == card.message;
                message.from_bot
                    && ((is_card && message.edits > card.edits) || message.id > card.message)
            })
        });
        tokio::time::timeout(self.patience, changed).await.ok()?;
        Some((self.clock.now() - start).unsigned_abs())
    }

    async fn button(&self, since: i64, label: &str) -> Option<Shown> {
        self.sees(since, |message| {
            let found = message.buttons.iter().flatten().find(|button| {
                button.label.replace('\u{a0}', " ").contains(label) && button.data.is_some()
            })?;
            let data = found.data.clone()?;
            Some(Shown { message: message.id, edits: message.edits, data })
        })
        .await
    }

    /// The first answer of `look` over what the bot shows since a message.
    async fn sees<T>(
        &self,
        since: i64,
        mut look: impl FnMut(&MessageView) -> Option<T>,
    ) -> Option<T> {
        let deadline = self.clock.now() + self.patience;
        while self.clock.now() < deadline {
            let messages = self.telegram.messages_after(self.id, since);
            let shown = messages.iter().filter(|message| message.from_bot && !message.deleted);
            if let Some(found) = shown.rev().find_map(&mut look) {
                return Some(found);
            }
            self.clock.sleep(LOOK_EVERY).await;
        }
        None
    }
}

/// A button under a message as it was seen.
struct Shown {
    message: i64,
    edits: usize,
    data: String,
}
