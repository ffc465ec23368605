//! All SQL of this crate.

use catalog::Language;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Row as _};
use time::{Duration, OffsetDateTime};

use crate::post::Post;
use crate::segment::Segment;
use crate::state::State;

/// A message for many people, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// What operators call it.
    pub id: i64,
    /// Where it stands.
    pub state: State,
    /// What everybody gets.
    pub post: Post,
    /// Who gets it.
    pub segment: Segment,
    /// Telegram's number of the operator who made it.
    pub created_by: i64,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it is to begin.
    pub start_at: Option<OffsetDateTime>,
    /// When it has begun.
    pub started_at: Option<OffsetDateTime>,
    /// When it was over.
    pub finished_at: Option<OffsetDateTime>,
    /// What came of it so far.
    pub counts: Counts,
    pub(crate) cursor: i64,
    pub(crate) last: i64,
}

/// What came of a broadcast so far, in people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Counts {
    /// How many it was for when it began.
    pub total: i64,
    /// How many have it.
    pub delivered: i64,
    /// How many had stopped the bot.
    pub blocked: i64,
    /// To how many it could not be sent for other reasons.
    pub failed: i64,
}

impl Counts {
    /// How many have had their turn.
    #[must_use]
    pub const fn over(self) -> i64 {
        self.delivered + self.blocked + self.failed
    }
}

/// Somebody whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    pub(crate) id: i64,
    pub(crate) telegram_id: i64,
    pub(crate) language: Language,
}

/// What came of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Delivered,
    Blocked,
    Failed,
}

const COLUMNS: &str = "id, state, post, segment, created_by, created_at, start_at, started_at,
    finished_at, total, delivered, blocked, failed, cursor_id, last_id";

/// Whom a segment holds: who can be written to, was not kept out, wants news, and is of the kind
/// that `$1` names; `$2` is the moment of the idle, `$3` the language or campaign.
const PEOPLE: &str = "
    from users u
    where u.telegram_id is not null and u.unreachable_since is null
      and u.blocked_since is null and u.news_off_since is null
      and case $1
          when 'all' then true
          when 'paying' then exists (
              select from ledger l where l.user_id = u.id and l.world = 'real' and l.kind = 'topup')
          when 'unpaid' then not exists (
              select from ledger l where l.user_id = u.id and l.world = 'real' and l.kind = 'topup')
          when 'idle' then u.seen_at < $2
          when 'language' then u.language = $3
          when 'source' then u.source = $3
          else false
      end";

/// The parameters of [`PEOPLE`].
struct Wanted<'a> {
    kind: &'static str,
    idle_since: OffsetDateTime,
    word: &'a str,
}

impl<'a> Wanted<'a> {
    /// A segment as of a moment.
    fn of(segment: &'a Segment, at: OffsetDateTime) -> Self {
        let (kind, days, word) = match segment {
            Segment::All => ("all", 0, ""),
            Segment::Paying => ("paying", 0, ""),
            Segment::Unpaid => ("unpaid", 0, ""),
            Segment::Idle { days } => ("idle", *days, ""),
            Segment::Language(language) => ("language", 0, language.code()),
            Segment::Source(name) => ("source", 0, name.as_str()),
        };
        Self { kind, idle_since: at - Duration::days(days.into()), word }
    }
}

fn broadcast(row: &sqlx::postgres::PgRow) -> Result<Broadcast, sqlx::Error> {
    let unreadable = |what: &str| sqlx::Error::Decode(what.to_owned().into());
    let state: String = row.try_get("state")?;
    let segment: String = row.try_get("segment")?;
    Ok(Broadcast {
        id: row.try_get("id")?,
        state: State::parse(&state).ok_or_else(|| unreadable("no state is called so"))?,
        post: row.try_get::<Json<Post>, _>("post")?.0,
        segment: segment.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        created_by: row.try_get("created_by")?,
        created_at: row.try_get("created_at")?,
        start_at: row.try_get("start_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        counts: Counts::from_row(row)?,
        cursor: row.try_get("cursor_id")?,
        last: row.try_get("last_id")?,
    })
}

pub(crate) async fn add(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    by: i64,
    post: &Post,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "insert into broadcasts (state, post, segment, created_by, created_at)
         values ('draft', $1, $2, $3, $4) returning id",
    )
    .bind(Json(post))
    .bind(Segment::All.to_string())
    .bind(by)
    .bind(now)
    .fetch_one(connection)
    .await
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Broadcast>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from broadcasts where id = $1"));
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(broadcast).transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Broadcast>, sqlx::Error> {
    let sql =
        sqlx::AssertSqlSafe(format!("select {COLUMNS} from broadcasts where id = $1 for update"));
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(broadcast).transpose()
}

/// The latest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    offset: i64,
    limit: i64,
) -> Result<Vec<Broadcast>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from broadcasts order by id desc offset $1 limit $2"
    ));
    let rows = sqlx::query(sql).bind(offset).bind(limit).fetch_all(connection).await?;
    rows.iter().map(broadcast).collect()
}

