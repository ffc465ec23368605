//! Sending screens, and the files of old orders.

use catalog::Output;
use generation::{OutputView, SentAs, View};
use queue::{Claim, NewJob, Outcome, Priority};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use telegram::{OutFile, OutKind, Outbound, limits};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::busy;
use crate::journey;
use crate::render::{self, Pen};
use crate::screen::{Screen, inline};
use crate::sender::{Trouble, Urgency};
use crate::store;
use crate::talk::{Ended, Talk, later};

/// The kind of the job that shows a screen; its payload is the screen and where it goes.
pub const SEND_SCREEN: &str = "send_screen";

/// The kind of the job that sends one result of an old order again.
pub const RESEND: &str = "resend";

/// A screen that could not be shown for so long is of no interest any more.
const SCREEN_KEEPS: Duration = Duration::HOUR;

/// KIE.ai's links to results live for about a day.
const LINK_LIVES: Duration = Duration::hours(24);

/// A screen on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendScreen {
    /// The chat.
    pub chat: i64,
    /// Whose session remembers the message; `None` for messages that are no screens of a session.
    pub user: Option<i64>,
    /// Where in the chat.
    pub target: Target,
    /// What is shown.
    pub screen: Screen,
}

/// Where a screen goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A new message.
    New,
    /// This message changes.
    Edit(i64),
    /// The message that shows the newest screen changes.
    Newest,
}

/// Puts a screen into the queue.
///
/// # Errors
/// What the database says.
pub async fn enqueue(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    screen: &SendScreen,
) -> Result<(), sqlx::Error> {
    queue::store::enqueue(connection, now, &job_of(now, screen)?).await?;
    Ok(())
}

/// The same, unless one of this kind still waits for the chat: whoever floods the bot is answered,
/// but not flooded.
pub(crate) async fn enqueue_once(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    screen: &SendScreen,
) -> Result<(), sqlx::Error> {
    let job = job_of(now, screen)?.key(format!("once:{}", screen.chat));
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}

fn job_of(now: OffsetDateTime, screen: &SendScreen) -> Result<NewJob, sqlx::Error> {
    let payload =
        serde_json::to_value(screen).map_err(|error| sqlx::Error::Encode(error.into()))?;
    Ok(NewJob::new(outbox::TALK_POOL, SEND_SCREEN, payload, now)
        .lane(outbox::lane(screen.chat))
        .priority(Priority::Press))
}

