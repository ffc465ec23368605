use clock::Ids;
use money::Rub;
use outbox::{Fact, PaymentNews};
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::cashier::{CHECK, OPEN, POOL};
use crate::store::{self, Change, NewRow};
use crate::{Event, Offer, Payment, Provider, State, step};

/// How long a bill can be paid.
const OPEN_FOR: Duration = Duration::hours(24);

/// Crypto Pay fixes its rate when the bill is made.
const OPEN_FOR_CRYPTO: Duration = Duration::HOUR;

/// The first look at the provider, in case that its notification gets lost.
const FIRST_CHECK: Duration = Duration::MINUTE;

/// Open payments that are shown to a person.
const SHOWN: i64 = 5;

/// A top-up that a person asks for.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The same for the same press: a second press finds the payment of the first.
    pub order_key: String,
    /// Whose.
    pub user_id: i64,
    /// Where the person is told.
    pub chat_id: i64,
    /// By which way.
    pub provider: Provider,
    /// How much is to be credited.
    pub amount: Rub,
    /// Whether an order waits for it.
    pub resumes: bool,
}

/// What came of asking for a top-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// It is written down, and its bill is on the way.
    Created(Payment),
    /// This press had made it before.
    Exists(Payment),
    /// A transfer by hand is open already: it is finished or given up first.
    OneIsOpen(Payment),
    /// This way is not offered.
    NotOffered,
    /// The sum is outside these bounds.
    OutOfBounds {
        /// The least.
        least: Rub,
        /// The most.
        most: Rub,
    },
}

/// Writes a top-up down, in the caller's transaction, and sees to its bill.
///
/// # Errors
/// What the database says.
pub async fn order(
    connection: &mut PgConnection,
    offer: &Offer,
    ids: &Ids,
    now: OffsetDateTime,
    new: &NewPayment,
) -> Result<Ordered, sqlx::Error> {
    if let Some(payment) = store::find_by_order_key(connection, &new.order_key).await? {
        return Ok(Ordered::Exists(payment));
    }
    let provider = new.provider;
    if !offer.ways.contains(&provider) {
        return Ok(Ordered::NotOffered);
    }
    let (_, most) = offer.bounds();
    let outside = Ordered::OutOfBounds { least: provider.least(), most };
    if new.amount < provider.least() || !offer.takes(new.amount) {
        return Ok(outside);
    }
    let (amount, currency, provider_amount) = match provider {
        Provider::Stars => match offer.stars(new.amount) {
            Some(stars) => (new.amount, "XTR", i64::from(stars)),
            None => return Ok(outside),
        },
        Provider::Manual => {
            if let Some(open) = open_transfer(connection, new.user_id).await? {
                return Ok(Ordered::OneIsOpen(open));
            }
            let amount = unlike_others(connection, ids, new.amount).await?;
            (amount, "RUB", amount.kopecks())
        }
        Provider::Telegram | Provider::YooKassa | Provider::CryptoPay => {
            (new.amount, "RUB", new.amount.kopecks())
        }
    };
    let open_for = match provider {
        Provider::CryptoPay => OPEN_FOR_CRYPTO,
        Provider::Stars | Provider::Telegram | Provider::YooKassa | Provider::Manual => OPEN_FOR,
    };
    let row = NewRow {
        id: ids.uuid(),
        order_key: &new.order_key,
        parent: None,
        user_id: new.user_id,
        chat_id: new.chat_id,
        provider,
        amount,
        bonus: offer.bonus(amount),
        currency,
        provider_amount,
        state: if provider.is_asked() { State::New } else { State::Open },
        resumes: new.resumes,
        idem_key: &ids.uuid().to_string(),
        reason: None,
        expires_at: now + open_for,
        next_check_at: provider.is_asked().then_some(now + FIRST_CHECK),
    };
    let Some(payment) = store::insert(connection, now, &row).await? else {
        let earlier = store::find_by_order_key(connection, &new.order_key).await?;
        return Ok(earlier.map_or(Ordered::NotOffered, Ordered::Exists));
    };
    if provider.is_asked() {
        let job = NewJob::new(POOL, OPEN, json!({ "payment": payment.id }), now)
            .key(format!("open:{}", payment.id))
            .priority(Priority::Press);
        queue::store::enqueue(connection, now, &job).await?;
    } else {
        tell(connection, now, &payment, PaymentNews::Bill).await?;
    }
    Ok(Ordered::Created(payment))
}

