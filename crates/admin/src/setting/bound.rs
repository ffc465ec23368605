//! How much one person may ask for.

use chat::Limits;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::texts::Key;

/// One of the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    RequestsPerMinute,
    OpenOrders,
    UploadsPerHour,
}

impl Bound {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::RequestsPerMinute => "requests_per_minute",
            Self::OpenOrders => "open_orders",
            Self::UploadsPerHour => "uploads_per_hour",
        }
    }

    pub(super) const fn kind(self) -> Kind {
        match self {
            // Fewer would keep out people who only read on.
            Self::RequestsPerMinute => Kind::Whole { min: 20, max: 1_000 },
            Self::OpenOrders => Kind::Whole { min: 1, max: 1_000 },
            Self::UploadsPerHour => Kind::Whole { min: 1, max: 10_000 },
        }
    }

    pub(super) const fn title(self) -> Key {
        match self {
            Self::RequestsPerMinute => Key::FieldSettingRequests,
            Self::OpenOrders => Key::FieldSettingOpenOrders,
            Self::UploadsPerHour => Key::FieldSettingUploads,
        }
    }

    /// As it is in force.
    pub(crate) const fn value(self, limits: &Limits) -> u32 {
        match self {
            Self::RequestsPerMinute => limits.requests_per_minute,
            Self::OpenOrders => limits.open_orders,
            Self::UploadsPerHour => limits.uploads_per_hour,
        }
    }

    /// Puts it in force.
    pub(crate) const fn set(self, limits: &mut Limits, value: u32) {
        match self {
            Self::RequestsPerMinute => limits.requests_per_minute = value,
            Self::OpenOrders => limits.open_orders = value,
            Self::UploadsPerHour => limits.uploads_per_hour = value,
        }
    }
}
