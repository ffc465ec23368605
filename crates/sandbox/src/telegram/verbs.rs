//! What people do, what tests ask, and what goes wrong on purpose.

use bytes::Bytes;
use serde_json::{Value, json};

use super::fault::Fault;
use super::state::{
    Author, Call, Content, Formatted, MediaKind, NewFile, PersonId, PressAnswer, PressedQuery,
    StarPayment, State, Violation,
};
use super::view::ChatEvent;
use super::{TelegramWorld, html, media_facts, wire};

/// A client cuts a longer text into several messages (Bot API: Message.text, 4096 characters).
const TEXT_LIMIT: usize = 4096;

/// A file that a person sends.
#[derive(Clone, Debug)]
pub struct PersonFile {
    /// The content.
    pub bytes: Bytes,
    /// MIME type, as the person's device says.
    pub mime: String,
    /// File name; a photo and a voice message have none in Telegram.
    pub name: String,
    /// Caption; empty for none.
    pub caption: String,
}

impl PersonFile {
    /// A file without a caption.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, mime: &str, name: &str) -> Self {
        let (mime, name) = (mime.to_owned(), name.to_owned());
        Self { bytes: bytes.into(), mime, name, caption: String::new() }
    }

    /// The same file with a caption.
    #[must_use]
    pub fn captioned(mut self, caption: &str) -> Self {
        caption.clone_into(&mut self.caption);
        self
    }
}

/// One item of an album.
#[derive(Clone, Debug)]
pub struct AlbumItem {
    /// Photo, video, audio or document.
    pub kind: MediaKind,
    /// The file.
    pub file: PersonFile,
}

impl TelegramWorld {
    /// A new person; the chat exists for the bot after the person's first word.
    pub fn add_person(&self, name: &str, language_code: &str) -> PersonId {
        let id = self.lock().add_person(name, language_code);
        self.announce(ChatEvent::People);
        id
    }

    /// The person chooses the name by which everybody can find them, without its sign.
    pub fn takes_username(&self, person: PersonId, username: &str) {
        if let Some(found) = self.lock().people.get_mut(&person) {
            found.username = Some(username.to_owned());
        }
    }

    /// The person writes; returns the last message's number. A long text becomes several messages.
    pub fn says(&self, person: PersonId, text: &str) -> i64 {
        let characters: Vec<char> = text.chars().collect();
        let mut last = 0;
        for part in characters.chunks(TEXT_LIMIT) {
            let text: String = part.iter().collect();
            let entities = html::automatic_entities(&text, &[]);
            last = self.person_message(person, Content::Text(Formatted { text, entities }), None);
        }
        last
    }

    /// The person writes with formatting, given as HTML of the Bot API; what is no HTML is written
    /// as it is. Returns the message's number.
    pub fn says_formatted(&self, person: PersonId, written: &str) -> i64 {
        let plain = || Formatted { text: written.to_owned(), entities: Vec::new() };
        let mut formatted = html::parse(written).unwrap_or_else(|_| plain());
        let found = html::automatic_entities(&formatted.text, &formatted.entities);
        formatted.entities.extend(found);
        self.person_message(person, Content::Text(formatted), None)
    }

    /// The person sends a picture as a photo.
    pub fn sends_photo(&self, person: PersonId, file: PersonFile) -> i64 {
        self.sends_file(person, MediaKind::Photo, file)
    }

    /// The person sends a video.
    pub fn sends_video(&self, person: PersonId, file: PersonFile) -> i64 {
        self.sends_file(person, MediaKind::Video, file)
    }

    /// The person sends a voice message.
    pub fn sends_voice(&self, person: PersonId, file: PersonFile) -> i64 {
        self.sends_file(person, MediaKind::Voice, file)
    }

    /// The person sends music.
    pub fn sends_audio(&self, person: PersonId, file: PersonFile) -> i64 {
        self.sends_file(person, MediaKind::Audio, file)
    }

    /// The person sends a file as it is.
    pub fn sends_document(&self, person: PersonId, file: PersonFile) -> i64 {
        self.sends_file(person, MediaKind::Document, file)
    }

    /// The person sends a file of any kind; returns the message's number.
    pub fn sends_file(&self, person: PersonId, kind: MediaKind, file: PersonFile) -> i64 {
        self.sends_in_album(person, kind, file, None)
    }