/// Shows a screen.
pub(crate) async fn run(talk: &Talk, claim: &Claim) -> Ended {
    let now = talk.parts.clock.now();
    let Ok(wanted) = serde_json::from_value::<SendScreen>(claim.payload.clone()) else {
        tracing::error!(job.id = claim.id, "a screen cannot be read and is not shown");
        return talk.finish(claim).await;
    };
    if claim.created_at + SCREEN_KEEPS < now {
        tracing::warn!(job.id = claim.id, "a screen waited too long and is not shown");
        return talk.finish(claim).await;
    }
    let edit = match (wanted.target, wanted.user) {
        (Target::Edit(message_id), _) => Some(message_id),
        (Target::Newest, Some(user)) => {
            let mut connection = talk.parts.pool.acquire().await?;
            store::screen_message(&mut connection, user).await?
        }
        (Target::New, _) | (Target::Newest, None) => None,
    };
    let (sent, is_new) = match edit {
        Some(message_id) => match change(talk, &wanted, message_id).await {
            // Telegram refuses to change what is too old or of another kind: say it anew.
            Err(Trouble::MessageGone | Trouble::Refused(_)) => (say(talk, &wanted).await, true),
            changed => (changed, false),
        },
        None => (say(talk, &wanted).await, true),
    };
    let message_id = match sent {
        Ok(message_id) => Some(message_id),
        Err(trouble) => match later(&trouble, claim) {
            Some(outcome) => return Ok(outcome),
            None => {
                tracing::warn!(?trouble, job.id = claim.id, "a screen was not taken");
                if let (Trouble::Unreachable, Some(user)) = (&trouble, wanted.user) {
                    talk.parts.sender.lose(user).await;
                }
                None
            }
        },
    };
    if talk.parts.crash.pass("screen: sent").is_err() {
        return Ok(Outcome::Crashed);
    }
    let mut transaction = database::begin(&talk.parts.pool).await?;
    if let (Some(user), Some(message_id)) = (wanted.user, message_id) {
        // A message with a button at the field of the letters cannot be changed into another screen.
        let editable = !(is_new && wanted.screen.key.is_some());
        store::set_screen_message(&mut transaction, user, editable.then_some(message_id)).await?;
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

async fn say(talk: &Talk, wanted: &SendScreen) -> Result<i64, Trouble> {
    let outbound = Outbound::Text {
        chat: wanted.chat,
        html: wanted.screen.html.clone(),
        keyboard: wanted.screen.keyboard_new(),
    };
    talk.parts.sender.send(&outbound, Urgency::Normal).await.map(|sent| sent.message_id)
}

async fn change(talk: &Talk, wanted: &SendScreen, message_id: i64) -> Result<i64, Trouble> {
    let outbound = Outbound::EditText {
        chat: wanted.chat,
        message_id,
        html: wanted.screen.html.clone(),
        keyboard: wanted.screen.keyboard_inline(),
    };
    talk.parts.sender.send(&outbound, Urgency::Normal).await?;
    Ok(message_id)
}

/// Whether a result can be sent again: Telegram or we have it, or the link still lives.
pub(crate) fn can_resend(order: &View, output: &OutputView, now: OffsetDateTime) -> bool {
    output.file_id.is_some() || output.kind == Output::Text || has_link(order, output, now)
}

/// Whether the result's link still lives.
pub(crate) fn has_link(order: &View, output: &OutputView, now: OffsetDateTime) -> bool {
    let since = order.finished_at.unwrap_or(order.created_at);
    !output.url.is_empty() && now < since + LINK_LIVES
}

/// Puts one result of an order into the queue once more.
pub(crate) async fn enqueue_resend(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    chat: i64,
    order: Uuid,
    position: i16,
) -> Result<(), sqlx::Error> {
    let payload = json!({ "chat": chat, "order": order, "position": position });
    let job = NewJob::new(outbox::TALK_POOL, RESEND, payload, now)
        .lane(outbox::lane(chat))
        .priority(Priority::Money);
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Resend {
    chat: i64,
    order: Uuid,
    position: i16,
}

/// Sends one result of an old order again: by Telegram's own copy, else by the link.
pub(crate) async fn resend(talk: &Talk, claim: &Claim) -> Ended {
    let now = talk.parts.clock.now();
    let Ok(wanted) = serde_json::from_value::<Resend>(claim.payload.clone()) else {
        return talk.finish(claim).await;
    };
    let mut connection = talk.parts.pool.acquire().await?;
    let order = generation::view(&mut connection, wanted.order).await?;
    drop(connection);
    let Some(order) = order else { return talk.finish(claim).await };
    let Some(output) = order.outputs.iter().find(|output| output.position == wanted.position)
    else {
        return talk.finish(claim).await;
    };
    let desk = talk.desk();
    let pen = Pen::of_order(&desk, &order);
    let caption = render::resent_caption(&pen, &order);
    let address = journey::render::address(&desk, now, &order, output);
    let by_link = || {
        let screen = render::link(&pen, &caption, &address);
        let keyboard = screen.keyboard_inline();
        (Outbound::Text { chat: wanted.chat, html: screen.html, keyboard }, SentAs::Link)
    };
    let words = as_words(&pen, &order, output, wanted.chat, &caption);
    if output.kind == Output::Text && words.is_none() && output.file_id.is_none() {
        // They stand at no address: the file is made anew.
        return as_original(talk, claim, &order, output.position).await;
    }
    let (outbound, form) = words
        .or_else(|| as_file(&pen, &order, output, wanted.chat, &caption))
        .unwrap_or_else(by_link);
    talk.parts.sender.show(wanted.chat, busy::bringing(form, output.kind)).await;
    let mut sent = (talk.parts.sender.send(&outbound, Urgency::Normal).await, form);
    if matches!(sent, (Err(Trouble::Refused(_)), SentAs::Media | SentAs::Document))
        && output.kind != Output::Text
        && now < order.finished_at.unwrap_or(order.created_at) + LINK_LIVES
    {
        let (outbound, form) = by_link();
        sent = (talk.parts.sender.send(&outbound, Urgency::Normal).await, form);
    }
    let (sent, form) = sent;
    if let Err(trouble) = &sent {
        if let Some(outcome) = later(trouble, claim) {
            return Ok(outcome);
        }
        tracing::warn!(?trouble, generation.id = %order.id, "a result was not taken again");
        if *trouble == Trouble::Unreachable {
            talk.parts.sender.lose(order.user_id).await;
        }
    }
    let mut transaction = database::begin(&talk.parts.pool).await?;
    if let (Ok(sent), None) = (&sent, &output.file_id) {
        generation::remember_file(
            &mut transaction,
            order.id,
            output.position,
            form,
            sent.message_id,
            sent.file_id.as_deref(),
        )
        .await?;
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

/// Leaves it to the worker who makes files of words.
async fn as_original(talk: &Talk, claim: &Claim, order: &View, position: i16) -> Ended {
    let mut transaction = database::begin(&talk.parts.pool).await?;
    let now = talk.parts.clock.now();
    generation::send_original(&mut transaction, now, order, position).await?;
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Outcome::Done)
}

/// A result in words that fit into a message.
fn as_words(
    pen: &Pen<'_>,
    order: &View,
    output: &OutputView,
    chat: i64,
    caption: &str,
) -> Option<(Outbound, SentAs)> {
    let html = render::words(caption, output)?;
    let keyboard = inline(&render::result_buttons(pen, order, output.position));
    Some((Outbound::Text { chat, html, keyboard }, SentAs::Media))
}

/// A result as a file that Telegram has or can fetch itself; `None` when it is too big for that.
fn as_file(
    pen: &Pen<'_>,
    order: &View,
    output: &OutputView,
    chat: i64,
    caption: &str,
) -> Option<(Outbound, SentAs)> {
    let kind = match output.sent_as {
        Some(SentAs::Document) => OutKind::Document,
        Some(SentAs::Media | SentAs::Link) | None => kind_of(output, output.bytes),
    };
    let file = match &output.file_id {
        Some(file_id) => OutFile::FileId(file_id.clone()),
        None => {
            let max = match kind {
                OutKind::Photo => limits::PHOTO_BY_URL_BYTES,
                OutKind::Video | OutKind::Audio | OutKind::Voice | OutKind::Animation => {
                    limits::FILE_BY_URL_BYTES
                }
                // Telegram fetches hardly any kind of document itself.
                OutKind::Document => 0,
            };
            if output.bytes > max {
                return None;
            }
            OutFile::Url(output.url.clone())
        }
    };
    let form = if kind == OutKind::Document { SentAs::Document } else { SentAs::Media };
    let outbound = media(
        chat,
        kind,
        file,
        output,
        caption,
        inline(&render::result_buttons(pen, order, output.position)),
    );
    Some((outbound, form))
}

/// How a result is shown best, as far as Telegram shows it so.
pub(crate) fn kind_of(output: &OutputView, bytes: u64) -> OutKind {
    match (output.kind, output.mime.as_str()) {
        (Output::Image, "image/gif") => OutKind::Animation,
        (Output::Image, "image/jpeg" | "image/png" | "image/webp") => {
            match (output.width, output.height) {
                (Some(width), Some(height)) if limits::photo_fits(width, height, bytes) => {
                    OutKind::Photo
                }
                _ => OutKind::Document,
            }
        }
        (Output::Video, "video/mp4") => OutKind::Video,
        (Output::Audio, "audio/mpeg" | "audio/mp4" | "audio/x-m4a") => OutKind::Audio,
        (Output::Audio, "audio/ogg") => OutKind::Voice,
        (Output::Image | Output::Video | Output::Audio | Output::Text, _) => OutKind::Document,
    }
}

/// A message with a result.
pub(crate) fn media(
    chat: i64,
    kind: OutKind,
    file: OutFile,
    output: &OutputView,
    caption: &str,
    keyboard: Option<telegram::Keyboard>,
) -> Outbound {
    let moves = matches!(kind, OutKind::Video | OutKind::Animation);
    let lasts = !matches!(kind, OutKind::Photo | OutKind::Document);
    let seconds = output.duration_ms.map(|ms| u32::try_from(ms.div_ceil(1000)).unwrap_or(u32::MAX));
    Outbound::Media {
        chat,
        kind,
        file,
        caption_html: Some(caption.to_owned()),
        keyboard,
        no_type_detection: kind == OutKind::Document,
        width: output.width.filter(|_| moves),
        height: output.height.filter(|_| moves),
        duration_s: seconds.filter(|_| lasts),
        title: None,
    }
}
