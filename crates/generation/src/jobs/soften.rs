use catalog::{Answer, Model};
use money::Credits;
use outbox::Fact;
use queue::Claim;

use super::write::with_text;
use super::{End, Trouble, Worker, complete, generation_of};
use crate::model::View;
use crate::ports::WritingTask;
use crate::store::soften::Wanted;
use crate::{policy, script, store};

/// What a language model answered.
#[derive(Default)]
struct Proposal {
    words: Option<String>,
    credits: Option<Credits>,
}

impl Worker {
    /// Has softer words written for an order that moderation refused, and tells the person.
    pub(super) async fn soften(&self, claim: &Claim) -> Result<End, Trouble> {
        let id = generation_of(claim)?;
        let mut connection = self.0.pool.acquire().await?;
        let view = store::find(&mut connection, id).await?;
        let wanted = store::soften::wanted(&mut connection, id).await?;
        let (Some(view), Some(wanted)) = (view, wanted) else {
            complete(&mut connection, claim).await?;
            return Ok(End::Done);
        };
        drop(connection);
        let proposal = self.propose(claim, &view, &wanted).await?;
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        complete(&mut transaction, claim).await?;
        if let Some(cost) = proposal.credits.and_then(|took| wanted.cost_rate.price(took).ok()) {
            let call = format!("soften:{id}:{}", wanted.tries);
            billing::book_writing(&mut transaction, now, view.world, id, &call, cost).await?;
        }
        let words = proposal.words.as_deref();
        store::soften::finish(&mut transaction, id, words, proposal.credits).await?;
        let fact = Fact::Softened { generation: id };
        outbox::tell(&mut transaction, now, view.chat_id, Some(view.user_id), &fact).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    /// Asks a language model; whatever goes wrong, there is an answer, if an empty one.
    async fn propose(
        &self,
        claim: &Claim,
        view: &View,
        wanted: &Wanted,
    ) -> Result<Proposal, Trouble> {
        let catalog = self.0.catalog.load();
        let Some(model) = catalog.model(&view.model) else { return Ok(Proposal::default()) };
        let Some(field) = model.field(&wanted.field) else { return Ok(Proposal::default()) };
        let Some(refused) = refused(view, &wanted.field) else { return Ok(Proposal::default()) };
        let Some(max) = model.text_max(field, &view.answers) else {
            return Ok(Proposal::default());
        };
        if wanted.tries >= policy::WRITING_TRIES {
            return Ok(Proposal::default());
        }
        let mut transaction = database::begin(&self.0.pool).await?;
        queue::store::confirm(&mut transaction, claim).await??;
        store::soften::start(&mut transaction, view.id).await?;
        transaction.commit().await?;
        self.0.crash.pass("soften: asked")?;
        let task = WritingTask {
            instructions: script::softening(max),
            wish: refused.to_owned(),
            pictures: Vec::new(),
        };
        let written = self.0.writer.write(&task).await;
        self.0.crash.pass("soften: written")?;
        let written = match written {
            Ok(written) => written,
            Err(reason) => {
                tracing::warn!(generation.id = %view.id, reason, "nobody wrote softer words");
                return Ok(Proposal::default());
            }
        };
        let found = script::scripts(&written.text, &task.instructions, 1, max);
        let words = found.and_then(|mut texts| texts.pop());
        let words = words.filter(|words| words != refused && fits(model, view, wanted, words));
        if words.is_none() {
            tracing::warn!(generation.id = %view.id, "the answer holds no softer words");
        }
        Ok(Proposal { words, credits: written.credits })
    }
}

/// The words that are to be softened: the person's own, also where others were written from them.
fn refused<'v>(view: &'v View, field: &str) -> Option<&'v str> {
    if let Some(wish) = view.wish().filter(|wish| wish.field == field) {
        return Some(&wish.words);
    }
    match view.answers.get(field) {
        Some(Answer::Text(text)) => Some(text),
        Some(_) | None => None,
    }
}

/// Whether the model takes these words in the place of the refused ones.
fn fits(model: &Model, view: &View, wanted: &Wanted, words: &str) -> bool {
    model.check(&with_text(&view.answers, &wanted.field, words)).is_ok()
}
