//! What a person has been through with their orders, and leaving.

use std::collections::HashMap;

use billing::World;
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::apply::work_pool;
use crate::model::{OutputView, View};
use crate::{policy, store};

/// How long a model has taken lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// Half of the orders were ready after so many seconds.
    pub half: u32,
    /// Nine of ten were.
    pub most: u32,
}

/// How long the models have taken lately, from the order to the result, by their last paid orders.
/// Models with too few of them are left out.
///
/// # Errors
/// What the database says.
pub async fn usual(
    connection: &mut PgConnection,
    models: &[String],
) -> Result<HashMap<String, Usual>, sqlx::Error> {
    store::person::usual(connection, models, policy::USUAL_OF, policy::USUAL_FROM).await
}

/// When moderation refused a person's orders since a moment, the latest first.
///
/// # Errors
/// What the database says.
pub async fn refused_at(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    since: OffsetDateTime,
) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    store::person::refused_at(connection, user_id, world, since).await
}

/// The short numbers of orders.
///
/// # Errors
/// What the database says.
pub async fn codes(
    connection: &mut PgConnection,
    orders: &[Uuid],
) -> Result<HashMap<Uuid, String>, sqlx::Error> {
    store::person::codes(connection, orders).await
}

/// Takes out of a person's finished orders what the person put in and what was made of it; the
/// orders themselves stay, because the ledger names them.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn erase(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<(), sqlx::Error> {
    store::person::erase(connection, now, user_id).await
}

/// Whether a result can still be had as it was made.
#[must_use]
pub fn has_original(order: &View, output: &OutputView, now: OffsetDateTime) -> bool {
    let since = order.finished_at.unwrap_or(order.created_at);
    let kept = output.kind == catalog::Output::Text;
    kept || output.original_file_id.is_some() || now < since + policy::RESULTS_KEPT
}

/// Puts the results of an order into the queue once more, as files without compression. Answers
/// how many.
///
/// # Errors
/// What the database says.
pub async fn send_originals(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    order: &View,
) -> Result<usize, sqlx::Error> {
    let mut sent = 0;
    for output in order.outputs.iter().filter(|output| has_original(order, output, now)) {
        send_original(&mut *connection, now, order, output.position).await?;
        sent += 1;
    }
    Ok(sent)
}

/// The same for one result.
///
/// # Errors
/// What the database says.
pub async fn send_original(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    order: &View,
    position: i16,
) -> Result<(), sqlx::Error> {
    let payload = json!({ "generation": order.id, "position": position });
    let job = NewJob::new(work_pool(order.world), "original", payload, now)
        .key(format!("original:{}:{position}", order.id))
        .priority(Priority::Money);
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}
