use std::sync::atomic::{AtomicU64, Ordering};

use chat::Tally;
use kie::KieClient;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use queue::Outcome;
use queue::store::Depth;
use watch::{Figures, Moved};

/// Bounds of the times of calls, in seconds.
const SECONDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

type Calls = Family<CallLabels, Histogram, fn() -> Histogram>;

/// What is counted, for Prometheus. Three registries per program, none of it global: how the program
/// does, how much it works, and how the business does.
pub struct Metrics {
    health: Registry,
    work: Registry,
    business: Registry,
    updates: Counter<u64, AtomicU64>,
    jobs: Family<JobLabels, Counter>,
    depth: Family<StateLabels, Gauge>,
    oldest_due: Gauge,
    connections: Family<StateLabels, Gauge>,
    leases: Family<LeaseLabels, Gauge>,
    calls: Calls,
    messages: Family<MessageLabels, Counter<u64, AtomicU64>>,
    paces: Family<PaceLabels, Counter<u64, AtomicU64>>,
    money: Family<MoneyLabels, Counter<u64, AtomicU64>>,
    orders: Family<OrderLabels, Gauge>,
    credits: Family<KeyLabels, Gauge>,
    alarms: Gauge,
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

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LeaseLabels {
    name: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    endpoint: &'static str,
    code: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MessageLabels {
    form: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PaceLabels {
    scope: &'static str,
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MoneyLabels {
    kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OrderLabels {
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KeyLabels {
    key: String,
}

/// What is looked up for one reading.
pub(crate) struct Reading<'a> {
    pub(crate) depth: Depth,
    pub(crate) pool: &'a sqlx::PgPool,
    pub(crate) tally: &'a Tally,
    /// Whether how much it works is shown.
    pub(crate) work: bool,
    /// Only for whoever may see how the business does.
    pub(crate) business: Option<(Figures, Vec<Moved>)>,
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
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
        let metrics = Self {
            health: Registry::with_prefix("kiebot"),
            work: Registry::with_prefix("kiebot"),
            business: Registry::with_prefix("kiebot"),
            updates: Counter::default(),
            jobs: Family::default(),
            depth: Family::default(),
            oldest_due: Gauge::default(),
            connections: Family::default(),
            leases: Family::default(),
            calls: Calls::new_with_constructor(histogram),
            messages: Family::default(),
            paces: Family::default(),
            money: Family::default(),
            orders: Family::default(),
            credits: Family::default(),
            alarms: Gauge::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let health = &mut self.health;
        health.register("queue_jobs", "Jobs in the queue, by state", self.depth.clone());
        health.register(
            "queue_oldest_due_seconds",
            "How long the oldest due job has waited",
            self.oldest_due.clone(),
        );
        health.register("database_connections", "Connections", self.connections.clone());
        health.register("lease_held", "Leases of this process", self.leases.clone());
        let work = &mut self.work;
        work.register("updates", "Telegram updates received", self.updates.clone());
        work.register("jobs", "Jobs run, by kind and outcome", self.jobs.clone());
        work.register("kie_call_seconds", "Calls of KIE.ai", self.calls.clone());
        work.register("messages", "Calls that send to Telegram", self.messages.clone());
        work.register("sender_pace", "What the pace of sending said", self.paces.clone());
        let business = &mut self.business;
        business.register("money_kopecks", "Real money moved, by kind", self.money.clone());
        business.register("orders_open", "Open orders, by state", self.orders.clone());
        business.register("kie_credits", "Credits of each key", self.credits.clone());
        business.register("alarms_open", "Things that are wrong", self.alarms.clone());
        self
    }

    /// Counts and times every call of a client.
    pub(crate) fn listen_to(&self, kie: &KieClient) {
        let calls = self.calls.clone();
        kie.listen(Box::new(move |call| {
            let labels = CallLabels { endpoint: call.endpoint, code: call.code };
            calls.get_or_create(&labels).observe(call.took.as_secs_f64());
        }));
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

    /// Whether this process holds a lease.
    pub(crate) fn lease(&self, name: &'static str, held: bool) {
        self.leases.get_or_create(&LeaseLabels { name }).set(i64::from(held));
    }

    /// The text that Prometheus reads, with the figures of this moment; business figures only when
    /// they were looked up.
    pub(crate) fn render(&self, reading: Reading<'_>) -> String {
        let Reading { depth, pool, tally, work, business } = reading;
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
        self.take_over(tally);
        let shows_business = business.is_some();
        if let Some((figures, moved)) = business {
            self.look_up(figures, moved);
        }
        let mut text = String::new();
        let mut write = || {
            encode_registry(&mut text, &self.health)?;
            if work {
                encode_registry(&mut text, &self.work)?;
            }
            if shows_business {
                encode_registry(&mut text, &self.business)?;
            }
            encode_eof(&mut text)
        };
        if let Err(error) = write() {
            tracing::error!(%error, "the metrics could not be written");
        }
        text
    }

    /// Counts that somebody else keeps.
    fn take_over(&self, tally: &Tally) {
        for (scope, allowed, denied) in tally.paces() {
            for (verdict, count) in [("allowed", allowed), ("denied", denied)] {
                let labels = PaceLabels { scope: scope.name(), verdict };
                self.paces.get_or_create(&labels).inner().store(count, Ordering::Relaxed);
            }
        }
        for (form, sent, failed) in tally.sends() {
            for (outcome, count) in [("sent", sent), ("failed", failed)] {
                let labels = MessageLabels { form: form.name(), outcome };
                self.messages.get_or_create(&labels).inner().store(count, Ordering::Relaxed);
            }
        }
    }

    fn look_up(&self, figures: Figures, moved: Vec<Moved>) {
        for Moved { kind, kopecks } in moved {
            let kopecks = u64::try_from(kopecks).unwrap_or(0);
            self.money.get_or_create(&MoneyLabels { kind }).inc_by(kopecks);
        }
        // What is not there any more is at zero no more either.
        self.orders.clear();
        for (state, count) in figures.orders {
            self.orders.get_or_create(&OrderLabels { state }).set(count);
        }
        self.credits.clear();
        for (key, credits) in figures.credits {
            self.credits.get_or_create(&KeyLabels { key }).set(credits);
        }
        self.alarms.set(figures.alarms);
    }
}
