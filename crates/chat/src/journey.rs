//! What stands around an order: searching, favourites, results once more, money in words, help,
//! limits, and leaving.
//!
//! The rest of the conversation knows one variant of each kind from here: a button, a place, a
//! scene, an intent, what came of it, and a word.

pub(crate) mod difference;
pub(crate) mod gate;
pub(crate) mod leave;
pub(crate) mod links;
pub(crate) mod perform;
pub(crate) mod press;
pub(crate) mod react;
pub(crate) mod render;
pub(crate) mod search;
pub(crate) mod shop;
pub(crate) mod soft;
pub(crate) mod store;

use billing::Movement;
use catalog::{Answer, Category, FileInput};
use generation::View as Order;
use leave::Unfinished;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answer;
use crate::desk::Desk;
use crate::session::Sent;
use crate::texts::Key;

pub(crate) use press::{Again, Press};

/// A screen of this part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "spot", rename_all = "snake_case")]
pub(crate) enum Spot {
    /// All models; words that are written here are searched for.
    All {
        page: u16,
    },
    /// Words to search for are asked.
    Ask,
    /// What was found.
    Found {
        query: String,
        page: u16,
    },
    Favourites {
        page: u16,
    },
    /// The movements of the wallet, with the beginnings of the pages that were seen.
    Money {
        page: u16,
        before: Vec<i64>,
    },
    Page {
        page: Page,
    },
    /// Whether everything about the person shall be erased.
    Erase,
}

/// A page of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Page {
    Questions,
    Answer(Question),
    Terms,
    Privacy,
    Payments,
    Support,
}

/// A question that many ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    HowToOrder,
    Price,
    Failure,
    Wait,
    Quality,
    Refused,
    Bonus,
    Data,
}

impl Question {
    pub(crate) const ALL: [Self; 8] = [
        Self::HowToOrder,
        Self::Price,
        Self::Failure,
        Self::Wait,
        Self::Quality,
        Self::Refused,
        Self::Bonus,
        Self::Data,
    ];

    /// The question and its answer.
    pub(crate) const fn keys(self) -> (Key, Key) {
        match self {
            Self::HowToOrder => (Key::ButtonAskOrder, Key::ScreenAnswerOrder),
            Self::Price => (Key::ButtonAskPrice, Key::ScreenAnswerPrice),
            Self::Failure => (Key::ButtonAskFailure, Key::ScreenAnswerFailure),
            Self::Wait => (Key::ButtonAskWait, Key::ScreenAnswerWait),
            Self::Quality => (Key::ButtonAskQuality, Key::ScreenAnswerQuality),
            Self::Refused => (Key::ButtonAskRefused, Key::ScreenAnswerRefused),
            Self::Bonus => (Key::ButtonAskBonus, Key::ScreenAnswerBonus),
            Self::Data => (Key::ButtonAskData, Key::ScreenAnswerData),
        }
    }
}

/// What a command or a line of the main menu opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    All,
    Search,
    Favourites,
    Money,
    Page(Page),
    Erase,
}

impl Door {
    /// What the command opens.
    pub(crate) fn of_command(name: &str) -> Option<Self> {
        Some(match name {
            "models" => Self::All,
            "search" => Self::Search,
            "favorites" => Self::Favourites,
            "money" => Self::Money,
            "faq" => Self::Page(Page::Questions),
            "terms" => Self::Page(Page::Terms),
            "privacy" => Self::Page(Page::Privacy),
            "paysupport" => Self::Page(Page::Payments),
            "support" => Self::Page(Page::Support),
            "delete_me" => Self::Erase,
            _ => return None,
        })
    }

    pub(crate) const fn key(self) -> Key {
        match self {
            Self::All => Key::ButtonAllModels,
            Self::Search => Key::ButtonSearch,
            Self::Favourites => Key::ButtonFavourites,
            Self::Money => Key::ButtonMoney,
            Self::Page(page) => page.key(),
            Self::Erase => Key::ButtonErase,
        }
    }

    pub(crate) const fn press(self) -> Press {
        match self {
            Self::All => Press::All { page: 0 },
            Self::Search => Press::Ask,
            Self::Favourites => Press::Favourites { page: 0 },
            Self::Money => Press::Money { page: 0 },
            Self::Page(page) => Press::Page(page),
            Self::Erase => Press::Erase,
        }
    }
}

