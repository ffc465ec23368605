//! The built program as a process of its own, between the emulators: how soon it serves, how much
//! memory it takes at rest, how soon it answers a press.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clock::Clock;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::kie::{DEFAULT_KEY, KieServer, KieSetup, KieWorld};
use sandbox::telegram::{PersonId, TelegramServer, TelegramSettings, TelegramWorld};
use tokio::process::{Child, Command};

use crate::figures::{median, milliseconds, percentile, range};
use crate::machine::memory_mib;
use crate::report::{Goal, Line};
use crate::server::Server;

const TOKEN: &str = "1000000002:bench-token-of-no-bot";
const PATIENCE: Duration = Duration::from_secs(30);
/// After this the program has nothing left to do.
const REST: Duration = Duration::from_secs(3);
/// Presses of one person: a chat may get five messages at once, and the greeting and the menu are
/// two of them.
const PRESSES_EACH: usize = 3;
/// Between presses, so that they stay below Telegram's 30 messages a second: an idle machine.
const BETWEEN: Duration = Duration::from_millis(60);

const MEMORY: &str = "resident memory at rest";
const START: &str = "start to serving";
const REPLY: &str = "first reply to a press, p99";
const MEMORY_MIB: f64 = 40.0;
const START_MS: f64 = 1000.0;
const REPLY_MS: f64 = 100.0;

pub(crate) async fn measure(server: &Server, quick: bool) -> anyhow::Result<Vec<Line>> {
    let (starts, people) = if quick { (2, 10) } else { (5, 50) };
    let path = std::env::current_exe()?.with_file_name("kiebot");
    if !path.is_file() {
        let why =
            format!("{} is missing: cargo build --release -p kiebot, then again", path.display());
        return Ok([(MEMORY, MEMORY_MIB), (START, START_MS), (REPLY, REPLY_MS)]
            .map(|(what, limit)| Line::missing("c", what, &why).goal(Goal::Below(limit)))
            .to_vec());
    }
    // Migrations belong to the first start only.
    let database = server.database("process", 1).await?;
    database.pool.close().await;
    let outside = Outside::start().await?;
    let clock = Clock::system();
    let mut times = Vec::new();
    for _ in 1..starts {
        let program = Program::start(&path, &outside, &database.url).await?;
        times.push(milliseconds(program.served_after));
        program.stop().await?;
    }
    let program = Program::start(&path, &outside, &database.url).await?;
    times.push(milliseconds(program.served_after));
    clock.sleep(REST).await;
    let memory = memory_mib(program.process_id, "VmRSS")?;
    let own = memory_mib(program.process_id, "RssAnon")?;
    let replies = presses(&outside.telegram, &clock, people).await?;
    clock.sleep(REST).await;
    let later = memory_mib(program.process_id, "VmRSS")?;
    program.stop().await?;
    let wrong = outside.telegram.violations();
    anyhow::ensure!(wrong.is_empty(), "the emulated Telegram refused calls: {wrong:?}");
    Ok(vec![
        Line::new("c", MEMORY, memory, "MiB")
            .goal(Goal::Below(MEMORY_MIB))
            .note(format!(
                "VmRSS of `kiebot run`, of it {own:.1} MiB its own and the rest pages of its file; \
                 after {} presses {later:.1} MiB",
                replies.len()
            )),
        Line::new("c", START, median(&times), "ms").goal(Goal::Below(START_MS)).note(format!(
            "from the spawn to the first 200 of /ready, migrated database; {} ms in {starts} starts",
            range(&times, 0)
        )),
        Line::new("c", REPLY, percentile(&replies, 99), "ms").goal(Goal::Below(REPLY_MS)).note(format!(
            "{} presses by long polling, from the press to the changed screen at the emulator; \
             p50 {:.1} ms, worst {:.1} ms",
            replies.len(),
            median(&replies),
            percentile(&replies, 100)
        )),
    ])
}

/// Telegram and KIE.ai, emulated in this process.
struct Outside {
    telegram: TelegramWorld,
    telegram_server: TelegramServer,
    kie_server: KieServer,
}

impl Outside {
    async fn start() -> anyhow::Result<Self> {
        let clock = Clock::system();
        let now: Arc<dyn Fn() -> i64 + Send + Sync> = Arc::new(move || {
            i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
        });
        let http = reqwest::Client::builder().no_proxy().build()?;
        let telegram = TelegramWorld::new(TelegramSettings {
            token: TOKEN.to_owned(),
            username: "bench_bot".to_owned(),
            name: "Bench".to_owned(),
            now: Arc::clone(&now),
            http: http.clone(),
        });
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let telegram_server = TelegramServer::start(telegram.clone(), any).await?;
        let kie = KieWorld::new(KieSetup { now, http, seed: 1 });
        let kie_server = KieServer::start(kie, any).await?;
        Ok(Self { telegram, telegram_server, kie_server })
    }
}

