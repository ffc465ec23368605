//! The world as tests and the web chat read it.

use bytes::Bytes;
use serde_json::Value;

use super::state::{Author, Content, File, MediaKind, Message, PersonId, State};
use super::{TelegramWorld, html};

/// A person, as a list of chats shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonView {
    /// The person's id, which is also the chat's id.
    pub id: PersonId,
    /// First name.
    pub name: String,
    /// IETF language tag of the person's application.
    pub language: String,
    /// The person has blocked the bot.
    pub blocked: bool,
}

/// A message, as the person sees it.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// The message's number.
    pub id: i64,
    /// Written by the bot, not by the person.
    pub from_bot: bool,
    /// Unix seconds.
    pub date: i64,
    /// The text or caption, without formatting; empty when there is none.
    pub text: String,
    /// The same with formatting: safe HTML, everything else escaped.
    pub html: String,
    /// The file, if the message has one.
    pub media: Option<MediaView>,
    /// Rows of inline buttons; empty when there are none.
    pub buttons: Vec<Vec<ButtonView>>,
    /// How many times the message was edited.
    pub edits: usize,
    /// Deleted: no longer seen by the person.
    pub deleted: bool,
    /// The bill, if the message is one.
    pub invoice: Option<InvoiceView>,
    /// The album that the message belongs to.
    pub album: Option<String>,
    /// The message that this one answers.
    pub reply_to: Option<i64>,
}

/// A file in a message.
#[derive(Clone, Debug)]
pub struct MediaView {
    /// How the file is shown.
    pub kind: MediaKind,
    /// The bot's identifier of the file.
    pub file_id: String,
    /// The content.
    pub bytes: Bytes,
    /// MIME type.
    pub mime: String,
    /// File name.
    pub name: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Seconds.
    pub duration: Option<u32>,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonView {
    /// The words on it.
    pub label: String,
    /// What a press sends to the bot.
    pub data: Option<String>,
    /// The address that it opens.
    pub url: Option<String>,
    /// The text that it copies.
    pub copy: Option<String>,
    /// It pays the invoice.
    pub pay: bool,
    /// `primary`, `success` or `danger`.
    pub style: Option<String>,
}

/// A bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceView {
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// `XTR` for Stars.
    pub currency: String,
    /// In the currency's smallest unit.
    pub total: i64,
    /// A successful payment of it exists.
    pub paid: bool,
}

/// An update that the bot has not confirmed.
#[derive(Clone, Debug)]
pub struct PendingUpdate {
    /// `update_id`.
    pub id: i64,
    /// The whole update, as it is delivered.
    pub json: Value,
}

/// Something that happened in a chat.
#[derive(Clone, Debug)]
pub enum ChatEvent {
    /// A new message.
    Message {
        /// Where.
        person: PersonId,
        /// Which.
        id: i64,
    },
    /// A message has changed.
    Edit {
        /// Where.
        person: PersonId,
        /// Which.
        id: i64,
    },
    /// A message is gone.
    Delete {
        /// Where.
        person: PersonId,
        /// Which.
        id: i64,
    },
    /// The bot answered a press.
    Answer {
        /// Where.
        person: PersonId,
        /// Which press.
        query_id: String,
        /// The words, if any.
        text: Option<String>,
        /// As a window.
        alert: bool,
    },
    /// The bot shows that it is busy.
    Typing {
        /// Where.
        person: PersonId,
        /// As `sendChatAction` names it.
        action: String,
    },
    /// The reply keyboard has changed or gone.
    Keyboard {
        /// Where.
        person: PersonId,
        /// Rows of labels.
        rows: Option<Vec<Vec<String>>>,
    },
    /// The list of people or their state has changed.
    People,
}

impl ChatEvent {
    /// The chat that it happened in; `None` concerns all.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Message { person, .. }
            | Self::Edit { person, .. }
            | Self::Delete { person, .. }
            | Self::Answer { person, .. }
            | Self::Typing { person, .. }
            | Self::Keyboard { person, .. } => Some(*person),
            Self::People => None,
        }
    }
}

/// How long a client shows a chat action (Bot API: sendChatAction, 5 seconds or less).
const TYPING_SHOWN_MS: i64 = 5_000;

impl TelegramWorld {
    /// Everyone there is, in order of appearance.
    #[must_use]
    pub fn people(&self) -> Vec<PersonView> {
        let view = |person: &super::state::Person| PersonView {
            id: person.id,
            name: person.name.clone(),
            language: person.language.clone(),
            blocked: person.blocked,
        };
        self.lock().people.values().map(view).collect()
    }

    /// One person.
    #[must_use]
    pub fn person(&self, person: PersonId) -> Option<PersonView> {
        self.people().into_iter().find(|view| view.id == person)
    }

    /// Every message of a chat in order, the deleted ones too.
    #[must_use]
    pub fn messages(&self, chat: PersonId) -> Vec<MessageView> {
        let state = self.lock();
        let of_chat = state.messages.values().filter(|message| message.chat == chat);
        of_chat.map(|message| message_view(&state, message)).collect()
    }

