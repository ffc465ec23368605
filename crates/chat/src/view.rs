//! What is to be shown, before it has words: what [`crate::react`] decides and
//! [`crate::render`] writes.

use billing::Movement;
use catalog::{Category, Fault};
use generation::View as Order;
use money::Rub;
use serde::{Deserialize, Serialize};

use crate::bonus;
use crate::ideas::{IdeaDone, IdeaIntent, IdeaScene, IdeaWord};
use crate::journey;
use crate::news::News;
use crate::session::Cursor;
use crate::topup;

/// A screen without its words.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// A word above the screen: what has just happened or was wrong.
    pub(crate) word: Option<Word>,
    pub(crate) scene: Scene,
    /// Whether the newest screen is changed although the person wrote something below it: the
    /// later parts of an album are one input.
    pub(crate) in_place: bool,
}

/// Which screen.
#[derive(Clone, Debug)]
pub(crate) enum Scene {
    Menu,
    Category {
        category: Category,
        page: u16,
    },
    Card {
        model: String,
    },
    /// The order that is being made, at its stage.
    Draft,
    /// An order was placed a moment ago.
    Placed {
        code: String,
        model: String,
        price: Rub,
        free: bool,
    },
    /// The cheapest models of all shelves.
    Cheap {
        page: u16,
    },
    History {
        page: u16,
        orders: Vec<Order>,
        more: bool,
    },
    /// One order, with the page of the history that it was opened from.
    Item {
        order: Box<Order>,
        page: u16,
    },
    /// An order on its way, and how many wait before it.
    Progress {
        order: Box<Order>,
        before: i64,
    },
    Balance {
        movements: Vec<Movement>,
        /// Payments that can still come to something.
        open: Vec<payments::Payment>,
    },
    Help,
    Languages,
    /// What stands around an order.
    Journey(journey::Scene),
    /// What can be done with what was sent.
    Quick,
    Bonus(Box<bonus::Show>),
    TopUp(topup::Scene),
    Idea(IdeaScene),
    /// Whether the shop's news come.
    News {
        wanted: bool,
    },
}

/// What is offered for something that a person sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A picture begins to move.
    Animate,
    /// A picture gets bigger and sharper.
    Improve,
    /// A picture is changed as the words say.
    Change,
    /// The words become a picture.
    Draw,
    /// The words become a video.
    Film,
    /// The words are spoken.
    Speak,
    /// What the model's name says.
    Named,
}

/// A word above a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// The button belongs to an earlier screen.
    Stale,
    /// Nobody asked for this text.
    NotUnderstood,
    /// A file came before a model was chosen.
    FileUnasked,
    /// A text or a file came to the confirmation.
    UseButtons,
    /// The answer to a field is wrong.
    Fault {
        model: String,
        field: String,
        fault: Fault,
    },
    /// The file cannot be taken.
    File(FileTrouble),
    /// Of an album only the first so many files were wanted.
    AlbumCut(usize),
    /// The model cannot be ordered now.
    NotSold {
        model: String,
    },
    /// The model of a link or an old button does not exist.
    NoModel,
    /// The price was checked again and is this one.
    Repriced(Rub),
    /// So much is missing.
    Short(Rub),
    /// The input has no price.
    NoPrice,
    /// About what is given away.
    Free(crate::free::FreeWord),
    /// Nobody's orders are taken now.
    Closed,
    /// The model has changed while the person answered; what still fits is kept.
    ModelChanged,
    /// The answer needs more than people can be asked for yet.
    NotOffered,
    /// A voice message came where words are wanted.
    VoiceNotRead,
    NothingToContinue,
    Dropped,
    NoSuchOrder,
    /// This order was placed already.
    AlreadyPlaced,
    /// The files of an order are on their way again.
    Resent,
    /// The files of an order cannot be sent again.
    NothingToResend,
    /// The order was cancelled, and this came back.
    Cancelled(Rub),
    /// The order cannot be stopped any more; this is taken if it succeeds.
    CancelNoted(Rub),
    TooLateToCancel,
    /// What stands around an order.
    Journey(journey::Said),
    Bonus(bonus::Said),
    TopUp(topup::Word),
    Idea(IdeaWord),
}

/// Why a file cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileTrouble {
    /// Over this many megabytes: a bot cannot download it.
    TooBig {
        /// The most megabytes.
        megabytes: u64,
    },
    /// A link leads where we do not go: not https, or not a public host.
    LinkRefused,
    /// A link leads to nothing.
    LinkGone,
    /// A link leads to more than so many megabytes.
    LinkTooBig {
        /// The most megabytes.
        megabytes: u64,
    },
    /// Telegram does not give it any more.
    Gone,
    /// It is none of the known kinds of media.
    Unknown,
    /// Its headers are broken.
    Damaged,
}

/// What has to be done before anything can be shown.
#[derive(Clone, Debug)]
pub(crate) enum Intent {
    Place(Box<NewOrder>),
    Cancel(uuid::Uuid),
    History {
        page: u16,
        cursors: Vec<Cursor>,
        kind: Option<Category>,
    },
    Item {
        id: uuid::Uuid,
        page: u16,
        cursors: Vec<Cursor>,
    },
    /// How far an order is, because the button that placed it was pressed again.
    Progress(uuid::Uuid),
    Resend(uuid::Uuid),
    Repeat(uuid::Uuid),
    Balance,
    Speak(catalog::Language),
    Journey(journey::Wish),
    /// A model is to go on from one result of an order.
    Continue {
        id: uuid::Uuid,
        position: u16,
        model: String,
    },
    Bonus(bonus::Ask),
    TopUp(topup::Wish),
    Idea(IdeaIntent),
    News(News),
}

/// An order to be placed.
#[derive(Clone, Debug)]
pub(crate) struct NewOrder {
    /// The revision of the confirmation: with the person, the key of the order.
    pub(crate) revision: i64,
    pub(crate) model: String,
    pub(crate) answers: catalog::Answers,
    /// The order whose result this one goes on from.
    pub(crate) continues: Option<uuid::Uuid>,
    pub(crate) priced: crate::desk::Priced,
    pub(crate) free: bool,
}

/// What came of an intent.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    Placed {
        revision: i64,
        outcome: generation::Placed,
    },
    Cancelled {
        outcome: generation::Cancelled,
        order: Option<Box<Order>>,
        before: i64,
    },
    History {
        page: u16,
        cursors: Vec<Cursor>,
        orders: Vec<Order>,
        more: bool,
    },
    Item {
        order: Option<Box<Order>>,
        page: u16,
        cursors: Vec<Cursor>,
    },
    Progress {
        order: Option<Box<Order>>,
        before: i64,
    },
    Resent {
        order: Option<Box<Order>>,
        files: usize,
    },
    Repeat {
        order: Option<Box<Order>>,
    },
    Balance {
        movements: Vec<Movement>,
        open: Vec<payments::Payment>,
    },
    Spoken,
    Journey(journey::Got),
    /// The order to go on from, and KIE.ai's task that made its result.
    Continue {
        order: Option<Box<Order>>,
        task: Option<String>,
        position: u16,
        model: String,
    },
    Bonus(bonus::Came),
    TopUp(Box<topup::Outcome>),
    Idea(IdeaDone),
    /// Whether the shop's news come.
    News(bool),
}

impl View {
    pub(crate) fn new(scene: Scene) -> Self {
        Self { word: None, scene, in_place: false }
    }

    pub(crate) fn with(mut self, word: impl Into<Option<Word>>) -> Self {
        self.word = word.into();
        self
    }
}
