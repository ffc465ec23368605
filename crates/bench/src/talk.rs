//! Updates: `/start` of many persons, through the queue, the conversation and the sender, to a
//! menu at a Bot API that answers at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use billing::World;
use catalog::Catalog;
use chat::Desk;
use clock::{Clock, Ids, ManualClock};
use fetch::{AllowList, Guard};
use kie::{KieClient, KieSettings};
use kiebot::{App, AppParts};
use money::{Rate, Rub};
use queue::CrashPoints;
use rust_decimal::Decimal;
use scenario::Scenarios;
use secrecy::SecretString;
use serde_json::json;
use sqlx::PgPool;
use telegram::{BotApi, BotSettings, Outbound, RawUpdate};
use tokio_util::sync::CancellationToken;

use crate::figures::{milliseconds, per_second};
use crate::machine::{family_cpu, own_cpu, thread_cpu};
use crate::report::Line;
use crate::server::Server;
use crate::stub::{BotStub, THREAD};

const TOKEN: &str = "1000000001:bench-token-of-no-bot";
/// The default of `DB_MAXCONN`.
const CONNECTIONS: u32 = 20;
/// What one long poll brings at most.
const BATCH: usize = 100;
/// The pace of Telegram, 30 messages a second, is not what is measured: the program's clock runs
/// faster by this, moved so often.
const CLOCK_FASTER: u32 = 100;
const CLOCK_TICK: Duration = Duration::from_millis(5);
/// What Telegram allows.
const PACE_PER_SECOND: f64 = 30.0;
/// Updates that wait for their answer at once while they come steadily.
const IN_FLIGHT: u32 = 200;
const PATIENCE: Duration = Duration::from_secs(300);

/// The runs that are reported.
struct Costs {
    newcomers: Cost,
    fast: Cost,
    burst: Cost,
    slow: Cost,
    calls: Cost,
}

/// How updates come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// The next batch when most of the last one is answered.
    Steady,
    /// All of them, as after an outage.
    AtOnce,
}

/// What a run of updates cost.
struct Cost {
    updates: u32,
    /// How many answers arrived at the stub.
    menus: u32,
    took: Duration,
    program: Duration,
    postgres: Duration,
}

impl Cost {
    fn rate(&self) -> f64 {
        per_second(self.updates, self.took)
    }

    /// Milliseconds of processor time for a thousand.
    fn per_thousand(&self, time: Duration) -> f64 {
        milliseconds(time) * 1000.0 / f64::from(self.updates)
    }
}

pub(crate) async fn measure(server: &Server, quick: bool) -> anyhow::Result<Vec<Line>> {
    let (people, rounds, paced) = if quick { (200, 2, 60) } else { (1_000, 5, 300) };
    let database = server.database("updates", CONNECTIONS).await?;
    let stub = BotStub::start()?;
    let (clock, hand) = Clock::manual(Clock::system().now());
    let ticking = tokio::spawn(hurry(hand));
    let mut feed = Feed { next: 1 };
    let app = Arc::new(App::new(parts(&database.pool, &stub, &clock)?));
    let running = Running::start(&app);
    // Everybody's first word opens wallets; what is measured is the ordinary case after it.
    let newcomers = running.handle(server, &stub, &feed.starts(people), Arrival::Steady).await?;
    let updates = feed.rounds(people, rounds);
    let fast = running.handle(server, &stub, &updates, Arrival::Steady).await?;
    // The same after a rest: the queue is empty, and so are PostgreSQL's statistics of it.
    database.settle().await?;
    let updates = feed.rounds(people, rounds);
    let burst = running.handle(server, &stub, &updates, Arrival::AtOnce).await?;
    running.stop().await?;
    ticking.abort();
    let calls = calls_alone(server, &stub, if quick { 5_000 } else { 20_000 }).await?;
    database.pool.close().await;

    // A database of its own: the shared allowance of the first one lies in the clock's future.
    let database = server.database("paced_updates", CONNECTIONS).await?;
    let app = Arc::new(App::new(parts(&database.pool, &stub, &Clock::system())?));
    let running = Running::start(&app);
    let slow = running.handle(server, &stub, &feed.starts(paced), Arrival::AtOnce).await?;
    running.stop().await?;
    database.pool.close().await;
    Ok(lines(&Costs { newcomers, fast, burst, slow, calls }))
}

