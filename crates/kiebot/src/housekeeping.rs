//! What must be done from time to time, whatever happens.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::App;

/// Orders that nothing moves on, and bonuses whose time is up, are looked for so often.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// How long the models take is learnt so often.
const LEARN_EVERY: Duration = Duration::from_mins(5);

/// Keeps house until stopped. Several processes may do it at once: every step is harmless when it
/// is done twice.
///
/// # Errors
/// None: what fails is logged, and tried again the next time.
pub(crate) async fn keep(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut learnt_at = None;
    loop {
        tokio::select! {
            () = app.clock.sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
        look_around(&app, &mut learnt_at).await;
    }
}

/// Audits the books when it is time until stopped, beside the rest: an audit reads all of them.
///
/// # Errors
/// None: what fails is logged, and tried again the next time.
pub(crate) async fn keep_books(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    loop {
        tokio::select! {
            () = app.clock.sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
        audit(&app, stop.cancelled()).await;
    }
}

async fn audit(app: &App, stop: impl Future<Output = ()>) {
    if let Err(error) = app.audit_books(stop).await {
        tracing::warn!(%error, "the books could not be audited");
    }
}

/// One round through the house, the books with it.
pub async fn look_after(app: &App, learnt_at: &mut Option<OffsetDateTime>) {
    look_around(app, learnt_at).await;
    audit(app, std::future::pending()).await;
}

async fn look_around(app: &App, learnt_at: &mut Option<OffsetDateTime>) {
    let now = app.clock.now();
    if let Err(error) = app.move_stuck().await {
        tracing::warn!(%error, "stuck orders could not be looked for");
    }
    if learnt_at.is_none_or(|last| now - last >= LEARN_EVERY) {
        *learnt_at = Some(now);
        if let Err(error) = app.learn_usual().await {
            tracing::warn!(%error, "it could not be learnt how long the models take");
        }
    }
    if let Err(error) = app.review_models().await {
        tracing::warn!(%error, "failing models could not be looked for");
    }
    if let Err(error) = app.send_reports().await {
        tracing::warn!(%error, "reports could not be begun");
    }
    match app.end_bonuses().await {
        Ok(0) => {}
        Ok(ended) => tracing::info!(ended, "bonuses and gifts have reached their end"),
        Err(error) => tracing::warn!(%error, "bonuses could not be ended"),
    }
    if let Err(error) = app.sweep_payments().await {
        tracing::warn!(%error, "payments could not be looked after");
    }
    if let Err(error) = app.watch().await {
        tracing::warn!(%error, "it could not be looked how the shop does");
    }
    if let Err(error) = app.clean_up().await {
        tracing::warn!(%error, "old rows could not be removed");
    }
}
