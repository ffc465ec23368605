//! The menu, the settings, and what is asked before something is done.

use std::collections::BTreeMap;

use chat::{Arg, Screen, Tap, Tone, one_line};
use figures::Span;
use money::Rub;

use crate::act::Act;
use crate::broadcasts;
use crate::button::{Button, Filter, Place};
use crate::catalogue::{Deed, Spot};
use crate::react::Context;
use crate::render::{Pen, date, lines, number, rub};
use crate::role::Right;
use crate::session::Form;
use crate::setting::{Kind, Section, Setting};
use crate::statistics::{DIGEST_HOUR, Stretch};
use crate::store::rules::Change;
use crate::texts::Key;
use crate::view::{Care, origin};
use crate::{codes, till};

/// The menu: two buttons a row; a place that is built gets its line here.
pub(super) fn menu(pen: &Pen<'_>, requests: usize, payments: i64) -> Screen {
    let mut entries = vec![
        (Key::ButtonUsers, Place::Users),
        (Key::ButtonMoney, Place::Money { filter: Filter::All, page: 0 }),
        (Key::ButtonModels, Place::Models),
        (Key::ButtonErrors, Place::Errors { days: 1 }),
        (Key::ButtonSync, Place::Catalogue(Spot::Sync)),
        (Key::ButtonStatistics, Place::Statistics(Stretch::present(Span::Day))),
        (Key::ButtonBroadcasts, Place::Broadcast(broadcasts::Spot::List { page: 0 })),
        (Key::ButtonCodes, Place::Codes(codes::Spot::List { page: 0 })),
        (Key::ButtonSettings, Place::Settings(Section::Shop)),
        (Key::ButtonHealth, Place::Health),
        (Key::ButtonJournal, Place::Journal { page: 0 }),
    ];
    let waiting = i64::try_from(requests).ok().filter(|count| *count > 0);
    if payments > 0 {
        let which = payments::Which::ToDecide;
        entries.push((Key::ButtonTill, Place::Till(till::Spot::List { which, page: 0 })));
    }
    if waiting.is_some() {
        entries.push((Key::ButtonRequests, Place::Requests));
    }
    let taps: Vec<Tap> = entries.into_iter().map(|(key, place)| pen.open(key, place)).collect();
    let waiting =
        waiting.map(|count| pen.say(Key::ScreenMenuRequests, &[("count", Arg::Number(count))]));
    let rows = taps.chunks(2).map(<[Tap]>::to_vec).collect();
    let bills = (payments > 0)
        .then(|| pen.say(Key::ScreenMenuPayments, &[("count", Arg::Number(payments))]));
    let words =
        vec![pen.say(Key::ScreenMenu, &[]), waiting.unwrap_or_default(), bills.unwrap_or_default()];
    pen.page(words, rows)
}

/// A value of a setting in words.
fn shown(pen: &Pen<'_>, setting: Setting, value: &str) -> String {
    match setting.kind() {
        Kind::Roubles { .. } => Rub::from_kopecks(value.parse().unwrap_or_default()).to_string(),
        Kind::Switch => pen.word(if value == "1" { Key::FieldYes } else { Key::FieldNo }),
        Kind::Name => format!("@{value}"),
        Kind::Models if value.is_empty() => pen.word(Key::FieldNone),
        Kind::Models => value.replace(',', ", "),
        Kind::Number { .. } | Kind::Whole { .. } | Kind::Words => value.to_owned(),
        Kind::Page => telegram::limits::plain_text(value),
    }
}

/// What is in effect, whether it was set here or comes from the environment.
fn effective(pen: &Pen<'_>, context: &Context<'_>, setting: Setting) -> String {
    let desk = context.desk;
    let policy = &context.breaker;
    match setting {
        Setting::FxRubPerUsd => context.formula.rub_per_usd.normalize().to_string(),
        Setting::CreditUsd => context.formula.credit_usd.normalize().to_string(),
        Setting::Markup => context.formula.markup.normalize().to_string(),
        Setting::WelcomeRub => desk.welcome.to_string(),
        Setting::Support => desk
            .support
            .as_ref()
            .map_or_else(|| pen.word(Key::FieldNone), |name| format!("@{name}")),
        Setting::Maintenance => {
            pen.word(if desk.accepts_orders { Key::FieldNo } else { Key::FieldYes })
        }
        Setting::MaintenanceWords => {
            desk.rules.closed_words.clone().unwrap_or_else(|| pen.word(Key::FieldNone))
        }
        Setting::AdjustLimitRub => context.limit.to_string(),
        Setting::BreakerPercent => policy.percent.to_string(),
        Setting::BreakerOrders => policy.orders_min.to_string(),
        Setting::BreakerRestMinutes => (policy.rest.as_secs() / 60).to_string(),
        Setting::Bound(bound) => bound.value(&desk.journey.limits).to_string(),
        Setting::Way(_) => {
            pen.word(if is_on(context, setting, None) { Key::FieldYes } else { Key::FieldNo })
        }
        Setting::Page(page) => {
            let (page, language) = page.page();
            telegram::limits::plain_text(&chat::page_words(desk, page, language))
        }
        Setting::FreeModels => {
            let models = desk.free_models();
            models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(", ")
        }
        Setting::FreePerDay => desk.free.limits.per_day.to_string(),
        Setting::FreePerHour => desk.free.limits.per_hour.to_string(),
        Setting::FreeMaxRub => desk.free.max.to_string(),
        Setting::FreeBudgetRub => desk.free.limits.budget.to_string(),
        Setting::DigestHour => DIGEST_HOUR.to_string(),
    }
}

