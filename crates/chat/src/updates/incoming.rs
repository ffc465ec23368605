//! Files that people send: looked into before anything is decided.

use std::time::Duration;

use catalog::FileInput;
use queue::Claim;
use telegram::{IncomingKind, IncomingMedia, Message, Sender};

use crate::button::{Button, Step};
use crate::ideas::{IdeaButton, IdeaStep};
use crate::input::Input;
use crate::session::Session;
use crate::talk::Talk;
use crate::view::FileTrouble;
use crate::{files, fixes, links, react, store, topup};

/// A file, looked into when something can be done with it. No transaction is open meanwhile: the
/// lane keeps the person's other updates away.
pub(super) async fn file(
    talk: &Talk,
    claim: &Claim,
    from: &Sender,
    message: &Message,
) -> Result<Result<Input, Duration>, sqlx::Error> {
    let Some(media) = &message.media else { return Ok(Ok(Input::Odd)) };
    if media.kind == IncomingKind::Sticker {
        return Ok(Ok(Input::Odd));
    }
    let session = peek(talk, from).await?;
    let asked = react::asks_file(&session, &talk.desk());
    if !asked && let Some(receipt) = receipt(talk, from, media).await? {
        return Ok(Ok(Input::Receipt(receipt)));
    }
    let looked = if react::wants_file(&session, &talk.desk()) {
        files::look(talk.parts.files.as_ref(), media).await
    } else {
        Ok(Err(FileTrouble::Unknown))
    };
    let (album, caption) = (message.media_group.clone(), message.caption.clone());
    Ok(in_time(talk, claim, looked).map(|file| Input::File { file, album, caption }))
}

/// A link where a file is asked for stands for the file; `None` when the words are just words.
pub(super) async fn linked_file(
    talk: &Talk,
    claim: &Claim,
    from: &Sender,
    message: &Message,
) -> Result<Option<Result<Input, Duration>>, sqlx::Error> {
    let Some(url) = message.text.as_deref().and_then(links::link_of) else { return Ok(None) };
    if !react::wants_link(&peek(talk, from).await?, &talk.desk()) {
        return Ok(None);
    }
    let looked = links::look(talk.parts.files.as_ref(), url).await;
    let input = |file| Input::File { file, album: None, caption: None };
    Ok(Some(in_time(talk, claim, looked).map(input)))
}

/// A picture that is made to fit; `None` when the press asks for something else.
pub(super) async fn fixed_file(
    talk: &Talk,
    claim: &Claim,
    from: &Sender,
    button: &Button,
) -> Result<Option<Result<Input, Duration>>, sqlx::Error> {
    let fixes = matches!(
        button,
        Button::Wizard { step: Step::Fix, .. }
            | Button::Idea(IdeaButton::Step { step: IdeaStep::Fix, .. })
    );
    if !fixes {
        return Ok(None);
    }
    let (session, desk) = (peek(talk, from).await?, talk.desk());
    let Some((broken, kind)) = react::to_fix(&session, &desk, button) else { return Ok(None) };
    let looked = fixes::fix(talk.parts.files.as_ref(), broken, kind).await;
    let input = |file| Input::File { file, album: None, caption: None };
    Ok(Some(in_time(talk, claim, looked).map(input)))
}

async fn peek(talk: &Talk, from: &Sender) -> Result<Session, sqlx::Error> {
    let state = store::peek_session(&talk.parts.pool, from.id).await?;
    Ok(state.map_or_else(Session::default, Session::read))
}

/// What cannot be fetched now is tried again as long as a person waits; then it counts as gone.
fn in_time(
    talk: &Talk,
    claim: &Claim,
    looked: Result<Result<FileInput, FileTrouble>, Duration>,
) -> Result<Result<FileInput, FileTrouble>, Duration> {
    let pause = match looked {
        Ok(file) => return Ok(file),
        Err(pause) => pause,
    };
    let waited = talk.parts.clock.now() - claim.created_at;
    match files::PATIENCE.checked_sub(waited.try_into().unwrap_or_default()) {
        Some(left) if !left.is_zero() => Err(pause.min(left)),
        Some(_) | None => {
            tracing::warn!(job.id = claim.id, "a file could not be fetched in time");
            Ok(Err(FileTrouble::Gone))
        }
    }
}

/// The file as a receipt, where a transfer of the person waits for one: nobody looks into it but an
/// operator.
async fn receipt(
    talk: &Talk,
    from: &Sender,
    media: &IncomingMedia,
) -> Result<Option<payments::Receipt>, sqlx::Error> {
    let is_photo = match media.kind {
        IncomingKind::Photo => true,
        IncomingKind::Document => false,
        IncomingKind::Video
        | IncomingKind::Animation
        | IncomingKind::Audio
        | IncomingKind::Voice
        | IncomingKind::VideoNote
        | IncomingKind::Sticker => return Ok(None),
    };
    if !topup::perform::takes_receipts(&talk.desk()) {
        return Ok(None);
    }
    let mut connection = talk.parts.pool.acquire().await?;
    let now = talk.parts.clock.now();
    let waits = payments::waits_for_receipt(&mut connection, now, from.id).await?;
    let (file_id, unique_id) = (media.file_id.clone(), media.file_unique_id.clone());
    Ok(waits.then_some(payments::Receipt { file_id, unique_id, is_photo }))
}
