//! Doing what was wished, within the transaction of the update.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Again, Got, Line, Said, Wish, leave, soft, store};
use crate::desk::Context;

/// How many movements stand on one page.
const LINES_ON_PAGE: usize = 10;

/// Does it. The chat is the person's.
pub(crate) async fn perform(
    connection: &mut PgConnection,
    context: &mut Context<'_>,
    chat: i64,
    wish: Wish,
) -> Result<Got, sqlx::Error> {
    let (user_id, now) = (context.user_id, context.now);
    Ok(match wish {
        Wish::Star(model) => {
            let marked = store::star(connection, now, user_id, &model).await?;
            context.favourites = store::favourites(connection, user_id).await?;
            Got::Starred { model, marked }
        }
        Wish::Money { page, before } => money(connection, context, page, before).await?,
        Wish::Order { id, again } => about(connection, context, id, again).await?,
        Wish::Erase => {
            let open = leave::unfinished(&mut *connection, user_id).await?;
            match leave::is_leaving(connection, user_id).await? {
                true => Got::Leaving { open },
                false => Got::Erase { open },
            }
        }
        Wish::Stay => {
            leave::stay(connection, user_id).await?;
            Got::Stayed
        }
        Wish::Erased => {
            let open = leave::unfinished(&mut *connection, user_id).await?;
            if !open.is_nothing() {
                leave::wait(connection, context, chat).await?;
                return Ok(Got::Leaving { open });
            }
            leave::stay(&mut *connection, user_id).await?;
            leave::erase(connection, now, user_id, chat).await?;
            Got::Erased
        }
    })
}

async fn money(
    connection: &mut PgConnection,
    context: &Context<'_>,
    page: u16,
    mut before: Vec<i64>,
) -> Result<Got, sqlx::Error> {
    let page = usize::from(page).min(before.len());
    before.truncate(page);
    let limit = i64::try_from(LINES_ON_PAGE + 1).unwrap_or(i64::MAX);
    let (user, world) = (context.user_id, context.desk.world);
    let from = before.last().copied();
    let mut found = billing::statement(&mut *connection, user, world, from, limit).await?;
    let more = found.len() > LINES_ON_PAGE;
    found.truncate(LINES_ON_PAGE);
    if let Some(last) = found.last().filter(|_| more) {
        before.push(last.id);
    }
    let orders: Vec<Uuid> = found.iter().filter_map(|movement| movement.generation).collect();
    let codes: HashMap<Uuid, String> = generation::codes(connection, &orders).await?;
    let line = |movement: billing::Movement| {
        let code = movement.generation.and_then(|id| codes.get(&id).cloned());
        Line { movement, code }
    };
    let lines = found.into_iter().map(line).collect();
    let page = u16::try_from(page).unwrap_or(u16::MAX);
    Ok(Got::Money { page, before, lines, more })
}

async fn about(
    connection: &mut PgConnection,
    context: &Context<'_>,
    id: Uuid,
    again: Again,
) -> Result<Got, sqlx::Error> {
    let order = generation::view(&mut *connection, id).await?;
    // Somebody else's order is nobody's.
    let order =
        order.filter(|order| order.user_id == context.user_id && order.world == context.desk.world);
    let Some(order) = order else { return Ok(Got::Order { order: None, again, word: None }) };
    match again {
        Again::Soften => return soft::ask(connection, context, Box::new(order)).await,
        Again::Softer => {
            let softened = generation::softened(connection, id).await?;
            return Ok(Got::Soft { order: Some(Box::new(order)), softened, takes: true });
        }
        Again::Files
        | Again::Links
        | Again::Prompt
        | Again::Change
        | Again::File
        | Again::Other => {}
    }
    let word = match again {
        Again::Files => {
            let sent = generation::send_originals(connection, context.now, &order).await?;
            Some(if sent > 0 { Said::FilesComing } else { Said::FilesGone })
        }
        Again::Links
        | Again::Prompt
        | Again::Change
        | Again::File
        | Again::Other
        | Again::Soften
        | Again::Softer => None,
    };
    Ok(Got::Order { order: Some(Box::new(order)), again, word })
}
