//! What a person sends without having been asked.

use sandbox::telegram::{MediaKind, PersonFile};

use crate::world::story;

#[tokio::test]
async fn a_photo_with_a_caption_is_changed_in_three_presses() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let photo =
            PersonFile::new(world.photo(), "image/png", "cat.png").captioned("добавь шляпу");
        world.telegram().sends_photo(anna.id(), photo);
        world.settle().await;
        anna.sees("Что сделать с этим файлом?").sees("добавь шляпу");
        anna.taps("🖌 Изменить").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let task = world.kie().tasks().pop().unwrap();
        assert!(task.input.to_string().contains("добавь шляпу"), "{}", task.input);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn words_become_speech_in_two_presses() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.sends("Добрый вечер! Сегодня мы расскажем сказку.").await.sees("Что сделать");
        anna.taps("🎙 Озвучить").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        world.succeeds().await;
        anna.receives(MediaKind::Audio, 1);
        anna.screen();
    })
    .await;
}
