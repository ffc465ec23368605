//! The storm: people order while processes are killed, the database is restarted, and both
//! services answer with everything but what was asked for. Afterwards every order must have come
//! to one of its right ends.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clock::{Clock, Ids};
use cluster::{Cluster, ClusterSettings};
use sqlx::PgPool;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::process::command;
use crate::slot::{Order, Past, Slot};
use crate::store::{self, Ending, Ends};
use crate::weather::Weather;
use crate::{Customer, Outside};

/// Keys of KIE.ai; each takes 18 new tasks in 10 seconds.
const KEYS: usize = 4;
const CONNECTIONS_MAX: u16 = 300;
/// How long a task of the emulator takes.
const TASK: Duration = Duration::from_millis(1500);
/// How long a person waits for an answer before they begin anew.
const PATIENCE: Duration = Duration::from_secs(20);
/// Somebody who has begun so many times for each of their orders gives up.
const ROUNDS: i64 = 8;
/// How long the first processes may take to serve.
const START: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What happens in a run, and to whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// Where the private PostgreSQL works and the logs are written.
    pub folder: PathBuf,
    /// How many people order.
    pub people: u32,
    /// How many orders they place, all together at least.
    pub orders: u32,
    /// Processes that take updates in and work.
    pub runs: u32,
    /// Processes that only work.
    pub workers: u32,
    /// A fault comes so often.
    pub fault_every: Duration,
    /// A process is killed so often.
    pub kill_every: Duration,
    /// Whether those that take updates in are killed too.
    pub kill_runs: bool,
    /// How often PostgreSQL is restarted.
    pub restarts: u32,
    /// Whether faults may come that only deadlines of many minutes settle.
    pub long: bool,
    /// Whether commits are durable, as in production.
    pub durable: bool,
    /// The seed of everything that is left to chance.
    pub seed: u64,
    /// How long everything may take to come to its end after the storm.
    pub settling: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many orders were placed.
    pub orders: usize,
    /// How they ended.
    pub ends: Ends,
    /// Processes that were killed.
    pub killed: u32,
    /// Processes that ended by themselves and were started again.
    pub fell: u32,
    /// Restarts of PostgreSQL.
    pub restarts: u32,
    /// Faults of both services, callbacks and files.
    pub faults: u32,
    /// Updates and callbacks that were passed on twice.
    pub doubled: u32,
    /// Submissions, failed ones too.
    pub tasks: usize,
    /// Results that stand in a chat once more than they should.
    pub repeated: usize,
    /// Presses that nobody answered, because the process died.
    pub unanswered: usize,
    /// How long people ordered.
    pub storm: Duration,
    /// How long it took until everything had ended after that.
    pub settling: Duration,
    /// What must not be.
    pub wrong: Vec<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ends { delivered, waiting, refunded, gifts } = self.ends;
        writeln!(f, "orders {}, tasks at KIE.ai {}", self.orders, self.tasks)?;
        writeln!(
            f,
            "  charged and delivered {delivered}, charged and waiting for who had blocked the bot \
             {waiting}, refunded and told {refunded}, refunded as late or given as a gift {gifts}"
        )?;
        writeln!(
            f,
            "processes killed {}, ended by themselves {}; PostgreSQL restarted {} times; faults {}; \
             updates and callbacks doubled {}",
            self.killed, self.fell, self.restarts, self.faults, self.doubled
        )?;
        writeln!(
            f,
            "results sent once more {}, presses without an answer {}",
            self.repeated, self.unanswered
        )?;
        writeln!(
            f,
            "the storm took {:.0} s, the calm after it {:.0} s",
            self.storm.as_secs_f64(),
            self.settling.as_secs_f64()
        )?;
        write!(f, "wrong: {}", self.wrong.len())?;
        self.wrong.iter().take(40).try_for_each(|wrong| write!(f, "\n  {wrong}"))
    }
}

impl Plan {
    /// The whole storm.
    #[must_use]
    pub fn full(program: PathBuf, folder: PathBuf) -> Self {
        Self {
            program,
            folder,
            people: 200,
            orders: 2_000,
            runs: 2,
            workers: 2,
            fault_every: Duration::from_millis(250),
            kill_every: Duration::from_secs(15),
            kill_runs: true,
            restarts: 4,
            long: true,
            durable: true,
            seed: 1,
            settling: Duration::from_mins(15),
        }
    }

    /// A short one, from which there is a way out within seconds, as a rule.
    #[must_use]
    pub fn short(program: PathBuf, folder: PathBuf) -> Self {
        Self {
            people: 24,
            orders: 48,
            runs: 1,
            workers: 2,
            fault_every: Duration::from_millis(700),
            kill_every: Duration::from_secs(4),
            kill_runs: false,
            restarts: 0,
            long: false,
            durable: false,
            settling: Duration::from_mins(8),
            ..Self::full(program, folder)
        }
    }
}

