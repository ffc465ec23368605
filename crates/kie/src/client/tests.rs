use clock::Clock;
use serde_json::{Map, Value, json};

use super::*;
use crate::stub::{Rude, START, Stub, client, hasty, nobody, rude};

fn order() -> CreateTask {
    let mut input = Map::new();
    input.insert("prompt".into(), "Кот".into());
    CreateTask {
        model: "nano-banana-2".into(),
        input,
        callback_url: Some("https://bot.example/kie/callback/token".into()),
    }
}

async fn submitted(status: u16, body: &'static str) -> Submission {
    let stub = Stub::answering(status, body).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    kie.create_task(&key, &order()).await
}

fn rejected(submission: Submission) -> (FailureKind, i64) {
    match submission {
        Submission::Rejected(failure) => (failure.kind, failure.code),
        other => panic!("not a rejection: {other:?}"),
    }
}

#[tokio::test]
async fn a_task_is_ordered_in_the_provider_s_form() {
    let stub = Stub::answering(200, r#"{"code":200,"msg":"success","data":{"taskId":"t1"}}"#).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.key_names().remove(0);
    let submission = kie.create_task(&key, &order()).await;
    assert_eq!(submission, Submission::Accepted { task_id: "t1".into() });
    let seen = stub.seen().remove(0);
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/api/v1/jobs/createTask"));
    assert_eq!(seen.headers["authorization"], "Bearer first-secret");
    assert_eq!(seen.headers["content-type"], "application/json");
    assert!(seen.headers["user-agent"].to_str().unwrap().starts_with("kiebot/"));
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        body,
        json!({
            "model": "nano-banana-2",
            "input": { "prompt": "Кот" },
            "callBackUrl": "https://bot.example/kie/callback/token"
        })
    );
}

