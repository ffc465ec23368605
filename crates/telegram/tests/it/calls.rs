//! Every call that we can make, held against the names of Bot API 10.3.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::{Value, json};
use telegram::{
    ApiError, BotCommand, Button, ButtonStyle, ChatAction, CommandScope, Keyboard, OutFile,
    OutKind, Outbound, Price, ProviderToken, WebhookSettings,
};

use crate::stub::{Seen, SeenFile, Stub};

struct Names {
    known: BTreeSet<&'static str>,
    required: BTreeSet<&'static str>,
}

fn bot_api() -> BTreeMap<&'static str, Names> {
    let lines = include_str!("bot_api_10_3.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split(' ');
            let thing = words.next().unwrap();
            let names: Vec<_> = words.collect();
            let known = names.iter().map(|name| name.trim_end_matches('!')).collect();
            let required = names.iter().filter_map(|name| name.strip_suffix('!')).collect();
            (thing, Names { known, required })
        })
        .collect()
}

fn conforms<'a>(thing: &str, names: impl Iterator<Item = &'a String>) {
    let api = bot_api();
    let expected = api.get(thing).unwrap_or_else(|| panic!("{thing} is not in the table"));
    let names: BTreeSet<_> = names.map(String::as_str).collect();
    let unknown: Vec<_> = names.difference(&expected.known).collect();
    let missing: Vec<_> = expected.required.difference(&names).collect();
    assert!(unknown.is_empty() && missing.is_empty(), "{thing}: {unknown:?} {missing:?}");
}

fn object_conforms(thing: &str, object: &Value) {
    conforms(thing, object.as_object().unwrap().keys());
}

fn markup_conforms(markup: &Value) {
    if let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) {
        object_conforms("InlineKeyboardMarkup", markup);
        for button in rows.iter().flat_map(|row| row.as_array().unwrap()) {
            object_conforms("InlineKeyboardButton", button);
            if let Some(copied) = button.get("copy_text") {
                object_conforms("CopyTextButton", copied);
            }
        }
    } else if let Some(rows) = markup.get("keyboard").and_then(Value::as_array) {
        object_conforms("ReplyKeyboardMarkup", markup);
        for button in rows.iter().flat_map(|row| row.as_array().unwrap()) {
            object_conforms("KeyboardButton", button);
        }
    } else {
        object_conforms("ReplyKeyboardRemove", markup);
    }
}

fn call_conforms(seen: &Seen) {
    conforms(seen.method(), seen.params.keys());
    if let Some(markup) = seen.params.get("reply_markup") {
        markup_conforms(markup);
    }
    if let Some(options) = seen.params.get("link_preview_options") {
        object_conforms("LinkPreviewOptions", options);
    }
    if let Some(scope) = seen.params.get("scope") {
        let name = match scope["type"].as_str().unwrap() {
            "default" => "BotCommandScopeDefault",
            "all_private_chats" => "BotCommandScopeAllPrivateChats",
            "chat" => "BotCommandScopeChat",
            other => panic!("{other}"),
        };
        object_conforms(name, scope);
    }
    for (list, thing) in [("prices", "LabeledPrice"), ("commands", "BotCommand")] {
        for object in seen.params.get(list).and_then(Value::as_array).into_iter().flatten() {
            object_conforms(thing, object);
        }
    }
}

fn buttons() -> Option<Keyboard> {
    Some(Keyboard::Inline(vec![
        vec![Button::press("Да", "v1:yes").styled(ButtonStyle::Success)],
        vec![
            Button::link("Сайт", "https://example.org/").styled(ButtonStyle::Primary),
            Button::copy("Код", "KIE7").styled(ButtonStyle::Danger),
        ],
    ]))
}

fn reply_buttons() -> Option<Keyboard> {
    Some(Keyboard::Reply {
        rows: vec![vec!["Меню".to_owned()]],
        persistent: true,
        one_time: true,
        placeholder: Some("Напишите…".to_owned()),
    })
}

fn full_media(kind: OutKind, file: OutFile) -> Outbound {
    Outbound::Media {
        chat: 7,
        kind,
        file,
        caption_html: Some("<b>Готово</b>".to_owned()),
        keyboard: buttons(),
        no_type_detection: true,
        width: Some(640),
        height: Some(360),
        duration_s: Some(5),
        title: Some("Песня".to_owned()),
    }
}

fn upload() -> OutFile {
    OutFile::Upload {
        name: "кот \"1\".mp4".to_owned(),
        mime: "video/mp4".to_owned(),
        bytes: Bytes::from_static(b"\x00\r\n--bytes"),
    }
}

const KINDS: [OutKind; 6] = [
    OutKind::Photo,
    OutKind::Video,
    OutKind::Audio,
    OutKind::Voice,
    OutKind::Animation,
    OutKind::Document,
];

