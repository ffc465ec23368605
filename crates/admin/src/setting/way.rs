//! Ways to pay, each of which can be closed. What was billed before can still be paid.

use payments::Provider;
use serde::{Deserialize, Serialize};

use crate::texts::Key;

/// A way to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Stars,
    Telegram,
    Yookassa,
    Cryptopay,
    Manual,
}

impl Way {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stars => "pay_stars",
            Self::Telegram => "pay_telegram",
            Self::Yookassa => "pay_yookassa",
            Self::Cryptopay => "pay_cryptopay",
            Self::Manual => "pay_manual",
        }
    }

    pub(super) const fn title(self) -> Key {
        match self {
            Self::Stars => Key::FieldSettingWayStars,
            Self::Telegram => Key::FieldSettingWayTelegram,
            Self::Yookassa => Key::FieldSettingWayYookassa,
            Self::Cryptopay => Key::FieldSettingWayCryptopay,
            Self::Manual => Key::FieldSettingWayManual,
        }
    }

    /// Whose way it is.
    pub(crate) const fn provider(self) -> Provider {
        match self {
            Self::Stars => Provider::Stars,
            Self::Telegram => Provider::Telegram,
            Self::Yookassa => Provider::YooKassa,
            Self::Cryptopay => Provider::CryptoPay,
            Self::Manual => Provider::Manual,
        }
    }
}
