//! Downloads that are passed on while they come in.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{self, HeaderName};
use url::Url;

use crate::temporary;
use crate::{
    Audience, FetchError, Guard, REDIRECTS, Refusal, ask, checked, look_up, refused, target,
};

/// A download that has begun. Its content is read by [`Opened::chunk`].
#[derive(Debug)]
pub struct Opened {
    response: reqwest::Response,
}

impl Guard {
    /// Begins to download `url`, all of it or the range that a `Range` header names; `timeout` is
    /// for the beginning alone.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn open(
        &self,
        audience: Audience,
        url: &str,
        range: Option<&str>,
        timeout: Duration,
    ) -> Result<Opened, FetchError> {
        let mut url = Url::parse(url.trim()).map_err(|_| Refusal::NotAnAddress)?;
        let begin = async {
            for _ in 0..=REDIRECTS {
                let admitted = self.admit(audience, &url)?;
                let addresses = checked(look_up(&url).await?, admitted)?;
                let response = ask(&url, addresses, range).await?;
                if response.status().is_redirection() {
                    url = target(&url, &response)?;
                    continue;
                }
                return match response.status().as_u16() {
                    200 | 203 | 206 => Ok(Opened { response }),
                    status => Err(refused(status)),
                };
            }
            Err(Refusal::TooManyRedirects.into())
        };
        tokio::time::timeout(timeout, begin)
            .await
            .unwrap_or_else(|_| Err(FetchError::Temporary("timed out".into())))
    }
}

impl Opened {
    /// Whether this is only the range that was asked for.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.response.status() == reqwest::StatusCode::PARTIAL_CONTENT
    }

    /// How many bytes come, when the server says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// Which bytes of how many come, as the server says it.
    #[must_use]
    pub fn content_range(&self) -> Option<&str> {
        self.text(&header::CONTENT_RANGE)
    }

    fn text(&self, name: &HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// [`FetchError::Temporary`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        self.response.chunk().await.map_err(temporary)
    }
}
