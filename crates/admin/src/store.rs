//! All SQL of this crate: its own tables, and looks into those of others.

pub(crate) mod actions;
pub(crate) mod errors;
pub(crate) mod models;
pub(crate) mod movements;
pub(crate) mod people;
pub(crate) mod rules;

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::role::Role;

/// The role that was given to somebody.
pub(crate) async fn role(
    connection: &mut PgConnection,
    telegram_id: i64,
) -> Result<Option<Role>, sqlx::Error> {
    let role: Option<String> = sqlx::query_scalar("select role from roles where telegram_id = $1")
        .bind(telegram_id)
        .fetch_optional(connection)
        .await?;
    Ok(role.as_deref().and_then(Role::parse))
}

/// Everybody with a role.
pub(crate) async fn staff(
    connection: &mut PgConnection,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    sqlx::query_as("select telegram_id, role from roles order by telegram_id")
        .fetch_all(connection)
        .await
}

pub(crate) async fn set_role(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    telegram_id: i64,
    role: Option<Role>,
) -> Result<(), sqlx::Error> {
    match role {
        Some(role) => {
            sqlx::query(
                "insert into roles (telegram_id, role, given_at) values ($1, $2, $3)
                 on conflict (telegram_id) do update
                 set role = excluded.role, given_at = excluded.given_at",
            )
            .bind(telegram_id)
            .bind(role.as_str())
            .bind(now)
            .execute(connection)
            .await?;
        }
        None => {
            sqlx::query("delete from roles where telegram_id = $1")
                .bind(telegram_id)
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}

/// The session of an operator's panel, locked until the transaction ends.
pub(crate) async fn lock_session(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    telegram_id: i64,
) -> Result<(i64, Value), sqlx::Error> {
    sqlx::query_as(
        "insert into admin_sessions (telegram_id, revision, state, updated_at)
         values ($1, 0, '{}', $2)
         on conflict (telegram_id) do update set updated_at = excluded.updated_at
         returning revision, state",
    )
    .bind(telegram_id)
    .bind(now)
    .fetch_one(connection)
    .await
}

pub(crate) async fn save_session(
    connection: &mut PgConnection,
    telegram_id: i64,
    revision: i64,
    state: &Value,
) -> Result<(), sqlx::Error> {
    sqlx::query("update admin_sessions set revision = $2, state = $3 where telegram_id = $1")
        .bind(telegram_id)
        .bind(revision)
        .bind(state)
        .execute(connection)
        .await?;
    Ok(())
}
