//! Turns of the conversation that no update of the person brings: an order goes on after its money
//! has come, an album is whole.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Standing, conclude, free_left};
use crate::album::Album;
use crate::desk::{Context, Desk};
use crate::input::Input;
use crate::session::Session;
use crate::talk::Talk;
use crate::{journey, react, store, topup};

/// What is known of a person who does nothing at this moment.
async fn context<'d>(
    connection: &mut PgConnection,
    desk: &'d Desk,
    now: OffsetDateTime,
    user_id: i64,
    language: catalog::Language,
) -> Result<(Context<'d>, store::Stored), sqlx::Error> {
    let stored = store::lock_session(connection, now, user_id).await?;
    let context = Context {
        desk,
        now,
        language,
        user_id,
        name: String::new(),
        revision: stored.revision,
        wallet: billing::wallet(connection, user_id, desk.world).await?,
        newcomer: false,
        free: free_left(connection, desk, now, user_id).await?,
        welcomed: promo::Welcomed::Known,
        favourites: journey::store::favourites(connection, user_id).await?,
    };
    Ok((context, stored))
}

/// Goes on with the order for which a person topped up, unless they have gone on to something else.
pub(crate) async fn resume(
    talk: &Talk,
    connection: &mut PgConnection,
    user_id: i64,
    chat: i64,
    payment: Uuid,
) -> Result<(), sqlx::Error> {
    let (desk, now): (&Desk, _) = (&talk.desk(), talk.parts.clock.now());
    let language = store::find_language(connection, chat).await?.unwrap_or_default();
    let (mut context, stored) = context(connection, desk, now, user_id, language).await?;
    let before = Session::read(stored.state.clone());
    let Some(reaction) = topup::react::resume(before.clone(), &context, payment) else {
        return Ok(());
    };
    let place = Standing { before, stored, chat, pressed: None };
    conclude(talk, connection, &mut context, place, reaction).await
}

/// Gives the whole album of that number to the conversation, unless that has happened already.
pub(crate) async fn album(
    talk: &Talk,
    connection: &mut PgConnection,
    (telegram_id, chat): (i64, i64),
    album: &str,
) -> Result<(), sqlx::Error> {
    let (desk, now): (&Desk, _) = (&talk.desk(), talk.parts.clock.now());
    let Some(person) = store::find_person(connection, telegram_id).await? else { return Ok(()) };
    let (mut context, stored) = context(connection, desk, now, person.id, person.language).await?;
    let before = Session::read(stored.state.clone());
    let mut session = before.clone();
    let Some(album) = session.album.take_if(|one| one.id.as_deref() == Some(album)) else {
        return Ok(());
    };
    let reaction = react::react(session, &context, Input::Album(album));
    let place = Standing { before, stored, chat, pressed: None };
    conclude(talk, connection, &mut context, place, reaction).await
}

/// Keeps a part of an album until the album is whole. No screen changes, so the buttons that stand
/// in the chat stay good.
pub(super) async fn keep(
    connection: &mut PgConnection,
    user_id: i64,
    stored: &store::Stored,
    mut session: Session,
    part: Album,
) -> Result<(), sqlx::Error> {
    match &mut session.album {
        Some(album) => album.join(part),
        None => session.album = Some(part),
    }
    store::save_session(connection, user_id, stored.revision, &session.write()).await
}
