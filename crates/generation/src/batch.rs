//! Batches: one press on a scenario is one or several generations over the same inputs.
//!
//! All holds of a batch are made in one transaction, or none. From then on each generation goes
//! its own way: it succeeds, fails, is tried again and refunded by itself. Two things are done once
//! for all: the inputs are uploaded and the prompts are written; and of several generations the
//! person is told together, in one progress message and one receipt.

use std::time::Duration;

use billing::{HeldAll, World};
use catalog::{Answer, Answers, Language};
use clock::Ids;
use money::{Rate, Rub};
use outbox::{BatchNews, Fact};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::apply::{self, Detail};
use crate::model::{BatchPlace, Order, Rewrite, View};
use crate::order::short_code;
use crate::state::{Event, Message, Money, State, Work};
use crate::store::breaker::Admission;
use crate::{Settings, store};

/// An order of one or several results, as the person confirmed it.
#[derive(Clone, Debug)]
pub struct BatchOrder {
    /// What each of the generations is; its key is the key of the batch, its prompt the template
    /// filled with the person's words.
    pub each: Order,
    /// How many.
    pub size: u8,
    /// The scenario's id.
    pub scenario: String,
    /// What the person answered to the scenario.
    pub inputs: Answers,
    /// How the prompt is rewritten, when it is.
    pub script: Option<Script>,
    /// What a credit costs the shop now.
    pub cost_rate: Rate,
}

/// What a language model is to do with the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The field of the answers that holds the prompt.
    pub field: String,
    /// What is to be written.
    pub brief: String,
}

/// What [`place_batch`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchPlaced {
    /// All of it is taken and the money is on hold.
    Created {
        /// The batch.
        id: Uuid,
        /// Its short number for people.
        code: String,
    },
    /// The same press was seen before.
    Exists {
        /// The batch made then.
        id: Uuid,
        /// Its short number.
        code: String,
    },
    /// Too little money for all of it; nothing was changed.
    InsufficientFunds {
        /// How much more is needed.
        missing: Rub,
        /// How much there is.
        balance: Rub,
    },
    /// The model has failed too often and rests; nothing was changed.
    Resting {
        /// The model's id.
        model: String,
    },
}

/// What [`cancel_batch`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchCancelled {
    /// How many were not submitted yet: cancelled, and their money is back.
    pub returned: u16,
    /// How much came back.
    pub returned_sum: Rub,
    /// How many cannot be stopped any more.
    pub noted: u16,
    /// What will be taken if they work out.
    pub noted_sum: Rub,
}

/// A batch as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchView {
    /// The batch.
    pub id: Uuid,
    /// Its short number.
    pub code: String,
    /// Whose.
    pub user_id: i64,
    /// In which language.
    pub language: Language,
    /// With which money.
    pub world: World,
    /// The scenario's id.
    pub scenario: String,
    /// What the person answered to the scenario.
    pub inputs: Answers,
    /// The template filled with the person's words, when there is one that is rewritten.
    pub wish: Option<String>,
    /// What became of the prompt.
    pub rewrite: Rewrite,
    /// What the language model wrote, one text for each generation.
    pub scripts: Vec<String>,
    /// When the last of it was over for the person.
    pub closed_at: Option<OffsetDateTime>,
    /// Its generations, in order.
    pub members: Vec<View>,
}

