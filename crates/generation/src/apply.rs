//! Carries out what [`step`] decided: the row, the money, the jobs and the notices, all within the
//! caller's transaction.

use std::time::Duration;

use billing::World;
use money::{Credits, Rub};
use outbox::{Alert, Fact};
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::free;
use crate::model::{Bound, FailureClass, View};
use crate::state::{Effect, Event, Message, Money, Refusal, State, Step, Work, step};
use crate::{Settings, batch, policy, store};

/// The pool of workers that makes the generations of a world: a worker of the test mode never sees
/// an order of real money, nor the other way round.
#[must_use]
pub const fn work_pool(world: World) -> &'static str {
    match world {
        World::Real => "work",
        World::Test => "work_test",
    }
}

/// What is known about an event beside the event itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detail {
    /// The text of a failure, sanitised, for the operator.
    pub(crate) text: Option<String>,
    /// What KIE.ai says that it took.
    pub(crate) credits: Option<Credits>,
    /// What the price list says of the results that came, for when KIE.ai says nothing.
    pub(crate) counted: Option<Credits>,
    /// The model's usual duration.
    pub(crate) usual_seconds: u32,
}

/// Decides and carries out. Answers with the order as it is afterwards.
pub(crate) async fn apply(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    view: &View,
    event: Event,
    detail: &Detail,
) -> Result<View, sqlx::Error> {
    let Step { next, effects } = step(view.situation(), event);
    let change = store::Change {
        deadline_at: deadline(settings, view, next.state, now, detail.usual_seconds),
        failure: (next.state == State::Failed).then(|| class_of(event)),
        failure_text: detail.text.as_deref(),
        provider_credits: detail.credits,
    };
    if next == view.situation() && effects.is_empty() {
        tracing::info!(
            generation.id = %view.id,
            state = view.state.as_str(),
            ?event,
            "an event that changes nothing"
        );
        return Ok(view.clone());
    }
    let changed = store::change(connection, now, view.id, view.state, next, &change).await?;
    if !changed {
        // The row is locked by this transaction, so it cannot stand elsewhere.
        return Err(sqlx::Error::Protocol(format!("generation {} was not locked", view.id)));
    }
    tracing::info!(
        generation.id = %view.id,
        from = view.state.as_str(),
        to = next.state.as_str(),
        ?event,
        "the order moved"
    );
    if view.state == State::Uncertain && next.state == State::Running {
        queue::store::withdraw(connection, &key(Work::Expire, view.id)).await?;
    }
    let told = detail.credits.or(view.provider_credits).or(detail.counted);
    for effect in effects {
        carry_out(connection, settings, now, view, effect, event, told).await?;
    }
    if change.failure == Some(FailureClass::Content) {
        watch_refusals(connection, settings, now, view).await?;
    }
    if (next.state.is_final() || next.state == State::Late)
        && let Some(place) = &view.batch
    {
        batch::settle(connection, now, view, place).await?;
    }
    let after = View {
        state: next.state,
        money: next.money,
        quiet: next.quiet,
        tries: next.tries,
        deadline_at: change.deadline_at.or(view.deadline_at),
        failure: change.failure.or(view.failure),
        ..view.clone()
    };
    Ok(after)
}

/// The class that the person is told, by the event that ended the order.
fn class_of(event: Event) -> FailureClass {
    match event {
        Event::Rejected(refusal) | Event::TaskFailed(refusal) => match refusal {
            Refusal::Content => FailureClass::Content,
            Refusal::Input => FailureClass::Input,
            Refusal::AccountOtherKey | Refusal::AccountNoKey => FailureClass::Account,
            Refusal::Rate | Refusal::Temporary => FailureClass::Temporary,
            Refusal::Unknown => FailureClass::Unknown,
        },
        Event::InputGone => FailureClass::InputGone,
        Event::UploadsFailed => FailureClass::Temporary,
        Event::Lost => FailureClass::Lost,
        Event::Undeliverable => FailureClass::NotDelivered,
        Event::DeadlinePassed => FailureClass::TooLate,
        Event::Prepared
        | Event::UploadsStale
        | Event::CancelRequested
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::Succeeded
        | Event::Secured
        | Event::Delivered
        | Event::PersonGone => FailureClass::Unknown,
    }
}

