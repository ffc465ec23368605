mod looks;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use admin::{Panel, PanelParts, Refresh};
use billing::World;
use broadcast::{Broadcaster, BroadcasterParts};
use catalog::Catalog;
use chat::{
    Checkout, Courier, Desk, FileSource, LinkSource, PersonFiles, Received, Sender, Talk,
    TalkParts, TelegramFiles,
};
use clock::{Clock, Ids};
use fetch::Guard;
use generation::{Worker, WorkerParts};
use kie::KieClient;
use money::Formula;
use payments::{Cashier, CashierParts, CryptoPay, Notification, Notified, Sources, Till, YooKassa};
use queue::{Claim, CrashPoints, Handler, Outcome, PoolSettings, Runner, Wake};
use sqlx::PgPool;
use sync::{Syncer, SyncerParts};
use telegram::{BotApi, RawUpdate};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;
use watch::{Watch, WatchParts};

use crate::Metrics;
use crate::books::Auditor;
use crate::shopfront::Shopfront;
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
    /// Downloads of what people's links lead to.
    pub links: Arc<dyn LinkSource>,
    /// The shop.
    pub desk: Desk,
    /// What the environment's prices are made of.
    pub formula: Formula,
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
    /// What is looked at beside the shop itself.
    pub watch: watch::Settings,
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
    sender: Sender,
    /// The newest entry of the ledger that the metrics have counted.
    counted: Mutex<Option<i64>>,
    pub(crate) guard: Guard,
    pub(crate) shopfront: Arc<Shopfront>,
    pub(crate) syncer: Syncer,
    pub(crate) cashier: Arc<Cashier>,
    watch: Watch,
    operators: Vec<i64>,
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
    panel: Panel,
    talk: Talk,
    work: Worker,
    syncer: Syncer,
    cashier: Arc<Cashier>,
    broadcaster: Broadcaster,
    metrics: Arc<Metrics>,
}

impl Jobs {
    /// Jobs beside the work on generations.
    async fn beside(&self, claim: Claim) -> Outcome {
        if let Some(outcome) = self.syncer.run_job(&claim).await {
            return outcome;
        }
        if let Some(outcome) = self.cashier.run(&claim).await {
            return outcome;
        }
        if let Some(outcome) = self.broadcaster.run(&claim).await {
            return outcome;
        }
        match self.panel.run(&claim).await {
            Some(outcome) => outcome,
            None => self.talk.run(claim).await,
        }
    }
}

impl Handler for Jobs {
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let outcome = match self.work.run(&claim).await {
                Some(outcome) => outcome,
                None => self.beside(claim.clone()).await,
            };
            self.metrics.job(&claim.kind, &outcome);
            outcome
        })
    }
}

impl AppParts {
    fn syncer(&self) -> Syncer {
        Syncer::new(SyncerParts {
            pool: self.pool.clone(),
            kie: self.kie.clone(),
            builtin: Arc::clone(&self.desk.catalog),
            clock: self.clock.clone(),
            operators: self.settings.operators.clone(),
        })
    }

    fn cashier(&self) -> Cashier {
        let (desk, providers) = (&self.desk, &self.providers);
        let operators = self.settings.operators.clone();
        Cashier::new(CashierParts {
            pool: self.pool.clone(),
            bot: self.bot.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            crash: self.crash.clone(),
            offer: desk.payments.clone(),
            till: Till { operators, bonuses: desk.bonuses.clone() },
            yookassa: providers.yookassa.clone(),
            crypto_pay: providers.crypto_pay.clone(),
            proxies: providers.proxies.clone(),
            description: chat::bill_description(),
        })
    }

