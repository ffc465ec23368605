//! What went wrong, by source and kind, and the life of single orders.

use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

/// Errors of one kind.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Group {
    /// `kie`, `network`, `timeout`, `telegram`, `ours`.
    pub(crate) source: String,
    /// What kind of error, with the code when there is one: `temporary.500`.
    pub(crate) class: String,
    pub(crate) count: i64,
    /// How many there were in the period before.
    pub(crate) before: i64,
}

/// One error.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Example {
    pub(crate) at: OffsetDateTime,
    pub(crate) generation_id: Option<Uuid>,
    pub(crate) code: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) text: Option<String>,
}

/// A submission of an order.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Attempt {
    pub(crate) number: i32,
    pub(crate) key_name: String,
    pub(crate) state: String,
    pub(crate) failure: Option<String>,
    pub(crate) failure_text: Option<String>,
    pub(crate) task_id: Option<String>,
    pub(crate) submitted_at: OffsetDateTime,
    pub(crate) finished_at: Option<OffsetDateTime>,
}

/// Every error since a moment, whoever's it is.
const FOUND: &str = "with found as (
    select case when failure in ('not_sent', 'outcome_unknown') then 'network' else 'kie' end
               as source,
           failure || coalesce('.' || substring(failure_text from '^[0-9]{1,6}'), '') as class,
           coalesce(finished_at, submitted_at) as at, generation_id, failure_text as text
    from attempts
    where failure is not null and coalesce(finished_at, submitted_at) >= $1
    union all
    select case failure when 'lost' then 'network' when 'too_late' then 'timeout'
                        else 'telegram' end,
           failure, coalesce(finished_at, updated_at), id, failure_text
    from generations
    where failure in ('lost', 'too_late', 'input_gone', 'not_delivered') and updated_at >= $1
    union all
    select 'telegram', 'notice', sent_at, null, fact ->> 'fact'
    from notices where state = 'undeliverable' and sent_at >= $1
    union all
    select 'ours', left(kind, 30), run_at, null, left(last_error, 300)
    from jobs where state = 'dead' and run_at >= $1
)";

/// The kinds of errors of a period, the most frequent first, beside the period before it.
pub(crate) async fn groups(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    before_that: OffsetDateTime,
) -> Result<Vec<Group>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{FOUND}
         select source, class, count(*) filter (where at >= $2) as count,
                count(*) filter (where at < $2) as before
         from found group by source, class
         order by count desc, before desc, source, class limit 14"
    ));
    sqlx::query_as(sql).bind(before_that).bind(since).fetch_all(connection).await
}

/// The last errors of one kind.
pub(crate) async fn examples(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    source: &str,
    class: &str,
) -> Result<Vec<Example>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{FOUND}
         select found.at, found.generation_id, generation.code, generation.model, found.text
         from found left join generations generation on generation.id = found.generation_id
         where found.source = $2 and found.class = $3
         order by found.at desc limit 5"
    ));
    sqlx::query_as(sql).bind(since).bind(source).bind(class).fetch_all(connection).await
}

/// The submissions of an order.
pub(crate) async fn attempts(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Vec<Attempt>, sqlx::Error> {
    sqlx::query_as(
        "select number, key_name, state, failure, failure_text, task_id, submitted_at, finished_at
         from attempts where generation_id = $1 order by number",
    )
    .bind(id)
    .fetch_all(connection)
    .await
}

/// What was noted about the end of an order.
pub(crate) async fn failure_text(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("select failure_text from generations where id = $1")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// The order of that short number.
pub(crate) async fn by_code(
    connection: &mut PgConnection,
    code: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select id from generations where code = upper($1) or id::text = lower($1)")
        .bind(code.trim())
        .fetch_optional(connection)
        .await
}
