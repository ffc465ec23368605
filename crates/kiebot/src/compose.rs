//! The program's parts, made from the settings.

use std::sync::Arc;

use billing::World;
use catalog::Catalog;
use chat::Desk;
use clock::{Clock, Ids};
use fetch::{AllowList, Guard};
use kie::{KieClient, KieSettings};
use payments::{CryptoPay, CryptoPaySettings, YooKassa, YooKassaSettings};
use queue::CrashPoints;
use scenario::Scenarios;
use secrecy::SecretString;
use sqlx::PgPool;
use telegram::{BotApi, BotSettings};

use crate::config::Config;
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
        let settings = self.kie_settings();
        let allow =
            AllowList::new(&[&settings.api_url, &settings.upload_url], &config.kie_result_hosts)?;
        let callback_base = match self.emulated {
            Some(_) => Some(format!("http://127.0.0.1:{}", self.local_port)),
            None => config.public_base_url.clone(),
        };
        Ok(App::new(AppParts {
            pool: self.pool.clone(),
            bot: self.bot.clone(),
            kie: KieClient::new(settings, kie::http_client_builder().build()?, clock.clone())?,
            guard: Guard::new(allow),
            desk: self.desk(bot_username.clone(), Scenarios::builtin()?),
            writer: config.writer.clone().filter(|_| self.emulated.is_none()).unwrap_or_default(),
            settings: generation::Settings {
                operators: config.admins.clone(),
                callback_base: callback_base.map(|base| format!("{base}/kie/callback").into()),
            },
            clock: clock.clone(),
            ids: Ids::system(),
            crash: CrashPoints::default(),
            workers: config.workers,
            providers: self.providers(&bot_username)?,
        }))
    }

    /// Payment providers that have to be asked, each when its settings are there.
    fn providers(&self, bot_username: &str) -> anyhow::Result<Providers> {
        let payments = &self.config.payments;
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
            let settings =
                CryptoPaySettings { api_url: app.api_url.clone(), token: app.token.clone() };
            Ok::<_, reqwest::Error>(CryptoPay::new(settings, http()?))
        });
        Ok(Providers {
            yookassa: yookassa.transpose()?,
            crypto_pay: crypto_pay.transpose()?,
            proxies: payments.proxies.clone(),
        })
    }

    fn kie_settings(&self) -> KieSettings {
        let config = self.config;
        let (api_url, upload_url, keys) = match self.emulated {
            Some(emulated) => (emulated.url(), emulated.url(), vec![emulated.key()]),
            None => {
                (config.kie_api_url.clone(), config.kie_upload_url.clone(), config.kie_keys.clone())
            }
        };
        KieSettings {
            api_url,
            upload_url,
            keys,
            webhook_hmac: config.kie_webhook_key.clone().filter(|_| self.emulated.is_none()),
            pace: kie::Pace::default(),
            timeouts: kie::Timeouts::default(),
        }
    }

    fn desk(&self, bot_username: String, scenarios: Scenarios) -> Desk {
        let config = self.config;
        Desk {
            catalog: Arc::clone(self.catalog),
            scenarios: Arc::new(scenarios),
            rate: config.rate,
            cost_rate: config.cost_rate,
            welcome: config.welcome,
            world: if config.test_mode { World::Test } else { World::Real },
            bot_username,
            support: config.support.clone(),
            accepts_orders: config.real_generation || config.test_mode,
            payments: config.payments.offer.clone(),
        }
    }
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
