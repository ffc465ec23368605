//! What the operator runs and reads: cleaning up, looking after people, reports, figures.

use std::collections::BTreeSet;
use std::process::Stdio;

use sandbox::telegram::Fault;
use serde_json::Value;

use crate::outside::{Outside, command};

/// Runs a command to its end; its code and what it said.
pub async fn run(settings: &[(&'static str, String)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = command(arguments[0], settings);
    command.args(&arguments[1..]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complained = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), format!("{said}{complained}"))
}

pub fn json(said: &str) -> Value {
    serde_json::from_str(said).unwrap_or_else(|_| panic!("{said}"))
}

/// How many of each kind the command names.
fn rows(document: &Value) -> Vec<(String, i64)> {
    let rows = document["rows"].as_array().unwrap();
    rows.iter()
        .map(|one| (one["what"].as_str().unwrap().to_owned(), one["rows"].as_i64().unwrap()))
        .collect()
}

/// Something of every kind that is old, and beside it what must stay.
const OLD_ROWS: &str = "
    insert into users (telegram_id, language, created_at, seen_at)
        values (1, 'ru', now() - interval '1 year', now() - interval '1 year');
    insert into sessions (user_id, revision, state, updated_at)
        select id, 41, '{\"place\": {\"at\": \"help\"}}', now() - interval '100 days' from users;
    insert into person_paces (user_id, what, window_started_at, used)
        select id, 'request', now() - interval '3 days', 5 from users;
    insert into updates select number, now() - interval '3 days' from generate_series(1, 1200) number;
    insert into updates values (5000, now());
    insert into notices (chat_id, fact, state, created_at, sent_at)
        values (1, '{}', 'sent', now() - interval '40 days', now() - interval '40 days'),
               (1, '{}', 'sent', now(), now());
    insert into progress_messages
        values (gen_random_uuid(), 1, 2, '', now() - interval '40 days');
    insert into jobs (pool, kind, payload, priority, state, run_at, created_at)
        values ('talk', 'update', '{}', 0, 'dead', now() - interval '40 days', now()),
               ('talk', 'update', '{}', 0, 'dead', now() - interval '1 day', now());
    insert into alarms (subject, alert, first_seen_at, last_seen_at, over_at)
        values ('keys', '{\"alert\": \"no_keys\"}', now() - interval '1 year',
                now() - interval '1 year', now() - interval '1 year');
    insert into generations (id, code, order_key, user_id, chat_id, language, world, model, answers,
            price_kop, cost_kop, credits, state, money, uploads, created_at, finished_at, updated_at)
        select gen_random_uuid(), code, code, users.id, 1, 'ru', world, 'z-image', '{}', 1, 1, 1,
               state, money, '{\"a\": \"b\"}', now() - interval '40 days',
               now() - interval '40 days', now()
        from users, (values ('A', 'real', 'done', 'taken'), ('B', 'real', 'failed', 'returned'),
                            ('C', 'test', 'done', 'taken')) as old (code, world, state, money);
    insert into attempts (id, generation_id, number, world, key_name, token, state, submitted_at)
        select gen_random_uuid(), id, 1, world, 'key', code, 'failed', now() from generations;
    insert into outputs (generation_id, position, url, kind, mime, bytes)
        select id, 0, 'https://results.example/1', 'image', 'image/png', 1 from generations
        where state = 'done';";

#[tokio::test]
async fn cleaning_up_counts_first_removes_when_told_and_keeps_results_and_money() {
    let outside = Outside::new().await;
    sqlx::raw_sql(OLD_ROWS).execute(&outside.pool).await.unwrap();
    let settings = [("DATABASE_URL", outside.database.clone())];
    let expected = [
        ("updates", 1200),
        ("sessions", 1),
        ("notices", 1),
        ("progress_messages", 1),
        ("person_paces", 1),
        ("failed_files", 1),
        ("test_orders", 1),
        ("dead_jobs", 1),
        ("alarms", 1),
    ]
    .map(|(what, rows)| (what.to_owned(), rows));
    for _ in 0..2 {
        let (code, said) = run(&settings, &["cleanup", "--json"]).await;
        let found = json(&said);
        assert_eq!((code, &found["applied"]), (Some(0), &Value::Bool(false)), "{said}");
        assert_eq!(rows(&found), expected, "nothing is removed without being told");
        assert_eq!(found["database"]["limit_bytes"], 1_000_000_000);
        assert!(found["database"]["bytes"].as_i64().unwrap() > 1_000_000);
    }
    let (code, said) = run(&settings, &["cleanup"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("updates: 1200 could go, older than 2 days"), "{said}");
    assert!(said.contains("MB of 1000 MB"), "{said}");
    let (code, said) = run(&settings, &["cleanup", "--apply", "--json"]).await;
    assert_eq!((code, rows(&json(&said))), (Some(0), expected.to_vec()), "{said}");
    let (_, said) = run(&settings, &["cleanup", "--json"]).await;
    assert!(rows(&json(&said)).iter().all(|(_, rows)| *rows == 0), "{said}");

    let left: Vec<(String, i64, i64)> = sqlx::query_as(
        "select g.code, (select count(*) from outputs o where o.generation_id = g.id),
                (select count(*) from attempts a where a.generation_id = g.id)
         from generations g order by code",
    )
    .fetch_all(&outside.pool)
    .await
    .unwrap();
    assert_eq!(left, [("A".to_owned(), 1, 1), ("B".to_owned(), 0, 1)], "results stay");
    let session: (i64, Value) = sqlx::query_as("select revision, state from sessions")
        .fetch_one(&outside.pool)
        .await
        .unwrap();
    assert_eq!(session, (42, serde_json::json!({})), "the key of orders never comes twice");

    let small = [settings.as_slice(), &[("DATABASE_MAX_MB", "1".to_owned())]].concat();
    let (code, said) = run(&small, &["cleanup"]).await;
    assert_eq!(code, Some(1), "bigger than its plan: {said}");
}

#[tokio::test]
async fn people_are_looked_after_and_errors_reported_from_the_command_line() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.receives(anna).await;
    let settings = [("DATABASE_URL", outside.database.clone())];
    let whom = anna.to_string();
    let (code, said) = run(&settings, &["user", "show", &whom, "--json"]).await;
    let shown = json(&said);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((&shown["name"], &shown["balance_kop"]), (&"Анна".into(), &19_620.into()), "{said}");
    assert_eq!((&shown["orders"], &shown["spent_kop"]), (&1.into(), &380.into()), "{said}");
    let (code, said) = run(&settings, &["user", "show", &whom]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Анна") && said.contains("orders 1, failed 0"), "{said}");

    let credit = ["user", "credit", &whom, "99.50", "--reason", "за ожидание", "--json"];
    let (code, said) = run(&settings, &credit).await;
    assert_eq!((code, &json(&said)["balance_kop"]), (Some(0), &29_570.into()), "{said}");
    outside.hears(anna, |message| message.text.contains("за ожидание").then_some(())).await;
    let (code, said) = run(&settings, &["user", "credit", &whom, "-100000", "--reason", "x"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("there is only"), "{said}");
    let (code, said) = run(&settings, &["user", "credit", &whom, "many", "--reason", "x"]).await;
    assert_eq!(code, Some(2), "{said}");

    let (code, said) = run(&settings, &["user", "ban", &whom, "--reason", "спам", "--json"]).await;
    assert_eq!((code, &json(&said)["banned"]), (Some(0), &true.into()), "{said}");
    assert_eq!(run(&settings, &["user", "ban", &whom, "--reason", "спам"]).await.0, Some(1));
    assert_eq!(run(&settings, &["user", "ban", &whom, "--lift"]).await.0, Some(0));
    let (code, said) = run(&settings, &["user", "show", "@nobody_here", "--json"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(json(&said)["refused"].as_str().unwrap().contains("no such person"), "{said}");
    let actions: i64 = sqlx::query_scalar("select count(*) from admin_actions")
        .fetch_one(&outside.pool)
        .await
        .unwrap();
    assert_eq!(actions, 3, "each change leaves its row");

    let (code, said) = run(&settings, &["report", "errors", "--json"]).await;
    assert_eq!((code, &json(&said)["groups"]), (Some(0), &serde_json::json!([])), "{said}");
    sqlx::query("update attempts set failure = 'temporary', failure_text = '500 Internal Error'")
        .execute(&outside.pool)
        .await
        .unwrap();
    let (code, said) = run(&settings, &["report", "errors", "--days", "7", "--json"]).await;
    let found = json(&said);
    assert_eq!(code, Some(1), "errors are problems: {said}");
    assert_eq!(found["groups"][0]["class"], "temporary.500", "{said}");
    assert_eq!((&found["days"], &found["groups"][0]["count"]), (&7.into(), &1.into()), "{said}");
    let (code, said) = run(&settings, &["report", "errors"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("kie temporary.500: 1 (before that 0)"), "{said}");
    assert_eq!(process.stop().await, Some(0));
}

/// Every metric that the dashboard asks for.
fn named_in_the_dashboard() -> BTreeSet<String> {
    let dashboard = include_str!("../../../../deploy/grafana/kiebot.json");
    let document: Value = serde_json::from_str(dashboard).unwrap();
    let mut names = BTreeSet::new();
    for panel in document["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().unwrap();
            for word in
                query.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            {
                if word.starts_with("kiebot_") {
                    names.insert(word.to_owned());
                }
            }
        }
    }
    names
}

#[tokio::test]
async fn every_metric_of_the_dashboard_is_there_once_an_order_went_through() {
    let outside = Outside::new().await;
    let process = outside.start("run", &[]).await;
    // Money is counted from the first reading on.
    assert_eq!(process.get("/metrics").await.0, 200);
    let anna = outside.telegram.add_person("Анна", "ru");
    outside.orders(anna).await;
    outside.receives(anna).await;
    sqlx::query("insert into key_balances values ('key-1-abcdef', 12.5, now())")
        .execute(&outside.pool)
        .await
        .unwrap();
    outside.kie.set_mode(sandbox::kie::Mode::Manual);
    outside.orders(anna).await;
    outside.hears(anna, |message| message.text.contains("Создаём").then_some(())).await;
    let (_, metrics) = process.get("/metrics").await;
    let names = named_in_the_dashboard();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let there = metrics.lines().any(|line| {
            line.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with([' ', '{']))
        });
        assert!(there, "{name} is not in:\n{metrics}");
    }
    for line in [
        "kiebot_lease_held{name=\"polling\"} 1",
        "kiebot_kie_credits{key=\"key-1-abcdef\"} 12",
        "kiebot_money_kopecks_total{kind=\"commit\"} 380",
        "kiebot_orders_open{state=\"running\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} is not in:\n{metrics}");
    }
    assert!(
        metrics.contains("kiebot_kie_call_seconds_count{endpoint=\"create\",code=\"200\"} 2"),
        "{metrics}"
    );
    let task = outside.kie.tasks().pop().unwrap().id;
    outside.kie.succeed(&task).await;
    outside.everything_ends(std::time::Duration::from_secs(60)).await;
    assert_eq!(process.stop().await, Some(0));
    outside.check().await;
}

#[tokio::test]
async fn a_webhook_that_telegram_refuses_is_told_to_the_operators_and_stops_nothing() {
    let outside = Outside::new().await;
    let operator = outside.telegram.add_person("Оператор", "ru");
    outside.telegram.says(operator, "/start");
    let refusal = "bad webhook: HTTPS url must be provided for webhook".to_owned();
    outside.telegram.next_call("setWebhook", &Fault::BadRequest(refusal), 1);
    let port = outside.free_port().await;
    let settings = [
        ("ADMIN_ID", operator.to_string()),
        ("BOT_MODE", "webhook".to_owned()),
        ("PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}")),
        ("PORT", port.to_string()),
    ];
    let process = outside.start("run", &settings).await;
    outside
        .hears(operator, |message| {
            let told = message.text.contains("не принимает наш адрес");
            (told && message.text.contains("HTTPS url must be provided")).then_some(())
        })
        .await;
    assert_eq!(process.get("/ready").await.0, 200);
    assert_eq!(outside.telegram.faults_left(), 0);
    let more = outside.telegram.calls_of("setWebhook");
    assert_eq!(more.len(), 0, "it is not asked for again at once");
    assert_eq!(process.stop().await, Some(0));
}
