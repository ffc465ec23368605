//! What is timed over a big database.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use billing::World;
use catalog::Language;
use clock::{Clock, Ids};
use money::{Credits, Rub};
use queue::store::{claim, complete};
use serde_json::{Value, json};
use sqlx::PgPool;
use telegram::RawUpdate;

use super::plans::Limits;
use super::{OPERATOR, Size};
use crate::figures::milliseconds;
use crate::stub::BotStub;
use crate::talk::Running;

/// Telegram takes 30 messages a second; people do not come in step.
const BETWEEN: Duration = Duration::from_millis(40);
const LOOK_EVERY: Duration = Duration::from_micros(300);
/// The time of a message in one chat, and a little more.
const A_MESSAGE: Duration = Duration::from_millis(1_100);
const PATIENCE: Duration = Duration::from_secs(120);
/// What a person waits for must come within this time (p99).
const PRESS_MS: f64 = 200.0;
/// What an operator waits for.
const PAGE_MS: f64 = 1_000.0;
/// What housekeeping may take of the database at once.
const HOUSE_MS: f64 = 5_000.0;

/// Something that is done many times.
pub(super) struct Look {
    pub(super) what: &'static str,
    pub(super) limit_ms: Option<f64>,
    kind: Kind,
}

enum Kind {
    /// A person writes this, after something that is not timed.
    Says { before: Option<&'static str>, text: &'static str },
    /// The operator opens a page of the panel.
    Page(&'static str),
    /// An order is taken: hold, row, job and notice in one transaction.
    Order,
    /// Twenty jobs are taken and finished.
    Claim,
    /// Something of housekeeping.
    House(House),
}

#[derive(Clone, Copy)]
enum House {
    Stuck,
    Usual,
    Review,
    Bonuses,
    Payments,
}

const fn says(what: &'static str, text: &'static str) -> Look {
    let kind = Kind::Says { before: None, text };
    Look { what, limit_ms: Some(PRESS_MS), kind }
}

const fn page(what: &'static str, data: &'static str) -> Look {
    Look { what, limit_ms: Some(PAGE_MS), kind: Kind::Page(data) }
}

const fn house(what: &'static str, house: House) -> Look {
    Look { what, limit_ms: Some(HOUSE_MS), kind: Kind::House(house) }
}

pub(super) const ALL: [Look; 18] = [
    says("menu", "/menu"),
    says("history", "/history"),
    says("balance", "/balance"),
    Look {
        what: "search",
        limit_ms: Some(PRESS_MS),
        kind: Kind::Says { before: Some("/search"), text: "видео" },
    },
    says("a model's card", "/start m_google_nano-banana"),
    Look { what: "order taken", limit_ms: Some(PRESS_MS), kind: Kind::Order },
    Look { what: "claim of 20 jobs", limit_ms: Some(PRESS_MS), kind: Kind::Claim },
    page("operator: money", "A1|l|a|0"),
    page("operator: top-ups", "A1|l|t|0"),
    page("operator: adjustments", "A1|l|j|0"),
    page("operator: errors of a day", "A1|e|1"),
    page("operator: a person", "A1|uc|77"),
    page("operator: movements of a person", "A1|um|77|0"),
    house("housekeeping: stuck orders", House::Stuck),
    house("housekeeping: usual durations", House::Usual),
    house("housekeeping: failing models", House::Review),
    house("housekeeping: bonuses", House::Bonuses),
    house("housekeeping: payments", House::Payments),
];

impl Look {
    /// What nobody waits for with a finger on the screen is timed less often.
    pub(super) fn samples(&self, samples: u32) -> u32 {
        match self.kind {
            Kind::Says { .. } | Kind::Order | Kind::Claim => samples,
            Kind::Page(_) => samples.div_ceil(15),
            Kind::House(_) => samples.div_ceil(60),
        }
    }

    /// How much its statements may read.
    pub(super) fn limits(&self) -> Limits {
        match self.kind {
            Kind::Says { .. } | Kind::Order | Kind::Claim => Limits::PRESS,
            Kind::Page(_) | Kind::House(_) => Limits::SELDOM,
        }
    }

    /// Does it so often; answers how long each took, in milliseconds.
    pub(super) async fn take(
        &self,
        running: &Running,
        stub: &BotStub,
        size: &Size,
        samples: u32,
    ) -> anyhow::Result<Vec<f64>> {
        let pool = running.app.pool();
        let mut people = People::new(size);
        let mut times = Vec::new();
        for _ in 0..samples {
            times.push(match &self.kind {
                Kind::Says { before, text } => {
                    let person = people.next();
                    // Whoever was away for long is greeted first.
                    for text in Some("/start").into_iter().chain(*before) {
                        answered(running, stub, message(person, text)).await?;
                    }
                    answered(running, stub, message(person, text)).await?
                }
                Kind::Page(data) => {
                    answered(running, stub, message(OPERATOR, "/admin")).await?;
                    // A chat gets one message a second at most, which is Telegram's time, not ours.
                    Clock::system().sleep(A_MESSAGE).await;
                    answered(running, stub, press(OPERATOR, data)).await?
                }
                Kind::Order => order(pool, people.next()).await?,
                Kind::Claim => twenty_jobs(pool).await?,
                Kind::House(house) => keep(running, *house).await?,
            });
        }
        Ok(times)
    }
}

/// People at random, and the same ones each time.
struct People {
    ids: Ids,
    count: u32,
}

impl People {
    fn new(size: &Size) -> Self {
        Self { ids: Ids::seeded(17), count: size.people }
    }

