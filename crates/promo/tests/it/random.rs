//! Random sequences: no kopeck is lost or made, and everything that can be asked is answered.

use std::collections::HashSet;

use billing::World;
use clock::Ids;
use money::Rub;
use promo::{Claimed, Invited, MadeGift, NewCode, Redeemed, Rules, TopUp, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{NOW, assert_books_balance, done, money, rub};

const PEOPLE: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    Comes { who: usize, by: usize },
    Pays { who: usize, roubles: i64 },
    Redeems { who: usize, code: usize },
    Gives { who: usize, roubles: i64 },
    Opens { who: usize, gift: usize },
    TakesBack { who: usize, gift: usize },
    Holds { who: usize, roubles: i64 },
    Commits { order: usize },
    Releases { order: usize },
    Waits { hours: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..PEOPLE;
    let step = prop_oneof![
        3 => (who.clone(), who.clone()).prop_map(|(who, by)| Step::Comes { who, by }),
        3 => (who.clone(), 1..400_i64).prop_map(|(who, roubles)| Step::Pays { who, roubles }),
        3 => (who.clone(), 0..3_usize).prop_map(|(who, code)| Step::Redeems { who, code }),
        2 => (who.clone(), 40..200_i64).prop_map(|(who, roubles)| Step::Gives { who, roubles }),
        2 => (who.clone(), 0..4_usize).prop_map(|(who, gift)| Step::Opens { who, gift }),
        1 => (who.clone(), 0..4_usize).prop_map(|(who, gift)| Step::TakesBack { who, gift }),
        3 => (who, 1..300_i64).prop_map(|(who, roubles)| Step::Holds { who, roubles }),
        2 => (0..4_usize).prop_map(|order| Step::Commits { order }),
        2 => (0..4_usize).prop_map(|order| Step::Releases { order }),
        2 => (1..800_i64).prop_map(|hours| Step::Waits { hours }),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A world of four people with what is known about it from outside.
struct Play<'p> {
    pool: &'p PgPool,
    rules: Rules,
    ids: Ids,
    now: OffsetDateTime,
    people: Vec<i64>,
    links: Vec<String>,
    codes: Vec<String>,
    /// Who is there, and who was invited.
    here: HashSet<usize>,
    invited: HashSet<usize>,
    gifts: Vec<promo::Gift>,
    orders: Vec<Uuid>,
    payments: usize,
}

impl Play<'_> {
    async fn new(pool: &PgPool, round: u64) -> Play<'_> {
        let rules = Rules { promo_daily_max: rub(300), ..Rules::default() };
        let ids = Ids::seeded(round * 1_000_000);
        let (mut people, mut links, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for who in 0..PEOPLE {
            let telegram_id = i64::try_from(round).unwrap() * 10 + i64::try_from(who).unwrap();
            let who = crate::stranger(pool, telegram_id).await;
            people.push(who.user_id);
            links.push(done!(pool, promo::invitation, &ids, who.user_id).code);
        }
        let percent = Value::Percent { percent: 30, max: Some(rub(60)) };
        for (name, value, days) in [
            ("fixed", Value::Fixed(rub(70)), None),
            ("week", Value::Fixed(rub(40)), Some(7)),
            ("plus", percent, Some(30)),
        ] {
            let name = format!("{name}-{round}");
            let terms =
                NewCode { bonus_days: days, uses_max: Some(3), ..NewCode::simple(&name, value) };
            codes.push(done!(pool, promo::create, NOW, &terms, "owner").unwrap());
        }
        Play {
            pool,
            rules,
            ids,
            now: NOW,
            people,
            links,
            codes,
            here: HashSet::new(),
            invited: HashSet::new(),
            gifts: Vec::new(),
            orders: Vec::new(),
            payments: 0,
        }
    }

    /// Whoever does something is there first.
    async fn comes(&mut self, who: usize, by: Option<usize>) {
        let telegram_id: i64 = sqlx::query_scalar("select telegram_id from users where id = $1")
            .bind(self.people[who])
            .fetch_one(self.pool)
            .await
            .unwrap();
        let newcomer = promo::Newcomer { user_id: self.people[who], telegram_id };
        let greeted = done!(self.pool, promo::greet, self.now, &self.rules, rub(200), newcomer);
        assert_eq!(greeted.is_new(), self.here.insert(who));
        let Some(by) = by else { return };
        let link = &self.links[by];
        let bound = done!(self.pool, promo::bind, self.now, self.people[who], greeted, link);
        let expected = if by == who {
            Invited::Own
        } else if greeted.is_new() {
            self.invited.insert(who);
            Invited::Accepted
        } else {
            Invited::NotNew
        };
        assert_eq!(bound, expected);
    }

    #[allow(clippy::too_many_lines, reason = "a table of what each step does")]
    async fn does(&mut self, step: &Step) {
        let (pool, now) = (self.pool, self.now);
        match *step {
            Step::Comes { who, by } => {
                // An inviter was here before: that is why there are no rings.
                self.comes(by, None).await;
                self.comes(who, Some(by)).await;
            }
            Step::Pays { who, roubles } => {
                self.comes(who, None).await;
                self.payments += 1;
                let (user_id, amount) = (self.people[who], rub(roubles));
                let key = format!("pay:{user_id}:{}", self.payments);
                let before = money(pool, user_id).await.1;
                let mut transaction = database::begin(pool).await.unwrap();
                let world = World::Real;
                billing::top_up(&mut transaction, now, user_id, world, amount, "test", &key)
                    .await
                    .unwrap();
                let topup = TopUp { user_id, amount, operation: &key };
                let extras = promo::after_topup(&mut transaction, now, &self.rules, &topup);
                let extras = extras.await.unwrap();
                transaction.commit().await.unwrap();
                let came = money(pool, user_id).await.1.minus(before).unwrap();
                assert_eq!(came, extras.promo.plus(extras.friend).unwrap());
                assert!(extras.friend <= amount && extras.inviter <= amount);
                if !self.invited.remove(&who) {
                    assert_eq!((extras.friend, extras.inviter), (Rub::ZERO, Rub::ZERO));
                }
            }
            Step::Redeems { who, code } => {
                self.comes(who, None).await;
                let before = money(pool, self.people[who]).await;
                let code = &self.codes[code];
                let answer = done!(pool, promo::redeem, now, &self.rules, self.people[who], code);
                let after = money(pool, self.people[who]).await;
                match answer {
                    Redeemed::Given { amount, .. } => {
                        assert_eq!(after.1, before.1.plus(amount).unwrap());
                    }
                    _ => assert_eq!(after, before),
                }
            }
            Step::Gives { who, roubles } => {
                self.comes(who, None).await;
                let real = money(pool, self.people[who]).await.0;
                let made = done!(pool, promo::give, now, &self.ids, self.people[who], rub(roubles));
                match made {
                    MadeGift::Created(gift) => self.gifts.push(gift),
                    MadeGift::Short { missing } => {
                        assert_eq!(missing, rub(roubles).minus(real).unwrap());
                    }
                    MadeGift::Bounds => assert!(rub(roubles) < promo::GIFT_LEAST),
                }
            }
            Step::Opens { who, gift } => {
                self.comes(who, None).await;
                let Some(gift) = self.gifts.get(gift) else { return };
                let before = money(pool, self.people[who]).await.0;
                let claimed = done!(pool, promo::claim, now, self.people[who], &gift.token);
                let after = money(pool, self.people[who]).await.0;
                match claimed {
                    Claimed::Yours { amount, .. } => {
                        assert_eq!(after, before.plus(amount).unwrap());
                    }
                    _ => assert_eq!(after, before),
                }
            }
            Step::TakesBack { who, gift } => {
                self.comes(who, None).await;
                let Some(gift) = self.gifts.get(gift) else { return };
                done!(pool, promo::take_back, now, self.people[who], gift.id);
            }
            Step::Holds { who, roubles } => {
                self.comes(who, None).await;
                let request = billing::HoldRequest {
                    user_id: self.people[who],
                    world: World::Real,
                    generation: self.ids.uuid(),
                    amount: rub(roubles),
                };
                done!(pool, billing::hold, now, &request);
                self.orders.push(request.generation);
            }
            Step::Commits { order } => {
                let Some(order) = self.orders.get(order) else { return };
                done!(pool, billing::commit, now, *order);
            }
            Step::Releases { order } => {
                let Some(order) = self.orders.get(order) else { return };
                done!(pool, billing::release, now, *order, "test");
            }
            Step::Waits { hours } => {
                self.now += Duration::hours(hours);
                while done!(pool, promo::expire_next, self.now) {}
                while done!(pool, promo::return_next, self.now) {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_sequences_of_giving_lose_and_make_no_kopeck() {
    let pool = test_db::fresh_pool().await;
    let handle = tokio::runtime::Handle::current();
    let playing = pool.clone();
    tokio::task::spawn_blocking(move || {
        let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
        let round = std::cell::Cell::new(0);
        TestRunner::new(config)
            .run(&steps(), |steps| {
                round.set(round.get() + 1);
                handle.block_on(async {
                    let mut play = Play::new(&playing, round.get()).await;
                    for step in &steps {
                        play.does(step).await;
                    }
                    assert_books_balance(&playing).await;
                });
                Ok(())
            })
            .unwrap();
    })
    .await
    .unwrap();
}
