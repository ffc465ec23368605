//! The demo: everything on this machine, nothing needed from outside.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clock::Clock;
use sandbox::kie::{DEFAULT_KEY, KieServer, KieSetup, KieWorld, Mode};
use sandbox::pay::{CRYPTO_TOKEN, PayServer, PaySetup, PayWorld, SHOP};
use sandbox::telegram::{TelegramServer, TelegramSettings, TelegramWorld};
use sandbox::web::WebServer;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Environment};
use crate::serve::{self, Role};
use crate::storage;

/// How long an emulated generation takes.
const EMULATED_DELAY_MS: i64 = 3_000;
/// How often the emulator looks for finished tasks.
const TICK: Duration = Duration::from_millis(200);
/// The token of the emulated bot. It opens nothing.
const BOT_TOKEN: &str = "1000000001:demo-token-of-the-emulated-bot";

/// A built-in KIE.ai that finishes tasks by itself: for the demo and the test mode.
pub(crate) struct EmulatedKie {
    server: KieServer,
    world: KieWorld,
    _ticking: tokio::task::JoinHandle<()>,
}

impl EmulatedKie {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let world = KieWorld::new(KieSetup { now: milliseconds(), http: plain_http()?, seed: 1 });
        world.set_mode(Mode::Auto { delay_ms: EMULATED_DELAY_MS });
        let server = KieServer::start(world.clone(), loopback(0)).await?;
        let ticking = tokio::spawn({
            let world = world.clone();
            async move {
                let clock = Clock::system();
                loop {
                    clock.sleep(TICK).await;
                    world.tick().await;
                }
            }
        });
        Ok(Self { server, world, _ticking: ticking })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url.clone()
    }

    pub(crate) fn key(&self) -> SecretString {
        SecretString::from(DEFAULT_KEY)
    }
}

impl Drop for EmulatedKie {
    fn drop(&mut self) {
        self._ticking.abort();
    }
}

/// How the demo is to be run.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// Where the web chat listens.
    pub listen: SocketAddr,
    /// Where the private PostgreSQL keeps its data.
    pub folder: PathBuf,
}

/// Runs the demo until `stop` is cancelled.
///
/// # Errors
/// What makes it impossible to start; each text says what to do.
pub async fn run(settings: DemoSettings, stop: CancellationToken) -> anyhow::Result<()> {
    let (cluster, database_url) = storage::start_for_demo(&settings.folder).await?;
    let telegram = TelegramWorld::new(TelegramSettings {
        token: BOT_TOKEN.to_owned(),
        username: "kie_demo_bot".to_owned(),
        name: "KIE Demo".to_owned(),
        now: milliseconds(),
        http: plain_http()?,
    });
    telegram.add_person("Анна", "ru");
    telegram.add_person("Борис", "ru");
    telegram.add_person("Kate", "en");
    let telegram_server = TelegramServer::start(telegram.clone(), loopback(0)).await?;
    let kie = EmulatedKie::start().await?;
    let listener = TcpListener::bind(loopback(0)).await?;
    let http = listener.local_addr()?;
    let setup =
        PaySetup { now: milliseconds(), http: plain_http()?, notify: format!("http://{http}") };
    let counter = PayServer::start(PayWorld::new(setup), loopback(0)).await?;
    let config = config(&telegram_server, &kie, &counter, &database_url, http)?;
    let panel = sandbox::kie::admin::routes(kie.world.clone());
    let allowed = vec![settings.listen.to_string()];
    let web =
        WebServer::start(telegram, settings.listen, allowed, panel).await.with_context(|| {
            format!(
                "the web chat cannot listen on {}: choose another with --listen",
                settings.listen
            )
        })?;
    announce(&web.url);
    let served = serve::run(config, Role::Run, listener, stop).await;
    tokio::task::spawn_blocking(move || cluster.stop()).await?;
    served
}

/// The one place where the program speaks to a terminal by itself.
#[allow(clippy::print_stdout)]
fn announce(url: &str) {
    println!("The chat with the bot is open at {url} (stop with Ctrl-C)");
}

/// The same settings that a real program reads, pointed at the emulators.
fn config(
    telegram: &TelegramServer,
    kie: &EmulatedKie,
    counter: &PayServer,
    database_url: &str,
    http: SocketAddr,
) -> anyhow::Result<Config> {
    let pairs = [
        ("TELEGRAM_BOT_TOKEN", BOT_TOKEN.to_owned()),
        ("TELEGRAM_API_URL", telegram.url.clone()),
        ("KIE_API_KEY", DEFAULT_KEY.to_owned()),
        ("KIE_API_URL", kie.url()),
        ("KIE_UPLOAD_URL", kie.url()),
        ("YOOKASSA_SHOP_ID", SHOP.0.to_owned()),
        ("YOOKASSA_SECRET_KEY", SHOP.1.to_owned()),
        ("YOOKASSA_API_URL", format!("{}/v3", counter.url)),
        ("CRYPTO_PAY_TOKEN", CRYPTO_TOKEN.to_owned()),
        ("CRYPTO_PAY_API_URL", counter.url.clone()),
        ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("TOPUP_BONUSES", "1000:5,3000:10".to_owned()),
        ("DATABASE_URL", database_url.to_owned()),
        ("PUBLIC_BASE_URL", format!("http://{http}")),
        ("LISTEN", http.ip().to_string()),
        ("PORT", http.port().to_string()),
        // The emulator sells what the catalogue has.
        ("CATALOG_SYNC_HOURS", "0".to_owned()),
        ("BACKUP_EVERY_HOURS", "0".to_owned()),
    ];
    let environment: Environment =
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Config::read(&environment)?)
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

pub(crate) fn milliseconds() -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let clock = Clock::system();
    Arc::new(move || {
        i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    })
}

pub(crate) fn plain_http() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}
