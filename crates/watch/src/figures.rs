//! Figures of the moment, for metrics.

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
    Ok(Figures {
        credits: store::balances(&mut connection).await?,
        orders: store::open_orders(&mut connection).await?,
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
