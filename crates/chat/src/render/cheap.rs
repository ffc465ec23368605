//! Lists of models with what they cost, and the shelf of the cheapest.

use catalog::Model;
use money::Rub;

use crate::button::Button;
use crate::desk::Context;
use crate::journey;
use crate::render::{Pen, free};
use crate::screen::{Screen, Tap};
use crate::texts::Key;

/// How many models stand on one page of a shelf.
pub(crate) const MODELS_ON_PAGE: usize = 8;

/// How many models the shelf of the cheapest has.
const CHEAPEST: usize = 24;

/// One page of a list of models.
pub(super) struct Page<'m> {
    pub(super) shown: Vec<&'m Model>,
    pub(super) rows: Vec<Vec<Tap>>,
}

/// The buttons of one page, with those that turn it.
pub(super) fn page_of<'m>(
    pen: &Pen<'_>,
    context: &Context<'_>,
    models: &[&'m Model],
    page: u16,
    to: impl Fn(u16) -> Button,
) -> Page<'m> {
    let (shown, turn) = turned(pen, models, page, MODELS_ON_PAGE, to);
    let mut rows: Vec<Vec<Tap>> =
        shown.iter().map(|model| vec![offered(pen, context, model)]).collect();
    rows.push(turn);
    Page { shown: shown.to_vec(), rows }
}

/// What stands on one page of a list, and the row of buttons that turn it. A page behind the last
/// is the last: the list may have become shorter.
pub(crate) fn turned<'l, T>(
    pen: &Pen<'_>,
    list: &'l [T],
    page: u16,
    on_page: usize,
    to: impl Fn(u16) -> Button,
) -> (&'l [T], Vec<Tap>) {
    let last = list.len().saturating_sub(1) / on_page;
    let page = usize::from(page).min(last);
    let to = |page: usize| to(u16::try_from(page).unwrap_or(0));
    let mut turn = Vec::new();
    if page > 0 {
        turn.push(pen.tap(Key::ButtonEarlier, &to(page - 1)));
    }
    if page < last {
        turn.push(pen.tap(Key::ButtonMore, &to(page + 1)));
    }
    (list.chunks(on_page).nth(page).unwrap_or_default(), turn)
}

/// The button of a model: what is given away says so, the rest says its price.
pub(crate) fn offered(pen: &Pen<'_>, context: &Context<'_>, model: &Model) -> Tap {
    if !free::is_given(context, model) {
        return journey::render::offer(pen, &context.wallet, model);
    }
    let name = model.name.get(pen.language());
    let text = format!("{name} · {}", pen.texts.plain(Key::FieldFree, &[]));
    Tap::new(text, &Button::Model(model.id.clone()))
}

/// The cheapest models of all shelves, the free ones first.
pub(super) fn cheap(
    pen: &Pen<'_>,
    context: &Context<'_>,
    page: u16,
    word: Option<String>,
) -> Screen {
    let free = context.desk.free_models();
    let others = context.desk.by_price().into_iter().map(|(_, model)| model);
    let others = others.filter(|model| free.iter().all(|one| one.id != model.id));
    let models: Vec<&Model> = free.iter().copied().chain(others).take(CHEAPEST).collect();
    let mut list = page_of(pen, context, &models, page, |page| Button::Cheap { page });
    list.rows.push(pen.way_back(&Button::Menu));
    let title =
        format!("<b>{}</b>\n{}", pen.say(Key::ButtonCheap, &[]), pen.say(Key::ScreenCheap, &[]));
    let key = if models.is_empty() { Key::ScreenShelfEmpty } else { Key::ScreenShelf };
    let given = free::list_line(pen, context, &models);
    let paragraphs =
        vec![word, Some(title), Some(pen.say(key, &[])), given, Some(pen.balance(&context.wallet))];
    pen.page(paragraphs, list.rows)
}

/// What must be known about the price of a model before it is ordered.
pub(super) fn price_notes(pen: &Pen<'_>, model: &Model) -> Vec<String> {
    let mut notes = Vec::new();
    if model.price_is_unconfirmed() {
        notes.push(pen.say(Key::ScreenPriceUnconfirmed, &[]));
    }
    let usual = model.usual_credits().and_then(|credits| pen.desk.price(model, credits));
    if usual.is_some_and(|usual| usual > pen.desk.dear) {
        notes.push(pen.say(Key::ScreenCardDear, &[("price", pen.desk.dear.into())]));
    }
    notes
}

/// The warning about a dear order, before it is confirmed.
pub(super) fn dear_line(pen: &Pen<'_>, price: Rub) -> Option<String> {
    (price > pen.desk.dear).then(|| pen.say(Key::ScreenSummaryDear, &[]))
}
