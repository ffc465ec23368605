//! One process of the program.

use std::fs::File;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use clock::Clock;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// A start with a restarted database, many jobs and a busy machine takes long.
const START: Duration = Duration::from_secs(60);
/// An orderly stop takes 30 s at most.
const STOP: Duration = Duration::from_secs(35);
/// Short, because the time to the first answer is measured by it.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    process_id: u32,
    /// The address of its HTTP port.
    pub address: String,
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The command with nothing of our own environment but where programs are found.
pub(crate) fn command(program: &Path, settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().kill_on_drop(true).stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.envs(settings.iter().cloned());
    command
}

impl Process {
    /// Starts a process and does not wait for it. Its log goes to the end of the file.
    ///
    /// # Errors
    /// The program or the log file cannot be opened.
    pub fn spawn(
        program: &Path,
        role: &str,
        port: u16,
        settings: &[(&'static str, String)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let child = command(program, settings)
            .arg(role)
            .env("PORT", port.to_string())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        let process_id = child.id().context("the program ended at once")?;
        Ok(Self { child, process_id, address: format!("http://127.0.0.1:{port}") })
    }

    /// Starts a process on a free port and waits until it serves.
    ///
    /// # Errors
    /// It does not start, ends, or does not serve in time.
    pub async fn start(
        program: &Path,
        role: &str,
        settings: &[(&'static str, String)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut process = Self::spawn(program, role, free_port()?, settings, log)?;
        let ready = tokio::time::timeout(START, process.serves());
        anyhow::ensure!(ready.await.unwrap_or(false), "`{role}` does not serve");
        Ok(process)
    }

    /// Waits until it serves; `false` when it ended before that.
    pub async fn serves(&mut self) -> bool {
        let clock = Clock::system();
        let Ok(http) = reqwest::Client::builder().no_proxy().timeout(START).build() else {
            return false;
        };
        let address = format!("{}/ready", self.address);
        loop {
            if self.child.try_wait().ok().flatten().is_some() {
                return false;
            }
            let answer = http.get(&address).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return true;
            }
            clock.sleep(LOOK_EVERY).await;
        }
    }

    /// Its number.
    #[must_use]
    pub const fn process_id(&self) -> u32 {
        self.process_id
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// What the system says.
    pub async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Kills it where it stands.
    ///
    /// # Errors
    /// What the system says.
    pub async fn kill(mut self) -> std::io::Result<()> {
        self.child.kill().await
    }

    /// Asks it to stop; answers with its exit code.
    ///
    /// # Errors
    /// It does not stop in time.
    pub async fn stop(mut self) -> anyhow::Result<Option<i32>> {
        kill(Pid::from_raw(i32::try_from(self.process_id)?), Signal::SIGTERM)?;
        let ended = tokio::time::timeout(STOP, self.child.wait()).await;
        Ok(ended.context("the program does not stop in time")??.code())
    }
}