/// Everything that a run consists of.
struct Storm {
    plan: Plan,
    outside: Arc<Outside>,
    server: Arc<Server>,
    pool: PgPool,
    ids: Ids,
    clock: Clock,
    slots: Vec<Kept>,
    placed: watch::Receiver<HashMap<i64, i64>>,
    people: Arc<Mutex<Vec<i64>>>,
}

/// A place with a process, and the way to tell it something.
struct Kept {
    role: &'static str,
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<anyhow::Result<Past>>,
}

/// The private PostgreSQL, which can be restarted.
struct Server {
    settings: ClusterSettings,
    running: Mutex<Option<Cluster>>,
    url: String,
}

impl Server {
    async fn start(plan: &Plan) -> anyhow::Result<Arc<Self>> {
        let settings = ClusterSettings {
            folder: plan.folder.clone(),
            durable: plan.durable,
            connections_max: CONNECTIONS_MAX,
        };
        let begun = settings.clone();
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&begun)).await??;
        database::ensure_exists(&cluster.url("postgres"), "chaos").await?;
        let url = cluster.url("chaos");
        Ok(Arc::new(Self { settings, running: Mutex::new(Some(cluster)), url }))
    }

    /// Sessions are cut, and for a moment nobody is there.
    async fn restart(self: Arc<Self>) -> anyhow::Result<()> {
        let restarted = tokio::task::spawn_blocking(move || {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(cluster) = running.take() {
                cluster.stop();
            }
            *running = Some(Cluster::start(&self.settings)?);
            anyhow::Ok(())
        });
        restarted.await?
    }
}

/// Lets a storm pass over the program.
///
/// # Errors
/// Something that the run itself needs is missing. What is wrong with the program stands in
/// [`Outcome::wrong`].
pub async fn chaos(plan: Plan) -> anyhow::Result<Outcome> {
    let storm = Storm::prepare(plan).await?;
    storm.run().await
}

impl Storm {
    async fn prepare(plan: Plan) -> anyhow::Result<Self> {
        let server = Server::start(&plan).await?;
        let pool = database::connect(&server.url, 4).await?;
        database::migrate(&pool).await?;
        let outside = Arc::new(Outside::start(KEYS, TASK).await?);
        let placed = watch_orders(pool.clone());
        let ids = Ids::seeded(plan.seed);
        let mut storm = Self {
            plan,
            outside,
            server,
            pool,
            ids,
            clock: Clock::system(),
            slots: Vec::new(),
            placed,
            people: Arc::default(),
        };
        let roles = (0..storm.plan.runs).map(|_| "run");
        for role in roles.chain((0..storm.plan.workers).map(|_| "worker")) {
            storm.add_slot(role);
        }
        Ok(storm)
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = self.outside.settings(&self.server.url);
        for (name, value) in [
            ("LIMIT_OPEN_ORDERS", "1000"),
            ("LIMIT_REQUESTS_PER_MINUTE", "1000"),
            ("WELCOME_DAILY_MAX_RUB", "10000000"),
        ] {
            settings.push((name, value.to_owned()));
        }
        settings
    }

    fn add_slot(&mut self, role: &'static str) {
        let slot = Slot {
            program: self.plan.program.clone(),
            role,
            settings: self.settings(),
            log: self.plan.folder.join(format!("{role}-{}.log", self.slots.len())),
            outside: Arc::clone(&self.outside),
        };
        let (orders, told) = mpsc::unbounded_channel();
        self.slots.push(Kept { role, orders, task: tokio::spawn(slot.keep(told)) });
    }

    async fn run(self) -> anyhow::Result<Outcome> {
        self.everybody_serves().await?;
        let calm = CancellationToken::new();
        let weather = Weather::new(
            Arc::clone(&self.outside),
            self.ids.clone(),
            self.plan.fault_every,
            self.plan.long,
            Arc::clone(&self.people),
        );
        let weather = tokio::spawn(weather.rage(calm.clone()));
        let start = Instant::now();
        let customers = self.everybody_orders();
        let gave_up = tokio::select! {
            gave_up = customers => gave_up?,
            killed = self.kill_forever() => killed?,
            restarted = self.restart_forever() => restarted?,
        };
        calm.cancel();
        let weather = weather.await?;
        let mut outcome =
            Outcome { storm: start.elapsed(), faults: weather.faults, ..Outcome::default() };
        outcome.restarts = self.plan.restarts;
        if gave_up > 0 {
            outcome.wrong.push(format!("{gave_up} people gave up: their orders were not taken"));
        }
        self.settle(&mut outcome).await?;
        self.judge(&mut outcome, &weather.sulked).await?;
        self.end(outcome).await
    }

