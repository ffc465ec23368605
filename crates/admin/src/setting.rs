//! The settings that can be changed in Telegram: what each is, and what it may be.

mod bound;
mod page;
mod way;

use money::{Formula, Rub};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::texts::Key;

pub(crate) use bound::Bound;
pub(crate) use page::PageWords;
pub(crate) use way::Way;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Setting {
    FxRubPerUsd,
    CreditUsd,
    Markup,
    WelcomeRub,
    Support,
    Maintenance,
    MaintenanceWords,
    AdjustLimitRub,
    BreakerPercent,
    BreakerOrders,
    BreakerRestMinutes,
    FreeModels,
    FreePerDay,
    FreePerHour,
    FreeMaxRub,
    FreeBudgetRub,
    DigestHour,
    /// How much one person may ask for.
    Bound(Bound),
    /// Whether people can pay that way.
    Way(Way),
    /// What a page says.
    Page(PageWords),
}

/// Settings that stand on one screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Shop,
    Bounds,
    Ways,
    Pages,
}

impl Section {
    pub(crate) const ALL: [Self; 4] = [Self::Shop, Self::Bounds, Self::Ways, Self::Pages];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Shop => "s",
            Self::Bounds => "b",
            Self::Ways => "w",
            Self::Pages => "p",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.code() == code)
    }

    /// What it is called.
    pub(crate) const fn title(self) -> Key {
        match self {
            Self::Shop => Key::ButtonSettings,
            Self::Bounds => Key::ButtonSettingBounds,
            Self::Ways => Key::ButtonSettingWays,
            Self::Pages => Key::ButtonSettingPages,
        }
    }
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number above zero, up to this one.
    Number { max: i64 },
    /// Whole roubles and kopecks, up to so many roubles.
    Roubles { max: i64 },
    /// A whole number within bounds.
    Whole { min: i64, max: i64 },
    /// Yes or no.
    Switch,
    /// `@name` of somebody.
    Name,
    /// Words for people.
    Words,
    /// A page for people, as HTML of the Bot API.
    Page,
    /// Ids of models with commas between; nothing is none of them.
    Models,
}

/// The most models that can be given away.
pub(crate) const FREE_MODELS_MAX: usize = 20;

/// The most characters of words for people.
const WORDS_MAX: usize = 400;

/// The most characters of a page: it shares its message with a contact.
const PAGE_MAX: usize = 3_500;

impl Setting {
    pub(crate) const ALL: &[Self] = &[
        Self::FxRubPerUsd,
        Self::CreditUsd,
        Self::Markup,
        Self::WelcomeRub,
        Self::Support,
        Self::Maintenance,
        Self::MaintenanceWords,
        Self::AdjustLimitRub,
        Self::BreakerPercent,
        Self::BreakerOrders,
        Self::BreakerRestMinutes,
        Self::FreeModels,
        Self::FreePerDay,
        Self::FreePerHour,
        Self::FreeMaxRub,
        Self::FreeBudgetRub,
        Self::DigestHour,
        Self::Bound(Bound::RequestsPerMinute),
        Self::Bound(Bound::OpenOrders),
        Self::Bound(Bound::UploadsPerHour),
        Self::Way(Way::Stars),
        Self::Way(Way::Telegram),
        Self::Way(Way::Yookassa),
        Self::Way(Way::Cryptopay),
        Self::Way(Way::Manual),
        Self::Page(PageWords::TermsRu),
        Self::Page(PageWords::TermsEn),
        Self::Page(PageWords::PrivacyRu),
        Self::Page(PageWords::PrivacyEn),
        Self::Page(PageWords::PaymentsRu),
        Self::Page(PageWords::PaymentsEn),
        Self::Page(PageWords::SupportRu),
        Self::Page(PageWords::SupportEn),
    ];

    /// The screen on which it stands.
    pub(crate) const fn section(self) -> Section {
        match self {
            Self::Bound(_) => Section::Bounds,
            Self::Way(_) => Section::Ways,
            Self::Page(_) => Section::Pages,
            Self::FxRubPerUsd
            | Self::CreditUsd
            | Self::Markup
            | Self::WelcomeRub
            | Self::Support
            | Self::Maintenance
            | Self::MaintenanceWords
            | Self::AdjustLimitRub
            | Self::BreakerPercent
            | Self::BreakerOrders
            | Self::BreakerRestMinutes
            | Self::FreeModels
            | Self::FreePerDay
            | Self::FreePerHour
            | Self::FreeMaxRub
            | Self::FreeBudgetRub
            | Self::DigestHour => Section::Shop,
        }
    }

