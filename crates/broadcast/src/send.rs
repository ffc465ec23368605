//! The way through all people.

use std::time::Duration;

use chat::{Sender, Trouble, Urgency};
use clock::Clock;
use outbox::{Alert, Fact};
use queue::{Claim, CrashPoints, Outcome};
use serde::Deserialize;
use sqlx::PgPool;

use crate::state::{Event, State};
use crate::steer;
use crate::store::{self, Broadcast, Reader, Turn};

/// The kind of the job that walks through the people; its payload is `{"broadcast": <id>}`.
pub const BROADCAST: &str = "broadcast";

/// The kind of the job that shows an operator the message; its payload names the chat as well.
pub const TRY: &str = "broadcast_try";

/// So many people are looked up at once; between two such rounds the job gives its worker back.
const ROUND: i64 = 50;

/// When it is not known whether a message has arrived, the next one waits for so long: Telegram, or
/// the way to it, is in trouble.
const TROUBLE_PAUSE: Duration = Duration::from_secs(10);

/// What sending needs.
#[derive(Clone, Debug)]
pub struct BroadcasterParts {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// The way out.
    pub sender: Sender,
    /// Where tests let it die.
    pub crash: CrashPoints,
}

/// Sends broadcasts.
#[derive(Clone, Debug)]
pub struct Broadcaster {
    parts: BroadcasterParts,
}

#[derive(Deserialize)]
struct Wanted {
    broadcast: i64,
    #[serde(default)]
    chat: i64,
}

impl Broadcaster {
    /// A sender over these parts.
    #[must_use]
    pub fn new(parts: BroadcasterParts) -> Self {
        Self { parts }
    }

    /// Does a job when it is one of this crate; everything else is left as it is.
    pub async fn run(&self, claim: &Claim) -> Option<Outcome> {
        let ended = match claim.kind.as_str() {
            BROADCAST => self.walk(claim).await,
            TRY => self.show(claim).await,
            _ => return None,
        };
        Some(ended.unwrap_or_else(|error| Outcome::Again(error.to_string())))
    }

    /// One round through the people. Each is sent to, and then written down, before the next.
    async fn walk(&self, claim: &Claim) -> Result<Outcome, sqlx::Error> {
        let Ok(wanted) = serde_json::from_value::<Wanted>(claim.payload.clone()) else {
            tracing::error!(job.id = claim.id, "a broadcast's job cannot be read");
            return self.finish(claim).await;
        };
        let (broadcast, readers) = match self.round(claim, wanted.broadcast).await? {
            Round::Goes(broadcast, readers) => (broadcast, readers),
            Round::Waits(pause) => return Ok(Outcome::Snooze(pause)),
            Round::Over => return Ok(Outcome::Done),
        };
        for reader in readers {
            let outbound = broadcast.post.to(reader.telegram_id, reader.language);
            let sent = self.parts.sender.send(&outbound, Urgency::Bulk).await.map(drop);
            let turn = match &sent {
                Ok(()) => Turn::Delivered,
                Err(Trouble::NotNow(pause)) => return Ok(Outcome::Snooze(*pause)),
                Err(Trouble::Unreachable) => Turn::Blocked,
                Err(Trouble::MessageGone | Trouble::Refused(_) | Trouble::Unknown(_)) => {
                    Turn::Failed
                }
            };
            if let Err(trouble) = &sent {
                tracing::debug!(
                    ?trouble,
                    broadcast.id = broadcast.id,
                    user.id = reader.id,
                    "not sent"
                );
            }
            if self.parts.crash.pass("broadcast: sent").is_err() {
                return Ok(Outcome::Crashed);
            }
            match self.pass(claim, broadcast.id, reader, turn).await? {
                Some(State::Running) => {}
                // An operator has stopped it, or another worker has the job.
                Some(_) | None => break,
            }
            if matches!(sent, Err(Trouble::Unknown(_))) {
                return Ok(Outcome::Snooze(TROUBLE_PAUSE));
            }
        }
        Ok(Outcome::Snooze(Duration::ZERO))
    }

