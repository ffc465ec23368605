//! Taking updates in: stored first, worked on later, each once.

use payments::Charge;
use queue::{NewJob, Priority};
use serde_json::json;
use sqlx::PgPool;
use telegram::{Inbound, PreCheckout, RawUpdate, Update, parse_update};
use time::OffsetDateTime;

use crate::{album, store, topup};

/// The kind of the job that works on an update; its payload is `{"raw": <the update's JSON>}`.
pub const UPDATE: &str = "update";

/// An update that fails so often is given up, so that it does not hold up the person's next ones
/// for ever, and the person is told. No money waits for it: what it did is undone with its
/// transaction.
pub(crate) const ATTEMPTS_MAX: i32 = 4;

/// What a batch of updates has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// How many updates were new.
    pub fresh: usize,
    /// The ids of the presses among the new ones, to be answered at once: Telegram waits only for
    /// seconds, and the button shows a clock until then.
    pub presses: Vec<String>,
    /// The payments among the new ones that are about to be made: Telegram waits 10 seconds for our
    /// word, so they stand in nobody's line.
    pub checkouts: Vec<Checkout>,
}

/// A payment that is about to be made, and the language of who makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// What Telegram asks.
    pub query: PreCheckout,
    /// As the person's application says.
    pub language_code: Option<String>,
}

/// Stores a batch of updates and puts the new ones into the queue, all in one transaction.
/// Once this returns, Telegram may be told that they are received.
///
/// # Errors
/// What the database says; then none of the batch is stored, and Telegram will repeat it.
pub async fn receive(
    pool: &PgPool,
    now: OffsetDateTime,
    raws: &[RawUpdate],
) -> Result<Received, sqlx::Error> {
    let ids: Vec<i64> = raws.iter().map(|raw| raw.id).collect();
    let mut transaction = database::begin(pool).await?;
    let mut new = store::add_updates(&mut transaction, now, &ids).await?;
    let mut received = Received::default();
    for raw in raws {
        if !new.remove(&raw.id) {
            continue;
        }
        received.fresh += 1;
        let Ok(update) = parse_update(&raw.json) else {
            tracing::warn!(update.id = raw.id, "an update cannot be read and is left out");
            continue;
        };
        album::expect(&mut transaction, now, &update).await?;
        if let Inbound::PreCheckout(query) = update.inbound {
            let language_code = update.from.and_then(|from| from.language_code);
            received.checkouts.push(Checkout { query, language_code });
            continue;
        }
        if let Some(charge) = charge(&update) {
            payments::note_charge(&mut transaction, now, &charge).await?;
        }
        // As a string: the JSON itself may hold characters that PostgreSQL's JSON does not.
        let payload = json!({ "raw": raw.json });
        let mut job = NewJob::new(outbox::TALK_POOL, UPDATE, payload, now)
            .priority(Priority::Press)
            .attempts_max(ATTEMPTS_MAX)
            .trace(format!("u{}", raw.id));
        job.lane = lane(&update);
        queue::store::enqueue(&mut transaction, now, &job).await?;
        received.presses.extend(press(update));
    }
    transaction.commit().await?;
    Ok(received)
}

/// The money of which an update tells.
fn charge(update: &Update) -> Option<Charge> {
    let Inbound::Paid(paid) = &update.inbound else { return None };
    let named = Some(paid.provider_payment_charge_id.clone()).filter(|id| !id.is_empty());
    Some(Charge {
        provider: topup::perform::provider(&paid.currency),
        external_id: paid.telegram_payment_charge_id.clone(),
        provider_charge_id: named,
        payload: paid.payload.clone(),
        payer: update.from.as_ref().map(|from| from.id),
        currency: paid.currency.clone(),
        amount: paid.total_amount,
    })
}

/// Each person's updates are worked on one after the other.
fn lane(update: &Update) -> Option<String> {
    update.from.as_ref().map(|from| lane_of(from.id))
}

/// The lane of what the person with that number of Telegram does.
pub(crate) fn lane_of(telegram_id: i64) -> String {
    format!("user:{telegram_id}")
}

fn press(update: Update) -> Option<String> {
    match update.inbound {
        Inbound::Press(press) => Some(press.id),
        Inbound::Message(_)
        | Inbound::PreCheckout(_)
        | Inbound::Paid(_)
        | Inbound::Refunded(_)
        | Inbound::Membership(_)
        | Inbound::Other => None,
    }
}
