//! Buttons of the operator's panel under notices of the shop. The panel reads them, and looks up
//! there and then who pressed.

use uuid::Uuid;

/// The first part of all data of the panel.
pub const PREFIX: &str = "A1|";

/// The ordered sum of a transfer has come.
#[must_use]
pub fn approve(payment: Uuid) -> String {
    format!("{PREFIX}ta|{}", payment.simple())
}

/// Another sum has come.
#[must_use]
pub fn other_sum(payment: Uuid) -> String {
    format!("{PREFIX}f|ts|{}", payment.simple())
}

/// The money has not come.
#[must_use]
pub fn reject(payment: Uuid) -> String {
    format!("{PREFIX}f|tr|{}", payment.simple())
}
