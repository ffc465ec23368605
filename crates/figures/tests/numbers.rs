//! The numbers of a period over rows made by hand.

#![allow(clippy::unwrap_used)]

use billing::World;
use figures::{
    Failure, Figures, ModelFigures, Money, Orders, People, Period, Queue, Source, Span, Spread,
    Times, begin_slot, gather,
};
use sqlx::PgPool;
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Wednesday noon in Moscow.
const NOW: OffsetDateTime = datetime!(2026-11-18 09:00 UTC);

async fn person(pool: &PgPool, created: OffsetDateTime, source: Option<&str>) -> i64 {
    sqlx::query_scalar(
        "insert into users (language, created_at, seen_at, source) values ('ru', $1, $1, $2)
         returning id",
    )
    .bind(created)
    .bind(source)
    .fetch_one(pool)
    .await
    .unwrap()
}

struct Order {
    number: u128,
    user: i64,
    model: &'static str,
    state: &'static str,
    failure: Option<&'static str>,
    created: OffsetDateTime,
    /// How long it waited for its submission, and how long KIE.ai worked on it.
    took: Option<(Duration, Duration)>,
}

impl Order {
    fn new(number: u128, user: i64, state: &'static str, created: OffsetDateTime) -> Self {
        Self { number, user, model: "z-image", state, failure: None, created, took: None }
    }

    fn of(self, model: &'static str) -> Self {
        Self { model, ..self }
    }

    fn because(self, failure: &'static str) -> Self {
        Self { failure: Some(failure), ..self }
    }

    fn took(self, waited_s: i64, worked_s: i64) -> Self {
        Self { took: Some((Duration::seconds(waited_s), Duration::seconds(worked_s))), ..self }
    }

    async fn insert(self, pool: &PgPool, world: &str) {
        let money = match self.state {
            "done" => "taken",
            "failed" | "cancelled" | "late" => "returned",
            _ => "held",
        };
        let submitted = self.took.map(|(waited, _)| self.created + waited);
        let finished = self.took.map(|(waited, worked)| self.created + waited + worked);
        let over = matches!(self.state, "done" | "failed" | "cancelled");
        sqlx::query(
            "insert into generations (id, code, order_key, user_id, chat_id, language, world, model,
                 answers, price_kop, cost_kop, credits, state, money, failure, created_at,
                 submitted_at, finished_at, updated_at)
             values ($1, $2, $2, $3, 1, 'ru', $4, $5, '{}', 100, 50, 1, $6, $7, $8, $9, $10, $11, $9)",
        )
        .bind(Uuid::from_u128(self.number))
        .bind(format!("CODE{}", self.number))
        .bind(self.user)
        .bind(world)
        .bind(self.model)
        .bind(self.state)
        .bind(money)
        .bind(self.failure)
        .bind(self.created)
        .bind(submitted)
        .bind(over.then(|| finished.unwrap_or(self.created)))
        .execute(pool)
        .await
        .unwrap();
        let (Some(submitted), Some(finished)) = (submitted, finished) else { return };
        sqlx::query(
            "insert into attempts (id, generation_id, number, world, key_name, token, task_id, state,
                                   submitted_at, accepted_at, finished_at)
             values ($1, $1, 1, $2, 'key', $3, $3, 'succeeded', $4, $5, $6)",
        )
        .bind(Uuid::from_u128(self.number))
        .bind(world)
        .bind(format!("token {}", self.number))
        .bind(submitted)
        .bind(submitted + Duration::milliseconds(250))
        .bind(finished)
        .execute(pool)
        .await
        .unwrap();
    }
}

/// Kind, from, to, kopecks, what money it is, of which order and person.
type Move = (&'static str, String, String, i64, &'static str, Option<u128>, Option<i64>);

