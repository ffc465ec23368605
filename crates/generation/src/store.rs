//! The statements of this crate's tables: `generations` and `outputs` here, the others in the files
//! that are named for them.

mod attempts;
pub(crate) mod batch;
pub(crate) mod breaker;
pub(crate) mod cleanup;
pub(crate) mod likeness;
pub(crate) mod person;
pub(crate) mod sheet;
pub(crate) mod soften;

use std::collections::BTreeMap;

use billing::World;
use catalog::{Answers, Language, Output};
use money::{Credits, Rate, Rub};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::model::{Bound, FailureClass, Order, OutputView, SentAs, View};
use crate::state::{Money, Situation, State};

pub(crate) use attempts::{
    attach_task, attempt_by_token, close_attempt, latest_attempt, start_attempt, successful_task,
};

const COLUMNS: &str =
    "id, code, user_id, chat_id, language, world, model, answers, continues, price_kop,
    cost_kop, free, rate::text as rate, cost_rate::text as cost_rate, taken_kop,
    provider_credits::text as provider_credits, state, money, quiet, tries, deadline_at, uploads,
    uploaded_at, created_at, submitted_at, finished_at, failure, batch_id, batch_number,
    (select jsonb_build_object('size', b.size, 'scenario', b.scenario, 'rewrite', b.rewrite,
                               'field', b.prompt_field, 'wish', b.wish)
     from batches b where b.id = batch_id) as batch,
    (select jsonb_build_object('kind', l.kind, 'id', l.made_id)
     from likenesses l where l.generation_id = generations.id) as likeness";

fn decode(column: &'static str, found: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown {column}: {found}").into())
}

fn size(value: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(value).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn side(value: Option<i32>) -> Result<Option<u32>, sqlx::Error> {
    value.map(u32::try_from).transpose().map_err(|error| sqlx::Error::Decode(error.into()))
}

fn language_word(language: Language) -> &'static str {
    match language {
        Language::Ru => "ru",
        Language::En => "en",
    }
}

fn kind_word(kind: Output) -> &'static str {
    match kind {
        Output::Image => "image",
        Output::Video => "video",
        Output::Audio => "audio",
        Output::Text => "text",
    }
}

fn kind_of(word: &str) -> Result<Output, sqlx::Error> {
    [Output::Image, Output::Video, Output::Audio, Output::Text]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
        .ok_or_else(|| decode("kind", word))
}

fn view_of(row: &PgRow) -> Result<View, sqlx::Error> {
    let language: String = row.try_get("language")?;
    let world: String = row.try_get("world")?;
    let state: String = row.try_get("state")?;
    let money: String = row.try_get("money")?;
    let failure: Option<String> = row.try_get("failure")?;
    let tries: i32 = row.try_get("tries")?;
    Ok(View {
        id: row.try_get("id")?,
        code: row.try_get("code")?,
        user_id: row.try_get("user_id")?,
        chat_id: row.try_get("chat_id")?,
        language: if language == "ru" { Language::Ru } else { Language::En },
        world: World::parse(&world).ok_or_else(|| decode("world", &world))?,
        model: row.try_get("model")?,
        answers: row.try_get::<Json<Answers>, _>("answers")?.0,
        continues: row.try_get("continues")?,
        price: Rub::from_kopecks(row.try_get("price_kop")?),
        cost: Rub::from_kopecks(row.try_get("cost_kop")?),
        free: row.try_get("free")?,
        bound: rate_of(row, "rate")?
            .zip(rate_of(row, "cost_rate")?)
            .map(|(rate, cost_rate)| Bound { rate, cost_rate }),
        taken: row.try_get::<Option<i64>, _>("taken_kop")?.map(Rub::from_kopecks),
        provider_credits: row
            .try_get::<Option<String>, _>("provider_credits")?
            .map(|text| Credits::parse(&text).map_err(|_| decode("provider_credits", &text)))
            .transpose()?,
        state: State::parse(&state).ok_or_else(|| decode("state", &state))?,
        money: Money::parse(&money).ok_or_else(|| decode("money", &money))?,
        quiet: row.try_get("quiet")?,
        tries: u32::try_from(tries).unwrap_or(0),
        deadline_at: row.try_get("deadline_at")?,
        uploads: row.try_get::<Json<BTreeMap<String, String>>, _>("uploads")?.0,
        uploaded_at: row.try_get("uploaded_at")?,
        created_at: row.try_get("created_at")?,
        submitted_at: row.try_get("submitted_at")?,
        finished_at: row.try_get("finished_at")?,
        failure: failure
            .map(|word| FailureClass::parse(&word).ok_or_else(|| decode("failure", &word)))
            .transpose()?,
        outputs: Vec::new(),
        likeness: likeness::likeness_of(row)?,
        batch: batch::place_of(row)?,
    })
}

