//! Money against a real database: its rules one by one, then random sequences beside a naive
//! model, then a race.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use billing::{Committed, Held, HoldRequest, Refunded, Released, ToppedUp, Wallet, World};
use money::Rub;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::PgPool;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

fn kop(kopecks: i64) -> Rub {
    Rub::from_kopecks(kopecks)
}

async fn person(pool: &PgPool, welcome: i64) -> i64 {
    let user_id = test_db::person(pool, None, NOW).await;
    let mut connection = pool.acquire().await.unwrap();
    billing::open_wallets(&mut connection, NOW, user_id, kop(welcome)).await.unwrap();
    user_id
}

/// One operation in a transaction of its own.
macro_rules! in_transaction {
    ($pool:expr, $operation:path, $($argument:expr),*) => {{
        let mut transaction = database::begin($pool).await.unwrap();
        let answer = $operation(&mut transaction, NOW, $($argument),*).await.unwrap();
        transaction.commit().await.unwrap();
        answer
    }};
}

async fn hold(pool: &PgPool, user_id: i64, generation: u128, amount: i64) -> Held {
    let request = HoldRequest {
        user_id,
        world: World::Real,
        generation: Uuid::from_u128(generation),
        amount: kop(amount),
    };
    in_transaction!(pool, billing::hold, &request)
}

async fn commit(pool: &PgPool, generation: u128) -> Committed {
    in_transaction!(pool, billing::commit, Uuid::from_u128(generation))
}

async fn commit_part(pool: &PgPool, generation: u128, amount: i64) -> Committed {
    in_transaction!(pool, billing::commit_part, Uuid::from_u128(generation), kop(amount))
}

async fn release(pool: &PgPool, generation: u128) -> Released {
    in_transaction!(pool, billing::release, Uuid::from_u128(generation), "test")
}

async fn refund(pool: &PgPool, generation: u128) -> Refunded {
    in_transaction!(pool, billing::refund, Uuid::from_u128(generation), "test")
}

async fn top_up(pool: &PgPool, user_id: i64, amount: i64, key: &str) -> ToppedUp {
    in_transaction!(pool, billing::top_up, user_id, World::Real, kop(amount), "stars", key)
}

async fn wallet(pool: &PgPool, user_id: i64) -> Wallet {
    let mut connection = pool.acquire().await.unwrap();
    billing::wallet(&mut connection, user_id, World::Real).await.unwrap()
}

async fn assert_books_balance(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
}

#[tokio::test]
async fn the_welcome_bonus_is_given_once_even_to_ten_at_once() {
    let pool = test_db::fresh_pool().await;
    let user_id: i64 = test_db::person(&pool, None, NOW).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let pool = pool.clone();
        racers.spawn(
            async move { in_transaction!(&pool, billing::open_wallets, user_id, kop(20_000)) },
        );
    }
    let given = racers.join_all().await.into_iter().filter(|given| *given).count();
    assert_eq!(given, 1);
    let wallet = wallet(&pool, user_id).await;
    assert_eq!((wallet.balance, wallet.bonus), (kop(20_000), kop(20_000)));
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_hold_is_taken_once_and_each_repetition_is_recognised() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 20_000).await;
    assert_eq!(hold(&pool, anna, 1, 380).await, Held::Created { balance: kop(19_620) });
    assert_eq!(hold(&pool, anna, 1, 380).await, Held::Exists);
    assert_eq!(hold(&pool, anna, 1, 381).await, Held::ExistsWithDifferent);
    assert_eq!(wallet(&pool, anna).await.held, kop(380));
    let taken = Committed::Taken { amount: kop(380), balance: kop(19_620) };
    assert_eq!(commit(&pool, 1).await, taken);
    assert_eq!(commit(&pool, 1).await, Committed::AlreadyCommitted);
    assert_eq!(release(&pool, 1).await, Released::AlreadyCommitted);
    assert_eq!(
        refund(&pool, 1).await,
        Refunded::Returned { amount: kop(380), balance: kop(20_000) }
    );
    assert_eq!(refund(&pool, 1).await, Refunded::AlreadyRefunded);
    assert_eq!(commit(&pool, 2).await, Committed::NoHold);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn too_little_money_names_what_is_missing_and_changes_nothing() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1_000).await;
    let refused = Held::InsufficientFunds { missing: kop(240), balance: kop(1_000) };
    assert_eq!(hold(&pool, anna, 1, 1_240).await, refused);
    assert_eq!(wallet(&pool, anna).await.balance, kop(1_000));
    assert_eq!(release(&pool, 1).await, Released::NoHold);
}

