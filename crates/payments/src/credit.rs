//! The one routine that credits.

use billing::{ToppedUp, World};
use clock::Ids;
use money::Rub;
use outbox::{Alert, Fact, PaymentNews, PaymentProblem};
use promo::TopUp;
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::order::tell;
use crate::store::{self, Change, NewRow};
use crate::{Event, Payment, Provider, RESUME, State, Till, step};

/// What somebody says about money that has come. Whoever says it is known to be who they are: it
/// is read from Telegram's own updates or from the provider's own answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which provider has the money.
    pub provider: Provider,
    /// The provider's name of the payment, unique for ever.
    pub external_id: String,
    /// Our order, as the provider carries it.
    pub order: Option<Uuid>,
    /// Telegram's number of who paid, where the provider knows.
    pub payer: Option<i64>,
    /// Three letters.
    pub currency: String,
    /// In the smallest unit.
    pub amount: i64,
}

/// What [`credit`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credited {
    /// The money is in the wallet.
    Credited {
        /// The payment that was credited: of a bill that was paid twice, or by somebody else, not
        /// the ordered one.
        payment: Uuid,
    },
    /// This very payment was taken in before.
    Duplicate,
    /// It does not agree with its order: an operator decides.
    Review,
    /// There is no order for it, and nobody of ours to ask: operators are told.
    Unknown,
}

/// Credits a payment to who paid, once, in the caller's transaction: the roubles of the order,
/// whatever the rate is now, and however late. What does not agree is put aside.
///
/// # Errors
/// What the database says.
pub async fn credit(
    connection: &mut PgConnection,
    till: &Till,
    ids: &Ids,
    now: OffsetDateTime,
    evidence: &Evidence,
) -> Result<Credited, sqlx::Error> {
    let provider = evidence.provider;
    let known = store::find_by_external(connection, provider, &evidence.external_id).await?;
    let order = known.as_ref().map(|known| known.id).or(evidence.order);
    let order = match order {
        Some(id) => store::lock(connection, id).await?.filter(|it| it.provider == provider),
        None => None,
    };
    let Some(order) = order else { return unknown(connection, till, ids, now, evidence).await };
    let same = order.external_id.as_deref() == Some(&evidence.external_id);
    if same && (order.state.is_credited() || order.state == State::Review) {
        return Ok(Credited::Duplicate);
    }
    // The lock was waited for: another of the same evidence may have been there meanwhile.
    if !same
        && store::find_by_external(connection, provider, &evidence.external_id).await?.is_some()
    {
        return Ok(Credited::Duplicate);
    }
    let payer = match evidence.payer {
        Some(telegram_id) => store::user_of(connection, telegram_id).await?,
        None => Some(order.user_id),
    };
    let foreign = payer != Some(order.user_id);
    let sure_of_payer = matches!(provider, Provider::Stars | Provider::Telegram);
    let right = evidence.currency == order.currency && evidence.amount == order.provider_amount;
    let taken = !same && (order.external_id.is_some() || order.state.is_credited());
    let payment = match payer {
        // The copy of a bill can be paid by anybody, and a bill more than once.
        Some(payer) if taken || (foreign && sure_of_payer) => {
            let chat = evidence.payer.unwrap_or(order.chat_id);
            another(connection, ids, now, &order, evidence, (payer, chat)).await?
        }
        Some(_) | None => order.clone(),
    };
    if right && payer == Some(payment.user_id) && !payment.has_left() {
        let external = &evidence.external_id;
        let credited = pay(connection, till, now, &payment, external, None).await?;
        return Ok(match credited {
            true => Credited::Credited { payment: payment.id },
            false => Credited::Duplicate,
        });
    }
    let reason = match (right, payment.has_left()) {
        (true, true) => "the person has left",
        (true, false) => "foreign payer",
        (false, _) => "another sum or currency",
    };
    set_aside(connection, till, now, &payment, evidence, reason).await?;
    Ok(Credited::Review)
}

