use serde_json::{Value, json};

use super::Stage;

#[tokio::test]
async fn a_sent_message_comes_back_and_is_shown() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let keyboard = json!({ "inline_keyboard": [
        [{ "text": "🎬 Видео", "callback_data": "v1:video", "style": "primary" }],
        [{ "text": "Сайт", "url": "https://kie.ai" }, { "text": "Код", "copy_text": { "text": "K" } }],
    ]});
    let params = json!({
        "chat_id": anna, "text": "<b>Что</b> создаём?", "parse_mode": "HTML", "reply_markup": keyboard,
        "link_preview_options": { "is_disabled": true },
    });
    let sent = stage.done("sendMessage", params).await;
    assert_eq!(sent["text"], "Что создаём?");
    assert_eq!(sent["entities"], json!([{ "type": "bold", "offset": 0, "length": 3 }]));
    assert_eq!(sent["from"]["is_bot"], true);
    assert_eq!(sent["chat"], json!({ "id": anna, "type": "private", "first_name": "Анна" }));
    assert_eq!(sent["reply_markup"], keyboard);
    let shown = stage.world.messages(anna).pop().unwrap();
    assert_eq!(shown.html, "<b>Что</b> создаём?");
    assert_eq!(shown.buttons[0][0].data.as_deref(), Some("v1:video"));
    assert_eq!(shown.buttons[1][0].url.as_deref(), Some("https://kie.ai"));
    assert_eq!(shown.buttons[1][1].copy.as_deref(), Some("K"));
    assert_eq!(stage.world.violations(), []);
}

#[tokio::test]
async fn a_text_has_1_to_4096_characters_after_parsing() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let text = |text: String| json!({ "chat_id": anna, "text": text, "parse_mode": "HTML" });
    stage.done("sendMessage", text(format!("<b>{}</b>", "ж".repeat(4096)))).await;
    let long = stage.refused("sendMessage", text("ж".repeat(4097))).await;
    assert_eq!(long, "Bad Request: message is too long");
    for empty in ["", "  \n", "<b> </b>"] {
        let refused = stage.refused("sendMessage", text(empty.to_owned())).await;
        assert_eq!(refused, "Bad Request: message text is empty");
    }
    let broken = stage.refused("sendMessage", text("<b>x".to_owned())).await;
    assert!(broken.starts_with("Bad Request: can't parse entities: "), "{broken}");
}

#[tokio::test]
async fn keyboards_have_limits() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let send = |keyboard: Value| {
        let markup = json!({ "inline_keyboard": keyboard });
        json!({ "chat_id": anna, "text": "x", "reply_markup": markup })
    };
    let button = |data: String| json!({ "text": "b", "callback_data": data });
    stage.done("sendMessage", send(json!([[button("d".repeat(64))]]))).await;
    for data in [String::new(), "d".repeat(65), "ж".repeat(33)] {
        let refused = stage.refused("sendMessage", send(json!([[button(data)]]))).await;
        assert_eq!(refused, "Bad Request: BUTTON_DATA_INVALID");
    }
    let row = |count: usize| Value::from(vec![button("d".into()); count]);
    let long_row = stage.refused("sendMessage", send(json!([row(9)]))).await;
    assert_eq!(long_row, "Bad Request: REPLY_MARKUP_TOO_LONG");
    stage.done("sendMessage", send(Value::from(vec![row(5); 20]))).await;
    stage.refused("sendMessage", send(Value::from(vec![row(1); 101]))).await;
    stage.refused("sendMessage", send(json!([[{ "text": "no action" }]]))).await;
    stage.refused("sendMessage", send(json!([[{ "text": "x", "url": "nowhere" }]]))).await;
    let colour = json!([[{ "text": "x", "callback_data": "d", "style": "pink" }]]);
    stage.refused("sendMessage", send(colour)).await;
    let copy = json!([[{ "text": "x", "copy_text": { "text": "c".repeat(257) } }]]);
    stage.refused("sendMessage", send(copy)).await;
}

