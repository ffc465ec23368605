//! Taking and cancelling orders, and looking at them.

use billing::{Held, HoldRequest, World};
use clock::Ids;
use outbox::Fact;
use sqlx::PgConnection;
use std::time::Duration;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::apply::{self, Detail};
use crate::free::{self, Slot};
use crate::model::{Cancelled, Order, Placed, View};
use crate::state::{Event, Money, State, Work};
use crate::store::breaker::Admission;
use crate::{Settings, policy, store};

/// Takes an order: the row, the hold, the slot of a free one, the first job and the notice, within
/// the caller's transaction. With [`Placed::InsufficientFunds`] and [`Placed::NotFree`] nothing was
/// written.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn place(
    connection: &mut PgConnection,
    settings: &Settings,
    ids: &Ids,
    now: OffsetDateTime,
    order: &Order,
) -> Result<Placed, sqlx::Error> {
    if let Some((id, code)) = store::find_by_key(connection, &order.order_key).await? {
        return Ok(Placed::Exists { id, code });
    }
    if let Some(limits) = &order.free {
        let whose = (order.user_id, order.world);
        if let Err(why) = free::look(connection, limits, now, whose, order.cost).await? {
            return Ok(Placed::NotFree(why));
        }
    }
    let admission = store::breaker::admits(connection, &order.model).await?;
    if admission == Admission::Resting {
        return Ok(Placed::Resting);
    }
    let id = ids.uuid();
    let request = HoldRequest {
        user_id: order.user_id,
        world: order.world,
        generation: id,
        amount: order.price,
    };
    // The hold locks the wallet, so of two presses at once the second waits here, and then finds
    // the order of the first.
    let balance = match billing::hold(connection, now, &request).await? {
        Held::Created { balance } => balance,
        Held::InsufficientFunds { missing, balance } => {
            return Ok(Placed::InsufficientFunds { missing, balance });
        }
        answer @ (Held::Exists | Held::ExistsWithDifferent) => {
            return Err(sqlx::Error::Protocol(format!("a new order has a hold: {answer:?}")));
        }
    };
    let code = short_code(id);
    if !store::insert(connection, now, id, &code, order).await? {
        return Err(sqlx::Error::Protocol("the same order was taken at the same moment".into()));
    }
    if let Some(limits) = &order.free {
        let slot =
            Slot { generation: id, user_id: order.user_id, world: order.world, cost: order.cost };
        free::take(connection, settings, limits, now, &slot).await?;
    }
    if admission == Admission::Trial {
        store::breaker::begin_trial(connection, &order.model, id).await?;
    }
    let Some(view) = store::find(connection, id).await? else {
        return Err(sqlx::Error::RowNotFound);
    };
    apply::enqueue(connection, now, &view, Work::Prepare, Duration::ZERO).await?;
    let fact = Fact::Accepted { generation: id };
    outbox::tell(connection, now, order.chat_id, Some(order.user_id), &fact).await?;
    tracing::info!(
        generation.id = %id,
        user.id = order.user_id,
        model = order.model,
        price_kopecks = order.price.kopecks(),
        free = order.free.is_some(),
        "an order was taken"
    );
    Ok(Placed::Created { id, code, balance })
}

/// Eight letters and digits that are hard to confuse, from the random end of the id: what a
/// person reads to support.
pub(crate) fn short_code(id: Uuid) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (high, low) = id.as_u64_pair();
    let mut bits = low ^ high.rotate_left(17);
    (0..8)
        .map(|_| {
            let index = usize::try_from(bits & 31).unwrap_or(0);
            bits >>= 5;
            char::from(LETTERS[index])
        })
        .collect()
}

/// Cancels an order of this person, as far as it still can be.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn cancel(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    user_id: i64,
    id: Uuid,
) -> Result<Cancelled, sqlx::Error> {
    let Some(view) = store::lock(connection, id).await? else { return Ok(Cancelled::NotFound) };
    if view.user_id != user_id {
        return Ok(Cancelled::NotFound);
    }
    if view.state == State::Late || view.money == Money::Returned {
        return Ok(Cancelled::TooLate);
    }
    let detail = Detail::default();
    let after =
        apply::apply(connection, settings, now, &view, Event::CancelRequested, &detail).await?;
    Ok(match after.state {
        State::Cancelled => Cancelled::Returned { price: view.price },
        State::Submitting | State::Uncertain | State::Running | State::Securing => {
            Cancelled::Noted { price: view.price }
        }
        State::Preparing
        | State::Queued
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed => Cancelled::TooLate,
    })
}