async fn moves(pool: &PgPool, world: &str, at: OffsetDateTime, rows: &[Move]) {
    let lot: i64 = sqlx::query_scalar(
        "insert into bonus_lots (user_id, world, origin, granted_kop, remaining_kop, created_at)
         select min(id), $1, 'test', 1, 0, $2 from users returning id",
    )
    .bind(world)
    .bind(at)
    .fetch_one(pool)
    .await
    .unwrap();
    for (index, (kind, debit, credit, kopecks, money, order, user)) in (1_i16..).zip(rows) {
        sqlx::query(
            "insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                                 generation_id, actor, operation, part)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'test', $11, 0)",
        )
        .bind(at)
        .bind(world)
        .bind(kind)
        .bind(debit)
        .bind(credit)
        .bind(kopecks)
        .bind(money)
        .bind((*money == "bonus").then_some(lot))
        .bind(user)
        .bind(order.map(Uuid::from_u128))
        .bind(format!("{world} {at} {index}"))
        .execute(pool)
        .await
        .unwrap();
    }
}

fn taken(order: u128, kopecks: i64, money: &'static str) -> Move {
    ("commit", "held:1".to_owned(), "revenue".to_owned(), kopecks, money, Some(order), Some(1))
}

fn cost(order: u128, kopecks: i64, account: &str) -> Move {
    let kind = if account == "loss" { "loss" } else { "cost" };
    (kind, "kie_credits".to_owned(), account.to_owned(), kopecks, "real", Some(order), None)
}

fn topup(user: i64, kopecks: i64) -> Move {
    let (from, to) = ("topups:stars".to_owned(), format!("wallet:{user}"));
    ("topup", from, to, kopecks, "real", None, Some(user))
}

/// Two people of before, two of this week; a Monday, a Tuesday and half a Wednesday of orders, and
/// things that must not be counted.
async fn fill(pool: &PgPool) {
    let old = person(pool, datetime!(2026-10-01 09:00 UTC), None).await;
    let second = person(pool, datetime!(2026-11-10 09:00 UTC), Some("autumn")).await;
    let new = person(pool, datetime!(2026-11-15 21:00 UTC), Some("winter")).await;
    let idle = person(pool, datetime!(2026-11-17 21:30 UTC), None).await;
    let late = person(pool, datetime!(2026-11-18 09:00 UTC), None).await;
    let monday = datetime!(2026-11-16 07:00 UTC);
    let tuesday = datetime!(2026-11-17 20:59:59 UTC);
    let wednesday = datetime!(2026-11-17 21:00 UTC);
    let orders = [
        // The week before: a Monday, and a Friday that has not come yet this week.
        Order::new(1, old, "done", datetime!(2026-11-09 07:00 UTC)).took(1, 1),
        Order::new(2, second, "failed", datetime!(2026-11-13 07:00 UTC)).because("content"),
        // This week.
        Order::new(3, old, "done", monday).took(2, 10),
        Order::new(4, new, "done", monday).took(4, 30).of("veo-3"),
        Order::new(5, new, "failed", tuesday).because("temporary"),
        Order::new(6, new, "late", tuesday).because("too_late"),
        Order::new(7, second, "failed", wednesday).because("temporary"),
        Order::new(8, second, "cancelled", wednesday),
        Order::new(9, second, "running", wednesday),
        // Not yet, by the clock of the report.
        Order::new(10, late, "queued", NOW),
    ];
    for order in orders {
        order.insert(pool, "real").await;
    }
    // Another world counts for nothing.
    Order::new(11, idle, "done", monday).took(1, 1).insert(pool, "test").await;
    moves(pool, "test", monday, &[taken(11, 99_999, "real"), topup(idle, 99_999)]).await;
    let before = [taken(1, 500, "real"), cost(1, 250, "provider_cost"), topup(old, 1_000)];
    moves(pool, "real", datetime!(2026-11-09 07:01 UTC), &before).await;
    let first = [
        taken(3, 400, "real"),
        taken(3, 100, "bonus"),
        cost(3, 250, "provider_cost"),
        taken(4, 5_000, "real"),
        cost(4, 2_600, "provider_cost"),
        topup(new, 20_000),
        ("bonus", "promo_expense".to_owned(), "wallet:3".to_owned(), 700, "bonus", None, Some(new)),
        ("hold", "wallet:3".to_owned(), "held:3".to_owned(), 900, "real", Some(5), Some(new)),
        ("release", "held:3".to_owned(), "wallet:3".to_owned(), 900, "real", Some(5), Some(new)),
    ];
    moves(pool, "real", monday + Duration::MINUTE, &first).await;
    let third = [
        ("refund", "revenue".to_owned(), "wallet:1".to_owned(), 500, "real", Some(3), Some(old)),
        cost(6, 40, "loss"),
        cost(6, 10, "promo_expense:free"),
        ("payback", "wallet:3".to_owned(), "topups:stars".to_owned(), 300, "real", None, Some(new)),
    ];
    moves(pool, "real", wednesday + Duration::MINUTE, &third).await;
}

