//! The ring of keys: which key takes the next task, which ones rest and why.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use money::Credits;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use time::OffsetDateTime;

use crate::client::Pace;
use crate::failure::{Failure, FailureKind};

/// The public name of a key, such as `key-1-ab12cd`: its place in the settings when it was named,
/// and a short fingerprint that does not lead back to it. Only the fingerprint identifies the key,
/// so stored names keep their meaning when the keys are put in another order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyName(String);

impl KeyName {
    /// Takes back a name that was stored.
    #[must_use]
    pub fn from_stored(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as stored and logged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fingerprint(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or_default()
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stored name whose key is not in the settings any more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the KIE key {0} is not configured")]
pub struct UnknownKey(pub KeyName);

/// Why no key can take a task now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoKey {
    /// Working keys exist, but their pace is spent for this long.
    #[error("the pace is spent for {0:?}")]
    NotNow(Duration),
    /// Every key rests after trouble with the account.
    #[error("every key rests until {until}")]
    AllBenched {
        /// When the first of them comes back.
        until: OffsetDateTime,
    },
}

/// The last trouble seen with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFailure {
    /// Its class.
    pub kind: FailureKind,
    /// The provider's code.
    pub code: i64,
    /// When it was seen.
    pub at: OffsetDateTime,
}

/// The state of one key, for the operator's panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHealth {
    /// Which key.
    pub name: KeyName,
    /// Until when it takes no new task; `None` when it works.
    pub benched_until: Option<OffsetDateTime>,
    /// The last account or rate trouble.
    pub last_failure: Option<LastFailure>,
    /// The balance last read, and when.
    pub balance: Option<(Credits, OffsetDateTime)>,
    /// Tasks started within the present pace window.
    pub in_window: usize,
}

/// A configured key.
pub(crate) struct Key {
    pub(crate) name: KeyName,
    pub(crate) secret: SecretString,
}

#[derive(Default)]
struct KeyState {
    started: VecDeque<OffsetDateTime>,
    paused_until: Option<OffsetDateTime>,
    bench: Option<Bench>,
    last_turn: u64,
    last_failure: Option<LastFailure>,
    balance: Option<(Credits, OffsetDateTime)>,
}

#[derive(Clone, Copy)]
struct Bench {
    until: OffsetDateTime,
    reason: BenchReason,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BenchReason {
    /// The key itself was refused.
    Access,
    /// The balance is short; the first balance read since is kept to notice a top-up.
    Balance(Option<Credits>),
    /// A limit set for the key.
    Limit,
}

pub(crate) struct Ring {
    keys: Vec<Key>,
    pace: Pace,
    state: Mutex<Vec<KeyState>>,
}

/// Rest after 401 and 433.
const LONG_REST: Duration = Duration::from_mins(10);
/// Rest after 402; a top-up noticed by reading the balance ends it early.
const BALANCE_REST: Duration = Duration::from_mins(5);

/// The first bytes of a keyed hash: enough to tell a handful of keys apart, useless to find one.
fn fingerprint(secret: &SecretString) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"kiebot KIE key name").ok()?;
    mac.update(secret.expose_secret().as_bytes());
    let digest = mac.finalize().into_bytes();
    Some(digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect())
}

