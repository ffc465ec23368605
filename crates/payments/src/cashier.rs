//! The jobs of payments: each asks a provider, and then writes what follows in one transaction.

mod lists;

use std::time::Duration;

use clock::{Clock, Ids};
use outbox::{PaymentNews, PaymentProblem};
use queue::{Claim, CrashPoints, Crashed, NewJob, Outcome, Priority, StaleClaim};
use serde_json::json;
use sqlx::PgPool;
use telegram::{ApiError, BotApi};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::credit::{alert, credit, gone_back, tell_of_unclaimed};
use crate::notify::{self, Notification, Notified};
use crate::order::tell;
use crate::store::{self, Change};
use crate::{
    CryptoPay, Event, Evidence, Offer, Payment, Provider, Sources, State, Till, YooKassa, refund,
    step,
};

/// The pool of workers that asks providers.
pub const POOL: &str = "pay";

/// Asks a provider for a bill.
pub(crate) const OPEN: &str = "payment_open";
/// Asks a provider what became of a payment.
pub(crate) const CHECK: &str = "payment_check";
/// Asks a provider to give a payment back.
pub(crate) const REFUND: &str = "payment_refund";
/// Compares a provider's list with ours.
const RECONCILE: &str = "payments_reconcile";

/// A provider's list is compared with ours so often.
const RECONCILE_EVERY: time::Duration = time::Duration::HOUR;

/// Providers with a list to compare with: their own, or what Telegram told of.
const RECONCILED: [Provider; 4] =
    [Provider::Stars, Provider::Telegram, Provider::YooKassa, Provider::CryptoPay];

/// A payment is looked after by itself for so long.
const WATCHED_FOR: time::Duration = time::Duration::days(3);

/// How many payments one sweep looks after.
const SWEPT: i64 = 200;

/// A bill that cannot be had for so long is given up, and the person is told. Money that comes
/// for it later is credited all the same.
const BILL_PATIENCE: time::Duration = time::Duration::minutes(10);

/// The pause after "too many questions".
const BUSY_PAUSE: Duration = Duration::from_secs(10);

/// What a cashier is made of.
pub struct CashierParts {
    /// The database.
    pub pool: PgPool,
    /// Telegram, for Stars.
    pub bot: BotApi,
    /// The time.
    pub clock: Clock,
    /// Idempotence keys.
    pub ids: Ids,
    /// Where tests let it die.
    pub crash: CrashPoints,
    /// What can be paid.
    pub offer: Offer,
    /// Who is told of trouble.
    pub till: Till,
    /// When it is switched on.
    pub yookassa: Option<YooKassa>,
    /// When it is switched on.
    pub crypto_pay: Option<CryptoPay>,
    /// Proxies of ours.
    pub proxies: Sources,
    /// What stands on bills and receipts.
    pub description: String,
}

/// Asks providers.
pub struct Cashier(CashierParts);

/// A bill at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) external_id: String,
    pub(crate) pay_url: Option<String>,
}

/// What a provider knows of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) provider: Provider,
    pub(crate) external_id: String,
    pub(crate) order: Option<Uuid>,
    pub(crate) payer: Option<i64>,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) status: Status,
}

/// Where a payment stands at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    Paid,
    Over,
    Refunded,
}

/// Why a provider did not do what it was asked for, by what follows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing was done; ask again later.
    #[error("the provider asks to wait")]
    NotNow,
    /// Nobody knows what was done.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// The provider says no.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// The keys are wrong.
    #[error("the provider does not accept our keys")]
    NoAccess,
    /// It knows no such thing.
    #[error("the provider does not know of it")]
    NotFound,
}

impl Failure {
    /// A failure without an answer. The address is left out: it may hold a secret.
    pub(crate) fn of_transport(error: &reqwest::Error) -> Self {
        let kind = if error.is_timeout() {
            "no answer in time"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the connection broke"
        };
        Self::Unknown(kind.to_owned())
    }
}

