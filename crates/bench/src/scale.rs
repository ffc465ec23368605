//! The program over a big database: very many people and orders, what a press costs then, and
//! whether any statement reads more than it needs.

mod fill;
mod looks;
mod plans;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use clock::Clock;
use sqlx::PgPool;

use crate::figures::{milliseconds, percentile};
use crate::machine;
use crate::report::{Goal, Line, Report};
use crate::server::Server;
use crate::stub::BotStub;
use crate::talk::{Running, parts};

/// The operator whose pages are looked at.
const OPERATOR: i64 = 4_999_999_999;

/// How big the shop is.
#[derive(Clone, Debug, Args)]
pub(crate) struct Size {
    /// People.
    #[arg(long, default_value_t = 1_200_000)]
    pub(crate) people: u32,
    /// Orders; each person has equally many. Three rows of the ledger each.
    #[arg(long, default_value_t = 10_000_000)]
    pub(crate) orders: u32,
    /// Jobs that wait in the queue.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) jobs: u32,
    /// How often each thing is timed.
    #[arg(long, default_value_t = 300)]
    pub(crate) samples: u32,
    /// Where the private PostgreSQL works: some 2.5 KB for each order.
    #[arg(long)]
    pub(crate) folder: Option<PathBuf>,
    /// One JSON document in place of the table.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Size {
    /// Whole rounds, in each of which every person orders once.
    fn rounds(&self) -> u32 {
        self.orders.div_ceil(self.people).max(1)
    }

    fn all_orders(&self) -> u32 {
        self.people * self.rounds()
    }
}

pub(crate) async fn measure(size: &Size) -> anyhow::Result<Report> {
    let server = Server::start(size.folder.as_deref()).await?;
    let mut report = Report::new(machine::facts(&server).await?, false);
    let database = server.database("scale", 10).await?;
    report.extend(vec![fill::fill(&database, size).await?]);
    let stub = BotStub::start()?;
    report.extend(timed(&database.pool, &stub, size).await?);
    report.extend(whole(&database.pool).await?);
    database.pool.close().await;

    eprintln!("scale: plans");
    plans::log_all(&server, "scale").await?;
    let database = server.database("scale", 10).await?;
    let found = examined(&server, &database.pool, &stub, size).await?;
    report.extend(found);
    database.pool.close().await;
    server.stop().await?;
    Ok(report)
}

/// What a person, an operator and the program itself wait for.
async fn timed(pool: &PgPool, stub: &BotStub, size: &Size) -> anyhow::Result<Vec<Line>> {
    let running = start(pool, stub)?;
    let mut lines = Vec::new();
    for look in looks::ALL {
        eprintln!("scale: {}", look.what);
        let samples = look.samples(size.samples);
        let times = look.take(&running, stub, size, samples).await?;
        for percent in [50, 99] {
            let value = percentile(&times, percent);
            let line = Line::new("e", format!("{}, p{percent}", look.what), value, "ms");
            lines.push(match look.limit_ms {
                Some(limit) if percent == 99 => line.goal(Goal::Below(limit)),
                Some(_) | None => line,
            });
        }
    }
    running.stop().await?;
    Ok(lines)
}

/// What reads all of the books.
async fn whole(pool: &PgPool) -> anyhow::Result<Vec<Line>> {
    eprintln!("scale: the audit");
    let start = Instant::now();
    let violations = kiebot::books::audit(pool).await?;
    let took = milliseconds(start.elapsed()) / 1000.0;
    let count = f64::from(u32::try_from(violations.len())?);
    let first = violations.first().map(|one| format!("{one:?}")).unwrap_or_default();
    Ok(vec![
        Line::new("e", "audit of all books", took, "s"),
        Line::new("e", "violations that it found", count, "").goal(Goal::Below(1.0)).note(first),
    ])
}

/// Every statement of the same things, looked at by what PostgreSQL says it has done.
async fn examined(
    server: &Server,
    pool: &PgPool,
    stub: &BotStub,
    size: &Size,
) -> anyhow::Result<Vec<Line>> {
    let big = plans::big_tables(pool).await?;
    let running = start(pool, stub)?;
    let mut lines = Vec::new();
    for look in looks::ALL {
        let before = plans::read(server)?.len();
        look.take(&running, stub, size, 5).await?;
        let all = plans::read(server)?;
        let fresh = all.get(before..).context("the log has shrunk")?;
        anyhow::ensure!(!fresh.is_empty(), "PostgreSQL has logged no plan for {}", look.what);
        let wasteful = plans::wasteful(fresh, &big, look.limits());
        let count = f64::from(u32::try_from(wasteful.len())?);
        let what = format!("{}: statements that read too much", look.what);
        let note = wasteful.into_iter().take(3).collect::<Vec<_>>().join("\n    ");
        let note = format!("of {} {note}", fresh.len());
        lines.push(Line::new("e", what, count, "").goal(Goal::Below(1.0)).note(note));
    }
    running.stop().await?;
    // A look that finds nothing must be one that can find something.
    let before = plans::read(server)?.len();
    plans::read_a_whole_table(pool).await?;
    let all = plans::read(server)?;
    let fresh = all.get(before..).unwrap_or_default();
    let caught = plans::wasteful(fresh, &big, plans::Limits::SELDOM).len();
    anyhow::ensure!(caught > 0, "a statement that reads a whole table was not noticed");
    Ok(lines)
}

fn start(pool: &PgPool, stub: &BotStub) -> anyhow::Result<Running> {
    let clock = Clock::system();
    let mut parts = parts(pool, stub, &clock)?;
    parts.settings.operators = vec![OPERATOR];
    Ok(Running::start(&Arc::new(kiebot::App::new(parts))))
}
