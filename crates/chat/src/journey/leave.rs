//! Leaving: everything about a person is erased, at once or when their last order and payment are over.

use std::time::Duration;

use billing::{Wallet, World};
use money::Rub;
use queue::{Claim, NewJob, Outcome};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::render;
use super::store as marks;
use crate::desk::Context;
use crate::render::Pen;
use crate::screens::{self, SendScreen, Target};
use crate::store;
use crate::talk::{Ended, Talk};

/// The kind of the job that erases a person when their last order is over; its payload is
/// [`Leaving`].
pub(crate) const ERASE: &str = "erase";

/// How often the open orders of somebody who leaves are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// Somebody who wants everything erased.
#[derive(Debug, Serialize, Deserialize)]
struct Leaving {
    user: i64,
    chat: i64,
    /// The most money of their own that they agreed to lose. More than that was paid in later, and
    /// nobody has asked about it.
    own_kop: i64,
}

fn key(user_id: i64) -> String {
    format!("erase:{user_id}")
}

/// What of a person's is not over yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unfinished {
    /// Orders.
    pub(crate) orders: i64,
    /// Payments that are being decided on or given back.
    pub(crate) payments: i64,
}

impl Unfinished {
    pub(crate) const fn is_nothing(self) -> bool {
        self.orders == 0 && self.payments == 0
    }
}

pub(super) async fn unfinished(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Unfinished, sqlx::Error> {
    Ok(Unfinished {
        orders: generation::open_count(&mut *connection, user_id).await?,
        payments: payments::unsettled(connection, user_id).await?,
    })
}

/// Whether a person leaves as soon as their orders are over.
pub(crate) async fn is_leaving(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<bool, sqlx::Error> {
    queue::store::waits(connection, &key(user_id)).await
}

/// The person leaves when their last order is over.
pub(super) async fn wait(
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
) -> Result<(), sqlx::Error> {
    let (user, wallet) = (context.user_id, &context.wallet);
    let leaving = Leaving { user, chat, own_kop: own_at_most(wallet).kopecks() };
    let payload =
        serde_json::to_value(leaving).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let job = NewJob::new(outbox::TALK_POOL, ERASE, payload, context.now + LOOK).key(key(user));
    queue::store::enqueue(connection, context.now, &job).await?;
    Ok(())
}

/// Money of the person's own, with all that open orders may give back.
fn own_at_most(wallet: &Wallet) -> Rub {
    wallet.real.plus(wallet.held).unwrap_or(wallet.real)
}

/// The person stays after all.
pub(super) async fn stay(connection: &mut PgConnection, user_id: i64) -> Result<bool, sqlx::Error> {
    queue::store::withdraw(connection, &key(user_id)).await
}

/// Erases a person whose orders are over.
pub(super) async fn erase(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    chat: i64,
) -> Result<(), sqlx::Error> {
    generation::erase(&mut *connection, now, user_id).await?;
    payments::erase(&mut *connection, user_id).await?;
    outbox::erase(&mut *connection, user_id).await?;
    marks::erase(connection, user_id, chat).await?;
    tracing::info!(user.id = user_id, "a person has erased themself");
    Ok(())
}

/// Erases a person whose orders are over by now, or looks again later.
pub(crate) async fn run(talk: &Talk, claim: &Claim) -> Ended {
    let Ok(leaving) = serde_json::from_value::<Leaving>(claim.payload.clone()) else {
        return talk.finish(claim).await;
    };
    let (desk, now) = (talk.desk(), talk.parts.clock.now());
    let (user, chat) = (leaving.user, leaving.chat);
    let mut transaction = database::begin(&talk.parts.pool).await?;
    // No turn of the conversation stands in between: a new order would be one.
    store::lock_session(&mut transaction, now, user).await?;
    if !unfinished(&mut transaction, user).await?.is_nothing() {
        return Ok(Outcome::Snooze(LOOK));
    }
    let language = store::find_language(&mut transaction, chat).await?.unwrap_or_default();
    let pen = Pen::new(&desk, language);
    let wallet = billing::wallet(&mut transaction, user, World::Real).await?;
    let screen = if desk.world == World::Real && wallet.real.kopecks() > leaving.own_kop {
        render::stayed_for_money(&pen, &wallet)
    } else {
        erase(&mut transaction, now, user, chat).await?;
        render::erased(&pen)
    };
    let send = SendScreen { chat, user: None, target: Target::New, screen };
    screens::enqueue(&mut transaction, now, &send).await?;
    if talk.parts.crash.pass("erase: done").is_err() {
        return Ok(Outcome::Crashed);
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}
