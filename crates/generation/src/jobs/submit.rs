use kie::{CreateTask, KeyName, NoKey, Submission};
use queue::{Allowance, Claim, Grant};

use super::{End, Trouble, Worker, complete};
use crate::apply::Detail;
use crate::model::{Attempt, View};
use crate::state::{Event, Refusal, State};
use crate::{policy, store};

impl Worker {
    /// Makes the task at KIE.ai. A submission is written down before the call; a job that finds
    /// one written down knows that a process died during the call, and never calls again.
    pub(super) async fn submit(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(view) = self.order_in(claim, &[State::Queued, State::Submitting]).await? else {
            return Ok(End::Done);
        };
        if view.state == State::Submitting {
            return self.outcome_lost(claim, &view).await;
        }
        let age = view.uploaded_at.map(|uploaded| self.now() - uploaded);
        if age.is_some_and(|age| age > policy::UPLOAD_FRESH) {
            return self.upload_again(claim, &view).await;
        }
        let key = match self.key_for(&view).await? {
            Ok(key) => key,
            Err(NoKey::NotNow(pause)) => return Ok(End::Snooze(pause)),
            Err(NoKey::AllBenched { .. }) => {
                let event = Event::Rejected(Refusal::AccountNoKey);
                return self.conclude(claim, &view, event, &self.detail(&view)).await;
            }
        };
        let Some(task) = self.task_of(&view) else {
            let event = Event::Rejected(Refusal::Input);
            return self.conclude(claim, &view, event, &self.detail(&view)).await;
        };
        let allowance = Allowance {
            name: format!("kie tasks {key}"),
            per_window: policy::PACE_TASKS,
            window: policy::PACE_WINDOW,
        };
        let now = self.now();
        match queue::take_allowance(&self.0.pool, &allowance, 1, now).await? {
            Grant::Granted(_) => {}
            Grant::NotBefore(moment) => {
                return Ok(End::Snooze(
                    std::time::Duration::try_from(moment - now).unwrap_or_default(),
                ));
            }
        }
        let Some(attempt) = self.write_down(claim, &view, &key).await? else {
            return Ok(End::Done);
        };
        self.0.crash.pass("submit: written down")?;
        let task = CreateTask { callback_url: self.callback_url(&attempt), ..task };
        tracing::info!(generation.id = %view.id, attempt.id = %attempt.id, %key, "a task is asked for");
        let submission = self.0.kie.create_task(&key, &task).await;
        self.0.crash.pass("submit: called")?;
        let accepted = match &submission {
            Submission::Accepted { task_id } => Some(task_id.clone()),
            Submission::Rejected(_)
            | Submission::NotSent(_)
            | Submission::Unknown(_)
            | Submission::NotNow { .. }
            | Submission::UnknownKey(_) => None,
        };
        let done = self.submitted(claim, &view, &attempt, &key, submission).await;
        match (done, accepted) {
            (Err(trouble @ (Trouble::Stale(_) | Trouble::Database(_))), Some(task_id)) => {
                tracing::error!(generation.id = %view.id, kie.task_id = task_id, %trouble,
                    "an accepted task was not written down; trying once more");
                self.save_task(&view, &attempt, &task_id).await?;
                Err(trouble)
            }
            (done, _) => done,
        }
    }

    /// Any key that works; what goes on from an earlier task needs the key of that one, because
    /// tasks belong to an account. Words of a task belong to nobody.
    async fn key_for(&self, view: &View) -> Result<Result<KeyName, NoKey>, Trouble> {
        let bound = self.0.catalog.load().model(&view.model).is_none_or(|model| {
            let id = |field: &&catalog::Field| field.asked == catalog::Asked::EarlierResult;
            model.fields.iter().filter(id).any(|field| view.answers.contains_key(&field.name))
        });
        let Some(earlier) = view.continues.filter(|_| bound) else {
            return Ok(self.0.kie.pick_key());
        };
        let mut connection = self.0.pool.acquire().await?;
        let made = store::successful_task(&mut connection, earlier).await?;
        Ok(match made {
            Some((_, key)) => self.0.kie.pick_named_key(&KeyName::from_stored(key)),
            None => self.0.kie.pick_key(),
        })
    }

