//! Many people, several processes, and everything that goes wrong at once. A short version of what
//! no order of single steps can show: real races between processes, callbacks and kills.

use std::sync::Arc;
use std::time::Duration;

use sandbox::kie::{CallbackPreset, CreateFault};
use sandbox::telegram::Fault;
use tokio::task::JoinSet;

use crate::outside::Outside;

const PEOPLE: usize = 24;

/// How every order must have ended: paid and sent, or returned and told. Telegram may have refused
/// nothing and forgotten nothing.
async fn assert_all_ended(outside: &Outside) {
    let open: Vec<(String, String)> =
        sqlx::query_as("select code, state from generations where finished_at is null")
            .fetch_all(&outside.pool)
            .await
            .unwrap();
    assert_eq!(open, []);
    let wrong: Vec<(String, String, String)> = sqlx::query_as(
        "select g.code, g.state, g.money from generations g
         left join outputs o on o.generation_id = g.id
         where not (g.state = 'done' and g.money = 'taken' and o.sent_as is not null)
           and not (g.state = 'failed' and g.money = 'returned' and exists (
               select from notices n
               where n.state = 'sent' and n.fact ->> 'fact' = 'failed'
                 and n.fact ->> 'generation' = g.id::text))",
    )
    .fetch_all(&outside.pool)
    .await
    .unwrap();
    assert_eq!(wrong, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_orders_survive_faults_kills_and_races() {
    let outside = Arc::new(Outside::new().await);
    let port = outside.free_port().await;
    let public =
        [("PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}")), ("PORT", port.to_string())];
    let bot = outside.start("run", &public).await;
    let callbacks = [("PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}"))];
    let doomed = outside.start("worker", &callbacks).await;

    outside.kie.next_create(CreateFault::RateLimited);
    for _ in 0..3 {
        outside.kie.next_create(CreateFault::CallbackFirst);
        outside.kie.next_create(CreateFault::CallbackFirstThenCut);
        outside.kie.next_create(CreateFault::CutAfterCreate);
    }
    // A lost callback together with a lost answer could only end in a refund after its deadline.
    for _ in 0..3 {
        outside.kie.next_callback(CallbackPreset::Twice);
    }
    outside.telegram.next_call("sendPhoto", &Fault::Flood(1), 2);
    outside.telegram.next_call("sendPhoto", &Fault::Status502Html, 2);

    let mut people = JoinSet::new();
    for number in 0..PEOPLE {
        let outside = Arc::clone(&outside);
        people.spawn(async move {
            let person = outside.telegram.add_person(&format!("Житель {number}"), "ru");
            outside.orders(person).await;
            person
        });
    }
    let mut everybody = Vec::new();
    while let Some(person) = people.join_next().await {
        everybody.push(person.unwrap());
        if everybody.len() == PEOPLE / 2 {
            break;
        }
    }
    doomed.kill().await;
    let heir = outside.start("worker", &callbacks).await;
    everybody.extend(people.join_all().await);
    assert_eq!(everybody.len(), PEOPLE);

    outside.everything_ends(Duration::from_secs(120)).await;
    for person in everybody {
        outside.receives(person).await;
    }
    assert_eq!(heir.stop().await, Some(0));
    assert_eq!(bot.stop().await, Some(0));
    assert_all_ended(&outside).await;
    outside.check().await;
}