    /// The person sends several files at once; returns the messages' numbers.
    pub fn sends_album(&self, person: PersonId, items: Vec<AlbumItem>) -> Vec<i64> {
        let album = self.lock().next_album();
        let send =
            |item: AlbumItem| self.sends_in_album(person, item.kind, item.file, Some(&album));
        items.into_iter().map(send).collect()
    }

    fn sends_in_album(
        &self,
        person: PersonId,
        kind: MediaKind,
        file: PersonFile,
        album: Option<&str>,
    ) -> i64 {
        let facts = media_facts::read(&file.bytes);
        let named = !matches!(kind, MediaKind::Photo | MediaKind::Voice) && !file.name.is_empty();
        let new = NewFile {
            kind,
            bytes: file.bytes,
            mime: file.mime,
            name: named.then_some(file.name),
            width: facts.width,
            height: facts.height,
            duration: facts.duration,
            title: None,
            performer: None,
        };
        let id = self.lock().add_file(new);
        let entities = html::automatic_entities(&file.caption, &[]);
        let caption = Formatted { text: file.caption, entities };
        self.person_message(person, Content::Media { file: id, caption }, album)
    }

    pub(super) fn person_message(
        &self,
        person: PersonId,
        content: Content,
        album: Option<&str>,
    ) -> i64 {
        // A client lets nobody write to a blocked bot: the person unblocks it first.
        self.unblocks_bot(person);
        let now = self.now_s();
        let mut state = self.lock();
        if let Some(author) = state.people.get_mut(&person) {
            author.started = true;
        }
        let message = state.add_message(person, Author::Person, now, content);
        message.album = album.map(ToOwned::to_owned);
        let message = message.clone();
        let json = wire::message(&state, &message);
        state.push_update(format!("chat {person}"), "message", json);
        drop(state);
        self.wake();
        self.announce(ChatEvent::Message { person, id: message.id });
        message.id
    }

    /// The person changes the text of an own message. Says whether there is one to change.
    pub fn edits(&self, person: PersonId, message_id: i64, text: &str) -> bool {
        let now = self.now_s();
        let mut state = self.lock();
        let Some(message) = state.message_mut(person, message_id) else { return false };
        if message.author != Author::Person || !matches!(message.content, Content::Text(_)) {
            return false;
        }
        let entities = html::automatic_entities(text, &[]);
        let content = Content::Text(Formatted { text: text.to_owned(), entities });
        let earlier = std::mem::replace(&mut message.content, content);
        message.earlier.push(earlier);
        message.edited_at = Some(now);
        let message = message.clone();
        let json = wire::message(&state, &message);
        state.push_update(format!("chat {person}"), "edited_message", json);
        drop(state);
        self.wake();
        self.announce(ChatEvent::Edit { person, id: message_id });
        true
    }

    /// Any update, as it is, for kinds that the world has no verb for (a sticker, a group).
    /// Returns its number unless the bot did not ask for this kind.
    pub fn raw_update(&self, kind: &str, body: Value) -> Option<i64> {
        let id = self.lock().push_update("raw".to_owned(), kind, body);
        self.wake();
        id
    }

    /// The person presses a button under a message, named by its label or by its data; returns
    /// the callback query's id.
    ///
    /// # Errors
    /// The text says why there is nothing to press, and which buttons there are.
    pub fn presses(
        &self,
        person: PersonId,
        message_id: i64,
        button: &str,
    ) -> Result<String, String> {
        let message = self
            .message(person, message_id)
            .filter(|message| !message.deleted)
            .ok_or_else(|| format!("no message {message_id} is shown"))?;
        let found = message
            .buttons
            .iter()
            .flatten()
            .find(|shown| shown.label == button || shown.data.as_deref() == Some(button));
        let Some(found) = found else {
            let labels: Vec<&str> =
                message.buttons.iter().flatten().map(|shown| shown.label.as_str()).collect();
            return Err(format!("no button «{button}» under message {message_id}: {labels:?}"));
        };
        match &found.data {
            Some(data) => Ok(self.presses_raw(person, message_id, data)),
            None => Err(format!("the button «{button}» sends nothing to the bot")),
        }
    }

