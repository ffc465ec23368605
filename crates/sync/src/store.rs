//! The tables: runs, what they read, what they found, and what was accepted.

pub(crate) mod rates;

use std::collections::BTreeMap;

use catalog::{Overlay, PriceTag, Published, PublishedInput};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Row as _};
use time::{Duration, OffsetDateTime};

use crate::diff::Found;
use crate::{Change, ChangeKind};

/// How many runs are kept.
const RUNS_KEEP: i64 = 200;

/// Whether a run may change the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It only looks.
    Dry,
    /// It accepts what it finds.
    Apply,
}

impl Mode {
    fn word(self) -> &'static str {
        match self {
            Self::Dry => "dry",
            Self::Apply => "apply",
        }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// It reads.
    Reading,
    /// It has compared.
    Done,
    /// It could not compare.
    Failed,
}

/// A run, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// Whether it may change the catalogue.
    pub mode: Mode,
    /// Who wanted it: `schedule`, `command`, or an operator.
    pub asked_by: String,
    /// How far it is.
    pub state: RunState,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub finished_at: Option<OffsetDateTime>,
    /// When its changes were accepted.
    pub applied_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub error: Option<String>,
    /// How many models KIE has listed; `None` while the list is not read.
    pub models: Option<i32>,
    /// How many of them are left to be asked about, while the run goes on.
    pub left: i64,
    /// How many changes it found.
    pub changes: i64,
}

/// What became of the wish to accept a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// So many changes are in force.
    Done(usize),
    /// It was accepted before.
    Already,
    /// The catalogue has changed since the run: compare again.
    Stale,
    /// No such run, or it did not come to its end.
    NoSuchRun,
}

/// A run that goes on.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) id: i64,
    pub(crate) mode: Mode,
    pub(crate) asked_by: String,
    pub(crate) tries: i32,
    pub(crate) skipped: i32,
    pub(crate) listed: bool,
    pub(crate) feed_page: u32,
    pub(crate) feed_done: bool,
    pub(crate) rates_done: bool,
}

/// Begins a run; whoever drives it calls its turns.
///
/// # Errors
/// What the database says.
pub async fn begin(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    mode: Mode,
    asked_by: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query(
        "delete from syncs where id < (select max(id) from syncs) - $1 and state <> 'reading'",
    )
    .bind(RUNS_KEEP)
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar(
        "insert into syncs (mode, asked_by, state, started_at) values ($1, $2, 'reading', $3)
         returning id",
    )
    .bind(mode.word())
    .bind(asked_by)
    .bind(now)
    .fetch_one(connection)
    .await
}

/// Forgets a run that nobody drives.
pub(crate) async fn drop_run(connection: &mut PgConnection, run: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from syncs where id = $1").bind(run).execute(connection).await?;
    Ok(())
}

/// Whether the last run by schedule began longer ago than this, or never.
///
/// # Errors
/// What the database says.
pub async fn is_due(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    every: Duration,
) -> Result<bool, sqlx::Error> {
    let recent: bool = sqlx::query_scalar(
        "select exists (select 1 from syncs where asked_by = 'schedule' and started_at > $1)",
    )
    .bind(now - every)
    .fetch_one(connection)
    .await?;
    Ok(!recent)
}

/// What is told of a run.
const RUN: &str = "select id, mode, asked_by, state, started_at, finished_at, applied_at, error, models,
        (select count(*) from sync_changes c where c.sync_id = s.id) as changes,
        (select count(*) from sync_models m
         where m.sync_id = s.id and (not m.asked or (not m.rated and not s.rates_done))) as left_over
     from syncs s";

/// The newest runs first, so many of them left out.
///
/// # Errors
/// What the database says.
pub async fn last_runs(
    connection: &mut PgConnection,
    offset: i64,
    limit: i64,
) -> Result<Vec<Run>, sqlx::Error> {
    let rows = sqlx::query(AssertSqlSafe(format!("{RUN} order by id desc offset $1 limit $2")))
        .bind(offset)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(run_of).collect()
}