/// An order as it is now.
///
/// # Errors
/// What the database says.
pub async fn view(connection: &mut PgConnection, id: Uuid) -> Result<Option<View>, sqlx::Error> {
    store::find(connection, id).await
}

/// KIE.ai's id of the task that made the result of an order.
///
/// # Errors
/// What the database says.
pub async fn made_by_task(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    Ok(store::successful_task(connection, id).await?.map(|(task, _)| task))
}

/// A person's orders, the latest first, before the one named; a page of `limit`. With models named,
/// only orders of these.
///
/// # Errors
/// What the database says.
pub async fn history(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    models: Option<&[String]>,
    before: Option<(OffsetDateTime, Uuid)>,
    limit: i64,
) -> Result<Vec<View>, sqlx::Error> {
    store::history(connection, user_id, world, models, before, limit).await
}

/// How many of a person's orders are not over.
///
/// # Errors
/// What the database says.
pub async fn open_count(connection: &mut PgConnection, user_id: i64) -> Result<i64, sqlx::Error> {
    store::open_count(connection, user_id).await
}

/// How many orders are in each state that is not the last, in the order of an order's life; of one
/// world, or of both.
///
/// # Errors
/// What the database says.
pub async fn open_by_state(
    connection: &mut PgConnection,
    world: Option<World>,
) -> Result<Vec<(State, i64)>, sqlx::Error> {
    let counts = store::open_by_state(connection, world.map(World::as_str)).await?;
    let of = |state: State| counts.iter().find(|(word, _)| word == state.as_str());
    Ok(State::ALL.into_iter().filter_map(|state| Some((state, of(state)?.1))).collect())
}

/// How many orders wait for submission before this one.
///
/// # Errors
/// What the database says.
pub async fn place_in_line(connection: &mut PgConnection, id: Uuid) -> Result<i64, sqlx::Error> {
    store::waiting_before(connection, id).await
}

/// Gives work to orders that nothing moves on: there should be none, and each is a defect that is
/// logged. Answers how many there were.
///
/// # Errors
/// What the database says.
pub async fn move_stuck(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<usize, sqlx::Error> {
    let stuck = store::find_stuck(&mut *connection, now - policy::STUCK_AFTER).await?;
    let mut moved = 0;
    for id in stuck {
        let Some(view) = store::find(&mut *connection, id).await? else { continue };
        let task = store::latest_attempt(&mut *connection, id).await?;
        let work = match view.state {
            State::Preparing => Work::Prepare,
            State::Queued | State::Submitting => Work::Submit,
            State::Uncertain => Work::Expire,
            State::Running => Work::Poll,
            State::Late if task.is_some_and(|attempt| attempt.task_id.is_some()) => Work::Poll,
            State::Late => Work::Expire,
            State::Securing => Work::Secure,
            State::Delivering => Work::Deliver,
            State::Done | State::Failed | State::Cancelled => continue,
        };
        tracing::error!(
            generation.id = %id,
            state = view.state.as_str(),
            "an order was stuck and is moved on"
        );
        apply::enqueue(&mut *connection, now, &view, work, Duration::ZERO).await?;
        moved += 1;
    }
    Ok(moved)
}

/// Writes down under which lasting name an output can be sent again.
///
/// # Errors
/// What the database says.
pub async fn remember_file(
    connection: &mut PgConnection,
    id: Uuid,
    position: i16,
    sent_as: crate::SentAs,
    message_id: i64,
    file_id: Option<&str>,
) -> Result<(), sqlx::Error> {
    store::output_sent(connection, id, position, sent_as, message_id, file_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_codes_are_eight_clear_characters_and_differ() {
        let ids = Ids::system();
        let codes: std::collections::HashSet<_> =
            (0..1000).map(|_| short_code(ids.uuid())).collect();
        assert_eq!(codes.len(), 1000);
        assert!(codes.iter().all(|code| code.len() == 8 && !code.contains(['0', 'O', '1', 'I'])));
    }
}
