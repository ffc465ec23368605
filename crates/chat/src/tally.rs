//! Counts of what the sender did, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use telegram::Outbound;

/// What a message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The pace of its chat.
    Chat,
    /// The pace of the whole bot.
    Overall,
    /// The share of it that progress may use.
    Progress,
}

impl Scope {
    const ALL: [Self; 3] = [Self::Chat, Self::Overall, Self::Progress];

    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Overall => "overall",
            Self::Progress => "progress",
        }
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A screen or a notice as a new message.
    Text,
    /// A screen or a progress message changed where it stands.
    Edit,
    /// A result or another file.
    Media,
    /// A bill, a deletion, a chat action.
    Other,
}

impl Form {
    const ALL: [Self; 4] = [Self::Text, Self::Edit, Self::Media, Self::Other];

    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Edit => "edit",
            Self::Media => "media",
            Self::Other => "other",
        }
    }

    const fn of(outbound: &Outbound) -> Self {
        match outbound {
            Outbound::Text { .. } => Self::Text,
            Outbound::EditText { .. } | Outbound::EditKeyboard { .. } => Self::Edit,
            Outbound::Media { .. } => Self::Media,
            Outbound::Action { .. } | Outbound::Delete { .. } | Outbound::Invoice { .. } => {
                Self::Other
            }
        }
    }
}

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Tally {
    allowed: [AtomicU64; 3],
    denied: [AtomicU64; 3],
    sent: [AtomicU64; 4],
    failed: [AtomicU64; 4],
}

impl Tally {
    pub(crate) fn paced(&self, scope: Scope, allowed: bool) {
        let counts = if allowed { &self.allowed } else { &self.denied };
        if let Some(count) = counts.get(scope as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn asked(&self, outbound: &Outbound, sent: bool) {
        let counts = if sent { &self.sent } else { &self.failed };
        if let Some(count) = counts.get(Form::of(outbound) as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often each pace allowed a message, and how often it made one wait.
    pub fn paces(&self) -> impl Iterator<Item = (Scope, u64, u64)> {
        let counts = self.allowed.iter().zip(&self.denied);
        Scope::ALL.into_iter().zip(counts).map(|(scope, (allowed, denied))| {
            (scope, allowed.load(Ordering::Relaxed), denied.load(Ordering::Relaxed))
        })
    }

    /// How many calls of each form Telegram took, and how many it did not.
    pub fn sends(&self) -> impl Iterator<Item = (Form, u64, u64)> {
        let counts = self.sent.iter().zip(&self.failed);
        Form::ALL.into_iter().zip(counts).map(|(form, (sent, failed))| {
            (form, sent.load(Ordering::Relaxed), failed.load(Ordering::Relaxed))
        })
    }
}
