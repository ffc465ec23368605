//! The operator finds a person by whatever is known of them, and mends what was done to their money.

use std::time::Duration;

use payments::{Offer, Provider};

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// Searches among the people.
async fn looks_for<'w>(operator: Person<'w>, words: &str) -> Person<'w> {
    operator.sends("/admin").await.taps("👤 Пользователи").await;
    operator.taps("🔎 Искать").await.sees("кого ищем");
    operator.sends(words).await.sees("Поиск")
}

async fn text(world: &World, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(world.pool()).await.unwrap()
}

#[tokio::test]
async fn a_person_is_found_by_the_name_that_begins_with_an_at_sign() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        world.telegram().takes_username(anna.id(), "anna_k");
        world.telegram().takes_username(boris.id(), "annaXk");
        anna.sends("/start").await.screen();
        boris.sends("/start").await.screen();
        for written in ["@anna_k", "anna_k", "@ANNA_K", "@anna_"] {
            looks_for(operator, written).await;
            assert!(!operator.screen().contains("Борис"), "{written}");
            operator.taps("Анна @anna_k").await.sees("Баланс 200 ₽").sees("@anna_k");
        }
        looks_for(operator, "@nobody_of_them").await.sees("Никого не нашли");
    })
    .await;
}

#[tokio::test]
async fn a_payment_leads_to_who_pays_before_and_after_the_money_has_come() {
    let offer = Offer { ways: vec![Provider::YooKassa], ..Offer::default() };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        for person in [boris, anna] {
            person.sends("/start").await.screen();
            person.sends("/balance").await.taps("500 ₽").await.sees("Счёт № ");
            person.screen();
        }
        // Anna's bill is the second one, as its number says; nobody has paid it.
        for written in ["№ 2", "№2", "#2"] {
            looks_for(operator, written).await;
            assert!(!operator.screen().contains("Борис"), "{written}");
            operator.taps("🧾 № 2").await.sees("Счёт № 2").sees("500 ₽").sees("ждёт оплаты");
            operator.taps("👤 Человек").await.sees("Анна").sees("Баланс 200 ₽");
        }
        let external = world.counter().last();
        let ours = text(world, "select id::text from payments where number = 2").await;
        assert_eq!(world.counter().world().pays(&external).await, Some(200));
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        // The number that stands on the card, and the one that the provider was told.
        for written in [external, ours] {
            looks_for(operator, &written).await;
            assert!(!operator.screen().contains("Борис"), "{written}");
            operator.taps("🧾 № 2").await.sees("зачислен").sees("Номер платежа");
            looks_for(operator, &written).await.taps("Анна").await.sees("Баланс 700 ₽");
        }
        // A bare number is a person's as well: both are shown, and nothing is chosen for the operator.
        looks_for(operator, "2").await.taps("🧾 № 2").await.sees("Счёт № 2");
        looks_for(operator, "№ 99").await.sees("Никого не нашли");
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_found_by_the_name_in_the_statement_of_its_provider() {
    let offer = Offer {
        ways: vec![Provider::Telegram],
        telegram_token: Some("123:TEST".into()),
        ..Offer::default()
    };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await.screen();
        anna.sends("/balance").await.taps("500 ₽").await;
        let bill = anna.messages().last().unwrap().id;
        anna.screen();
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 500 ₽");
        let charge = text(world, "select provider_charge_id from charges").await;
        looks_for(operator, &charge).await.taps("🧾 № 1").await.sees(&charge);
        looks_for(operator, &charge).await.taps("Анна").await.sees("Баланс 700 ₽");
    })
    .await;
}

#[tokio::test]
async fn a_debit_is_taken_back_within_a_minute_and_not_later() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await.screen();
        looks_for(operator, "Анна").await.taps("Анна").await.sees("Баланс 200 ₽");
        operator.taps("➖ Списать").await.sees("Сколько списать");
        operator.sends("50 начислили дважды").await.taps("✅ Да").await.sees("Сделано");
        anna.sees("Со счёта списано 50 ₽").sees("начислили дважды").sees("Баланс 150 ₽");
        assert_eq!(anna.wallet().await, (15_000, 0));

        world.advance(Duration::from_secs(59)).await;
        operator.taps("↩️ Отменить").await.sees("Сделано");
        anna.sees("На счёт зачислено 50 ₽").sees("Баланс 200 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));

        looks_for(operator, "Анна").await.taps("Анна").await;
        operator.taps("➖ Списать").await;
        operator.sends("50 начислили дважды").await.taps("✅ Да").await.sees("Сделано");
        anna.sees("Со счёта списано 50 ₽");
        world.advance(Duration::from_secs(61)).await;
        operator.taps("↩️ Отменить").await.sees("Минута прошла");
        assert_eq!(anna.wallet().await, (15_000, 0));
    })
    .await;
}