/// A row of its own for one more payment of the same bill.
async fn another(
    connection: &mut PgConnection,
    ids: &Ids,
    now: OffsetDateTime,
    order: &Payment,
    evidence: &Evidence,
    (payer, chat): (i64, i64),
) -> Result<Payment, sqlx::Error> {
    let key = format!("{}:{}", order.provider.as_str(), evidence.external_id);
    let row = NewRow {
        id: ids.uuid(),
        order_key: &key,
        parent: Some(order.id),
        user_id: payer,
        chat_id: chat,
        provider: order.provider,
        amount: order.amount,
        bonus: order.bonus,
        currency: &order.currency,
        provider_amount: order.provider_amount,
        state: State::Open,
        resumes: false,
        idem_key: &key,
        reason: None,
        expires_at: order.expires_at,
        next_check_at: None,
    };
    let inserted = store::insert(connection, now, &row).await?;
    inserted.ok_or_else(|| sqlx::Error::Protocol(format!("payment {key} is being credited")))
}

/// Tells the operators of a payment without a bill, once: a provider's list names it at each look.
pub(crate) async fn tell_of_unclaimed(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    provider: Provider,
    external_id: &str,
    detail: String,
) -> Result<(), sqlx::Error> {
    if store::unclaimed::note(&mut *connection, now, provider, external_id).await? {
        alert(connection, till, now, provider, PaymentProblem::Unknown, detail).await?;
    }
    Ok(())
}

/// Money for which there is no order of ours. When its payer is one of ours, it waits in a row.
async fn unknown(
    connection: &mut PgConnection,
    till: &Till,
    ids: &Ids,
    now: OffsetDateTime,
    evidence: &Evidence,
) -> Result<Credited, sqlx::Error> {
    let payer = match evidence.payer {
        Some(telegram_id) => {
            let user = store::user_of(connection, telegram_id).await?;
            user.map(|user| (user, telegram_id))
        }
        None => None,
    };
    let detail = format!(
        "{}: {} {}, order {:?}, payer {:?}",
        evidence.external_id, evidence.amount, evidence.currency, evidence.order, evidence.payer
    );
    let (provider, external) = (evidence.provider, &evidence.external_id);
    let Some((user_id, chat_id)) = payer else {
        tell_of_unclaimed(connection, till, now, provider, external, detail).await?;
        return Ok(Credited::Unknown);
    };
    let key = format!("{}:{}", evidence.provider.as_str(), evidence.external_id);
    let row = NewRow {
        id: ids.uuid(),
        order_key: &key,
        parent: None,
        user_id,
        chat_id,
        provider: evidence.provider,
        amount: Rub::ZERO,
        bonus: Rub::ZERO,
        currency: &evidence.currency,
        provider_amount: evidence.amount,
        state: State::Review,
        resumes: false,
        idem_key: &key,
        reason: Some("no order"),
        expires_at: now,
        next_check_at: None,
    };
    if let Some(payment) = store::insert(connection, now, &row).await? {
        let change = Change { external_id: Some(&evidence.external_id), ..Change::default() };
        store::step(connection, now, &payment, State::Review, &change).await?;
        tell(connection, now, &payment, PaymentNews::Review).await?;
        alert(connection, till, now, provider, PaymentProblem::Unknown, detail).await?;
    }
    Ok(Credited::Review)
}

async fn set_aside(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    payment: &Payment,
    evidence: &Evidence,
    reason: &str,
) -> Result<(), sqlx::Error> {
    let Some(next) = step(payment.state, Event::Differs) else { return Ok(()) };
    let change = Change {
        external_id: Some(&evidence.external_id),
        received: Some((&evidence.currency, evidence.amount)),
        reason: Some(reason),
        ..Change::default()
    };
    store::step(connection, now, payment, next, &change).await?;
    let detail = format!(
        "№ {}: {reason}; ordered {} {}, got {} {}, payer {:?}",
        payment.number,
        payment.provider_amount,
        payment.currency,
        evidence.amount,
        evidence.currency,
        evidence.payer
    );
    alert(connection, till, now, payment.provider, PaymentProblem::Differs, detail).await?;
    tell(connection, now, payment, PaymentNews::Review).await
}

