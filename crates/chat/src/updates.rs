//! Working on an update: read, react, and everything that follows in one transaction.

mod incoming;
mod later;

use std::borrow::Cow;
use std::time::Duration;

use catalog::{Category, Language};
use generation::{FreeLeft, Order, State};
use money::Rub;
use queue::{Claim, Outcome};
use serde_json::Value;
use sqlx::PgConnection;
use telegram::{ChatKind, Inbound, Membership, Sender, Update, parse_update};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::album::{self, Album};
use crate::bonus;
use crate::desk::{Context, Desk};
use crate::ideas;
use crate::input::Input;
use crate::journey::{self, gate};
use crate::letters;
use crate::news;
use crate::react::{self, Reaction, Then};
use crate::receive::ATTEMPTS_MAX;
use crate::render;
use crate::screens::{self, SendScreen, Target};
use crate::session::{Cursor, Session};
use crate::store;
use crate::talk::{Ended, Talk};
use crate::topup;
use crate::view::{Done, Intent, NewOrder, Scene, View, Word};

pub(crate) use later::{album, resume};

/// How many orders stand on one page of the history.
const ORDERS_ON_PAGE: usize = 5;

/// How many movements the balance shows.
const MOVEMENTS: i64 = 10;

/// When even the apology for an update could not be stored.
const APOLOGY_PAUSE: Duration = Duration::from_secs(10);

/// Works on an update. One that failed at its last try is not worked on again, and the person is
/// asked to repeat what they did.
pub(crate) async fn run(talk: &Talk, claim: &Claim) -> Ended {
    // A panic or a lost process leaves no outcome behind, but a try.
    if claim.attempt > ATTEMPTS_MAX {
        return apologise(talk, claim, "its worker was lost each time").await;
    }
    match work(talk, claim).await {
        Err(error) if claim.attempt == ATTEMPTS_MAX => {
            apologise(talk, claim, &error.to_string()).await
        }
        ended => ended,
    }
}

/// Says that something did not work, in the place of what should have been said.
async fn apologise(talk: &Talk, claim: &Claim, error: &str) -> Ended {
    tracing::error!(job.id = claim.id, error, "an update was given up");
    let told = async {
        let mut transaction = database::begin(&talk.parts.pool).await?;
        if let Some((chat, from)) = read(claim).as_ref().and_then(talker) {
            let language = store::find_language(&mut transaction, from.id).await?;
            let told = from.language_code.as_deref().map(Language::from_code);
            let language = language.or(told).unwrap_or_default();
            let screen = render::apology(&talk.desk(), language, claim.id);
            let send = SendScreen { chat, user: None, target: Target::New, screen };
            screens::enqueue(&mut transaction, talk.parts.clock.now(), &send).await?;
        }
        if queue::store::complete(&mut transaction, claim).await?.is_ok() {
            transaction.commit().await?;
        }
        Ok::<_, sqlx::Error>(Outcome::Done)
    };
    Ok(told.await.unwrap_or_else(|error| {
        tracing::warn!(%error, job.id = claim.id, "not even an apology could be stored");
        Outcome::Snooze(APOLOGY_PAUSE)
    }))
}

/// The person who waits for an answer in a private chat, with the chat.
#[must_use]
pub fn talker(update: &Update) -> Option<(i64, &Sender)> {
    let from = update.from.as_ref().filter(|from| !from.is_bot)?;
    match (&update.inbound, update.chat) {
        (Inbound::Membership(_), _) => None,
        (_, Some(chat)) => (chat.kind == ChatKind::Private).then_some((chat.id, from)),
        // A press under a message that the bot cannot see any more: the private chat of a person
        // has the person's number.
        (Inbound::Press(_), None) => Some((from.id, from)),
        (_, None) => None,
    }
}

/// The update of a job [`crate::UPDATE`]; `None` when it cannot be read.
#[must_use]
pub fn read(claim: &Claim) -> Option<Update> {
    let raw = claim.payload.get("raw").and_then(Value::as_str).unwrap_or_default();
    parse_update(&storable(raw)).ok()
}

