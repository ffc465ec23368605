//! What goes on from an earlier result: longer, bigger, without compression, split.

use std::time::Duration;

use catalog::{Asked, Catalog, EarlierId, Model};
use money::Rub;
use sandbox::kie::DEFAULT_KEY;
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// The continuations are spread over so many tests, which run beside each other.
const PARTS: usize = 3;

fn link(id: &str) -> String {
    id.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' })
        .collect()
}

/// Orders a model by its questions and gets what it makes.
async fn makes(world: &World, anna: Person<'_>, id: &str) {
    anna.sends(&format!("/start m_{}", link(id))).await;
    anna.taps("✨ Создать").await;
    finishes(world, anna).await;
}

/// Answers what is asked, starts the order and gets the result.
async fn finishes(world: &World, anna: Person<'_>) {
    anna.fills_wizard(world.photo()).await;
    let launch = anna.button("✅ Запустить");
    let (before, _) = anna.wallet().await;
    anna.taps("✅ Запустить").await;
    world.succeeds().await;
    world.advance(Duration::from_secs(15)).await;
    let (after, held) = anna.wallet().await;
    let price = Rub::from_kopecks(before - after).to_string().replace('\u{a0}', " ");
    assert!(held == 0 && before > after && launch.contains(&price), "{launch} took {price}");
    anna.screen();
}

/// Every model on sale that goes on from an earlier result.
fn going_on() -> Vec<Model> {
    let catalog = Catalog::builtin().unwrap();
    let models = catalog.models().iter();
    models.filter(|model| model.is_on_sale() && model.action.is_some()).cloned().collect()
}

/// A model whose result this one goes on from: one of the menu, if there is one.
fn source_of(model: &Model) -> Model {
    let catalog = Catalog::builtin().unwrap();
    let named = model.fields.iter().filter_map(|field| field.from.as_ref());
    let ids = named.flat_map(|from| from.models.clone());
    let sources = ids.filter(|id| model.continues(id)).map(|id| catalog.model(&id).unwrap());
    let mut sold: Vec<&Model> = sources.filter(|source| source.is_on_sale()).collect();
    sold.sort_by_key(|source| !source.in_menu());
    sold[0].clone()
}

/// Makes what others can go on from, which may itself go on from something.
async fn makes_source(world: &World, anna: Person<'_>, source: &Model) {
    if source.in_menu() {
        return makes(world, anna, &source.id).await;
    }
    makes(world, anna, &source_of(source).id).await;
    anna.taps(&source.action.as_ref().unwrap().ru).await;
    finishes(world, anna).await;
}

async fn goes_on(model: &Model) {
    let source = source_of(model);
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(100_000)).await;
        world.kie().set_credits("100000").unwrap();
        makes_source(world, anna, &source).await;
        let earlier = world.kie().tasks().pop().unwrap();
        anna.taps(&model.action.as_ref().unwrap().ru).await;
        finishes(world, anna).await;
        let task = world.kie().tasks().pop().unwrap();
        assert_eq!(task.model, model.id);
        for field in model.fields.iter().filter(|field| field.asked == Asked::EarlierResult) {
            let from = field.from.as_ref().unwrap();
            if from.id == EarlierId::Task && from.models.contains(&source.id) {
                assert_eq!(task.input[&field.name], earlier.id.as_str(), "{}", model.id);
            }
        }
    })
    .await;
}

async fn part(part: usize) {
    let one_after_the_other = async {
        let mut failed = Vec::new();
        for model in going_on().into_iter().skip(part).step_by(PARTS) {
            let id = model.id.clone();
            if tokio::task::spawn_local(async move { goes_on(&model).await }).await.is_err() {
                failed.push(id);
            }
        }
        assert!(failed.is_empty(), "{failed:?}");
    };
    tokio::task::LocalSet::new().run_until(one_after_the_other).await;
}

#[test]
fn there_are_continuations_of_every_kind() {
    assert!(going_on().len() >= 15, "{}", going_on().len());
}

#[tokio::test]
async fn every_continuation_is_offered_on_its_result_and_knows_the_task_1() {
    part(0).await;
}

#[tokio::test]
async fn every_continuation_is_offered_on_its_result_and_knows_the_task_2() {
    part(1).await;
}

#[tokio::test]
async fn every_continuation_is_offered_on_its_result_and_knows_the_task_3() {
    part(2).await;
}

#[tokio::test]
async fn each_of_two_songs_goes_on_by_itself() {
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(1_000)).await;
        makes(world, anna, "ai-music-api/generate").await;
        let songs = anna.receives(MediaKind::Audio, 2);
        let wav = |message: &sandbox::telegram::MessageView| {
            let labels = message.buttons.concat().into_iter().map(|button| button.label);
            labels.filter(|label| label.contains("Без сжатия")).count()
        };
        assert_eq!(songs.iter().map(wav).collect::<Vec<_>>(), [1, 1]);
        anna.sends("/history").await;
        anna.taps("Suno").await;
        anna.taps("Без сжатия №2").await;
        anna.taps("✅ Запустить").await;
        let task = world.kie().tasks().pop().unwrap();
        let first = world.kie().tasks().remove(0);
        let url = &first.urls[1];
        assert!(task.input["audio_id"].is_string() && !url.is_empty());
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_continuation_goes_to_the_account_that_made_the_result() {
    let keys = vec![DEFAULT_KEY, "second-account-key"];
    story_with(Options { keys, ..Options::default() }, async |world| {
        for key in [DEFAULT_KEY, "second-account-key"] {
            world.kie().set_key_credits(key, Some("10000")).unwrap();
        }
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(10_000)).await;
        makes(world, anna, "grok-imagine/text-to-video").await;
        let first = world.kie().tasks().pop().unwrap();
        for _ in 0..2 {
            // Keys take turns; what goes on from the video does not.
            anna.taps("➡️ Продлить").await;
            finishes(world, anna).await;
            let task = world.kie().tasks().pop().unwrap();
            assert_eq!((task.model.as_str(), &task.key), ("grok-imagine/extend", &first.key));
            anna.sends("/history").await;
            anna.taps("Grok Imagine Text").await;
        }
        // Without that account there is nothing to go on from, and the money comes back.
        world.kie().revoke_key(&first.key);
        anna.taps("➡️ Продлить").await;
        anna.fills_wizard(world.photo()).await;
        let (before, _) = anna.wallet().await;
        anna.taps("✅ Запустить").await.sees("Деньги возвращены");
        assert_eq!(anna.wallet().await, (before, 0));
        anna.screen();
    })
    .await;
}