fn every_outbound() -> Vec<Outbound> {
    let mut all = vec![
        Outbound::text(7, "a"),
        Outbound::Text { chat: 7, html: "a".to_owned(), keyboard: buttons() },
        Outbound::Text { chat: 7, html: "a".to_owned(), keyboard: reply_buttons() },
        Outbound::Text { chat: 7, html: "a".to_owned(), keyboard: Some(Keyboard::RemoveReply) },
        Outbound::EditText { chat: 7, message_id: 5, html: "a".to_owned(), keyboard: buttons() },
        Outbound::EditText { chat: 7, message_id: 5, html: "a".to_owned(), keyboard: None },
        Outbound::Action { chat: 7, action: ChatAction::UploadVideo },
        Outbound::Delete { chat: 7, message_id: 5 },
        Outbound::EditKeyboard { chat: 7, message_id: 5, keyboard: buttons() },
        Outbound::EditKeyboard { chat: 7, message_id: 5, keyboard: None },
        Outbound::Invoice {
            chat: 7,
            title: "Пополнение".to_owned(),
            description: "100 ₽".to_owned(),
            payload: "order-1".to_owned(),
            label: "100 ₽".to_owned(),
            price: Price::Stars(50),
            start: "bill".to_owned(),
        },
        Outbound::Invoice {
            chat: 7,
            title: "Пополнение".to_owned(),
            description: "100 ₽".to_owned(),
            payload: "order-2".to_owned(),
            label: "100 ₽".to_owned(),
            price: Price::Card {
                token: ProviderToken::new("381764678:TEST:100037"),
                kopecks: 10_000,
                data: "{}".to_owned(),
            },
            start: String::new(),
        },
    ];
    for kind in KINDS {
        all.push(full_media(kind, upload()));
        all.push(full_media(kind, OutFile::Url("https://example.org/a.mp4".to_owned())));
        all.push(Outbound::media(7, kind, OutFile::FileId("f".to_owned())));
    }
    all
}

#[tokio::test]
async fn every_message_is_one_call_with_known_parameters_only() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let all = every_outbound();
    for outbound in &all {
        stub.api.send(outbound).await.unwrap();
        call_conforms(&stub.last());
    }
    assert_eq!(stub.seen().len(), all.len());
}

#[tokio::test]
async fn every_other_call_has_known_parameters_only() {
    let stub = Stub::result(json!(true)).await;
    let api = &stub.api;
    let webhook = WebhookSettings {
        url: "https://example.org/telegram".to_owned(),
        secret: SecretString::from("s"),
        max_connections: Some(40),
    };
    let command = BotCommand { name: "start".to_owned(), description: "Начать".to_owned() };
    let commands = [command];
    api.set_webhook(&webhook).await.unwrap();
    api.delete_webhook().await.unwrap();
    for scope in [CommandScope::Everyone, CommandScope::PrivateChats, CommandScope::Chat(7)] {
        api.set_my_commands(&commands, scope, Some("ru")).await.unwrap();
        api.set_my_commands(&commands, scope, None).await.unwrap();
    }
    api.set_my_description("d", Some("ru")).await.unwrap();
    api.set_my_short_description("d", None).await.unwrap();
    api.answer_press("9", Some(&"я".repeat(300)), true).await.unwrap();
    assert_eq!(stub.last().params["text"], json!("я".repeat(200)));
    api.answer_press("9", None, false).await.unwrap();
    api.answer_pre_checkout("q", Ok(())).await.unwrap();
    assert_eq!(stub.last().params["ok"], json!(true));
    api.answer_pre_checkout("q", Err("Заказ устарел")).await.unwrap();
    assert_eq!(stub.last().params["error_message"], json!("Заказ устарел"));
    api.refund_stars(7, "t1").await.unwrap();
    // These three read more of their answer than `true`; the calls are what counts here.
    let _ = api.get_me().await;
    let _ = api.get_webhook_info().await;
    let _ = api.get_updates(Some(3), 50, 100).await;
    let allowed = json!(telegram::allowed_updates());
    assert_eq!(stub.last().params["allowed_updates"], allowed);
    let _ = api.file("f").await;
    stub.seen().iter().for_each(call_conforms);
}

#[tokio::test]
async fn a_text_is_html_without_previews_and_its_buttons_act() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let text = Outbound::Text { chat: 7, html: "<b>a</b>".to_owned(), keyboard: buttons() };
    stub.api.send(&text).await.unwrap();
    let seen = stub.last();
    assert_eq!(seen.method(), "sendMessage");
    let expected = json!({
        "chat_id": 7, "text": "<b>a</b>", "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": true},
        "reply_markup": {"inline_keyboard": [
            [{"text": "Да", "callback_data": "v1:yes", "style": "success"}],
            [
                {"text": "Сайт", "url": "https://example.org/", "style": "primary"},
                {"text": "Код", "copy_text": {"text": "KIE7"}, "style": "danger"},
            ],
        ]},
    });
    assert_eq!(json!(seen.params), expected);
}

