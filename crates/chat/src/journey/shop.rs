//! What this part knows about the shop.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use generation::Usual;

use super::links::FileLinks;

/// What the operator and the shop's own history say about orders and people.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// How much one person may ask for.
    pub limits: Limits,
    /// How long the models have taken lately, by the ids of those that were ordered often enough.
    pub usual: Arc<HashMap<String, Usual>>,
    /// Of a thousand tasks of each model so many worked out at KIE.ai lately; without the models of
    /// which little is known.
    pub success: Arc<BTreeMap<String, u16>>,
    /// Signs addresses of results at our own port; `None` without a public address.
    pub links: Option<FileLinks>,
}

/// A model of whose tasks fewer than so many of a thousand work out carries a warning.
const UNSTEADY_BELOW: u16 = 800;

impl Shop {
    /// How many of a hundred tasks of a model work out, when that is worth a warning.
    #[must_use]
    pub fn unsteady(&self, model: &str) -> Option<u16> {
        let rate = self.success.get(model).copied();
        rate.filter(|rate| *rate < UNSTEADY_BELOW).map(|rate| rate / 10)
    }
}

/// How much one person may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages and presses in a minute.
    pub requests_per_minute: u32,
    /// Orders that are not over.
    pub open_orders: u32,
    /// Files in an hour.
    pub uploads_per_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests_per_minute: 60, open_orders: 10, uploads_per_hour: 60 }
    }
}
