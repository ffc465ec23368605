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

/// An idea with the person's own words, ordered; a language model writes its prompt.
async fn an_idea(world: &World, anna: Person<'_>, count: &str) {
    anna.sends("/start s_revive-photo").await;
    anna.taps("✨ Начать").await;
    anna.sends_photo(world.photo(), "cat.png").await.sees("Что должно произойти");
    anna.sends("Кот достаёт ружьё").await.sees("Сколько вариантов");
    anna.taps(count).await;
    anna.taps("✅ Запустить").await.sees("взят в работу");
    world.advance(Duration::from_secs(10)).await;
    let written = world.kie().tasks()[0].input["prompt"].to_string();
    assert!(written.contains("slow push-in"), "a language model wrote it: {written}");
}

#[tokio::test]
async fn of_an_idea_the_person_s_own_words_are_softened_and_not_the_written_ones() {
    story(async |world| {
        let anna = world.person("Анна");
        an_idea(world, anna, "1 видео").await;
        world.fails("422", SENSITIVE).await;
        anna.sees("Деньги возвращены: 15,20 ₽, баланс 200 ₽");
        let softer = "Кот достаёт цветок. Лица и обстановка остаются как на фото, движение \
                      естественное и плавное.";
        world.kie().next_chat(ChatScript::Reply(softer.to_owned()));
        anna.taps("🪄 Предложите мягче").await.sees("Это бесплатно");
        let shown = anna.messages().pop().unwrap();
        assert!(shown.html.contains("Кот достаёт <s>ружьё.</s>"), "{}", shown.html);
        assert!(shown.html.contains("Кот достаёт <b>цветок.</b>"), "{}", shown.html);
        assert!(!shown.html.contains("push-in"), "{}", shown.html);
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("✅ Попробовать так").await.sees("Проверьте заказ").sees("Кот достаёт цветок");
        anna.taps("✅ Запустить за 15,20 ₽").await;
        let task = world.kie().tasks().pop().unwrap();
        assert_eq!(task.input["prompt"], softer);
        assert!(task.input["image_url"].is_string(), "the same photo: {}", task.input);
        world.succeeds().await;
        anna.receives(MediaKind::Video, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (18_480, 0));
    })
    .await;
}

#[tokio::test]
async fn whoever_mends_a_refused_idea_reads_their_own_words() {
    story(async |world| {
        let anna = world.person("Анна");
        an_idea(world, anna, "1 видео").await;
        world.fails("422", SENSITIVE).await;
        anna.taps("✏️ Исправить и повторить").await.sees("Кот достаёт ружьё");
        assert!(!anna.screen().contains("push-in"), "{}", anna.screen());
        anna.sends("Кот достаёт цветок").await.sees("Проверьте заказ");
    })
    .await;
}

#[tokio::test]
async fn of_several_results_the_receipt_proposes_softer_words_once() {
    story(async |world| {
        let anna = world.person("Анна");
        an_idea(world, anna, "3 видео").await;
        let tasks = world.kie().tasks();
        world.kie().succeed(&tasks[0].id).await;
        world.advance(Duration::from_secs(10)).await;
        for task in &tasks[1..] {
            world.kie().fail(&task.id, "422", SENSITIVE).await;
            world.advance(Duration::from_secs(10)).await;
        }
        anna.receives(MediaKind::Video, 1);
        anna.sees("Готово: 1 из 3").sees("вернули 30,40 ₽");
        assert_eq!(anna.screen().matches("Смягчите описание").count(), 1, "{}", anna.screen());
        anna.sees("3. 😔 По той же причине. Деньги возвращены: 15,20 ₽.");
        assert_eq!(anna.screen().matches("Предложите мягче").count(), 1);
        world.kie().next_chat(ChatScript::Reply("Кот достаёт цветок".to_owned()));
        anna.taps("🪄 Предложите мягче").await.sees("Стало");
        anna.taps("✅ Попробовать так").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить за 15,20 ₽").await;
        world.succeeds().await;
        anna.receives(MediaKind::Video, 2);
        anna.screen();
        assert_eq!(anna.wallet().await, (16_960, 0));
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
