//! The job that sends a picture, a file or a report: one of them a run.

use bytes::Bytes;
use catalog::Language;
use chat::{Urgency, fit};
use figures::{Period, Span};
use queue::{Claim, NewJob, Outcome, Priority};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use telegram::{Keyboard, OutFile, OutKind, Outbound, limits};
use time::OffsetDateTime;

use super::numbers::{disagreements, paragraphs, title};
use super::words::Words;
use super::{Picture, Stretch, Wish, files, pictures, read};
use crate::button::{Button, Place};
use crate::panel::PanelParts;
use crate::react::Context;
use crate::texts::Key;

/// The kind of the job.
pub(crate) const ERRAND: &str = "send_figures";

/// After so many failures it is given up.
const TRIES: i32 = 8;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Picture(Picture),
    /// The days for a spreadsheet.
    Csv,
    /// The page for a browser.
    Html,
    /// The figures in a message, with what the audit of the books has found.
    Message,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Errand {
    chat: i64,
    what: What,
    period: Period,
}

/// Puts one thing to be sent into the queue.
pub(super) async fn send(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    chat: i64,
    what: What,
    period: Period,
) -> Result<(), sqlx::Error> {
    let payload = serde_json::to_value(Errand { chat, what, period })
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    let job = NewJob::new(outbox::TALK_POOL, ERRAND, payload, now)
        .lane(outbox::lane(chat))
        .priority(Priority::Normal)
        .attempts_max(TRIES);
    queue::store::enqueue(connection, now, &job).await?;
    Ok(())
}

/// Puts what an operator wants into the queue.
pub(crate) async fn enqueue(
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    wish: Wish,
) -> Result<(), sqlx::Error> {
    let (now, period) = (context.now, wish.stretch.period(context.now));
    match wish.picture {
        Some(picture) => send(connection, now, chat, What::Picture(picture), period).await,
        None => {
            send(connection, now, chat, What::Html, period).await?;
            send(connection, now, chat, What::Csv, period).await
        }
    }
}

/// Why nothing was sent: it is tried again.
#[derive(Debug, thiserror::Error)]
enum Hitch {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unpainted(#[from] figures::Unpainted),
    #[error("the painting was broken off")]
    BrokenOff,
}

/// Sends what the job says.
pub(crate) async fn run(parts: &PanelParts, claim: &Claim) -> Result<Outcome, sqlx::Error> {
    let Ok(errand) = serde_json::from_value::<Errand>(claim.payload.clone()) else {
        tracing::error!(job.id = claim.id, "a report cannot be read and is not sent");
        return finish(parts, claim).await;
    };
    let outbound = match outbound(parts, errand).await {
        Ok(outbound) => outbound,
        Err(Hitch::Database(error)) => return Err(error),
        Err(hitch) => return Ok(Outcome::Again(hitch.to_string())),
    };
    if let Err(trouble) = parts.sender.send(&outbound, Urgency::Normal).await {
        if let Some(outcome) = chat::later(&trouble, claim) {
            return Ok(outcome);
        }
        tracing::warn!(?trouble, job.id = claim.id, "a report was not taken");
    }
    finish(parts, claim).await
}

async fn finish(parts: &PanelParts, claim: &Claim) -> Result<Outcome, sqlx::Error> {
    let mut connection = parts.pool.acquire().await?;
    let _stale = queue::store::complete(&mut connection, claim).await?;
    Ok(Outcome::Done)
}

async fn outbound(parts: &PanelParts, errand: Errand) -> Result<Outbound, Hitch> {
    let Errand { chat, what, period } = errand;
    let mut connection = parts.pool.acquire().await?;
    let language = chat::find_language(&mut connection, chat).await?.unwrap_or(Language::Ru);
    drop(connection);
    let base = parts.base.load_full();
    let words = Words::new(&base.catalog, language);
    let report = read(&parts.pool, base.world, period, parts.clock.now()).await?;
    let name = files::name(period);
    Ok(match what {
        What::Picture(picture) => {
            let svg = pictures::svg(words, &report, picture);
            let painted = tokio::task::spawn_blocking(move || figures::png(&svg)).await;
            let bytes = painted.map_err(|_| Hitch::BrokenOff)??;
            let args = [
                ("title", words.word(pictures::title(picture)).into()),
                ("period", words.period(period).into()),
            ];
            let caption = words.say(Key::FieldChartCaption, &args);
            let file = (format!("{name}.png"), "image/png", bytes);
            media(chat, OutKind::Photo, file, caption)
        }
        What::Csv => {
            let file = (format!("{name}.csv"), "text/csv", files::csv(&report).into_bytes());
            media(chat, OutKind::Document, file, words.word(Key::FieldReportCsv))
        }
        What::Html => {
            let page = files::html(words, &report);
            let file = (format!("{name}.html"), "text/html", page.into_bytes());
            media(chat, OutKind::Document, file, words.word(Key::FieldReportHtml))
        }
        What::Message => {
            let violations = parts.books.audit().await?;
            let key = match period.span() {
                Span::Day => Key::ScreenDigest,
                Span::Week | Span::Month => Key::ScreenReport,
            };
            let mut told = vec![title(words, key, &report)];
            told.extend(paragraphs(words, &report));
            told.push(disagreements(words, &violations));
            let open = Button::Open(Place::Statistics(Stretch::of(period)));
            let button = telegram::Button::press(words.word(Key::ButtonStatistics), open.encode());
            Outbound::Text {
                chat,
                html: fit(told.join("\n\n"), limits::TEXT),
                keyboard: Some(Keyboard::Inline(vec![vec![button]])),
            }
        }
    })
}

/// A file from memory with words under it.
fn media(
    chat: i64,
    kind: OutKind,
    (name, mime, bytes): (String, &str, Vec<u8>),
    caption: String,
) -> Outbound {
    let file = OutFile::Upload { name, mime: mime.to_owned(), bytes: Bytes::from(bytes) };
    let mut outbound = Outbound::media(chat, kind, file);
    if let Outbound::Media { caption_html, no_type_detection, .. } = &mut outbound {
        *caption_html = Some(caption);
        *no_type_detection = kind == OutKind::Document;
    }
    outbound
}