/// A new state brings a new deadline; staying keeps the old one.
fn deadline(
    settings: &Settings,
    view: &View,
    next: State,
    now: OffsetDateTime,
    usual_seconds: u32,
) -> Option<OffsetDateTime> {
    if next == view.state {
        return None;
    }
    let patience = match next {
        State::Uncertain if settings.callback_base.is_some() => {
            policy::uncertain_deadline(usual_seconds)
        }
        State::Uncertain => policy::UNCERTAIN_WITHOUT_CALLBACK,
        State::Running => policy::running_deadline(usual_seconds),
        State::Securing => policy::SECURING_PATIENCE,
        State::Late => policy::LATE_PATIENCE,
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Delivering
        | State::Done
        | State::Failed
        | State::Cancelled => return None,
    };
    Some(now + patience)
}

async fn carry_out(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    view: &View,
    effect: Effect,
    event: Event,
    told: Option<Credits>,
) -> Result<(), sqlx::Error> {
    let actual = view.bound.and_then(|bound| actual(told, view.price, bound));
    match effect {
        Effect::Commit => commit(connection, now, view, actual).await,
        Effect::Release => {
            let reason = class_word(event);
            let back = billing::release(&mut *connection, now, view.id, reason).await?;
            expect_money(matches!(back, billing::Released::Returned { .. }), view, &back)?;
            give_slot_back(connection, now, view).await
        }
        Effect::Refund => {
            let reason = class_word(event);
            let back = billing::refund(&mut *connection, now, view.id, reason).await?;
            expect_money(matches!(back, billing::Refunded::Returned { .. }), view, &back)?;
            give_slot_back(connection, now, view).await
        }
        Effect::BookLoss => {
            let cost = actual.map_or(view.cost, |(_, cost)| cost);
            book_loss(connection, settings, now, view, event, cost).await
        }
        Effect::Enqueue(work) => enqueue(connection, now, view, work, Duration::ZERO).await,
        Effect::SubmitAgain { tries } => {
            let wait = policy::wait_after_failure(tries) + jitter(view.id);
            enqueue(connection, now, view, Work::Submit, wait).await
        }
        Effect::SubmitAfterWindow => {
            let wait = policy::PACE_WINDOW + jitter(view.id);
            enqueue(connection, now, view, Work::Submit, wait).await
        }
        Effect::Tell(message) => {
            let fact = match &view.batch {
                Some(place) if place.is_of_several() => batch::fact_of(message, view.id, place.id),
                Some(_) | None => fact_of(message, view.id),
            };
            outbox::tell(connection, now, view.chat_id, Some(view.user_id), &fact).await
        }
        Effect::AlertUnresolved => {
            alert(connection, settings, now, Alert::Unresolved { generation: view.id }).await
        }
    }
}

/// Takes the price, or of an upper bound what KIE.ai took, and records what it costs the shop.
async fn commit(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    view: &View,
    actual: Option<(Rub, Rub)>,
) -> Result<(), sqlx::Error> {
    let taken = match actual {
        Some((price, _)) => {
            store::remember_taken(&mut *connection, view.id, price).await?;
            billing::commit_part(&mut *connection, now, view.id, price).await?
        }
        None => billing::commit(&mut *connection, now, view.id).await?,
    };
    expect_money(matches!(taken, billing::Committed::Taken { .. }), view, &taken)?;
    let cost = actual.map_or(view.cost, |(_, cost)| cost);
    if view.free {
        billing::book_free(connection, now, view.world, view.id, cost).await
    } else {
        billing::book_cost(connection, now, view.world, view.id, cost).await
    }
}

/// The price and the cost of what KIE.ai took, never above what is held; `None` when KIE.ai does not
/// say it: then the bound is the price.
fn actual(told: Option<Credits>, held: Rub, bound: Bound) -> Option<(Rub, Rub)> {
    let credits = told?;
    let price = bound.rate.price(credits).ok()?;
    Some((price.min(held), bound.cost_rate.price(credits).ok()?))
}

/// A free order that comes to nothing does not count against the limits.
async fn give_slot_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    view: &View,
) -> Result<(), sqlx::Error> {
    if view.free && !free::store::give_back(connection, now, view.id).await? {
        return Err(sqlx::Error::Protocol(format!("generation {} has no slot", view.id)));
    }
    Ok(())
}

/// Up to a second, different from order to order, so that what failed together does not come again
/// together.
fn jitter(id: Uuid) -> Duration {
    let (_, random) = id.as_u64_pair();
    Duration::from_millis(random % 1_000)
}

/// A money step that finds another state of the hold than the order's state promises is a bug:
/// nothing of this transaction may stand.
fn expect_money(
    as_promised: bool,
    view: &View,
    answer: &impl std::fmt::Debug,
) -> Result<(), sqlx::Error> {
    if as_promised {
        return Ok(());
    }
    Err(sqlx::Error::Protocol(format!("the hold of generation {} says {answer:?}", view.id)))
}