async fn work(talk: &Talk, claim: &Claim) -> Ended {
    let Some(update) = read(claim) else { return talk.finish(claim).await };
    let Some(from) = update.from.clone().filter(|from| !from.is_bot) else {
        return talk.finish(claim).await;
    };
    if let Inbound::Membership(membership) = &update.inbound {
        let private = update.chat.is_none_or(|chat| chat.kind == ChatKind::Private);
        if !private {
            return talk.finish(claim).await;
        }
        return membership_changed(talk, claim, &from, *membership).await;
    }
    if let Some((chat, from)) = talker(&update) {
        return conversation(talk, claim, &update, from, chat).await;
    }
    match update.chat {
        Some(chat) => group(talk, claim, &update, &from, chat.id).await,
        None => talk.finish(claim).await,
    }
}

/// The update without zero characters, which JSON may hold and PostgreSQL's texts may not.
fn storable(raw: &str) -> Cow<'_, str> {
    if !raw.contains("\\u0000") {
        return Cow::Borrowed(raw);
    }
    let Ok(mut update) = serde_json::from_str::<Value>(raw) else { return Cow::Borrowed(raw) };
    drop_zeros(&mut update);
    Cow::Owned(update.to_string())
}

fn drop_zeros(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(items) => items.iter_mut().for_each(drop_zeros),
        Value::Object(fields) => fields.values_mut().for_each(drop_zeros),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

async fn membership_changed(
    talk: &Talk,
    claim: &Claim,
    from: &Sender,
    membership: Membership,
) -> Ended {
    let mut transaction = database::begin(&talk.parts.pool).await?;
    let since = match membership {
        Membership::Blocked => Some(talk.parts.clock.now()),
        Membership::Unblocked => None,
    };
    store::set_unreachable(&mut transaction, from.id, since).await?;
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

/// In a group a command is answered with a link to the private chat, and nothing else is.
async fn group(talk: &Talk, claim: &Claim, update: &Update, from: &Sender, chat: i64) -> Ended {
    let Inbound::Message(message) = &update.inbound else { return talk.finish(claim).await };
    let ours = message.command().is_some_and(|command| {
        command.mention.is_none_or(|name| name.eq_ignore_ascii_case(&talk.desk().bot_username))
    });
    if !ours {
        return talk.finish(claim).await;
    }
    let language = from.language_code.as_deref().map_or(Language::default(), Language::from_code);
    let screen = render::group(&talk.desk(), language);
    let now = talk.parts.clock.now();
    let mut transaction = database::begin(&talk.parts.pool).await?;
    let send = SendScreen { chat, user: None, target: Target::New, screen };
    screens::enqueue(&mut transaction, now, &send).await?;
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

async fn conversation(
    talk: &Talk,
    claim: &Claim,
    update: &Update,
    from: &Sender,
    chat: i64,
) -> Ended {
    if let Inbound::Paid(_) | Inbound::Refunded(_) = &update.inbound {
        return topup::perform::moved(talk, claim, &update.inbound, from).await;
    }
    let input = match &update.inbound {
        Inbound::Message(message) if message.media.is_some() => {
            match incoming::file(talk, claim, from, message).await? {
                Ok(input) => Some(input),
                Err(pause) => return Ok(Outcome::Snooze(pause)),
            }
        }
        Inbound::Message(message) => match incoming::linked_file(talk, claim, from, message).await?
        {
            Some(Ok(input)) => Some(input),
            Some(Err(pause)) => return Ok(Outcome::Snooze(pause)),
            None => Input::read(&update.inbound),
        },
        inbound => match Input::read(inbound) {
            Some(Input::Press(button)) => {
                match incoming::fixed_file(talk, claim, from, &button).await? {
                    Some(Ok(input)) => Some(input),
                    Some(Err(pause)) => return Ok(Outcome::Snooze(pause)),
                    None => Some(Input::Press(button)),
                }
            }
            input => input,
        },
    };
    let Some(input) = input else { return talk.finish(claim).await };
    let pressed = match &update.inbound {
        Inbound::Press(press) => press.message_id,
        Inbound::Message(_)
        | Inbound::PreCheckout(_)
        | Inbound::Paid(_)
        | Inbound::Refunded(_)
        | Inbound::Membership(_)
        | Inbound::Other => None,
    };
    let now = talk.parts.clock.now();
    let mut transaction = database::begin(&talk.parts.pool).await?;
    answer(talk, &mut transaction, now, Turn { from, chat, pressed, input }).await?;
    if talk.parts.crash.pass("update: answered").is_err() {
        return Ok(Outcome::Crashed);
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

/// One turn of the conversation.
struct Turn<'a> {
    from: &'a Sender,
    chat: i64,
    /// The message whose button was pressed.
    pressed: Option<i64>,
    input: Input,
}

async fn answer(
    talk: &Talk,
    connection: &mut PgConnection,
    now: OffsetDateTime,
    turn: Turn<'_>,
) -> Result<(), sqlx::Error> {
    let desk: &Desk = &talk.desk();
    let person = store::person(connection, now, turn.from).await?;
    let limits = desk.journey.limits;
    if let Some(seconds) = gate::request(connection, &limits, now, person.id).await? {
        let screen = render::too_fast(desk, person.language, seconds);
        let send = SendScreen { chat: turn.chat, user: None, target: Target::New, screen };
        return screens::enqueue_once(connection, now, &send).await;
    }
    if person.blocked {
        let screen = letters::blocked(desk, person.language);
        let send = SendScreen { chat: turn.chat, user: None, target: Target::New, screen };
        return screens::enqueue(connection, now, &send).await;
    }
    let newcomer = promo::Newcomer { user_id: person.id, telegram_id: turn.from.id };
    let welcomed = promo::greet(connection, now, &desk.bonuses, desk.welcome, newcomer).await?;
    let mut stored = store::lock_session(connection, now, person.id).await?;
    let mut before = Session::read(stored.state.clone());
    if let Some(id) = before.album.as_ref().and_then(|album| album.id.clone())
        && !turn.input.is_part_of(&id)
    {
        // What was sent before is understood before.
        album(talk, connection, (turn.from.id, turn.chat), &id).await?;
        stored = store::lock_session(connection, now, person.id).await?;
        before = Session::read(stored.state.clone());
    }
    let mut context = Context {
        desk,
        now,
        language: person.language,
        user_id: person.id,
        name: turn.from.first_name.clone(),
        revision: stored.revision,
        wallet: billing::wallet(connection, person.id, desk.world).await?,
        free: free_left(connection, desk, now, person.id).await?,
        newcomer: person.created,
        welcomed,
        favourites: journey::store::favourites(connection, person.id).await?,
    };
    if context.newcomer {
        let screen = render::hello(&context);
        let send = SendScreen { chat: turn.chat, user: None, target: Target::New, screen };
        screens::enqueue(connection, now, &send).await?;
    }
    let full = match &turn.input {
        Input::File { .. } => gate::upload(connection, &limits, now, person.id).await?,
        _ => None,
    };
    if let Input::Text(text) = &turn.input
        && (album::is_long(text) || before.album.is_some())
    {
        let part = Album::of_words(text);
        later::keep(connection, person.id, &stored, before, part).await?;
        return match album::is_long(text) {
            true => Ok(()),
            // Nothing follows a short part.
            false => album(talk, connection, (turn.from.id, turn.chat), album::WORDS).await,
        };
    }
    if let Input::File { file, album: Some(id), caption } = turn.input {
        let part = Album { over: full.is_some(), ..Album::of_one(Some(id), file, caption) };
        return later::keep(connection, person.id, &stored, before, part).await;
    }
    let reaction = match full {
        Some(said) => react::redraw(before.clone(), &context, Some(Word::Journey(said))),
        None => react::react(before.clone(), &context, turn.input),
    };
    let place = Standing { before, stored, chat: turn.chat, pressed: turn.pressed };
    conclude(talk, connection, &mut context, place, reaction).await
}

/// Where the conversation stood before a reaction.
struct Standing {
    before: Session,
    stored: store::Stored,
    chat: i64,
    /// The message whose button was pressed.
    pressed: Option<i64>,
}

/// Does what a reaction asks for, saves the session, and shows what there is to show.
async fn conclude(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &mut Context<'_>,
    place: Standing,
    reaction: Reaction,
) -> Result<(), sqlx::Error> {
    let (now, user_id) = (context.now, context.user_id);
    let Standing { before, stored, chat, pressed } = place;
    let (session, view) = match reaction.then {
        Then::Show(view) => (reaction.session, view),
        Then::Do { intent, word } => {
            let done = perform(talk, connection, context, chat, intent).await?;
            context.wallet = billing::wallet(connection, user_id, context.desk.world).await?;
            context.free = free_left(connection, context.desk, now, user_id).await?;
            react::settle(reaction.session, context, done, word)
        }
    };
    // Of a person who has erased themself there is no session to keep.
    let erased = matches!(view.scene, Scene::Journey(journey::Scene::Erased));
    let changed = session != before && !erased;
    let revision = if changed { stored.revision + 1 } else { stored.revision };
    let screen = render::render(&view, &session, context, revision);
    if changed {
        store::save_session(connection, user_id, revision, &session.write()).await?;
    }
    let (target, is_screen) = target(connection, &view, pressed, stored.screen_message_id).await?;
    let user = (is_screen && !erased).then_some(user_id);
    screens::enqueue(connection, now, &SendScreen { chat, user, target, screen }).await
}

async fn free_left(
    connection: &mut PgConnection,
    desk: &Desk,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<FreeLeft, sqlx::Error> {
    generation::free_left(connection, &desk.free.limits, now, user_id, desk.world).await
}

/// Where a view goes, and whether the session remembers its message as the screen.
async fn target(
    connection: &mut PgConnection,
    view: &View,
    pressed: Option<i64>,
    screen: Option<i64>,
) -> Result<(Target, bool), sqlx::Error> {
    let Some(pressed) = pressed else {
        return Ok((if view.in_place { Target::Newest } else { Target::New }, true));
    };
    if Some(pressed) == screen {
        return Ok((Target::Edit(pressed), true));
    }
    if let Scene::Progress { order, .. } = &view.scene {
        let message = store::find_progress(connection, order.id).await?;
        if message.is_some_and(|message| message.message_id == pressed) {
            return Ok((Target::Edit(pressed), false));
        }
    }
    Ok((Target::New, true))
}

/// Places the order, unless the person has too many open ones.
async fn place(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    new: NewOrder,
) -> Result<Done, sqlx::Error> {
    let (user_id, world, now) = (context.user_id, context.desk.world, context.now);
    let limits = &context.desk.journey.limits;
    let refused = gate::order(&mut *connection, limits, now, user_id, world).await?;
    if let Some(said) = refused {
        return Ok(Done::Journey(journey::Got::Refused(said)));
    }
    let order = Order {
        order_key: format!("{user_id}:{}", new.revision),
        user_id,
        chat_id: chat,
        language: context.language,
        world,
        model: new.model,
        answers: new.answers,
        continues: new.continues,
        price: if new.free { Rub::ZERO } else { new.priced.price },
        cost: new.priced.cost,
        credits: new.priced.credits,
        free: new.free.then(|| context.desk.free.limits.clone()),
        bound: new.priced.bound,
    };
    let (settings, ids) = (&talk.parts.generation, &talk.parts.ids);
    let outcome = generation::place(connection, settings, ids, now, &order).await?;
    Ok(Done::Placed { revision: new.revision, outcome })
}

/// Does what a reaction asks for, within the transaction of the update.
async fn perform(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &mut Context<'_>,
    chat: i64,
    intent: Intent,
) -> Result<Done, sqlx::Error> {
    let (user_id, world, now) = (context.user_id, context.desk.world, context.now);
    Ok(match intent {
        Intent::Place(new) => place(talk, connection, context, chat, *new).await?,
        Intent::Cancel(id) => {
            let settings = &talk.parts.generation;
            let outcome = generation::cancel(connection, settings, now, user_id, id).await?;
            let (order, before) = progress(connection, id).await?;
            Done::Cancelled { outcome, order, before }
        }
        Intent::History { page, cursors, kind } => {
            history(connection, context, page, cursors, kind).await?
        }
        Intent::Item { id, page, cursors } => {
            let order = generation::view(connection, id).await?.map(Box::new);
            Done::Item { order, page, cursors }
        }
        Intent::Progress(id) => {
            let (order, before) = progress(connection, id).await?;
            Done::Progress { order, before }
        }
        Intent::Resend(id) => {
            let order = generation::view(connection, id).await?;
            // Somebody else's results are nobody's.
            let order = order.filter(|order| order.user_id == user_id && order.world == world);
            let positions: Vec<i16> = order
                .iter()
                .filter(|order| order.state == State::Done)
                .flat_map(|order| {
                    let can = |output: &&_| screens::can_resend(order, output, now);
                    order.outputs.iter().filter(can).map(|output| output.position)
                })
                .collect();
            for position in &positions {
                screens::enqueue_resend(connection, now, chat, id, *position).await?;
            }
            let files = positions.len();
            Done::Resent { order: order.map(Box::new), files }
        }
        Intent::Repeat(id) => {
            Done::Repeat { order: generation::view(connection, id).await?.map(Box::new) }
        }
        Intent::Continue { id, position, model } => {
            let order = generation::view(connection, id).await?.map(Box::new);
            let task = generation::made_by_task(connection, id).await?;
            Done::Continue { order, task, position, model }
        }
        Intent::Balance => {
            let movements = billing::statement(connection, user_id, world, None, MOVEMENTS).await?;
            let open = payments::open_of(connection, user_id).await?;
            Done::Balance { movements, open }
        }
        Intent::Idea(intent) => {
            Done::Idea(ideas::perform(talk, connection, context, chat, intent).await?)
        }
        Intent::Speak(language) => {
            store::set_language(connection, user_id, language).await?;
            context.language = language;
            let screen = render::spoken(context);
            let send = SendScreen { chat, user: None, target: Target::New, screen };
            screens::enqueue(connection, now, &send).await?;
            Done::Spoken
        }
        Intent::Journey(wish) => {
            Done::Journey(journey::perform::perform(connection, context, chat, wish).await?)
        }
        Intent::News(wish) => Done::News(news::perform(connection, context, wish).await?),
        Intent::Bonus(ask) => Done::Bonus(bonus::perform(talk, connection, context, ask).await?),
        Intent::TopUp(wish) => {
            topup::perform::perform(talk, connection, context, chat, wish).await?
        }
    })
}

async fn progress(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<(Option<Box<generation::View>>, i64), sqlx::Error> {
    let order = generation::view(connection, id).await?;
    let before = generation::place_in_line(connection, id).await?;
    Ok((order.map(Box::new), before))
}

async fn history(
    connection: &mut PgConnection,
    context: &Context<'_>,
    page: u16,
    mut cursors: Vec<Cursor>,
    kind: Option<Category>,
) -> Result<Done, sqlx::Error> {
    let page = usize::from(page).min(cursors.len());
    cursors.truncate(page);
    let before = cursors.last().and_then(|cursor| {
        let nanos = i128::from(cursor.at_us) * 1000;
        Some((OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?, cursor.id))
    });
    let limit = i64::try_from(ORDERS_ON_PAGE + 1).unwrap_or(i64::MAX);
    let world = context.desk.world;
    let models: Option<Vec<String>> = kind.map(|kind| {
        let all = context.desk.catalog.models().iter();
        all.filter(|model| model.category == kind).map(|model| model.id.clone()).collect()
    });
    let (user, models) = (context.user_id, models.as_deref());
    let mut orders = generation::history(connection, user, world, models, before, limit).await?;
    let more = orders.len() > ORDERS_ON_PAGE;
    orders.truncate(ORDERS_ON_PAGE);
    if let Some(last) = orders.last().filter(|_| more) {
        let at_us = i64::try_from(last.created_at.unix_timestamp_nanos() / 1000);
        cursors.push(Cursor { at_us: at_us.unwrap_or_default(), id: last.id });
    }
    let page = u16::try_from(page).unwrap_or(u16::MAX);
    Ok(Done::History { page, cursors, orders, more })
}
