use billing::{Bonus, BonusReason, Given, World};
use money::Rub;
use outbox::Ceiling;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use time::{Duration, OffsetDateTime};

use crate::store::{days, maybe_rub, rub, tries};
use crate::{
    Code, CodeStatistics, CodeUse, NewCode, NewCodeFault, Redeemed, Rules, Segment, Value,
};

/// The most hundredths of a top-up.
const PERCENT_MAX: i32 = 500;

/// A code as it is kept: what people type in letters of any size.
fn word(text: &str) -> Option<String> {
    let word = text.trim().to_ascii_uppercase();
    let fits = (3..=32).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    fits.then_some(word)
}

fn fault(new: &NewCode) -> Option<NewCodeFault> {
    let value = match new.value {
        Value::Fixed(amount) => amount > Rub::ZERO,
        Value::Percent { percent, max } => {
            (1..=PERCENT_MAX).contains(&percent) && max.is_none_or(|max| max > Rub::ZERO)
        }
    };
    let positive = |number: Option<i32>| number.is_none_or(|number| number > 0);
    if !value {
        return Some(NewCodeFault::Value);
    }
    if new.uses_per_person <= 0 || !positive(new.uses_max) || !positive(new.bonus_days) {
        return Some(NewCodeFault::Numbers);
    }
    let backwards = new.valid_from.zip(new.valid_until).is_some_and(|(from, until)| from >= until);
    backwards.then_some(NewCodeFault::Dates)
}

/// Makes a promo code; answers with it as people type it.
///
/// # Errors
/// What the database says.
pub async fn create(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    new: &NewCode,
    by: &str,
) -> Result<Result<String, NewCodeFault>, sqlx::Error> {
    let Some(code) = word(&new.code) else { return Ok(Err(NewCodeFault::Word)) };
    if let Some(fault) = fault(new) {
        return Ok(Err(fault));
    }
    let (amount, percent, percent_max) = match new.value {
        Value::Fixed(amount) => (Some(amount.kopecks()), None, None),
        Value::Percent { percent, max } => (None, Some(percent), max.map(Rub::kopecks)),
    };
    let created = sqlx::query(
        "insert into promo_codes (code, amount_kop, percent, percent_max_kop, uses_max,
                                  uses_per_person, segment, valid_from, valid_until, bonus_days,
                                  created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing",
    )
    .bind(&code)
    .bind(amount)
    .bind(percent)
    .bind(percent_max)
    .bind(new.uses_max)
    .bind(new.uses_per_person)
    .bind(new.segment.as_str())
    .bind(new.valid_from)
    .bind(new.valid_until)
    .bind(new.bonus_days)
    .bind(by)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(if created.rows_affected() == 1 { Ok(code) } else { Err(NewCodeFault::Exists) })
}

/// Switches a promo code off; says whether it was on. What waits for a top-up is still given.
///
/// # Errors
/// What the database says.
pub async fn disable(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    code: &str,
) -> Result<bool, sqlx::Error> {
    let Some(code) = word(code) else { return Ok(false) };
    let disabled = sqlx::query(
        "update promo_codes set disabled_at = $2 where code = $1 and disabled_at is null",
    )
    .bind(code)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(disabled.rows_affected() == 1)
}

/// Switches a promo code on again; says whether it was off.
///
/// # Errors
/// What the database says.
pub async fn enable(connection: &mut PgConnection, code: &str) -> Result<bool, sqlx::Error> {
    let Some(code) = word(code) else { return Ok(false) };
    let enabled = sqlx::query(
        "update promo_codes set disabled_at = null where code = $1 and disabled_at is not null",
    )
    .bind(code)
    .execute(connection)
    .await?;
    Ok(enabled.rows_affected() == 1)
}

const CODE: &str = "select code, amount_kop, percent, percent_max_kop, uses_max, uses_per_person,
    segment, valid_from, valid_until, bonus_days, used, disabled_at, created_by, created_at
    from promo_codes";

