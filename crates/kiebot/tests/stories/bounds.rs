//! Prices that are an upper bound: held in full, charged by what KIE.ai took, the rest given back.

use std::collections::BTreeMap;

use catalog::{Answer, Answers, Catalog};
use sandbox::telegram::MediaKind;

use crate::world::story;

/// What a model by tokens is asked to read.
pub fn reading(model: &str) -> Answers {
    let catalog = Catalog::builtin().unwrap();
    let mut answers = catalog.model(model).unwrap().usual_input();
    let Some(Answer::Items(turns)) = answers.get_mut("dialogue_turns") else { panic!("{model}") };
    let text = Answer::Text("Жили-были кот и мышь. ".repeat(20));
    turns[0] = BTreeMap::from([
        ("speaker_id".to_owned(), turns[0]["speaker_id"].clone()),
        ("text".to_owned(), text),
    ]);
    answers
}

#[tokio::test]
async fn every_model_by_tokens_takes_what_it_took_and_gives_the_rest_back() {
    let catalog = Catalog::builtin().unwrap();
    let bounded = catalog
        .models()
        .iter()
        .filter(|model| model.price_is_upper_bound() && model.output == catalog::Output::Audio);
    let mut ordered = 0;
    for model in bounded {
        story(async |world| {
            let anna = world.person("Анна");
            anna.sends("/start").await;
            let held = world.places(anna, &model.id, reading(&model.id)).await;
            anna.sees("это самое большее");
            let (free, on_hold) = anna.wallet().await;
            assert_eq!((free + on_hold, on_hold), (20_000, held.kopecks()));
            world.succeeds().await;
            let receipt = anna.receives(MediaKind::Audio, 1).remove(0).text.replace('\u{a0}', " ");
            let (left, on_hold) = anna.wallet().await;
            let taken = 20_000 - left;
            assert!(0 < taken && taken < held.kopecks() && on_hold == 0, "{taken} of {held}");
            let said = format!("Списано {} из {held}", money::Rub::from_kopecks(taken));
            assert!(receipt.contains(&said.replace('\u{a0}', " ")), "{receipt}");
            let (kept, cost, credits): (i64, i64, String) = sqlx::query_as(
                "select taken_kop, (select amount_kop from ledger where kind = 'cost'),
                        trim_scale(provider_credits)::text from generations",
            )
            .fetch_one(world.pool())
            .await
            .unwrap();
            assert_eq!(kept, taken);
            // A credit costs the person 0,95 ₽ and the shop half of it.
            let credits: rust_decimal::Decimal = credits.parse().unwrap();
            let price = (credits * rust_decimal::Decimal::from(95)).ceil();
            assert_eq!(rust_decimal::Decimal::from(taken), price);
            assert!((cost * 2 - taken).abs() <= 1, "{cost} of {taken}");
            anna.sends("/history")
                .await
                .sees(&format!("из {}", held.to_string().replace('\u{a0}', " ")));
        })
        .await;
        ordered += 1;
    }
    assert_eq!(ordered, 4);
}

#[tokio::test]
async fn where_the_dearer_of_two_tiers_is_the_bound_the_cheaper_one_gives_the_rest_back() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_flux1-kontext").await.sees("до 9,50 ₽");
        anna.taps("✨ Создать").await;
        anna.sends("Рыжий кот в окне").await;
        anna.taps("✅ Запустить, до 9,50 ₽").await.sees("это самое большее");
        assert_eq!(anna.wallet().await, (20_000 - 950, 950));
        world.succeeds().await;
        let receipt = anna.receives(MediaKind::Photo, 1).remove(0).text.replace('\u{a0}', " ");
        assert!(receipt.contains("Списано 4,75 ₽ из 9,50 ₽"), "{receipt}");
        assert_eq!(anna.wallet().await, (20_000 - 475, 0));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn layers_are_held_for_the_most_and_charged_by_what_came() {
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, money::Rub::from_roubles(1_000)).await;
        let (before, _) = anna.wallet().await;
        anna.sends("/start m_seedream_5-pro-layer-decomposition").await;
        anna.sees("до 226,10 ₽").sees("За один результат от 6,65 ₽");
        anna.taps("✨ Создать").await;
        anna.fills_wizard(world.photo()).await;
        anna.taps("✅ Запустить, до 226,10 ₽").await.sees("это самое большее");
        assert_eq!(anna.wallet().await, (before - 22_610, 22_610));
        world.succeeds().await;
        world.advance(std::time::Duration::from_secs(15)).await;
        let layers = anna.receives(MediaKind::Photo, 4);
        let receipt = layers[0].text.replace('\u{a0}', " ");
        // Four pictures of seven credits.
        assert!(receipt.contains("Списано 26,60 ₽ из 226,10 ₽"), "{receipt}");
        assert_eq!(anna.wallet().await, (before - 2_660, 0));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_failed_one_gives_all_of_the_bound_back() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        let model = "google/gemini-3-8-flash-tts";
        let held = world.places(anna, model, reading(model)).await;
        world.fails("400", "Your prompt was flagged by our content policy").await;
        anna.sees(&format!("Деньги возвращены: {}", held.to_string().replace('\u{a0}', " ")));
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}
