//! The program's parts, made from the settings.

use std::sync::Arc;

use billing::World;
use catalog::Catalog;
use chat::{Desk, FileLinks, GuardedLinks, Shop};
use clock::{Clock, Ids};
use fetch::{AllowList, Guard};
use kie::{KieClient, KieSettings};
use payments::{CryptoPay, CryptoPaySettings, YooKassa, YooKassaSettings};
use queue::CrashPoints;
use scenario::Scenarios;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use telegram::{BotApi, BotSettings};

use crate::config::{Config, Environment, Payments};
use crate::demo::EmulatedKie;
use crate::{App, AppParts, Providers};

/// What is there before Telegram has said who the bot is.
pub(crate) struct Ground<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pool: &'a PgPool,
    pub(crate) url: &'a SecretString,
    pub(crate) bot: &'a BotApi,
    pub(crate) clock: &'a Clock,
    pub(crate) catalog: &'a Arc<Catalog>,
    pub(crate) emulated: Option<&'a EmulatedKie>,
    pub(crate) local_port: u16,
}

impl Ground<'_> {
    /// The whole program of a bot of that name.
    pub(crate) fn compose(&self, bot_username: String) -> anyhow::Result<App> {
        let Self { config, clock, .. } = *self;
        let settings = kie_settings(config, self.emulated);
        let allow =
            AllowList::new(&[&settings.api_url, &settings.upload_url], &config.kie_result_hosts)?;
        let callback_base = match self.emulated {
            Some(_) => Some(format!("http://127.0.0.1:{}", self.local_port)),
            None => config.public_base_url.clone(),
        };
        let guard = Guard::new(allow);
        Ok(App::new(AppParts {
            pool: self.pool.clone(),
            bot: self.bot.clone(),
            kie: KieClient::new(settings, kie::http_client_builder().build()?, clock.clone())?,
            links: Arc::new(GuardedLinks::new(guard.clone())),
            guard,
            desk: self.desk(bot_username.clone())?,
            writer: config.writer.clone().filter(|_| self.emulated.is_none()).unwrap_or_default(),
            formula: config.formula,
            settings: generation::Settings {
                operators: config.admins.clone(),
                callback_base: callback_base.map(|base| format!("{base}/kie/callback").into()),
            },
            clock: clock.clone(),
            ids: Ids::system(),
            crash: CrashPoints::default(),
            workers: config.workers,
            providers: providers(&config.payments, &bot_username)?,
            watch: self.watch(),
        }))
    }

    /// The disks that this process writes to, and the size that a database elsewhere may have.
    fn watch(&self) -> watch::Settings {
        let config = self.config;
        let mut folders = Vec::new();
        if config.database_url.is_none() {
            folders.push(config.data_dir.clone());
        }
        if config.backup.every.is_some() {
            folders.push(config.backup.settings.folder.clone());
        }
        let database_max_mb = config.database_url.as_ref().and(config.database_max_mb);
        watch::Settings { folders, database_max_mb, ..watch::Settings::default() }
    }

    fn desk(&self, bot_username: String) -> anyhow::Result<Desk> {
        desk(self.config, Arc::clone(self.catalog), bot_username)
    }
}

/// Payment providers that have to be asked, each when its settings are there.
pub(crate) fn providers(payments: &Payments, bot_username: &str) -> anyhow::Result<Providers> {
    let http = || {
        reqwest::Client::builder()
            .connect_timeout(telegram::CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
    };
    let yookassa = payments.yookassa.as_ref().map(|shop| {
        let settings = YooKassaSettings {
            api_url: shop.api_url.clone(),
            shop_id: shop.shop_id.clone(),
            secret_key: shop.secret_key.clone(),
            return_url: format!("https://t.me/{bot_username}?start=pay"),
            receipt_email: shop.receipt_email.clone(),
        };
        Ok::<_, reqwest::Error>(YooKassa::new(settings, http()?))
    });
    let crypto_pay = payments.crypto_pay.as_ref().map(|app| {
        let settings = CryptoPaySettings { api_url: app.api_url.clone(), token: app.token.clone() };
        Ok::<_, reqwest::Error>(CryptoPay::new(settings, http()?))
    });
    Ok(Providers {
        yookassa: yookassa.transpose()?,
        crypto_pay: crypto_pay.transpose()?,
        proxies: payments.proxies.clone(),
    })
}

/// What people may ask for, and the addresses of results.
fn shop(config: &Config) -> Shop {
    let token = config.telegram_token.expose_secret().as_bytes();
    let links = config.public_base_url.as_deref().map(|base| FileLinks::new(base, token));
    Shop { limits: config.limits, links, ..Shop::default() }
}

/// The shop as the settings want it.
pub(crate) fn desk(
    config: &Config,
    catalog: Arc<Catalog>,
    bot_username: String,
) -> anyhow::Result<Desk> {
    Ok(Desk {
        catalog,
        scenarios: Arc::new(Scenarios::builtin()?),
        rate: config.rate,
        cost_rate: config.cost_rate,
        welcome: config.welcome,
        world: if config.test_mode { World::Test } else { World::Real },
        bot_username,
        support: config.support.clone(),
        free: config.free.clone(),
        dear: config.dear,
        journey: shop(config),
        accepts_orders: config.real_generation || config.test_mode,
        rules: chat::Rules::default(),
        bonuses: config.bonuses.clone(),
        payments: config.payments.offer.clone(),
    })
}

/// The shop of these settings for whoever only looks at it: no token of anybody is needed.
pub(crate) fn example(environment: &Environment, catalog: Arc<Catalog>) -> anyhow::Result<Desk> {
    let mut environment = environment.clone();
    for (name, unused) in [("TELEGRAM_BOT_TOKEN", "1:unused"), ("KIE_API_KEY", "unused")] {
        environment.entry(name.to_owned()).or_insert_with(|| unused.to_owned());
    }
    desk(&Config::read(&environment)?, catalog, "bot".to_owned())
}

fn kie_settings(config: &Config, emulated: Option<&EmulatedKie>) -> KieSettings {
    let (api_url, upload_url, keys) = match emulated {
        Some(emulated) => (emulated.url(), emulated.url(), vec![emulated.key()]),
        None => {
            (config.kie_api_url.clone(), config.kie_upload_url.clone(), config.kie_keys.clone())
        }
    };
    KieSettings {
        api_url,
        upload_url,
        keys,
        webhook_hmac: config.kie_webhook_key.clone().filter(|_| emulated.is_none()),
        pace: kie::Pace { catalogue: config.kie_catalog_pause, ..kie::Pace::default() },
        timeouts: kie::Timeouts::default(),
    }
}

/// The way to the real KIE.ai.
pub(crate) fn kie_client(config: &Config, clock: &Clock) -> anyhow::Result<KieClient> {
    let http = kie::http_client_builder().build()?;
    Ok(KieClient::new(kie_settings(config, None), http, clock.clone())?)
}

/// The way to Telegram.
pub(crate) fn bot_api(config: &Config, clock: &Clock) -> anyhow::Result<BotApi> {
    let http = reqwest::Client::builder()
        .connect_timeout(telegram::CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let settings = BotSettings {
        api_url: config.telegram_api_url.clone(),
        token: config.telegram_token.clone(),
    };
    Ok(BotApi::new(settings, http, clock.clone()))
}