async fn book_loss(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    view: &View,
    event: Event,
    cost: Rub,
) -> Result<(), sqlx::Error> {
    let reason = if event == Event::Secured { "late_gift" } else { class_word(event) };
    billing::book_loss(connection, now, view.world, view.id, cost, reason).await?;
    if cost == Rub::ZERO {
        return Ok(());
    }
    let loss =
        Alert::Loss { generation: view.id, kopecks: cost.kopecks(), reason: reason.to_owned() };
    alert(connection, settings, now, loss).await
}

fn class_word(event: Event) -> &'static str {
    match event {
        Event::CancelRequested => "cancelled",
        Event::DeadlinePassed => "late",
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => class_of(event).as_str(),
    }
}

pub(crate) fn fact_of(message: Message, generation: Uuid) -> Fact {
    match message {
        Message::Progress => Fact::Progress { generation },
        Message::Failed => Fact::Failed { generation },
        Message::Cancelled => Fact::Cancelled { generation },
        Message::Late => Fact::Late { generation },
        Message::CancelNoted => Fact::CancelNoted { generation },
        Message::QuietReady => Fact::QuietReady { generation },
        Message::Closed => Fact::Closed { generation },
    }
}

/// Tells the operators of somebody whom moderation refuses all day.
async fn watch_refusals(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    view: &View,
) -> Result<(), sqlx::Error> {
    let since = now - time::Duration::DAY;
    let refused = store::person::refused_at(connection, view.user_id, view.world, since).await?;
    if refused.len() != policy::REFUSALS_TOLD {
        return Ok(());
    }
    let told = Alert::ManyRefusals { user: view.user_id };
    alert(connection, settings, now, told).await
}

/// Tells every operator.
pub(crate) async fn alert(
    connection: &mut PgConnection,
    settings: &Settings,
    now: OffsetDateTime,
    alert: Alert,
) -> Result<(), sqlx::Error> {
    let fact = Fact::OperatorAlert { alert };
    for operator in &settings.operators {
        outbox::tell(&mut *connection, now, *operator, None, &fact).await?;
    }
    Ok(())
}

/// The kind of a job in the table.
pub(crate) const fn kind(work: Work) -> &'static str {
    match work {
        Work::Prepare => "prepare",
        Work::Submit => "submit",
        Work::Poll => "poll",
        Work::Expire => "expire",
        Work::Secure => "secure",
        Work::Deliver => "deliver",
    }
}

/// The key of the job that does this for this order: there is never a second.
pub(crate) fn key(work: Work, generation: Uuid) -> String {
    format!("{}:{generation}", kind(work))
}

pub(crate) async fn enqueue(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    view: &View,
    work: Work,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    let wait = match work {
        // There is nothing to see yet.
        Work::Poll => wait.max(policy::poll_pause(Duration::ZERO)),
        Work::Expire => policy::UNCERTAIN_WITHOUT_CALLBACK,
        Work::Prepare | Work::Submit | Work::Secure | Work::Deliver => wait,
    };
    let mut job = NewJob::new(
        work_pool(view.world),
        kind(work),
        json!({ "generation": view.id }),
        now + wait,
    )
    .key(key(work, view.id));
    job.priority = match work {
        Work::Secure | Work::Deliver => Priority::Money,
        Work::Prepare | Work::Submit | Work::Poll | Work::Expire => Priority::Normal,
    };
    queue::store::enqueue_after_running(connection, now, &job).await?;
    Ok(())
}

/// What was taken from the person for what is being delivered for what is being delivered.
pub(crate) fn taken(view: &View) -> Option<Rub> {
    (view.money == Money::Taken).then(|| view.charge())
}

#[cfg(test)]
mod tests {
    use money::Rate;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn what_was_taken_by_kie_is_charged_and_never_more_than_the_bound() {
        let rate = |roubles: i64| Rate::from_decimal(Decimal::from(roubles)).unwrap();
        let bound = Bound { rate: rate(2), cost_rate: rate(1) };
        let kop = Rub::from_kopecks;
        let cases = [
            (Some("1.25"), Some((kop(250), kop(125)))),
            // Rounded up to a kopeck, once.
            (Some("0.001"), Some((kop(1), kop(1)))),
            (Some("0"), Some((kop(0), kop(0)))),
            // The shop pays what is over the bound.
            (Some("7"), Some((kop(1_000), kop(700)))),
            (None, None),
        ];
        for (told, expected) in cases {
            let credits = told.map(|text| Credits::parse(text).unwrap());
            assert_eq!(actual(credits, kop(1_000), bound), expected, "{told:?}");
        }
    }
}
