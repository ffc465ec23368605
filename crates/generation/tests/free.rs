//! The slots of free orders against a real database: a race, then random sequences beside a naive
//! model.

#![allow(clippy::unwrap_used, clippy::panic)]

use billing::World;
use catalog::{Answer, Answers, Language};
use clock::Ids;
use generation::{FreeLimits, NotFree, Order, Placed, Settings};
use money::{Credits, Rub};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::PgPool;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// An hour before midnight in Moscow.
const NOW: OffsetDateTime = datetime!(2026-01-01 20:00 UTC);

async fn person(pool: &PgPool) -> i64 {
    let user = test_db::person(pool, None, NOW).await;
    let mut connection = pool.acquire().await.unwrap();
    billing::open_wallets(&mut connection, NOW, user, Rub::ZERO).await.unwrap();
    user
}

fn limits(per_day: u32, per_hour: u32, budget: i64) -> FreeLimits {
    FreeLimits { per_day, per_hour, budget: Rub::from_kopecks(budget) }
}

fn order(user_id: i64, key: &str, cost: i64, limits: &FreeLimits) -> Order {
    let prompt = ("prompt".to_owned(), Answer::Text("Кот".to_owned()));
    Order {
        continues: None,
        order_key: key.to_owned(),
        user_id,
        chat_id: user_id,
        language: Language::Ru,
        world: World::Real,
        model: "z-image".to_owned(),
        answers: Answers::from([prompt]),
        price: Rub::ZERO,
        cost: Rub::from_kopecks(cost),
        credits: Credits::ZERO,
        free: Some(limits.clone()),
        bound: None,
    }
}

async fn place(pool: &PgPool, ids: &Ids, now: OffsetDateTime, order: &Order) -> Placed {
    let settings = Settings { operators: vec![1], callback_base: None };
    let mut transaction = database::begin(pool).await.unwrap();
    let placed = generation::place(&mut transaction, &settings, ids, now, order).await.unwrap();
    transaction.commit().await.unwrap();
    placed
}

async fn assert_books_balance(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
    assert_eq!(generation::audit(&mut connection).await.unwrap(), []);
}

#[tokio::test]
async fn orders_at_the_same_moment_take_no_more_slots_than_there_are() {
    let pool = test_db::fresh_pool().await;
    let ids = Ids::seeded(3);
    let anna = person(&pool).await;
    let mut people = vec![anna; 6];
    for _ in 0..6 {
        people.push(person(&pool).await);
    }
    // Two an hour for Anna, and five in all for the day.
    let limits = limits(5, 2, 50);
    let mut racers = tokio::task::JoinSet::new();
    for (number, user) in people.into_iter().enumerate() {
        let (pool, ids, limits) = (pool.clone(), ids.clone(), limits.clone());
        racers.spawn(async move {
            let order = order(user, &format!("{user}:{number}"), 10, &limits);
            (user, place(&pool, &ids, NOW, &order).await)
        });
    }
    let placed = racers.join_all().await;
    let given: Vec<i64> = placed
        .iter()
        .filter(|(_, placed)| matches!(placed, Placed::Created { .. }))
        .map(|(user, _)| *user)
        .collect();
    assert_eq!(given.len(), 5, "{placed:?}");
    assert!(given.iter().filter(|user| **user == anna).count() <= 2, "{placed:?}");
    let alerts: i64 = sqlx::query_scalar("select count(*) from notices where user_id is null")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(alerts, 1);
    assert_books_balance(&pool).await;
}

/// A step of a random sequence.
#[derive(Clone, Debug)]
enum Step {
    Place {
        who: usize,
        cost: i64,
    },
    /// One of the orders so far comes to nothing.
    Cancel {
        order: usize,
    },
    Wait {
        minutes: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..2_usize, 1..30_i64).prop_map(|(who, cost)| Step::Place { who, cost }),
        2 => (0..12_usize).prop_map(|order| Step::Cancel { order }),
        2 => (1..50_i64).prop_map(|minutes| Step::Wait { minutes }),
    ];
    proptest::collection::vec(step, 1..40)
}

/// The naive model: every order that stands, with its person, moment and cost.
#[derive(Default)]
struct Given {
    orders: Vec<(Uuid, usize, OffsetDateTime, i64)>,
}

impl Given {
    fn refusal(
        &self,
        who: usize,
        cost: i64,
        now: OffsetDateTime,
        limits: &FreeLimits,
    ) -> Option<NotFree> {
        // Midnight in Moscow is 21:00 UTC.
        let day = |at: OffsetDateTime| (at + Duration::hours(3)).date();
        let today = |at: OffsetDateTime| day(at) == day(now);
        let mine = self.orders.iter().filter(|(_, owner, ..)| *owner == who);
        let of_day = mine.clone().filter(|(_, _, at, _)| today(*at)).count();
        let of_hour = mine.filter(|(_, _, at, _)| *at > now - Duration::HOUR).count();
        let all = self.orders.iter().filter(|(_, _, at, _)| today(*at));
        let spent: i64 = all.map(|(.., cost)| cost).sum();
        if of_day >= limits.per_day as usize {
            Some(NotFree::Day)
        } else if of_hour >= limits.per_hour as usize {
            Some(NotFree::Hour)
        } else {
            (spent + cost > limits.budget.kopecks()).then_some(NotFree::Budget)
        }
    }
}

async fn play(pool: &PgPool, ids: &Ids, round: u32, steps: &[Step]) {
    // The budget is the shop's, so every round has a day of its own.
    let mut now = NOW + Duration::days(i64::from(round) * 7);
    let people = [person(pool).await, person(pool).await];
    let limits = limits(4, 2, 90);
    let mut given = Given::default();
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Place { who, cost } => {
                let key = format!("{round}:{number}");
                let placed = place(pool, ids, now, &order(people[who], &key, cost, &limits)).await;
                match (placed, given.refusal(who, cost, now, &limits)) {
                    (Placed::Created { id, .. }, None) => given.orders.push((id, who, now, cost)),
                    (Placed::NotFree(why), Some(expected)) => assert_eq!(why, expected),
                    other => panic!("{step:?}: {other:?}"),
                }
            }
            Step::Cancel { order } if order < given.orders.len() => {
                let (id, who, ..) = given.orders.remove(order);
                let mut transaction = database::begin(pool).await.unwrap();
                let settings = Settings::default();
                generation::cancel(&mut transaction, &settings, now, people[who], id)
                    .await
                    .unwrap();
                transaction.commit().await.unwrap();
            }
            Step::Cancel { .. } => {}
            Step::Wait { minutes } => now += Duration::minutes(minutes),
        }
    }
    assert_books_balance(pool).await;
}

#[test]
fn random_orders_and_cancellations_agree_with_a_naive_count() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pool = runtime.block_on(test_db::fresh_pool());
    let ids = Ids::seeded(5);
    let mut runner = TestRunner::new(Config { cases: 20, ..Config::default() });
    let round = std::cell::Cell::new(0_u32);
    runner
        .run(&steps(), |steps| {
            round.set(round.get() + 1);
            runtime.block_on(play(&pool, &ids, round.get(), &steps));
            Ok(())
        })
        .unwrap();
}
