//! An evening at a shop: orders and presses come at the rate of the peak, for as long as is wanted,
//! to a bot and a worker between the emulators.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use clock::Clock;
use fleet::{Customer, Outside, Process};
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::figures::{median, milliseconds, percentile};
use crate::machine::{self, memory_mib};
use crate::report::{Goal, Line, Report};
use crate::server::Server;

/// Keys of KIE.ai: each takes 18 new tasks in 10 seconds.
const KEYS: usize = 2;
/// How long a task of the emulator takes.
const TASK: Duration = Duration::from_secs(4);
/// People give up after this.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the contract promises of a press.
const PRESS_MS: f64 = 200.0;
/// An order that is overtaken by less than this is in its turn: two jobs of one moment.
const MOMENT_MS: i64 = 2_000;
const LOOK_EVERY: Duration = Duration::from_millis(250);
const END: Duration = Duration::from_mins(5);

/// How much comes, and for how long.
#[derive(Clone, Debug, Args)]
pub(crate) struct Evening {
    /// Orders in a minute: 60 are 7,200 in the two hours of an evening.
    #[arg(long, default_value_t = 60)]
    orders_per_minute: u32,
    /// People who only look around, in a minute.
    #[arg(long, default_value_t = 180)]
    looks_per_minute: u32,
    /// How long it goes on.
    #[arg(long, default_value_t = 120)]
    seconds: u32,
    /// Where the private PostgreSQL works.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// One JSON document in place of the table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was seen while it went on.
#[derive(Debug, Default)]
struct Seen {
    presses: Vec<f64>,
    lost: u32,
    orders: u32,
    oldest_ms: Vec<f64>,
}

pub(crate) async fn measure(evening: &Evening) -> anyhow::Result<Report> {
    let server = Server::start(evening.folder.as_deref()).await?;
    let mut report = Report::new(machine::facts(&server).await?, false);
    let database = server.database("peak", 3).await?;
    let outside = Arc::new(Outside::start(KEYS, TASK).await?);
    let program = std::env::current_exe()?.with_file_name("kiebot");
    let mut settings = outside.settings(&database.url);
    settings.push(("WELCOME_DAILY_MAX_RUB", "10000000".to_owned()));
    let log = server.folder().join("peak.log");
    let bot = Process::start(&program, "run", &settings, &log).await?;
    let worker = Process::start(&program, "worker", &settings, &log).await?;
    let place = outside.front.add_place();
    outside.front.set(place, Some(bot.address.clone()));
    // What the first requests take for good is no leak.
    let warm = Evening { seconds: 10, ..evening.clone() };
    pass(&warm, &outside, &database.pool).await?;
    let before = memory_mib(bot.process_id(), "RssAnon")?;
    let seen = pass(evening, &outside, &database.pool).await?;
    let after = memory_mib(bot.process_id(), "RssAnon")?;
    report.extend(lines(evening, &seen, &database.pool).await?);
    report.extend(vec![
        Line::new("f", "memory of the bot after it", after, "MiB").beside("before it", before),
    ]);
    bot.stop().await?;
    worker.stop().await?;
    let wrong = outside.telegram.violations();
    anyhow::ensure!(wrong.is_empty(), "the emulated Telegram refused calls: {wrong:?}");
    database.pool.close().await;
    server.stop().await?;
    Ok(report)
}

async fn lines(evening: &Evening, seen: &Seen, pool: &PgPool) -> anyhow::Result<Vec<Line>> {
    let turns = fleet::turns(pool, MOMENT_MS).await?;
    let violations = kiebot::books::audit(pool).await?;
    let number = |value: i64| u32::try_from(value).map_or(f64::INFINITY, f64::from);
    let rate = format!(
        "{} orders and {} looks in {} s; p50 {:.1} ms, worst {:.1} ms; {} answers did not come",
        seen.orders,
        seen.presses.len(),
        evening.seconds,
        median(&seen.presses),
        percentile(&seen.presses, 100),
        seen.lost
    );
    Ok(vec![
        Line::new("f", "press to the changed screen, p99", percentile(&seen.presses, 99), "ms")
            .goal(Goal::Below(PRESS_MS))
            .note(rate),
        Line::new("f", "answers that did not come", f64::from(seen.lost), "")
            .goal(Goal::Below(1.0)),
        Line::new("f", "orders that were overtaken", number(turns.overtaken), "")
            .goal(Goal::Below(1.0))
            .note(format!(
                "of {}; the longest wait from the order to its submission {} ms",
                turns.submitted, turns.longest_ms
            )),
        Line::new("f", "oldest due job, worst", percentile(&seen.oldest_ms, 100), "ms")
            .beside("p50", median(&seen.oldest_ms)),
        Line::new("f", "violations of the books", f64::from(u32::try_from(violations.len())?), "")
            .goal(Goal::Below(1.0)),
    ])
}

/// One after another they come, each on their own, until the time is over and every order ended.
async fn pass(evening: &Evening, outside: &Outside, pool: &PgPool) -> anyhow::Result<Seen> {
    let clock = Clock::system();
    let all = evening.orders_per_minute + evening.looks_per_minute;
    let count = all * evening.seconds / 60;
    let between = Duration::from_secs(60) / all.max(1);
    let mut people = JoinSet::new();
    let over = CancellationToken::new();
    let watching = tokio::spawn(watch(pool.clone(), over.clone()));
    let start = Instant::now();
    let mut seen = Seen::default();
    for number in 0..count {
        let due = between * number;
        clock.sleep(due.saturating_sub(start.elapsed())).await;
        let name = format!("Person {number}");
        let customer = Customer::new(&outside.telegram, &name, PATIENCE);
        // Orders are spread evenly among the looks.
        let orders_before = |number: u32| {
            u64::from(number) * u64::from(evening.orders_per_minute) / u64::from(all.max(1))
        };
        if orders_before(number + 1) > orders_before(number) {
            seen.orders += 1;
            people.spawn(async move {
                customer.orders("A cat reads a newspaper", false).await.then_some(None)
            });
        } else {
            people.spawn(async move { customer.looks_around().await.map(Some) });
        }
    }
    while let Some(ended) = people.join_next().await {
        match ended? {
            Some(Some(took)) => seen.presses.push(milliseconds(took)),
            Some(None) => {}
            None => seen.lost += 1,
        }
    }
    while fleet::open_orders(pool).await? > 0 {
        clock.sleep(LOOK_EVERY).await;
        let limit = END + Duration::from_secs(evening.seconds.into());
        anyhow::ensure!(start.elapsed() < limit, "orders do not end");
    }
    over.cancel();
    seen.oldest_ms = watching.await??;
    Ok(seen)
}

/// How old the oldest due job is, again and again.
async fn watch(pool: PgPool, over: CancellationToken) -> Result<Vec<f64>, sqlx::Error> {
    let clock = Clock::system();
    let mut ages = Vec::new();
    while !over.is_cancelled() {
        let age = fleet::age_of_queue(&pool, clock.now()).await?;
        ages.push(u32::try_from(age.oldest_ms).map_or(f64::INFINITY, f64::from));
        clock.sleep(LOOK_EVERY).await;
    }
    Ok(ages)
}
