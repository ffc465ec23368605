//! Bonus money by its lots: what ends first is spent first, everything returns to where it came
//! from, and what has ended is gone. Random sequences beside a naive model.

#![allow(clippy::unwrap_used)]

use billing::{Bonus, BonusReason, Expired, Given, Held, HoldRequest, World};
use money::Rub;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::PgPool;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

fn kop(kopecks: i64) -> Rub {
    Rub::from_kopecks(kopecks)
}

/// One operation in a transaction of its own.
macro_rules! done {
    ($pool:expr, $operation:path, $($argument:expr),*) => {{
        let mut transaction = database::begin($pool).await.unwrap();
        let answer = $operation(&mut transaction, $($argument),*).await.unwrap();
        transaction.commit().await.unwrap();
        answer
    }};
}

async fn person(pool: &PgPool) -> i64 {
    let user_id = test_db::person(pool, None, NOW).await;
    assert!(done!(pool, billing::open_empty, NOW, user_id));
    user_id
}

fn bonus(user_id: i64, amount: i64, key: &str, expires_at: Option<OffsetDateTime>) -> Bonus {
    let reason = BonusReason::Promo;
    let key = key.to_owned();
    Bonus { user_id, world: World::Real, amount: kop(amount), reason, key, expires_at }
}

async fn assert_books_balance(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
}

#[tokio::test]
async fn a_bonus_is_given_once_per_key_even_to_ten_at_once() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let pool = pool.clone();
        racers
            .spawn(async move { done!(&pool, billing::give, NOW, &bonus(anna, 50, "one", None)) });
    }
    let answers = racers.join_all().await;
    let created = answers.iter().filter(|given| matches!(given, Given::Created { .. })).count();
    assert_eq!((created, answers.iter().filter(|given| **given == Given::Exists).count()), (1, 9));
    let other = done!(&pool, billing::give, NOW, &bonus(anna, 51, "one", None));
    assert_eq!(other, Given::ExistsWithDifferent);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn money_that_has_ended_is_gone_once_although_two_look_at_it() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool).await;
    done!(&pool, billing::give, NOW, &bonus(anna, 50, "one", Some(NOW + Duration::days(1))));
    done!(&pool, billing::give, NOW, &bonus(anna, 70, "two", None));
    let tomorrow = NOW + Duration::days(1);
    let found = done!(&pool, billing::next_to_expire, tomorrow);
    assert_eq!(found, Some((anna, World::Real)));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let pool = pool.clone();
        racers.spawn(async move { done!(&pool, billing::expire, tomorrow, anna, World::Real) });
    }
    let answers = racers.join_all().await;
    let expected = Expired { user_id: anna, world: World::Real, amount: kop(50) };
    assert_eq!(answers.into_iter().flatten().collect::<Vec<_>>(), [expected]);
    assert_eq!(done!(&pool, billing::next_to_expire, tomorrow), None);
    assert_books_balance(&pool).await;
}

#[derive(Clone, Debug)]
enum Step {
    Gives { amount: i64, hours: Option<i64> },
    TopsUp { amount: i64 },
    Holds { amount: i64 },
    Commits { order: usize },
    Releases { order: usize },
    Refunds { order: usize },
    Waits { hours: i64 },
    Expires,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let order = 0..5_usize;
    let step = prop_oneof![
        3 => (1..200_i64, proptest::option::of(1..100_i64))
            .prop_map(|(amount, hours)| Step::Gives { amount, hours }),
        1 => (1..200_i64).prop_map(|amount| Step::TopsUp { amount }),
        4 => (0..300_i64).prop_map(|amount| Step::Holds { amount }),
        1 => order.clone().prop_map(|order| Step::Commits { order }),
        3 => order.clone().prop_map(|order| Step::Releases { order }),
        1 => order.prop_map(|order| Step::Refunds { order }),
        2 => (1..60_i64).prop_map(|hours| Step::Waits { hours }),
        2 => Just(Step::Expires),
    ];
    proptest::collection::vec(step, 1..40)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Taken,
    Over,
}

/// An order: its sum, what each lot gave to it, and how it stands.
type Order = (i64, Vec<(usize, i64)>, State);

/// The naive model: lots in the order in which they were given.
#[derive(Clone, Debug, Default)]
struct Model {
    real: i64,
    held: i64,
    lots: Vec<(i64, Option<OffsetDateTime>)>,
    /// Real part, parts by lot, state.
    orders: Vec<Order>,
}

impl Model {
    /// The lots that can be spent, in the order of spending.
    fn spendable(&self, now: OffsetDateTime) -> Vec<usize> {
        let mut usable: Vec<_> = (0..self.lots.len())
            .filter(|lot| {
                let (left, end) = self.lots[*lot];
                left > 0 && end.is_none_or(|end| end > now)
            })
            .collect();
        usable.sort_by_key(|lot| (self.lots[*lot].1.is_none(), self.lots[*lot].1, *lot));
        usable
    }

