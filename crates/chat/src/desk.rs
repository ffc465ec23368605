use std::sync::Arc;

use billing::{Wallet, World};
use catalog::{Answers, Catalog, Fault, Language, Model};
use money::{Credits, Rate, Rub};
use scenario::Scenarios;
use time::OffsetDateTime;

use crate::answer;

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
    /// The person has written for the first time.
    pub(crate) newcomer: bool,
    /// The welcome bonus was given by this very update.
    pub(crate) bonus: Option<Rub>,
}

/// The price of an input, in all three ways in which it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Priced {
    pub(crate) price: Rub,
    pub(crate) cost: Rub,
    pub(crate) credits: Credits,
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
    /// What a person pays for so many credits; `None` when it does not fit into money.
    pub(crate) fn price(&self, credits: Credits) -> Option<Rub> {
        let price = self.rate.price(credits).ok()?;
        Some(if credits == Credits::ZERO { price.max(LEAST) } else { price })
    }

    /// The price of an input that is complete and right.
    pub(crate) fn quote(&self, model: &Model, answers: &Answers) -> Result<Priced, Unpriced> {
        model.check(answers).map_err(Unpriced::Faults)?;
        let credits = model.credits(answers).map_err(|_| Unpriced::Unknown)?;
        let price = self.price(credits).ok_or(Unpriced::Unknown)?;
        let cost = self.cost_rate.price(credits).map_err(|_| Unpriced::Unknown)?;
        Ok(Priced { price, cost, credits })
    }

    /// The model of that id while it can be ordered: it is sold, makes sense by itself, and needs
    /// nothing that nobody can be asked for.
    pub(crate) fn on_sale(&self, id: &str) -> Option<&Model> {
        self.catalog.model(id).filter(|model| {
            model.is_on_sale()
                && model.in_menu()
                && !answer::needs_more_than_asked(model, &Answers::new())
        })
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
