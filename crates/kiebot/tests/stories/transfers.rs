//! A person transfers money by hand, and an operator finds it.

use payments::{Offer, Provider};
use sandbox::telegram::{MediaKind, PersonFile};

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn by_hand() -> Options {
    let offer = Offer {
        ways: vec![Provider::Manual],
        manual_details: Some("2200 0000 0000 0000, Иван И.".to_owned()),
        ..Offer::default()
    };
    Options { offer, ..Options::default() }
}

/// Anna asks for a transfer of 500 roubles; answers with the exact sum in kopecks.
async fn asks_for_a_transfer(world: &World, anna: Person<'_>) -> i64 {
    anna.sends("/balance").await;
    anna.taps("500 ₽").await.sees("2200 0000 0000 0000");
    anna.screen();
    sqlx::query_scalar("select provider_amount from payments order by number desc limit 1")
        .fetch_one(world.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_receipt_credits_nothing_until_the_operator_has_found_the_money() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let exact = asks_for_a_transfer(world, anna).await;
        assert!((50_001..=50_099).contains(&exact), "{exact}");
        anna.sends_photo(world.photo(), "receipt.png").await.sees("Чек получили");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.sees("Перевод по счёту № 1");
        operator.taps("✅ Зачислить").await.sees("Сделано").sees("зачислен");
        anna.sees("Зачислили 500,");
        assert_eq!(anna.wallet().await, (20_000 + exact, 0));
        operator.taps("✅ Зачислить").await.sees("уже решили до вас");
        let who: Vec<(String, String)> = sqlx::query_as("select actor, action from admin_actions")
            .fetch_all(world.pool())
            .await
            .unwrap();
        let actor = format!("operator:{}", operator.id());
        assert_eq!(who, [(actor, "payment_approve".to_owned())]);
        assert_eq!(anna.wallet().await, (20_000 + exact, 0));
    })
    .await;
}

#[tokio::test]
async fn two_transfers_of_the_same_sum_differ_by_kopecks() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await;
        let one = asks_for_a_transfer(world, anna).await;
        let other = asks_for_a_transfer(world, boris).await;
        assert_ne!(one, other);
        // One transfer at a time.
        anna.sends("/balance").await;
        anna.taps("300 ₽").await.sees("Один перевод уже ждёт оплаты");
    })
    .await;
}

#[tokio::test]
async fn the_operator_credits_another_sum_or_says_why_not() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_transfer(world, anna).await;
        let pdf = PersonFile::new(b"%PDF-1.4 receipt".to_vec(), "application/pdf", "чек.pdf");
        world.telegram().sends_file(anna.id(), MediaKind::Document, pdf);
        world.settle().await;
        anna.sees("Чек получили");
        operator.taps("Другая сумма").await.sees("Сколько пришло на самом деле");
        operator.sends("много").await.sees("сумма больше нуля");
        operator.sends("450").await.sees("Счёт № 1 на 450 ₽");
        anna.sees("Зачислили 450 ₽");
        assert_eq!(anna.wallet().await, (65_000, 0));
        asks_for_a_transfer(world, anna).await;
        anna.sends_photo(world.photo(), "receipt.png").await.sees("Чек получили");
        operator.sees("Перевод по счёту № 2");
        operator.taps("Отклонить").await.sees("Почему деньги не зачисляем");
        operator.sends("в выписке такого нет").await.sees("отклонён");
        anna.sees("Причина: в выписке такого нет");
        assert_eq!(anna.wallet().await, (65_000, 0));
    })
    .await;
}

#[tokio::test]
async fn only_operators_decide_whatever_a_changed_client_sends() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_transfer(world, anna).await;
        anna.sends_photo(world.photo(), "receipt.png").await;
        operator.sees("Перевод по счёту № 1");
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from payments").fetch_one(world.pool()).await.unwrap();
        let message = anna.messages().last().unwrap().id;
        world.telegram().presses_raw(anna.id(), message, "1|zzzz");
        world.settle().await;
        let stale = anna.screen();
        for code in ["ta", "tq", "tv", "tp", "f|ts", "f|tr", "f|tb"] {
            let data = format!("A1|{code}|{}", id.simple());
            world.telegram().presses_raw(anna.id(), message, &data);
            world.settle().await;
            assert_eq!(anna.screen(), stale, "{data}");
        }
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn the_same_receipt_of_another_person_is_a_warning_and_no_decision() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.sends("/start").await;
        boris.sends("/start").await;
        asks_for_a_transfer(world, anna).await;
        anna.sends_photo(world.photo(), "receipt.png").await.sees("Чек получили");
        operator.sees("Перевод по счёту № 1");
        assert!(!operator.screen().contains("уже присылали"));
        asks_for_a_transfer(world, boris).await;
        // The same picture, sent anew: Telegram gives it another id.
        boris.sends_photo(world.photo(), "other.png").await.sees("Чек получили");
        operator.sees("Этот чек уже присылали: № 1").sees("решаете вы");
        assert_eq!(boris.wallet().await, (20_000, 0));
        operator.sends("/admin").await.sees("Ждут решения: 2 счёта");
        operator.taps("🧾 Счета").await.sees("прислан чек");
        operator.taps("🧾 № 2").await.sees("Тот же чек присылали к счетам: № 1");
        operator.taps("📎 Показать чек").await.sees("Чек придёт следующим");
        operator.sees("Перевод по счёту № 2");
        operator.taps("✖️ Отклонить").await.sees("Почему деньги не зачисляем");
        operator.taps("Перевод не найден").await.sees("отклонён");
        boris.sees("Причина: перевод не найден");
        assert_eq!(boris.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_transfer_that_comes_late_is_credited_by_its_receipt_and_the_operator() {
    story_with(by_hand(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks_for_a_transfer(world, anna).await;
        world.advance(std::time::Duration::from_secs(25 * 3600)).await;
        world.looks_after_payments().await;
        let state: String =
            sqlx::query_scalar("select state from payments").fetch_one(world.pool()).await.unwrap();
        assert_eq!(state, "expired");
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