fn spread(count: i64, half_ms: i64, most_ms: i64) -> Spread {
    Spread { count, half_ms, most_ms }
}

fn model(model: &str, [orders, done, failed, revenue_kop, cost_kop]: [i64; 5]) -> ModelFigures {
    ModelFigures { model: model.to_owned(), orders, done, failed, revenue_kop, cost_kop }
}

fn this_week() -> Figures {
    let failure = |class: &str, orders, example: &str| Failure {
        class: class.to_owned(),
        orders,
        example: example.to_owned(),
    };
    Figures {
        orders: Orders { placed: 7, done: 2, failed: 3, cancelled: 1, open: 1, free: 0 },
        money: Money {
            taken_kop: 5_500,
            taken_bonus_kop: 100,
            refunded_kop: 500,
            paid_orders: 2,
            cost_kop: 2_900,
            unpaid_cost_kop: 50,
            topups_kop: 20_000,
            topups: 1,
            paybacks_kop: 300,
            gifts_kop: 700,
        },
        people: People { new: 2, new_ordered: 1, new_paid: 1, buyers: 3, first_time: 1 },
        models: vec![model("z-image", [6, 1, 3, 0, 300]), model("veo-3", [1, 1, 0, 5_000, 2_600])],
        failures: vec![failure("temporary", 2, "CODE7"), failure("too_late", 1, "CODE6")],
        sources: vec![
            Source { source: Some("winter".to_owned()), people: 1 },
            Source { source: None, people: 1 },
        ],
        times: Times {
            waiting: spread(2, 2_000, 4_000),
            answering: spread(2, 250, 250),
            making: spread(2, 10_000, 30_000),
            whole: spread(2, 12_000, 34_000),
        },
    }
}

#[tokio::test]
async fn a_week_is_counted_up_to_now_beside_as_much_of_the_week_before() {
    let pool = test_db::fresh_pool().await;
    fill(&pool).await;
    let mut transaction = database::begin_report(&pool).await.unwrap();
    let week = Period::at(Span::Week, NOW);
    let report = gather(&mut transaction, World::Real, week, NOW).await.unwrap();
    assert_eq!(report.now, this_week());
    assert_eq!((report.until, report.goes_on()), (NOW, true));
    assert_eq!(report.now.money.average_kop(), Some(2_750));
    assert_eq!(report.now.money.margin_kop(), 2_100);
    assert_eq!(report.now.money.margin_percent(), Some(42));
    assert_eq!(report.now.orders.failed_percent(), Some(60));
    let before = &report.before;
    assert_eq!((before.orders.placed, before.orders.done), (1, 1), "Friday is not compared");
    assert_eq!((before.money.revenue_kop(), before.money.topups_kop), (500, 1_000));
    assert_eq!((before.people.buyers, before.people.first_time, before.people.new), (1, 1, 1));
    assert_eq!(report.queue, Queue { open_orders: 3, due: 0, oldest_ms: 0, dead: 0 });
}

