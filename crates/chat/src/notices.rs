//! Telling what the outbox holds: rendered from the state of this moment.

mod batch;

use std::sync::Arc;
use std::time::Duration;

use billing::{Wallet, World};
use catalog::Language;
use generation::{Softened, State, View};
use outbox::{Alert, BatchNews, BonusNews, Fact, Letter, Notice, PaymentNews, Settled};
use queue::{Claim, Outcome};
use telegram::{ChatAction, Outbound};
use uuid::Uuid;

use crate::busy;
use crate::desk::Desk;
use crate::letters;
use crate::render::{self, Pen, Progress};
use crate::screen::Screen;
use crate::sender::{Trouble, Urgency};
use crate::store::{self, ProgressMessage};
use crate::talk::{Ended, Talk, later};
use crate::topup;

/// Edits of one progress message are at least this far apart.
const EDITS_APART: Duration = Duration::from_secs(5);

/// What was done about a notice, to be written down with it.
struct Told {
    settled: Settled,
    message: Keep,
    /// What the chat is shown once all of it is written down.
    busy: Option<ChatAction>,
}

impl Told {
    /// A message that leaves the progress message as it is.
    const fn sent(message_id: i64) -> Self {
        Self::of(Settled::Sent { message_id }, Keep::AsItIs)
    }

    /// It was out of date.
    const fn dropped() -> Self {
        Self::of(Settled::Dropped, Keep::AsItIs)
    }

    const fn of(settled: Settled, message: Keep) -> Self {
        Self { settled, message, busy: None }
    }

    fn while_busy(self, busy: Option<ChatAction>) -> Self {
        Self { busy, ..self }
    }
}

/// What becomes of the progress message.
enum Keep {
    AsItIs,
    /// It is new.
    Put(Uuid, ProgressMessage),
    /// It was changed, unless somebody else has ended it meanwhile.
    Change(Uuid, ProgressMessage),
    Drop(Uuid),
}

/// An order with all that its texts need.
struct Subject {
    desk: Arc<Desk>,
    order: View,
    before: i64,
    wallet: Wallet,
    message: Option<ProgressMessage>,
}

/// Sends a notice.
pub(crate) async fn run(talk: &Talk, claim: &Claim) -> Ended {
    let Some(id) = claim.payload.get("notice").and_then(serde_json::Value::as_i64) else {
        return talk.finish(claim).await;
    };
    let mut connection = talk.parts.pool.acquire().await?;
    let notice = outbox::load(&mut connection, id).await?;
    drop(connection);
    let Some(notice) = notice else { return talk.finish(claim).await };
    let told = match tell(talk, &notice).await? {
        Ok(told) => told,
        Err(trouble) => {
            if let Some(outcome) = later(&trouble, claim) {
                return Ok(outcome);
            }
            tracing::warn!(?trouble, notice.id = id, "a notice was not taken");
            given_up(talk, &notice, &trouble).await
        }
    };
    if talk.parts.crash.pass("notice: sent").is_err() {
        return Ok(Outcome::Crashed);
    }
    let now = talk.parts.clock.now();
    let mut transaction = database::begin(&talk.parts.pool).await?;
    match told.message {
        Keep::AsItIs => {}
        Keep::Change(id, message) => {
            if !store::change_progress(&mut transaction, id, &message).await? {
                // The last word was written while this was on its way, and stands below it now.
                store::put_progress(&mut transaction, id, &message).await?;
                let closed = if let Fact::Batch { batch, .. } = notice.fact {
                    Fact::Batch { batch, news: BatchNews::Closed }
                } else {
                    Fact::Closed { generation: id }
                };
                let (chat, user) = (notice.chat_id, notice.user_id);
                outbox::tell(&mut transaction, now, chat, user, &closed).await?;
            }
        }
        Keep::Put(id, message) => store::put_progress(&mut transaction, id, &message).await?,
        Keep::Drop(id) => store::drop_progress(&mut transaction, id).await?,
    }
    outbox::settle(&mut transaction, now, id, told.settled).await?;
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
        // Only now: nothing in the lane waits for it any more.
        if let Some(action) = told.busy {
            talk.parts.sender.show(notice.chat_id, action).await;
        }
    }
    Ok(Outcome::Done)
}

