use std::path::PathBuf;
use std::time::Duration;

use billing::{Violation, World};
use clock::{Clock, Ids};
use kie::KieClient;
use money::Rate;
use nix::sys::statvfs::statvfs;
use outbox::{Alert, Looked, WatchNews};
use queue::Lease;
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::rounds::{self, Round};
use crate::{policy, store};

/// The lease of the one process that looks at what all share.
pub(crate) const LEASE: &str = "watch";

/// Looks come every minute; one that stays away loses the lease.
pub(crate) const LEASE_TERM: Duration = Duration::from_mins(3);

/// The lease of the process that audits the books. An audit reads all of them; when its process dies,
/// the next one waits until the term is over.
const AUDIT: &str = "audit";
const AUDIT_TERM: Duration = Duration::from_hours(2);

/// What is looked at beside the shop itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folders on whose disks there must be room.
    pub folders: Vec<PathBuf>,
    /// How much room, in megabytes.
    pub free_mb: i64,
    /// How big the database may become, in megabytes.
    pub database_max_mb: Option<i64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { folders: Vec::new(), free_mb: policy::DISK_FREE_MB, database_max_mb: None }
    }
}

/// What a watch is made of.
pub struct WatchParts {
    /// The database.
    pub pool: PgPool,
    /// KIE.ai.
    pub kie: KieClient,
    /// The time.
    pub clock: Clock,
    /// Identifiers.
    pub ids: Ids,
    /// Chats of the operators.
    pub operators: Vec<i64>,
    /// The world that is served.
    pub world: World,
    /// What else is looked at.
    pub settings: Settings,
}

/// Looks at how the shop does.
pub struct Watch {
    pub(crate) parts: WatchParts,
    owner: Uuid,
}

impl Watch {
    /// A watch of these parts.
    #[must_use]
    pub fn new(parts: WatchParts) -> Self {
        let owner = parts.ids.uuid();
        Self { parts, owner }
    }

    /// Looks at everything that it is time to look at. Says whether this process is the one that
    /// looks at what all share.
    ///
    /// # Errors
    /// What the database says; the rest is looked at the next time.
    pub async fn look(&self, cost: Rate) -> Result<bool, sqlx::Error> {
        // The test mode buys nothing.
        let buys = self.parts.world == World::Real;
        if buys {
            self.look_at_keys().await?;
        }
        self.look_at_disks().await?;
        let (pool, now) = (&self.parts.pool, self.now());
        let lease = queue::acquire_lease(pool, LEASE, self.owner, LEASE_TERM, now).await?;
        if lease.is_none() {
            return Ok(false);
        }
        self.look_around().await?;
        if rounds::is_due(pool, Round::Slow, now).await? {
            self.look_at_database().await?;
            if buys {
                self.look_at_margins(cost).await?;
                self.look_at_credits(cost).await?;
            }
            rounds::done(pool, Round::Slow, now).await?;
        }
        Ok(true)
    }

    /// The right to audit the books, when it is time: daily, and each hour while the books disagree.
    /// One process has it for as long as an audit may take.
    ///
    /// # Errors
    /// What the database says.
    pub async fn may_audit(&self) -> Result<Option<Lease>, sqlx::Error> {
        if !self.books_are_due().await? {
            return Ok(None);
        }
        let pool = &self.parts.pool;
        let lease = queue::acquire_lease(pool, AUDIT, self.owner, AUDIT_TERM, self.now()).await?;
        let Some(lease) = lease else { return Ok(None) };
        // Another process may have finished in between.
        if self.books_are_due().await? {
            return Ok(Some(lease));
        }
        queue::give_back_lease(pool, &lease).await?;
        Ok(None)
    }

    /// Gives the right back without an audit, so that the next process need not wait for its end.
    ///
    /// # Errors
    /// What the database says; the right ends by itself.
    pub async fn not_audited(&self, lease: &Lease) -> Result<(), sqlx::Error> {
        queue::give_back_lease(&self.parts.pool, lease).await
    }

    async fn books_are_due(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.parts.pool.acquire().await?;
        let alarms = outbox::alarms(&mut connection).await?;
        drop(connection);
        let disagree = alarms
            .iter()
            .any(|alarm| matches!(alarm.alert, Alert::Watch { news: WatchNews::Books { .. } }));
        let round = if disagree { Round::BooksAgain } else { Round::Books };
        rounds::is_due(&self.parts.pool, round, self.now()).await
    }

    /// Takes in what the audit has found.
    ///
    /// # Errors
    /// What the database says; the audit is made again.
    pub async fn audited(
        &self,
        lease: &Lease,
        violations: &[Violation],
    ) -> Result<(), sqlx::Error> {
        let found = violations.first().map(|first| {
            let first = format!("{}: {}: {}", first.rule, first.subject, first.detail);
            let violations = i64::try_from(violations.len()).unwrap_or(i64::MAX);
            Alert::Watch { news: WatchNews::Books { violations, first } }
        });
        self.report(found.as_slice(), &[Looked::at("books")]).await?;
        rounds::done(&self.parts.pool, Round::Books, self.now()).await?;
        queue::give_back_lease(&self.parts.pool, lease).await
    }

