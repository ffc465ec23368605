//! The one place where failures of the Bot API are told apart.

use std::time::Duration;

/// Why a call failed. Texts are short and never contain the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// 429: nothing was done; the same call may be made after the wait.
    #[error("Telegram asks to wait {} s", retry_after.as_secs())]
    Flood {
        /// How long to send nothing to this chat, or at all.
        retry_after: Duration,
    },
    /// 403: the person stopped the bot, never started it, or is gone.
    #[error("the bot may not write to this person")]
    Blocked,
    /// The edit changes nothing: what is wanted is already there.
    #[error("the message is already so")]
    NotModified,
    /// The message to edit or delete is not there, too old, or has a file and no text.
    #[error("the message is gone or cannot be changed")]
    MessageGone,
    /// The HTML is wrong: send it as plain text.
    #[error("the formatting cannot be parsed")]
    CantParse,
    /// The file itself is refused: send it in another way.
    #[error("the file is refused: {0}")]
    FileRefused(String),
    /// The file or the request is over the limit.
    #[error("the file is too big")]
    TooBig,
    /// The call is wrong in another way; it will not succeed when repeated.
    #[error("the call is refused: {0}")]
    BadRequest(String),
    /// 401 and 404: the token is wrong.
    #[error("the bot's token is not accepted")]
    Unauthorized,
    /// 409: somebody else polls, or a webhook is set.
    #[error("another receiver takes this bot's updates")]
    Conflict,
    /// Not a byte of the request left the machine: it may be repeated.
    #[error("the call could not be sent: {0}")]
    NotSent(String),
    /// It is not known whether the call took effect: a cut connection, a timeout, 5xx, or an
    /// unreadable answer.
    #[error("the outcome of the call is unknown: {0}")]
    Unknown(String),
    /// The press is too old to be answered; nothing is lost.
    #[error("the press is too old to be answered")]
    QueryTooOld,
    /// The chat does not exist for this bot.
    #[error("the chat is not found")]
    ChatGone,
}

/// When Telegram asks to wait without saying how long.
const UNSAID_WAIT: Duration = Duration::from_secs(5);

/// Longest text that is kept of a description, in characters.
const TEXT_KEPT: usize = 200;

/// Parts of descriptions that speak of the file, in lower case. Bot API documents none of them;
/// they are what its servers answer.
const FILE_TEXTS: [&str; 22] = [
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "invalid file_id",
    "wrong padding in the string",
    "failed to get http url content",
    "wrong type of the web page content",
    "invalid file http url",
    "webpage_curl_failed",
    "webpage_media_empty",
    "external_url_invalid",
    "can't use file of type",
    "type of file mismatch",
    "file must be non-empty",
    "media_empty",
    "media_invalid",
    "image_process_failed",
    "photo_",
    "video_",
    "audio_",
    "voice_",
    "document_invalid",
];

/// What is told with `ok: false`.
pub(crate) struct Told<'a> {
    pub(crate) error_code: i64,
    pub(crate) description: &'a str,
    pub(crate) retry_after: Option<u64>,
}

/// Tells a failure that the Bot API itself has answered. `description` has no token in it.
pub(crate) fn classify(told: &Told<'_>) -> ApiError {
    let text = told.description.to_lowercase();
    match told.error_code {
        429 => ApiError::Flood { retry_after: wait(told.retry_after, &text) },
        401 | 404 => ApiError::Unauthorized,
        403 => ApiError::Blocked,
        409 => ApiError::Conflict,
        413 => ApiError::TooBig,
        500.. => ApiError::Unknown(short(told.description)),
        _ => refused(&text, told.description),
    }
}

fn refused(text: &str, description: &str) -> ApiError {
    let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if says(&["message is not modified"]) {
        ApiError::NotModified
    } else if says(&["bot was blocked", "user_is_blocked", "user is deactivated", "can't initiate"])
    {
        ApiError::Blocked
    } else if says(&["chat not found", "peer_id_invalid"]) {
        ApiError::ChatGone
    } else if says(&["query is too old", "query id is invalid", "query_id_invalid"]) {
        ApiError::QueryTooOld
    } else if says(&[
        "message to edit not found",
        "message to delete not found",
        "message can't be edited",
        "message can't be deleted",
        "message_id_invalid",
        "there is no text in the message to edit",
    ]) {
        ApiError::MessageGone
    } else if says(&["can't parse entities"]) {
        ApiError::CantParse
    } else if says(&["request entity too large", "is too big"]) {
        ApiError::TooBig
    } else if says(&FILE_TEXTS) {
        ApiError::FileRefused(short(description))
    } else {
        ApiError::BadRequest(short(description))
    }
}

