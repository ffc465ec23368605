//! Migrations over rows of older versions, by several processes at once, and on the way back.

#![allow(clippy::unwrap_used)]

use database::MIGRATIONS;
use sqlx::migrate::Migrator;
use sqlx::{Executor as _, PgPool};

/// The schema as it was after a migration.
async fn schema_of(version: i64) -> PgPool {
    let pool = database::connect(&test_db::empty_url().await, 4).await.unwrap();
    let older = MIGRATIONS.iter().filter(|one| one.version <= version).cloned().collect();
    Migrator::with_migrations(older).run(&pool).await.unwrap();
    pool
}

async fn list(pool: &PgPool, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(pool).await.unwrap()
}

/// A shop before payments were looked after: cards that were credited, that wait for a decision and
/// that went back; what they had earned; and nothing that tells which payment it was.
const SHOP: &str = "
    insert into users (id, language, created_at, seen_at) overriding system value
    select number, 'ru', '2026-01-01Z', '2026-01-01Z' from generate_series(1, 4) as number;
    insert into payments (id, order_key, user_id, chat_id, world, provider, amount_kop, currency,
                          provider_amount, state, idem_key, external_id, received_amount, reason,
                          expires_at, created_at, paid_at, refunded_at, updated_at)
    select gen_random_uuid(), name, person, 100 + person, 'real', provider, 50000, 'RUB', 50000,
           state, name, name, received, reason, '2026-01-03Z', '2026-01-02Z', paid, refunded,
           '2026-01-05Z'
    from (values
        ('paid', 1, 'telegram', 'paid', null::bigint, null, '2026-01-02 10:00Z'::timestamptz,
         null::timestamptz),
        ('differs', 2, 'telegram', 'review', 40000, 'another sum', null, null),
        ('back', 3, 'yookassa', 'refunded', null, null, '2026-01-02 11:00Z', '2026-01-04Z')
    ) as payment (name, person, provider, state, received, reason, paid, refunded);
    insert into ledger (at, world, kind, debit, credit, amount_kop, money, user_id,
                        balance_after_kop, held_after_kop, actor, operation, part)
    select paid_at, 'real', 'topup', 'topups:' || provider, 'wallet:' || user_id, amount_kop, 'real',
           user_id, amount_kop, 0, provider, 'pay:' || provider || ':' || external_id, 0
    from payments where paid_at is not null;
    insert into promo_codes (code, percent, uses_per_person, segment, used, created_by, created_at)
    values ('TEN', 10, 1, 'all', 2, 'operator', '2026-01-01Z');
    insert into promo_uses (code, user_id, number, state, given_kop, at, given_at)
    select 'TEN', user_id, 1, 'given', 5000, paid_at, paid_at from payments where paid_at is not null;
    insert into referrals (user_id, inviter_id, at, paid_at, friend_kop, inviter_kop)
    select user_id, 4, created_at, paid_at, 5000, 5000 from payments where paid_at is not null;";

#[tokio::test]
async fn payments_of_an_older_version_are_told_what_they_had_earned() {
    let pool = schema_of(15).await;
    pool.execute(SHOP).await.unwrap();
    database::migrate(&pool).await.unwrap();
    let charges = "select external_id || ' ' || amount || ' ' || payer from charges order by 1";
    assert_eq!(list(&pool, charges).await, ["differs 40000 102", "paid 50000 101"]);
    let earned = "select payment || ' ' || coalesce(taken_back_at::date::text, '-')
                  from promo_uses order by 1";
    let expected = ["pay:telegram:paid -", "pay:yookassa:back 2026-01-04"];
    assert_eq!(list(&pool, earned).await, expected);
    let earned = "select payment || ' ' || coalesce(taken_back_at::date::text, '-')
                  from referrals order by 1";
    assert_eq!(list(&pool, earned).await, expected);
}

#[tokio::test]
async fn processes_that_start_at_once_migrate_once() {
    let url = test_db::empty_url().await;
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let pool = database::connect(&url, 1).await.unwrap();
        starting.spawn(async move { database::migrate(&pool).await });
    }
    for migrated in starting.join_all().await {
        migrated.unwrap();
    }
    let pool = database::connect(&url, 1).await.unwrap();
    let condition = database::condition(&pool).await.unwrap();
    assert_eq!((condition.done, condition.pending), (MIGRATIONS.iter().count(), 0));
}

#[tokio::test]
async fn an_older_version_starts_over_the_schema_of_a_newer_one() {
    let pool = test_db::fresh_pool().await;
    pool.execute(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'of a newer version', true, '', 0)",
    )
    .await
    .unwrap();
    database::migrate(&pool).await.unwrap();
    let condition = database::condition(&pool).await.unwrap();
    assert!(condition.newer && condition.pending == 0);
}