fn read(row: &PgRow) -> Result<Code, sqlx::Error> {
    let value = match maybe_rub(row, "amount_kop")? {
        Some(amount) => Value::Fixed(amount),
        None => Value::Percent {
            percent: row.try_get("percent")?,
            max: maybe_rub(row, "percent_max_kop")?,
        },
    };
    let segment: String = row.try_get("segment")?;
    Ok(Code {
        terms: NewCode {
            code: row.try_get("code")?,
            value,
            uses_max: row.try_get("uses_max")?,
            uses_per_person: row.try_get("uses_per_person")?,
            segment: Segment::parse(&segment)
                .ok_or_else(|| sqlx::Error::Decode(format!("unknown segment: {segment}").into()))?,
            valid_from: row.try_get("valid_from")?,
            valid_until: row.try_get("valid_until")?,
            bonus_days: row.try_get("bonus_days")?,
        },
        used: row.try_get("used")?,
        disabled_at: row.try_get("disabled_at")?,
        created_by: row.try_get("created_by")?,
        created_at: row.try_get("created_at")?,
    })
}

/// A page of promo codes, the newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &mut PgConnection,
    offset: i64,
    limit: i64,
) -> Result<Vec<Code>, sqlx::Error> {
    let statement = format!("{CODE} order by created_at desc, code offset $1 limit $2");
    let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(offset)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// A promo code by its word.
///
/// # Errors
/// What the database says.
pub async fn find(connection: &mut PgConnection, code: &str) -> Result<Option<Code>, sqlx::Error> {
    let Some(code) = word(code) else { return Ok(None) };
    let statement = format!("{CODE} where code = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(code);
    row.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The last uses of a promo code, the latest first.
///
/// # Errors
/// What the database says.
pub async fn uses(
    connection: &mut PgConnection,
    code: &str,
    limit: i64,
) -> Result<Vec<CodeUse>, sqlx::Error> {
    let rows = sqlx::query(
        "select user_id, at, given_kop from promo_uses where code = upper($1)
         order by id desc limit $2",
    )
    .bind(code)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let (user_id, at) = (row.try_get("user_id")?, row.try_get("at")?);
            Ok(CodeUse { user_id, at, given: maybe_rub(row, "given_kop")? })
        })
        .collect()
}

/// What a promo code has done; `None` when there is no such code.
///
/// # Errors
/// What the database says.
pub async fn statistics(
    connection: &mut PgConnection,
    code: &str,
) -> Result<Option<CodeStatistics>, sqlx::Error> {
    let Some(code) = word(code) else { return Ok(None) };
    let row = sqlx::query(
        "with uses as (
             select user_id, min(at) as first_at, count(*) as uses,
                    count(*) filter (where state = 'waiting') as waiting,
                    sum(given_kop) as given_kop
             from promo_uses where code = $1 group by user_id
         ), people as (
             select uses.*, paid.kop as paid_kop
             from uses left join lateral (
                 select sum(amount_kop) as kop from ledger
                 where user_id = uses.user_id and world = 'real' and kind = 'topup'
                   and at >= uses.first_at
             ) paid on true
         )
         select exists (select from promo_codes where code = $1) as known,
                coalesce(sum(uses), 0)::bigint as uses, count(*) as people,
                coalesce(sum(waiting), 0)::bigint as waiting,
                coalesce(sum(given_kop), 0)::bigint as given_kop,
                count(paid_kop) as paid_after, coalesce(sum(paid_kop), 0)::bigint as paid_kop
         from people",
    )
    .bind(code)
    .fetch_one(connection)
    .await?;
    if !row.try_get::<bool, _>("known")? {
        return Ok(None);
    }
    Ok(Some(CodeStatistics {
        uses: row.try_get("uses")?,
        people: row.try_get("people")?,
        waiting: row.try_get("waiting")?,
        given: rub(&row, "given_kop")?,
        paid_after: row.try_get("paid_after")?,
        paid: rub(&row, "paid_kop")?,
    }))
}

/// What is known about a person who tries a code.
#[derive(Clone, Copy, Debug)]
struct Tries {
    now: OffsetDateTime,
    has_paid: bool,
    /// How often this code was used by the person.
    used: i32,
    /// Whether a percentage waits for the person's next top-up.
    waits: bool,
}

