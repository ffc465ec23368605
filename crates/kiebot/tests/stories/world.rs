//! A world for one story: the whole program over a database of its own, the emulators of Telegram
//! and KIE.ai, and a clock that moves only when the story says so.

mod ending;
mod log;
mod options;
mod watching;

use std::cell::RefCell;
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use billing::World as Wallets;
use catalog::{Answers, Catalog, Language};
use chat::{Desk, FileLinks, Shop};
use clock::{Clock, Ids, ManualClock};
use fetch::{AllowList, Guard};
use generation::{Bound, Placed};
use kie::{KieClient, KieSettings};
use kiebot::{App, AppParts};
use money::{Rate, Rub};
use queue::{CrashPoints, Stepped};
use rust_decimal::Decimal;
use sandbox::kie::{KieServer, KieSetup, KieWorld, Outputs};
use sandbox::telegram::{TelegramServer, TelegramSettings, TelegramWorld};
use scenario::Scenarios;
use secrecy::SecretString;
use sqlx::PgPool;
use telegram::{BotApi, BotSettings};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::net::TcpListener;

use crate::counter::Counter;
use crate::links::Links;
use crate::person::Person;

pub use options::{Options, PATIENT};

const START: OffsetDateTime = datetime!(2026-03-02 09:00 UTC);
const TOKEN: &str = "4242424242:story-token-AAAA-BBBB";
/// A lease of the queue is over after this long.
const LEASE_OVER: Duration = Duration::from_secs(31);
/// The longest wait for the pace of one chat: a message a second.
const PACE: Duration = Duration::from_millis(1_100);
/// More rounds than any story needs: a story that does not come to rest is broken.
const ROUNDS_MAX: usize = 2_000;

/// Everything that the program of a story consists of.
pub struct World {
    telegram: TelegramWorld,
    kie: KieWorld,
    _telegram_server: TelegramServer,
    kie_server: KieServer,
    hand: ManualClock,
    clock: Clock,
    ids: Ids,
    pool: PgPool,
    crash: CrashPoints,
    http: SocketAddr,
    options: Options,
    links: Links,
    process: RefCell<Option<Process>>,
    offset: RefCell<Option<i64>>,
    read: RefCell<HashSet<(i64, i64)>>,
    operator: RefCell<i64>,
    counter: Counter,
}

/// A running program; dropping it is a kill.
struct Process {
    app: Arc<App>,
    http: tokio::task::JoinHandle<()>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.http.abort();
    }
}

/// Plays a story in a world with the usual options, then checks what holds for every story.
pub async fn story(play: impl AsyncFnOnce(&World)) {
    story_with(Options::default(), play).await;
}

/// Plays a story in a world with these options.
pub async fn story_with(options: Options, play: impl AsyncFnOnce(&World)) {
    let world = World::new(options).await;
    play(&world).await;
    world.finish().await;
}

impl World {
    async fn new(options: Options) -> Self {
        let _first = rustls::crypto::ring::default_provider().install_default();
        log::watch(&options);
        let (clock, hand) = Clock::manual(START);
        let now = {
            let clock = clock.clone();
            Arc::new(move || i64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap())
        };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let telegram = TelegramWorld::new(TelegramSettings {
            token: TOKEN.to_owned(),
            username: "story_bot".to_owned(),
            name: "Story".to_owned(),
            now: now.clone(),
            http: http.clone(),
        });
        let kie = KieWorld::new(KieSetup { now: now.clone(), http: http.clone(), seed: 7 });
        for key in &options.keys {
            kie.accept_key(key);
        }
        kie.set_webhook_key(options.webhook_key);
        let telegram_server = TelegramServer::start(telegram.clone(), free_port()).await.unwrap();
        let kie_server = KieServer::start(kie.clone(), free_port()).await.unwrap();
        let listener = TcpListener::bind(free_port()).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let counter = Counter::start(now.clone(), http.clone(), &address).await;
        let world = Self {
            telegram,
            kie,
            _telegram_server: telegram_server,
            kie_server,
            hand,
            clock,
            ids: Ids::seeded(11),
            pool: test_db::fresh_pool().await,
            crash: CrashPoints::armable(),
            http: listener.local_addr().unwrap(),
            options,
            links: Links::default(),
            process: RefCell::new(None),
            offset: RefCell::new(None),
            read: RefCell::default(),
            operator: RefCell::new(0),
            counter,
        };
        world.start(listener);
        world
    }

    fn start(&self, listener: TcpListener) {
        let app = Arc::new(App::new(self.parts()));
        let routes = kiebot::router(Arc::clone(&app), None, None);
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        let http = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        *self.process.borrow_mut() = Some(Process { app, http });
    }

