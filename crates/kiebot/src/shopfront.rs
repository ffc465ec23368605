//! The shop as people see it now: the built-in catalogue with what was accepted of KIE.ai's
//! listing, the settings of the environment, and the operators' decisions.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use catalog::Catalog;
use chat::Desk;
use money::Formula;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::App;

/// What another process has accepted or decided is seen here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// So often a look is taken whether a comparison is due; the first one so long after the start.
const DUE_EVERY: Duration = Duration::from_mins(10);

/// Where the shop is put together, and put together anew while the program runs.
pub(crate) struct Shopfront {
    pool: PgPool,
    builtin: Arc<Catalog>,
    formula: Formula,
    catalog: Arc<ArcSwap<Catalog>>,
    /// As the environment and the catalogue make it, without what was decided.
    pub(crate) base: Arc<ArcSwap<Desk>>,
    /// As people see it.
    desk: Arc<ArcSwap<Desk>>,
    /// Telegram ids of everybody with a role that was given.
    pub(crate) staff: Arc<ArcSwap<BTreeSet<i64>>>,
    /// The newest acceptance and the newest decision that are applied.
    accepted: AtomicI64,
    decided: AtomicI64,
}

impl Shopfront {
    /// A shop of the environment alone; [`Shopfront::catch_up`] applies what is stored.
    pub(crate) fn new(pool: PgPool, base: Desk, formula: Formula) -> Self {
        let builtin = Arc::clone(&base.catalog);
        Self {
            pool,
            formula,
            catalog: Arc::new(ArcSwap::new(Arc::clone(&builtin))),
            builtin,
            desk: Arc::new(ArcSwap::from_pointee(base.clone())),
            base: Arc::new(ArcSwap::from_pointee(base)),
            staff: Arc::default(),
            accepted: AtomicI64::new(-1),
            decided: AtomicI64::new(-1),
        }
    }

    /// The shop that people see, replaced whenever it is rebuilt.
    pub(crate) fn desk(&self) -> Arc<ArcSwap<Desk>> {
        Arc::clone(&self.desk)
    }

    /// The models that are sold, replaced whenever the shop is rebuilt.
    pub(crate) fn catalog(&self) -> Arc<ArcSwap<Catalog>> {
        Arc::clone(&self.catalog)
    }

    /// Reads everything that is stored about the shop and puts it together anew.
    pub(crate) async fn rebuild(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        // The revisions come first: what is stored between the two reads is seen at the next look.
        let accepted = sync::revision(&mut connection).await?;
        let overlays = sync::overlays(&mut connection).await?;
        let decisions = admin::decisions(&mut connection).await?;
        drop(connection);
        let catalog = Arc::new(self.builtin.with(&overlays));
        self.base.rcu(|base| Desk { catalog: Arc::clone(&catalog), ..Desk::clone(base) });
        self.catalog.store(catalog);
        self.desk.store(Arc::new(decisions.desk(&self.base.load(), self.formula)));
        self.staff.store(Arc::new(decisions.staff()));
        self.accepted.store(accepted, Ordering::Release);
        self.decided.store(decisions.revision, Ordering::Release);
        Ok(())
    }

    /// The same when something was stored since the last time, by whatever process; whether it was.
    pub(crate) async fn catch_up(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let accepted = sync::revision(&mut connection).await?;
        let decided = admin::revision(&mut connection).await?;
        drop(connection);
        let known = (self.accepted.load(Ordering::Acquire), self.decided.load(Ordering::Acquire));
        if known == (accepted, decided) {
            return Ok(false);
        }
        self.rebuild().await?;
        Ok(true)
    }

    /// Changes what the environment knows nothing of, such as how long the models take.
    pub(crate) fn amend(&self, change: impl Fn(&mut Desk)) {
        for desk in [&self.base, &self.desk] {
            desk.rcu(|desk| {
                let mut desk = Desk::clone(desk);
                change(&mut desk);
                desk
            });
        }
    }
}

impl admin::Refresh for Shopfront {
    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + '_>> {
        Box::pin(self.rebuild())
    }
}

/// Keeps the shop up to date until stopped, and the catalogue compared with KIE.ai: whatever number
/// of processes look, one comparison goes on at a time.
///
/// # Errors
/// None: what fails is logged, and tried again the next time.
pub async fn keep(
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
        if let Err(error) = app.catch_up().await {
            tracing::warn!(%error, "changes of the shop could not be looked up");
        }
        let now = app.clock.now();
        let Some(every) = every.filter(|_| now - asked_at >= DUE_EVERY) else { continue };
        asked_at = now;
        if let Err(error) = app.compare_catalogue(every).await {
            tracing::warn!(%error, "a comparison of the catalogue could not be begun");
        }
    }
}
