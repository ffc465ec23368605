//! What lies outside of the processes and outlives them: Telegram, KIE.ai and the balancer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use sandbox::kie::{KieServer, KieSetup, KieWorld, Mode};
use sandbox::telegram::{TelegramServer, TelegramSettings, TelegramWorld};
use tokio::task::JoinHandle;

use crate::Front;

const TOKEN: &str = "1000000003:token-of-no-bot-at-all";
/// Credits of one key: more than any trial spends.
const CREDITS: &str = "1000000";
const TICK: Duration = Duration::from_millis(50);
/// What waits for another try is tried again so often.
const AGAIN: Duration = Duration::from_secs(1);

/// Telegram and KIE.ai, emulated in this process, and the balancer before the others.
#[derive(Debug)]
pub struct Outside {
    /// Telegram.
    pub telegram: TelegramWorld,
    /// KIE.ai.
    pub kie: KieWorld,
    /// The balancer.
    pub front: Front,
    keys: Vec<String>,
    telegram_server: TelegramServer,
    kie_server: KieServer,
    ticking: JoinHandle<()>,
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

impl Outside {
    /// Emulators in which every task ends after `delay`, with so many keys of KIE.ai, each with an
    /// account of its own.
    ///
    /// # Errors
    /// A port cannot be opened.
    pub async fn start(keys: usize, delay: Duration) -> anyhow::Result<Self> {
        // Another trial of this process may have installed it.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::system();
        let now: Arc<dyn Fn() -> i64 + Send + Sync> = Arc::new(move || {
            i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
        });
        let http = reqwest::Client::builder().no_proxy().build()?;
        let telegram = TelegramWorld::new(TelegramSettings {
            token: TOKEN.to_owned(),
            username: "fleet_bot".to_owned(),
            name: "Fleet".to_owned(),
            now: Arc::clone(&now),
            http: http.clone(),
        });
        let kie = KieWorld::new(KieSetup { now, http, seed: 5 });
        kie.set_mode(Mode::Auto { delay_ms: i64::try_from(delay.as_millis())? });
        let keys: Vec<String> = (1..=keys).map(|number| format!("key-of-fleet-{number}")).collect();
        for key in &keys {
            kie.accept_key(key);
            kie.set_key_credits(key, Some(CREDITS)).map_err(|_| anyhow::anyhow!("no amount"))?;
        }
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let telegram_server = TelegramServer::start(telegram.clone(), any).await?;
        let kie_server = KieServer::start(kie.clone(), any).await?;
        let ticking = tokio::spawn(tick(telegram.clone(), kie.clone()));
        let front = Front::start().await?;
        Ok(Self { telegram, kie, front, keys, telegram_server, kie_server, ticking })
    }

    /// The settings of a process in this world, with its database: Telegram calls the balancer.
    #[must_use]
    pub fn settings(&self, database: &str) -> Vec<(&'static str, String)> {
        let mut settings = self.settings_of_polling(database);
        settings.push(("BOT_MODE", "webhook".to_owned()));
        settings.push(("PUBLIC_BASE_URL", self.front.url.clone()));
        settings
    }

    /// The settings of a process that asks Telegram itself.
    #[must_use]
    pub fn settings_of_polling(&self, database: &str) -> Vec<(&'static str, String)> {
        vec![
            ("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()),
            ("TELEGRAM_API_URL", self.telegram_server.url.clone()),
            ("KIE_API_KEYS", self.keys.join(",")),
            ("KIE_API_URL", self.kie_server.url.clone()),
            ("KIE_UPLOAD_URL", self.kie_server.upload_url.clone()),
            ("DATABASE_URL", database.to_owned()),
            ("LISTEN", Ipv4Addr::LOCALHOST.to_string()),
            ("BACKUP_EVERY_HOURS", "0".to_owned()),
            ("CATALOG_SYNC_HOURS", "0".to_owned()),
            ("RUST_LOG", "info".to_owned()),
        ]
    }
}

/// Lets the emulated services do what the real ones do by themselves: end tasks, send callbacks
/// that were kept back, try failed deliveries of updates again.
async fn tick(telegram: TelegramWorld, kie: KieWorld) {
    let clock = Clock::system();
    let mut tried_at = clock.now();
    loop {
        clock.sleep(TICK).await;
        kie.tick().await;
        if clock.now() - tried_at >= AGAIN {
            tried_at = clock.now();
            telegram.retry_webhook();
            kie.deliver_delayed_callbacks().await;
        }
    }
}