/// Why a code cannot be used; `None` when it can.
fn refusal(code: &Code, tries: Tries) -> Option<Redeemed> {
    let terms = &code.terms;
    if code.disabled_at.is_some() || terms.valid_until.is_some_and(|until| until <= tries.now) {
        return Some(Redeemed::Expired);
    }
    if let Some(from) = terms.valid_from.filter(|from| *from > tries.now) {
        return Some(Redeemed::NotYet { from });
    }
    if tries.used >= terms.uses_per_person {
        return Some(Redeemed::AlreadyUsed);
    }
    if !terms.segment.fits(tries.has_paid) {
        return Some(Redeemed::NotForYou { segment: terms.segment });
    }
    if terms.uses_max.is_some_and(|max| code.used >= max) {
        return Some(Redeemed::UsedUp);
    }
    let percent = matches!(terms.value, Value::Percent { .. });
    (percent && tries.waits).then_some(Redeemed::AnotherWaits)
}

/// A person uses a promo code.
///
/// # Errors
/// What the database says.
pub async fn redeem(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    rules: &Rules,
    user_id: i64,
    text: &str,
) -> Result<Redeemed, sqlx::Error> {
    let Some(name) = word(text) else { return Ok(Redeemed::Unknown) };
    // The wallet's lock lets one person try one thing at a time.
    billing::lock_wallet(&mut *connection, user_id, World::Real).await?;
    if let Some(until) = tries::barred_until(&mut *connection, now, user_id).await? {
        return Ok(Redeemed::TooOften { until });
    }
    let Some(code) = find(&mut *connection, &name).await? else {
        tries::count_wrong(connection, now, user_id).await?;
        return Ok(Redeemed::Unknown);
    };
    let tries = known(&mut *connection, now, user_id, &name).await?;
    if let Some(refusal) = refusal(&code, tries) {
        return Ok(refusal);
    }
    let today = match code.terms.value {
        Value::Fixed(amount) => {
            let today = days::lock(&mut *connection, now).await?;
            if !today.has_room(rules, Ceiling::Promo, amount) {
                today.alert(connection, now, rules, Ceiling::Promo).await?;
                return Ok(Redeemed::CeilingReached);
            }
            Some(today)
        }
        Value::Percent { .. } => None,
    };
    // Others may have taken the last one meanwhile, or it was switched off.
    let taken = sqlx::query(
        "update promo_codes set used = used + 1
         where code = $1 and disabled_at is null and (uses_max is null or used < uses_max)",
    )
    .bind(&name)
    .execute(&mut *connection)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(Redeemed::UsedUp);
    }
    let id = write_use(&mut *connection, now, user_id, &code, tries.used + 1).await?;
    let (percent, max) = match code.terms.value {
        Value::Percent { percent, max } => (percent, max),
        Value::Fixed(amount) => {
            if let Some(today) = today {
                today.add(&mut *connection, Ceiling::Promo, amount).await?;
            }
            return given(connection, now, user_id, &code, amount, id).await;
        }
    };
    Ok(Redeemed::Waiting { percent, max })
}

async fn known(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    code: &str,
) -> Result<Tries, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) filter (where code = $2)::int as used,
                coalesce(bool_or(state = 'waiting'), false) as waits
         from promo_uses where user_id = $1",
    )
    .bind(user_id)
    .bind(code)
    .fetch_one(&mut *connection)
    .await?;
    let has_paid = billing::has_paid(connection, user_id).await?;
    Ok(Tries { now, has_paid, used: row.try_get("used")?, waits: row.try_get("waits")? })
}

/// The percentage that waits for a person's next top-up, and the most that it brings.
///
/// # Errors
/// What the database says.
pub async fn waiting(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Option<(i32, Option<Rub>)>, sqlx::Error> {
    let row = sqlx::query(
        "select codes.percent, codes.percent_max_kop
         from promo_uses uses join promo_codes codes on codes.code = uses.code
         where uses.user_id = $1 and uses.state = 'waiting'",
    )
    .bind(user_id)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((row.try_get("percent")?, maybe_rub(&row, "percent_max_kop")?))).transpose()
}