/// What is written down about a notice that will not be sent any more.
async fn given_up(talk: &Talk, notice: &Notice, trouble: &Trouble) -> Told {
    let settled = match trouble {
        // It may well stand in the chat, only its number is not known.
        Trouble::Unknown(_) => Settled::Sent { message_id: 0 },
        Trouble::Unreachable | Trouble::NotNow(_) | Trouble::MessageGone | Trouble::Refused(_) => {
            Settled::Undeliverable
        }
    };
    if let (Trouble::Unreachable, Some(user)) = (trouble, notice.user_id) {
        talk.parts.sender.lose(user).await;
    }
    let message = match notice.fact {
        // Nobody will write the last word a second time.
        Fact::Closed { generation } | Fact::Cancelled { generation } => Keep::Drop(generation),
        Fact::Batch { batch, news: BatchNews::Closed } => Keep::Drop(batch),
        Fact::Accepted { .. }
        | Fact::Progress { .. }
        | Fact::Failed { .. }
        | Fact::Late { .. }
        | Fact::CancelNoted { .. }
        | Fact::QuietReady { .. }
        | Fact::LikenessReady { .. }
        | Fact::NoOriginal { .. }
        | Fact::Softened { .. }
        | Fact::Letter { .. }
        | Fact::Bonus { .. }
        | Fact::Payment { .. }
        | Fact::Batch {
            news: BatchNews::Accepted | BatchNews::Progress | BatchNews::Receipt,
            ..
        }
        | Fact::OperatorAlert { .. } => Keep::AsItIs,
    };
    Told::of(settled, message)
}

async fn tell(talk: &Talk, notice: &Notice) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let generation = match &notice.fact {
        Fact::OperatorAlert { alert } => return alarm(talk, notice.chat_id, alert).await,
        Fact::Letter { letter } => return write(talk, notice, letter).await,
        Fact::Bonus { news } => return bonus(talk, notice, *news).await,
        Fact::Softened { generation } => return softened(talk, notice.chat_id, *generation).await,
        Fact::Payment { payment, news } => return paid(talk, notice, *payment, *news).await,
        Fact::Batch { batch, news } => {
            return batch::tell(talk, notice.chat_id, *batch, *news).await;
        }
        Fact::Accepted { generation }
        | Fact::Progress { generation }
        | Fact::Failed { generation }
        | Fact::Cancelled { generation }
        | Fact::Late { generation }
        | Fact::CancelNoted { generation }
        | Fact::QuietReady { generation }
        | Fact::LikenessReady { generation }
        | Fact::NoOriginal { generation }
        | Fact::Closed { generation } => *generation,
    };
    let Some(subject) = subject(talk, generation).await? else {
        return Ok(Ok(Told::dropped()));
    };
    let chat = notice.chat_id;
    Ok(match notice.fact {
        Fact::Accepted { .. } => accepted(talk, chat, &subject).await,
        Fact::Progress { .. } => advanced(talk, &subject).await,
        Fact::Failed { .. } | Fact::Late { .. } => bad_news(talk, chat, &subject).await,
        Fact::Cancelled { .. } | Fact::CancelNoted { .. } => last_word(talk, chat, &subject).await,
        Fact::Closed { .. } => closed(talk, &subject).await,
        Fact::QuietReady { .. } => quiet_ready(talk, chat, &subject).await,
        Fact::LikenessReady { .. } => {
            let (now, balance) = (talk.parts.clock.now(), subject.wallet.balance);
            let screen = render::likeness_ready(&subject.pen(), &subject.order, balance, now);
            alone(talk, chat, &screen).await
        }
        Fact::NoOriginal { .. } => {
            let screen = crate::journey::render::no_original(&subject.pen(), &subject.order);
            alone(talk, chat, &screen).await
        }
        Fact::Batch { .. }
        | Fact::Bonus { .. }
        | Fact::Softened { .. }
        | Fact::Letter { .. }
        | Fact::Payment { .. }
        | Fact::OperatorAlert { .. } => Ok(Told::dropped()),
    })
}

async fn subject(talk: &Talk, generation: Uuid) -> Result<Option<Subject>, sqlx::Error> {
    let mut connection = talk.parts.pool.acquire().await?;
    let Some(order) = generation::view(&mut connection, generation).await? else {
        return Ok(None);
    };
    let before = match order.state {
        State::Queued => generation::place_in_line(&mut connection, generation).await?,
        State::Preparing
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Delivering
        | State::Late
        | State::Done
        | State::Failed
        | State::Cancelled => 0,
    };
    let wallet = billing::wallet(&mut connection, order.user_id, order.world).await?;
    let message = store::find_progress(&mut connection, generation).await?;
    Ok(Some(Subject { desk: talk.desk(), order, before, wallet, message }))
}

