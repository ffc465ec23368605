//! A person tops up with a card through Telegram, and Telegram itself gives Stars back.

use std::time::Duration;

use payments::{Offer, Provider};
use sandbox::telegram::{MediaKind, PersonFile};
use serde_json::{Value, json};

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn with(provider: Provider) -> Options {
    let offer = Offer {
        ways: vec![provider],
        telegram_token: Some("381764678:TEST:100037".into()),
        manual_details: Some("2200 0000 0000 0000, Иван И.".to_owned()),
        ..Offer::default()
    };
    Options { offer, ..Options::default() }
}

/// Anna asks for a bill of 500 roubles; answers with its message.
async fn asks_for_a_bill(anna: Person<'_>) -> i64 {
    anna.sends("/balance").await;
    anna.taps("500 ₽").await.sees("Счёт №");
    let bill = anna.messages().into_iter().rev().find(|message| message.invoice.is_some());
    bill.expect("there is a bill").id
}

async fn payments(world: &World) -> Vec<(String, i64)> {
    sqlx::query_as("select state, amount_kop from payments order by number")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

/// Telegram says in Anna's chat that money has moved.
pub(crate) async fn tells(world: &World, anna: Person<'_>, what: &str, said: Value) {
    let mut body = json!({
        "message_id": 9_000, "date": 1,
        "from": {"id": anna.id(), "is_bot": false, "first_name": "Анна", "language_code": "ru"},
        "chat": {"id": anna.id(), "type": "private", "first_name": "Анна"},
    });
    body[what] = said;
    world.telegram().raw_update("message", body).unwrap();
    world.settle().await;
}

#[tokio::test]
async fn a_card_is_credited_to_who_paid_as_often_as_it_was_paid_and_never_by_repetition() {
    story_with(with(Provider::Telegram), async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await;
        let bill = asks_for_a_bill(anna).await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.telegram().pays(anna.id(), bill).unwrap();
        world.telegram().pays_bill_of(boris.id(), anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 500 ₽ по счёту № 1");
        let credited = anna.chat().matches("Зачислили 500 ₽").count();
        assert_eq!(credited, 2, "each payment of hers once");
        anna.screen();
        boris.sees("Зачислили 500 ₽");
        let told = world.telegram().all_updates().last().unwrap().0;
        assert!(world.telegram().repeat_update(told));
        world.settle().await;
        assert_eq!(anna.wallet().await, (120_000, 0));
        assert_eq!(boris.wallet().await, (70_000, 0));
        world.looks_after_payments().await;
    })
    .await;
}

#[tokio::test]
async fn a_late_card_is_credited_and_another_sum_or_currency_waits_for_the_operator() {
    story_with(with(Provider::Telegram), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna).await;
        world.telegram().pays(anna.id(), bill).unwrap();
        world.only_takes_updates().await;
        world.advance(Duration::from_secs(25 * 3600)).await;
        anna.sees("Зачислили 500 ₽");
        for (charge, currency, total) in [("c-1", "RUB", 700), ("c-2", "USD", 50_000)] {
            asks_for_a_bill(anna).await;
            let order: uuid::Uuid =
                sqlx::query_scalar("select id from payments order by number desc limit 1")
                    .fetch_one(world.pool())
                    .await
                    .unwrap();
            let said = json!({
                "currency": currency, "total_amount": total, "invoice_payload": order.to_string(),
                "telegram_payment_charge_id": charge, "provider_payment_charge_id": "p",
            });
            tells(world, anna, "successful_payment", said).await;
            anna.sees("не так, как в нём написано");
            operator.sees("Оплата не сходится со счётом");
        }
        assert_eq!(anna.wallet().await, (70_000, 0));
        // The operator looks at it in the panel and credits what has come.
        operator.sends("/admin").await.sees("Ждут решения: 2 счёта");
        operator.taps("🧾 Счета").await.taps("🧾 № 2").await.sees("Пришло 700 RUB");
        operator.taps("✏️ Другая сумма").await.sends("7").await.sees("Счёт № 2 на 7 ₽");
        anna.sees("Зачислили 7 ₽");
        assert_eq!(anna.wallet().await, (70_700, 0));
        operator.sends("/admin").await.taps("🧾 Счета").await.taps("🧾 № 3").await;
        operator.taps("✖️ Отклонить").await.sends("не та валюта").await.sees("отклонён");
        anna.sees("Причина: не та валюта");
    })
    .await;
}

#[tokio::test]
async fn what_telegram_itself_gives_back_leaves_the_wallet_once() {
    story_with(with(Provider::Stars), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna).await;
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

#[tokio::test]
async fn a_transfer_that_comes_late_is_credited_by_its_receipt_and_the_operator() {
    story_with(with(Provider::Manual), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/balance").await;
        anna.taps("500 ₽").await.sees("2200 0000 0000 0000");
        anna.screen();
        world.advance(Duration::from_secs(25 * 3600)).await;
        world.looks_after_payments().await;
        assert_eq!(payments(world).await[0].0, "expired");
        let pdf = PersonFile::new(b"%PDF-1.4 late".to_vec(), "application/pdf", "чек.pdf");
        world.telegram().sends_file(anna.id(), MediaKind::Document, pdf);
        world.settle().await;
        anna.sees("Чек получили");
        operator.taps("✅ Зачислить").await.sees("Сделано");
        anna.sees("Зачислили 500,");
        // It goes back by hand, as it came.
        operator.taps("💸 Вернуть деньги").await.sends("не тот счёт").await;
        operator.taps("✅ Да").await;
        operator.sees("Верните деньги вручную");
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}
