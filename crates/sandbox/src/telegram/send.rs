//! What all sending methods share, and `sendMessage`.

use serde_json::Value;

use super::call::{Params, Refusal};
use super::keyboard::{self, Markup};
use super::state::{Author, Content, PersonId, State};
use super::view::{ChatEvent, keyboard_labels};
use super::{TelegramWorld, content, wire};

/// Bot API: sendChatAction, `action`.
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// The chat that a call names, blocked or not.
pub(super) fn chat(state: &State, params: &Params) -> Result<PersonId, Refusal> {
    let id = match params.value("chat_id") {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => {
            return Err(Refusal::bad_request("chat_id is empty"));
        }
    };
    id.filter(|id| state.people.get(id).is_some_and(|person| person.started))
        .ok_or_else(|| Refusal::bad_request("chat not found"))
}

/// The chat that a call may write to.
pub(super) fn open_chat(state: &State, params: &Params) -> Result<PersonId, Refusal> {
    let id = chat(state, params)?;
    if state.people.get(&id).is_some_and(|person| person.blocked) {
        return Err(Refusal::blocked());
    }
    Ok(id)
}

/// The message that a new one answers.
fn reply_to(state: &State, chat: PersonId, params: &Params) -> Result<Option<i64>, Refusal> {
    let Some(reply) = params.value("reply_parameters") else { return Ok(None) };
    let id = reply["message_id"].as_i64().unwrap_or(0);
    if state.message(chat, id).is_some() {
        return Ok(Some(id));
    }
    if reply["allow_sending_without_reply"] == Value::Bool(true) {
        return Ok(None);
    }
    Err(Refusal::bad_request("message to be replied not found"))
}

impl TelegramWorld {
    pub(super) fn send_message(&self, params: &Params) -> Result<Value, Refusal> {
        open_chat(&self.lock(), params)?;
        let formatted = content::text(&params.values)?;
        let markup = keyboard::markup(params.value("reply_markup"))?;
        let prepare = |_: &mut State| Ok(Content::Text(formatted));
        self.send(params, markup, None, prepare)
    }

    /// Checks the chat, makes the content, adds the message, and shows it to the person.
    pub(super) fn send(
        &self,
        params: &Params,
        markup: Markup,
        album: Option<&str>,
        prepare: impl FnOnce(&mut State) -> Result<Content, Refusal>,
    ) -> Result<Value, Refusal> {
        let now = self.now_s();
        let mut state = self.lock();
        let person = open_chat(&state, params)?;
        let reply_to = reply_to(&state, person, params)?;
        let content = prepare(&mut state)?;
        let message = state.add_message(person, Author::Bot, now, content);
        message.reply_to = reply_to;
        message.album = album.map(ToOwned::to_owned);
        let keyboard = match markup {
            Markup::Inline(inline) => {
                message.markup = inline;
                None
            }
            Markup::Reply(keyboard) => Some(Some(keyboard)),
            Markup::Remove => Some(None),
            Markup::Absent | Markup::ForceReply => None,
        };
        let message = message.clone();
        let json = wire::message(&state, &message);
        let mut rows = None;
        if let Some(found) = state.people.get_mut(&person) {
            found.typing = None;
            if let Some(keyboard) = keyboard {
                rows = Some(keyboard.as_ref().and_then(keyboard_labels));
                found.reply_keyboard = keyboard;
            }
        }
        drop(state);
        self.announce(ChatEvent::Message { person, id: message.id });
        if let Some(rows) = rows {
            self.announce(ChatEvent::Keyboard { person, rows });
        }
        Ok(json)
    }

    pub(super) fn send_chat_action(&self, params: &Params) -> Result<Value, Refusal> {
        let now = self.now_ms();
        let mut state = self.lock();
        let person = open_chat(&state, params)?;
        let action = params.text("action").unwrap_or_default().to_owned();
        if !ACTIONS.contains(&action.as_str()) {
            return Err(Refusal::bad_request("wrong parameter action in request"));
        }
        if let Some(found) = state.people.get_mut(&person) {
            found.typing = Some((action.clone(), now));
        }
        drop(state);
        self.announce(ChatEvent::Typing { person, action });
        Ok(Value::Bool(true))
    }
}
