//! The operator compares the catalogue with KIE.ai, accepts what is found, and decides what is free.

use std::time::Duration;

use chat::FreeTier;
use sandbox::kie::ListingFault;
use serde_json::json;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// Changes a price of the emulated KIE.ai.
fn reprices(world: &World, id: &str, credits: &str) {
    let mut model = world.kie().model_data(id).unwrap();
    model["prices"][0]["credits"] = json!(credits);
    world.kie().offer(model).unwrap();
}

async fn opens_sync<'w>(operator: Person<'w>) -> Person<'w> {
    operator.sends("/admin").await.taps("🔄 Синхронизация").await
}

/// Opens the card of a model in the panel.
async fn opens_model(world: &World, operator: Person<'_>, id: &str) {
    let message = operator.messages().last().unwrap().id;
    world.telegram().presses_raw(operator.id(), message, &format!("A1|mc|{id}"));
    world.settle().await;
}

#[tokio::test]
async fn a_comparison_is_begun_looked_at_and_accepted_in_the_panel() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        opens_sync(operator).await.sees("ещё не сверяли").sees("В каталоге моделей");
        operator.taps("🔄 Сверить сейчас").await;
        world.compares_on().await;
        // What is seen for the first time is only to be known.
        operator.sees("Каталог сверен с поставщиком: 7 изменений");
        reprices(world, "google/nano-banana", "8");
        world.kie().delist("recraft/crisp-upscale");
        opens_sync(operator).await.taps("🔄 Сверить сейчас").await;
        world.compares_on().await;
        operator.sees("Каталог сверен");
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana").await.sees("3,80 ₽");
        opens_sync(operator).await.sees("Последняя сверка").sees("только посмотреть");
        operator.taps("👀 Изменения").await.sees("Сверка 2").sees("recraft/crisp-upscale: исчезла");
        operator.sees("google/nano-banana: цена в кредитах 4 → 8");
        operator.taps("✅ Применить").await.sees("применить изменения сверки 2");
        anna.sends("/start m_google_nano-banana").await.sees("3,80 ₽");
        operator.taps("✅ Да").await.sees("Сделано").sees("Применено");
        assert!(!operator.screen().contains("[✅ Применить"));
        anna.sends("/start m_google_nano-banana").await.sees("7,60 ₽");
        anna.sends("/start m_recraft_crisp-upscale").await.sees("Поставщик больше не продаёт");
        operator.taps("⬅️ Назад").await.taps("🗂 Прошлые сверки").await.sees("Прошлые сверки");
        assert!(operator.screen().contains("[✅ 2 ·") && operator.screen().contains("[👀 1 ·"));
        operator.sends("/admin").await.taps("📜 Журнал").await.sees("sync:2");
        // Pressed once more by an old button, nothing happens twice.
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "A1|c|a|2");
        world.settle().await;
        operator.taps("✅ Да").await.sees("уже сделано");
        world.telegram().presses_raw(operator.id(), message, "A1|c|a|1");
        world.settle().await;
        operator.taps("✅ Да").await.sees("Сверьте ещё раз");
    })
    .await;
}

#[tokio::test]
async fn a_comparison_that_fails_is_told_to_who_asked_and_one_goes_on_at_a_time() {
    story(async |world| {
        let operator = world.operator().await;
        world.kie().set_listing_fault(Some(ListingFault::Html502));
        opens_sync(operator).await.taps("🔄 Сверить сейчас").await.sees("Начали");
        let message = operator.messages().last().unwrap().id;
        world.telegram().presses_raw(operator.id(), message, "A1|c|n");
        world.settle().await;
        operator.sees("Сверка уже идёт");
        world.advance(Duration::from_mins(3)).await;
        operator.sees("Каталог поставщика не читается");
        world.kie().set_listing_fault(None);
        opens_sync(operator).await.sees("Не получилось");
        operator.taps("🗂 Прошлые сверки").await.taps("⚠️ 1").await.sees("Причина");
    })
    .await;
}

