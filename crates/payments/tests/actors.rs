//! Every operation of money by eight actors at once, some of whom die before their commit: the
//! books and the payments agree afterwards.

#![allow(clippy::unwrap_used)]

use billing::{Adjustment, HoldRequest, World};
use clock::Ids;
use money::Rub;
use payments::{Charge, Evidence, NewPayment, Offer, Ordered, Payment, Provider, Till};
use promo::{NewCode, Newcomer, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sqlx::PgPool;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
const PEOPLE: i64 = 3;
const OPERATOR: i64 = 9_000;

/// Something that an actor does; numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Order {
        who: i64,
        amount: i64,
        provider: usize,
        key: u8,
    },
    Evidence {
        order: u8,
        payer: i64,
        charge: u8,
        off: bool,
    },
    Refund {
        order: u8,
    },
    GoneBack {
        charge: u8,
        provider: usize,
    },
    Approve {
        order: u8,
        amount: i64,
    },
    Abandon {
        who: i64,
        order: u8,
    },
    Hold {
        who: i64,
        generation: u8,
        amount: i64,
    },
    Commit {
        generation: u8,
    },
    Release {
        generation: u8,
    },
    GiveBack {
        generation: u8,
    },
    CommitPart {
        generation: u8,
        amount: i64,
    },
    Free {
        who: i64,
        generation: u8,
    },
    Redeem {
        who: i64,
        code: usize,
    },
    Give {
        who: i64,
        amount: i64,
    },
    Claim {
        who: i64,
        gift: u8,
    },
    TakeBack {
        who: i64,
        gift: u8,
    },
    Adjust {
        who: i64,
        key: u8,
        amount: i64,
    },
    /// Bonus money and gifts whose time is up by then.
    Ends {
        days: i64,
    },
}

/// A step, and whether its actor dies before the commit.
type Deed = (Step, bool);

fn steps() -> impl Strategy<Value = Vec<Vec<Deed>>> {
    let who = 0..PEOPLE;
    let step = prop_oneof![
        6 => (who.clone(), 100..9_000_i64, 0..3_usize, 0..6_u8).prop_map(
            |(who, amount, provider, key)| Step::Order { who, amount, provider, key }),
        8 => (0..12_u8, who.clone(), 0..6_u8, prop::bool::weighted(0.1)).prop_map(
            |(order, payer, charge, off)| Step::Evidence { order, payer, charge, off }),
        3 => (0..12_u8).prop_map(|order| Step::Refund { order }),
        2 => (0..6_u8, 0..3_usize)
            .prop_map(|(charge, provider)| Step::GoneBack { charge, provider }),
        2 => (0..12_u8, 1..5_000_i64)
            .prop_map(|(order, amount)| Step::Approve { order, amount }),
        1 => (who.clone(), 0..12_u8).prop_map(|(who, order)| Step::Abandon { who, order }),
        6 => (who.clone(), 0..6_u8, 0..4_000_i64)
            .prop_map(|(who, generation, amount)| Step::Hold { who, generation, amount }),
        3 => (0..6_u8).prop_map(|generation| Step::Commit { generation }),
        2 => (0..6_u8).prop_map(|generation| Step::Release { generation }),
        1 => (0..6_u8).prop_map(|generation| Step::GiveBack { generation }),
        2 => (0..6_u8, 0..4_000_i64)
            .prop_map(|(generation, amount)| Step::CommitPart { generation, amount }),
        1 => (who.clone(), 0..6_u8).prop_map(|(who, generation)| Step::Free { who, generation }),
        4 => (who.clone(), 0..3_usize).prop_map(|(who, code)| Step::Redeem { who, code }),
        2 => (who.clone(), 5_000..9_000_i64).prop_map(|(who, amount)| Step::Give { who, amount }),
        2 => (who.clone(), 0..6_u8).prop_map(|(who, gift)| Step::Claim { who, gift }),
        1 => (who.clone(), 0..6_u8).prop_map(|(who, gift)| Step::TakeBack { who, gift }),
        2 => (who, 0..5_u8, -2_000..9_000_i64)
            .prop_map(|(who, key, amount)| Step::Adjust { who, key, amount }),
        1 => (0..40_i64).prop_map(|days| Step::Ends { days }),
    ];
    let deeds = prop::collection::vec((step, prop::bool::weighted(0.15)), 8..24);
    prop::collection::vec(deeds, 8)
}

fn rules() -> promo::Rules {
    promo::Rules { promo_daily_max: Rub::from_roubles(100_000), ..promo::Rules::default() }
}

