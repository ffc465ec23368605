//! All SQL of this crate but the audit's.

pub(crate) mod charges;
pub(crate) mod lists;
pub(crate) mod unclaimed;

use billing::World;
use money::Rub;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Payment, Provider, Receipt, State};

pub(super) const COLUMNS: &str = "id, number, user_id, chat_id, world, provider, amount_kop, bonus_kop, \
     currency, provider_amount, state, resumes, idem_key, asked_at, external_id, pay_url, \
     received_currency, received_amount, reason, refunds, receipt_file_id, receipt_is_photo, expires_at, \
     created_at, paid_at";

pub(super) fn decode(row: &PgRow) -> Result<Payment, sqlx::Error> {
    let unknown = |word: String| sqlx::Error::Decode(format!("unknown word: {word}").into());
    let world: String = row.try_get("world")?;
    let provider: String = row.try_get("provider")?;
    let state: String = row.try_get("state")?;
    let received: (Option<String>, Option<i64>) =
        (row.try_get("received_currency")?, row.try_get("received_amount")?);
    let receipt: (Option<String>, Option<bool>) =
        (row.try_get("receipt_file_id")?, row.try_get("receipt_is_photo")?);
    Ok(Payment {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        user_id: row.try_get("user_id")?,
        chat_id: row.try_get("chat_id")?,
        world: World::parse(&world).ok_or_else(|| unknown(world))?,
        provider: Provider::parse(&provider).ok_or_else(|| unknown(provider))?,
        amount: Rub::from_kopecks(row.try_get("amount_kop")?),
        bonus: Rub::from_kopecks(row.try_get("bonus_kop")?),
        currency: row.try_get("currency")?,
        provider_amount: row.try_get("provider_amount")?,
        state: State::parse(&state).ok_or_else(|| unknown(state))?,
        resumes: row.try_get("resumes")?,
        idem_key: row.try_get("idem_key")?,
        asked_at: row.try_get("asked_at")?,
        external_id: row.try_get("external_id")?,
        pay_url: row.try_get("pay_url")?,
        received: received.0.zip(received.1),
        reason: row.try_get("reason")?,
        refunds: row.try_get("refunds")?,
        receipt: receipt.0.zip(receipt.1),
        expires_at: row.try_get("expires_at")?,
        created_at: row.try_get("created_at")?,
        paid_at: row.try_get("paid_at")?,
    })
}

/// A row to be.
pub(crate) struct NewRow<'a> {
    pub(crate) id: Uuid,
    pub(crate) order_key: &'a str,
    pub(crate) parent: Option<Uuid>,
    pub(crate) user_id: i64,
    pub(crate) chat_id: i64,
    pub(crate) provider: Provider,
    pub(crate) amount: Rub,
    pub(crate) bonus: Rub,
    pub(crate) currency: &'a str,
    pub(crate) provider_amount: i64,
    pub(crate) state: State,
    pub(crate) resumes: bool,
    pub(crate) idem_key: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) next_check_at: Option<OffsetDateTime>,
}

/// Inserts a row; `None` when one with this order key is there.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    new: &NewRow<'_>,
) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "insert into payments (id, order_key, parent_id, user_id, chat_id, world, provider,
                               amount_kop, bonus_kop, currency, provider_amount, state, resumes,
                               idem_key, reason, expires_at, next_check_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'real', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                 $17, $17)
         on conflict (order_key) do nothing
         returning {COLUMNS}"
    )))
    .bind(new.id)
    .bind(new.order_key)
    .bind(new.parent)
    .bind(new.user_id)
    .bind(new.chat_id)
    .bind(new.provider.as_str())
    .bind(new.amount.kopecks())
    .bind(new.bonus.kopecks())
    .bind(new.currency)
    .bind(new.provider_amount)
    .bind(new.state.as_str())
    .bind(new.resumes)
    .bind(new.idem_key)
    .bind(new.reason)
    .bind(new.expires_at)
    .bind(new.next_check_at)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(decode).transpose()
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!("select {COLUMNS} from payments where id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(decode).transpose()
}

/// A payment, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!("select {COLUMNS} from payments where id = $1 for update");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(decode).transpose()
}

