use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clock::{Clock, Ids};
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{Claim, Outcome, store, trace};

/// What does the work. It finishes a job itself, in the transaction of the job's effects.
pub trait Handler: Send + Sync + 'static {
    /// Does one job.
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>>;
}

/// Told when something may be due, so that nobody waits for the next look at the table. All
/// dispatchers of a process share one.
#[derive(Clone, Debug)]
pub struct Wake(Arc<watch::Sender<u64>>);

impl Default for Wake {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Wake {
    /// Something may be due.
    pub fn now(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Hears of everything that may be due from now on.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

/// No job sleeps longer, whoever asks for it.
const SNOOZE_MAX: Duration = Duration::from_hours(24 * 7);

/// How a pool of workers works.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// The pool's name in the table.
    pub name: &'static str,
    /// How many jobs run at once.
    pub workers: usize,
    /// How long a claim holds without a heartbeat.
    pub lease: Duration,
    /// The longest pause between two looks at the table.
    pub look_every: Duration,
}

/// One dispatcher: takes due jobs of a pool in batches and runs them beside each other.
pub struct Runner<H> {
    pool: PgPool,
    settings: PoolSettings,
    handler: Arc<H>,
    owner: Uuid,
    clock: Clock,
    ids: Ids,
    wake: Wake,
    working_on: Arc<Mutex<HashSet<i64>>>,
}

/// A job that a task of this process works on; forgotten when the task ends, however it ends.
struct Working {
    id: i64,
    all: Arc<Mutex<HashSet<i64>>>,
}

impl Working {
    fn on(id: i64, all: &Arc<Mutex<HashSet<i64>>>) -> Self {
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Self { id, all: Arc::clone(all) }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl<H: Handler> Runner<H> {
    /// A dispatcher that is not yet running.
    pub fn new(
        pool: PgPool,
        settings: PoolSettings,
        handler: Arc<H>,
        clock: Clock,
        ids: Ids,
        wake: Wake,
    ) -> Self {
        let owner = ids.uuid();
        let working_on = Arc::default();
        Self { pool, settings, handler, owner, clock, ids, wake, working_on }
    }

    /// Takes one batch and runs it to the end, one job after the other: how tests step a queue.
    /// Answers how many jobs were run, and stops at the first one that played a crash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn step(&self) -> Result<Stepped, sqlx::Error> {
        let claims = self.claim(self.settings.workers).await?;
        let mut ran = 0;
        for claim in claims {
            ran += 1;
            let outcome = handled(&*self.handler, &claim).await;
            if outcome == Outcome::Crashed {
                return Ok(Stepped::Crashed);
            }
            self.settle(&claim, outcome).await?;
        }
        Ok(Stepped::Ran(ran))
    }

    /// Runs until `stop` is done; then takes nothing new, waits for what runs as long as
    /// `patience` allows, and hands the rest back to the queue.
    pub async fn run(&self, stop: impl Future<Output = ()>, patience: Duration) {
        let mut running = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        let mut wake = self.wake.listen();
        let beat = self.settings.lease / 3;
        let mut next_beat = self.clock.now() + beat;
        loop {
            let more = self.dispatch(&mut running).await;
            let pause = if more { Duration::ZERO } else { self.settings.look_every };
            tokio::select! {
                () = &mut stop => break,
                Some(_) = running.join_next(), if !running.is_empty() => {}
                Ok(()) = wake.changed(), if running.len() < self.settings.workers => {}
                () = self.clock.sleep(pause.max(Duration::from_millis(1))) => {}
            }
            while running.try_join_next().is_some() {}
            if self.clock.now() >= next_beat {
                next_beat = self.clock.now() + beat;
                self.keep_house().await;
            }
        }
        self.drain(running, patience).await;
    }

    async fn claim(&self, room: usize) -> Result<Vec<Claim>, sqlx::Error> {
        let limit = i64::try_from(room.min(64)).unwrap_or(64);
        let now = self.clock.now();
        let settings = &self.settings;
        store::claim(&self.pool, settings.name, self.owner, limit, settings.lease, now).await
    }

    /// Fills the free places. Says whether there may be more to take at once.
    async fn dispatch(&self, running: &mut JoinSet<()>) -> bool {
        let room = self.settings.workers.saturating_sub(running.len());
        if room == 0 {
            return false;
        }
        let claims = match self.claim(room).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(%error, pool = self.settings.name, "jobs could not be taken");
                return false;
            }
        };
        let more = claims.len() == room;
        for claim in claims {
            let worker = self.worker();
            let working = Working::on(claim.id, &self.working_on);
            running.spawn(async move {
                worker.work(claim).await;
                drop(working);
            });
        }
        more && running.len() < self.settings.workers
    }

