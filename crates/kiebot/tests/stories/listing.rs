//! KIE.ai adds, changes and drops models, and its catalogue fails: the shop follows, and loses
//! nothing.

use std::time::Duration;

use sandbox::kie::ListingFault;
use serde_json::json;

use crate::world::{World, story};

/// Changes a model of the emulated KIE.ai.
fn edits(world: &World, id: &str, edit: impl FnOnce(&mut serde_json::Value)) {
    let mut model = world.kie().model_data(id).unwrap();
    edit(&mut model);
    world.kie().offer(model).unwrap();
}

fn owl() -> serde_json::Value {
    json!({
        "id": "night-owl/text-to-image", "title": "Night Owl", "provider": "Owl",
        "tasks": ["text-to-image"], "output": "image", "unit": "per image",
        "prices": [{"credits": "3"}],
        "input": [
            {"name": "prompt", "type": "string", "required": true, "max_length": 400},
            {"name": "feathers", "type": "string", "enum": ["grey", "white"], "default": "grey"},
            {"name": "seed", "type": "integer"},
        ],
    })
}

#[tokio::test]
async fn a_new_model_stands_in_the_menu_with_its_questions_and_its_price() {
    story(async |world| {
        let operator = world.operator().await;
        world.compares_catalogue().await;
        operator.sees("wan/2-2-a14b-text-to-video-turbo");
        world.kie().offer(owl()).unwrap();
        world.compares_catalogue().await;
        operator.sees("Каталог обновлён").sees("night-owl/text-to-image");
        let anna = world.person("Анна");
        anna.sends("/start m_night-owl_text-to-image").await.sees("🆕 Night Owl").sees("2,85 ₽");
        anna.taps("✨ Создать").await;
        anna.sends("Сова на дубе").await.sees("Feathers");
        anna.taps("✅ Запустить за 2,85 ₽").await.sees("Взяли в работу");
        world.succeeds().await;
        assert_eq!(world.kie().tasks()[0].model, "night-owl/text-to-image");
        anna.screen();
        assert_eq!(anna.wallet().await, (19_715, 0));
        // Another process starts with the same shop.
        world.restarts().await;
        anna.sends("/start m_night-owl_text-to-image").await.sees("Night Owl");
    })
    .await;
}

#[tokio::test]
async fn a_price_that_rises_touches_no_order_that_was_placed() {
    story(async |world| {
        world.compares_catalogue().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        edits(world, "google/nano-banana", |model| model["prices"][0]["credits"] = json!("8"));
        world.compares_catalogue().await;
        world.succeeds().await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000 - 380, 0));
        anna.sends("/start m_google_nano-banana").await.sees("7,60 ₽");
    })
    .await;
}

