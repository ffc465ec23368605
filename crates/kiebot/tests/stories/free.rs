//! What is given away: a slot with the order, its price for the shop, and the words at its end.

use std::time::Duration;

use chat::FreeTier;
use money::Rub;
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{Options, World, story_with};

fn free() -> Options {
    Options { free: FreeTier::default(), ..Options::default() }
}

/// From the card of Z-Image to its confirmation.
async fn asks(anna: Person<'_>) {
    anna.sends("/start m_z-image").await;
    anna.taps("✨ Создать").await;
    anna.sends("Кот").await.sees("Проверьте заказ");
}

async fn orders_free(world: &World, anna: Person<'_>) {
    asks(anna).await;
    anna.taps("✅ Запустить бесплатно").await.sees("Взяли в работу");
    world.advance(Duration::from_secs(30)).await;
}

async fn booked(world: &World) -> Vec<(String, String, i64)> {
    sqlx::query_as(
        "select kind, credit, amount_kop from ledger where generation_id is not null order by id",
    )
    .fetch_all(world.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_cheap_picture_is_free_and_costs_the_shop_alone() {
    story_with(free(), async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_z-image").await.sees("Бесплатно (осталось 5 на сегодня)");
        asks(anna).await;
        insta::assert_snapshot!(anna.screen(), @r"
        🧾 Проверьте заказ
        Z-Image

        Описание: Кот
        Формат кадра: 1:1 · квадрат

        🎁 Бесплатно (осталось 5 на сегодня)
        Обычная цена 0,76 ₽. На счёте 200 ₽, эти деньги не тронем.
        [✅ Запустить бесплатно]
        [✏️ Описание]
        [✏️ Формат кадра: 1:1 · квадрат]
        [🗑 Убрать заказ]
        [⬅️ Назад] [🏠 Меню]
        ");
        anna.taps("✅ Запустить бесплатно").await;
        anna.sees("Бесплатно, на счёте по-прежнему 200 ₽").sees("Заказ бесплатный");
        assert_eq!(anna.wallet().await, (20_000, 0));
        world.succeeds().await;
        let result = anna.receives(MediaKind::Photo, 1).remove(0);
        assert!(result.text.contains("🎁 Бесплатно"), "{}", result.text);
        assert_eq!(anna.wallet().await, (20_000, 0));
        let cost = ("cost".to_owned(), "promo_expense:free".to_owned(), 38);
        assert_eq!(booked(world).await, [cost]);
        anna.sends("/history").await.sees("готово · бесплатно");
        anna.sends("/start m_z-image").await.sees("Бесплатно (осталось 4 на сегодня)");
        anna.sends("/menu").await;
        anna.taps("⭐ Дешёвые").await.sees("осталось 4 на сегодня");
        assert!(anna.button("Z-Image").ends_with("бесплатно"));
    })
    .await;
}

#[tokio::test]
async fn a_third_one_within_the_hour_has_its_price_and_can_be_bought() {
    story_with(free(), async |world| {
        let anna = world.person("Анна");
        for _ in 0..2 {
            orders_free(world, anna).await;
            world.succeeds().await;
            anna.screen();
        }
        anna.sends("/start m_z-image")
            .await
            .sees("Следующий бесплатный запуск будет через 59 минут");
        asks(anna).await;
        anna.sees("Цена 0,76 ₽");
        anna.taps("✅ Запустить за 0,76 ₽").await.sees("Взяли в работу");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 3);
        assert_eq!(anna.wallet().await, (19_924, 0));
        world.advance(Duration::from_secs(3_600)).await;
        anna.sends("/start m_z-image").await.sees("осталось 3 на сегодня");
    })
    .await;
}

#[tokio::test]
async fn five_a_day_and_tomorrow_again() {
    story_with(free(), async |world| {
        let anna = world.person("Анна");
        for _ in 0..5 {
            orders_free(world, anna).await;
            world.succeeds().await;
            anna.screen();
            world.advance(Duration::from_secs(1_900)).await;
        }
        anna.sends("/start m_z-image").await.sees("на сегодня вы использовали");
        // It is noon; tomorrow begins at midnight in Moscow.
        world.advance(Duration::from_secs(10 * 3_600)).await;
        anna.sends("/start m_z-image").await.sees("осталось 5 на сегодня");
    })
    .await;
}

#[tokio::test]
async fn what_comes_to_nothing_gives_the_free_run_back() {
    story_with(free(), async |world| {
        let anna = world.person("Анна");
        orders_free(world, anna).await;
        world.fails("400", "Your prompt was flagged by our content policy").await;
        anna.sees("Бесплатный запуск вернули");
        anna.sends("/start m_z-image").await.sees("осталось 5 на сегодня");
        orders_free(world, anna).await;
        world.advance(Duration::from_secs(3_600)).await;
        anna.sees("Нейросеть не успела в срок").sees("Бесплатный запуск вернули");
        anna.sends("/start m_z-image").await.sees("осталось 5 на сегодня");
        world.succeeds().await;
        world.advance(Duration::from_secs(400)).await;
        let gift = anna.receives(MediaKind::Photo, 1).remove(0);
        assert!(gift.text.contains("Подарок"), "{}", gift.text);
        anna.sends("/start m_z-image").await.sees("осталось 5 на сегодня");
    })
    .await;
}

#[tokio::test]
async fn a_screen_that_says_free_never_takes_money_when_the_runs_are_gone_meanwhile() {
    let mut options = free();
    options.free.limits.budget = Rub::from_kopecks(50);
    story_with(options, async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        asks(anna).await;
        // Others have taken all of the day in the meantime.
        let boris = world.person("Борис");
        boris.sends("/start").await;
        spend_the_day(world, boris).await;
        anna.taps("✅ Запустить бесплатно").await.sees("на сегодня уже разобрали");
        anna.sees("Деньги не тронуты");
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("✅ Запустить за 0,76 ₽").await.sees("Взяли в работу");
        world.succeeds().await;
        anna.screen();
        boris.screen();
    })
    .await;
}

/// Boris orders until nothing is left: the budget of the story is small.
async fn spend_the_day(world: &World, boris: Person<'_>) {
    orders_free(world, boris).await;
    world.succeeds().await;
    boris.screen();
}

#[tokio::test]
async fn at_the_end_of_the_budget_people_see_prices_and_the_operator_is_told_once() {
    let mut options = free();
    options.free.limits.budget = Rub::from_kopecks(100);
    story_with(options, async |world| {
        let operator = world.operator().await;
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        for person in [anna, boris] {
            orders_free(world, person).await;
            world.succeeds().await;
            person.screen();
        }
        operator.sees("Бесплатное на сегодня закончилось").sees("Дневная сумма 1 ₽");
        let kate = world.person("Катя");
        kate.sends("/start m_z-image").await.sees("на сегодня уже разобрали");
        asks(kate).await;
        kate.sees("Цена 0,76 ₽");
        let told: i64 = sqlx::query_scalar(
            "select count(*) from notices where fact->'alert'->>'alert' = 'free_budget_spent'",
        )
        .fetch_one(world.pool())
        .await
        .unwrap();
        assert_eq!(told, 1);
    })
    .await;
}

#[tokio::test]
async fn only_cheap_inputs_of_a_free_model_are_free() {
    let mut options = free();
    options.free.models = Some(vec!["google/nano-banana".to_owned(), "z-image".to_owned()]);
    story_with(options, async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana").await;
        anna.taps("✨ Создать").await;
        anna.sends("Кот").await.sees("Цена 3,80 ₽");
    })
    .await;
}