#[tokio::test]
async fn an_upload_arrives_byte_for_byte_with_its_name() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    stub.api.send(&full_media(OutKind::Video, upload())).await.unwrap();
    let seen = stub.last();
    let file = SeenFile {
        part: "upload".to_owned(),
        name: Some("кот 1.mp4".to_owned()),
        mime: Some("video/mp4".to_owned()),
        bytes: Bytes::from_static(b"\x00\r\n--bytes"),
    };
    assert_eq!(seen.file, Some(file));
    assert!(seen.length.is_some(), "the length is told beforehand");
    assert_eq!(seen.params["video"], json!("attach://upload"));
    assert_eq!(seen.params["caption"], json!("<b>Готово</b>"));
    assert_eq!(seen.params["parse_mode"], json!("HTML"));
    assert_eq!(seen.params["supports_streaming"], json!(true));
    assert_eq!(seen.params["duration"], json!(5));
}

#[tokio::test]
async fn an_upload_with_an_odd_type_still_goes() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let file = OutFile::Upload {
        name: String::new(),
        mime: "not a type".to_owned(),
        bytes: Bytes::from_static(b"x"),
    };
    stub.api.send(&Outbound::media(7, OutKind::Document, file)).await.unwrap();
    assert_eq!(stub.last().file.unwrap().name.as_deref(), Some("file"));
}

#[tokio::test]
async fn a_document_is_kept_as_it_is_when_asked() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let file = OutFile::FileId("f".to_owned());
    stub.api.send(&full_media(OutKind::Document, file)).await.unwrap();
    assert_eq!(stub.last().params["disable_content_type_detection"], json!(true));
    assert_eq!(stub.last().params["document"], json!("f"));
}

#[tokio::test]
async fn an_invoice_is_in_stars() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let invoice = every_outbound().into_iter().find(|o| matches!(o, Outbound::Invoice { .. }));
    stub.api.send(&invoice.unwrap()).await.unwrap();
    let params = stub.last().params;
    assert_eq!(params["currency"], json!("XTR"));
    assert_eq!(params["provider_token"], json!(""));
    assert_eq!(params["prices"], json!([{"label": "100 ₽", "amount": 50}]));
    assert_eq!(params["start_parameter"], json!("bill"));
    assert_eq!(params.get("need_email"), None);
}

#[tokio::test]
async fn an_invoice_by_card_names_its_provider_and_hides_the_token() {
    let stub = Stub::result(json!({"message_id": 5})).await;
    let by_card = |o: &Outbound| matches!(o, Outbound::Invoice { price: Price::Card { .. }, .. });
    let invoice = every_outbound().into_iter().find(by_card).unwrap();
    assert!(!format!("{invoice:?}").contains("381764678"));
    stub.api.send(&invoice).await.unwrap();
    let params = stub.last().params;
    assert_eq!(params["currency"], json!("RUB"));
    assert_eq!(params["provider_token"], json!("381764678:TEST:100037"));
    assert_eq!(params["prices"], json!([{"label": "100 ₽", "amount": 10_000}]));
    assert_eq!(params["provider_data"], json!("{}"));
    assert_eq!(params["need_email"], json!(true));
    assert_eq!(params["send_email_to_provider"], json!(true));
}

#[tokio::test]
async fn movements_of_stars_are_read_leniently() {
    let list = json!({"transactions": [
        {"id": "a", "amount": 100, "date": 1, "source": {"type": "user",
            "transaction_type": "invoice_payment", "user": {"id": 7, "is_bot": false,
            "first_name": "A"}, "invoice_payload": "order-1"}},
        {"id": "a", "amount": 100, "date": 2, "receiver": {"type": "user", "user": {"id": 7},
            "invoice_payload": "order-1"}},
        {"id": "b", "amount": 5, "date": 3, "source": {"type": "fragment"}},
        {"unheard": true},
    ]});
    let stub = Stub::result(list).await;
    let read = stub.api.star_transactions(0).await.unwrap();
    let seen: Vec<_> =
        read.iter().map(|item| (item.id.as_str(), item.incoming, item.person)).collect();
    assert_eq!(
        seen,
        [("a", true, Some(7)), ("a", false, Some(7)), ("b", true, None), ("", false, None)]
    );
    assert_eq!((read[0].stars, read[0].payload.as_str()), (100, "order-1"));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_without_a_call() {
    let stub = Stub::result(json!(true)).await;
    let far = Outbound::Delete { chat: 7, message_id: i64::MAX };
    assert!(matches!(stub.api.send(&far).await, Err(ApiError::BadRequest(_))));
    let edit = Outbound::EditKeyboard { chat: 7, message_id: 5, keyboard: reply_buttons() };
    assert!(matches!(stub.api.send(&edit).await, Err(ApiError::BadRequest(_))));
    assert!(matches!(stub.api.refund_stars(-7, "t").await, Err(ApiError::BadRequest(_))));
    assert!(stub.seen().is_empty());
}
