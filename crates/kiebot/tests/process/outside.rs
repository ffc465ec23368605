//! What is outside of a process: Telegram, KIE.ai and the database.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, Uri};
use bytes::Bytes;
use clock::Clock;
use sandbox::kie::{DEFAULT_KEY, KieServer, KieSetup, KieWorld, Mode};
use sandbox::telegram::{MessageView, TelegramServer, TelegramSettings, TelegramWorld};
use sqlx::PgPool;
use time::format_description::well_known::Rfc2822;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

const TOKEN: &str = "777000777:process-token";
/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that a process needs and that outlives it.
pub struct Outside {
    pub telegram: TelegramWorld,
    pub kie: KieWorld,
    telegram_server: TelegramServer,
    kie_server: KieServer,
    pub database: String,
    pub pool: PgPool,
    ticking: tokio::task::JoinHandle<()>,
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

/// A running `kiebot`.
pub struct Process {
    child: Child,
    /// The address of its HTTP port.
    pub address: String,
}

impl Outside {
    pub async fn new() -> Self {
        let _first = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::system();
        let now = Arc::new(move || {
            i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap()
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let telegram = TelegramWorld::new(TelegramSettings {
            token: TOKEN.to_owned(),
            username: "process_bot".to_owned(),
            name: "Process".to_owned(),
            now: now.clone(),
            http: http.clone(),
        });
        let kie = KieWorld::new(KieSetup { now, http, seed: 3 });
        kie.set_mode(Mode::Auto { delay_ms: 300 });
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let telegram_server = TelegramServer::start(telegram.clone(), any).await.unwrap();
        let kie_server = KieServer::start(kie.clone(), any).await.unwrap();
        let ticking = tokio::spawn({
            let kie = kie.clone();
            async move {
                let clock = Clock::system();
                loop {
                    clock.sleep(Duration::from_millis(50)).await;
                    kie.tick().await;
                }
            }
        });
        let database = test_db::fresh_url().await;
        let pool = database::connect(&database, 3).await.unwrap();
        Self { telegram, kie, telegram_server, kie_server, database, pool, ticking }
    }

    /// The settings of a program in this world.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()),
            ("TELEGRAM_API_URL", self.telegram_server.url.clone()),
            ("KIE_API_KEY", DEFAULT_KEY.to_owned()),
            ("KIE_API_URL", self.kie_server.url.clone()),
            ("KIE_UPLOAD_URL", self.kie_server.upload_url.clone()),
            ("DATABASE_URL", self.database.clone()),
            ("LISTEN", "127.0.0.1".to_owned()),
            ("PORT", "0".to_owned()),
            ("BACKUP_EVERY_HOURS", "0".to_owned()),
            ("RUST_LOG", "info".to_owned()),
        ]
    }

