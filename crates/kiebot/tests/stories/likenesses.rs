//! What one model makes for another: a voice is kept, and sings the next songs.

use sandbox::kie::{DEFAULT_KEY, Outputs};
use sandbox::telegram::MediaKind;
use serde_json::json;
use std::time::Duration;

use money::Rub;

use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// Two takes of a song, bought and heard.
pub async fn has_a_song(world: &World, anna: Person<'_>) {
    world.gives(anna, Rub::from_roubles(1_000)).await;
    anna.sends("/start m_ai-music-api_generate").await;
    anna.taps("✨ Создать").await;
    anna.sends("Песня о море").await;
    anna.taps("✅ Запустить").await;
    world.succeeds().await;
    world.advance(Duration::from_secs(15)).await;
    anna.receives(MediaKind::Audio, 2);
    anna.screen();
}

/// Asks for the voice of the newest take to be kept.
async fn keeps_the_voice(anna: Person<'_>) {
    anna.taps("🎭 Запомнить голос").await.sees("Имя голоса");
    anna.sends("Вера").await.sees("Каков голос");
    anna.sends("Мягкий женский голос").await.sees("Проверьте заказ");
    anna.taps("✅ Запустить за 0,50 ₽").await;
}

#[tokio::test]
async fn a_voice_is_kept_and_sings_the_next_song_without_being_asked_for() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        let (before, _) = anna.wallet().await;
        keeps_the_voice(anna).await;
        let song = world.kie().tasks().remove(0);
        let keeping = world.kie().tasks().pop().unwrap();
        assert_eq!(keeping.input["task_id"], json!(song.id));
        assert_eq!(keeping.input["name"], "Вера");
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.sees("Голос «Вера» готов").sees("Списано 0,50 ₽").sees("Что сделать с ним сейчас?");
        assert_eq!(anna.wallet().await, (before - 50, 0));

        // With the voice go a title, a style and words; nobody asks for the voice.
        anna.taps("🎵 Новая песня").await.sees("Название");
        anna.sends("Второе море").await.sees("Стиль");
        anna.sends("баллада").await.sees("Слова песни");
        anna.sends("Волна за волной").await.sees("Проверьте заказ");
        assert!(!anna.screen().contains("Свои слова и стиль"), "{}", anna.screen());
        anna.taps("✅ Запустить").await;
        let singing = world.kie().tasks().pop().unwrap();
        let kept = world.kie().made_by(&keeping.id).unwrap();
        assert_eq!(singing.input["persona_id"], kept["persona_id"]);
        assert_eq!(singing.input["custom_mode"], true);
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 4);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_kept_voice_is_found_in_the_history_and_covers_a_recording() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        keeps_the_voice(anna).await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.sees("Голос «Вера» готов");
        anna.sends("/history").await;
        anna.taps("Suno Generate Persona").await.sees("Голос «Вера»");
        anna.taps("🎙 Перепеть запись").await;
        anna.fills_wizard(world.photo()).await;
        anna.taps("✅ Запустить").await;
        let covering = world.kie().tasks().pop().unwrap();
        assert_eq!(covering.model, "ai-music-api/upload-and-cover-audio");
        assert!(covering.input["persona_id"].is_string());
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_voice_whose_name_never_comes_costs_nothing() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        let (before, _) = anna.wallet().await;
        keeps_the_voice(anna).await;
        world.succeeds_with(Outputs::without_urls()).await;
        world.advance(Duration::from_hours(1)).await;
        anna.sees("Деньги возвращены");
        assert_eq!(anna.wallet().await, (before, 0));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_voice_that_was_cancelled_too_late_waits_in_the_history() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        keeps_the_voice(anna).await;
        anna.taps("✖️ Отменить").await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.sees("Результат ждёт в «Истории»");
        anna.sends("/history").await;
        anna.taps("Suno Generate Persona").await.sees("Голос «Вера»");
        anna.button("🎵 Новая песня");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_voice_sings_with_the_account_that_keeps_it() {
    let keys = vec![DEFAULT_KEY, "second-account-key"];
    story_with(Options { keys, ..Options::default() }, async |world| {
        for key in [DEFAULT_KEY, "second-account-key"] {
            world.kie().set_key_credits(key, Some("10000")).unwrap();
        }
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        keeps_the_voice(anna).await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.sees("Голос «Вера» готов");
        for song in ["Первая", "Вторая"] {
            anna.sends("/history").await;
            anna.taps("Suno Generate Persona").await;
            anna.taps("🎵 Новая песня").await;
            anna.sends(song).await;
            anna.sends("баллада").await;
            anna.sends("Волна за волной").await;
            anna.taps("✅ Запустить").await;
            world.succeeds().await;
            world.advance(Duration::from_secs(15)).await;
            anna.screen();
        }
        let keys: Vec<String> = world.kie().tasks().into_iter().map(|task| task.key).collect();
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    })
    .await;
}