/// `kiebot run`, serving.
struct Program {
    child: Child,
    process_id: u32,
    served_after: Duration,
}

impl Program {
    async fn start(path: &PathBuf, outside: &Outside, database: &str) -> anyhow::Result<Self> {
        let port = free_port()?;
        let settings = [
            ("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()),
            ("TELEGRAM_API_URL", outside.telegram_server.url.clone()),
            ("KIE_API_KEY", DEFAULT_KEY.to_owned()),
            ("KIE_API_URL", outside.kie_server.url.clone()),
            ("KIE_UPLOAD_URL", outside.kie_server.upload_url.clone()),
            ("DATABASE_URL", database.to_owned()),
            ("LISTEN", Ipv4Addr::LOCALHOST.to_string()),
            ("PORT", port.to_string()),
        ];
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let address = format!("http://127.0.0.1:{port}/ready");
        let clock = Clock::system();
        let start = Instant::now();
        let mut child = Command::new(path)
            .arg("run")
            .env_clear()
            .envs(settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", path.display()))?;
        let process_id = child.id().context("the program ended at once")?;
        loop {
            let answer = http.get(&address).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            let ended = child.try_wait()?;
            anyhow::ensure!(ended.is_none(), "the program ended in place of serving: {ended:?}");
            anyhow::ensure!(start.elapsed() < PATIENCE, "the program does not serve");
            clock.sleep(Duration::from_millis(1)).await;
        }
        Ok(Self { child, process_id, served_after: start.elapsed() })
    }

    async fn stop(mut self) -> anyhow::Result<()> {
        kill(Pid::from_raw(i32::try_from(self.process_id)?), Signal::SIGTERM)?;
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .context("the program does not stop within 30 seconds")??;
        anyhow::ensure!(status.success(), "the program ended with {status}");
        Ok(())
    }
}

/// A port that was free a moment ago.
fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// What a person sees last of the bot.
struct Screen {
    message: i64,
    edits: usize,
    /// What its first button sends.
    first: String,
    /// What its way back sends.
    back: String,
}

/// The newest message of the bot, when it has buttons.
fn screen(world: &TelegramWorld, person: PersonId) -> Option<Screen> {
    let messages = world.messages(person);
    let message = messages.iter().rev().find(|message| message.from_bot && !message.deleted)?;
    let buttons = || message.buttons.iter().flatten().filter(|button| button.data.is_some());
    let first = buttons().next()?.data.clone()?;
    let back = buttons().find(|button| button.label.starts_with('⬅'));
    let back = back.and_then(|button| button.data.clone()).unwrap_or_else(|| first.clone());
    Some(Screen { message: message.id, edits: message.edits, first, back })
}

/// Persons press a category on the keyboard below the chat, go into the first thing shown, back,
/// and in again; how long each answer took, in milliseconds.
async fn presses(world: &TelegramWorld, clock: &Clock, people: usize) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    for number in 0..people {
        let person = world.add_person(&format!("Person {number}"), "ru");
        world.says(person, "/start");
        let guide = answer(world.until(|world| screen(world, person)), "/start").await?;
        let menu = world.until(|world| world.reply_keyboard(person)?.first()?.first().cloned());
        let category = answer(menu, "the greeting").await?;
        clock.sleep(BETWEEN).await;
        let start = Instant::now();
        world.says(person, &category);
        let shelf =
            world.until(|world| screen(world, person).filter(|now| now.message != guide.message));
        let mut shown = answer(shelf, &category).await?;
        took.push(milliseconds(start.elapsed()));
        for press in 1..PRESSES_EACH {
            clock.sleep(BETWEEN).await;
            let button = if press % 2 == 0 { &shown.back } else { &shown.first };
            let start = Instant::now();
            world.presses_raw(person, shown.message, button);
            let changed = world.until(|world| {
                screen(world, person)
                    .filter(|now| (now.message, now.edits) != (shown.message, shown.edits))
            });
            let next = answer(changed, button).await?;
            took.push(milliseconds(start.elapsed()));
            shown = next;
        }
        clock.sleep(BETWEEN).await;
    }
    Ok(took)
}

async fn answer<T>(coming: impl Future<Output = T>, to: &str) -> anyhow::Result<T> {
    tokio::time::timeout(PATIENCE, coming).await.with_context(|| format!("no answer to {to}"))
}
