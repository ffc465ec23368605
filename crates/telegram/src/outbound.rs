//! What we send, in our own words.

use std::fmt;

use bytes::Bytes;

/// One thing to send: exactly one call of the Bot API. Texts are HTML of the Bot API ("HTML
/// style"); whatever a person wrote goes through [`crate::escape_html`] first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// A new message; link previews are off.
    Text {
        /// Where to.
        chat: i64,
        /// 1–4096 characters after parsing.
        html: String,
        /// The buttons.
        keyboard: Option<Keyboard>,
    },
    /// A new text for a message of ours.
    EditText {
        /// Where it is.
        chat: i64,
        /// Which one.
        message_id: i64,
        /// 1–4096 characters after parsing.
        html: String,
        /// Inline buttons, or `None` to take them away.
        keyboard: Option<Keyboard>,
    },
    /// A new message with a file.
    Media {
        /// Where to.
        chat: i64,
        /// How it is shown.
        kind: OutKind,
        /// The file.
        file: OutFile,
        /// 0–1024 characters after parsing.
        caption_html: Option<String>,
        /// The buttons.
        keyboard: Option<Keyboard>,
        /// For documents: keep the file as it is, whatever is in it.
        no_type_detection: bool,
        /// In pixels; for videos and animations.
        width: Option<u32>,
        /// In pixels; for videos and animations.
        height: Option<u32>,
        /// In seconds; for all but photos and documents.
        duration_s: Option<u32>,
        /// Of a piece of music.
        title: Option<String>,
    },
    /// «печатает…»: shown for 5 seconds or until the next message.
    Action {
        /// Where.
        chat: i64,
        /// What is shown.
        action: ChatAction,
    },
    /// Takes a message away; possible for 48 hours.
    Delete {
        /// Where it is.
        chat: i64,
        /// Which one.
        message_id: i64,
    },
    /// New buttons under a message of ours, of any kind.
    EditKeyboard {
        /// Where it is.
        chat: i64,
        /// Which one.
        message_id: i64,
        /// Inline buttons, or `None` to take them away.
        keyboard: Option<Keyboard>,
    },
    /// An invoice with Telegram's own pay button.
    Invoice {
        /// Where to.
        chat: i64,
        /// Plain text of 1–32 characters.
        title: String,
        /// Plain text of 1–255 characters.
        description: String,
        /// 1–128 bytes that come back with the payment; not shown.
        payload: String,
        /// What stands on the price's line.
        label: String,
        /// The price, and who takes it.
        price: Price,
        /// What a forwarded copy leads to instead of paying: `?start=` of a link to the bot. An
        /// empty one lets anybody pay any copy.
        start: String,
    },
}

impl Outbound {
    /// A text without buttons.
    #[must_use]
    pub fn text(chat: i64, html: impl Into<String>) -> Self {
        Self::Text { chat, html: html.into(), keyboard: None }
    }

    /// A file without words and buttons.
    #[must_use]
    pub fn media(chat: i64, kind: OutKind, file: OutFile) -> Self {
        Self::Media {
            chat,
            kind,
            file,
            caption_html: None,
            keyboard: None,
            no_type_detection: false,
            width: None,
            height: None,
            duration_s: None,
            title: None,
        }
    }

    /// The chat that it goes to.
    #[must_use]
    pub fn chat(&self) -> i64 {
        match self {
            Self::Text { chat, .. }
            | Self::EditText { chat, .. }
            | Self::Media { chat, .. }
            | Self::Action { chat, .. }
            | Self::Delete { chat, .. }
            | Self::EditKeyboard { chat, .. }
            | Self::Invoice { chat, .. } => *chat,
        }
    }
}

/// The price of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Price {
    /// In Telegram Stars.
    Stars(u32),
    /// In kopecks, taken by a provider of `@BotFather`, to whom the person's e-mail is told.
    Card {
        /// The provider's token.
        token: ProviderToken,
        /// How much.
        kopecks: u32,
        /// What the provider wants to know, as JSON: a fiscal receipt.
        data: String,
    },
}

/// A provider's token; it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderToken(String);

