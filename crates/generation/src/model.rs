use std::collections::BTreeMap;

use catalog::{Answers, Language, Likeness, Output};
use money::{Credits, Rate, Rub};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::free::{FreeLimits, NotFree};
use crate::state::{Money, Situation, State};
use billing::World;

/// An order as the person confirmed it. The price shown is the price held.
#[derive(Clone, Debug)]
pub struct Order {
    /// The same press gives the same key, so that two presses are one order.
    pub order_key: String,
    /// Who orders.
    pub user_id: i64,
    /// Where the result goes.
    pub chat_id: i64,
    /// In which language the person is spoken to.
    pub language: Language,
    /// With which money.
    pub world: World,
    /// The model's id.
    pub model: String,
    /// The input.
    pub answers: Answers,
    /// The order whose result this one goes on from.
    pub continues: Option<Uuid>,
    /// What the person pays; nothing, when it is free.
    pub price: Rub,
    /// What KIE.ai takes, in roubles at the rate of this moment.
    pub cost: Rub,
    /// What KIE.ai takes, in credits.
    pub credits: Credits,
    /// When it is free: the limits within which it must be.
    pub free: Option<FreeLimits>,
    /// When the price is an upper bound: how the actual price is found.
    pub bound: Option<Bound>,
}

/// How an order is charged whose price is an upper bound: by what KIE.ai says that it took, at the
/// rates of the moment in which it was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Roubles that the person pays for a credit.
    pub rate: Rate,
    /// Roubles that a credit costs the shop.
    pub cost_rate: Rate,
}

/// What [`crate::place`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The order is taken and its money is on hold.
    Created {
        /// The order.
        id: Uuid,
        /// Its short number for people.
        code: String,
        /// What is left to spend.
        balance: Rub,
    },
    /// The same press was seen before.
    Exists {
        /// The order made then.
        id: Uuid,
        /// Its short number.
        code: String,
    },
    /// The model rests because it failed too often; nothing was changed.
    Resting,
    /// Too little money; nothing was changed.
    InsufficientFunds {
        /// How much more is needed.
        missing: Rub,
        /// How much there is.
        balance: Rub,
    },
    /// It cannot be free any more; nothing was changed.
    NotFree(NotFree),
}

/// What [`crate::cancel`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It was not submitted yet: cancelled, and the money is back.
    Returned {
        /// How much came back.
        price: Rub,
    },
    /// It cannot be stopped any more; what happens then was noted and told.
    Noted {
        /// What will be taken if it works out.
        price: Rub,
    },
    /// It is over, or its money is back already.
    TooLate,
    /// This person has no such order.
    NotFound,
}

/// Why an order failed, in the classes that people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// Moderation said no.
    Content,
    /// The input does not fit the model.
    Input,
    /// A file of the input cannot be had any more.
    InputGone,
    /// Trouble with the shop's account.
    Account,
    /// The model is having a bad time.
    Temporary,
    /// There was a result, and it could not be fetched.
    Lost,
    /// There was a result, and Telegram did not take it.
    NotDelivered,
    /// Its time ran out, even the long one.
    TooLate,
    /// Anything else.
    Unknown,
}

impl FailureClass {
    const ALL: [Self; 9] = [
        Self::Content,
        Self::Input,
        Self::InputGone,
        Self::Account,
        Self::Temporary,
        Self::Lost,
        Self::NotDelivered,
        Self::TooLate,
        Self::Unknown,
    ];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Input => "input",
            Self::InputGone => "input_gone",
            Self::Account => "account",
            Self::Temporary => "temporary",
            Self::Lost => "lost",
            Self::NotDelivered => "not_delivered",
            Self::TooLate => "too_late",
            Self::Unknown => "unknown",
        }
    }

    /// The class of a word in the table.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

/// In which form an output is, or was, sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SentAs {
    /// As a picture, video, or sound.
    Media,
    /// As a file.
    Document,
    /// As a link in a text.
    Link,
}

impl SentAs {
    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::Document => "document",
            Self::Link => "link",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Media, Self::Document, Self::Link].into_iter().find(|form| form.as_str() == text)
    }

    /// The form to try when this one was refused.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Media => Some(Self::Document),
            Self::Document => Some(Self::Link),
            Self::Link => None,
        }
    }
}

/// One result of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputView {
    /// Its place among the results, from 0.
    pub position: i16,
    /// What it is.
    pub kind: Output,
    /// Its media type.
    pub mime: String,
    /// KIE.ai's address of it, good for about a day; empty for words and notes.
    pub url: String,
    /// KIE.ai's id of this very piece, when it has one.
    pub piece: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Duration in milliseconds.
    pub duration_ms: Option<u64>,
    /// The form to send it in next.
    pub form: SentAs,
    /// In which form it was sent, if it was.
    pub sent_as: Option<SentAs>,
    /// Telegram's lasting name of it.
    pub file_id: Option<String>,
    /// The same for the file without compression.
    pub original_file_id: Option<String>,
    /// What its words are called.
    pub title: Option<String>,
    /// Its words, when they are a plain text to be read in the chat.
    pub words: Option<String>,
}

