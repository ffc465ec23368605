//! KIE.ai says no, in all its ways, and the money goes where it belongs.

use std::time::Duration;

use sandbox::kie::{CreateFault, DEFAULT_KEY};
use sandbox::telegram::MediaKind;

use crate::world::{Options, story, story_with};

#[tokio::test]
async fn a_content_refusal_returns_the_money_and_says_what_to_change() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let text =
            "The input or output was flagged as sensitive. Please try again with different inputs.";
        world.fails("422", text).await;
        anna.sees("3,80 ₽").sees("баланс 200 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        assert_eq!(world.kie().tasks().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_temporary_failure_is_tried_again_and_the_person_pays_once() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.fails("500", "Internal Error, Please try again later.").await;
        assert_eq!(world.kie().tasks().len(), 1);
        world.advance(Duration::from_secs(12)).await;
        assert_eq!(world.kie().tasks().len(), 2);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn the_third_temporary_failure_returns_the_money() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        for made in 1..=3 {
            assert_eq!(world.kie().tasks().len(), made);
            world.fails("500", "Internal Error, Please try again later.").await;
            world.advance(Duration::from_secs(25)).await;
        }
        assert_eq!(world.kie().tasks().len(), 3);
        anna.sees("баланс 200 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_key_without_credits_is_set_aside_and_another_one_does_the_work() {
    let keys = vec![DEFAULT_KEY, "second-key-of-the-shop"];
    story_with(Options { keys, ..Options::default() }, async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        world.kie().set_key_credits(DEFAULT_KEY, Some("0")).unwrap();
        world.kie().set_key_credits("second-key-of-the-shop", Some("100")).unwrap();
        for _ in 0..2 {
            anna.orders("Кот").await;
            world.succeeds().await;
        }
        let tasks = world.kie().tasks();
        assert!(tasks.iter().all(|task| task.key == "second-key-of-the-shop"));
        anna.receives(MediaKind::Photo, 2);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_240, 0));
        operator.sees("key-");
    })
    .await;
}

#[tokio::test]
async fn without_any_usable_key_the_money_returns_and_nobody_blames_the_person() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        world.kie().set_credits("0").unwrap();
        anna.orders("Кот").await;
        anna.sees("баланс 200 ₽");
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn a_refused_rate_waits_for_a_window_and_does_not_count() {
    story(async |world| {
        let anna = world.person("Анна");
        for _ in 0..4 {
            world.kie().next_create(CreateFault::RateLimited);
        }
        anna.orders("Кот").await;
        world.advance(Duration::from_secs(70)).await;
        assert_eq!(world.kie().tasks().len(), 1);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_body_of_500_is_read_by_its_text() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_create(CreateFault::BodyText(500, "This field is required".to_owned()));
        anna.orders("Кот").await;
        anna.sees("баланс 200 ₽");
        assert_eq!(world.kie().tasks().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_task_that_ends_by_the_envelope_alone_is_a_failure() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let task = world.task();
        world.kie().fail_by_envelope(&task, 408).await;
        world.advance(Duration::from_secs(25)).await;
        assert_eq!(world.kie().tasks().len(), 2);
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}