pub(crate) async fn find_by_order_key(
    connection: &mut PgConnection,
    order_key: &str,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!("select {COLUMNS} from payments where order_key = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(order_key);
    row.fetch_optional(connection).await?.as_ref().map(decode).transpose()
}

pub(crate) async fn find_by_external(
    connection: &mut PgConnection,
    provider: Provider,
    external_id: &str,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!("select {COLUMNS} from payments where provider = $1 and external_id = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(provider.as_str()).bind(external_id);
    row.fetch_optional(connection).await?.as_ref().map(decode).transpose()
}

/// The payments of a person that can still come to something, the latest first.
pub(crate) async fn open_of(
    connection: &mut PgConnection,
    user_id: i64,
    limit: i64,
) -> Result<Vec<Payment>, sqlx::Error> {
    let query = format!(
        "select {COLUMNS} from payments
         where user_id = $1 and state in ('new', 'open', 'submitted', 'review')
         order by created_at desc limit $2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(user_id).bind(limit);
    rows.fetch_all(connection).await?.iter().map(decode).collect()
}

/// The transfer by hand for which a receipt would be, if there is one.
pub(crate) async fn manual_of(
    connection: &mut PgConnection,
    user_id: i64,
    since: OffsetDateTime,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!(
        "select {COLUMNS} from payments
         where user_id = $1 and provider = 'manual'
           and (state in ('open', 'submitted') or (state = 'expired' and created_at > $2))
         order by state = 'expired', created_at desc limit 1"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(user_id).bind(since);
    row.fetch_optional(connection).await?.as_ref().map(decode).transpose()
}

/// The same for a person of Telegram, as a yes or no.
pub(crate) async fn waits_for_receipt(
    connection: &mut PgConnection,
    telegram_id: i64,
    since: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (
             select from payments join users on users.id = payments.user_id
             where users.telegram_id = $1 and payments.provider = 'manual'
               and (payments.state in ('open', 'submitted')
                    or (payments.state = 'expired' and payments.created_at > $2)))",
    )
    .bind(telegram_id)
    .bind(since)
    .fetch_one(connection)
    .await
}

pub(crate) async fn unsettled(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) from payments
         where user_id = $1 and state in ('submitted', 'review', 'refunding')",
    )
    .bind(user_id)
    .fetch_one(connection)
    .await
}

/// Takes out of a person's payments what leads to the person: the chat and the photos of receipts.
pub(crate) async fn erase(connection: &mut PgConnection, user_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update payments
         set chat_id = 0, receipt_file_id = case when receipt_file_id is not null then '' end,
             receipt_unique_id = null, receipt_hash = null
         where user_id = $1",
    )
    .bind(user_id)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update charges set payer = null
         from payments
         where payments.user_id = $1 and payments.provider = charges.provider
           and payments.external_id = charges.external_id",
    )
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The sums, from one to another, that open transfers by hand stand for.
pub(crate) async fn manual_amounts(
    connection: &mut PgConnection,
    from: i64,
    to: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "select provider_amount from payments
         where provider = 'manual' and state in ('open', 'submitted')
           and provider_amount between $1 and $2",
    )
    .bind(from)
    .bind(to)
    .fetch_all(connection)
    .await
}

/// What a step writes beside the state.
#[derive(Default)]
pub(crate) struct Change<'a> {
    pub(crate) external_id: Option<&'a str>,
    pub(crate) pay_url: Option<&'a str>,
    pub(crate) received: Option<(&'a str, i64)>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) decided_by: Option<i64>,
    pub(crate) amount: Option<(Rub, Rub)>,
}

/// Writes the next state, if the payment still stands where it was read. A payment that is over is
/// not asked for any more, except that money may still come to one that ran out.
pub(crate) async fn step(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    payment: &Payment,
    next: State,
    change: &Change<'_>,
) -> Result<(), sqlx::Error> {
    let done = sqlx::query(
        "update payments set
             state = $3, external_id = coalesce($4, external_id), pay_url = coalesce($5, pay_url),
             received_currency = coalesce($6, received_currency),
             received_amount = coalesce($7, received_amount), reason = coalesce($8, reason),
             decided_by = coalesce($9, decided_by), amount_kop = coalesce($10, amount_kop),
             bonus_kop = coalesce($11, bonus_kop),
             paid_at = case when $3 = 'paid' then coalesce(paid_at, $12) else paid_at end,
             refunded_at = case when $3 = 'refunded' then $12 end,
             refunds = refunds + case when $3 = 'refunding' then 1 else 0 end,
             next_check_at = case when $3 in ('open', 'expired') then next_check_at end,
             updated_at = $12
         where id = $1 and state = $2",
    )
    .bind(payment.id)
    .bind(payment.state.as_str())
    .bind(next.as_str())
    .bind(change.external_id)
    .bind(change.pay_url)
    .bind(change.received.map(|(currency, _)| currency))
    .bind(change.received.map(|(_, amount)| amount))
    .bind(change.reason)
    .bind(change.decided_by)
    .bind(change.amount.map(|(amount, _)| amount.kopecks()))
    .bind(change.amount.map(|(_, bonus)| bonus.kopecks()))
    .bind(now)
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(sqlx::Error::Protocol(format!("payment {} stands elsewhere by now", payment.id)))
}

