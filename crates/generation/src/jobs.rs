//! The jobs of a generation.

mod callback;
mod deliver;
mod original;
mod poll;
mod prepare;
mod secure;
mod soften;
mod submit;
mod write;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use catalog::Catalog;
use clock::{Clock, Ids};
use fetch::Guard;
use kie::{FailureKind, KeyName, KieClient, NoKey};
use outbox::Alert;
use queue::{Claim, CrashPoints, Crashed, Outcome, StaleClaim};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::apply::{self, Detail};
use crate::model::View;
use crate::ports::{Delivery, InputFiles, Writer};
use crate::state::{Event, Refusal, State, Work};
use crate::{Settings, store};

pub use callback::callback;

/// What a worker is made of.
pub struct WorkerParts {
    /// The database.
    pub pool: PgPool,
    /// KIE.ai.
    pub kie: KieClient,
    /// The models as they are now.
    pub catalog: Arc<ArcSwap<Catalog>>,
    /// Downloads of results.
    pub guard: Guard,
    /// Where inputs come from.
    pub inputs: Arc<dyn InputFiles>,
    /// Where results go.
    pub delivery: Arc<dyn Delivery>,
    /// What writes prompts.
    pub writer: Arc<dyn Writer>,
    /// The time.
    pub clock: Clock,
    /// Identifiers and tokens.
    pub ids: Ids,
    /// What the operator decided.
    pub settings: Settings,
    /// Where tests let it die.
    pub crash: CrashPoints,
}

/// Does the jobs of generations.
pub struct Worker(WorkerParts);

/// Why a job did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Stale(#[from] StaleClaim),
    #[error(transparent)]
    Crashed(#[from] Crashed),
    #[error("{0}")]
    Again(String),
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The job was completed in the transaction of its effects.
    Done,
    /// Run it again after this time.
    Snooze(Duration),
}

impl Worker {
    /// A worker of these parts.
    #[must_use]
    pub fn new(parts: WorkerParts) -> Self {
        Self(parts)
    }

    /// Does one job of a generation; `None` when the kind is not one of ours.
    pub async fn run(&self, claim: &Claim) -> Option<Outcome> {
        let done = match claim.kind.as_str() {
            "prepare" => self.prepare(claim).await,
            "submit" => self.submit(claim).await,
            "poll" => self.poll(claim).await,
            "expire" => self.expire(claim).await,
            "secure" => self.secure(claim).await,
            "deliver" => self.deliver(claim).await,
            "callback" => self.callback(claim).await,
            "original" => self.original(claim).await,
            "soften" => self.soften(claim).await,
            _ => return None,
        };
        Some(match done {
            Ok(End::Done) => Outcome::Done,
            Ok(End::Snooze(pause)) => Outcome::Snooze(pause),
            Err(Trouble::Crashed(_)) => Outcome::Crashed,
            // Whoever has the job now will finish it.
            Err(Trouble::Stale(_)) => Outcome::Done,
            Err(trouble @ (Trouble::Database(_) | Trouble::Again(_))) => {
                Outcome::Again(trouble.to_string())
            }
        })
    }

    fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    /// The order that a job is about; `None` when it is over or stands elsewhere, and the job was
    /// completed.
    async fn order_in(&self, claim: &Claim, states: &[State]) -> Result<Option<View>, Trouble> {
        let id = generation_of(claim)?;
        let mut connection = self.0.pool.acquire().await?;
        match store::find(&mut connection, id).await? {
            Some(view) if states.contains(&view.state) => Ok(Some(view)),
            Some(_) | None => {
                complete(&mut connection, claim).await?;
                Ok(None)
            }
        }
    }

    fn detail(&self, view: &View) -> Detail {
        let usual_seconds =
            self.0.catalog.load().model(&view.model).map_or(60, |model| model.usual_seconds);
        Detail { usual_seconds, ..Detail::default() }
    }

    /// One transaction: completes the job, locks the order and applies the event.
    async fn conclude(
        &self,
        claim: &Claim,
        view: &View,
        event: Event,
        detail: &Detail,
    ) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        // First of all, because the step may put a job of the same key into the queue.
        complete(&mut transaction, claim).await?;
        self.step(&mut transaction, view.id, event, detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// Locks the order and applies an event to whatever it is now.
    async fn step(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        id: Uuid,
        event: Event,
        detail: &Detail,
    ) -> Result<View, Trouble> {
        let now = self.now();
        let Some(view) = store::lock(transaction, id).await? else {
            return Err(Trouble::Again(format!("generation {id} is gone")));
        };
        Ok(apply::apply(transaction, &self.0.settings, now, &view, event, detail).await?)
    }

    /// What a failure means for the order, after the ring of keys was told of it: trouble with the
    /// account leads to another key while there is one.
    async fn refusal(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        key: &KeyName,
        failure: &kie::Failure,
    ) -> Result<Refusal, Trouble> {
        if failure.kind != FailureKind::Account {
            return Ok(Refusal::of(failure.kind, false));
        }
        self.0.kie.bench(key, failure);
        let reason = format!("{} {}", failure.code, failure.message);
        let mut alarms = vec![Alert::KeyBenched { key: key.to_string(), reason }];
        let other_key = match self.0.kie.pick_key() {
            Ok(_) | Err(NoKey::NotNow(_)) => true,
            Err(NoKey::AllBenched { .. }) => false,
        };
        if !other_key {
            alarms.push(Alert::NoKeys);
        }
        let operators = &self.0.settings.operators;
        outbox::report(transaction, self.now(), operators, &alarms, &[]).await?;
        Ok(Refusal::of(failure.kind, other_key))
    }

    /// Gives up waiting for a lost answer: first the money goes back, and three days later the
    /// order is closed.
    async fn expire(&self, claim: &Claim) -> Result<End, Trouble> {
        let open = [State::Uncertain, State::Late];
        let Some(view) = self.order_in(claim, &open).await? else { return Ok(End::Done) };
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        // Looked at again under its lock: a callback may have found the task in this moment.
        let locked = store::lock(&mut transaction, view.id).await?;
        let Some(view) = locked.filter(|view| open.contains(&view.state)) else {
            complete(&mut transaction, claim).await?;
            transaction.commit().await?;
            return Ok(End::Done);
        };
        let deadline = view.deadline_at.unwrap_or(now);
        if deadline > now {
            return Ok(End::Snooze(Duration::try_from(deadline - now).unwrap_or_default()));
        }
        let detail = self.detail(&view);
        let after = self.step(&mut transaction, view.id, Event::DeadlinePassed, &detail).await?;
        match after.deadline_at.filter(|_| after.state == State::Late) {
            Some(next) => queue::store::snooze(&mut transaction, claim, next).await?,
            None => complete(&mut transaction, claim).await?,
        }
        transaction.commit().await?;
        Ok(End::Done)
    }
}

fn generation_of(claim: &Claim) -> Result<Uuid, Trouble> {
    claim
        .payload
        .get("generation")
        .and_then(|id| id.as_str())
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Trouble::Again(format!("job {} names no generation", claim.id)))
}

async fn complete(connection: &mut PgConnection, claim: &Claim) -> Result<(), Trouble> {
    queue::store::complete(connection, claim).await??;
    Ok(())
}

/// Makes the job that asks after a task due at once.
async fn wake_poll(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
) -> Result<bool, sqlx::Error> {
    queue::store::wake(connection, &apply::key(Work::Poll, generation), now).await
}
