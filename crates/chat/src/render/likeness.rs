//! What was made for other models, in words: it has no file to look at.

use catalog::{Answer, Likeness};
use generation::{Money, View};
use money::Rub;
use time::OffsetDateTime;

use crate::button::Button;
use crate::journey;
use crate::render::order::{money_line, title};
use crate::render::{Pen, offer};
use crate::screen::{Screen, one_line};
use crate::texts::Key;

/// The most characters of its name.
const NAME_SHOWN: usize = 60;

/// The fields in which models ask for the name.
const NAMES: [&str; 3] = ["name", "voice_name", "character_name"];

/// What the order made, with the name that the person gave: «Голос «Вера»».
pub(super) fn named(pen: &Pen<'_>, order: &View) -> Option<String> {
    let key = match order.likeness.as_ref()?.kind {
        Likeness::Persona | Likeness::Voice => Key::FieldLikenessVoice,
        Likeness::Character => Key::FieldLikenessCharacter,
    };
    let given = NAMES.iter().find_map(|name| match order.answers.get(*name) {
        Some(Answer::Text(text)) => Some(one_line(text, NAME_SHOWN)),
        _ => None,
    });
    let name = given.unwrap_or_else(|| order.code.clone());
    Some(pen.texts.plain(key, &[("name", name.into())]))
}

/// It is ready: the receipt, and what can be done with it.
pub(crate) fn ready(pen: &Pen<'_>, order: &View, balance: Rub, now: OffsetDateTime) -> Screen {
    let what = named(pen, order).unwrap_or_else(|| pen.model_name(&order.model));
    let words = pen.say(Key::NoticeLikeness, &[("what", what.into())]);
    let mut rows = offer::continuations(pen, order, None, false);
    let next = (!rows.is_empty()).then(|| pen.say(Key::NoticeLikenessNext, &[]));
    rows.push(vec![
        pen.tap(Key::ButtonItem, &Button::Item(order.id)),
        pen.tap(Key::ButtonMenu, &Button::Menu),
    ]);
    let receipt = money_line(pen, order, Some(balance)).map(|line| match order.money {
        Money::Taken => format!("{line}\n{}", journey::render::took(pen, order, now)),
        Money::Held | Money::Returned => line,
    });
    pen.page(vec![Some(title(pen, order)), Some(words), receipt, next], rows)
}
