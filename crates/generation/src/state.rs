//! The state machine of an order, as a pure function over closed enums.
//!
//! [`step`] decides; it reads nothing and writes nothing. The store applies what it decided in one
//! transaction. Every event is thinkable in every state, because messages from outside come late,
//! twice and in any order: what does not fit changes nothing.

use kie::FailureKind;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Taken; its inputs are being uploaded.
    Preparing,
    /// Ready to be submitted, or waiting for the next try.
    Queued,
    /// A submission is under way: written down before the call.
    Submitting,
    /// The submission's answer was lost: a task may or may not exist.
    Uncertain,
    /// KIE.ai works on it.
    Running,
    /// KIE.ai says it is done; the result is fetched and checked before any money is taken.
    Securing,
    /// The result is in hand and paid (or a gift) and on its way to the person.
    Delivering,
    /// It took too long: the money is back, and we go on looking for the result.
    Late,
    /// Delivered, or waiting in the history.
    Done,
    /// Nothing came of it; the money is back.
    Failed,
    /// Cancelled by the person before submission; the money is back.
    Cancelled,
}

impl State {
    /// All, in the order of an order's life.
    pub const ALL: [Self; 11] = [
        Self::Preparing,
        Self::Queued,
        Self::Submitting,
        Self::Uncertain,
        Self::Running,
        Self::Securing,
        Self::Delivering,
        Self::Late,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Queued => "queued",
            Self::Submitting => "submitting",
            Self::Uncertain => "uncertain",
            Self::Running => "running",
            Self::Securing => "securing",
            Self::Delivering => "delivering",
            Self::Late => "late",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more can happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Done | Self::Failed | Self::Cancelled => true,
            Self::Preparing
            | Self::Queued
            | Self::Submitting
            | Self::Uncertain
            | Self::Running
            | Self::Securing
            | Self::Delivering
            | Self::Late => false,
        }
    }
}

/// What became of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Money {
    /// Set aside.
    Held,
    /// Taken.
    Taken,
    /// Back with the person.
    Returned,
}

impl Money {
    /// All.
    pub const ALL: [Self; 3] = [Self::Held, Self::Taken, Self::Returned];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Taken => "taken",
            Self::Returned => "returned",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|money| money.as_str() == text)
    }
}

/// All that a decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Where the order stands.
    pub state: State,
    /// What became of the price.
    pub money: Money,
    /// The person asked to cancel after submission.
    pub quiet: bool,
    /// How many submissions failed for a temporary reason so far.
    pub tries: u32,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The inputs are at KIE.ai.
    Prepared,
    /// An input cannot be had any more, or KIE.ai refused it.
    InputGone,
    /// The uploaded inputs are too old to be relied on.
    UploadsStale,
    /// The inputs could not be uploaded for too long, through no fault of the person.
    UploadsFailed,
    /// The person asked to cancel.
    CancelRequested,
    /// A submission is about to be made.
    SubmissionStarted,
    /// KIE.ai made a task.
    TaskAccepted,
    /// KIE.ai definitely made no task.
    Rejected(Refusal),
    /// Nobody knows whether KIE.ai made a task.
    OutcomeUnknown,
    /// The task of a lost answer was found by the token in its callback address.
    TaskFound,
    /// The time for this state is over.
    DeadlinePassed,
    /// KIE.ai finished the task.
    Succeeded,
    /// KIE.ai gave the task up.
    TaskFailed(Refusal),
    /// Every output was fetched and is what it should be.
    Secured,
    /// The outputs cannot be had.
    Lost,
    /// Everything reached the person.
    Delivered,
    /// The person blocked the bot: the result waits in the history.
    PersonGone,
    /// Telegram took the result in no form.
    Undeliverable,
}

/// Why KIE.ai said no, as far as the next step depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Moderation: the person must change something.
    Content,
    /// The input does not fit.
    Input,
    /// Trouble with our key, and another one can be tried.
    AccountOtherKey,
    /// Trouble with our keys, and there is no other.
    AccountNoKey,
    /// Too many requests: try later, it does not count.
    Rate,
    /// Trouble that may pass.
    Temporary,
    /// Anything else.
    Unknown,
}

impl Refusal {
    /// What a classified failure means here.
    #[must_use]
    pub const fn of(kind: FailureKind, other_key: bool) -> Self {
        match kind {
            FailureKind::Content => Self::Content,
            FailureKind::Account if other_key => Self::AccountOtherKey,
            FailureKind::Account => Self::AccountNoKey,
            FailureKind::RateLimited => Self::Rate,
            FailureKind::InvalidInput => Self::Input,
            FailureKind::Temporary => Self::Temporary,
            FailureKind::Unknown => Self::Unknown,
        }
    }
}