/// Whether a switch is on: as it was set, else as the environment has it.
fn is_on(context: &Context<'_>, setting: Setting, value: Option<&str>) -> bool {
    match (value, setting) {
        (Some(value), _) => value == "1",
        (None, Setting::Way(way)) => context.desk.payments.ways.contains(&way.provider()),
        (None, _) => false,
    }
}

pub(super) fn settings(
    pen: &Pen<'_>,
    context: &Context<'_>,
    section: Section,
    values: &BTreeMap<Setting, String>,
) -> Screen {
    let list = lines(Setting::of(section).map(|setting| {
        let mark = if values.contains_key(&setting) { "✏️ " } else { "" };
        let value = values
            .get(&setting)
            .map_or_else(|| effective(pen, context, setting), |value| shown(pen, setting, value));
        let value = telegram::escape_html(&one_line(&value, 60));
        format!("{mark}{}: <b>{value}</b>", pen.say(setting.title(), &[]))
    }));
    let mut rows: Vec<Vec<Tap>> = Setting::of(section)
        .map(|setting| vec![pen.open(setting.title(), Place::Setting(setting))])
        .collect();
    let title = if section == Section::Shop {
        let others = Section::ALL.into_iter().filter(|other| *other != Section::Shop);
        rows.extend(others.map(|other| vec![pen.open(other.title(), Place::Settings(other))]));
        rows.push(pen.way_back(Place::Menu));
        String::new()
    } else {
        rows.push(pen.way_back(Place::Settings(Section::Shop)));
        format!("<b>{}</b>", pen.say(section.title(), &[]))
    };
    pen.page(vec![pen.say(Key::ScreenSettings, &[]), title, list], rows)
}

pub(super) fn setting(
    pen: &Pen<'_>,
    context: &Context<'_>,
    setting: Setting,
    value: Option<&str>,
    history: &[Change],
) -> Screen {
    let now =
        value.map_or_else(|| effective(pen, context, setting), |value| shown(pen, setting, value));
    let args = [("title", pen.word(setting.title()).into()), ("value", now.into())];
    let usual = value.is_none().then(|| pen.say(Key::ScreenSettingUsual, &[]));
    let one = |value: &Option<String>| {
        let value = value.as_deref();
        value.map_or_else(|| pen.word(Key::FieldNone), |value| shown(pen, setting, value))
    };
    let changes = lines(history.iter().map(|change| {
        let args = [
            ("date", date(change.at)),
            ("before", one_line(&one(&change.before), 60).into()),
            ("after", one_line(&one(&change.after), 60).into()),
            ("actor", change.actor.as_str().into()),
        ];
        pen.say(Key::ScreenLineChange, &args)
    }));
    let changes = match changes.is_empty() {
        true => String::new(),
        false => format!("{}\n{changes}", pen.say(Key::ScreenSettingHistory, &[])),
    };
    let mut rows = Vec::new();
    if context.role.may(Right::Settings) {
        rows.push(vec![match setting.kind() {
            Kind::Switch if is_on(context, setting, value) => {
                pen.tap(Key::ButtonDisable, &Button::Set { setting, on: false })
            }
            Kind::Switch => pen.tap(Key::ButtonEnable, &Button::Set { setting, on: true }),
            _ => pen.tap(Key::ButtonChange, &Button::Ask(Form::Setting { setting })),
        }]);
        if value.is_some() {
            rows.push(vec![pen.tap(Key::ButtonReset, &Button::Reset(setting))]);
        }
    }
    rows.push(pen.way_back(Place::Settings(setting.section())));
    let title = pen.say(Key::ScreenSetting, &args);
    pen.page(vec![title, usual.unwrap_or_default(), changes], rows)
}

pub(super) fn ask(pen: &Pen<'_>, form: &Form) -> Screen {
    let mut rows = Vec::new();
    let text = match form {
        Form::Till(ask) => {
            let (text, taps) = till::render::ask(pen, ask);
            rows.push(taps);
            text
        }
        Form::Codes(ask) => {
            let (text, taps) = codes::render::ask(pen, ask);
            rows.push(taps);
            text
        }
        Form::Search => pen.say(Key::ScreenAskSearch, &[]),
        Form::Code => pen.say(Key::ScreenAskCode, &[]),
        Form::Credit { .. } => pen.say(Key::ScreenAskCredit, &[]),
        Form::Debit { .. } => pen.say(Key::ScreenAskDebit, &[]),
        Form::Block { .. } => pen.say(Key::ScreenAskBlock, &[]),
        Form::Letter { .. } => pen.say(Key::ScreenAskLetter, &[]),
        Form::Refund { .. } => pen.say(Key::ScreenAskRefund, &[]),
        Form::Price { .. } => pen.say(Key::ScreenAskPrice, &[]),
        Form::Markup { .. } => pen.say(Key::ScreenAskMarkup, &[]),
        Form::Setting { setting } => {
            let title = pen.word(setting.title());
            pen.say(Key::ScreenAskSetting, &[("title", title.into())])
        }
        Form::Retype { expected } => {
            pen.say(Key::ScreenAskRetype, &[("expected", expected.as_str().into())])
        }
        Form::Broadcast(ask) => broadcasts::render::question(pen, ask),
    };
    rows.push(pen.way_back(origin(form)));
    pen.page(vec![text], rows)
}

