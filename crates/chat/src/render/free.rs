//! What is said about the free tier.

use catalog::Model;
use generation::{FreeLeft, NotFree};
use time::OffsetDateTime;

use crate::desk::Context;
use crate::free::FreeWord;
use crate::render::Pen;
use crate::texts::{Arg, Key};

/// «Осталось 3 на сегодня», or why there is none now.
fn offer(pen: &Pen<'_>, context: &Context<'_>, given: Result<(), NotFree>) -> String {
    let free = &context.free;
    match given {
        Ok(()) => pen.say(Key::ScreenFreeLeft, &[("count", Arg::Number(free.today.into()))]),
        Err(why) => none_left(pen, free, context.now, why),
    }
}

fn none_left(pen: &Pen<'_>, free: &FreeLeft, now: OffsetDateTime, why: NotFree) -> String {
    match why {
        NotFree::Day => pen.say(Key::RefusalFreeDay, &[]),
        NotFree::Hour => {
            let wait = free.next_at.map_or(60, |next| (next - now).whole_seconds().max(0) / 60 + 1);
            pen.say(Key::RefusalFreeHour, &[("count", Arg::Number(wait))])
        }
        NotFree::Budget => pen.say(Key::RefusalFreeBudget, &[]),
    }
}

/// The line on the card of a free model; `None` for the others.
pub(super) fn card_line(pen: &Pen<'_>, context: &Context<'_>, model: &Model) -> Option<String> {
    if !context.desk.is_free_model(&model.id) {
        return None;
    }
    let given = context.gives_usual(model);
    let offer = offer(pen, context, given);
    if given.is_err() || model.has_one_price() {
        return Some(offer);
    }
    let max = context.desk.free.max;
    Some(format!("{offer}. {}", pen.say(Key::ScreenFreeUpTo, &[("max", max.into())])))
}

/// The line above a list in which there are free models.
pub(super) fn list_line(pen: &Pen<'_>, context: &Context<'_>, shown: &[&Model]) -> Option<String> {
    let free = context.desk.free_models();
    let first = free.into_iter().find(|free| shown.iter().any(|model| model.id == free.id))?;
    Some(offer(pen, context, context.gives_usual(first)))
}

/// Whether a list says «бесплатно» on the button of a model.
pub(super) fn is_given(context: &Context<'_>, model: &Model) -> bool {
    context.gives_usual(model).is_ok() && context.desk.is_free_model(&model.id)
}

/// The word above a screen.
pub(super) fn word(pen: &Pen<'_>, context: &Context<'_>, word: FreeWord) -> String {
    match word {
        FreeWord::Over(why) => {
            let why = none_left(pen, &context.free, context.now, why);
            format!("{why} {}", pen.say(Key::RefusalFreePaid, &[]))
        }
        FreeWord::Again => pen.say(Key::ScreenFreeAgain, &[]),
    }
}
