use serde_json::{Value, json};

use super::{Stage, png};

#[tokio::test]
async fn an_edit_changes_the_message_and_its_buttons() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let id = stage.says(anna, "было").await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "a", "callback_data": "b" }]] });
    let edit =
        json!({ "chat_id": anna, "message_id": id, "text": "стало", "reply_markup": keyboard });
    let edited = stage.done("editMessageText", edit.clone()).await;
    assert_eq!(edited["text"], "стало");
    assert!(edited["edit_date"].is_i64());
    let same = stage.refused("editMessageText", edit).await;
    assert_eq!(
        same,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
    );
    let bare = json!({ "chat_id": anna, "message_id": id, "text": "стало" });
    stage.done("editMessageText", bare).await;
    let shown = stage.world.message(anna, id).unwrap();
    assert_eq!((shown.text.as_str(), shown.edits, shown.buttons.len()), ("стало", 1, 0));
}

#[tokio::test]
async fn only_the_bots_own_present_messages_can_be_edited() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let edit = |id: i64| json!({ "chat_id": anna, "message_id": id, "text": "x" });
    let hers = stage.refused("editMessageText", edit(1)).await;
    assert_eq!(hers, "Bad Request: message can't be edited");
    let none = stage.refused("editMessageText", edit(77)).await;
    assert_eq!(none, "Bad Request: message to edit not found");
    let id = stage.says(anna, "y").await;
    stage.done("deleteMessage", json!({ "chat_id": anna, "message_id": id })).await;
    assert!(stage.world.message(anna, id).unwrap().deleted);
    let gone = stage.refused("editMessageText", edit(id)).await;
    assert_eq!(gone, "Bad Request: message to edit not found");
    let again = stage.refused("deleteMessage", json!({ "chat_id": anna, "message_id": id })).await;
    assert_eq!(again, "Bad Request: message to delete not found");
}

#[tokio::test]
async fn an_old_message_cannot_be_deleted() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let (old, other) = (stage.says(anna, "a").await, stage.says(anna, "b").await);
    stage.advance_s(48 * 3600 + 1);
    let new = stage.says(anna, "c").await;
    let refused =
        stage.refused("deleteMessage", json!({ "chat_id": anna, "message_id": old })).await;
    assert_eq!(refused, "Bad Request: message can't be deleted for everyone");
    let ids = json!([old, other, new, 999]);
    stage.done("deleteMessages", json!({ "chat_id": anna, "message_ids": ids })).await;
    let left = stage.world.messages(anna).iter().filter(|m| !m.deleted).count();
    assert_eq!(left, 3);
}

#[tokio::test]
async fn a_caption_and_a_picture_can_be_replaced() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let sent = stage.upload("sendPhoto", "photo", &png(10, 10), "a.png", anna).await;
    let id = sent["result"]["message_id"].clone();
    let caption =
        json!({ "chat_id": anna, "message_id": id, "caption": "<i>k</i>", "parse_mode": "HTML" });
    let edited = stage.done("editMessageCaption", caption).await;
    assert_eq!(edited["caption"], "k");
    let text = json!({ "chat_id": anna, "message_id": id, "text": "x" });
    let refused = stage.refused("editMessageText", text).await;
    assert_eq!(refused, "Bad Request: there is no text in the message to edit");
    let media = json!({ "type": "photo", "media": "attach://new" }).to_string();
    let form = reqwest::multipart::Form::new()
        .text("chat_id", anna.to_string())
        .text("message_id", id.to_string())
        .text("media", media)
        .part("new", reqwest::multipart::Part::bytes(png(20, 30)).file_name("b.png"));
    let answer = stage.http.post(stage.address("editMessageMedia")).multipart(form).send().await;
    let answer: Value = answer.unwrap().json().await.unwrap();
    assert_eq!(answer["result"]["photo"][0]["height"], 30, "{answer}");
    assert_eq!(stage.world.violations(), []);
}

#[tokio::test]
async fn a_press_reaches_the_bot_and_its_answer_the_person() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "yes" }]] });
    let params = json!({ "chat_id": anna, "text": "?", "reply_markup": keyboard });
    let id = stage.done("sendMessage", params).await["message_id"].as_i64().unwrap();
    assert!(stage.world.presses(anna, id, "Нет").unwrap_err().contains("Да"));
    let query = stage.world.presses(anna, id, "Да").unwrap();
    assert_eq!(stage.world.unanswered_presses(), [(query.clone(), "yes".to_owned())]);
    let updates = stage.done("getUpdates", json!({ "offset": -1 })).await;
    let press = &updates[0]["callback_query"];
    assert_eq!((&press["id"], &press["data"]), (&json!(query), &json!("yes")));
    assert_eq!(press["message"]["message_id"], id);
    let answer = json!({ "callback_query_id": query, "text": "Ок", "show_alert": true });
    stage.done("answerCallbackQuery", answer.clone()).await;
    stage.done("answerCallbackQuery", answer.clone()).await;
    let answers = stage.world.press_answers();
    assert_eq!((answers[0].text.as_deref(), answers[0].alert), (Some("Ок"), true));
    assert_eq!(stage.world.unanswered_presses(), []);
    stage.advance_s(60);
    let too_old =
        "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(stage.refused("answerCallbackQuery", answer).await, too_old);
    let unknown = json!({ "callback_query_id": "1" });
    assert_eq!(stage.refused("answerCallbackQuery", unknown).await, too_old);
}

#[tokio::test]
async fn a_person_may_correct_a_message() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let id = stage.world.says(anna, "кот");
    assert!(stage.world.edits(anna, id, "кит"));
    let theirs = stage.says(anna, "бот").await;
    assert!(!stage.world.edits(anna, theirs, "x"));
    let updates = stage.done("getUpdates", json!({ "offset": -1 })).await;
    assert_eq!(updates[0]["edited_message"]["text"], "кит");
    stage.world.raw_update("message", json!({ "message_id": 1, "sticker": {} })).unwrap();
    let updates = stage.done("getUpdates", json!({ "offset": -1 })).await;
    assert!(updates[0]["message"]["sticker"].is_object());
}

#[tokio::test]
async fn a_forged_press_arrives_as_it_is() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.presses_raw(anna, 555, "admin:credit:1000000");
    let updates = stage.done("getUpdates", json!({ "offset": -1 })).await;
    let press = &updates[0]["callback_query"];
    assert_eq!(press["data"], "admin:credit:1000000");
    assert_eq!(press["message"]["date"], 0);
}
