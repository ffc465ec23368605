//! Reading an update field by field.
//!
//! Only the fields in use are looked at, each on its own: a field of an unexpected shape loses
//! itself and nothing else. A whole typed update would be refused for one new enum value deep in
//! a part that nobody reads, and a person would stay without an answer. That our names of fields
//! are Telegram's is checked by tests against the types of a maintained crate.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::formatted::{self, Mark, Style};
use crate::inbound::{
    ChatKind, ChatRef, Inbound, IncomingKind, IncomingMedia, Membership, Message, Paid,
    PreCheckout, Press, Refunded, Sender, Unreadable, Update,
};

type Object = Map<String, Value>;

/// Reads one update of the Bot API.
///
/// Kinds that are not used become [`Inbound::Other`], with the person and the chat when they can
/// be told.
///
/// # Errors
/// Only when the text is not JSON or has no `update_id`.
pub fn parse_update(json: &str) -> Result<Update, Unreadable> {
    let update: Value = serde_json::from_str(json).map_err(|_| Unreadable::NotJson)?;
    let update = update.as_object().ok_or(Unreadable::NoUpdateId)?;
    let id = number(update, "update_id").ok_or(Unreadable::NoUpdateId)?;
    if let Some(message) = object(update, "message") {
        let inbound = message_of(message);
        return Ok(Update { id, from: sender(message), chat: chat(message), inbound });
    }
    if let Some(query) = object(update, "callback_query") {
        return Ok(press(id, query));
    }
    if let Some(query) = object(update, "pre_checkout_query") {
        let inbound = pre_checkout(query).map_or(Inbound::Other, Inbound::PreCheckout);
        return Ok(Update { id, from: sender(query), chat: None, inbound });
    }
    if let Some(change) = object(update, "my_chat_member") {
        let chat = chat(change);
        let inbound = membership(change, chat).map_or(Inbound::Other, Inbound::Membership);
        return Ok(Update { id, from: sender(change), chat, inbound });
    }
    let content = update.values().find_map(Value::as_object);
    Ok(Update {
        id,
        from: content.and_then(sender),
        chat: content.and_then(chat),
        inbound: Inbound::Other,
    })
}

fn object<'a>(parent: &'a Object, name: &str) -> Option<&'a Object> {
    parent.get(name)?.as_object()
}

fn number(parent: &Object, name: &str) -> Option<i64> {
    parent.get(name)?.as_i64()
}

fn string(parent: &Object, name: &str) -> Option<String> {
    parent.get(name)?.as_str().map(str::to_owned)
}

fn part<T: DeserializeOwned>(parent: &Object, name: &str) -> Option<T> {
    T::deserialize(parent.get(name)?).ok()
}

fn sender(parent: &Object) -> Option<Sender> {
    let user = object(parent, "from")?;
    Some(Sender {
        id: number(user, "id")?,
        first_name: string(user, "first_name").unwrap_or_default(),
        username: string(user, "username"),
        language_code: string(user, "language_code"),
        is_bot: user.get("is_bot").and_then(Value::as_bool).unwrap_or(false),
    })
}

fn chat(parent: &Object) -> Option<ChatRef> {
    let chat = object(parent, "chat")?;
    let kind = match chat.get("type").and_then(Value::as_str) {
        Some("private") => ChatKind::Private,
        Some("group") => ChatKind::Group,
        Some("channel") => ChatKind::Channel,
        _ => ChatKind::Supergroup,
    };
    Some(ChatRef { id: number(chat, "id")?, kind })
}

fn message_of(message: &Object) -> Inbound {
    let Some(id) = number(message, "message_id") else { return Inbound::Other };
    if let Some(payment) = part::<WirePayment>(message, "successful_payment") {
        return Inbound::Paid(Paid {
            message_id: id,
            currency: payment.currency,
            total_amount: payment.total_amount,
            payload: payment.invoice_payload,
            telegram_payment_charge_id: payment.telegram_payment_charge_id,
            provider_payment_charge_id: payment.provider_payment_charge_id.unwrap_or_default(),
        });
    }
    if let Some(payment) = part::<WirePayment>(message, "refunded_payment") {
        return Inbound::Refunded(Refunded {
            message_id: id,
            currency: payment.currency,
            total_amount: payment.total_amount,
            payload: payment.invoice_payload,
            telegram_payment_charge_id: payment.telegram_payment_charge_id,
            provider_payment_charge_id: payment.provider_payment_charge_id,
        });
    }
    Inbound::Message(Message {
        id,
        text: string(message, "text"),
        caption: string(message, "caption"),
        html: html(message, "text", "entities")
            .or_else(|| html(message, "caption", "caption_entities")),
        media: media(message),
        media_group: string(message, "media_group_id"),
        reply_to: object(message, "reply_to_message").and_then(|other| number(other, "message_id")),
    })
}