/// What must be done in the transaction of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Take the held money, and record what KIE.ai took.
    Commit,
    /// Give the held money back.
    Release,
    /// Give taken money back.
    Refund,
    /// Record that we paid for what the person did not.
    BookLoss,
    /// Do this next, at once.
    Enqueue(Work),
    /// Submit again after the wait of so many temporary failures.
    SubmitAgain {
        /// How many there were.
        tries: u32,
    },
    /// Submit again after a full window of KIE.ai's pace.
    SubmitAfterWindow,
    /// Tell the person.
    Tell(Message),
    /// Tell the operator that the outcome of a submission stayed unknown.
    AlertUnresolved,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Upload the inputs.
    Prepare,
    /// Make the task.
    Submit,
    /// Ask after the task.
    Poll,
    /// Give up waiting for a lost answer when its time is over.
    Expire,
    /// Fetch and check the result.
    Secure,
    /// Send the result.
    Deliver,
}

/// What the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// How far it is.
    Progress,
    /// It failed; the money is back.
    Failed,
    /// It is cancelled; the money is back.
    Cancelled,
    /// It is late; the money is back.
    Late,
    /// It cannot be stopped any more, and what that means.
    CancelNoted,
    /// The result of a cancelled order waits in the history.
    QuietReady,
    /// It is over: the last word on the progress message.
    Closed,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The situation after it.
    pub next: Situation,
    /// What must be done with it.
    pub effects: Vec<Effect>,
}

/// How many submissions may fail for a temporary reason before the money goes back.
pub const TRIES_MAX: u32 = 3;

/// Decides what an event means in a situation. An event that does not fit changes nothing.
#[must_use]
pub fn step(now: Situation, event: Event) -> Step {
    match now.state {
        State::Preparing => preparing(now, event),
        State::Queued => queued(now, event),
        State::Submitting => submitting(now, event),
        State::Uncertain => uncertain(now, event),
        State::Running => running(now, event),
        State::Securing => securing(now, event),
        State::Delivering => delivering(now, event),
        State::Late => late(now, event),
        State::Done | State::Failed | State::Cancelled => stay(now),
    }
}

const FAILED: Effect = Effect::Tell(Message::Failed);
const CLOSED: Effect = Effect::Tell(Message::Closed);

fn stay(now: Situation) -> Step {
    Step { next: now, effects: Vec::new() }
}

fn go(now: Situation, state: State, effects: Vec<Effect>) -> Step {
    Step { next: Situation { state, ..now }, effects }
}

/// Ends without a result: whatever was paid or held goes back, and the person is told.
fn fail(now: Situation) -> Step {
    let effects = match now.money {
        Money::Held => vec![Effect::Release, FAILED, CLOSED],
        Money::Taken => vec![Effect::Refund, FAILED, CLOSED],
        // The person got the money back when it became late, and was told so.
        Money::Returned => Vec::new(),
    };
    Step { next: Situation { state: State::Failed, money: Money::Returned, ..now }, effects }
}

fn cancel(now: Situation) -> Step {
    Step {
        next: Situation { state: State::Cancelled, money: Money::Returned, ..now },
        effects: vec![Effect::Release, Effect::Tell(Message::Cancelled)],
    }
}

/// The truth about cancelling after submission: KIE.ai cannot be stopped.
fn note_cancel(now: Situation) -> Step {
    if now.quiet {
        return stay(now);
    }
    Step {
        next: Situation { quiet: true, ..now },
        effects: vec![Effect::Tell(Message::CancelNoted)],
    }
}

fn be_late(now: Situation) -> Step {
    Step {
        next: Situation { state: State::Late, money: Money::Returned, ..now },
        effects: vec![Effect::Release, Effect::Tell(Message::Late), CLOSED],
    }
}

fn start_polling(now: Situation) -> Step {
    go(now, State::Running, vec![Effect::Enqueue(Work::Poll), Effect::Tell(Message::Progress)])
}

/// After a definite "no" of KIE.ai: whether there is another try.
fn refused(now: Situation, refusal: Refusal) -> Step {
    match refusal {
        Refusal::Content | Refusal::Input | Refusal::AccountNoKey | Refusal::Unknown => fail(now),
        // The person wants it cancelled, and now it can be.
        Refusal::AccountOtherKey | Refusal::Rate | Refusal::Temporary if now.quiet => cancel(now),
        Refusal::AccountOtherKey => go(now, State::Queued, vec![Effect::Enqueue(Work::Submit)]),
        Refusal::Rate => go(now, State::Queued, vec![Effect::SubmitAfterWindow]),
        Refusal::Temporary => {
            let tries = now.tries + 1;
            let counted = Situation { tries, ..now };
            if tries < TRIES_MAX {
                go(counted, State::Queued, vec![Effect::SubmitAgain { tries }])
            } else {
                fail(counted)
            }
        }
    }
}

