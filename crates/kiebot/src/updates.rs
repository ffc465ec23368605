//! How Telegram's updates come in: by asking, or by being called.

use std::sync::Arc;
use std::time::Duration;

use outbox::{Alert, Looked, WatchNews};
use queue::Lease;
use secrecy::{ExposeSecret as _, SecretString};
use telegram::{ApiError, BotApi, WebhookSettings};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::App;

/// The lease of the one process that asks Telegram.
const LEASE: &str = watch::POLLING;
const LEASE_TERM: Duration = Duration::from_secs(10);
const HEARTBEAT: Duration = Duration::from_secs(3);
/// How long Telegram keeps a request open when there is nothing.
const POLL_SECONDS: u32 = 25;
const BATCH: u32 = 100;
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(5);
/// A webhook that Telegram refuses is tried again so often.
const REFUSED_PAUSE: Duration = Duration::from_mins(1);

/// Asks for updates whenever this process holds the lease, until stopped.
pub(crate) async fn poll(app: Arc<App>, stop: CancellationToken) {
    let owner = app.ids.uuid();
    app.metrics.lease(LEASE, false);
    while !stop.is_cancelled() {
        match take_lease(&app, owner).await {
            Some(lease) => {
                tracing::info!(term = lease.term, "this process asks Telegram for updates");
                app.metrics.lease(LEASE, true);
                poll_under(&app, lease, &stop).await;
                app.metrics.lease(LEASE, false);
            }
            None => pause(&app, HEARTBEAT, &stop).await,
        }
    }
}

async fn take_lease(app: &App, owner: Uuid) -> Option<Lease> {
    let now = app.clock.now();
    match queue::acquire_lease(&app.pool, LEASE, owner, LEASE_TERM, now).await {
        Ok(lease) => lease,
        Err(error) => {
            tracing::warn!(%error, "the polling lease could not be taken");
            None
        }
    }
}

/// Waits, but not beyond the stop.
async fn pause(app: &App, duration: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = app.clock.sleep(duration) => {}
        () = stop.cancelled() => {}
    }
}

/// Polls while the lease holds. A heartbeat beside it renews the lease, because a request may be
/// open for longer than the lease's term.
async fn poll_under(app: &Arc<App>, lease: Lease, stop: &CancellationToken) {
    let lost = stop.child_token();
    let heartbeat = tokio::spawn(keep(Arc::clone(app), lease.clone(), lost.clone()));
    let mut offset = None;
    let mut trouble = 0_u32;
    while !lost.is_cancelled() {
        let asked = tokio::select! {
            asked = app.bot.get_updates(offset, POLL_SECONDS, BATCH) => asked,
            () = lost.cancelled() => break,
        };
        match take_in(app, asked, &mut offset).await {
            Ok(()) => trouble = 0,
            Err(wait) => {
                trouble = trouble.saturating_add(1).min(5);
                let wait = wait.unwrap_or(Duration::from_secs(1 << trouble));
                pause(app, wait, &lost).await;
            }
        }
    }
    lost.cancel();
    if heartbeat.await.is_err() {
        tracing::error!("the heartbeat of the polling lease panicked");
    }
    if stop.is_cancelled() {
        confirm(app, offset).await;
    }
    if let Err(error) = queue::give_back_lease(&app.pool, &lease).await {
        tracing::warn!(%error, "the polling lease runs out by itself");
    }
}

async fn keep(app: Arc<App>, lease: Lease, lost: CancellationToken) {
    // Nobody polls without a heartbeat, even when it panics.
    let _ended = lost.clone().drop_guard();
    loop {
        pause(&app, HEARTBEAT, &lost).await;
        if lost.is_cancelled() {
            return;
        }
        let renewed = take_lease(&app, lease.owner).await;
        if renewed.is_none_or(|renewed| renewed.term != lease.term) {
            tracing::warn!("the polling lease is lost");
            lost.cancel();
        }
    }
}

/// Stores a batch; `Err` with the wait that Telegram asks for, if it does.
async fn take_in(
    app: &Arc<App>,
    asked: Result<Vec<telegram::RawUpdate>, ApiError>,
    offset: &mut Option<i64>,
) -> Result<(), Option<Duration>> {
    let updates = match asked {
        Ok(updates) => updates,
        Err(ApiError::Flood { retry_after }) => return Err(Some(retry_after)),
        Err(ApiError::Conflict) => {
            tracing::warn!("another program asks for the same bot's updates: stop it");
            return Err(None);
        }
        Err(error) => {
            tracing::warn!(%error, "Telegram could not be asked for updates");
            return Err(None);
        }
    };
    let Some(last) = updates.iter().map(|update| update.id).max() else { return Ok(()) };
    match app.receive(&updates).await {
        Ok(received) => {
            // The next request confirms these, and they are in the database.
            *offset = Some(last + 1);
            app.answer_at_once(received);
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "updates could not be stored; Telegram keeps them");
            Err(None)
        }
    }
}

