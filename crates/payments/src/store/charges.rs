//! Payments as Telegram told of them.

use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;

use crate::{Charge, Provider};

#[derive(FromRow)]
struct Row {
    provider: String,
    external_id: String,
    provider_charge_id: Option<String>,
    payload: String,
    payer: Option<i64>,
    currency: String,
    amount: i64,
}

impl Row {
    fn read(self) -> Result<Charge, sqlx::Error> {
        let unknown = || sqlx::Error::Decode("a charge of an unknown provider".into());
        Ok(Charge {
            provider: Provider::parse(&self.provider).ok_or_else(unknown)?,
            external_id: self.external_id,
            provider_charge_id: self.provider_charge_id,
            payload: self.payload,
            payer: self.payer,
            currency: self.currency,
            amount: self.amount,
        })
    }
}

const COLUMNS: &str = "charges.provider, charges.external_id, charges.provider_charge_id, \
     charges.payload, charges.payer, charges.currency, charges.amount";

pub(crate) async fn add(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    charge: &Charge,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into charges (provider, external_id, provider_charge_id, payload, payer, currency,
                              amount, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing",
    )
    .bind(charge.provider.as_str())
    .bind(&charge.external_id)
    .bind(&charge.provider_charge_id)
    .bind(&charge.payload)
    .bind(charge.payer)
    .bind(&charge.currency)
    .bind(charge.amount)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    provider: Provider,
    external_id: &str,
) -> Result<Option<Charge>, sqlx::Error> {
    let query = format!("select {COLUMNS} from charges where provider = $1 and external_id = $2");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(provider.as_str())
        .bind(external_id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// Charges of which no payment of ours knows, told of before a moment.
pub(crate) async fn left_over(
    connection: &mut PgConnection,
    provider: Provider,
    before: OffsetDateTime,
) -> Result<Vec<Charge>, sqlx::Error> {
    let query = format!(
        "select {COLUMNS} from charges
         where charges.provider = $1 and charges.at <= $2
           and not exists (select from payments
                           where payments.provider = charges.provider
                             and payments.external_id = charges.external_id)
         order by charges.at limit 100"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(provider.as_str())
        .bind(before)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Notes which payments Telegram has told of.
pub(crate) async fn mark_seen(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    provider: Provider,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update payments set seen_at = $2
         from charges
         where payments.provider = $1 and payments.seen_at is null
           and charges.provider = payments.provider
           and charges.external_id = payments.external_id",
    )
    .bind(provider.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
