//! The operator reads how a model does, and which ones are broken and why.

use std::time::Duration;

use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

/// The card of the model that everybody orders here.
async fn opens_card<'w>(world: &World, operator: Person<'w>) -> Person<'w> {
    operator.sends("/admin").await.taps("🎛 Модели").await.sees("За 30 дней чаще всего");
    let message = operator.messages().last().unwrap().id;
    world.telegram().presses_raw(operator.id(), message, "A1|mc|google/nano-banana");
    world.settle().await;
    operator.sees("Nano Banana").sees("google/nano-banana")
}

#[tokio::test]
async fn a_models_card_counts_orders_failures_and_what_is_left_of_the_money() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        opens_card(world, operator).await;
        operator
            .sees("За 30 дней: заказов 0, готово 0, не вышло 0 (0 %)")
            .sees("Выручка 0 ₽ · расход 0 ₽ · маржа 0 ₽");
        for number in 1..=3 {
            anna.orders("Кот").await;
            world.succeeds().await;
            anna.receives(MediaKind::Photo, number);
            anna.screen();
        }
        anna.orders("Кот").await;
        world.fails("505", "The feature is switched off").await;
        anna.screen();
        opens_card(world, operator).await;
        operator
            .sees("За 30 дней: заказов 4, готово 3, не вышло 1 (25 %)")
            .sees("Выручка 11,40 ₽ · расход 5,70 ₽ · маржа 5,70 ₽");
        operator.sends("/admin").await.taps("🎛 Модели").await;
        operator.sees("Nano Banana: заказов 4, не вышло 1, маржа 5,70 ₽");

        // A month later nothing of it counts any more.
        world.advance(Duration::from_hours(24 * 31)).await;
        opens_card(world, operator).await.sees("За 30 дней: заказов 0");
    })
    .await;
}

#[tokio::test]
async fn what_fails_and_what_is_not_sold_stands_among_the_broken_with_the_reason() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        let broken = async || {
            operator.sends("/admin").await.taps("🎛 Модели").await.taps("🧯 Сломанные").await;
            operator.sees("Сломанные модели")
        };
        broken().await.sees("Всё работает").sees("Не продаются:");
        let screen = operator.screen();
        let catalog = catalog::Catalog::builtin().unwrap();
        let mut not_sold = 0;
        for model in catalog.models() {
            if let catalog::Sale::NotSold { reason, .. } = model.sale() {
                not_sold += 1;
                assert!(
                    screen.contains(reason.ru.trim_end_matches('.')),
                    "{}:\n{screen}",
                    model.id
                );
            }
        }
        assert!(not_sold > 0, "the catalogue knows what it does not sell");

        for _ in 0..2 {
            anna.orders("Кот").await;
            world.fails("505", "The feature is switched off").await;
            anna.screen();
        }
        broken().await.sees("Ошибаются за сутки:");
        operator
            .sees("Nano Banana: заказов 2, не вышло 2")
            .sees("чаще всего: непонятный ответ поставщика");
        for _ in 0..6 {
            anna.orders("Кот").await;
            world.fails("505", "The feature is switched off").await;
            anna.screen();
        }
        assert_eq!(world.reviews_models().await, 1);
        operator.sees("Nano Banana").sees("8 из 8");
        broken().await.sees("Отдыхают после ошибок:").sees("не вышло 8 из 8");
        operator.taps("🎛 Nano Banana").await.sees("🧯 Nano Banana").sees("Отдыхает с");
        operator.sees("не вышло 8 (100 %)").sees("маржа 0 ₽");
    })
    .await;
}
