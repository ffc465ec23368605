//! What went wrong, in six kinds. Texts are read before codes, because the provider uses the same
//! code for moderation, for its own trouble and for bad input (KIE docs and integrations: response
//! codes).

use thiserror::Error;

use crate::keys::UnknownKey;

mod table;

/// Whose problem a failure is, and so what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Moderation: the person must change the prompt or the picture.
    Content,
    /// The operator's key or balance; the person did nothing wrong.
    Account,
    /// Too many requests; the same request may be sent after a full window.
    RateLimited,
    /// A parameter or an input file was refused.
    InvalidInput,
    /// The provider's own trouble; a later try may succeed.
    Temporary,
    /// Nothing known matches: do not retry, give the money back, read the log.
    Unknown,
}

/// A failure as the provider told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The class that decides what happens next.
    pub kind: FailureKind,
    /// The provider's code (the body's `code`, a task's `failCode`, or an HTTP status); 0 if none.
    pub code: i64,
    /// The provider's text, cleaned by [`sanitise`]; for logs and the operator, not for the person.
    pub message: String,
}

/// Where a code was read: the numbers 430 and 431 mean different things in the two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The envelope of an answer to a call.
    Call,
    /// `failCode` and `failMsg` of a task.
    Task,
}

/// Why a repeatable call gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadFailure {
    /// The key is not configured any more.
    #[error(transparent)]
    UnknownKey(#[from] UnknownKey),
    /// The request breaks a rule of ours and was not sent.
    #[error("not sent: {0}")]
    NotAllowed(&'static str),
    /// The provider answered "no".
    #[error("{} {}", .0.code, .0.message)]
    Refused(Failure),
    /// No answer: network trouble or a timeout.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// An answer that is not of the expected form, such as a gateway's HTML page.
    #[error("unreadable answer: {0}")]
    Unreadable(String),
}

impl ReadFailure {
    /// The class of the failure, for a caller that only decides whether to try again.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::UnknownKey(_) => FailureKind::Account,
            Self::NotAllowed(_) => FailureKind::InvalidInput,
            Self::Refused(failure) => failure.kind,
            Self::Unreachable(_) | Self::Unreadable(_) => FailureKind::Temporary,
        }
    }
}

impl Failure {
    /// Classifies a code and a raw text.
    #[must_use]
    pub fn classified(origin: Origin, code: i64, raw: &str) -> Self {
        Self { kind: classify(origin, code, raw), code, message: sanitise(raw) }
    }
}

/// Finds the kind of a failure: content, account, rate, input, temporary, in this order.
///
/// Within the order texts decide before codes. Code 455 (maintenance) is temporary; 505 (the
/// feature is switched off) is [`FailureKind::Unknown`], because repeating it cannot help.
#[must_use]
pub fn classify(origin: Origin, code: i64, raw: &str) -> FailureKind {
    let text = table::normalised(raw);
    if table::says(table::UPSTREAM, &text) {
        return FailureKind::Temporary;
    }
    if table::says(table::CONTENT, &text)
        || (code == 501 && table::says(table::CONTENT_UNDER_501, &text))
        || (origin == Origin::Task && matches!(code, 430 | 431))
    {
        return FailureKind::Content;
    }
    if table::says(table::ACCOUNT, &text) || matches!(code, 401 | 402 | 433) {
        return FailureKind::Account;
    }
    if table::says(table::RATE, &text) || matches!(code, 429 | 430) {
        return FailureKind::RateLimited;
    }
    if table::says(table::INPUT, &text) {
        return FailureKind::InvalidInput;
    }
    if table::says(table::TEMPORARY, &text) {
        return FailureKind::Temporary;
    }
    by_code(origin, code)
}

fn by_code(origin: Origin, code: i64) -> FailureKind {
    match (origin, code) {
        (_, 505) => FailureKind::Unknown,
        (_, 408 | 455 | 500..=599) => FailureKind::Temporary,
        (Origin::Call, 403) => FailureKind::Account,
        (Origin::Call, 400 | 404 | 405 | 413 | 422) | (_, 451) => FailureKind::InvalidInput,
        _ => FailureKind::Unknown,
    }
}

/// The longest message kept, in characters.
const MESSAGE_CHARS: usize = 400;

/// Makes a provider's text fit to store and log: cut at the first code fence (a model's chat answer
/// may follow), without control and direction-changing characters, at most 400 characters.
#[must_use]
pub fn sanitise(raw: &str) -> String {
    let head = raw.split("```").next().unwrap_or_default();
    let mut clean = String::new();
    let mut count = 0;
    for word in head.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = word.chars().filter(|c| !invisible(*c)).peekable();
        if word.peek().is_none() {
            continue;
        }
        let space = (!clean.is_empty()).then_some(' ');
        for letter in space.into_iter().chain(word) {
            if count == MESSAGE_CHARS {
                return clean;
            }
            clean.push(letter);
            count += 1;
        }
    }
    clean
}

fn invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
