//! The operator gives money back: a payment to where it came from, an order to the wallet.

use std::time::Duration;

use chat::FreeTier;
use money::Rub;
use payments::{Offer, Provider};
use promo::{NewCode, Value};
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn with_stars() -> Options {
    let offer = Offer { ways: vec![Provider::Stars], ..Offer::default() };
    Options { offer, ..Options::default() }
}

/// Somebody tops up with Stars.
async fn pays(world: &World, person: Person<'_>, sum: &str) {
    person.sends("/balance").await;
    person.taps(sum).await.sees("Счёт №");
    let bill = person.messages().into_iter().rev().find(|message| message.invoice.is_some());
    world.telegram().pays(person.id(), bill.unwrap().id).unwrap();
    world.settle().await;
    person.sees(&format!("Зачислили {sum}"));
    person.screen();
}

/// The link of an invitation.
fn link(person: Person<'_>) -> String {
    let screen = person.screen();
    let rest = screen.split("?start=").nth(1).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// The operator opens the newest bill of all.
async fn opens_bill<'w>(operator: Person<'w>, number: &str) -> Person<'w> {
    operator.sends("/admin").await.taps("💳 Транзакции").await.taps("🧾 Счета").await;
    operator.taps("🔎 По номеру").await.sends(number).await.sees(&format!("Счёт № {number}"))
}

#[tokio::test]
async fn a_payment_goes_back_to_its_source_once_and_spent_money_is_a_debt() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        pays(world, anna, "300 ₽").await;
        // An order is paid by bonus money first: 200 of the gift go, and nothing of hers.
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        opens_bill(operator, "1").await.sees("звёзды · зачислен");
        operator.taps("💸 Вернуть деньги").await.sees("причину возврата");
        operator.sends("передумала").await.sees("вернуть оплату 300 ₽ туда, откуда она пришла");
        operator.taps("✅ Да").await.sees("Сделано");
        anna.sees("вернули туда, откуда она пришла").sees("Причина: передумала");
        assert!(world.telegram().star_payments()[0].refunded);
        assert_eq!(anna.wallet().await, (19_620, 0));
        opens_bill(operator, "1").await.sees("возвращён");
        // An old button: the second time is refused in words.
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from payments").fetch_one(world.pool()).await.unwrap();
        let message = operator.messages().last().unwrap().id;
        let again = format!("A1|f|tb|{}", id.simple());
        world.telegram().presses_raw(operator.id(), message, &again);
        world.settle().await;
        operator.sees("уже вернулись");
        let actions: Vec<(String, Option<String>, serde_json::Value)> =
            sqlx::query_as("select action, reason, after from admin_actions")
                .fetch_all(world.pool())
                .await
                .unwrap();
        assert_eq!(actions.len(), 1);
        assert_eq!(actions[0].0, "payment_refund");
        assert_eq!(actions[0].1.as_deref(), Some("передумала"));
        assert_eq!(actions[0].2["state"], "refunding");
    })
    .await;
}

