//! Moderation refused an order, and a language model proposes softer words.

use std::time::Duration;

use sandbox::kie::ChatScript;
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

const SENSITIVE: &str = "The input or output was flagged as sensitive.";

async fn refused(world: &World, anna: Person<'_>, words: &str) {
    anna.orders(words).await;
    world.fails("422", SENSITIVE).await;
    anna.sees("Деньги возвращены: 3,80 ₽, баланс 200 ₽");
}

async fn booked(world: &World) -> Vec<i64> {
    sqlx::query_scalar("select amount_kop from ledger where operation like 'writing:soften:%'")
        .fetch_all(world.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn softer_words_are_shown_with_what_has_changed_and_ordered_by_one_press() {
    story(async |world| {
        let anna = world.person("Анна");
        refused(world, anna, "Кот с ружьём на крыше").await;
        world.kie().next_chat(ChatScript::Reply("Кот с цветком на крыше".to_owned()));
        anna.taps("🪄 Предложите мягче").await.sees("Это бесплатно");
        let shown = anna.messages().pop().unwrap();
        assert!(shown.html.contains("Кот с <s>ружьём</s> на крыше"), "{}", shown.html);
        assert!(shown.html.contains("Кот с <b>цветком</b> на крыше"), "{}", shown.html);
        assert_eq!(booked(world).await, [1], "what it cost is in the books");
        assert_eq!(anna.wallet().await, (20_000, 0), "and the person pays nothing for it");
        anna.taps("✅ Попробовать так").await.sees("Проверьте заказ").sees("Кот с цветком");
        anna.taps("✅ Запустить за 3,80 ₽").await;
        assert_eq!(world.kie().tasks().pop().unwrap().input["prompt"], "Кот с цветком на крыше");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_language_model_that_does_not_help_is_said_not_to() {
    for script in [
        ChatScript::Garbage200,
        ChatScript::NoCredits,
        ChatScript::Reply("I'm sorry, but I can't help with that.".to_owned()),
        ChatScript::Reply("Кот с ружьём".to_owned()),
    ] {
        story(async |world| {
            let anna = world.person("Анна");
            refused(world, anna, "Кот с ружьём").await;
            world.kie().next_chat(script.clone());
            anna.taps("🪄 Предложите мягче").await.sees("Подобрать другие слова не вышло");
            anna.taps("✏️ Исправить самому").await.sees("Кот с ружьём");
            anna.sends("Кот с цветком").await.sees("Проверьте заказ");
        })
        .await;
    }
}

#[tokio::test]
async fn the_same_order_is_softened_once_and_a_stranger_cannot_ask() {
    story(async |world| {
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        boris.sends("/start").await;
        boris.screen();
        refused(world, anna, "Кот с ружьём").await;
        let failed = anna.messages().pop().unwrap();
        let soften =
            failed.buttons.concat().into_iter().find_map(|button| {
                button.data.filter(|_| button.label.contains("Предложите мягче"))
            });
        let soften = soften.unwrap();
        for _ in 0..3 {
            world.telegram().presses_raw(anna.id(), failed.id, &soften);
        }
        world.settle().await;
        anna.screen();
        assert_eq!(world.kie().chats().len(), 1);
        let on = boris.messages().pop().unwrap().id;
        for data in [soften.clone(), soften.replacen("1|j|os", "1|j|ot", 1)] {
            world.telegram().presses_raw(boris.id(), on, &data);
            world.settle().await;
            boris.sees("Такого заказа у вас нет");
        }
        boris.screen();
    })
    .await;
}

#[tokio::test]
async fn words_are_softened_so_often_in_a_day_and_no_more() {
    story(async |world| {
        let anna = world.person("Анна");
        for number in 0..=10 {
            anna.orders(&format!("Кот с ружьём {number}")).await;
            world.fails("422", SENSITIVE).await;
            anna.taps("🪄 Предложите мягче").await;
            anna.screen();
            world.advance(Duration::from_mins(65)).await;
        }
        anna.sees("больше не подбираем слова");
        assert_eq!(world.kie().chats().len(), 10);
        world.advance(Duration::from_hours(24)).await;
        anna.taps("🪄 Предложите мягче").await.sees("Стало");
    })
    .await;
}

#[tokio::test]
async fn a_kill_while_words_are_softened_loses_and_doubles_nothing() {
    for (point, asked) in [("soften: asked", 1), ("soften: written", 2), ("notice: sent", 1)] {
        story(async |world| {
            let anna = world.person("Анна");
            refused(world, anna, "Кот с ружьём").await;
            world.crash().arm(point, 0);
            anna.taps("🪄 Предложите мягче").await;
            assert!(world.has_crashed(), "{point}");
            world.restarts().await;
            world.advance(Duration::from_mins(1)).await;
            anna.sees("Стало");
            assert_eq!(world.kie().chats().len(), asked, "{point}");
            assert_eq!(booked(world).await.len(), 1, "{point}");
            anna.screen();
        })
        .await;
    }
}
