//! Doing what was decided about payments, within the transaction of the update.

use money::Rub;
use outbox::{Fact, PaymentNews};
use payments::{Decided, Payment, RefundAsked, Till};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Deed, Errand, Spot, Word};
use crate::button::Place;
use crate::react::Context;
use crate::view::Word as Above;

/// The values before and after.
type Changed = Result<(Value, Value), Above>;

fn till(context: &Context<'_>) -> Till {
    let mut operators = context.owners.to_vec();
    // Whoever decides is told of what follows from it.
    if !operators.contains(&context.me) {
        operators.push(context.me);
    }
    Till { operators, bonuses: context.desk.bonuses.clone() }
}

fn shown(payment: &Payment) -> Value {
    json!({
        "state": payment.state.as_str(),
        "number": payment.number,
        "kopecks": payment.amount.kopecks(),
    })
}

/// Does it; the person is told by the payment itself.
pub(crate) async fn perform(
    connection: &mut PgConnection,
    context: &Context<'_>,
    deed: &Deed,
) -> Result<Changed, sqlx::Error> {
    let id = deed.payment();
    let Some(before) = payments::view(connection, id).await? else {
        return Ok(Err(Above::Till(Word::NoPayment)));
    };
    let (till, now, me) = (till(context), context.now, context.me);
    let done = match deed {
        Deed::Approve { kopecks, .. } => {
            let (offer, amount) = (&context.desk.payments, Some(Rub::from_kopecks(*kopecks)));
            let decided = payments::approve(connection, &till, offer, now, me, id, amount).await?;
            word_of(&decided)
        }
        Deed::Reject { reason, .. } => {
            word_of(&payments::reject(connection, &till, now, me, id, reason).await?)
        }
        Deed::Refund { kopecks, .. } if *kopecks != before.amount.kopecks() => Some(Above::Stale),
        Deed::Refund { reason, .. } => {
            match payments::refund(connection, &till, now, me, id, reason).await? {
                RefundAsked::Started | RefundAsked::SendByHand => None,
                RefundAsked::NothingToRefund => Some(Above::Till(Word::AlreadyBack)),
                RefundAsked::PersonLeft => Some(Above::Till(Word::PersonLeft)),
                RefundAsked::NotAllowed => Some(Above::NoRight),
                RefundAsked::NotFound => Some(Above::Till(Word::NoPayment)),
            }
        }
    };
    if let Some(word) = done {
        return Ok(Err(word));
    }
    let after = payments::view(connection, id).await?;
    Ok(Ok((shown(&before), after.as_ref().map_or(Value::Null, shown))))
}

/// Why nothing was decided.
fn word_of(decided: &Decided) -> Option<Above> {
    match decided {
        Decided::Credited(_) | Decided::Rejected(_) => None,
        Decided::Already(_) => Some(Above::Till(Word::Decided)),
        Decided::NotAllowed => Some(Above::NoRight),
        Decided::NotFound => Some(Above::Till(Word::NoPayment)),
    }
}

/// Runs an errand; answers where to go, with a word.
pub(crate) async fn run(
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    errand: Errand,
) -> Result<(Place, Option<Above>), sqlx::Error> {
    let missing = || {
        let spot = Spot::List { which: payments::Which::ToDecide, page: 0 };
        (Place::Till(spot), Some(Above::Till(Word::NoPayment)))
    };
    Ok(match errand {
        Errand::Find(number) => match payments::number(connection, number).await? {
            Some(payment) => (Place::Till(Spot::Payment(payment.id)), None),
            None => missing(),
        },
        Errand::Receipt(id) => match payments::view(connection, id).await? {
            Some(payment) => {
                let waits = payment.state == payments::State::Submitted;
                let word = if waits { Word::ReceiptComing } else { Word::NoReceipt };
                if waits {
                    let fact = Fact::Payment { payment: id, news: PaymentNews::Receipt };
                    outbox::tell(connection, context.now, chat, None, &fact).await?;
                }
                (Place::Till(Spot::Payment(id)), Some(Above::Till(word)))
            }
            None => missing(),
        },
    })
}
