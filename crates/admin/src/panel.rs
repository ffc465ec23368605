//! Working on what an operator did: read, react, and everything that follows in one transaction.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use catalog::Language;
use chat::{Desk, Screen, SendScreen, Sender, Target};
use clock::Clock;
use money::Formula;
use queue::{Claim, Outcome};
use sqlx::{PgConnection, PgPool};
use telegram::{Inbound, Message, Update};
use time::OffsetDateTime;

use crate::act::Act;
use crate::button::{Button, PREFIX, Place};
use crate::decisions::{Decisions, decisions};
use crate::export;
use crate::load::load;
use crate::perform::{Doer, carry_out, inverse};
use crate::react::{Context, Input, Spoken, react};
use crate::render::{self, Pen, render};
use crate::role::{Right, Role};
use crate::session::Session;
use crate::statistics::{self, Books};
use crate::store;
use crate::till;
use crate::view::{Intent, Scene, Then, Word, home};

/// The command that opens the panel.
const COMMAND: &str = "admin";

/// After so many failures the operator is told instead.
const TRIES: i32 = 3;

/// When even the apology could not be stored.
const APOLOGY_PAUSE: Duration = Duration::from_secs(10);

/// Puts the shop together anew after a decision.
pub trait Refresh: Send + Sync {
    /// Reads what was decided and applies it.
    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + '_>>;
}

/// What the panel is made of.
pub struct PanelParts {
    /// The database.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// The shop as the environment and the catalogue make it, without what was decided.
    pub base: Arc<ArcSwap<Desk>>,
    /// What the environment's prices are made of.
    pub formula: Formula,
    /// Telegram ids of the owners.
    pub owners: Vec<i64>,
    /// Telegram ids of everybody with a role that was given, as far as this process knows.
    pub staff: Arc<ArcSwap<BTreeSet<i64>>>,
    /// The way out.
    pub sender: Sender,
    /// Whoever puts the shop together.
    pub refresh: Arc<dyn Refresh>,
    /// Whoever recomputes the books.
    pub books: Arc<dyn Books>,
}

/// The operator's panel.
pub struct Panel {
    pub(crate) parts: PanelParts,
}

/// An operator's input with where its answer goes.
struct Turn {
    chat: i64,
    me: i64,
    language: Language,
    /// The message whose button was pressed.
    pressed: Option<i64>,
    input: Input,
}

/// What is known about the shop at the moment of one answer.
struct Ground {
    decisions: Decisions,
    desk: Desk,
    now: OffsetDateTime,
    /// The figures of the period that is looked at.
    report: Option<figures::Report>,
}

/// What came of an intent.
struct Came {
    place: Place,
    word: Option<Word>,
    /// The shop is another one now.
    changed: bool,
}

impl Came {
    fn at(place: Place, word: Word) -> Self {
        Self { place, word: Some(word), changed: false }
    }
}

impl Panel {
    /// A panel over these parts.
    #[must_use]
    pub fn new(parts: PanelParts) -> Self {
        Self { parts }
    }

    /// Works on a job when it is the panel's business; everything else is left as it is.
    pub async fn run(&self, claim: &Claim) -> Option<Outcome> {
        match claim.kind.as_str() {
            chat::UPDATE => self.update(claim).await,
            export::EXPORT => {
                let ended = export::run(&self.parts, claim).await;
                Some(ended.unwrap_or_else(|error| Outcome::Again(error.to_string())))
            }
            statistics::ERRAND => {
                let ended = statistics::run(&self.parts, claim).await;
                Some(ended.unwrap_or_else(|error| Outcome::Again(error.to_string())))
            }
            _ => None,
        }
    }

