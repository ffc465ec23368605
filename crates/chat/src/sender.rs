//! The one way out to Telegram: paced, and with its failures sorted by what follows from them.

mod actions;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clock::Clock;
use queue::{Allowance, Grant};
use sqlx::PgPool;
use telegram::pacing::PerChat;
use telegram::{ApiError, BotApi, ChatAction, Outbound, Sent, escape_html, limits};
use time::OffsetDateTime;

use crate::sender::actions::{ACTION_PATIENCE, Actions};
use crate::store;
use crate::tally::{Scope, Tally};

/// What all processes together may send in a second (Bots FAQ: about 30 messages).
const OVERALL: (&str, usize) = ("telegram", 30);

/// What of it may go into progress, which can wait: a third.
const PROGRESS: (&str, usize) = ("telegram_progress", 10);

/// Messages for many people go only while fewer than this were sent in the last second, whatever
/// they were: the rest of the allowance is always there for everything else.
const BULK: (&str, usize) = (OVERALL.0, 25);

/// So many are taken from the shared allowance at once, so that most messages need no database.
const CHUNK: usize = 5;

/// What was taken at once must be used within this time, because the allowance counts it then.
const CHUNK_KEEPS: Duration = Duration::from_secs(1);

/// How many chats are remembered before those that rest are forgotten.
const CHATS_MAX: usize = 10_000;

/// When a call was not even sent, or Telegram is not ours to use at the moment.
const TROUBLE_PAUSE: Duration = Duration::from_secs(10);

/// Sends to Telegram as fast as it allows and never waits: what cannot go now is told. A clone is
/// cheap and shares the pace.
#[derive(Clone, Debug)]
pub struct Sender(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    api: BotApi,
    pool: PgPool,
    clock: Clock,
    pace: Mutex<Pace>,
    tally: Tally,
    /// Held while an allowance is taken from the database: whoever waits finds what the first has
    /// brought instead of taking as much again.
    taking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Pace {
    chats: PerChat,
    overall: Chunk,
    progress: Chunk,
    actions: Actions,
}

/// What is left of an allowance that was taken in advance.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    left: usize,
    taken_at: OffsetDateTime,
}

impl Default for Chunk {
    fn default() -> Self {
        Self { left: 0, taken_at: OffsetDateTime::UNIX_EPOCH }
    }
}

impl Chunk {
    fn take(&mut self, now: OffsetDateTime) -> bool {
        if self.left == 0 || self.taken_at + CHUNK_KEEPS <= now {
            return false;
        }
        self.left -= 1;
        true
    }
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// As soon as it is its turn.
    Normal,
    /// It can wait.
    Progress,
    /// It takes only what all others leave.
    Bulk,
}

/// Why nothing was sent, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Later, after this time.
    NotNow(Duration),
    /// The person cannot be written to.
    Unreachable,
    /// The message to change is gone.
    MessageGone,
    /// It will not be taken however often it is sent.
    Refused(String),
    /// Nobody knows whether it was sent.
    Unknown(String),
}

