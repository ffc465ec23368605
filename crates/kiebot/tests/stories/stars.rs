//! A person tops up with Telegram Stars.

use std::time::Duration;

use money::Rub;
use payments::{Offer, Provider, RefundAsked, Till};
use sandbox::telegram::MediaKind;
use serde_json::json;

use crate::cards::tells;
use crate::person::Person;
use crate::world::{Options, World, story_with};

fn with_stars() -> Options {
    let bonuses = vec![(Rub::from_roubles(1_000), 10)];
    let offer = Offer { ways: vec![Provider::Stars], bonuses, ..Offer::default() };
    Options { offer, ..Options::default() }
}

/// Anna opens the balance and chooses a sum; answers with the message of the bill.
async fn asks_for_a_bill(anna: Person<'_>, label: &str) -> i64 {
    anna.sends("/balance").await.sees("Баланс");
    anna.taps(label).await;
    anna.sees("Счёт №");
    bill(anna)
}

fn bill(anna: Person<'_>) -> i64 {
    let message = anna.messages().into_iter().rev().find(|message| message.invoice.is_some());
    message.expect("there is a bill").id
}

/// The payments of all people: state and credited kopecks.
async fn payments(world: &World) -> Vec<(String, i64)> {
    sqlx::query_as("select state, amount_kop from payments order by number")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

async fn last_payment(world: &World) -> uuid::Uuid {
    sqlx::query_scalar("select id from payments order by number desc limit 1")
        .fetch_one(world.pool())
        .await
        .unwrap()
}

async fn refunds(world: &World, operator: Person<'_>) -> RefundAsked {
    let id = last_payment(world).await;
    let till = Till { operators: vec![operator.id()], bonuses: promo::Rules::default() };
    let mut transaction = database::begin(world.pool()).await.unwrap();
    let asked =
        payments::refund(&mut transaction, &till, world.now(), operator.id(), id, "просьба").await;
    transaction.commit().await.unwrap();
    world.settle().await;
    asked.unwrap()
}

#[tokio::test]
async fn anna_pays_with_stars_and_finds_the_money_on_her_balance() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "500 ₽").await;
        let shown = world.telegram().message(anna.id(), bill).unwrap().invoice.unwrap();
        assert_eq!((shown.currency.as_str(), shown.total), ("XTR", 500));
        assert_eq!(anna.wallet().await, (20_000, 0), "nothing is credited by a bill");
        let query = world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        assert_eq!(world.telegram().checkout_answer(&query), Some(Ok(())));
        anna.sees("Зачислили 500 ₽ по счёту № 1. На счёте 700 ₽");
        assert_eq!(anna.wallet().await, (70_000, 0));
        anna.sends("/balance").await.sees("пополнение · +500 ₽");
        world.looks_after_payments().await;
    })
    .await;
}

#[tokio::test]
async fn a_bigger_sum_brings_a_bonus_on_top() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "1 000 ₽ · +10 %").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 1 000 ₽").sees("И 100 ₽ бонусами");
        assert_eq!(anna.wallet().await, (130_000, 0));
    })
    .await;
}

#[tokio::test]
async fn an_own_sum_is_written_and_a_wrong_one_is_asked_again() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/balance").await;
        anna.taps("Другая сумма").await.sees("напишите свою");
        anna.sends("много").await.sees("Не поняли сумму");
        anna.sends("1000000").await.sees("от 1 ₽ до 100 000 ₽");
        anna.sends("750,50 ₽").await.sees("Счёт № 1");
        let bill = bill(anna);
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 750,50 ₽");
        let stars = world.telegram().star_payments();
        assert_eq!(stars.iter().map(|payment| payment.total).collect::<Vec<_>>(), [751]);
    })
    .await;
}

