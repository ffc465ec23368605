use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use billing::World;
use catalog::Catalog;
use chat::{Courier, Desk, FileSource, Sender, Talk, TalkParts, TelegramFiles};
use clock::{Clock, Ids};
use fetch::Guard;
use generation::{Worker, WorkerParts};
use kie::KieClient;
use queue::{Claim, CrashPoints, Handler, Outcome, PoolSettings, Runner, Wake};
use sqlx::PgPool;
use telegram::{BotApi, RawUpdate};
use time::OffsetDateTime;
use tokio_util::task::TaskTracker;

use crate::Metrics;
use crate::writer::{LanguageModel, WriterSettings};

/// How long a claim holds without a heartbeat.
const LEASE: Duration = Duration::from_secs(30);

/// The longest pause between two looks at the queue: what a lost wake-up costs.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many updates and messages are handled at once.
const TALKERS: usize = 16;

/// What the program is made of.
pub struct AppParts {
    /// The database, migrated.
    pub pool: PgPool,
    /// Telegram.
    pub bot: BotApi,
    /// KIE.ai, or its emulator.
    pub kie: KieClient,
    /// Downloads of results.
    pub guard: Guard,
    /// The shop.
    pub desk: Desk,
    /// Which language model writes prompts.
    pub writer: WriterSettings,
    /// What the operator decided about generations.
    pub settings: generation::Settings,
    /// The time.
    pub clock: Clock,
    /// Identifiers and tokens.
    pub ids: Ids,
    /// Where tests let it die.
    pub crash: CrashPoints,
    /// How many generations are worked on at once.
    pub workers: usize,
}

/// The composed program, without loops.
pub struct App {
    pub(crate) pool: PgPool,
    pub(crate) bot: BotApi,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) wake: Wake,
    pub(crate) kie: KieClient,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) models_count: usize,
    jobs: Arc<Jobs>,
    world: World,
    workers: usize,
    presses: TaskTracker,
}

/// How many models can be ordered.
pub(crate) fn count_on_sale(catalog: &Catalog) -> usize {
    catalog.models().iter().filter(|model| model.is_on_sale()).count()
}

/// Hands each job to the part that knows its kind.
struct Jobs {
    talk: Talk,
    work: Worker,
    metrics: Arc<Metrics>,
}

