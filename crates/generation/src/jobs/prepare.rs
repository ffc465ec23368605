use std::time::Duration;

use bytes::Bytes;
use catalog::{Answer, FileInput};
use kie::{FailureKind, NoKey, ReadFailure, Upload};
use queue::Claim;

use super::{End, Trouble, Worker};
use crate::model::View;
use crate::ports::InputFailure;
use crate::state::{Event, Refusal, State};
use crate::{policy, store};

/// The biggest input file. Telegram hands out 20 MB at most, a link may bring more.
const INPUT_MAX_BYTES: u64 = 100 * 1024 * 1024;

impl Worker {
    /// Uploads the order's files to KIE.ai, one by one, each remembered.
    pub(super) async fn prepare(&self, claim: &Claim) -> Result<End, Trouble> {
        let Some(mut view) = self.order_in(claim, &[State::Preparing]).await? else {
            return Ok(End::Done);
        };
        let place = view.batch.clone();
        if let Some(place) = &place {
            if let Some(pause) = self.behind_the_first(place).await? {
                return Ok(End::Snooze(pause));
            }
            view = self.share_uploads(view, place).await?;
        }
        let mut uploaded = false;
        for file in files(&view) {
            if view.uploads.contains_key(&file.source) {
                continue;
            }
            match self.upload(&view, file).await? {
                Uploading::Done => {
                    self.0.crash.pass("prepare: uploaded")?;
                    uploaded = true;
                }
                Uploading::NotNow(pause) if self.may_wait(&view) => {
                    return Ok(End::Snooze(pause));
                }
                Uploading::NotNow(_) => {
                    let event = Event::UploadsFailed;
                    return self.conclude(claim, &view, event, &self.detail(&view)).await;
                }
                Uploading::Gone => {
                    let event = Event::InputGone;
                    return self.conclude(claim, &view, event, &self.detail(&view)).await;
                }
                Uploading::NoKey => {
                    let event = Event::Rejected(Refusal::AccountNoKey);
                    return self.fail_unsubmitted(claim, &view, event).await;
                }
            }
        }
        match &place {
            Some(place) => {
                if uploaded {
                    // With the addresses of what was uploaded just now.
                    view = self.share_uploads(view, place).await?;
                }
                self.prepared(claim, &view, place).await
            }
            None => self.conclude(claim, &view, Event::Prepared, &self.detail(&view)).await,
        }
    }

    fn may_wait(&self, view: &View) -> bool {
        self.now() - view.created_at < policy::PREPARING_PATIENCE
    }

    /// No key can be used: the order goes on to the queue and fails there, as one that was refused.
    async fn fail_unsubmitted(
        &self,
        claim: &Claim,
        view: &View,
        event: Event,
    ) -> Result<End, Trouble> {
        let detail = self.detail(view);
        let mut transaction = database::begin(&self.0.pool).await?;
        self.step(&mut transaction, view.id, Event::Prepared, &detail).await?;
        self.step(&mut transaction, view.id, event, &detail).await?;
        super::complete(&mut transaction, claim).await?;
        transaction.commit().await?;
        Ok(End::Done)
    }

    async fn upload(&self, view: &View, file: &FileInput) -> Result<Uploading, Trouble> {
        let key = match self.0.kie.pick_key() {
            Ok(key) => key,
            Err(NoKey::NotNow(pause)) => return Ok(Uploading::NotNow(pause)),
            Err(NoKey::AllBenched { .. }) => return Ok(Uploading::NoKey),
        };
        let bytes = match self.0.inputs.fetch(&file.source, INPUT_MAX_BYTES).await {
            Ok(bytes) => bytes,
            Err(InputFailure::Gone(reason)) => {
                tracing::info!(generation.id = %view.id, reason, "an input is gone");
                return Ok(Uploading::Gone);
            }
            Err(InputFailure::NotNow(pause)) => return Ok(Uploading::NotNow(pause)),
        };
        let upload = self.named(view, file, bytes);
        match self.0.kie.upload_stream(&key, &upload).await {
            Ok(uploaded) => {
                let mut connection = self.0.pool.acquire().await?;
                store::remember_upload(
                    &mut connection,
                    self.now(),
                    view.id,
                    &file.source,
                    &uploaded.url,
                )
                .await?;
                Ok(Uploading::Done)
            }
            Err(failure) => self.upload_failed(view, &key, &failure).await,
        }
    }

    /// A name that was never used: KIE.ai replaces files of the same name, and its caches lag.
    fn named(&self, view: &View, file: &FileInput, bytes: Bytes) -> Upload {
        let extension = media::inspect(&bytes).map_or("bin", |found| found.extension);
        Upload {
            bytes,
            mime: file.mime.clone(),
            folder: "kiebot".to_owned(),
            file_name: format!("{}-{}.{extension}", view.code, self.0.ids.token()),
        }
    }

    async fn upload_failed(
        &self,
        view: &View,
        key: &kie::KeyName,
        failure: &ReadFailure,
    ) -> Result<Uploading, Trouble> {
        tracing::warn!(generation.id = %view.id, %failure, "an upload failed");
        if let ReadFailure::Refused(refused) = failure
            && refused.kind == FailureKind::Account
        {
            let mut transaction = database::begin(&self.0.pool).await?;
            self.refusal(&mut transaction, key, refused).await?;
            transaction.commit().await?;
            return Ok(Uploading::NotNow(Duration::from_secs(1)));
        }
        Ok(match failure.kind() {
            FailureKind::Content | FailureKind::InvalidInput => Uploading::Gone,
            FailureKind::Account
            | FailureKind::RateLimited
            | FailureKind::Temporary
            | FailureKind::Unknown => Uploading::NotNow(Duration::from_secs(10)),
        })
    }
}

enum Uploading {
    Done,
    Gone,
    NotNow(Duration),
    NoKey,
}

/// Every file of the input.
fn files(view: &View) -> impl Iterator<Item = &FileInput> {
    view.answers.values().flat_map(Answer::files)
}
