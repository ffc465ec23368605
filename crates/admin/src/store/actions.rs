//! The record of actions, and the actions that wait for a second operator.

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;

use crate::act::Act;

/// A line of the record.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) at: OffsetDateTime,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) act: Value,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    pub(crate) reason: Option<String>,
    pub(crate) undoes: Option<i64>,
    pub(crate) undone: bool,
}

/// What is written down about an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewEntry<'a> {
    pub(crate) actor: &'a str,
    pub(crate) act: &'a Act,
    pub(crate) undoes: Option<i64>,
}

const COLUMNS: &str = "entry.id, entry.at, entry.actor, entry.action, entry.subject, entry.act,
    entry.before, entry.after, entry.reason, entry.undoes,
    exists (select from admin_actions later where later.undoes = entry.id) as undone";

/// Writes an action down; its number, or nothing when what it undoes was undone before.
pub(crate) async fn add(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    new: &NewEntry<'_>,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "insert into admin_actions (at, actor, act, action, subject, reason, undoes)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (undoes) do nothing
         returning id",
    )
    .bind(now)
    .bind(new.actor)
    .bind(Json(new.act))
    .bind(new.act.word())
    .bind(new.act.subject())
    .bind(new.act.reason())
    .bind(new.undoes)
    .fetch_optional(connection)
    .await
}

/// What the program itself did, such as taking a failing model off.
pub(crate) async fn add_own(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    action: &str,
    subject: &str,
    after: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into admin_actions (at, actor, act, action, subject, after)
         values ($1, 'program', 'null', $2, $3, $4)",
    )
    .bind(now)
    .bind(action)
    .bind(subject)
    .bind(after)
    .execute(connection)
    .await?;
    Ok(())
}

/// Completes an entry within the transaction that made it.
pub(crate) async fn set_effect(
    connection: &mut PgConnection,
    id: i64,
    before: &Value,
    after: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query("update admin_actions set before = $2, after = $3 where id = $1")
        .bind(id)
        .bind(before)
        .bind(after)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Entry>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from admin_actions entry where entry.id = $1"
    ));
    sqlx::query_as(query).bind(id).fetch_optional(connection).await
}

/// The record, the latest first; of one subject when it is named.
pub(crate) async fn list(
    connection: &mut PgConnection,
    subject: Option<&str>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from admin_actions entry
         where $1::text is null or entry.subject = $1
         order by entry.id desc offset $2 limit $3"
    ));
    sqlx::query_as(query).bind(subject).bind(offset).bind(limit).fetch_all(connection).await
}

/// The newest number of the record: when it has grown, the shop may have to be put together anew.
pub(crate) async fn revision(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select coalesce(max(id), 0) from admin_actions").fetch_one(connection).await
}

/// An action that waits for a second operator.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Request {
    pub(crate) id: i64,
    pub(crate) at: OffsetDateTime,
    pub(crate) asked_by: i64,
    #[sqlx(json)]
    pub(crate) act: Act,
    pub(crate) state: String,
}

pub(crate) async fn ask(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    asked_by: i64,
    act: &Act,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "insert into admin_requests (at, asked_by, act, state) values ($1, $2, $3, 'waiting')
         returning id",
    )
    .bind(now)
    .bind(asked_by)
    .bind(Json(act))
    .fetch_one(connection)
    .await
}

pub(crate) async fn requests(connection: &mut PgConnection) -> Result<Vec<Request>, sqlx::Error> {
    sqlx::query_as(
        "select id, at, asked_by, act, state from admin_requests where state = 'waiting'
         order by id limit 20",
    )
    .fetch_all(connection)
    .await
}

/// A request, locked until the transaction ends.
pub(crate) async fn lock_request(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Request>, sqlx::Error> {
    sqlx::query_as(
        "select id, at, asked_by, act, state from admin_requests where id = $1 for update",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

pub(crate) async fn settle_request(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    by: i64,
    done: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update admin_requests set state = $3, settled_by = $4, settled_at = $2 where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(if done { "done" } else { "rejected" })
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// A place in the transaction to which [`back_to_mark`] goes back.
pub(crate) async fn set_mark(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("savepoint act").execute(connection).await?;
    Ok(())
}

/// Takes back what was written since the mark.
pub(crate) async fn back_to_mark(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("rollback to savepoint act").execute(connection).await?;
    Ok(())
}