fn wait(retry_after: Option<u64>, text: &str) -> Duration {
    let said = || text.rsplit("retry after ").next()?.trim().parse().ok();
    retry_after.or_else(said).map_or(UNSAID_WAIT, Duration::from_secs)
}

/// A failure told by the status alone: something between us and the Bot API has answered.
pub(crate) fn classify_status(status: u16, retry_after: Option<u64>) -> ApiError {
    match status {
        429 => ApiError::Flood { retry_after: wait(retry_after, "") },
        413 => ApiError::TooBig,
        _ => ApiError::Unknown(format!("HTTP {status} without an answer of the Bot API")),
    }
}

/// A text short enough for a log line.
pub(crate) fn short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error_code: i64, description: &str) -> ApiError {
        classify(&Told { error_code, description, retry_after: None })
    }

    #[test]
    fn each_known_description_has_its_failure() {
        let file = |text: &str| ApiError::FileRefused(text.to_owned());
        for (code, text, expected) in [
            (403, "Forbidden: bot was blocked by the user", ApiError::Blocked),
            (403, "Forbidden: user is deactivated", ApiError::Blocked),
            (403, "Forbidden: bot can't initiate conversation with a user", ApiError::Blocked),
            (400, "Bad Request: USER_IS_BLOCKED", ApiError::Blocked),
            (400, "Bad Request: chat not found", ApiError::ChatGone),
            (
                400,
                "Bad Request: message is not modified: specified new message content and reply \
                 markup are exactly the same",
                ApiError::NotModified,
            ),
            (400, "Bad Request: message to edit not found", ApiError::MessageGone),
            (400, "Bad Request: message can't be edited", ApiError::MessageGone),
            (400, "Bad Request: message to delete not found", ApiError::MessageGone),
            (400, "Bad Request: there is no text in the message to edit", ApiError::MessageGone),
            (400, "Bad Request: can't parse entities: Unsupported start tag", ApiError::CantParse),
            (
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                ApiError::QueryTooOld,
            ),
            (413, "Request Entity Too Large", ApiError::TooBig),
            (400, "Bad Request: file is too big", ApiError::TooBig),
            (400, "Bad Request: file of size 11 bytes is too big for a photo", ApiError::TooBig),
            (401, "Unauthorized", ApiError::Unauthorized),
            (404, "Not Found", ApiError::Unauthorized),
            (409, "Conflict: terminated by other getUpdates request", ApiError::Conflict),
            (500, "Internal Server Error", ApiError::Unknown("Internal Server Error".to_owned())),
            (400, "Bad Request: IMAGE_PROCESS_FAILED", file("Bad Request: IMAGE_PROCESS_FAILED")),
            (
                400,
                "Bad Request: PHOTO_INVALID_DIMENSIONS",
                file("Bad Request: PHOTO_INVALID_DIMENSIONS"),
            ),
            (
                400,
                "Bad Request: wrong file identifier/HTTP URL specified",
                file("Bad Request: wrong file identifier/HTTP URL specified"),
            ),
            (
                400,
                "Bad Request: failed to get HTTP URL content",
                file("Bad Request: failed to get HTTP URL content"),
            ),
            (
                400,
                "Bad Request: message is too long",
                ApiError::BadRequest("Bad Request: message is too long".to_owned()),
            ),
        ] {
            assert_eq!(told(code, text), expected, "{code} {text}");
        }
    }

    #[test]
    fn a_wait_is_taken_from_the_number_then_from_the_text_then_assumed() {
        let flood = |seconds| ApiError::Flood { retry_after: Duration::from_secs(seconds) };
        let text = "Too Many Requests: retry after 17";
        let both = Told { error_code: 429, description: text, retry_after: Some(86_400) };
        assert_eq!(classify(&both), flood(86_400));
        assert_eq!(told(429, text), flood(17));
        assert_eq!(told(429, "Too Many Requests"), flood(5));
    }

    #[test]
    fn a_long_description_is_cut() {
        let ApiError::BadRequest(text) = told(400, &"я\n".repeat(500)) else { panic!() };
        assert_eq!(text.chars().count(), TEXT_KEPT);
        assert!(!text.contains('\n'));
    }
}