    /// A task that exists must not be forgotten because the job was lost in the same moment.
    async fn save_task(
        &self,
        view: &View,
        attempt: &Attempt,
        task_id: &str,
    ) -> Result<(), Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        if store::attach_task(&mut transaction, self.now(), attempt.id, task_id).await? {
            let detail = self.detail(view);
            self.step(&mut transaction, view.id, Event::TaskAccepted, &detail).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The input for KIE.ai; `None` when the model left the catalogue or its schema moved on.
    fn task_of(&self, view: &View) -> Option<CreateTask> {
        let catalog = self.0.catalog.load();
        let model = catalog.model(&view.model)?;
        match model.payload(&view.answers, &view.uploads) {
            Ok(input) => Some(CreateTask { model: model.id.clone(), input, callback_url: None }),
            Err(faults) => {
                tracing::error!(generation.id = %view.id, ?faults, "a paid input does not fit");
                None
            }
        }
    }

    fn callback_url(&self, attempt: &Attempt) -> Option<String> {
        self.0.settings.callback_base.as_ref().map(|base| format!("{base}/{}", attempt.token))
    }

    async fn upload_again(&self, claim: &Claim, view: &View) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        store::forget_uploads(&mut transaction, view.id).await?;
        let detail = self.detail(view);
        complete(&mut transaction, claim).await?;
        self.step(&mut transaction, view.id, Event::UploadsStale, &detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// The marker: committed before the call.
    async fn write_down(
        &self,
        claim: &Claim,
        view: &View,
        key: &KeyName,
    ) -> Result<Option<Attempt>, Trouble> {
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        // The job is ours still, and the order waits still: both are locked until the marker stands.
        queue::store::confirm(&mut transaction, claim).await??;
        let before = store::lock(&mut transaction, view.id).await?.map(|view| view.state);
        let detail = self.detail(view);
        let after = self.step(&mut transaction, view.id, Event::SubmissionStarted, &detail).await?;
        if before != Some(State::Queued) || after.state != State::Submitting {
            // Cancelled in this very moment, or submitted by another worker.
            complete(&mut transaction, claim).await?;
            transaction.commit().await?;
            return Ok(None);
        }
        let attempt = Attempt {
            id: self.0.ids.uuid(),
            generation: view.id,
            key_name: key.to_string(),
            token: self.0.ids.token(),
            task_id: None,
            submitted_at: now,
        };
        store::start_attempt(
            &mut transaction,
            now,
            attempt.id,
            view.id,
            view.world,
            &attempt.key_name,
            &attempt.token,
        )
        .await?;
        transaction.commit().await?;
        Ok(Some(attempt))
    }

    async fn submitted(
        &self,
        claim: &Claim,
        view: &View,
        attempt: &Attempt,
        key: &KeyName,
        submission: Submission,
    ) -> Result<End, Trouble> {
        let now = self.now();
        let mut detail = self.detail(view);
        let mut transaction = database::begin(&self.0.pool).await?;
        let connection = &mut transaction;
        let event = match submission {
            Submission::Accepted { task_id } => {
                tracing::info!(
                    generation.id = %view.id,
                    attempt.id = %attempt.id,
                    kie.task_id = task_id,
                    "the task was made"
                );
                store::attach_task(connection, now, attempt.id, &task_id).await?;
                Event::TaskAccepted
            }
            Submission::Rejected(failure) => {
                let refusal = self.refusal(connection, key, &failure).await?;
                let text = format!("{} {}", failure.code, failure.message);
                let ended = Some((refusal_word(refusal), text.as_str()));
                store::close_attempt(connection, now, attempt.id, "rejected", ended, None).await?;
                detail.text = Some(text);
                Event::Rejected(patient(refusal, view, now))
            }
            Submission::NotSent(reason) => {
                let ended = Some(("not_sent", reason.as_str()));
                store::close_attempt(connection, now, attempt.id, "rejected", ended, None).await?;
                detail.text = Some(reason);
                Event::Rejected(Refusal::Temporary)
            }
            Submission::NotNow { .. } => {
                let ended = Some(("not_now", ""));
                store::close_attempt(connection, now, attempt.id, "rejected", ended, None).await?;
                Event::Rejected(Refusal::Rate)
            }
            Submission::UnknownKey(unknown) => {
                let ended = Some(("unknown_key", ""));
                store::close_attempt(connection, now, attempt.id, "rejected", ended, None).await?;
                detail.text = Some(unknown.to_string());
                Event::Rejected(Refusal::Temporary)
            }
            Submission::Unknown(reason) => {
                let known = Some(("outcome_unknown", reason.as_str()));
                store::close_attempt(connection, now, attempt.id, "uncertain", known, None).await?;
                detail.text = Some(reason);
                Event::OutcomeUnknown
            }
        };
        complete(connection, claim).await?;
        self.step(connection, view.id, event, &detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// A process died between the marker and the answer. Unless the callback has found the task
    /// meanwhile, nobody knows whether there is one.
    async fn outcome_lost(&self, claim: &Claim, view: &View) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        let connection = &mut transaction;
        if let Some(attempt) = store::latest_attempt(connection, view.id).await?
            && attempt.task_id.is_none()
        {
            let known = Some(("outcome_unknown", "the process ended during the call"));
            store::close_attempt(connection, self.now(), attempt.id, "uncertain", known, None)
                .await?;
        }
        let detail: Detail = self.detail(view);
        complete(connection, claim).await?;
        self.step(connection, view.id, Event::OutcomeUnknown, &detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }
}

/// A rate refusal does not count, but an order that meets nothing else for half an hour does.
fn patient(refusal: Refusal, view: &View, now: time::OffsetDateTime) -> Refusal {
    if refusal == Refusal::Rate && now - view.created_at > policy::RATE_PATIENCE {
        Refusal::Temporary
    } else {
        refusal
    }
}

pub(super) const fn refusal_word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Content => "content",
        Refusal::Input => "input",
        Refusal::AccountOtherKey | Refusal::AccountNoKey => "account",
        Refusal::Rate => "rate",
        Refusal::Temporary => "temporary",
        Refusal::Unknown => "unknown",
    }
}