    /// A press with any data under any message, as a changed client can send it: the bot must
    /// not trust it. Returns the callback query's id.
    pub fn presses_raw(&self, person: PersonId, message_id: i64, data: &str) -> String {
        let now = self.now_ms();
        let mut state = self.lock();
        let query_id = state.next_query();
        let pressed = PressedQuery { person, data: data.to_owned(), at: now, answered: false };
        state.presses.insert(query_id.clone(), pressed);
        let message = state.message(person, message_id).map_or_else(
            || wire::inaccessible_message(&state, person, message_id),
            |message| wire::message(&state, message),
        );
        let body = json!({
            "id": query_id,
            "from": wire::person(&state, person),
            "message": message,
            "chat_instance": format!("{}", 7_000_000_000_i64 + person),
            "data": data,
        });
        state.push_update(format!("press {person}"), "callback_query", body);
        drop(state);
        self.wake();
        query_id
    }

    /// The person stops the bot: the bot hears of it and can no longer write.
    pub fn blocks_bot(&self, person: PersonId) {
        self.set_blocked(person, true);
    }

    /// The person lets the bot write again.
    pub fn unblocks_bot(&self, person: PersonId) {
        self.set_blocked(person, false);
    }

    fn set_blocked(&self, person: PersonId, blocked: bool) {
        let now = self.now_s();
        let mut state = self.lock();
        let Some(found) = state.people.get_mut(&person) else { return };
        if found.blocked == blocked {
            return;
        }
        found.blocked = blocked;
        let member = |state: &State, blocked: bool| {
            let mut member = json!({
                "status": if blocked { "kicked" } else { "member" },
                "user": wire::bot(state),
            });
            if blocked {
                member["until_date"] = json!(0);
            }
            member
        };
        let body = json!({
            "chat": wire::chat(&state, person),
            "from": wire::person(&state, person),
            "date": now,
            "old_chat_member": member(&state, !blocked),
            "new_chat_member": member(&state, blocked),
        });
        state.push_update(format!("chat {person}"), "my_chat_member", body);
        drop(state);
        self.wake();
        self.announce(ChatEvent::People);
    }

    /// Presses that the bot has not answered: query id and data.
    #[must_use]
    pub fn unanswered_presses(&self) -> Vec<(String, String)> {
        let state = self.lock();
        let waiting = state.presses.iter().filter(|(_, press)| !press.answered);
        waiting.map(|(id, press)| (id.clone(), press.data.clone())).collect()
    }

    /// Every answer to a press, in order.
    #[must_use]
    pub fn press_answers(&self) -> Vec<PressAnswer> {
        self.lock().press_answers.clone()
    }

    /// Every call of the bot with a right token, in order, refused ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// How many of them there are.
    #[must_use]
    pub fn calls_made(&self) -> usize {
        self.lock().calls.len()
    }

    /// Calls of one method, in order.
    #[must_use]
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let state = self.lock();
        let of_method = |call: &&Call| call.method.eq_ignore_ascii_case(method);
        state.calls.iter().filter(of_method).cloned().collect()
    }

    /// Calls that do not agree with the specification; a right bot has none.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.lock().violations.clone()
    }

    /// Payments that people made, in order.
    #[must_use]
    pub fn star_payments(&self) -> Vec<StarPayment> {
        self.lock().star_payments.clone()
    }

    /// Delivers an update once more, with its old number, as happens after a lost answer.
    /// Says whether there is such an update.
    pub fn repeat_update(&self, update_id: i64) -> bool {
        let mut state = self.lock();
        let found = state.updates.all.iter().find(|update| update.id == update_id).cloned();
        let Some(update) = found else { return false };
        if state.webhook.url.is_empty() {
            state.updates.repeats.push_back(update);
        } else {
            state.updates.pending.push_front(update);
        }
        drop(state);
        self.wake();
        true
    }

    /// Every update there has been, confirmed ones too: number and content.
    #[must_use]
    pub fn all_updates(&self) -> Vec<(i64, Value)> {
        let state = self.lock();
        state.updates.all.iter().map(|update| (update.id, update.json.clone())).collect()
    }

    /// The next `count` calls of a method (`*`: of any but `getUpdates`) meet a fault.
    pub fn next_call(&self, method: &str, fault: &Fault, count: usize) {
        self.lock().faults.push(method, fault, count);
    }

    /// How many faults still wait for their call.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.lock().faults.len()
    }

    /// Forgets the faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Tries the failed webhook deliveries again; the real server does so by itself, later.
    pub fn retry_webhook(&self) {
        self.lock().webhook.failed.clear();
        self.wake();
    }
}
