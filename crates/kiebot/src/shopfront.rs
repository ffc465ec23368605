//! The shop as people see it now: the built-in catalogue with what was accepted of KIE's listing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use catalog::Catalog;
use chat::Desk;
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

use crate::App;

/// What another process has accepted is seen here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// So often a look is taken whether a comparison is due; the first one so long after the start.
const DUE_EVERY: Duration = Duration::from_mins(10);

/// Replaces the desk and the catalogue while the program runs.
pub(crate) struct Shopfront {
    pool: PgPool,
    builtin: Arc<Catalog>,
    desk: Arc<ArcSwap<Desk>>,
    catalog: Arc<ArcSwap<Catalog>>,
    /// The revision of what lies over the built-in catalogue.
    revision: AtomicI64,
}

impl Shopfront {
    pub(crate) fn new(
        pool: PgPool,
        builtin: Arc<Catalog>,
        desk: Arc<ArcSwap<Desk>>,
        catalog: Arc<ArcSwap<Catalog>>,
    ) -> Self {
        Self { pool, builtin, desk, catalog, revision: AtomicI64::new(0) }
    }

    /// The models as they are sold now.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// Rebuilds the shop when what it is made of has changed; whether it had.
    pub(crate) async fn refresh(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let revision = sync::revision(&mut connection).await?;
        if self.revision.load(Ordering::Acquire) == revision {
            return Ok(false);
        }
        self.rebuild(&mut connection).await?;
        self.revision.store(revision, Ordering::Release);
        Ok(true)
    }

    /// Makes desk and catalogue anew from everything that is stored about them.
    async fn rebuild(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let overlays = sync::overlays(connection).await?;
        let catalog = Arc::new(self.builtin.with(&overlays));
        let desk = Desk { catalog: Arc::clone(&catalog), ..Desk::clone(&self.desk.load()) };
        self.catalog.store(catalog);
        self.desk.store(Arc::new(desk));
        tracing::info!(overlays = overlays.len(), "the catalogue is renewed");
        Ok(())
    }
}

/// Keeps the shop up to date until stopped, and the catalogue compared with KIE.ai: whatever number
/// of processes look, one comparison goes on at a time.
pub(crate) async fn keep(
    app: Arc<App>,
    every: Option<Duration>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut asked_at = app.clock.now();
    loop {
        tokio::select! {
            () = app.clock.sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return Ok(()),
        }
        if let Err(error) = app.shopfront.refresh().await {
            tracing::warn!(%error, "the catalogue could not be looked up");
        }
        let now = app.clock.now();
        let Some(every) = every.filter(|_| now - asked_at >= DUE_EVERY) else { continue };
        asked_at = now;
        if let Err(error) = app.compare_catalogue(every).await {
            tracing::warn!(%error, "a comparison of the catalogue could not be begun");
        }
    }
}
