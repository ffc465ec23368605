//! Every model on sale is ordered through its own questions.

use std::time::Duration;

use catalog::{Catalog, Model, Output};
use money::Rub;

use crate::world::story;

/// The models are spread over so many tests, which run beside each other.
const PARTS: usize = 4;

/// What the menu offers: continuations of earlier results are not ordered by questions.
fn in_the_menu() -> Vec<Model> {
    let catalog = Catalog::builtin().unwrap();
    let models = catalog.models().iter();
    models.filter(|model| model.is_on_sale() && model.in_menu()).cloned().collect()
}

/// The payload of a deep link: letters, digits and `-` as they are, `_` for the rest.
fn link(id: &str) -> String {
    id.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' })
        .collect()
}

async fn order(model: &Model) {
    let id = &model.id;
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(100_000)).await;
        anna.sends(&format!("/start m_{}", link(id))).await;
        anna.taps("✨ Создать").await;
        anna.fills_wizard(world.photo()).await;
        let launch = anna.button("✅ Запустить");
        let (before, _) = anna.wallet().await;
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let Some(task) = world.kie().tasks().pop() else {
            panic!("{id}: no task was made\n{}\n{:?}", anna.screen(), world.kie().violations());
        };
        assert_eq!(&task.model, id);
        world.succeeds().await;
        world.advance(Duration::from_secs(10)).await;
        let (after, held) = anna.wallet().await;
        assert_eq!(held, 0, "{id}");
        let price = Rub::from_kopecks(before - after).to_string().replace('\u{a0}', " ");
        // Of a price by the token the most is shown, and less is taken.
        let shown = launch.contains(&price) || launch.contains(", до ");
        assert!(before > after && shown, "{id}: {launch} took {price}");
        let file = anna.messages().iter().any(|message| message.media.is_some());
        let words = anna.chat().contains("[Verse]") || anna.chat().contains("dreamy vocals");
        assert!(if model.output == Output::Text { words } else { file }, "{id}");
        anna.screen();
    })
    .await;
}

async fn order_part(part: usize) {
    let mut failed = Vec::new();
    for model in in_the_menu().into_iter().skip(part).step_by(PARTS) {
        let id = model.id.clone();
        if tokio::task::spawn_local(async move { order(&model).await }).await.is_err() {
            failed.push(id);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

async fn in_local_set(part: usize) {
    tokio::task::LocalSet::new().run_until(order_part(part)).await;
}

#[test]
fn the_menu_offers_nearly_everything_that_is_sold() {
    assert!(in_the_menu().len() >= 120, "{}", in_the_menu().len());
}

#[tokio::test]
async fn every_model_is_asked_ordered_made_and_charged_at_the_price_shown_1() {
    in_local_set(0).await;
}

#[tokio::test]
async fn every_model_is_asked_ordered_made_and_charged_at_the_price_shown_2() {
    in_local_set(1).await;
}

#[tokio::test]
async fn every_model_is_asked_ordered_made_and_charged_at_the_price_shown_3() {
    in_local_set(2).await;
}

#[tokio::test]
async fn every_model_is_asked_ordered_made_and_charged_at_the_price_shown_4() {
    in_local_set(3).await;
}