    fn watch(&self) -> Watch {
        Watch::new(WatchParts {
            pool: self.pool.clone(),
            kie: self.kie.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            operators: self.settings.operators.clone(),
            world: self.desk.world,
            settings: self.watch.clone(),
        })
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        let (syncer, cashier, watch) = (parts.syncer(), Arc::new(parts.cashier()), parts.watch());
        let AppParts { pool, bot, kie, guard, links, desk, writer, formula, .. } = parts;
        let AppParts { settings, clock, ids, crash, workers, .. } = parts;
        let world = desk.world;
        let metrics = Arc::new(Metrics::new());
        metrics.listen_to(&kie);
        let shopfront = Arc::new(Shopfront::new(pool.clone(), desk, formula));
        let (desk, catalog) = (shopfront.desk(), shopfront.catalog());
        let files = Arc::new(PersonFiles::new(TelegramFiles::new(bot.clone()), links));
        let sender = Sender::new(bot.clone(), pool.clone(), clock.clone());
        let courier = Arc::new(Courier::new(sender.clone(), Arc::clone(&desk), clock.clone()));
        let operators = settings.operators.clone();
        let broadcaster = Broadcaster::new(BroadcasterParts {
            pool: pool.clone(),
            clock: clock.clone(),
            sender: sender.clone(),
            crash: crash.clone(),
        });
        let panel = Panel::new(PanelParts {
            pool: pool.clone(),
            clock: clock.clone(),
            base: Arc::clone(&shopfront.base),
            formula,
            owners: operators.clone(),
            staff: Arc::clone(&shopfront.staff),
            sender: sender.clone(),
            refresh: Arc::clone(&shopfront) as Arc<dyn Refresh>,
            books: Arc::new(Auditor(pool.clone())),
        });
        let talk = Talk::new(TalkParts {
            pool: pool.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            desk: Arc::clone(&desk),
            generation: settings.clone(),
            files: Arc::clone(&files) as Arc<dyn FileSource>,
            sender: sender.clone(),
            crash: crash.clone(),
        });
        let work = Worker::new(WorkerParts {
            pool: pool.clone(),
            kie: kie.clone(),
            catalog,
            guard: guard.clone(),
            inputs: files,
            delivery: courier,
            writer: Arc::new(LanguageModel::new(kie.clone(), writer, clock.clone())),
            clock: clock.clone(),
            ids: ids.clone(),
            settings,
            crash,
        });
        let jobs = Arc::new(Jobs {
            panel,
            talk,
            work,
            cashier: Arc::clone(&cashier),
            syncer: syncer.clone(),
            broadcaster,
            metrics: Arc::clone(&metrics),
        });
        Self {
            pool,
            bot,
            clock,
            ids,
            wake: Wake::default(),
            kie,
            metrics,
            sender,
            counted: Mutex::default(),
            guard,
            shopfront,
            syncer,
            cashier,
            watch,
            operators,
            jobs,
            world,
            workers,
            presses: TaskTracker::new(),
        }
    }

    /// How many models can be ordered now.
    pub(crate) fn models_count(&self) -> usize {
        count_on_sale(&self.shopfront.catalog().load())
    }

    /// Begins a comparison of the catalogue with KIE.ai when the last one by schedule is older than
    /// this; whether it did.
    ///
    /// # Errors
    /// What the database says.
    pub async fn compare_catalogue(&self, older_than: Duration) -> Result<bool, sqlx::Error> {
        let begun = self.syncer.keep_time(older_than).await?.is_some();
        self.wake.now();
        Ok(begun)
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

    /// Learns how long the models take from their last orders, and how often they work out at
    /// KIE.ai; what the screens say follows.
    ///
    /// # Errors
    /// What the database says.
    pub async fn learn_usual(&self) -> Result<(), sqlx::Error> {
        let catalog = self.shopfront.catalog().load_full();
        let models: Vec<String> = catalog.models().iter().map(|model| model.id.clone()).collect();
        let mut connection = self.pool.acquire().await?;
        let usual = Arc::new(generation::usual(&mut connection, &models).await?);
        let success = sync::success_rates(&mut connection, self.clock.now()).await?;
        let success = Arc::new(success);
        self.shopfront.amend(|desk| {
            desk.journey.usual = Arc::clone(&usual);
            desk.journey.success = Arc::clone(&success);
        });
        Ok(())
    }

    /// Where a result can be fetched now.
    pub(crate) async fn addresses_of(
        &self,
        order: uuid::Uuid,
        position: i16,
    ) -> Result<Vec<String>, sqlx::Error> {
        self.jobs.work.address_of(order, position).await
    }

    /// Applies what was accepted for the catalogue and what operators decided since the last time, by
    /// whatever process; whether there was something.
    ///
    /// # Errors
    /// What the database says; the shop stays as it was.
    pub async fn catch_up(&self) -> Result<bool, sqlx::Error> {
        self.shopfront.catch_up().await
    }

    /// Takes failing models off and tries resting ones again; answers how many changed.
    ///
    /// # Errors
    /// What the database says; then nothing was changed.
    pub async fn review_models(&self) -> Result<usize, sqlx::Error> {
        let now = self.clock.now();
        let changed = admin::review_models(&self.pool, now, self.world, &self.operators).await?;
        if changed > 0 {
            self.wake.now();
            self.shopfront.rebuild().await?;
        }
        Ok(changed)
    }

    /// Puts the reports that are due by the clock into the queue: the digest of yesterday, and the
    /// report of the last month. Answers how many reports there were.
    ///
    /// # Errors
    /// What the database says; then nothing was put.
    pub async fn send_reports(&self) -> Result<usize, sqlx::Error> {
        let begun = admin::send_reports(&self.pool, self.clock.now(), &self.operators).await?;
        if begun > 0 {
            self.wake.now();
        }
        Ok(begun)
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
