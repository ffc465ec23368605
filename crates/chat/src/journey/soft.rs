//! Softer words for an order that moderation refused.

use catalog::{Answer, FieldKind};
use generation::{FailureClass, Rewrite, Softened, State, View as Order};
use sqlx::PgConnection;

use super::{Got, Said, gate};
use crate::answer;
use crate::desk::{Context, Desk};

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

/// Whether softer words make sense for an order: moderation refused it, and the words are the
/// person's own.
pub(crate) fn can_be(desk: &Desk, order: &Order) -> bool {
    let own = order.batch.as_ref().is_none_or(|place| match place.rewrite {
        Rewrite::None | Rewrite::Plain => true,
        Rewrite::Waiting | Rewrite::Writing | Rewrite::Written => false,
    });
    order.state == State::Failed
        && order.failure == Some(FailureClass::Content)
        && own
        && desk.again(order).is_some()
        && words_in(desk, order).is_some()
}

/// Has softer words written, when nobody has and the person may ask for more of them today.
pub(super) async fn ask(
    connection: &mut PgConnection,
    context: &Context<'_>,
    order: Box<Order>,
) -> Result<Got, sqlx::Error> {
    let softened = generation::softened(&mut *connection, order.id).await?;
    let field = words_in(context.desk, &order).map(|(field, _)| field);
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
            let again = super::Again::Change;
            return Ok(Got::Order { order: Some(order), again, word: None });
        }
    };
    Ok(Got::Order { order: Some(order), again: super::Again::Soften, word: Some(word) })
}
