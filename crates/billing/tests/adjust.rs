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
    let user = test_db::person(pool, None, NOW).await;
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
    // The key of another sum, or of the same sum the other way, is a fault and no repetition.
    let other = Adjusted::ExistsWithDifferent;
    assert_eq!(adjust(connection, anna, rub(51), "a").await, other);
    let minus = Rub::ZERO.minus(rub(50)).unwrap();
    assert_eq!(adjust(connection, anna, minus, "a").await, other);
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

#[tokio::test]
async fn bonus_money_that_is_taken_back_leaves_a_debt_of_what_was_spent_of_it() {
    let pool = test_db::fresh_pool().await;
    let anna = anna(&pool).await;
    let mut transaction = database::begin(&pool).await.unwrap();
    let connection = &mut *transaction;
    let world = World::Real;
    let (first, second) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let bonus = billing::Bonus {
        user_id: anna,
        world,
        amount: rub(100),
        reason: billing::BonusReason::Referral,
        key: "referral:inviter:7".to_owned(),
        expires_at: Some(NOW + time::Duration::days(9)),
    };
    billing::give(connection, NOW, &bonus).await.unwrap();
    // It ends first and so is spent first: 60 of the 100 for good, 30 on hold.
    for (generation, amount) in [(first, 60), (second, 30)] {
        let request =
            billing::HoldRequest { user_id: anna, world, generation, amount: rub(amount) };
        billing::hold(connection, NOW, &request).await.unwrap();
    }
    billing::commit(connection, NOW, first).await.unwrap();
    let back = billing::take_back(connection, NOW, anna, world, &bonus.key).await.unwrap();
    assert_eq!(back, billing::TakenBack { taken: rub(10), owed: rub(90) });
    let again = billing::take_back(connection, NOW, anna, world, &bonus.key).await.unwrap();
    assert_eq!(again, billing::TakenBack::default());
    let wallet = billing::wallet(connection, anna, world).await.unwrap();
    assert_eq!((wallet.bonus, wallet.debt), (rub(200), rub(90)));
    // What comes back from the hold is the person's; the debt stays until the next top-up.
    billing::release(connection, NOW, second, "test").await.unwrap();
    // The debt pays for it, so it does not end with the gift.
    let later = NOW + time::Duration::days(30);
    assert_eq!(billing::expire(connection, later, anna, world).await.unwrap(), None);
    billing::top_up(connection, NOW, anna, world, rub(100), "test", "pay:test:1").await.unwrap();
    let wallet = billing::wallet(connection, anna, world).await.unwrap();
    assert_eq!((wallet.real, wallet.bonus, wallet.debt), (rub(10), rub(230), Rub::ZERO));
    assert_eq!(billing::audit(connection).await.unwrap(), []);
}
