use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use billing::World;
use catalog::Catalog;
use chat::{Checkout, Courier, Desk, FileSource, Received, Sender, Talk, TalkParts, TelegramFiles};
use clock::{Clock, Ids};
use fetch::Guard;
use generation::{Worker, WorkerParts};
use kie::KieClient;
use payments::{Cashier, CashierParts, CryptoPay, Notification, Notified, Sources, Till, YooKassa};
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

/// How many questions to payment providers are open at once.
const CASHIERS: usize = 4;

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
    /// Providers that have to be asked.
    pub providers: Providers,
}

/// Payment providers beside Telegram, each when it is switched on.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    /// Cards by `YooKassa`.
    pub yookassa: Option<YooKassa>,
    /// Crypto Pay.
    pub crypto_pay: Option<CryptoPay>,
    /// Proxies of ours, whose word about a sender's address is believed.
    pub proxies: Sources,
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
    pub(crate) cashier: Arc<Cashier>,
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
    cashier: Arc<Cashier>,
    metrics: Arc<Metrics>,
}

impl Handler for Jobs {
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let outcome = match self.work.run(&claim).await {
                Some(outcome) => outcome,
                None => match self.cashier.run(&claim).await {
                    Some(outcome) => outcome,
                    None => self.talk.run(claim.clone()).await,
                },
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
        let AppParts { pool, bot, kie, guard, desk, writer, settings, clock, ids, crash, .. } =
            parts;
        let workers = parts.workers;
        let world = desk.world;
        let cashier = Arc::new(Cashier::new(CashierParts {
            pool: pool.clone(),
            bot: bot.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            crash: crash.clone(),
            offer: desk.payments.clone(),
            till: Till { operators: settings.operators.clone() },
            yookassa: parts.providers.yookassa,
            crypto_pay: parts.providers.crypto_pay,
            proxies: parts.providers.proxies,
            description: chat::bill_description(),
        }));
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
        let jobs = Arc::new(Jobs {
            talk,
            work,
            cashier: Arc::clone(&cashier),
            metrics: Arc::clone(&metrics),
        });
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
            cashier,
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

    /// Stores updates. Answers with what among the new ones is to be answered at once: presses, so
    /// that no button keeps spinning, and payments that wait for our word.
    ///
    /// # Errors
    /// What the database says: then nothing was stored, and Telegram sends them again.
    pub async fn receive(&self, updates: &[RawUpdate]) -> Result<Received, sqlx::Error> {
        let received = chat::receive(&self.pool, self.clock.now(), updates).await?;
        self.metrics.updates(received.fresh);
        self.wake.now();
        Ok(received)
    }

    /// Answers presses, and payments that wait for our word, beside everything else.
    pub(crate) fn answer_at_once(self: &Arc<Self>, received: Received) {
        for checkout in received.checkouts {
            let app = Arc::clone(self);
            self.presses.spawn(async move { app.answer_checkout(&checkout).await });
        }
        for press in received.presses {
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

    /// Says whether a payment may be made. Without an answer in 10 seconds Telegram makes none, and
    /// no money moves.
    pub async fn answer_checkout(&self, checkout: &Checkout) {
        let Checkout { query, language_code } = checkout;
        let (now, amount) = (self.clock.now(), query.total_amount);
        let verdict =
            payments::verdict(&self.pool, now, &query.payload, &query.currency, amount).await;
        let refusal = match verdict {
            Ok(Ok(())) => None,
            Ok(Err(declined)) => Some(chat::declined(language_code.as_deref(), declined)),
            Err(error) => {
                tracing::error!(%error, "a payment could not be looked up and is not made");
                return;
            }
        };
        let word = refusal.as_deref().map_or(Ok(()), Err);
        if let Err(error) = self.bot.answer_pre_checkout(&query.id, word).await {
            tracing::warn!(%error, "a payment that waits could not be answered");
        }
    }

    /// Takes in a notification of a payment provider.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notified(
        &self,
        provider: &str,
        notification: &Notification<'_>,
    ) -> Result<Notified, sqlx::Error> {
        let notified = self.cashier.notified(provider, notification).await?;
        self.wake.now();
        Ok(notified)
    }

    /// Sees to payments that are due by the time alone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sweep_payments(&self) -> Result<(), sqlx::Error> {
        self.cashier.sweep().await?;
        self.wake.now();
        Ok(())
    }

    /// The dispatcher of questions to payment providers.
    #[must_use]
    pub fn pay_runner(&self) -> Runner<impl Handler> {
        self.runner(payments::POOL, CASHIERS)
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
