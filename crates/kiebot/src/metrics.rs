use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use queue::Outcome;
use queue::store::Depth;

/// What is counted, for Prometheus. Two registries per program, none of it global: how the program
/// does, and how the business does.
pub struct Metrics {
    health: Registry,
    business: Registry,
    updates: Counter<u64, AtomicU64>,
    jobs: Family<JobLabels, Counter>,
    depth: Family<StateLabels, Gauge>,
    oldest_due: Gauge,
    connections: Family<StateLabels, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut health = Registry::with_prefix("kiebot");
        let mut business = Registry::with_prefix("kiebot");
        let updates = Counter::default();
        let jobs = Family::<JobLabels, Counter>::default();
        let depth = Family::<StateLabels, Gauge>::default();
        let oldest_due = Gauge::default();
        let connections = Family::<StateLabels, Gauge>::default();
        business.register("updates", "Telegram updates received", updates.clone());
        business.register("jobs", "Jobs run, by kind and outcome", jobs.clone());
        health.register("queue_jobs", "Jobs in the queue, by state", depth.clone());
        health.register(
            "queue_oldest_due_seconds",
            "How long the oldest due job has waited",
            oldest_due.clone(),
        );
        health.register("database_connections", "Connections", connections.clone());
        Self { health, business, updates, jobs, depth, oldest_due, connections }
    }

    pub(crate) fn updates(&self, count: usize) {
        self.updates.inc_by(u64::try_from(count).unwrap_or(0));
    }

    pub(crate) fn job(&self, kind: &str, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Done => "done",
            Outcome::Snooze(_) => "snoozed",
            Outcome::Again(_) => "failed",
            Outcome::Crashed => "crashed",
        };
        self.jobs.get_or_create(&JobLabels { kind: kind.to_owned(), outcome }).inc();
    }

    /// The text that Prometheus reads, with the figures of this moment; how many updates and jobs
    /// there were only with `business`.
    pub(crate) fn render(&self, depth: &Depth, pool: &sqlx::PgPool, business: bool) -> String {
        for (state, count) in
            [("queued", depth.queued), ("running", depth.running), ("dead", depth.dead)]
        {
            self.depth.get_or_create(&StateLabels { state }).set(count);
        }
        self.oldest_due.set(depth.oldest_due_s);
        let idle = i64::try_from(pool.num_idle()).unwrap_or(0);
        let all = i64::from(pool.size());
        self.connections.get_or_create(&StateLabels { state: "idle" }).set(idle);
        self.connections.get_or_create(&StateLabels { state: "busy" }).set(all - idle);
        let mut text = String::new();
        let mut write = || {
            encode_registry(&mut text, &self.health)?;
            if business {
                encode_registry(&mut text, &self.business)?;
            }
            encode_eof(&mut text)
        };
        if let Err(error) = write() {
            tracing::error!(%error, "the metrics could not be written");
        }
        text
    }
}
