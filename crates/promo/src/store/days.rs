use money::Rub;
use outbox::{Alert, Ceiling, Fact};
use sqlx::{PgConnection, Row as _};
use time::{Date, OffsetDateTime};

use crate::Rules;
use crate::rules::day;
use crate::store::rub;

/// A day with what was given on it, locked until the transaction ends.
pub(super) struct Day {
    date: Date,
    welcome: Rub,
    promo: Rub,
}

/// Locks today. Nothing but promo codes and gifts may be locked after it.
pub(super) async fn lock(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<Day, sqlx::Error> {
    let date = day(now);
    sqlx::query("insert into promo_days (day) values ($1) on conflict do nothing")
        .bind(date)
        .execute(&mut *connection)
        .await?;
    let row =
        sqlx::query("select welcome_kop, promo_kop from promo_days where day = $1 for update")
            .bind(date)
            .fetch_one(connection)
            .await?;
    Ok(Day { date, welcome: rub(&row, "welcome_kop")?, promo: rub(&row, "promo_kop")? })
}

impl Day {
    /// Whether so much more stays below a ceiling.
    pub(super) fn has_room(&self, rules: &Rules, ceiling: Ceiling, amount: Rub) -> bool {
        let (given, max) = match ceiling {
            Ceiling::Welcome => (self.welcome, rules.welcome_daily_max),
            Ceiling::Promo => (self.promo, rules.promo_daily_max),
        };
        given.plus(amount).is_ok_and(|after| after <= max)
    }

    /// Writes down that so much was given.
    pub(super) async fn add(
        &self,
        connection: &mut PgConnection,
        ceiling: Ceiling,
        amount: Rub,
    ) -> Result<(), sqlx::Error> {
        let (welcome, promo) = match ceiling {
            Ceiling::Welcome => (amount, Rub::ZERO),
            Ceiling::Promo => (Rub::ZERO, amount),
        };
        sqlx::query(
            "update promo_days set welcome_kop = welcome_kop + $2, promo_kop = promo_kop + $3
             where day = $1",
        )
        .bind(self.date)
        .bind(welcome.kopecks())
        .bind(promo.kopecks())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Tells the operators that a ceiling is reached, once a day.
    pub(super) async fn alert(
        &self,
        connection: &mut PgConnection,
        now: OffsetDateTime,
        rules: &Rules,
        ceiling: Ceiling,
    ) -> Result<(), sqlx::Error> {
        let (statement, max) = match ceiling {
            Ceiling::Welcome => (
                "update promo_days set welcome_alerted = true
                 where day = $1 and not welcome_alerted returning day",
                rules.welcome_daily_max,
            ),
            Ceiling::Promo => (
                "update promo_days set promo_alerted = true
                 where day = $1 and not promo_alerted returning day",
                rules.promo_daily_max,
            ),
        };
        let first = sqlx::query(statement).bind(self.date).fetch_optional(&mut *connection).await?;
        if first.is_none_or(|row| row.is_empty()) {
            return Ok(());
        }
        let alert = Alert::CeilingReached { ceiling, kopecks: max.kopecks() };
        let fact = Fact::OperatorAlert { alert };
        for operator in &rules.operators {
            outbox::tell(&mut *connection, now, *operator, None, &fact).await?;
        }
        Ok(())
    }
}
