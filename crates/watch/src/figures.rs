//! Figures of the moment, for metrics.

use rust_decimal::prelude::ToPrimitive as _;
use sqlx::PgPool;

use crate::store;

/// What the database knows at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// What each key of KIE.ai had left, in whole credits.
    pub credits: Vec<(String, i64)>,
    /// Open orders, by state.
    pub orders: Vec<(String, i64)>,
    /// Alarms that are open.
    pub alarms: i64,
}

/// Movements of money of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The kind in the ledger.
    pub kind: String,
    /// How much, in kopecks.
    pub kopecks: i64,
}

/// How it is now.
///
/// # Errors
/// What the database says.
pub async fn figures(pool: &PgPool) -> Result<Figures, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let balances = store::balances(&mut connection).await?;
    let whole = |balance: store::Balance| {
        (balance.key, balance.credits.decimal().trunc().to_i64().unwrap_or(i64::MAX))
    };
    let orders = generation::open_by_state(&mut connection, None).await?;
    Ok(Figures {
        credits: balances.into_iter().map(whole).collect(),
        orders: orders
            .into_iter()
            .map(|(state, count)| (state.as_str().to_owned(), count))
            .collect(),
        alarms: store::open_alarms(&mut connection).await?,
    })
}

/// The number of the newest entry of the ledger.
///
/// # Errors
/// What the database says.
pub async fn last_entry(pool: &PgPool) -> Result<i64, sqlx::Error> {
    store::last_entry(pool).await
}

/// Movements of real money after an entry of the ledger, by kind, and the newest entry by now. An
/// entry whose transaction ends later than that of a newer one is not seen: these are figures, not
/// books.
///
/// # Errors
/// What the database says.
pub async fn moved_after(pool: &PgPool, entry: i64) -> Result<(Vec<Moved>, i64), sqlx::Error> {
    let rows = store::moved_after(pool, entry).await?;
    let newest = rows.iter().map(|(_, _, newest)| *newest).max().unwrap_or(entry);
    let moved = rows.into_iter().map(|(kind, kopecks, _)| Moved { kind, kopecks }).collect();
    Ok((moved, newest.max(entry)))
}
