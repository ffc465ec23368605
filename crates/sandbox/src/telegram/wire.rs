//! The Bot API's JSON objects.

use serde_json::{Map, Value, json};

use super::state::{Author, Content, File, MediaKind, Message, PersonId, State};

pub(super) fn bot(state: &State) -> Value {
    json!({
        "id": state.bot.id,
        "is_bot": true,
        "first_name": state.bot.name,
        "username": state.bot.username,
    })
}

pub(super) fn person(state: &State, id: PersonId) -> Value {
    let mut user = json!({ "id": id, "is_bot": false, "first_name": "Deleted" });
    if let Some(person) = state.people.get(&id) {
        user["first_name"] = json!(person.name);
        if let Some(username) = &person.username {
            user["username"] = json!(username);
        }
        if !person.language.is_empty() {
            user["language_code"] = json!(person.language);
        }
    }
    user
}

pub(super) fn chat(state: &State, id: PersonId) -> Value {
    let person = state.people.get(&id);
    let name = person.map_or("Deleted", |person| &person.name);
    let mut chat = json!({ "id": id, "type": "private", "first_name": name });
    if let Some(username) = person.and_then(|person| person.username.as_ref()) {
        chat["username"] = json!(username);
    }
    chat
}

pub(super) fn inaccessible_message(state: &State, chat_id: PersonId, message_id: i64) -> Value {
    json!({ "chat": chat(state, chat_id), "message_id": message_id, "date": 0 })
}

pub(super) fn message(state: &State, message: &Message) -> Value {
    let mut json = without_reply(state, message);
    let replied = message.reply_to.and_then(|id| state.message(message.chat, id));
    if let Some(replied) = replied {
        json["reply_to_message"] = without_reply(state, replied);
    }
    json
}

fn without_reply(state: &State, message: &Message) -> Value {
    let from = match message.author {
        Author::Bot => bot(state),
        Author::Person => person(state, message.chat),
    };
    let mut json = json!({
        "message_id": message.id,
        "from": from,
        "chat": chat(state, message.chat),
        "date": message.date,
    });
    if let Some(edited_at) = message.edited_at {
        json["edit_date"] = json!(edited_at);
    }
    if let Some(album) = &message.album {
        json["media_group_id"] = json!(album);
    }
    if let Some(markup) = &message.markup {
        json["reply_markup"] = markup.clone();
    }
    match &message.content {
        Content::Text(formatted) => {
            json["text"] = json!(formatted.text);
            if !formatted.entities.is_empty() {
                json["entities"] = json!(formatted.entities);
            }
        }
        Content::Media { file, caption } => {
            if let Some(file) = state.files.get(file) {
                media(&mut json, file);
            }
            if !caption.text.is_empty() {
                json["caption"] = json!(caption.text);
            }
            if !caption.entities.is_empty() {
                json["caption_entities"] = json!(caption.entities);
            }
        }
        Content::Invoice(invoice) => {
            json["invoice"] = json!({
                "title": invoice.title,
                "description": invoice.description,
                "start_parameter": "",
                "currency": invoice.currency,
                "total_amount": invoice.total,
            });
        }
        Content::Paid { payment } => {
            payment_fields(state, *payment, "successful_payment", &mut json);
        }
        Content::Refunded { payment } => {
            payment_fields(state, *payment, "refunded_payment", &mut json);
        }
    }
    json
}

fn payment_fields(state: &State, payment: usize, field: &str, json: &mut Value) {
    if let Some(payment) = state.star_payments.get(payment) {
        json[field] = json!({
            "currency": payment.currency,
            "total_amount": payment.total,
            "invoice_payload": payment.payload,
            "telegram_payment_charge_id": payment.charge_id,
            "provider_payment_charge_id": format!("provider-{}", payment.charge_id),
        });
    }
}

/// Sides of the smaller photo sizes that the server makes.
const THUMBNAIL_SIDES: [u32; 2] = [90, 320];

fn media(json: &mut Value, file: &File) {
    match file.kind {
        MediaKind::Photo => json["photo"] = photo_sizes(file),
        MediaKind::Animation => {
            json["animation"] = file_object(file);
            json["document"] = document_object(file);
        }
        MediaKind::Document => json["document"] = document_object(file),
        MediaKind::Video | MediaKind::Audio | MediaKind::Voice => {
            json[file.kind.as_str()] = file_object(file);
        }
    }
}

/// The smaller sizes carry identifiers of their own, which lead to the same bytes: the sandbox
/// does not scale pictures.
fn photo_sizes(file: &File) -> Value {
    let (width, height) = (file.width.unwrap_or(1), file.height.unwrap_or(1));
    let longest = width.max(height);
    let mut sizes = Vec::new();
    for (number, side) in THUMBNAIL_SIDES.into_iter().enumerate() {
        if longest > side {
            sizes.push(json!({
                "file_id": format!("{}-s{number}", file.id),
                "file_unique_id": format!("{}s{number}", file.unique),
                "width": (u64::from(width) * u64::from(side) / u64::from(longest)).max(1),
                "height": (u64::from(height) * u64::from(side) / u64::from(longest)).max(1),
            }));
        }
    }
    sizes.push(json!({
        "file_id": file.id,
        "file_unique_id": file.unique,
        "width": width,
        "height": height,
        "file_size": file.bytes.len(),
    }));
    Value::Array(sizes)
}

/// The identifier of a smaller size leads to the whole file.
pub(super) fn whole_file_id(file_id: &str) -> &str {
    file_id.strip_suffix("-s0").or_else(|| file_id.strip_suffix("-s1")).unwrap_or(file_id)
}

fn identified(file: &File) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("file_id".into(), json!(file.id));
    object.insert("file_unique_id".into(), json!(file.unique));
    object.insert("file_size".into(), json!(file.bytes.len()));
    object.insert("mime_type".into(), json!(file.mime));
    object
}

fn document_object(file: &File) -> Value {
    let mut object = identified(file);
    if let Some(name) = &file.name {
        object.insert("file_name".into(), json!(name));
    }
    Value::Object(object)
}

fn file_object(file: &File) -> Value {
    let mut object = identified(file);
    object.insert("duration".into(), json!(file.duration.unwrap_or(0)));
    if matches!(file.kind, MediaKind::Video | MediaKind::Animation) {
        object.insert("width".into(), json!(file.width.unwrap_or(0)));
        object.insert("height".into(), json!(file.height.unwrap_or(0)));
    }
    if file.kind == MediaKind::Audio {
        for (field, value) in [("title", &file.title), ("performer", &file.performer)] {
            if let Some(value) = value {
                object.insert(field.into(), json!(value));
            }
        }
    }
    if file.kind != MediaKind::Voice
        && let Some(name) = &file.name
    {
        object.insert("file_name".into(), json!(name));
    }
    Value::Object(object)
}