fn preparing(now: Situation, event: Event) -> Step {
    match event {
        Event::Prepared => go(now, State::Queued, vec![Effect::Enqueue(Work::Submit)]),
        Event::InputGone | Event::UploadsFailed => fail(now),
        Event::CancelRequested => cancel(now),
        Event::UploadsStale
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::DeadlinePassed
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

fn queued(now: Situation, event: Event) -> Step {
    match event {
        Event::SubmissionStarted => go(now, State::Submitting, Vec::new()),
        Event::UploadsStale => go(now, State::Preparing, vec![Effect::Enqueue(Work::Prepare)]),
        Event::CancelRequested => cancel(now),
        // No key can be used, which is known before any call.
        Event::Rejected(refusal) => refused(now, refusal),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsFailed
        | Event::TaskAccepted
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::DeadlinePassed
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

fn submitting(now: Situation, event: Event) -> Step {
    match event {
        // The callback may overtake the answer to the submission.
        Event::TaskAccepted | Event::TaskFound => start_polling(now),
        Event::Rejected(refusal) => refused(now, refusal),
        Event::OutcomeUnknown => go(now, State::Uncertain, vec![Effect::Enqueue(Work::Expire)]),
        Event::CancelRequested => note_cancel(now),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::SubmissionStarted
        | Event::DeadlinePassed
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

fn uncertain(now: Situation, event: Event) -> Step {
    match event {
        Event::TaskFound | Event::TaskAccepted => start_polling(now),
        Event::DeadlinePassed => {
            let mut step = be_late(now);
            step.effects.push(Effect::AlertUnresolved);
            step
        }
        Event::CancelRequested => note_cancel(now),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::SubmissionStarted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

fn running(now: Situation, event: Event) -> Step {
    match event {
        Event::Succeeded => go(
            now,
            State::Securing,
            vec![Effect::Enqueue(Work::Secure), Effect::Tell(Message::Progress)],
        ),
        Event::TaskFailed(refusal) => refused(now, refusal),
        Event::DeadlinePassed => be_late(now),
        Event::CancelRequested => note_cancel(now),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

fn securing(now: Situation, event: Event) -> Step {
    match event {
        Event::Secured => secured(now),
        Event::Lost => {
            let mut step = fail(now);
            step.effects.insert(0, Effect::BookLoss);
            step
        }
        Event::CancelRequested if now.money == Money::Held => note_cancel(now),
        Event::CancelRequested
        | Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::DeadlinePassed
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

/// The result is in hand: now, and only now, it is paid. A late one is a gift.
fn secured(now: Situation) -> Step {
    let (money, payment) = match now.money {
        Money::Held => (Money::Taken, Some(Effect::Commit)),
        Money::Taken => (Money::Taken, None),
        Money::Returned => (Money::Returned, Some(Effect::BookLoss)),
    };
    let mut effects: Vec<_> = payment.into_iter().collect();
    let state = if now.quiet && money == Money::Taken {
        effects.extend([Effect::Tell(Message::QuietReady), CLOSED]);
        State::Done
    } else {
        effects.push(Effect::Enqueue(Work::Deliver));
        State::Delivering
    };
    Step { next: Situation { state, money, ..now }, effects }
}

fn delivering(now: Situation, event: Event) -> Step {
    match event {
        Event::Delivered => go(now, State::Done, vec![CLOSED]),
        Event::PersonGone => go(now, State::Done, Vec::new()),
        Event::Undeliverable => fail(now),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::CancelRequested
        | Event::SubmissionStarted
        | Event::TaskAccepted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::TaskFound
        | Event::DeadlinePassed
        | Event::Succeeded
        | Event::TaskFailed(_)
        | Event::Secured
        | Event::Lost => stay(now),
    }
}

/// The person has the money back and was told. A result is still welcome, a failure is no news.
fn late(now: Situation, event: Event) -> Step {
    match event {
        Event::TaskFound | Event::TaskAccepted => {
            go(now, State::Late, vec![Effect::Enqueue(Work::Poll)])
        }
        Event::Succeeded => go(now, State::Securing, vec![Effect::Enqueue(Work::Secure)]),
        Event::TaskFailed(_) | Event::DeadlinePassed => go(now, State::Failed, Vec::new()),
        Event::Prepared
        | Event::InputGone
        | Event::UploadsStale
        | Event::UploadsFailed
        | Event::CancelRequested
        | Event::SubmissionStarted
        | Event::Rejected(_)
        | Event::OutcomeUnknown
        | Event::Secured
        | Event::Lost
        | Event::Delivered
        | Event::PersonGone
        | Event::Undeliverable => stay(now),
    }
}

#[cfg(test)]
mod tests;
