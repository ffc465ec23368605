//! Ready ideas: too little money, the way to more, and back; files by link, and files that are
//! mended.

use std::time::Duration;

use money::Rub;
use payments::{Offer, Provider};
use sandbox::telegram::{MediaKind, PersonFile};

use crate::links::bmp;
use crate::person::Person;
use crate::world::{Options, World, story, story_with};

fn poor(ways: Vec<Provider>) -> Options {
    let offer = Offer { ways, ..Offer::default() };
    Options { offer, welcome: Rub::from_roubles(30), ..Options::default() }
}

async fn three_videos(world: &World, anna: Person<'_>) {
    anna.sends("/start s_revive-photo").await;
    anna.sends_photo(world.photo(), "cat.png").await.sees("Что должно произойти");
    anna.taps("😊 Улыбка").await.sees("Сколько вариантов");
    anna.taps("3 видео · 45,60 ₽").await.sees("Не хватает 15,60 ₽");
}

fn bill(anna: Person<'_>) -> i64 {
    let message = anna.messages().into_iter().rev().find(|message| message.invoice.is_some());
    message.expect("there is a bill").id
}

async fn all_succeed(world: &World) {
    for task in world.kie().tasks() {
        world.kie().succeed(&task.id).await;
        world.advance(Duration::from_secs(7)).await;
    }
}

#[tokio::test]
async fn an_idea_that_lacked_money_goes_on_by_itself_after_the_top_up() {
    story_with(poor(vec![Provider::Stars]), async |world| {
        let anna = world.person("Анна");
        three_videos(world, anna).await;
        anna.taps("➕ Пополнить на 15,60 ₽").await.sees("Счёт № 1");
        let query = world.telegram().pays(anna.id(), bill(anna)).unwrap();
        world.settle().await;
        assert_eq!(world.telegram().checkout_answer(&query), Some(Ok(())));
        anna.sees("Зачислили 15,60 ₽").sees("Проект взят в работу");
        assert_eq!(anna.wallet().await, (0, 4_560));
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(world.kie().tasks().len(), 3);
        all_succeed(world).await;
        anna.receives(MediaKind::Video, 3);
        anna.screen();
        assert_eq!(anna.wallet().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn of_several_ways_to_pay_the_idea_is_remembered_and_an_order_beside_it_waits() {
    story_with(poor(vec![Provider::Stars, Provider::Manual]), async |world| {
        let anna = world.person("Анна");
        anna.reaches_confirmation("Кот").await;
        three_videos(world, anna).await;
        anna.taps("➕ Пополнить на 15,60 ₽").await;
        anna.taps("⭐️ Звёзды").await.sees("Счёт № 1");
        world.telegram().pays(anna.id(), bill(anna)).unwrap();
        world.settle().await;
        anna.sees("Проект взят в работу");
        world.advance(Duration::from_secs(10)).await;
        assert_eq!(world.kie().tasks().len(), 3, "the idea, and not the picture");
        all_succeed(world).await;
        anna.receives(MediaKind::Video, 3);
        anna.sends("▶️ Продолжить заказ").await.sees("Не хватает 3,80 ₽");
    })
    .await;
}

#[tokio::test]
async fn an_idea_that_has_changed_meanwhile_is_not_ordered() {
    story_with(poor(vec![Provider::Stars]), async |world| {
        let anna = world.person("Анна");
        three_videos(world, anna).await;
        anna.taps("➕ Пополнить на 15,60 ₽").await;
        let bill = bill(anna);
        anna.taps("🏠 Меню").await;
        anna.taps("✨ Готовые идеи").await;
        anna.taps("▶️ Продолжить идею").await;
        anna.taps("⬅️ Назад").await.sees("Сколько вариантов");
        world.telegram().pays(anna.id(), bill).unwrap();
        world.settle().await;
        anna.sees("Зачислили 15,60 ₽");
        assert_eq!(anna.wallet().await, (4_560, 0));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_idea_takes_its_file_by_link_and_mends_what_does_not_fit() {
    const CAT: &str = "https://photos.example/cat.bmp";
    story(async |world| {
        world.links().put(CAT, bmp(320, 320));
        let anna = world.person("Анна");
        anna.sends("/start s_remove-background").await;
        anna.taps("✨ Начать").await.sees("Или ссылка на файл");
        anna.sends("https://photos.example/dog.png").await.sees("По этой ссылке файла нет");
        anna.sends(CAT).await.sees("такой файл не подойдёт");
        anna.taps("🛠 Исправить").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await.sees("взят в работу");
        world.advance(Duration::from_secs(5)).await;
        let uploaded = world.kie().tasks().pop().unwrap().input["image"].clone();
        assert!(uploaded.as_str().unwrap().ends_with(".jpg"), "{uploaded}");
        world.succeeds().await;
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        // A sound is no picture, and nothing mends it.
        anna.sends("/start s_remove-background").await;
        let sound = include_bytes!("../../../sandbox/assets/result.mp3").to_vec();
        let file = PersonFile::new(sound, "audio/mpeg", "a.mp3");
        anna.taps("✨ Начать").await;
        world.telegram().sends_file(anna.id(), MediaKind::Audio, file);
        world.settle().await;
        anna.sees("Здесь нужна картинка");
        assert!(!anna.screen().contains("Исправить"), "{}", anna.screen());
    })
    .await;
}