    fn worker(&self) -> Worker<H> {
        Worker {
            pool: self.pool.clone(),
            handler: Arc::clone(&self.handler),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            wake: self.wake.clone(),
        }
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome) -> Result<(), sqlx::Error> {
        self.worker().settle(claim, outcome).await
    }

    async fn keep_house(&self) {
        let now = self.clock.now();
        let until = now + self.settings.lease;
        let working_on: Vec<i64> = {
            let all = self.working_on.lock().unwrap_or_else(PoisonError::into_inner);
            all.iter().copied().collect()
        };
        if let Err(error) = store::heartbeat(&self.pool, self.owner, &working_on, until).await {
            tracing::warn!(%error, "the leases could not be prolonged");
        }
        match store::rescue(&self.pool, now).await {
            Ok(0) => {}
            Ok(rescued) => tracing::warn!(rescued, "jobs of a lost worker were given back"),
            Err(error) => tracing::warn!(%error, "lost jobs could not be looked for"),
        }
    }

    async fn drain(&self, mut running: JoinSet<()>, patience: Duration) {
        let deadline = self.clock.sleep(patience);
        let mut deadline = std::pin::pin!(deadline);
        while !running.is_empty() {
            tokio::select! {
                _ = running.join_next() => {}
                // The leases must hold while the last jobs come to their end.
                () = self.clock.sleep(self.settings.lease / 6) => self.keep_house().await,
                () = &mut deadline => {
                    running.abort_all();
                    break;
                }
            }
        }
        while running.join_next().await.is_some() {}
        match store::hand_back(&self.pool, self.owner).await {
            Ok(0) => {}
            Ok(handed) => tracing::info!(handed, "unfinished jobs were handed back"),
            Err(error) => tracing::warn!(%error, "unfinished jobs wait for their lease to end"),
        }
    }
}

/// What [`Runner::step`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// So many jobs were run.
    Ran(usize),
    /// A job played a crash.
    Crashed,
}

/// Does a job under its trace: what it enqueues takes the trace over, what it logs shows it.
async fn handled<H: Handler>(handler: &H, claim: &Claim) -> Outcome {
    let span =
        tracing::info_span!("job", trace = claim.trace, job.id = claim.id, job.kind = claim.kind,);
    trace::within(claim.trace.clone(), handler.run(claim.clone())).instrument(span).await
}

struct Worker<H> {
    pool: PgPool,
    handler: Arc<H>,
    clock: Clock,
    ids: Ids,
    wake: Wake,
}

impl<H: Handler> Worker<H> {
    async fn work(&self, claim: Claim) {
        // A panic ends only this job: the lease gives it back.
        let outcome = handled(&*self.handler, &claim).await;
        if let Err(error) = self.settle(&claim, outcome).await {
            tracing::warn!(%error, job.kind = claim.kind, "the job waits for its lease to end");
        }
        self.wake.now();
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome) -> Result<(), sqlx::Error> {
        match outcome {
            Outcome::Done | Outcome::Crashed => Ok(()),
            Outcome::Snooze(pause) => {
                let mut connection = self.pool.acquire().await?;
                let until = self.clock.now() + pause.min(SNOOZE_MAX);
                store::snooze(&mut connection, claim, until).await
            }
            Outcome::Again(error) => {
                tracing::warn!(
                    job.id = claim.id,
                    job.kind = claim.kind,
                    job.attempt = claim.attempt,
                    error,
                    "the job failed and comes again"
                );
                let jitter = Duration::from_millis(self.ids.jitter(1000));
                store::retry(&self.pool, claim, &error, jitter, self.clock.now()).await
            }
        }
    }
}
