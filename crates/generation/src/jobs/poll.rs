use std::time::Duration;

use kie::{KeyName, TaskReading};
use outbox::Fact;
use queue::Claim;

use super::submit::refusal_word;
use super::{End, Trouble, Worker, complete};
use crate::model::{Attempt, View};
use crate::state::{Event, Refusal, State};
use crate::{policy, store};

impl Worker {
    /// Asks KIE.ai how a task stands. A callback makes this job due at once.
    pub(super) async fn poll(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(view) = self.order_in(claim, &[State::Running, State::Late]).await? else {
            return Ok(End::Done);
        };
        let attempt = {
            let mut connection = self.0.pool.acquire().await?;
            store::latest_attempt(&mut connection, view.id).await?
        };
        let Some((attempt, task_id)) =
            attempt.and_then(|attempt| attempt.task_id.clone().map(|task| (attempt, task)))
        else {
            return Err(Trouble::Again("a running order without a task".to_owned()));
        };
        let key = KeyName::from_stored(attempt.key_name.clone());
        let reading = self.0.kie.task(&key, &task_id).await;
        self.0.crash.pass("poll: read")?;
        match reading {
            TaskReading::Succeeded(success) => {
                let mut detail = self.detail(&view);
                detail.credits = success.credits;
                let mut transaction = database::begin(&self.0.pool).await?;
                let now = self.now();
                store::close_attempt(
                    &mut transaction,
                    now,
                    attempt.id,
                    "succeeded",
                    None,
                    success.credits,
                )
                .await?;
                complete(&mut transaction, claim).await?;
                self.step(&mut transaction, view.id, Event::Succeeded, &detail).await?;
                transaction.commit().await?;
                Ok(End::Done)
            }
            TaskReading::Failed(failure) => {
                self.task_failed(claim, &view, &attempt, &key, &failure).await
            }
            TaskReading::Pending { state, .. } => {
                tracing::debug!(generation.id = %view.id, kie.task_id = task_id, state, "pending");
                self.wait_on(claim, &view, &attempt).await
            }
            TaskReading::NotVisible => self.wait_on(claim, &view, &attempt).await,
            TaskReading::Unavailable(failure) | TaskReading::Parked(failure) => {
                tracing::warn!(
                    generation.id = %view.id,
                    kie.code = failure.code,
                    failure = failure.message,
                    "the task could not be read"
                );
                self.wait_on(claim, &view, &attempt).await
            }
            TaskReading::UnknownKey(unknown) => {
                tracing::warn!(generation.id = %view.id, %unknown, "the task could not be read");
                self.wait_on(claim, &view, &attempt).await
            }
        }
    }

    async fn task_failed(
        &self,
        claim: &Claim,
        view: &View,
        attempt: &Attempt,
        key: &KeyName,
        failure: &kie::Failure,
    ) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        let refusal = match self.refusal(&mut transaction, key, failure).await? {
            // A task that was made and then refused for a rate is a failed try like any other.
            Refusal::Rate => Refusal::Temporary,
            refusal => refusal,
        };
        let text = format!("{} {}", failure.code, failure.message);
        let ended = Some((refusal_word(refusal), text.as_str()));
        let now = self.now();
        store::close_attempt(&mut transaction, now, attempt.id, "failed", ended, None).await?;
        let mut detail = self.detail(view);
        detail.text = Some(text.clone());
        complete(&mut transaction, claim).await?;
        self.step(&mut transaction, view.id, Event::TaskFailed(refusal), &detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// Not yet: past the deadline the money goes back, and the looking goes on more slowly.
    async fn wait_on(&self, claim: &Claim, view: &View, attempt: &Attempt) -> Result<End, Trouble> {
        let now = self.now();
        let running = Duration::try_from(now - attempt.submitted_at).unwrap_or(Duration::ZERO);
        let pause = policy::poll_pause(running);
        if view.deadline_at.is_some_and(|deadline| now >= deadline) {
            let mut transaction = database::begin(&self.0.pool).await?;
            let detail = self.detail(view);
            let locked = store::lock(&mut transaction, view.id).await?;
            if locked.is_none_or(|locked| locked.deadline_at != view.deadline_at) {
                return Ok(End::Snooze(Duration::ZERO));
            }
            let after =
                self.step(&mut transaction, view.id, Event::DeadlinePassed, &detail).await?;
            if after.state == State::Late {
                queue::store::snooze(&mut transaction, claim, now + pause).await?;
            } else {
                complete(&mut transaction, claim).await?;
            }
            transaction.commit().await?;
            return Ok(End::Done);
        }
        if view.state == State::Running {
            let mut connection = self.0.pool.acquire().await?;
            let progress = Fact::Progress { generation: view.id };
            outbox::tell(&mut connection, now, view.chat_id, Some(view.user_id), &progress).await?;
        }
        Ok(End::Snooze(pause))
    }
}