impl Subject {
    fn pen(&self) -> Pen<'_> {
        Pen::of_order(&self.desk, &self.order)
    }

    /// What the chat is shown while the order is made.
    fn making(&self) -> Option<ChatAction> {
        busy::making(&self.desk, &self.order)
    }

    /// The progress message as it should be now.
    fn progress(&self, talk: &Talk) -> Screen {
        let now = talk.parts.clock.now();
        let state = Progress { order: &self.order, before: self.before, now };
        render::progress(&self.pen(), &state, Some(self.wallet.balance), None)
    }

    /// The last word on the progress message.
    fn last(&self, talk: &Talk) -> Screen {
        match self.order.state {
            State::Failed | State::Late => render::closing(&self.pen(), &self.order),
            State::Preparing
            | State::Queued
            | State::Submitting
            | State::Uncertain
            | State::Running
            | State::Securing
            | State::Delivering
            | State::Done
            | State::Cancelled => self.progress(talk),
        }
    }

    /// The same in a message of its own.
    fn notice(&self, talk: &Talk) -> Screen {
        let now = talk.parts.clock.now();
        let state = Progress { order: &self.order, before: self.before, now };
        render::notice(&self.pen(), &state, self.wallet.balance)
    }
}

async fn say(talk: &Talk, chat: i64, screen: &Screen) -> Result<i64, Trouble> {
    let outbound =
        Outbound::Text { chat, html: screen.html.clone(), keyboard: screen.keyboard_inline() };
    talk.parts.sender.send(&outbound, Urgency::Normal).await.map(|sent| sent.message_id)
}

/// A message of its own, which leaves the progress message as it is.
async fn alone(talk: &Talk, chat: i64, screen: &Screen) -> Result<Told, Trouble> {
    say(talk, chat, screen).await.map(Told::sent)
}

