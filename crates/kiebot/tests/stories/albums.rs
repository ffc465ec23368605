//! Albums: several files at once are one input.

use std::time::Duration;

use sandbox::telegram::{AlbumItem, MediaKind, PersonFile};

use crate::person::Person;
use crate::world::{World, story};

fn album(world: &World, count: usize) -> Vec<AlbumItem> {
    let part = |number: usize| {
        let file = PersonFile::new(world.photo(), "image/png", "cat.png");
        let file = if number == 0 { file.captioned("добавь шляпы") } else { file };
        AlbumItem { kind: MediaKind::Photo, file }
    };
    (0..count).map(part).collect()
}

/// How many messages the bot has said.
fn said(anna: Person<'_>) -> usize {
    anna.messages().len()
}

#[tokio::test]
async fn an_album_is_one_input_a_second_after_its_last_part() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana-edit").await;
        anna.taps("✨ Создать").await.sees("Пришлите одну или несколько картинок");
        let before = said(anna);
        world.telegram().sends_album(anna.id(), album(world, 3));
        world.only_takes_updates().await;
        assert_eq!(said(anna), before, "nothing is said before the last part");
        world.settle().await;
        assert_eq!(said(anna), before + 1, "three parts are answered once:\n{}", anna.chat());
        anna.sees("Приняты 3 файла");
        anna.taps("✅ Готово (3)").await;
        anna.sends("Добавь шляпы").await.sees("3 картинки");
        anna.taps("✅ Запустить").await;
        let uploaded = world.kie().tasks().pop().unwrap().input["image_urls"].clone();
        assert_eq!(uploaded.as_array().unwrap().len(), 3, "{uploaded}");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn of_an_album_where_one_photo_is_wanted_the_first_is_taken() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_recraft_remove-background").await;
        anna.taps("✨ Создать").await;
        world.telegram().sends_album(anna.id(), album(world, 3));
        world.settle().await;
        anna.sees("взяли только первый файл").sees("Проверьте заказ");
        anna.sends("/start s_remove-background").await;
        anna.taps("✨ Начать").await;
        world.telegram().sends_album(anna.id(), album(world, 2));
        world.settle().await;
        anna.sees("взяли только первый файл").sees("Проверьте заказ");
    })
    .await;
}

#[tokio::test]
async fn an_album_out_of_any_menu_is_one_thing_with_its_words() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let before = said(anna);
        world.telegram().sends_album(anna.id(), album(world, 4));
        world.settle().await;
        assert_eq!(said(anna), before + 1, "{}", anna.chat());
        anna.sees("Что сделать").sees("добавь шляпы");
        anna.taps("🖌 Изменить").await.sees("4 картинки");
    })
    .await;
}

#[tokio::test]
async fn words_right_after_an_album_are_understood_after_it() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_recraft_remove-background").await;
        anna.taps("✨ Создать").await;
        world.telegram().sends_album(anna.id(), album(world, 2));
        anna.sends("/balance").await;
        let chat = anna.chat();
        let (confirmed, balance) = (chat.find("Проверьте заказ"), chat.rfind("Баланс"));
        assert!(confirmed.is_some() && confirmed < balance, "{chat}");
        world.advance(Duration::from_secs(5)).await;
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_album_outlives_the_process_that_took_its_parts() {
    for (point, after) in [("update: answered", 1), ("album: answered", 0)] {
        story(async |world| {
            let anna = world.person("Анна");
            anna.sends("/start m_recraft_remove-background").await;
            anna.taps("✨ Создать").await;
            world.crash().arm(point, after);
            world.telegram().sends_album(anna.id(), album(world, 2));
            world.settle().await;
            assert!(world.has_crashed(), "{point}");
            world.restarts().await;
            world.advance(Duration::from_mins(1)).await;
            let confirmations = anna.chat().matches("Проверьте заказ").count();
            assert_eq!(confirmations, 1, "{point}:\n{}", anna.chat());
            anna.screen();
        })
        .await;
    }
}