#[tokio::test]
async fn the_parts_of_a_period_add_up_to_the_whole() {
    let pool = test_db::fresh_pool().await;
    fill(&pool).await;
    let mut transaction = database::begin_report(&pool).await.unwrap();
    for span in Span::ALL {
        let period = Period::at(span, NOW);
        let report = gather(&mut transaction, World::Real, period, NOW).await.unwrap();
        let sum = |of: fn(&figures::Bucket) -> i64| report.buckets.iter().map(of).sum::<i64>();
        let now = &report.now;
        assert_eq!(sum(|part| part.orders), now.orders.placed, "{span:?}");
        assert_eq!(sum(|part| part.done), now.orders.done, "{span:?}");
        assert_eq!(sum(|part| part.failed), now.orders.failed, "{span:?}");
        assert_eq!(sum(|part| part.revenue_kop), now.money.revenue_kop(), "{span:?}");
        assert_eq!(sum(|part| part.cost_kop), now.money.cost_kop, "{span:?}");
        assert_eq!(sum(|part| part.topups_kop), now.money.topups_kop, "{span:?}");
        assert_eq!(sum(|part| part.new), now.people.new, "{span:?}");
        assert_eq!(sum(|part| part.first_time), now.people.first_time, "{span:?}");
        let models: i64 = now.models.iter().map(|model| model.orders).sum();
        assert_eq!(models, now.orders.placed, "{span:?}");
        let failures: i64 = now.failures.iter().map(|failure| failure.orders).sum();
        assert_eq!(failures, now.orders.failed, "{span:?}");
    }
}

#[tokio::test]
async fn days_begin_at_midnight_in_moscow() {
    let pool = test_db::fresh_pool().await;
    fill(&pool).await;
    let mut transaction = database::begin_report(&pool).await.unwrap();
    let week = Period::at(Span::Week, NOW);
    let report = gather(&mut transaction, World::Real, week, NOW).await.unwrap();
    let days: Vec<_> = report.begun().map(|day| (day.orders, day.revenue_kop, day.new)).collect();
    assert_eq!(days, [(2, 5_500, 1), (2, 0, 0), (3, -500, 1)]);
    let people: Vec<_> = report.begun().map(|day| (day.first_time, day.returning)).collect();
    assert_eq!(people, [(1, 1), (0, 1), (0, 1)]);
    assert_eq!((report.buckets[0].waiting_ms, report.buckets[0].making_ms), (2_000, 10_000));
    let day = Period::at(Span::Day, NOW);
    assert_eq!(day.first(), date!(2026 - 11 - 18));
    let report = gather(&mut transaction, World::Real, day, NOW).await.unwrap();
    assert_eq!(report.buckets.len(), 24);
    assert_eq!(report.begun().count(), 12);
    assert_eq!((report.buckets[0].orders, report.now.orders.placed), (3, 3));
}

#[tokio::test]
async fn a_period_that_is_over_is_compared_with_all_of_the_one_before() {
    let pool = test_db::fresh_pool().await;
    fill(&pool).await;
    let mut transaction = database::begin_report(&pool).await.unwrap();
    let month = Period::month("2026-11").unwrap();
    let later = datetime!(2027-01-05 09:00 UTC);
    let report = gather(&mut transaction, World::Real, month, later).await.unwrap();
    assert!(!report.goes_on());
    assert_eq!((report.until, report.now.orders.placed), (month.to(), 10));
    assert_eq!(report.before.people.new, 1, "of October");
    let week = Period::of(Span::Week, date!(2026 - 11 - 20)).unwrap();
    let report = gather(&mut transaction, World::Real, week, later).await.unwrap();
    assert_eq!(report.before.orders.placed, 2, "Friday is compared");
    let to_come = Period::month("2027-02").unwrap();
    let report = gather(&mut transaction, World::Real, to_come, later).await.unwrap();
    assert_eq!((report.now.orders.placed, report.begun().count()), (0, 0));
}

#[tokio::test]
async fn a_report_by_the_clock_is_taken_once_and_by_nobody_before_there_were_people() {
    let pool = test_db::fresh_pool().await;
    let yesterday = Period::at(Span::Day, NOW).before().unwrap();
    let mut connection = pool.acquire().await.unwrap();
    assert!(!begin_slot(&mut connection, NOW, yesterday).await.unwrap(), "an empty shop");
    person(&pool, NOW, None).await;
    assert!(!begin_slot(&mut connection, NOW, yesterday).await.unwrap(), "it was empty then");
    let today = Period::at(Span::Day, NOW);
    assert!(begin_slot(&mut connection, NOW, today).await.unwrap());
    assert!(!begin_slot(&mut connection, NOW, today).await.unwrap(), "it is taken");
    let month = Period::at(Span::Month, NOW);
    assert!(begin_slot(&mut connection, NOW, month).await.unwrap(), "a month is another report");
}
