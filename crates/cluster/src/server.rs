use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::owner::Owner;
use crate::programs::Programs;
use crate::{ClusterError, ClusterSettings};

const LOOK_EVERY: Duration = Duration::from_millis(5);
/// An orderly start after a crash replays the log first, so the patience is generous.
const START_LOOKS_MAX: u32 = 60_000 / 5;
const STOP_LOOKS_MAX: u32 = 20_000 / 5;

/// The running `postgres` and the thread that watches it.
#[derive(Debug)]
pub(crate) struct Server {
    process_id: u32,
    watcher: Option<thread::JoinHandle<()>>,
}

/// Makes a data folder. It is built beside its place and moved there when whole, so that a
/// failure leaves nothing half-made.
pub(crate) fn init(
    programs: &Programs,
    owner: &Owner,
    home: &Path,
    data: &Path,
    durable: bool,
) -> Result<(), ClusterError> {
    let unfinished = home.join("unfinished");
    let remove = || match fs::remove_dir_all(&unfinished) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ClusterError::Failed(error.to_string())),
    };
    remove()?;
    let mut command = owner.command(&programs.path("initdb"));
    command.arg("-D").arg(&unfinished).args([
        "-U",
        "kiebot",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-instructions",
    ]);
    if !durable {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(|error| ClusterError::Failed(error.to_string()))?;
    if !output.status.success() {
        remove()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(ClusterError::Failed(last_lines(&text)));
    }
    fs::rename(&unfinished, data).map_err(|error| ClusterError::Failed(error.to_string()))
}

impl Server {
    pub(crate) fn start(
        programs: &Programs,
        owner: &Owner,
        data: &Path,
        socket_folder: &Path,
        home: &Path,
        settings: &ClusterSettings,
    ) -> Result<Self, ClusterError> {
        stop_orphan(data)?;
        let log_path = home.join("postgres.log");
        let log =
            File::create(&log_path).map_err(|error| ClusterError::Failed(error.to_string()))?;
        let command = server_command(programs, owner, data, socket_folder, settings, log);
        let (process_id, watcher) = spawn_watched(command)?;
        let mut server = Self { process_id, watcher: Some(watcher) };
        match server.wait_until_ready(data) {
            Ok(()) => Ok(server),
            Err(()) => {
                server.stop();
                let log = fs::read_to_string(&log_path).unwrap_or_default();
                Err(ClusterError::Failed(last_lines(&log)))
            }
        }
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process_id
    }

    fn wait_until_ready(&self, data: &Path) -> Result<(), ()> {
        for _ in 0..START_LOOKS_MAX {
            let ended = self.watcher.as_ref().is_none_or(thread::JoinHandle::is_finished);
            if ended {
                return Err(());
            }
            if is_ready(data, self.process_id) {
                return Ok(());
            }
            thread::sleep(LOOK_EVERY);
        }
        Err(())
    }