/// Why a job did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Stale(#[from] StaleClaim),
    #[error(transparent)]
    Crashed(#[from] Crashed),
    #[error(transparent)]
    Provider(#[from] Failure),
}

impl Cashier {
    /// A cashier of these parts.
    #[must_use]
    pub fn new(parts: CashierParts) -> Self {
        Self(parts)
    }

    /// Does one job of a payment; `None` when the kind is not one of ours.
    pub async fn run(&self, claim: &Claim) -> Option<Outcome> {
        let done = match claim.kind.as_str() {
            OPEN => self.open(claim).await,
            CHECK => self.check(claim).await,
            REFUND => self.give_back(claim).await,
            RECONCILE => self.reconcile(claim).await,
            _ => return None,
        };
        Some(match done {
            Ok(()) | Err(Trouble::Stale(_)) => Outcome::Done,
            Err(Trouble::Crashed(_)) => Outcome::Crashed,
            Err(Trouble::Provider(Failure::NotNow)) => Outcome::Snooze(BUSY_PAUSE),
            Err(trouble @ (Trouble::Database(_) | Trouble::Provider(_))) => {
                Outcome::Again(trouble.to_string())
            }
        })
    }

    fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    async fn payment(&self, claim: &Claim) -> Result<Option<Payment>, sqlx::Error> {
        let id = claim.payload.get("payment").and_then(serde_json::Value::as_str);
        let Some(id) = id.and_then(|id| id.parse::<Uuid>().ok()) else { return Ok(None) };
        let mut connection = self.0.pool.acquire().await?;
        store::find(&mut connection, id).await
    }

    async fn finish(&self, claim: &Claim) -> Result<(), Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        Ok(queue::store::complete(&mut connection, claim).await??)
    }

    /// Asks for a bill, by the key that was stored with the order.
    async fn open(&self, claim: &Claim) -> Result<(), Trouble> {
        let Some(payment) = self.payment(claim).await?.filter(|it| it.state == State::New) else {
            return self.finish(claim).await;
        };
        let asked_before = payment.asked_at.is_some();
        let mut connection = self.0.pool.acquire().await?;
        store::mark_asked(&mut connection, self.now(), payment.id).await?;
        drop(connection);
        self.0.crash.pass("payment: written down")?;
        let asked = self.ask_for_bill(&payment, asked_before).await;
        self.0.crash.pass("payment: asked")?;
        let now = self.now();
        let waited_enough = now - payment.created_at >= BILL_PATIENCE;
        let mut transaction = database::begin(&self.0.pool).await?;
        let Some(locked) = store::lock(&mut transaction, payment.id).await? else {
            return self.finish(claim).await;
        };
        match asked {
            Ok(bill) => {
                if let Some(next) = step(locked.state, Event::Opened) {
                    let change = Change {
                        external_id: Some(&bill.external_id),
                        pay_url: bill.pay_url.as_deref(),
                        ..Change::default()
                    };
                    store::step(&mut transaction, now, &locked, next, &change).await?;
                    tell(&mut transaction, now, &locked, PaymentNews::Bill).await?;
                }
            }
            Err(failure @ (Failure::NotNow | Failure::Unknown(_))) if !waited_enough => {
                return Err(failure.into());
            }
            Err(failure) => {
                if let Some(next) = step(locked.state, Event::GivenUp) {
                    store::step(&mut transaction, now, &locked, next, &Change::default()).await?;
                    tell(&mut transaction, now, &locked, PaymentNews::NoBill).await?;
                }
                let (till, problem) = (&self.0.till, PaymentProblem::Refused);
                let detail = format!("№ {}: {failure}", payment.number);
                alert(&mut transaction, till, now, payment.provider, problem, detail).await?;
            }
        }
        queue::store::complete(&mut transaction, claim).await??;
        transaction.commit().await?;
        Ok(())
    }

    async fn ask_for_bill(&self, payment: &Payment, asked_before: bool) -> Result<Bill, Failure> {
        let off = || Failure::Refused("this way to pay is switched off".to_owned());
        let words = format!("{} № {}", self.0.description, payment.number);
        match payment.provider {
            Provider::YooKassa => {
                let client = self.0.yookassa.as_ref().ok_or_else(off)?;
                client.create(&self.0.offer, payment, &words).await
            }
            Provider::CryptoPay => {
                let client = self.0.crypto_pay.as_ref().ok_or_else(off)?;
                if asked_before && let Some(bill) = client.find_by_order(payment).await? {
                    return Ok(bill);
                }
                let seconds = (payment.expires_at - self.now()).whole_seconds();
                client.create(payment, &words, seconds).await
            }
            Provider::Stars | Provider::Telegram | Provider::Manual => Err(off()),
        }
    }

    /// Asks what became of a payment, because of a notification, of its person, or of the time.
    async fn check(&self, claim: &Claim) -> Result<(), Trouble> {
        let Some(payment) = self.payment(claim).await? else { return self.finish(claim).await };
        let asked = claim.payload.get("asked").is_some();
        let told = claim.payload.get("external").and_then(serde_json::Value::as_str);
        let found = match (payment.provider, payment.external_id.as_deref().or(told)) {
            (Provider::YooKassa, Some(id)) => match &self.0.yookassa {
                Some(client) => client.find(id).await?,
                None => None,
            },
            (Provider::CryptoPay, Some(id)) => match &self.0.crypto_pay {
                Some(client) => client.find(id).await?,
                None => None,
            },
            (Provider::Stars, _) => {
                self.read_stars().await?;
                None
            }
            (Provider::YooKassa | Provider::CryptoPay, None)
            | (Provider::Telegram | Provider::Manual, _) => None,
        };
        self.0.crash.pass("payment: found")?;
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        if let Some(found) = found {
            self.take_in(&mut transaction, now, found).await?;
        }
        if let Some(after) = store::find(&mut transaction, payment.id).await? {
            let waits = !after.state.is_credited() && after.state != State::Review;
            if asked && waits {
                tell(&mut transaction, now, &after, PaymentNews::NotSeen).await?;
            }
            let watched = waits && after.provider.is_asked();
            let next = watched.then(|| next_check(&after, now)).flatten();
            store::check_next(&mut transaction, after.id, next).await?;
        }
        queue::store::complete(&mut transaction, claim).await??;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes what a provider says of a payment.
    async fn take_in(
        &self,
        connection: &mut sqlx::PgConnection,
        now: OffsetDateTime,
        found: Found,
    ) -> Result<(), sqlx::Error> {
        let (provider, external_id) = (found.provider, found.external_id.clone());
        match found.status {
            Status::Open => {}
            Status::Over => {
                let known = store::find_by_external(connection, provider, &external_id).await?;
                let Some(known) = known else { return Ok(()) };
                let Some(payment) = store::lock(connection, known.id).await? else {
                    return Ok(());
                };
                if let Some(next) = step(payment.state, Event::GivenUp) {
                    store::step(connection, now, &payment, next, &Change::default()).await?;
                }
            }
            Status::Refunded => {
                gone_back(connection, now, provider, &external_id).await?;
            }
            Status::Paid => {
                let Found { order, payer, currency, amount, .. } = found;
                let evidence = Evidence { provider, external_id, order, payer, currency, amount };
                credit(connection, &self.0.till, &self.0.ids, now, &evidence).await?;
            }
        }
        Ok(())
    }

    /// Asks the provider to give a payment back. The key is the refund's own, so that a repeated
    /// question gives nothing twice.
    async fn give_back(&self, claim: &Claim) -> Result<(), Trouble> {
        let payment = self.payment(claim).await?.filter(|it| it.state == State::Refunding);
        let Some(payment) = payment else { return self.finish(claim).await };
        let external = payment.external_id.clone().unwrap_or_default();
        let mut connection = self.0.pool.acquire().await?;
        let time = store::refunds(&mut connection, payment.id).await?;
        drop(connection);
        let done = match payment.provider {
            Provider::Stars => self.refund_stars(&payment, &external).await,
            Provider::YooKassa => match &self.0.yookassa {
                Some(client) => {
                    let key = format!("refund-{}-{time}", payment.id);
                    client.refund(&payment, &external, &key).await
                }
                None => Err(Failure::NoAccess),
            },
            Provider::Telegram | Provider::CryptoPay | Provider::Manual => Ok(()),
        };
        self.0.crash.pass("payment: given back")?;
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        let locked = store::lock(&mut transaction, payment.id).await?;
        match (done, locked) {
            (Err(failure @ (Failure::NotNow | Failure::Unknown(_))), _) => {
                return Err(failure.into());
            }
            (Ok(()), Some(locked)) => refund::finish(&mut transaction, now, &locked).await?,
            (Err(failure), Some(locked)) => {
                let told = failure.to_string();
                refund::undo(&mut transaction, &self.0.till, now, &locked, &told).await?;
            }
            (_, None) => {}
        }
        queue::store::complete(&mut transaction, claim).await??;
        transaction.commit().await?;
        Ok(())
    }

    async fn refund_stars(&self, payment: &Payment, charge: &str) -> Result<(), Failure> {
        match self.0.bot.refund_stars(payment.chat_id, charge).await {
            Ok(()) => Ok(()),
            Err(ApiError::BadRequest(text)) if text.contains("CHARGE_ALREADY_REFUNDED") => Ok(()),
            Err(ApiError::BadRequest(text)) => Err(Failure::Refused(text)),
            Err(error) => Err(of_telegram(&error)),
        }
    }

    /// What is due by the time alone: bills that ran out, payments whose notification may be
    /// lost, lists that were not compared for an hour. Harmless when it is done twice.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sweep(&self) -> Result<(), sqlx::Error> {
        let now = self.now();
        let mut connection = self.0.pool.acquire().await?;
        store::run_out(&mut connection, now).await?;
        for id in store::due(&mut connection, now, SWEPT).await? {
            let job =
                NewJob::new(POOL, CHECK, json!({ "payment": id }), now).key(format!("check:{id}"));
            queue::store::enqueue(&mut connection, now, &job).await?;
        }
        for provider in RECONCILED {
            // What Telegram told of cards is in a table of ours, also when they are offered no more.
            if provider != Provider::Telegram && !self.0.offer.ways.contains(&provider) {
                continue;
            }
            let last = store::reconciled(&mut connection, provider).await?;
            if last.is_none_or(|(at, _)| at + RECONCILE_EVERY <= now) {
                let payload = json!({ "provider": provider.as_str() });
                let job = NewJob::new(POOL, RECONCILE, payload, now)
                    .key(format!("reconcile:{}", provider.as_str()))
                    .priority(Priority::Bulk);
                queue::store::enqueue(&mut connection, now, &job).await?;
            }
        }
        Ok(())
    }

    /// Takes in a notification of a provider. Whatever it says, the provider is asked.
    ///
    /// # Errors
    /// What the database says: then the provider is to send it again.
    pub async fn notified(
        &self,
        provider: &str,
        notification: &Notification<'_>,
    ) -> Result<Notified, sqlx::Error> {
        let Some(provider) = Provider::parse(provider) else { return Ok(Notified::NotFound) };
        let genuine = match (provider, &self.0.yookassa, &self.0.crypto_pay) {
            (Provider::YooKassa, Some(_), _) => {
                notify::from_yookassa(&self.0.proxies, notification)
            }
            (Provider::CryptoPay, _, Some(client)) => {
                let signature = notification.signature.unwrap_or_default();
                notify::signed_by_crypto_pay(client.token(), signature, notification.body)
            }
            (
                Provider::YooKassa
                | Provider::CryptoPay
                | Provider::Stars
                | Provider::Telegram
                | Provider::Manual,
                ..,
            ) => return Ok(Notified::NotFound),
        };
        if !genuine {
            tracing::warn!(provider = provider.as_str(), "a notification was refused");
            return Ok(Notified::Refused);
        }
        let Some(subject) = notify::subject(provider, notification.body) else {
            tracing::warn!(provider = provider.as_str(), "a notification cannot be read");
            return Ok(Notified::Ok);
        };
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        let known =
            store::find_by_external(&mut transaction, provider, &subject.external_id).await?;
        let known = match (known, subject.order) {
            (Some(known), _) => Some(known),
            (None, Some(order)) => store::find(&mut transaction, order).await?,
            (None, None) => None,
        };
        match known.filter(|payment| payment.provider == provider) {
            Some(payment) => {
                let payload = json!({ "payment": payment.id, "external": subject.external_id });
                let job = NewJob::new(POOL, CHECK, payload, now)
                    .key(format!("check:{}", payment.id))
                    .priority(Priority::Money);
                let done = queue::store::enqueue_after_running(&mut transaction, now, &job).await?;
                if done == queue::Enqueued::Exists {
                    let key = format!("check:{}", payment.id);
                    queue::store::wake(&mut transaction, &key, now).await?;
                }
            }
            None => {
                let id = subject.external_id;
                let (till, detail) = (&self.0.till, id.clone());
                tell_of_unclaimed(&mut transaction, till, now, provider, &id, detail).await?;
            }
        }
        transaction.commit().await?;
        Ok(Notified::Ok)
    }
}

/// The next look at a payment: the older it is, the later.
fn next_check(payment: &Payment, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let age: time::Duration = now - payment.created_at;
    let quarter: time::Duration = age / 4_i32;
    let pause = quarter.clamp(time::Duration::MINUTE, time::Duration::hours(6));
    (age < WATCHED_FOR).then_some(now + pause)
}

fn of_telegram(error: &ApiError) -> Failure {
    match error {
        ApiError::Flood { .. } => Failure::NotNow,
        ApiError::Unauthorized => Failure::NoAccess,
        error => Failure::Unknown(error.to_string()),
    }
}
