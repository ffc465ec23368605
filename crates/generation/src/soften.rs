//! Softer words for an order that moderation refused: proposed by a language model, once for each
//! order, and only when the person wants it.

use money::Rate;
use queue::NewJob;
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::apply::work_pool;
use crate::model::View;
use crate::store;

/// What became of the wish for softer words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Softened {
    /// Nobody has asked for them.
    Unasked,
    /// A language model is at it.
    Waiting,
    /// These.
    Written(String),
    /// The language model did not help.
    Failed,
}

/// What became of the wish for softer words for an order.
///
/// # Errors
/// What the database says.
pub async fn softened(connection: &mut PgConnection, id: Uuid) -> Result<Softened, sqlx::Error> {
    store::soften::find(connection, id).await
}

/// Has softer words written for a field of a refused order; the person is told when they are there.
/// A second wish changes nothing.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn soften(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    order: &View,
    field: &str,
    cost_rate: Rate,
) -> Result<(), sqlx::Error> {
    if !store::soften::insert(connection, now, order.id, field, cost_rate).await? {
        return Ok(());
    }
    let payload = json!({ "generation": order.id });
    let job = NewJob::new(work_pool(order.world), "soften", payload, now)
        .key(format!("soften:{}", order.id));
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}
