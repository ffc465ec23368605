//! What is known of a period, as plain values.

use serde::Serialize;
use time::OffsetDateTime;

use crate::Period;

/// A period, beside as much of the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub period: Period,
    /// The moment up to which it is counted: its end, or the present.
    pub until: OffsetDateTime,
    /// What it came to.
    pub now: Figures,
    /// What the same part of the period before came to.
    pub before: Figures,
    /// Its hours or days, those to come included.
    pub buckets: Vec<Bucket>,
    /// How the queue stands at this moment.
    pub queue: Queue,
}

impl Report {
    /// Whether the period goes on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.until < self.period.to()
    }

    /// The parts of the period that have begun.
    pub fn begun(&self) -> impl Iterator<Item = &Bucket> {
        self.buckets.iter().filter(|bucket| bucket.from < self.until)
    }
}

/// What a period came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Orders that were placed in it, as they stand now.
    pub orders: Orders,
    /// What moved in it, from the ledger.
    pub money: Money,
    /// Who came and who ordered.
    pub people: People,
    /// Models by their orders, the most ordered first.
    pub models: Vec<ModelFigures>,
    /// Why orders came to nothing, the most frequent first.
    pub failures: Vec<Failure>,
    /// Whence new people came, the most frequent first.
    pub sources: Vec<Source>,
    /// How long things took.
    pub times: Times,
}

/// Orders placed in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Orders {
    /// All of them.
    pub placed: i64,
    /// Delivered.
    pub done: i64,
    /// Came to nothing, or are late and paid back.
    pub failed: i64,
    /// Cancelled by the person.
    pub cancelled: i64,
    /// Still under way.
    pub open: i64,
    /// Given away, within all of them.
    pub free: i64,
}

impl Orders {
    /// How many of those that are over came to nothing, in percent.
    #[must_use]
    pub fn failed_percent(&self) -> Option<i64> {
        percent(self.failed, self.done + self.failed)
    }
}

/// What moved within a period, in kopecks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Money {
    /// Taken for orders.
    pub taken_kop: i64,
    /// The part of it that was given to people as a bonus before.
    pub taken_bonus_kop: i64,
    /// Prices of orders that went back to wallets.
    pub refunded_kop: i64,
    /// How many orders were paid.
    pub paid_orders: i64,
    /// What KIE.ai took, whatever became of it.
    pub cost_kop: i64,
    /// The part of it that nobody paid: losses and free orders.
    pub unpaid_cost_kop: i64,
    /// Paid in.
    pub topups_kop: i64,
    /// How many payments that were.
    pub topups: i64,
    /// Payments that went back.
    pub paybacks_kop: i64,
    /// Bonus money given.
    pub gifts_kop: i64,
}

impl Money {
    /// What was taken, less what was given back.
    #[must_use]
    pub const fn revenue_kop(&self) -> i64 {
        self.taken_kop - self.refunded_kop
    }

    /// The revenue less what KIE.ai took.
    #[must_use]
    pub const fn margin_kop(&self) -> i64 {
        self.revenue_kop() - self.cost_kop
    }

    /// The margin in percent of the revenue.
    #[must_use]
    pub fn margin_percent(&self) -> Option<i64> {
        percent(self.margin_kop(), self.revenue_kop())
    }

    /// What a paid order cost on average, to the nearest kopeck.
    #[must_use]
    pub fn average_kop(&self) -> Option<i64> {
        nearest(self.taken_kop, self.paid_orders)
    }
}

/// Who came and who ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct People {
    /// Came for the first time.
    pub new: i64,
    /// Of the new ones: ordered something before the period was over.
    pub new_ordered: i64,
    /// Of the new ones: paid something in before the period was over.
    pub new_paid: i64,
    /// Ordered something.
    pub buyers: i64,
    /// Of the buyers: for the first time ever.
    pub first_time: i64,
}

impl People {
    /// Buyers who had ordered before the period.
    #[must_use]
    pub const fn returning(&self) -> i64 {
        self.buyers - self.first_time
    }
}

/// A model in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ModelFigures {
    /// Its id.
    pub model: String,
    /// Orders placed.
    pub orders: i64,
    /// Of them: delivered.
    pub done: i64,
    /// Of them: came to nothing.
    pub failed: i64,
    /// What these orders brought so far, less what was given back.
    pub revenue_kop: i64,
    /// What KIE.ai took for them so far.
    pub cost_kop: i64,
}