async fn change(
    talk: &Talk,
    message: &ProgressMessage,
    screen: &Screen,
    urgency: Urgency,
) -> Result<(), Trouble> {
    let outbound = Outbound::EditText {
        chat: message.chat_id,
        message_id: message.message_id,
        html: screen.html.clone(),
        keyboard: screen.keyboard_inline(),
    };
    match talk.parts.sender.send(&outbound, urgency).await {
        // The person has deleted the message, or it is too old: nothing is lost.
        Ok(_) | Err(Trouble::MessageGone | Trouble::Refused(_)) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

/// The progress message appears.
async fn accepted(talk: &Talk, chat: i64, subject: &Subject) -> Result<Told, Trouble> {
    if let Some(message) = &subject.message {
        return Ok(Told::sent(message.message_id));
    }
    let screen = subject.progress(talk);
    let message_id = say(talk, chat, &screen).await?;
    let message = ProgressMessage {
        chat_id: chat,
        message_id,
        shown: screen.html,
        edited_at: talk.parts.clock.now(),
    };
    let message = Keep::Put(subject.order.id, message);
    Ok(Told::of(Settled::Sent { message_id }, message).while_busy(subject.making()))
}

/// The progress message moves on, unless it moved a moment ago or the order is over.
async fn advanced(talk: &Talk, subject: &Subject) -> Result<Told, Trouble> {
    let now = talk.parts.clock.now();
    let Some(message) = &subject.message else { return Ok(Told::dropped()) };
    let over = subject.order.state.is_final() || subject.order.state == State::Late;
    if over || now < message.edited_at + EDITS_APART {
        return Ok(Told::dropped());
    }
    let screen = subject.progress(talk);
    if screen.html == message.shown {
        return Ok(Told::dropped());
    }
    change(talk, message, &screen, Urgency::Progress).await?;
    let message_id = message.message_id;
    let message = ProgressMessage { shown: screen.html, edited_at: now, ..message.clone() };
    let message = Keep::Change(subject.order.id, message);
    Ok(Told::of(Settled::Sent { message_id }, message).while_busy(subject.making()))
}

/// Bad news come as a message of their own, so that the phone rings. A notice sends one message:
/// of two, the first would be repeated whenever the second has to wait.
async fn bad_news(talk: &Talk, chat: i64, subject: &Subject) -> Result<Told, Trouble> {
    alone(talk, chat, &subject.notice(talk)).await
}

/// The last word on the progress message: where to look, or what became of it.
async fn closed(talk: &Talk, subject: &Subject) -> Result<Told, Trouble> {
    let Some(message) = &subject.message else {
        return Ok(Told::dropped());
    };
    change(talk, message, &subject.last(talk), Urgency::Normal).await?;
    let settled = Settled::Sent { message_id: message.message_id };
    Ok(Told::of(settled, Keep::Drop(subject.order.id)))
}

/// The answer to a wish to cancel, on the progress message, or in a message of its own where
/// there is none.
async fn last_word(talk: &Talk, chat: i64, subject: &Subject) -> Result<Told, Trouble> {
    let message_id = match &subject.message {
        Some(message) => {
            change(talk, message, &subject.progress(talk), Urgency::Normal).await?;
            message.message_id
        }
        None => say(talk, chat, &subject.notice(talk)).await?,
    };
    let message =
        if subject.order.state.is_final() { Keep::Drop(subject.order.id) } else { Keep::AsItIs };
    Ok(Told::of(Settled::Sent { message_id }, message))
}

async fn quiet_ready(talk: &Talk, chat: i64, subject: &Subject) -> Result<Told, Trouble> {
    let screen = render::quiet_ready(&subject.pen(), &subject.order, subject.wallet.balance);
    alone(talk, chat, &screen).await
}

/// Softer words for a refused order, beside the refused ones.
async fn softened(
    talk: &Talk,
    chat: i64,
    generation: Uuid,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let mut connection = talk.parts.pool.acquire().await?;
    let order = generation::view(&mut connection, generation).await?;
    let softened = generation::softened(&mut connection, generation).await?;
    drop(connection);
    let Some(order) = order.filter(|_| softened != Softened::Unasked) else {
        return Ok(Ok(Told::dropped()));
    };
    let desk = talk.desk();
    let pen = Pen::of_order(&desk, &order);
    let screen = crate::journey::render::proposal(&pen, &order, &softened, None);
    Ok(say(talk, chat, &screen).await.map(Told::sent))
}

/// The shop writes to a person, in the language that they chose.
async fn write(
    talk: &Talk,
    notice: &Notice,
    letter: &Letter,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let chat = notice.chat_id;
    let desk = talk.desk();
    let mut connection = talk.parts.pool.acquire().await?;
    let language = store::find_language(&mut connection, chat).await?.unwrap_or_default();
    let wallet = match notice.user_id {
        Some(user) => billing::wallet(&mut connection, user, desk.world).await?,
        None => Wallet::default(),
    };
    drop(connection);
    let screen = letters::letter(&desk, language, letter, &wallet);
    Ok(say(talk, chat, &screen).await.map(Told::sent))
}

/// A person is told about given money, in their language and with the balance of this moment.
async fn bonus(
    talk: &Talk,
    notice: &Notice,
    news: BonusNews,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let chat = notice.chat_id;
    let mut connection = talk.parts.pool.acquire().await?;
    let language = store::find_language(&mut connection, chat).await?.unwrap_or(Language::Ru);
    let user = notice.user_id.unwrap_or_default();
    let wallet = billing::wallet(&mut connection, user, World::Real).await?;
    drop(connection);
    let desk = talk.desk();
    let screen = render::bonus_news(&Pen::new(&desk, language), news, &wallet);
    Ok(say(talk, chat, &screen).await.map(Told::sent))
}

/// Something about a top-up is told, unless it is out of date.
async fn paid(
    talk: &Talk,
    notice: &Notice,
    payment: Uuid,
    news: PaymentNews,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let Some(outbound) = topup::notice::outbound(talk, notice, payment, news).await? else {
        return Ok(Ok(Told::dropped()));
    };
    let sent = talk.parts.sender.send(&outbound, Urgency::Normal).await;
    Ok(sent.map(|sent| Told::sent(sent.message_id)))
}

/// An operator is told, in the language that they chose.
async fn alarm(
    talk: &Talk,
    chat: i64,
    alert: &Alert,
) -> Result<Result<Told, Trouble>, sqlx::Error> {
    let mut connection = talk.parts.pool.acquire().await?;
    let language = store::find_language(&mut connection, chat).await?.unwrap_or(Language::Ru);
    drop(connection);
    let desk = talk.desk();
    let screen = render::alert(&Pen::new(&desk, language), alert);
    Ok(say(talk, chat, &screen).await.map(Told::sent))
}
