//! Which money a hold takes: bonus lots first, the nearest end at the head, then real money.

#![allow(clippy::unwrap_used)]

use billing::{Held, HoldRequest, World};
use money::Rub;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

/// A person with 100 real kopecks and three lots: 50 without an end, 30 with the nearest end, and
/// 70 that are over.
async fn anna(connection: &mut sqlx::PgConnection) -> i64 {
    let user: i64 = sqlx::query_scalar(
        "insert into users (language, created_at, seen_at) values ('ru', $1, $1) returning id",
    )
    .bind(NOW)
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    sqlx::query(
        "insert into wallets (user_id, world, real_kop, bonus_kop, created_at)
         values ($1, 'real', 100, 150, $2)",
    )
    .bind(user)
    .bind(NOW)
    .execute(&mut *connection)
    .await
    .unwrap();
    for (origin, kop, end) in [
        ("forever", 50_i64, None),
        ("soon", 30, Some(NOW + Duration::days(1))),
        ("over", 70, Some(NOW)),
    ] {
        sqlx::query(
            "insert into bonus_lots (user_id, world, origin, granted_kop, remaining_kop, expires_at,
                                     created_at)
             values ($1, 'real', $2, $3, $3, $4, $5)",
        )
        .bind(user)
        .bind(origin)
        .bind(kop)
        .bind(end)
        .bind(NOW)
        .execute(&mut *connection)
        .await
        .unwrap();
    }
    user
}

/// The real money of a hold, its lots, and what each gave.
type Taken<'a> = (i64, &'a [&'a str], &'a [i64]);

#[tokio::test]
async fn the_nearest_end_is_spent_first_and_real_money_last() {
    let pool = test_db::fresh_pool().await;
    let cases: [(i64, Option<Taken<'_>>); 6] = [
        (0, Some((0, &[], &[]))),
        (20, Some((0, &["soon"], &[20]))),
        (60, Some((0, &["soon", "forever"], &[30, 30]))),
        (100, Some((20, &["soon", "forever"], &[30, 50]))),
        (180, Some((100, &["soon", "forever"], &[30, 50]))),
        (181, None),
    ];
    for (number, (amount, expected)) in (1_u128..).zip(cases) {
        let mut transaction = database::begin(&pool).await.unwrap();
        let user_id = anna(&mut transaction).await;
        let generation = Uuid::from_u128(number);
        let request = HoldRequest {
            user_id,
            world: World::Real,
            generation,
            amount: Rub::from_kopecks(amount),
        };
        let held = billing::hold(&mut transaction, NOW, &request).await.unwrap();
        let Some((real, origins, kops)) = expected else {
            let (missing, balance) = (Rub::from_kopecks(1), Rub::from_kopecks(180));
            assert_eq!(held, Held::InsufficientFunds { missing, balance }, "{amount}");
            continue;
        };
        assert_eq!(held, Held::Created { balance: Rub::from_kopecks(250 - amount) }, "{amount}");
        let taken: (i64, Vec<String>, Vec<i64>) = sqlx::query_as(
            "select real_kop,
                    array(select origin from unnest(lot_ids) with ordinality as taken (id, place)
                          join bonus_lots lot on lot.id = taken.id order by place),
                    lot_kops
             from holds where generation_id = $1",
        )
        .bind(generation)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
        let origins = origins.iter().map(ToString::to_string).collect();
        assert_eq!(taken, (real, origins, kops.to_vec()), "{amount}");
    }
}