#[tokio::test]
async fn a_reply_keyboard_stays_until_it_is_removed() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let keyboard = json!({ "keyboard": [[{ "text": "Меню" }, { "text": "Баланс" }]], "resize_keyboard": true });
    let with = json!({ "chat_id": anna, "text": "x", "reply_markup": keyboard });
    let sent = stage.done("sendMessage", with).await;
    assert!(sent.get("reply_markup").is_none());
    stage.says(anna, "y").await;
    let rows = vec![vec!["Меню".to_owned(), "Баланс".to_owned()]];
    assert_eq!(stage.world.reply_keyboard(anna), Some(rows));
    let gone = json!({ "chat_id": anna, "text": "x", "reply_markup": { "remove_keyboard": true } });
    stage.done("sendMessage", gone).await;
    assert_eq!(stage.world.reply_keyboard(anna), None);
}

#[tokio::test]
async fn a_bot_cannot_write_first() {
    let stage = Stage::start().await;
    let boris = stage.world.add_person("Борис", "ru");
    let params = json!({ "chat_id": boris, "text": "x" });
    let early = stage.refused("sendMessage", params.clone()).await;
    assert_eq!(early, "Bad Request: chat not found");
    stage.world.says(boris, "/start");
    stage.done("sendMessage", params).await;
}

#[tokio::test]
async fn a_bot_that_is_blocked_gets_403_and_hears_of_it() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.blocks_bot(anna);
    for (method, params) in [
        ("sendMessage", json!({ "chat_id": anna, "text": "x" })),
        ("sendChatAction", json!({ "chat_id": anna, "action": "typing" })),
    ] {
        let answer = stage.call(method, params).await;
        assert_eq!(answer["error_code"], 403);
        assert_eq!(answer["description"], "Forbidden: bot was blocked by the user");
    }
    let updates = stage.done("getUpdates", json!({})).await;
    let member = &updates[1]["my_chat_member"];
    assert_eq!(member["new_chat_member"]["status"], "kicked");
    assert_eq!(member["old_chat_member"]["status"], "member");
    stage.world.says(anna, "снова я");
    let updates = stage.done("getUpdates", json!({})).await;
    assert_eq!(updates[2]["my_chat_member"]["new_chat_member"]["status"], "member");
    assert_eq!(updates[3]["message"]["text"], "снова я");
    stage.says(anna, "x").await;
}

#[tokio::test]
async fn an_answer_to_a_message_needs_the_message() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let answer =
        |id: i64| json!({ "chat_id": anna, "text": "x", "reply_parameters": { "message_id": id } });
    let sent = stage.done("sendMessage", answer(1)).await;
    assert_eq!(sent["reply_to_message"]["text"], "/start");
    let refused = stage.refused("sendMessage", answer(999)).await;
    assert_eq!(refused, "Bad Request: message to be replied not found");
}

#[tokio::test]
async fn a_chat_action_is_shown_until_the_next_message() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let action = json!({ "chat_id": anna, "action": "upload_video" });
    stage.done("sendChatAction", action).await;
    assert_eq!(stage.world.typing(anna).as_deref(), Some("upload_video"));
    stage.says(anna, "x").await;
    assert_eq!(stage.world.typing(anna), None);
    let wrong = json!({ "chat_id": anna, "action": "dancing" });
    let refused = stage.refused("sendChatAction", wrong).await;
    assert_eq!(refused, "Bad Request: wrong parameter action in request");
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let stage = Stage::start().await;
    let commands = json!([{ "command": "start", "description": "Начать" }]);
    let set = json!({ "commands": commands, "language_code": "ru", "scope": { "type": "all_private_chats" } });
    stage.done("setMyCommands", set).await;
    assert_eq!(stage.done("getMyCommands", json!({})).await, json!([]));
    let there = json!({ "language_code": "ru", "scope": { "type": "all_private_chats" } });
    assert_eq!(stage.done("getMyCommands", there).await, commands);
    let wrong = json!({ "commands": [{ "command": "Старт", "description": "x" }] });
    stage.refused("setMyCommands", wrong).await;
    assert_eq!(stage.world.violations(), []);
    let scope = json!({ "commands": [], "scope": { "type": "all_cats" } });
    stage.refused("setMyCommands", scope).await;
    assert_eq!(stage.world.violations().len(), 1);
}

#[tokio::test]
async fn a_long_text_of_a_person_becomes_several_messages() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    stage.world.says(anna, &"я".repeat(5000));
    let lengths: Vec<usize> =
        stage.world.messages(anna).iter().skip(1).map(|m| m.text.chars().count()).collect();
    assert_eq!(lengths, [4096, 904]);
}
