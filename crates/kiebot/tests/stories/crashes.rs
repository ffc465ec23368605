//! The process dies at every named point, comes back, and the end and the money are the same.

use std::time::Duration;

use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

/// Plays one order with a photo, so that every kind of job takes part.
async fn order(world: &World, anna: Person<'_>) {
    anna.sends("/start").await;
    anna.taps("✨ Улучшить").await;
    anna.taps("Recraft Remove Background").await;
    anna.taps("✨ Создать").await;
    anna.sends_photo(world.photo(), "cat.png").await;
    anna.taps("✅ Запустить").await;
    come_back(world).await;
    if !world.kie().tasks().is_empty() {
        world.succeeds().await;
        come_back(world).await;
    }
    world.advance(Duration::from_mins(2)).await;
    come_back(world).await;
    world.advance(Duration::from_mins(2)).await;
}

async fn come_back(world: &World) {
    if world.has_crashed() {
        world.restarts().await;
    }
}

#[tokio::test]
async fn a_kill_at_any_point_changes_neither_the_end_nor_the_money() {
    let mut points: Vec<&'static str> = Vec::new();
    story(async |world| {
        let anna = world.person("Анна");
        order(world, anna).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        points = world.crash().passed();
    })
    .await;
    points.dedup();
    let expected = [
        "prepare: uploaded",
        "submit: written down",
        "submit: called",
        "poll: read",
        "secure: fetched",
        "deliver: sent",
    ];
    for point in expected {
        assert!(points.contains(&point), "{point} was not passed: {points:?}");
    }
    for point in expected {
        story(async |world| {
            let operator = world.operator().await;
            operator.screen();
            let anna = world.person("Анна");
            world.crash().arm(point);
            order(world, anna).await;
            assert!(world.crash().passed().contains(&point));
            if point == "submit: written down" {
                // The call was never made, and nobody can know that: the money goes back.
                assert_eq!(world.kie().tasks().len(), 0);
                world.advance(Duration::from_mins(10)).await;
                assert_eq!(anna.wallet().await, (20_000, 0), "{point}");
                operator.screen();
                anna.screen();
                world.advance(Duration::from_hours(73)).await;
                return;
            }
            assert_eq!(world.kie().tasks().len(), 1, "{point}");
            assert_eq!(anna.wallet().await, (19_905, 0), "{point}");
            // A message is sent at least once, and at most twice by a kill between sending and
            // writing it down.
            let repeated = if point == "deliver: sent" { 2 } else { 1 };
            anna.receives(MediaKind::Photo, repeated);
            anna.screen();
        })
        .await;
    }
}
