//! `kiebot smoke`: the cheapest models are ordered for real, within a budget of credits.
//!
//! The program runs whole, over a database and an emulated Telegram of its own that are thrown away
//! at the end; KIE.ai is the real one of the settings, or the built-in emulator in the test mode.
//! The first order that words and a photo are enough for goes through the conversation as a person
//! would, each step with its time; the others are placed with the usual input of their model, whose
//! credits are known before.

mod journey;
mod report;
mod store;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use billing::World;
use catalog::{Answer, Answers, Catalog, FileInput, Language, Model};
use chat::Desk;
use clock::{Clock, Ids};
use generation::{Bound, Order, Placed, View};
use money::{Credits, Rub};
use sandbox::telegram::{PersonFile, TelegramServer, TelegramSettings, TelegramWorld};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Environment};
use crate::demo::{milliseconds, plain_http};
use crate::serve::{self, Role};
use crate::{compose, storage};

/// The token of the emulated bot. It opens nothing.
const BOT_TOKEN: &str = "1000000002:smoke-token-of-the-emulated-bot";

/// How long anything is waited for that is not a generation.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What was asked for.
pub(crate) struct Wanted {
    /// The most orders.
    pub(crate) runs: usize,
    /// The most credits.
    pub(crate) budget: Credits,
    /// One JSON document instead of lines.
    pub(crate) json: bool,
}

/// What became of one order.
pub(crate) struct Outcome {
    model: String,
    listed: Credits,
    price: Rub,
    /// How it ended; `None` when it did not in time.
    order: Option<View>,
    milliseconds: u128,
}

impl Outcome {
    fn is_well(&self) -> bool {
        self.order.as_ref().is_some_and(|order| order.state == generation::State::Done)
    }
}

/// Orders, writes the artifacts and says how it went; whether all went well.
///
/// # Errors
/// What makes it impossible to start.
pub(crate) async fn run(environment: &Environment, wanted: Wanted) -> anyhow::Result<bool> {
    let given = crate::pricing::offline(environment)?;
    anyhow::ensure!(
        given.test_mode
            || environment.contains_key("KIE_API_KEY")
            || environment.contains_key("KIE_API_KEYS"),
        "KIE_API_KEY is not set: set it, or TEST_MODE=1 for the built-in emulator"
    );
    let budget = wanted.budget.min(given.smoke_credits);
    let folder = std::env::temp_dir().join(format!("kiebot-smoke-{}", std::process::id()));
    let (cluster, database_url) = storage::start_for_demo(&folder).await?;
    let ran = over(environment, &database_url, &wanted, budget).await;
    tokio::task::spawn_blocking(move || cluster.stop()).await?;
    // Some of it may belong to PostgreSQL's own user; what stays is in the folder for passing files.
    let _left = std::fs::remove_dir_all(&folder);
    ran
}

/// The emulated person, and the shop as they see it.
struct Customer {
    telegram: TelegramWorld,
    person: i64,
    pool: PgPool,
    desk: Desk,
    clock: Clock,
    ids: Ids,
}

async fn over(
    environment: &Environment,
    database_url: &str,
    wanted: &Wanted,
    budget: Credits,
) -> anyhow::Result<bool> {
    let telegram = TelegramWorld::new(TelegramSettings {
        token: BOT_TOKEN.to_owned(),
        username: "kie_smoke_bot".to_owned(),
        name: "KIE Smoke".to_owned(),
        now: milliseconds(),
        http: plain_http()?,
    });
    let person = telegram.add_person("Smoke", "ru");
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = TelegramServer::start(telegram.clone(), any).await?;
    let listener = TcpListener::bind(any).await?;
    let config = config(environment, &server, database_url)?;
    let desk = compose::desk(&config, Arc::new(Catalog::builtin()?), String::new())?;
    let stop = CancellationToken::new();
    let serving = serve::run(config, Role::Run, listener, stop.clone());
    tokio::pin!(serving);
    let pool = database::connect(database_url, 3).await?;
    let customer =
        Customer { telegram, person, pool, desk, clock: Clock::system(), ids: Ids::system() };
    let ordered = tokio::select! {
        ended = &mut serving => {
            ended?;
            anyhow::bail!("the program ended by itself");
        }
        ordered = customer.orders(wanted.runs, budget) => ordered,
    };
    stop.cancel();
    customer.pool.close().await;
    serving.await?;
    let (steps, outcomes) = ordered?;
    report::write(&steps, &outcomes, budget, wanted.json)
}