impl Handler for Jobs {
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let outcome = match self.work.run(&claim).await {
                Some(outcome) => outcome,
                None => self.talk.run(claim.clone()).await,
            };
            self.metrics.job(&claim.kind, &outcome);
            outcome
        })
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        let AppParts { pool, bot, kie, guard, desk, writer, settings, clock, ids, crash, workers } =
            parts;
        let world = desk.world;
        let models_count = count_on_sale(&desk.catalog);
        let catalog = Arc::new(ArcSwap::new(Arc::clone(&desk.catalog)));
        let metrics = Arc::new(Metrics::new());
        let desk = Arc::new(ArcSwap::from_pointee(desk));
        let files = Arc::new(TelegramFiles::new(bot.clone()));
        let sender = Sender::new(bot.clone(), pool.clone(), clock.clone());
        let courier = Arc::new(Courier::new(sender.clone(), Arc::clone(&desk)));
        let talk = Talk::new(TalkParts {
            pool: pool.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            desk,
            generation: settings.clone(),
            files: Arc::clone(&files) as Arc<dyn FileSource>,
            sender,
            crash: crash.clone(),
        });
        let work = Worker::new(WorkerParts {
            pool: pool.clone(),
            kie: kie.clone(),
            catalog,
            guard,
            inputs: files,
            delivery: courier,
            writer: Arc::new(LanguageModel::new(kie.clone(), writer, clock.clone())),
            clock: clock.clone(),
            ids: ids.clone(),
            settings,
            crash,
        });
        let jobs = Arc::new(Jobs { talk, work, metrics: Arc::clone(&metrics) });
        let wake = Wake::default();
        let presses = TaskTracker::new();
        Self {
            pool,
            bot,
            clock,
            ids,
            wake,
            kie,
            metrics,
            models_count,
            jobs,
            world,
            workers,
            presses,
        }
    }

    /// The database.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Telegram.
    #[must_use]
    pub fn bot(&self) -> &BotApi {
        &self.bot
    }

    /// Stores updates. Answers with the presses among those that are new, which are to be answered
    /// at once, so that no button keeps spinning.
    ///
    /// # Errors
    /// What the database says: then nothing was stored, and Telegram sends them again.
    pub async fn receive(&self, updates: &[RawUpdate]) -> Result<Vec<String>, sqlx::Error> {
        let received = chat::receive(&self.pool, self.clock.now(), updates).await?;
        self.metrics.updates(received.fresh);
        self.wake.now();
        Ok(received.presses)
    }

    /// Answers presses beside everything else.
    pub(crate) fn answer_presses(self: &Arc<Self>, presses: Vec<String>) {
        for press in presses {
            let app = Arc::clone(self);
            self.presses.spawn(async move { app.answer_press(&press).await });
        }
    }

    /// Waits until every press is answered; for the stop, after which there are no new ones.
    pub(crate) async fn presses_answered(&self) {
        self.presses.close();
        self.presses.wait().await;
    }

    /// Answers a press; a press that is too old to be answered is no loss.
    pub async fn answer_press(&self, id: &str) {
        if let Err(error) = self.bot.answer_press(id, None, false).await {
            tracing::debug!(%error, "a press could not be answered");
        }
    }

    /// Takes in a callback of KIE.ai; whether its token is one of ours.
    ///
    /// # Errors
    /// What the database says.
    pub async fn callback(&self, token: &str, task_id: Option<&str>) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let ours = generation::callback(&mut connection, self.clock.now(), token, task_id).await?;
        self.wake.now();
        Ok(ours)
    }

    /// Gives work to orders that nothing moves on; answers how many there were, and there should be
    /// none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn move_stuck(&self) -> Result<usize, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        generation::move_stuck(&mut connection, self.clock.now()).await
    }

    /// Ends bonus money whose time is up, and returns gifts that nobody has opened in time; answers
    /// how many there were.
    ///
    /// # Errors
    /// What the database says; what was done before stays done.
    pub async fn end_bonuses(&self) -> Result<usize, sqlx::Error> {
        let now = self.clock.now();
        let mut ended = 0;
        loop {
            let mut transaction = database::begin(&self.pool).await?;
            let some = promo::expire_next(&mut transaction, now).await?
                || promo::return_next(&mut transaction, now).await?;
            transaction.commit().await?;
            if !some {
                return Ok(ended);
            }
            ended += 1;
        }
    }

    /// Removes what is of no use any more: updates received before one moment, notices settled
    /// before another. Answers how many rows of each.
    pub(crate) async fn sweep(
        &self,
        updates_before: OffsetDateTime,
        notices_before: OffsetDateTime,
    ) -> Result<(u64, u64), sqlx::Error> {
        let updates = chat::forget_updates(&self.pool, updates_before).await?;
        let mut connection = self.pool.acquire().await?;
        Ok((updates, outbox::forget_settled(&mut connection, notices_before).await?))
    }

    /// The dispatcher of updates and messages.
    #[must_use]
    pub fn talk_runner(&self) -> Runner<impl Handler> {
        self.runner("talk", TALKERS)
    }

    /// The dispatcher of generations.
    #[must_use]
    pub fn work_runner(&self) -> Runner<impl Handler> {
        self.runner(generation::work_pool(self.world), self.workers)
    }

    fn runner(&self, name: &'static str, workers: usize) -> Runner<Jobs> {
        let settings = PoolSettings { name, workers, lease: LEASE, look_every: LOOK_EVERY };
        Runner::new(
            self.pool.clone(),
            settings,
            Arc::clone(&self.jobs),
            self.clock.clone(),
            self.ids.clone(),
            self.wake.clone(),
        )
    }
}
