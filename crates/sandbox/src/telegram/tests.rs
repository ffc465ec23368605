//! The emulator through its HTTP face, as a bot meets it.

mod checking;
mod editing;
mod faults;
mod html;
mod media;
mod payments;
mod polling;
mod sending;
mod webhooks;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::{PersonId, TelegramServer, TelegramSettings, TelegramWorld};

pub(crate) const TOKEN: &str = "4200:secret";
const START_MS: i64 = 1_760_000_000_000;

/// A world with its server and a client that speaks plain HTTP.
pub(crate) struct Stage {
    pub(crate) world: TelegramWorld,
    pub(crate) server: TelegramServer,
    pub(crate) http: reqwest::Client,
    time: Arc<AtomicI64>,
}

pub(crate) fn http() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(crate) fn world() -> (TelegramWorld, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(START_MS));
    let clock = Arc::clone(&time);
    let world = TelegramWorld::new(TelegramSettings {
        token: TOKEN.to_owned(),
        username: "kie_test_bot".to_owned(),
        name: "KIE".to_owned(),
        now: Arc::new(move || clock.load(Ordering::SeqCst)),
        http: http(),
    });
    (world, time)
}

impl Stage {
    pub(crate) async fn start() -> Self {
        let (world, time) = world();
        let server =
            TelegramServer::start(world.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { world, server, http: http(), time }
    }

    /// Anna, who has said «/start».
    fn anna(&self) -> PersonId {
        let anna = self.world.add_person("Анна", "ru");
        self.world.says(anna, "/start");
        anna
    }

    fn advance_s(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn address(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.server.url)
    }

    /// The whole answer.
    async fn call(&self, method: &str, params: Value) -> Value {
        let sent = self.http.post(self.address(method)).json(&params).send().await.unwrap();
        sent.json().await.unwrap()
    }

    /// The result of a call that must succeed.
    async fn done(&self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer["result"].clone()
    }

    /// The description of a call that must be refused.
    async fn refused(&self, method: &str, params: Value) -> String {
        let answer = self.call(method, params).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        answer["description"].as_str().unwrap().to_owned()
    }

    async fn says(&self, chat: PersonId, text: &str) -> i64 {
        let sent = self.done("sendMessage", json!({ "chat_id": chat, "text": text })).await;
        sent["message_id"].as_i64().unwrap()
    }

    async fn upload(&self, method: &str, field: &str, file: &[u8], name: &str, chat: i64) -> Value {
        let part = reqwest::multipart::Part::bytes(file.to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new()
            .text("chat_id", chat.to_string())
            .part(field.to_owned(), part);
        let sent = self.http.post(self.address(method)).multipart(form).send().await.unwrap();
        sent.json().await.unwrap()
    }
}

/// A picture as far as its header tells.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}

/// A video as far as its boxes tell.
pub(crate) fn mp4(width: u32, height: u32, seconds: u32) -> Vec<u8> {
    let boxed = |name: &[u8; 4], inside: Vec<u8>| {
        let mut bytes = u32::try_from(inside.len() + 8).unwrap().to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(inside);
        bytes
    };
    let mut mvhd = vec![0; 12];
    mvhd.extend(1000_u32.to_be_bytes());
    mvhd.extend((seconds * 1000).to_be_bytes());
    let mut tkhd = vec![0; 76];
    tkhd.extend((width << 16).to_be_bytes());
    tkhd.extend((height << 16).to_be_bytes());
    let track = boxed(b"trak", boxed(b"tkhd", tkhd));
    let movie = boxed(b"moov", [boxed(b"mvhd", mvhd), track].concat());
    [boxed(b"ftyp", b"isom\0\0\0\0".to_vec()), movie].concat()
}