    async fn update(&self, claim: &Claim) -> Option<Outcome> {
        let update = chat::read_update(claim)?;
        let (chat, from) = chat::talker(&update)?;
        let known =
            self.parts.owners.contains(&from.id) || self.parts.staff.load().contains(&from.id);
        if !known {
            return None;
        }
        let input = read(&update)?;
        let pressed = match &update.inbound {
            Inbound::Press(press) => press.message_id,
            Inbound::Message(_)
            | Inbound::PreCheckout(_)
            | Inbound::Paid(_)
            | Inbound::Refunded(_)
            | Inbound::Membership(_)
            | Inbound::Other => None,
        };
        let told = from.language_code.as_deref().map_or(Language::default(), Language::from_code);
        let turn = Turn { chat, me: from.id, language: told, pressed, input };
        match self.answer(claim, turn).await {
            Ok(true) => Some(Outcome::Done),
            Ok(false) => None,
            Err(error) if claim.attempt < TRIES => Some(Outcome::Again(error.to_string())),
            Err(error) => Some(self.apologise(claim, chat, told, &error).await),
        }
    }

    /// Says that something did not work, in the place of what should have been said.
    async fn apologise(
        &self,
        claim: &Claim,
        chat: i64,
        language: Language,
        error: &sqlx::Error,
    ) -> Outcome {
        tracing::error!(job.id = claim.id, %error, "an operator's input was given up");
        let base = self.parts.base.load_full();
        let screen = render::apology(&Pen::new(&base, language), claim.id);
        let told = async {
            let mut transaction = database::begin(&self.parts.pool).await?;
            let now = self.parts.clock.now();
            show(&mut transaction, now, chat, Target::New, screen).await?;
            if queue::store::complete(&mut transaction, claim).await?.is_ok() {
                transaction.commit().await?;
            }
            Ok::<_, sqlx::Error>(Outcome::Done)
        };
        told.await.unwrap_or(Outcome::Snooze(APOLOGY_PAUSE))
    }

    /// Answers an operator; `false` leaves the update to the conversation.
    async fn answer(&self, claim: &Claim, turn: Turn) -> Result<bool, sqlx::Error> {
        let report = self.report(&turn.input).await?;
        let mut transaction = database::begin(&self.parts.pool).await?;
        let connection: &mut PgConnection = &mut transaction;
        let Some(role) = self.role(connection, turn.me).await? else { return Ok(false) };
        let language = chat::find_language(connection, turn.me).await?.unwrap_or(turn.language);
        let mut ground = self.ground(connection, report).await?;
        let (revision, state) = store::lock_session(connection, ground.now, turn.me).await?;
        let before = Session::read(state);
        let asker = Asker { me: turn.me, role, language, revision };
        let stake = till::load::stake(connection, &before, &turn.input).await?;
        let context = Context { stake, ..self.context(&ground, asker) };
        let (session, then) = react(before.clone(), &context, turn.input);
        let next = if session == before { revision } else { revision + 1 };
        if session != before {
            store::save_session(connection, turn.me, next, &session.write()).await?;
        }
        let (scene, word, changed) = match then {
            Then::Pass => {
                transaction.commit().await?;
                return Ok(false);
            }
            Then::Show(place, word) => {
                (load(connection, &context, &session, place).await?, word, false)
            }
            Then::Ask(form, word) => (Scene::Ask(form), word, false),
            Then::Confirm(act, care) => (Scene::Confirm { act, care }, None, false),
            Then::Do(intent) => {
                let came = self.perform(connection, &context, turn.chat, intent).await?;
                if came.changed {
                    ground = self.ground(connection, ground.report.take()).await?;
                }
                let context = self.context(&ground, asker);
                let scene = load(connection, &context, &session, came.place).await?;
                (scene, came.word, came.changed)
            }
        };
        let context = self.context(&ground, asker);
        let screen = render(&context, next, &scene, word.as_ref());
        let target = turn.pressed.map_or(Target::New, Target::Edit);
        show(connection, ground.now, turn.chat, target, screen).await?;
        if queue::store::complete(connection, claim).await?.is_ok() {
            transaction.commit().await?;
            if changed {
                self.refresh().await;
            }
        }
        Ok(true)
    }

    /// A failure costs seconds: the loop that looks for decisions comes by soon.
    async fn refresh(&self) {
        if let Err(error) = self.parts.refresh.refresh().await {
            tracing::warn!(%error, "a decision is not applied yet");
        }
    }

    async fn role(
        &self,
        connection: &mut PgConnection,
        id: i64,
    ) -> Result<Option<Role>, sqlx::Error> {
        if self.parts.owners.contains(&id) {
            return Ok(Some(Role::Owner));
        }
        store::role(connection, id).await
    }