/// A reason why orders came to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The class, as the table of orders has it.
    pub class: String,
    /// How many orders.
    pub orders: i64,
    /// The short number of the latest of them.
    pub example: String,
}

/// A campaign that brought people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its name; none for those who came by themselves.
    pub source: Option<String>,
    /// How many new people.
    pub people: i64,
}

/// How long things took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// From the order to its first submission.
    pub waiting: Spread,
    /// Until KIE.ai took a task.
    pub answering: Spread,
    /// From the submission until KIE.ai had made the result.
    pub making: Spread,
    /// From the order to the end, for what was delivered.
    pub whole: Spread,
}

/// Durations of many things, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many things.
    pub count: i64,
    /// Half of them took no longer.
    pub half_ms: i64,
    /// 95 of 100 took no longer.
    pub most_ms: i64,
}

/// One part of a period: an hour or a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Its beginning.
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    /// Orders placed.
    pub orders: i64,
    /// Of them: delivered.
    pub done: i64,
    /// Of them: came to nothing.
    pub failed: i64,
    /// Taken less given back, in kopecks.
    pub revenue_kop: i64,
    /// What KIE.ai took, in kopecks.
    pub cost_kop: i64,
    /// Paid in, in kopecks.
    pub topups_kop: i64,
    /// New people.
    pub new: i64,
    /// Buyers for the first time ever.
    pub first_time: i64,
    /// Buyers who had ordered before the whole period, or in an earlier part of it.
    pub returning: i64,
    /// Half of the orders waited no longer for their submission, in milliseconds.
    pub waiting_ms: i64,
    /// Half of the results were made within this time, in milliseconds.
    pub making_ms: i64,
}

impl Bucket {
    pub(crate) const fn empty(from: OffsetDateTime) -> Self {
        Self {
            from,
            orders: 0,
            done: 0,
            failed: 0,
            revenue_kop: 0,
            cost_kop: 0,
            topups_kop: 0,
            new: 0,
            first_time: 0,
            returning: 0,
            waiting_ms: 0,
            making_ms: 0,
        }
    }
}

/// How the queue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Queue {
    /// Orders under way.
    pub open_orders: i64,
    /// Jobs that are due and wait.
    pub due: i64,
    /// For how long the oldest of them has waited, in milliseconds.
    pub oldest_ms: i64,
    /// Jobs that were given up.
    pub dead: i64,
}

/// A part of a whole in percent, to the nearest; `None` when there is no whole.
#[must_use]
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    nearest(part.saturating_mul(100), whole)
}

/// By how many percent a number has grown; `None` when there was nothing to grow from.
#[must_use]
pub fn trend(now: i64, before: i64) -> Option<i64> {
    percent(now.saturating_sub(before), before)
}

/// A quotient to the nearest whole number, halves away from zero.
fn nearest(number: i64, by: i64) -> Option<i64> {
    if by <= 0 {
        return None;
    }
    let (number, by) = (i128::from(number), i128::from(by));
    let half = if number < 0 { -by } else { by };
    i64::try_from((number * 2 + half) / (by * 2)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_the_nearest() {
        let cases = [
            (percent(1, 3), Some(33)),
            (percent(2, 3), Some(67)),
            (percent(1, 200), Some(1)),
            (percent(-1, 200), Some(-1)),
            (percent(-50, 100), Some(-50)),
            (percent(1, 0), None),
            (percent(1, -5), None),
            (trend(150, 100), Some(50)),
            (trend(0, 100), Some(-100)),
            (trend(5, 0), None),
        ];
        for (number, (got, expected)) in cases.into_iter().enumerate() {
            assert_eq!(got, expected, "case {number}");
        }
    }

    #[test]
    fn money_is_derived_from_what_moved() {
        let money = Money {
            taken_kop: 1_000,
            refunded_kop: 100,
            paid_orders: 3,
            cost_kop: 450,
            ..Money::default()
        };
        assert_eq!(money.revenue_kop(), 900);
        assert_eq!((money.margin_kop(), money.margin_percent()), (450, Some(50)));
        assert_eq!(money.average_kop(), Some(333));
        assert_eq!(Money::default().margin_percent(), None);
    }
}
