//! What operators decided, applied to the shop.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chat::{Desk, FreeTier, ModelRule, Rest};
use generation::{Breaker, BreakerPolicy};
use money::{Formula, Rub};
use sqlx::PgConnection;

use crate::setting::{self, Setting};
use crate::statistics::DIGEST_HOUR;
use crate::store;
use crate::store::rules::Override;

/// Above this an adjustment needs a second look, unless a setting says otherwise.
const ADJUST_LIMIT: Rub = Rub::from_roubles(1_000);

/// Everything stored that changes the shop.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Grows with each decision.
    pub revision: i64,
    pub(crate) settings: BTreeMap<Setting, String>,
    pub(crate) models: BTreeMap<String, Override>,
    pub(crate) breakers: Vec<Breaker>,
    pub(crate) staff: Vec<(i64, String)>,
}

/// The number of the newest decision.
///
/// # Errors
/// What the database says.
pub async fn revision(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    store::actions::revision(connection).await
}

/// Reads what operators decided.
///
/// # Errors
/// What the database says.
pub async fn decisions(connection: &mut PgConnection) -> Result<Decisions, sqlx::Error> {
    Ok(Decisions {
        revision: store::actions::revision(connection).await?,
        settings: store::rules::settings(connection).await?,
        models: store::rules::overrides(connection).await?,
        breakers: generation::breakers(connection).await?,
        staff: store::staff(connection).await?,
    })
}

impl Decisions {
    /// Telegram ids of everybody with a role that was given.
    #[must_use]
    pub fn staff(&self) -> BTreeSet<i64> {
        self.staff.iter().map(|(id, _)| *id).collect()
    }

    /// When a failing model is taken off.
    #[must_use]
    pub fn breaker_policy(&self) -> BreakerPolicy {
        let usual = BreakerPolicy::default();
        let minutes = self.number(Setting::BreakerRestMinutes);
        BreakerPolicy {
            orders_min: self.number(Setting::BreakerOrders).unwrap_or(usual.orders_min),
            percent: self.number(Setting::BreakerPercent).unwrap_or(usual.percent),
            rest: minutes
                .and_then(|minutes| u64::try_from(minutes).ok())
                .map_or(usual.rest, Duration::from_mins),
        }
    }

    /// The hour of Moscow from which on the digest of the day before is sent; none when it is not.
    pub(crate) fn digest_hour(&self) -> Option<u8> {
        let hour = self.number(Setting::DigestHour).map(u8::try_from);
        hour.map_or(Some(DIGEST_HOUR), Result::ok).filter(|hour| *hour < 24)
    }

    /// Above this an adjustment needs a second look.
    pub(crate) fn adjust_limit(&self) -> Rub {
        self.number(Setting::AdjustLimitRub).map_or(ADJUST_LIMIT, Rub::from_kopecks)
    }

    /// The formula in force.
    pub(crate) fn formula(&self, base: Formula) -> Formula {
        setting::formula(base, |setting| self.settings.get(&setting).cloned())
    }

    fn number(&self, setting: Setting) -> Option<i64> {
        self.settings.get(&setting)?.parse().ok()
    }

    /// What one setting changes of bounds, ways to pay and pages.
    fn apply(&self, setting: Setting, desk: &mut Desk) {
        match setting {
            Setting::Bound(bound) => {
                if let Some(value) = self.number(setting).and_then(|value| value.try_into().ok()) {
                    bound.set(&mut desk.journey.limits, value);
                }
            }
            Setting::Way(way) => {
                if self.number(setting) == Some(0) {
                    desk.payments.ways.retain(|known| *known != way.provider());
                }
            }
            Setting::Page(page) => {
                if let Some(words) = self.settings.get(&setting) {
                    desk.rules.pages.insert(page.page(), words.clone());
                }
            }
            Setting::FxRubPerUsd
            | Setting::CreditUsd
            | Setting::Markup
            | Setting::WelcomeRub
            | Setting::Support
            | Setting::Maintenance
            | Setting::MaintenanceWords
            | Setting::AdjustLimitRub
            | Setting::BreakerPercent
            | Setting::BreakerOrders
            | Setting::BreakerRestMinutes
            | Setting::FreeModels
            | Setting::FreePerDay
            | Setting::FreePerHour
            | Setting::FreeMaxRub
            | Setting::FreeBudgetRub
            | Setting::DigestHour => {}
        }
    }

    /// What is given away, as the settings want it.
    fn give_away(&self, free: &mut FreeTier) {
        let count = |setting| self.number(setting).and_then(|count| u32::try_from(count).ok());
        if let Some(models) = self.settings.get(&Setting::FreeModels) {
            free.models = Some(setting::ids(models).map(str::to_owned).collect());
        }
        if let Some(count) = count(Setting::FreePerDay) {
            free.limits.per_day = count;
        }
        if let Some(count) = count(Setting::FreePerHour) {
            free.limits.per_hour = count;
        }
        if let Some(kopecks) = self.number(Setting::FreeMaxRub) {
            free.max = Rub::from_kopecks(kopecks);
        }
        if let Some(kopecks) = self.number(Setting::FreeBudgetRub) {
            free.limits.budget = Rub::from_kopecks(kopecks);
        }
    }

    /// The shop of the environment and the catalogue, with everything that was decided.
    #[must_use]
    pub fn desk(&self, base: &Desk, formula: Formula) -> Desk {
        let mut desk = base.clone();
        let formula = self.formula(formula);
        if let (Ok(rate), Ok(cost)) = (formula.price(), formula.cost()) {
            (desk.rate, desk.cost_rate) = (rate, cost);
        }
        if let Some(welcome) = self.number(Setting::WelcomeRub) {
            desk.welcome = Rub::from_kopecks(welcome);
        }
        if let Some(support) = self.settings.get(&Setting::Support) {
            desk.support = Some(support.clone());
        }
        if self.settings.get(&Setting::Maintenance).is_some_and(|value| value == "1") {
            desk.accepts_orders = false;
            desk.rules.closed_words = self.settings.get(&Setting::MaintenanceWords).cloned();
        }
        for setting in self.settings.keys() {
            self.apply(*setting, &mut desk);
        }
        self.give_away(&mut desk.free);
        let rules = &mut desk.rules.models;
        for (model, decided) in &self.models {
            let rule = ModelRule {
                rest: decided.off.then_some(Rest::ByOperator),
                on_trial: false,
                price: decided.price_kop.map(Rub::from_kopecks),
                rate: decided.markup.and_then(|markup| formula.price_at(markup).ok()),
            };
            rules.insert(model.clone(), rule);
        }
        for breaker in &self.breakers {
            let rule = rules.entry(breaker.model.clone()).or_default();
            rule.on_trial = breaker.on_trial;
            if !breaker.on_trial && rule.rest.is_none() {
                rule.rest = Some(Rest::Failing);
            }
        }
        desk
    }
}
