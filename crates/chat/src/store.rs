//! All SQL of this crate: people, sessions, updates, progress messages.

use std::collections::HashSet;

use catalog::Language;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Row as _};
use telegram::Sender;
use time::OffsetDateTime;
use uuid::Uuid;

/// A person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) language: Language,
    /// Written down for the first time just now.
    pub(crate) created: bool,
    /// An operator keeps the person out.
    pub(crate) blocked: bool,
}

/// A stored session, locked.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) revision: i64,
    pub(crate) state: Value,
    pub(crate) screen_message_id: Option<i64>,
}

/// The message that is edited through the stages of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProgressMessage {
    pub(crate) chat_id: i64,
    pub(crate) message_id: i64,
    pub(crate) shown: String,
    pub(crate) edited_at: OffsetDateTime,
}

/// Writes the person down, or their present name. Whoever writes can be written to.
pub(crate) async fn person(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    from: &Sender,
) -> Result<Person, sqlx::Error> {
    let told = from.language_code.as_deref().map_or(Language::default(), Language::from_code);
    let row = sqlx::query(
        "insert into users (telegram_id, name, username, language, created_at, seen_at)
         values ($1, $2, $3, $4, $5, $5)
         on conflict (telegram_id) do update
         set name = excluded.name, username = excluded.username, seen_at = excluded.seen_at,
             unreachable_since = null
         returning id, language, (xmax = 0) as created, blocked_since is not null as blocked",
    )
    .bind(from.id)
    .bind(&from.first_name)
    .bind(&from.username)
    .bind(told.code())
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(Person {
        id: row.try_get("id")?,
        language: language(row.try_get("language")?),
        created: row.try_get("created")?,
        blocked: row.try_get("blocked")?,
    })
}

fn language(code: &str) -> Language {
    Language::ALL.into_iter().find(|language| language.code() == code).unwrap_or_default()
}

/// The language of the person with that number of Telegram.
///
/// # Errors
/// What the database says.
pub async fn find_language(
    connection: &mut PgConnection,
    telegram_id: i64,
) -> Result<Option<Language>, sqlx::Error> {
    let code: Option<String> =
        sqlx::query_scalar("select language from users where telegram_id = $1")
            .bind(telegram_id)
            .fetch_optional(connection)
            .await?;
    Ok(code.as_deref().map(language))
}

/// The person with that number of Telegram.
pub(crate) async fn find_person(
    connection: &mut PgConnection,
    telegram_id: i64,
) -> Result<Option<Person>, sqlx::Error> {
    let row = sqlx::query(
        "select id, language, blocked_since is not null as blocked from users
         where telegram_id = $1",
    )
    .bind(telegram_id)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Person {
            id: row.try_get("id")?,
            language: language(row.try_get("language")?),
            created: false,
            blocked: row.try_get("blocked")?,
        })
    })
    .transpose()
}

/// Keeps a person out from a moment on, or lets them in again. Says whether this changed anything.
///
/// # Errors
/// What the database says.
pub async fn set_blocked(
    connection: &mut PgConnection,
    user_id: i64,
    since: Option<OffsetDateTime>,
) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query(
        "update users set blocked_since = $2
         where id = $1 and (blocked_since is null) <> ($2::timestamptz is null)",
    )
    .bind(user_id)
    .bind(since)
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