#[tokio::test]
async fn two_presses_are_one_bill_and_a_repeated_update_credits_nothing() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/balance").await;
        anna.presses("300 ₽");
        anna.presses("300 ₽");
        world.settle().await;
        anna.screen();
        assert_eq!(payments(world).await.len(), 1);
        let bill = bill(anna);
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 300 ₽");
        let paid = world.telegram().all_updates().last().unwrap().0;
        assert!(world.telegram().repeat_update(paid));
        world.settle().await;
        assert_eq!(anna.wallet().await, (50_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_bill_that_is_paid_twice_is_credited_twice() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        // Both are agreed to before the first one has been worked on.
        world.telegram().pays(anna.id(), bill).unwrap();
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 100 ₽ по счёту № 1").sees("Зачислили 100 ₽ по счёту № 2");
        assert_eq!(anna.wallet().await, (40_000, 0));
        // The third time the bill is known to be paid.
        let third = world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        let answer = world.telegram().checkout_answer(&third).unwrap().unwrap_err();
        assert!(answer.contains("уже оплачен"), "{answer}");
        assert_eq!(anna.wallet().await, (40_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_forwarded_bill_credits_who_paid_it() {
    story_with(with_stars(), async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        anna.screen();
        world.telegram().pays_bill_of(boris.id(), anna.id(), bill).unwrap();
        world.settle().await;
        boris.sees("Зачислили 100 ₽");
        assert_eq!(boris.wallet().await, (30_000, 0));
        assert_eq!(anna.wallet().await, (20_000, 0));
        // Her own bill is still hers to pay.
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 100 ₽ по счёту № 1");
        assert_eq!(anna.wallet().await, (30_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_late_bill_is_declined_and_late_money_is_credited_all_the_same() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        let early = world.telegram().pays(anna.id(), bill).unwrap();
        world.only_takes_updates().await;
        assert_eq!(world.telegram().checkout_answer(&early), Some(Ok(())));
        world.advance(Duration::from_hours(25)).await;
        anna.sees("Зачислили 100 ₽");
        let second = asks_for_a_bill(anna, "300 ₽").await;
        world.advance(Duration::from_hours(25)).await;
        world.looks_after_payments().await;
        anna.screen();
        let late = world.telegram().pays(anna.id(), second).unwrap();
        world.settle().await;
        let answer = world.telegram().checkout_answer(&late).unwrap().unwrap_err();
        assert!(answer.contains("больше не действует"), "{answer}");
        assert_eq!(anna.wallet().await, (30_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_bill_of_nobody_is_declined_in_words_also_after_a_restart() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        world.restarts().await;
        for (payload, total, words) in [
            ("nonsense".to_owned(), 100, "Такого счёта нет"),
            (last_payment(world).await.to_string(), 99, "другая сумма"),
        ] {
            let body = json!({
                "id": format!("q{total}"), "from": {"id": anna.id(), "is_bot": false,
                "first_name": "Анна", "language_code": "ru"},
                "currency": "XTR", "total_amount": total, "invoice_payload": payload,
            });
            world.telegram().raw_update("pre_checkout_query", body).unwrap();
            world.settle().await;
            let call = world.telegram().calls_of("answerPreCheckoutQuery").pop().unwrap();
            assert_eq!(call.params["ok"], json!(false));
            assert!(call.params["error_message"].as_str().unwrap().contains(words));
        }
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 100 ₽");
    })
    .await;
}

/// Telegram tells of a payment that does not agree with its bill.
async fn tells_of_payment(world: &World, anna: Person<'_>, charge: &str, bill: &str, total: i64) {
    let said = json!({
        "currency": "XTR", "total_amount": total, "invoice_payload": bill,
        "telegram_payment_charge_id": charge, "provider_payment_charge_id": "",
    });
    tells(world, anna, "successful_payment", said).await;
}

#[tokio::test]
async fn money_that_does_not_agree_waits_for_the_operator() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna, "100 ₽").await;
        let id = last_payment(world).await.to_string();
        tells_of_payment(world, anna, "charge-1", &id, 7).await;
        anna.sees("не так, как в нём написано");
        operator.sees("Оплата не сходится со счётом");
        assert_eq!(payments(world).await, [("review".to_owned(), 10_000)]);
        tells_of_payment(world, anna, "charge-1", &id, 7).await;
        tells_of_payment(world, anna, "charge-2", "none of ours", 50).await;
        operator.sees("Оплата без счёта");
        anna.sees("мы не нашли счёт");
        assert_eq!(anna.wallet().await, (20_000, 0));
        // The operator decides: so many roubles for it.
        let till = Till { operators: vec![operator.id()], bonuses: promo::Rules::default() };
        let mut transaction = database::begin(world.pool()).await.unwrap();
        let (offer, first) = (Offer::default(), id.parse().unwrap());
        let seven = Some(Rub::from_roubles(7));
        let now = world.now();
        payments::approve(&mut transaction, &till, &offer, now, operator.id(), first, seven)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        world.settle().await;
        anna.sees("Зачислили 7 ₽");
        assert_eq!(anna.wallet().await, (20_700, 0));
    })
    .await;
}

#[tokio::test]
async fn who_leaves_while_a_payment_is_decided_on_is_told_how_it_ended_first() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna, "100 ₽").await;
        let id = last_payment(world).await;
        tells_of_payment(world, anna, "charge-1", &id.to_string(), 7).await;
        anna.sees("не так, как в нём написано");
        operator.sees("Оплата не сходится со счётом");
        anna.sends("/delete_me").await.sees("Ваш платёж ещё решается");
        anna.taps("🗑 Да, стереть всё").await.sees("Сотрём, как только решится ваш платёж");
        world.advance(Duration::from_mins(2)).await;
        let till = Till { operators: vec![operator.id()], bonuses: promo::Rules::default() };
        let mut transaction = database::begin(world.pool()).await.unwrap();
        let (now, by) = (world.now(), operator.id());
        payments::reject(&mut transaction, &till, now, by, id, "звёзды вернём").await.unwrap();
        transaction.commit().await.unwrap();
        world.settle().await;
        anna.sees("звёзды вернём");
        world.advance(Duration::from_mins(1)).await;
        anna.sees("ваши данные стёрты");
    })
    .await;
}