    fn shop(&self) -> Shop {
        let base = format!("http://{}", self.http);
        let links = self.options.public.then(|| FileLinks::new(&base, TOKEN.as_bytes()));
        Shop { limits: self.options.limits, links, ..Shop::default() }
    }

    fn parts(&self) -> AppParts {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let settings = BotSettings {
            api_url: self._telegram_server.url.clone(),
            token: SecretString::from(TOKEN),
        };
        let bot = BotApi::new(settings, http, self.clock.clone());
        let api_url = self.kie_server.url.clone();
        let kie_settings = KieSettings {
            api_url,
            upload_url: self.kie_server.upload_url.clone(),
            keys: self.options.keys.iter().map(|key| SecretString::from(*key)).collect(),
            webhook_hmac: self.options.webhook_key.map(SecretString::from),
            pace: kie::Pace::default(),
            timeouts: kie::Timeouts { create: Duration::from_millis(700), ..Default::default() },
        };
        let client = kie::http_client_builder().no_proxy().build().unwrap();
        let kie = KieClient::new(kie_settings, client, self.clock.clone()).unwrap();
        let rate = |markup: i64| {
            Rate::from_parts(Decimal::new(5, 3), Decimal::from(95), Decimal::from(markup)).unwrap()
        };
        let callback = format!("http://{}/kie/callback", self.http);
        let operators: Vec<i64> =
            Some(*self.operator.borrow()).filter(|id| *id != 0).into_iter().collect();
        AppParts {
            pool: self.pool.clone(),
            bot,
            kie,
            guard: self.guard(),
            links: Arc::new(self.links.clone()),
            desk: Desk {
                catalog: Arc::new(Catalog::builtin().unwrap()),
                scenarios: Arc::new(Scenarios::builtin().unwrap()),
                rate: rate(2),
                cost_rate: rate(1),
                welcome: self.options.welcome,
                world: Wallets::Real,
                bot_username: "story_bot".to_owned(),
                support: Some("story_support".to_owned()),
                accepts_orders: true,
                journey: self.shop(),
                rules: chat::Rules::default(),
                free: self.options.free.clone(),
                dear: Rub::from_roubles(300),
                bonuses: promo::Rules {
                    operators: operators.clone(),
                    ..self.options.bonuses.clone()
                },
                payments: self.options.offer.clone(),
            },
            formula: money::Formula::default(),
            writer: kiebot::WriterSettings::default(),
            settings: generation::Settings {
                operators,
                callback_base: self.options.callbacks.then(|| callback.into()),
            },
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            crash: self.crash.clone(),
            workers: 8,
            providers: self.counter.providers(),
            watch: self.options.watch.clone(),
        }
    }

    fn guard(&self) -> Guard {
        Guard::new(AllowList::new(&[&self.kie_server.url], &[]).unwrap())
    }