pub(crate) async fn set_language(
    connection: &mut PgConnection,
    user_id: i64,
    language: Language,
) -> Result<(), sqlx::Error> {
    sqlx::query("update users set language = $2 where id = $1")
        .bind(user_id)
        .bind(language.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers the campaign through which a person came, the first one only.
pub(crate) async fn set_source(
    connection: &mut PgConnection,
    user_id: i64,
    source: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("update users set source = $2 where id = $1 and source is null")
        .bind(user_id)
        .bind(source)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether a person gets the shop's news.
pub(crate) async fn wants_news(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select news_off_since is null from users where id = $1")
        .bind(user_id)
        .fetch_one(connection)
        .await
}

/// A person wants no news from a moment on, or wants them again.
pub(crate) async fn set_news_off(
    connection: &mut PgConnection,
    user_id: i64,
    since: Option<OffsetDateTime>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update users set news_off_since = $2 where id = $1")
        .bind(user_id)
        .bind(since)
        .execute(connection)
        .await?;
    Ok(())
}

/// The person stopped the bot: nothing is sent until they write again, and no progress message in
/// their chat will be changed any more. A private chat has the person's number.
pub(crate) async fn mark_unreachable(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with gone as (
             update users set unreachable_since = coalesce(unreachable_since, $2) where id = $1
             returning telegram_id
         )
         delete from progress_messages using gone where chat_id = gone.telegram_id",
    )
    .bind(user_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The same by Telegram's number of the person; `None` says that they can be reached again.
pub(crate) async fn set_unreachable(
    connection: &mut PgConnection,
    telegram_id: i64,
    since: Option<OffsetDateTime>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update users set unreachable_since = $2 where telegram_id = $1")
        .bind(telegram_id)
        .bind(since)
        .execute(connection)
        .await?;
    Ok(())
}

/// A look at the session of a person, without a lock.
pub(crate) async fn peek_session(
    pool: &PgPool,
    telegram_id: i64,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar(
        "select state from sessions join users on users.id = user_id where telegram_id = $1",
    )
    .bind(telegram_id)
    .fetch_optional(pool)
    .await
}

/// The session of a person, locked until the transaction ends; a new one is empty.
pub(crate) async fn lock_session(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<Stored, sqlx::Error> {
    let row = sqlx::query(
        "insert into sessions (user_id, revision, state, updated_at) values ($1, 0, '{}', $2)
         on conflict (user_id) do update set updated_at = excluded.updated_at
         returning revision, state, screen_message_id",
    )
    .bind(user_id)
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(Stored {
        revision: row.try_get("revision")?,
        state: row.try_get("state")?,
        screen_message_id: row.try_get("screen_message_id")?,
    })
}

pub(crate) async fn save_session(
    connection: &mut PgConnection,
    user_id: i64,
    revision: i64,
    state: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query("update sessions set revision = $2, state = $3 where user_id = $1")
        .bind(user_id)
        .bind(revision)
        .bind(state)
        .execute(connection)
        .await?;
    Ok(())
}

/// The message that shows the current screen and can be edited into the next.
pub(crate) async fn screen_message(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let row: Option<Option<i64>> =
        sqlx::query_scalar("select screen_message_id from sessions where user_id = $1")
            .bind(user_id)
            .fetch_optional(connection)
            .await?;
    Ok(row.flatten())
}

pub(crate) async fn set_screen_message(
    connection: &mut PgConnection,
    user_id: i64,
    message_id: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update sessions set screen_message_id = $2 where user_id = $1")
        .bind(user_id)
        .bind(message_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers updates; answers with those that were not known.
pub(crate) async fn add_updates(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    ids: &[i64],
) -> Result<HashSet<i64>, sqlx::Error> {
    let new: Vec<i64> = sqlx::query_scalar(
        "insert into updates (update_id, received_at)
         select id, $2 from unnest($1::bigint[]) as id
         on conflict (update_id) do nothing
         returning update_id",
    )
    .bind(ids)
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(new.into_iter().collect())
}

pub(crate) async fn find_progress(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<ProgressMessage>, sqlx::Error> {
    let row = sqlx::query(
        "select chat_id, message_id, shown, edited_at from progress_messages
         where generation_id = $1",
    )
    .bind(generation)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(ProgressMessage {
            chat_id: row.try_get("chat_id")?,
            message_id: row.try_get("message_id")?,
            shown: row.try_get("shown")?,
            edited_at: row.try_get("edited_at")?,
        })
    })
    .transpose()
}

pub(crate) async fn put_progress(
    connection: &mut PgConnection,
    generation: Uuid,
    message: &ProgressMessage,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into progress_messages (generation_id, chat_id, message_id, shown, edited_at)
         values ($1, $2, $3, $4, $5)
         on conflict (generation_id) do update
         set chat_id = excluded.chat_id, message_id = excluded.message_id,
             shown = excluded.shown, edited_at = excluded.edited_at",
    )
    .bind(generation)
    .bind(message.chat_id)
    .bind(message.message_id)
    .bind(&message.shown)
    .bind(message.edited_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes what is known of a progress message; says whether it is still there.
pub(crate) async fn change_progress(
    connection: &mut PgConnection,
    generation: Uuid,
    message: &ProgressMessage,
) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query(
        "update progress_messages set shown = $2, edited_at = $3
         where generation_id = $1 and message_id = $4",
    )
    .bind(generation)
    .bind(&message.shown)
    .bind(message.edited_at)
    .bind(message.message_id)
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() > 0)
}

pub(crate) async fn drop_progress(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("delete from progress_messages where generation_id = $1")
        .bind(generation)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