/// Tells Telegram what has been stored, so that the next process does not see it again.
async fn confirm(app: &App, offset: Option<i64>) {
    let Some(offset) = offset else { return };
    let confirming = app.bot.get_updates(Some(offset), 0, 1);
    tokio::select! {
        done = confirming => {
            if let Err(error) = done {
                tracing::info!(%error, "the last updates are not confirmed and come again");
            }
        }
        () = app.clock.sleep(CONFIRM_TIMEOUT) => {}
    }
}

/// Removes a webhook before polling, without dropping updates.
///
/// # Errors
/// What Telegram says.
pub async fn remove_webhook(bot: &BotApi) -> Result<(), ApiError> {
    if bot.get_webhook_info().await?.url.is_empty() {
        return Ok(());
    }
    tracing::info!("the bot had a webhook; it is removed, and its updates are kept");
    bot.delete_webhook().await
}

/// The webhook that Telegram is to have.
pub(crate) struct Webhook {
    pub(crate) app: Arc<App>,
    pub(crate) base: String,
    pub(crate) secret: SecretString,
}

/// Tells the operators that Telegram refuses the webhook, or that nothing is wrong with it any more.
pub(crate) async fn tell_of_webhook(app: &App, refused: Option<&str>) {
    let found = refused.map(|reason| Alert::Watch {
        news: WatchNews::WebhookRefused { reason: reason.to_owned() },
    });
    if let Err(error) = app.report(found.as_slice(), &[Looked::at("webhook")]).await {
        tracing::warn!(%error, "the operators could not be told of the webhook");
    }
}

impl Webhook {
    /// Sets it when Telegram has another one. Telegram does not tell which secret it has, so the
    /// address ends with a fingerprint of it: another secret makes another address.
    pub(crate) async fn set(&self) -> Result<(), ApiError> {
        let bot = &self.app.bot;
        let url = webhook_url(&self.base, &self.secret);
        let info = bot.get_webhook_info().await?;
        let wanted = telegram::allowed_updates();
        let same_kinds = info.allowed_updates.as_ref().is_some_and(|kinds| {
            kinds.len() == wanted.len()
                && wanted.iter().all(|kind| kinds.iter().any(|one| one == kind))
        });
        if info.url == url && same_kinds {
            return Ok(());
        }
        let secret = self.secret.clone();
        bot.set_webhook(&WebhookSettings { url, secret, max_connections: Some(40) }).await
    }

    /// Goes on trying, and waits for the stop when Telegram has it.
    pub(crate) async fn mend(self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut works = false;
        while !stop.is_cancelled() {
            if works {
                stop.cancelled().await;
                return Ok(());
            }
            pause(&self.app, REFUSED_PAUSE, &stop).await;
            match self.set().await {
                Ok(()) => {
                    works = true;
                    tell_of_webhook(&self.app, None).await;
                }
                Err(ApiError::BadRequest(reason)) => {
                    tell_of_webhook(&self.app, Some(&reason)).await;
                }
                Err(error) => tracing::warn!(%error, "the webhook could not be set"),
            }
        }
        Ok(())
    }
}

/// Where Telegram calls us.
pub(crate) fn webhook_url(base: &str, secret: &SecretString) -> String {
    // The same one-way derivation that hides the token in the secret hides the secret here.
    let derived = telegram::webhook_secret(secret);
    let fingerprint: String = derived.expose_secret().chars().take(8).collect();
    format!("{base}/telegram/webhook?v={fingerprint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_secret_makes_another_address_that_does_not_tell_it() {
        let url = |secret: &str| webhook_url("https://bot.example", &SecretString::from(secret));
        assert_eq!(url("one"), url("one"));
        assert_ne!(url("one"), url("two"));
        let (path, fingerprint) =
            url("0123456789").split_once("?v=").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(path, "https://bot.example/telegram/webhook");
        assert_eq!(fingerprint.len(), 8);
        assert_ne!(fingerprint, "01234567");
    }
}