#[tokio::test]
async fn an_envelope_with_another_code_is_a_definite_rejection_whatever_http_says() {
    use FailureKind::{Account, Content, InvalidInput, RateLimited, Temporary};
    for (status, body, expected) in [
        (200, r#"{"code":402,"msg":"Credits insufficient : …"}"#, (Account, 402)),
        (200, r#"{"code":"422","message":"Invalid model","data":null}"#, (InvalidInput, 422)),
        (200, r#"{"code":500,"msg":"This field is required"}"#, (InvalidInput, 500)),
        (500, r#"{"code":500,"msg":"Server exception, please try again later"}"#, (Temporary, 500)),
        (200, r#"{"code":429,"msg":"Your call frequency is too high."}"#, (RateLimited, 429)),
        (429, r#"{"code":401,"msg":"Unauthorized"}"#, (Account, 401)),
        (429, "<html>slow down</html>", (RateLimited, 429)),
        (
            200,
            r#"{"code":422,"msg":"Invalid prompt: prompt contains prohibited content"}"#,
            (Content, 422),
        ),
    ] {
        assert_eq!(rejected(submitted(status, body).await), expected, "{body}");
    }
}

#[tokio::test]
async fn anything_else_that_is_answered_leaves_the_outcome_unknown() {
    for (status, body) in [
        (502, "<html><h1>502 Bad Gateway</h1></html>"),
        (530, "error code: 1033"),
        (403, "error code: 1010"),
        (200, r#"{"code":200,"msg":"success","data":null}"#),
        (200, r#"{"code":200,"msg":"success"}"#),
        (200, r#"{"code":200,"data":{"taskId":""}}"#),
        (200, r#"{"code":200,"data":{"taskId":"t"#),
        (200, ""),
        (500, r#"{"timestamp":1,"status":500,"error":"Internal Server Error"}"#),
        (307, ""),
    ] {
        let submission = submitted(status, body).await;
        assert!(matches!(submission, Submission::Unknown(_)), "{status} {body}: {submission:?}");
    }
}

#[tokio::test]
async fn a_task_id_is_kept_whatever_stands_around_it() {
    for (status, body) in [
        (200, r#"{"code":"200","data":{"taskId":"t1","recordId":"t1","new":[]},"more":1}"#),
        (500, r#"{"code":200,"data":{"taskId":"t1"}}"#),
        (200, r#"{"code":505,"data":{"taskId":"t1"}}"#),
        (429, r#"{"code":200,"data":{"task_id":"t1"}}"#),
    ] {
        let accepted = Submission::Accepted { task_id: "t1".into() };
        assert_eq!(submitted(status, body).await, accepted, "{body}");
    }
}

#[tokio::test]
async fn a_connection_lost_after_the_request_was_read_leaves_the_outcome_unknown() {
    let (url, connections) = rude(Rude::HangsUp).await;
    let (kie, _hand) = client(&url);
    let key = kie.pick_key().unwrap();
    assert!(matches!(kie.create_task(&key, &order()).await, Submission::Unknown(_)));
    assert_eq!(*connections.lock().unwrap(), 1, "nobody below us sent it again");
}

#[tokio::test]
async fn a_timeout_after_sending_leaves_the_outcome_unknown() {
    let (url, _) = rude(Rude::Stalls).await;
    let kie = hasty(&url);
    let key = kie.pick_key().unwrap();
    assert!(matches!(kie.create_task(&key, &order()).await, Submission::Unknown(_)));
    assert!(matches!(kie.credits(&key).await, Err(ReadFailure::Unreachable(_))));
    assert!(matches!(kie.task(&key, "t1").await, TaskReading::Unavailable(_)));
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let url = nobody().await;
    let (kie, _hand) = client(&url);
    let key = kie.pick_key().unwrap();
    let Submission::NotSent(why) = kie.create_task(&key, &order()).await else {
        panic!("it was refused");
    };
    assert!(!why.contains("127.0.0.1/") && !why.contains("secret"), "{why}");
}

#[tokio::test]
async fn a_failed_tls_handshake_sent_nothing() {
    let (url, _) = rude(Rude::HangsUp).await;
    let (kie, _hand) = client(&url.replace("http:", "https:"));
    let key = kie.pick_key().unwrap();
    assert!(matches!(kie.create_task(&key, &order()).await, Submission::NotSent(_)));
}

#[tokio::test]
async fn the_nineteenth_task_within_ten_seconds_waits_for_its_turn() {
    let stub = Stub::answering(200, r#"{"code":200,"data":{"taskId":"t1"}}"#).await;
    let (kie, hand) = client(&stub.url);
    let [first, second] = kie.key_names().try_into().unwrap();
    for key in [&first, &second] {
        for _ in 0..18 {
            assert!(matches!(kie.create_task(key, &order()).await, Submission::Accepted { .. }));
        }
    }
    hand.advance(Duration::from_secs(4));
    let after = Duration::from_secs(6);
    assert_eq!(kie.create_task(&first, &order()).await, Submission::NotNow { after });
    assert_eq!(kie.pick_key(), Err(NoKey::NotNow(after)));
    assert_eq!(stub.seen().len(), 36, "nothing was sent beyond the pace");
    hand.advance(after);
    assert!(matches!(kie.create_task(&first, &order()).await, Submission::Accepted { .. }));
}

#[tokio::test]
async fn account_trouble_found_by_a_call_rests_the_key() {
    let stub = Stub::answering(200, r#"{"code":402,"msg":"Credits insufficient"}"#).await;
    let (kie, _hand) = client(&stub.url);
    let [first, second] = kie.key_names().try_into().unwrap();
    kie.create_task(&first, &order()).await;
    let health = kie.health();
    assert_eq!(health[0].benched_until, Some(START + Duration::from_secs(300)));
    assert_eq!(health[0].last_failure.as_ref().unwrap().code, 402);
    assert_eq!(kie.pick_key(), Ok(second.clone()));
    let TaskReading::Parked(failure) = kie.task(&second, "t1").await else {
        panic!("key trouble parks the task")
    };
    assert_eq!(failure.kind, FailureKind::Account);
    let until = START + Duration::from_secs(300);
    assert_eq!(kie.pick_key(), Err(NoKey::AllBenched { until }));
}

#[tokio::test]
async fn reading_the_balance_shows_in_the_health() {
    let stub = Stub::answering(200, r#"{"code":200,"msg":"success","data":5916.25}"#).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.key_names().remove(1);
    let balance = kie.credits(&key).await.unwrap();
    assert_eq!(balance.to_string(), "5916.25");
    assert_eq!(kie.health()[1].balance, Some((balance, START)));
    assert_eq!(stub.seen()[0].path, "/api/v1/chat/credit");
    assert_eq!(stub.seen()[0].headers["authorization"], "Bearer second-secret");
}

#[tokio::test]
async fn reads_tell_a_refusal_from_an_outage() {
    for (status, body, kind) in [
        (200, r#"{"code":401,"msg":"You do not have access permissions"}"#, FailureKind::Account),
        (403, "error code: 1010", FailureKind::Account),
        (502, "<html>", FailureKind::Temporary),
        (429, "", FailureKind::RateLimited),
        (200, r#"{"code":200,"data":"many"}"#, FailureKind::Temporary),
    ] {
        let stub = Stub::answering(status, body).await;
        let (kie, _hand) = client(&stub.url);
        let key = kie.pick_key().unwrap();
        assert_eq!(kie.credits(&key).await.unwrap_err().kind(), kind, "{body}");
    }
}

#[tokio::test]
async fn a_fresh_link_is_asked_for_and_foreign_ones_are_refused() {
    let stub =
        Stub::answering(200, r#"{"code":200,"data":"https://tempfile.aiquickdraw.com/x?s=1"}"#)
            .await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    let link = kie.download_url(&key, "https://tempfile.aiquickdraw.com/x").await.unwrap();
    assert_eq!(link, "https://tempfile.aiquickdraw.com/x?s=1");
    let body: Value = serde_json::from_slice(&stub.seen()[0].body).unwrap();
    assert_eq!(body, json!({ "url": "https://tempfile.aiquickdraw.com/x" }));

    let stub = Stub::answering(200, r#"{"code":422,"msg":"url is wrong","data":null}"#).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    let refused = kie.download_url(&key, "https://example.com/").await.unwrap_err();
    assert_eq!(refused.kind(), FailureKind::InvalidInput);
}

#[tokio::test]
async fn a_task_id_is_escaped_in_the_address() {
    let stub = Stub::answering(200, r#"{"code":422,"msg":"recordInfo is null"}"#).await;
    let (kie, _hand) = client(&stub.url);
    let key = kie.pick_key().unwrap();
    assert_eq!(kie.task(&key, "a b&c=ы").await, TaskReading::NotVisible);
    assert_eq!(stub.seen()[0].path, "/api/v1/jobs/recordInfo?taskId=a+b%26c%3D%D1%8B");
}

#[tokio::test]
async fn a_key_that_is_gone_is_told_apart() {
    let (kie, _hand) = client("http://127.0.0.1:9");
    let gone = KeyName::from_stored("key-1-000000");
    let unknown = crate::UnknownKey(gone.clone());
    assert_eq!(kie.create_task(&gone, &order()).await, Submission::UnknownKey(unknown.clone()));
    assert_eq!(kie.task(&gone, "t").await, TaskReading::UnknownKey(unknown.clone()));
    assert_eq!(kie.credits(&gone).await, Err(ReadFailure::UnknownKey(unknown)));
}

#[test]
fn no_secret_is_printed() {
    let (kie, _hand) = client("http://127.0.0.1:9");
    let printed = format!("{kie:?} {:?}", kie.health());
    assert!(!printed.contains("first-secret") && printed.contains("key-1-"), "{printed}");
}

#[test]
fn unusable_settings_are_named() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = |api: &str, keys: &[&str]| KieSettings {
        api_url: api.into(),
        upload_url: "https://upload.example".into(),
        keys: keys.iter().map(|key| SecretString::from(*key)).collect(),
        webhook_hmac: None,
        pace: Pace::default(),
        timeouts: Timeouts::default(),
    };
    let refused = |settings| {
        let http = http_client_builder().build().unwrap();
        KieClient::new(settings, http, Clock::system()).err()
    };
    let good = "https://api.example";
    assert_eq!(refused(settings(good, &["k"])), None);
    assert_eq!(refused(settings(good, &[])), Some(SettingsRefused::NoKeys));
    assert_eq!(refused(settings(good, &["k", "bad key"])), Some(SettingsRefused::BadKey(2)));
    for bad in ["api.example", "ftp://api.example", "https://a.example/?q"] {
        let expected = Some(SettingsRefused::BadUrl("KIE_API_URL"));
        assert_eq!(refused(settings(bad, &["k"])), expected, "{bad}");
    }
}

#[test]
fn signed_callbacks_are_asked_for_only_with_a_signing_key() {
    let (kie, _hand) = client("http://127.0.0.1:9");
    assert_eq!(kie.verify_callback(None, None, None, START), Ok(()));
}

#[tokio::test]
async fn who_listens_hears_of_every_call_with_the_code_that_counts() {
    use std::sync::Mutex;
    let heard: Arc<Mutex<Vec<Call>>> = Arc::default();
    let listen = |kie: &KieClient| {
        let heard = Arc::clone(&heard);
        kie.listen(Box::new(move |call| heard.lock().unwrap().push(*call)));
    };
    let stub = Stub::answering(200, r#"{"code":402,"msg":"Credits insufficient"}"#).await;
    let (kie, _hand) = client(&stub.url);
    listen(&kie);
    let key = kie.key_names().remove(0);
    let _refused = kie.create_task(&key, &order()).await;
    let _refused = kie.clone().credits(&key).await;
    let stub = Stub::answering(502, "<html>bad gateway</html>").await;
    let (kie, _hand) = client(&stub.url);
    listen(&kie);
    let _unreadable = kie.task(&key, "t1").await;
    let seen: Vec<_> =
        heard.lock().unwrap().iter().map(|call| (call.endpoint, call.code)).collect();
    assert_eq!(seen, [("create", 402), ("credit", 402), ("task", 502)]);
}