    /// The queue, failures and payments.
    async fn look_around(&self) -> Result<(), sqlx::Error> {
        let now = self.now();
        let mut connection = self.parts.pool.acquire().await?;
        let pools = [outbox::TALK_POOL, payments::POOL, generation::work_pool(self.parts.world)];
        let mut found = Vec::new();
        let (oldest, due) = store::due(&mut connection, &pools, now).await?;
        if let Some(waited) = oldest.map(|oldest| now - oldest)
            && waited >= policy::QUEUE_LATE
        {
            found.push(WatchNews::QueueLate { minutes: waited.whole_minutes(), due });
        }
        if let Some((count, kind, error)) =
            store::dead_since(&mut connection, now - policy::DAY).await?
        {
            found.push(WatchNews::JobsDead { count, kind, error });
        }
        let ended = store::ended_since(&mut connection, self.parts.world, now).await?;
        if ended.orders >= policy::ERRORS_ORDERS
            && ended.failed * 100 >= policy::ERRORS_PERCENT * ended.orders
        {
            let most = ended.most.unwrap_or_default();
            let (failed, orders) = (ended.failed, ended.orders);
            found.push(WatchNews::Errors { failed, orders, most });
        }
        let before = now - policy::PAYMENT_WAITS;
        if let Some((count, oldest)) = store::payments_waiting(&mut connection, before).await? {
            let hours = (now - oldest).whole_hours();
            found.push(WatchNews::PaymentsWait { count, hours });
        }
        drop(connection);
        let looked = [
            Looked::at("queue"),
            Looked::at("jobs"),
            Looked { at: "errors", quiet: policy::ERRORS_QUIET },
            Looked::at("payments"),
        ];
        self.report(&alerts(found), &looked).await
    }

    /// What the orders of a day brought in, beside what KIE.ai took for them.
    async fn look_at_margins(&self, cost: Rate) -> Result<(), sqlx::Error> {
        let since = self.now() - policy::DAY;
        let mut report = database::begin_report(&self.parts.pool).await?;
        let losses = store::below_cost(&mut report, since, cost).await?;
        let drifts = store::drifts(&mut report, since, policy::DRIFT_ORDERS).await?;
        report.rollback().await?;
        let losses = losses.into_iter().map(|(model, orders, kopecks)| WatchNews::BelowCost {
            model,
            orders,
            kopecks,
        });
        let drifts = drifts.into_iter().map(|(model, listed, taken)| WatchNews::Drift {
            model,
            listed,
            taken,
        });
        let found = losses.chain(drifts).collect();
        self.report(&alerts(found), &[Looked::at("margin:"), Looked::at("drift:")]).await
    }

    /// Room on the disks of this process: others may have others, under the same names.
    async fn look_at_disks(&self) -> Result<(), sqlx::Error> {
        let settings = &self.parts.settings;
        let mut found = Vec::new();
        let mut subjects = Vec::new();
        for folder in &settings.folders {
            let Ok(disk) = statvfs(folder.as_path()) else { continue };
            let free = disk.fragment_size().saturating_mul(disk.blocks_available());
            let free_mb = i64::try_from(free / 1_000_000).unwrap_or(i64::MAX);
            let news = WatchNews::Disk { folder: folder.display().to_string(), free_mb };
            let alert = Alert::Watch { news };
            subjects.extend(alert.subject());
            if free_mb < settings.free_mb {
                found.push(alert);
            }
        }
        if subjects.is_empty() {
            return Ok(());
        }
        let looked: Vec<_> = subjects
            .iter()
            .map(|subject| Looked { at: subject, quiet: policy::DISK_QUIET })
            .collect();
        self.report(&found, &looked).await
    }

    /// Room for the database.
    async fn look_at_database(&self) -> Result<(), sqlx::Error> {
        let mut found = Vec::new();
        if let Some(limit) = self.parts.settings.database_max_mb {
            let bytes = database::condition(&self.parts.pool).await?.bytes;
            let megabytes = bytes / 1_000_000;
            if megabytes * 100 >= limit * policy::DATABASE_PERCENT {
                found.push(WatchNews::DatabaseFull { megabytes, limit });
            }
        }
        self.report(&alerts(found), &[Looked::at("database")]).await
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.parts.clock.now()
    }

    pub(crate) async fn report(
        &self,
        found: &[Alert],
        looked: &[Looked<'_>],
    ) -> Result<(), sqlx::Error> {
        let mut transaction = database::begin(&self.parts.pool).await?;
        let operators = &self.parts.operators;
        outbox::report(&mut transaction, self.now(), operators, found, looked).await?;
        transaction.commit().await
    }
}

fn alerts(found: Vec<WatchNews>) -> Vec<Alert> {
    found.into_iter().map(|news| Alert::Watch { news }).collect()
}
