//! Transfers by hand: the person sends a receipt, an operator looks at the bank statement.
//! No receipt ever credits anything.

use money::Rub;
use outbox::{Fact, PaymentNews};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::credit::pay;
use crate::order::tell;
use crate::store::{self, Change};
use crate::{Event, Offer, Payment, State, Till, step};

/// So long after the order a receipt is still taken.
const RECEIPT_TAKEN: Duration = Duration::days(3);

/// A receipt as Telegram has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it can be sent again by.
    pub file_id: String,
    /// The same for the same file.
    pub unique_id: String,
    /// The same for the same content, when it could be fetched.
    pub hash: Option<String>,
    /// A photo, or else a document.
    pub is_photo: bool,
}

/// What came of an operator's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The money is in the wallet of the person.
    Credited(Payment),
    /// The person is told that there is no money.
    Rejected(Payment),
    /// Somebody has decided before, or the money came by itself.
    Already(Payment),
    /// Only operators decide.
    NotAllowed,
    /// There is no such payment.
    NotFound,
}

/// Whether a transfer of the person with this Telegram id waits for its receipt.
///
/// # Errors
/// What the database says.
pub async fn waits_for_receipt(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    telegram_id: i64,
) -> Result<bool, sqlx::Error> {
    store::waits_for_receipt(connection, telegram_id, now - RECEIPT_TAKEN).await
}

/// Takes a receipt, or the next one in its place, and shows it to the operators; nothing when no
/// transfer waits for one.
///
/// # Errors
/// What the database says.
pub async fn add_receipt(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    user_id: i64,
    receipt: &Receipt,
) -> Result<Option<Payment>, sqlx::Error> {
    let Some(found) = store::manual_of(connection, user_id, now - RECEIPT_TAKEN).await? else {
        return Ok(None);
    };
    let Some(payment) = store::lock(connection, found.id).await? else {
        return Ok(None);
    };
    let Some(next) = step(payment.state, Event::ReceiptSent) else {
        return Ok(None);
    };
    store::set_receipt(connection, payment.id, receipt).await?;
    store::step(connection, now, &payment, next, &Change::default()).await?;
    let fact = Fact::Payment { payment: payment.id, news: PaymentNews::Receipt };
    for operator in &till.operators {
        outbox::tell(connection, now, *operator, None, &fact).await?;
    }
    Ok(Some(Payment { state: next, ..payment }))
}

/// The numbers of other payments for which the receipt of this one was sent too: the same file, or
/// another one of the same content. A warning for who decides, and nothing else: a receipt proves
/// nothing in either way.
///
/// # Errors
/// What the database says.
pub async fn receipt_twins(
    connection: &mut PgConnection,
    payment: Uuid,
) -> Result<Vec<i64>, sqlx::Error> {
    store::receipt_twins(connection, payment).await
}

/// An operator has found the money, of the ordered sum or of another. The first decision counts.
/// A payment that was put aside because it did not agree is decided in the same way.
///
/// # Errors
/// What the database says.
pub async fn approve(
    connection: &mut PgConnection,
    till: &Till,
    offer: &Offer,
    now: OffsetDateTime,
    operator: i64,
    id: Uuid,
    amount: Option<Rub>,
) -> Result<Decided, sqlx::Error> {
    if !till.operators.contains(&operator) {
        return Ok(Decided::NotAllowed);
    }
    let Some(payment) = store::lock(connection, id).await? else { return Ok(Decided::NotFound) };
    let decidable = match payment.state {
        State::Submitted | State::Review => true,
        State::New
        | State::Open
        | State::Paid
        | State::Expired
        | State::Cancelled
        | State::Rejected
        | State::Refunding
        | State::Refunded => false,
    };
    let amount = amount.unwrap_or(payment.amount);
    if !decidable || amount <= Rub::ZERO {
        return Ok(Decided::Already(payment));
    }
    let external =
        payment.external_id.clone().unwrap_or_else(|| format!("manual:{}", payment.number));
    let decided = (operator, amount, offer.bonus(amount));
    pay(connection, till, now, &payment, &external, Some(decided)).await?;
    let credited = store::find(connection, id).await?;
    Ok(credited.map_or(Decided::NotFound, Decided::Credited))
}

/// An operator has not found the money; the person is told the reason.
///
/// # Errors
/// What the database says.
pub async fn reject(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    operator: i64,
    id: Uuid,
    reason: &str,
) -> Result<Decided, sqlx::Error> {
    if !till.operators.contains(&operator) {
        return Ok(Decided::NotAllowed);
    }
    let Some(payment) = store::lock(connection, id).await? else { return Ok(Decided::NotFound) };
    let Some(next) = step(payment.state, Event::Rejected) else {
        return Ok(Decided::Already(payment));
    };
    let change = Change { reason: Some(reason), decided_by: Some(operator), ..Change::default() };
    store::step(connection, now, &payment, next, &change).await?;
    tell(connection, now, &payment, PaymentNews::Rejected).await?;
    Ok(Decided::Rejected(Payment { state: next, ..payment }))
}