    /// A program that cannot start at all is no matter of storms.
    async fn everybody_serves(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        while self.outside.front.alive() < usize::try_from(self.plan.runs)? {
            let late = start.elapsed() > START;
            anyhow::ensure!(
                !late,
                "the program does not start: see {}",
                self.plan.folder.display()
            );
            self.clock.sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Everybody places their orders, one after another. Answers how many gave up.
    async fn everybody_orders(&self) -> anyhow::Result<u32> {
        let mut people = JoinSet::new();
        let quota = i64::from(self.plan.orders.div_ceil(self.plan.people));
        for number in 0..self.plan.people {
            let name = format!("Person {number}");
            let customer = Customer::new(&self.outside.telegram, &name, PATIENCE);
            self.people.lock().unwrap_or_else(PoisonError::into_inner).push(customer.id);
            let shopper = Shopper {
                customer,
                quota,
                long: self.plan.long,
                ids: self.ids.clone(),
                placed: self.placed.clone(),
                clock: self.clock.clone(),
            };
            people.spawn(shopper.shop());
        }
        let mut gave_up = 0;
        while let Some(ended) = people.join_next().await {
            gave_up += u32::from(!ended?);
        }
        Ok(gave_up)
    }

    async fn kill_forever(&self) -> anyhow::Result<u32> {
        loop {
            self.clock.sleep(self.plan.kill_every).await;
            let mortal: Vec<_> = self
                .slots
                .iter()
                .filter(|kept| self.plan.kill_runs || kept.role != "run")
                .collect();
            let count = u64::try_from(mortal.len())?;
            let victim = usize::try_from(self.ids.jitter(count))?;
            if let Some(kept) = mortal.get(victim) {
                kept.orders.send(Order::Kill).context("a process is not kept any more")?;
            }
        }
    }

    /// Restarts PostgreSQL whenever another part of the orders is placed.
    async fn restart_forever(&self) -> anyhow::Result<u32> {
        for number in 1..=self.plan.restarts {
            let part = i64::from(self.plan.orders * number / (self.plan.restarts + 1));
            let mut placed = self.placed.clone();
            placed.wait_for(|placed| placed.values().sum::<i64>() >= part).await?;
            Arc::clone(&self.server).restart().await?;
        }
        std::future::pending().await
    }

    /// Waits until every order has ended, and everything was said.
    async fn settle(&self, outcome: &mut Outcome) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let open = store::open_orders(&self.pool).await?;
            let left = store::left_to_do(&self.pool).await?;
            outcome.settling = start.elapsed();
            if open == 0 && left == 0 {
                return Ok(());
            }
            if start.elapsed() > self.plan.settling {
                outcome.wrong.push(format!("{open} orders and {left} jobs do not end"));
                outcome.wrong.extend(store::stuck(&self.pool).await?);
                return Ok(());
            }
            self.clock.sleep(LOOK_EVERY).await;
        }
    }

    /// What holds in the end.
    async fn judge(&self, outcome: &mut Outcome, sulked: &[i64]) -> anyhow::Result<()> {
        let endings = store::endings(&self.pool).await?;
        outcome.orders = endings.len();
        outcome.tasks = self.outside.kie.tasks().len();
        outcome.doubled = self.outside.front.doubled();
        outcome.unanswered = self.outside.telegram.unanswered_presses().len();
        let sulked: HashSet<_> = sulked.iter().copied().collect();
        for ending in &endings {
            if !outcome.ends.count(ending, sulked.contains(&ending.chat_id)) {
                outcome.wrong.push(format!("an order without a right end: {ending:?}"));
            }
        }
        self.look_into_chats(outcome, &endings);
        for (token, created) in self.outside.kie.created_per_callback_token() {
            if created != 1 {
                outcome.wrong.push(format!("{created} tasks of one submission, {token}"));
            }
        }
        let wrong_calls = self.outside.telegram.violations();
        outcome.wrong.extend(wrong_calls.iter().map(|call| format!("Telegram: {call:?}")));
        let wrong_calls = self.outside.kie.violations();
        outcome.wrong.extend(wrong_calls.iter().map(|call| format!("KIE.ai: {call}")));
        for (kind, error) in store::dead_jobs(&self.pool).await? {
            let error = error.unwrap_or_default();
            outcome.wrong.push(format!("a job `{kind}` was given up: {error}"));
        }
        Ok(())
    }

    /// What was sent stands in the chat.
    fn look_into_chats(&self, outcome: &mut Outcome, endings: &[Ending]) {
        let mut captions: HashMap<i64, Vec<String>> = HashMap::new();
        for person in self.outside.telegram.people() {
            let messages = self.outside.telegram.messages(person.id).into_iter();
            let results = messages.filter(|message| message.from_bot && message.media.is_some());
            captions.insert(person.id, results.map(|message| message.text).collect());
        }
        for ending in endings.iter().filter(|ending| ending.sent > 0) {
            let of_person = captions.get(&ending.chat_id).into_iter().flatten();
            match of_person.filter(|caption| caption.contains(&ending.code)).count() {
                0 => outcome.wrong.push(format!("a result that nobody has: {ending:?}")),
                times => outcome.repeated += times - 1,
            }
        }
    }

