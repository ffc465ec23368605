//! Telling about orders of several results: one progress message, one receipt.

use std::sync::Arc;
use std::time::Duration;

use generation::BatchView;
use outbox::{BatchNews, Settled};
use uuid::Uuid;

use super::{EDITS_APART, Keep, Told, change, say};
use crate::busy;
use crate::desk::Desk;
use crate::render::{self, Pen};
use crate::sender::{Trouble, Urgency};
use crate::store::{self, ProgressMessage};
use crate::talk::Talk;

/// A batch with all that its texts need.
struct Subject {
    desk: Arc<Desk>,
    batch: BatchView,
    balance: money::Rub,
    message: Option<ProgressMessage>,
}

impl Subject {
    fn pen(&self) -> Pen<'_> {
        Pen::of_batch(&self.desk, &self.batch)
    }
}

/// Tells some news about a batch as it is now.
pub(super) async fn tell(
    talk: &Talk,
    chat: i64,
    id: Uuid,
    news: BatchNews,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let Some(subject) = subject(talk, id).await? else { return Ok(Ok(Told::dropped())) };
    Ok(match news {
        BatchNews::Accepted => accepted(talk, chat, &subject).await,
        BatchNews::Progress => advanced(talk, &subject).await,
        BatchNews::Receipt => {
            let screen = render::batch_receipt(&subject.pen(), &subject.batch, subject.balance);
            say(talk, chat, &screen).await.map(Told::sent)
        }
        BatchNews::Closed => closed(talk, &subject).await,
    })
}

async fn subject(talk: &Talk, id: Uuid) -> Result<Option<Subject>, sqlx::Error> {
    let mut connection = talk.parts.pool.acquire().await?;
    let Some(batch) = generation::batch(&mut connection, id).await? else { return Ok(None) };
    let wallet = billing::wallet(&mut connection, batch.user_id, batch.world).await?;
    let message = store::find_progress(&mut connection, id).await?;
    Ok(Some(Subject { desk: talk.desk(), batch, balance: wallet.balance, message }))
}

/// The progress message appears; unless everything is over already, of which the receipt tells.
async fn accepted(talk: &Talk, chat: i64, subject: &Subject) -> Result<Told, Trouble> {
    if let Some(message) = &subject.message {
        return Ok(Told::sent(message.message_id));
    }
    if subject.batch.closed_at.is_some() {
        return Ok(Told::dropped());
    }
    let screen = render::batch_progress(&subject.pen(), &subject.batch);
    let message_id = say(talk, chat, &screen).await?;
    let edited_at = talk.parts.clock.now();
    let message = ProgressMessage { chat_id: chat, message_id, shown: screen.html, edited_at };
    let message = Keep::Put(subject.batch.id, message);
    let told = Told::of(Settled::Sent { message_id }, message);
    Ok(told.while_busy(busy::making_several(&subject.desk, &subject.batch)))
}

/// The progress message moves on; when it moved a moment ago, a little later.
async fn advanced(talk: &Talk, subject: &Subject) -> Result<Told, Trouble> {
    let now = talk.parts.clock.now();
    let Some(message) = &subject.message else { return Ok(Told::dropped()) };
    if subject.batch.closed_at.is_some() {
        return Ok(Told::dropped());
    }
    let screen = render::batch_progress(&subject.pen(), &subject.batch);
    if screen.html == message.shown {
        return Ok(Told::dropped());
    }
    let due = message.edited_at + EDITS_APART;
    if now < due {
        return Err(Trouble::NotNow(Duration::try_from(due - now).unwrap_or(EDITS_APART)));
    }
    change(talk, message, &screen, Urgency::Progress).await?;
    let message_id = message.message_id;
    let message = ProgressMessage { shown: screen.html, edited_at: now, ..message.clone() };
    let message = Keep::Change(subject.batch.id, message);
    let told = Told::of(Settled::Sent { message_id }, message);
    Ok(told.while_busy(busy::making_several(&subject.desk, &subject.batch)))
}

/// The last word on the progress message.
async fn closed(talk: &Talk, subject: &Subject) -> Result<Told, Trouble> {
    let Some(message) = &subject.message else { return Ok(Told::dropped()) };
    let screen = render::batch_progress(&subject.pen(), &subject.batch);
    change(talk, message, &screen, Urgency::Normal).await?;
    let settled = Settled::Sent { message_id: message.message_id };
    Ok(Told::of(settled, Keep::Drop(subject.batch.id)))
}
