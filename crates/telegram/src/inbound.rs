//! What a person can do to the bot, in our own words.

/// One update of the Bot API, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// `update_id`: unique for a bot within a week; updates are remembered by it.
    pub id: i64,
    /// Who did it; absent for what nobody in particular did.
    pub from: Option<Sender>,
    /// Where it happened; absent for presses under inline messages and for pre-checkout queries.
    pub chat: Option<ChatRef>,
    /// What was done.
    pub inbound: Inbound,
}

/// The person behind an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Telegram's number of the person.
    pub id: i64,
    /// First name as the person wrote it; may be any text, also empty.
    pub first_name: String,
    /// `@name` without the sign.
    pub username: Option<String>,
    /// IETF language tag of the person's application, such as `ru` or `pt-br`.
    pub language_code: Option<String>,
    /// Whether this is another bot.
    pub is_bot: bool,
}

/// A chat, as much as is needed to answer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatRef {
    /// Telegram's number of the chat; equals the person's in a private chat, negative in groups.
    pub id: i64,
    /// Private or which kind of group.
    pub kind: ChatKind,
}

/// The kind of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// One person and the bot.
    Private,
    /// A basic group.
    Group,
    /// A supergroup; also any kind that Telegram may add later, as the most restricted reading.
    Supergroup,
    /// A channel.
    Channel,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A message with a text, a file, or neither (a sticker, a place, a poll, …).
    Message(Message),
    /// A press on an inline button.
    Press(Press),
    /// A payment is about to be made and waits for our word: 10 seconds (Bot API, "answerPreCheckoutQuery").
    PreCheckout(PreCheckout),
    /// A payment has been made.
    Paid(Paid),
    /// A payment has been given back.
    Refunded(Refunded),
    /// The person has stopped the bot or started it again.
    Membership(Membership),
    /// Anything else: edited messages, channels, kinds that we do not know.
    Other,
}

/// A message of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `message_id`, unique in the chat.
    pub id: i64,
    /// The text, without formatting.
    pub text: Option<String>,
    /// The words under a file.
    pub caption: Option<String>,
    /// The text, or the words under a file, with their formatting as HTML of the Bot API.
    pub html: Option<String>,
    /// The file, if there is one of a kind that the bot may use.
    pub media: Option<IncomingMedia>,
    /// The album that the message belongs to; its items come as separate messages.
    pub media_group: Option<String>,
    /// The message that this one answers.
    pub reply_to: Option<i64>,
}

/// A command such as `/start ref_7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// The word after the slash in lower case.
    pub name: String,
    /// The bot that is named after `@`.
    pub mention: Option<&'a str>,
    /// The rest of the text without the spaces around it; may be empty.
    pub rest: &'a str,
}

impl Message {
    /// The command that the text begins with. A caption is never a command.
    #[must_use]
    pub fn command(&self) -> Option<Command<'_>> {
        let text = self.text.as_deref()?.strip_prefix('/')?;
        let (head, rest) = match text.find(char::is_whitespace) {
            Some(end) => text.split_at(end),
            None => (text, ""),
        };
        let (name, mention) = match head.split_once('@') {
            Some((name, mention)) => (name, Some(mention)),
            None => (head, None),
        };
        let fits = (1..=32).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        fits.then(|| Command { name: name.to_ascii_lowercase(), mention, rest: rest.trim() })
    }

    /// The payload of a deep link: `t.me/<bot>?start=<payload>` comes as `/start <payload>`.
    #[must_use]
    pub fn start_payload(&self) -> Option<&str> {
        let command = self.command()?;
        (command.name == "start" && !command.rest.is_empty()).then_some(command.rest)
    }
}

/// A press on an inline button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// What to answer to; lives for seconds only.
    pub id: String,
    /// The button's data. The person's application sends it, so it may be forged; empty when
    /// Telegram sent none.
    pub data: String,
    /// The message with the button; `None` when the bot has no access to it any more.
    pub message_id: Option<i64>,
}

/// A payment that waits for our word. Who pays is [`Update::from`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreCheckout {
    /// What to answer to.
    pub id: String,
    /// Three letters; `XTR` for Stars.
    pub currency: String,
    /// In the currency's smallest unit; for Stars in Stars.
    pub total_amount: i64,
    /// The payload of our invoice.
    pub payload: String,
}

/// A payment that has been made. Who paid is [`Update::from`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The service message about the payment.
    pub message_id: i64,
    /// Three letters; `XTR` for Stars.
    pub currency: String,
    /// In the currency's smallest unit; for Stars in Stars.
    pub total_amount: i64,
    /// The payload of our invoice.
    pub payload: String,
    /// Telegram's name of the payment: needed to give Stars back, and unique.
    pub telegram_payment_charge_id: String,
    /// The provider's name of the payment; may be empty.
    pub provider_payment_charge_id: String,
}

/// A payment that has been given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// The service message about it.
    pub message_id: i64,
    /// Three letters; `XTR` for Stars.
    pub currency: String,
    /// In the currency's smallest unit; for Stars in Stars.
    pub total_amount: i64,
    /// The payload of our invoice.
    pub payload: String,
    /// Telegram's name of the payment.
    pub telegram_payment_charge_id: String,
    /// The provider's name of the payment.
    pub provider_payment_charge_id: Option<String>,
}

/// Whether a person can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// The person stopped the bot.
    Blocked,
    /// The person started the bot again.
    Unblocked,
}

/// A file that a person sent. Absent numbers were not told by Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingMedia {
    /// How it was sent.
    pub kind: IncomingKind,
    /// What to download or send again by; belongs to this bot.
    pub file_id: String,
    /// The same for the same file for all bots; cannot be downloaded by.
    pub file_unique_id: String,
    /// As the person's application says; for a photo `image/jpeg`, which Telegram makes of it.
    pub mime: Option<String>,
    /// Size of the file.
    pub bytes: Option<u64>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// In seconds.
    pub duration_s: Option<u32>,
    /// As the person named it.
    pub file_name: Option<String>,
}

/// How a file was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncomingKind {
    /// A compressed picture; the biggest of its sizes.
    Photo,
    /// A video.
    Video,
    /// A GIF or a video without sound.
    Animation,
    /// Music.
    Audio,
    /// A voice message.
    Voice,
    /// A round video.
    VideoNote,
    /// Any file.
    Document,
    /// A sticker: WebP, TGS or `WebM`.
    Sticker,
}

/// Why a text is not an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON, or JSON nested too deeply.
    #[error("the update is not JSON")]
    NotJson,
    /// JSON, but no object with a whole `update_id`.
    #[error("the update has no update_id")]
    NoUpdateId,
}