#[tokio::test]
async fn money_returns_to_the_kind_it_came_from() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 100).await;
    let credited = ToppedUp::Credited { balance: kop(600), debt_covered: Rub::ZERO };
    assert_eq!(top_up(&pool, anna, 500, "pay:stars:1").await, credited);
    assert_eq!(top_up(&pool, anna, 500, "pay:stars:1").await, ToppedUp::Exists);
    assert_eq!(top_up(&pool, anna, 501, "pay:stars:1").await, ToppedUp::ExistsWithDifferent);
    hold(&pool, anna, 1, 300).await;
    let during = wallet(&pool, anna).await;
    assert_eq!((during.bonus, during.real, during.held), (kop(0), kop(300), kop(300)));
    release(&pool, 1).await;
    let after = wallet(&pool, anna).await;
    assert_eq!((after.bonus, after.real, after.held), (kop(100), kop(500), kop(0)));
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn bonus_money_without_an_end_has_none_after_it_came_back_either() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 20_000).await;
    hold(&pool, anna, 1, 380).await;
    release(&pool, 1).await;
    hold(&pool, anna, 2, 380).await;
    commit(&pool, 2).await;
    refund(&pool, 2).await;
    let request = HoldRequest {
        user_id: anna,
        world: World::Real,
        generation: Uuid::from_u128(3),
        amount: kop(20_000),
    };
    let much_later = NOW + time::Duration::days(400);
    let mut transaction = database::begin(&pool).await.unwrap();
    let held = billing::hold(&mut transaction, much_later, &request).await.unwrap();
    assert_eq!(held, Held::Created { balance: kop(0) });
    transaction.commit().await.unwrap();
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_lot_that_expired_while_held_stays_usable_for_a_day() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1_000).await;
    hold(&pool, anna, 1, 400).await;
    sqlx::query("update bonus_lots set expires_at = $1, origin = 'promo' where world = 'real'")
        .bind(NOW - time::Duration::hours(1))
        .execute(&pool)
        .await
        .unwrap();
    release(&pool, 1).await;
    assert_eq!(hold(&pool, anna, 2, 1_000).await, Held::Created { balance: kop(0) });
}

#[tokio::test]
async fn the_ledger_cannot_be_changed_or_emptied() {
    let pool = test_db::fresh_pool().await;
    person(&pool, 100).await;
    for statement in
        ["update ledger set amount_kop = 1", "delete from ledger", "truncate ledger cascade"]
    {
        let error = sqlx::raw_sql(statement).execute(&pool).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn the_audit_finds_a_wallet_that_was_changed_by_hand() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 100).await;
    let tampering = [
        "update wallets set real_kop = 5 where world = 'real'",
        "update wallets set held_kop = 7 where world = 'real'",
        "update bonus_lots set remaining_kop = 1 where world = 'real'",
    ];
    for statement in tampering {
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    }
    let mut connection = pool.acquire().await.unwrap();
    let rules: Vec<_> = billing::audit(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .map(|found| found.rule)
        .collect();
    assert!(rules.contains(&"wallet = sum of the ledger"), "{rules:?} for {anna}");
    assert!(rules.contains(&"held = sum of open holds"), "{rules:?}");
    assert!(rules.contains(&"bonus money = sum of its lots"), "{rules:?}");
}

#[tokio::test]
async fn a_statement_reads_as_operations_not_as_parts() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 100).await;
    top_up(&pool, anna, 500, "pay:stars:1").await;
    hold(&pool, anna, 1, 300).await;
    commit(&pool, 1).await;
    let mut connection = pool.acquire().await.unwrap();
    let statement = billing::statement(&mut connection, anna, World::Real, None, 10).await.unwrap();
    let lines: Vec<_> = statement
        .iter()
        .map(|line| {
            (line.kind.as_str(), line.amount.kopecks(), line.balance_after.unwrap().kopecks())
        })
        .collect();
    assert_eq!(
        lines,
        [("commit", 300, 300), ("hold", 300, 300), ("topup", 500, 600), ("bonus", 100, 100)]
    );
    let older = billing::statement(&mut connection, anna, World::Real, Some(statement[1].id), 10)
        .await
        .unwrap();
    assert_eq!(older.len(), 2);
}

