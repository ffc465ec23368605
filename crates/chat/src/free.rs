//! The free tier: which models are given away, and to whom.

use catalog::Model;
use generation::{FreeLimits, NotFree};
use money::{Credits, Rub};

use crate::desk::{Context, Desk, Priced};

/// So many models are free when the operator names none.
const FREE_MODELS: usize = 5;

/// What is given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeTier {
    /// The models that the operator named; `None` for the cheapest ones.
    pub models: Option<Vec<String>>,
    /// The dearest input that is free.
    pub max: Rub,
    /// How much is given away.
    pub limits: FreeLimits,
}

impl Default for FreeTier {
    /// Inputs up to 3 ₽ of the cheapest models, 5 a day and 2 an hour, for 100 ₽ a day in all.
    fn default() -> Self {
        let limits = FreeLimits { per_day: 5, per_hour: 2, budget: Rub::from_roubles(100) };
        Self { models: None, max: Rub::from_roubles(3), limits }
    }
}

impl FreeTier {
    /// Nothing is free.
    #[must_use]
    pub const fn off() -> Self {
        let limits = FreeLimits { per_day: 0, per_hour: 0, budget: Rub::ZERO };
        Self { models: None, max: Rub::ZERO, limits }
    }

    /// Whether anything is free at all.
    const fn is_on(&self) -> bool {
        self.limits.per_day > 0 && self.limits.per_hour > 0
    }
}

/// A word about the free tier above a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FreeWord {
    /// What was shown as free has its price by now.
    Over(NotFree),
    /// What was shown with a price is free by now.
    Again,
}

impl Desk {
    /// The models of the free tier, the cheapest first: those that the operator named, as far as
    /// they are sold, else the cheapest of the menu by the price of their usual input.
    #[must_use]
    pub fn free_models(&self) -> Vec<&Model> {
        if !self.free.is_on() {
            return Vec::new();
        }
        let mut models: Vec<(Credits, &Model)> = match &self.free.models {
            Some(ids) => ids
                .iter()
                .filter_map(|id| self.on_sale(id))
                .filter_map(|model| Some((model.usual_credits()?, model)))
                .collect(),
            None => self.by_price(),
        };
        models.retain(|(_, model)| !model.price_is_upper_bound());
        models.sort_by_key(|(credits, model)| (*credits, &model.id));
        models.dedup_by_key(|(_, model)| &model.id);
        let count = if self.free.models.is_some() { models.len() } else { FREE_MODELS };
        models.into_iter().take(count).map(|(_, model)| model).collect()
    }

    /// What stands in the menu, the cheapest first, with the credits of the usual input.
    pub(crate) fn by_price(&self) -> Vec<(Credits, &Model)> {
        let on_sale = |model: &&Model| self.on_sale(&model.id).is_some();
        let mut models: Vec<(Credits, &Model)> = self
            .catalog
            .models()
            .iter()
            .filter(on_sale)
            .filter_map(|model| Some((model.usual_credits()?, model)))
            .collect();
        models.sort_by_key(|(credits, model)| (*credits, &model.id));
        models
    }

    /// Whether that model is of the free tier.
    pub(crate) fn is_free_model(&self, id: &str) -> bool {
        self.free_models().iter().any(|model| model.id == id)
    }
}

impl Context<'_> {
    /// Whether an input of this price can be free for this person now.
    pub(crate) fn gives(&self, model: &Model, priced: &Priced) -> bool {
        self.free.admits(priced.cost).is_ok()
            && priced.price <= self.desk.free.max
            && self.desk.is_free_model(&model.id)
    }

    /// Whether the usual input of a model can be free for this person now.
    ///
    /// # Errors
    /// [`NotFree`]: why not, of a model of the free tier.
    pub(crate) fn gives_usual(&self, model: &Model) -> Result<(), NotFree> {
        let cost =
            model.usual_credits().and_then(|credits| self.desk.cost_rate.price(credits).ok());
        self.free.admits(cost.unwrap_or(Rub::ZERO))
    }

    /// Why a free input is not free any more.
    pub(crate) fn not_free(&self, priced: &Priced) -> NotFree {
        self.free.admits(priced.cost).err().unwrap_or(NotFree::Budget)
    }
}