/// A text with its formatting; entities that cannot be read are left out.
fn html(message: &Object, text: &str, entities: &str) -> Option<String> {
    let text = message.get(text)?.as_str()?;
    let entities = message.get(entities).and_then(Value::as_array);
    let marks = entities.into_iter().flatten().filter_map(mark).collect();
    Some(formatted::html(text, marks))
}

fn mark(entity: &Value) -> Option<Mark> {
    let entity = entity.as_object()?;
    let style = match entity.get("type")?.as_str()? {
        "bold" => Style::Bold,
        "italic" => Style::Italic,
        "underline" => Style::Underline,
        "strikethrough" => Style::Strikethrough,
        "spoiler" => Style::Spoiler,
        "code" => Style::Code,
        "pre" => Style::Pre,
        "blockquote" => Style::Quote,
        "expandable_blockquote" => Style::FoldedQuote,
        "text_link" => Style::Link(string(entity, "url")?),
        // Telegram finds links, names and commands by itself.
        _ => return None,
    };
    Some(Mark { start: part(entity, "offset")?, length: part(entity, "length")?, style })
}

#[derive(Deserialize)]
struct WirePayment {
    currency: String,
    total_amount: i64,
    invoice_payload: String,
    telegram_payment_charge_id: String,
    provider_payment_charge_id: Option<String>,
}

fn press(id: i64, query: &Object) -> Update {
    let message = object(query, "message");
    // A message that the bot cannot reach comes with the date 0 (Bot API, "InaccessibleMessage").
    let reachable = message.filter(|message| number(message, "date") != Some(0));
    let inbound = match string(query, "id") {
        Some(press_id) => Inbound::Press(Press {
            id: press_id,
            data: string(query, "data").unwrap_or_default(),
            message_id: reachable.and_then(|message| number(message, "message_id")),
        }),
        None => Inbound::Other,
    };
    Update { id, from: sender(query), chat: message.and_then(chat), inbound }
}

fn pre_checkout(query: &Object) -> Option<PreCheckout> {
    Some(PreCheckout {
        id: string(query, "id")?,
        currency: string(query, "currency")?,
        total_amount: number(query, "total_amount")?,
        payload: string(query, "invoice_payload")?,
    })
}

fn membership(change: &Object, chat: Option<ChatRef>) -> Option<Membership> {
    if chat?.kind != ChatKind::Private {
        return None;
    }
    match object(change, "new_chat_member")?.get("status")?.as_str()? {
        "kicked" => Some(Membership::Blocked),
        "member" => Some(Membership::Unblocked),
        _ => None,
    }
}

/// An animation also comes as a document "for backward compatibility", so it is looked for first.
const SINGLE_FILES: [(&str, IncomingKind); 7] = [
    ("animation", IncomingKind::Animation),
    ("video", IncomingKind::Video),
    ("audio", IncomingKind::Audio),
    ("voice", IncomingKind::Voice),
    ("video_note", IncomingKind::VideoNote),
    ("sticker", IncomingKind::Sticker),
    ("document", IncomingKind::Document),
];

fn media(message: &Object) -> Option<IncomingMedia> {
    if let Some(sizes) = message.get("photo").and_then(Value::as_array) {
        let biggest = sizes
            .iter()
            .filter_map(|size| file(IncomingKind::Photo, size.as_object()?))
            .max_by_key(area);
        if biggest.is_some() {
            return biggest;
        }
    }
    SINGLE_FILES.into_iter().find_map(|(name, kind)| file(kind, object(message, name)?))
}

fn area(media: &IncomingMedia) -> u64 {
    u64::from(media.width.unwrap_or(0)) * u64::from(media.height.unwrap_or(0))
}

fn file(kind: IncomingKind, file: &Object) -> Option<IncomingMedia> {
    // A round video tells the side of its square, and nothing else, as `length`.
    let side = part(file, "length").filter(|_| kind == IncomingKind::VideoNote);
    let mime = string(file, "mime_type");
    Some(IncomingMedia {
        kind,
        file_id: string(file, "file_id")?,
        file_unique_id: string(file, "file_unique_id").unwrap_or_default(),
        mime: mime.or_else(|| (kind == IncomingKind::Photo).then(|| "image/jpeg".to_owned())),
        bytes: part(file, "file_size"),
        width: part(file, "width").or(side),
        height: part(file, "height").or(side),
        duration_s: part(file, "duration"),
        file_name: string(file, "file_name"),
    })
}

#[cfg(test)]
mod tests;