    /// Whether there was enough.
    fn hold(&mut self, now: OffsetDateTime, amount: i64) -> bool {
        let (mut rest, mut parts) = (amount, Vec::new());
        for lot in self.spendable(now) {
            let part = rest.min(self.lots[lot].0);
            if part > 0 {
                parts.push((lot, part));
                rest -= part;
            }
        }
        if rest > self.real {
            return false;
        }
        for (lot, part) in &parts {
            self.lots[*lot].0 -= part;
        }
        self.real -= rest;
        self.held += amount;
        self.orders.push((rest, parts, State::Open));
        true
    }

    fn give_back(&mut self, now: OffsetDateTime, order: usize) -> i64 {
        let (real, parts, state) = self.orders[order].clone();
        self.orders[order].2 = State::Over;
        self.real += real;
        for (lot, part) in &parts {
            let (left, end) = &mut self.lots[*lot];
            *left += part;
            *end = end.map(|end| end.max(now + Duration::hours(24)));
        }
        let amount = real + parts.iter().map(|(_, part)| part).sum::<i64>();
        if state == State::Open {
            self.held -= amount;
        }
        amount
    }

    fn expire(&mut self, now: OffsetDateTime) -> i64 {
        let ended = self.lots.iter_mut().filter(|(_, end)| end.is_some_and(|end| end <= now));
        ended.map(|(left, _)| std::mem::take(left)).sum()
    }

    fn state(&self, order: usize) -> Option<State> {
        self.orders.get(order).map(|(_, _, state)| *state)
    }
}

async fn play(pool: &PgPool, round: u128, steps: &[Step]) {
    let anna = person(pool).await;
    let mut model = Model::default();
    let mut now = NOW;
    let id = |order: usize| Uuid::from_u128(round * 1_000 + u128::try_from(order).unwrap());
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Gives { amount, hours } => {
                let end = hours.map(|hours| now + Duration::hours(hours));
                let key = format!("promo:{round}:{number}");
                done!(pool, billing::give, now, &bonus(anna, amount, &key, end));
                model.lots.push((amount, end));
            }
            Step::TopsUp { amount } => {
                let key = format!("pay:{round}:{number}");
                done!(pool, billing::top_up, now, anna, World::Real, kop(amount), "test", &key);
                model.real += amount;
            }
            Step::Holds { amount } => {
                let generation = id(model.orders.len());
                let (user_id, world) = (anna, World::Real);
                let request = HoldRequest { user_id, world, generation, amount: kop(amount) };
                let held = done!(pool, billing::hold, now, &request);
                assert_eq!(
                    matches!(held, Held::Created { .. }),
                    model.hold(now, amount),
                    "{held:?}"
                );
            }
            Step::Commits { order } => {
                done!(pool, billing::commit, now, id(order));
                if model.state(order) == Some(State::Open) {
                    let (real, parts, state) = &mut model.orders[order];
                    *state = State::Taken;
                    model.held -= *real + parts.iter().map(|(_, part)| part).sum::<i64>();
                }
            }
            Step::Releases { order } => {
                done!(pool, billing::release, now, id(order), "test");
                if model.state(order) == Some(State::Open) {
                    model.give_back(now, order);
                }
            }
            Step::Refunds { order } => {
                done!(pool, billing::refund, now, id(order), "test");
                if model.state(order) == Some(State::Taken) {
                    model.give_back(now, order);
                }
            }
            Step::Waits { hours } => now += Duration::hours(hours),
            Step::Expires => {
                let expired = done!(pool, billing::expire, now, anna, World::Real);
                let gone = expired.map_or(0, |expired| expired.amount.kopecks());
                assert_eq!(gone, model.expire(now));
            }
        }
        let mut connection = pool.acquire().await.unwrap();
        let wallet = billing::wallet(&mut connection, anna, World::Real).await.unwrap();
        let bonus: i64 = model.lots.iter().map(|(left, _)| left).sum();
        let found = [wallet.real, wallet.bonus, wallet.held].map(Rub::kopecks);
        assert_eq!(found, [model.real, bonus, model.held], "{step:?}");
        let lots = billing::lots(&mut connection, now, anna, World::Real).await.unwrap();
        let found: Vec<_> =
            lots.iter().map(|lot| (lot.remaining.kopecks(), lot.expires_at)).collect();
        let expected: Vec<_> =
            model.spendable(now).into_iter().map(|lot| model.lots[lot]).collect();
        assert_eq!(found, expected, "{step:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_sequences_spend_return_and_end_lots_like_a_naive_model() {
    let pool = test_db::fresh_pool().await;
    let handle = tokio::runtime::Handle::current();
    let playing = pool.clone();
    tokio::task::spawn_blocking(move || {
        let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
        let round = std::cell::Cell::new(0);
        TestRunner::new(config)
            .run(&steps(), |steps| {
                round.set(round.get() + 1);
                handle.block_on(play(&playing, round.get(), &steps));
                Ok(())
            })
            .unwrap();
    })
    .await
    .unwrap();
    assert_books_balance(&pool).await;
}