fn rate_of(row: &PgRow, column: &'static str) -> Result<Option<Rate>, sqlx::Error> {
    let Some(text) = row.try_get::<Option<String>, _>(column)? else { return Ok(None) };
    let rate = text.parse().ok().and_then(|rate| Rate::from_decimal(rate).ok());
    rate.map(Some).ok_or_else(|| decode(column, &text))
}

/// Inserts an order; `false` when its key was used before.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    code: &str,
    order: &Order,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "insert into generations
             (id, code, order_key, user_id, chat_id, language, world, model, answers, price_kop,
              cost_kop, credits, state, money, created_at, updated_at, free, rate, cost_rate, continues)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::numeric, 'preparing', 'held',
                 $13, $13, $14, $15::numeric, $16::numeric, $17)
         on conflict (order_key) do nothing",
    )
    .bind(id)
    .bind(code)
    .bind(&order.order_key)
    .bind(order.user_id)
    .bind(order.chat_id)
    .bind(language_word(order.language))
    .bind(order.world.as_str())
    .bind(&order.model)
    .bind(Json(&order.answers))
    .bind(order.price.kopecks())
    .bind(order.cost.kopecks())
    .bind(order.credits.to_string())
    .bind(now)
    .bind(order.free.is_some())
    .bind(order.bound.map(|bound| bound.rate.rub_per_credit().to_string()))
    .bind(order.bound.map(|bound| bound.cost_rate.rub_per_credit().to_string()))
    .bind(order.continues)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The order made by this key.
pub(crate) async fn find_by_key(
    connection: &mut PgConnection,
    order_key: &str,
) -> Result<Option<(Uuid, String)>, sqlx::Error> {
    sqlx::query_as("select id, code from generations where order_key = $1")
        .bind(order_key)
        .fetch_optional(connection)
        .await
}

/// Reads an order with its outputs.
pub(crate) async fn find(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<View>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from generations where id = $1"));
    let row = sqlx::query(query).bind(id).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut view = view_of(&row)?;
    view.outputs = outputs(connection, id).await?;
    Ok(Some(view))
}

/// Reads an order with its outputs and keeps everybody else from changing it until the end of the
/// transaction.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<View>, sqlx::Error> {
    let query =
        sqlx::AssertSqlSafe(format!("select {COLUMNS} from generations where id = $1 for update"));
    let row = sqlx::query(query).bind(id).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut view = view_of(&row)?;
    view.outputs = outputs(connection, id).await?;
    Ok(Some(view))
}

/// What a change of situation writes beside it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change<'a> {
    pub(crate) deadline_at: Option<OffsetDateTime>,
    pub(crate) failure: Option<FailureClass>,
    pub(crate) failure_text: Option<&'a str>,
    pub(crate) provider_credits: Option<Credits>,
}