    fn next(&mut self) -> i64 {
        5_000_000_001 + i64::try_from(self.ids.jitter(self.count.into())).unwrap_or_default()
    }
}

fn update(body: &str, content: Value) -> RawUpdate {
    // Numbers beyond those of the filled table; sorted by time, as Telegram's are.
    let now = Clock::system().now().unix_timestamp_nanos() / 1000;
    let id = i64::try_from(now).unwrap_or(i64::MAX);
    RawUpdate { id, json: json!({ "update_id": id, body: content }).to_string() }
}

fn from(person: i64) -> Value {
    json!({ "id": person, "is_bot": false, "first_name": "Анна", "language_code": "ru" })
}

fn message(person: i64, text: &str) -> (i64, RawUpdate) {
    let command = text.split(' ').next().filter(|word| word.starts_with('/'));
    let entities: Vec<_> = command
        .map(|word| json!({ "offset": 0, "length": word.len(), "type": "bot_command" }))
        .into_iter()
        .collect();
    let update = update(
        "message",
        json!({
            "message_id": 1, "date": 1_700_000_000, "from": from(person), "text": text,
            "chat": { "id": person, "first_name": "Анна", "type": "private" },
            "entities": entities,
        }),
    );
    (person, update)
}

fn press(person: i64, data: &str) -> (i64, RawUpdate) {
    let screen = json!({
        "message_id": 1, "date": 1_700_000_000, "text": "menu",
        "chat": { "id": person, "first_name": "Анна", "type": "private" },
    });
    let update = update(
        "callback_query",
        json!({
            "id": "1", "from": from(person), "chat_instance": "1", "data": data, "message": screen,
        }),
    );
    (person, update)
}

/// Hands an update in; answers how long it took until the answer was shown. Then waits until
/// nothing more is to be said.
async fn answered(
    running: &Running,
    stub: &BotStub,
    (person, update): (i64, RawUpdate),
) -> anyhow::Result<f64> {
    let clock = Clock::system();
    // What the person does, and what is said to them.
    let lanes = [format!("user:{person}"), format!("chat:{person}")];
    let before = stub.shown();
    let start = Instant::now();
    running.app.receive(&[update]).await?;
    while stub.shown() == before {
        clock.sleep(LOOK_EVERY).await;
        anyhow::ensure!(start.elapsed() < PATIENCE, "an update is not answered");
    }
    let took = milliseconds(start.elapsed());
    loop {
        clock.sleep(BETWEEN).await;
        let mut connection = running.app.pool().acquire().await?;
        let mut busy = false;
        for lane in &lanes {
            busy |= queue::store::is_lane_busy(&mut connection, lane).await?;
        }
        if !busy {
            return Ok(took);
        }
        anyhow::ensure!(start.elapsed() < PATIENCE, "an update comes to no end");
    }
}

async fn order(pool: &PgPool, person: i64) -> anyhow::Result<f64> {
    let (ids, now) = (Ids::system(), Clock::system().now());
    let order = generation::Order {
        order_key: format!("look:{}", ids.token()),
        user_id: person - 5_000_000_000,
        chat_id: person,
        language: Language::Ru,
        world: World::Real,
        model: "google/nano-banana".to_owned(),
        answers: BTreeMap::new(),
        continues: None,
        price: Rub::from_kopecks(380),
        cost: Rub::from_kopecks(190),
        credits: Credits::parse("4")?,
        free: None,
        bound: None,
    };
    let settings = generation::Settings::default();
    let start = Instant::now();
    let mut transaction = database::begin(pool).await?;
    let placed = generation::place(&mut transaction, &settings, &ids, now, &order).await?;
    transaction.commit().await?;
    anyhow::ensure!(matches!(placed, generation::Placed::Created { .. }), "{placed:?}");
    Ok(milliseconds(start.elapsed()))
}

async fn twenty_jobs(pool: &PgPool) -> anyhow::Result<f64> {
    let (ids, now) = (Ids::system(), Clock::system().now());
    let start = Instant::now();
    let claims = claim(pool, "scale", ids.uuid(), 20, Duration::from_secs(30), now).await?;
    let mut transaction = database::begin(pool).await?;
    for claim in &claims {
        complete(&mut transaction, claim).await??;
    }
    transaction.commit().await?;
    anyhow::ensure!(!claims.is_empty(), "no job was due");
    Ok(milliseconds(start.elapsed()))
}

async fn keep(running: &Running, house: House) -> anyhow::Result<f64> {
    let app = &running.app;
    let start = Instant::now();
    match house {
        House::Stuck => app.move_stuck().await.map(drop)?,
        House::Usual => app.learn_usual().await?,
        House::Review => app.review_models().await.map(drop)?,
        House::Bonuses => app.end_bonuses().await.map(drop)?,
        House::Payments => app.sweep_payments().await?,
    }
    Ok(milliseconds(start.elapsed()))
}