async fn write_use(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    code: &Code,
    number: i32,
) -> Result<i64, sqlx::Error> {
    let given = match code.terms.value {
        Value::Fixed(amount) => Some(amount.kopecks()),
        Value::Percent { .. } => None,
    };
    sqlx::query_scalar(
        "insert into promo_uses (code, user_id, number, state, given_kop, at, given_at)
         values ($1, $2, $3, case when $4::bigint is null then 'waiting' else 'given' end, $4, $5,
                 case when $4::bigint is not null then $5 end)
         returning id",
    )
    .bind(&code.terms.code)
    .bind(user_id)
    .bind(number)
    .bind(given)
    .bind(now)
    .fetch_one(connection)
    .await
}

async fn given(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    code: &Code,
    amount: Rub,
    id: i64,
) -> Result<Redeemed, sqlx::Error> {
    let expires_at = code.terms.bonus_days.map(|days| now + Duration::days(days.into()));
    let bonus = Bonus {
        user_id,
        world: World::Real,
        amount,
        reason: BonusReason::Promo,
        key: format!("promo:{id}"),
        expires_at,
    };
    match billing::give(connection, now, &bonus).await? {
        Given::Created { balance } => Ok(Redeemed::Given { amount, balance, expires_at }),
        // The use's number is a new one.
        Given::Exists | Given::ExistsWithDifferent => Err(sqlx::Error::RowNotFound),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-10 12:00 UTC);

    fn code(change: impl FnOnce(&mut Code)) -> Code {
        let value = Value::Percent { percent: 20, max: None };
        let mut code = Code {
            terms: NewCode::simple("SPRING", value),
            used: 0,
            disabled_at: None,
            created_by: "test".to_owned(),
            created_at: NOW,
        };
        change(&mut code);
        code
    }

    #[test]
    fn each_condition_has_a_refusal_of_its_own() {
        let tries = Tries { now: NOW, has_paid: false, used: 0, waits: false };
        let later = NOW + Duration::days(1);
        let cases = [
            (code(|_| {}), tries, None),
            (code(|code| code.disabled_at = Some(NOW)), tries, Some(Redeemed::Expired)),
            (code(|code| code.terms.valid_until = Some(NOW)), tries, Some(Redeemed::Expired)),
            (code(|code| code.terms.valid_until = Some(later)), tries, None),
            (
                code(|code| code.terms.valid_from = Some(later)),
                tries,
                Some(Redeemed::NotYet { from: later }),
            ),
            (code(|_| {}), Tries { used: 1, ..tries }, Some(Redeemed::AlreadyUsed)),
            (code(|code| code.terms.uses_per_person = 2), Tries { used: 1, ..tries }, None),
            (
                code(|code| code.terms.segment = Segment::Paying),
                tries,
                Some(Redeemed::NotForYou { segment: Segment::Paying }),
            ),
            (
                code(|code| code.terms.segment = Segment::New),
                Tries { has_paid: true, ..tries },
                Some(Redeemed::NotForYou { segment: Segment::New }),
            ),
            (
                code(|code| (code.terms.uses_max, code.used) = (Some(3), 3)),
                tries,
                Some(Redeemed::UsedUp),
            ),
            (code(|_| {}), Tries { waits: true, ..tries }, Some(Redeemed::AnotherWaits)),
            (
                code(|code| code.terms.value = Value::Fixed(Rub::from_roubles(5))),
                Tries { waits: true, ..tries },
                None,
            ),
        ];
        for (code, tries, expected) in cases {
            assert_eq!(refusal(&code, tries), expected, "{code:?}");
        }
    }

    #[test]
    fn a_code_is_read_in_letters_of_any_size_and_nothing_else() {
        let cases = [
            (" spring-26 ", Some("SPRING-26")),
            ("ab", None),
            ("ВЕСНА", None),
            ("a b c", None),
            ("x'; drop", None),
        ];
        for (text, expected) in cases {
            assert_eq!(word(text).as_deref(), expected, "{text}");
        }
    }
}