impl Sender {
    /// A sender over the Bot API; the pool holds the allowance that all processes share.
    #[must_use]
    pub fn new(api: BotApi, pool: PgPool, clock: Clock) -> Self {
        let (pace, taking) = (Mutex::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { api, pool, clock, pace, tally: Tally::default(), taking }))
    }

    /// The Bot API below.
    #[must_use]
    pub fn api(&self) -> &BotApi {
        &self.0.api
    }

    /// What was done so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// Sends, when the pace allows. An edit that changes nothing is as good as sent.
    ///
    /// # Errors
    /// Why nothing was sent.
    pub async fn send(&self, outbound: &Outbound, urgency: Urgency) -> Result<Sent, Trouble> {
        if let Err(error) = limits::check(outbound) {
            tracing::error!(%error, "a message is outside the limits and was not sent");
            return Err(Trouble::Refused(error.to_string()));
        }
        self.admit(outbound.chat(), urgency).await.map_err(Trouble::NotNow)?;
        let mut sent = self.0.api.send(outbound).await;
        if matches!(sent, Err(ApiError::CantParse)) {
            tracing::error!("a text could not be parsed and goes without its formatting");
            sent = self.0.api.send(&plain(outbound)).await;
        }
        let sorted = self.sorted(outbound, sent);
        self.0.tally.asked(outbound, sorted.is_ok());
        sorted
    }

    fn sorted(&self, outbound: &Outbound, sent: Result<Sent, ApiError>) -> Result<Sent, Trouble> {
        match sent {
            Ok(sent) => Ok(sent),
            Err(ApiError::NotModified) => {
                Ok(Sent { message_id: edited(outbound).unwrap_or(0), file_id: None })
            }
            Err(ApiError::Flood { retry_after }) => {
                let now = self.0.clock.now();
                self.pace(|pace| pace.chats.pause(outbound.chat(), now, retry_after));
                Err(Trouble::NotNow(retry_after))
            }
            Err(ApiError::Blocked | ApiError::ChatGone) => Err(Trouble::Unreachable),
            Err(ApiError::MessageGone) => {
                // Else the message in its place would wait for the token that the edit has used, and
                // after the wait the edit would use it again.
                self.pace(|pace| pace.chats.give_back(outbound.chat()));
                Err(Trouble::MessageGone)
            }
            Err(
                error @ (ApiError::FileRefused(_)
                | ApiError::TooBig
                | ApiError::BadRequest(_)
                | ApiError::CantParse
                | ApiError::QueryTooOld),
            ) => Err(Trouble::Refused(error.to_string())),
            Err(error @ (ApiError::NotSent(_) | ApiError::Unauthorized | ApiError::Conflict)) => {
                tracing::warn!(%error, "nothing can be sent at the moment");
                Err(Trouble::NotNow(TROUBLE_PAUSE))
            }
            Err(ApiError::Unknown(reason)) => Err(Trouble::Unknown(reason)),
        }
    }

    /// Shows what the bot is busy with, when that can be done at this very moment; else nothing is
    /// shown. It takes no place of a message, waits for nothing and changes nothing when it fails.
    pub async fn show(&self, chat: i64, action: ChatAction) {
        let now = self.0.clock.now();
        let free = self.pace(|pace| {
            pace.chats.ready(chat, now).is_ok() && pace.actions.take(chat, now).is_ok()
        });
        if !free {
            return;
        }
        let outbound = Outbound::Action { chat, action };
        let Ok(shown) = tokio::time::timeout(ACTION_PATIENCE, self.0.api.send(&outbound)).await
        else {
            return;
        };
        self.0.tally.asked(&outbound, shown.is_ok());
        match shown {
            Ok(_) => {}
            Err(ApiError::Flood { retry_after }) => {
                self.pace(|pace| pace.actions.pause(chat, now, retry_after));
            }
            Err(error) => tracing::debug!(%error, "a chat action was not shown"),
        }
    }

    /// Takes a place in the pace of the chat and of the bot, or says when there will be one.
    async fn admit(&self, chat: i64, urgency: Urgency) -> Result<(), Duration> {
        let now = self.0.clock.now();
        self.asked(Scope::Chat, self.pace(|pace| pace.chats.ready(chat, now)))?;
        if urgency == Urgency::Progress {
            let taken = self.take(PROGRESS, now, |pace| &mut pace.progress).await;
            self.asked(Scope::Progress, taken)?;
        }
        let taken = match urgency {
            Urgency::Normal | Urgency::Progress => {
                self.take(OVERALL, now, |pace| &mut pace.overall).await
            }
            // One at a time: what is taken in advance would be counted when it is taken, not when
            // it is used.
            Urgency::Bulk => self.ask(BULK, 1, now).await.map(drop),
        };
        self.asked(Scope::Overall, taken)?;
        self.pace(|pace| {
            if pace.chats.len() > CHATS_MAX {
                pace.chats.retain(now);
            }
            pace.chats.take(chat, now)
        })
    }

    fn asked(&self, scope: Scope, answer: Result<(), Duration>) -> Result<(), Duration> {
        self.0.tally.paced(scope, answer.is_ok());
        answer
    }

    async fn take(
        &self,
        limit: (&str, usize),
        now: OffsetDateTime,
        chunk: impl Fn(&mut Pace) -> &mut Chunk,
    ) -> Result<(), Duration> {
        if self.pace(|pace| chunk(pace).take(now)) {
            return Ok(());
        }
        let _alone = self.0.taking.lock().await;
        if self.pace(|pace| chunk(pace).take(now)) {
            return Ok(());
        }
        let granted = self.ask(limit, CHUNK, now).await.inspect_err(|wait| {
            self.pace(|pace| pace.actions.yield_until(now + *wait));
        })?;
        self.pace(|pace| *chunk(pace) = Chunk { left: granted.saturating_sub(1), taken_at: now });
        Ok(())
    }

    /// Takes up to so many of the allowance that all processes share; how many, or how long none is
    /// left.
    async fn ask(
        &self,
        (name, per_window): (&str, usize),
        wanted: usize,
        now: OffsetDateTime,
    ) -> Result<usize, Duration> {
        let allowance =
            Allowance { name: name.to_owned(), per_window, window: Duration::from_secs(1) };
        match queue::take_allowance(&self.0.pool, &allowance, wanted, now).await {
            Ok(Grant::Granted(granted)) => Ok(granted),
            Ok(Grant::NotBefore(moment)) => {
                let wait = Duration::try_from(moment - now).unwrap_or_default();
                Err(wait.max(Duration::from_millis(10)))
            }
            Err(error) => {
                tracing::warn!(%error, "the allowance for sending cannot be read");
                Err(CHUNK_KEEPS)
            }
        }
    }

    /// Notes that a person cannot be written to. Only a help to others: a failure is logged.
    pub async fn lose(&self, user_id: i64) {
        let noted = async {
            let mut connection = self.0.pool.acquire().await?;
            store::mark_unreachable(&mut connection, self.0.clock.now(), user_id).await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, user.id = user_id, "it could not be noted who is unreachable");
        }
    }

    fn pace<T>(&self, work: impl FnOnce(&mut Pace) -> T) -> T {
        work(&mut self.0.pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The message that an edit changes.
fn edited(outbound: &Outbound) -> Option<i64> {
    match outbound {
        Outbound::EditText { message_id, .. }
        | Outbound::EditKeyboard { message_id, .. }
        | Outbound::Delete { message_id, .. } => Some(*message_id),
        Outbound::Text { .. }
        | Outbound::Media { .. }
        | Outbound::Action { .. }
        | Outbound::Invoice { .. } => None,
    }
}

/// The same without formatting.
fn plain(outbound: &Outbound) -> Outbound {
    let bare = |html: &str| escape_html(&limits::plain_text(html));
    let mut outbound = outbound.clone();
    match &mut outbound {
        Outbound::Text { html, .. } | Outbound::EditText { html, .. } => *html = bare(html),
        Outbound::Media { caption_html: Some(html), .. } => *html = bare(html),
        Outbound::Media { .. }
        | Outbound::Action { .. }
        | Outbound::Delete { .. }
        | Outbound::EditKeyboard { .. }
        | Outbound::Invoice { .. } => {}
    }
    outbound
}