#[tokio::test]
async fn stars_of_who_has_left_go_nowhere_and_the_books_stay() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 100 ₽");
        anna.sends("/delete_me").await;
        anna.taps("🗑 Да, стереть всё").await.sees("ваши данные стёрты");
        assert_eq!(refunds(world, operator).await, RefundAsked::PersonLeft);
        assert_eq!(payments(world).await, [("paid".to_owned(), 10_000)]);
        assert!(!world.telegram().star_payments()[0].refunded);
    })
    .await;
}

#[tokio::test]
async fn roubles_for_a_bill_in_stars_credit_nothing_and_reach_the_operator() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna, "100 ₽").await;
        let bill = last_payment(world).await.to_string();
        let said = json!({
            "currency": "RUB", "total_amount": 10_000, "invoice_payload": bill,
            "telegram_payment_charge_id": "charge-1", "provider_payment_charge_id": "p",
        });
        tells(world, anna, "successful_payment", said).await;
        operator.sees("Оплата");
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_payment_of_which_telegram_never_told_is_found_in_its_list() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.only_takes_updates().await;
        world.loses_updates();
        world.settle().await;
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("Проверить оплату").await.sees("Зачислили 100 ₽");
        let bill = asks_for_a_bill(anna, "300 ₽").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.only_takes_updates().await;
        world.loses_updates();
        world.looks_after_payments().await;
        anna.sees("Зачислили 300 ₽");
        assert_eq!(anna.wallet().await, (60_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_check_that_finds_nothing_says_so() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna, "100 ₽").await;
        anna.taps("Проверить оплату").await.sees("Проверяем оплату").sees("пока не видно");
        anna.taps("Отменить счёт").await.sees("Счёт отменён");
    })
    .await;
}

