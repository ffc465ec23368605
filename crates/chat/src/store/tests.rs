use serde_json::json;
use telegram::Sender;

use super::*;

const NOW: OffsetDateTime = time::macros::datetime!(2026-01-01 12:00 UTC);

/// The number that a query answers.
pub(crate) async fn number(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// The only order that there is.
pub(crate) async fn only_generation(pool: &PgPool) -> Uuid {
    sqlx::query_scalar("select id from generations").fetch_one(pool).await.unwrap()
}

/// Changes the database behind the program's back.
pub(crate) async fn meddle(pool: &PgPool, sql: &'static str) {
    sqlx::query(sql).execute(pool).await.unwrap();
}

fn anna() -> Sender {
    Sender {
        id: 5_000_000_000,
        first_name: "Анна".to_owned(),
        username: Some("anna".to_owned()),
        language_code: Some("uk".to_owned()),
        is_bot: false,
    }
}

#[tokio::test]
async fn a_person_is_written_down_once_and_keeps_the_chosen_language() {
    let pool = test_db::fresh_pool().await;
    let mut connection = pool.acquire().await.unwrap();
    let first = person(&mut connection, NOW, &anna()).await.unwrap();
    assert!(first.created);
    assert_eq!(first.language, Language::Ru);
    set_language(&mut connection, first.id, Language::En).await.unwrap();
    set_unreachable(&mut connection, anna().id, Some(NOW)).await.unwrap();
    let again = person(&mut connection, NOW, &anna()).await.unwrap();
    assert_eq!(again, Person { created: false, language: Language::En, ..first });
    assert_eq!(find_language(&mut connection, anna().id).await.unwrap(), Some(Language::En));
    let since: Option<OffsetDateTime> =
        sqlx::query_scalar("select unreachable_since from users").fetch_one(&pool).await.unwrap();
    assert_eq!(since, None, "whoever writes can be written to");
}

#[tokio::test]
async fn a_session_begins_empty_and_is_kept() {
    let pool = test_db::fresh_pool().await;
    let mut connection = pool.acquire().await.unwrap();
    let person = person(&mut connection, NOW, &anna()).await.unwrap();
    assert_eq!(peek_session(&pool, anna().id).await.unwrap(), None);
    let stored = lock_session(&mut connection, NOW, person.id).await.unwrap();
    assert_eq!((stored.revision, stored.state), (0, json!({})));
    save_session(&mut connection, person.id, 1, &json!({"place": {"at": "help"}})).await.unwrap();
    set_screen_message(&mut connection, person.id, Some(9)).await.unwrap();
    let stored = lock_session(&mut connection, NOW, person.id).await.unwrap();
    assert_eq!((stored.revision, stored.screen_message_id), (1, Some(9)));
    assert_eq!(screen_message(&mut connection, person.id).await.unwrap(), Some(9));
    assert!(peek_session(&pool, anna().id).await.unwrap().is_some());
}

#[tokio::test]
async fn an_update_is_new_once_until_it_is_forgotten() {
    let pool = test_db::fresh_pool().await;
    let mut connection = pool.acquire().await.unwrap();
    let new = add_updates(&mut connection, NOW, &[1, 2, 2]).await.unwrap();
    assert_eq!(new, HashSet::from([1, 2]));
    let new = add_updates(&mut connection, NOW, &[2, 3]).await.unwrap();
    assert_eq!(new, HashSet::from([3]));
    let later = NOW + time::Duration::SECOND;
    assert_eq!(crate::forget_updates(&mut connection, later, 10).await.unwrap(), 3);
    assert_eq!(add_updates(&mut connection, NOW, &[2]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_progress_message_is_kept_until_its_order_is_over() {
    let pool = test_db::fresh_pool().await;
    let mut connection = pool.acquire().await.unwrap();
    let id = Uuid::from_u128(1);
    let mut message =
        ProgressMessage { chat_id: 7, message_id: 8, shown: "а".to_owned(), edited_at: NOW };
    put_progress(&mut connection, id, &message).await.unwrap();
    message.shown = "б".to_owned();
    put_progress(&mut connection, id, &message).await.unwrap();
    assert_eq!(find_progress(&mut connection, id).await.unwrap(), Some(message.clone()));
    message.shown = "в".to_owned();
    assert!(change_progress(&mut connection, id, &message).await.unwrap());
    assert_eq!(find_progress(&mut connection, id).await.unwrap(), Some(message.clone()));
    drop_progress(&mut connection, id).await.unwrap();
    assert_eq!(find_progress(&mut connection, id).await.unwrap(), None);
    assert!(!change_progress(&mut connection, id, &message).await.unwrap());
    assert_eq!(find_progress(&mut connection, id).await.unwrap(), None, "what is over stays over");
}