    /// A fast shutdown: sessions are cut, what was committed is kept.
    pub(crate) fn stop(&mut self) {
        let Some(watcher) = self.watcher.take() else { return };
        if !watcher.is_finished() {
            signal(self.process_id, Signal::SIGINT);
        }
        if watcher.join().is_err() {
            tracing::error!("the thread that watched PostgreSQL panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn server_command(
    programs: &Programs,
    owner: &Owner,
    data: &Path,
    socket_folder: &Path,
    settings: &ClusterSettings,
    log: File,
) -> Command {
    let server = programs.path("postgres");
    // `setpriv` asks the kernel to stop the server when the thread that started it dies.
    let setpriv = Path::new("/usr/bin/setpriv");
    let mut command = if setpriv.exists() {
        let mut command = owner.command(setpriv);
        command.args(["--pdeathsig", "INT"]).arg(server);
        command
    } else {
        owner.command(&server)
    };
    command.arg("-D").arg(data).arg("-k").arg(socket_folder);
    let mut set = |text: String| {
        command.arg("-c").arg(text);
    };
    set("listen_addresses=".to_owned());
    set("port=5432".to_owned());
    set(format!("max_connections={}", settings.connections_max));
    set("shared_buffers=64MB".to_owned());
    set("logging_collector=off".to_owned());
    if !settings.durable {
        set("fsync=off".to_owned());
        set("synchronous_commit=off".to_owned());
        set("full_page_writes=off".to_owned());
    }
    let log_copy = log.try_clone();
    command.stdin(Stdio::null()).stderr(log).process_group(0);
    command.stdout(log_copy.map_or_else(|_| Stdio::null(), Stdio::from));
    command
}

/// Starts the child on a thread of its own and leaves that thread waiting for its end.
fn spawn_watched(mut command: Command) -> Result<(u32, thread::JoinHandle<()>), ClusterError> {
    let (sender, receiver) = mpsc::channel();
    let watcher = thread::Builder::new()
        .name("postgres".to_owned())
        .spawn(move || match command.spawn() {
            Ok(child) => {
                let told = sender.send(Ok(child.id()));
                watch(child, told.is_err());
            }
            Err(error) => {
                let _unheard = sender.send(Err(error));
            }
        })
        .map_err(|error| ClusterError::Failed(error.to_string()))?;
    match receiver.recv() {
        Ok(Ok(process_id)) => Ok((process_id, watcher)),
        Ok(Err(error)) => Err(ClusterError::Failed(error.to_string())),
        Err(_) => Err(ClusterError::Failed("the starting thread died".to_owned())),
    }
}

fn watch(mut child: Child, nobody_listens: bool) {
    if nobody_listens {
        signal(child.id(), Signal::SIGINT);
    }
    match child.wait() {
        Ok(status) => tracing::debug!(%status, "PostgreSQL ended"),
        Err(error) => tracing::error!(%error, "PostgreSQL could not be waited for"),
    }
}

/// We hold the folder's lock, so a server on this folder has lost its program: stop it.
pub(crate) fn stop_orphan(data: &Path) -> Result<(), ClusterError> {
    let Some(process_id) = recorded_process(data) else { return Ok(()) };
    if !is_postgres_on(process_id, data) {
        return Ok(());
    }
    signal(process_id, Signal::SIGINT);
    for _ in 0..STOP_LOOKS_MAX {
        if !is_postgres_on(process_id, data) {
            return Ok(());
        }
        thread::sleep(LOOK_EVERY);
    }
    Err(ClusterError::Failed(format!("the orphaned server {process_id} does not stop; stop it")))
}

/// The first line of `postmaster.pid`.
fn recorded_process(data: &Path) -> Option<u32> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Whether the process is alive, is PostgreSQL, and works on this folder: a process id may have
/// been given to another program since.
fn is_postgres_on(process_id: u32, data: &Path) -> bool {
    let Ok(raw) = i32::try_from(process_id) else { return false };
    if kill(Pid::from_raw(raw), None) == Err(Errno::ESRCH) {
        return false;
    }
    let Ok(command_line) = fs::read(PathBuf::from(format!("/proc/{process_id}/cmdline"))) else {
        return false;
    };
    let text = String::from_utf8_lossy(&command_line).into_owned();
    text.contains("postgres") && text.contains(&data.display().to_string())
}

/// The eighth line of `postmaster.pid` says `ready` once connections are accepted.
fn is_ready(data: &Path, process_id: u32) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = text.lines();
    let first = lines.next().and_then(|line| line.trim().parse::<u32>().ok());
    first == Some(process_id) && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

fn signal(process_id: u32, signal: Signal) {
    if let Ok(raw) = i32::try_from(process_id)
        && let Err(error) = kill(Pid::from_raw(raw), signal)
    {
        tracing::debug!(%error, process_id, "the signal did not arrive");
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(3);
    lines.get(from..).unwrap_or_default().join("; ")
}
