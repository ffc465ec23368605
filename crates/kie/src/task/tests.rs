use proptest::prelude::*;
use serde_json::json;

use super::*;

fn reading(data: Value) -> TaskReading {
    read(200, json!({ "code": 200, "msg": "success", "data": data }).to_string().as_bytes())
}

fn success(data: Value) -> TaskSuccess {
    match reading(data) {
        TaskReading::Succeeded(success) => success,
        other => panic!("no success: {other:?}"),
    }
}

fn failed(reading: TaskReading) -> (FailureKind, i64, String) {
    match reading {
        TaskReading::Failed(failure) => (failure.kind, failure.code, failure.message),
        other => panic!("not failed: {other:?}"),
    }
}

#[test]
fn waiting_words_and_unknown_words_are_pending() {
    for state in ["waiting", "queuing", "generating", "WAITING", "thinking-deeply", ""] {
        let TaskReading::Pending { progress: None, state: told } =
            reading(json!({ "taskId": "t", "state": state, "resultJson": "", "failCode": null }))
        else {
            panic!("{state} is pending")
        };
        assert_eq!(told, state);
    }
    for (progress, percent) in [(json!(45), 45), (json!("45"), 45), (json!(250), 100)] {
        let data = json!({ "state": "generating", "progress": progress, "successFlag": 0 });
        let state = "generating".to_owned();
        assert_eq!(reading(data), TaskReading::Pending { progress: Some(percent), state });
    }
}

#[test]
fn a_success_of_april_is_read() {
    let got = success(json!({
        "taskId": "t", "model": "bytedance/seedance-2", "state": "success",
        "param": "{\"input\":\"{\\\"image_url\\\":\\\"https://in.example/a.png\\\"}\",\"callBackUrl\":\"https://bot.example/cb/1\",\"model\":\"m\"}",
        "resultJson": "{\"resultUrls\":[\"https://tempfile.aiquickdraw.com/s/1.mp4\"]}",
        "failCode": null, "failMsg": null, "costTime": 154,
        "completeTime": 1_776_488_625_698_i64, "createTime": 1_776_488_470_625_i64,
    }));
    assert_eq!(got.urls, ["https://tempfile.aiquickdraw.com/s/1.mp4"]);
    assert_eq!(got.cost_ms, Some(155_073));
    assert_eq!(got.callback_url.as_deref(), Some("https://bot.example/cb/1"));
    assert_eq!(got.credits, None);
}

#[test]
fn a_success_of_september_is_read() {
    let got = success(json!({
        "state": "success", "resultJson": "", "creditsConsumed": 6.0, "successFlag": 1,
        "completeTime": "1789000021000", "createTime": "1789000000000",
        "response": { "resultUrls": ["https://a.example/1.png", "https://a.example/2.png"] },
        "paramJson": { "callBackUrl": "https://bot.example/cb/2" },
    }));
    assert_eq!(got.urls, ["https://a.example/1.png", "https://a.example/2.png"]);
    assert_eq!(got.credits.unwrap().to_string(), "6");
    assert_eq!(got.cost_ms, Some(21_000));
    assert_eq!(got.callback_url.as_deref(), Some("https://bot.example/cb/2"));
}

#[test]
fn only_outputs_are_taken_for_outputs() {
    let song = json!({
        "state": "success",
        "response": { "data": [
            { "id": "p1", "audio_url": "https://a.example/1.mp3", "image_url": "https://a.example/1.jpg" },
            { "id": "p2", "audio_url": "https://a.example/2.mp3", "stream_audio_url": "https://a.example/s" },
        ] },
    });
    let song = success(song);
    assert_eq!(song.urls, ["https://a.example/1.mp3", "https://a.example/2.mp3"]);
    let pieces: Vec<_> = song.pieces.into_iter().collect();
    let piece = |url: &str, id: &str| (url.to_owned(), id.to_owned());
    let first = piece("https://a.example/1.mp3", "p1");
    assert_eq!(pieces, [first, piece("https://a.example/2.mp3", "p2")]);

    let framed = json!({
        "state": "success",
        "resultJson": "{\"resultUrls\":[\"https://a.example/v.mp4\",\"https://a.example/v.mp4\"],\"lastFrameUrl\":\"https://a.example/l.png\",\"input\":{\"image_url\":\"https://in.example\"}}",
    });
    let framed = success(framed);
    assert_eq!(framed.urls, ["https://a.example/v.mp4"]);
    assert_eq!(framed.extra_urls, ["https://a.example/l.png"]);

    let masks = json!({
        "state": "success",
        "resultJson": { "resultObject": { "mask_urls": ["https://a.example/m.png"] } },
    });
    let masks = success(masks);
    assert!(masks.urls.is_empty());
    assert_eq!(masks.extra_urls, ["https://a.example/m.png"]);
}

