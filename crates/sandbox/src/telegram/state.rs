//! The world as plain data, and the few changes that everything else is made of.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use serde_json::{Value, json};

use super::fault::FaultQueue;

/// A Telegram user, and at the same time the private chat with that user.
pub type PersonId = i64;

/// The first person of a world.
const FIRST_PERSON: PersonId = 1001;
/// Real update numbers start anywhere; a high start catches code that expects zero.
const FIRST_UPDATE: i64 = 700_000_001;

#[derive(Debug)]
pub(super) struct State {
    pub bot: BotUser,
    pub people: BTreeMap<PersonId, Person>,
    pub messages: BTreeMap<i64, Message>,
    pub files: BTreeMap<String, File>,
    pub updates: Updates,
    pub presses: BTreeMap<String, PressedQuery>,
    pub press_answers: Vec<PressAnswer>,
    pub calls: Vec<Call>,
    pub violations: Vec<Violation>,
    pub faults: FaultQueue,
    pub webhook: Webhook,
    pub profile: super::bot_profile::Profile,
    pub checkouts: BTreeMap<String, Checkout>,
    pub star_payments: Vec<StarPayment>,
    /// Movements of Stars in the order of time.
    pub star_moves: Vec<StarMove>,
    counters: Counters,
}

#[derive(Debug)]
pub(super) struct BotUser {
    pub id: i64,
    pub name: String,
    pub username: String,
}

#[derive(Debug, Default)]
struct Counters {
    people: i64,
    messages: i64,
    updates: i64,
    files: u64,
    queries: u64,
    albums: u64,
}

#[derive(Debug)]
pub(super) struct Person {
    pub id: PersonId,
    pub name: String,
    /// What stands behind the sign of a name; most people have none.
    pub username: Option<String>,
    pub language: String,
    /// A bot may not write first: the chat exists for it after the person's first word.
    pub started: bool,
    pub blocked: bool,
    pub reply_keyboard: Option<Value>,
    pub typing: Option<(String, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    Bot,
    Person,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub id: i64,
    pub chat: PersonId,
    pub author: Author,
    /// Unix seconds.
    pub date: i64,
    pub edited_at: Option<i64>,
    /// What the message said before each edit.
    pub earlier: Vec<Content>,
    pub content: Content,
    /// Inline keyboard, as the Bot API writes it.
    pub markup: Option<Value>,
    pub reply_to: Option<i64>,
    pub album: Option<String>,
    pub deleted: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Text(Formatted),
    Media { file: String, caption: Formatted },
    Invoice(Invoice),
    Paid { payment: usize },
    Refunded { payment: usize },
}

/// A text and the Bot API's entities over it (UTF-16 offsets).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Formatted {
    pub text: String,
    pub entities: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Invoice {
    pub title: String,
    pub description: String,
    pub payload: String,
    pub currency: String,
    pub total: i64,
}

/// The kinds of media that the sandbox knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// A compressed picture with sizes.
    Photo,
    /// A video with a player.
    Video,
    /// A silent looping video or a GIF.
    Animation,
    /// Music, shown in the audio player.
    Audio,
    /// A voice message.
    Voice,
    /// Any file, sent as it is.
    Document,
}

impl MediaKind {
    /// The name of the Bot API's field and of the page's `kind`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Animation => "animation",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
        }
    }

    /// The kind with this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Photo, Self::Video, Self::Animation, Self::Audio, Self::Voice, Self::Document]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// The real server's identifiers also begin with their kind.
    fn prefix(self) -> &'static str {
        match self {
            Self::Photo => "AgAC",
            Self::Video => "BAAC",
            Self::Animation => "CgAC",
            Self::Audio => "CQAC",
            Self::Voice => "AwAC",
            Self::Document => "BQAC",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Photo => "photos",
            Self::Video => "videos",
            Self::Animation => "animations",
            Self::Audio => "music",
            Self::Voice => "voice",
            Self::Document => "documents",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub id: String,
    pub unique: String,
    pub kind: MediaKind,
    pub bytes: Bytes,
    pub mime: String,
    pub name: Option<String>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Seconds.
    pub duration: Option<u32>,
    pub title: Option<String>,
    pub performer: Option<String>,
    pub path: String,
}

/// A file before the world has numbered it.
#[derive(Clone, Debug)]
pub(super) struct NewFile {
    pub kind: MediaKind,
    pub bytes: Bytes,
    pub mime: String,
    pub name: Option<String>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub duration: Option<u32>,
    pub title: Option<String>,
    pub performer: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Update {
    pub id: i64,
    /// Updates of one queue are delivered one after another to a webhook.
    pub queue: String,
    pub json: Value,
}

#[derive(Debug, Default)]
pub(super) struct Updates {
    /// Every update there has been, for redelivery.
    pub all: Vec<Update>,
    pub pending: VecDeque<Update>,
    /// Delivered once more to a poller, whatever its offset.
    pub repeats: VecDeque<Update>,
    pub allowed: Option<Vec<String>>,
    /// The number of the newest long poll; an older one that still waits is told to go.
    pub newest_poll: u64,
}

#[derive(Debug, Default)]
pub(super) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub max_connections: i64,
    /// Update ids whose delivery failed; they and their queue wait for a retry on demand.
    pub failed: Vec<i64>,
    /// Queues with a delivery under way.
    pub busy: Vec<String>,
    pub last_error: Option<(i64, String)>,
}

#[derive(Clone, Debug)]
pub(super) struct PressedQuery {
    pub person: PersonId,
    pub data: String,
    /// Unix milliseconds.
    pub at: i64,
    pub answered: bool,
}

