//! Doing what was decided about a broadcast, within the transaction of the action.

use broadcast::{Broadcast, Change, Event};
use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Deed, Said};
use crate::react::Context;
use crate::view::Word;

/// What was before and what is after, or why nothing was done.
type Came = Result<(Value, Value), Word>;

/// Does it.
pub(crate) async fn perform(
    connection: &mut PgConnection,
    context: &Context<'_>,
    deed: &Deed,
) -> Result<Came, sqlx::Error> {
    let now = context.now;
    let (id, event, at) = match deed {
        Deed::New { post } => {
            let id = broadcast::create(connection, now, context.me, post).await?;
            return Ok(Ok((Value::Null, json!({ "broadcast": id }))));
        }
        Deed::Post { id, post } => {
            return change(connection, *id, &Change::Post(post.clone())).await;
        }
        Deed::Segment { id, segment } => {
            return change(connection, *id, &Change::Segment(segment.clone())).await;
        }
        Deed::Link { id, link } => {
            return change(connection, *id, &Change::Link(link.clone())).await;
        }
        Deed::Try { id } => {
            if broadcast::find(connection, *id).await?.is_none() {
                return Ok(Err(Word::Broadcast(Said::NotSo)));
            }
            // A private chat has the person's number.
            broadcast::try_out(connection, now, *id, context.me).await?;
            return Ok(Ok((Value::Null, Value::Null)));
        }
        Deed::Start { id, .. } => (*id, Event::Begin, None),
        Deed::Schedule { id, at } => {
            (*id, Event::Schedule, OffsetDateTime::from_unix_timestamp(*at).ok())
        }
        Deed::Pause { id } => (*id, Event::Pause, None),
        Deed::Resume { id } => (*id, Event::Resume, None),
        Deed::Cancel { id } => (*id, Event::Cancel, None),
    };
    Ok(match broadcast::steer(connection, now, id, event, at).await? {
        Some((before, after)) => Ok((json!({ "state": before }), json!({ "state": after }))),
        None => Err(Word::Broadcast(Said::NotSo)),
    })
}

async fn change(
    connection: &mut PgConnection,
    id: i64,
    change: &Change,
) -> Result<Came, sqlx::Error> {
    let shown = |broadcast: &Broadcast| match change {
        Change::Post(_) => json!({ "post": broadcast.post }),
        Change::Segment(_) => json!({ "segment": broadcast.segment }),
        Change::Link(_) => json!({ "link": broadcast.post.link }),
    };
    Ok(match broadcast::change(connection, id, change).await? {
        Some((before, after)) => Ok((shown(&before), shown(&after))),
        None => Err(Word::Broadcast(Said::NotSo)),
    })
}
