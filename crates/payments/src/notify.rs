//! Notifications of providers: who may send them, and what they are about. They are believed for
//! nothing but "look now".

use std::net::IpAddr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::Provider;

/// From where `YooKassa` sends (its documentation: notifications, addresses).
const YOOKASSA: [&str; 7] = [
    "185.71.76.0/27",
    "185.71.77.0/27",
    "77.75.153.0/25",
    "77.75.156.11/32",
    "77.75.156.35/32",
    "77.75.154.128/25",
    "2a02:5180::/32",
];

/// A notification as it came.
#[derive(Clone, Copy, Debug)]
pub struct Notification<'a> {
    /// Who connected.
    pub peer: Option<IpAddr>,
    /// The header `X-Forwarded-For`, when there is one.
    pub forwarded: Option<&'a str>,
    /// The header `crypto-pay-api-signature`.
    pub signature: Option<&'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// What to answer to a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// It is taken in, or is of no interest.
    Ok,
    /// It does not come from the provider.
    Refused,
    /// There is no such way to pay here.
    NotFound,
}

/// Networks whose word about a sender's address is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(Vec<Network>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Sources {
    /// Reads addresses and networks such as `10.0.0.0/8`; `None` when one cannot be read.
    #[must_use]
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        words.into_iter().map(Network::parse).collect::<Option<Vec<_>>>().map(Self)
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }

    /// Where a request really comes from: who connected, or, when that is a proxy of ours, the
    /// last of the forwarded addresses that is not one. The first ones are the sender's own words.
    fn origin(&self, peer: IpAddr, forwarded: Option<&str>) -> Option<IpAddr> {
        let peer = plain(peer);
        if !self.has(peer) {
            return Some(peer);
        }
        let mut hops = forwarded.unwrap_or_default().rsplit(',').map(str::trim);
        let first = hops
            .find(|hop| hop.parse::<IpAddr>().map_or(true, |address| !self.has(plain(address))))?;
        first.parse().ok().map(plain)
    }
}

/// An IPv4 address that came as IPv6.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    fn has(self, address: IpAddr) -> bool {
        let width = |bits: u8, all: u8| u32::from(all - bits.min(all));
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let shift = width(self.bits, 32);
                ours.to_bits().checked_shr(shift) == theirs.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let shift = width(self.bits, 128);
                ours.to_bits().checked_shr(shift) == theirs.to_bits().checked_shr(shift)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether a notification comes from where `YooKassa` sends; it signs nothing.
pub(crate) fn from_yookassa(trusted: &Sources, notification: &Notification<'_>) -> bool {
    let Some(peer) = notification.peer else { return false };
    let Some(origin) = trusted.origin(peer, notification.forwarded) else { return false };
    Sources::parse(YOOKASSA).is_some_and(|sources| sources.has(origin))
}

/// Whether Crypto Pay signed exactly this body with the application's token.
pub(crate) fn signed_by_crypto_pay(token: &SecretString, signature: &str, body: &[u8]) -> bool {
    let key = Sha256::digest(token.expose_secret().as_bytes());
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
    mac.update(body);
    let right: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    bool::from(right.as_bytes().ct_eq(signature.trim().as_bytes()))
}

/// What a notification is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The provider's name of the payment.
    pub(crate) external_id: String,
    /// Our order, as the body says.
    pub(crate) order: Option<Uuid>,
}

#[derive(Deserialize)]
struct YooKassaBody {
    event: String,
    object: YooKassaObject,
}

#[derive(Deserialize)]
struct YooKassaObject {
    id: String,
    payment_id: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    order_id: Option<String>,
}

#[derive(Deserialize)]
struct CryptoBody {
    payload: CryptoInvoice,
}

#[derive(Deserialize)]
struct CryptoInvoice {
    invoice_id: i64,
    payload: Option<String>,
}

