//! What must be done from time to time, whatever happens.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::App;

/// Orders that nothing moves on are looked for so often.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Old rows are removed so often.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// Telegram repeats an update for a day at most (Bot API: getting updates).
const UPDATES_KEEP: Duration = Duration::from_hours(48);

/// Settled notices are of interest for so long.
const NOTICES_KEEP: Duration = Duration::from_hours(24 * 30);

/// Keeps house until stopped. Several processes may do it at once: every step is harmless when it
/// is done twice.
pub(crate) async fn keep(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut swept_at = None;
    loop {
        tokio::select! {
            () = app.clock.sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
        let now = app.clock.now();
        if let Err(error) = app.move_stuck().await {
            tracing::warn!(%error, "stuck orders could not be looked for");
        }
        if let Err(error) = app.sweep_payments().await {
            tracing::warn!(%error, "payments could not be looked after");
        }
        if swept_at.is_none_or(|last| now - last >= SWEEP_EVERY) {
            swept_at = Some(now);
            match app.sweep(now - UPDATES_KEEP, now - NOTICES_KEEP).await {
                Ok((updates, notices)) => tracing::debug!(updates, notices, "old rows are gone"),
                Err(error) => tracing::warn!(%error, "old rows could not be removed"),
            }
        }
    }
}
