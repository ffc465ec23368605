//! A person tops up by a provider that has to be asked: `YooKassa`, Crypto Pay.

use std::time::Duration;

use payments::{Offer, Provider, RefundAsked, Till};
use sandbox::pay::Fault;

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn with(provider: Provider) -> Options {
    let offer = Offer { ways: vec![provider], ..Offer::default() };
    Options { offer, ..Options::default() }
}

/// Both providers do the same in everything that the person and the books see.
async fn with_each(play: impl AsyncFn(&World, Person<'_>)) {
    for provider in [Provider::YooKassa, Provider::CryptoPay] {
        story_with(with(provider), async |world| {
            let anna = world.person("Анна");
            anna.sends("/start").await;
            play(world, anna).await;
        })
        .await;
    }
}

/// Anna asks for a bill of 500 roubles and gets it.
async fn asks_for_a_bill(anna: Person<'_>) {
    anna.sends("/balance").await;
    anna.taps("500 ₽").await.sees("Счёт № ");
}

async fn states(world: &World) -> Vec<String> {
    sqlx::query_scalar("select state from payments order by number")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_paid_bill_is_credited_once_however_often_the_provider_tells() {
    with_each(async |world, anna| {
        asks_for_a_bill(anna).await;
        anna.sees("Оплатите по кнопке");
        assert!(anna.screen().contains("[💳 Оплатить 500 ₽]"));
        let id = world.counter().last();
        assert_eq!(world.counter().world().pays(&id).await, Some(200));
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        for _ in 0..3 {
            assert_eq!(world.counter().world().notifies(&id).await, Some(200));
            world.settle().await;
        }
        assert_eq!(anna.wallet().await, (70_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_payment_without_a_bill_is_told_of_once() {
    with_each(async |world, anna| {
        let boss = world.operator().await;
        asks_for_a_bill(anna).await;
        anna.screen();
        assert!(world.counter().world().pays_silently(&world.counter().last()));
        // The books were brought back from a copy that is older than the bill and its payer.
        for lost in ["truncate payments cascade", "update users set telegram_id = -telegram_id"] {
            sqlx::query(lost).execute(world.pool()).await.unwrap();
        }
        for _ in 0..3 {
            world.advance(Duration::from_hours(1)).await;
            world.looks_after_payments().await;
        }
        boss.sees("Оплата без счёта");
        assert_eq!(boss.chat().matches("Оплата без счёта").count(), 1, "{}", boss.chat());
        boss.screen();
    })
    .await;
}

#[tokio::test]
async fn a_lost_notification_is_made_up_for_by_looking() {
    with_each(async |world, anna| {
        asks_for_a_bill(anna).await;
        anna.screen();
        assert!(world.counter().world().pays_silently(&world.counter().last()));
        world.advance(Duration::from_secs(61)).await;
        world.looks_after_payments().await;
        anna.sees("Зачислили 500 ₽");
        assert_eq!(anna.wallet().await, (70_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_person_who_has_paid_can_ask_for_a_look() {
    with_each(async |world, anna| {
        asks_for_a_bill(anna).await;
        anna.taps("Проверить оплату").await.sees("пока не видно");
        world.counter().world().pays_silently(&world.counter().last());
        anna.taps("Проверить оплату").await.sees("Зачислили 500 ₽");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn money_that_comes_after_the_end_is_credited() {
    with_each(async |world, anna| {
        asks_for_a_bill(anna).await;
        anna.taps("Отменить счёт").await.sees("Счёт отменён");
        assert_eq!(states(world).await, ["cancelled"]);
        let id = world.counter().last();
        world.counter().world().pays(&id).await;
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        assert_eq!(states(world).await, ["paid"]);
    })
    .await;
}

#[tokio::test]
async fn another_sum_or_currency_is_not_credited_and_operators_are_told() {
    for provider in [Provider::YooKassa, Provider::CryptoPay] {
        for (amount, currency) in [("5.00", "RUB"), ("500.00", "USD")] {
            story_with(with(provider), async |world| {
                let operator = world.operator().await;
                operator.screen();
                let anna = world.person("Анна");
                anna.sends("/start").await;
                asks_for_a_bill(anna).await;
                let id = world.counter().last();
                world.counter().world().change(&id, |held| {
                    held.amount = amount.to_owned();
                    held.currency = currency.to_owned();
                });
                world.counter().world().pays(&id).await;
                world.settle().await;
                anna.sees("не так, как в нём написано");
                operator.sees("Оплата не сходится со счётом");
                assert_eq!(anna.wallet().await, (20_000, 0));
                world.counter().world().notifies(&id).await;
                world.settle().await;
                assert_eq!(states(world).await, ["review"]);
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_payment_of_somebody_else_is_not_credited() {
    story_with(with(Provider::YooKassa), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await.screen();
        asks_for_a_bill(anna).await;
        let id = world.counter().last();
        let stranger = boris.id().to_string();
        world.counter().world().change(&id, |held| held.note["tg_user"] = stranger.into());
        world.counter().world().pays(&id).await;
        world.settle().await;
        anna.sees("не так, как в нём написано");
        operator.sees("foreign payer");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(boris.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_forged_and_an_unsigned_notification_are_refused() {
    for (provider, path, header, value) in [
        (Provider::YooKassa, "/payments/yookassa", "x-forwarded-for", "8.8.8.8"),
        (Provider::YooKassa, "/payments/yookassa", "x-nothing", ""),
        (Provider::CryptoPay, "/payments/cryptopay", "crypto-pay-api-signature", "00ff"),
        (Provider::CryptoPay, "/payments/cryptopay", "x-nothing", ""),
    ] {
        story_with(with(provider), async |world| {
            let anna = world.person("Анна");
            anna.sends("/start").await;
            asks_for_a_bill(anna).await;
            anna.screen();
            let id = world.counter().last();
            let body = format!(
                "{{\"event\":\"payment.succeeded\",\"object\":{{\"id\":\"{id}\"}},\
                  \"payload\":{{\"invoice_id\":528890}}}}"
            );
            let headers = vec![(header, value.to_owned())];
            let said = world.counter().world().sends(path, headers, body).await;
            assert_eq!(said, Some(401));
            world.settle().await;
            assert_eq!(anna.wallet().await, (20_000, 0));
        })
        .await;
    }
}

#[tokio::test]
async fn a_true_word_about_an_unpaid_bill_credits_nothing() {
    with_each(async |world, anna| {
        asks_for_a_bill(anna).await;
        anna.screen();
        assert_eq!(world.counter().world().notifies(&world.counter().last()).await, Some(200));
        world.settle().await;
        assert_eq!(states(world).await, ["open"]);
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn an_unknown_outcome_at_the_creation_makes_no_second_payment() {
    for fault in [Fault::Broken, Fault::BrokenAfterEffect, Fault::Busy] {
        with_each(async |world, anna| {
            world.counter().world().next_call("create", fault);
            anna.sends("/balance").await;
            anna.taps("500 ₽").await.sees("Готовим счёт");
            world.advance(Duration::from_secs(15)).await;
            anna.sees("Оплатите по кнопке");
            assert_eq!(world.counter().world().held().len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn a_crash_after_the_question_makes_no_second_payment() {
    with_each(async |world, anna| {
        anna.sends("/balance").await;
        world.crash().arm("payment: asked", 0);
        anna.taps("500 ₽").await;
        assert!(world.has_crashed());
        world.restarts().await;
        anna.sees("Оплатите по кнопке");
        assert_eq!(world.counter().world().held().len(), 1);
        assert_eq!(states(world).await, ["open"]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_said_and_costs_nothing() {
    for provider in [Provider::YooKassa, Provider::CryptoPay] {
        story_with(with(provider), async |world| {
            let operator = world.operator().await;
            operator.screen();
            let anna = world.person("Анна");
            anna.sends("/start").await;
            world.counter().world().next_call("create", Fault::Refused);
            anna.sends("/balance").await;
            anna.taps("500 ₽").await.sees("сделать не получилось, деньги не тронуты");
            operator.sees("не выставила счёт");
            assert_eq!(states(world).await, ["cancelled"]);
        })
        .await;
    }
}

#[tokio::test]
async fn yookassa_gives_a_payment_back_once_also_when_the_answer_is_lost() {
    story_with(with(Provider::YooKassa), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna).await;
        let id = world.counter().last();
        world.counter().world().pays(&id).await;
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        world.counter().world().next_call("refund", Fault::BrokenAfterEffect);
        assert_eq!(refunds(world, operator).await, RefundAsked::Started);
        world.advance(Duration::from_secs(15)).await;
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(refunds(world, operator).await, RefundAsked::NothingToRefund);
        world.counter().world().notifies(&id).await;
        world.settle().await;
        assert_eq!(states(world).await, ["refunded"]);
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_the_provider_refuses_leaves_the_money_on_the_balance() {
    story_with(with(Provider::YooKassa), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna).await;
        world.counter().world().pays(&world.counter().last()).await;
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        world.counter().world().next_call("refund", Fault::Refused);
        refunds(world, operator).await;
        operator.sees("Возврат не прошёл");
        assert_eq!(anna.wallet().await, (70_000, 0));
        refunds(world, operator).await;
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn what_crypto_pay_cannot_give_back_the_operator_sends_by_hand() {
    story_with(with(Provider::CryptoPay), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna).await;
        world.counter().world().pays(&world.counter().last()).await;
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        assert_eq!(refunds(world, operator).await, RefundAsked::SendByHand);
        operator.sees("Верните деньги вручную");
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

async fn refunds(world: &World, operator: Person<'_>) -> RefundAsked {
    let id = sqlx::query_scalar("select id from payments order by number desc limit 1")
        .fetch_one(world.pool())
        .await
        .unwrap();
    let till = Till { operators: vec![operator.id()], bonuses: promo::Rules::default() };
    let (now, by) = (world.now(), operator.id());
    let mut transaction = database::begin(world.pool()).await.unwrap();
    let asked = payments::refund(&mut transaction, &till, now, by, id, "просьба").await.unwrap();
    transaction.commit().await.unwrap();
    world.settle().await;
    asked
}

#[tokio::test]
async fn several_ways_are_offered_with_what_each_costs() {
    let offer = Offer {
        ways: vec![Provider::YooKassa, Provider::Stars, Provider::CryptoPay],
        ..Offer::default()
    };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/balance").await;
        anna.taps("300 ₽").await;
        insta::assert_snapshot!(anna.screen(), @r"
        ➕ Пополнение на 300 ₽
        Как вам удобнее заплатить?
        [💳 Карта или СБП · 300 ₽]
        [⭐️ Звёзды · 300]
        [🪙 Криптовалюта · 300 ₽]
        [⬅️ Назад] [🏠 Меню]
        ");
        anna.taps("Карта или СБП").await.sees("Оплатите по кнопке");
        world.counter().world().pays(&world.counter().last()).await;
        world.settle().await;
        anna.sees("Зачислили 300 ₽");
    })
    .await;
}
