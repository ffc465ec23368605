//! The free tier: how many orders a person and the shop may give away.
//!
//! A free order takes a slot in the transaction in which it is placed, and gives it back when it
//! comes to nothing. Whoever takes a slot locks the row of the day first, so that the limits hold
//! for orders at the same moment; that row is locked before any wallet, and by nothing else.

pub(crate) mod store;

use billing::{Violation, World};
use money::Rub;
use outbox::Alert;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime, UtcOffset};
use uuid::Uuid;

use crate::{Settings, apply};

/// Days begin at midnight in Moscow, which most of the people live by.
const DAYS_OF: UtcOffset = time::macros::offset!(+3);

/// How much is given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeLimits {
    /// Free orders of a person within a day.
    pub per_day: u32,
    /// Free orders of a person within an hour.
    pub per_hour: u32,
    /// What all free orders of a day may cost the shop.
    pub budget: Rub,
}

/// What is left of the limits for one person at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeLeft {
    /// Free orders of the person that are left today.
    pub today: u32,
    /// Free orders of the person that are left within this hour.
    pub this_hour: u32,
    /// What the shop may still give away today.
    pub budget: Rub,
    /// When the next one is possible for a person who has used up the hour.
    pub next_at: Option<OffsetDateTime>,
}

/// Why an order cannot be free now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFree {
    /// The person has used up the day.
    Day,
    /// The person has used up the hour.
    Hour,
    /// The shop has given away all that it may today.
    Budget,
}

impl FreeLeft {
    /// Whether an order that costs the shop so much can be free.
    ///
    /// # Errors
    /// [`NotFree`]: why not.
    pub fn admits(&self, cost: Rub) -> Result<(), NotFree> {
        if self.today == 0 {
            Err(NotFree::Day)
        } else if self.this_hour == 0 {
            Err(NotFree::Hour)
        } else if self.budget < cost {
            Err(NotFree::Budget)
        } else {
            Ok(())
        }
    }
}

/// The moment at which the day began.
fn day_start(now: OffsetDateTime) -> OffsetDateTime {
    now.to_offset(DAYS_OF).replace_time(time::Time::MIDNIGHT)
}

/// What is left for a person.
///
/// # Errors
/// What the database says.
pub async fn free_left(
    connection: &mut PgConnection,
    limits: &FreeLimits,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
) -> Result<FreeLeft, sqlx::Error> {
    if limits.per_day == 0 || limits.per_hour == 0 {
        return Ok(FreeLeft::default());
    }
    let hour_ago = now - Duration::HOUR;
    let used = store::used(connection, user_id, world, day_start(now), hour_ago).await?;
    let this_hour = limits.per_hour.saturating_sub(used.this_hour);
    Ok(FreeLeft {
        today: limits.per_day.saturating_sub(used.today),
        this_hour,
        budget: limits.budget.minus(used.spent).unwrap_or(Rub::ZERO).max(Rub::ZERO),
        next_at: used.first_of_hour.filter(|_| this_hour == 0).map(|first| first + Duration::HOUR),
    })
}

/// Looks for a slot, and keeps everybody else from taking one until the end of the transaction.
pub(crate) async fn look(
    connection: &mut PgConnection,
    limits: &FreeLimits,
    now: OffsetDateTime,
    (user_id, world): (i64, World),
    cost: Rub,
) -> Result<Result<(), NotFree>, sqlx::Error> {
    store::lock_day(&mut *connection, world, day_start(now).date()).await?;
    let left = free_left(connection, limits, now, user_id, world).await?;
    Ok(left.admits(cost))
}

/// Takes the slot that [`look`] found. The operators are told once a day when the next order like
/// this would be over the budget.
pub(crate) async fn take(
    connection: &mut PgConnection,
    settings: &Settings,
    limits: &FreeLimits,
    now: OffsetDateTime,
    slot: &Slot,
) -> Result<(), sqlx::Error> {
    store::insert(&mut *connection, now, slot).await?;
    let left = free_left(&mut *connection, limits, now, slot.user_id, slot.world).await?;
    if left.budget >= slot.cost {
        return Ok(());
    }
    let day = day_start(now).date();
    if store::note_spent(&mut *connection, now, slot.world, day).await? {
        let alert = Alert::FreeBudgetSpent { budget_kopecks: limits.budget.kopecks() };
        apply::alert(connection, settings, now, alert).await?;
    }
    Ok(())
}

/// A free order as it counts against the limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) generation: Uuid,
    pub(crate) user_id: i64,
    pub(crate) world: World,
    pub(crate) cost: Rub,
}

/// Recomputes what free orders and orders at an upper bound have booked: empty is well.
///
/// # Errors
/// What the database says.
pub async fn audit(connection: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    store::audit(connection).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_moscow() {
        let evening = time::macros::datetime!(2026-03-02 20:59 UTC);
        let start = time::macros::datetime!(2026-03-01 21:00 UTC);
        assert_eq!(day_start(evening), start);
        assert_eq!(day_start(evening + Duration::MINUTE), start + Duration::DAY);
    }

    #[test]
    fn what_is_short_is_named() {
        let kop = Rub::from_kopecks;
        let left = |today, this_hour, budget| FreeLeft {
            today,
            this_hour,
            budget: kop(budget),
            next_at: None,
        };
        assert_eq!(left(1, 1, 10).admits(kop(10)), Ok(()));
        assert_eq!(left(1, 1, 9).admits(kop(10)), Err(NotFree::Budget));
        assert_eq!(left(3, 0, 9).admits(kop(10)), Err(NotFree::Hour));
        assert_eq!(left(0, 0, 0).admits(kop(10)), Err(NotFree::Day));
    }
}
