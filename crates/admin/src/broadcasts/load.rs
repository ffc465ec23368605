//! Reading what a screen of broadcasts needs.

use broadcast::{Segment, State};
use catalog::Language;
use sqlx::PgConnection;

use super::{Show, Spot};
use crate::load::{cut, offset, one_more};
use crate::react::Context;

/// Times without a word that stand on buttons, in days.
const IDLE: [u16; 3] = [7, 30, 90];

/// So many campaigns stand on buttons; others are written.
const SOURCES: i64 = 8;

/// Reads a screen; `None` when there is no such broadcast.
pub(crate) async fn load(
    connection: &mut PgConnection,
    context: &Context<'_>,
    spot: Spot,
) -> Result<Option<Show>, sqlx::Error> {
    Ok(match spot {
        Spot::List { page } => {
            let found = broadcast::list(connection, offset(page), one_more()).await?;
            let (broadcasts, more) = cut(found);
            Some(Show::List { page, broadcasts, more })
        }
        Spot::Card(id) => card(connection, context, id).await?,
        Spot::Newest => match broadcast::newest(connection, context.me).await? {
            Some(id) => card(connection, context, id).await?,
            None => None,
        },
        Spot::Segments(id) => Some(segments(connection, context, id).await?),
    })
}

async fn card(
    connection: &mut PgConnection,
    context: &Context<'_>,
    id: i64,
) -> Result<Option<Show>, sqlx::Error> {
    let Some(found) = broadcast::find(connection, id).await? else { return Ok(None) };
    let people = match found.state {
        State::Draft | State::Scheduled => {
            broadcast::audience(connection, context.now, &found.segment).await?
        }
        State::Running | State::Paused | State::Done | State::Cancelled => found.counts.total,
    };
    Ok(Some(Show::Card { broadcast: Box::new(found), people }))
}

async fn segments(
    connection: &mut PgConnection,
    context: &Context<'_>,
    id: i64,
) -> Result<Show, sqlx::Error> {
    let fixed = [Segment::All, Segment::Paying, Segment::Unpaid];
    let idle = IDLE.map(|days| Segment::Idle { days });
    let languages = Language::ALL.map(Segment::Language);
    let mut all: Vec<Segment> = fixed.into_iter().chain(idle).chain(languages).collect();
    let sources = broadcast::sources(connection, SOURCES).await?;
    all.extend(sources.into_iter().filter_map(|(name, _)| Segment::source(&name)));
    let mut segments = Vec::new();
    for segment in all {
        let people = broadcast::audience(connection, context.now, &segment).await?;
        segments.push((segment, people));
    }
    Ok(Show::Segments { id, segments })
}
