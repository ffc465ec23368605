use billing::World;
use kie::{KeyName, TaskReading, TaskSuccess};
use queue::{Claim, NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{End, Trouble, Worker, complete, wake_poll};
use crate::apply::work_pool;
use crate::state::{Event, State};
use crate::{policy, store};

/// How often a task named by a callback is looked for before the callback is taken for a forgery.
const LOOKS_MAX: i32 = 5;

/// Takes in a callback of KIE.ai, within the caller's transaction. It is only a wake-up: a task that
/// is known is asked after at once; a task that is not known is looked up before it is believed.
/// Says whether the token is one of ours.
///
/// # Errors
/// What the database says.
pub async fn callback(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    token: &str,
    task_id: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let Some(attempt) = store::attempt_by_token(connection, token).await? else {
        return Ok(false);
    };
    if attempt.task_id.is_some() {
        wake_poll(connection, now, attempt.generation).await?;
        return Ok(true);
    }
    let Some(task_id) = task_id else { return Ok(true) };
    let world =
        store::find(connection, attempt.generation).await?.map_or(World::Real, |view| view.world);
    let job =
        NewJob::new(work_pool(world), "callback", json!({ "token": token, "task": task_id }), now)
            .key(format!("callback:{token}"))
            .priority(Priority::Money);
    queue::store::enqueue(connection, now, &job).await?;
    Ok(true)
}

impl Worker {
    /// Attaches the task of a lost answer: the token in the callback's address names the attempt,
    /// and KIE.ai itself must say that this task was made with that very address.
    pub(super) async fn callback(&self, claim: &Claim) -> Result<End, Trouble> {
        let text = |name| claim.payload.get(name).and_then(|value| value.as_str());
        let (Some(token), Some(task_id)) = (text("token"), text("task")) else {
            return Err(Trouble::Again("a callback without token or task".to_owned()));
        };
        let mut connection = self.0.pool.acquire().await?;
        let attempt = store::attempt_by_token(&mut connection, token).await?;
        let Some(attempt) = attempt.filter(|attempt| attempt.task_id.is_none()) else {
            complete(&mut connection, claim).await?;
            return Ok(End::Done);
        };
        drop(connection);
        let key = KeyName::from_stored(attempt.key_name.clone());
        let made_with_token = |url: &Option<String>| {
            url.as_deref().is_some_and(|url| url.ends_with(&format!("/{token}")))
        };
        let ours = match self.0.kie.task(&key, task_id).await {
            TaskReading::Succeeded(TaskSuccess { callback_url, .. }) => {
                made_with_token(&callback_url)
            }
            TaskReading::NotVisible => return self.look_again(claim).await,
            // The task is there, or KIE.ai is not: it is asked until the order is given up.
            TaskReading::Pending { .. }
            | TaskReading::Unavailable(_)
            | TaskReading::Parked(_)
            | TaskReading::UnknownKey(_) => return self.look_later(claim).await,
            // A failed task costs nothing and gives nothing: believing it is harmless, but only
            // the signature and the token vouch for it.
            TaskReading::Failed(_) => true,
        };
        let mut transaction = database::begin(&self.0.pool).await?;
        if ours {
            let now = self.now();
            if !store::attach_task(&mut transaction, now, attempt.id, task_id).await? {
                tracing::warn!(
                    generation.id = %attempt.generation,
                    kie.task_id = task_id,
                    "a callback came for a submission that is closed"
                );
                complete(&mut transaction, claim).await?;
                transaction.commit().await?;
                return Ok(End::Done);
            }
            let Some(view) = store::find(&mut transaction, attempt.generation).await? else {
                return Err(Trouble::Again("an attempt without its order".to_owned()));
            };
            let detail = self.detail(&view);
            let after = self.step(&mut transaction, view.id, Event::TaskFound, &detail).await?;
            if matches!(after.state, State::Running | State::Late) {
                wake_poll(&mut transaction, now, view.id).await?;
            }
        } else {
            tracing::warn!(
                generation.id = %attempt.generation,
                kie.task_id = task_id,
                "a callback named a task that was not made for it"
            );
        }
        complete(&mut transaction, claim).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    async fn look_later(&self, claim: &Claim) -> Result<End, Trouble> {
        if self.now() - claim.created_at < policy::LATE_PATIENCE {
            return Ok(End::Snooze(policy::SECURE_PAUSE));
        }
        let mut connection = self.0.pool.acquire().await?;
        complete(&mut connection, claim).await?;
        Ok(End::Done)
    }

    async fn look_again(&self, claim: &Claim) -> Result<End, Trouble> {
        if claim.attempt >= LOOKS_MAX {
            let mut connection = self.0.pool.acquire().await?;
            complete(&mut connection, claim).await?;
            return Ok(End::Done);
        }
        Err(Trouble::Again("the task of a callback cannot be read yet".to_owned()))
    }
}
