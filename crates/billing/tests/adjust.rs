//! What an operator gives and takes, and how the person reads it.

#![allow(clippy::unwrap_used)]

use billing::{Adjusted, Adjustment, Direction, World};
use money::Rub;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

fn rub(roubles: i64) -> Rub {
    Rub::from_roubles(roubles)
}

/// A person with 200 ₽ of bonus money.
async fn anna(pool: &PgPool) -> i64 {
    let user = sqlx::query_scalar(
        "insert into users (language, created_at, seen_at) values ('ru', $1, $1) returning id",
    )
    .bind(NOW)
    .fetch_one(pool)
    .await
    .unwrap();
    let mut connection = pool.acquire().await.unwrap();
    billing::open_wallets(&mut connection, NOW, user, rub(200)).await.unwrap();
    user
}

async fn adjust(connection: &mut PgConnection, user_id: i64, amount: Rub, key: &str) -> Adjusted {
    let wanted = Adjustment {
        user_id,
        world: World::Real,
        amount,
        actor: "operator:1",
        reason: "за сбой",
        key,
    };
    billing::adjust(connection, NOW, &wanted).await.unwrap()
}

#[tokio::test]
async fn given_and_taken_money_is_told_apart_and_each_key_counts_once() {
    let pool = test_db::fresh_pool().await;
    let anna = anna(&pool).await;
    let mut transaction = database::begin(&pool).await.unwrap();
    let connection = &mut *transaction;
    assert_eq!(adjust(connection, anna, rub(50), "a").await, Adjusted::Done { balance: rub(250) });
    assert_eq!(adjust(connection, anna, rub(50), "a").await, Adjusted::Exists);
    // Real money first, then bonus money.
    let taken = Rub::ZERO.minus(rub(120)).unwrap();
    assert_eq!(adjust(connection, anna, taken, "b").await, Adjusted::Done { balance: rub(130) });
    let wallet = billing::wallet(connection, anna, World::Real).await.unwrap();
    assert_eq!((wallet.real, wallet.bonus), (Rub::ZERO, rub(130)));
    let more = Rub::ZERO.minus(rub(131)).unwrap();
    let too_much = Adjusted::InsufficientFunds { balance: rub(130) };
    assert_eq!(adjust(connection, anna, more, "c").await, too_much);

    let statement = billing::statement(connection, anna, World::Real, None, 10).await.unwrap();
    let read: Vec<_> =
        statement.iter().map(|movement| (movement.direction, movement.amount)).collect();
    let expected =
        [(Direction::Out, rub(120)), (Direction::In, rub(50)), (Direction::In, rub(200))];
    assert_eq!(read, expected);
    assert_eq!(billing::audit(connection).await.unwrap(), []);
}