#[tokio::test]
async fn alone_the_operator_writes_a_big_refund_once_more_and_what_is_spent_is_owed() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/balance").await;
        anna.taps("Другая сумма").await;
        anna.sends("1500").await.sees("Счёт № 1");
        let bill = anna.messages().into_iter().rev().find(|message| message.invoice.is_some());
        world.telegram().pays(anna.id(), bill.unwrap().id).unwrap();
        world.settle().await;
        anna.sees("Зачислили 1 500 ₽");
        let user: i64 = sqlx::query_scalar("select id from users where telegram_id = $1")
            .bind(anna.id())
            .fetch_one(world.pool())
            .await
            .unwrap();
        let generation = uuid::Uuid::from_u128(9);
        let mut transaction = database::begin(world.pool()).await.unwrap();
        let request = billing::HoldRequest {
            user_id: user,
            world: billing::World::Real,
            generation,
            amount: Rub::from_roubles(1_650),
        };
        billing::hold(&mut transaction, world.now(), &request).await.unwrap();
        billing::commit(&mut transaction, world.now(), generation).await.unwrap();
        transaction.commit().await.unwrap();
        opens_bill(operator, "1").await;
        operator.taps("💸 Вернуть деньги").await;
        operator.sends("спор с банком").await.sees("напишите число ещё раз: 1500");
        operator.sends("150").await.sees("Не совпало");
        operator.sends("1500").await.sees("Сделано");
        anna.sees("вернули туда, откуда она пришла").sees("Долг 1 450 ₽");
        assert_eq!(anna.wallet().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn money_that_no_provider_gives_back_is_sent_by_hand() {
    let offer = Offer {
        ways: vec![Provider::Telegram],
        telegram_token: Some("381764678:TEST:100037".into()),
        ..Offer::default()
    };
    story_with(Options { offer, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        pays(world, anna, "500 ₽").await;
        opens_bill(operator, "1").await.sees("карта через Телеграм");
        operator.taps("💸 Вернуть деньги").await;
        operator.sends("просьба").await.taps("✅ Да").await;
        operator.sees("Верните деньги вручную");
        anna.sees("вернули туда, откуда она пришла");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.sends("/admin").await.taps("💳 Транзакции").await;
        operator.taps("пополнения").await.sees("возврат оплаты · 500 ₽");
    })
    .await;
}

#[tokio::test]
async fn what_a_payment_had_earned_goes_back_with_it_and_the_inviter_is_told() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        let mut connection = world.pool().acquire().await.unwrap();
        let percent = Value::Percent { percent: 20, max: None };
        let plus = NewCode::simple("PLUS", percent);
        promo::create(&mut connection, world.now(), &plus, "owner").await.unwrap().unwrap();
        drop(connection);
        anna.sends("/start").await;
        anna.sends("/invite").await;
        let invitation = link(anna);
        boris.sends(&format!("/start {invitation}")).await.sees("Вас пригласил друг");
        boris.sends("/promo plus").await.sees("добавим 20 %");
        pays(world, boris, "500 ₽").await;
        boris.sees("Промокод добавил к пополнению 100 ₽").sees("по приглашению: 50 ₽");
        anna.sees("Ваш бонус: 50 ₽");
        assert_eq!(anna.wallet().await, (25_000, 0));
        assert_eq!(boris.wallet().await, (85_000, 0));
        opens_bill(operator, "1").await;
        operator.taps("💸 Вернуть деньги").await;
        operator.sends("просьба").await.taps("✅ Да").await;
        boris.sees("вернули туда, откуда она пришла");
        boris.sees("отменены бонусы, которые она принесла: 150 ₽");
        anna.sees("бонус за неё отменён: 50 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(boris.wallet().await, (20_000, 0));
        anna.sends("/invite").await;
        anna.sees("пополнили счёт: 0 · вы заработали 0 ₽");
        // A second first payment earns nothing more.
        pays(world, boris, "500 ₽").await;
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.screen();
        boris.screen();
    })
    .await;
}

#[tokio::test]
async fn a_free_order_has_nothing_to_give_back() {
    let options = Options { free: FreeTier::default(), ..with_stars() };
    story_with(options, async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start m_z-image").await;
        anna.taps("✨ Создать").await;
        anna.sends("Кот").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить бесплатно").await.sees("Взяли в работу");
        world.advance(Duration::from_secs(30)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        let id: uuid::Uuid =
            sqlx::query_scalar("select id from generations").fetch_one(world.pool()).await.unwrap();
        operator.sends("/admin").await;
        let message = operator.messages().last().unwrap().id;
        for data in ["o", "f|re"] {
            let data = format!("A1|{data}|{}", id.simple());
            world.telegram().presses_raw(operator.id(), message, &data);
            world.settle().await;
            let screen = operator.screen();
            assert!(!screen.contains("[💸 Вернуть деньги]"), "{screen}");
        }
        operator.sees("возвращать нечего");
        let mut transaction = database::begin(world.pool()).await.unwrap();
        let back = generation::refund(&mut transaction, world.now(), id, "test").await.unwrap();
        assert_eq!(back, billing::Refunded::NothingTaken);
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn of_an_upper_bound_only_what_was_taken_is_given_back() {
    story_with(with_stars(), async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let model = "google/gemini-3-8-flash-tts";
        world.places(anna, model, crate::bounds::reading(model)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Audio, 1);
        let (left, _) = anna.wallet().await;
        let taken = Rub::from_kopecks(20_000 - left).to_string().replace('\u{a0}', " ");
        assert!(left < 20_000);
        operator.sends("/admin").await.taps("🧯 Логи/Ошибки").await.taps("🔎 По коду").await;
        let code: String = sqlx::query_scalar("select code from generations")
            .fetch_one(world.pool())
            .await
            .unwrap();
        operator.sends(&code).await.sees("деньги: списаны");
        operator.taps("💸 Вернуть деньги").await;
        operator.sends("шум").await.sees(&format!("вернуть {taken} за заказ"));
        operator.taps("✅ Да").await.sees("деньги: возвращены");
        anna.sees(&format!("возвращены: {taken}"));
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}