/// The settings of the person who runs this, with a Telegram and a database that are thrown away.
fn config(
    environment: &Environment,
    telegram: &TelegramServer,
    database_url: &str,
) -> anyhow::Result<Config> {
    let mut environment = environment.clone();
    for name in ["ADMIN_IDS", "WEBHOOK_BASE_URL", "PUBLIC_BASE_URL", "START_BONUS_RUB", "BOT_MODE"]
    {
        environment.remove(name);
    }
    let replaced = [
        ("TELEGRAM_BOT_TOKEN", BOT_TOKEN),
        ("TELEGRAM_API_URL", &telegram.url),
        ("DATABASE_URL", database_url),
        ("ADMIN_ID", ""),
        ("LISTEN", "127.0.0.1"),
        ("PORT", "0"),
        ("FREE_PER_DAY", "0"),
        // Enough for any budget of credits.
        ("WELCOME_BALANCE_RUB", "100000"),
        ("WELCOME_DAILY_MAX_RUB", "100000"),
    ];
    environment
        .extend(replaced.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(Config::read(&environment)?)
}

impl Customer {
    /// A person's way with the cheapest model, then the next ones while the budget lasts.
    async fn orders(
        &self,
        runs: usize,
        budget: Credits,
    ) -> anyhow::Result<(Vec<journey::Step>, Vec<Outcome>)> {
        let mut steps = journey::begin(self).await?;
        let user = store::user(&self.pool, self.person).await?;
        self.sends_samples().await?;
        let (mut outcomes, mut left, mut walked) = (Vec::new(), budget, false);
        for model in self.cheapest() {
            let Some(listed) = model.usual_credits() else { continue };
            if outcomes.len() == runs || listed > left {
                break;
            }
            left = Credits::from_decimal(left.decimal() - listed.decimal())
                .map_err(|_| anyhow::anyhow!("the budget cannot be counted"))?;
            let way = journey::answers(model).filter(|_| !walked);
            let outcome = match way {
                Some(answers) => {
                    walked = true;
                    let order = journey::order(self, user, (model, listed), &answers).await?;
                    steps.extend(order.0);
                    order.1
                }
                None => self.places(user, model, listed).await?,
            };
            outcomes.push(outcome);
        }
        steps.extend(journey::end(self).await?);
        Ok((steps, outcomes))
    }

    /// What stands in the menu and can be ordered with the samples, the cheapest first.
    fn cheapest(&self) -> Vec<&Model> {
        let catalog = &self.desk.catalog;
        let mut models: Vec<&Model> = catalog
            .models()
            .iter()
            .filter(|model| model.in_menu() && model.usual_credits().is_some())
            .filter(|model| model.output.media().is_some())
            .collect();
        models.sort_by_key(|model| (model.usual_credits(), &model.id));
        models
    }

    /// Files for models that need some: sent into the chat once, so that Telegram has them.
    async fn sends_samples(&self) -> anyhow::Result<()> {
        use sandbox::samples;
        let before = self.said();
        let (picture, film, sound) = (samples::picture(), samples::film(), samples::sound());
        self.telegram.sends_photo(self.person, PersonFile::new(picture, "image/png", "sample.png"));
        self.telegram.sends_video(self.person, PersonFile::new(film, "video/mp4", "sample.mp4"));
        self.telegram.sends_audio(self.person, PersonFile::new(sound, "audio/mpeg", "sample.mp3"));
        self.until(PATIENCE, "answers to the samples", || (self.said() >= before + 3).then_some(()))
            .await
    }

    /// The usual input with real files in place of the imagined ones.
    fn input(&self, model: &Model) -> anyhow::Result<Answers> {
        let sent: Vec<_> = self
            .telegram
            .messages(self.person)
            .into_iter()
            .filter(|message| !message.from_bot)
            .filter_map(|message| message.media)
            .collect();
        let mut answers = model.usual_input();
        for answer in answers.values_mut() {
            let Answer::Files(files) = answer else { continue };
            for file in files {
                let kind = file.kind;
                let sample = sent.iter().find_map(|media| {
                    let found = media::inspect(&media.bytes).ok()?;
                    (found.kind == kind).then_some((media, found))
                });
                let (media, found) =
                    sample.ok_or_else(|| anyhow::anyhow!("there is no sample for {}", model.id))?;
                *file = FileInput {
                    source: media.file_id.clone(),
                    kind,
                    mime: found.mime.to_owned(),
                    bytes: found.bytes,
                    width: found.width,
                    height: found.height,
                    duration_ms: found.duration_ms,
                };
            }
        }
        Ok(answers)
    }

    /// Orders with the usual input, and waits for the end.
    async fn places(&self, user: i64, model: &Model, listed: Credits) -> anyhow::Result<Outcome> {
        let answers = self.input(model)?;
        let credits = model.credits(&answers)?;
        let price = self.desk.price(model, credits).unwrap_or_default();
        let order = Order {
            order_key: format!("smoke:{}", model.id),
            continues: None,
            user_id: user,
            chat_id: self.person,
            language: Language::Ru,
            world: self.desk.world,
            model: model.id.clone(),
            answers,
            price,
            cost: self.desk.cost_rate.price(credits).unwrap_or_default(),
            credits,
            free: None,
            bound: model
                .price_is_upper_bound()
                .then_some(Bound { rate: self.desk.rate, cost_rate: self.desk.cost_rate }),
        };
        let begun = self.clock.now();
        let settings = generation::Settings::default();
        let mut transaction = database::begin(&self.pool).await?;
        let placed =
            generation::place(&mut transaction, &settings, &self.ids, begun, &order).await?;
        transaction.commit().await?;
        let id = match placed {
            Placed::Created { id, .. } | Placed::Exists { id, .. } => id,
            other => anyhow::bail!("{} could not be ordered: {other:?}", model.id),
        };
        let order = self.ends(id, model).await?;
        let milliseconds = (self.clock.now() - begun).whole_milliseconds().unsigned_abs();
        Ok(Outcome { model: model.id.clone(), listed, price, order, milliseconds })
    }

    /// The order when it is over; `None` when that took too long.
    async fn ends(&self, id: uuid::Uuid, model: &Model) -> anyhow::Result<Option<View>> {
        let patience = generation::policy::running_deadline(model.usual_seconds) + PATIENCE;
        let end = self.clock.now() + patience;
        while self.clock.now() < end {
            let mut connection = self.pool.acquire().await?;
            let view = generation::view(&mut connection, id).await?;
            drop(connection);
            if let Some(view) = view.filter(|view| view.state.is_final()) {
                return Ok(Some(view));
            }
            self.clock.sleep(LOOK_EVERY).await;
        }
        Ok(None)
    }

    /// How many messages the bot has sent.
    fn said(&self) -> usize {
        self.telegram.messages(self.person).iter().filter(|message| message.from_bot).count()
    }

    /// Waits until there is something.
    async fn until<T>(
        &self,
        patience: Duration,
        what: &str,
        mut look: impl FnMut() -> Option<T>,
    ) -> anyhow::Result<T> {
        let end = self.clock.now() + patience;
        loop {
            if let Some(found) = look() {
                return Ok(found);
            }
            anyhow::ensure!(self.clock.now() < end, "the bot never showed {what}");
            self.clock.sleep(LOOK_EVERY).await;
        }
    }

    /// Which money the orders are made with.
    fn world(&self) -> World {
        self.desk.world
    }
}
