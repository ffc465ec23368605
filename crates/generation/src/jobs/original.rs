use kie::KeyName;
use outbox::Fact;
use queue::Claim;
use sqlx::PgConnection;

use super::{End, Trouble, Worker, complete, generation_of};
use crate::model::{OutputView, SentAs, View};
use crate::ports::DeliveryOutcome;
use crate::{policy, store};

/// How often a file is fetched, and sent, before it is given up.
const TRIES_MAX: i32 = 4;

impl Worker {
    /// Sends one result of an order that is over as a file, as it was made. Money is not touched.
    pub(super) async fn original(&self, claim: &Claim) -> Result<End, Trouble> {
        let id = generation_of(claim)?;
        let position = claim.payload.get("position").and_then(serde_json::Value::as_i64);
        let mut connection = self.0.pool.acquire().await?;
        let order = store::find(&mut connection, id).await?;
        let output = order.as_ref().and_then(|order| {
            order.outputs.iter().find(|output| Some(i64::from(output.position)) == position)
        });
        let (Some(order), Some(output)) = (&order, output) else {
            complete(&mut connection, claim).await?;
            return Ok(End::Done);
        };
        drop(connection);
        let known = output.original_file_id.is_some();
        let (form, bytes) = if known {
            (SentAs::Document, None)
        } else if output.bytes > policy::UPLOAD_MAX_BYTES {
            (SentAs::Link, None)
        } else {
            match self.bytes_of(order, output).await? {
                Some(bytes) => (SentAs::Document, Some(bytes)),
                None if claim.attempt < TRIES_MAX => {
                    return Err(Trouble::Again("the result cannot be fetched".to_owned()));
                }
                None => return self.no_original(claim, order).await,
            }
        };
        let mut parcel = self.parcel(order, output, bytes).await?;
        parcel.form = form;
        parcel.again = true;
        match self.0.delivery.send(parcel).await {
            DeliveryOutcome::Sent { file_id, .. } => {
                let mut transaction = database::begin(&self.0.pool).await?;
                if let Some(file_id) = file_id.filter(|_| form == SentAs::Document) {
                    remember(&mut transaction, order, output, &file_id).await?;
                }
                complete(&mut transaction, claim).await?;
                transaction.commit().await?;
                Ok(End::Done)
            }
            DeliveryOutcome::NotNow(pause) => Ok(End::Snooze(pause)),
            DeliveryOutcome::Unknown(reason) if claim.attempt < TRIES_MAX => {
                Err(Trouble::Again(reason))
            }
            DeliveryOutcome::Refused(reason) => {
                tracing::warn!(generation.id = %order.id, reason, "a file was refused");
                self.no_original(claim, order).await
            }
            DeliveryOutcome::Blocked | DeliveryOutcome::Unknown(_) => {
                complete(&mut *self.0.pool.acquire().await?, claim).await?;
                Ok(End::Done)
            }
        }
    }

    /// The content of a result for somebody who shows its signed address: where it can be had now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn address_of(
        &self,
        order: uuid::Uuid,
        position: i16,
    ) -> Result<Vec<String>, sqlx::Error> {
        let mut connection = self.0.pool.acquire().await?;
        let Some(order) = store::find(&mut connection, order).await? else { return Ok(Vec::new()) };
        let found = order.outputs.iter().find(|output| output.position == position);
        let Some(output) = found.filter(|output| !output.url.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut addresses = vec![output.url.clone()];
        let attempt = store::latest_attempt(&mut connection, order.id).await?;
        drop(connection);
        if let Some(attempt) = attempt {
            let key = KeyName::from_stored(attempt.key_name);
            addresses.extend(self.0.kie.download_url(&key, &output.url).await.ok());
        }
        Ok(addresses)
    }

    async fn no_original(&self, claim: &Claim, order: &View) -> Result<End, Trouble> {
        let mut transaction = database::begin(&self.0.pool).await?;
        let fact = Fact::NoOriginal { generation: order.id };
        let (now, chat) = (self.now(), order.chat_id);
        outbox::tell(&mut transaction, now, chat, Some(order.user_id), &fact).await?;
        complete(&mut transaction, claim).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }
}

async fn remember(
    connection: &mut PgConnection,
    order: &View,
    output: &OutputView,
    file_id: &str,
) -> Result<(), sqlx::Error> {
    store::person::remember_original(connection, order.id, output.position, file_id).await
}
