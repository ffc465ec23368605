use fetch::{Audience, FetchError};
use kie::{KeyName, TaskReading};
use media::Inspected;
use queue::Claim;

use super::{End, Trouble, Worker, complete};
use crate::model::View;
use crate::state::{Event, State};
use crate::{policy, store};

/// A result that was fetched and is what it should be.
struct Secured {
    url: String,
    piece: Option<String>,
    found: Inspected,
}

impl Worker {
    /// Fetches and checks every output, because nothing is charged before the result is in hand.
    /// The addresses are read anew each time, and a dead one is exchanged for a fresh one.
    pub(super) async fn secure(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(view) = self.order_in(claim, &[State::Securing]).await? else {
            return Ok(End::Done);
        };
        match self.fetch_all(&view).await? {
            Ok(outputs) => {
                self.0.crash.pass("secure: fetched")?;
                let mut transaction = database::begin(&self.0.pool).await?;
                for (position, output) in outputs.iter().enumerate() {
                    let position = i16::try_from(position).unwrap_or(i16::MAX);
                    store::save_output(
                        &mut transaction,
                        view.id,
                        position,
                        &output.url,
                        output.piece.as_deref(),
                        &output.found,
                    )
                    .await?;
                }
                let detail = self.detail(&view);
                complete(&mut transaction, claim).await?;
                self.step(&mut transaction, view.id, Event::Secured, &detail).await?;
                transaction.commit().await?;
                Ok(End::Done)
            }
            Err(reason) => {
                tracing::warn!(generation.id = %view.id, reason, "the result is not in hand yet");
                if view.deadline_at.is_some_and(|deadline| self.now() >= deadline) {
                    let mut detail = self.detail(&view);
                    detail.text = Some(reason);
                    return self.conclude(claim, &view, Event::Lost, &detail).await;
                }
                Ok(End::Snooze(policy::SECURE_PAUSE))
            }
        }
    }

    /// All outputs, or the reason why not yet.
    async fn fetch_all(&self, view: &View) -> Result<Result<Vec<Secured>, String>, Trouble> {
        let attempt = {
            let mut connection = self.0.pool.acquire().await?;
            store::latest_attempt(&mut connection, view.id).await?
        };
        let Some((key, task_id)) = attempt.and_then(|attempt| {
            attempt.task_id.map(|task| (KeyName::from_stored(attempt.key_name), task))
        }) else {
            return Err(Trouble::Again("a result without a task".to_owned()));
        };
        let (urls, mut pieces) = match self.0.kie.task(&key, &task_id).await {
            TaskReading::Succeeded(success) => (success.urls, success.pieces),
            other => return Ok(Err(format!("the task reads {other:?}"))),
        };
        if urls.is_empty() {
            return Ok(Err("the task succeeded without a result".to_owned()));
        }
        let mut outputs = Vec::with_capacity(urls.len());
        for url in urls {
            let piece = pieces.remove(&url);
            match self.fetch_one(view, &key, url).await {
                Ok(output) => outputs.push(Secured { piece, ..output }),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(Ok(outputs))
    }

    async fn fetch_one(&self, view: &View, key: &KeyName, url: String) -> Result<Secured, String> {
        let first = match self.fetch_checked(view, &url).await {
            Ok(found) => return Ok(Secured { url, piece: None, found }),
            Err(reason) => reason,
        };
        let fresh = self.0.kie.download_url(key, &url).await;
        let fresh = fresh.map_err(|failure| format!("{first}; no fresh link: {failure}"))?;
        match self.fetch_checked(view, &fresh).await {
            // The fresh link dies in minutes; the address itself can be exchanged again.
            Ok(found) => Ok(Secured { url, piece: None, found }),
            Err(second) => Err(format!("{first}; by a fresh link: {second}")),
        }
    }

    /// Fetches one output and looks what it really is.
    async fn fetch_checked(&self, view: &View, url: &str) -> Result<Inspected, String> {
        let fetched = self.fetch_result(url).await.map_err(|error| error.to_string())?;
        let found = media::inspect(&fetched).map_err(|error| error.to_string())?;
        let catalog = self.0.catalog.load();
        let wanted = catalog.model(&view.model).and_then(|model| model.output.media());
        if wanted.is_none_or(|kind| kind == found.kind) {
            Ok(found)
        } else {
            Err(format!("a result of another kind: {}", found.mime))
        }
    }

    /// The bytes of a result.
    pub(super) async fn fetch_result(&self, url: &str) -> Result<bytes::Bytes, FetchError> {
        let fetched = self
            .0
            .guard
            .fetch(Audience::Results, url, policy::RESULT_MAX_BYTES, policy::RESULT_TIMEOUT)
            .await?;
        Ok(fetched.bytes)
    }
}