/// Puts the money of a payment into its wallet, with everything that follows from it. `amount`
/// when an operator decided on another sum than the ordered one: roubles and bonus. Says whether
/// this very call did it.
pub(crate) async fn pay(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    payment: &Payment,
    external_id: &str,
    decided: Option<(i64, Rub, Rub)>,
) -> Result<bool, sqlx::Error> {
    let Some(next) = step(payment.state, Event::Paid) else { return Ok(false) };
    let amount = decided.map(|(_, amount, bonus)| (amount, bonus));
    let change = Change {
        external_id: Some(external_id),
        decided_by: decided.map(|(operator, _, _)| operator),
        amount,
        ..Change::default()
    };
    store::step(connection, now, payment, next, &change).await?;
    let (amount, bonus) = amount.unwrap_or((payment.amount, payment.bonus));
    let (user, world) = (payment.user_id, payment.world);
    let (name, key) = (payment.provider.as_str(), payment.credit_key(external_id));
    match billing::top_up(connection, now, user, world, amount, name, &key).await? {
        ToppedUp::Credited { .. } => {}
        ToppedUp::Exists | ToppedUp::ExistsWithDifferent => {
            let text = format!("{key} is in the books, and its payment was not paid");
            return Err(sqlx::Error::Protocol(text));
        }
    }
    billing::give_topup_bonus(connection, now, user, world, bonus, &payment.bonus_key()).await?;
    if world == World::Real {
        let topup = TopUp { user_id: user, amount, operation: &key };
        promo::after_topup(connection, now, &till.bonuses, &topup).await?;
    }
    tell(connection, now, payment, PaymentNews::Credited).await?;
    if payment.resumes {
        let payload = json!({ "user": user, "chat": payment.chat_id, "payment": payment.id });
        let job = NewJob::new(outbox::TALK_POOL, RESUME, payload, now)
            .lane(format!("user:{}", payment.chat_id))
            .key(format!("resume:{}", payment.id))
            .priority(Priority::Money);
        queue::store::enqueue(connection, now, &job).await?;
    }
    Ok(true)
}

/// A payment went back to who paid it, whoever wanted it: the money leaves the wallet, unless it
/// left when the refund was asked for. Says whether anything changed.
///
/// # Errors
/// What the database says.
pub async fn gone_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    provider: Provider,
    external_id: &str,
) -> Result<bool, sqlx::Error> {
    let Some(found) = store::find_by_external(connection, provider, external_id).await? else {
        return Ok(false);
    };
    let Some(payment) = store::lock(connection, found.id).await? else { return Ok(false) };
    let Some(next) = step(payment.state, Event::Refunded) else { return Ok(false) };
    if payment.state == State::Paid {
        let key = format!("payback:{}:provider", payment.id);
        take(connection, now, &payment, &key, "refunded by the provider").await?;
    }
    if payment.state.is_credited() {
        take_earned(connection, now, &payment).await?;
    }
    store::step(connection, now, &payment, next, &Change::default()).await?;
    tell(connection, now, &payment, PaymentNews::Refunded).await?;
    Ok(true)
}

/// Takes back what a credited payment has brought beside its money: the bonus on top, the percentage
/// of a promo code, the rewards of an invitation.
pub(crate) async fn take_earned(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    payment: &Payment,
) -> Result<(), sqlx::Error> {
    let (user, world) = (payment.user_id, payment.world);
    billing::take_back(&mut *connection, now, user, world, &payment.bonus_key()).await?;
    if let Some(external) = &payment.external_id {
        let operation = payment.credit_key(external);
        promo::after_refund(connection, now, user, &operation).await?;
    }
    Ok(())
}

/// Takes the money of a credited payment out of the wallet.
pub(crate) async fn take(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    payment: &Payment,
    key: &str,
    reason: &str,
) -> Result<(), sqlx::Error> {
    let (user, world, name) = (payment.user_id, payment.world, payment.provider.as_str());
    billing::pay_back(connection, now, user, world, payment.amount, name, key, reason).await?;
    Ok(())
}

/// Tells the operators of something that does not agree.
pub(crate) async fn alert(
    connection: &mut PgConnection,
    till: &Till,
    now: OffsetDateTime,
    provider: Provider,
    problem: PaymentProblem,
    detail: String,
) -> Result<(), sqlx::Error> {
    tracing::warn!(provider = provider.as_str(), ?problem, detail, "a payment needs a look");
    let provider = provider.as_str().to_owned();
    let fact = Fact::OperatorAlert { alert: Alert::Payment { provider, problem, detail } };
    for operator in &till.operators {
        outbox::tell(connection, now, *operator, None, &fact).await?;
    }
    Ok(())
}