/// The last one that an operator made.
pub(crate) async fn newest(
    connection: &mut PgConnection,
    by: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("select max(id) from broadcasts where created_by = $1")
        .bind(by)
        .fetch_one(connection)
        .await
}

/// Keeps what a draft says and who gets it.
pub(crate) async fn rewrite(
    connection: &mut PgConnection,
    id: i64,
    post: &Post,
    segment: &Segment,
) -> Result<(), sqlx::Error> {
    sqlx::query("update broadcasts set post = $2, segment = $3 where id = $1")
        .bind(id)
        .bind(Json(post))
        .bind(segment.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_state(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    state: State,
) -> Result<(), sqlx::Error> {
    let over = matches!(state, State::Done | State::Cancelled);
    sqlx::query("update broadcasts set state = $2, finished_at = $3 where id = $1")
        .bind(id)
        .bind(state.as_str())
        .bind(over.then_some(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// It waits for its time.
pub(crate) async fn schedule(
    connection: &mut PgConnection,
    id: i64,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("update broadcasts set state = 'scheduled', start_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// It begins with the first of everybody who is there now.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    total: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update broadcasts set state = 'running', started_at = $2, total = $3,
             last_id = (select coalesce(max(id), 0) from users)
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(total)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many people a segment holds at a moment.
pub(crate) async fn count(
    connection: &mut PgConnection,
    at: OffsetDateTime,
    segment: &Segment,
) -> Result<i64, sqlx::Error> {
    let wanted = Wanted::of(segment, at);
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) {PEOPLE}")))
        .bind(wanted.kind)
        .bind(wanted.idle_since)
        .bind(wanted.word)
        .fetch_one(connection)
        .await
}

/// The next whose turn it is.
pub(crate) async fn next(
    connection: &mut PgConnection,
    broadcast: &Broadcast,
    limit: i64,
) -> Result<Vec<Reader>, sqlx::Error> {
    let at = broadcast.started_at.unwrap_or(broadcast.created_at);
    let wanted = Wanted::of(&broadcast.segment, at);
    let sql = sqlx::AssertSqlSafe(format!(
        "select u.id, u.telegram_id, u.language {PEOPLE}
           and u.id > $4 and u.id <= $5 order by u.id limit $6"
    ));
    let rows = sqlx::query(sql)
        .bind(wanted.kind)
        .bind(wanted.idle_since)
        .bind(wanted.word)
        .bind(broadcast.cursor)
        .bind(broadcast.last)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let code: String = row.try_get("language")?;
            Ok(Reader {
                id: row.try_get("id")?,
                telegram_id: row.try_get("telegram_id")?,
                language: Language::from_code(&code),
            })
        })
        .collect()
}

/// Writes down that somebody has had their turn; answers where the broadcast stands by now.
pub(crate) async fn pass(
    connection: &mut PgConnection,
    id: i64,
    reader: i64,
    turn: Turn,
) -> Result<Option<State>, sqlx::Error> {
    let one = |wanted: Turn| i64::from(turn == wanted);
    let state: Option<String> = sqlx::query_scalar(
        "update broadcasts
         set cursor_id = $2, delivered = delivered + $3, blocked = blocked + $4,
             failed = failed + $5
         where id = $1 and cursor_id < $2
         returning state",
    )
    .bind(id)
    .bind(reader)
    .bind(one(Turn::Delivered))
    .bind(one(Turn::Blocked))
    .bind(one(Turn::Failed))
    .fetch_optional(connection)
    .await?;
    Ok(state.as_deref().and_then(State::parse))
}

/// The campaigns that have brought the most people.
pub(crate) async fn sources(
    connection: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "select source, count(*) from users where source is not null
         group by source order by count(*) desc, source limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await
}
