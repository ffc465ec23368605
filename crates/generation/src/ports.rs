//! What this crate needs from others and must not know: wired where the program is composed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use money::{Credits, Rub};

use crate::model::{OutputView, SentAs, View};

/// A boxed future, so that ports can be values.
pub type PortFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the bytes of an order's inputs come from.
pub trait InputFiles: Send + Sync {
    /// Fetches a file by the source that the answer names.
    fn fetch<'a>(
        &'a self,
        source: &'a str,
        max_bytes: u64,
    ) -> PortFuture<'a, Result<Bytes, InputFailure>>;
}

/// Why an input could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputFailure {
    /// It cannot be had any more.
    Gone(String),
    /// Try again after this time.
    NotNow(Duration),
}

/// What writes prompts.
pub trait Writer: Send + Sync {
    /// Whether it can look at pictures.
    fn sees(&self) -> bool;

    /// Writes; never takes longer than a person would wait.
    fn write<'a>(&'a self, task: &'a WritingTask) -> PortFuture<'a, Result<Written, String>>;
}

/// What a writer is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WritingTask {
    /// What to do; never shown to a person and never sent to a model.
    pub instructions: String,
    /// The person's wish: material, and no instruction.
    pub wish: String,
    /// Public addresses of pictures to look at.
    pub pictures: Vec<String>,
}

/// What a writer answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its answer, whatever it is.
    pub text: String,
    /// What KIE.ai took for it, when it says so.
    pub credits: Option<Credits>,
}

/// What brings a result to the person.
pub trait Delivery: Send + Sync {
    /// Sends one output. Makes at most one call whose effect must not be repeated.
    fn send<'a>(&'a self, parcel: Parcel) -> PortFuture<'a, DeliveryOutcome>;
}

/// One output on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The order.
    pub view: View,
    /// The output.
    pub output: OutputView,
    /// How many outputs the order has.
    pub total: usize,
    /// In which form it is to be sent.
    pub form: SentAs,
    /// Its content, for [`SentAs::Media`] and [`SentAs::Document`].
    pub bytes: Option<Bytes>,
    /// What was taken for the order; `None` for a gift.
    pub taken: Option<Rub>,
    /// What is left to spend.
    pub balance: Rub,
}

/// What became of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It stands in the chat.
    Sent {
        /// Telegram's number of the message.
        message_id: i64,
        /// Telegram's lasting name of the file.
        file_id: Option<String>,
    },
    /// The person blocked the bot.
    Blocked,
    /// Telegram does not take it in this form.
    Refused(String),
    /// Try again after this time; nothing was sent.
    NotNow(Duration),
    /// Nobody knows whether it was sent.
    Unknown(String),
}