    /// What stands at an address of the internet.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// A person who may talk to the bot.
    pub fn person(&self, name: &str) -> Person<'_> {
        self.person_speaking(name, "ru")
    }

    /// A person whose Telegram speaks this language.
    pub fn person_speaking(&self, name: &str, language: &str) -> Person<'_> {
        Person::new(self, self.telegram.add_person(name, language))
    }

    /// The operator, who has opened a chat with the bot and so can be told things.
    pub async fn operator(&self) -> Person<'_> {
        let id = self.telegram.add_person("Оператор", "ru");
        *self.operator.borrow_mut() = id;
        self.kill();
        let listener = self.bind_again().await;
        self.start(listener);
        let operator = Person::new(self, id);
        operator.sends("/start").await;
        operator
    }

    /// Somebody pays in, by whatever way.
    pub async fn gives(&self, person: Person<'_>, amount: Rub) {
        person.sends("/start").await;
        let mut transaction = database::begin(&self.pool).await.unwrap();
        let user: i64 = sqlx::query_scalar("select id from users where telegram_id = $1")
            .bind(person.id())
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        let (world, key) = (Wallets::Real, "pay:test:1");
        let now = self.clock.now();
        billing::top_up(&mut transaction, now, user, world, amount, "test", key).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// The program learns how long models take, as its housekeeping does.
    pub async fn learns(&self) {
        self.app().learn_usual().await.unwrap();
    }

    /// Somebody orders this without a conversation, at the price of the list.
    pub async fn places(&self, person: Person<'_>, model: &str, answers: Answers) -> Rub {
        let user: i64 = sqlx::query_scalar("select id from users where telegram_id = $1")
            .bind(person.id())
            .fetch_one(&self.pool)
            .await
            .unwrap();
        let desk = self.parts().desk;
        let known = desk.catalog.model(model).unwrap();
        let credits = known.list_credits(&answers).unwrap();
        let order = generation::Order {
            continues: None,
            order_key: format!("story:{model}"),
            user_id: user,
            chat_id: person.id(),
            language: Language::Ru,
            world: Wallets::Real,
            model: model.to_owned(),
            price: desk.rate.price(credits).unwrap(),
            cost: desk.cost_rate.price(credits).unwrap(),
            credits,
            free: None,
            bound: known
                .price_is_upper_bound()
                .then_some(Bound { rate: desk.rate, cost_rate: desk.cost_rate }),
            answers,
        };
        let mut transaction = database::begin(&self.pool).await.unwrap();
        let (settings, now) = (generation::Settings::default(), self.clock.now());
        let placed =
            generation::place(&mut transaction, &settings, &self.ids, now, &order).await.unwrap();
        assert!(matches!(placed, Placed::Created { .. }), "{placed:?}");
        transaction.commit().await.unwrap();
        self.settle().await;
        order.price
    }

    /// The time of the story.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The program looks after bonuses and gifts whose time is up.
    pub async fn ends_bonuses(&self) {
        self.app().end_bonuses().await.unwrap();
        self.settle().await;
    }

    /// The task made last.
    pub fn task(&self) -> String {
        self.kie.tasks().last().expect("there is a task").id.clone()
    }

    /// KIE.ai finishes the task made last, and the program goes on.
    pub async fn succeeds(&self) {
        self.kie.succeed(&self.task()).await;
        self.settle().await;
    }

    /// The same with this result.
    pub async fn succeeds_with(&self, outputs: Outputs) {
        self.kie.succeed_with(&self.task(), outputs).await;
        self.settle().await;
    }

    /// KIE.ai gives the task made last up, and the program goes on.
    pub async fn fails(&self, code: &str, text: &str) {
        self.kie.fail(&self.task(), code, text).await;
        self.settle().await;
    }

    /// A picture that any model takes.
    pub fn photo(&self) -> Vec<u8> {
        include_bytes!("../fixtures/photo.png").to_vec()
    }

    /// The address of the emulated KIE.ai.
    pub fn kie_address(&self) -> String {
        self.kie_server.url.clone()
    }

    /// The emulated Telegram.
    pub fn telegram(&self) -> &TelegramWorld {
        &self.telegram
    }

    /// The emulated payment providers.
    pub fn counter(&self) -> &Counter {
        &self.counter
    }
    /// Lets the program look after payments, as it does each minute, and do what follows.
    pub async fn looks_after_payments(&self) {
        self.app().sweep_payments().await.unwrap();
        self.settle().await;
    }

    /// What Telegram has to say, and has not said yet, is lost.
    pub fn loses_updates(&self) {
        let last = self.telegram.pending_updates().iter().map(|update| update.id).max();
        *self.offset.borrow_mut() = last.map(|last| last + 1);
    }

    /// Takes only the updates in, and answers what waits for seconds; no job is done.
    pub async fn only_takes_updates(&self) {
        self.take_updates(&self.app()).await;
    }

    /// The emulated KIE.ai.
    pub fn kie(&self) -> &KieWorld {
        &self.kie
    }

    /// The database, for looking only.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Remembers that somebody has read a message.
    pub fn mark_read(&self, person: i64, message: i64) {
        self.read.borrow_mut().insert((person, message));
    }

    /// Whether somebody has read a message.
    pub fn is_read(&self, person: i64, message: i64) -> bool {
        self.read.borrow().contains(&(person, message))
    }

    /// The address of the program's HTTP port.
    pub fn address(&self) -> String {
        format!("http://{}", self.http)
    }

    /// The crash points of the program.
    pub fn crash(&self) -> &CrashPoints {
        &self.crash
    }

    /// The running program.
    pub fn app(&self) -> Arc<App> {
        let process = self.process.borrow();
        Arc::clone(&process.as_ref().expect("the program runs").app)
    }

    /// Lets the program do everything that is due, until it rests. Messages that wait for their
    /// pace are waited for; nothing else is. A crash ends it at once.
    pub async fn settle(&self) {
        let app = self.app();
        app.catch_up().await.unwrap();
        let (talk, work, pay) = (app.talk_runner(), app.work_runner(), app.pay_runner());
        for _ in 0..ROUNDS_MAX {
            app.catch_up().await.unwrap();
            let mut ran = self.take_updates(&app).await;
            for runner in [talk.step().await, work.step().await, pay.step().await] {
                match runner.unwrap() {
                    Stepped::Ran(count) => ran += count,
                    Stepped::Crashed => return self.kill(),
                }
            }
            if ran == 0 && !self.wait_for_pace().await {
                return;
            }
        }
        let jobs = self.jobs().await;
        panic!("the program does not come to rest: {jobs:?}");
    }

    async fn next_comparing(&self) -> Option<OffsetDateTime> {
        let due = "select run_at from jobs where kind = 'sync_catalogue' and state = 'queued'";
        sqlx::query_scalar(due).fetch_optional(&self.pool).await.unwrap()
    }

    /// The program compares its catalogue with KIE.ai, as it does every few hours.
    pub async fn compares_catalogue(&self) {
        assert!(self.app().compare_catalogue(Duration::ZERO).await.unwrap());
        self.compares_on().await;
    }

    /// A comparison that was begun goes on to its end, or to a longer pause.
    pub async fn compares_on(&self) {
        let app = self.app();
        let talk = app.talk_runner();
        // One call a second and some two hundred models: only this job is of interest meanwhile.
        while self.next_comparing().await.is_some_and(|due| due <= self.clock.now() + PACE) {
            match self.next_comparing().await {
                Some(due) if due > self.clock.now() => self.hand.advance_to(due),
                Some(_) | None => {
                    talk.step().await.unwrap();
                }
            }
        }
        self.settle().await;
    }

    /// What waits in the queue: kind, tries, last error, seconds until it is due.
    pub async fn jobs(&self) -> Vec<(String, i32, Option<String>, i64)> {
        sqlx::query_as(
            "select kind, attempt, last_error, extract(epoch from run_at - $1)::bigint from jobs
             order by id",
        )
        .bind(self.clock.now())
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    async fn take_updates(&self, app: &App) -> usize {
        let offset = *self.offset.borrow();
        let Ok(updates) = app.bot().get_updates(offset, 0, 100).await else { return 0 };
        let Some(last) = updates.iter().map(|update| update.id).max() else { return 0 };
        let received = app.receive(&updates).await.unwrap();
        *self.offset.borrow_mut() = Some(last + 1);
        for press in received.presses {
            app.answer_press(&press).await;
        }
        for checkout in received.checkouts {
            app.answer_checkout(&checkout).await;
        }
        updates.len()
    }

    /// Moves the clock to the next message that waits for its turn, if it waits for seconds only.
    async fn wait_for_pace(&self) -> bool {
        let next: Option<OffsetDateTime> = sqlx::query_scalar(
            "select min(run_at) from jobs where state = 'queued'
               and (pool = 'talk' or kind in ('deliver', 'original'))
               and kind not in ('sync_catalogue', 'broadcast')
               and run_at > $1 and run_at <= $2",
        )
        .bind(self.clock.now())
        .bind(self.clock.now() + PACE)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        if let Some(next) = next {
            self.hand.advance_to(next);
        }
        next.is_some()
    }

    /// Lets time pass; what becomes due on the way is done at its moment.
    pub async fn advance(&self, duration: Duration) {
        let end = self.clock.now() + duration;
        loop {
            self.settle().await;
            if self.has_crashed() {
                return;
            }
            let next = self.next_due().await;
            match next.filter(|next| *next <= end) {
                Some(next) => self.hand.advance_to(next),
                None => break,
            }
        }
        self.hand.advance_to(end);
        self.settle().await;
    }

    /// When the next job becomes due that is not due yet: what is due and not done waits for its
    /// lane.
    async fn next_due(&self) -> Option<OffsetDateTime> {
        sqlx::query_scalar("select min(run_at) from jobs where state = 'queued' and run_at > $1")
            .bind(self.clock.now())
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// The program looks after failing models; answers how many changed.
    pub async fn reviews_models(&self) -> usize {
        let changed = self.app().review_models().await.unwrap();
        self.settle().await;
        changed
    }

    /// The program looks whether reports are due; answers how many it has begun.
    pub async fn keeps_reports(&self) -> usize {
        let begun = self.app().send_reports().await.unwrap();
        self.settle().await;
        begun
    }

    /// Lets the program work while the language model that it asks says nothing: so much time
    /// passes once it was asked.
    pub async fn settle_while_nobody_writes(&self, silence: Duration) {
        let before = self.kie.chats().len();
        let silence = async {
            while self.kie.chats().len() == before {
                tokio::task::yield_now().await;
            }
            self.hand.advance(silence);
        };
        tokio::join!(self.settle(), silence);
    }

    fn kill(&self) {
        *self.process.borrow_mut() = None;
    }

    /// Whether a crash point has ended the program.
    pub fn has_crashed(&self) -> bool {
        self.process.borrow().is_none()
    }

    /// Starts the program again, as another process, after the leases of the dead one are over.
    pub async fn restarts(&self) {
        self.kill();
        self.hand.advance(LEASE_OVER);
        queue::store::rescue(&self.pool, self.clock.now()).await.unwrap();
        // Updates that were not confirmed come again.
        *self.offset.borrow_mut() = None;
        let listener = self.bind_again().await;
        self.start(listener);
        self.settle().await;
    }

    /// The port of the dead process, as soon as the system gives it back.
    async fn bind_again(&self) -> TcpListener {
        loop {
            match TcpListener::bind(self.http).await {
                Ok(listener) => return listener,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }
}

fn free_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}
