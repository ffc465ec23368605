use std::time::Duration;

use bytes::Bytes;
use catalog::Output;
use kie::KeyName;
use outbox::Fact;
use queue::Claim;

use super::{End, Trouble, Worker, complete};
use crate::apply;
use crate::model::{OutputView, SentAs, View};
use crate::ports::{DeliveryOutcome, Parcel};
use crate::state::{Event, State};
use crate::{policy, store};

/// How often a result that was in hand a moment ago is fetched again before the money goes back.
const FETCHES_MAX: i32 = 4;

/// How often a result is sent whose arrival nobody can tell.
const UNKNOWN_MAX: i32 = 3;

/// The form to try when Telegram refuses one; words stand at no address that a link could name.
fn next_of(output: &OutputView) -> Option<SentAs> {
    output.form.next().filter(|form| *form != SentAs::Link || output.kind != Output::Text)
}

impl Worker {
    /// Sends the outputs, one a run, each remembered: a crash repeats one message at most.
    pub(super) async fn deliver(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(view) = self.order_in(claim, &[State::Delivering]).await? else {
            return Ok(End::Done);
        };
        if view.likeness.is_some() {
            return self.introduce(claim, &view).await;
        }
        let Some(output) = view.outputs.iter().find(|output| output.sent_as.is_none()).cloned()
        else {
            return self.conclude(claim, &view, Event::Delivered, &self.detail(&view)).await;
        };
        let too_big = output.bytes > policy::UPLOAD_MAX_BYTES;
        if too_big && output.form != SentAs::Link {
            return self.next_form(claim, &view, &output, SentAs::Link).await;
        }
        let bytes = match output.form {
            SentAs::Link => None,
            SentAs::Media | SentAs::Document => match self.bytes_of(&view, &output).await? {
                Some(bytes) => Some(bytes),
                None if claim.attempt < FETCHES_MAX => {
                    return Err(Trouble::Again("the result cannot be fetched".to_owned()));
                }
                // A link would be as dead as the address.
                None => {
                    let event = Event::Undeliverable;
                    return self.conclude(claim, &view, event, &self.detail(&view)).await;
                }
            },
        };
        let parcel = self.parcel(&view, &output, bytes).await?;
        let outcome = self.0.delivery.send(parcel).await;
        match outcome {
            DeliveryOutcome::Sent { message_id, file_id } => {
                self.0.crash.pass("deliver: sent")?;
                self.sent(claim, &view, &output, message_id, file_id.as_deref()).await
            }
            DeliveryOutcome::Blocked => {
                self.conclude(claim, &view, Event::PersonGone, &self.detail(&view)).await
            }
            DeliveryOutcome::Refused(reason) => {
                tracing::warn!(generation.id = %view.id, reason, "Telegram refused a result");
                match next_of(&output) {
                    Some(form) => self.next_form(claim, &view, &output, form).await,
                    None => {
                        let mut detail = self.detail(&view);
                        detail.text = Some(reason);
                        self.conclude(claim, &view, Event::Undeliverable, &detail).await
                    }
                }
            }
            DeliveryOutcome::NotNow(pause) => Ok(End::Snooze(pause)),
            DeliveryOutcome::Unknown(reason) if claim.attempt < UNKNOWN_MAX => {
                Err(Trouble::Again(reason))
            }
            // It has come, or it has come several times: once more would only be a nuisance.
            DeliveryOutcome::Unknown(reason) => {
                tracing::warn!(generation.id = %view.id, reason, "taken for sent");
                self.sent(claim, &view, &output, 0, None).await
            }
        }
    }

    /// There is no file: the person is told what was made, and what can be done with it.
    async fn introduce(&self, claim: &Claim, view: &View) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        complete(&mut transaction, claim).await?;
        let fact = Fact::LikenessReady { generation: view.id };
        let (chat, user) = (view.chat_id, Some(view.user_id));
        outbox::tell(&mut transaction, self.now(), chat, user, &fact).await?;
        self.step(&mut transaction, view.id, Event::Delivered, &self.detail(view)).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    pub(super) async fn parcel(
        &self,
        view: &View,
        output: &OutputView,
        bytes: Option<Bytes>,
    ) -> Result<Parcel, Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        let wallet = billing::wallet(&mut connection, view.user_id, view.world).await?;
        Ok(Parcel {
            view: view.clone(),
            output: output.clone(),
            total: view.outputs.len(),
            form: output.form,
            again: false,
            bytes,
            taken: apply::taken(view),
            balance: wallet.balance,
        })
    }

    /// The content, by the address that worked before or by a fresh one.
    pub(super) async fn bytes_of(
        &self,
        view: &View,
        output: &OutputView,
    ) -> Result<Option<Bytes>, Trouble> {
        if output.kind == Output::Text {
            let mut connection = self.0.pool.acquire().await?;
            let content = store::sheet::content(&mut connection, view.id, output.position).await?;
            return Ok(content.map(Bytes::from));
        }
        if let Ok(bytes) = self.fetch_result(&output.url).await {
            return Ok(Some(bytes));
        }
        let mut connection = self.0.pool.acquire().await?;
        let Some(attempt) = store::latest_attempt(&mut connection, view.id).await? else {
            return Ok(None);
        };
        drop(connection);
        let key = KeyName::from_stored(attempt.key_name);
        let Ok(fresh) = self.0.kie.download_url(&key, &output.url).await else { return Ok(None) };
        Ok(self.fetch_result(&fresh).await.ok())
    }

    async fn next_form(
        &self,
        claim: &Claim,
        view: &View,
        output: &OutputView,
        form: SentAs,
    ) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        store::try_output_next(&mut transaction, view.id, output.position, form, None).await?;
        queue::store::snooze(&mut transaction, claim, self.now()).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    async fn sent(
        &self,
        claim: &Claim,
        view: &View,
        output: &OutputView,
        message_id: i64,
        file_id: Option<&str>,
    ) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        store::output_sent(
            &mut transaction,
            view.id,
            output.position,
            output.form,
            message_id,
            file_id,
        )
        .await?;
        let more = view.outputs.iter().filter(|other| other.sent_as.is_none()).count() > 1;
        if more {
            transaction.commit().await?;
            return Ok(End::Snooze(Duration::ZERO));
        }
        let detail = self.detail(view);
        complete(&mut transaction, claim).await?;
        self.step(&mut transaction, view.id, Event::Delivered, &detail).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }
}
