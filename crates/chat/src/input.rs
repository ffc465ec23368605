//! What a person did, in the words of the conversation.

use catalog::{Category, FileInput, Language};
use telegram::{Inbound, Message};

use crate::album::{self, Album};
use crate::button::Button;
use crate::ideas::IdeaButton;
use crate::journey::Door;
use crate::news::News;
use crate::react::Wanted;
use crate::texts::{Key, Texts};
use crate::view::FileTrouble;

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Start {
        payload: Option<String>,
    },
    Open(Entry),
    /// Promo codes, invitations, gifts.
    Bonus(Wanted),
    Cancel,
    Text(String),
    /// A file, or one part of an album.
    File {
        file: Result<FileInput, FileTrouble>,
        album: Option<String>,
        /// The words under it.
        caption: Option<String>,
    },
    /// A whole album.
    Album(Album),
    /// A file that may be the receipt of a transfer.
    Receipt(payments::Receipt),
    Press(Button),
    /// A button that is not ours or of another version.
    Forged,
    /// A place, a poll, a sticker, an unknown command.
    Odd,
}

/// An entry of the main menu, or a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Menu,
    Category(Category),
    History,
    Balance,
    Help,
    Languages,
    Continue,
    /// What stands around an order.
    Journey(Door),
    Ideas,
    Cheap,
    /// Whether the shop's news come.
    News,
}

impl Entry {
    /// What stands on the main menu, in its order.
    pub(crate) const MENU: [Self; 11] = [
        Self::Category(Category::Video),
        Self::Category(Category::Image),
        Self::Category(Category::Enhance),
        Self::Category(Category::Audio),
        Self::Journey(Door::All),
        Self::Journey(Door::Favourites),
        Self::Ideas,
        Self::Cheap,
        Self::History,
        Self::Balance,
        Self::Help,
    ];

    /// The text of the entry.
    pub(crate) fn key(self) -> Key {
        match self {
            Self::Menu => Key::ButtonMenu,
            Self::Category(Category::Video) => Key::ButtonVideo,
            Self::Category(Category::Image) => Key::ButtonImage,
            Self::Category(Category::Enhance) => Key::ButtonEnhance,
            Self::Category(Category::Audio) => Key::ButtonAudio,
            Self::History => Key::ButtonHistory,
            Self::Balance => Key::ButtonBalance,
            Self::Help => Key::ButtonHelp,
            Self::Languages => Key::ButtonLanguage,
            Self::Continue => Key::ButtonContinue,
            Self::Journey(door) => door.key(),
            Self::Ideas => Key::ButtonIdeas,
            Self::Cheap => Key::ButtonCheap,
            Self::News => Key::ButtonNews,
        }
    }

    /// The button that does the same.
    pub(crate) fn button(self) -> Button {
        match self {
            Self::Menu => Button::Menu,
            Self::Category(category) => Button::Category { category, page: 0 },
            Self::History => Button::History { page: 0 },
            Self::Balance => Button::Balance,
            Self::Help => Button::Help,
            Self::Languages => Button::Languages,
            Self::Continue => Button::Continue,
            Self::Journey(door) => Button::Journey(door.press()),
            Self::Ideas => Button::Idea(IdeaButton::List { page: 0 }),
            Self::Cheap => Button::Cheap { page: 0 },
            Self::News => Button::News(News::Look),
        }
    }

    /// The entry whose text this is, in any language: «Меню» at the field of the letters sends its
    /// text, and whoever writes what stands on a button means the button.
    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let all = Self::MENU.into_iter().chain([Self::Menu, Self::Continue]);
        let mut pairs =
            all.flat_map(|entry| Language::ALL.map(|language| (entry, Texts::new(language))));
        pairs.find(|(entry, texts)| texts.plain(entry.key(), &[]) == text).map(|(entry, _)| entry)
    }
}

impl Input {
    /// Whether it is a part of the album of that number, or of a long text.
    pub(crate) fn is_part_of(&self, id: &str) -> bool {
        match self {
            Self::File { album: Some(album), .. } => album == id,
            Self::Text(_) => id == album::WORDS,
            _ => false,
        }
    }

    /// Reads everything but files, which have to be looked into first.
    pub(crate) fn read(inbound: &Inbound) -> Option<Self> {
        match inbound {
            Inbound::Message(message) => Some(Self::of_message(message)),
            Inbound::Press(press) => {
                Some(Button::decode(&press.data).map_or(Self::Forged, Self::Press))
            }
            Inbound::PreCheckout(_)
            | Inbound::Paid(_)
            | Inbound::Refunded(_)
            | Inbound::Membership(_)
            | Inbound::Other => None,
        }
    }

    fn of_message(message: &Message) -> Self {
        if let Some(command) = message.command() {
            return match command.name.as_str() {
                "start" => Self::Start { payload: message.start_payload().map(str::to_owned) },
                "menu" => Self::Open(Entry::Menu),
                "help" => Self::Open(Entry::Help),
                "balance" => Self::Open(Entry::Balance),
                "history" => Self::Open(Entry::History),
                "language" => Self::Open(Entry::Languages),
                "news" => Self::Open(Entry::News),
                "cancel" => Self::Cancel,
                "bonus" => Self::Bonus(Wanted::Home),
                "promo" => {
                    let code = (!command.rest.is_empty()).then(|| command.rest.to_owned());
                    Self::Bonus(Wanted::Promo(code))
                }
                "invite" => Self::Bonus(Wanted::Invite),
                "gift" => Self::Bonus(Wanted::Gift),
                name => Door::of_command(name)
                    .map_or(Self::Odd, |door| Self::Open(Entry::Journey(door))),
            };
        }
        match &message.text {
            Some(text) => match Entry::of_text(text) {
                Some(entry) => Self::Open(entry),
                None => Self::Text(text.clone()),
            },
            None => Self::Odd,
        }
    }
}
