//! Softer words for an order that moderation refused.

use catalog::{Answer, FieldKind};
use generation::{FailureClass, Softened, State, View as Order};
use sqlx::PgConnection;

use super::{Again, Got, Press, Said, gate};
use crate::answer;
use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::render::Pen;
use crate::screen::{Tap, Tone};
use crate::texts::Key;

/// What a person wrote for the first of an order's texts, with the name of its field.
pub(crate) fn words_in<'o>(desk: &Desk, order: &'o Order) -> Option<(String, &'o str)> {
    let model = desk.catalog.model(&order.model)?;
    let asked = model.fields.iter().filter(|field| answer::is_asked(field));
    asked.filter(|field| matches!(field.kind, FieldKind::Text { .. })).find_map(|field| match order
        .answers
        .get(&field.name)
    {
        Some(Answer::Text(text)) => Some((field.name.clone(), text.as_str())),
        Some(_) | None => None,
    })
}

/// What the person asked for, with the name of the field that it goes into: where a language model
/// wrote the prompt, what it was written from.
pub(crate) fn own_words<'o>(desk: &Desk, order: &'o Order) -> Option<(String, &'o str)> {
    match order.wish() {
        Some(wish) => Some((wish.field.clone(), wish.words.as_str())),
        None => words_in(desk, order),
    }
}

/// Whether softer words make sense for an order: moderation refused it, and there are words.
pub(crate) fn can_be(desk: &Desk, order: &Order) -> bool {
    order.state == State::Failed
        && order.failure == Some(FailureClass::Content)
        && desk.again(order).is_some()
        && own_words(desk, order).is_some()
}

/// The button that asks for softer words.
pub(crate) fn tap(pen: &Pen<'_>, order: &Order) -> Tap {
    let press = Press::Order { id: order.id, again: Again::Soften };
    pen.tap(Key::ButtonSoften, &Button::Journey(press)).tone(Tone::Go)
}

/// Has softer words written, when nobody has and the person may ask for more of them today.
pub(super) async fn ask(
    connection: &mut PgConnection,
    context: &Context<'_>,
    order: Box<Order>,
) -> Result<Got, sqlx::Error> {
    let softened = generation::softened(&mut *connection, order.id).await?;
    let field = own_words(context.desk, &order).map(|(field, _)| field);
    let field = field.filter(|_| can_be(context.desk, &order));
    let word = match (&softened, field) {
        (Softened::Unasked, Some(field)) => {
            let (now, rate) = (context.now, context.desk.cost_rate);
            match gate::soften(&mut *connection, now, context.user_id).await? {
                Some(said) => said,
                None => {
                    generation::soften(connection, now, &order, &field, rate).await?;
                    Said::SoftComing
                }
            }
        }
        (Softened::Waiting, Some(_)) => Said::SoftComing,
        (Softened::Written(_) | Softened::Failed, Some(_)) => {
            return Ok(Got::Soft { order: Some(order), softened, takes: false });
        }
        // Nothing to be softened: the person changes what there is.
        (_, None) => {
            let again = Again::Change;
            return Ok(Got::Order { order: Some(order), again, word: None });
        }
    };
    Ok(Got::Order { order: Some(order), again: Again::Soften, word: Some(word) })
}
