//! Answers and callbacks get lost, come twice, too early, too late, or from strangers.

use std::time::Duration;

use sandbox::kie::{CallbackPreset, CallbackReport, CreateFault};
use sandbox::telegram::MediaKind;

use crate::world::{Options, story, story_with};

#[tokio::test]
async fn a_lost_callback_is_made_up_for_by_asking() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.kie().next_callback(CallbackPreset::Lost);
        world.succeeds().await;
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.advance(Duration::from_secs(4)).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn without_a_public_address_asking_is_enough() {
    story_with(Options { callbacks: false, ..Options::default() }, async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        assert_eq!(world.kie().tasks()[0].callback_url, None);
        world.succeeds().await;
        world.advance(Duration::from_secs(4)).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_callback_that_comes_twice_changes_nothing_the_second_time() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.kie().next_callback(CallbackPreset::Twice);
        world.succeeds().await;
        let task = world.task();
        world.kie().redeliver(&task).await;
        world.settle().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_callback_before_the_answer_to_the_submission_is_understood() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_create(CreateFault::CallbackFirst);
        anna.orders("Кот").await;
        world.advance(Duration::from_secs(15)).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(world.kie().tasks().len(), 1);
        assert_eq!(anna.wallet().await, (19_620, 0));
    })
    .await;
}

#[tokio::test]
async fn a_forged_callback_moves_nothing() {
    let options = Options { webhook_key: Some("webhook-key-of-the-shop"), ..Options::default() };
    story_with(options, async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        let task = world.task();
        let forged = world.kie().forge_callback(&task).await;
        assert_eq!(forged, CallbackReport::Delivered(vec![401]));
        let address = format!("{}/kie/callback/00000000000000000000000000000000", world.address());
        let body =
            format!("{{\"code\":200,\"data\":{{\"taskId\":\"{task}\",\"state\":\"success\"}}}}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.post(address).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        world.settle().await;
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_the_submission_never_makes_a_second_task_and_is_found_by_its_callback() {
    for fault in [CreateFault::CutAfterCreate, CreateFault::StallAfterCreate] {
        story(async |world| {
            let anna = world.person("Анна");
            world.kie().next_create(fault.clone());
            anna.orders("Кот").await;
            world.advance(Duration::from_secs(60)).await;
            assert_eq!(world.kie().tasks().len(), 1);
            assert_eq!(anna.wallet().await, (19_620, 380));
            world.succeeds().await;
            anna.receives(MediaKind::Photo, 1);
            anna.screen();
            assert_eq!(world.kie().tasks().len(), 1);
            assert_eq!(anna.wallet().await, (19_620, 0));
        })
        .await;
    }
}

#[tokio::test]
async fn an_unreadable_answer_is_as_uncertain_as_none_and_ends_in_a_refund() {
    let faults = [CreateFault::Html502, CreateFault::Garbage200, CreateFault::OkWithoutTaskId];
    for fault in faults {
        story(async |world| {
            let operator = world.operator().await;
            let anna = world.person("Анна");
            world.kie().next_create(fault.clone());
            anna.orders("Кот").await;
            world.advance(Duration::from_mins(4)).await;
            assert_eq!(anna.wallet().await, (19_620, 380));
            world.advance(Duration::from_mins(10)).await;
            anna.screen();
            assert_eq!(anna.wallet().await, (20_000, 0));
            operator.screen();
            world.advance(Duration::from_hours(73)).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_late_result_is_given_as_a_gift() {
    story(async |world| {
        let operator = world.operator().await;
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.advance(Duration::from_mins(20)).await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
        world.advance(Duration::from_hours(2)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn a_result_that_never_comes_is_given_up_after_three_days() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        world.advance(Duration::from_hours(75)).await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_task_that_is_not_visible_at_first_is_waited_for() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().set_invisible_for(30_000);
        anna.orders("Кот").await;
        world.advance(Duration::from_secs(40)).await;
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}
