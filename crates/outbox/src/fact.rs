use queue::Priority;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BonusNews, Ceiling, WatchNews};

/// Something that somebody must be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The order is taken and the money is on hold.
    Accepted {
        /// The order.
        generation: Uuid,
    },
    /// The order has come further. Droppable: only the latest state is of interest.
    Progress {
        /// The order.
        generation: Uuid,
    },
    /// Nothing came of it, and the money is back.
    Failed {
        /// The order.
        generation: Uuid,
    },
    /// The person cancelled before submission, and the money is back.
    Cancelled {
        /// The order.
        generation: Uuid,
    },
    /// It takes far longer than usual: the money is back, and we go on looking for the result.
    Late {
        /// The order.
        generation: Uuid,
    },
    /// The person asked to cancel after submission and is told what will happen.
    CancelNoted {
        /// The order.
        generation: Uuid,
    },
    /// A result that was cancelled too late is paid and waits in the history.
    QuietReady {
        /// The order.
        generation: Uuid,
    },
    /// It is over for the person: the last word on the progress message. What there is to say is
    /// said by the result or by another fact.
    Closed {
        /// The order.
        generation: Uuid,
    },
    /// What an order made for other models is there: a persona, a voice, a character.
    LikenessReady {
        /// The order.
        generation: Uuid,
    },
    /// A result that was asked for as a file cannot be had any more.
    NoOriginal {
        /// The order.
        generation: Uuid,
    },
    /// Softer words for an order that moderation refused are there, or could not be found.
    Softened {
        /// The order.
        generation: Uuid,
    },
    /// The shop itself has something to say to the person.
    Letter {
        /// What.
        letter: crate::Letter,
    },
    /// Something about given money.
    Bonus {
        /// What of it.
        news: BonusNews,
    },
    /// Something about a top-up.
    Payment {
        /// The top-up.
        payment: Uuid,
        /// What of it.
        news: PaymentNews,
    },
    /// Something about an order of several results.
    Batch {
        /// The batch.
        batch: Uuid,
        /// What.
        news: BatchNews,
    },
    /// The operator must know.
    OperatorAlert {
        /// What of.
        alert: Alert,
    },
}

/// What is told about a top-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentNews {
    /// It can be paid: the bill itself.
    Bill,
    /// The provider makes no bill; nothing was paid.
    NoBill,
    /// The money is in the wallet.
    Credited,
    /// The provider was asked and has seen no money yet.
    NotSeen,
    /// Money has come that does not agree with the order: people look at it.
    Review,
    /// The operator did not find the money.
    Rejected,
    /// The money went back to where it came from.
    Refunded,
    /// For operators: somebody sent a receipt.
    Receipt,
}

/// What there is to tell about an order of several results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchNews {
    /// It is taken and the money is on hold.
    Accepted,
    /// It has come further. Droppable: only the latest state is of interest.
    Progress,
    /// Everything in it is over: the one receipt.
    Receipt,
    /// The last word on its progress message.
    Closed,
}

/// What an operator must know at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// A key of KIE.ai was set aside.
    KeyBenched {
        /// The key's name.
        key: String,
        /// What KIE.ai said.
        reason: String,
    },
    /// No key can be used: orders fail and are refunded.
    NoKeys,
    /// We paid for something that the person did not.
    Loss {
        /// The order.
        generation: Uuid,
        /// How much, in kopecks.
        kopecks: i64,
        /// Why.
        reason: String,
    },
    /// Moderation refused orders of one person again and again within a day.
    ManyRefusals {
        /// The person, by our number.
        user: i64,
    },
    /// A model fails too often and takes no orders.
    ModelResting {
        /// The model's id.
        model: String,
        /// How many of its last orders failed.
        failed: i64,
        /// Of how many.
        orders: i64,
    },
    /// A model that rested works again.
    ModelWorking {
        /// The model's id.
        model: String,
    },
    /// There is no backup of the present slot, or it is not where it should be.
    BackupFailed {
        /// Why, with what to do.
        reason: String,
    },
    /// The free orders of a day have used up their budget.
    FreeBudgetSpent {
        /// The budget, in kopecks.
        budget_kopecks: i64,
    },
    /// A submission whose outcome stayed unknown until the deadline.
    Unresolved {
        /// The order.
        generation: Uuid,
    },
    /// So much was given away that no more is given today; once a day.
    CeilingReached {
        /// Which limit.
        ceiling: Ceiling,
        /// The limit, in kopecks.
        kopecks: i64,
    },
    /// Something about paid money does not agree.
    Payment {
        /// The provider's word.
        provider: String,
        /// What does not.
        problem: PaymentProblem,
        /// Numbers and names for the search: which payment, what was expected and found.
        detail: String,
    },
    /// Something about the catalogue.
    Catalogue {
        /// What.
        news: CatalogueNews,
    },
    /// A message for many people has come to its end.
    BroadcastDone {
        /// Its number.
        number: i64,
        /// How many people have it.
        delivered: i64,
        /// How many had stopped the bot.
        blocked: i64,
        /// To how many it could not be sent for other reasons.
        failed: i64,
    },
    /// Something that lasts until it is mended.
    Watch {
        /// What.
        news: WatchNews,
    },
}