/// One run.
///
/// # Errors
/// What the database says.
pub async fn run(connection: &mut PgConnection, id: i64) -> Result<Option<Run>, sqlx::Error> {
    let row = sqlx::query(AssertSqlSafe(format!("{RUN} where id = $1")))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(run_of).transpose()
}

fn run_of(row: &PgRow) -> Result<Run, sqlx::Error> {
    Ok(Run {
        id: row.try_get("id")?,
        mode: mode_of(row)?,
        asked_by: row.try_get("asked_by")?,
        state: match row.try_get::<String, _>("state")?.as_str() {
            "reading" => RunState::Reading,
            "done" => RunState::Done,
            _ => RunState::Failed,
        },
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        applied_at: row.try_get("applied_at")?,
        error: row.try_get("error")?,
        models: row.try_get("models")?,
        left: row.try_get("left_over")?,
        changes: row.try_get("changes")?,
    })
}

fn mode_of(row: &PgRow) -> Result<Mode, sqlx::Error> {
    let apply = row.try_get::<String, _>("mode")? == "apply";
    Ok(if apply { Mode::Apply } else { Mode::Dry })
}

/// What a run found.
///
/// # Errors
/// What the database says.
pub async fn changes_of(
    connection: &mut PgConnection,
    run: i64,
) -> Result<Vec<Change>, sqlx::Error> {
    let rows = sqlx::query(
        "select model, change, overlay, seen from sync_changes where sync_id = $1 order by position",
    )
    .bind(run)
    .fetch_all(connection)
    .await?;
    let change = |row: &PgRow| {
        Ok(Change {
            model: row.try_get("model")?,
            kind: row.try_get::<Json<ChangeKind>, _>("change")?.0,
            overlay: row.try_get::<Option<Json<Overlay>>, _>("overlay")?.map(|overlay| overlay.0),
            seen: row.try_get::<Json<Published>, _>("seen")?.0,
        })
    };
    rows.iter().map(change).collect()
}

/// The last run that came to its end, with its changes while they wait to be accepted.
///
/// # Errors
/// What the database says.
pub async fn pending_changes(
    connection: &mut PgConnection,
) -> Result<Option<(i64, Vec<Change>)>, sqlx::Error> {
    let last: Option<(i64, bool)> = sqlx::query_as(
        "select id, applied_at is null and revision = (select revision from catalogue_revision)
         from syncs where state = 'done' order by id desc limit 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    Ok(match last {
        None => None,
        Some((id, true)) => Some((id, changes_of(connection, id).await?)),
        Some((id, false)) => Some((id, Vec::new())),
    })
}

/// The number that grows with every change of the accepted listings.
///
/// # Errors
/// What the database says.
pub async fn revision(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select revision from catalogue_revision").fetch_one(connection).await
}

/// What lies over the built-in catalogue.
///
/// # Errors
/// What the database says.
pub async fn overlays(connection: &mut PgConnection) -> Result<Vec<Overlay>, sqlx::Error> {
    let rows: Vec<Json<Overlay>> = sqlx::query_scalar(
        "select overlay from listings where overlay is not null order by updated_at, model",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|overlay| overlay.0).collect())
}

/// The listings that the next comparison is made with.
pub(crate) async fn seen(
    connection: &mut PgConnection,
) -> Result<BTreeMap<String, Published>, sqlx::Error> {
    let rows: Vec<Json<Published>> =
        sqlx::query_scalar("select seen from listings where seen is not null")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|one| (one.0.model.clone(), one.0)).collect())
}

