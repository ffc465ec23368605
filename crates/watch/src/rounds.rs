//! What is done from time to time, by whatever process, whenever it was done last.

use std::time::Duration;

use sqlx::PgPool;
use time::OffsetDateTime;

use crate::store;

/// Something that is done from time to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Credits, margins, the size of the database.
    Slow,
    /// The audit of the books.
    Books,
    /// The audit while the books disagree.
    BooksAgain,
    /// Removing what is of no use any more.
    Cleanup,
}

impl Round {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Books | Self::BooksAgain => "books",
            Self::Cleanup => "cleanup",
        }
    }

    const fn every(self) -> Duration {
        match self {
            Self::Slow => Duration::from_mins(10),
            Self::Books => Duration::from_hours(24),
            Self::BooksAgain | Self::Cleanup => Duration::from_hours(1),
        }
    }
}

/// Whether it is time again.
///
/// # Errors
/// What the database says.
pub async fn is_due(pool: &PgPool, round: Round, now: OffsetDateTime) -> Result<bool, sqlx::Error> {
    let last = store::round(pool, round.name()).await?;
    Ok(last.is_none_or(|last| now - last >= round.every()))
}

/// It was done now.
///
/// # Errors
/// What the database says.
pub async fn done(pool: &PgPool, round: Round, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    store::set_round(pool, round.name(), now).await
}
