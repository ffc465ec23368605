//! Top-ups: money that people pay in, by whatever way, credited exactly once.
//!
//! **The order comes first.** A row says who is to pay how much, for how many roubles, and until
//! when; what its provider is asked is written down before it is asked. Whatever then says that
//! the money has come (a message of Telegram, a notification, an answer to our own question, an
//! operator) is only [`Evidence`], and goes through the one routine that credits: [`credit()`].
//! It credits the roubles of the order to who paid, once for each payment of the provider; what
//! does not agree is put aside for an operator.
//!
//! Providers are asked by jobs ([`Cashier`]), with no transaction open. A notification is believed
//! for nothing but "look now".

#![deny(clippy::float_arithmetic)]

mod access;
mod amount;
mod audit;
mod cashier;
mod charge;
mod checkout;
mod credit;
mod crypto_pay;
mod list;
mod manual;
mod model;
mod notify;
mod offer;
mod order;
mod refund;
mod state;
mod store;
mod yookassa;

pub use access::Access;
pub use audit::audit;
pub use cashier::{Cashier, CashierParts, POOL};
pub use charge::{Charge, charge_of, note_charge};
pub use checkout::{Declined, verdict};
pub use credit::{Credited, Evidence, credit, gone_back};
pub use crypto_pay::{CryptoPay, CryptoPaySettings};
pub use list::{Which, called, count_to_decide, list, number};
pub use manual::{
    Decided, Receipt, add_receipt, approve, receipt_twins, reject, waits_for_receipt,
};
pub use model::{Payment, Provider, Till};
pub use notify::{Notification, Notified, Sources};
pub use offer::{Offer, ReceiptForm};
pub use order::{
    NewPayment, Ordered, abandon, ask_to_check, erase, open_of, order, unsettled, view,
};
pub use refund::{RefundAsked, refund};
pub use state::{Event, State, step};
pub use yookassa::{YooKassa, YooKassaSettings};

/// The kind of the job of the conversation that goes on with the order for which a person topped
/// up; its payload is `{"user": <id>, "chat": <id>, "payment": <id>}`.
pub const RESUME: &str = "resume";

/// How long a request to a provider may take.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);