#[tokio::test]
async fn stars_go_back_once_and_spent_money_becomes_a_debt_that_the_next_top_up_covers() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let first = asks_for_a_bill(anna, "300 ₽").await;
        world.telegram().pays(anna.id(), first).unwrap();
        world.settle().await;
        anna.sees("На счёте 500 ₽");
        // Bonus money is spent first: 250 of 500 roubles leave 250 of the paid ones.
        spend(world, anna, 25_000).await;
        assert_eq!(refunds(world, operator).await, RefundAsked::Started);
        anna.sees("вернули туда, откуда она пришла").sees("Долг 50 ₽");
        assert_eq!(anna.wallet().await, (0, 0));
        assert!(world.telegram().star_payments()[0].refunded);
        assert_eq!(refunds(world, operator).await, RefundAsked::NothingToRefund);
        let second = asks_for_a_bill(anna, "100 ₽").await;
        world.telegram().pays(anna.id(), second).unwrap();
        world.settle().await;
        anna.sees("На счёте 50 ₽");
        assert_eq!(anna.wallet().await, (5_000, 0));
        anna.screen();
    })
    .await;
}

/// Anna spends so much on an order that is done.
async fn spend(world: &World, anna: Person<'_>, kopecks: i64) {
    let user: i64 = sqlx::query_scalar("select id from users where telegram_id = $1")
        .bind(anna.id())
        .fetch_one(world.pool())
        .await
        .unwrap();
    let mut transaction = database::begin(world.pool()).await.unwrap();
    let generation = uuid::Uuid::from_u128(77);
    let request = billing::HoldRequest {
        user_id: user,
        world: billing::World::Real,
        generation,
        amount: Rub::from_kopecks(kopecks),
    };
    billing::hold(&mut transaction, world.now(), &request).await.unwrap();
    billing::commit(&mut transaction, world.now(), generation).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_asked_again_and_given_once() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 100 ₽");
        world.crash().arm("payment: given back", 0);
        refunds(world, operator).await;
        assert!(world.has_crashed());
        world.restarts().await;
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(payments(world).await, [("refunded".to_owned(), 10_000)]);
    })
    .await;
}

#[tokio::test]
async fn a_crash_while_crediting_credits_once() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "100 ₽").await;
        world.crash().arm("payment: credited", 0);
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        assert!(world.has_crashed());
        world.restarts().await;
        anna.sees("Зачислили 100 ₽");
        assert_eq!(anna.wallet().await, (30_000, 0));
    })
    .await;
}

#[tokio::test]
async fn an_order_that_lacked_money_goes_on_by_itself_after_the_top_up() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        spend(world, anna, 19_900).await;
        anna.reaches_confirmation("Кот").await.sees("Не хватает 2,80 ₽");
        anna.taps("Пополнить на 2,80 ₽ и запустить").await.sees("Счёт № 1");
        let bill = bill(anna);
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 2,80 ₽").sees("Взяли в работу");
        assert_eq!(anna.wallet().await, (0, 380));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_order_whose_quote_is_over_is_shown_again_with_its_price() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        spend(world, anna, 19_900).await;
        anna.reaches_confirmation("Кот").await;
        anna.taps("Пополнить на 2,80 ₽ и запустить").await;
        let bill = bill(anna);
        world.advance(std::time::Duration::from_secs(20 * 60)).await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 2,80 ₽").sees("Проверили цену заново: 3,80 ₽");
        assert_eq!(anna.wallet().await, (380, 0));
        anna.taps("✅ Запустить за 3,80 ₽").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn what_telegram_itself_gives_back_leaves_the_wallet_once() {
    story_with(with_stars(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna, "500 ₽").await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        let (order, charge): (uuid::Uuid, String) =
            sqlx::query_as("select id, external_id from payments")
                .fetch_one(world.pool())
                .await
                .unwrap();
        for _ in 0..2 {
            let said = json!({
                "currency": "XTR", "total_amount": 500, "invoice_payload": order.to_string(),
                "telegram_payment_charge_id": charge,
            });
            tells(world, anna, "refunded_payment", said).await;
        }
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(payments(world).await, [("refunded".to_owned(), 50_000)]);
    })
    .await;
}
