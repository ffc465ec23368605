//! The proposal of softer words.

use generation::{Softened, View as Order};

use super::of;
use crate::button::Button;
use crate::journey::soft::own_words;
use crate::journey::{Again, Press, difference};
use crate::render::Pen;
use crate::screen::{Screen, Tone, shorten};
use crate::texts::Key;

/// The longest part of each of the two texts in one message, so that both fit.
const WORDS_SHOWN: usize = 1_500;

/// What was refused, what could be said in its place, and the way to an order of it.
pub(crate) fn proposal(
    pen: &Pen<'_>,
    order: &Order,
    softened: &Softened,
    word: Option<String>,
) -> Screen {
    let press = |again| of(Press::Order { id: order.id, again });
    let own = vec![pen.tap(Key::ButtonSoftOwn, &press(Again::Change))];
    let back = pen.way_back(&Button::Item(order.id));
    let refused = own_words(pen.desk, order).map(|(_, words)| words);
    let (Softened::Written(words), Some(refused)) = (softened, refused) else {
        let sorry = pen.say(Key::ScreenSoftFailed, &[]);
        return pen.page(vec![word, Some(sorry)], vec![own, back]);
    };
    let (before, after) =
        difference::marked(&shorten(refused, WORDS_SHOWN), &shorten(words, WORDS_SHOWN));
    let title = pen.say(Key::ScreenSoft, &[("code", order.code.as_str().into())]);
    let before = format!("{}\n{before}", pen.say(Key::ScreenSoftBefore, &[]));
    let after = format!("{}\n{after}", pen.say(Key::ScreenSoftAfter, &[]));
    let take = pen.tap(Key::ButtonSoftTake, &press(Again::Softer)).tone(Tone::Go);
    let paragraphs = vec![
        word,
        Some(title),
        Some(before),
        Some(after),
        Some(pen.say(Key::ScreenSoftMoney, &[])),
    ];
    pen.page(paragraphs, vec![vec![take], own, back])
}
