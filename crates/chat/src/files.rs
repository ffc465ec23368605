//! Files that people send: fetched from Telegram and looked into before they are taken.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use catalog::FileInput;
use media::Unreadable;
use telegram::{ApiError, BotApi, IncomingMedia, limits};

use crate::view::FileTrouble;

/// When a download did not work this time.
const RETRY: Duration = Duration::from_secs(10);

/// A file that cannot be fetched for so long counts as gone: the person's other updates wait.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What a source of files answers, some time later.
pub type FileFuture<'a> = Pin<Box<dyn Future<Output = Result<Bytes, FileFailure>> + Send + 'a>>;

/// Where the bytes of a person's file come from.
pub trait FileSource: Send + Sync {
    /// Fetches a file of at most `max_bytes` by Telegram's `file_id`.
    fn fetch<'a>(&'a self, file_id: &'a str, max_bytes: u64) -> FileFuture<'a>;
}

/// Why a file could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFailure {
    /// It never can be.
    Trouble(FileTrouble),
    /// Try again after this time.
    NotNow(Duration),
}

/// Files of Telegram, through the Bot API.
#[derive(Clone, Debug)]
pub struct TelegramFiles {
    api: BotApi,
}

impl TelegramFiles {
    /// Files through this client.
    #[must_use]
    pub fn new(api: BotApi) -> Self {
        Self { api }
    }

    async fn download(&self, file_id: &str, max_bytes: u64) -> Result<Bytes, FileFailure> {
        let max = max_bytes.min(limits::DOWNLOAD_BYTES);
        self.api.download(file_id, max).await.map_err(|error| match error {
            ApiError::TooBig => FileFailure::Trouble(too_big()),
            ApiError::FileRefused(_)
            | ApiError::BadRequest(_)
            | ApiError::Blocked
            | ApiError::ChatGone => FileFailure::Trouble(FileTrouble::Gone),
            ApiError::Flood { retry_after } => FileFailure::NotNow(retry_after),
            ApiError::NotModified
            | ApiError::MessageGone
            | ApiError::CantParse
            | ApiError::QueryTooOld
            | ApiError::Unauthorized
            | ApiError::Conflict
            | ApiError::NotSent(_)
            | ApiError::Unknown(_) => FileFailure::NotNow(RETRY),
        })
    }
}

impl FileSource for TelegramFiles {
    fn fetch<'a>(&'a self, file_id: &'a str, max_bytes: u64) -> FileFuture<'a> {
        Box::pin(self.download(file_id, max_bytes))
    }
}

/// Fetches a file and looks into it; what Telegram or a name says about its type does not count.
pub(crate) async fn look(
    source: &dyn FileSource,
    incoming: &IncomingMedia,
) -> Result<Result<FileInput, FileTrouble>, Duration> {
    if incoming.bytes.is_some_and(|bytes| bytes > limits::DOWNLOAD_BYTES) {
        return Ok(Err(too_big()));
    }
    let bytes = match source.fetch(&incoming.file_id, limits::DOWNLOAD_BYTES).await {
        Ok(bytes) => bytes,
        Err(FileFailure::Trouble(trouble)) => return Ok(Err(trouble)),
        Err(FileFailure::NotNow(pause)) => return Err(pause),
    };
    Ok(inspected(&incoming.file_id, &bytes, incoming.duration_s))
}

/// What bytes are; the length that was told counts only where the headers tell none.
pub(crate) fn inspected(
    source: &str,
    bytes: &[u8],
    told_seconds: Option<u32>,
) -> Result<FileInput, FileTrouble> {
    match media::inspect(bytes) {
        Ok(found) => Ok(FileInput {
            source: source.to_owned(),
            kind: found.kind,
            mime: found.mime.to_owned(),
            bytes: found.bytes,
            width: found.width,
            height: found.height,
            duration_ms: found
                .duration_ms
                .or_else(|| told_seconds.map(|seconds| u64::from(seconds) * 1000)),
        }),
        Err(Unreadable::Unknown) => Err(FileTrouble::Unknown),
        Err(Unreadable::Damaged(_)) => Err(FileTrouble::Damaged),
    }
}

fn too_big() -> FileTrouble {
    FileTrouble::TooBig { megabytes: limits::DOWNLOAD_BYTES / 1_048_576 }
}
