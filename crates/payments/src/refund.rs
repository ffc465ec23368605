use billing::ToppedUp;
use outbox::{PaymentNews, PaymentProblem};
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::cashier::{POOL, REFUND};
use crate::credit::{alert, take, take_earned};
use crate::order::tell;
use crate::store::{self, Change};
use crate::{Event, Payment, Provider, Till, step};

/// What came of an operator's wish to give a payment back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundAsked {
    /// The money has left the wallet, and the provider is asked to give it back.
    Started,
    /// The money has left the wallet; its provider gives nothing back, so a person must.
    SendByHand,
    /// Nothing was credited, or it went back before.
    NothingToRefund,
    /// Stars go to a person, and the person has erased themself.
    PersonLeft,
    /// Only operators decide.
    NotAllowed,
    /// There is no such payment.
    NotFound,
}

/// Gives a payment back to where it came from, whole. The money leaves the wallet first; what is
/// spent already becomes a debt, which the next top-up covers.
///
/// # Errors
/// What the database says.
pub async fn refund(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    operator: i64,
    id: Uuid,
    reason: &str,
) -> Result<RefundAsked, sqlx::Error> {
    if !till.operators.contains(&operator) {
        return Ok(RefundAsked::NotAllowed);
    }
    let Some(payment) = store::lock(connection, id).await? else {
        return Ok(RefundAsked::NotFound);
    };
    let Some(next) = step(payment.state, Event::RefundAsked) else {
        return Ok(RefundAsked::NothingToRefund);
    };
    if payment.provider == Provider::Stars && payment.has_left() {
        return Ok(RefundAsked::PersonLeft);
    }
    let change = Change { reason: Some(reason), decided_by: Some(operator), ..Change::default() };
    store::step(connection, now, &payment, next, &change).await?;
    let key = format!("payback:{id}:{}", store::refunds(connection, id).await?);
    take(connection, now, &payment, &key, reason).await?;
    if payment.provider.gives_back() {
        let job = NewJob::new(POOL, REFUND, json!({ "payment": id }), now)
            .key(format!("refund:{id}"))
            .priority(Priority::Money);
        queue::store::enqueue(connection, now, &job).await?;
        return Ok(RefundAsked::Started);
    }
    let detail = format!("№ {}: {} ({reason})", payment.number, payment.amount);
    alert(connection, till, now, payment.provider, PaymentProblem::SendByHand, detail).await?;
    finish(connection, now, &Payment { state: next, ..payment }).await?;
    Ok(RefundAsked::SendByHand)
}

/// The money is back where it came from.
pub(crate) async fn finish(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    payment: &Payment,
) -> Result<(), sqlx::Error> {
    let Some(next) = step(payment.state, Event::Refunded) else { return Ok(()) };
    store::step(connection, now, payment, next, &Change::default()).await?;
    take_earned(connection, now, payment).await?;
    tell(connection, now, payment, PaymentNews::Refunded).await
}

/// The provider does not give it back: it is in the wallet again.
pub(crate) async fn undo(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    payment: &Payment,
    told: &str,
) -> Result<(), sqlx::Error> {
    let Some(next) = step(payment.state, Event::RefundRefused) else { return Ok(()) };
    let time = store::refunds(connection, payment.id).await?;
    store::step(connection, now, payment, next, &Change::default()).await?;
    let key = format!("payback_undone:{}:{time}", payment.id);
    let (user, world, name) = (payment.user_id, payment.world, payment.provider.as_str());
    let back = billing::top_up(connection, now, user, world, payment.amount, name, &key).await?;
    if back == ToppedUp::ExistsWithDifferent {
        return Err(sqlx::Error::Protocol(format!("{key} is in the books with another sum")));
    }
    let detail = format!("№ {}: {told}", payment.number);
    alert(connection, till, now, payment.provider, PaymentProblem::NotRefunded, detail).await
}
