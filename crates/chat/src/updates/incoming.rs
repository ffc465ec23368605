//! Files that people send: looked into before anything is decided.

use std::time::Duration;

use catalog::FileInput;
use queue::Claim;
use sha2::{Digest as _, Sha256};
use telegram::{IncomingKind, IncomingMedia, Message, Sender, limits};

use crate::button::{Button, Step};
use crate::files::FileFailure;
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
    if !asked && let Some(receipt) = receipt(talk, claim, from, media).await? {
        return Ok(receipt.map(Input::Receipt));
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
    match patience_left(talk, claim) {
        Some(left) => Err(pause.min(left)),
        None => {
            tracing::warn!(job.id = claim.id, "a file could not be fetched in time");
            Ok(Err(FileTrouble::Gone))
        }
    }
}

/// How much longer a person waits for an answer about their file.
fn patience_left(talk: &Talk, claim: &Claim) -> Option<Duration> {
    let waited = talk.parts.clock.now() - claim.created_at;
    let left = files::PATIENCE.checked_sub(waited.try_into().unwrap_or_default());
    left.filter(|left| !left.is_zero())
}

/// The file as a receipt, where a transfer of the person waits for one: nobody looks into it but an
/// operator. Its content is only compared with that of other receipts.
async fn receipt(
    talk: &Talk,
    claim: &Claim,
    from: &Sender,
    media: &IncomingMedia,
) -> Result<Option<Result<payments::Receipt, Duration>>, sqlx::Error> {
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
    drop(connection);
    if !waits {
        return Ok(None);
    }
    let fetched = talk.parts.files.fetch(&media.file_id, limits::DOWNLOAD_BYTES).await;
    let hash = match fetched {
        Ok(bytes) => {
            Some(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
        }
        Err(FileFailure::NotNow(pause)) => match patience_left(talk, claim) {
            Some(left) => return Ok(Some(Err(pause.min(left)))),
            None => None,
        },
        Err(FileFailure::Trouble(_)) => None,
    };
    let (file_id, unique_id) = (media.file_id.clone(), media.file_unique_id.clone());
    Ok(Some(Ok(payments::Receipt { file_id, unique_id, hash, is_photo })))
}