    /// Everything stops in order, the books balance, and nothing has panicked.
    async fn end(self, mut outcome: Outcome) -> anyhow::Result<Outcome> {
        let settings = vec![("DATABASE_URL", self.server.url.clone())];
        let audit =
            command(&self.plan.program, &settings).args(["ledger", "audit"]).output().await?;
        if !audit.status.success() {
            outcome.wrong.push(format!("the books: {}", String::from_utf8_lossy(&audit.stdout)));
        }
        for kept in self.slots {
            kept.orders.send(Order::Stop).ok();
            let past = kept.task.await??;
            outcome.killed += past.killed;
            outcome.fell += past.fell;
            if past.code != Some(0) {
                outcome.wrong.push(format!("`{}` stopped with {:?}", kept.role, past.code));
            }
        }
        outcome.wrong.extend(panics(&self.plan.folder)?);
        self.pool.close().await;
        let server = Arc::clone(&self.server);
        tokio::task::spawn_blocking(move || {
            let running = server.running.lock().unwrap_or_else(PoisonError::into_inner).take();
            running.map(Cluster::stop)
        })
        .await?;
        Ok(outcome)
    }
}

/// Somebody with a list.
struct Shopper {
    customer: Customer,
    quota: i64,
    long: bool,
    ids: Ids,
    placed: watch::Receiver<HashMap<i64, i64>>,
    clock: Clock,
}

impl Shopper {
    /// Orders until everything on the list was taken; `false` when that does not come about.
    async fn shop(mut self) -> bool {
        for _ in 0..self.quota * ROUNDS {
            let before = self.count();
            if before >= self.quota {
                return true;
            }
            let twice = self.ids.jitter(6) == 0;
            if self.customer.orders(self.prompt(), twice).await {
                let id = self.customer.id;
                let taken = self
                    .placed
                    .wait_for(|placed| placed.get(&id).is_some_and(|count| *count > before));
                tokio::select! {
                    _taken = taken => {}
                    () = self.clock.sleep(PATIENCE) => {}
                }
            }
        }
        self.count() >= self.quota
    }

    fn count(&self) -> i64 {
        self.placed.borrow().get(&self.customer.id).copied().unwrap_or_default()
    }

    /// Some prompts tell the emulator how the task is to end.
    fn prompt(&self) -> &'static str {
        match self.ids.jitter(100) {
            0..3 => "A cat [[fail]]",
            3..5 => "A cat [[nsfw]]",
            5 if self.long => "A cat [[silent]]",
            _ => "A cat reads a newspaper",
        }
    }
}

/// Follows how many orders each person has placed.
fn watch_orders(pool: PgPool) -> watch::Receiver<HashMap<i64, i64>> {
    let (sender, receiver) = watch::channel(HashMap::new());
    tokio::spawn(async move {
        let clock = Clock::system();
        while !sender.is_closed() {
            // While the database is away nothing is known.
            if let Ok(placed) = store::placed_by(&pool).await {
                sender.send_replace(placed);
            }
            clock.sleep(LOOK_EVERY).await;
        }
    });
    receiver
}

/// Lines of the logs that tell of a panic.
fn panics(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            let log = std::fs::read_to_string(&path)?;
            let lines = log.lines().filter(|line| line.contains("panicked"));
            found.extend(lines.map(|line| format!("{}: {line}", path.display())));
        }
    }
    Ok(found)
}

impl Ends {
    /// Counts an order by its end; `false` when it is none. Who has blocked the bot can neither be
    /// told anything nor be sent a result for a while.
    fn count(&mut self, ending: &Ending, sulked: bool) -> bool {
        let told = |fact: &str| {
            let sent = format!("{fact} sent");
            ending.told.iter().any(|told| *told == sent || (sulked && told.starts_with(fact)))
        };
        let all_sent = ending.outputs > 0 && ending.sent == ending.outputs;
        let hold = ending.hold.as_deref();
        let counted = match (ending.state.as_str(), ending.money.as_str(), hold) {
            ("done", "taken", Some("committed")) if all_sent => &mut self.delivered,
            ("done", "taken", Some("committed")) if sulked => &mut self.waiting,
            ("failed", "returned", Some("released" | "refunded")) if told("failed") => {
                &mut self.refunded
            }
            ("late" | "done", "returned", Some("released")) if told("late") => &mut self.gifts,
            _ => return false,
        };
        *counted += 1;
        true
    }
}
