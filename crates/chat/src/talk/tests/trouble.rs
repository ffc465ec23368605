//! What the conversation does when Telegram, a file or the database does not play along.

use super::*;

/// A message that tells nothing of its fate.
fn bad_gateway() -> Value {
    json!({"ok": false, "error_code": 502, "description": "Bad Gateway"})
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_holds_a_person_up_for_a_minute_at_most() {
    let mut scene = Scene::known().await;
    scene.says("/start m_recraft_remove-background").await;
    let card = scene.heard().remove(0);
    scene.presses(101, &data(&card, "Создать")).await;
    scene.heard();
    scene
        .gets(json!({"message": {"message_id": 5, "date": 0, "from": from(),
        "chat": {"id": 7, "type": "private"},
        "document": {"file_id": "never", "file_unique_id": "u"}}}))
        .await;
    scene.says("/menu").await;
    scene.hand.advance(Duration::from_secs(48));
    scene.settle().await;
    assert_eq!(scene.heard().len(), 0, "the minute is not over");
    scene.hand.advance(Duration::from_secs(10));
    scene.settle().await;
    scene.hand.advance(Duration::from_secs(2));
    scene.settle().await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("не отдаёт") || text(&heard[0]).contains("файл"), "{heard:?}");
    assert!(text(&heard[1]).contains("Главное меню"), "{heard:?}");
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_message_whose_fate_stays_unknown_is_sent_three_times_and_no_more() {
    let mut scene = Scene::known().await;
    for _ in 0..3 {
        scene.answers(bad_gateway());
    }
    scene.says("/menu").await;
    scene.says("/balance").await;
    for _ in 0..9 {
        scene.hand.advance(Duration::from_secs(60));
        scene.settle().await;
    }
    let heard = scene.heard();
    let menus = heard.iter().filter(|call| text(call).contains("Главное меню")).count();
    assert_eq!((menus, heard.len()), (3, 4), "{heard:?}");
    assert!(text(&heard[3]).contains("Баланс"), "the chat goes on: {heard:?}");
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_notice_and_a_result_whose_fate_stays_unknown_count_as_sent() {
    let mut scene = Scene::known().await;
    let id = delivered(&mut scene).await;
    for _ in 0..3 {
        scene.answers(bad_gateway());
    }
    scene.tells(&Fact::Closed { generation: id }).await;
    for _ in 0..5 {
        scene.hand.advance(Duration::from_secs(60));
        scene.settle().await;
    }
    assert_eq!(scene.heard().len(), 3);
    let sent = "select count(*) from notices where state = 'sent' and message_id = 0";
    assert_eq!(scene.count(sent).await, 1);
    assert_eq!(scene.count("select count(*) from progress_messages").await, 0);
    let mut connection = scene.pool.acquire().await.unwrap();
    crate::screens::enqueue_resend(&mut connection, scene.clock.now(), 7, id, 0).await.unwrap();
    drop(connection);
    for _ in 0..3 {
        scene.answers(bad_gateway());
    }
    for _ in 0..5 {
        scene.settle().await;
        scene.hand.advance(Duration::from_secs(60));
    }
    assert_eq!(scene.heard().len(), 3);
    assert_eq!(scene.count("select count(*) from jobs where pool = 'talk'").await, 0);
}

#[tokio::test]
async fn many_senders_at_once_use_the_whole_rate() {
    let scene = Scene::new().await;
    let mut all = tokio::task::JoinSet::new();
    for chat in 1..=40 {
        let sender = scene.sender.clone();
        all.spawn(async move {
            let message = telegram::Outbound::Text { chat, html: "а".to_owned(), keyboard: None };
            sender.send(&message, crate::sender::Urgency::Normal).await.is_ok()
        });
    }
    let sent = all.join_all().await.into_iter().filter(|sent| *sent).count();
    assert_eq!(sent, 30);
}

#[tokio::test]
async fn an_update_that_always_fails_is_given_up_in_words() {
    let mut scene = Scene::known().await;
    scene.says("/menu").await;
    scene.heard();
    meddle(&scene.pool, "alter table sessions rename to hidden").await;
    scene.says("/balance").await;
    for _ in 0..3 {
        assert_eq!(scene.heard().len(), 0);
        scene.hand.advance(Duration::from_secs(60));
        scene.settle().await;
    }
    let heard = scene.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(text(&heard[0]).contains("Код:"), "{heard:?}");
    assert!(!data(&heard[0], "Меню").is_empty());
    assert_eq!(scene.count("select count(*) from jobs").await, 0);
    meddle(&scene.pool, "alter table hidden rename to sessions").await;
    scene.says("/balance").await;
    assert!(text(&scene.heard()[0]).contains("Баланс"));
}

#[tokio::test]
async fn an_update_that_loses_its_worker_each_time_is_given_up_too() {
    let mut scene = Scene::known().await;
    let update = json!({"update_id": 9, "message": {"message_id": 1, "date": 0, "text": "/menu",
        "from": from(), "chat": {"id": 7, "type": "private"}}});
    let raw = RawUpdate { id: 9, json: update.to_string() };
    receive(&scene.pool, scene.clock.now(), &[raw]).await.unwrap();
    meddle(&scene.pool, "update jobs set attempt = 4").await;
    scene.settle().await;
    scene.last_update = 9;
    assert!(text(&scene.heard()[0]).contains("Код:"));
    scene.says("/menu").await;
    assert!(text(&scene.heard()[0]).contains("Главное меню"));
}

#[tokio::test]
async fn nobodys_progress_is_kept_after_they_block_the_bot() {
    let mut scene = Scene::known().await;
    let id = delivered(&mut scene).await;
    let rows = "select count(*) from progress_messages";
    assert_eq!(scene.count(rows).await, 1);
    scene.answers(json!({"ok": false, "error_code": 403,
        "description": "Forbidden: bot was blocked by the user"}));
    scene.tells(&Fact::QuietReady { generation: id }).await;
    assert_eq!(scene.count(rows).await, 0);
    assert_eq!(scene.count("select count(*) from users where unreachable_since is null").await, 0);
}

#[tokio::test]
async fn a_stage_that_comes_after_the_last_word_gives_way_to_it() {
    let mut scene = Scene::known().await;
    let (message, run) = orders(&mut scene).await;
    scene.presses(message, &run).await;
    scene.heard();
    let id = only_generation(&scene.pool).await;
    meddle(&scene.pool, "update generations set state = 'queued'").await;
    scene.hand.advance(Duration::from_secs(6));
    let ended = "with gone as (delete from progress_messages)
                 update generations set state = 'cancelled', money = 'returned',
                 finished_at = created_at";
    *scene.stub.meanwhile.lock().unwrap() = Some((scene.pool.clone(), ended));
    scene.tells(&Fact::Progress { generation: id }).await;
    let heard = scene.heard();
    assert!(text(&heard[0]).contains("В очереди"), "{heard:?}");
    assert!(text(&heard[1]).contains("отменён"), "{heard:?}");
    assert_eq!(scene.count("select count(*) from progress_messages").await, 0);
}