struct Scene {
    pool: PgPool,
    ids: Ids,
    offer: Offer,
    till: Till,
    round: u64,
    users: Vec<i64>,
}

const PROVIDERS: [Provider; 3] = [Provider::Stars, Provider::YooKassa, Provider::CryptoPay];

impl Scene {
    async fn new(pool: PgPool, ids: Ids, round: u64) -> Self {
        let mut users = Vec::new();
        for who in 0..PEOPLE {
            let telegram = i64::try_from(round).unwrap() * 100 + who;
            let user = test_db::person(&pool, Some(telegram), NOW).await;
            let mut transaction = database::begin(&pool).await.unwrap();
            let (rules, welcome) = (rules(), Rub::from_kopecks(1_000));
            let newcomer = Newcomer { user_id: user, telegram_id: telegram };
            let greeted = promo::greet(&mut transaction, NOW, &rules, welcome, newcomer);
            let greeted = greeted.await.unwrap();
            // Each was invited by the one before.
            if let Some(inviter) = users.last() {
                let by = promo::invitation(&mut transaction, &ids, *inviter).await.unwrap().code;
                promo::bind(&mut transaction, NOW, user, greeted, &by).await.unwrap();
            }
            transaction.commit().await.unwrap();
            users.push(user);
        }
        let percent = Value::Percent { percent: 30, max: Some(Rub::from_roubles(10)) };
        let worth = [
            (Value::Fixed(Rub::from_roubles(7)), None),
            (Value::Fixed(Rub::from_roubles(4)), Some(7)),
            (percent, Some(30)),
        ];
        for (index, (value, bonus_days)) in worth.into_iter().enumerate() {
            let name = format!("CODE-{round}-{index}");
            let uses_per_person = 2;
            let terms = NewCode { bonus_days, uses_per_person, ..NewCode::simple(&name, value) };
            let mut connection = pool.acquire().await.unwrap();
            promo::create(&mut connection, NOW, &terms, "owner").await.unwrap().unwrap();
        }
        let bonuses = vec![(Rub::from_roubles(20), 10)];
        let offer = Offer { ways: PROVIDERS.to_vec(), bonuses, ..Offer::default() };
        let till = Till { operators: vec![OPERATOR], bonuses: rules() };
        Self { pool, ids, offer, till, round, users }
    }

    fn telegram(&self, who: i64) -> i64 {
        i64::try_from(self.round).unwrap() * 100 + who
    }

    fn user(&self, who: i64) -> i64 {
        self.users[usize::try_from(who).unwrap()]
    }

    /// The payment of that index among those of this round.
    async fn payment(
        &self,
        connection: &mut sqlx::PgConnection,
        index: u8,
    ) -> Option<payments::Payment> {
        let id: Option<Uuid> = sqlx::query_scalar(
            "select id from payments where user_id = any($1) order by number
             offset $2 % greatest((select count(*) from payments where user_id = any($1)), 1)
             limit 1",
        )
        .bind(&self.users)
        .bind(i64::from(index))
        .fetch_optional(&mut *connection)
        .await
        .unwrap();
        match id {
            Some(id) => payments::view(connection, id).await.unwrap(),
            None => None,
        }
    }

    /// The gift of that index among those of this round.
    async fn gift(&self, connection: &mut sqlx::PgConnection, index: u8) -> Option<(Uuid, String)> {
        sqlx::query_as(
            "select id, token from gifts where giver_id = any($1)
             order by created_at, id
             offset $2 % greatest((select count(*) from gifts where giver_id = any($1)), 1)
             limit 1",
        )
        .bind(&self.users)
        .bind(i64::from(index))
        .fetch_optional(connection)
        .await
        .unwrap()
    }

    fn generation(&self, generation: u8) -> Uuid {
        Uuid::from_u64_pair(self.round, u64::from(generation))
    }

    /// Does one deed in a transaction of its own. An error of a race (two who credit the same
    /// payment at once) is a job that runs again: nothing of it stands.
    async fn does(&self, (step, dies): Deed) {
        let mut transaction = database::begin(&self.pool).await.unwrap();
        let done = self.play(&mut transaction, step).await;
        if done.is_ok() && !dies {
            transaction.commit().await.unwrap();
        }
    }

