use catalog::{Likeness, Writes};
use fetch::{Audience, FetchError};
use kie::{Composed, KeyName, MadeIds, TaskReading, TaskSuccess};
use media::Inspected;
use money::Credits;
use queue::Claim;
use sqlx::PgConnection;

use super::{End, Trouble, Worker, complete};
use crate::model::{LikenessView, View};
use crate::sheet::{self, Sheet};
use crate::state::{Event, State};
use crate::{policy, store};

/// A result that was fetched and is what it should be.
struct Secured {
    url: String,
    piece: Option<String>,
    found: Inspected,
}

/// What a task came to.
enum Made {
    Files(Vec<Secured>),
    Likeness(LikenessView),
    Words(Vec<Sheet>),
}

/// The id that a task gave of what its model makes.
fn id_of(kind: Likeness, made: MadeIds) -> Option<String> {
    match kind {
        Likeness::Persona => made.persona,
        Likeness::Voice => made.voice,
        Likeness::Character => made.character,
    }
}

async fn save(connection: &mut PgConnection, view: &View, made: &Made) -> Result<(), sqlx::Error> {
    let outputs = match made {
        Made::Likeness(likeness) => {
            return store::likeness::save(connection, view.id, likeness).await;
        }
        Made::Words(sheets) => {
            for (position, sheet) in sheets.iter().enumerate() {
                let position = i16::try_from(position).unwrap_or(i16::MAX);
                store::sheet::save(connection, view.id, position, sheet).await?;
            }
            return Ok(());
        }
        Made::Files(outputs) => outputs,
    };
    for (position, output) in outputs.iter().enumerate() {
        let position = i16::try_from(position).unwrap_or(i16::MAX);
        let (url, piece) = (&output.url, output.piece.as_deref());
        store::save_output(connection, view.id, position, url, piece, &output.found).await?;
    }
    Ok(())
}

/// The words or notes of a task, or the reason why not yet. What its model does not write is some
/// word beside the result.
fn words_of(writes: Writes, composed: Option<Composed>) -> Result<Vec<Sheet>, String> {
    let composed = composed.filter(|composed| match composed {
        Composed::Lyrics(_) => writes == Writes::Lyrics,
        Composed::Timed(_) => writes == Writes::TimedLyrics,
        Composed::Style(_) => writes == Writes::Style,
        Composed::Notes(_) => writes == Writes::Notes,
    });
    let sheets = composed.map(sheet::sheets).unwrap_or_default();
    if sheets.is_empty() {
        return Err("the task succeeded without words or notes".to_owned());
    }
    Ok(sheets)
}

impl Worker {
    /// Fetches and checks every output, because nothing is charged before the result is in hand.
    /// The addresses are read anew each time, and a dead one is exchanged for a fresh one.
    pub(super) async fn secure(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(view) = self.order_in(claim, &[State::Securing]).await? else {
            return Ok(End::Done);
        };
        match self.result_of(&view).await? {
            Ok((result, credits)) => {
                self.0.crash.pass("secure: fetched")?;
                let mut transaction = database::begin(&self.0.pool).await?;
                save(&mut transaction, &view, &result).await?;
                let mut detail = self.detail(&view);
                detail.credits = credits;
                detail.counted = self.counted(&view, &result);
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

    /// What the results cost by the price list, where the price hangs on how many came.
    fn counted(&self, view: &View, made: &Made) -> Option<Credits> {
        let Made::Files(outputs) = made else { return None };
        let catalog = self.0.catalog.load();
        catalog.model(&view.model)?.credits_of_results(&view.answers, outputs.len())
    }

    /// The whole result with what KIE.ai took for it, or the reason why not yet.
    async fn result_of(
        &self,
        view: &View,
    ) -> Result<Result<(Made, Option<Credits>), String>, Trouble> {
        let attempt = {
            let mut connection = self.0.pool.acquire().await?;
            store::latest_attempt(&mut connection, view.id).await?
        };
        let Some((key, task_id)) = attempt.and_then(|attempt| {
            attempt.task_id.map(|task| (KeyName::from_stored(attempt.key_name), task))
        }) else {
            return Err(Trouble::Again("a result without a task".to_owned()));
        };
        let success = match self.0.kie.task(&key, &task_id).await {
            TaskReading::Succeeded(success) => success,
            other => return Ok(Err(format!("the task reads {other:?}"))),
        };
        let (makes, writes) = {
            let catalog = self.0.catalog.load();
            let model = catalog.model(&view.model);
            (model.and_then(|model| model.makes), model.and_then(|model| model.writes))
        };
        let credits = success.credits;
        let made = match (makes, writes) {
            (None, Some(writes)) => words_of(writes, success.composed).map(Made::Words),
            (Some(kind), _) => match id_of(kind, success.made) {
                Some(id) => Ok(Made::Likeness(LikenessView { kind, id })),
                None => Err("the task succeeded without an id of what it made".to_owned()),
            },
            (None, None) => self.fetch_all(view, &key, success).await.map(Made::Files),
        };
        Ok(made.map(|made| (made, credits)))
    }

    /// All outputs, or the reason why not yet.
    async fn fetch_all(
        &self,
        view: &View,
        key: &KeyName,
        success: TaskSuccess,
    ) -> Result<Vec<Secured>, String> {
        let TaskSuccess { urls, mut pieces, .. } = success;
        if urls.is_empty() {
            return Err("the task succeeded without a result".to_owned());
        }
        let mut outputs = Vec::with_capacity(urls.len());
        for url in urls {
            let piece = pieces.remove(&url);
            let output = self.fetch_one(view, key, url).await?;
            outputs.push(Secured { piece, ..output });
        }
        Ok(outputs)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_beside_the_result_is_no_result() {
        let style = || Some(Composed::Style("success".to_owned()));
        for writes in [Writes::Lyrics, Writes::TimedLyrics, Writes::Notes] {
            assert!(words_of(writes, style()).is_err(), "{writes:?}");
        }
        assert_eq!(words_of(Writes::Style, style()).unwrap().len(), 1);
        assert!(words_of(Writes::Style, None).is_err());
    }
}