/// Accepts what a run found: the overlays lie over the catalogue from now on.
///
/// # Errors
/// What the database says.
pub async fn apply(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    run: i64,
) -> Result<Applied, sqlx::Error> {
    // The one row serves as the lock of all who change the catalogue.
    let current: i64 = sqlx::query_scalar("select revision from catalogue_revision for update")
        .fetch_one(&mut *connection)
        .await?;
    let row: Option<(Option<i64>, bool)> = sqlx::query_as(
        "select revision, applied_at is not null from syncs where id = $1 and state = 'done'",
    )
    .bind(run)
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        None => return Ok(Applied::NoSuchRun),
        Some((_, true)) => return Ok(Applied::Already),
        Some((compared, false)) if compared != Some(current) => return Ok(Applied::Stale),
        Some((_, false)) => {}
    }
    let changes = changes_of(&mut *connection, run).await?;
    for change in &changes {
        keep_listing(&mut *connection, now, change).await?;
    }
    if changes.iter().any(|change| change.overlay.is_some()) {
        sqlx::query("update catalogue_revision set revision = revision + 1")
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("update syncs set applied_at = $2 where id = $1")
        .bind(run)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(Applied::Done(changes.len()))
}

async fn keep_listing(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    change: &Change,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into listings as old (model, seen, overlay, updated_at) values ($1, $2, $3, $4)
         on conflict (model) do update
         set seen = excluded.seen, overlay = coalesce(excluded.overlay, old.overlay),
             updated_at = excluded.updated_at",
    )
    .bind(&change.model)
    .bind(Json(&change.seen))
    .bind(change.overlay.as_ref().map(Json))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// A run, locked, while it goes on.
pub(crate) async fn reading(
    connection: &mut PgConnection,
    run: i64,
) -> Result<Option<Reading>, sqlx::Error> {
    let row = sqlx::query(
        "select id, mode, asked_by, tries, skipped, listed, feed_page, feed_done, rates_done from syncs
         where id = $1 and state = 'reading' for update",
    )
    .bind(run)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Reading {
            id: row.try_get("id")?,
            mode: mode_of(&row)?,
            asked_by: row.try_get("asked_by")?,
            tries: row.try_get("tries")?,
            skipped: row.try_get("skipped")?,
            listed: row.try_get("listed")?,
            feed_page: row.try_get::<i32, _>("feed_page")?.unsigned_abs(),
            feed_done: row.try_get("feed_done")?,
            rates_done: row.try_get("rates_done")?,
        })
    })
    .transpose()
}

pub(crate) async fn keep_list(
    pool: &PgPool,
    run: i64,
    models: &[Published],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with kept as (
             insert into sync_models (sync_id, position, model, listing)
             select $1, place, item ->> 'model', item
             from jsonb_array_elements($2::jsonb) with ordinality as list (item, place)
             on conflict do nothing)
         update syncs set listed = true, models = jsonb_array_length($2::jsonb), tries = 0
         where id = $1",
    )
    .bind(run)
    .bind(Json(models))
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn keep_feed(
    pool: &PgPool,
    run: &Reading,
    page: u32,
    lines: Vec<(String, PriceTag)>,
    last: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update syncs set feed = feed || $3::jsonb, feed_page = $2, feed_done = $4, tries = 0
         where id = $1",
    )
    .bind(run.id)
    .bind(i32::try_from(page).unwrap_or(i32::MAX))
    .bind(Json(lines))
    .bind(last)
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn give_up_feed(pool: &PgPool, run: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update syncs set feed = '[]', feed_page = 0, feed_done = true, tries = 0 where id = $1",
    )
    .bind(run)
    .execute(pool)
    .await?;
    Ok(())
}

/// The first model of the list whose schema was not asked for.
pub(crate) async fn next_schema(pool: &PgPool, run: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select model from sync_models where sync_id = $1 and not asked order by position limit 1",
    )
    .bind(run)
    .fetch_optional(pool)
    .await
}

