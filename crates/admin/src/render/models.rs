//! Models: what they cost, how they do, whether they are sold.

use std::collections::BTreeMap;

use catalog::{Category, Model, Sale};
use chat::{Arg, Rest, Screen, Tap};
use generation::Breaker;
use money::Rub;

use crate::button::{Button, Place};
use crate::catalogue::Spot;
use crate::react::Context;
use crate::render::{Pen, catalogue, date, lines, number, rub};
use crate::role::Right;
use crate::session::Form;
use crate::store::models::Usage;
use crate::store::rules::Override;
use crate::texts::Key;

/// How many models stand on one page of a shelf.
const MODELS_ON_PAGE: usize = 10;

/// How many of the most used models are shown.
const MOST_USED: usize = 8;

fn category_key(category: Category) -> Key {
    match category {
        Category::Video => Key::FieldCategoryVideo,
        Category::Image => Key::FieldCategoryImage,
        Category::Enhance => Key::FieldCategoryEnhance,
        Category::Audio => Key::FieldCategoryAudio,
    }
}

fn usage_line(pen: &Pen<'_>, usage: &Usage) -> String {
    pen.say(
        Key::ScreenLineModel,
        &[
            ("model", pen.model(&usage.model).into()),
            ("orders", number(usage.orders)),
            ("failed", number(usage.failed)),
            ("margin", rub(usage.revenue_kop - usage.cost_kop)),
        ],
    )
}

fn model_tap(pen: &Pen<'_>, id: &str) -> Tap {
    let label = pen.texts.plain(Key::ButtonModel, &[("model", pen.model(id).into())]);
    Tap::press(label, Button::Open(Place::Model(id.to_owned())).encode())
}

pub(super) fn models(pen: &Pen<'_>, usage: &[Usage], broken: usize) -> Screen {
    let shelves: Vec<Tap> = Category::ALL
        .into_iter()
        .map(|category| pen.open(category_key(category), Place::Shelf { category, page: 0 }))
        .collect();
    let mut rows: Vec<Vec<Tap>> = shelves.chunks(2).map(<[Tap]>::to_vec).collect();
    let free = Place::Catalogue(Spot::Free);
    rows.push(vec![pen.open(Key::ButtonBroken, Place::Broken), pen.open(Key::ButtonFree, free)]);
    rows.push(pen.way_back(Place::Menu));
    let most = usage.iter().take(MOST_USED).map(|usage| usage_line(pen, usage)).collect();
    let resting = i64::try_from(broken).ok().filter(|count| *count > 0);
    let resting =
        resting.map(|count| pen.say(Key::ScreenModelsBroken, &[("count", Arg::Number(count))]));
    let list = super::people::list(pen, most);
    let title = format!("{}\n{list}", pen.say(Key::ScreenModels, &[]));
    pen.page(vec![title, resting.unwrap_or_default()], rows)
}