impl Ring {
    /// Names the keys; `None` when two different keys have one fingerprint.
    pub(crate) fn new(secrets: Vec<SecretString>, pace: Pace) -> Option<Self> {
        let mut keys: Vec<Key> = Vec::new();
        for secret in secrets {
            let print = fingerprint(&secret)?;
            match keys.iter().find(|key| key.name.fingerprint() == print) {
                Some(same) if same.secret.expose_secret() == secret.expose_secret() => {}
                Some(_) => return None,
                None => {
                    let name = KeyName(format!("key-{}-{print}", keys.len() + 1));
                    keys.push(Key { name, secret });
                }
            }
        }
        let state = keys.iter().map(|_| KeyState::default()).collect();
        Some(Self { keys, pace, state: Mutex::new(state) })
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub(crate) fn find(&self, name: &KeyName) -> Result<(usize, &Key), UnknownKey> {
        self.keys
            .iter()
            .enumerate()
            .find(|(_, key)| key.name.fingerprint() == name.fingerprint())
            .ok_or_else(|| UnknownKey(name.clone()))
    }

    /// The working key with the fewest tasks in its window; of equals, the least recently picked.
    pub(crate) fn pick(&self, now: OffsetDateTime) -> Result<KeyName, NoKey> {
        let mut state = self.lock();
        let turn = state.iter().map(|key| key.last_turn).max().unwrap_or(0) + 1;
        let mut best: Option<(usize, u64, &mut KeyState, &Key)> = None;
        let mut soonest: Option<Duration> = None;
        let mut first_back: Option<OffsetDateTime> = None;
        for (key, state) in self.keys.iter().zip(state.iter_mut()) {
            if let Some(until) = state.benched(now) {
                first_back = Some(first_back.map_or(until, |other| other.min(until)));
                continue;
            }
            if let Err(after) = state.room(self.pace, now) {
                soonest = Some(soonest.map_or(after, |other| other.min(after)));
                continue;
            }
            let rank = (state.started.len(), state.last_turn);
            if best.as_ref().is_none_or(|(used, turn, ..)| rank < (*used, *turn)) {
                best = Some((rank.0, rank.1, state, key));
            }
        }
        match (best, soonest) {
            (Some((_, _, state, key)), _) => {
                state.last_turn = turn;
                Ok(key.name.clone())
            }
            (None, Some(after)) => Err(NoKey::NotNow(after)),
            (None, None) => Err(NoKey::AllBenched { until: first_back.unwrap_or(now) }),
        }
    }

    /// Whether this very key can take a task now.
    pub(crate) fn pick_named(&self, name: &KeyName, now: OffsetDateTime) -> Result<KeyName, NoKey> {
        let Ok((index, key)) = self.find(name) else {
            return Err(NoKey::AllBenched { until: now });
        };
        let mut state = self.lock();
        let Some(state) = state.get_mut(index) else {
            return Err(NoKey::AllBenched { until: now });
        };
        if let Some(until) = state.benched(now) {
            return Err(NoKey::AllBenched { until });
        }
        state.room(self.pace, now).map_err(NoKey::NotNow)?;
        Ok(key.name.clone())
    }

    /// Counts a task that is about to be sent, or says how long there is no room for it.
    pub(crate) fn start(&self, index: usize, now: OffsetDateTime) -> Result<(), Duration> {
        let mut state = self.lock();
        let Some(key) = state.get_mut(index) else { return Ok(()) };
        key.room(self.pace, now)?;
        key.started.push_back(now);
        Ok(())
    }

    /// Draws the consequences of a failure: account trouble rests the key, "too often" spends its
    /// pace for a whole window.
    pub(crate) fn note_failure(&self, index: usize, failure: &Failure, now: OffsetDateTime) {
        let mut state = self.lock();
        let Some(key) = state.get_mut(index) else { return };
        match failure.kind {
            FailureKind::Account => {
                let (reason, rest) = match failure.code {
                    402 => (BenchReason::Balance(None), BALANCE_REST),
                    433 => (BenchReason::Limit, LONG_REST),
                    _ => (BenchReason::Access, LONG_REST),
                };
                key.bench = Some(Bench { until: now + rest, reason });
            }
            FailureKind::RateLimited => key.paused_until = Some(now + self.pace.window),
            FailureKind::Content
            | FailureKind::InvalidInput
            | FailureKind::Temporary
            | FailureKind::Unknown => return,
        }
        key.last_failure = Some(LastFailure { kind: failure.kind, code: failure.code, at: now });
    }

    /// A balance was read: the key is accepted again, and a grown balance ends the rest after 402.
    pub(crate) fn note_balance(&self, index: usize, balance: Credits, now: OffsetDateTime) {
        let mut state = self.lock();
        let Some(key) = state.get_mut(index) else { return };
        key.balance = Some((balance, now));
        let Some(bench) = &mut key.bench else { return };
        match bench.reason {
            BenchReason::Access => key.bench = None,
            BenchReason::Balance(Some(before)) if balance > before => key.bench = None,
            BenchReason::Balance(None) => bench.reason = BenchReason::Balance(Some(balance)),
            BenchReason::Balance(Some(_)) | BenchReason::Limit => {}
        }
    }

    pub(crate) fn health(&self, now: OffsetDateTime) -> Vec<KeyHealth> {
        let mut state = self.lock();
        self.keys
            .iter()
            .zip(state.iter_mut())
            .map(|(key, state)| {
                state.forget(self.pace, now);
                KeyHealth {
                    name: key.name.clone(),
                    benched_until: state.benched(now),
                    last_failure: state.last_failure.clone(),
                    balance: state.balance,
                    in_window: state.started.len(),
                }
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<KeyState>> {
        // The state is counters and dates: a panic elsewhere cannot leave it half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyState {
    fn benched(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.bench.map(|bench| bench.until).filter(|until| *until > now)
    }

    fn forget(&mut self, pace: Pace, now: OffsetDateTime) {
        while self.started.front().is_some_and(|start| *start + pace.window <= now) {
            self.started.pop_front();
        }
    }

    fn room(&mut self, pace: Pace, now: OffsetDateTime) -> Result<(), Duration> {
        self.forget(pace, now);
        let paused = self.paused_until.filter(|until| *until > now);
        let full = if self.started.len() < pace.tasks {
            None
        } else {
            self.started.front().map(|start| *start + pace.window)
        };
        match paused.max(full) {
            None => Ok(()),
            Some(until) => Err(Duration::try_from(until - now).unwrap_or(pace.window)),
        }
    }
}

#[cfg(test)]
mod tests;