pub(crate) async fn keep_schema(
    pool: &PgPool,
    run: i64,
    model: &str,
    schema: Option<&PublishedInput>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with kept as (
             update sync_models set schema = $3, asked = true where sync_id = $1 and model = $2)
         update syncs set tries = 0 where id = $1",
    )
    .bind(run)
    .bind(model)
    .bind(schema.map(Json))
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn skip_schema(pool: &PgPool, run: i64, model: &str) -> Result<(), sqlx::Error> {
    keep_schema(pool, run, model, None).await?;
    sqlx::query("update syncs set skipped = skipped + 1 where id = $1")
        .bind(run)
        .execute(pool)
        .await?;
    Ok(())
}

pub(crate) async fn count_try(pool: &PgPool, run: i64) -> Result<(), sqlx::Error> {
    sqlx::query("update syncs set tries = tries + 1 where id = $1").bind(run).execute(pool).await?;
    Ok(())
}

/// Everything that was read, put together.
pub(crate) async fn found(pool: &PgPool, run: &Reading) -> Result<Found, sqlx::Error> {
    let rows: Vec<(Json<Published>, Option<Json<PublishedInput>>)> = sqlx::query_as(
        "select listing, schema from sync_models where sync_id = $1 order by position",
    )
    .bind(run.id)
    .fetch_all(pool)
    .await?;
    let (Json(lines), pages): (Json<Vec<(String, PriceTag)>>, i32) =
        sqlx::query_as("select feed, feed_page from syncs where id = $1")
            .bind(run.id)
            .fetch_one(pool)
            .await?;
    let mut tags: BTreeMap<String, Vec<PriceTag>> = BTreeMap::new();
    for (model, tag) in lines {
        tags.entry(model).or_default().push(tag);
    }
    let models = rows.into_iter().map(|(Json(model), schema)| Published {
        input: schema.map(|schema| schema.0),
        tags: tags.remove(&model.model).unwrap_or_default(),
        ..model
    });
    Ok(Found { models: models.collect(), feed_read: pages > 0 })
}

/// Ends a run with what it found, and remembers the listings that were seen for the first time.
pub(crate) async fn finish(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    run: i64,
    revision: i64,
    seen: &[Published],
    changes: &[Change],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update syncs set state = 'done', finished_at = $2, revision = $3, feed = '[]'
         where id = $1",
    )
    .bind(run)
    .bind(now)
    .bind(revision)
    .execute(&mut *connection)
    .await?;
    forget_reading(&mut *connection, run).await?;
    for (position, change) in (0_i32..).zip(changes) {
        sqlx::query(
            "insert into sync_changes (sync_id, position, model, change, overlay, seen)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(run)
        .bind(position)
        .bind(&change.model)
        .bind(Json(&change.kind))
        .bind(change.overlay.as_ref().map(Json))
        .bind(Json(&change.seen))
        .execute(&mut *connection)
        .await?;
    }
    for model in seen {
        sqlx::query(
            "insert into listings (model, seen, updated_at) values ($1, $2, $3)
             on conflict (model) do update set seen = excluded.seen",
        )
        .bind(&model.model)
        .bind(Json(model))
        .bind(now)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Ends a run without a result.
pub(crate) async fn fail(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    run: i64,
    why: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update syncs set state = 'failed', finished_at = $2, error = $3, feed = '[]'
         where id = $1",
    )
    .bind(run)
    .bind(now)
    .bind(why)
    .execute(&mut *connection)
    .await?;
    forget_reading(connection, run).await
}

async fn forget_reading(connection: &mut PgConnection, run: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from sync_models where sync_id = $1").bind(run).execute(connection).await?;
    Ok(())
}

/// What the last run that came to its end found, before this one.
pub(crate) async fn found_before(
    connection: &mut PgConnection,
    run: i64,
) -> Result<Vec<(String, ChangeKind)>, sqlx::Error> {
    let rows: Vec<(String, Json<ChangeKind>)> = sqlx::query_as(
        "select model, change from sync_changes where sync_id =
             (select max(id) from syncs where id < $1 and state = 'done')",
    )
    .bind(run)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(model, change)| (model, change.0)).collect())
}
