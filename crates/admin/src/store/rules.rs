//! Settings and what was decided about single models.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Row as _};
use time::OffsetDateTime;

use crate::setting::Setting;

/// What was decided about a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Override {
    pub(crate) off: bool,
    pub(crate) price_kop: Option<i64>,
    pub(crate) markup: Option<Decimal>,
}

/// A change of a setting.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Change {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) at: OffsetDateTime,
    pub(crate) actor: String,
}

pub(crate) async fn settings(
    connection: &mut PgConnection,
) -> Result<BTreeMap<Setting, String>, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select name, value from settings").fetch_all(connection).await?;
    // One of a newer program means nothing to this one.
    Ok(rows.into_iter().filter_map(|(name, value)| Some((Setting::named(&name)?, value))).collect())
}

/// Changes a setting; answers with the value before.
pub(crate) async fn set(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    actor: &str,
    setting: Setting,
    value: Option<&str>,
) -> Result<Option<String>, sqlx::Error> {
    let before: Option<String> =
        sqlx::query_scalar("select value from settings where name = $1 for update")
            .bind(setting.name())
            .fetch_optional(&mut *connection)
            .await?;
    match value {
        Some(value) => {
            sqlx::query(
                "insert into settings (name, value, set_at) values ($1, $2, $3)
                 on conflict (name) do update set value = excluded.value, set_at = excluded.set_at",
            )
            .bind(setting.name())
            .bind(value)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        }
        None => {
            sqlx::query("delete from settings where name = $1")
                .bind(setting.name())
                .execute(&mut *connection)
                .await?;
        }
    }
    sqlx::query(
        "insert into settings_history (name, before, after, at, actor) values ($1, $2, $3, $4, $5)",
    )
    .bind(setting.name())
    .bind(&before)
    .bind(value)
    .bind(now)
    .bind(actor)
    .execute(connection)
    .await?;
    Ok(before)
}

pub(crate) async fn history(
    connection: &mut PgConnection,
    setting: Setting,
) -> Result<Vec<Change>, sqlx::Error> {
    sqlx::query_as(
        "select before, after, at, actor from settings_history where name = $1
         order by id desc limit 5",
    )
    .bind(setting.name())
    .fetch_all(connection)
    .await
}

pub(crate) async fn overrides(
    connection: &mut PgConnection,
) -> Result<BTreeMap<String, Override>, sqlx::Error> {
    let rows = sqlx::query("select model, off, price_kop, markup::text from model_overrides")
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let markup: Option<String> = row.try_get("markup")?;
            let rule = Override {
                off: row.try_get("off")?,
                price_kop: row.try_get("price_kop")?,
                markup: markup.and_then(|text| text.parse().ok()),
            };
            Ok((row.try_get("model")?, rule))
        })
        .collect()
}

/// Keeps what was decided about a model.
pub(crate) async fn set_override(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    model: &str,
    rule: &Override,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into model_overrides (model, off, price_kop, markup, set_at)
         values ($1, $2, $3, $4::numeric, $5)
         on conflict (model) do update
         set off = excluded.off, price_kop = excluded.price_kop, markup = excluded.markup,
             set_at = excluded.set_at",
    )
    .bind(model)
    .bind(rule.off)
    .bind(rule.price_kop)
    .bind(rule.markup.map(|markup| markup.to_string()))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