/// What comparing the catalogue with KIE.ai came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum CatalogueNews {
    /// It could not be compared; told once, until it works again.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// The comparison that an operator asked for is over.
    Compared {
        /// How many changes it has found.
        found: u32,
    },
    /// There are changes. Each list holds ids of models.
    Changes {
        /// Whether they are in force already, or wait to be accepted.
        applied: bool,
        /// Models that KIE.ai has added.
        added: Vec<String>,
        /// Models whose inputs changed.
        changed: Vec<String>,
        /// Models that are sold no more.
        gone: Vec<String>,
        /// Models that are sold again.
        returned: Vec<String>,
        /// Models whose price changed.
        repriced: Vec<String>,
        /// Models whose price or inputs somebody should look at.
        unclear: Vec<String>,
    },
}

/// What does not agree about paid money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentProblem {
    /// Another sum, currency or person than ordered; it waits for a decision.
    Differs,
    /// A payment of which we have no order.
    Unknown,
    /// A payment that we have credited and the provider does not list.
    Missing,
    /// The provider does not let us in, or refuses what we ask.
    Refused,
    /// The provider did not give the money back; it is in the wallet again.
    NotRefunded,
    /// The money is taken from the wallet, and has to be sent back by hand.
    SendByHand,
}

impl Fact {
    /// How soon it is sent.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        match self {
            Self::Accepted { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Late { .. }
            | Self::CancelNoted { .. }
            | Self::QuietReady { .. }
            | Self::LikenessReady { .. }
            | Self::NoOriginal { .. }
            | Self::Softened { .. }
            | Self::Letter { .. }
            | Self::Bonus { .. }
            | Self::Payment { .. }
            | Self::OperatorAlert { .. } => Priority::Money,
            Self::Progress { .. } | Self::Closed { .. } => Priority::Progress,
            Self::Batch { news, .. } => match news {
                BatchNews::Accepted | BatchNews::Receipt => Priority::Money,
                BatchNews::Progress | BatchNews::Closed => Priority::Progress,
            },
        }
    }

    /// The lane in which it is sent. What only edits the progress message has a lane of its own: it
    /// may wait, and nothing but its like must wait for it. Everything else keeps its place among
    /// the messages of the chat.
    #[must_use]
    pub fn lane(&self, chat_id: i64) -> String {
        match self {
            Self::Progress { generation } | Self::Closed { generation } => {
                format!("progress:{generation}")
            }
            Self::Batch { batch, news: BatchNews::Progress | BatchNews::Closed } => {
                format!("progress:{batch}")
            }
            Self::Batch { news: BatchNews::Accepted | BatchNews::Receipt, .. } => {
                crate::lane(chat_id)
            }
            Self::Accepted { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Late { .. }
            | Self::CancelNoted { .. }
            | Self::QuietReady { .. }
            | Self::LikenessReady { .. }
            | Self::NoOriginal { .. }
            | Self::Softened { .. }
            | Self::Letter { .. }
            | Self::Bonus { .. }
            | Self::Payment { .. }
            | Self::OperatorAlert { .. } => crate::lane(chat_id),
        }
    }

    /// Facts with the same key are told once while they wait.
    #[must_use]
    pub fn coalescing_key(&self) -> Option<String> {
        match self {
            Self::Progress { generation } => Some(format!("progress:{generation}")),
            Self::Batch { batch, news: BatchNews::Progress } => Some(format!("progress:{batch}")),
            Self::Batch {
                news: BatchNews::Accepted | BatchNews::Receipt | BatchNews::Closed,
                ..
            } => None,
            Self::Accepted { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Late { .. }
            | Self::CancelNoted { .. }
            | Self::QuietReady { .. }
            | Self::LikenessReady { .. }
            | Self::NoOriginal { .. }
            | Self::Softened { .. }
            | Self::Closed { .. }
            | Self::Letter { .. }
            | Self::Bonus { .. }
            | Self::Payment { .. }
            | Self::OperatorAlert { .. } => None,
        }
    }
}