/// Moves an order from one situation to the next; `false` when it stood elsewhere.
pub(crate) async fn change(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    old: State,
    next: Situation,
    change: &Change<'_>,
) -> Result<bool, sqlx::Error> {
    let tries = i32::try_from(next.tries).unwrap_or(i32::MAX);
    let changed = sqlx::query(
        "update generations
         set state = $3, money = $4, quiet = $5, tries = $6,
             deadline_at = coalesce($7, deadline_at),
             failure = coalesce($8, failure), failure_text = coalesce($9, failure_text),
             provider_credits = coalesce($10::numeric, provider_credits),
             submitted_at = case when $3 = 'submitting' then coalesce(submitted_at, $11)
                                 else submitted_at end,
             finished_at = case when $12 then coalesce(finished_at, $11) end,
             updated_at = $11
         where id = $1 and state = $2",
    )
    .bind(id)
    .bind(old.as_str())
    .bind(next.state.as_str())
    .bind(next.money.as_str())
    .bind(next.quiet)
    .bind(tries)
    .bind(change.deadline_at)
    .bind(change.failure.map(FailureClass::as_str))
    .bind(change.failure_text)
    .bind(change.provider_credits.map(|credits| credits.to_string()))
    .bind(now)
    .bind(next.state.is_final())
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The price of a delivered order went back.
pub(crate) async fn set_returned(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("update generations set money = 'returned', updated_at = $2 where id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down what was taken of a price that was an upper bound.
pub(crate) async fn remember_taken(
    connection: &mut PgConnection,
    id: Uuid,
    taken: Rub,
) -> Result<(), sqlx::Error> {
    sqlx::query("update generations set taken_kop = $2 where id = $1")
        .bind(id)
        .bind(taken.kopecks())
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers where an input was uploaded to.
pub(crate) async fn remember_upload(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    source: &str,
    url: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update generations
         set uploads = uploads || jsonb_build_object($2::text, $3::text),
             uploaded_at = coalesce(uploaded_at, $4), updated_at = $4
         where id = $1",
    )
    .bind(id)
    .bind(source)
    .bind(url)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the uploads: they are made again.
pub(crate) async fn forget_uploads(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("update generations set uploads = '{}', uploaded_at = null where id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Orders that are not over and for which the queue holds no job: something went wrong that nobody
/// thought of, and they must be moved on.
pub(crate) async fn find_stuck(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "select g.id from generations g
         where g.finished_at is null and g.updated_at < $1
           and not exists (
               select from jobs j
               where j.state <> 'dead'
                 and j.unique_key in ('prepare:' || g.id, 'submit:' || g.id, 'poll:' || g.id,
                                      'expire:' || g.id, 'secure:' || g.id, 'deliver:' || g.id)
           )
         order by g.updated_at limit 100",
    )
    .bind(before)
    .fetch_all(connection)
    .await
}

/// A person's orders, the latest first, before the one named, with their outputs.
pub(crate) async fn history(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    models: Option<&[String]>,
    before: Option<(OffsetDateTime, Uuid)>,
    limit: i64,
) -> Result<Vec<View>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from generations
         where user_id = $1 and world = $2
           and ($3::timestamptz is null or (created_at, id) < ($3, $4))
           and ($6::text[] is null or model = any($6))
         order by created_at desc, id desc limit $5"
    ));
    let rows = sqlx::query(query)
        .bind(user_id)
        .bind(world.as_str())
        .bind(before.map(|(at, _)| at))
        .bind(before.map(|(_, id)| id))
        .bind(limit)
        .bind(models)
        .fetch_all(&mut *connection)
        .await?;
    let mut views = rows.iter().map(view_of).collect::<Result<Vec<_>, _>>()?;
    for view in &mut views {
        view.outputs = outputs(&mut *connection, view.id).await?;
    }
    Ok(views)
}

/// How many of a person's orders are not over.
pub(crate) async fn open_count(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) from generations where user_id = $1 and finished_at is null",
    )
    .bind(user_id)
    .fetch_one(connection)
    .await
}