impl ProviderToken {
    /// A token of `@BotFather`.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ProviderToken")
    }
}

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutKind {
    /// Compressed to a JPEG.
    Photo,
    /// MP4 with a player.
    Video,
    /// MP3 or M4A in the music player.
    Audio,
    /// OGG with Opus, MP3 or M4A as a voice message.
    Voice,
    /// GIF, or MP4 without sound.
    Animation,
    /// Any file.
    Document,
}

/// Where the bytes of a file come from.
#[derive(Clone, PartialEq, Eq)]
pub enum OutFile {
    /// From memory.
    Upload {
        /// The name that the person sees, with its extension.
        name: String,
        /// Such as `video/mp4`.
        mime: String,
        /// All of it.
        bytes: Bytes,
    },
    /// Telegram fetches it itself: 5 MB for photos, 20 MB for others.
    Url(String),
    /// A file that Telegram already has.
    FileId(String),
}

impl fmt::Debug for OutFile {
    /// Megabytes of a video do not belong into a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload { name, mime, bytes } => formatter
                .debug_struct("Upload")
                .field("name", name)
                .field("mime", mime)
                .field("bytes", &bytes.len())
                .finish(),
            Self::Url(url) => formatter.debug_tuple("Url").field(url).finish(),
            Self::FileId(id) => formatter.debug_tuple("FileId").field(id).finish(),
        }
    }
}

/// «печатает…», «отправляет фото…».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatAction {
    /// A text is being written.
    Typing,
    /// A photo is being sent.
    UploadPhoto,
    /// A video is being recorded.
    RecordVideo,
    /// A video is being sent.
    UploadVideo,
    /// A voice message is being recorded.
    RecordVoice,
    /// A voice message is being sent.
    UploadVoice,
    /// A file is being sent.
    UploadDocument,
}

/// The buttons of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyboard {
    /// Under the message, in rows.
    Inline(Vec<Vec<Button>>),
    /// Instead of the person's letters; a press sends the button's text as a message.
    Reply {
        /// The texts, in rows.
        rows: Vec<Vec<String>>,
        /// Shown also when the letters are hidden.
        persistent: bool,
        /// Hidden after one press.
        one_time: bool,
        /// Shown in the empty field, 1–64 characters.
        placeholder: Option<String>,
    },
    /// Takes the buttons instead of the letters away.
    RemoveReply,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What it does.
    pub act: ButtonAct,
    /// Its colour, in applications that know it.
    pub style: Option<ButtonStyle>,
}

impl Button {
    /// A button that sends `data` back, 1–64 bytes.
    #[must_use]
    pub fn press(text: impl Into<String>, data: impl Into<String>) -> Self {
        Self { text: text.into(), act: ButtonAct::Press(data.into()), style: None }
    }

    /// A button that opens a link.
    #[must_use]
    pub fn link(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { text: text.into(), act: ButtonAct::Link(url.into()), style: None }
    }

    /// A button that copies a text.
    #[must_use]
    pub fn copy(text: impl Into<String>, copied: impl Into<String>) -> Self {
        Self { text: text.into(), act: ButtonAct::Copy(copied.into()), style: None }
    }

    /// The same button in a colour.
    #[must_use]
    pub fn styled(mut self, style: ButtonStyle) -> Self {
        self.style = Some(style);
        self
    }
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonAct {
    /// Sends the data back to the bot: 1–64 bytes.
    Press(String),
    /// Opens a link.
    Link(String),
    /// Copies the text: 1–256 characters.
    Copy(String),
}

/// The colour of a button (Bot API 9.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// Blue.
    Primary,
    /// Green.
    Success,
    /// Red.
    Danger,
}

/// What Telegram told of the sent message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message that was sent or changed; 0 when the call makes no message (a chat action) or
    /// Telegram confirmed it without a number.
    pub message_id: i64,
    /// The file in it, to send the same file again without bytes.
    pub file_id: Option<String>,
}

/// A line of the bot's menu of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotCommand {
    /// 1–32 of `a-z0-9_`, without the slash.
    pub name: String,
    /// 1–256 characters.
    pub description: String,
}

/// Who sees a menu of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandScope {
    /// Everybody for whom there is no narrower menu.
    Everyone,
    /// Everybody in private chats.
    PrivateChats,
    /// One chat; a person's private chat has the person's number.
    Chat(i64),
}
