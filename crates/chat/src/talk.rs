//! The jobs of the conversation.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use clock::{Clock, Ids};
use queue::{Claim, CrashPoints, Handler, Outcome};
use sqlx::PgPool;

use crate::desk::Desk;
use crate::files::FileSource;
use crate::sender::{Sender, Trouble};
use crate::{album, journey, notices, receive, screens, topup, updates};

/// What the conversation is made of.
#[derive(Clone)]
pub struct TalkParts {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// Ids of new orders.
    pub ids: Ids,
    /// The shop as it is now; it is replaced when the operator or KIE.ai changes something.
    pub desk: Arc<ArcSwap<Desk>>,
    /// What cancelling an order needs to know.
    pub generation: generation::Settings,
    /// Where people's files come from.
    pub files: Arc<dyn FileSource>,
    /// The way out.
    pub sender: Sender,
    /// Where tests let it die.
    pub crash: CrashPoints,
}

/// Does the jobs of the pool [`outbox::TALK_POOL`]: updates, albums, screens, notices, files sent
/// again, leaving.
pub struct Talk {
    pub(crate) parts: TalkParts,
}

/// How a job ended, when not by a fault of the database.
pub(crate) type Ended = Result<Outcome, sqlx::Error>;

impl Talk {
    /// The kinds of its jobs.
    pub const KINDS: [&'static str; 7] = [
        receive::UPDATE,
        screens::SEND_SCREEN,
        screens::RESEND,
        outbox::SEND_NOTICE,
        payments::RESUME,
        album::ALBUM,
        journey::leave::ERASE,
    ];

    /// A conversation over these parts.
    #[must_use]
    pub fn new(parts: TalkParts) -> Self {
        Self { parts }
    }

    /// The shop as it is at this moment. One answer is made from one such moment.
    pub(crate) fn desk(&self) -> Arc<Desk> {
        self.parts.desk.load_full()
    }

    async fn work(&self, claim: &Claim) -> Outcome {
        let ended = match claim.kind.as_str() {
            receive::UPDATE => updates::run(self, claim).await,
            screens::SEND_SCREEN => screens::run(self, claim).await,
            screens::RESEND => screens::resend(self, claim).await,
            outbox::SEND_NOTICE => notices::run(self, claim).await,
            payments::RESUME => topup::perform::resume(self, claim).await,
            album::ALBUM => album::run(self, claim).await,
            journey::leave::ERASE => journey::leave::run(self, claim).await,
            kind => {
                tracing::error!(kind, "a job of an unknown kind stands in the talk pool");
                self.finish(claim).await
            }
        };
        ended.unwrap_or_else(|error| Outcome::Again(error.to_string()))
    }

    /// Completes a job that has no other effect.
    pub(crate) async fn finish(&self, claim: &Claim) -> Ended {
        let mut connection = self.parts.pool.acquire().await?;
        // A stale claim changes nothing, and another worker has the job.
        let _stale = queue::store::complete(&mut connection, claim).await?;
        Ok(Outcome::Done)
    }
}

impl Handler for Talk {
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move { self.work(&claim).await })
    }
}

/// A message whose fate is unknown is sent so often, and then counts as sent: most of the silent
/// answers mean that it was, and the chat's next messages wait behind it.
const UNKNOWN_TRIES: i32 = 3;

/// What becomes of a job whose message may still be sent; `None` when it never will be.
#[must_use]
pub fn later(trouble: &Trouble, claim: &Claim) -> Option<Outcome> {
    match trouble {
        Trouble::NotNow(pause) => Some(Outcome::Snooze((*pause).max(Duration::from_millis(10)))),
        Trouble::Unknown(reason) => {
            (claim.attempt < UNKNOWN_TRIES).then(|| Outcome::Again(reason.clone()))
        }
        Trouble::Unreachable | Trouble::MessageGone | Trouble::Refused(_) => None,
    }
}

#[cfg(test)]
mod tests;
