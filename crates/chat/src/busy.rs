//! «отправляет фото…»: what the bot shows itself busy with while an order is made and brought.

use catalog::Output;
use generation::{BatchView, SentAs, State, View};
use media::MediaKind;
use telegram::ChatAction;

use crate::desk::Desk;

/// What is shown while an order is made; `None` when nothing is being made. A result that is about
/// to be brought is announced by whoever brings it.
pub(crate) fn making(desk: &Desk, order: &View) -> Option<ChatAction> {
    match order.state {
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running => Some(of_kind(made(desk, order))),
        State::Securing
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed
        | State::Cancelled => None,
    }
}

/// The same for an order of several results: the first that is still being made speaks for all.
pub(crate) fn making_several(desk: &Desk, batch: &BatchView) -> Option<ChatAction> {
    batch.members.iter().find_map(|one| making(desk, one))
}

fn made(desk: &Desk, order: &View) -> Option<MediaKind> {
    desk.catalog.model(&order.model).map(|model| model.output).and_then(Output::media)
}

/// Telegram has no word for a picture that is being drawn: it is on its way all the time.
fn of_kind(kind: Option<MediaKind>) -> ChatAction {
    match kind {
        Some(MediaKind::Image) => ChatAction::UploadPhoto,
        Some(MediaKind::Video) => ChatAction::RecordVideo,
        Some(MediaKind::Audio) => ChatAction::RecordVoice,
        None => ChatAction::Typing,
    }
}

/// What is shown while a result is on its way into the chat.
pub(crate) fn bringing(form: SentAs, kind: Output) -> ChatAction {
    match (form, kind) {
        (SentAs::Media, Output::Image) => ChatAction::UploadPhoto,
        (SentAs::Media, Output::Video) => ChatAction::UploadVideo,
        (SentAs::Media, Output::Audio) => ChatAction::UploadVoice,
        (SentAs::Document, _) => ChatAction::UploadDocument,
        // A link is written.
        (SentAs::Media, Output::Text) | (SentAs::Link, _) => ChatAction::Typing,
    }
}