    /// All of one screen.
    pub(crate) fn of(section: Section) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |setting| setting.section() == section)
    }

    /// The name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FxRubPerUsd => "fx_rub_per_usd",
            Self::CreditUsd => "credit_usd",
            Self::Markup => "markup",
            Self::WelcomeRub => "welcome_rub",
            Self::Support => "support",
            Self::Maintenance => "maintenance",
            Self::MaintenanceWords => "maintenance_words",
            Self::AdjustLimitRub => "adjust_limit_rub",
            Self::BreakerPercent => "breaker_percent",
            Self::BreakerOrders => "breaker_orders",
            Self::BreakerRestMinutes => "breaker_rest_minutes",
            Self::FreeModels => "free_models",
            Self::FreePerDay => "free_per_day",
            Self::FreePerHour => "free_per_hour",
            Self::FreeMaxRub => "free_max_rub",
            Self::FreeBudgetRub => "free_budget_rub",
            Self::DigestHour => "digest_hour",
            Self::Bound(bound) => bound.name(),
            Self::Way(way) => way.name(),
            Self::Page(page) => page.name(),
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|setting| setting.name() == name)
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::FxRubPerUsd => Kind::Number { max: 10_000 },
            Self::CreditUsd => Kind::Number { max: 10 },
            Self::Markup => Kind::Number { max: 100 },
            Self::WelcomeRub => Kind::Roubles { max: 10_000 },
            Self::AdjustLimitRub => Kind::Roubles { max: 1_000_000 },
            Self::Support => Kind::Name,
            Self::Maintenance => Kind::Switch,
            Self::MaintenanceWords => Kind::Words,
            Self::BreakerPercent => Kind::Whole { min: 1, max: 101 },
            Self::BreakerOrders => Kind::Whole { min: 1, max: 1_000 },
            Self::BreakerRestMinutes => Kind::Whole { min: 1, max: 10_080 },
            Self::FreeModels => Kind::Models,
            Self::FreePerDay | Self::FreePerHour => Kind::Whole { min: 0, max: 1_000 },
            Self::FreeMaxRub => Kind::Roubles { max: 1_000 },
            Self::FreeBudgetRub => Kind::Roubles { max: 1_000_000 },
            // The hour that no day has switches it off.
            Self::DigestHour => Kind::Whole { min: 0, max: 24 },
            Self::Bound(bound) => bound.kind(),
            Self::Way(_) => Kind::Switch,
            Self::Page(_) => Kind::Page,
        }
    }

    /// What it is called.
    pub(crate) const fn title(self) -> Key {
        match self {
            Self::FxRubPerUsd => Key::FieldSettingFx,
            Self::CreditUsd => Key::FieldSettingCredit,
            Self::Markup => Key::FieldSettingMarkup,
            Self::WelcomeRub => Key::FieldSettingWelcome,
            Self::Support => Key::FieldSettingSupport,
            Self::Maintenance => Key::FieldSettingMaintenance,
            Self::MaintenanceWords => Key::FieldSettingMaintenanceWords,
            Self::AdjustLimitRub => Key::FieldSettingAdjustLimit,
            Self::BreakerPercent => Key::FieldSettingBreakerPercent,
            Self::BreakerOrders => Key::FieldSettingBreakerOrders,
            Self::BreakerRestMinutes => Key::FieldSettingBreakerRest,
            Self::FreeModels => Key::FieldSettingFreeModels,
            Self::FreePerDay => Key::FieldSettingFreeDay,
            Self::FreePerHour => Key::FieldSettingFreeHour,
            Self::FreeMaxRub => Key::FieldSettingFreeMax,
            Self::FreeBudgetRub => Key::FieldSettingFreeBudget,
            Self::DigestHour => Key::FieldSettingDigestHour,
            Self::Bound(bound) => bound.title(),
            Self::Way(way) => way.title(),
            Self::Page(page) => page.title(),
        }
    }

    /// What an operator wrote, in the form in which it is kept; `None` when it cannot be.
    pub(crate) fn read(self, text: &str) -> Option<String> {
        let text = text.trim();
        match self.kind() {
            Kind::Number { max } => {
                let number = decimal(text)?;
                let fits = number > Decimal::ZERO && number <= Decimal::from(max);
                fits.then(|| number.normalize().to_string())
            }
            Kind::Roubles { max } => {
                let sum = Rub::parse(text).ok()?;
                let fits = sum >= Rub::ZERO && sum <= Rub::from_roubles(max);
                fits.then(|| sum.kopecks().to_string())
            }
            Kind::Whole { min, max } => {
                let number: i64 = text.parse().ok()?;
                (min..=max).contains(&number).then(|| number.to_string())
            }
            Kind::Switch => matches!(text, "0" | "1").then(|| text.to_owned()),
            Kind::Name => {
                let name = text.trim_start_matches('@');
                let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                ((4..=32).contains(&name.len()) && letters).then(|| name.to_owned())
            }
            Kind::Words => {
                let fits = !text.is_empty() && text.chars().count() <= WORDS_MAX;
                fits.then(|| text.to_owned())
            }
            Kind::Page => {
                let length = telegram::limits::visible_length(text);
                ((1..=PAGE_MAX).contains(&length)).then(|| text.to_owned())
            }
            Kind::Models => {
                let ids: Vec<&str> = ids(text).collect();
                let fits = ids.iter().all(|id| catalog::may_be_id(id));
                let all = fits && !ids.is_empty() && ids.len() <= FREE_MODELS_MAX;
                all.then(|| ids.join(","))
            }
        }
    }
}

