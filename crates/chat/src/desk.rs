use std::sync::Arc;

use billing::{Wallet, World};
use catalog::{Answers, Catalog, Fault, Language, Model};
use generation::{Bound, FreeLeft};
use money::{Credits, Rate, Rub};
use scenario::Scenarios;
use time::OffsetDateTime;

use crate::answer;
use crate::free::FreeTier;
use crate::journey::shop::Shop;
use crate::rules::Rules;
use crate::session::Draft;

/// What the conversation knows about the shop. One for the whole program.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The models.
    pub catalog: Arc<Catalog>,
    /// The ready ideas over them.
    pub scenarios: Arc<Scenarios>,
    /// Roubles that a person pays for a credit.
    pub rate: Rate,
    /// Roubles that a credit costs the shop.
    pub cost_rate: Rate,
    /// Bonus money for a new person.
    pub welcome: Rub,
    /// Real money or the test mode.
    pub world: World,
    /// `@name` of the bot without the sign, for links into the private chat.
    pub bot_username: String,
    /// `@name` without the sign of whom to ask for help, when there is somebody.
    pub support: Option<String>,
    /// Whether orders are taken. When they are not, everything up to the confirmation works, and
    /// nothing is put on hold.
    pub accepts_orders: bool,
    /// What stands around an order: limits, usual times, addresses of results.
    pub journey: Shop,
    /// What the operator decided about models and the shop.
    pub rules: Rules,
    /// What is given away.
    pub free: FreeTier,
    /// Prices above this carry a warning.
    pub dear: Rub,
    /// What is given away, and how much of it.
    pub bonuses: promo::Rules,
    /// What can be paid, and by which ways.
    pub payments: payments::Offer,
}

/// What is known at the moment of one update.
#[derive(Clone, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) now: OffsetDateTime,
    pub(crate) language: Language,
    pub(crate) user_id: i64,
    /// As the person wrote it.
    pub(crate) name: String,
    /// The session's revision before the update.
    pub(crate) revision: i64,
    pub(crate) wallet: Wallet,
    /// What is left of the free tier for this person.
    pub(crate) free: FreeLeft,
    /// The person has written for the first time.
    pub(crate) newcomer: bool,
    /// The models that the person has marked, the last one at the head.
    pub(crate) favourites: Vec<String>,
    /// What this very update did about the welcome.
    pub(crate) welcomed: promo::Welcomed,
}

/// The price of an input, in all three ways in which it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Priced {
    pub(crate) price: Rub,
    pub(crate) cost: Rub,
    pub(crate) credits: Credits,
    /// The price is the most that it can cost.
    pub(crate) bound: Option<Bound>,
}

/// Why an input has no price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unpriced {
    /// Something is missing or wrong: fields with what is wrong about them.
    Faults(Vec<(String, Fault)>),
    /// The combination is not sold.
    Unknown,
}

/// What an order costs at least: KIE.ai gives some models away, and we do not.
const LEAST: Rub = Rub::from_kopecks(50);

impl Desk {
    /// Roubles that a person pays for a credit of this model.
    #[must_use]
    pub fn rate_of(&self, model: &Model) -> Rate {
        self.rules.rate_of(&model.id).unwrap_or(self.rate)
    }

    /// What a person pays for so many credits; `None` when it does not fit into money.
    #[must_use]
    pub fn price(&self, model: &Model, credits: Credits) -> Option<Rub> {
        if let Some(price) = self.rules.price_of(&model.id) {
            return Some(price);
        }
        let price = self.rate_of(model).price(credits).ok()?;
        Some(if credits == Credits::ZERO { price.max(LEAST) } else { price })
    }

    /// The price of an input that is complete and right.
    pub(crate) fn quote(&self, model: &Model, answers: &Answers) -> Result<Priced, Unpriced> {
        model.check(answers).map_err(Unpriced::Faults)?;
        let credits = model.credits(answers).map_err(|_| Unpriced::Unknown)?;
        let price = self.price(model, credits).ok_or(Unpriced::Unknown)?;
        let cost = self.cost_rate.price(credits).map_err(|_| Unpriced::Unknown)?;
        let bound = Bound { rate: self.rate, cost_rate: self.cost_rate };
        let bound = model.price_is_upper_bound().then_some(bound);
        Ok(Priced { price, cost, credits, bound })
    }

    /// The model of that id while it can be ordered: it is sold, makes sense by itself, and needs
    /// nothing that nobody can be asked for.
    #[must_use]
    pub fn on_sale(&self, id: &str) -> Option<&Model> {
        self.catalog.model(id).filter(|model| {
            model.is_on_sale()
                && model.in_menu()
                && !self.rules.rests(&model.id)
                && !answer::needs_more_than_asked(model, &Answers::new())
        })
    }

    /// How long an order of this model usually takes, in seconds: as it was lately, else as the
    /// catalogue says.
    pub(crate) fn usual_seconds(&self, model: &str) -> u32 {
        let lately = self.journey.usual.get(model).map(|usual| usual.half);
        let known = || self.catalog.model(model).map_or(60, |model| model.usual_seconds);
        lately.unwrap_or_else(known).max(1)
    }

    /// The model of an order that is being made: one of the menu, or one that goes on from an
    /// earlier result which gives all that nobody can be asked for.
    pub(crate) fn of_draft(&self, draft: &Draft) -> Option<&Model> {
        match draft.continues {
            None => self.on_sale(&draft.model),
            Some(_) => self.sold_after(&draft.model, &draft.answers),
        }
    }

    /// The model of an order, while the same can be ordered once more.
    pub(crate) fn again(&self, order: &generation::View) -> Option<&Model> {
        match order.continues {
            None => self.on_sale(&order.model),
            Some(_) => self.sold_after(&order.model, &order.answers),
        }
    }

    fn sold_after(&self, id: &str, answers: &Answers) -> Option<&Model> {
        self.catalog
            .model(id)
            .filter(|model| model.is_on_sale() && !answer::needs_more_than_asked(model, answers))
    }

    /// What can be ordered in the place of a model that rests: of the same shelf, as near in price
    /// as there is.
    pub(crate) fn instead_of(&self, model: &Model) -> Option<&Model> {
        let wanted = self.price(model, model.from_credits()?)?.kopecks();
        let others = self.catalog.models().iter().filter(|other| {
            other.id != model.id
                && other.category == model.category
                && self.on_sale(&other.id).is_some()
        });
        others
            .filter_map(|other| {
                let price = self.price(other, other.from_credits()?)?.kopecks();
                Some(((price.abs_diff(wanted), &other.id), other))
            })
            .min_by_key(|(order, _)| *order)
            .map(|(_, other)| other)
    }

    /// The model of a deep link. A link takes only letters, digits, `-` and `_`, so all else in an
    /// id is written as `_`.
    pub(crate) fn linked(&self, payload: &str) -> Option<&Model> {
        let wanted = slug(payload);
        self.catalog.models().iter().find(|model| slug(&model.id) == wanted)
    }
}

fn slug(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_model_has_a_link_of_its_own() {
        let catalog = Catalog::builtin().unwrap();
        let slugs: HashSet<_> = catalog.models().iter().map(|model| slug(&model.id)).collect();
        assert_eq!(slugs.len(), catalog.models().len());
    }
}
