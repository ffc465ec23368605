//! Every model on sale is ordered through its own questions.

use catalog::Catalog;

use crate::world::story;

#[tokio::test]
async fn every_model_is_asked_ordered_made_and_charged_at_the_price_shown() {
    let catalog = Catalog::builtin().unwrap();
    let models: Vec<_> = catalog
        .models()
        .iter()
        .filter(|model| model.is_on_sale())
        .map(|model| model.id.clone())
        .collect();
    assert!(models.len() >= 10, "{models:?}");
    for id in models {
        story(async |world| {
            let anna = world.person("Анна");
            let link: String = id
                .chars()
                .map(
                    |letter| {
                        if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' }
                    },
                )
                .collect();
            anna.sends(&format!("/start m_{link}")).await;
            anna.taps("✨ Создать").await;
            anna.fills_wizard(world.photo()).await;
            let launch = anna.button("✅ Запустить");
            let (before, _) = anna.wallet().await;
            anna.taps("✅ Запустить").await.sees("Взяли в работу");
            let task = world
                .kie()
                .tasks()
                .pop()
                .unwrap_or_else(|| panic!("{id}: no task\n{}", anna.chat()));
            assert_eq!(task.model, id);
            world.succeeds().await;
            world.advance(std::time::Duration::from_secs(10)).await;
            let (after, held) = anna.wallet().await;
            assert_eq!(held, 0, "{id}");
            let price = money::Rub::from_kopecks(before - after).to_string().replace('\u{a0}', " ");
            assert!(before > after && launch.contains(&price), "{id}: {launch} took {price}");
            assert!(anna.messages().iter().any(|message| message.media.is_some()), "{id}");
            anna.screen();
        })
        .await;
    }
}