#[test]
fn a_success_without_a_readable_result_has_no_outputs_yet() {
    for result in
        [json!(""), json!(null), json!("{broken"), json!({"resultUrls": "[\"file:///etc\"]"})]
    {
        let got = success(json!({ "state": "success", "resultJson": result }));
        assert!(got.urls.is_empty(), "{result}");
    }
    let listed =
        json!({ "state": "success", "resultJson": { "resultUrls": "[\"https://a.example/1\"]" } });
    assert_eq!(success(listed).urls, ["https://a.example/1"]);
}

#[test]
fn a_failed_task_says_why() {
    let data = json!({ "state": "fail", "failCode": "500", "failMsg": "Internal Error, Please try again later.", "successFlag": 3 });
    let expected = (FailureKind::Temporary, 500, "Internal Error, Please try again later.".into());
    assert_eq!(failed(reading(data)), expected);
    let data = json!({ "state": "fail", "failCode": 430, "failMsg": null });
    assert_eq!(failed(reading(data)), (FailureKind::Content, 430, String::new()));
    let data = json!({ "state": "fail", "failCode": null, "failMsg": null });
    assert_eq!(failed(reading(data)), (FailureKind::Unknown, 0, String::new()));
    let data = json!({ "successFlag": 2, "errorCode": "400", "errorMessage": "nsfw" });
    assert_eq!(failed(reading(data)), (FailureKind::Content, 400, "nsfw".into()));
}

#[test]
fn envelope_codes_have_their_dispositions() {
    let disposition = |code: i64| {
        let body = json!({ "code": code, "msg": "something", "data": null }).to_string();
        match read(200, body.as_bytes()) {
            TaskReading::NotVisible => "not visible",
            TaskReading::Failed(_) => "failed",
            TaskReading::Unavailable(_) => "unavailable",
            TaskReading::Parked(_) => "parked",
            other => panic!("{code}: {other:?}"),
        }
    };
    for (codes, expected) in [
        (&[408, 501][..], "failed"),
        (&[404, 422, 200], "not visible"),
        (&[429, 455, 500, 502, 503, 504, 530, 550], "unavailable"),
        (&[401, 402, 433, 505, 400, 777], "parked"),
    ] {
        for code in codes {
            assert_eq!(disposition(*code), expected, "{code}");
        }
    }
    let body = br#"{"code":408,"msg":"Upstream is currently experiencing service issues."}"#;
    assert_eq!(failed(read(200, body)).0, FailureKind::Temporary);
    let body = br#"{"code":501,"msg":"Playground task failed.","data":{"state":"fail","failCode":"422","failMsg":"flagged as sensitive"}}"#;
    assert_eq!(failed(read(200, body)), (FailureKind::Content, 422, "flagged as sensitive".into()));
}

#[test]
fn gateways_and_blocks_never_fail_a_task() {
    for status in [200, 404, 429, 500, 502, 503, 530] {
        let reading = read(status, b"<html>oops</html>");
        assert!(matches!(reading, TaskReading::Unavailable(_)), "{status}: {reading:?}");
    }
    for status in [401, 403] {
        assert!(matches!(read(status, b"error code: 1010"), TaskReading::Parked(_)), "{status}");
    }
    assert!(matches!(read(502, b"{\"code\":200,\"data\":null}"), TaskReading::NotVisible));
}

#[test]
fn what_was_made_for_other_tasks_is_found_by_its_id() {
    let made = |result: serde_json::Value| match reading(json!({
        "state": "success", "resultJson": result.to_string(),
    })) {
        TaskReading::Succeeded(success) => success.made,
        other => panic!("{other:?}"),
    };
    let persona = MadeIds { persona: Some("p1".into()), ..MadeIds::default() };
    for result in [
        json!({"resultObject": {"persona_id": "p1", "name": "Vera"}}),
        json!({"resultObject": {"personaId": "p1"}}),
        json!({"resultObject": "{\"personaId\": \"p1\"}"}),
        json!({"personaId": "p1"}),
    ] {
        assert_eq!(made(result.clone()), persona, "{result}");
    }
    let both = made(json!({"resultObject": {"voiceId": "v1", "character_id": "c1"}}));
    assert_eq!((both.voice.as_deref(), both.character.as_deref()), (Some("v1"), Some("c1")));
    let song = json!({"data": [{"id": "a", "audio_url": "https://x.example/a.mp3"}]});
    for result in [song, json!({"resultObject": {}}), json!({"resultObject": {"persona_id": " "}})]
    {
        assert_eq!(made(result.clone()), MadeIds::default(), "{result}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(status, &body);
    }

    #[test]
    fn no_values_make_the_reader_panic(state in "success|fail|waiting|.{0,5}", text in "\\PC{0,60}", number in any::<i64>()) {
        for value in [json!(text), json!(number), json!([text]), json!({ "resultUrls": text }), json!(null)] {
            let _ = reading(json!({
                "state": state, "resultJson": value, "response": value, "param": value,
                "failCode": value, "failMsg": value, "completeTime": value, "createTime": i64::MIN,
                "creditsConsumed": value, "progress": value, "successFlag": value,
            }));
        }
    }
}