/// How many orders are not over, by the word of their state.
pub(crate) async fn open_by_state(
    connection: &mut PgConnection,
    world: Option<&str>,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "select state, count(*) from generations
         where finished_at is null and ($1::text is null or world = $1) group by state",
    )
    .bind(world)
    .fetch_all(connection)
    .await
}

/// How many orders wait for submission before this one.
pub(crate) async fn waiting_before(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) from generations other, generations mine
         where mine.id = $1 and other.finished_at is null
           and other.state in ('preparing', 'queued')
           and (other.created_at, other.id) < (mine.created_at, mine.id)",
    )
    .bind(id)
    .fetch_one(connection)
    .await
}

async fn outputs(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Vec<OutputView>, sqlx::Error> {
    let rows = sqlx::query(
        "select position, url, piece, kind, mime, bytes, width, height, duration_ms, form, sent_as,
                file_id, original_file_id, title,
                case when mime = 'text/plain' then convert_from(content, 'UTF8') end as words
         from outputs where generation_id = $1 order by position",
    )
    .bind(generation)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let form: String = row.try_get("form")?;
            let sent_as: Option<String> = row.try_get("sent_as")?;
            Ok(OutputView {
                position: row.try_get("position")?,
                kind: kind_of(&row.try_get::<String, _>("kind")?)?,
                mime: row.try_get("mime")?,
                url: row.try_get("url")?,
                piece: row.try_get("piece")?,
                bytes: size(row.try_get("bytes")?)?,
                width: side(row.try_get("width")?)?,
                height: side(row.try_get("height")?)?,
                duration_ms: row.try_get::<Option<i64>, _>("duration_ms")?.map(size).transpose()?,
                form: SentAs::parse(&form).ok_or_else(|| decode("form", &form))?,
                sent_as: sent_as
                    .map(|word| SentAs::parse(&word).ok_or_else(|| decode("sent_as", &word)))
                    .transpose()?,
                file_id: row.try_get("file_id")?,
                original_file_id: row.try_get("original_file_id")?,
                title: row.try_get("title")?,
                words: row.try_get("words")?,
            })
        })
        .collect()
}

/// Writes down a result that was fetched and checked.
pub(crate) async fn save_output(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
    url: &str,
    piece: Option<&str>,
    found: &media::Inspected,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into outputs
             (generation_id, position, url, kind, mime, bytes, width, height, duration_ms, piece)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (generation_id, position) do update
         set url = excluded.url, kind = excluded.kind, mime = excluded.mime, bytes = excluded.bytes,
             width = excluded.width, height = excluded.height, duration_ms = excluded.duration_ms,
             piece = excluded.piece",
    )
    .bind(generation)
    .bind(position)
    .bind(url)
    .bind(kind_word(found.kind.into()))
    .bind(found.mime)
    .bind(i64::try_from(found.bytes).unwrap_or(i64::MAX))
    .bind(found.width.and_then(|width| i32::try_from(width).ok()))
    .bind(found.height.and_then(|height| i32::try_from(height).ok()))
    .bind(found.duration_ms.and_then(|duration| i64::try_from(duration).ok()))
    .bind(piece)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that an output reached the person.
pub(crate) async fn output_sent(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
    sent_as: SentAs,
    message_id: i64,
    file_id: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update outputs
         set sent_as = $3, message_id = $4, file_id = coalesce($5, file_id)
         where generation_id = $1 and position = $2",
    )
    .bind(generation)
    .bind(position)
    .bind(sent_as.as_str())
    .bind(message_id)
    .bind(file_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down the form in which an output is to be tried next, or a fresh address of it.
pub(crate) async fn try_output_next(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
    form: SentAs,
    url: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update outputs set form = $3, url = coalesce($4, url)
         where generation_id = $1 and position = $2",
    )
    .bind(generation)
    .bind(position)
    .bind(form.as_str())
    .bind(url)
    .execute(connection)
    .await?;
    Ok(())
}
