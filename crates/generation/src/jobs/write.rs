use std::time::Duration;

use catalog::{Answer, Answers, FileInput, Model};
use media::MediaKind;
use money::Credits;
use outbox::{BatchNews, Fact};
use queue::Claim;
use sqlx::{Postgres, Transaction};

use super::{End, Trouble, Worker, complete};
use crate::model::{BatchPlace, View};
use crate::ports::WritingTask;
use crate::state::{Event, State, Work};
use crate::store::batch::Writing;
use crate::{apply, policy, script, store};

/// What a language model made of a wish.
struct Finished {
    scripts: Vec<String>,
    credits: Option<Credits>,
}

impl Worker {
    /// How long a generation has to wait for the first of its batch, if it has to.
    pub(super) async fn behind_the_first(
        &self,
        place: &BatchPlace,
    ) -> Result<Option<Duration>, Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        let may = store::batch::may_prepare(&mut connection, place.id, place.number).await?;
        Ok((!may).then_some(policy::BATCH_PAUSE))
    }

    /// Takes over what another generation of the batch has uploaded.
    pub(super) async fn share_uploads(
        &self,
        view: View,
        place: &BatchPlace,
    ) -> Result<View, Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        let since = self.now() - policy::UPLOAD_FRESH;
        let shared = store::batch::uploads_of_others(&mut connection, place.id, since).await?;
        for (source, (url, at)) in shared {
            if !view.uploads.contains_key(&source) {
                store::remember_upload(&mut connection, at, view.id, &source, &url).await?;
            }
        }
        Ok(store::find(&mut connection, view.id).await?.unwrap_or(view))
    }

    /// The inputs are uploaded: has the prompts written when nobody has, and sends the order on.
    pub(super) async fn prepared(
        &self,
        claim: &Claim,
        view: &View,
        place: &BatchPlace,
    ) -> Result<End, Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        let writing = store::batch::writing(&mut connection, place.id).await?;
        drop(connection);
        let finished = match &writing {
            Some(writing) => Some(self.write(claim, view, place, writing).await?),
            None => None,
        };
        let mut transaction = database::begin(&self.0.pool).await?;
        complete(&mut transaction, claim).await?;
        let members = store::batch::lock_members(&mut transaction, place.id).await?;
        if let (Some(writing), Some(finished)) = (&writing, finished) {
            self.hand_out(&mut transaction, view, writing, &finished, &members).await?;
        }
        let detail = self.detail(view);
        self.step(&mut transaction, view.id, Event::Prepared, &detail).await?;
        for other in members.iter().filter(|other| other.state == State::Preparing) {
            if other.id != view.id {
                let key = apply::key(Work::Prepare, other.id);
                queue::store::wake(&mut transaction, &key, self.now()).await?;
            }
        }
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// Asks a language model, once; whatever goes wrong, there is an answer, if an empty one.
    async fn write(
        &self,
        claim: &Claim,
        view: &View,
        place: &BatchPlace,
        writing: &Writing,
    ) -> Result<Finished, Trouble> {
        let nothing = Finished { scripts: Vec::new(), credits: None };
        let catalog = self.0.catalog.load();
        let Some(model) = catalog.model(&view.model) else { return Ok(nothing) };
        let Some(field) = model.field(&writing.field) else { return Ok(nothing) };
        let Some(max) = model.text_max(field, &view.answers) else { return Ok(nothing) };
        if writing.tries >= policy::WRITING_TRIES {
            return Ok(nothing);
        }
        let mut transaction = database::begin(&self.0.pool).await?;
        queue::store::confirm(&mut transaction, claim).await??;
        store::batch::start_writing(&mut transaction, place.id).await?;
        let fact = if place.is_of_several() {
            Fact::Batch { batch: place.id, news: BatchNews::Progress }
        } else {
            Fact::Progress { generation: view.id }
        };
        outbox::tell(&mut transaction, self.now(), view.chat_id, Some(view.user_id), &fact).await?;
        transaction.commit().await?;
        self.0.crash.pass("prepare: script asked")?;
        let name = model.name.get(catalog::Language::En);
        let task = WritingTask {
            instructions: script::instructions(&writing.brief, name, max, writing.size),
            wish: writing.wish.clone(),
            pictures: if self.0.writer.sees() { pictures(view) } else { Vec::new() },
        };
        let written = self.0.writer.write(&task).await;
        self.0.crash.pass("prepare: script written")?;
        Ok(match written {
            Err(reason) => {
                tracing::warn!(batch.id = %place.id, reason, "nobody wrote the prompts");
                nothing
            }
            Ok(written) => {
                let found = script::scripts(&written.text, &task.instructions, writing.size, max);
                let fits = |text: &String| keeps_price(model, view, &writing.field, text);
                let scripts = found.filter(|texts| texts.iter().all(fits)).unwrap_or_default();
                if scripts.is_empty() {
                    tracing::warn!(batch.id = %place.id, "the answer holds no prompt");
                }
                Finished { scripts, credits: written.credits }
            }
        })
    }

    /// Gives each generation of the batch its prompt, and records what the writing cost.
    async fn hand_out(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        view: &View,
        writing: &Writing,
        finished: &Finished,
        members: &[View],
    ) -> Result<(), Trouble> {
        let Some(place) = &view.batch else { return Ok(()) };
        if let Some(cost) = finished.credits.and_then(|took| writing.cost_rate.price(took).ok()) {
            let call = format!("{}:{}", place.id, writing.tries);
            billing::book_writing(transaction, self.now(), view.world, view.id, &call, cost)
                .await?;
        }
        let scripts = &finished.scripts;
        if !store::batch::finish_writing(transaction, place.id, scripts, finished.credits).await? {
            return Ok(());
        }
        for member in members.iter().filter(|member| member.state == State::Preparing) {
            let number = member.batch.as_ref().map_or(1, |place| place.number);
            let text = scripts.get(usize::from(number.saturating_sub(1)));
            if let Some(text) = text {
                let answers = with_text(&member.answers, &writing.field, text);
                store::batch::set_answers(transaction, member.id, &answers).await?;
            }
        }
        Ok(())
    }
}

/// Public addresses of the uploaded pictures.
fn pictures(view: &View) -> Vec<String> {
    let is_picture = |file: &&FileInput| file.kind == MediaKind::Image;
    view.answers
        .values()
        .flat_map(Answer::files)
        .filter(is_picture)
        .filter_map(|file| view.uploads.get(&file.source).cloned())
        .collect()
}

pub(super) fn with_text(answers: &Answers, field: &str, text: &str) -> Answers {
    let mut answers = answers.clone();
    answers.insert(field.to_owned(), Answer::Text(text.to_owned()));
    answers
}

/// Whether the model takes this prompt in the place of the person's, for the same credits.
fn keeps_price(model: &Model, view: &View, field: &str, text: &str) -> bool {
    let answers = with_text(&view.answers, field, text);
    let before = model.list_credits(&view.answers).ok();
    model.check(&answers).is_ok() && before.is_some() && model.list_credits(&answers).ok() == before
}
