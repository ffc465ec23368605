//! Guarded downloads: only where we mean to go, never into a private network.
//!
//! Addresses of results come from the provider's answers and links come from people: both are
//! untrusted. Every hop is checked before it is taken: the scheme, the host, the port, and every
//! address that the host's name stands for. The name is looked up once and the connection goes to
//! the very addresses that were checked, so a name that changes its meaning in between gains
//! nothing. Redirects are followed by hand, with the same checks, at most three.

mod address;
mod allow;
mod open;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

pub use address::is_public;
pub use allow::{AllowList, AllowListRefused};
pub use open::Opened;

/// Who gave the address, and so what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The provider: only hosts of the [`AllowList`], with its exceptions.
    Results,
    /// A person: any public host, https on port 443, no exceptions.
    PersonLink,
}

/// A complete download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The content.
    pub bytes: Bytes,
    /// What the server calls it; not to be trusted.
    pub content_type: Option<String>,
}

/// Why an address is not visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Not an absolute address with a host.
    #[error("not an address")]
    NotAnAddress,
    /// Neither https nor an exception for plain http.
    #[error("only https is allowed")]
    Scheme,
    /// A name or password stands in the address.
    #[error("an address with a name or password is not allowed")]
    Credentials,
    /// A port that is not meant for this host.
    #[error("this port is not allowed")]
    Port,
    /// A host outside the list.
    #[error("this host is not allowed")]
    Host,
    /// The host stands for an address that is not a public one.
    #[error("the host's address is not public")]
    PrivateAddress,
    /// More than three redirects.
    #[error("too many redirects")]
    TooManyRedirects,
}

/// Why there is no download. No variant holds the address, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The address breaks a rule; trying again cannot help.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The server says that there is nothing for us (HTTP 4xx).
    #[error("gone: HTTP {status}")]
    Gone {
        /// The status.
        status: u16,
    },
    /// More bytes than allowed.
    #[error("the file is too big")]
    TooBig,
    /// Network trouble, a timeout or HTTP 5xx: a later try may succeed.
    #[error("temporary: {0}")]
    Temporary(String),
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The downloader.
#[derive(Clone, Debug)]
pub struct Guard {
    allow: Arc<AllowList>,
}

/// The most redirects followed.
const REDIRECTS: usize = 3;
/// Sent with every request: the provider's edge refuses bare library names.
const USER_AGENT: &str = concat!("kiebot/", env!("CARGO_PKG_VERSION"));

/// A place that may be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Admitted {
    /// Whether the operator vouches for this very place, wherever its name leads.
    any_address: bool,
}

enum Hop {
    Done(Fetched),
    To(Url),
}

impl Guard {
    /// A downloader that takes results from the hosts of `allow`.
    #[must_use]
    pub fn new(allow: AllowList) -> Self {
        Self { allow: Arc::new(allow) }
    }

