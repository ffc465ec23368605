//! Offers: what can go on from a result, and what can be done with what was sent.

use generation::View as Order;

use crate::button::Button;
use crate::offer::{self, Offer, Tag};
use crate::react::quick::{self, Suggestion};
use crate::render::Pen;
use crate::screen::{Screen, Tap, shorten};
use crate::session::Session;
use crate::texts::{Arg, Key};
use crate::view::Action;

/// The most characters of what was sent that the screen repeats.
const SENT_SHOWN: usize = 300;

/// The most characters of a model's name on a button.
const NAME_SHOWN: usize = 28;

/// What can go on from the results of an order, those of one of them or of all: «➡️ Продлить · от
/// 27 ₽». Where it matters which of several results is meant, the button names its number.
pub(crate) fn continuations(
    pen: &Pen<'_>,
    order: &Order,
    one: Option<i16>,
    each_part: bool,
) -> Vec<Vec<Tap>> {
    let mut rows: Vec<Vec<Tap>> = Vec::new();
    let several = order.outputs.len() > 1;
    let mut positions: Vec<i16> = order.outputs.iter().map(|output| output.position).collect();
    if order.likeness.is_some() {
        positions.push(0);
    }
    positions.retain(|position| one.is_none_or(|one| one == *position));
    for (index, position) in positions.into_iter().enumerate() {
        let Ok(position) = u16::try_from(position) else { continue };
        for model in offer::continuations(pen.desk, order, position) {
            let of_one = several && model.continues_one_of_several();
            // What takes the whole task stands there once: under the last of its results.
            let wanted = if each_part { of_one } else { of_one || index == 0 };
            let Some(action) = model.action.as_ref().filter(|_| wanted) else { continue };
            let mut text = action.get(pen.language()).to_owned();
            if of_one && one.is_none() {
                text = format!("{text} №{}", position + 1);
            }
            if let Some(price) = pen.price(model) {
                text = format!("{text} · {price}");
            }
            let model = Tag::of(&model.id);
            let offer = Offer::Continue { order: order.id, position, model };
            rows.push(vec![Tap::new(text, &Button::Offer(offer))]);
        }
    }
    rows
}

/// What was sent, and what can be done with it.
pub(super) fn quick(pen: &Pen<'_>, session: &Session, word: Option<String>) -> Screen {
    let Some(sent) = &session.sent else {
        return pen.page(vec![word], vec![vec![pen.tap(Key::ButtonMenu, &Button::Menu)]]);
    };
    let mut rows: Vec<Vec<Tap>> = Vec::new();
    for found in quick::suggestions(pen.desk, sent) {
        let offer = Offer::Quick(Tag::of(&found.model.id));
        rows.push(vec![Tap::new(label(pen, &found), &Button::Offer(offer))]);
    }
    rows.push(vec![pen.tap(Key::ButtonMenu, &Button::Menu)]);
    let what = match sent.files.len() {
        0 => pen.say(Key::ScreenQuickText, &[]),
        count => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            pen.say(Key::ScreenQuickFiles, &[("count", Arg::Number(count))])
        }
    };
    let words = sent
        .text
        .as_deref()
        .map(|text| pen.say(Key::ScreenQuickWords, &[("text", shorten(text, SENT_SHOWN).into())]));
    pen.page(vec![word, Some(what), words], rows)
}

fn label(pen: &Pen<'_>, found: &Suggestion<'_>) -> String {
    let key = match found.action {
        Action::Animate => Some(Key::ButtonQuickAnimate),
        Action::Improve => Some(Key::ButtonQuickImprove),
        Action::Change => Some(Key::ButtonQuickChange),
        Action::Draw => Some(Key::ButtonQuickDraw),
        Action::Film => Some(Key::ButtonQuickFilm),
        Action::Speak => Some(Key::ButtonQuickSpeak),
        Action::Named => None,
    };
    let name = shorten(found.model.name.get(pen.language()), NAME_SHOWN);
    let price = found.price.map(|price| price.to_string()).or_else(|| pen.price(found.model));
    let parts = [key.map(|key| pen.texts.plain(key, &[])), Some(name), price];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
