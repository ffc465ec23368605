//! Giving money away against a real database: welcome, codes, invitations and gifts one by one,
//! races, then random sequences.

#![allow(clippy::unwrap_used, clippy::panic)]

mod random;

use billing::{HoldRequest, World};
use clock::Ids;
use money::Rub;
use promo::{
    Claimed, Extras, Gift, Invited, MadeGift, NewCode, NewCodeFault, Newcomer, Redeemed, Reward,
    Rules, Segment, TookBack, TopUp, Value, Welcomed,
};
use sqlx::PgPool;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use tokio::task::JoinSet;
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const OPERATOR: i64 = 900;

fn rub(roubles: i64) -> Rub {
    Rub::from_roubles(roubles)
}

fn rules() -> Rules {
    Rules { person_key: "key".into(), operators: vec![OPERATOR], ..Rules::default() }
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
use done;

/// The number of a person with this number of Telegram, without wallets.
async fn stranger(pool: &PgPool, telegram_id: i64) -> Newcomer {
    let user_id = test_db::person(pool, Some(telegram_id), NOW).await;
    Newcomer { user_id, telegram_id }
}

/// A person with 200 ₽ of bonus money.
async fn person(pool: &PgPool, telegram_id: i64) -> i64 {
    let who = stranger(pool, telegram_id).await;
    let welcomed = done!(pool, promo::greet, NOW, &rules(), rub(200), who);
    assert_eq!(welcomed, Welcomed::Given(rub(200)));
    who.user_id
}

/// A payment, credited as the program does it.
async fn pays(pool: &PgPool, user_id: i64, amount: Rub, key: &str) -> Extras {
    let mut transaction = database::begin(pool).await.unwrap();
    billing::top_up(&mut transaction, NOW, user_id, World::Real, amount, "test", key)
        .await
        .unwrap();
    let topup = TopUp { user_id, amount, operation: key };
    let extras = promo::after_topup(&mut transaction, NOW, &rules(), &topup).await.unwrap();
    transaction.commit().await.unwrap();
    extras
}

async fn money(pool: &PgPool, user_id: i64) -> (Rub, Rub) {
    let mut connection = pool.acquire().await.unwrap();
    let wallet = billing::wallet(&mut connection, user_id, World::Real).await.unwrap();
    (wallet.real, wallet.bonus)
}

async fn assert_books_balance(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
    assert_eq!(promo::audit(&mut connection).await.unwrap(), []);
}

/// What waits to be told to this chat.
async fn told(pool: &PgPool, chat: i64) -> Vec<String> {
    sqlx::query_scalar("select fact::text from notices where chat_id = $1 order by id")
        .bind(chat)
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn code(pool: &PgPool, new: NewCode) -> String {
    done!(pool, promo::create, NOW, &new, "owner").unwrap()
}

async fn redeem(pool: &PgPool, user_id: i64, text: &str) -> Redeemed {
    done!(pool, promo::redeem, NOW, &rules(), user_id, text)
}

fn given(amount: i64, balance: i64) -> Redeemed {
    Redeemed::Given { amount: rub(amount), balance: rub(balance), expires_at: None }
}

#[tokio::test]
async fn the_welcome_bonus_is_given_once_for_ever_also_to_who_has_erased_themself() {
    let pool = test_db::fresh_pool().await;
    let anna = stranger(&pool, 1).await;
    let mut racers = JoinSet::new();
    for _ in 0..10 {
        let pool = pool.clone();
        racers.spawn(async move { done!(&pool, promo::greet, NOW, &rules(), rub(200), anna) });
    }
    let answers = racers.join_all().await;
    let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
    assert_eq!(count(Welcomed::Given(rub(200))), 1);
    assert_eq!(count(Welcomed::Known), 9);
    sqlx::query("update users set telegram_id = null").execute(&pool).await.unwrap();
    let again = stranger(&pool, 1).await;
    let welcomed = done!(&pool, promo::greet, NOW, &rules(), rub(200), again);
    assert_eq!(welcomed, Welcomed::Before);
    assert_eq!(money(&pool, again.user_id).await, (Rub::ZERO, Rub::ZERO));
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn beyond_the_ceiling_of_the_day_nobody_is_given_a_welcome_and_the_operator_hears_once() {
    let pool = test_db::fresh_pool().await;
    let rules = Rules { welcome_daily_max: rub(700), ..rules() };
    let mut racers = JoinSet::new();
    for telegram_id in 1..=10 {
        let (pool, rules) = (pool.clone(), rules.clone());
        racers.spawn(async move {
            let who = stranger(&pool, telegram_id).await;
            done!(&pool, promo::greet, NOW, &rules, rub(200), who)
        });
    }
    let answers = racers.join_all().await;
    let given = answers.iter().filter(|answer| **answer == Welcomed::Given(rub(200))).count();
    let without = answers.iter().filter(|answer| **answer == Welcomed::CeilingReached).count();
    assert_eq!((given, without), (3, 7));
    assert_eq!(told(&pool, OPERATOR).await.len(), 1);
    let tomorrow = stranger(&pool, 11).await;
    let next = NOW + Duration::days(1);
    let welcomed = done!(&pool, promo::greet, next, &rules, rub(200), tomorrow);
    assert_eq!(welcomed, Welcomed::Given(rub(200)), "a new day");
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_code_of_a_fixed_sum_is_given_once_to_each_person() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    code(&pool, NewCode::simple("spring", Value::Fixed(rub(50)))).await;
    assert_eq!(redeem(&pool, anna, " Spring ").await, given(50, 250));
    assert_eq!(redeem(&pool, anna, "SPRING").await, Redeemed::AlreadyUsed);
    assert_eq!(redeem(&pool, anna, "summer").await, Redeemed::Unknown);
    assert_eq!(redeem(&pool, anna, "весна").await, Redeemed::Unknown);
    let boris = person(&pool, 2).await;
    assert_eq!(redeem(&pool, boris, "spring").await, given(50, 250));
    assert!(done!(&pool, promo::disable, NOW, "spring"));
    assert!(!done!(&pool, promo::disable, NOW, "spring"));
    let clara = person(&pool, 3).await;
    assert_eq!(redeem(&pool, clara, "spring").await, Redeemed::Expired);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn the_last_use_is_taken_by_one_of_ten() {
    let pool = test_db::fresh_pool().await;
    let last = NewCode { uses_max: Some(1), ..NewCode::simple("one", Value::Fixed(rub(50))) };
    code(&pool, last).await;
    let percent = Value::Percent { percent: 10, max: None };
    let three = NewCode { uses_max: Some(3), ..NewCode::simple("three", percent) };
    code(&pool, three).await;
    let mut racers = JoinSet::new();
    for telegram_id in 1..=10 {
        let pool = pool.clone();
        racers.spawn(async move {
            let who = person(&pool, telegram_id).await;
            (redeem(&pool, who, "one").await, redeem(&pool, who, "three").await)
        });
    }
    let answers = racers.join_all().await;
    let one = answers.iter().filter(|(one, _)| *one == given(50, 250)).count();
    assert_eq!(one, 1);
    assert_eq!(answers.iter().filter(|(one, _)| *one == Redeemed::UsedUp).count(), 9);
    let waiting = Redeemed::Waiting { percent: 10, max: None };
    assert_eq!(answers.iter().filter(|(_, three)| *three == waiting).count(), 3);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn one_person_trying_at_once_from_ten_places_uses_a_code_once() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    code(&pool, NewCode::simple("spring", Value::Fixed(rub(50)))).await;
    let mut racers = JoinSet::new();
    for _ in 0..10 {
        let pool = pool.clone();
        racers.spawn(async move { redeem(&pool, anna, "spring").await });
    }
    let answers = racers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == given(50, 250)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Redeemed::AlreadyUsed).count(), 9);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_percentage_waits_for_the_next_top_up_and_keeps_its_limit_and_its_end() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    let value = Value::Percent { percent: 20, max: Some(rub(100)) };
    code(&pool, NewCode { bonus_days: Some(7), ..NewCode::simple("plus20", value) }).await;
    let half = Value::Percent { percent: 50, max: None };
    code(&pool, NewCode::simple("half", half)).await;
    let waiting = Redeemed::Waiting { percent: 20, max: Some(rub(100)) };
    assert_eq!(redeem(&pool, anna, "plus20").await, waiting);
    assert_eq!(redeem(&pool, anna, "half").await, Redeemed::AnotherWaits);
    assert_eq!(pays(&pool, anna, rub(1_000), "pay:1").await.promo, rub(100));
    assert_eq!(money(&pool, anna).await, (rub(1_000), rub(300)));
    assert_eq!(pays(&pool, anna, rub(1_000), "pay:2").await, Extras::default());
    assert_eq!(told(&pool, 1).await.len(), 1, "told once");
    let mut connection = pool.acquire().await.unwrap();
    let lots = billing::lots(&mut connection, NOW, anna, World::Real).await.unwrap();
    let ends: Vec<_> = lots.iter().map(|lot| lot.expires_at).collect();
    assert_eq!(ends, [Some(NOW + Duration::days(7)), None]);
    assert_eq!(redeem(&pool, anna, "half").await, Redeemed::Waiting { percent: 50, max: None });
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn codes_are_for_their_people_and_their_time() {
    let pool = test_db::fresh_pool().await;
    let (anna, boris) = (person(&pool, 1).await, person(&pool, 2).await);
    pays(&pool, boris, rub(100), "pay:1").await;
    let for_whom =
        |segment, code: &str| NewCode { segment, ..NewCode::simple(code, Value::Fixed(rub(10))) };
    code(&pool, for_whom(Segment::New, "hello")).await;
    code(&pool, for_whom(Segment::Paying, "thanks")).await;
    assert_eq!(redeem(&pool, anna, "hello").await, given(10, 210));
    let new = Redeemed::NotForYou { segment: Segment::New };
    assert_eq!(redeem(&pool, boris, "hello").await, new);
    let paying = Redeemed::NotForYou { segment: Segment::Paying };
    assert_eq!(redeem(&pool, anna, "thanks").await, paying);
    assert_eq!(redeem(&pool, boris, "thanks").await, given(10, 310));
    let later = NOW + Duration::days(1);
    let soon = NewCode { valid_from: Some(later), ..for_whom(Segment::All, "soon") };
    code(&pool, soon).await;
    assert_eq!(redeem(&pool, anna, "soon").await, Redeemed::NotYet { from: later });
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn codes_that_make_no_sense_are_refused_and_statistics_tell_what_the_others_did() {
    let pool = test_db::fresh_pool().await;
    let fixed = |code: &str| NewCode::simple(code, Value::Fixed(rub(10)));
    code(&pool, fixed("spring")).await;
    let cases = [
        (fixed("SPRING"), NewCodeFault::Exists),
        (fixed("a"), NewCodeFault::Word),
        (NewCode::simple("zero", Value::Fixed(Rub::ZERO)), NewCodeFault::Value),
        (NewCode::simple("much", Value::Percent { percent: 501, max: None }), NewCodeFault::Value),
        (NewCode { uses_max: Some(0), ..fixed("none") }, NewCodeFault::Numbers),
        (
            NewCode { valid_from: Some(NOW), valid_until: Some(NOW), ..fixed("back") },
            NewCodeFault::Dates,
        ),
    ];
    for (new, fault) in cases {
        assert_eq!(done!(&pool, promo::create, NOW, &new, "owner"), Err(fault), "{new:?}");
    }
    let (anna, boris) = (person(&pool, 1).await, person(&pool, 2).await);
    redeem(&pool, anna, "spring").await;
    redeem(&pool, boris, "spring").await;
    pays(&pool, boris, rub(300), "pay:1").await;
    let statistics = done!(&pool, promo::statistics, "spring").unwrap();
    assert_eq!((statistics.uses, statistics.people, statistics.paid_after), (2, 2, 1));
    assert_eq!((statistics.given, statistics.paid), (rub(20), rub(300)));
    assert_eq!(done!(&pool, promo::statistics, "nothing"), None);
    let listed = done!(&pool, promo::list, 0, 10);
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].terms.code.as_str(), listed[0].used), ("SPRING", 2));
}

#[tokio::test]
async fn beyond_the_ceiling_of_promo_expense_a_code_is_neither_given_nor_used_up() {
    let pool = test_db::fresh_pool().await;
    let (anna, boris) = (person(&pool, 1).await, person(&pool, 2).await);
    let rules = Rules { promo_daily_max: rub(50), ..rules() };
    code(&pool, NewCode::simple("spring", Value::Fixed(rub(50)))).await;
    assert_eq!(done!(&pool, promo::redeem, NOW, &rules, anna, "spring"), given(50, 250));
    let refused = done!(&pool, promo::redeem, NOW, &rules, boris, "spring");
    assert_eq!(refused, Redeemed::CeilingReached);
    assert_eq!(done!(&pool, promo::redeem, NOW, &rules, boris, "spring"), refused);
    assert_eq!(told(&pool, OPERATOR).await.len(), 1, "once a day");
    let tomorrow = NOW + Duration::days(1);
    assert_eq!(done!(&pool, promo::redeem, tomorrow, &rules, boris, "spring"), given(50, 250));
    assert_books_balance(&pool).await;
}

async fn invites(pool: &PgPool, user_id: i64) -> String {
    done!(pool, promo::invitation, &Ids::seeded(user_id.unsigned_abs()), user_id).code
}

#[tokio::test]
async fn both_are_rewarded_after_the_friends_first_payment_and_only_then() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    let link = invites(&pool, anna).await;
    assert_eq!(link, invites(&pool, anna).await, "one link for ever");
    let boris = person(&pool, 2).await;
    let new = Welcomed::Given(rub(200));
    assert_eq!(done!(&pool, promo::bind, NOW, boris, new, &link), Invited::Accepted);
    assert_eq!(money(&pool, anna).await.1, rub(200), "nothing for coming");
    let extras = pays(&pool, boris, rub(500), "pay:1").await;
    assert_eq!((extras.friend, extras.inviter), (rub(50), rub(50)));
    assert_eq!(pays(&pool, boris, rub(500), "pay:2").await, Extras::default());
    assert_eq!(money(&pool, anna).await, (Rub::ZERO, rub(250)));
    assert_eq!(money(&pool, boris).await, (rub(1_000), rub(250)));
    assert_eq!((told(&pool, 1).await.len(), told(&pool, 2).await.len()), (1, 1));
    let came = done!(&pool, promo::invitation, &Ids::seeded(1), anna);
    assert_eq!((came.came, came.paid, came.earned), (1, 1, rub(50)));
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn nobody_invites_themself_old_friends_in_a_ring_or_by_guessing() {
    let pool = test_db::fresh_pool().await;
    let (anna, boris) = (person(&pool, 1).await, person(&pool, 2).await);
    let (of_anna, of_boris) = (invites(&pool, anna).await, invites(&pool, boris).await);
    let bind = async |user: i64, welcomed, link: &str| {
        done!(&pool, promo::bind, NOW, user, welcomed, link)
    };
    let new = Welcomed::NoBonus;
    assert_eq!(bind(anna, Welcomed::Known, &of_anna).await, Invited::Own);
    assert_eq!(bind(boris, new, &of_anna).await, Invited::Accepted);
    assert_eq!(bind(anna, Welcomed::Known, &of_boris).await, Invited::NotNew, "a ring");
    assert_eq!(bind(boris, Welcomed::Before, &of_anna).await, Invited::NotNew);
    assert_eq!(bind(boris, new, &of_anna).await, Invited::NotNew, "invited before");
    assert_eq!(bind(boris, new, "1").await, Invited::Unknown);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_tiny_payment_brings_no_more_than_itself() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    let link = invites(&pool, anna).await;
    let boris = person(&pool, 2).await;
    done!(&pool, promo::bind, NOW, boris, Welcomed::NoBonus, &link);
    let extras = pays(&pool, boris, rub(1), "pay:1").await;
    assert_eq!((extras.friend, extras.inviter), (rub(1), Rub::from_kopecks(10)));
    assert_eq!(Reward::Fixed(rub(50)).of(rub(1)), rub(1));
    assert_books_balance(&pool).await;
}

async fn gives(pool: &PgPool, user_id: i64, amount: i64, seed: u64) -> Gift {
    let ids = Ids::seeded(seed);
    match done!(pool, promo::give, NOW, &ids, user_id, rub(amount)) {
        MadeGift::Created(gift) => gift,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_gift_is_money_of_ones_own_and_goes_to_the_first_of_ten() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    let ids = Ids::seeded(7);
    let short = done!(&pool, promo::give, NOW, &ids, anna, rub(100));
    assert_eq!(short, MadeGift::Short { missing: rub(100) }, "bonus money cannot be given");
    assert_eq!(done!(&pool, promo::give, NOW, &ids, anna, rub(49)), MadeGift::Bounds);
    pays(&pool, anna, rub(300), "pay:1").await;
    let gift = gives(&pool, anna, 100, 8).await;
    assert_eq!(money(&pool, anna).await, (rub(200), rub(200)));
    let own = done!(&pool, promo::claim, NOW, anna, &gift.token);
    assert_eq!(own, Claimed::Own(gift.clone()));
    let mut racers = JoinSet::new();
    for telegram_id in 2..=11 {
        let (pool, token) = (pool.clone(), gift.token.clone());
        racers.spawn(async move {
            let who = person(&pool, telegram_id).await;
            let claimed = done!(&pool, promo::claim, NOW, who, &token);
            let again = done!(&pool, promo::claim, NOW, who, &token);
            (who, claimed, again)
        });
    }
    let answers = racers.join_all().await;
    let yours = Claimed::Yours { amount: rub(100), balance: rub(300) };
    let (winners, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(_, claimed, _)| *claimed == yours);
    assert_eq!((winners.len(), others.len()), (1, 9));
    assert_eq!(winners[0].2, Claimed::AlreadyYours);
    assert!(others.iter().all(|(_, claimed, _)| *claimed == Claimed::Taken), "{others:?}");
    assert_eq!(money(&pool, winners[0].0).await, (rub(100), rub(200)));
    assert_eq!(done!(&pool, promo::take_back, NOW, anna, gift.id), TookBack::TooLate);
    assert_eq!(told(&pool, 1).await.len(), 1, "the giver hears of it");
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn a_gift_that_nobody_opens_returns_to_the_giver() {
    let pool = test_db::fresh_pool().await;
    let (anna, boris) = (person(&pool, 1).await, person(&pool, 2).await);
    pays(&pool, anna, rub(300), "pay:1").await;
    let (first, second) = (gives(&pool, anna, 100, 8).await, gives(&pool, anna, 50, 9).await);
    let foreign = done!(&pool, promo::take_back, NOW, boris, first.id);
    assert_eq!(foreign, TookBack::TooLate, "only the giver can");
    let back = TookBack::Done { amount: rub(100), balance: rub(450) };
    assert_eq!(done!(&pool, promo::take_back, NOW, anna, first.id), back);
    assert_eq!(done!(&pool, promo::claim, NOW, boris, &first.token), Claimed::Over);
    assert!(!done!(&pool, promo::return_next, NOW));
    let later = NOW + Duration::days(30);
    assert_eq!(done!(&pool, promo::claim, later, boris, &second.token), Claimed::Over);
    assert!(done!(&pool, promo::return_next, later));
    assert!(!done!(&pool, promo::return_next, later));
    assert_eq!(money(&pool, anna).await, (rub(300), rub(200)));
    assert_eq!(done!(&pool, promo::claim, NOW, boris, "nothing"), Claimed::Unknown);
    assert_books_balance(&pool).await;
}

#[tokio::test]
async fn bonus_money_ends_on_its_day_but_what_was_held_stays_a_day_longer() {
    let pool = test_db::fresh_pool().await;
    let anna = person(&pool, 1).await;
    let week = NewCode { bonus_days: Some(7), ..NewCode::simple("week", Value::Fixed(rub(50))) };
    code(&pool, week).await;
    redeem(&pool, anna, "week").await;
    let hold = |number: u128, roubles: i64| HoldRequest {
        user_id: anna,
        world: World::Real,
        generation: Uuid::from_u128(number),
        amount: rub(roubles),
    };
    // What ends first is spent first: 30 of the 50.
    done!(&pool, billing::hold, NOW, &hold(1, 30));
    assert!(!done!(&pool, promo::expire_next, NOW + Duration::days(6)));
    let week = NOW + Duration::days(7);
    assert!(done!(&pool, promo::expire_next, week));
    assert!(!done!(&pool, promo::expire_next, week));
    assert_eq!(money(&pool, anna).await.1, rub(200), "20 have ended, 30 are held");
    let back = week + Duration::hours(5);
    done!(&pool, billing::release, back, Uuid::from_u128(1), "test");
    assert_eq!(money(&pool, anna).await.1, rub(230));
    assert!(!done!(&pool, promo::expire_next, back + Duration::hours(23)));
    assert!(done!(&pool, promo::expire_next, back + Duration::hours(24)));
    assert_eq!(money(&pool, anna).await.1, rub(200));
    assert_eq!(told(&pool, 1).await.len(), 2);
    assert_books_balance(&pool).await;
}
