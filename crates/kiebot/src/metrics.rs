use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use queue::Outcome;
use queue::store::Depth;

/// What is counted, for Prometheus. One registry per program, none of it global.
pub struct Metrics {
    registry: Registry,
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
        let mut registry = Registry::with_prefix("kiebot");
        let updates = Counter::default();
        let jobs = Family::<JobLabels, Counter>::default();
        let depth = Family::<StateLabels, Gauge>::default();
        let oldest_due = Gauge::default();
        let connections = Family::<StateLabels, Gauge>::default();
        registry.register("updates", "Telegram updates received", updates.clone());
        registry.register("jobs", "Jobs run, by kind and outcome", jobs.clone());
        registry.register("queue_jobs", "Jobs in the queue, by state", depth.clone());
        registry.register(
            "queue_oldest_due_seconds",
            "How long the oldest due job has waited",
            oldest_due.clone(),
        );
        registry.register("database_connections", "Connections", connections.clone());
        Self { registry, updates, jobs, depth, oldest_due, connections }
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

    /// The text that Prometheus reads, with the figures of this moment.
    pub(crate) fn render(&self, depth: &Depth, pool: &sqlx::PgPool) -> String {
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
        if let Err(error) = encode(&mut text, &self.registry) {
            tracing::error!(%error, "the metrics could not be written");
        }
        text
    }
}
