//! A person orders, and gets what was ordered.

use sandbox::telegram::MediaKind;

use crate::world::story;

#[tokio::test]
async fn anna_orders_a_picture_and_pays_when_it_is_in_her_hands() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await.sees("Дарим 200 ₽");
        anna.taps("🖼 Картинка").await.sees("На кнопке цена");
        anna.picks("Nano Banana · 3,80 ₽").await.sees("Цена 3,80 ₽");
        anna.taps("✨ Создать").await.sees("Опишите словами");
        anna.sends("Кот читает газету").await;
        insta::assert_snapshot!(anna.screen(), @r"
        🧾 Проверьте заказ
        Nano Banana

        Описание: Кот читает газету
        Формат кадра: 1:1 · квадрат
        Тип файла: PNG

        💰 Цена 3,80 ₽
        💳 На счёте 200 ₽, после запуска останется 196,20 ₽. Если не получится, деньги вернутся.
        [✅ Запустить за 3,80 ₽]
        [✏️ Описание]
        [✏️ Формат кадра: 1:1 · квадрат]
        [✏️ Тип файла: PNG]
        [🗑 Убрать заказ]
        [⬅️ Назад] [🏠 Меню]
        ");
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("✅ Запустить за 3,80 ₽").await.sees("Взяли в работу").sees("Создаём");
        assert_eq!(anna.wallet().await, (19_620, 380));

        world.succeeds().await;
        let result = anna.receives(MediaKind::Photo, 1).remove(0);
        assert!(result.text.replace('\u{a0}', " ").contains("Списано 3,80 ₽ · баланс 196,20 ₽"));
        assert_eq!(anna.wallet().await, (19_620, 0));

        anna.sends("/history").await.sees("Nano Banana");
        anna.sends("/balance").await.sees("196,20 ₽");
    })
    .await;
}

#[tokio::test]
async fn two_presses_on_the_same_button_are_one_order() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.reaches_confirmation("Кот").await;
        anna.presses("✅ Запустить");
        anna.presses("✅ Запустить");
        world.settle().await;
        assert_eq!(world.kie().tasks().len(), 1);
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_update_that_telegram_repeats_is_one_order_too() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.reaches_confirmation("Кот").await;
        anna.presses("✅ Запустить");
        let press = world.telegram().pending_updates().last().unwrap().id;
        world.settle().await;
        assert!(world.telegram().repeat_update(press));
        world.settle().await;
        assert_eq!(world.kie().tasks().len(), 1);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn too_little_money_names_what_is_missing_and_keeps_the_order() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_kling-2_6_image-to-video").await;
        anna.taps("✨ Создать").await;
        let photo = world.photo();
        anna.fills_wizard(photo).await;
        for (field, choice) in [("Длительность", "10"), ("Звук", "")] {
            anna.changes(field, choice).await;
        }
        anna.sees("Не хватает 9 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("🏠 Меню").await;
        anna.taps("▶️ Продолжить заказ").await.sees("Не хватает 9 ₽");
        assert_eq!(world.kie().tasks().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_taken_in_and_handed_to_the_provider_as_bytes() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("✨ Улучшить").await;
        anna.taps("Recraft Remove Background").await;
        anna.taps("✨ Создать").await;
        anna.sends_photo(world.photo(), "cat.png").await;
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let task = world.kie().tasks().pop().unwrap();
        let link = task.input["image"].as_str().unwrap();
        assert!(link.starts_with(&world.kie_address()), "{link}");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn an_old_button_and_a_forged_one_show_the_present_screen_with_a_word() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("🖼 Картинка").await;
        let old = anna.messages().last().unwrap().clone();
        anna.picks("Nano Banana · ").await;
        anna.taps("✨ Создать").await;
        for data in ["1|zzzz", "", "9|menu", "1|go|999999"] {
            world.telegram().presses_raw(anna.id(), old.id, data);
            world.settle().await;
        }
        assert!(!anna.screen().is_empty());
        anna.sends("Кот").await.sees("Проверьте заказ");
    })
    .await;
}