async fn open_transfer(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Option<Payment>, sqlx::Error> {
    let open = store::open_of(connection, user_id, 50).await?;
    Ok(open.into_iter().find(|payment| {
        payment.provider == Provider::Manual
            && matches!(payment.state, State::Open | State::Submitted)
    }))
}

/// The sum with kopecks that no other open transfer has, so that the line of the bank statement
/// alone says whose it is.
async fn unlike_others(
    connection: &mut PgConnection,
    ids: &Ids,
    amount: Rub,
) -> Result<Rub, sqlx::Error> {
    let base = amount.kopecks() - amount.kopecks() % 100;
    // A hundred of the same sum at once are not to be expected; then the next roubles are taken.
    let (from, to) = (base + 1, base + 499);
    let taken = store::manual_amounts(connection, from, to).await?;
    let first = from + i64::try_from(ids.jitter(99)).unwrap_or(0);
    let free = (first..base + 100).chain(from..first).chain(base + 100..=to);
    let chosen = free.into_iter().find(|kopecks| !taken.contains(kopecks));
    Ok(Rub::from_kopecks(chosen.unwrap_or(first)))
}

/// A person's payment.
///
/// # Errors
/// What the database says.
pub async fn view(connection: &mut PgConnection, id: Uuid) -> Result<Option<Payment>, sqlx::Error> {
    store::find(connection, id).await
}

/// The payments of a person that can still come to something, the latest first.
///
/// # Errors
/// What the database says.
pub async fn open_of(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Vec<Payment>, sqlx::Error> {
    store::open_of(connection, user_id, SHOWN).await
}

/// «Я оплатил, но не пришло»: the provider is asked now, and the person is told what it says.
/// Answers with the payment, unless it is somebody else's.
///
/// # Errors
/// What the database says.
pub async fn ask_to_check(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    id: Uuid,
) -> Result<Option<Payment>, sqlx::Error> {
    let Some(payment) = store::find(connection, id).await?.filter(|it| it.user_id == user_id)
    else {
        return Ok(None);
    };
    let can_come = !payment.state.is_credited() && payment.state != State::Review;
    if can_come && payment.provider != Provider::Manual {
        let job = NewJob::new(POOL, CHECK, json!({ "payment": id, "asked": true }), now)
            .key(format!("check:{id}:asked"))
            .priority(Priority::Press);
        queue::store::enqueue(connection, now, &job).await?;
    }
    Ok(Some(payment))
}

/// The person thought better of it. Money that comes all the same is credited.
///
/// # Errors
/// What the database says.
pub async fn abandon(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    id: Uuid,
) -> Result<Option<Payment>, sqlx::Error> {
    let Some(payment) = store::lock(connection, id).await?.filter(|it| it.user_id == user_id)
    else {
        return Ok(None);
    };
    if let Some(next) = step(payment.state, Event::GivenUp) {
        store::step(connection, now, &payment, next, &Change::default()).await?;
    }
    store::find(connection, id).await
}

/// How many payments of a person are being decided on or given back.
///
/// # Errors
/// What the database says.
pub async fn unsettled(connection: &mut PgConnection, user_id: i64) -> Result<i64, sqlx::Error> {
    store::unsettled(connection, user_id).await
}

/// Takes out of a person's payments what leads to the person; the sums and the providers' numbers
/// stay.
///
/// # Errors
/// What the database says.
pub async fn erase(connection: &mut PgConnection, user_id: i64) -> Result<(), sqlx::Error> {
    store::erase(connection, user_id).await
}

/// Tells the person something about their payment.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    payment: &Payment,
    news: PaymentNews,
) -> Result<(), sqlx::Error> {
    if payment.has_left() {
        return Ok(());
    }
    let fact = Fact::Payment { payment: payment.id, news };
    outbox::tell(connection, now, payment.chat_id, Some(payment.user_id), &fact).await
}
