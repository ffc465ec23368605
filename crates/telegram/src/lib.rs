//! The edge to the Telegram Bot API: what a person can do ([`Inbound`]), what we send
//! ([`Outbound`]), and the transport between ([`BotApi`]).
//!
//! Incoming updates are read field by field and leniently: a person's words are never lost because
//! Telegram has learned something new. Outgoing calls are written with the typed parameters of
//! Bot API 10.3, so that a misspelt parameter does not compile. Nothing here retries or waits; a
//! failure is classified once, in [`ApiError`], and the caller decides.
//!
//! The bot token is part of every address. It lives in a type that cannot be printed, addresses
//! are taken out of transport errors, and every text of an error is searched for it.

mod api;
mod call;
mod failure;
mod formatted;
mod inbound;
pub mod limits;
mod outbound;
pub mod pacing;
mod webhook;
mod wire;

pub use api::{
    BotApi, BotSettings, CONNECT_TIMEOUT, FileInfo, Me, RawUpdate, StarTransaction, WebhookInfo,
    WebhookSettings,
};
pub use failure::ApiError;
pub use inbound::{
    ChatKind, ChatRef, Command, Inbound, IncomingKind, IncomingMedia, Membership, Message, Paid,
    PreCheckout, Press, Refunded, Sender, Unreadable, Update,
};
pub use limits::escape_html;
pub use outbound::{
    BotCommand, Button, ButtonAct, ButtonStyle, ChatAction, CommandScope, Keyboard, OutFile,
    OutKind, Outbound, Price, ProviderToken, Sent,
};
pub use webhook::{SECRET_HEADER, allowed_updates, secret_matches, webhook_secret};
pub use wire::parse_update;
