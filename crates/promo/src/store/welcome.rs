use billing::Bonus;
use money::Rub;
use outbox::Ceiling;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::store::days;
use crate::{Newcomer, Rules, Welcomed};

/// Opens the wallets of somebody who writes for the first time, and gives the welcome bonus, once
/// for ever: whoever has erased themself is recognised by the hash and gets no second one.
///
/// # Errors
/// What the database says.
pub async fn greet(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    rules: &Rules,
    welcome: Rub,
    who: Newcomer,
) -> Result<Welcomed, sqlx::Error> {
    if !billing::open_empty(&mut *connection, now, who.user_id).await? {
        return Ok(Welcomed::Known);
    }
    let person = rules.person_hash(who.telegram_id);
    let first = sqlx::query(
        "insert into welcomed (person, given_kop, at) values ($1, 0, $2) on conflict do nothing",
    )
    .bind(&person)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if first.rows_affected() == 0 {
        return Ok(Welcomed::Before);
    }
    if welcome <= Rub::ZERO {
        return Ok(Welcomed::NoBonus);
    }
    let today = days::lock(&mut *connection, now).await?;
    if !today.has_room(rules, Ceiling::Welcome, welcome) {
        today.alert(connection, now, rules, Ceiling::Welcome).await?;
        return Ok(Welcomed::CeilingReached);
    }
    today.add(&mut *connection, Ceiling::Welcome, welcome).await?;
    sqlx::query("update welcomed set given_kop = $2 where person = $1")
        .bind(&person)
        .bind(welcome.kopecks())
        .execute(&mut *connection)
        .await?;
    billing::give(connection, now, &Bonus::welcome(who.user_id, welcome)).await?;
    Ok(Welcomed::Given(welcome))
}
