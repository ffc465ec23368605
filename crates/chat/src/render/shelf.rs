use catalog::{Category, Language, Model, Sale, Tariff};
use money::Rub;

use crate::button::Button;
use crate::desk::Context;
use crate::input::Entry;
use crate::journey;
use crate::news::News;
use crate::react::cards::{self, Opening};
use crate::render::{Pen, cheap, free, menu_rows};
use crate::screen::{Screen, Tap, Tone};
use crate::session::Session;
use crate::texts::{Arg, Key};

pub(super) fn menu(
    pen: &Pen<'_>,
    context: &Context<'_>,
    session: &Session,
    word: Option<String>,
) -> Screen {
    let draft = session.draft.as_ref().filter(|draft| context.desk.of_draft(draft).is_some());
    let waiting = draft.map(|draft| {
        pen.say(Key::ScreenMenuDraft, &[("model", pen.model_name(&draft.model).into())])
    });
    let paragraphs = vec![
        word,
        Some(pen.say(Key::ScreenMenu, &[])),
        waiting,
        Some(pen.balance(&context.wallet)),
    ];
    let texts = pen.texts;
    let tap = |entry: Entry| Tap::new(texts.plain(entry.key(), &[]), &entry.button());
    pen.page(paragraphs, menu_rows(tap, draft.is_some()))
}

pub(super) fn category(
    pen: &Pen<'_>,
    context: &Context<'_>,
    category: Category,
    page: u16,
    word: Option<String>,
) -> Screen {
    let mut models = context.desk.catalog.in_category(category, &context.desk.rate);
    models.retain(|model| context.desk.on_sale(&model.id).is_some());
    let mut list =
        cheap::page_of(pen, context, &models, page, |page| Button::Category { category, page });
    list.rows.push(pen.way_back(&Button::Menu));
    let (title, text) = match category {
        Category::Video => (Key::ButtonVideo, Key::ScreenVideo),
        Category::Image => (Key::ButtonImage, Key::ScreenImage),
        Category::Enhance => (Key::ButtonEnhance, Key::ScreenEnhance),
        Category::Audio => (Key::ButtonAudio, Key::ScreenAudio),
    };
    let title = format!("<b>{}</b>\n{}", pen.say(title, &[]), pen.say(text, &[]));
    let key = if models.is_empty() { Key::ScreenShelfEmpty } else { Key::ScreenShelf };
    let given = free::list_line(pen, context, &list.shown);
    let paragraphs =
        vec![word, Some(title), Some(pen.say(key, &[])), given, Some(pen.balance(&context.wallet))];
    pen.page(paragraphs, list.rows)
}

/// The name, marked when the model is a new one.
pub(crate) fn shelf_name(pen: &Pen<'_>, model: &Model) -> String {
    let name = model.name.get(pen.language());
    if model.is_new() { format!("🆕 {name}") } else { name.to_owned() }
}

pub(super) fn card(pen: &Pen<'_>, context: &Context<'_>, id: &str, word: Option<String>) -> Screen {
    let Some(model) = context.desk.catalog.model(id) else {
        let paragraphs = vec![word, Some(pen.say(Key::RefusalNoModel, &[]))];
        return pen.page(paragraphs, vec![pen.way_back(&Button::Menu)]);
    };
    let language = pen.language();
    let text = |key, text: &str| pen.say(key, &[("text", text.into())]);
    let mut rows = Vec::new();
    let sale = match model.sale() {
        Sale::OnSale if context.desk.on_sale(id).is_none() => {
            if let Some(sibling) = context.desk.instead_of(model) {
                let name = sibling.name.get(language);
                rows.push(vec![Tap::new(name, &Button::Model(sibling.id.clone()))]);
            }
            let reason = pen.why_not(id);
            let args = [("model", model.name.get(language).into()), ("reason", reason.into())];
            pen.say(Key::RefusalNotSold, &args)
        }
        Sale::OnSale => {
            let create = pen.tap(Key::ButtonCreate, &Button::Create(model.id.clone()));
            rows.push(vec![create.tone(Tone::Go)]);
            let begin = cards::opening(model).map(|opening| match opening {
                Opening::Words => pen.say(Key::ScreenCardWrite, &[]),
                Opening::Files => pen.say(Key::ScreenCardSend, &[]),
            });
            let mut lines: Vec<_> = free::card_line(pen, context, model).into_iter().collect();
            lines.push(price_line(pen, model));
            lines.extend(cheap::price_notes(pen, model));
            lines.push(usual_line(pen, model));
            lines.extend(journey::render::card_lines(pen, &context.wallet, model));
            if let Some(percent) = pen.desk.journey.unsteady(id) {
                let args = [("percent", Arg::Number(percent.into()))];
                lines.push(pen.say(Key::ScreenCardUnsteady, &args));
            }
            if pen.desk.rules.on_trial(id) {
                lines.push(pen.say(Key::RefusalOnTrial, &[]));
            }
            let lines = lines.join("\n");
            begin.map_or(lines.clone(), |begin| format!("{lines}\n\n{begin}"))
        }
        Sale::NotSold { reason, sibling, why: _ } => {
            if let Some(sibling) = sibling.as_deref().and_then(|id| context.desk.on_sale(id)) {
                let name = sibling.name.get(language);
                rows.push(vec![Tap::new(name, &Button::Model(sibling.id.clone()))]);
            }
            let name = model.name.get(language);
            let args = [("model", name.into()), ("reason", reason.get(language).into())];
            pen.say(Key::RefusalNotSold, &args)
        }
    };
    rows.push(vec![journey::render::star(pen, context, id)]);
    rows.push(pen.way_back(&Button::Category { category: model.category, page: 0 }));
    let about = format!(
        "{}\n{}",
        text(Key::ScreenCardDoes, model.does.get(language)),
        text(Key::ScreenCardForWhom, model.for_whom.get(language))
    );
    let paragraphs = vec![
        word,
        Some(text(Key::ScreenCardTitle, &shelf_name(pen, model))),
        Some(about),
        Some(text(Key::ScreenCardExample, model.example.get(language))),
        Some(sale),
        Some(pen.balance(&context.wallet)),
    ];
    pen.page(paragraphs, rows)
}

