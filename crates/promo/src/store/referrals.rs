use billing::{Bonus, BonusReason, TakenBack, World};
use clock::Ids;
use money::Rub;
use outbox::{BonusNews, Ceiling};
use sqlx::{PgConnection, Row as _};
use time::{Duration, OffsetDateTime};

use crate::rules::percent_of;
use crate::store::{chat_of, days, maybe_rub, rub, tell};
use crate::{Extras, Invitation, Invited, Rules, TopUp, Welcomed};

/// Letters of the word in a link: enough that nobody finds one by trying.
const CODE_LETTERS: usize = 12;

/// A person's own invitation, made when it is asked for first, and what came of it.
///
/// # Errors
/// What the database says.
pub async fn invitation(
    connection: &mut PgConnection,
    ids: &Ids,
    user_id: i64,
) -> Result<Invitation, sqlx::Error> {
    let token = ids.token();
    let fresh = &token[token.len().saturating_sub(CODE_LETTERS)..];
    let code: String = sqlx::query_scalar(
        "insert into invitations (user_id, code) values ($1, $2)
         on conflict (user_id) do update set code = invitations.code
         returning code",
    )
    .bind(user_id)
    .bind(fresh)
    .fetch_one(&mut *connection)
    .await?;
    let row = sqlx::query(
        "select count(*) as came,
                count(paid_at) filter (where taken_back_at is null) as paid,
                coalesce(sum(inviter_kop) filter (where taken_back_at is null), 0)::bigint
                    as earned_kop
         from referrals where inviter_id = $1",
    )
    .bind(user_id)
    .fetch_one(connection)
    .await?;
    Ok(Invitation {
        code,
        came: row.try_get("came")?,
        paid: row.try_get("paid")?,
        earned: rub(&row, "earned_kop")?,
    })
}

/// Writes down who has invited somebody. Only who comes for the first time can have been invited,
/// and whoever invites was here before: so there are no rings.
///
/// # Errors
/// What the database says.
pub async fn bind(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    welcomed: Welcomed,
    code: &str,
) -> Result<Invited, sqlx::Error> {
    let inviter: Option<i64> = sqlx::query_scalar(
        "select user_id from invitations join users on users.id = user_id
         where code = $1 and telegram_id is not null",
    )
    .bind(code)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(inviter) = inviter else { return Ok(Invited::Unknown) };
    if inviter == user_id {
        return Ok(Invited::Own);
    }
    if !welcomed.is_new() {
        return Ok(Invited::NotNew);
    }
    let bound = sqlx::query(
        "insert into referrals (user_id, inviter_id, at) values ($1, $2, $3)
         on conflict (user_id) do nothing",
    )
    .bind(user_id)
    .bind(inviter)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(if bound.rows_affected() == 1 { Invited::Accepted } else { Invited::NotNew })
}

/// A promo code of a percentage that waits for a top-up.
struct Waiting {
    id: i64,
    amount: Rub,
    expires_at: Option<OffsetDateTime>,
}

/// Gives what a payment brings beside its money: the percentage of a promo code that has waited for
/// it, and the rewards of an invitation when it is the first payment. Called once for each payment,
/// in the transaction that credits it, after the crediting. What was promised is given also beyond
/// the ceiling of the day, and counted.
///
/// # Errors
/// What the database says.
pub async fn after_topup(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    rules: &Rules,
    topup: &TopUp<'_>,
) -> Result<Extras, sqlx::Error> {
    billing::lock_wallet(&mut *connection, topup.user_id, World::Real).await?;
    let inviter: Option<i64> = sqlx::query_scalar(
        "select inviter_id from referrals where user_id = $1 and paid_at is null",
    )
    .bind(topup.user_id)
    .fetch_optional(&mut *connection)
    .await?;
    let waiting = waiting(&mut *connection, now, topup).await?;
    if inviter.is_none() && waiting.is_none() {
        return Ok(Extras::default());
    }
    let mut extras = Extras::default();
    if let Some(inviter) = inviter {
        extras.friend = rules.friend.of(topup.amount);
        // Who has erased themself gets nothing any more.
        if chat_of(&mut *connection, inviter).await?.is_some() {
            extras.inviter = rules.inviter.of(topup.amount);
            billing::lock_wallet(&mut *connection, inviter, World::Real).await?;
        }
    }
    extras.promo = waiting.as_ref().map(|waiting| waiting.amount).unwrap_or_default();
    let today = days::lock(&mut *connection, now).await?;
    let expense = extras.promo.kopecks() + extras.friend.kopecks() + extras.inviter.kopecks();
    let expense = Rub::from_kopecks(expense);
    if !today.has_room(rules, Ceiling::Promo, expense) {
        today.alert(&mut *connection, now, rules, Ceiling::Promo).await?;
    }
    today.add(&mut *connection, Ceiling::Promo, expense).await?;
    if let Some(waiting) = waiting {
        use_percent(&mut *connection, now, topup, &waiting).await?;
    }
    if let Some(inviter) = inviter {
        reward(&mut *connection, now, topup, inviter, extras).await?;
    }
    if extras.promo > Rub::ZERO || extras.friend > Rub::ZERO {
        let news = BonusNews::Extras {
            promo_kopecks: extras.promo.kopecks(),
            friend_kopecks: extras.friend.kopecks(),
        };
        tell(connection, now, topup.user_id, news).await?;
    }
    Ok(extras)
}