/// Which payment a notification is about; `None` when it cannot be read.
pub(crate) fn subject(provider: Provider, body: &[u8]) -> Option<Subject> {
    let order = |text: Option<String>| text.and_then(|text| text.parse().ok());
    match provider {
        Provider::YooKassa => {
            let body: YooKassaBody = serde_json::from_slice(body).ok()?;
            let object = body.object;
            // A refund names its payment beside its own id.
            let external_id = match body.event.starts_with("refund.") {
                true => object.payment_id?,
                false => object.id,
            };
            let order = order(object.metadata.and_then(|metadata| metadata.order_id));
            Some(Subject { external_id, order })
        }
        Provider::CryptoPay => {
            let body: CryptoBody = serde_json::from_slice(body).ok()?;
            let CryptoInvoice { invoice_id, payload } = body.payload;
            Some(Subject { external_id: invoice_id.to_string(), order: order(payload) })
        }
        Provider::Stars | Provider::Telegram | Provider::Manual => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::{collection, option};

    use super::*;

    const TOKEN: &str = "12345:AAzQcZWQqQAbsfgPnOLr4FHC8Doa4L7KryC";
    const BODY: &str = concat!(
        r#"{"update_id":1,"update_type":"invoice_paid","#,
        r#""request_date":"2026-11-20T12:00:00.000Z","payload":{"invoice_id":528890,"#,
        r#""status":"paid","currency_type":"fiat","fiat":"RUB","amount":"500","#,
        r#""payload":"ord_01"}}"#
    );
    const SIGNATURE: &str = "1782aeebfc01caf409247d0b04516c5280ae7e6df3ea2d46fcff6573dfc54921";

    #[test]
    fn the_signature_of_crypto_pay_is_over_the_raw_body() {
        let right = |token: &str, signature: &str, body: &str| {
            signed_by_crypto_pay(&SecretString::from(token), signature, body.as_bytes())
        };
        assert!(right(TOKEN, SIGNATURE, BODY));
        assert!(!right(TOKEN, SIGNATURE, &BODY.replace("\"500\"", "\"501\"")));
        assert!(!right(TOKEN, SIGNATURE, &format!("{BODY} ")));
        assert!(!right("12345:other", SIGNATURE, BODY));
        assert!(!right(TOKEN, "", BODY));
        assert!(!right(TOKEN, &SIGNATURE[1..], BODY));
    }

    #[test]
    fn a_notification_of_yookassa_comes_from_its_networks_only() {
        let proxies = Sources::parse(["10.0.0.0/8", "127.0.0.1"]).unwrap();
        let ours = |peer: &str, forwarded: Option<&str>| {
            let peer = Some(peer.parse().unwrap());
            let notification = Notification { peer, forwarded, signature: None, body: b"" };
            from_yookassa(&proxies, &notification)
        };
        for (peer, forwarded, right) in [
            ("185.71.76.1", None, true),
            ("185.71.76.31", None, true),
            ("185.71.76.32", None, false),
            ("77.75.156.11", None, true),
            ("77.75.156.12", None, false),
            ("77.75.154.127", None, false),
            ("77.75.154.200", None, true),
            ("2a02:5180::1", None, true),
            ("2a02:5181::1", None, false),
            ("::ffff:185.71.77.5", None, true),
            // A stranger's word about himself is worth nothing.
            ("8.8.8.8", Some("185.71.76.1"), false),
            ("10.1.2.3", Some("185.71.76.1"), true),
            ("10.1.2.3", Some("185.71.76.1, 8.8.8.8"), false),
            ("10.1.2.3", Some("8.8.8.8, 185.71.76.1"), true),
            ("10.1.2.3", Some("185.71.76.1, 10.9.9.9"), true),
            ("10.1.2.3", Some("185.71.76.1, nonsense"), false),
            ("10.1.2.3", None, false),
        ] {
            assert_eq!(ours(peer, forwarded), right, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn networks_are_read_strictly() {
        assert!(Sources::parse(["10.0.0.0/8", "::1"]).is_some());
        for wrong in ["10.0.0.0/33", "10.0.0", "::/129", "host", "1.2.3.4/x"] {
            assert_eq!(Sources::parse([wrong]), None, "{wrong}");
        }
        let all = Sources::parse(["0.0.0.0/0"]).unwrap();
        assert!(all.has("8.8.8.8".parse().unwrap()));
    }

    #[test]
    fn a_notification_names_its_payment() {
        let read = |provider, body: &str| subject(provider, body.as_bytes());
        let payment = r#"{"type":"notification","event":"payment.succeeded","object":{"id":"p-1",
            "metadata":{"order_id":"00000000-0000-0000-0000-000000000007"}}}"#;
        let order = Some(Uuid::from_u128(7));
        let expected = Subject { external_id: "p-1".to_owned(), order };
        assert_eq!(read(Provider::YooKassa, payment), Some(expected));
        let refund = r#"{"type":"notification","event":"refund.succeeded",
            "object":{"id":"r-1","payment_id":"p-1"}}"#;
        let expected = Subject { external_id: "p-1".to_owned(), order: None };
        assert_eq!(read(Provider::YooKassa, refund), Some(expected));
        let expected = Subject { external_id: "528890".to_owned(), order: None };
        assert_eq!(read(Provider::CryptoPay, BODY), Some(expected));
        assert_eq!(read(Provider::YooKassa, "{}"), None);
        assert_eq!(read(Provider::CryptoPay, "nonsense"), None);
    }

    proptest! {
        /// Whatever is sent, from wherever it says to come: it is refused or of no interest.
        #[test]
        fn no_notification_makes_the_reader_panic(
            body in prop_oneof![
                collection::vec(any::<u8>(), 0..200),
                damaged(BODY),
                damaged(r#"{"event":"refund.succeeded","object":{"id":"r-1","payment_id":"p-1",
                    "metadata":{"order_id":"00000000-0000-0000-0000-000000000007"}}}"#),
            ],
            signature in ".{0,70}",
            forwarded in option::of("[0-9a-f:., ]{0,60}"),
            peer in any::<u32>(),
        ) {
            for provider in Provider::ALL {
                subject(provider, &body);
            }
            prop_assert!(!signed_by_crypto_pay(&SecretString::from(TOKEN), &signature, &body));
            let proxies = Sources::parse(["10.0.0.0/8", "0.0.0.0/1"]).unwrap();
            let peer = Some(IpAddr::V4(peer.into()));
            let forwarded = forwarded.as_deref();
            let notification = Notification { peer, forwarded, signature: None, body: &body };
            from_yookassa(&proxies, &notification);
        }

        #[test]
        fn no_network_makes_the_reader_panic(text in "[0-9a-f:./]{0,40}|\\PC{0,40}") {
            let _sources = Sources::parse([text.as_str()]);
        }
    }

    /// A real notification with a few bytes changed, left out or put in.
    fn damaged(text: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
        let whole = text.as_bytes().to_vec();
        collection::vec(
            (any::<prop::sample::Index>(), option::of(any::<u8>()), any::<bool>()),
            0..6,
        )
        .prop_map(move |wounds| {
            let mut bytes = whole.clone();
            for (place, byte, inserts) in wounds {
                let at = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
                match byte {
                    Some(byte) if inserts => bytes.insert(at, byte),
                    Some(byte) => {
                        if let Some(old) = bytes.get_mut(at) {
                            *old = byte;
                        }
                    }
                    None if bytes.is_empty() => {}
                    None => {
                        bytes.remove(at);
                    }
                }
            }
            bytes
        })
    }
}
