//! Looking at how the program and the shop do.

use outbox::{Alert, Looked};
use watch::Round;

use super::App;
use crate::http::Shown;
use crate::metrics::Reading;
use crate::{books, cleanup};

impl App {
    /// Tells the operators what was found wrong, and what of what was looked at is in order again.
    pub(crate) async fn report(
        &self,
        found: &[Alert],
        looked: &[Looked<'_>],
    ) -> Result<(), sqlx::Error> {
        let mut transaction = database::begin(&self.pool).await?;
        let now = self.clock.now();
        outbox::report(&mut transaction, now, &self.operators, found, looked).await?;
        transaction.commit().await?;
        self.wake.now();
        Ok(())
    }

    /// Looks at how the shop does and tells the operators what is wrong.
    ///
    /// # Errors
    /// What the database says; the rest is looked at the next time.
    pub async fn watch(&self) -> Result<(), sqlx::Error> {
        let cost = self.shopfront.desk().load().cost_rate;
        self.watch.look(cost).await?;
        self.wake.now();
        Ok(())
    }

    /// Audits the books when it is time and no other process does, and tells the operators what is
    /// wrong. With years of books it takes minutes: `stop` ends it, for another process to begin anew.
    ///
    /// # Errors
    /// What the database says; the audit is made again when its lease is over.
    pub async fn audit_books(&self, stop: impl Future<Output = ()>) -> Result<(), sqlx::Error> {
        let Some(lease) = self.watch.may_audit().await? else { return Ok(()) };
        let audit = tokio::select! {
            audit = books::audit(&self.pool) => Some(audit),
            () = stop => None,
        };
        match audit {
            Some(violations) => self.watch.audited(&lease, &violations?).await?,
            None => return self.watch.not_audited(&lease).await,
        }
        self.wake.now();
        Ok(())
    }

    /// The text that Prometheus reads.
    pub(crate) async fn read_metrics(&self, shown: Shown) -> Result<String, sqlx::Error> {
        let depth = queue::store::depth(&self.pool, self.clock.now()).await?;
        let business = if shown == Shown::All {
            let mut counted = self.counted.lock().await;
            let from = match *counted {
                Some(entry) => entry,
                None => watch::last_entry(&self.pool).await?,
            };
            let (moved, newest) = watch::moved_after(&self.pool, from).await?;
            let figures = watch::figures(&self.pool).await?;
            // Last, so that what a failure loses is counted the next time.
            *counted = Some(newest);
            Some((figures, moved))
        } else {
            None
        };
        let (pool, tally) = (&self.pool, self.sender.tally());
        Ok(self.metrics.render(Reading {
            depth,
            pool,
            tally,
            work: shown != Shown::Health,
            business,
        }))
    }

    /// Removes some of what is of no use any more, when it is time; whether it was.
    ///
    /// # Errors
    /// What the database says; what was removed stays removed.
    pub async fn clean_up(&self) -> Result<bool, sqlx::Error> {
        let now = self.clock.now();
        if !watch::is_due(&self.pool, Round::Cleanup, now).await? {
            return Ok(false);
        }
        watch::done(&self.pool, Round::Cleanup, now).await?;
        for swept in cleanup::sweep_a_round(&self.pool, &self.clock).await? {
            if swept.rows > 0 {
                tracing::info!(what = swept.what, rows = swept.rows, "old rows are gone");
            }
        }
        Ok(true)
    }
}