    async fn play(
        &self,
        connection: &mut sqlx::PgConnection,
        step: Step,
    ) -> Result<(), sqlx::Error> {
        match step {
            Step::Order { who, amount, provider, key } => {
                let new = NewPayment {
                    order_key: format!("{}:{who}:{key}", self.round),
                    user_id: self.user(who),
                    chat_id: self.telegram(who),
                    provider: PROVIDERS[provider],
                    amount: Rub::from_kopecks(amount),
                    resumes: key.is_multiple_of(2),
                };
                let offer = &self.offer;
                let ordered = payments::order(connection, offer, &self.ids, NOW, &new).await?;
                assert!(!matches!(ordered, Ordered::NotOffered));
            }
            Step::Evidence { order, payer, charge, off } => {
                let Some(payment) = self.payment(connection, order).await else { return Ok(()) };
                self.pays(connection, payment, (payer, charge), i64::from(off)).await?;
            }
            Step::Refund { order } => {
                let Some(payment) = self.payment(connection, order).await else { return Ok(()) };
                payments::refund(connection, &self.till, NOW, OPERATOR, payment.id, "test").await?;
            }
            Step::GoneBack { charge, provider } => {
                let external_id = format!("{}:{charge}", self.round);
                payments::gone_back(connection, NOW, PROVIDERS[provider], &external_id).await?;
            }
            Step::Approve { order, amount } => {
                let Some(payment) = self.payment(connection, order).await else { return Ok(()) };
                let (till, offer) = (&self.till, &self.offer);
                let amount = Some(Rub::from_kopecks(amount));
                payments::approve(connection, till, offer, NOW, OPERATOR, payment.id, amount)
                    .await?;
            }
            Step::Abandon { who, order } => {
                let Some(payment) = self.payment(connection, order).await else { return Ok(()) };
                payments::abandon(connection, NOW, self.user(who), payment.id).await?;
            }
            Step::Hold { who, generation, amount } => {
                let request = HoldRequest {
                    user_id: self.user(who),
                    world: World::Real,
                    generation: self.generation(generation),
                    amount: Rub::from_kopecks(amount),
                };
                billing::hold(connection, NOW, &request).await?;
            }
            Step::Commit { generation } => {
                billing::commit(connection, NOW, self.generation(generation)).await?;
            }
            Step::Release { generation } => {
                billing::release(connection, NOW, self.generation(generation), "test").await?;
            }
            Step::GiveBack { generation } => {
                billing::refund(connection, NOW, self.generation(generation), "test").await?;
            }
            Step::CommitPart { generation, amount } => {
                let (generation, amount) = (self.generation(generation), Rub::from_kopecks(amount));
                billing::commit_part(connection, NOW, generation, amount).await?;
            }
            Step::Free { who, generation } => self.orders_free(connection, who, generation).await?,
            Step::Redeem { .. }
            | Step::Give { .. }
            | Step::Claim { .. }
            | Step::TakeBack { .. }
            | Step::Adjust { .. }
            | Step::Ends { .. } => self.play_given(connection, step).await?,
        }
        Ok(())
    }

    /// Word of money that came for a payment, with so much more than was asked for.
    async fn pays(
        &self,
        connection: &mut sqlx::PgConnection,
        payment: Payment,
        (payer, charge): (i64, u8),
        off: i64,
    ) -> Result<(), sqlx::Error> {
        let sure = payment.provider == Provider::Stars;
        let external_id = format!("{}:{charge}", self.round);
        let amount = payment.provider_amount + off;
        if sure {
            let charge = Charge {
                provider: payment.provider,
                external_id: external_id.clone(),
                provider_charge_id: None,
                payload: payment.id.to_string(),
                payer: Some(self.telegram(payer)),
                currency: payment.currency.clone(),
                amount,
            };
            payments::note_charge(connection, NOW, &charge).await?;
        }
        let evidence = Evidence {
            provider: payment.provider,
            external_id,
            order: Some(payment.id),
            payer: sure.then(|| self.telegram(payer)),
            currency: payment.currency,
            amount,
        };
        payments::credit(connection, &self.till, &self.ids, NOW, &evidence).await?;
        Ok(())
    }

    async fn orders_free(
        &self,
        connection: &mut sqlx::PgConnection,
        who: i64,
        generation: u8,
    ) -> Result<(), sqlx::Error> {
        let request = HoldRequest {
            user_id: self.user(who),
            world: World::Real,
            generation: self.generation(generation),
            amount: Rub::ZERO,
        };
        billing::hold(connection, NOW, &request).await?;
        let taken = billing::commit(connection, NOW, request.generation).await?;
        if let billing::Committed::Taken { .. } = taken {
            let cost = Rub::from_kopecks(10);
            billing::book_free(connection, NOW, World::Real, request.generation, cost).await?;
        }
        Ok(())
    }
}

