//! A person's first result: how little it takes.

use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

/// What a person did after `/start`: presses, and messages of their own. Entries of the menu in the
/// place of the letters are presses.
fn effort(world: &World) -> (usize, usize) {
    let updates = world.telegram().all_updates();
    let presses = updates.iter().filter(|(_, update)| update.get("callback_query").is_some());
    let messages = updates.iter().filter(|(_, update)| update.get("message").is_some());
    let started = 1;
    (presses.count(), messages.count() - started)
}

async fn runs(world: &World, anna: Person<'_>, kind: MediaKind) -> (usize, usize) {
    anna.taps("✅ Запустить").await;
    world.succeeds().await;
    anna.receives(kind, 1);
    anna.screen();
    effort(world)
}

#[tokio::test]
async fn the_menu_leads_to_the_first_picture_in_three_presses_and_one_message() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await.sees("Здравствуйте, Анна!");
        anna.taps("🖼 Картинка").await;
        anna.taps("Z-Image · 0,76 ₽").await.sees("просто напишите сюда свой запрос");
        anna.sends("Кот читает газету").await.sees("Проверьте заказ");
        assert_eq!(runs(world, anna, MediaKind::Photo).await, (3, 1));
        assert_eq!(anna.wallet().await, (19_924, 0));
    })
    .await;
}

#[tokio::test]
async fn the_shelf_of_the_cheapest_leads_there_as_well() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("⭐ Дешёвые/бесплатные").await;
        anna.picks("Z-Image").await;
        anna.sends("Кот читает газету").await.sees("Проверьте заказ");
        let (presses, messages) = runs(world, anna, MediaKind::Photo).await;
        assert!(presses <= 3 && messages == 1, "{presses} presses, {messages} messages");
    })
    .await;
}

#[tokio::test]
async fn a_photo_on_the_card_of_a_model_or_an_idea_begins_its_order() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("✨ Готовые идеи").await;
        anna.picks("✂️ Убрать фон").await.sees("просто пришлите сюда файл");
        anna.sends_photo(world.photo(), "cat.png").await.sees("Проверьте заказ");
        assert_eq!(runs(world, anna, MediaKind::Photo).await, (3, 1));
        anna.sends("/start m_recraft_crisp-upscale").await.sees("просто пришлите сюда файл");
        anna.sends_photo(world.photo(), "cat.png").await.sees("Проверьте заказ");
    })
    .await;
}

#[tokio::test]
async fn words_out_of_any_menu_are_the_shortest_way() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("Кот читает газету").await.sees("Что сделать");
        anna.taps("🖼 Картинка ·").await.sees("Проверьте заказ");
        assert_eq!(runs(world, anna, MediaKind::Photo).await, (2, 1));
    })
    .await;
}

#[tokio::test]
async fn the_greeting_brings_one_key_that_opens_the_menu_from_anywhere() {
    for link in ["/start", "/start m_google_nano-banana", "/start src_channel", "Привет"] {
        story(async |world| {
            let anna = world.person("Анна");
            anna.sends(link).await.sees("Здравствуйте, Анна!").sees("Дарим 200 ₽");
            let keyboard = world.telegram().reply_keyboard(anna.id()).expect("a keyboard");
            assert_eq!(keyboard, [["🏠 Меню"]], "{link}");
            let greetings = anna.chat().matches("Здравствуйте").count();
            assert_eq!(greetings, 1, "{link}:\n{}", anna.chat());
            anna.sends("🏠 Меню").await.sees("Главное меню");
            let menus = anna.chat().matches("Главное меню").count();
            assert_eq!(menus, 1, "the menu stands once:\n{}", anna.chat());
            anna.taps("🎬 Видео").await.sees("Ролики по описанию");
            anna.screen();
        })
        .await;
    }
}

#[tokio::test]
async fn the_key_speaks_the_language_that_was_chosen() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("/language").await.sees("На каком языке");
        anna.taps("🇬🇧 Английский").await.sees("Now we speak English").sees("Main menu");
        let keyboard = world.telegram().reply_keyboard(anna.id()).expect("a keyboard");
        assert_eq!(keyboard, [["🏠 Menu"]]);
        anna.sends("🏠 Menu").await.sees("Main menu");
        anna.screen();
    })
    .await;
}
