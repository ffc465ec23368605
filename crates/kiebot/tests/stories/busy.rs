//! «отправляет фото…»: what the chat shows while an order is made, and what it never costs.

use std::time::Duration;

use sandbox::telegram::{Fault, MediaKind};

use crate::person::Person;
use crate::world::{World, story};

/// What the chat was shown, in order.
fn shown(world: &World) -> Vec<String> {
    let calls = world.telegram().calls_of("sendChatAction");
    calls.iter().filter_map(|call| call.params["action"].as_str().map(str::to_owned)).collect()
}

/// A video of a photo, launched.
async fn a_video(world: &World, anna: Person<'_>) {
    anna.sends("/start s_revive-photo").await;
    anna.taps("✨ Начать").await;
    anna.sends_photo(world.photo(), "cat.png").await;
    anna.taps("😊 Улыбка").await;
    anna.taps("1 видео").await;
    anna.taps("✅ Запустить").await.sees("взят в работу");
}

#[tokio::test]
async fn a_picture_is_on_its_way_from_the_press_until_it_is_there() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.reaches_confirmation("Кот").await;
        world.advance(Duration::from_secs(10)).await;
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        assert_eq!(shown(world), ["upload_photo"]);
        assert_eq!(world.telegram().typing(anna.id()).as_deref(), Some("upload_photo"));
        world.advance(Duration::from_secs(20)).await;
        assert!(shown(world).len() > 2, "it goes on with each edit: {:?}", shown(world));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        assert!(shown(world).iter().all(|action| action == "upload_photo"), "{:?}", shown(world));
        assert_eq!(world.telegram().typing(anna.id()), None, "and it is there");
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_video_is_recorded_and_then_sent() {
    story(async |world| {
        let anna = world.person("Анна");
        a_video(world, anna).await;
        // The last edit is then five seconds old.
        world.advance(Duration::from_secs(33)).await;
        assert!(shown(world).iter().all(|action| action == "record_video"), "{:?}", shown(world));
        assert!(!shown(world).is_empty());
        world.succeeds().await;
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Video, 1);
        assert_eq!(shown(world).last().map(String::as_str), Some("upload_video"));
        anna.taps("📎 Файлом без сжатия").await;
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Document, 1);
        assert_eq!(shown(world).last().map(String::as_str), Some("upload_document"));
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_chat_is_shown_at_most_one_in_five_seconds() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.orders("Пёс").await;
        anna.orders("Слон").await;
        for task in world.kie().tasks() {
            world.kie().succeed(&task.id).await;
            world.advance(Duration::from_secs(1)).await;
        }
        world.advance(Duration::from_secs(10)).await;
        anna.receives(MediaKind::Photo, 3);
        let calls = world.telegram().calls_of("sendChatAction");
        let moments: Vec<i64> = calls.iter().map(|call| call.at).collect();
        assert!(moments.windows(2).all(|two| two[1] - two[0] >= 5_000), "{moments:?}");
        anna.screen();
    })
    .await;
}

/// How long the result of an order is on its way when the first action meets this fault.
async fn brings(fault: Option<Fault>) -> Duration {
    let took = std::cell::Cell::new(Duration::ZERO);
    story(async |world| {
        let anna = world.person("Анна");
        if let Some(fault) = &fault {
            world.telegram().next_call("sendChatAction", fault, 1);
        }
        let start = world.now();
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        took.set((world.now() - start).unsigned_abs());
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
    took.get()
}

#[tokio::test]
async fn what_cannot_be_shown_changes_nothing_and_delays_nothing() {
    let usual = brings(None).await;
    for fault in [
        Fault::Flood(600),
        Fault::Forbidden,
        Fault::Status502Html,
        Fault::CutBefore,
        Fault::CutAfterEffect,
        Fault::BadRequest("Bad Request: chat not found".to_owned()),
    ] {
        assert_eq!(brings(Some(fault.clone())).await, usual, "{fault:?}");
    }
}
