use serde_json::json;

use super::super::schema::Schema;
use super::{Stage, TOKEN};

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_kept() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let params = json!({ "chat_id": anna, "text": "x", "parsemode": "HTML" });
    let answer = stage.call("sendMessage", params).await;
    assert_eq!(answer["error_code"], 400);
    assert_eq!(answer["description"], "Bad Request: unknown parameter \"parsemode\"");
    let violations = stage.world.violations();
    assert_eq!(violations[0].method, "sendMessage");
    assert_eq!(violations[0].what, "unknown parameter \"parsemode\"");
}

#[tokio::test]
async fn an_unknown_nested_field_is_refused() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let keyboard =
        json!({ "inline_keyboard": [[{ "text": "a", "callback_data": "b", "colour": "red" }]] });
    let params = json!({ "chat_id": anna, "text": "x", "reply_markup": keyboard });
    assert_eq!(
        stage.refused("sendMessage", params).await,
        "Bad Request: unknown field \"reply_markup.inline_keyboard[0][0].colour\" of InlineKeyboardButton"
    );
}

#[tokio::test]
async fn wrong_json_types_are_refused() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    for (params, what) in [
        (json!({ "chat_id": anna, "text": 5 }), "\"text\" must be String, got 5"),
        (json!({ "chat_id": anna, "text": null }), "\"text\" must be String, got null"),
        (json!({ "chat_id": 1.5, "text": "x" }), "\"chat_id\" must be Integer or String, got 1.5"),
        (
            json!({ "chat_id": anna, "text": "x", "disable_notification": "yes" }),
            "\"disable_notification\" must be Boolean, got \"yes\"",
        ),
        (
            json!({ "chat_id": anna, "text": "x", "reply_parameters": { "message_id": "1" } }),
            "\"reply_parameters.message_id\" must be Integer, got \"1\"",
        ),
    ] {
        assert_eq!(stage.refused("sendMessage", params).await, format!("Bad Request: {what}"));
    }
    assert_eq!(stage.world.violations().len(), 5);
}

#[tokio::test]
async fn a_file_of_a_form_has_a_purpose() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let part = reqwest::multipart::Part::bytes(&b"x"[..]).file_name("x");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", anna.to_string())
        .text("text", "x")
        .part("forgotten", part);
    stage.http.post(stage.address("sendMessage")).multipart(form).send().await.unwrap();
    assert_eq!(stage.world.violations()[0].what, "unknown parameter \"forgotten\"");
}

#[tokio::test]
async fn an_absent_parameter_is_refused() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let no_text = stage.refused("sendMessage", json!({ "chat_id": anna })).await;
    assert_eq!(no_text, "Bad Request: message text is empty");
    let no_chat = stage.refused("sendMessage", json!({ "text": "x" })).await;
    assert_eq!(no_chat, "Bad Request: chat_id is empty");
}

#[tokio::test]
async fn tokens_and_addresses_are_checked() {
    let stage = Stage::start().await;
    let status = async |path: &str| {
        let address = format!("{}{path}", stage.server.url);
        stage.http.get(address).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(&format!("/bot{TOKEN}/getMe")).await, 200);
    assert_eq!(status(&format!("/bot{TOKEN}/GETME")).await, 200);
    assert_eq!(status(&format!("/bot{TOKEN}/getYou")).await, 404);
    assert_eq!(status("/bot4200:other/getMe").await, 401);
    assert_eq!(status("/botnonsense/getMe").await, 404);
    assert_eq!(status("/getMe").await, 404);
}

#[tokio::test]
async fn a_call_may_come_in_any_of_the_four_encodings() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let address = stage.address("sendMessage");
    let query = format!("{address}?chat_id={anna}&text=1");
    stage.http.get(query).send().await.unwrap();
    let form = reqwest::multipart::Form::new().text("chat_id", anna.to_string()).text("text", "2");
    stage.http.post(&address).multipart(form).send().await.unwrap();
    let urlencoded =
        format!("chat_id={anna}&text=%33&reply_markup=%7B%22remove_keyboard%22%3Atrue%7D");
    let kind = "application/x-www-form-urlencoded";
    let sent = stage.http.post(&address).header("content-type", kind).body(urlencoded);
    sent.send().await.unwrap();
    stage.says(anna, "4").await;
    let texts: Vec<String> = stage.world.messages(anna).into_iter().map(|m| m.text).collect();
    assert_eq!(texts, ["/start", "1", "2", "3", "4"]);
    assert_eq!(stage.world.violations(), []);
}

#[test]
fn the_table_of_the_specification_is_whole() {
    let schema = Schema::current();
    assert_eq!(schema.dangling(), Vec::<String>::new());
    for method in ["getUpdates", "SENDMESSAGE", "sendMediaGroup", "refundStarPayment"] {
        assert!(schema.method(method).is_some(), "{method}");
    }
}