    /// Downloads `url`, at most `max_bytes` of it, within `timeout` in all.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch(
        &self,
        audience: Audience,
        url: &str,
        max_bytes: u64,
        timeout: Duration,
    ) -> Result<Fetched, FetchError> {
        let url = Url::parse(url.trim()).map_err(|_| Refusal::NotAnAddress)?;
        tokio::time::timeout(timeout, self.follow(audience, url, max_bytes))
            .await
            .unwrap_or_else(|_| Err(FetchError::Temporary("timed out".into())))
    }

    /// Whether an address would be visited, as far as it can be told without looking up its name.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self, audience: Audience, url: &str) -> Result<(), Refusal> {
        let url = Url::parse(url.trim()).map_err(|_| Refusal::NotAnAddress)?;
        let admitted = self.admit(audience, &url)?;
        match literal(&url) {
            Some(ip) => checked(vec![SocketAddr::new(ip, 0)], admitted).map(drop),
            None => Ok(()),
        }
    }

    async fn follow(
        &self,
        audience: Audience,
        mut url: Url,
        max_bytes: u64,
    ) -> Result<Fetched, FetchError> {
        for _ in 0..=REDIRECTS {
            let admitted = self.admit(audience, &url)?;
            let addresses = checked(look_up(&url).await?, admitted)?;
            match visit(&url, addresses, max_bytes).await? {
                Hop::Done(fetched) => return Ok(fetched),
                Hop::To(next) => url = next,
            }
        }
        Err(Refusal::TooManyRedirects.into())
    }

    fn admit(&self, audience: Audience, url: &Url) -> Result<Admitted, Refusal> {
        let host = url.host().ok_or(Refusal::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        if audience == Audience::Results && self.allow.vouched(url) {
            return Ok(Admitted { any_address: true });
        }
        if url.scheme() != "https" {
            return Err(Refusal::Scheme);
        }
        match audience {
            Audience::Results if !self.allow.lists(&host) => Err(Refusal::Host),
            Audience::Results | Audience::PersonLink => {
                if url.port_or_known_default() == Some(443) {
                    Ok(Admitted { any_address: false })
                } else {
                    Err(Refusal::Port)
                }
            }
        }
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

async fn look_up(url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
    let port = url.port_or_known_default().ok_or(Refusal::Port)?;
    if let Some(ip) = literal(url) {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let host = url.host_str().ok_or(Refusal::NotAnAddress)?;
    match tokio::net::lookup_host((host, port)).await {
        Ok(found) => Ok(found.collect()),
        Err(_) => Err(FetchError::Temporary("the host's name could not be looked up".into())),
    }
}

/// One address that is not public spoils the host: an honest one has none.
fn checked(addresses: Vec<SocketAddr>, admitted: Admitted) -> Result<Vec<SocketAddr>, Refusal> {
    let fine = admitted.any_address || addresses.iter().all(|address| is_public(address.ip()));
    if fine { Ok(addresses) } else { Err(Refusal::PrivateAddress) }
}

/// Answers every question for a name with the addresses that were checked.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _name: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

async fn visit(url: &Url, addresses: Vec<SocketAddr>, max_bytes: u64) -> Result<Hop, FetchError> {
    let response = ask(url, addresses, None).await?;
    if response.status().is_redirection() {
        return target(url, &response).map(Hop::To);
    }
    match response.status().as_u16() {
        200 | 203 => read(response, max_bytes).await.map(Hop::Done),
        status => Err(refused(status)),
    }
}

/// What a status that brings no content means.
fn refused(status: u16) -> FetchError {
    match status {
        408 | 425 | 429 => FetchError::Temporary(format!("HTTP {status}")),
        400..=499 => FetchError::Gone { status },
        _ => FetchError::Temporary(format!("HTTP {status}")),
    }
}

/// Where a redirect leads.
fn target(url: &Url, response: &reqwest::Response) -> Result<Url, FetchError> {
    let status = response.status();
    response
        .headers()
        .get(reqwest::header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| url.join(value).ok())
        .ok_or_else(|| FetchError::Temporary(format!("HTTP {status} leads nowhere")))
}

/// Asks one place, whose addresses were checked, for all of it or for a range of its bytes.
async fn ask(
    url: &Url,
    addresses: Vec<SocketAddr>,
    range: Option<&str>,
) -> Result<reqwest::Response, FetchError> {
    if addresses.is_empty() {
        return Err(FetchError::Temporary("the host has no address".into()));
    }
    let client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(Arc::new(Pinned(addresses)))
        .connect_timeout(Duration::from_secs(10))
        .build()
        .map_err(temporary)?;
    let mut request = client.get(url.clone());
    if let Some(range) = range {
        request = request.header(reqwest::header::RANGE, range);
    }
    request.send().await.map_err(temporary)
}

async fn read(mut response: reqwest::Response, max_bytes: u64) -> Result<Fetched, FetchError> {
    if response.content_length().is_some_and(|length| length > max_bytes) {
        return Err(FetchError::TooBig);
    }
    let content_type = response
        .headers()
        .get(reqwest::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(temporary)? {
        let length = u64::try_from(bytes.len() + chunk.len()).map_err(|_| FetchError::TooBig)?;
        if length > max_bytes {
            return Err(FetchError::TooBig);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched { bytes: bytes.freeze(), content_type })
}

/// The error with its causes, without the address.
fn temporary(error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    FetchError::Temporary(text)
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pinned").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests;
