//! The demo as a process of its own.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::driver::signal;

/// A first start makes a database; on a busy machine that takes seconds.
const START: Duration = Duration::from_secs(60);

/// `kiebot demo` at a free port, over an empty folder. Dropping it kills the process.
pub(crate) struct Demo {
    /// The address that the program printed.
    pub(crate) url: String,
    process: Child,
    folder: TempDir,
    log: Arc<Mutex<Vec<String>>>,
}

impl Demo {
    pub(crate) async fn start() -> Self {
        // Under root the database has another user, who must be able to reach the folder.
        let folder = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_kiebot"))
            .args(["demo", "--listen", "127.0.0.1:0", "--folder"])
            .arg(folder.path())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(keep(process.stderr.take().unwrap(), log.clone()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = timeout(START, lines.next_line()).await.expect("the demo is silent").unwrap();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let line = line.expect("the demo ended without a word");
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no address in «{line}»")).to_owned();
        Self { url, process, folder, log }
    }

    /// Whether PostgreSQL works in the folder: it keeps this file while it lives.
    pub(crate) fn has_database(&self) -> bool {
        self.folder.path().join("postgres/data/postmaster.pid").exists()
    }

    /// Asks the program to end, as a supervisor does.
    pub(crate) fn terminate(&self) {
        signal("TERM", &self.process.id().unwrap().to_string());
    }

    /// Waits for the end of the process.
    pub(crate) async fn ends(&mut self) -> ExitStatus {
        self.process.wait().await.unwrap()
    }

    /// Processes that were started with the folder of the demo.
    pub(crate) fn processes(&self) -> Vec<String> {
        let folder = self.folder.path().to_string_lossy().into_owned();
        fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
            .map(|words| String::from_utf8_lossy(&words).replace('\0', " "))
            .filter(|command| command.contains(&folder))
            .collect()
    }

    /// Lines of the log that a working demo does not write.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let complains = |line: &&String| line.contains("WARN") || line.contains("ERROR");
        log.iter().filter(complains).cloned().collect()
    }
}

/// Keeps what the program logs, and shows it when the test fails.
async fn keep(from: impl AsyncRead + Unpin, log: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        println!("demo: {line}");
        log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}