    /// What there is to do now. What is over is completed here.
    async fn round(&self, claim: &Claim, id: i64) -> Result<Round, sqlx::Error> {
        let now = self.parts.clock.now();
        let mut transaction = database::begin(&self.parts.pool).await?;
        let connection = &mut *transaction;
        let mut found = store::lock(connection, id).await?;
        if let Some(waits) = found.as_ref().filter(|found| found.state == State::Scheduled) {
            let left = waits.start_at.map_or(time::Duration::ZERO, |at| at - now);
            if left.is_positive() {
                return Ok(Round::Waits(left.try_into().unwrap_or_default()));
            }
            steer::begin(connection, now, waits).await?;
            found = store::find(connection, id).await?;
        }
        if let Some(running) = found.filter(|found| found.state == State::Running) {
            let readers = store::next(connection, &running, ROUND).await?;
            if !readers.is_empty() {
                transaction.commit().await?;
                return Ok(Round::Goes(Box::new(running), readers));
            }
            if let Some(done) = running.state.after(Event::Finish) {
                store::set_state(connection, now, id, done).await?;
                let alert = Alert::BroadcastDone {
                    number: id,
                    delivered: running.counts.delivered,
                    blocked: running.counts.blocked,
                    failed: running.counts.failed,
                };
                let fact = Fact::OperatorAlert { alert };
                outbox::tell(connection, now, running.created_by, None, &fact).await?;
                tracing::info!(broadcast.id = id, counts = ?running.counts, "a broadcast is done");
            }
        }
        if queue::store::complete(connection, claim).await?.is_ok() {
            transaction.commit().await?;
        }
        Ok(Round::Over)
    }

    /// Writes down that somebody has had their turn; where the broadcast stands by now, unless the
    /// job is another worker's.
    async fn pass(
        &self,
        claim: &Claim,
        id: i64,
        reader: Reader,
        turn: Turn,
    ) -> Result<Option<State>, sqlx::Error> {
        if turn == Turn::Blocked {
            self.parts.sender.lose(reader.id).await;
        }
        let mut transaction = database::begin(&self.parts.pool).await?;
        // The broadcast before the job, as everybody who steers it.
        let state = store::pass(&mut transaction, id, reader.id, turn).await?;
        if queue::store::confirm(&mut transaction, claim).await?.is_err() {
            return Ok(None);
        }
        transaction.commit().await?;
        Ok(state)
    }

    /// Shows an operator the message as everybody gets it.
    async fn show(&self, claim: &Claim) -> Result<Outcome, sqlx::Error> {
        let Ok(wanted) = serde_json::from_value::<Wanted>(claim.payload.clone()) else {
            return self.finish(claim).await;
        };
        let mut connection = self.parts.pool.acquire().await?;
        let found = store::find(&mut connection, wanted.broadcast).await?;
        let language = chat::find_language(&mut connection, wanted.chat).await?;
        drop(connection);
        if let Some(found) = found {
            let outbound = found.post.to(wanted.chat, language.unwrap_or_default());
            if let Err(trouble) = self.parts.sender.send(&outbound, Urgency::Normal).await {
                if let Some(outcome) = chat::later(&trouble, claim) {
                    return Ok(outcome);
                }
                tracing::warn!(?trouble, broadcast.id = found.id, "a trial was not taken");
            }
        }
        self.finish(claim).await
    }

    async fn finish(&self, claim: &Claim) -> Result<Outcome, sqlx::Error> {
        let mut connection = self.parts.pool.acquire().await?;
        // A stale claim changes nothing, and another worker has the job.
        let _stale = queue::store::complete(&mut connection, claim).await?;
        Ok(Outcome::Done)
    }
}

/// What there is to do in a round.
enum Round {
    Goes(Box<Broadcast>, Vec<Reader>),
    Waits(Duration),
    Over,
}