fn lines(costs: &Costs) -> Vec<Line> {
    let Costs { newcomers, fast, burst, slow, calls } = costs;
    let stub = "a minimal in-process Bot API on a thread of its own, not counted";
    let cpu = |what: &str, cost: &Cost| {
        Line::new("c", what, cost.per_thousand(cost.program), "ms")
            .note(format!("PostgreSQL beside it: {:.0} ms", cost.per_thousand(cost.postgres)))
    };
    let shown = |cost: &Cost| format!("{} messages for {} updates", cost.menus, cost.updates);
    vec![
        Line::new("c", "/start → menu, updates", fast.rate(), "/s")
            .beside("sendMessage alone", calls.rate())
            .note(format!(
                "{} updates of known persons, {stub}; the program's clock runs {CLOCK_FASTER} \
                 times as fast, so that Telegram's 30 messages a second do not limit; {} first \
                 words with opening of wallets: {:.0} /s",
                fast.updates,
                newcomers.updates,
                newcomers.rate()
            )),
        cpu("/start → menu, CPU per 1,000 updates", fast)
            .beside("sendMessage alone", calls.per_thousand(calls.program)),
        Line::new("c", format!("{} at once after a rest", burst.updates), burst.rate(), "/s")
            .beside("arriving steadily", fast.rate())
            .note(format!(
                "the queue was empty when its statistics were taken; PostgreSQL used {:.0} ms per \
                 1,000; {}",
                burst.per_thousand(burst.postgres),
                shown(burst)
            )),
        Line::new(
            "c",
            format!("{} first words at Telegram's pace", slow.updates),
            slow.rate(),
            "/s",
        )
        .beside("the pace", PACE_PER_SECOND)
        .note(shown(slow)),
        cpu("the same, CPU per 1,000 updates", slow)
            .beside("without waiting for the pace", newcomers.per_thousand(newcomers.program)),
    ]
}

/// Lets the clock run.
async fn hurry(hand: ManualClock) {
    let mut ticks = tokio::time::interval(CLOCK_TICK);
    loop {
        ticks.tick().await;
        hand.advance(CLOCK_TICK * CLOCK_FASTER);
    }
}

/// The program with the loop that works on updates.
pub(crate) struct Running {
    pub(crate) app: Arc<App>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let stop = CancellationToken::new();
        let (runner, stopped) = (app.talk_runner(), stop.clone());
        let task = tokio::spawn(async move { runner.run(stopped.cancelled(), PATIENCE).await });
        Self { app: Arc::clone(app), stop, task }
    }

    /// Takes updates in and waits until each has its menu and no job is left.
    async fn handle(
        &self,
        server: &Server,
        stub: &BotStub,
        updates: &[RawUpdate],
        arrival: Arrival,
    ) -> anyhow::Result<Cost> {
        let count = u32::try_from(updates.len())?;
        let before = stub.messages();
        let real = Clock::system();
        let cpu = (own_cpu(THREAD), family_cpu(server.process_id()));
        let start = Instant::now();
        let mut received = 0;
        for batch in updates.chunks(BATCH) {
            self.app.receive(batch).await?;
            received += u32::try_from(batch.len())?;
            while arrival == Arrival::Steady && before + received > stub.messages() + IN_FLIGHT {
                real.sleep(Duration::from_millis(1)).await;
                anyhow::ensure!(start.elapsed() < PATIENCE, "the updates are not answered");
            }
        }
        // Looking at the queue costs something, so it is done seldom before the last answer.
        for look in 1_u32.. {
            real.sleep(Duration::from_millis(5)).await;
            let all = stub.messages() >= before + count;
            if (all || look % 100 == 0) && self.is_done().await? {
                break;
            }
            anyhow::ensure!(start.elapsed() < PATIENCE, "the updates are not answered");
        }
        Ok(Cost {
            updates: count,
            menus: stub.messages() - before,
            took: start.elapsed(),
            program: own_cpu(THREAD).saturating_sub(cpu.0),
            postgres: family_cpu(server.process_id()).saturating_sub(cpu.1),
        })
    }

    async fn is_done(&self) -> anyhow::Result<bool> {
        let left: i64 =
            sqlx::query_scalar("select count(*) from jobs").fetch_one(self.app.pool()).await?;
        Ok(left == 0)
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.task.await.context("the dispatcher failed")
    }
}

/// Updates as Telegram writes them.
struct Feed {
    next: i64,
}

impl Feed {
    /// So many rounds of [`Feed::starts`].
    fn rounds(&mut self, people: i64, rounds: u32) -> Vec<RawUpdate> {
        (0..rounds).flat_map(|_| self.starts(people)).collect()
    }