#[tokio::test]
async fn the_free_list_is_changed_and_made_by_itself_again() {
    story_with(Options { free: FreeTier::default(), ..Options::default() }, async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        operator.sends("/admin").await.taps("🎛 Модели").await;
        operator
            .taps("🎁 Бесплатное")
            .await
            .sees("список составляется сам")
            .sees("5 в день, 2 в час");
        anna.sends("/start m_google_nano-banana").await.sees("3,80 ₽");
        assert!(!anna.screen().contains("Бесплатно"));
        opens_model(world, operator, "google/nano-banana").await;
        operator.taps("🎁 Сделать бесплатной").await.sees("Сначала поднимите предел");
        operator.taps("Бесплатный заказ до").await.taps("✏️ Изменить").await;
        operator.sends("4").await.sees("Сейчас: 4 ₽");
        opens_model(world, operator, "google/nano-banana").await;
        operator
            .taps("🎁 Сделать бесплатной")
            .await
            .sees("ваш список")
            .sees("Nano Banana · 3,80 ₽");
        opens_model(world, operator, "google/nano-banana").await;
        operator.sees("В бесплатном списке");
        anna.reaches_confirmation("Кот").await.sees("Бесплатно (осталось 5 на сегодня)");
        opens_free(world, operator).await.taps("✖️ Nano Banana").await.sees("ваш список");
        assert!(!operator.screen().contains("Nano Banana ·"));
        operator.taps("↩️ Самые дешёвые").await.sees("список составляется сам");
        operator.taps("↩️ Отменить").await.sees("ваш список");
        // What is not sold cannot be given away.
        let message = operator.messages().last().unwrap().id;
        for id in ["sora-2-text-to-video", "no-such-model"] {
            world.telegram().presses_raw(operator.id(), message, &format!("A1|c|g|{id}"));
            world.settle().await;
            operator.sees("бесплатной не сделать");
        }
        operator.taps("✖️ Z-Image").await;
        anna.sends("/start m_z-image").await.sees("0,76 ₽");
        assert!(!anna.screen().contains("Бесплатно"));
        operator.taps("↩️ Отменить").await;
        anna.sends("/start m_z-image").await.sees("Бесплатно (осталось 5 на сегодня)");
        operator.sends("/admin").await.taps("⚙️ Настройки").await.sees("Бесплатные модели");
        operator.taps("Бесплатных в день").await.taps("✏️ Изменить").await;
        operator.sends("0").await.sees("Сейчас: 0");
        anna.sends("/start m_z-image").await.sees("0,76 ₽");
        assert!(!anna.screen().contains("Бесплатно"));
    })
    .await;
}

async fn opens_free<'w>(world: &World, operator: Person<'w>) -> Person<'w> {
    let message = operator.messages().last().unwrap().id;
    world.telegram().presses_raw(operator.id(), message, "A1|k|f");
    world.settle().await;
    operator.sees("Бесплатное")
}

#[tokio::test]
async fn without_the_right_the_catalogue_is_only_looked_at() {
    story(async |world| {
        let operator = world.operator().await;
        let vera = world.person("Вера");
        vera.sends("/start").await;
        operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
        operator.sends("Вера").await.taps("Вера").await.taps("🔑 Роль").await;
        operator.taps("поддержка").await.taps("✅ Да").await.sees("Сделано");
        opens_sync(vera).await.sees("Синхронизация");
        assert!(!vera.screen().contains("Сверить сейчас"));
        let message = vera.messages().last().unwrap().id;
        for data in ["c|n", "c|a|1", "c|g|google/nano-banana", "c|t|z-image", "c|u"] {
            world.telegram().presses_raw(vera.id(), message, &format!("A1|{data}"));
            world.settle().await;
            assert!(vera.screen().contains("нужна другая роль"), "{data}: {}", vera.screen());
        }
        let runs: i64 =
            sqlx::query_scalar("select count(*) from syncs").fetch_one(world.pool()).await.unwrap();
        assert_eq!(runs, 0);
        // To a stranger none of it exists.
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let message = anna.messages().last().unwrap().id;
        world.telegram().presses_raw(anna.id(), message, "1|zzzz");
        world.settle().await;
        let stale = anna.screen();
        for data in ["k|s", "k|h|0", "k|r|1|0", "k|f", "c|n", "c|a|1", "c|g|z-image", "c|u"] {
            world.telegram().presses_raw(anna.id(), message, &format!("A1|{data}"));
            world.settle().await;
            assert_eq!(anna.screen(), stale, "A1|{data}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_panel_tells_how_often_a_model_works_out_at_kie() {
    story(async |world| {
        let operator = world.operator().await;
        world.kie().set_success_rate("google/nano-banana", Some(62));
        world.compares_catalogue().await;
        world.learns().await;
        operator.screen();
        operator.sends("/admin").await;
        opens_model(world, operator, "google/nano-banana").await;
        operator.sees("У поставщика удаются 62 % задач");
    })
    .await;
}