/// The ids of a list of models.
pub(crate) fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|id| !id.is_empty())
}

/// A number as people write it, with a comma or a point.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    text.trim().replace(',', ".").parse().ok()
}

/// The formula with these settings in the place of the environment's.
pub(crate) fn formula(base: Formula, value: impl Fn(Setting) -> Option<String>) -> Formula {
    let number = |setting, usual| value(setting).and_then(|text| decimal(&text)).unwrap_or(usual);
    Formula {
        credit_usd: number(Setting::CreditUsd, base.credit_usd),
        rub_per_usd: number(Setting::FxRubPerUsd, base.rub_per_usd),
        markup: number(Setting::Markup, base.markup),
        credit_rub: base.credit_rub,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_takes_only_what_it_may_be() {
        let cases = [
            (Setting::Markup, "2,50", Some("2.5")),
            (Setting::Markup, "0", None),
            (Setting::Markup, "101", None),
            (Setting::FxRubPerUsd, "101.5", Some("101.5")),
            (Setting::WelcomeRub, "150,50", Some("15050")),
            (Setting::WelcomeRub, "-1", None),
            (Setting::Support, "@kie_help", Some("kie_help")),
            (Setting::Support, "a b", None),
            (Setting::Maintenance, "1", Some("1")),
            (Setting::Maintenance, "yes", None),
            (Setting::BreakerPercent, "60", Some("60")),
            (Setting::BreakerPercent, "0", None),
            (Setting::DigestHour, "0", Some("0")),
            (Setting::DigestHour, "25", None),
            (Setting::MaintenanceWords, "  ", None),
            (Setting::Bound(Bound::OpenOrders), "3", Some("3")),
            (Setting::Bound(Bound::OpenOrders), "0", None),
            (Setting::Way(Way::Stars), "0", Some("0")),
            (Setting::Page(PageWords::TermsRu), " <b>!</b> ", Some("<b>!</b>")),
            (Setting::Page(PageWords::TermsRu), "<b></b>", None),
            (Setting::FreeModels, " z-image , wan/2-7-image,", Some("z-image,wan/2-7-image")),
            (Setting::FreeModels, ",", None),
            (Setting::FreeModels, "модель", None),
            (Setting::FreePerDay, "0", Some("0")),
            (Setting::FreePerHour, "-1", None),
            (Setting::FreeMaxRub, "2,50", Some("250")),
        ];
        for (setting, text, kept) in cases {
            assert_eq!(setting.read(text).as_deref(), kept, "{setting:?} {text}");
        }
    }

    #[test]
    fn every_setting_is_found_by_its_name() {
        for setting in Setting::ALL {
            assert_eq!(Setting::named(setting.name()), Some(*setting));
        }
    }
}
