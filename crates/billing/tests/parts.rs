//! A part of a hold is taken and the rest goes back: with several lots of bonus money.

#![allow(clippy::unwrap_used)]

use billing::{Committed, Held, HoldRequest, Refunded, World};
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

/// Bonus money with an end so many hours from now, or without one.
type Lot = (i64, Option<i64>);

/// A person with this real money and these lots.
async fn person(pool: &PgPool, real: i64, lots: &[Lot]) -> (i64, Vec<i64>) {
    let mut transaction = database::begin(pool).await.unwrap();
    let user: i64 = sqlx::query_scalar(
        "insert into users (language, created_at, seen_at) values ('ru', $1, $1) returning id",
    )
    .bind(NOW)
    .fetch_one(&mut *transaction)
    .await
    .unwrap();
    billing::open_wallets(&mut transaction, NOW, user, Rub::ZERO).await.unwrap();
    let mut ids = Vec::new();
    for (place, (amount, hours)) in lots.iter().enumerate() {
        let ends = hours.map(|hours| NOW + Duration::hours(hours));
        let id: i64 = sqlx::query_scalar(
            "with lot as (
                 insert into bonus_lots (user_id, world, origin, granted_kop, remaining_kop,
                                         expires_at, created_at)
                 values ($1, 'real', $2, $3, $3, $4, $5) returning id
             ), wallet as (
                 update wallets set bonus_kop = bonus_kop + $3
                 where user_id = $1 and world = 'real' returning balance_kop + $3 as balance
             )
             insert into ledger (at, world, kind, debit, credit, amount_kop, money, lot_id, user_id,
                                 balance_after_kop, held_after_kop, actor, operation, part)
             select $5, 'real', 'bonus', 'promo_expense', 'wallet:' || $1, $3, 'bonus', lot.id, $1,
                    (select balance_kop from wallets where user_id = $1 and world = 'real') + $3, 0,
                    'program', $2, 0
             from lot returning lot_id",
        )
        .bind(user)
        .bind(format!("promo:{user}:{place}"))
        .bind(amount)
        .bind(ends)
        .bind(NOW)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
        ids.push(id);
    }
    let key = format!("pay:test:{user}");
    if real > 0 {
        billing::top_up(&mut transaction, NOW, user, World::Real, kop(real), "test", &key)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    (user, ids)
}

async fn remaining(pool: &PgPool, lot: i64) -> (i64, Option<OffsetDateTime>) {
    sqlx::query_as("select remaining_kop, expires_at from bonus_lots where id = $1")
        .bind(lot)
        .fetch_one(pool)
        .await
        .unwrap()
}

async fn hold(pool: &PgPool, user_id: i64, generation: Uuid, amount: i64) -> Held {
    let mut transaction = database::begin(pool).await.unwrap();
    let request = HoldRequest { user_id, world: World::Real, generation, amount: kop(amount) };
    let answer = billing::hold(&mut transaction, NOW, &request).await.unwrap();
    transaction.commit().await.unwrap();
    answer
}

async fn take(pool: &PgPool, at: OffsetDateTime, generation: Uuid, amount: i64) -> Committed {
    let mut transaction = database::begin(pool).await.unwrap();
    let taken = billing::commit_part(&mut transaction, at, generation, kop(amount)).await.unwrap();
    transaction.commit().await.unwrap();
    taken
}

