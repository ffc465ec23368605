//! Changing and deleting messages, and answering presses.

use serde_json::{Value, json};

use super::call::{Params, Refusal};
use super::state::{Author, Content, Message, PersonId, PressAnswer, State};
use super::view::ChatEvent;
use super::{TelegramWorld, content, keyboard, send, wire};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
const QUERY_TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";
/// Bot API: answerCallbackQuery, `text`.
const ANSWER_LIMIT: usize = 200;
/// The specification names no number; in practice answers after 10–20 seconds are refused.
const ANSWER_WINDOW_MS: i64 = 15_000;
/// Bot API: deleteMessage, 48 hours.
const DELETE_WINDOW_S: i64 = 48 * 3600;
/// Bot API: deleteMessages, `message_ids`.
const DELETE_LIMIT: usize = 100;

/// The bot's own message that a call wants to change.
fn editable(state: &State, params: &Params) -> Result<(PersonId, Message), Refusal> {
    if params.value("inline_message_id").is_some() {
        return Err(Refusal::bad_request("MESSAGE_ID_INVALID"));
    }
    let chat = send::open_chat(state, params)?;
    let id = params
        .integer("message_id")
        .ok_or_else(|| Refusal::bad_request("message identifier is not specified"))?;
    let message = state.message(chat, id);
    let message = message.ok_or_else(|| Refusal::bad_request("message to edit not found"))?;
    if message.author != Author::Bot {
        return Err(Refusal::bad_request("message can't be edited"));
    }
    Ok((chat, message.clone()))
}

impl TelegramWorld {
    pub(super) fn edit_text(&self, params: &Params) -> Result<Value, Refusal> {
        let mut state = self.lock();
        let (chat, message) = editable(&state, params)?;
        if !matches!(message.content, Content::Text(_)) {
            return Err(Refusal::bad_request("there is no text in the message to edit"));
        }
        let content = Content::Text(content::text(&params.values)?);
        self.apply(&mut state, chat, &message, content, params)
    }

    pub(super) fn edit_caption(&self, params: &Params) -> Result<Value, Refusal> {
        let mut state = self.lock();
        let (chat, message) = editable(&state, params)?;
        let Content::Media { file, .. } = &message.content else {
            return Err(Refusal::bad_request("there is no caption in the message to edit"));
        };
        let caption = content::caption(&params.values)?;
        let content = Content::Media { file: file.clone(), caption };
        self.apply(&mut state, chat, &message, content, params)
    }

    pub(super) async fn edit_media(&self, params: &Params) -> Result<Value, Refusal> {
        editable(&self.lock(), params)?;
        let item = params.value("media").cloned().unwrap_or_default();
        let (source, caption, _) = self.input_media(&item, params).await?;
        let mut state = self.lock();
        let (chat, message) = editable(&state, params)?;
        let file = source.stored(&mut state);
        self.apply(&mut state, chat, &message, Content::Media { file, caption }, params)
    }

    pub(super) fn edit_markup(&self, params: &Params) -> Result<Value, Refusal> {
        let mut state = self.lock();
        let (chat, message) = editable(&state, params)?;
        let content = message.content.clone();
        self.apply(&mut state, chat, &message, content, params)
    }

    /// An edit without `reply_markup` takes the buttons away.
    fn apply(
        &self,
        state: &mut State,
        person: PersonId,
        current: &Message,
        content: Content,
        params: &Params,
    ) -> Result<Value, Refusal> {
        let markup = keyboard::inline(params.value("reply_markup"))?;
        if content == current.content && markup == current.markup {
            return Err(Refusal::bad_request(NOT_MODIFIED));
        }
        let now = self.now_s();
        if let Some(message) = state.message_mut(person, current.id) {
            if content != message.content {
                let earlier = std::mem::replace(&mut message.content, content);
                message.earlier.push(earlier);
                message.edited_at = Some(now);
            }
            message.markup = markup;
        }
        self.announce(ChatEvent::Edit { person, id: current.id });
        let message = state.message(person, current.id);
        Ok(message.map_or(Value::Null, |message| wire::message(state, message)))
    }

    pub(super) fn delete_message(&self, params: &Params) -> Result<Value, Refusal> {
        let now = self.now_s();
        let mut state = self.lock();
        let chat = send::chat(&state, params)?;
        let id = params.integer("message_id").unwrap_or(0);
        let message = state.message_mut(chat, id);
        let message = message.ok_or_else(|| Refusal::bad_request("message to delete not found"))?;
        if now - message.date > DELETE_WINDOW_S {
            return Err(Refusal::bad_request("message can't be deleted for everyone"));
        }
        message.deleted = true;
        drop(state);
        self.announce(ChatEvent::Delete { person: chat, id });
        Ok(json!(true))
    }

    pub(super) fn delete_messages(&self, params: &Params) -> Result<Value, Refusal> {
        let now = self.now_s();
        let mut state = self.lock();
        let chat = send::chat(&state, params)?;
        let ids = params.list("message_ids").cloned().unwrap_or_default();
        if ids.is_empty() {
            return Err(Refusal::bad_request("message identifiers are not specified"));
        }
        if ids.len() > DELETE_LIMIT {
            return Err(Refusal::bad_request("too many message identifiers specified"));
        }
        for id in ids.iter().filter_map(Value::as_i64) {
            // Those that cannot be found or deleted are skipped.
            if let Some(message) = state.message_mut(chat, id)
                && now - message.date <= DELETE_WINDOW_S
            {
                message.deleted = true;
                self.announce(ChatEvent::Delete { person: chat, id });
            }
        }
        Ok(json!(true))
    }

    /// Several answers to one press are allowed; the last one is shown.
    pub(super) fn answer_press(&self, params: &Params) -> Result<Value, Refusal> {
        let now = self.now_ms();
        let mut state = self.lock();
        let query_id = params.text("callback_query_id").unwrap_or_default().to_owned();
        let too_old = || Refusal::bad_request(QUERY_TOO_OLD);
        let press = state.presses.get_mut(&query_id).ok_or_else(too_old)?;
        if now - press.at > ANSWER_WINDOW_MS {
            return Err(too_old());
        }
        let text = params.text("text").filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        if text.as_ref().is_some_and(|text| text.chars().count() > ANSWER_LIMIT) {
            return Err(Refusal::bad_request("MESSAGE_TOO_LONG"));
        }
        if params.value("url").is_some() {
            return Err(Refusal::bad_request("URL_INVALID"));
        }
        press.answered = true;
        let person = press.person;
        let alert = params.flag("show_alert");
        let answer =
            PressAnswer { query_id: query_id.clone(), person, text: text.clone(), alert, at: now };
        state.press_answers.push(answer);
        drop(state);
        self.announce(ChatEvent::Answer { person, query_id, text, alert });
        Ok(json!(true))
    }
}