    /// `/start` of so many persons, one each.
    fn starts(&mut self, people: i64) -> Vec<RawUpdate> {
        let updates = (0..people).map(|person| {
            let id = self.next + person;
            let who = 5_000_000 + person;
            let json = json!({
                "update_id": id,
                "message": {
                    "message_id": id,
                    "from": {"id": who, "is_bot": false, "first_name": "Анна", "language_code": "ru"},
                    "chat": {"id": who, "first_name": "Анна", "type": "private"},
                    "date": 1_700_000_000,
                    "text": "/start",
                    "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
                },
            });
            RawUpdate { id, json: json.to_string() }
        });
        let updates = updates.collect();
        self.next += people;
        updates
    }
}

/// The reference: as many messages by the same client, as many at a time, and nothing else.
async fn calls_alone(server: &Server, stub: &BotStub, calls: u32) -> anyhow::Result<Cost> {
    const AT_ONCE: u32 = 16;
    let bot = bot(stub, &Clock::system())?;
    let cpu = (own_cpu(THREAD), family_cpu(server.process_id()));
    let (before, known) = (thread_cpu(THREAD), stub.messages());
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let bot = bot.clone();
        tasks.spawn(async move {
            for chat in 0..calls / AT_ONCE {
                let html = "<b>Меню</b>\nВыберите, что сделать".to_owned();
                bot.send(&Outbound::Text { chat: chat.into(), html, keyboard: None }).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let took = start.elapsed();
    anyhow::ensure!(thread_cpu(THREAD) > before, "the stub's thread was not found");
    Ok(Cost {
        updates: stub.messages() - known,
        menus: stub.messages() - known,
        took,
        program: own_cpu(THREAD).saturating_sub(cpu.0),
        postgres: family_cpu(server.process_id()).saturating_sub(cpu.1),
    })
}

fn bot(stub: &BotStub, clock: &Clock) -> anyhow::Result<BotApi> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let settings = BotSettings { api_url: stub.url.clone(), token: SecretString::from(TOKEN) };
    Ok(BotApi::new(settings, http, clock.clone()))
}

pub(crate) fn parts(pool: &PgPool, stub: &BotStub, clock: &Clock) -> anyhow::Result<AppParts> {
    let settings = KieSettings {
        api_url: stub.url.clone(),
        upload_url: stub.url.clone(),
        keys: vec![SecretString::from("unused")],
        webhook_hmac: None,
        pace: kie::Pace::default(),
        timeouts: kie::Timeouts::default(),
    };
    let client = kie::http_client_builder().no_proxy().build()?;
    let guard = Guard::new(AllowList::new(&[&stub.url], &[])?);
    Ok(AppParts {
        formula: money::Formula::default(),
        pool: pool.clone(),
        bot: bot(stub, clock)?,
        kie: KieClient::new(settings, client, clock.clone())?,
        links: Arc::new(chat::GuardedLinks::new(guard.clone())),
        guard,
        writer: kiebot::WriterSettings::default(),
        providers: kiebot::Providers::default(),
        watch: watch::Settings::default(),
        desk: desk()?,
        settings: generation::Settings::default(),
        clock: clock.clone(),
        ids: Ids::system(),
        crash: CrashPoints::default(),
        workers: 20,
    })
}

/// A shop where everything of the catalogue is sold.
pub(crate) fn desk() -> anyhow::Result<Desk> {
    let rate = |markup: i64| {
        Rate::from_parts(Decimal::new(5, 3), Decimal::from(95), Decimal::from(markup))
    };
    Ok(Desk {
        catalog: Arc::new(Catalog::builtin()?),
        scenarios: Arc::new(Scenarios::builtin()?),
        rate: rate(2)?,
        cost_rate: rate(1)?,
        welcome: Rub::from_roubles(200),
        world: World::Real,
        bot_username: "bench_bot".to_owned(),
        support: None,
        free: chat::FreeTier::default(),
        dear: Rub::from_roubles(300),
        accepts_orders: true,
        journey: chat::Shop {
            limits: chat::Limits { requests_per_minute: u32::MAX, ..chat::Limits::default() },
            ..chat::Shop::default()
        },
        rules: chat::Rules::default(),
        // Everybody is new here.
        bonuses: promo::Rules {
            welcome_daily_max: Rub::from_kopecks(i64::MAX),
            ..promo::Rules::default()
        },
        payments: payments::Offer::default(),
    })
}