    /// Figures are read in a transaction of their own, before the one of the answer.
    async fn report(&self, input: &Input) -> Result<Option<figures::Report>, sqlx::Error> {
        let Some(stretch) = statistics::wanted(input) else { return Ok(None) };
        let (now, world) = (self.parts.clock.now(), self.parts.base.load().world);
        statistics::read(&self.parts.pool, world, stretch.period(now), now).await.map(Some)
    }

    async fn ground(
        &self,
        connection: &mut PgConnection,
        report: Option<figures::Report>,
    ) -> Result<Ground, sqlx::Error> {
        let decisions = decisions(connection).await?;
        let desk = decisions.desk(&self.parts.base.load(), self.parts.formula);
        Ok(Ground { decisions, desk, now: self.parts.clock.now(), report })
    }

    fn context<'a>(&'a self, ground: &'a Ground, asker: Asker) -> Context<'a> {
        Context {
            desk: &ground.desk,
            formula: ground.decisions.formula(self.parts.formula),
            now: ground.now,
            language: asker.language,
            me: asker.me,
            role: asker.role,
            revision: asker.revision,
            limit: ground.decisions.adjust_limit(),
            breaker: ground.decisions.breaker_policy(),
            second: self.others(&ground.decisions, asker.me).next().is_some(),
            owners: &self.parts.owners,
            stake: None,
            report: ground.report.as_ref(),
        }
    }

    /// Operators beside this one who can agree to an action.
    fn others<'a>(&'a self, decisions: &'a Decisions, me: i64) -> impl Iterator<Item = i64> + 'a {
        let agree = |role: &str| Role::parse(role).is_some_and(|role| role.may(Right::Agree));
        let given = decisions.staff.iter().filter(move |(_, role)| agree(role)).map(|(id, _)| *id);
        let owners = self.parts.owners.iter().copied();
        owners.chain(given).filter(move |id| *id != me)
    }

    async fn perform(
        &self,
        connection: &mut PgConnection,
        context: &Context<'_>,
        chat: i64,
        intent: Intent,
    ) -> Result<Came, sqlx::Error> {
        let actor = format!("operator:{}", context.me);
        Ok(match intent {
            Intent::Act(act) => {
                let doer = Doer { actor: &actor, undoes: None };
                done(connection, context, act, doer).await?
            }
            Intent::Undo(id) => match store::actions::find(connection, id).await? {
                Some(entry) => match inverse(context, &entry) {
                    Ok(act) => {
                        let doer = Doer { actor: &actor, undoes: Some(id) };
                        done(connection, context, act, doer).await?
                    }
                    Err(word) => Came::at(Place::Entry(id), word),
                },
                None => Came::at(Place::Menu, Word::Stale),
            },
            Intent::Ask(act) => self.ask(connection, context, act).await?,
            Intent::Settle { request, approve } => {
                settle(connection, context, &actor, request, approve).await?
            }
            Intent::Export(filter) => {
                export::enqueue(connection, context, chat, filter).await?;
                Came::at(Place::Money { filter, page: 0 }, Word::Exporting)
            }
            Intent::Till(errand) => {
                let (place, word) = till::perform::run(connection, context, chat, errand).await?;
                Came { place, word, changed: false }
            }
            Intent::Statistics(wish) => {
                statistics::enqueue(connection, context, chat, wish).await?;
                Came::at(Place::Statistics(wish.stretch), Word::Drawing)
            }
            Intent::FindOrder(code) => match store::errors::by_code(connection, &code).await? {
                Some(id) => Came { place: Place::Order(id), word: None, changed: false },
                None => Came::at(Place::Errors { days: 1 }, Word::NoOrder),
            },
        })
    }

