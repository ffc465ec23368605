use serde_json::json;

use super::super::Fault;
use super::Stage;

#[tokio::test]
async fn a_flood_says_when_to_come_again() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.next_call("sendMessage", &Fault::Flood(30), 2);
    for _ in 0..2 {
        let answer = stage.call("sendMessage", json!({ "chat_id": anna, "text": "x" })).await;
        assert_eq!(answer["error_code"], 429);
        assert_eq!(answer["parameters"]["retry_after"], 30);
    }
    stage.says(anna, "x").await;
    assert_eq!(stage.world.faults_left(), 0);
}

#[tokio::test]
async fn refusals_can_be_ordered() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let params = json!({ "chat_id": anna, "text": "x" });
    stage.world.next_call("*", &Fault::Forbidden, 1);
    assert_eq!(stage.call("sendMessage", params.clone()).await["error_code"], 403);
    stage.world.next_call("sendmessage", &Fault::BadRequest("strange".into()), 1);
    assert_eq!(stage.refused("sendMessage", params.clone()).await, "Bad Request: strange");
    stage.world.next_call("sendMessage", &Fault::Status502Html, 1);
    let sent = stage.http.post(stage.address("sendMessage")).json(&params).send().await.unwrap();
    assert_eq!(sent.status(), 502);
    assert!(sent.text().await.unwrap().starts_with("<html>"));
    assert_eq!(stage.world.messages(anna).len(), 1);
}

#[tokio::test]
async fn a_cut_connection_hides_whether_the_call_happened() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let params = json!({ "chat_id": anna, "text": "x" });
    let send = || stage.http.post(stage.address("sendMessage")).json(&params).send();
    stage.world.next_call("sendMessage", &Fault::CutBefore, 1);
    assert!(send().await.is_err());
    assert_eq!(stage.world.messages(anna).len(), 1);
    stage.world.next_call("sendMessage", &Fault::CutAfterEffect, 1);
    assert!(send().await.is_err());
    assert_eq!(stage.world.messages(anna).len(), 2);
    assert!(send().await.is_ok());
}

#[tokio::test]
async fn every_call_is_written_down() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.says(anna, "x").await;
    stage.advance_s(5);
    stage.done("sendChatAction", json!({ "chat_id": anna, "action": "typing" })).await;
    let calls = stage.world.calls();
    assert_eq!((calls[0].method.as_str(), &calls[0].params["text"]), ("sendMessage", &json!("x")));
    assert_eq!(calls[1].at - calls[0].at, 5000);
}

#[tokio::test]
async fn a_dropped_server_answers_no_more() {
    let stage = Stage::start().await;
    let address = stage.address("getMe");
    let Stage { server, http, .. } = stage;
    drop(server);
    while http.get(&address).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}
