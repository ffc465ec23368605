//! Payments as operators look at them.

use sqlx::PgConnection;

use super::{COLUMNS, decode};
use crate::Payment;

fn owned(states: &[&str]) -> Vec<String> {
    states.iter().map(|state| (*state).to_owned()).collect()
}

pub(crate) async fn list(
    connection: &mut PgConnection,
    states: &[&str],
    user: Option<i64>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Payment>, sqlx::Error> {
    let query = format!(
        "select {COLUMNS} from payments
         where state = any($1) and ($2::bigint is null or user_id = $2)
         order by number desc offset $3 limit $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(owned(states))
        .bind(user)
        .bind(offset)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(decode).collect()
}

pub(crate) async fn count(
    connection: &mut PgConnection,
    states: &[&str],
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from payments where state = any($1)")
        .bind(owned(states))
        .fetch_one(connection)
        .await
}

pub(crate) async fn by_number(
    connection: &mut PgConnection,
    number: i64,
) -> Result<Option<Payment>, sqlx::Error> {
    let query = format!("select {COLUMNS} from payments where number = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(number);
    row.fetch_optional(connection).await?.as_ref().map(decode).transpose()
}

pub(crate) async fn called(
    connection: &mut PgConnection,
    name: &str,
    number: Option<i64>,
) -> Result<Vec<Payment>, sqlx::Error> {
    let query = format!(
        "select {COLUMNS} from payments
         where number = $2
            or id::text = lower($1)
            or (external_id = $1 and $1 <> '')
            or (provider, external_id) in
               (select provider, external_id from charges where provider_charge_id = $1)
         order by number desc limit 5"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(name).bind(number);
    rows.fetch_all(connection).await?.iter().map(decode).collect()
}