/// A result that is no file: KIE.ai keeps it, and other models take it by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikenessView {
    /// What it is.
    pub kind: Likeness,
    /// KIE.ai's id of it, good for the key that made it.
    pub id: String,
}

/// An order as people and operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The order.
    pub id: Uuid,
    /// Its short number.
    pub code: String,
    /// Whose.
    pub user_id: i64,
    /// Where its result goes.
    pub chat_id: i64,
    /// In which language.
    pub language: Language,
    /// With which money.
    pub world: World,
    /// The model's id.
    pub model: String,
    /// The input.
    pub answers: Answers,
    /// The order whose result this one goes on from.
    pub continues: Option<Uuid>,
    /// The price.
    pub price: Rub,
    /// What KIE.ai takes, in roubles at the rate of the order.
    pub cost: Rub,
    /// Whether it is free.
    pub free: bool,
    /// How it is charged when the price is an upper bound.
    pub bound: Option<Bound>,
    /// What was taken of the price, when it was an upper bound.
    pub taken: Option<Rub>,
    /// What KIE.ai says that it took.
    pub provider_credits: Option<Credits>,
    /// Where it stands.
    pub state: State,
    /// What became of the price.
    pub money: Money,
    /// Cancelled after submission.
    pub quiet: bool,
    /// Temporary failures so far.
    pub tries: u32,
    /// When the present state's time is over.
    pub deadline_at: Option<OffsetDateTime>,
    /// Addresses of the uploaded inputs, by their source.
    pub uploads: BTreeMap<String, String>,
    /// When they were uploaded.
    pub uploaded_at: Option<OffsetDateTime>,
    /// When it was ordered.
    pub created_at: OffsetDateTime,
    /// When it was first submitted.
    pub submitted_at: Option<OffsetDateTime>,
    /// When it was over.
    pub finished_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub failure: Option<FailureClass>,
    /// Its results, in order; empty until they are secured.
    pub outputs: Vec<OutputView>,
    /// What it made for other models, in the place of files.
    pub likeness: Option<LikenessView>,
    /// Its place among the generations of one press on a scenario.
    pub batch: Option<BatchPlace>,
}

/// The place of a generation in its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPlace {
    /// The batch.
    pub id: Uuid,
    /// From 1.
    pub number: u16,
    /// How many there are.
    pub size: u16,
    /// The scenario's id.
    pub scenario: String,
    /// What became of the prompt.
    pub rewrite: Rewrite,
    /// What a language model was to write the prompt from.
    pub wish: Option<Wish>,
}

/// The template of a scenario filled with the person's words, in their language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The field of the answers that holds the prompt.
    pub field: String,
    /// The words.
    pub words: String,
}

impl BatchPlace {
    /// Whether it is one of several, which are told about together.
    #[must_use]
    pub const fn is_of_several(&self) -> bool {
        self.size > 1
    }
}

/// What became of the prompt of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rewrite {
    /// It goes as it is.
    None,
    /// A language model is to write it.
    Waiting,
    /// A language model is writing it.
    Writing,
    /// A language model wrote it.
    Written,
    /// The language model did not help: the person's own words go.
    Plain,
}

impl Rewrite {
    const ALL: [Self; 5] = [Self::None, Self::Waiting, Self::Writing, Self::Written, Self::Plain];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Waiting => "waiting",
            Self::Writing => "writing",
            Self::Written => "written",
            Self::Plain => "plain",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rewrite| rewrite.as_str() == text)
    }
}

impl View {
    /// What the person asked for, when a language model wrote other words in its place.
    #[must_use]
    pub fn wish(&self) -> Option<&Wish> {
        let place = self.batch.as_ref().filter(|place| place.rewrite == Rewrite::Written)?;
        place.wish.as_ref()
    }

    /// What decisions depend on.
    #[must_use]
    pub const fn situation(&self) -> Situation {
        Situation { state: self.state, money: self.money, quiet: self.quiet, tries: self.tries }
    }

    /// What was taken, or will be when it succeeds.
    #[must_use]
    pub fn charge(&self) -> Rub {
        self.taken.unwrap_or(self.price)
    }
}

/// A submission that is open: made, and its end not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) id: Uuid,
    pub(crate) generation: Uuid,
    pub(crate) key_name: String,
    pub(crate) token: String,
    pub(crate) task_id: Option<String>,
    pub(crate) submitted_at: OffsetDateTime,
}
