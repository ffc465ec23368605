//! The statements of `batches`.

use std::collections::BTreeMap;

use billing::World;
use catalog::{Answers, Language};
use money::{Credits, Rate};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{COLUMNS, decode, language_word, outputs, view_of};
use crate::batch::{self, BatchOrder, BatchView};
use crate::model::{BatchPlace, Rewrite, View, Wish};

/// The place of a generation in its batch, from the columns of its row.
pub(super) fn place_of(row: &PgRow) -> Result<Option<BatchPlace>, sqlx::Error> {
    let id: Option<Uuid> = row.try_get("batch_id")?;
    let number: Option<i16> = row.try_get("batch_number")?;
    let facts: Option<Json<Value>> = row.try_get("batch")?;
    let (Some(id), Some(number), Some(Json(facts))) = (id, number, facts) else {
        return Ok(None);
    };
    let word = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let rewrite = word("rewrite");
    let (field, words) = (word("field"), word("wish"));
    // Of somebody who is erased the words are empty.
    let wish = (!field.is_empty() && !words.is_empty())
        .then(|| Wish { field: field.to_owned(), words: words.to_owned() });
    Ok(Some(BatchPlace {
        id,
        number: u16::try_from(number).unwrap_or(1),
        size: facts
            .get("size")
            .and_then(Value::as_u64)
            .and_then(|size| u16::try_from(size).ok())
            .unwrap_or(1),
        scenario: word("scenario").to_owned(),
        rewrite: Rewrite::parse(rewrite).ok_or_else(|| decode("rewrite", rewrite))?,
        wish,
    }))
}

/// The batch made by this key.
pub(crate) async fn find_by_key(
    connection: &mut PgConnection,
    order_key: &str,
) -> Result<Option<(Uuid, String)>, sqlx::Error> {
    sqlx::query_as("select id, code from batches where order_key = $1")
        .bind(order_key)
        .fetch_optional(connection)
        .await
}

/// Inserts a batch.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    code: &str,
    order: &BatchOrder,
) -> Result<(), sqlx::Error> {
    let each = &order.each;
    let script = order.script.as_ref().filter(|_| batch::wish(order).is_some());
    let rewrite = if script.is_some() { Rewrite::Waiting } else { Rewrite::None };
    sqlx::query(
        "insert into batches
             (id, code, order_key, user_id, chat_id, language, world, scenario, size, inputs,
              prompt_field, wish, brief, rewrite, cost_rate, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::numeric, $16)",
    )
    .bind(id)
    .bind(code)
    .bind(&each.order_key)
    .bind(each.user_id)
    .bind(each.chat_id)
    .bind(language_word(each.language))
    .bind(each.world.as_str())
    .bind(&order.scenario)
    .bind(i16::from(order.size))
    .bind(Json(&order.inputs))
    .bind(script.map(|script| script.field.as_str()))
    .bind(script.and_then(|_| batch::wish(order)))
    .bind(script.map(|script| script.brief.as_str()))
    .bind(rewrite.as_str())
    .bind(order.cost_rate.rub_per_credit().to_string())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a generation into its batch.
pub(crate) async fn join(
    connection: &mut PgConnection,
    generation: Uuid,
    batch: Uuid,
    number: i16,
) -> Result<(), sqlx::Error> {
    sqlx::query("update generations set batch_id = $2, batch_number = $3 where id = $1")
        .bind(generation)
        .bind(batch)
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a batch with its generations.
pub(crate) async fn find(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<BatchView>, sqlx::Error> {
    let row = sqlx::query(
        "select id, code, user_id, language, world, scenario, inputs, wish, rewrite, scripts,
                closed_at
         from batches where id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from generations where batch_id = $1 order by batch_number"
    ));
    let rows = sqlx::query(query).bind(id).fetch_all(&mut *connection).await?;
    let mut members = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    for member in &mut members {
        member.outputs = outputs(&mut *connection, member.id).await?;
    }
    let language: String = row.try_get("language")?;
    let world: String = row.try_get("world")?;
    let rewrite: String = row.try_get("rewrite")?;
    Ok(Some(BatchView {
        id: row.try_get("id")?,
        code: row.try_get("code")?,
        user_id: row.try_get("user_id")?,
        language: if language == "ru" { Language::Ru } else { Language::En },
        world: World::parse(&world).ok_or_else(|| decode("world", &world))?,
        scenario: row.try_get("scenario")?,
        inputs: row.try_get::<Json<Answers>, _>("inputs")?.0,
        wish: row.try_get("wish")?,
        rewrite: Rewrite::parse(&rewrite).ok_or_else(|| decode("rewrite", &rewrite))?,
        scripts: row.try_get::<Json<Vec<String>>, _>("scripts")?.0,
        closed_at: row.try_get("closed_at")?,
        members,
    }))
}

/// Reads the generations of a batch and keeps everybody else from changing them until the end of
/// the transaction.
pub(crate) async fn lock_members(
    connection: &mut PgConnection,
    batch: Uuid,
) -> Result<Vec<View>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from generations where batch_id = $1 order by batch_number for update"
    ));
    let rows = sqlx::query(query).bind(batch).fetch_all(connection).await?;
    rows.iter().map(view_of).collect()
}