    /// The messages of a chat behind one of them, in order: of a world with very many, those alone
    /// are looked at.
    #[must_use]
    pub fn messages_after(&self, chat: PersonId, id: i64) -> Vec<MessageView> {
        let state = self.lock();
        let later = state.messages.range(id.saturating_add(1)..).map(|(_, message)| message);
        later
            .filter(|message| message.chat == chat)
            .map(|message| message_view(&state, message))
            .collect()
    }

    /// One message, also when it is deleted.
    #[must_use]
    pub fn message(&self, chat: PersonId, id: i64) -> Option<MessageView> {
        let state = self.lock();
        let message = state.messages.get(&id).filter(|message| message.chat == chat)?;
        Some(message_view(&state, message))
    }

    /// The labels of the keyboard under the person's text field, if one is shown.
    #[must_use]
    pub fn reply_keyboard(&self, chat: PersonId) -> Option<Vec<Vec<String>>> {
        let state = self.lock();
        keyboard_labels(state.people.get(&chat)?.reply_keyboard.as_ref()?)
    }

    /// What the bot shows itself busy with, while a client would still show it.
    #[must_use]
    pub fn typing(&self, chat: PersonId) -> Option<String> {
        let now = self.now_ms();
        let state = self.lock();
        let (action, at) = state.people.get(&chat)?.typing.as_ref()?;
        (now - at <= TYPING_SHOWN_MS).then(|| action.clone())
    }

    /// A file by its `file_id`.
    #[must_use]
    pub fn file(&self, file_id: &str) -> Option<MediaView> {
        self.lock().files.get(file_id).map(media_view)
    }

    /// Updates that the bot has not confirmed yet.
    #[must_use]
    pub fn pending_updates(&self) -> Vec<PendingUpdate> {
        let state = self.lock();
        let waiting = state.updates.repeats.iter().chain(&state.updates.pending);
        waiting.map(|update| PendingUpdate { id: update.id, json: update.json.clone() }).collect()
    }
}

pub(super) fn keyboard_labels(markup: &Value) -> Option<Vec<Vec<String>>> {
    let label = |button: &Value| {
        button.as_str().or_else(|| button["text"].as_str()).unwrap_or_default().to_owned()
    };
    let row = |row: &Value| row.as_array().into_iter().flatten().map(label).collect();
    Some(markup["keyboard"].as_array()?.iter().map(row).collect())
}

fn message_view(state: &State, message: &Message) -> MessageView {
    let formatted = message.content.formatted().cloned().unwrap_or_default();
    let (media, invoice, service) = match &message.content {
        Content::Text(_) => (None, None, None),
        Content::Media { file, .. } => (state.files.get(file).map(media_view), None, None),
        Content::Invoice(invoice) => {
            let paid = state.star_payments.iter().any(|payment| {
                payment.payload == invoice.payload && payment.person == message.chat
            });
            let view = InvoiceView {
                title: invoice.title.clone(),
                description: invoice.description.clone(),
                currency: invoice.currency.clone(),
                total: invoice.total,
                paid,
            };
            (None, Some(view), None)
        }
        Content::Paid { payment } => (None, None, Some(payment_line(state, *payment, "✅"))),
        Content::Refunded { payment } => (None, None, Some(payment_line(state, *payment, "↩️"))),
    };
    let html = html::render(&formatted);
    MessageView {
        id: message.id,
        from_bot: message.author == Author::Bot,
        date: message.date,
        html: service.as_deref().map_or(html, html::escape),
        text: service.unwrap_or(formatted.text),
        media,
        buttons: message.markup.as_ref().map(buttons).unwrap_or_default(),
        edits: message.earlier.len(),
        deleted: message.deleted,
        invoice,
        album: message.album.clone(),
        reply_to: message.reply_to,
    }
}

fn payment_line(state: &State, payment: usize, mark: &str) -> String {
    state.star_payments.get(payment).map_or_else(String::new, |payment| {
        format!("{mark} {} {}", payment.total, payment.currency)
    })
}

fn media_view(file: &File) -> MediaView {
    MediaView {
        kind: file.kind,
        file_id: file.id.clone(),
        bytes: file.bytes.clone(),
        mime: file.mime.clone(),
        name: file.name.clone(),
        width: file.width,
        height: file.height,
        duration: file.duration,
    }
}

fn buttons(markup: &Value) -> Vec<Vec<ButtonView>> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let button = |value: &Value| ButtonView {
        label: text(&value["text"]).unwrap_or_default(),
        data: text(&value["callback_data"]),
        url: text(&value["url"]).or_else(|| text(&value["web_app"]["url"])),
        copy: text(&value["copy_text"]["text"]),
        pay: value["pay"] == Value::Bool(true),
        style: text(&value["style"]),
    };
    let rows = markup["inline_keyboard"].as_array().into_iter().flatten();
    rows.map(|row| row.as_array().into_iter().flatten().map(button).collect()).collect()
}
