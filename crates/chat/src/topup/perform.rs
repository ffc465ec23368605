//! Doing what a person wishes, within the transaction of the update; going on with an order after
//! its money has come; answering a payment that is about to be made.

use catalog::Language;
use payments::{Declined, Evidence, NewPayment, Provider, Till};
use queue::{Claim, Outcome as Ended};
use sqlx::PgConnection;
use telegram::{Inbound, Sender};
use uuid::Uuid;

use crate::desk::{Context, Desk};
use crate::store;
use crate::talk::{self, Talk};
use crate::texts::{Key, Texts};
use crate::topup::{Outcome, Wish, Word};
use crate::updates;
use crate::view::Done;

fn till(talk: &Talk) -> Till {
    let bonuses = talk.desk().bonuses.clone();
    Till { operators: talk.parts.generation.operators.clone(), bonuses }
}

/// Does what was wished.
pub(crate) async fn perform(
    talk: &Talk,
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    wish: Wish,
) -> Result<Done, sqlx::Error> {
    let (user_id, now, offer) = (context.user_id, context.now, &context.desk.payments);
    let till = till(talk);
    let outcome = match wish {
        Wish::Order { order_key, provider, amount, purpose } => {
            let resumes = purpose.resumes();
            let new = NewPayment { order_key, user_id, chat_id: chat, provider, amount, resumes };
            let outcome = payments::order(connection, offer, &talk.parts.ids, now, &new).await?;
            Outcome::Ordered { outcome, purpose }
        }
        Wish::Show(id) => {
            let payment = payments::view(connection, id).await?;
            let payment = payment.filter(|payment| payment.user_id == user_id);
            Outcome::Found { payment, word: None }
        }
        Wish::Check(id) => {
            let payment = payments::ask_to_check(connection, now, user_id, id).await?;
            Outcome::Found { payment, word: Some(Word::Checking) }
        }
        Wish::Abandon(id) => {
            let payment = payments::abandon(connection, now, user_id, id).await?;
            Outcome::Found { payment, word: None }
        }
        Wish::Receipt(receipt) => {
            let taken = payments::add_receipt(connection, &till, now, user_id, &receipt).await?;
            Outcome::Receipt(taken)
        }
    };
    Ok(Done::TopUp(Box::new(outcome)))
}

/// Money that has come or gone back, as Telegram itself tells in the person's chat.
pub(crate) async fn moved(
    talk: &Talk,
    claim: &Claim,
    inbound: &Inbound,
    from: &Sender,
) -> talk::Ended {
    let now = talk.parts.clock.now();
    let desk = talk.desk();
    let mut transaction = database::begin(&talk.parts.pool).await?;
    let person = store::person(&mut transaction, now, from).await?;
    billing::open_wallets(&mut transaction, now, person.id, desk.welcome).await?;
    match inbound {
        Inbound::Paid(paid) => {
            let evidence = Evidence {
                provider: provider(&paid.currency),
                external_id: paid.telegram_payment_charge_id.clone(),
                order: paid.payload.parse().ok(),
                payer: Some(from.id),
                currency: paid.currency.clone(),
                amount: paid.total_amount,
            };
            let (till, ids) = (till(talk), &talk.parts.ids);
            payments::credit(&mut transaction, &till, ids, now, &evidence).await?;
        }
        Inbound::Refunded(refunded) => {
            let charge = &refunded.telegram_payment_charge_id;
            let provider = provider(&refunded.currency);
            payments::gone_back(&mut transaction, now, provider, charge).await?;
        }
        Inbound::Message(_)
        | Inbound::Press(_)
        | Inbound::PreCheckout(_)
        | Inbound::Membership(_)
        | Inbound::Other => {}
    }
    if talk.parts.crash.pass("payment: credited").is_err() {
        return Ok(Ended::Crashed);
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Ended::Done)
}

/// Who holds the money of a payment inside Telegram.
pub(crate) fn provider(currency: &str) -> Provider {
    if currency == "XTR" { Provider::Stars } else { Provider::Telegram }
}

/// Goes on with the order for which a person topped up.
pub(crate) async fn resume(talk: &Talk, claim: &Claim) -> talk::Ended {
    let number = |name: &str| claim.payload.get(name).and_then(serde_json::Value::as_i64);
    let payment = claim.payload.get("payment").and_then(serde_json::Value::as_str);
    let payment = payment.and_then(|id| id.parse::<Uuid>().ok());
    let (Some(user), Some(chat), Some(payment)) = (number("user"), number("chat"), payment) else {
        return talk.finish(claim).await;
    };
    let mut transaction = database::begin(&talk.parts.pool).await?;
    updates::resume(talk, &mut transaction, user, chat, payment).await?;
    if talk.parts.crash.pass("resume: answered").is_err() {
        return Ok(Ended::Crashed);
    }
    if queue::store::complete(&mut transaction, claim).await?.is_ok() {
        transaction.commit().await?;
    }
    Ok(Ended::Done)
}

/// Why a payment is not to be made, in words for the person who is about to make it.
#[must_use]
pub fn declined(language_code: Option<&str>, declined: Declined) -> String {
    let language = language_code.map_or(Language::default(), Language::from_code);
    let key = match declined {
        Declined::Unknown => Key::RefusalTopupUnknown,
        Declined::Differs => Key::RefusalTopupDiffers,
        Declined::Over => Key::RefusalTopupOver,
        Declined::Paid => Key::RefusalTopupPaid,
    };
    Texts::new(language).plain(key, &[])
}

/// What stands on bills and fiscal receipts.
#[must_use]
pub fn bill_description() -> String {
    Texts::new(Language::Ru).plain(Key::FieldTopupBill, &[])
}

/// The desk's offer decides whether files may be receipts.
pub(crate) fn takes_receipts(desk: &Desk) -> bool {
    desk.payments.ways.contains(&Provider::Manual)
}
