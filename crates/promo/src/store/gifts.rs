use billing::{HandedOver, PutAside, World};
use clock::Ids;
use money::Rub;
use outbox::BonusNews;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use time::{Duration, OffsetDateTime};

use crate::store::{rub, tell};
use crate::{Claimed, Gift, GiftState, MadeGift, TookBack};

/// The smallest gift.
pub const GIFT_LEAST: Rub = Rub::from_roubles(50);

/// The biggest gift.
pub const GIFT_MOST: Rub = Rub::from_roubles(15_000);

/// A gift waits so long for somebody to open it.
const OPEN_FOR: Duration = Duration::days(30);

const GIFT: &str =
    "select id, token, giver_id, amount_kop, state, claimed_by, expires_at from gifts";

fn gift(row: &PgRow) -> Result<Gift, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(Gift {
        id: row.try_get("id")?,
        token: row.try_get("token")?,
        giver_id: row.try_get("giver_id")?,
        amount: rub(row, "amount_kop")?,
        state: GiftState::parse(&state).ok_or_else(|| {
            sqlx::Error::Decode(format!("unknown state of a gift: {state}").into())
        })?,
        claimed_by: row.try_get("claimed_by")?,
        expires_at: row.try_get("expires_at")?,
    })
}

/// Puts money of the giver's own aside for whoever opens the link.
///
/// # Errors
/// What the database says.
pub async fn give(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    ids: &Ids,
    giver_id: i64,
    amount: Rub,
) -> Result<MadeGift, sqlx::Error> {
    if !(GIFT_LEAST..=GIFT_MOST).contains(&amount) {
        return Ok(MadeGift::Bounds);
    }
    let id = ids.uuid();
    let key = format!("gift:{id}");
    match billing::put_aside(&mut *connection, now, giver_id, amount, &key).await? {
        PutAside::Done { .. } => {}
        PutAside::Short { missing } => return Ok(MadeGift::Short { missing }),
        // The number is a new one.
        PutAside::Exists | PutAside::ExistsWithDifferent => return Err(sqlx::Error::RowNotFound),
    }
    let gift = Gift {
        id,
        token: ids.token(),
        giver_id,
        amount,
        state: GiftState::Open,
        claimed_by: None,
        expires_at: now + OPEN_FOR,
    };
    sqlx::query(
        "insert into gifts (id, token, giver_id, amount_kop, state, created_at, expires_at)
         values ($1, $2, $3, $4, 'open', $5, $6)",
    )
    .bind(id)
    .bind(&gift.token)
    .bind(giver_id)
    .bind(amount.kopecks())
    .bind(now)
    .bind(gift.expires_at)
    .execute(connection)
    .await?;
    Ok(MadeGift::Created(gift))
}

/// The gifts of a person that nobody has opened yet, the newest first.
///
/// # Errors
/// What the database says.
pub async fn open_gifts(
    connection: &mut PgConnection,
    giver_id: i64,
    limit: i64,
) -> Result<Vec<Gift>, sqlx::Error> {
    let statement =
        format!("{GIFT} where giver_id = $1 and state = 'open' order by created_at desc limit $2");
    let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(giver_id)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(gift).collect()
}

/// Somebody opens the link of a gift: whoever is first has it. It is money of their own from then
/// on, as it was the giver's.
///
/// # Errors
/// What the database says.
pub async fn claim(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    token: &str,
) -> Result<Claimed, sqlx::Error> {
    billing::lock_wallet(&mut *connection, user_id, World::Real).await?;
    let statement = format!("{GIFT} where token = $1 for update");
    let row = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(token)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(Claimed::Unknown) };
    let gift = gift(&row)?;
    match gift.state {
        GiftState::Open if gift.giver_id == user_id => return Ok(Claimed::Own(gift)),
        GiftState::Open if gift.expires_at <= now => return Ok(Claimed::Over),
        GiftState::Open => {}
        GiftState::Claimed if gift.claimed_by == Some(user_id) => return Ok(Claimed::AlreadyYours),
        GiftState::Claimed => return Ok(Claimed::Taken),
        GiftState::Returned => return Ok(Claimed::Over),
    }
    sqlx::query(
        "update gifts set state = 'claimed', claimed_by = $2, closed_at = $3 where id = $1",
    )
    .bind(gift.id)
    .bind(user_id)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    let key = format!("gift:claim:{}", gift.id);
    let balance = hand_over(&mut *connection, now, user_id, gift.amount, &key).await?;
    let news = BonusNews::GiftClaimed { kopecks: gift.amount.kopecks() };
    tell(connection, now, gift.giver_id, news).await?;
    Ok(Claimed::Yours { amount: gift.amount, balance })
}

async fn hand_over(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    amount: Rub,
    key: &str,
) -> Result<Rub, sqlx::Error> {
    match billing::hand_over(connection, now, user_id, amount, key).await? {
        HandedOver::Done { balance } => Ok(balance),
        // The gift's row was open under its lock: this key cannot have been used.
        HandedOver::Exists | HandedOver::ExistsWithDifferent => Err(sqlx::Error::RowNotFound),
    }
}

/// The giver takes a gift back that nobody has opened.
///
/// # Errors
/// What the database says.
pub async fn take_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    giver_id: i64,
    id: uuid::Uuid,
) -> Result<TookBack, sqlx::Error> {
    billing::lock_wallet(&mut *connection, giver_id, World::Real).await?;
    let amount: Option<i64> = sqlx::query_scalar(
        "update gifts set state = 'returned', closed_at = $3
         where id = $1 and giver_id = $2 and state = 'open' returning amount_kop",
    )
    .bind(id)
    .bind(giver_id)
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(amount) = amount.map(Rub::from_kopecks) else { return Ok(TookBack::TooLate) };
    let key = format!("gift:return:{id}");
    let balance = hand_over(connection, now, giver_id, amount, &key).await?;
    Ok(TookBack::Done { amount, balance })
}

/// Returns one gift whose time is over to its giver, and tells them. Says whether there was one.
///
/// # Errors
/// What the database says.
pub async fn return_next(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let over: Option<(uuid::Uuid, i64)> = sqlx::query_as(
        "select id, giver_id from gifts where state = 'open' and expires_at <= $1
         order by expires_at limit 1",
    )
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((id, giver_id)) = over else { return Ok(false) };
    match take_back(&mut *connection, now, giver_id, id).await? {
        TookBack::Done { amount, .. } => {
            let news = BonusNews::GiftReturned { kopecks: amount.kopecks() };
            tell(connection, now, giver_id, news).await?;
        }
        // Somebody else has just done it.
        TookBack::TooLate => {}
    }
    Ok(true)
}

/// Takes the bonus money of one person whose time is up, and tells them. Says whether there was
/// somebody.
///
/// # Errors
/// What the database says.
pub async fn expire_next(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let Some((user_id, world)) = billing::next_to_expire(&mut *connection, now).await? else {
        return Ok(false);
    };
    if let Some(expired) = billing::expire(&mut *connection, now, user_id, world).await? {
        let news = BonusNews::Expired { kopecks: expired.amount.kopecks() };
        tell(connection, now, user_id, news).await?;
    }
    Ok(true)
}
