//! A person tops up with a card through Telegram.

use std::time::Duration;

use payments::{Offer, Provider};
use serde_json::{Value, json};

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn with_cards() -> Options {
    let offer = Offer {
        ways: vec![Provider::Telegram],
        telegram_token: Some("381764678:TEST:100037".into()),
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
    story_with(with_cards(), async |world| {
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
    story_with(with_cards(), async |world| {
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
async fn a_card_through_telegram_carries_a_fiscal_receipt_and_is_credited() {
    story_with(with_cards(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let bill = asks_for_a_bill(anna).await;
        let call = world.telegram().calls_of("sendInvoice").pop().unwrap();
        let data = call.params["provider_data"].as_str().unwrap().to_owned();
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(call.params["prices"][0]["amount"], 50_000);
        assert_eq!(data["receipt"]["items"][0]["amount"]["value"], "500.00");
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        assert_eq!(anna.wallet().await, (70_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_card_whose_update_came_to_nothing_is_found_in_what_telegram_told() {
    story_with(with_cards(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_bill(anna).await;
        let order: uuid::Uuid =
            sqlx::query_scalar("select id from payments").fetch_one(world.pool()).await.unwrap();
        let charge = payments::Charge {
            provider: Provider::Telegram,
            external_id: "charge-1".to_owned(),
            provider_charge_id: Some("2e8f-000f".to_owned()),
            payload: order.to_string(),
            payer: Some(anna.id()),
            currency: "RUB".to_owned(),
            amount: 50_000,
        };
        let mut connection = world.pool().acquire().await.unwrap();
        payments::note_charge(&mut connection, world.now(), &charge).await.unwrap();
        drop(connection);
        let found = kiebot::books::audit(world.pool()).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].rule, "each payment of which Telegram told is taken in as told");
        world.advance(Duration::from_secs(11 * 60)).await;
        world.looks_after_payments().await;
        anna.sees("Зачислили 500 ₽");
        assert_eq!(anna.wallet().await, (70_000, 0));
    })
    .await;
}