async fn waiting(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    topup: &TopUp<'_>,
) -> Result<Option<Waiting>, sqlx::Error> {
    let row = sqlx::query(
        "select uses.id, codes.percent, codes.percent_max_kop, codes.bonus_days
         from promo_uses uses join promo_codes codes on codes.code = uses.code
         where uses.user_id = $1 and uses.state = 'waiting'",
    )
    .bind(topup.user_id)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let percent: i32 = row.try_get("percent")?;
    let amount = percent_of(topup.amount, i64::from(percent));
    let amount = maybe_rub(&row, "percent_max_kop")?.map_or(amount, |max| amount.min(max));
    let days: Option<i32> = row.try_get("bonus_days")?;
    let expires_at = days.map(|days| now + Duration::days(days.into()));
    // Of a few kopecks there may be no hundredth: then it goes on waiting.
    Ok((amount > Rub::ZERO).then_some(Waiting { id: row.try_get("id")?, amount, expires_at }))
}

async fn use_percent(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    topup: &TopUp<'_>,
    waiting: &Waiting,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update promo_uses set state = 'given', given_kop = $2, given_at = $3, payment = $4
         where id = $1",
    )
    .bind(waiting.id)
    .bind(waiting.amount.kopecks())
    .bind(now)
    .bind(topup.operation)
    .execute(&mut *connection)
    .await?;
    let bonus = Bonus {
        user_id: topup.user_id,
        world: World::Real,
        amount: waiting.amount,
        reason: BonusReason::Promo,
        key: format!("promo:{}", waiting.id),
        expires_at: waiting.expires_at,
    };
    billing::give(connection, now, &bonus).await?;
    Ok(())
}

/// Both get their reward for the first payment of a friend.
async fn reward(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    topup: &TopUp<'_>,
    inviter: i64,
    extras: Extras,
) -> Result<(), sqlx::Error> {
    let friend = topup.user_id;
    sqlx::query(
        "update referrals set paid_at = $2, friend_kop = $3, inviter_kop = $4, payment = $5
         where user_id = $1",
    )
    .bind(friend)
    .bind(now)
    .bind(extras.friend.kopecks())
    .bind(extras.inviter.kopecks())
    .bind(topup.operation)
    .execute(&mut *connection)
    .await?;
    for (user_id, amount, side) in
        [(friend, extras.friend, "friend"), (inviter, extras.inviter, "inviter")]
    {
        if amount > Rub::ZERO {
            let bonus = Bonus {
                user_id,
                world: World::Real,
                amount,
                reason: BonusReason::Referral,
                key: format!("referral:{side}:{friend}"),
                expires_at: None,
            };
            billing::give(&mut *connection, now, &bonus).await?;
        }
    }
    if extras.inviter > Rub::ZERO {
        let news = BonusNews::FriendPaid { kopecks: extras.inviter.kopecks() };
        tell(connection, now, inviter, news).await?;
    }
    Ok(())
}

/// A payment, named by its operation in the ledger, went back to who paid it: what it has earned
/// goes too, the percentage of a promo code as well as the rewards of an invitation. What was spent
/// of it becomes a debt; nothing is ever negative. The friend does not earn a second time by a later
/// payment. Called in the transaction in which the payment goes back; repeated it changes nothing.
///
/// # Errors
/// What the database says.
pub async fn after_refund(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    operation: &str,
) -> Result<(), sqlx::Error> {
    billing::lock_wallet(&mut *connection, user_id, World::Real).await?;
    let inviter = closed(&mut *connection, INVITATION_BACK, now, user_id, operation).await?;
    let used = closed(&mut *connection, CODE_BACK, now, user_id, operation).await?;
    let (mut kopecks, mut owed_kopecks) = (0, 0);
    if let Some(id) = used {
        let back = take_back(&mut *connection, now, user_id, &format!("promo:{id}")).await?;
        kopecks += whole(back);
        owed_kopecks += back.owed.kopecks();
    }
    if let Some(inviter) = inviter {
        let key = format!("referral:friend:{user_id}");
        let back = take_back(&mut *connection, now, user_id, &key).await?;
        kopecks += whole(back);
        owed_kopecks += back.owed.kopecks();
        let key = format!("referral:inviter:{user_id}");
        let back = take_back(&mut *connection, now, inviter, &key).await?;
        let (kopecks, owed_kopecks) = (whole(back), back.owed.kopecks());
        if kopecks > 0 {
            let news = BonusNews::FriendRefunded { kopecks, owed_kopecks };
            tell(&mut *connection, now, inviter, news).await?;
        }
    }
    if kopecks > 0 {
        let news = BonusNews::ExtrasLost { kopecks, owed_kopecks };
        tell(connection, now, user_id, news).await?;
    }
    Ok(())
}

const INVITATION_BACK: &str = "
    update referrals set taken_back_at = $3
    where user_id = $1 and payment = $2 and taken_back_at is null
    returning inviter_id";

const CODE_BACK: &str = "
    update promo_uses set taken_back_at = $3
    where user_id = $1 and payment = $2 and taken_back_at is null
    returning id";

/// Marks what the payment earned as taken back; nothing when it earned nothing or was marked before.
async fn closed(
    connection: &mut PgConnection,
    statement: &'static str,
    now: OffsetDateTime,
    user_id: i64,
    operation: &str,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(statement)
        .bind(user_id)
        .bind(operation)
        .bind(now)
        .fetch_optional(connection)
        .await
}

/// All of a gift, in kopecks, whether it was there still or is owed now.
fn whole(back: TakenBack) -> i64 {
    back.taken.kopecks() + back.owed.kopecks()
}

async fn take_back(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    key: &str,
) -> Result<TakenBack, sqlx::Error> {
    billing::take_back(connection, now, user_id, World::Real, key).await
}