async fn assert_books_balance(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_taken_is_spent_by_the_nearest_end_and_the_rest_lives_for_a_day_more() {
    let pool = test_db::fresh_pool().await;
    let lots = [(100, None), (100, Some(2)), (100, Some(1))];
    let (anna, ids) = person(&pool, 500, &lots).await;
    let order = Uuid::from_u128(1);
    hold(&pool, anna, order, 400).await;
    let later = NOW + Duration::hours(3);
    let taken = take(&pool, later, order, 150).await;
    assert_eq!(taken, Committed::Taken { amount: kop(150), balance: kop(650) });
    // Of the lots the one with the nearest end is used up, and half of the next; the third and the
    // real money were not needed.
    assert_eq!(remaining(&pool, ids[2]).await, (0, Some(NOW + Duration::hours(1))));
    assert_eq!(remaining(&pool, ids[1]).await, (50, Some(later + Duration::hours(24))));
    assert_eq!(remaining(&pool, ids[0]).await, (100, None));
    let mut connection = pool.acquire().await.unwrap();
    let wallet = billing::wallet(&mut connection, anna, World::Real).await.unwrap();
    assert_eq!((wallet.real, wallet.bonus, wallet.held), (kop(500), kop(150), kop(0)));
    let moves = billing::statement(&mut connection, anna, World::Real, None, 2).await.unwrap();
    let moves: Vec<_> =
        moves.iter().map(|m| (m.kind.as_str(), m.amount, m.balance_after)).collect();
    let expected = [("release", kop(250), Some(kop(650))), ("commit", kop(150), Some(kop(400)))];
    assert_eq!(moves, expected);
    drop(connection);
    assert_eq!(take(&pool, later, order, 10).await, Committed::AlreadyCommitted);
    assert_eq!(hold(&pool, anna, order, 400).await, Held::Exists);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn more_than_the_hold_is_never_taken() {
    let pool = test_db::fresh_pool().await;
    let (anna, _) = person(&pool, 500, &[(100, None)]).await;
    let order = Uuid::from_u128(1);
    hold(&pool, anna, order, 400).await;
    let taken = take(&pool, NOW, order, 1_000).await;
    assert_eq!(taken, Committed::Taken { amount: kop(400), balance: kop(200) });
    assert_eq!(take(&pool, NOW, Uuid::from_u128(2), 1).await, Committed::NoHold);
    assert_books_balance(&pool).await;
}

/// Takes a part and refunds it: each kind of money ends where it began.
async fn play(pool: &PgPool, round: u128, real: i64, lots: &[Lot], shares: (u8, u8)) {
    let (user, ids) = person(pool, real, lots).await;
    let all = real + lots.iter().map(|(amount, _)| amount).sum::<i64>();
    let amount = all * i64::from(shares.0) / 255;
    let part = amount * i64::from(shares.1) / 255;
    let order = Uuid::from_u128(round);
    assert_eq!(hold(pool, user, order, amount).await, Held::Created { balance: kop(all - amount) });
    let taken = take(pool, NOW, order, part).await;
    assert_eq!(taken, Committed::Taken { amount: kop(part), balance: kop(all - part) });
    assert_books_balance(pool).await;
    // A naive purse: the lots by their ends, then real money.
    let mut order_of_lots: Vec<usize> = (0..lots.len()).collect();
    order_of_lots.sort_by_key(|place| (lots[*place].1.unwrap_or(i64::MAX), *place));
    let mut rest = part;
    for place in order_of_lots {
        let spent = rest.min(lots[place].0);
        rest -= spent;
        assert_eq!(remaining(pool, ids[place]).await.0, lots[place].0 - spent, "lot {place}");
    }
    let mut transaction = database::begin(pool).await.unwrap();
    let wallet = billing::wallet(&mut transaction, user, World::Real).await.unwrap();
    assert_eq!((wallet.real, wallet.held), (kop(real - rest), kop(0)));
    let back = billing::refund(&mut transaction, NOW, order, "test").await.unwrap();
    assert_eq!(back, Refunded::Returned { amount: kop(part), balance: kop(all) });
    transaction.commit().await.unwrap();
    for (place, (amount, hours)) in lots.iter().enumerate() {
        let (left, ends) = remaining(pool, ids[place]).await;
        assert_eq!((left, ends.is_some()), (*amount, hours.is_some()), "lot {place}");
    }
    assert_books_balance(pool).await;
}

#[test]
fn any_part_of_any_hold_is_taken_in_order_and_every_kopeck_comes_back_where_it_was() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pool = runtime.block_on(test_db::fresh_pool());
    let lot = (1..300_i64, proptest::option::of(1..72_i64));
    let case = (0..500_i64, proptest::collection::vec(lot, 0..4), any::<(u8, u8)>());
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let round = std::cell::Cell::new(0_u128);
    runner
        .run(&case, |(real, lots, shares)| {
            round.set(round.get() + 1);
            runtime.block_on(play(&pool, round.get(), real, &lots, shares));
            Ok(())
        })
        .unwrap();
}
