use super::{START, stage};
use crate::kie::{Layout, Mode, Outputs, RecordFault, TaskState};
use serde_json::{Value, json};

#[tokio::test]
async fn a_task_goes_from_waiting_to_success() {
    let stage = stage().await;
    let id = stage.cat().await;
    let record = stage.read(&id).await;
    assert_eq!(record["data"]["state"], "waiting");
    assert_eq!(record["data"]["resultJson"], "");
    assert_eq!(record["data"]["successFlag"], 0);
    assert_eq!(record["data"]["creditsConsumed"], json!(8.0));
    stage.world.start_generating(&id);
    assert_eq!(stage.read(&id).await["data"]["state"], "generating");
    stage.pass(21_500);
    stage.world.succeed(&id).await;
    let data = stage.read(&id).await["data"].clone();
    assert_eq!(data["state"], "success");
    assert_eq!(data["costTime"], 21);
    assert_eq!(data["completeTime"], START + 21_500);
    assert_eq!(data["failCode"], Value::Null);
    let result: Value = serde_json::from_str(data["resultJson"].as_str().unwrap()).unwrap();
    assert_eq!(result, data["response"]);
    assert_eq!(result["resultUrls"].as_array().unwrap().len(), 1);
    assert_eq!(stage.world.polls(&id), 3);
}

#[tokio::test]
async fn param_is_encoded_twice() {
    let stage = stage().await;
    let id = stage.cat_for("http://127.0.0.1:9/cb").await;
    let record = stage.read(&id).await;
    let param: Value = serde_json::from_str(record["data"]["param"].as_str().unwrap()).unwrap();
    assert_eq!(param["model"], "nano-banana-2");
    assert_eq!(param["callBackUrl"], "http://127.0.0.1:9/cb");
    let input: Value = serde_json::from_str(param["input"].as_str().unwrap()).unwrap();
    assert_eq!(input, json!({"prompt": "Кот читает газету"}));
}

#[tokio::test]
async fn the_older_layout_knows_no_credits() {
    let stage = stage().await;
    stage.world.set_layout(Layout::Apr2026);
    let id = stage.cat().await;
    stage.world.succeed(&id).await;
    let data = stage.read(&id).await["data"].clone();
    assert_eq!(data["state"], "success");
    for key in ["creditsConsumed", "response", "successFlag", "paramJson", "operationType"] {
        assert!(data.get(key).is_none(), "{key}");
    }
}

#[tokio::test]
async fn unknown_and_young_tasks_are_null() {
    let stage = stage().await;
    stage.world.set_invisible_for(5_000);
    let id = stage.cat().await;
    for id in [id.as_str(), "0123456789abcdef0123456789abcdef"] {
        let answer = stage.read(id).await;
        assert_eq!((&answer["code"], &answer["msg"]), (&json!(422), &json!("recordInfo is null")));
    }
    stage.pass(5_000);
    assert_eq!(stage.read(&id).await["code"], 200);
}

#[tokio::test]
async fn a_failed_task_returns_the_money() {
    let stage = stage().await;
    let id = stage.cat().await;
    assert_eq!(stage.world.credits(), "992");
    stage.world.fail(&id, "500", "Internal Error, Please try again later.").await;
    assert_eq!(stage.world.credits(), "1000");
    let data = stage.read(&id).await["data"].clone();
    assert_eq!(data["state"], "fail");
    assert_eq!(data["failCode"], "500");
    assert_eq!(data["creditsConsumed"], json!(0.0));
    assert_eq!(data["successFlag"], 3);
    stage.world.succeed(&id).await;
    assert_eq!(stage.world.tasks()[0].state, TaskState::Fail, "an end is an end");
}

#[tokio::test]
async fn a_task_may_end_in_the_envelope() {
    let stage = stage().await;
    for code in [501, 408] {
        let id = stage.cat().await;
        stage.world.fail_by_envelope(&id, code).await;
        let answer = stage.read(&id).await;
        assert_eq!(answer["code"], code);
        assert_eq!(answer["data"], Value::Null);
    }
    assert_eq!(stage.world.credits(), "1000");
}

#[tokio::test]
async fn status_reads_fail_by_order() {
    let stage = stage().await;
    let id = stage.cat().await;
    stage.world.next_record(RecordFault::Body(455, "maintenance".to_owned()));
    assert_eq!(stage.read(&id).await["code"], 455);
    stage.world.next_record(RecordFault::Cut);
    let url = stage.url(&format!("/api/v1/jobs/recordInfo?taskId={id}"));
    assert!(stage.http.get(url).bearer_auth(crate::kie::DEFAULT_KEY).send().await.is_err());
    assert_eq!(stage.read(&id).await["code"], 200);
}

#[tokio::test]
async fn the_clock_ends_tasks_in_automatic_mode() {
    let stage = stage().await;
    stage.world.set_mode(Mode::Auto { delay_ms: 3_000 });
    let id = stage.cat().await;
    let magic =
        |word: &str| json!({"model": "nano-banana-2", "input": {"prompt": format!("x {word}")}});
    for word in ["[[fail]]", "[[nsfw]]", "[[silent]]"] {
        stage.order(magic(word)).await;
    }
    stage.pass(1_000);
    assert_eq!(stage.read(&id).await["data"]["state"], "waiting");
    stage.pass(1_000);
    assert_eq!(stage.read(&id).await["data"]["state"], "generating");
    stage.pass(1_000);
    assert_eq!(stage.read(&id).await["data"]["state"], "success");
    stage.world.tick().await;
    let tasks = stage.world.tasks();
    let states: Vec<_> = tasks.iter().map(|task| (task.state.word(), task.silent)).collect();
    assert_eq!(states, [("success", false), ("fail", false), ("fail", false), ("waiting", true)]);
    assert!(tasks[2].failure.as_ref().unwrap().1.contains("flagged as sensitive"));
}

