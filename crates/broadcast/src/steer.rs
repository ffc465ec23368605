//! What operators do with a broadcast, within their transactions.

use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::post::{LinkButton, Post};
use crate::segment::Segment;
use crate::send::{BROADCAST, TRY};
use crate::state::{Event, State};
use crate::store::{self, Broadcast};

/// What of a draft changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The message; its button stays.
    Post(Post),
    /// Who gets it.
    Segment(Segment),
    /// The button; none takes it away.
    Link(Option<LinkButton>),
}

/// A new draft for everybody; its number.
///
/// # Errors
/// What the database says.
pub async fn create(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    by: i64,
    post: &Post,
) -> Result<i64, sqlx::Error> {
    store::add(connection, now, by, post).await
}

/// A broadcast.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Broadcast>, sqlx::Error> {
    store::find(connection, id).await
}

/// Broadcasts, the latest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &mut PgConnection,
    offset: i64,
    limit: i64,
) -> Result<Vec<Broadcast>, sqlx::Error> {
    store::list(connection, offset, limit).await
}

/// The number of the last broadcast that an operator made.
///
/// # Errors
/// What the database says.
pub async fn newest(connection: &mut PgConnection, by: i64) -> Result<Option<i64>, sqlx::Error> {
    store::newest(connection, by).await
}

/// How many people a segment holds now.
///
/// # Errors
/// What the database says.
pub async fn audience(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    segment: &Segment,
) -> Result<i64, sqlx::Error> {
    store::count(connection, now, segment).await
}

/// The campaigns that have brought the most people, with how many.
///
/// # Errors
/// What the database says.
pub async fn sources(
    connection: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    store::sources(connection, limit).await
}

/// Changes a draft. Answers with it as it was and as it is; `None` when it is no draft (any more).
///
/// # Errors
/// What the database says.
pub async fn change(
    connection: &mut PgConnection,
    id: i64,
    change: &Change,
) -> Result<Option<(Broadcast, Broadcast)>, sqlx::Error> {
    let locked = store::lock(connection, id).await?;
    let Some(before) = locked.filter(|found| found.state == State::Draft) else { return Ok(None) };
    let mut after = before.clone();
    match change {
        Change::Post(post) => {
            after.post = Post { link: before.post.link.clone(), ..post.clone() };
        }
        Change::Segment(segment) => after.segment = segment.clone(),
        Change::Link(link) => after.post.link.clone_from(link),
    }
    store::rewrite(connection, id, &after.post, &after.segment).await?;
    Ok(Some((before, after)))
}

/// Lets something happen to a broadcast; `at` is when it is to begin, for [`Event::Schedule`].
/// Answers with where it stood and where it stands; `None` when that cannot happen to it.
///
/// # Errors
/// What the database says.
pub async fn steer(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    event: Event,
    at: Option<OffsetDateTime>,
) -> Result<Option<(State, State)>, sqlx::Error> {
    let Some(found) = store::lock(connection, id).await? else { return Ok(None) };
    let Some(next) = found.state.after(event) else { return Ok(None) };
    match event {
        Event::Schedule => {
            let at = at.unwrap_or(now);
            store::schedule(connection, id, at).await?;
            put(connection, now, id, at).await?;
        }
        Event::Begin => {
            begin(connection, now, &found).await?;
            put(connection, now, id, now).await?;
        }
        Event::Resume => {
            store::set_state(connection, now, id, next).await?;
            put(connection, now, id, now).await?;
        }
        Event::Pause | Event::Cancel | Event::Finish => {
            store::set_state(connection, now, id, next).await?;
            queue::store::withdraw(connection, &key(id)).await?;
        }
    }
    Ok(Some((found.state, next)))
}

/// The first person's turn comes next.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    broadcast: &Broadcast,
) -> Result<(), sqlx::Error> {
    let total = store::count(connection, now, &broadcast.segment).await?;
    store::begin(connection, now, broadcast.id, total).await
}

/// Shows an operator the message as everybody gets it.
///
/// # Errors
/// What the database says.
pub async fn try_out(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    chat: i64,
) -> Result<(), sqlx::Error> {
    let payload = json!({ "broadcast": id, "chat": chat });
    let job = NewJob::new(outbox::TALK_POOL, TRY, payload, now)
        .lane(outbox::lane(chat))
        .priority(Priority::Press);
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}

fn key(id: i64) -> String {
    format!("broadcast:{id}")
}

/// The job that walks through the people. One may run at this moment that has seen the broadcast at
/// rest and is about to end: the new one waits for it in the lane.
async fn put(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: i64,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    queue::store::withdraw(connection, &key(id)).await?;
    let job = NewJob::new(outbox::TALK_POOL, BROADCAST, json!({ "broadcast": id }), at)
        .lane(key(id))
        .key(key(id))
        .priority(Priority::Bulk);
    queue::store::enqueue_after_running(connection, now, &job).await?;
    Ok(())
}
