//! Models that fail too often rest, and come back after one real order has shown that they work.

use billing::World;
use sqlx::PgConnection;
use std::time::Duration;
use time::OffsetDateTime;

use crate::store::breaker as store;

/// When a model is taken off, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// So many orders of the last hour must be over before anything is judged.
    pub orders_min: i64,
    /// From this share of failures on, in percent; over 100 nothing is ever taken off.
    pub percent: i64,
    /// How long a model rests before it is tried again.
    pub rest: Duration,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self { orders_min: 8, percent: 60, rest: Duration::from_mins(30) }
    }
}

/// A model that rests, or is on trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// The model's id.
    pub model: String,
    /// Whether one order is let through now.
    pub on_trial: bool,
    /// «7 of 10 orders failed», as numbers.
    pub failed: i64,
    /// Of so many.
    pub orders: i64,
    /// Since when.
    pub since: OffsetDateTime,
}

/// What a review has changed about a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerChange {
    /// It rests now: so many of so many orders have failed.
    Opened {
        /// How many failed.
        failed: i64,
        /// How many were over.
        orders: i64,
    },
    /// One real order is let through.
    HalfOpened,
    /// The trial failed: it rests again.
    Reopened,
    /// The trial worked: it is on sale again.
    Closed,
}

/// Judges all models by the orders of the last hour. Whoever calls it twice changes nothing twice.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn review_models(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    policy: &BreakerPolicy,
) -> Result<Vec<(String, BreakerChange)>, sqlx::Error> {
    let retry_at = now + policy.rest;
    let mut changes = Vec::new();
    for (model, worked) in store::ended_trials(connection).await? {
        if worked {
            store::close(connection, now, &model).await?;
            changes.push((model, BreakerChange::Closed));
        } else {
            store::reopen(connection, now, &model, retry_at).await?;
            changes.push((model, BreakerChange::Reopened));
        }
    }
    for model in store::half_open(connection, now).await? {
        changes.push((model, BreakerChange::HalfOpened));
    }
    let least = policy.orders_min.max(1);
    for (model, failed, orders) in store::failing(connection, now, world, least).await? {
        if failed * 100 >= policy.percent * orders
            && store::open(connection, now, &model, retry_at, failed, orders).await?
        {
            changes.push((model, BreakerChange::Opened { failed, orders }));
        }
    }
    Ok(changes)
}

/// The models that rest or are on trial.
///
/// # Errors
/// What the database says.
pub async fn breakers(connection: &mut PgConnection) -> Result<Vec<Breaker>, sqlx::Error> {
    store::all(connection).await
}

/// Lets a resting model work again at once, by an operator's decision. Says whether it rested.
///
/// # Errors
/// What the database says.
pub async fn close_breaker(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    model: &str,
) -> Result<bool, sqlx::Error> {
    store::close(connection, now, model).await
}