pub(super) fn confirm(
    pen: &Pen<'_>,
    context: &Context<'_>,
    revision: i64,
    act: &Act,
    care: &Care,
) -> Screen {
    let words = what(pen, act);
    let mut paragraphs = vec![pen.say(Key::ScreenConfirm, &[("what", "".into())]) + &words];
    let yes = match care {
        Care::None | Care::Press => Some(Key::ButtonConfirm),
        Care::Second => {
            let limit = context.limit;
            paragraphs.push(pen.say(Key::ScreenConfirmSecond, &[("limit", limit.into())]));
            Some(Key::ButtonAskSecond)
        }
        Care::Retype(expected) => {
            if !matches!(act, Act::Adjust { .. } | Act::Refund { .. } | Act::Till(_)) {
                paragraphs.push(pen.say(Key::ScreenConfirmBelow, &[]));
            }
            let args = [("expected", expected.as_str().into())];
            paragraphs.push(pen.say(Key::ScreenConfirmRetype, &args));
            None
        }
    };
    let mut row = Vec::new();
    row.extend(yes.map(|key| pen.tap(key, &Button::Confirm { revision }).tone(Tone::Go)));
    row.push(pen.tap(Key::ButtonDrop, &Button::Drop));
    pen.page(paragraphs, vec![row])
}

/// An action in words, as HTML.
pub(crate) fn what(pen: &Pen<'_>, act: &Act) -> String {
    let whom = |user: i64| Arg::from(pen.texts.plain(Key::FieldWhom, &[("user", number(user))]));
    let model = |id: &str| Arg::from(pen.model(id));
    match act {
        Act::Adjust { user, kopecks, reason } => {
            let key = if *kopecks < 0 { Key::FieldActDebit } else { Key::FieldActCredit };
            let amount = rub(kopecks.saturating_abs());
            let reason = reason.as_str().into();
            pen.say(key, &[("amount", amount), ("whom", whom(*user)), ("reason", reason)])
        }
        Act::Block { user, reason } => {
            let args = [("whom", whom(*user)), ("reason", reason.as_str().into())];
            pen.say(Key::FieldActBlock, &args)
        }
        Act::Unblock { user } => pen.say(Key::FieldActUnblock, &[("whom", whom(*user))]),
        Act::Role { user, role } => {
            let role = pen.role(*role).into();
            pen.say(Key::FieldActRole, &[("role", role), ("whom", whom(*user))])
        }
        Act::Letter { user, text } => {
            let args = [("whom", whom(*user)), ("text", text.as_str().into())];
            pen.say(Key::FieldActLetter, &args)
        }
        Act::Refund { kopecks, reason, .. } => {
            let args = [("amount", rub(*kopecks)), ("reason", reason.as_str().into())];
            pen.say(Key::FieldActRefund, &args)
        }
        Act::Till(deed) => till::render::what(pen, deed),
        Act::Codes(deed) => codes::render::what(pen, deed),
        Act::Off { model: id, off } => {
            let key = if *off { Key::FieldActOff } else { Key::FieldActOn };
            pen.say(key, &[("model", model(id))])
        }
        Act::Rule { model: id, kopecks: Some(kopecks), .. } => {
            pen.say(Key::FieldActPrice, &[("price", rub(*kopecks)), ("model", model(id))])
        }
        Act::Rule { model: id, kopecks: None, markup: Some(markup) } => {
            let markup = Arg::Text(markup.to_string());
            pen.say(Key::FieldActMarkup, &[("markup", markup), ("model", model(id))])
        }
        Act::Rule { model: id, kopecks: None, markup: None } => {
            pen.say(Key::FieldActUsual, &[("model", model(id))])
        }
        Act::Wake { model: id } => pen.say(Key::FieldActWake, &[("model", model(id))]),
        Act::Catalogue { deed: Deed::Compare } => pen.say(Key::FieldActSync, &[]),
        Act::Catalogue { deed: Deed::Accept(run) } => {
            pen.say(Key::FieldActSyncAccept, &[("run", number(*run))])
        }
        Act::Set { setting, value } => {
            let value = value.as_deref();
            let value =
                value.map_or_else(|| pen.word(Key::FieldNone), |value| shown(pen, *setting, value));
            let title = pen.word(setting.title());
            pen.say(Key::FieldActSet, &[("title", title.into()), ("value", value.into())])
        }
        Act::Broadcast(deed) => broadcasts::render::what(pen, deed),
    }
}
