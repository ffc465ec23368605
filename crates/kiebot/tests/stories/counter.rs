//! The payment providers of a story beside Telegram: their emulators, and the program's keys.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use kiebot::Providers;
use payments::{CryptoPay, CryptoPaySettings, Sources, YooKassa, YooKassaSettings};
use sandbox::pay::{CRYPTO_TOKEN, PayServer, PaySetup, PayWorld, SHOP};
use secrecy::SecretString;

/// The emulated providers.
pub struct Counter {
    world: PayWorld,
    server: PayServer,
}

impl Counter {
    /// Starts the emulators; they notify the program at that address.
    pub async fn start(
        now: Arc<dyn Fn() -> i64 + Send + Sync>,
        http: reqwest::Client,
        program: &str,
    ) -> Self {
        let world = PayWorld::new(PaySetup { now, http, notify: program.to_owned() });
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = PayServer::start(world.clone(), bind).await.unwrap();
        Self { world, server }
    }

    /// The world of the providers.
    pub fn world(&self) -> &PayWorld {
        &self.world
    }

    /// The payment made last.
    pub fn last(&self) -> String {
        self.world.held().last().expect("there is a payment").id.clone()
    }

    /// The program's way to them.
    pub fn providers(&self) -> Providers {
        let http = || reqwest::Client::builder().no_proxy().build().unwrap();
        let shop = YooKassaSettings {
            api_url: format!("{}/v3", self.server.url),
            shop_id: SHOP.0.to_owned(),
            secret_key: SecretString::from(SHOP.1),
            return_url: "https://t.me/story_bot?start=pay".to_owned(),
            receipt_email: Some("shop@example.org".to_owned()),
        };
        let application = CryptoPaySettings {
            api_url: self.server.url.clone(),
            token: SecretString::from(CRYPTO_TOKEN),
        };
        Providers {
            yookassa: Some(YooKassa::new(shop, http())),
            crypto_pay: Some(CryptoPay::new(application, http())),
            proxies: Sources::parse(["127.0.0.1"]).unwrap(),
        }
    }

    /// What holds at the end of every story.
    pub fn assert_right(&self) {
        assert_eq!(self.world.violations(), [] as [String; 0], "providers refused calls");
        assert_eq!(self.world.faults_left(), 0, "a fault of the story never happened");
    }
}
