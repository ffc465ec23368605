//! What this part knows about the shop.

use std::collections::HashMap;
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
    /// Signs addresses of results at our own port; `None` without a public address.
    pub links: Option<FileLinks>,
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
