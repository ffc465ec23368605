//! What all stories log together, and that no secret is in it.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Options, TOKEN};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What is looked at once more with what is new: a secret may have come in two writes.
const OVERLAP: usize = 4_096;

struct LogWriter;

impl std::io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The secrets of all stories so far.
static SECRETS: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Takes down everything that all stories log, at the finest level of our own crates.
pub fn watch(options: &Options) {
    let secrets = options.keys.iter().copied().chain(options.webhook_key).chain([TOKEN]);
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner).extend(secrets);
    static WATCHED: OnceLock<()> = OnceLock::new();
    WATCHED.get_or_init(|| {
        let _first = tracing_subscriber::fmt()
            .with_env_filter("debug,hyper=warn,hyper_util=warn,reqwest=warn,h2=warn,sqlx=info")
            .with_ansi(false)
            .with_writer(|| LogWriter)
            .try_init();
    });
}

/// Looks through what all stories have logged since the last look.
pub fn assert_no_secret() {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&log);
    for secret in SECRETS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        if let Some(at) = text.find(secret) {
            let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
            panic!("a secret is in the log: {}…", &text[line..at]);
        }
    }
    let seen = log.len().saturating_sub(OVERLAP);
    log.drain(..seen);
}