/// What the bot answered to a press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressAnswer {
    /// The callback query's id.
    pub query_id: String,
    /// Who pressed.
    pub person: PersonId,
    /// The words shown, if any.
    pub text: Option<String>,
    /// A window to be closed by hand instead of a passing line.
    pub alert: bool,
    /// Unix milliseconds.
    pub at: i64,
}

/// One call of the bot, as it arrived.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method in the specification's spelling, or as sent when it is unknown.
    pub method: String,
    /// The parameters; an uploaded file is `{"file_name": …, "bytes": n}`.
    pub params: Value,
    /// Unix milliseconds.
    pub at: i64,
}

/// A call that does not agree with the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The method called.
    pub method: String,
    /// What is wrong and where.
    pub what: String,
}

#[derive(Clone, Debug)]
pub(super) struct Checkout {
    pub person: PersonId,
    /// The bill.
    pub message: i64,
    pub invoice: Invoice,
    /// Unix milliseconds.
    pub at: i64,
    pub answer: Option<Result<(), String>>,
}

/// A payment that a person made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarPayment {
    /// Telegram's identifier of the payment.
    pub charge_id: String,
    /// Who paid.
    pub person: PersonId,
    /// `XTR` for Stars.
    pub currency: String,
    /// In the currency's smallest unit.
    pub total: i64,
    /// The invoice's payload.
    pub payload: String,
    /// Unix seconds.
    pub at: i64,
    /// Given back by `refundStarPayment`.
    pub refunded: bool,
}

/// A payment that came, or went back.
#[derive(Clone, Copy, Debug)]
pub(super) struct StarMove {
    pub payment: usize,
    pub incoming: bool,
    pub at: i64,
}

impl State {
    pub(super) fn new(bot_id: i64, name: &str, username: &str) -> Self {
        Self {
            bot: BotUser { id: bot_id, name: name.to_owned(), username: username.to_owned() },
            people: BTreeMap::new(),
            messages: BTreeMap::new(),
            files: BTreeMap::new(),
            updates: Updates::default(),
            presses: BTreeMap::new(),
            press_answers: Vec::new(),
            calls: Vec::new(),
            violations: Vec::new(),
            faults: FaultQueue::default(),
            webhook: Webhook::default(),
            profile: super::bot_profile::Profile::default(),
            checkouts: BTreeMap::new(),
            star_payments: Vec::new(),
            star_moves: Vec::new(),
            counters: Counters::default(),
        }
    }

    pub(super) fn add_person(&mut self, name: &str, language: &str) -> PersonId {
        let id = FIRST_PERSON + self.counters.people;
        self.counters.people += 1;
        let person = Person {
            id,
            name: name.to_owned(),
            username: None,
            language: language.to_owned(),
            started: false,
            blocked: false,
            reply_keyboard: None,
            typing: None,
        };
        self.people.insert(id, person);
        id
    }

    pub(super) fn add_message(
        &mut self,
        chat: PersonId,
        author: Author,
        date: i64,
        content: Content,
    ) -> &mut Message {
        self.counters.messages += 1;
        let id = self.counters.messages;
        self.messages.entry(id).or_insert(Message {
            id,
            chat,
            author,
            date,
            edited_at: None,
            earlier: Vec::new(),
            content,
            markup: None,
            reply_to: None,
            album: None,
            deleted: false,
        })
    }

    /// A message that is there: deleted ones are kept for the tests only.
    pub(super) fn message(&self, chat: PersonId, id: i64) -> Option<&Message> {
        self.messages.get(&id).filter(|message| message.chat == chat && !message.deleted)
    }

    pub(super) fn message_mut(&mut self, chat: PersonId, id: i64) -> Option<&mut Message> {
        self.messages.get_mut(&id).filter(|message| message.chat == chat && !message.deleted)
    }

    pub(super) fn add_file(&mut self, new: NewFile) -> String {
        self.counters.files += 1;
        let number = self.counters.files;
        let id = format!("{}-{}-{number:08}", new.kind.prefix(), self.bot.id);
        let extension = super::media_facts::extension(&new.mime, new.name.as_deref());
        let file = File {
            id: id.clone(),
            unique: format!("AQAD{number:08}"),
            kind: new.kind,
            bytes: new.bytes,
            mime: new.mime,
            name: new.name,
            width: new.width,
            height: new.height,
            duration: new.duration,
            title: new.title,
            performer: new.performer,
            path: format!("{}/file_{number}.{extension}", new.kind.folder()),
        };
        self.files.insert(id.clone(), file);
        id
    }

    pub(super) fn next_album(&mut self) -> String {
        self.counters.albums += 1;
        format!("13{:015}", self.counters.albums)
    }

    pub(super) fn next_query(&mut self) -> String {
        self.counters.queries += 1;
        format!("43{:016}", self.counters.queries)
    }

    /// Queues an update, unless the bot asked not to be told of its kind.
    pub(super) fn push_update(&mut self, queue: String, kind: &str, body: Value) -> Option<i64> {
        if let Some(allowed) = &self.updates.allowed
            && !allowed.is_empty()
            && !allowed.iter().any(|name| name == kind)
        {
            return None;
        }
        let id = FIRST_UPDATE + self.counters.updates;
        self.counters.updates += 1;
        let json = json!({ "update_id": id, kind: body });
        let update = Update { id, queue, json };
        self.updates.all.push(update.clone());
        self.updates.pending.push_back(update);
        Some(id)
    }

    pub(super) fn violation(&mut self, method: &str, what: &str) {
        self.violations.push(Violation { method: method.to_owned(), what: what.to_owned() });
    }
}

impl Content {
    pub(super) fn formatted(&self) -> Option<&Formatted> {
        match self {
            Self::Text(formatted) | Self::Media { caption: formatted, .. } => Some(formatted),
            Self::Invoice(_) | Self::Paid { .. } | Self::Refunded { .. } => None,
        }
    }
}
