//! The statements of this crate's tables: `generations`, `attempts`, `outputs`; `batches` are in
//! [`batch`].

pub(crate) mod batch;

use std::collections::BTreeMap;

use billing::World;
use catalog::{Answers, Language};
use media::MediaKind;
use money::{Credits, Rub};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::model::{Attempt, FailureClass, Order, OutputView, SentAs, View};
use crate::state::{Money, Situation, State};

const COLUMNS: &str = "id, code, user_id, chat_id, language, world, model, answers, price_kop,
    cost_kop, state, money, quiet, tries, deadline_at, uploads, uploaded_at, created_at,
    submitted_at, finished_at, failure, batch_id, batch_number,
    (select jsonb_build_object('size', b.size, 'scenario', b.scenario, 'rewrite', b.rewrite)
     from batches b where b.id = batch_id) as batch";

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

fn kind_word(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}

fn kind_of(word: &str) -> Result<MediaKind, sqlx::Error> {
    [MediaKind::Image, MediaKind::Video, MediaKind::Audio]
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
        price: Rub::from_kopecks(row.try_get("price_kop")?),
        cost: Rub::from_kopecks(row.try_get("cost_kop")?),
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
        batch: batch::place_of(row)?,
    })
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
              cost_kop, credits, state, money, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::numeric, 'preparing', 'held',
                 $13, $13)
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
    before: Option<(OffsetDateTime, Uuid)>,
    limit: i64,
) -> Result<Vec<View>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from generations
         where user_id = $1 and world = $2
           and ($3::timestamptz is null or (created_at, id) < ($3, $4))
         order by created_at desc, id desc limit $5"
    ));
    let rows = sqlx::query(query)
        .bind(user_id)
        .bind(world.as_str())
        .bind(before.map(|(at, _)| at))
        .bind(before.map(|(_, id)| id))
        .bind(limit)
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

fn attempt_of(row: &PgRow) -> Result<Attempt, sqlx::Error> {
    Ok(Attempt {
        id: row.try_get("id")?,
        generation: row.try_get("generation_id")?,
        key_name: row.try_get("key_name")?,
        token: row.try_get("token")?,
        task_id: row.try_get("task_id")?,
        submitted_at: row.try_get("submitted_at")?,
    })
}

const ATTEMPT_COLUMNS: &str = "id, generation_id, key_name, token, task_id, submitted_at";

/// Writes down that a submission is about to be made.
pub(crate) async fn start_attempt(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    generation: Uuid,
    world: World,
    key_name: &str,
    token: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into attempts (id, generation_id, number, world, key_name, token, state, submitted_at)
         select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, 'submitting', $6
         from attempts where generation_id = $2",
    )
    .bind(id)
    .bind(generation)
    .bind(world.as_str())
    .bind(key_name)
    .bind(token)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The latest submission of an order.
pub(crate) async fn latest_attempt(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<Attempt>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {ATTEMPT_COLUMNS} from attempts where generation_id = $1
         order by number desc limit 1"
    ));
    let row = sqlx::query(query).bind(generation).fetch_optional(connection).await?;
    row.as_ref().map(attempt_of).transpose()
}

/// The submission that this token of a callback address belongs to.
pub(crate) async fn attempt_by_token(
    connection: &mut PgConnection,
    token: &str,
) -> Result<Option<Attempt>, sqlx::Error> {
    let query =
        sqlx::AssertSqlSafe(format!("select {ATTEMPT_COLUMNS} from attempts where token = $1"));
    let row = sqlx::query(query).bind(token).fetch_optional(connection).await?;
    row.as_ref().map(attempt_of).transpose()
}

/// Writes down which task a submission became; `false` when the submission is closed, or became
/// another task.
pub(crate) async fn attach_task(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    attempt: Uuid,
    task_id: &str,
) -> Result<bool, sqlx::Error> {
    let attached = sqlx::query(
        "update attempts
         set task_id = $2, state = 'running', accepted_at = coalesce(accepted_at, $3)
         where id = $1 and state in ('submitting', 'uncertain', 'running')
           and (task_id is null or task_id = $2)",
    )
    .bind(attempt)
    .bind(task_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(attached.rows_affected() == 1)
}

/// Writes down how an open submission stands or ended; one that has ended stays as it ended, and
/// one whose task is known is not made uncertain again.
pub(crate) async fn close_attempt(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    attempt: Uuid,
    state: &'static str,
    failure: Option<(&str, &str)>,
    credits: Option<Credits>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update attempts
         set state = $2, failure = $3, failure_text = $4, credits = $5::numeric,
             finished_at = case when $2 = 'uncertain' then null else $6 end
         where id = $1
           and (state in ('submitting', 'uncertain') or (state = 'running' and task_id is not null
                and $2 not in ('uncertain', 'rejected')))",
    )
    .bind(attempt)
    .bind(state)
    .bind(failure.map(|(kind, _)| kind))
    .bind(failure.map(|(_, text)| text))
    .bind(credits.map(|credits| credits.to_string()))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

async fn outputs(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Vec<OutputView>, sqlx::Error> {
    let rows = sqlx::query(
        "select position, url, kind, mime, bytes, width, height, duration_ms, form, sent_as, file_id
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
                bytes: size(row.try_get("bytes")?)?,
                width: side(row.try_get("width")?)?,
                height: side(row.try_get("height")?)?,
                duration_ms: row.try_get::<Option<i64>, _>("duration_ms")?.map(size).transpose()?,
                form: SentAs::parse(&form).ok_or_else(|| decode("form", &form))?,
                sent_as: sent_as
                    .map(|word| SentAs::parse(&word).ok_or_else(|| decode("sent_as", &word)))
                    .transpose()?,
                file_id: row.try_get("file_id")?,
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
    found: &media::Inspected,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into outputs
             (generation_id, position, url, kind, mime, bytes, width, height, duration_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (generation_id, position) do update
         set url = excluded.url, kind = excluded.kind, mime = excluded.mime, bytes = excluded.bytes,
             width = excluded.width, height = excluded.height, duration_ms = excluded.duration_ms",
    )
    .bind(generation)
    .bind(position)
    .bind(url)
    .bind(kind_word(found.kind))
    .bind(found.mime)
    .bind(i64::try_from(found.bytes).unwrap_or(i64::MAX))
    .bind(found.width.and_then(|width| i32::try_from(width).ok()))
    .bind(found.height.and_then(|height| i32::try_from(height).ok()))
    .bind(found.duration_ms.and_then(|duration| i64::try_from(duration).ok()))
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