/// Takes an order of one or several results: the rows, all holds, the first jobs and one notice,
/// within the caller's transaction. With [`BatchPlaced::InsufficientFunds`] and
/// [`BatchPlaced::Resting`] nothing was written. A batch is one order to a model that is on trial:
/// its first generation stands for it.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn place_batch(
    connection: &mut PgConnection,
    ids: &Ids,
    now: OffsetDateTime,
    order: &BatchOrder,
) -> Result<BatchPlaced, sqlx::Error> {
    let each = &order.each;
    if let Some((id, code)) = store::batch::find_by_key(connection, &each.order_key).await? {
        return Ok(BatchPlaced::Exists { id, code });
    }
    let admission = store::breaker::admits(connection, &each.model).await?;
    if admission == Admission::Resting {
        return Ok(BatchPlaced::Resting { model: each.model.clone() });
    }
    let id = ids.uuid();
    let members: Vec<Uuid> = (0..order.size).map(|_| ids.uuid()).collect();
    let held =
        billing::hold_all(connection, now, each.user_id, each.world, &members, each.price).await?;
    if let HeldAll::InsufficientFunds { missing, balance } = held {
        return Ok(BatchPlaced::InsufficientFunds { missing, balance });
    }
    let code = short_code(id);
    store::batch::insert(connection, now, id, &code, order).await?;
    let several = order.size > 1;
    for (number, member) in (1_i16..).zip(&members) {
        let one = Order { order_key: format!("{}/{number}", each.order_key), ..each.clone() };
        if !store::insert(connection, now, *member, &short_code(*member), &one).await? {
            return Err(sqlx::Error::Protocol("a batch was taken at the same moment".into()));
        }
        store::batch::join(connection, *member, id, number).await?;
        let Some(view) = store::find(connection, *member).await? else {
            return Err(sqlx::Error::RowNotFound);
        };
        apply::enqueue(connection, now, &view, Work::Prepare, Duration::ZERO).await?;
        if !several {
            let fact = Fact::Accepted { generation: *member };
            outbox::tell(connection, now, each.chat_id, Some(each.user_id), &fact).await?;
        }
    }
    if let (Admission::Trial, Some(first)) = (admission, members.first()) {
        store::breaker::begin_trial(connection, &each.model, *first).await?;
    }
    if several {
        let fact = Fact::Batch { batch: id, news: BatchNews::Accepted };
        outbox::tell(connection, now, each.chat_id, Some(each.user_id), &fact).await?;
    }
    tracing::info!(
        batch.id = %id,
        user.id = each.user_id,
        scenario = order.scenario,
        model = each.model,
        size = order.size,
        price_kopecks = each.price.kopecks(),
        "a batch was taken"
    );
    Ok(BatchPlaced::Created { id, code })
}

/// What [`Script`] starts with: the prompt that stands in the answers.
pub(crate) fn wish(order: &BatchOrder) -> Option<&str> {
    let script = order.script.as_ref()?;
    match order.each.answers.get(&script.field) {
        Some(Answer::Text(text)) => Some(text),
        Some(_) | None => None,
    }
}

/// Cancels what still can be cancelled of a batch of this person; `None` when there is none. What
/// is submitted goes on: if it works out, its price is taken and the result waits in the history.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn cancel_batch(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    user_id: i64,
    id: Uuid,
) -> Result<Option<BatchCancelled>, sqlx::Error> {
    // All of them are locked before the first is changed, so that no job stands in between.
    let members = store::batch::lock_members(connection, id).await?;
    if members.is_empty() || members.iter().any(|view| view.user_id != user_id) {
        return Ok(None);
    }
    let mut done = BatchCancelled::default();
    for view in members {
        if view.state.is_final() || view.state == State::Late || view.money == Money::Returned {
            continue;
        }
        let event = Event::CancelRequested;
        let after =
            apply::apply(connection, settings, now, &view, event, &Detail::default()).await?;
        let plus =
            |sum: Rub| sum.plus(view.price).map_err(|error| sqlx::Error::Encode(error.into()));
        match after.state {
            State::Cancelled => {
                done.returned += 1;
                done.returned_sum = plus(done.returned_sum)?;
            }
            State::Submitting | State::Uncertain | State::Running | State::Securing => {
                done.noted += 1;
                done.noted_sum = plus(done.noted_sum)?;
            }
            State::Preparing
            | State::Queued
            | State::Delivering
            | State::Late
            | State::Done
            | State::Failed => {}
        }
    }
    Ok(Some(done))
}

/// A batch as it is now.
///
/// # Errors
/// What the database says.
pub async fn batch(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<BatchView>, sqlx::Error> {
    store::batch::find(connection, id).await
}

/// What is told about one of several: the bad news of each stand in the progress message and in
/// the receipt. That a result waits in the history is told by itself.
pub(crate) fn fact_of(message: Message, generation: Uuid, batch: Uuid) -> Fact {
    match message {
        Message::Progress
        | Message::Failed
        | Message::Cancelled
        | Message::Late
        | Message::CancelNoted
        | Message::Closed => Fact::Batch { batch, news: BatchNews::Progress },
        Message::QuietReady => apply::fact_of(message, generation),
    }
}

/// One generation is over for the person: when it was the last of its batch, the batch is closed,
/// and of several the receipt is told.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    view: &View,
    place: &BatchPlace,
) -> Result<(), sqlx::Error> {
    if !store::batch::close(connection, now, place.id).await? || !place.is_of_several() {
        return Ok(());
    }
    for news in [BatchNews::Receipt, BatchNews::Closed] {
        let fact = Fact::Batch { batch: place.id, news };
        outbox::tell(connection, now, view.chat_id, Some(view.user_id), &fact).await?;
    }
    Ok(())
}
