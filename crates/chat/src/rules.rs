use std::collections::BTreeMap;

use catalog::Language;
use money::{Rate, Rub};

/// What the operator decided: the part of the shop that the catalogue and the environment do not
/// know.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What differs for single models, by their ids.
    pub models: BTreeMap<String, ModelRule>,
    /// While orders are not taken: what people are told, when the usual words do not do.
    pub closed_words: Option<String>,
    /// Pages that say something else than the program's own words, as HTML of the Bot API.
    pub pages: BTreeMap<(PageText, Language), String>,
}

/// A page whose words are the operator's to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PageText {
    /// What the shop promises and asks for.
    Terms,
    /// What is known about people.
    Privacy,
    /// Questions about payments.
    Payments,
    /// Whom to ask for help.
    Support,
}

/// What differs for one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelRule {
    /// Why it cannot be ordered now, when it cannot.
    pub rest: Option<Rest>,
    /// It has failed often and is tried again: one order is let through.
    pub on_trial: bool,
    /// What an order costs, whatever the formula says.
    pub price: Option<Rub>,
    /// What a credit costs people in this model.
    pub rate: Option<Rate>,
}

/// Why a model cannot be ordered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The operator took it off.
    ByOperator,
    /// It failed too often.
    Failing,
}

impl Rules {
    pub(crate) fn price_of(&self, model: &str) -> Option<Rub> {
        self.models.get(model)?.price
    }

    pub(crate) fn rate_of(&self, model: &str) -> Option<Rate> {
        self.models.get(model)?.rate
    }

    pub(crate) fn rests(&self, model: &str) -> bool {
        self.models.get(model).is_some_and(|rule| rule.rest.is_some())
    }

    pub(crate) fn on_trial(&self, model: &str) -> bool {
        self.models.get(model).is_some_and(|rule| rule.on_trial)
    }
}