impl Page {
    /// What stands on the button that opens it.
    pub(crate) const fn key(self) -> Key {
        match self {
            Self::Questions => Key::ButtonQuestions,
            Self::Answer(question) => question.keys().0,
            Self::Terms => Key::ButtonTerms,
            Self::Privacy => Key::ButtonPrivacy,
            Self::Payments => Key::ButtonPaySupport,
            Self::Support => Key::ButtonSupport,
        }
    }
}

/// Which models stand on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    All,
    Found { query: String },
    Favourites,
}

/// A screen of this part without its words.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    Shelf {
        shelf: Shelf,
        models: Vec<String>,
        page: u16,
    },
    Ask,
    Money {
        page: u16,
        lines: Vec<Line>,
        more: bool,
    },
    Page(Page),
    /// What an order was made of, to be copied.
    Prompt {
        order: Box<Order>,
    },
    /// Addresses under which the results can be downloaded.
    Links {
        order: Box<Order>,
    },
    /// Models that may do the same work.
    Others {
        order: Box<Order>,
    },
    /// Softer words for an order that moderation refused.
    Soft {
        order: Box<Order>,
        softened: generation::Softened,
    },
    /// Whether everything about the person shall be erased, while so much is not over.
    Erase {
        open: Unfinished,
    },
    /// It will be, when so much is over.
    Leaving {
        open: Unfinished,
    },
    Erased,
}

/// A movement of money with the number of its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) movement: Movement,
    pub(crate) code: Option<String>,
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Marks a model, or takes the mark away.
    Star(String),
    Money {
        page: u16,
        before: Vec<i64>,
    },
    /// Something more about an order.
    Order {
        id: Uuid,
        again: Again,
    },
    /// The question before erasing.
    Erase,
    Erased,
    /// Nothing is to be erased after all.
    Stay,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) enum Got {
    Starred {
        model: String,
        marked: bool,
    },
    Money {
        page: u16,
        before: Vec<i64>,
        lines: Vec<Line>,
        more: bool,
    },
    Order {
        order: Option<Box<Order>>,
        again: Again,
        word: Option<Said>,
    },
    /// Softer words, to be looked at or to be taken.
    Soft {
        order: Option<Box<Order>>,
        softened: generation::Softened,
        takes: bool,
    },
    Erase {
        open: Unfinished,
    },
    /// It will be erased when so much is over.
    Leaving {
        open: Unfinished,
    },
    Erased,
    Stayed,
    /// The order was not taken.
    Refused(Said),
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Marked,
    Unmarked,
    NothingFound,
    /// The results come as files.
    FilesComing,
    /// There is no original of the results any more.
    FilesGone,
    /// Softer words are being looked for.
    SoftComing,
    /// Softer words were looked for so often today, and no more are.
    TooManySoftened,
    /// So many orders are open, and no more can be.
    TooManyOpen(i64),
    /// So many files were sent in an hour, and no more are taken.
    TooManyUploads(i64),
    /// After several refusals by moderation: a pause of so many minutes.
    Paused(i64),
    /// Who leaves orders nothing more.
    Leaving,
    /// Nothing is erased.
    Stayed,
}

/// The kinds of the history's filter.
pub(crate) const KINDS: [Option<Category>; 5] = [
    None,
    Some(Category::Video),
    Some(Category::Image),
    Some(Category::Enhance),
    Some(Category::Audio),
];

/// What a person gave for an order: its files of one kind, and its words.
pub(crate) fn given(desk: &Desk, order: &Order) -> Sent {
    let mut files: Vec<FileInput> = Vec::new();
    if let Some(model) = desk.catalog.model(&order.model) {
        let asked = model.fields.iter().filter(|field| answer::is_asked(field));
        for file in asked.filter_map(|field| order.answers.get(&field.name)).flat_map(Answer::files)
        {
            if files.first().is_none_or(|first| first.kind == file.kind) {
                files.push(file.clone());
            }
        }
    }
    let text = soft::words_in(desk, order).map(|(_, words)| words.to_owned());
    Sent { files, text, album: None }
}
