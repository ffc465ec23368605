//! The built program as a process of its own, between the emulators: how soon it serves, how much
//! memory it takes at rest, how soon it answers a press.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clock::Clock;
use fleet::{Outside, Process};
use sandbox::telegram::{PersonId, TelegramWorld};

use crate::figures::{median, milliseconds, percentile, range};
use crate::machine::memory_mib;
use crate::report::{Goal, Line};
use crate::server::Server;

/// Nobody orders here, so no task is ever made.
const TASK: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(30);
/// After this the program has nothing left to do.
const REST: Duration = Duration::from_secs(3);
/// Presses of one person: a chat may get five messages at once, and the greeting and the menu are
/// two of them.
const PRESSES_EACH: usize = 3;
/// Between presses, so that they stay below Telegram's 30 messages a second: an idle machine.
const BETWEEN: Duration = Duration::from_millis(60);

/// Names and values of the environment.
type Settings = [(&'static str, String)];

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
    let outside = Outside::start(1, TASK).await?;
    let settings = outside.settings_of_polling(&database.url);
    let log = server.folder().join("process.log");
    let clock = Clock::system();
    let mut times = Vec::new();
    for _ in 1..starts {
        let (program, served_after) = start(&path, &settings, &log).await?;
        times.push(served_after);
        stop(program).await?;
    }
    let (program, served_after) = start(&path, &settings, &log).await?;
    times.push(served_after);
    clock.sleep(REST).await;
    let memory = memory_mib(program.process_id(), "VmRSS")?;
    let own = memory_mib(program.process_id(), "RssAnon")?;
    let replies = presses(&outside.telegram, &clock, people).await?;
    clock.sleep(REST).await;
    let later = memory_mib(program.process_id(), "VmRSS")?;
    stop(program).await?;
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

/// A process that has begun to serve, and after how many milliseconds.
async fn start(path: &Path, settings: &Settings, log: &Path) -> anyhow::Result<(Process, f64)> {
    let start = Instant::now();
    let process = Process::start(path, "run", settings, log).await?;
    Ok((process, milliseconds(start.elapsed())))
}

async fn stop(process: Process) -> anyhow::Result<()> {
    let code = process.stop().await?;
    anyhow::ensure!(code == Some(0), "the program ended with {code:?}");
    Ok(())
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

/// Persons press «Меню» below the chat, go into the first thing shown, back, and in again; how long
/// each answer took, in milliseconds.
async fn presses(world: &TelegramWorld, clock: &Clock, people: usize) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    for number in 0..people {
        let person = world.add_person(&format!("Person {number}"), "ru");
        world.says(person, "/start");
        let guide = answer(world.until(|world| screen(world, person)), "/start").await?;
        let key = world.until(|world| world.reply_keyboard(person)?.first()?.first().cloned());
        let key = answer(key, "the greeting").await?;
        clock.sleep(BETWEEN).await;
        let start = Instant::now();
        world.says(person, &key);
        let menu =
            world.until(|world| screen(world, person).filter(|now| now.message != guide.message));
        let mut shown = answer(menu, &key).await?;
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
