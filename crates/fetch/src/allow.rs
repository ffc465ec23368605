//! Where results may come from.

use thiserror::Error;
use url::{Host, Url};

/// Domains that the provider serves files from (KIE docs: examples of result and upload links).
const PROVIDER_DOMAINS: [&str; 3] = ["aiquickdraw.com", "redpandaai.co", "kie.ai"];

/// The hosts that results may be downloaded from.
///
/// A listed domain admits itself and its subdomains: https, port 443, public addresses. An
/// exception admits one exact place, whatever address its name stands for, plain http included if
/// that is its scheme: the operator named it on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowList {
    domains: Vec<String>,
    exceptions: Vec<Exception>,
}

/// An exact place; `None` admits every http(s) scheme or every port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    scheme: Option<String>,
    host: Host<String>,
    port: Option<u16>,
}

/// A setting that is neither a host nor an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a host, host:port or http(s) address: {0}")]
pub struct AllowListRefused(pub String);

impl AllowList {
    /// The provider's own domains, the exact places of the provider's configured addresses
    /// (`KIE_API_URL`, `KIE_UPLOAD_URL`), and more hosts of the operator's choice.
    ///
    /// A host of `more` may be written in four ways: `cdn.example.com` (the domain by https, and
    /// this very host in any way), `*.example.com` (the domain by https only), `10.0.0.5:9000` (this
    /// host and port), `http://10.0.0.5:9000` (this scheme, host and port).
    ///
    /// # Errors
    /// [`AllowListRefused`] with the entry that cannot be read.
    pub fn new(provider_urls: &[&str], more: &[String]) -> Result<Self, AllowListRefused> {
        let domains = PROVIDER_DOMAINS.iter().map(|domain| (*domain).to_owned()).collect();
        let mut list = Self { domains, exceptions: Vec::new() };
        for url in provider_urls {
            let place = place(url).ok_or_else(|| AllowListRefused((*url).to_owned()))?;
            // The provider's real hosts are reached by the ordinary rules and need no exception.
            let ordinary = place.scheme.as_deref() == Some("https")
                && place.port == Some(443)
                && list.lists(&borrowed(&place.host));
            if !ordinary {
                list.exceptions.push(place);
            }
        }
        for entry in more.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
            list.add(entry).ok_or_else(|| AllowListRefused(entry.to_owned()))?;
        }
        Ok(list)
    }

    fn add(&mut self, entry: &str) -> Option<()> {
        if entry.contains("://") {
            self.exceptions.push(place(entry)?);
            return Some(());
        }
        if let Some(domain) = entry.strip_prefix("*.") {
            let Host::Domain(domain) = Host::parse(domain).ok()? else { return None };
            self.domains.push(domain);
            return Some(());
        }
        if let Ok(host) = Host::parse(entry) {
            if let Host::Domain(domain) = &host {
                self.domains.push(domain.clone());
            }
            self.exceptions.push(Exception { scheme: None, host, port: None });
            return Some(());
        }
        let (host, port) = entry.rsplit_once(':')?;
        let (host, port) = (Host::parse(host).ok()?, Some(port.parse().ok()?));
        self.exceptions.push(Exception { scheme: None, host, port });
        Some(())
    }

    /// Whether the host is a listed domain or below one.
    pub(crate) fn lists(&self, host: &Host<&str>) -> bool {
        let Host::Domain(host) = host else { return false };
        self.domains.iter().any(|domain| {
            host.strip_suffix(domain.as_str())
                .is_some_and(|below| below.is_empty() || below.ends_with('.'))
        })
    }

    /// Whether the address is at a place that the operator named.
    pub(crate) fn vouched(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return false;
        };
        matches!(url.scheme(), "http" | "https")
            && self.exceptions.iter().any(|place| {
                borrowed(&place.host) == host
                    && place.port.is_none_or(|only| only == port)
                    && place.scheme.as_deref().is_none_or(|only| only == url.scheme())
            })
    }
}

fn borrowed(host: &Host<String>) -> Host<&str> {
    match host {
        Host::Domain(domain) => Host::Domain(domain),
        Host::Ipv4(ip) => Host::Ipv4(*ip),
        Host::Ipv6(ip) => Host::Ipv6(*ip),
    }
}

fn place(address: &str) -> Option<Exception> {
    let url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    Some(Exception {
        scheme: Some(url.scheme().to_owned()),
        host: url.host()?.to_owned(),
        port: Some(url.port_or_known_default()?),
    })
}
