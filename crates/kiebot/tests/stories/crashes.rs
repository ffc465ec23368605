//! The process dies at every named point, comes back, and the end and the money are the same.

use std::time::Duration;

use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

/// Plays one order with a photo, so that every kind of job takes part, and starts the program
/// again wherever it died.
async fn order(world: &World, anna: Person<'_>) {
    anna.sends("/start").await;
    come_back(world).await;
    for label in ["✨ Улучшить", "Recraft Remove Background", "✨ Создать"] {
        anna.taps(label).await;
        come_back(world).await;
    }
    anna.sends_photo(world.photo(), "cat.png").await;
    come_back(world).await;
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

/// Every point that an undisturbed order passes, with how often.
async fn points() -> Vec<(&'static str, usize)> {
    let mut passed: Vec<&'static str> = Vec::new();
    story(async |world| {
        let anna = world.person("Анна");
        order(world, anna).await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
        passed = world.crash().passed();
    })
    .await;
    let mut points: Vec<(&'static str, usize)> = Vec::new();
    for point in passed {
        match points.iter_mut().find(|(known, _)| *known == point) {
            Some((_, count)) => *count += 1,
            None => points.push((point, 1)),
        }
    }
    points
}

#[tokio::test]
async fn a_kill_at_any_point_changes_neither_the_end_nor_the_money() {
    let points = points().await;
    let names: Vec<_> = points.iter().map(|(point, _)| *point).collect();
    for expected in [
        "update: answered",
        "screen: sent",
        "notice: sent",
        "prepare: uploaded",
        "submit: written down",
        "submit: called",
        "poll: read",
        "secure: fetched",
        "deliver: sent",
    ] {
        assert!(names.contains(&expected), "{expected} was not passed: {names:?}");
    }
    for (point, times) in points {
        // The first, the last, and one between: every passing would take minutes.
        let mut passings = vec![0, times / 2, times - 1];
        passings.dedup();
        for after in passings {
            one_kill(point, after).await;
        }
    }
}

async fn one_kill(point: &'static str, after: usize) {
    let operators_word = point == "submit: written down";
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        let anna = world.person("Анна");
        world.crash().arm(point, after);
        order(world, anna).await;
        if operators_word {
            // The call was never made, and nobody can know that: the money goes back.
            assert_eq!(world.kie().tasks().len(), 0);
            world.advance(Duration::from_mins(10)).await;
            assert_eq!(anna.wallet().await, (20_000, 0), "{point}");
            operator.screen();
            anna.screen();
            world.advance(Duration::from_hours(73)).await;
            return;
        }
        assert_eq!(world.kie().tasks().len(), 1, "{point} {after}");
        assert_eq!(anna.wallet().await, (19_905, 0), "{point} {after}");
        // A message is sent at least once, and at most twice by a kill between sending and
        // writing it down.
        let repeated = if point == "deliver: sent" { 2 } else { 1 };
        anna.receives(MediaKind::Photo, repeated);
        anna.screen();
    })
    .await;
}