/// Closes a batch whose generations are all over, or late; says whether it was closed by this very
/// call. Of two generations that end at once the second waits here, and sees the first.
pub(crate) async fn close(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    batch: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query("select id from batches where id = $1 for update")
        .bind(batch)
        .execute(&mut *connection)
        .await?;
    let closed = sqlx::query(
        "update batches set closed_at = $2
         where id = $1 and closed_at is null
           and not exists (
               select from generations
               where batch_id = $1 and finished_at is null and state <> 'late'
           )",
    )
    .bind(batch)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Whether a generation may do now what is done once for its batch, or need not because another
/// has done it: it is the first of those that are being prepared, or one has gone on already.
pub(crate) async fn may_prepare(
    connection: &mut PgConnection,
    batch: Uuid,
    number: u16,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select coalesce(bool_or(state not in ('preparing', 'failed', 'cancelled')), false)
                or not coalesce(bool_or(state = 'preparing' and batch_number < $2), false)
         from generations where batch_id = $1",
    )
    .bind(batch)
    .bind(i32::from(number))
    .fetch_one(connection)
    .await
}

/// What the others of a batch have uploaded since that moment, by the source.
pub(crate) async fn uploads_of_others(
    connection: &mut PgConnection,
    batch: Uuid,
    since: OffsetDateTime,
) -> Result<BTreeMap<String, (String, OffsetDateTime)>, sqlx::Error> {
    let rows: Vec<(String, String, OffsetDateTime)> = sqlx::query_as(
        "select upload.key, upload.value, uploaded_at
         from generations, jsonb_each_text(uploads) as upload
         where batch_id = $1 and uploaded_at > $2
         order by uploaded_at",
    )
    .bind(batch)
    .bind(since)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(source, url, at)| (source, (url, at))).collect())
}

/// What is to be written for a batch.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    pub(crate) field: String,
    pub(crate) wish: String,
    pub(crate) brief: String,
    pub(crate) tries: i16,
    pub(crate) size: u16,
    pub(crate) cost_rate: Rate,
}

/// What a language model has to be asked for, while it has.
pub(crate) async fn writing(
    connection: &mut PgConnection,
    batch: Uuid,
) -> Result<Option<Writing>, sqlx::Error> {
    let row = sqlx::query(
        "select prompt_field, wish, brief, rewrite_tries, size, cost_rate::text as cost_rate
         from batches where id = $1 and rewrite in ('waiting', 'writing')",
    )
    .bind(batch)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let size: i16 = row.try_get("size")?;
    let rate: String = row.try_get("cost_rate")?;
    let rate: Decimal = rate.parse().map_err(|_| decode("cost_rate", &rate))?;
    Ok(Some(Writing {
        field: row.try_get("prompt_field")?,
        wish: row.try_get("wish")?,
        brief: row.try_get("brief")?,
        tries: row.try_get("rewrite_tries")?,
        size: u16::try_from(size).unwrap_or(1),
        cost_rate: Rate::from_decimal(rate).map_err(|error| sqlx::Error::Decode(error.into()))?,
    }))
}

/// Writes down that a language model is about to be asked.
pub(crate) async fn start_writing(
    connection: &mut PgConnection,
    batch: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update batches set rewrite = 'writing', rewrite_tries = rewrite_tries + 1
         where id = $1 and rewrite in ('waiting', 'writing')",
    )
    .bind(batch)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what a language model made of the wish; no scripts say that it did not help. `false`
/// when that was known already.
pub(crate) async fn finish_writing(
    connection: &mut PgConnection,
    batch: Uuid,
    scripts: &[String],
    credits: Option<Credits>,
) -> Result<bool, sqlx::Error> {
    let rewrite = if scripts.is_empty() { Rewrite::Plain } else { Rewrite::Written };
    let finished = sqlx::query(
        "update batches set rewrite = $2, scripts = $3, rewrite_credits = $4::numeric
         where id = $1 and rewrite in ('waiting', 'writing')",
    )
    .bind(batch)
    .bind(rewrite.as_str())
    .bind(Json(scripts))
    .bind(credits.map(|credits| credits.to_string()))
    .execute(connection)
    .await?;
    Ok(finished.rows_affected() == 1)
}

/// Gives a generation its prompt.
pub(crate) async fn set_answers(
    connection: &mut PgConnection,
    generation: Uuid,
    answers: &Answers,
) -> Result<(), sqlx::Error> {
    sqlx::query("update generations set answers = $2 where id = $1")
        .bind(generation)
        .bind(Json(answers))
        .execute(connection)
        .await?;
    Ok(())
}
