//! A person changes their mind, and is told the truth.

use std::time::Duration;

use sandbox::kie::CreateFault;
use sandbox::telegram::MediaKind;

use crate::world::story;

#[tokio::test]
async fn before_submission_cancelling_is_free_and_instant() {
    story(async |world| {
        let anna = world.person("Анна");
        world.kie().next_create(CreateFault::RateLimited);
        anna.orders("Кот").await;
        anna.taps("✖️ Отменить").await;
        anna.screen();
        assert_eq!(anna.wallet().await, (20_000, 0));
        world.advance(Duration::from_mins(1)).await;
        assert_eq!(world.kie().tasks().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn after_submission_the_result_is_paid_and_waits_in_the_history() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.taps("✖️ Отменить").await;
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.succeeds().await;
        anna.screen();
        assert_eq!(anna.wallet().await, (19_620, 0));
        anna.receives(MediaKind::Photo, 0);
        anna.sends("/history").await;
        anna.taps("Nano Banana").await;
        anna.taps("📤").await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn after_submission_a_failure_returns_the_money_and_is_not_tried_again() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.orders("Кот").await;
        anna.taps("✖️ Отменить").await;
        world.fails("500", "Internal Error, Please try again later.").await;
        world.advance(Duration::from_mins(2)).await;
        anna.screen();
        assert_eq!(world.kie().tasks().len(), 1);
        assert_eq!(anna.wallet().await, (20_000, 0));
    })
    .await;
}

#[tokio::test]
async fn nobody_cancels_the_order_of_another_person() {
    story(async |world| {
        let anna = world.person("Анна");
        let boris = world.person("Борис");
        boris.sends("/start").await;
        anna.orders("Кот").await;
        let cancel = anna
            .messages()
            .iter()
            .flat_map(|message| message.buttons.concat())
            .find(|button| button.label.contains("Отменить"))
            .and_then(|button| button.data)
            .unwrap();
        let shown = boris.messages().last().unwrap().id;
        world.telegram().presses_raw(boris.id(), shown, &cancel);
        world.settle().await;
        boris.screen();
        assert_eq!(anna.wallet().await, (19_620, 380));
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}