    /// Asks every operator who can agree.
    async fn ask(
        &self,
        connection: &mut PgConnection,
        context: &Context<'_>,
        act: Act,
    ) -> Result<Came, sqlx::Error> {
        let id = store::actions::ask(connection, context.now, context.me, &act).await?;
        let decisions = decisions(connection).await?;
        let request = store::actions::lock_request(connection, id).await?;
        let Some(request) = request else { return Ok(Came::at(Place::Menu, Word::Stale)) };
        let scene = Scene::Request(Box::new(request));
        for other in self.others(&decisions, context.me) {
            let language = chat::find_language(connection, other).await?.unwrap_or_default();
            let context = Context { language, ..context.clone() };
            let screen = render(&context, 0, &scene, None);
            show(connection, context.now, other, Target::New, screen).await?;
        }
        Ok(Came::at(home(&act), Word::Asked))
    }
}

/// Who asks, with what they may do.
#[derive(Clone, Copy)]
struct Asker {
    me: i64,
    role: Role,
    language: Language,
    revision: i64,
}

/// What an operator did, as far as it can be the panel's business.
fn read(update: &Update) -> Option<Input> {
    match &update.inbound {
        Inbound::Press(press) => press
            .data
            .starts_with(PREFIX)
            .then(|| Button::decode(&press.data).map_or(Input::Forged, Input::Press)),
        Inbound::Message(message) => words(message),
        Inbound::PreCheckout(_)
        | Inbound::Paid(_)
        | Inbound::Refunded(_)
        | Inbound::Membership(_)
        | Inbound::Other => None,
    }
}

fn words(message: &Message) -> Option<Input> {
    match message.command() {
        Some(command) if command.name == COMMAND => Some(Input::Open),
        Some(_) => Some(Input::Command),
        None => Some(Input::Said(Spoken {
            text: message.text.clone().or_else(|| message.caption.clone()).unwrap_or_default(),
            html: message.html.clone().unwrap_or_default(),
            file: message.media.as_ref().map(|media| (media.kind, media.file_id.clone())),
            in_album: message.media_group.is_some(),
        })),
    }
}

async fn show(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    chat: i64,
    target: Target,
    screen: Screen,
) -> Result<(), sqlx::Error> {
    let send = SendScreen { chat, user: None, target, screen };
    chat::enqueue_screen(connection, now, &send).await
}

async fn done(
    connection: &mut PgConnection,
    context: &Context<'_>,
    act: Act,
    doer: Doer<'_>,
) -> Result<Came, sqlx::Error> {
    let lasting = matches!(
        act,
        Act::Letter { .. }
            | Act::Refund { .. }
            | Act::Till(_)
            | Act::Wake { .. }
            | Act::Catalogue { .. }
            | Act::Broadcast(_)
    );
    let place = home(&act);
    Ok(match carry_out(connection, context, &act, doer).await? {
        Ok(entry) => Came {
            place,
            word: Some(Word::Done { entry, undo: !lasting && doer.undoes.is_none() }),
            changed: act.changes_shop(),
        },
        Err(word) => Came::at(place, word),
    })
}

/// Another operator answers what was asked.
async fn settle(
    connection: &mut PgConnection,
    context: &Context<'_>,
    actor: &str,
    id: i64,
    approve: bool,
) -> Result<Came, sqlx::Error> {
    let request = store::actions::lock_request(connection, id).await?;
    let waiting = request.filter(|request| request.state == "waiting");
    let Some(request) = waiting else { return Ok(Came::at(Place::Requests, Word::AlreadyDone)) };
    let own = request.asked_by == context.me;
    if !context.role.may(Right::Agree) && !own {
        return Ok(Came::at(Place::Menu, Word::NoRight));
    }
    if own && approve {
        return Ok(Came::at(Place::Request(id), Word::OwnRequest));
    }
    let mut came = Came::at(Place::Requests, Word::Rejected);
    if approve {
        let doer = Doer { actor, undoes: None };
        came = done(connection, context, request.act.clone(), doer).await?;
        if !matches!(came.word, Some(Word::Done { .. })) {
            return Ok(came);
        }
    }
    store::actions::settle_request(connection, context.now, id, context.me, approve).await?;
    if !own {
        let language = chat::find_language(connection, request.asked_by).await?;
        let screen = render::settled(context.desk, language.unwrap_or_default(), &request, approve);
        show(connection, context.now, request.asked_by, Target::New, screen).await?;
    }
    Ok(came)
}