    /// Starts a program and waits until it serves.
    pub async fn start(&self, role: &str, more: &[(&'static str, String)]) -> Process {
        let mut settings = self.settings();
        settings.extend_from_slice(more);
        self.start_until("kiebot serves", role, &settings).await
    }

    /// Starts a program and waits until its log says these words; its port is open by then.
    pub async fn start_until(
        &self,
        words: &str,
        role: &str,
        settings: &[(&'static str, String)],
    ) -> Process {
        let mut child = command(role, settings).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let serving = async {
            let mut port = String::new();
            while let Some(line) = lines.next_line().await.unwrap() {
                let bare: String = without_colours(&line);
                if let Some((_, rest)) = bare.split_once("port=") {
                    port = rest.split_whitespace().next().unwrap().to_owned();
                }
                if bare.contains(words) {
                    return port;
                }
            }
            panic!("the program ended before it said {words:?}");
        };
        let port = tokio::time::timeout(PATIENCE, serving).await.expect("it serves in time");
        // The rest of its log is read away, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Process { child, address: format!("http://127.0.0.1:{port}") }
    }

    /// Waits until Telegram remembers that the webhook did not take an update.
    pub async fn webhook_fails(&self) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let address = format!("{}/bot{TOKEN}/getWebhookInfo", self.telegram_server.url);
        let clock = Clock::system();
        let deadline = clock.now() + PATIENCE;
        loop {
            let answer = client.post(&address).send().await.unwrap().text().await.unwrap();
            if answer.contains("last_error_message") {
                return;
            }
            assert!(clock.now() < deadline, "{answer}");
            clock.sleep(Duration::from_millis(20)).await;
        }
    }

    /// The address of the same Telegram, whose clock goes so much before ours.
    pub async fn telegram_ahead(&self, ahead: time::Duration) -> String {
        let real = self.telegram_server.url.clone();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = move |method: Method, uri: Uri, body: Bytes| async move {
            let there = client.request(method, format!("{real}{uri}")).body(body);
            let there = there.header("Content-Type", "application/json").send().await.unwrap();
            let status = there.status();
            let date = Clock::system().now() + ahead;
            let date = date.format(&Rfc2822).unwrap().replace("+0000", "GMT");
            (status, [("Date", date)], there.bytes().await.unwrap())
        };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// A free port, for a program whose address must be known before it starts.
    pub async fn free_port(&self) -> u16 {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        listener.local_addr().unwrap().port()
    }

    /// Waits until the bot has said something to a person for which `look` has an answer.
    pub async fn hears<T>(
        &self,
        person: i64,
        mut look: impl FnMut(&MessageView) -> Option<T>,
    ) -> T {
        let heard = self.telegram.until(|telegram| {
            let messages = telegram.messages(person);
            messages.iter().filter(|message| message.from_bot).find_map(&mut look)
        });
        match tokio::time::timeout(PATIENCE, heard).await {
            Ok(answer) => answer,
            Err(_) => panic!("not heard; the chat: {:#?}", self.telegram.messages(person)),
        }
    }

    /// Presses the button that begins like this, as soon as there is one.
    pub async fn taps(&self, person: i64, label: &str) {
        let (message, exact) = self
            .hears(person, |message| {
                let found = message.buttons.iter().flatten().find(|button| {
                    button.label.replace('\u{a0}', " ").contains(label) && button.data.is_some()
                })?;
                Some((message.id, found.label.clone()))
            })
            .await;
        self.telegram.presses(person, message, &exact).unwrap();
    }

    /// Goes from the first word to a running order.
    pub async fn orders(&self, person: i64) {
        self.telegram.says(person, "/start m_google_nano-banana");
        self.taps(person, "✨ Создать").await;
        self.hears(person, |message| message.text.contains("Опишите").then_some(())).await;
        self.telegram.says(person, "Кот читает газету");
        self.taps(person, "✅ Запустить").await;
    }

    /// Waits for the result with its receipt.
    pub async fn receives(&self, person: i64) {
        self.hears(person, |message| {
            (message.media.is_some() && message.text.contains("Списано")).then_some(())
        })
        .await;
    }

    /// Waits until no order is open.
    pub async fn everything_ends(&self, patience: Duration) {
        let clock = Clock::system();
        let deadline = clock.now() + patience;
        loop {
            let open: i64 =
                sqlx::query_scalar("select count(*) from generations where finished_at is null")
                    .fetch_one(&self.pool)
                    .await
                    .unwrap();
            if open == 0 {
                return;
            }
            if clock.now() >= deadline {
                let orders: Vec<(String, String, Option<String>, Option<String>)> = sqlx::query_as(
                    "select g.code, g.state, a.state, a.failure_text from generations g
                     left join attempts a on a.generation_id = g.id
                     where g.finished_at is null",
                )
                .fetch_all(&self.pool)
                .await
                .unwrap();
                let jobs: Vec<(String, String, i32, Option<String>)> =
                    sqlx::query_as("select kind, state, attempt, last_error from jobs")
                        .fetch_all(&self.pool)
                        .await
                        .unwrap();
                panic!("these do not end: {orders:?}\n{jobs:?}");
            }
            clock.sleep(Duration::from_millis(100)).await;
        }
    }

    /// What must hold in the end: no wrong call, balanced books, every order paid once.
    pub async fn check(&self) {
        assert!(self.telegram.violations().is_empty(), "{:?}", self.telegram.violations());
        assert!(self.kie.violations().is_empty(), "{:?}", self.kie.violations());
        assert_eq!(kiebot::books::audit(&self.pool).await.unwrap(), []);
        let doubled = self.kie.created_per_callback_token();
        assert!(doubled.values().all(|count| *count == 1), "{doubled:?}");
    }
}

/// The binary with nothing of the tests' own environment but where programs are found.
pub fn command(role: &str, settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiebot"));
    command.arg(role).env_clear().kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.envs(settings.iter().cloned());
    command
}

fn without_colours(line: &str) -> String {
    let mut bare = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            for letter in letters.by_ref() {
                if letter == 'm' {
                    break;
                }
            }
        } else {
            bare.push(letter);
        }
    }
    bare
}

impl Process {
    /// Asks it to stop, and answers with its exit code.
    pub async fn stop(mut self) -> Option<i32> {
        self.signal("TERM").await;
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait());
        ended.await.expect("it stops within 30 seconds").unwrap().code()
    }

    /// Kills it where it stands.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    async fn signal(&self, name: &str) {
        let process = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status().await.unwrap();
        assert!(sent.success());
    }

    /// The body of a GET, with its status.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("{}{path}", self.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// The settings with one of them changed; without it when the value is empty.
pub fn with(
    mut settings: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    settings.retain(|(one, _)| *one != name);
    if !value.is_empty() {
        settings.push((name, value.to_owned()));
    }
    settings
}
