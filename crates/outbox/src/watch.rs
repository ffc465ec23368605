//! What is wrong until it is over, as the operators hear of it.

use serde::{Deserialize, Serialize};

use crate::{Alert, CatalogueNews};

/// Something that is wrong and stays so until somebody or something mends it, or several of them
/// told together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "watch", rename_all = "snake_case")]
pub enum WatchNews {
    /// What one look has to tell: one message, however much is wrong.
    Round {
        /// What is wrong now.
        open: Vec<Open>,
        /// What is in order again.
        over: Vec<Over>,
    },
    /// The credits at KIE.ai last no longer than this, at the pace of the last day.
    Runway {
        /// How many hours.
        hours: i64,
        /// How many credits are left.
        credits: String,
    },
    /// Too many orders of the last hour failed for a reason that is not the person's.
    Errors {
        /// How many failed.
        failed: i64,
        /// Of how many.
        orders: i64,
        /// The most frequent reason.
        most: String,
    },
    /// Jobs wait too long for a worker.
    QueueLate {
        /// How long the oldest has waited.
        minutes: i64,
        /// How many are due.
        due: i64,
    },
    /// Jobs were given up after their last try.
    JobsDead {
        /// How many within a day.
        count: i64,
        /// The kind of the newest.
        kind: String,
        /// What it died of.
        error: String,
    },
    /// Payments wait for a decision.
    PaymentsWait {
        /// How many.
        count: i64,
        /// How long the oldest has waited.
        hours: i64,
    },
    /// The books disagree.
    Books {
        /// How many violations the audit found.
        violations: i64,
        /// The first of them.
        first: String,
    },
    /// Orders of a model brought in less within a day than they cost.
    BelowCost {
        /// The model's id.
        model: String,
        /// How many orders.
        orders: i64,
        /// How much was lost, in kopecks.
        kopecks: i64,
    },
    /// KIE.ai takes more credits for a model than our list says.
    Drift {
        /// The model's id.
        model: String,
        /// What the list says of these orders together.
        listed: String,
        /// What was taken.
        taken: String,
    },
    /// Little room is left on a disk.
    Disk {
        /// Where.
        folder: String,
        /// How much is free, in megabytes.
        free_mb: i64,
    },
    /// The database has nearly reached the size of its plan.
    DatabaseFull {
        /// How big it is, in megabytes.
        megabytes: i64,
        /// How big it may become.
        limit: i64,
    },
    /// Telegram does not take our webhook.
    WebhookRefused {
        /// What it said.
        reason: String,
    },
}

/// Something that is wrong at the moment of telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// What.
    pub alert: Alert,
    /// For how long it has been so.
    pub minutes: i64,
    /// Which time it is told, from 1.
    pub time: i32,
}

/// Something that is in order again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// What was wrong.
    pub alert: Alert,
    /// For how long.
    pub minutes: i64,
}

impl Alert {
    /// What the alert is about, when it is something that lasts: of each subject one is open at a
    /// time. `None` for what happens and is over at once.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        match self {
            // Only the last part of its name identifies a key.
            Self::KeyBenched { key, .. } => {
                Some(format!("key:{}", key.rsplit('-').next().unwrap_or_default()))
            }
            Self::NoKeys => Some("keys".to_owned()),
            Self::BackupFailed { .. } => Some("backup".to_owned()),
            Self::Catalogue { news: CatalogueNews::Unreachable { .. } } => {
                Some("catalogue".to_owned())
            }
            Self::Watch { news } => news.subject(),
            Self::Catalogue {
                news: CatalogueNews::Changes { .. } | CatalogueNews::Compared { .. },
            }
            | Self::Loss { .. }
            | Self::ManyRefusals { .. }
            | Self::ModelResting { .. }
            | Self::ModelWorking { .. }
            | Self::FreeBudgetSpent { .. }
            | Self::Unresolved { .. }
            | Self::CeilingReached { .. }
            | Self::BroadcastDone { .. }
            | Self::Payment { .. } => None,
        }
    }
}

impl WatchNews {
    fn subject(&self) -> Option<String> {
        Some(match self {
            Self::Round { .. } => return None,
            Self::Runway { .. } => "runway".to_owned(),
            Self::Errors { .. } => "errors".to_owned(),
            Self::QueueLate { .. } => "queue".to_owned(),
            Self::JobsDead { .. } => "jobs".to_owned(),
            Self::PaymentsWait { .. } => "payments".to_owned(),
            Self::Books { .. } => "books".to_owned(),
            Self::BelowCost { model, .. } => format!("margin:{model}"),
            Self::Drift { model, .. } => format!("drift:{model}"),
            Self::Disk { folder, .. } => format!("disk:{folder}"),
            Self::DatabaseFull { .. } => "database".to_owned(),
            Self::WebhookRefused { .. } => "webhook".to_owned(),
        })
    }
}