/// The sign before a model's name.
fn mark(pen: &Pen<'_>, model: &Model) -> &'static str {
    if !model.is_on_sale() {
        return "🚫";
    }
    let rule = pen.desk.rules.models.get(&model.id);
    match rule.and_then(|rule| rule.rest) {
        Some(Rest::ByOperator) => "⏸",
        Some(Rest::Failing) => "🧯",
        None if rule.is_some_and(|rule| rule.on_trial) => "🧪",
        None if below_cost(pen, model) => "⚠️",
        None => "✅",
    }
}

/// What the cheapest order costs people, and the shop.
fn price_and_cost(pen: &Pen<'_>, model: &Model) -> Option<(Rub, Rub)> {
    let credits = model.from_credits()?;
    Some((pen.desk.price(model, credits)?, pen.desk.cost_rate.price(credits).ok()?))
}

fn below_cost(pen: &Pen<'_>, model: &Model) -> bool {
    price_and_cost(pen, model).is_some_and(|(price, cost)| price < cost)
}

pub(super) fn shelf(pen: &Pen<'_>, category: Category, page: u16) -> Screen {
    let mut models: Vec<&Model> =
        pen.desk.catalog.models().iter().filter(|model| model.category == category).collect();
    models.sort_by_key(|model| (!model.is_on_sale(), model.name.get(pen.texts.language())));
    let pages = models.len().div_ceil(MODELS_ON_PAGE).max(1);
    let page = usize::from(page).min(pages - 1);
    let shown = models.iter().skip(page * MODELS_ON_PAGE).take(MODELS_ON_PAGE);
    let mut rows: Vec<Vec<Tap>> = shown
        .map(|model| {
            let name = model.name.get(pen.texts.language());
            let price = price_and_cost(pen, model).map(|(price, _)| format!(" · {price}"));
            let label = format!("{} {name}{}", mark(pen, model), price.unwrap_or_default());
            vec![Tap::press(label, Button::Open(Place::Model(model.id.clone())).encode())]
        })
        .collect();
    let to = |page: usize| Place::Shelf { category, page: u16::try_from(page).unwrap_or(0) };
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.open(Key::ButtonPrevious, to(page - 1)));
    }
    if page + 1 < pages {
        turn.push(pen.open(Key::ButtonNext, to(page + 1)));
    }
    rows.push(turn);
    rows.push(pen.way_back(Place::Models));
    let args = [
        ("category", pen.word(category_key(category)).into()),
        ("page", Arg::Text((page + 1).to_string())),
        ("pages", Arg::Text(pages.to_string())),
    ];
    pen.page(vec![pen.say(Key::ScreenShelf, &args)], rows)
}

pub(super) fn model(
    pen: &Pen<'_>,
    context: &Context<'_>,
    id: &str,
    usage: &Usage,
    rule: &Override,
    breaker: Option<&Breaker>,
) -> Screen {
    let Some(model) = pen.desk.catalog.model(id) else {
        let text = pen.say(Key::ScreenMissing, &[]);
        return pen.page(vec![text], vec![pen.way_back(Place::Models)]);
    };
    let title = pen.say(
        Key::ScreenModel,
        &[
            ("mark", mark(pen, model).into()),
            ("name", model.name.get(pen.texts.language()).into()),
            ("model", id.into()),
        ],
    );
    let percent = usage.failed.saturating_mul(100).checked_div(usage.orders).unwrap_or(0);
    let done = pen.say(
        Key::ScreenModelUsage,
        &[
            ("orders", number(usage.orders)),
            ("done", number(usage.done)),
            ("failed", number(usage.failed)),
            ("percent", number(percent)),
            ("revenue", rub(usage.revenue_kop)),
            ("cost", rub(usage.cost_kop)),
            ("margin", rub(usage.revenue_kop - usage.cost_kop)),
        ],
    );
    let state = lines(states(pen, model, rule, breaker).into_iter());
    pen.page(vec![title, state, done], model_rows(pen, context, model, rule, breaker))
}

fn states(pen: &Pen<'_>, model: &Model, rule: &Override, breaker: Option<&Breaker>) -> Vec<String> {
    let mut found = Vec::new();
    if let Sale::NotSold { reason, .. } = model.sale() {
        let reason = reason.get(pen.texts.language());
        found.push(pen.say(Key::ScreenModelNotSold, &[("reason", reason.into())]));
    }
    found.push(match price_and_cost(pen, model) {
        Some((price, cost)) => {
            pen.say(Key::ScreenModelPrice, &[("price", price.into()), ("cost", cost.into())])
        }
        None => pen.say(Key::ScreenModelNoPrice, &[]),
    });
    if below_cost(pen, model) {
        found.push(pen.say(Key::ScreenModelBelow, &[]));
    }
    if let Some(price) = rule.price_kop {
        found.push(pen.say(Key::ScreenModelOwnPrice, &[("price", rub(price))]));
    }
    if let Some(markup) = rule.markup {
        let markup = Arg::Text(markup.to_string());
        found.push(pen.say(Key::ScreenModelOwnMarkup, &[("markup", markup)]));
    }
    found.extend(catalogue::states(pen, model));
    found.extend(breaker.map(|breaker| resting(pen, breaker)));
    found
}

