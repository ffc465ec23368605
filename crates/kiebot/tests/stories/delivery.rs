//! Between «ready» and «in the person's hands».

use std::time::Duration;

use sandbox::kie::{FileFault, OutputFile, Outputs};
use sandbox::telegram::{Fault, MediaKind};

use crate::world::story;

#[tokio::test]
async fn a_success_without_addresses_is_waited_for_and_then_refunded() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds_with(Outputs::without_urls()).await;
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.advance(Duration::from_mins(20)).await;
        anna.sees("баланс 200 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn a_dead_link_is_exchanged_for_a_fresh_one() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds_with(Outputs::of(vec![OutputFile::Broken(FileFault::DeadLink)])).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_result_that_is_gone_or_of_a_wrong_type_is_never_charged() {
    let page = |bytes: &'static [u8]| OutputFile::Given {
        extension: "png".to_owned(),
        mime: "text/html".to_owned(),
        bytes: bytes.into(),
    };
    let broken = [
        OutputFile::Broken(FileFault::Gone),
        page(b"<html>not a picture</html>"),
        page(b""),
        page(b"\x89PNG\r\n\x1a\n"),
        page(b"ID3\x04\x00\x00\x00\x00\x00\x00 a sound instead of a picture"),
    ];
    for file in broken {
        story(async |world| {
            let operator = world.operator().await;
            let anna = world.person("Анна");
            anna.orders("Кот").await;
            world.succeeds_with(Outputs::of(vec![file.clone()])).await;
            assert_eq!(anna.wallet().await, (19_620, 380));
            world.advance(Duration::from_mins(20)).await;
            anna.sees("баланс 200 ₽");
            assert_eq!(anna.wallet().await, (20_000, 0));
            operator.screen();
        })
        .await;
    }
}

#[tokio::test]
async fn a_result_from_a_foreign_host_is_not_fetched() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let foreign = OutputFile::Foreign("http://127.0.0.1:1/secret.png".to_owned());
        world.succeeds_with(Outputs::of(vec![foreign])).await;
        world.advance(Duration::from_mins(20)).await;
        anna.sees("баланс 200 ₽");
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_telegram_refuses_comes_as_a_file() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let refused = Fault::BadRequest("Bad Request: PHOTO_INVALID_DIMENSIONS".to_owned());
        world.telegram().next_call("sendPhoto", &refused, 1);
        world.succeeds().await;
        anna.receives(MediaKind::Document, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_result_that_telegram_takes_as_no_file_comes_as_a_link() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.telegram().next_call("sendPhoto", &refused(), 1);
        world.telegram().next_call("sendDocument", &refused(), 1);
        world.succeeds().await;
        anna.sees("Списано 3,80 ₽");
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn what_telegram_takes_in_no_form_at_all_is_refunded() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        for method in ["sendPhoto", "sendDocument", "sendMessage"] {
            world.telegram().next_call(method, &refused(), 1);
        }
        world.succeeds().await;
        anna.sees("баланс 200 ₽");
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

fn refused() -> Fault {
    Fault::BadRequest("Bad Request: wrong file identifier/HTTP URL specified".to_owned())
}

#[tokio::test]
async fn a_result_over_fifty_megabytes_comes_as_a_link() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let big = Outputs::of(vec![OutputFile::Big(51 * 1024 * 1024)]);
        world.succeeds_with(big).await;
        anna.sees("Списано 3,80 ₽");
        let link = anna.messages().into_iter().any(|message| message.html.contains("href="));
        let button = anna.messages().into_iter().flat_map(|message| message.buttons.concat());
        assert!(link || button.into_iter().any(|button| button.url.is_some()), "{}", anna.chat());
        anna.screen();
        assert_eq!(world.telegram().calls_of("sendPhoto").len(), 0);
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_person_who_blocked_the_bot_finds_the_paid_result_in_the_history() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.telegram().blocks_bot(anna.id());
        world.succeeds().await;
        assert_eq!(anna.wallet().await, (19_620, 0));
        assert_eq!(anna.messages().iter().filter(|message| message.media.is_some()).count(), 0);
        anna.sends("/history").await;
        anna.taps("Nano Banana").await;
        anna.taps("📤").await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn telegram_asking_for_patience_and_falling_over_loses_nothing() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.telegram().next_call("sendPhoto", &Fault::Flood(7), 1);
        world.succeeds().await;
        assert_eq!(anna.wallet().await, (19_620, 0));
        world.telegram().next_call("sendPhoto", &Fault::Status502Html, 1);
        world.advance(Duration::from_secs(30)).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn several_results_come_one_after_the_other_under_one_receipt() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds_with(Outputs::several(3)).await;
        world.advance(Duration::from_secs(10)).await;
        let results = anna.receives(MediaKind::Photo, 3);
        let receipts = results.iter().filter(|result| result.text.contains("Списано")).count();
        assert_eq!(receipts, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn the_history_sends_a_result_again_by_its_lasting_name() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.succeeds().await;
        anna.sends("/history").await;
        anna.taps("Nano Banana").await;
        let uploads = world.telegram().calls_of("sendPhoto").len();
        anna.taps("📤").await;
        let calls = world.telegram().calls_of("sendPhoto");
        assert_eq!(calls.len(), uploads + 1);
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}