#[tokio::test]
async fn a_price_that_rises_before_the_press_is_shown_before_it_is_taken() {
    story(async |world| {
        world.compares_catalogue().await;
        let anna = world.person("Анна");
        anna.sends("/start m_google_nano-banana").await;
        anna.taps("✨ Создать").await;
        anna.sends("Кот").await.sees("3,80 ₽");
        edits(world, "google/nano-banana", |model| model["prices"][0]["credits"] = json!("8"));
        world.compares_catalogue().await;
        anna.taps("✅ Запустить за 3,80 ₽").await.sees("7,60 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_model_that_vanishes_goes_off_sale_and_comes_back_by_itself() {
    story(async |world| {
        let operator = world.operator().await;
        world.compares_catalogue().await;
        let (anna, boris) = (world.person("Анна"), world.person("Борис"));
        anna.orders("Кот").await;
        boris.sends("/start m_google_nano-banana").await;
        boris.taps("✨ Создать").await;
        world.kie().delist("google/nano-banana");
        world.compares_catalogue().await;
        operator.sees("Исчезли").sees("google/nano-banana");
        boris.sends("Собака").await.sees("Поставщик больше не продаёт эту модель");
        // What was ordered before is made and paid.
        world.succeeds().await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000 - 380, 0));
        world.kie().relist("google/nano-banana");
        world.compares_catalogue().await;
        operator.sees("Вернулись");
        boris.sends("/start m_google_nano-banana").await.sees("3,80 ₽");
        assert_eq!(boris.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_wizard_open_on_a_model_that_changes_keeps_what_still_fits() {
    story(async |world| {
        world.compares_catalogue().await;
        let anna = world.person("Анна");
        anna.sends("/start m_z-image").await;
        anna.taps("✨ Создать").await;
        anna.sends("Кот").await.sees("1:1");
        edits(world, "z-image", |model| {
            let fields = model["input"].as_array_mut().unwrap();
            for field in fields.iter_mut().filter(|field| field["name"] == "aspect_ratio") {
                field["enum"] = json!(["16:9", "9:16", "21:9"]);
                field["default"] = json!("16:9");
            }
            fields.push(json!({
                "name": "mood", "type": "string", "required": true, "enum": ["calm", "wild"],
            }));
        });
        world.compares_catalogue().await;
        anna.taps("✅ Запустить").await.sees("Модель обновилась").sees("Mood");
        assert_eq!(anna.wallet().await, (20_000, 0));
        anna.taps("wild").await.sees("Кот").sees("16:9");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        world.succeeds().await;
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_read_changes_nothing_and_is_told_once() {
    for fault in [
        ListingFault::RateLimited,
        ListingFault::Html502,
        ListingFault::Garbage200,
        ListingFault::WrongShape,
        ListingFault::Empty,
    ] {
        story(async |world| {
            let operator = world.operator().await;
            world.kie().set_listing_fault(Some(fault));
            for round in 0..2 {
                world.compares_catalogue().await;
                world.advance(Duration::from_mins(5)).await;
                if round == 0 {
                    operator.sees("Каталог поставщика не читается");
                }
            }
            let anna = world.person("Анна");
            anna.orders("Кот").await;
            world.succeeds().await;
            anna.screen();
            assert_eq!(anna.wallet().await, (20_000 - 380, 0));
        })
        .await;
    }
}

#[tokio::test]
async fn a_model_that_often_fails_at_kie_carries_a_warning_until_it_works_again() {
    story(async |world| {
        world.kie().set_success_rate("google/nano-banana", Some(62));
        world.kie().set_success_rate("z-image", Some(97));
        world.compares_catalogue().await;
        world.learns().await;
        let anna = world.person("Анна");
        let warning = "удаются примерно 62 из 100";
        anna.sends("/start m_google_nano-banana").await.sees(warning).sees("деньги вернутся");
        anna.sends("/start m_z-image").await;
        assert!(!anna.screen().contains("часто подводит"));
        world.kie().set_success_rate("google/nano-banana", Some(98));
        world.compares_catalogue().await;
        world.learns().await;
        anna.sends("/start m_google_nano-banana").await;
        assert!(!anna.screen().contains("часто подводит"));
        // What was read long ago says nothing about now.
        world.kie().set_success_rate("google/nano-banana", Some(10));
        world.compares_catalogue().await;
        world.advance(Duration::from_hours(25)).await;
        world.learns().await;
        anna.sends("/start m_google_nano-banana").await;
        assert!(!anna.screen().contains("часто подводит"));
    })
    .await;
}

#[tokio::test]
async fn success_rates_that_cannot_be_read_do_not_stop_a_comparison() {
    story(async |world| {
        world.compares_catalogue().await;
        let operator = world.operator().await;
        operator.screen();
        world.kie().offer(owl()).unwrap();
        world.kie().set_success_rates_down(true);
        world.compares_catalogue().await;
        world.advance(Duration::from_mins(5)).await;
        operator.sees("Каталог обновлён").sees("night-owl/text-to-image");
    })
    .await;
}

#[tokio::test]
async fn one_refusal_in_the_middle_is_only_waited_for() {
    story(async |world| {
        let operator = world.operator().await;
        world.kie().next_listing(ListingFault::RateLimited);
        world.compares_catalogue().await;
        world.kie().next_listing(ListingFault::Html502);
        world.advance(Duration::from_mins(10)).await;
        operator.sees("Посмотрите сами");
        let runs = sync_runs(world).await;
        assert_eq!(runs, ["done"]);
    })
    .await;
}

async fn sync_runs(world: &World) -> Vec<String> {
    sqlx::query_scalar("select state from syncs order by id").fetch_all(world.pool()).await.unwrap()
}
