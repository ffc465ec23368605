//! Several holds at once: all of them or none.

#![allow(clippy::unwrap_used)]

use billing::{HeldAll, World, audit, hold_all, open_wallets};
use money::Rub;
use sqlx::PgPool;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-03-02 09:00 UTC);

async fn anna(pool: &PgPool) -> i64 {
    let user: i64 = test_db::person(pool, Some(7), NOW).await;
    let mut connection = pool.acquire().await.unwrap();
    open_wallets(&mut connection, NOW, user, Rub::from_roubles(200)).await.unwrap();
    user
}

fn three() -> [Uuid; 3] {
    [1, 2, 3].map(Uuid::from_u128)
}

async fn holds(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from holds").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn all_are_made_when_the_money_is_enough_for_all() {
    let pool = test_db::fresh_pool().await;
    let user = anna(&pool).await;
    let mut transaction = database::begin(&pool).await.unwrap();
    let each = Rub::from_kopecks(6_666);
    let held = hold_all(&mut transaction, NOW, user, World::Real, &three(), each).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(held, HeldAll::Created { balance: Rub::from_kopecks(2) });
    assert_eq!(holds(&pool).await, 3);
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(audit(&mut connection).await.unwrap(), []);
}

#[tokio::test]
async fn none_is_made_when_the_money_is_enough_for_some() {
    let pool = test_db::fresh_pool().await;
    let user = anna(&pool).await;
    let mut transaction = database::begin(&pool).await.unwrap();
    let each = Rub::from_kopecks(6_667);
    let held = hold_all(&mut transaction, NOW, user, World::Real, &three(), each).await.unwrap();
    transaction.commit().await.unwrap();
    let short = HeldAll::InsufficientFunds {
        missing: Rub::from_kopecks(1),
        balance: Rub::from_roubles(200),
    };
    assert_eq!(held, short);
    assert_eq!(holds(&pool).await, 0);
}

#[tokio::test]
async fn two_batches_at_once_never_take_more_than_there_is() {
    let pool = test_db::fresh_pool().await;
    let user = anna(&pool).await;
    let batch = async |from: u128| {
        let mut transaction = database::begin(&pool).await.unwrap();
        let ids = [from, from + 1, from + 2].map(Uuid::from_u128);
        let each = Rub::from_roubles(50);
        let held = hold_all(&mut transaction, NOW, user, World::Real, &ids, each).await.unwrap();
        transaction.commit().await.unwrap();
        matches!(held, HeldAll::Created { .. })
    };
    let (first, second) = tokio::join!(batch(10), batch(20));
    assert!(first ^ second, "{first} {second}");
    assert_eq!(holds(&pool).await, 3);
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(audit(&mut connection).await.unwrap(), []);
}
