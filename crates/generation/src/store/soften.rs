//! The statements of `softenings`.

use money::{Credits, Rate};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::decode;
use crate::Softened;

/// Writes a wish down; `false` when there was one already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    generation: Uuid,
    field: &str,
    cost_rate: Rate,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "insert into softenings (generation_id, state, field, cost_rate, asked_at)
         values ($1, 'waiting', $2, $3::numeric, $4)
         on conflict (generation_id) do nothing",
    )
    .bind(generation)
    .bind(field)
    .bind(cost_rate.rub_per_credit().to_string())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// What became of the wish.
pub(crate) async fn find(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Softened, sqlx::Error> {
    let found: Option<(String, Option<String>)> =
        sqlx::query_as("select state, words from softenings where generation_id = $1")
            .bind(generation)
            .fetch_optional(connection)
            .await?;
    Ok(match found {
        None => Softened::Unasked,
        Some((_, Some(words))) => Softened::Written(words),
        Some((state, None)) if state == "waiting" => Softened::Waiting,
        Some(_) => Softened::Failed,
    })
}

/// A wish that waits for a language model.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) field: String,
    pub(crate) tries: i16,
    pub(crate) cost_rate: Rate,
}

/// The wish of an order, while it waits.
pub(crate) async fn wanted(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<Wanted>, sqlx::Error> {
    let row = sqlx::query(
        "select field, tries, cost_rate::text as cost_rate from softenings
         where generation_id = $1 and state = 'waiting'",
    )
    .bind(generation)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let rate: String = row.try_get("cost_rate")?;
    let rate: Decimal = rate.parse().map_err(|_| decode("cost_rate", &rate))?;
    Ok(Some(Wanted {
        field: row.try_get("field")?,
        tries: row.try_get("tries")?,
        cost_rate: Rate::from_decimal(rate).map_err(|error| sqlx::Error::Decode(error.into()))?,
    }))
}

/// Writes down that a language model is about to be asked.
pub(crate) async fn start(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update softenings set tries = tries + 1 where generation_id = $1 and state = 'waiting'",
    )
    .bind(generation)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what came of it; no words say that the language model did not help.
pub(crate) async fn finish(
    connection: &mut PgConnection,
    generation: Uuid,
    words: Option<&str>,
    credits: Option<Credits>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update softenings
         set state = case when $2::text is null then 'failed' else 'written' end, words = $2,
             credits = $3::numeric
         where generation_id = $1 and state = 'waiting'",
    )
    .bind(generation)
    .bind(words)
    .bind(credits.map(|credits| credits.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}
