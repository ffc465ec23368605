//! The only doors through which time and randomness come in.
//!
//! Everything that decides by time asks a [`Clock`]; everything that needs an identifier or an
//! unguessable token asks [`Ids`]. Production wires the system ones; tests wire a clock that moves
//! by hand and a seeded source, so that a story is the same each time.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

/// A source of the current time and of waiting.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(watch::Receiver<OffsetDateTime>),
}

/// The hand that moves a manual [`Clock`].
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<OffsetDateTime>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until its [`ManualClock`] moves it.
    #[must_use]
    pub fn manual(start: OffsetDateTime) -> (Self, ManualClock) {
        let (sender, receiver) = watch::channel(start);
        (Self(Source::Manual(receiver)), ManualClock(Arc::new(sender)))
    }

    /// The present moment, UTC, cut to microseconds: what PostgreSQL keeps of it.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> OffsetDateTime {
        let now = match &self.0 {
            Source::System => OffsetDateTime::now_utc(),
            Source::Manual(receiver) => *receiver.borrow(),
        };
        let micros = now.microsecond();
        now.replace_microsecond(micros).unwrap_or(now)
    }

    /// Waits until `duration` has passed on this clock. On a manual clock, that is when its hand
    /// has moved that far; when the hand is gone, waiting never ends.
    #[allow(clippy::disallowed_methods)]
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(duration).await,
            Source::Manual(receiver) => {
                let mut receiver = receiver.clone();
                let until = *receiver.borrow() + duration;
                if receiver.wait_for(|now| *now >= until).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

impl ManualClock {
    /// Moves the time forward.
    pub fn advance(&self, duration: Duration) {
        self.0.send_modify(|now| *now += duration);
    }

    /// Moves the time to `moment` if that lies ahead.
    pub fn advance_to(&self, moment: OffsetDateTime) {
        self.0.send_modify(|now| *now = (*now).max(moment));
    }
}

/// A source of identifiers and of unguessable tokens.
#[derive(Clone, Debug)]
pub struct Ids(IdSource);

#[derive(Clone, Debug)]
enum IdSource {
    System,
    Seeded { seed: u64, counter: Arc<AtomicU64>, lock: Arc<Mutex<()>> },
}

impl Ids {
    /// Ids from the machine's clock and random generator.
    #[must_use]
    pub fn system() -> Self {
        Self(IdSource::System)
    }

    /// The same ids in the same order for the same seed: for tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(IdSource::Seeded {
            seed,
            counter: Arc::new(AtomicU64::new(0)),
            lock: Arc::new(Mutex::new(())),
        })
    }

    /// A fresh identifier; later ones sort after earlier ones (UUID version 7).
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn uuid(&self) -> Uuid {
        match &self.0 {
            IdSource::System => Uuid::now_v7(),
            IdSource::Seeded { .. } => {
                let (high, low) = self.next_seeded();
                uuid::Builder::from_unix_timestamp_millis(high & 0xffff_ffff, &spread(low))
                    .into_uuid()
            }
        }
    }

    /// 32 lowercase hexadecimal digits with at least 122 random bits.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn token(&self) -> String {
        match &self.0 {
            IdSource::System => Uuid::new_v4().simple().to_string(),
            IdSource::Seeded { .. } => {
                let (high, low) = self.next_seeded();
                format!("{:016x}{:016x}", mix(high ^ 0x5bd1_e995), mix(low))
            }
        }
    }

    /// A number from 0 to `below - 1`, spread evenly enough for jitter; 0 when `below` is 0.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn jitter(&self, below: u64) -> u64 {
        if below == 0 {
            return 0;
        }
        let random = match &self.0 {
            IdSource::System => Uuid::new_v4().as_u64_pair().0,
            IdSource::Seeded { .. } => mix(self.next_seeded().1),
        };
        random % below
    }

    fn next_seeded(&self) -> (u64, u64) {
        match &self.0 {
            IdSource::System => (0, 0),
            IdSource::Seeded { seed, counter, lock } => {
                let _order = lock.lock();
                let number = counter.fetch_add(1, Ordering::SeqCst);
                (number, mix(seed.wrapping_add(number)))
            }
        }
    }
}

/// The finaliser of `SplitMix64`: a bijection that looks random.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn spread(value: u64) -> [u8; 10] {
    let mut bytes = [0_u8; 10];
    bytes[..8].copy_from_slice(&value.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = time::macros::datetime!(2026-01-01 00:00 UTC);

    #[tokio::test]
    async fn a_sleeper_on_a_manual_clock_wakes_when_the_hand_has_moved_far_enough() {
        let (clock, hand) = Clock::manual(START);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(10)).await }
        });
        tokio::task::yield_now().await;
        hand.advance(Duration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        hand.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), START + Duration::from_secs(10));
    }

    #[test]
    fn seeded_ids_are_the_same_each_time_and_sorted() {
        let (one, two) = (Ids::seeded(7), Ids::seeded(7));
        let first: Vec<_> = (0..100).map(|_| one.uuid()).collect();
        let second: Vec<_> = (0..100).map(|_| two.uuid()).collect();
        assert_eq!(first, second);
        assert!(first.is_sorted());
    }

    #[test]
    fn tokens_are_32_hex_digits_and_differ() {
        for ids in [Ids::system(), Ids::seeded(1)] {
            let (one, two) = (ids.token(), ids.token());
            assert_ne!(one, two);
            assert_eq!(one.len(), 32);
            assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }
}