#[tokio::test]
async fn music_has_two_tracks_and_lyrics_are_text() {
    let stage = stage().await;
    let input =
        json!({"prompt": "song", "custom_mode": false, "instrumental": false, "model": "V6"});
    let answer = stage.order(json!({"model": "ai-music-api/generate", "input": input})).await;
    let id = answer["data"]["taskId"].as_str().unwrap_or_else(|| panic!("{answer}"));
    stage.world.succeed(id).await;
    let data = stage.read(id).await["data"].clone();
    let tracks = data["response"]["data"].as_array().unwrap();
    assert_eq!(tracks.len(), 2);
    let audio = tracks[0]["audio_url"].as_str().unwrap();
    assert!(audio.ends_with(".mp3"));
    assert!(
        stage.fetch(audio).await.bytes().await.unwrap().starts_with(b"\xff\xf3")
            || stage.fetch(audio).await.bytes().await.unwrap().starts_with(b"ID3")
    );
    let answer = stage
        .order(json!({"model": "ai-music-api/generate-lyrics", "input": {"prompt": "spring"}}))
        .await;
    let id = answer["data"]["taskId"].as_str().unwrap();
    stage.world.succeed(id).await;
    let data = stage.read(id).await["data"].clone();
    assert!(data["response"]["resultObject"]["lyricsData"][0]["text"].is_string());
}

#[tokio::test]
async fn a_success_may_have_no_address() {
    let stage = stage().await;
    let id = stage.cat().await;
    stage.world.succeed_with(&id, Outputs::without_urls()).await;
    assert_eq!(stage.read(&id).await["data"]["response"], json!({"resultUrls": []}));
}

#[tokio::test]
async fn the_catalogue_answers_once_a_second() {
    let stage = stage().await;
    let list = stage.get("/api/v1/models?taskType=Text%20to%20Image").await;
    assert!(list["data"]["total"].as_u64().unwrap() > 10);
    assert_eq!(stage.get("/api/v1/models").await["code"], 429);
    stage.pass(1_000);
    let schema = stage.get("/api/v1/models/kling-3.0/video/schema").await;
    assert!(schema["data"]["openapi"]["paths"]["/api/v1/jobs/createTask"].is_object());
    stage.pass(1_000);
    assert_eq!(stage.get("/api/v1/models/no/such/price").await["code"], 404);
    stage.pass(1_000);
    let price = stage.get("/api/v1/models/z-image/price").await;
    assert!(price["data"]["pricingDesc"].as_str().unwrap().contains("0.8 credits"));
}

#[tokio::test]
async fn a_success_rate_is_told_by_spans_of_ten_minutes() {
    let stage = stage().await;
    let quiet = stage.get("/api/v1/models/z-image/success-rate").await;
    assert_eq!(quiet["data"], json!({"model": "z-image", "points": []}));
    stage.pass(1_000);
    stage.world.set_success_rate("z-image", Some(62));
    let told = stage.get("/api/v1/models/z-image/success-rate").await;
    let points = told["data"]["points"].as_array().unwrap();
    assert_eq!(points.len(), 144);
    assert_eq!(points[0]["successRate"], Value::Null);
    assert_eq!((&points[1]["successRate"], &points[1]["errorRate"]), (&json!(62.0), &json!(38.0)));
    assert_eq!(points[1]["isNormal"], false);
    assert_eq!(points[0]["end"], points[1]["start"]);
}

#[tokio::test]
async fn the_demo_sees_and_ends_tasks() {
    let stage = stage().await;
    let routes = crate::kie::admin::routes(stage.world.clone());
    let listener = tokio::net::TcpListener::bind(super::anywhere()).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let (first, second) = (stage.cat().await, stage.cat().await);
    for (id, verb) in [(&first, "succeed"), (&second, "refuse")] {
        let url = format!("{base}/api/kie/tasks/{id}/{verb}");
        assert_eq!(stage.http.post(url).send().await.unwrap().status(), 200);
    }
    let change = json!({"mode": "auto", "delay_ms": 1500});
    let url = format!("{base}/api/kie/mode");
    assert_eq!(stage.http.post(url).json(&change).send().await.unwrap().status(), 200);
    let state: Value = stage.fetch(&format!("{base}/api/kie/state")).await.json().await.unwrap();
    assert_eq!((&state["mode"], &state["delay_ms"]), (&json!("auto"), &json!(1500)));
    assert_eq!(state["credits"], "992");
    assert_eq!(state["tasks"][0]["state"], "success");
    assert_eq!(state["tasks"][0]["urls"].as_array().unwrap().len(), 1);
    assert_eq!(state["tasks"][0]["prompt"], "Кот читает газету");
    assert!(state["tasks"][1]["fail"].as_str().unwrap().contains("sensitive"));
    let next = json!({"fault": "rate_limited"});
    stage.http.post(format!("{base}/api/kie/next")).json(&next).send().await.unwrap();
    assert_eq!(stage.order(super::cat()).await["code"], 429);
}
