//! Files that people name by a link: fetched by us, looked into, and never passed on as a link.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use catalog::FileInput;
use fetch::{Audience, FetchError, Guard};
use generation::{InputFailure, InputFiles, PortFuture};

use crate::files::{self, FileFailure, FileFuture, FileSource, TelegramFiles};
use crate::fixes;
use crate::view::FileTrouble;

/// The most bytes of a file that a link brings.
pub(crate) const LINK_MAX_BYTES: u64 = 100 * 1024 * 1024;

/// The longest address that is kept.
const LINK_MAX_LENGTH: usize = 2000;

/// How long one download may take.
const LINK_TIMEOUT: Duration = Duration::from_secs(30);

/// When a server did not answer this time.
const RETRY: Duration = Duration::from_secs(5);

/// What fetches the files behind people's links.
pub trait LinkSource: Send + Sync {
    /// Fetches at most `max_bytes` from a public address.
    fn fetch<'a>(&'a self, url: &'a str, max_bytes: u64) -> FileFuture<'a>;
}

/// Links through the guard: public hosts, https, each redirect checked anew.
#[derive(Clone, Debug)]
pub struct GuardedLinks(Guard);

impl GuardedLinks {
    /// Links through this guard.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        Self(guard)
    }

    async fn download(&self, url: &str, max_bytes: u64) -> Result<Bytes, FileFailure> {
        let fetched = self.0.fetch(Audience::PersonLink, url, max_bytes, LINK_TIMEOUT).await;
        fetched.map(|fetched| fetched.bytes).map_err(|error| match error {
            FetchError::Refused(_) => FileFailure::Trouble(FileTrouble::LinkRefused),
            FetchError::Gone { .. } => FileFailure::Trouble(FileTrouble::LinkGone),
            FetchError::TooBig => FileFailure::Trouble(too_big()),
            FetchError::Temporary(_) => FileFailure::NotNow(RETRY),
        })
    }
}

impl LinkSource for GuardedLinks {
    fn fetch<'a>(&'a self, url: &'a str, max_bytes: u64) -> FileFuture<'a> {
        Box::pin(self.download(url, max_bytes))
    }
}

/// Everything that people give: files of Telegram by their `file_id`, others by their link.
#[derive(Clone)]
pub struct PersonFiles {
    telegram: TelegramFiles,
    links: Arc<dyn LinkSource>,
}

impl PersonFiles {
    /// Files from these two sources.
    #[must_use]
    pub fn new(telegram: TelegramFiles, links: Arc<dyn LinkSource>) -> Self {
        Self { telegram, links }
    }

    async fn download(&self, source: &str, max_bytes: u64) -> Result<Bytes, FileFailure> {
        if let Some((how, original)) = fixes::original(source) {
            let bytes = Box::pin(self.download(original, max_bytes)).await?;
            fixes::remade(bytes, how).await
        } else if link_of(source).is_some() {
            self.links.fetch(source, max_bytes.min(LINK_MAX_BYTES)).await
        } else {
            FileSource::fetch(&self.telegram, source, max_bytes).await
        }
    }
}

impl FileSource for PersonFiles {
    fn fetch<'a>(&'a self, source: &'a str, max_bytes: u64) -> FileFuture<'a> {
        Box::pin(self.download(source, max_bytes))
    }
}

impl InputFiles for PersonFiles {
    fn fetch<'a>(
        &'a self,
        source: &'a str,
        max_bytes: u64,
    ) -> PortFuture<'a, Result<Bytes, InputFailure>> {
        Box::pin(async move {
            self.download(source, max_bytes).await.map_err(|failure| match failure {
                FileFailure::Trouble(trouble) => InputFailure::Gone(format!("{trouble:?}")),
                FileFailure::NotNow(pause) => InputFailure::NotNow(pause),
            })
        })
    }
}

/// The address that a text is, when it is one and nothing else. No `file_id` of Telegram looks so.
pub(crate) fn link_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let scheme = text.get(..8).map(str::to_ascii_lowercase)?;
    let is_link = scheme.starts_with("https://") || scheme.starts_with("http://");
    let whole = !text.contains(char::is_whitespace) && text.len() <= LINK_MAX_LENGTH;
    (is_link && whole).then_some(text)
}

/// Fetches what a link leads to and looks into it.
pub(crate) async fn look(
    source: &dyn FileSource,
    url: &str,
) -> Result<Result<FileInput, FileTrouble>, Duration> {
    match source.fetch(url, LINK_MAX_BYTES).await {
        Ok(bytes) => Ok(files::inspected(url, &bytes, None)),
        Err(FileFailure::Trouble(trouble)) => Ok(Err(trouble)),
        Err(FileFailure::NotNow(pause)) => Err(pause),
    }
}

fn too_big() -> FileTrouble {
    FileTrouble::LinkTooBig { megabytes: LINK_MAX_BYTES / 1_048_576 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_link_when_it_is_nothing_else() {
        for link in ["https://example.com/a.jpg", " HTTP://example.com ", "https://[::1]/x"] {
            assert_eq!(link_of(link), Some(link.trim()), "{link}");
        }
        let long = format!("https://example.com/{}", "a".repeat(LINK_MAX_LENGTH));
        for other in ["", "https", "кот https://example.com", "AgACAgIAAxkBAAI", "ftp://a.b", &long]
        {
            assert_eq!(link_of(other), None, "{other}");
        }
    }
}
