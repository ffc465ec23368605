//! The shop that people see: the environment's, with the operators' decisions.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use chat::Desk;
use clock::Clock;
use money::Formula;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

/// How often decisions of other processes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Where the shop is put together.
pub(crate) struct Shopfront {
    pool: PgPool,
    /// As the environment and the catalogue make it.
    pub(crate) base: Arc<ArcSwap<Desk>>,
    formula: Formula,
    /// As people see it.
    desk: Arc<ArcSwap<Desk>>,
    /// Telegram ids of everybody with a role that was given.
    pub(crate) staff: Arc<ArcSwap<BTreeSet<i64>>>,
    /// The newest decision that is applied.
    revision: AtomicI64,
}

impl Shopfront {
    /// A shop of the environment alone; [`Shopfront::rebuild`] applies the decisions.
    pub(crate) fn new(pool: PgPool, base: Desk, formula: Formula) -> Self {
        Self {
            pool,
            desk: Arc::new(ArcSwap::from_pointee(base.clone())),
            base: Arc::new(ArcSwap::from_pointee(base)),
            formula,
            staff: Arc::default(),
            revision: AtomicI64::new(-1),
        }
    }

    /// The shop that people see, replaced whenever it is rebuilt.
    pub(crate) fn desk(&self) -> Arc<ArcSwap<Desk>> {
        Arc::clone(&self.desk)
    }

    /// Reads everything that was decided and puts the shop together anew.
    pub(crate) async fn rebuild(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let decisions = admin::decisions(&mut connection).await?;
        self.desk.store(Arc::new(decisions.desk(&self.base.load(), self.formula)));
        self.staff.store(Arc::new(decisions.staff()));
        self.revision.store(decisions.revision, Ordering::Relaxed);
        Ok(())
    }

    /// The same when something was decided since the last time, by whatever process.
    pub(crate) async fn catch_up(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let newest = admin::revision(&mut connection).await?;
        drop(connection);
        if newest != self.revision.load(Ordering::Relaxed) {
            self.rebuild().await?;
        }
        Ok(())
    }

    /// Keeps up until stopped.
    pub(crate) async fn keep_up(
        self: Arc<Self>,
        clock: Clock,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        loop {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "decisions of the operators could not be read");
            }
            tokio::select! {
                () = clock.sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }
}

impl admin::Refresh for Shopfront {
    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + '_>> {
        Box::pin(self.rebuild())
    }
}
