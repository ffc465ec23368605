use frankenstein::types;
use frankenstein::updates;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use serde_json::json;

use super::*;

fn read(update: &Value) -> Update {
    parse_update(&update.to_string()).unwrap()
}

fn anna() -> Value {
    json!({"id": 7, "is_bot": false, "first_name": "Анна", "username": "anna", "language_code": "ru"})
}

fn said(extra: &Value) -> Value {
    let mut message = json!({
        "message_id": 5, "date": 1_700_000_000, "from": anna(),
        "chat": {"id": 7, "type": "private", "first_name": "Анна"},
    });
    for (name, value) in extra.as_object().unwrap() {
        message[name] = value.clone();
    }
    json!({"update_id": 11, "message": message})
}

fn message(update: &Value) -> Message {
    match read(update).inbound {
        Inbound::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

/// The same fields, written by the types of a crate that follows the Bot API.
fn typed(update: &Value) -> Value {
    let typed: updates::Update = serde_json::from_value(update.clone()).unwrap();
    serde_json::to_value(typed).unwrap()
}

#[test]
fn a_text_is_read_with_its_person_and_chat() {
    let update = read(&said(&json!({"text": "Привет"})));
    let chat = ChatRef { id: 7, kind: ChatKind::Private };
    assert_eq!((update.id, update.chat), (11, Some(chat)));
    let from = update.from.unwrap();
    assert_eq!((from.id, from.first_name.as_str(), from.is_bot), (7, "Анна", false));
    assert_eq!(from.username.as_deref(), Some("anna"));
    assert_eq!(from.language_code.as_deref(), Some("ru"));
    let Inbound::Message(message) = update.inbound else { panic!() };
    assert_eq!((message.id, message.text.as_deref()), (5, Some("Привет")));
    assert_eq!((message.command(), message.start_payload()), (None, None));
}

#[test]
fn an_unknown_entity_or_a_broken_field_keeps_the_text() {
    for odd in [
        json!({"text": "жду", "entities": [{"type": "hologram", "offset": 0, "length": 3}]}),
        json!({"text": "жду", "entities": "none"}),
        json!({"text": "жду", "photo": [{"file_id": 3}, 4], "date": "today"}),
        json!({"text": "жду", "chat": {"id": 7, "type": "dream"}}),
        json!({"text": "жду", "successful_payment": {"currency": 1}}),
    ] {
        assert_eq!(message(&said(&odd)).text.as_deref(), Some("жду"), "{odd}");
    }
}

#[test]
fn commands_are_read_from_the_beginning_of_a_text() {
    let message = |text: &str| Message { text: Some(text.to_owned()), ..Message::default() };
    let start = message("/Start@kie_bot  ref_7 x\n");
    let command = start.command().unwrap();
    assert_eq!((command.name.as_str(), command.mention), ("start", Some("kie_bot")));
    assert_eq!(command.rest, "ref_7 x");
    assert_eq!(message("/start ref_7").start_payload(), Some("ref_7"));
    assert_eq!(message("/start").start_payload(), None);
    assert_eq!(message("/help me").start_payload(), None);
    assert_eq!(message("/balance\nвсё").command().unwrap().rest, "всё");
    for no_command in ["/", "/ start", "//", "/старт", "start", " /start", "/a-b"] {
        assert_eq!(message(no_command).command(), None, "{no_command}");
    }
}

#[test]
fn a_photo_is_its_biggest_size() {
    let size = |id: &str, side: u32| json!({"file_id": id, "file_unique_id": "u", "width": side, "height": side, "file_size": 9});
    let sizes = json!([size("s", 90), size("l", 1280), size("m", 320)]);
    let update = typed(&said(&json!({"photo": sizes, "caption": "вот", "media_group_id": "g"})));
    let message = message(&update);
    assert_eq!(message.caption.as_deref(), Some("вот"));
    assert_eq!(message.media_group.as_deref(), Some("g"));
    let media = message.media.unwrap();
    assert_eq!((media.kind, media.file_id.as_str()), (IncomingKind::Photo, "l"));
    assert_eq!((media.width, media.height, media.bytes), (Some(1280), Some(1280), Some(9)));
    assert_eq!(media.mime.as_deref(), Some("image/jpeg"));
}

#[test]
fn each_kind_of_file_is_read() {
    let file = json!({
        "file_id": "f", "file_unique_id": "u", "width": 3, "height": 4, "duration": 5, "length": 6,
        "mime_type": "video/mp4", "file_name": "a.mp4", "file_size": 4_000_000_000_u64,
        "type": "regular", "is_animated": false, "is_video": false,
    });
    let with_kind = [
        ("video", IncomingKind::Video),
        ("animation", IncomingKind::Animation),
        ("audio", IncomingKind::Audio),
        ("voice", IncomingKind::Voice),
        ("video_note", IncomingKind::VideoNote),
        ("document", IncomingKind::Document),
        ("sticker", IncomingKind::Sticker),
    ];
    for (name, kind) in with_kind {
        let media = message(&typed(&said(&json!({name: file})))).media.unwrap();
        assert_eq!(media.kind, kind);
        assert_eq!((media.file_id.as_str(), media.file_unique_id.as_str()), ("f", "u"));
        assert_eq!(media.bytes, Some(4_000_000_000));
        let sides = match kind {
            IncomingKind::Video | IncomingKind::Animation | IncomingKind::Sticker => Some((3, 4)),
            IncomingKind::VideoNote => Some((6, 6)),
            _ => None,
        };
        assert_eq!(media.width.zip(media.height), sides, "{name}");
        let lasts = !matches!(kind, IncomingKind::Document | IncomingKind::Sticker);
        assert_eq!(media.duration_s, lasts.then_some(5), "{name}");
    }
    let both = message(&said(&json!({"animation": file, "document": file}))).media.unwrap();
    assert_eq!(both.kind, IncomingKind::Animation);
}

#[test]
fn an_answer_names_the_message_it_answers() {
    let update =
        typed(&said(&json!({"text": "a", "reply_to_message": said(&json!({}))["message"]})));
    assert_eq!(message(&update).reply_to, Some(5));
}

fn pressed(message: &Value) -> Value {
    let mut query = json!({"id": "99", "from": anna(), "chat_instance": "1", "data": "v1:go"});
    if !message.is_null() {
        query["message"] = message.clone();
    }
    json!({"update_id": 12, "callback_query": query})
}

#[test]
fn a_press_is_read_whether_its_message_is_there_or_not() {
    let there = said(&json!({"text": "a"}))["message"].clone();
    let chat = json!({"id": 7, "type": "private"});
    let gone = json!({"message_id": 5, "date": 0, "chat": chat});
    let private = Some(ChatRef { id: 7, kind: ChatKind::Private });
    for (message, message_id, chat) in
        [(there, Some(5), private), (gone, None, private), (Value::Null, None, None)]
    {
        let update = read(&typed(&pressed(&message)));
        assert_eq!((update.from.unwrap().id, update.chat), (7, chat));
        let press = Press { id: "99".to_owned(), data: "v1:go".to_owned(), message_id };
        assert_eq!(update.inbound, Inbound::Press(press));
    }
}

#[test]
fn a_press_without_data_is_still_a_press_to_answer() {
    let update = json!({"update_id": 1, "callback_query": {"id": "9", "game_short_name": "g"}});
    let press = Press { id: "9".to_owned(), data: String::new(), message_id: None };
    assert_eq!(read(&update).inbound, Inbound::Press(press));
}

#[test]
fn stopping_and_starting_the_bot_is_seen_in_private_chats_only() {
    let change = |kind: &str, status: &str| {
        let member = |status: &str| match status {
            "kicked" => json!({"status": "kicked", "user": anna(), "until_date": 0}),
            _ => json!({"status": status, "user": anna()}),
        };
        let update = json!({"update_id": 1, "my_chat_member": {
            "chat": {"id": 7, "type": kind}, "from": anna(), "date": 1,
            "old_chat_member": member("member"), "new_chat_member": member(status),
        }});
        read(&typed(&update)).inbound
    };
    assert_eq!(change("private", "kicked"), Inbound::Membership(Membership::Blocked));
    assert_eq!(change("private", "member"), Inbound::Membership(Membership::Unblocked));
    assert_eq!(change("private", "left"), Inbound::Other);
    assert_eq!(change("group", "kicked"), Inbound::Other);
}

#[test]
fn payments_are_read_in_all_their_steps() {
    let update = json!({"update_id": 1, "pre_checkout_query": {
        "id": "q", "from": anna(), "currency": "XTR", "total_amount": 50, "invoice_payload": "o1",
    }});
    let update = read(&typed(&update));
    assert_eq!(update.from.unwrap().id, 7);
    let expected = PreCheckout {
        id: "q".to_owned(),
        currency: "XTR".to_owned(),
        total_amount: 50,
        payload: "o1".to_owned(),
    };
    assert_eq!(update.inbound, Inbound::PreCheckout(expected));

    let payment = json!({
        "currency": "XTR", "total_amount": 50, "invoice_payload": "o1",
        "telegram_payment_charge_id": "t1", "provider_payment_charge_id": "p1",
    });
    let paid = Paid {
        message_id: 5,
        currency: "XTR".to_owned(),
        total_amount: 50,
        payload: "o1".to_owned(),
        telegram_payment_charge_id: "t1".to_owned(),
        provider_payment_charge_id: "p1".to_owned(),
    };
    let update = typed(&said(&json!({"successful_payment": payment})));
    assert_eq!(read(&update).inbound, Inbound::Paid(paid));
    let update = typed(&said(&json!({"refunded_payment": payment})));
    let refunded = Refunded {
        message_id: 5,
        currency: "XTR".to_owned(),
        total_amount: 50,
        payload: "o1".to_owned(),
        telegram_payment_charge_id: "t1".to_owned(),
        provider_payment_charge_id: Some("p1".to_owned()),
    };
    assert_eq!(read(&update).inbound, Inbound::Refunded(refunded));
}

#[test]
fn a_payment_beyond_32_bits_is_not_lost() {
    let payment = json!({
        "currency": "UZS", "total_amount": 5_000_000_000_i64, "invoice_payload": "o",
        "telegram_payment_charge_id": "t",
    });
    let Inbound::Paid(paid) = read(&said(&json!({"successful_payment": payment}))).inbound else {
        panic!()
    };
    assert_eq!(paid.total_amount, 5_000_000_000);
}

#[test]
fn edited_messages_and_unknown_kinds_are_other_but_tell_who_and_where() {
    for kind in ["edited_message", "telepathy"] {
        let update = json!({"update_id": 3, kind: said(&json!({"text": "a"}))["message"]});
        let update = read(&update);
        assert_eq!((update.id, &update.inbound), (3, &Inbound::Other));
        assert_eq!(update.from.unwrap().id, 7);
        assert_eq!(update.chat.unwrap().id, 7);
    }
    let bare = Update { id: 4, from: None, chat: None, inbound: Inbound::Other };
    assert_eq!(read(&json!({"update_id": 4, "news": true})), bare);
    assert_eq!(read(&json!({"update_id": 4, "message": "words"})), bare);
}

#[test]
fn what_is_no_update_is_said_to_be_none() {
    assert_eq!(parse_update("<html>"), Err(Unreadable::NotJson));
    assert_eq!(parse_update(&"[".repeat(100_000)), Err(Unreadable::NotJson));
    assert_eq!(parse_update("[]"), Err(Unreadable::NoUpdateId));
    assert_eq!(parse_update("{\"update_id\": \"1\"}"), Err(Unreadable::NoUpdateId));
}

#[test]
fn the_chat_kinds_are_telegrams() {
    let kinds = [
        (types::ChatType::Private, ChatKind::Private),
        (types::ChatType::Group, ChatKind::Group),
        (types::ChatType::Supergroup, ChatKind::Supergroup),
        (types::ChatType::Channel, ChatKind::Channel),
    ];
    for (name, kind) in kinds {
        let chat = json!({"id": -1, "type": name});
        assert_eq!(read(&said(&json!({"chat": chat}))).chat.unwrap().kind, kind);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        Just("update_id"),
        Just("message"),
        Just("callback_query"),
        Just("my_chat_member"),
        Just("pre_checkout_query"),
        Just("from"),
        Just("chat"),
        Just("id"),
        Just("text"),
        Just("photo"),
        Just("video"),
        Just("file_id"),
        Just("width"),
        Just("message_id"),
        Just("successful_payment"),
        Just("date"),
        Just("type"),
        Just("length"),
        Just("other"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((names.clone(), inner), 0..6).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_fail_hard(text in any::<String>()) {
        let _ = parse_update(&text);
    }

    #[test]
    fn no_bytes_make_reading_fail_hard(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_update(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_json_makes_reading_fail_hard_and_a_number_is_enough(mut json in any_json(), id in any::<u32>()) {
        let _ = parse_update(&json.to_string());
        if let Some(fields) = json.as_object_mut() {
            fields.insert("update_id".to_owned(), id.into());
            assert_eq!(read(&json).id, i64::from(id));
        }
    }
}
