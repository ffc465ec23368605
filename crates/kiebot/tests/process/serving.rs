//! Serving, stopping, dying and coming back.

use crate::outside::Outside;

#[tokio::test]
async fn an_order_goes_through_and_a_stop_leaves_nothing_behind() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.receives(anna).await;

    let (status, health) = process.get("/health").await;
    assert_eq!(status, 200);
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["database"], "connected");
    assert_eq!(health["bot"], "running");
    assert_eq!(health["uptime"], "0d 0h 0m");
    assert!(health["models_count"].as_u64().unwrap() >= 10);
    assert_eq!(process.get("/ready").await.0, 200);
    let (_, metrics) = process.get("/metrics").await;
    assert!(metrics.contains("kiebot_updates_total"), "{metrics}");
    assert!(metrics.contains("kiebot_queue_jobs"), "{metrics}");

    assert_eq!(process.stop().await, Some(0));
    let owner: Option<uuid::Uuid> =
        sqlx::query_scalar("select owner from leases where name = 'polling'")
            .fetch_one(&outside.pool)
            .await
            .unwrap();
    assert_eq!(owner, None, "the polling lease was not given back");
    let running: i64 = sqlx::query_scalar("select count(*) from jobs where state = 'running'")
        .fetch_one(&outside.pool)
        .await
        .unwrap();
    assert_eq!(running, 0);
    assert_eq!(outside.telegram.pending_updates().len(), 0, "updates were not confirmed");
    outside.check().await;
}

#[tokio::test]
async fn a_killed_process_is_continued_by_the_next_one() {
    let outside = Outside::new().await;
    outside.kie.set_mode(sandbox::kie::Mode::Manual);
    let first = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.hears(anna, |message| message.text.contains("Создаём").then_some(())).await;
    first.kill().await;
    let task = outside.kie.tasks().pop().unwrap().id;
    outside.kie.succeed(&task).await;
    let second = outside.start("run", &[]).await;
    outside.receives(anna).await;
    assert_eq!(outside.kie.tasks().len(), 1);
    assert_eq!(second.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn of_two_processes_one_polls_and_the_other_takes_over_when_it_dies() {
    let outside = Outside::new().await;
    let first = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start");
    outside.hears(anna, |message| message.text.contains("Здравствуйте").then_some(())).await;
    let second = outside.start("run", &[]).await;
    outside.orders(anna).await;
    outside.receives(anna).await;
    first.kill().await;
    let boris = outside.telegram.add_person("Борис", "ru");
    outside.orders(boris).await;
    outside.receives(boris).await;
    assert_eq!(second.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn a_worker_beside_the_bot_shares_the_work() {
    let outside = Outside::new().await;
    let bot = outside.start("run", &[]).await;
    // The same environment but for the port, which a worker finds for itself.
    let mut settings = outside.settings();
    settings.retain(|(name, _)| *name != "PORT");
    let worker = outside.start_until("kiebot serves", "worker", &settings).await;
    assert_ne!(worker.address, "http://127.0.0.1:8080");
    assert_eq!(worker.get("/ready").await.0, 200);
    for name in ["Анна", "Борис", "Вера"] {
        let person = outside.telegram.add_person(name, "ru");
        outside.orders(person).await;
        outside.receives(person).await;
    }
    assert_eq!(worker.stop().await, Some(0));
    assert_eq!(bot.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn in_the_test_mode_nothing_real_is_touched() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[("TEST_MODE", "1".to_owned())]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.telegram.says(anna, "/start");
    outside.hears(anna, |message| message.text.contains("Тестовый режим").then_some(())).await;
    outside.orders(anna).await;
    outside.receives(anna).await;
    assert_eq!(outside.kie.tasks().len(), 0);
    let real: Vec<(i64, i64)> =
        sqlx::query_as("select balance_kop, held_kop from wallets where world = 'real'")
            .fetch_all(&outside.pool)
            .await
            .unwrap();
    assert_eq!(real, [(20_000, 0)]);
    assert_eq!(process.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn with_generations_off_an_order_is_refused_and_nothing_is_held() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[("ALLOW_REAL_GENERATION", "0".to_owned())]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.hears(anna, |message| message.text.contains("не принимаются").then_some(())).await;
    let real: Vec<(i64, i64)> =
        sqlx::query_as("select balance_kop, held_kop from wallets where world = 'real'")
            .fetch_all(&outside.pool)
            .await
            .unwrap();
    assert_eq!(real, [(20_000, 0)]);
    assert_eq!(outside.kie.tasks().len(), 0);
    assert_eq!(process.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn a_stop_during_a_generation_hands_it_to_the_next_process() {
    let outside = Outside::new().await;
    outside.kie.set_mode(sandbox::kie::Mode::Manual);
    let first = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.hears(anna, |message| message.text.contains("Создаём").then_some(())).await;
    assert_eq!(first.stop().await, Some(0));
    let task = outside.kie.tasks().pop().unwrap().id;
    outside.kie.succeed(&task).await;
    let second = outside.start("run", &[]).await;
    outside.receives(anna).await;
    assert_eq!(second.stop().await, Some(0));
    let results = outside.telegram.messages(anna);
    assert_eq!(
        results.iter().filter(|message| message.from_bot && message.media.is_some()).count(),
        1
    );
    outside.check().await;
}
