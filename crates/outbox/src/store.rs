use queue::{Enqueued, NewJob};
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{Fact, SEND_NOTICE, TALK_POOL};

/// A fact on its way to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The row's id.
    pub id: i64,
    /// The chat that is told.
    pub chat_id: i64,
    /// The person, when it is one of ours.
    pub user_id: Option<i64>,
    /// What is told.
    pub fact: Fact,
    /// Since when it waits.
    pub created_at: OffsetDateTime,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It stands in the chat as this message.
    Sent {
        /// Telegram's number of the message.
        message_id: i64,
    },
    /// It was out of date before it was sent.
    Dropped,
    /// The person cannot be reached.
    Undeliverable,
}

/// The lane of everything that is sent to a chat, so that it arrives in order.
#[must_use]
pub fn lane(chat_id: i64) -> String {
    format!("chat:{chat_id}")
}

/// Stores a fact and the job that sends it, within the caller's transaction.
///
/// # Errors
/// What the database says.
pub async fn tell(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    chat_id: i64,
    user_id: Option<i64>,
    fact: &Fact,
) -> Result<(), sqlx::Error> {
    if let Some(key) = fact.coalescing_key()
        && queue::store::waits(&mut *connection, &key).await?
    {
        // It will be rendered from the state of the moment when it is sent.
        return Ok(());
    }
    let id: i64 = sqlx::query_scalar(
        "insert into notices (chat_id, user_id, fact, state, created_at)
         values ($1, $2, $3, 'waiting', $4) returning id",
    )
    .bind(chat_id)
    .bind(user_id)
    .bind(Json(fact))
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let mut job = NewJob::new(TALK_POOL, SEND_NOTICE, json!({ "notice": id }), now)
        .lane(fact.lane(chat_id))
        .priority(fact.priority());
    job.key = fact.coalescing_key();
    if queue::store::enqueue(&mut *connection, now, &job).await? == Enqueued::Exists {
        settle(connection, now, id, Settled::Dropped).await?;
    }
    Ok(())
}

/// Reads a notice that waits; `None` when it is settled or unknown.
///
/// # Errors
/// What the database says.
pub async fn load(connection: &mut PgConnection, id: i64) -> Result<Option<Notice>, sqlx::Error> {
    let row = sqlx::query(
        "select chat_id, user_id, fact, created_at from notices where id = $1 and state = 'waiting'",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Notice {
            id,
            chat_id: row.try_get("chat_id")?,
            user_id: row.try_get("user_id")?,
            fact: row.try_get::<Json<Fact>, _>("fact")?.0,
            created_at: row.try_get("created_at")?,
        })
    })
    .transpose()
}

/// Records what became of a notice.
///
/// # Errors
/// What the database says.
pub async fn settle(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    settled: Settled,
) -> Result<(), sqlx::Error> {
    let (state, message_id) = match settled {
        Settled::Sent { message_id } => ("sent", Some(message_id)),
        Settled::Dropped => ("dropped", None),
        Settled::Undeliverable => ("undeliverable", None),
    };
    sqlx::query("update notices set state = $2, sent_at = $3, message_id = $4 where id = $1")
        .bind(id)
        .bind(state)
        .bind(now)
        .bind(message_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// How many notices were settled before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_settled(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from notices where state <> 'waiting' and sent_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Removes notices that were settled before a moment, of the oldest so many; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_settled(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    // Only the oldest are looked at: ids grow with time, and few notices wait for long.
    let gone = sqlx::query(
        "delete from notices where id in
             (select id from (select id, state, sent_at from notices order by id limit $2) oldest
              where state <> 'waiting' and sent_at < $1)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// Forgets what a person who erases themself was told. What still waits stays until it is sent.
///
/// # Errors
/// What the database says.
pub async fn erase(connection: &mut PgConnection, user_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from notices where user_id = $1 and state <> 'waiting'")
        .bind(user_id)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    #[tokio::test]
    async fn a_fact_is_told_once_and_waiting_progress_is_coalesced() {
        let pool = test_db::fresh_pool().await;
        let mut connection = pool.acquire().await.unwrap();
        let generation = Uuid::from_u128(1);
        for fact in [
            Fact::Accepted { generation },
            Fact::Progress { generation },
            Fact::Progress { generation },
        ] {
            tell(&mut connection, NOW, 7, None, &fact).await.unwrap();
        }
        let first = load(&mut connection, 1).await.unwrap().unwrap();
        assert_eq!(first.fact, Fact::Accepted { generation });
        assert!(load(&mut connection, 2).await.unwrap().is_some());
        assert_eq!(load(&mut connection, 3).await.unwrap(), None, "not even stored");
        settle(&mut connection, NOW, 1, Settled::Sent { message_id: 5 }).await.unwrap();
        assert_eq!(load(&mut connection, 1).await.unwrap(), None);
    }
}