/// How often a payment was given back, this time included.
pub(crate) async fn refunds(connection: &mut PgConnection, id: Uuid) -> Result<i16, sqlx::Error> {
    sqlx::query_scalar("select refunds from payments where id = $1")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// Notes that the provider is about to be asked; before that it cannot know of the payment.
pub(crate) async fn mark_asked(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("update payments set asked_at = coalesce(asked_at, $2) where id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_receipt(
    connection: &mut PgConnection,
    id: Uuid,
    receipt: &Receipt,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update payments set receipt_file_id = $2, receipt_unique_id = $3, receipt_is_photo = $4,
             receipt_hash = $5
         where id = $1",
    )
    .bind(id)
    .bind(&receipt.file_id)
    .bind(&receipt.unique_id)
    .bind(receipt.is_photo)
    .bind(&receipt.hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// Other payments with the same file as a receipt, or with another one of the same content.
pub(crate) async fn receipt_twins(
    connection: &mut PgConnection,
    payment: Uuid,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "select other.number from payments this
         join payments other on other.receipt_unique_id = this.receipt_unique_id
                             or other.receipt_hash = this.receipt_hash
         where this.id = $1 and other.id <> this.id
         order by other.number limit 10",
    )
    .bind(payment)
    .fetch_all(connection)
    .await
}

/// Our number of a person by Telegram's.
pub(crate) async fn user_of(
    connection: &mut PgConnection,
    telegram_id: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("select id from users where telegram_id = $1")
        .bind(telegram_id)
        .fetch_optional(connection)
        .await
}

/// Payments that nobody paid in time.
pub(crate) async fn run_out(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "update payments set state = 'expired', updated_at = $1
         where state in ('new', 'open') and expires_at <= $1",
    )
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Payments that are to be asked for now.
pub(crate) async fn due(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    limit: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "select id from payments where next_check_at <= $1 order by next_check_at limit $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await
}

pub(crate) async fn check_next(
    connection: &mut PgConnection,
    id: Uuid,
    at: Option<OffsetDateTime>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update payments set next_check_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the provider's own list has these payments.
pub(crate) async fn mark_seen(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    provider: Provider,
    external_ids: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update payments set seen_at = $2
         where provider = $1 and external_id = any($3) and seen_at is null",
    )
    .bind(provider.as_str())
    .bind(now)
    .bind(external_ids)
    .execute(connection)
    .await?;
    Ok(())
}

/// How far a provider's list was read, and when.
pub(crate) async fn reconciled(
    connection: &mut PgConnection,
    provider: Provider,
) -> Result<Option<(OffsetDateTime, i64)>, sqlx::Error> {
    sqlx::query_as("select at, position from reconciliations where provider = $1")
        .bind(provider.as_str())
        .fetch_optional(connection)
        .await
}

/// Writes down a comparison, with the payments that were credited before a moment and that the
/// provider has never listed. Answers with those that are new among them.
pub(crate) async fn finish_reconciliation(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    provider: Provider,
    position: i64,
    credited_before: OffsetDateTime,
) -> Result<Vec<String>, sqlx::Error> {
    let known: Option<Vec<String>> =
        sqlx::query_scalar("select missing from reconciliations where provider = $1 for update")
            .bind(provider.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    let missing: Vec<String> = sqlx::query_scalar(
        "select external_id from payments
         where provider = $1 and state in ('paid', 'refunding', 'refunded') and seen_at is null
           and paid_at < $2
         order by paid_at limit 100",
    )
    .bind(provider.as_str())
    .bind(credited_before)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "insert into reconciliations (provider, at, position, missing) values ($1, $2, $3, $4)
         on conflict (provider) do update
         set at = excluded.at, position = excluded.position, missing = excluded.missing",
    )
    .bind(provider.as_str())
    .bind(now)
    .bind(position)
    .bind(&missing)
    .execute(connection)
    .await?;
    let known = known.unwrap_or_default();
    Ok(missing.into_iter().filter(|id| !known.contains(id)).collect())
}
