//! Results in words and notes: texts of songs, styles, timing, notes.

use std::time::Duration;

use sandbox::kie::{DEFAULT_KEY, Outputs};
use sandbox::telegram::MediaKind;

use money::Rub;

use crate::likenesses::has_a_song;
use crate::person::Person;
use crate::world::{Options, World, story, story_with};

/// Asks for texts for a song about this.
async fn orders_lyrics(anna: Person<'_>, about: &str) {
    anna.sends("/start m_ai-music-api_generate-lyrics").await.sees("Пишет слова песни");
    anna.taps("✨ Создать").await.sees("О чём слова");
    anna.sends(about).await;
    anna.taps("✅ Запустить за 0,38 ₽").await;
}

/// Two texts for a song, bought and read.
async fn has_lyrics(world: &World, anna: Person<'_>) {
    world.gives(anna, Rub::from_roubles(1_000)).await;
    orders_lyrics(anna, "Тёплая песня для папы").await;
    world.succeeds().await;
    world.advance(Duration::from_secs(15)).await;
}

fn block(anna: Person<'_>, words: &str) -> String {
    let found = anna.messages().into_iter().rfind(|message| message.text.contains(words));
    found.unwrap_or_else(|| panic!("nothing says {words}:\n{}", anna.chat())).html
}