fn price_line(pen: &Pen<'_>, model: &Model) -> String {
    let price = model.from_credits().and_then(|credits| pen.desk.price(model, credits));
    let Some(price) = price else { return pen.say(Key::RefusalNoPrice, &[]) };
    if model.has_one_price() {
        return pen.say(Key::ScreenCardPrice, &[("price", price.into())]);
    }
    // By the piece the most is known; by the token it hangs on the text.
    let by_text = model.tariff().is_some_and(|(by, _)| by == Tariff::ThousandCharacters);
    let from = match model.usual_credits().and_then(|usual| pen.desk.price(model, usual)) {
        Some(most) if model.price_is_upper_bound() && !by_text => {
            pen.say(Key::ScreenCardPriceUpTo, &[("price", most.into())])
        }
        Some(_) | None => pen.say(Key::ScreenCardPriceFrom, &[("price", price.into())]),
    };
    let unit = model.tariff().and_then(|(tariff, credits)| {
        let unit: Rub = pen.desk.rate_of(model).price(credits).ok()?;
        let key = match tariff {
            Tariff::Order => return None,
            Tariff::Second => Key::ScreenCardPerSecond,
            Tariff::ThousandCharacters => Key::ScreenCardPerThousand,
            Tariff::Output => Key::ScreenCardPerOutput,
            Tariff::Minute => Key::ScreenCardPerMinute,
            Tariff::Megapixel => Key::ScreenCardPerMegapixel,
        };
        Some(pen.say(key, &[("price", unit.into())]))
    });
    match unit {
        Some(unit) => format!("{from}\n{unit}"),
        None => from,
    }
}

fn usual_line(pen: &Pen<'_>, model: &Model) -> String {
    let line = match pen.desk.journey.usual.get(&model.id) {
        Some(usual) => {
            let (half, most) = (pen.duration(usual.half), pen.duration(usual.most));
            let args = [("half", half.into()), ("most", most.into())];
            pen.say(Key::ScreenCardMeasured, &args)
        }
        None => {
            let time = pen.duration(model.usual_seconds);
            pen.say(Key::ScreenCardTime, &[("time", time.into())])
        }
    };
    if model.outputs_max < 2 {
        return line;
    }
    let count = Arg::Number(model.outputs_max.into());
    format!("{line}\n{}", pen.say(Key::ScreenCardOutputs, &[("count", count)]))
}

pub(super) fn help(pen: &Pen<'_>, word: Option<String>) -> Screen {
    let welcome = pen.desk.welcome;
    let support = pen
        .desk
        .support
        .as_ref()
        .map(|name| pen.say(Key::ScreenHelpSupport, &[("name", name.as_str().into())]));
    let mut rows = journey::render::doors(pen);
    rows.push(vec![
        pen.tap(Key::ButtonLanguage, &Button::Languages),
        pen.tap(Key::ButtonNews, &Button::News(News::Look)),
    ]);
    rows.push(pen.way_back(&Button::Menu));
    let paragraphs =
        vec![word, Some(pen.say(Key::ScreenHelp, &[("bonus", welcome.into())])), support];
    pen.page(paragraphs, rows)
}

pub(super) fn languages(pen: &Pen<'_>, word: Option<String>) -> Screen {
    let rows = vec![
        vec![
            pen.tap(Key::ButtonRussian, &Button::Speak(Language::Ru)),
            pen.tap(Key::ButtonEnglish, &Button::Speak(Language::En)),
        ],
        pen.way_back(&Button::Help),
    ];
    pen.page(vec![word, Some(pen.say(Key::ScreenLanguages, &[]))], rows)
}