/// A step of a random sequence.
#[derive(Clone, Debug)]
enum Step {
    TopUp { who: usize, amount: i64, key: u8 },
    Hold { who: usize, generation: u8, amount: i64 },
    Commit { generation: u8 },
    CommitPart { generation: u8, amount: i64 },
    Release { generation: u8 },
    Refund { generation: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let generation = 0..8_u8;
    let step = prop_oneof![
        2 => (0..2_usize, 1..500_i64, 0..6_u8)
            .prop_map(|(who, amount, key)| Step::TopUp { who, amount, key }),
        4 => (0..2_usize, generation.clone(), 0..400_i64)
            .prop_map(|(who, generation, amount)| Step::Hold { who, generation, amount }),
        2 => generation.clone().prop_map(|generation| Step::Commit { generation }),
        1 => (generation.clone(), 0..400_i64)
            .prop_map(|(generation, amount)| Step::CommitPart { generation, amount }),
        2 => generation.clone().prop_map(|generation| Step::Release { generation }),
        1 => generation.prop_map(|generation| Step::Refund { generation }),
    ];
    proptest::collection::vec(step, 1..40)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HoldState {
    Open,
    Committed,
    Released,
    Refunded,
}

/// The naive model: one number of bonus and one of real money a person.
#[derive(Clone, Debug, Default)]
struct Model {
    bonus: [i64; 2],
    real: [i64; 2],
    held: [i64; 2],
    holds: HashMap<u8, (usize, i64, i64, HoldState)>,
    /// What was given back of holds of which a part was taken.
    rests: HashMap<u8, i64>,
    payments: HashMap<u8, (usize, i64)>,
}

impl Model {
    fn give_back(&mut self, who: usize, amount: i64, real: i64) -> i64 {
        self.real[who] += real;
        self.bonus[who] += amount - real;
        self.real[who] + self.bonus[who]
    }

    fn hold(&mut self, who: usize, generation: u8, amount: i64) -> Held {
        if let Some((owner, held, _, _)) = self.holds.get(&generation) {
            let rest = self.rests.get(&generation).unwrap_or(&0);
            return if (*owner, *held + rest) == (who, amount) {
                Held::Exists
            } else {
                Held::ExistsWithDifferent
            };
        }
        let balance = self.bonus[who] + self.real[who];
        if balance < amount {
            return Held::InsufficientFunds {
                missing: kop(amount - balance),
                balance: kop(balance),
            };
        }
        let real = (amount - self.bonus[who]).max(0);
        self.bonus[who] -= amount - real;
        self.real[who] -= real;
        self.held[who] += amount;
        self.holds.insert(generation, (who, amount, real, HoldState::Open));
        Held::Created { balance: kop(balance - amount) }
    }

    fn commit(&mut self, generation: u8) -> Committed {
        let Some((who, amount, _, state)) = self.holds.get_mut(&generation) else {
            return Committed::NoHold;
        };
        match state {
            HoldState::Open => {
                *state = HoldState::Committed;
                self.held[*who] -= *amount;
                let balance = self.bonus[*who] + self.real[*who];
                Committed::Taken { amount: kop(*amount), balance: kop(balance) }
            }
            HoldState::Committed | HoldState::Refunded => Committed::AlreadyCommitted,
            HoldState::Released => Committed::AlreadyReleased,
        }
    }

    /// Bonus money is spent first, so real money comes back first.
    fn commit_part(&mut self, generation: u8, part: i64) -> Committed {
        match self.holds.get_mut(&generation) {
            Some((who, amount, real, state @ HoldState::Open)) if part < *amount => {
                *state = HoldState::Committed;
                self.held[*who] -= *amount;
                let rest = *amount - part;
                let real_back = rest.min(*real);
                self.rests.insert(generation, rest);
                (*amount, *real) = (part, *real - real_back);
                let who = *who;
                let balance = self.give_back(who, rest, real_back);
                Committed::Taken { amount: kop(part), balance: kop(balance) }
            }
            _ => self.commit(generation),
        }
    }

    fn release(&mut self, generation: u8) -> Released {
        let Some((who, amount, real, state)) = self.holds.get_mut(&generation) else {
            return Released::NoHold;
        };
        match state {
            HoldState::Open => {
                *state = HoldState::Released;
                let (who, amount, real) = (*who, *amount, *real);
                self.held[who] -= amount;
                let balance = self.give_back(who, amount, real);
                Released::Returned { amount: kop(amount), balance: kop(balance) }
            }
            HoldState::Committed | HoldState::Refunded => Released::AlreadyCommitted,
            HoldState::Released => Released::AlreadyReleased,
        }
    }

    fn refund(&mut self, generation: u8) -> Refunded {
        let Some((who, amount, real, state)) = self.holds.get_mut(&generation) else {
            return Refunded::NothingTaken;
        };
        match state {
            HoldState::Committed => {
                *state = HoldState::Refunded;
                let (who, amount, real) = (*who, *amount, *real);
                let balance = self.give_back(who, amount, real);
                Refunded::Returned { amount: kop(amount), balance: kop(balance) }
            }
            HoldState::Refunded => Refunded::AlreadyRefunded,
            HoldState::Open | HoldState::Released => Refunded::NothingTaken,
        }
    }

    fn top_up(&mut self, who: usize, amount: i64, key: u8) -> ToppedUp {
        if let Some(earlier) = self.payments.get(&key) {
            return if *earlier == (who, amount) {
                ToppedUp::Exists
            } else {
                ToppedUp::ExistsWithDifferent
            };
        }
        self.payments.insert(key, (who, amount));
        self.real[who] += amount;
        let balance = self.bonus[who] + self.real[who];
        ToppedUp::Credited { balance: kop(balance), debt_covered: Rub::ZERO }
    }
}

/// Plays one sequence with new people; generations and payments get ids of their own by `round`.
async fn play(pool: &PgPool, round: u128, steps: &[Step]) {
    let people = [person(pool, 300).await, person(pool, 0).await];
    let mut model = Model { bonus: [300, 0], ..Model::default() };
    let id = |generation: u8| round * 1000 + u128::from(generation);
    for step in steps {
        match *step {
            Step::TopUp { who, amount, key } => {
                let name = format!("pay:stars:{round}:{key}");
                let answer = top_up(pool, people[who], amount, &name).await;
                assert_eq!(answer, model.top_up(who, amount, key));
            }
            Step::Hold { who, generation, amount } => {
                let answer = hold(pool, people[who], id(generation), amount).await;
                assert_eq!(answer, model.hold(who, generation, amount));
            }
            Step::Commit { generation } => {
                assert_eq!(commit(pool, id(generation)).await, model.commit(generation));
            }
            Step::CommitPart { generation, amount } => {
                let answer = commit_part(pool, id(generation), amount).await;
                assert_eq!(answer, model.commit_part(generation, amount));
            }
            Step::Release { generation } => {
                assert_eq!(release(pool, id(generation)).await, model.release(generation));
            }
            Step::Refund { generation } => {
                assert_eq!(refund(pool, id(generation)).await, model.refund(generation));
            }
        }
        for (who, user_id) in people.into_iter().enumerate() {
            let wallet = wallet(pool, user_id).await;
            let found = [wallet.bonus, wallet.real, wallet.held].map(Rub::kopecks);
            assert_eq!(found, [model.bonus[who], model.real[who], model.held[who]], "{step:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_sequences_agree_with_a_naive_model_and_the_books_balance() {
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

#[tokio::test]
async fn eight_actors_racing_on_one_wallet_never_lose_or_double_a_kopeck() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 700).await;
    top_up(&pool, anna, 500, "pay:stars:1").await;
    let mut actors = tokio::task::JoinSet::new();
    for actor in 0..8_u128 {
        let pool = pool.clone();
        actors.spawn(async move {
            let mut taken = 0;
            for step in 0..12_u128 {
                // Neighbours share generations, so that they race for the same holds too.
                let generation = (actor / 2) * 100 + step;
                hold(&pool, anna, generation, 35).await;
                if (actor + step).is_multiple_of(3) {
                    release(&pool, generation).await;
                } else if let Committed::Taken { amount, .. } = commit(&pool, generation).await {
                    taken += amount.kopecks();
                }
            }
            taken
        });
    }
    let taken: i64 = actors.join_all().await.into_iter().sum();
    let wallet = wallet(&pool, anna).await;
    assert_eq!(wallet.balance.kopecks() + wallet.held.kopecks() + taken, 1_200);
    assert_books_balance(&pool).await;
}