fn resting(pen: &Pen<'_>, breaker: &Breaker) -> String {
    let key = if breaker.on_trial { Key::ScreenModelTrial } else { Key::ScreenModelRests };
    let args = [
        ("since", date(breaker.since)),
        ("failed", number(breaker.failed)),
        ("orders", number(breaker.orders)),
    ];
    pen.say(key, &args)
}

fn model_rows(
    pen: &Pen<'_>,
    context: &Context<'_>,
    model: &Model,
    rule: &Override,
    breaker: Option<&Breaker>,
) -> Vec<Vec<Tap>> {
    let id = || model.id.clone();
    let mut rows = Vec::new();
    if context.role.may(Right::Models) {
        if model.is_on_sale() {
            let key = if rule.off { Key::ButtonOn } else { Key::ButtonOff };
            rows.push(vec![pen.tap(key, &Button::Off { model: id(), off: !rule.off })]);
            let mut row = Vec::new();
            if model.has_one_price() {
                let form = Form::Price { model: id() };
                row.push(pen.tap(Key::ButtonPrice, &Button::Ask(form)));
            }
            row.push(pen.tap(Key::ButtonMarkup, &Button::Ask(Form::Markup { model: id() })));
            rows.push(row);
        }
        if rule.price_kop.is_some() || rule.markup.is_some() {
            rows.push(vec![pen.tap(Key::ButtonUsual, &Button::Usual(id()))]);
        }
        rows.extend(catalogue::give_or_take(pen, model).map(|tap| vec![tap]));
        if breaker.is_some() {
            rows.push(vec![pen.tap(Key::ButtonWake, &Button::Wake(id()))]);
        }
    }
    rows.push(pen.way_back(Place::Shelf { category: model.category, page: 0 }));
    rows
}

/// A model that fails, with what mostly happens to its orders.
fn failing(pen: &Pen<'_>, usage: &Usage) -> String {
    let class = usage.most.as_deref().unwrap_or_default();
    let why = chat::failure_words(pen.desk, pen.texts.language(), class);
    format!("{}\n{}", usage_line(pen, usage), pen.say(Key::ScreenBrokenWhy, &[("why", why.into())]))
}

pub(super) fn broken(pen: &Pen<'_>, breakers: &[Breaker], usage: &[Usage]) -> Screen {
    let mut paragraphs = vec![pen.say(Key::ScreenBroken, &[])];
    if breakers.is_empty() && usage.is_empty() {
        paragraphs.push(pen.say(Key::ScreenBrokenNone, &[]));
    }
    if !breakers.is_empty() {
        let list = lines(breakers.iter().map(|breaker| {
            let name = telegram::escape_html(&pen.model(&breaker.model));
            format!("{name}\n{}", resting(pen, breaker))
        }));
        paragraphs.push(format!("{}\n{list}", pen.say(Key::ScreenBrokenResting, &[])));
    }
    if !usage.is_empty() {
        let list = lines(usage.iter().map(|usage| failing(pen, usage)));
        paragraphs.push(format!("{}\n{list}", pen.say(Key::ScreenBrokenFailing, &[])));
    }
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for model in pen.desk.catalog.models() {
        if let Sale::NotSold { reason, .. } = model.sale() {
            // A whole sentence, which stands in the middle of a line here.
            let reason = reason.get(pen.texts.language()).trim_end_matches('.');
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let list = lines(reasons.into_iter().map(|(reason, count)| {
        pen.say(Key::ScreenLineNotSold, &[("reason", reason.into()), ("count", number(count))])
    }));
    paragraphs.push(format!("{}\n{list}", pen.say(Key::ScreenBrokenNotSold, &[])));
    let mut ids: Vec<&str> = breakers.iter().map(|breaker| breaker.model.as_str()).collect();
    ids.extend(usage.iter().map(|usage| usage.model.as_str()));
    ids.sort_unstable();
    ids.dedup();
    let mut rows: Vec<Vec<Tap>> = ids.iter().take(12).map(|id| vec![model_tap(pen, id)]).collect();
    rows.push(pen.way_back(Place::Models));
    pen.page(paragraphs, rows)
}
