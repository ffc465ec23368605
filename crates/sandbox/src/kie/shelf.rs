//! What is on offer: the models of the data file, with what a test or the demo changed about them.

use super::{
    rules::{self, ModelRules},
    world::KieWorld,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What the catalogue's addresses answer instead of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingFault {
    /// 429 for one call too many.
    RateLimited,
    /// 500 with KIE's text for trouble of its own.
    ServerError500,
    /// The edge's HTML page with HTTP 502.
    Html502,
    /// HTTP 200 with something that is not JSON.
    Garbage200,
    /// A success whose `data` has none of the keys that it should have.
    WrongShape,
    /// A success that names no models, no schema, no lines of prices.
    Empty,
}

/// The offer as it differs from the data file.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    changed: BTreeMap<String, &'static ModelRules>,
    gone: BTreeSet<String>,
    next: VecDeque<ListingFault>,
    lasting: Option<ListingFault>,
    /// How often tasks of a model work out, in per cent; the others have no traffic.
    pub(super) rates: BTreeMap<String, u8>,
    /// Whether the rates cannot be asked for.
    pub(super) rates_down: bool,
    /// An account that asks again within this time is refused; `None` is a second.
    pub(super) pace_ms: Option<i64>,
    /// Whether documents use references and badly written names.
    pub(super) odd: bool,
}

impl Shelf {
    /// The model, while it is on offer.
    pub(super) fn model(&self, id: &str) -> Option<&'static ModelRules> {
        if self.gone.contains(id) {
            return None;
        }
        let known = self.changed.get(id).copied().or_else(|| rules::model(id));
        known.filter(|model| !model.delisted)
    }

    /// All models on offer, the data file's first.
    pub(super) fn models(&self) -> Vec<&'static ModelRules> {
        let new = self.changed.keys().filter(|id| rules::model(id).is_none());
        let ids = rules::models().iter().map(|model| &model.id).chain(new);
        ids.filter_map(|id| self.model(id)).collect()
    }

    /// The fault that the next call meets.
    pub(super) fn fault(&mut self) -> Option<ListingFault> {
        self.next.pop_front().or(self.lasting)
    }
}

/// The JSON is not a model in the form of the data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAModel(pub String);

impl std::fmt::Display for NotAModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a model: {}", self.0)
    }
}

impl std::error::Error for NotAModel {}

impl KieWorld {
    /// A model in the form of the data file, to be changed and given to [`KieWorld::offer`].
    #[must_use]
    pub fn model_data(&self, id: &str) -> Option<Value> {
        rules::data(id)
    }

    /// Offers a model from now on, a new one or a known one as it is described now: its schema, its
    /// price, the check of its orders. It lives as long as the process.
    ///
    /// # Errors
    /// When the JSON is not in the form of the data file.
    pub fn offer(&self, model: Value) -> Result<(), NotAModel> {
        let model: ModelRules =
            serde_json::from_value(model).map_err(|why| NotAModel(why.to_string()))?;
        let model: &'static ModelRules = Box::leak(Box::new(model));
        self.with(|state| {
            state.shelf.gone.remove(&model.id);
            state.shelf.changed.insert(model.id.clone(), model);
        });
        Ok(())
    }

    /// Offers the model no more: it is not listed, and orders of it are refused.
    pub fn delist(&self, id: &str) {
        self.with(|state| state.shelf.gone.insert(id.to_owned()));
    }

    /// Offers the model again.
    pub fn relist(&self, id: &str) {
        self.with(|state| state.shelf.gone.remove(id));
    }

    /// Lets an account ask about the catalogue more often than once a second, for tests in which
    /// time is real.
    pub fn set_listing_pace(&self, pace_ms: i64) {
        self.with(|state| state.shelf.pace_ms = Some(pace_ms));
    }

    /// What the next call of the catalogue or the price feed meets; several wait in line.
    pub fn next_listing(&self, fault: ListingFault) {
        self.with(|state| state.shelf.next.push_back(fault));
    }

    /// What every call of the catalogue and the price feed meets; `None` mends it.
    pub fn set_listing_fault(&self, fault: Option<ListingFault>) {
        self.with(|state| state.shelf.lasting = fault);
    }

    /// Writes schemas as the real service does on its worse days: references that are not inlined,
    /// names that are percent-encoded or end in a space.
    pub fn set_odd_documents(&self, odd: bool) {
        self.with(|state| state.shelf.odd = odd);
    }

    /// How often tasks of the model worked out in the last day, in per cent; `None` is no traffic.
    pub fn set_success_rate(&self, id: &str, percent: Option<u8>) {
        self.with(|state| match percent {
            Some(percent) => drop(state.shelf.rates.insert(id.to_owned(), percent.min(100))),
            None => drop(state.shelf.rates.remove(id)),
        });
    }

    /// Answers 500 to everybody who asks for a success rate, or stops doing so.
    pub fn set_success_rates_down(&self, down: bool) {
        self.with(|state| state.shelf.rates_down = down);
    }
}
