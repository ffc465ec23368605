//! The conversation over a database, with a stub of the Bot API on the loopback address.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse as _, Response};
use clock::ManualClock;
use generation::{Delivery as _, DeliveryOutcome, Money, Parcel, SentAs};
use money::Rub;
use outbox::Fact;
use queue::{PoolSettings, Runner, Stepped, Wake};
use secrecy::SecretString;
use serde_json::{Value, json};
use telegram::{BotApi, BotSettings, RawUpdate};

use super::*;
use crate::store::tests::{meddle, number, only_generation};
use crate::trial::{START, an_order, desk};
use crate::{Courier, FileFailure, FileFuture, FileSource, Received, Sender, receive};

mod trouble;

/// What the stub has heard, and what it is to answer instead of success.
#[derive(Default)]
struct Stub {
    calls: Mutex<Vec<(String, Value)>>,
    /// What it was busy with.
    actions: Mutex<Vec<Value>>,
    count: std::sync::atomic::AtomicUsize,
    answers: Mutex<VecDeque<Value>>,
    /// What happens in the database while the next call is on its way.
    meanwhile: Mutex<Option<(PgPool, &'static str)>>,
}

async fn stub(
    Shared(stub): Shared<Arc<Stub>>,
    Path((_bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let parsed = serde_json::from_slice(&body);
    // Beside all messages, whose numbers and answers the tests count.
    if method == "sendChatAction" {
        stub.actions.lock().unwrap().push(parsed.unwrap());
        return axum::Json(json!({"ok": true, "result": true})).into_response();
    }
    let call = parsed.unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
    let is_media = method == "sendPhoto" || method == "sendDocument";
    stub.calls.lock().unwrap().push((method, call));
    let meanwhile = stub.meanwhile.lock().unwrap().take();
    if let Some((pool, sql)) = meanwhile {
        meddle(&pool, sql).await;
    }
    // Each call has a number, and a message that it makes has it too, from 101.
    let count = 1 + stub.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let special = stub.answers.lock().unwrap().pop_front();
    let mut fine = json!({"ok": true, "result": {"message_id": 100 + count, "date": 0,
        "chat": {"id": 1, "type": "private"}}});
    if is_media {
        fine["result"]["photo"] =
            json!([{"file_id": "tg-file", "file_unique_id": "u", "width": 1, "height": 1}]);
    }
    axum::Json(special.unwrap_or(fine)).into_response()
}

/// A file source with one picture, unless the file is one that never comes.
struct OnePicture;

impl FileSource for OnePicture {
    fn fetch<'a>(&'a self, file_id: &'a str, _max_bytes: u64) -> FileFuture<'a> {
        Box::pin(async move {
            match file_id {
                "never" => Err(FileFailure::NotNow(Duration::from_secs(50))),
                _ => Ok(Bytes::from_static(PNG)),
            }
        })
    }
}

/// A picture whose headers say 512 by 512 pixels.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 2,
    0, 0, 0, 2, 0, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xff, 0xff, 0x3f, 0, 5, 0xfe, 2, 0xfe, 0xa7, 0x35, 0x81, 0x84, 0, 0, 0,
    0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

struct Scene {
    pool: PgPool,
    stub: Arc<Stub>,
    runner: Runner<Talk>,
    sender: Sender,
    hand: ManualClock,
    clock: Clock,
    last_update: i64,
}

impl Scene {
    async fn new() -> Self {
        let _ready = rustls::crypto::ring::default_provider().install_default();
        let pool = test_db::fresh_pool().await;
        let stub_state = Arc::new(Stub::default());
        let routes = Router::new()
            .route("/{bot}/{method}", axum::routing::post(stub))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(Arc::clone(&stub_state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let (clock, hand) = Clock::manual(START);
        let settings = BotSettings { api_url, token: SecretString::from("1:secret") };
        let client = reqwest::Client::builder().build().unwrap();
        let api = BotApi::new(settings, client, clock.clone());
        let sender = Sender::new(api, pool.clone(), clock.clone());
        let parts = TalkParts {
            pool: pool.clone(),
            clock: clock.clone(),
            ids: Ids::seeded(1),
            desk: Arc::new(arc_swap::ArcSwap::from_pointee(desk())),
            generation: generation::Settings::default(),
            files: Arc::new(OnePicture),
            sender: sender.clone(),
            crash: queue::CrashPoints::default(),
        };
        let settings = PoolSettings {
            name: outbox::TALK_POOL,
            workers: 4,
            lease: Duration::from_mins(1),
            look_every: Duration::from_secs(1),
        };
        let talk = Arc::new(Talk::new(parts));
        let runner = Runner::new(
            pool.clone(),
            settings,
            talk,
            clock.clone(),
            Ids::seeded(2),
            Wake::default(),
        );
        Self { pool, stub: stub_state, runner, sender, hand, clock, last_update: 0 }
    }

    /// The same with Anna greeted.
    async fn known() -> Self {
        let mut scene = Self::new().await;
        scene.says("/menu").await;
        scene.heard();
        scene.stub.count.store(0, std::sync::atomic::Ordering::SeqCst);
        scene
    }

    /// Runs what is due until nothing is.
    async fn settle(&self) {
        while self.runner.step().await.unwrap() != Stepped::Ran(0) {}
    }

    async fn gets(&mut self, mut update: Value) {
        self.last_update += 1;
        update["update_id"] = json!(self.last_update);
        let raw = RawUpdate { id: self.last_update, json: update.to_string() };
        let raws = [raw.clone(), raw];
        let received = receive(&self.pool, self.clock.now(), &raws).await.unwrap();
        assert_eq!(received.fresh, 1);
        self.settle().await;
    }

    async fn says(&mut self, text: &str) {
        self.hand.advance(Duration::from_secs(2));
        self.gets(json!({"message": {"message_id": 1, "date": 0, "text": text,
            "from": from(), "chat": {"id": 7, "type": "private"}}}))
            .await;
    }

    async fn presses(&mut self, message_id: i64, data: &str) {
        self.hand.advance(Duration::from_secs(2));
        self.gets(json!({"callback_query": {"id": "q1", "data": data, "chat_instance": "1",
            "from": from(), "message": {"message_id": message_id, "date": 1,
                "chat": {"id": 7, "type": "private"}}}}))
            .await;
    }

    /// Everything that was said to Telegram since the last look.
    fn heard(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.stub.calls.lock().unwrap())
    }

    fn answers(&self, answer: Value) {
        self.stub.answers.lock().unwrap().push_back(answer);
    }

    async fn count(&self, sql: &'static str) -> i64 {
        number(&self.pool, sql).await
    }

    async fn tells(&self, fact: &Fact) {
        let mut connection = self.pool.acquire().await.unwrap();
        outbox::tell(&mut connection, self.clock.now(), 7, Some(1), fact).await.unwrap();
        drop(connection);
        self.settle().await;
    }
}

fn from() -> Value {
    json!({"id": 7, "is_bot": false, "first_name": "Анна", "language_code": "ru"})
}

fn text(call: &(String, Value)) -> String {
    call.1["text"].as_str().unwrap_or_default().replace('\u{a0}', " ")
}

/// The data of the button with that text.
fn data(call: &(String, Value), button: &str) -> String {
    let rows = call.1["reply_markup"]["inline_keyboard"].as_array().unwrap();
    let mut taps = rows.iter().flat_map(|row| row.as_array().unwrap());
    let found = taps.find(|tap| tap["text"].as_str().unwrap().contains(button));
    found.unwrap_or_else(|| panic!("no {button} in {call:?}"))["callback_data"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Orders a picture by a few messages and answers with the confirmation's «Запустить».
async fn orders(scene: &mut Scene) -> (i64, String) {
    scene.says("/start m_google_nano-banana").await;
    let card = scene.heard().remove(0);
    scene.presses(101, &data(&card, "Создать")).await;
    scene.heard();
    scene.says("Кот читает газету").await;
    let confirmation = scene.heard().remove(0);
    (103, data(&confirmation, "Запустить за 3,80"))
}

#[tokio::test]
async fn an_order_is_placed_once_by_two_presses_and_its_screens_are_edited_in_place() {
    let mut scene = Scene::known().await;
    let (message, run) = orders(&mut scene).await;
    scene.presses(message, &run).await;
    let heard = scene.heard();
    assert_eq!(heard[0].0, "sendMessage", "the progress message");
    assert!(text(&heard[0]).contains("готовим заказ"), "{heard:?}");
    assert_eq!(heard[1].0, "editMessageText");
    assert!(text(&heard[1]).contains("Взяли в работу"), "{heard:?}");
    assert!(text(&heard[1]).contains("осталось 196,20 ₽"), "{heard:?}");
    scene.presses(message, &run).await;
    let heard = scene.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(text(&heard[0]).contains("уже запущен"), "{heard:?}");
    assert_eq!(scene.count("select count(*) from generations").await, 1);
    assert_eq!(scene.count("select count(*) from progress_messages").await, 1);
    assert_eq!(scene.count("select count(*) from jobs where pool = 'talk'").await, 0);
}

#[tokio::test]
async fn cancelling_before_submission_returns_the_money_on_the_progress_message() {
    let mut scene = Scene::known().await;
    let (message, run) = orders(&mut scene).await;
    scene.presses(message, &run).await;
    let progress = scene.heard().remove(0);
    scene.presses(104, &data(&progress, "Отменить")).await;
    let heard = scene.heard();
    assert!(heard.iter().all(|(method, _)| method == "editMessageText"), "{heard:?}");
    assert!(heard.iter().all(|(_, call)| call["message_id"] == 104), "{heard:?}");
    assert!(heard.iter().any(|call| text(call).contains("Отменили")), "{heard:?}");
    assert!(heard.iter().all(|call| text(call).contains("3,80 ₽, баланс 200 ₽")), "{heard:?}");
    assert_eq!(scene.count("select balance_kop from wallets where world = 'real'").await, 20_000);
}

#[tokio::test]
async fn the_greeting_brings_the_key_and_the_menu_has_its_buttons() {
    let mut scene = Scene::new().await;
    scene.says("/start").await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("Здравствуйте, Анна"), "{heard:?}");
    assert!(heard[0].1["reply_markup"]["keyboard"].is_array(), "{heard:?}");
    assert!(heard[1].1["reply_markup"]["inline_keyboard"].is_array(), "{heard:?}");
    scene.says("/start").await;
    let menu = scene.heard().remove(0);
    assert!(menu.1["reply_markup"]["inline_keyboard"].is_array(), "{menu:?}");
    scene.says("🎙 Аудио").await;
    let shelf = scene.heard().remove(0);
    assert!(text(&shelf).contains("Голос, музыка"), "{shelf:?}");
    scene.presses(104, &data(&shelf, "Меню")).await;
    let menu = scene.heard().remove(0);
    assert_eq!(menu.0, "editMessageText");
    assert!(menu.1["reply_markup"]["inline_keyboard"].is_array());
    // A press under another message than the screen is answered by a new one.
    scene.presses(50, "1|b").await;
    let balance = scene.heard().remove(0);
    assert_eq!(balance.0, "sendMessage");
    assert!(text(&balance).contains("подарок · +200 ₽"), "{balance:?}");
}

#[tokio::test]
async fn a_photo_is_looked_into_before_it_is_taken() {
    let mut scene = Scene::known().await;
    scene.says("/start m_recraft_crisp-upscale").await;
    let card = scene.heard().remove(0);
    scene.presses(101, &data(&card, "Создать")).await;
    scene.heard();
    scene
        .gets(json!({"message": {"message_id": 5, "date": 0, "from": from(),
        "chat": {"id": 7, "type": "private"},
        "document": {"file_id": "f", "file_unique_id": "u", "mime_type": "application/pdf"}}}))
        .await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("1 картинка"), "the bytes are a picture: {heard:?}");
}

#[tokio::test]
async fn the_photos_of_an_album_are_answered_once() {
    let mut scene = Scene::known().await;
    scene.says("/start m_google_nano-banana-edit").await;
    let card = scene.heard().remove(0);
    scene.presses(101, &data(&card, "Создать")).await;
    scene.heard();
    for _ in 0..3 {
        scene
            .gets(json!({"message": {"message_id": 5, "date": 0, "from": from(),
                "media_group_id": "album", "chat": {"id": 7, "type": "private"},
                "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}}))
            .await;
        scene.hand.advance(Duration::from_secs(1));
    }
    // Telegram makes JPEG of photos, which the stub does not: the bytes count.
    assert_eq!(scene.heard().len(), 0, "another part may come");
    scene.settle().await;
    let heard = scene.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(text(&heard[0]).contains("Приняты 3 файла"), "{heard:?}");
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_flood_is_waited_for_and_a_block_is_remembered() {
    let mut scene = Scene::new().await;
    scene.answers(json!({"ok": false, "error_code": 429,
        "description": "Too Many Requests: retry after 30", "parameters": {"retry_after": 30}}));
    scene.says("/start").await;
    assert_eq!(scene.heard().len(), 1);
    scene.settle().await;
    assert_eq!(scene.heard().len(), 0, "nothing is sent before its time");
    scene.hand.advance(Duration::from_secs(31));
    scene.settle().await;
    assert!(text(&scene.heard()[0]).contains("Здравствуйте"));
    scene.answers(json!({"ok": false, "error_code": 403,
        "description": "Forbidden: bot was blocked by the user"}));
    scene.says("/balance").await;
    let gone = "select count(*) from users where unreachable_since is not null";
    assert_eq!(scene.count(gone).await, 1);
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
    scene.says("/balance").await;
    assert_eq!(scene.count(gone).await, 0);
}

#[tokio::test]
async fn unformatted_text_is_sent_when_telegram_cannot_parse_and_lost_messages_are_sent_anew() {
    let mut scene = Scene::known().await;
    scene.answers(json!({"ok": false, "error_code": 400,
        "description": "Bad Request: can't parse entities: oh"}));
    scene.says("/help").await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("<b>") && !text(&heard[1]).contains("<b>"), "{heard:?}");
    scene.answers(json!({"ok": false, "error_code": 400,
        "description": "Bad Request: message to edit not found"}));
    scene.presses(102, "1|l").await;
    let methods: Vec<_> = scene.heard().into_iter().map(|(method, _)| method).collect();
    assert_eq!(methods, ["editMessageText", "sendMessage"]);
}

#[tokio::test]
async fn in_groups_only_commands_are_answered() {
    let mut scene = Scene::new().await;
    for (words, answers) in
        [("/start@kie_bot", 1), ("/start@other_bot", 0), ("привет", 0), ("/menu", 1)]
    {
        scene.hand.advance(Duration::from_secs(5));
        scene
            .gets(json!({"message": {"message_id": 1, "date": 0, "text": words,
                "from": from(), "chat": {"id": -100, "type": "supergroup"}}}))
            .await;
        assert_eq!(scene.heard().len(), answers, "{words}");
    }
    assert_eq!(scene.count("select count(*) from users").await, 0);
}

#[tokio::test]
async fn progress_is_edited_at_most_every_five_seconds_and_never_after_the_end() {
    let mut scene = Scene::known().await;
    let (message, run) = orders(&mut scene).await;
    scene.presses(message, &run).await;
    scene.heard();
    let id = only_generation(&scene.pool).await;
    let queued = "update generations set state = 'queued'";
    meddle(&scene.pool, queued).await;
    scene.tells(&Fact::Progress { generation: id }).await;
    assert_eq!(scene.heard().len(), 0, "too soon after the last");
    scene.hand.advance(Duration::from_secs(6));
    scene.tells(&Fact::Progress { generation: id }).await;
    assert!(text(&scene.heard()[0]).contains("В очереди"));
    scene.hand.advance(Duration::from_secs(6));
    scene.tells(&Fact::Progress { generation: id }).await;
    assert_eq!(scene.heard().len(), 0, "nothing has changed");
    let failed = "update generations set state = 'failed', money = 'returned',
                  failure = 'content', finished_at = created_at";
    meddle(&scene.pool, failed).await;
    scene.tells(&Fact::Progress { generation: id }).await;
    assert_eq!(scene.heard().len(), 0, "the state is past");
    scene.tells(&Fact::Failed { generation: id }).await;
    let heard = scene.heard();
    assert_eq!(heard[0].0, "sendMessage");
    assert!(text(&heard[0]).contains("Смягчите описание"), "{heard:?}");
    scene.tells(&Fact::Closed { generation: id }).await;
    assert_eq!(scene.heard()[0].0, "editMessageText");
    assert_eq!(scene.count("select count(*) from progress_messages").await, 0);
}

#[tokio::test]
async fn a_result_goes_as_what_it_is_and_too_big_ones_are_refused() {
    let scene = Scene::new().await;
    let desk = Arc::new(arc_swap::ArcSwap::from_pointee(desk()));
    let (clock, _hand) = Clock::manual(START);
    let courier = Courier::new(scene.sender.clone(), desk, clock);
    let view = an_order("google/nano-banana", catalog::Answers::new());
    let parcel = |form, bytes: Vec<u8>| Parcel {
        output: view.outputs[0].clone(),
        view: view.clone(),
        total: 1,
        form,
        again: false,
        bytes: Some(Bytes::from(bytes)),
        taken: Some(Rub::from_kopecks(380)),
        balance: Rub::from_kopecks(19_620),
    };
    let sent = courier.send(parcel(SentAs::Media, PNG.to_vec())).await;
    let file_id = Some("tg-file".to_owned());
    assert_eq!(sent, DeliveryOutcome::Sent { message_id: 101, file_id });
    let big = usize::try_from(telegram::limits::PHOTO_BYTES).unwrap() + 1;
    courier.send(parcel(SentAs::Media, vec![0; big])).await;
    courier.send(parcel(SentAs::Link, Vec::new())).await;
    let heard = scene.heard();
    let methods: Vec<_> = heard.iter().map(|(method, _)| method.as_str()).collect();
    assert_eq!(methods, ["sendPhoto", "sendDocument", "sendMessage"]);
    let photo = heard[0].1.as_str().unwrap().replace('\u{a0}', " ");
    assert!(photo.contains("Списано 3,80 ₽ · баланс 196,20 ₽"), "{photo}");
    assert!(photo.contains("K7F2ABCD.png"), "{photo}");
    let huge = usize::try_from(telegram::limits::FILE_BYTES).unwrap() + 1;
    let refused = courier.send(parcel(SentAs::Media, vec![0; huge])).await;
    assert!(matches!(refused, DeliveryOutcome::Refused(_)), "{refused:?}");
    assert_eq!(view.money, Money::Taken);
}

#[tokio::test]
async fn a_press_is_found_for_its_immediate_answer_once() {
    let pool = test_db::fresh_pool().await;
    let press = json!({"update_id": 1, "callback_query": {"id": "abc", "data": "1|m",
        "chat_instance": "1", "from": from()}});
    let words = json!({"update_id": 2, "message": {"message_id": 1, "date": 0, "text": "а",
        "from": from(), "chat": {"id": 7, "type": "private"}}});
    let raws = [(1, press), (2, words)].map(|(id, json)| RawUpdate { id, json: json.to_string() });
    let first = receive(&pool, START, &raws).await.unwrap();
    assert_eq!(
        first,
        Received { fresh: 2, presses: vec!["abc".to_owned()], checkouts: Vec::new() }
    );
    assert_eq!(receive(&pool, START, &raws).await.unwrap(), Received::default());
}

/// An order that is delivered, with one result.
async fn delivered(scene: &mut Scene) -> uuid::Uuid {
    let (message, run) = orders(scene).await;
    scene.presses(message, &run).await;
    scene.heard();
    let done = "update generations set state = 'done', money = 'taken', finished_at = created_at";
    meddle(&scene.pool, done).await;
    let output =
        "insert into outputs (generation_id, position, url, kind, mime, bytes, width, height)
                  select id, 0, 'https://results.example/1.png', 'image', 'image/png', 1000, 10, 10
                  from generations";
    meddle(&scene.pool, output).await;
    only_generation(&scene.pool).await
}

#[tokio::test]
async fn a_result_is_sent_again_by_telegrams_copy_or_by_its_link() {
    let mut scene = Scene::known().await;
    let id = delivered(&mut scene).await;
    let again = format!("1|s|{}", id.simple());
    // Nothing was sent yet: Telegram fetches it, and refuses, so a link has to do.
    scene.answers(json!({"ok": false, "error_code": 400,
        "description": "Bad Request: failed to get HTTP URL content"}));
    scene.presses(1, &again).await;
    let methods: Vec<_> = scene.heard().into_iter().map(|(method, _)| method).collect();
    assert_eq!(methods, ["sendPhoto", "sendMessage", "sendMessage"]);
    scene.presses(1, &again).await;
    let heard = scene.heard();
    assert_eq!(heard[0].1["photo"], "https://results.example/1.png");
    assert!(text(&heard[1]).contains("Отправляем ещё раз"), "{heard:?}");
    scene.presses(1, &again).await;
    let heard = scene.heard();
    assert_eq!(heard[0].1["photo"], "tg-file", "the name was remembered");
    meddle(&scene.pool, "update outputs set file_id = null").await;
    scene.hand.advance(Duration::from_hours(25));
    scene.presses(1, &again).await;
    let heard = scene.heard();
    assert_eq!(heard.len(), 1);
    assert!(text(&heard[0]).contains("копии нет"), "{heard:?}");
}

#[tokio::test]
async fn the_history_shows_the_order_and_repeats_it() {
    let mut scene = Scene::known().await;
    let id = delivered(&mut scene).await;
    scene.says("🧾 История").await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("готово · списано 3,80 ₽"), "{heard:?}");
    scene.presses(1, &format!("1|a|{}", id.simple())).await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("Кот читает газету"), "{heard:?}");
    assert!(!data(&heard[0], "Запустить за 3,80").is_empty());
}

#[tokio::test]
async fn a_message_whose_fate_is_unknown_is_sent_until_it_is_known() {
    let mut scene = Scene::known().await;
    scene.answers(json!({"ok": false, "error_code": 502, "description": "Bad Gateway"}));
    scene.says("/menu").await;
    scene.heard();
    scene.hand.advance(Duration::from_secs(12));
    scene.settle().await;
    assert!(text(&scene.heard()[0]).contains("Главное меню"));
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn notices_are_told_once_and_end_the_progress_message() {
    let mut scene = Scene::known().await;
    let id = delivered(&mut scene).await;
    scene.tells(&Fact::Accepted { generation: id }).await;
    assert_eq!(scene.heard().len(), 0, "the progress message stands already");
    scene.tells(&Fact::Closed { generation: id }).await;
    let heard = scene.heard();
    assert_eq!(heard[0].0, "editMessageText");
    assert!(text(&heard[0]).contains("Готово"), "{heard:?}");
    assert_eq!(scene.count("select count(*) from progress_messages").await, 0);
    scene.tells(&Fact::Closed { generation: id }).await;
    assert_eq!(scene.heard().len(), 0);
    scene.tells(&Fact::QuietReady { generation: id }).await;
    assert!(text(&scene.heard()[0]).contains("ждёт в «Истории»"));
    scene.tells(&Fact::Accepted { generation: uuid::Uuid::from_u128(9) }).await;
    assert_eq!(scene.heard().len(), 0, "an order that does not exist");
    scene.tells(&Fact::OperatorAlert { alert: outbox::Alert::NoKeys }).await;
    assert!(text(&scene.heard()[0]).contains("Ни один ключ"));
    assert_eq!(scene.count("select count(*) from notices where state = 'waiting'").await, 0);
}

#[tokio::test]
async fn unreadable_and_foreign_updates_are_taken_and_forgotten() {
    let mut scene = Scene::new().await;
    for update in [
        json!({"message": {"message_id": 1, "date": 0, "text": "а\u{0}б",
            "from": from(), "chat": {"id": 7, "type": "private"}}}),
        json!({"message": {"message_id": 1, "date": 0, "text": "/start a\u{0}b",
            "from": {"id": 9, "is_bot": false, "first_name": "\u{0}", "username": "z\u{0}"},
            "chat": {"id": 9, "type": "private"}}}),
        json!({"callback_query": {"id": "q", "data": "1|d|\u{0}", "chat_instance": "1",
            "from": from()}}),
        json!({"poll": {"id": "1"}}),
        json!({"edited_message": {"message_id": 1, "date": 0, "text": "а",
            "from": from(), "chat": {"id": 7, "type": "private"}}}),
        json!({"message": {"message_id": 1, "date": 0, "text": "а",
            "from": {"id": 8, "is_bot": true, "first_name": "бот"},
            "chat": {"id": 8, "type": "private"}}}),
    ] {
        scene.gets(update).await;
    }
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
    assert_eq!(scene.heard().len(), 5, "only people are answered, and newcomers greeted");
}
