//! An order once more: by another model, with another photo; and texts too long for one message.

use sandbox::telegram::MediaKind;

use crate::world::story;

#[tokio::test]
async fn another_model_begins_with_the_same_words() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот читает газету").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.taps("🎨 Другая модель").await.sees("Ваш текст перенесём сами");
        anna.taps("Z-Image").await.sees("Проверьте заказ").sees("Кот читает газету");
        anna.taps("✅ Запустить за 0,76 ₽").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn another_photo_keeps_everything_else() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana-edit").await;
        anna.sends_photo(world.photo(), "cat.png").await;
        anna.sends("Добавь шляпу").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.taps("🖼 С другим фото").await.sees("Пришлите одну или несколько картинок");
        anna.sends_photo(world.photo(), "dog.png").await;
        anna.taps("✅ Готово (1)").await.sees("Проверьте заказ").sees("Добавь шляпу");
        anna.taps("✅ Запустить").await;
        assert_eq!(world.kie().tasks().len(), 2);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_text_too_long_for_one_message_is_one_answer() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana").await;
        anna.taps("✨ Создать").await;
        let before = anna.messages().len();
        // The emulated application cuts it as the real ones do.
        let text = "Кот читает газету. ".repeat(240);
        let text = text.trim();
        anna.sends(text).await.sees("Проверьте заказ");
        assert_eq!(anna.messages().len(), before + 1, "{}", anna.chat());
        anna.taps("✅ Запустить").await;
        assert_eq!(world.kie().tasks().pop().unwrap().input["prompt"], text);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        // One that ends there waits for a second and no longer.
        anna.sends("/start m_google_nano-banana").await;
        let half: String = text.chars().take(3_800).collect();
        anna.sends(half.trim()).await.sees("Проверьте заказ");
        // What nobody can take is refused as a whole.
        anna.sends("/start m_google_nano-banana").await;
        let longer = "Кот читает газету. ".repeat(1_500);
        anna.sends(longer.trim()).await.sees("слишком длинно");
        anna.screen();
    })
    .await;
}