#[tokio::test]
async fn the_words_of_a_song_are_read_in_the_chat_and_sung_with_one_press() {
    story(async |world| {
        let anna = world.person("Анна");
        has_lyrics(world, anna).await;
        anna.sees("Списано 0,38 ₽").sees("La la la").sees("Second song");
        let html = block(anna, "Hey hey hey");
        assert!(html.contains("<b>Second song</b>\n<pre>[Verse]\nТёплая песня для папы"), "{html}");

        // The second text goes into the song as it is, with its title; the style is asked.
        anna.taps("🎵 Новая песня").await.sees("Стиль");
        anna.sends("акустика, мужской вокал").await.sees("Проверьте заказ").sees("Second song");
        anna.taps("✅ Запустить").await;
        let song = world.kie().tasks().pop().unwrap();
        assert_eq!(song.model, "ai-music-api/generate");
        let words = "[Verse]\nТёплая песня для папы\n[Chorus]\nHey hey hey";
        assert_eq!(song.input["lyrics"], words);
        assert_eq!(song.input["title"], "Second song");
        assert_eq!(
            (&song.input["custom_mode"], &song.input["instrumental"]),
            (&true.into(), &false.into())
        );
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn words_are_found_in_the_history_as_a_message_and_as_a_file() {
    story(async |world| {
        let anna = world.person("Анна");
        has_lyrics(world, anna).await;
        anna.sees("Second song");
        anna.sends("/history").await;
        anna.taps("Suno Generate Lyrics").await;
        anna.taps("📤 Прислать").await.sees("Hey hey hey");
        anna.sends("/history").await;
        anna.taps("Suno Generate Lyrics").await;
        anna.taps("📎 Файлом").await;
        world.advance(Duration::from_secs(15)).await;
        let files = anna.receives(MediaKind::Document, 2);
        let file = files[1].media.as_ref().unwrap();
        assert!(file.name.as_ref().unwrap().ends_with("-2.txt"), "{:?}", file.name);
        assert!(String::from_utf8_lossy(&file.bytes).ends_with("Hey hey hey"));
        assert!(!anna.chat().contains("Скачать"), "words stand at no address");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn words_are_sung_by_another_account_when_theirs_is_empty() {
    let keys = vec![DEFAULT_KEY, "second-account-key"];
    story_with(Options { keys: keys.clone(), ..Options::default() }, async |world| {
        for key in &keys {
            world.kie().set_key_credits(key, Some("10000")).unwrap();
        }
        let anna = world.person("Анна");
        has_lyrics(world, anna).await;
        anna.sees("Second song");
        let made_by = keys.iter().position(|key| world.kie().key_credits(key).unwrap() != "10000");
        let made_by = keys[made_by.unwrap()];
        world.kie().set_key_credits(made_by, Some("0")).unwrap();
        anna.taps("🎵 Новая песня").await;
        anna.sends("акустика").await;
        anna.taps("✅ Запустить").await;
        world.advance(Duration::from_secs(15)).await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_style_in_a_few_words_becomes_the_style_of_a_song() {
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(1_000)).await;
        anna.sends("/start m_ai-music-api_boost-music-style").await;
        anna.taps("✨ Создать").await.sees("Стиль коротко");
        anna.sends("Грустный рок").await;
        anna.taps("✅ Запустить за 0,38 ₽").await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.sees("dreamy vocals");
        anna.taps("🎵 Новая песня").await.sees("Название");
        anna.sends("Дождь").await.sees("Слова песни");
        anna.sends("Капли по крыше").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await;
        let song = world.kie().tasks().pop().unwrap();
        let style = "Грустный рок, warm analog synths, soft drums, slow tempo, dreamy vocals";
        assert_eq!(song.input["style"], style);
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 2);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn the_words_of_a_song_get_their_times_in_a_file() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        anna.taps("⏱ Слова по времени").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        let file = anna.receives(MediaKind::Document, 1).remove(0).media.unwrap();
        assert!(file.name.unwrap().ends_with(".lrc"));
        let words = "[00:01.25]La la\n[01:01.50]Hey hey\n";
        assert_eq!(String::from_utf8_lossy(&file.bytes), words);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_song_split_into_voice_and_music_gives_its_notes() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        anna.taps("🎤 Голос и музыка").await;
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 4);
        anna.taps("🎼 Ноты (MIDI)").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить за 0,50 ₽").await;
        let notes = world.kie().tasks().pop().unwrap();
        assert_eq!(notes.model, "ai-music-api/generate-midi-from-audio");
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        let file = anna.receives(MediaKind::Document, 1).remove(0).media.unwrap();
        assert!(file.name.unwrap().ends_with(".mid"));
        assert!(file.bytes.starts_with(b"MThd"));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn stems_that_may_have_no_notes_offer_none() {
    story(async |world| {
        let anna = world.person("Анна");
        has_a_song(world, anna).await;
        anna.taps("🎤 Голос и музыка").await;
        anna.changes("✏️ Что отделить", "Все инструменты").await;
        anna.taps("✅ Запустить").await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Audio, 4);
        assert!(!anna.screen().contains("🎼"), "{}", anna.screen());
    })
    .await;
}

#[tokio::test]
async fn words_that_never_come_cost_nothing() {
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(10)).await;
        let (before, _) = anna.wallet().await;
        orders_lyrics(anna, "Песня о море").await;
        world.succeeds_with(Outputs::without_urls()).await;
        world.advance(Duration::from_hours(1)).await;
        anna.sees("Деньги возвращены");
        assert_eq!(anna.wallet().await, (before, 0));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn words_too_long_for_a_message_come_as_a_file() {
    story(async |world| {
        let anna = world.person("Анна");
        world.gives(anna, Rub::from_roubles(10)).await;
        orders_lyrics(anna, &"Волна за волной. ".repeat(240)).await;
        world.succeeds().await;
        world.advance(Duration::from_secs(15)).await;
        let files = anna.receives(MediaKind::Document, 2);
        let words = files[0].media.as_ref().unwrap();
        assert!(String::from_utf8_lossy(&words.bytes).ends_with("La la la"));
        // Even when nobody knows under which name Telegram has it.
        sqlx::query("update outputs set file_id = null").execute(world.pool()).await.unwrap();
        anna.sends("/history").await;
        anna.taps("Suno Generate Lyrics").await;
        anna.taps("📤 Прислать").await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Document, 4);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn who_leaves_takes_the_words_along() {
    story(async |world| {
        let anna = world.person("Анна");
        has_lyrics(world, anna).await;
        anna.sees("Second song");
        let kept = async || -> i64 {
            sqlx::query_scalar(
                "select count(*) from outputs where content is not null or title is not null",
            )
            .fetch_one(world.pool())
            .await
            .unwrap()
        };
        assert_eq!(kept().await, 2);
        let user: i64 = sqlx::query_scalar("select id from users where telegram_id = $1")
            .bind(anna.id())
            .fetch_one(world.pool())
            .await
            .unwrap();
        let mut transaction = database::begin(world.pool()).await.unwrap();
        generation::erase(&mut transaction, world.now(), user).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(kept().await, 0);
    })
    .await;
}