impl Scene {
    /// Steps of money that is given.
    async fn play_given(
        &self,
        connection: &mut sqlx::PgConnection,
        step: Step,
    ) -> Result<(), sqlx::Error> {
        match step {
            Step::Redeem { who, code } => {
                let code = format!("CODE-{}-{code}", self.round);
                promo::redeem(connection, NOW, &self.till.bonuses, self.user(who), &code).await?;
            }
            Step::Give { who, amount } => {
                let amount = Rub::from_kopecks(amount);
                promo::give(connection, NOW, &self.ids, self.user(who), amount).await?;
            }
            Step::Claim { who, gift } => {
                let Some((_, token)) = self.gift(connection, gift).await else { return Ok(()) };
                promo::claim(connection, NOW, self.user(who), &token).await?;
            }
            Step::TakeBack { who, gift } => {
                let Some((id, _)) = self.gift(connection, gift).await else { return Ok(()) };
                promo::take_back(connection, NOW, self.user(who), id).await?;
            }
            Step::Adjust { who, key, amount } => {
                let adjustment = Adjustment {
                    user_id: self.user(who),
                    world: World::Real,
                    amount: Rub::from_kopecks(amount),
                    actor: "operator:9000",
                    reason: "test",
                    key: &format!("adjust:{}:{key}", self.round),
                };
                billing::adjust(connection, NOW, &adjustment).await?;
            }
            Step::Ends { days } => {
                let then = NOW + Duration::days(days);
                promo::expire_next(connection, then).await?;
                promo::return_next(connection, then).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

async fn play(scene: Scene, actors: Vec<Vec<Deed>>) {
    let scene = std::sync::Arc::new(scene);
    let mut racing = tokio::task::JoinSet::new();
    for deeds in actors {
        let scene = std::sync::Arc::clone(&scene);
        racing.spawn(async move {
            for deed in deeds {
                scene.does(deed).await;
            }
        });
    }
    racing.join_all().await;
    let mut connection = scene.pool.acquire().await.unwrap();
    assert_eq!(billing::audit(&mut connection).await.unwrap(), []);
    assert_eq!(payments::audit(&mut connection).await.unwrap(), []);
    assert_eq!(promo::audit(&mut connection).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_actors_with_every_operation_and_crashes_leave_the_books_right() {
    let pool = test_db::fresh_pool().await;
    let books = pool.clone();
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let config = Config { cases: 20, failure_persistence: None, ..Config::default() };
        let (round, ids) = (std::cell::Cell::new(0), Ids::seeded(5));
        // The same sequences each time; what races differs.
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        TestRunner::new_with_rng(config, rng)
            .run(&steps(), |actors| {
                round.set(round.get() + 1);
                let (pool, ids) = (pool.clone(), ids.clone());
                handle.block_on(async {
                    let scene = Scene::new(pool, ids, round.get()).await;
                    play(scene, actors).await;
                });
                Ok(())
            })
            .unwrap();
    })
    .await
    .unwrap();
    assert_every_operation_happened(&books).await;
}

/// Sequences that never come to an operation prove nothing about it.
async fn assert_every_operation_happened(pool: &PgPool) {
    let seen: Vec<String> = sqlx::query_scalar(
        "select distinct case
             when operation like 'undo:topup_bonus:%' then 'bonus on top taken back'
             when operation like 'undo:promo:%' then 'promo code taken back'
             when operation like 'undo:referral:%' then 'reward taken back'
             when debit like 'debt:%' then 'debt made'
             when credit like 'debt:%' then 'debt covered'
             when operation like 'topup_bonus:%' then 'bonus on top'
             when operation like 'referral:%' then 'reward'
             when operation like 'gift:return:%' then 'gift returned'
             else kind end
         from ledger where world = 'real'
         union select 'part taken' from holds where returned_kop > 0",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for operation in [
        "adjust",
        "bonus",
        "bonus on top",
        "bonus on top taken back",
        "commit",
        "cost",
        "debt covered",
        "debt made",
        "expire",
        "gift returned",
        "gift_in",
        "gift_out",
        "hold",
        "part taken",
        "payback",
        "promo code taken back",
        "refund",
        "release",
        "reward",
        "reward taken back",
        "topup",
    ] {
        assert!(seen.iter().any(|seen| seen == operation), "never: {operation}; {seen:?}");
    }
}
