//! `YooKassa` (developer documentation: "API", `/v3`).

use std::fmt;

use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Access, access};
use crate::cashier::{Bill, Failure, Found, Status};
use crate::{Offer, Payment, Provider, TIMEOUT, amount};

/// How many payments a page of the list has at most.
const PAGE: u32 = 100;

/// The shop at `YooKassa`.
#[derive(Clone, Debug)]
pub struct YooKassaSettings {
    /// `https://api.yookassa.ru/v3`.
    pub api_url: String,
    /// The shop's number.
    pub shop_id: String,
    /// The shop's key.
    pub secret_key: SecretString,
    /// Where the person comes back to after paying.
    pub return_url: String,
    /// To whom fiscal receipts are sent; without it `YooKassa` makes none.
    pub receipt_email: Option<String>,
}

/// The client of `YooKassa`. It asks once and says what is certain.
#[derive(Clone)]
pub struct YooKassa {
    settings: YooKassaSettings,
    http: reqwest::Client,
}

impl fmt::Debug for YooKassa {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("YooKassa").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Object {
    id: String,
    status: String,
    amount: Money,
    refunded_amount: Option<Money>,
    confirmation: Option<Confirmation>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Money {
    value: String,
    currency: String,
}

#[derive(Deserialize)]
struct Confirmation {
    confirmation_url: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    order_id: Option<String>,
    tg_user: Option<String>,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Object>,
    next_cursor: Option<String>,
}

impl YooKassa {
    /// A client of that shop; `http` should not follow redirects.
    #[must_use]
    pub fn new(settings: YooKassaSettings, http: reqwest::Client) -> Self {
        Self { settings, http }
    }

    /// Asks for a payment. The same key leads to the same payment, so an unknown outcome is asked
    /// for again.
    pub(crate) async fn create(
        &self,
        offer: &Offer,
        payment: &Payment,
        description: &str,
    ) -> Result<Bill, Failure> {
        let settings = &self.settings;
        let sum = json!({ "value": amount::written(payment.amount), "currency": "RUB" });
        let mut body = json!({
            "amount": sum,
            "capture": true,
            "confirmation": { "type": "redirect", "return_url": settings.return_url },
            "description": description,
            "metadata": {
                "order_id": payment.id.to_string(),
                "tg_user": payment.chat_id.to_string(),
            },
        });
        if let Some(email) = &settings.receipt_email {
            body["receipt"] = json!({
                "customer": { "email": email },
                "items": [{
                    "description": description,
                    "quantity": "1.00",
                    "amount": sum,
                    "vat_code": offer.receipt.vat_code,
                    "payment_mode": offer.receipt.payment_mode,
                    "payment_subject": offer.receipt.payment_subject,
                }],
            });
        }
        let request = self.request(Method::POST, "payments", Some(&payment.idem_key));
        let object: Object = read(request.json(&body)).await?;
        let url = object.confirmation.and_then(|confirmation| confirmation.confirmation_url);
        Ok(Bill { external_id: object.id, pay_url: url })
    }

    /// What `YooKassa` knows of a payment.
    pub(crate) async fn find(&self, external_id: &str) -> Result<Option<Found>, Failure> {
        // It becomes a part of an address.
        if !external_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(None);
        }
        let path = format!("payments/{external_id}");
        match read::<Object>(self.request(Method::GET, &path, None)).await {
            Ok(object) => Ok(Some(found(object))),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Payments that succeeded since a moment, one page; with where the next one begins.
    pub(crate) async fn succeeded_since(
        &self,
        since: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<Found>, Option<String>), Failure> {
        let mut query = url_query("created_at.gte", since);
        query.push_str(&format!("&status=succeeded&limit={PAGE}"));
        if let Some(cursor) = cursor {
            query.push('&');
            query.push_str(&url_query("cursor", cursor));
        }
        let request = self.request(Method::GET, &format!("payments?{query}"), None);
        let list: List = read(request).await?;
        Ok((list.items.into_iter().map(found).collect(), list.next_cursor))
    }

    /// Whether the shop's number and key are let in: a look at its list, which changes nothing.
    pub async fn access(&self) -> Access {
        let request = self.request(Method::GET, "payments?limit=1", None);
        access(read::<List>(request).await)
    }

    /// Gives a payment back, whole.
    pub(crate) async fn refund(
        &self,
        payment: &Payment,
        external_id: &str,
        key: &str,
    ) -> Result<(), Failure> {
        let body = json!({
            "payment_id": external_id,
            "amount": { "value": amount::written(payment.amount), "currency": "RUB" },
        });
        let request = self.request(Method::POST, "refunds", Some(key));
        let answer: Value = read(request.json(&body)).await?;
        match answer.get("status").and_then(Value::as_str) {
            Some("succeeded") => Ok(()),
            Some("canceled") => Err(Failure::Refused("the refund was cancelled".to_owned())),
            _ => Err(Failure::Unknown("the refund is not over yet".to_owned())),
        }
    }

    fn request(&self, method: Method, path: &str, key: Option<&str>) -> RequestBuilder {
        let settings = &self.settings;
        let request = self
            .http
            .request(method, format!("{}/{path}", settings.api_url))
            .basic_auth(&settings.shop_id, Some(settings.secret_key.expose_secret()))
            .timeout(TIMEOUT);
        match key {
            Some(key) => request.header("Idempotence-Key", key),
            None => request,
        }
    }
}

/// A parameter of an address; only what may stand there as it is, is left as it is.
fn url_query(name: &str, value: &str) -> String {
    let mut text = format!("{name}=");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn found(object: Object) -> Found {
    let kopecks = |money: &Money| amount::read(&money.value).map_or(-1, money::Rub::kopecks);
    let sum = kopecks(&object.amount);
    let refunded = object.refunded_amount.as_ref().map_or(0, kopecks);
    let status = match object.status.as_str() {
        "succeeded" if refunded >= sum && sum > 0 => Status::Refunded,
        "succeeded" => Status::Paid,
        "canceled" => Status::Over,
        _ => Status::Open,
    };
    let metadata = object.metadata.unwrap_or(Metadata { order_id: None, tg_user: None });
    Found {
        provider: Provider::YooKassa,
        external_id: object.id,
        order: metadata.order_id.and_then(|id| id.parse().ok()),
        payer: metadata.tg_user.and_then(|id| id.parse().ok()),
        currency: object.amount.currency,
        amount: sum,
        status,
    }
}

/// Sends a request and reads its answer ("general rules of handling answers": 500 means that the
/// outcome is unknown).
async fn read<T: serde::de::DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let response = request.send().await.map_err(|error| Failure::of_transport(&error))?;
    let status = response.status().as_u16();
    let body = response.bytes().await.map_err(|error| Failure::of_transport(&error))?;
    match status {
        200 => serde_json::from_slice(&body)
            .map_err(|_| Failure::Unknown("the answer has an unexpected shape".to_owned())),
        401 | 403 => Err(Failure::NoAccess),
        404 => Err(Failure::NotFound),
        429 => Err(Failure::NotNow),
        400..=499 => {
            let told: Value = serde_json::from_slice(&body).unwrap_or_default();
            let text = told.get("description").and_then(Value::as_str).unwrap_or_default();
            Err(Failure::Refused(text.chars().take(200).collect()))
        }
        _ => Err(Failure::Unknown(format!("HTTP {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_cannot_add_another() {
        assert_eq!(url_query("since", "a+b&c=d"), "since=a%2Bb%26c%3Dd");
    }

    #[test]
    fn the_fetched_object_says_what_became_of_a_payment() {
        let of = |status: &str, refunded: &str| {
            let object = json!({
                "id": "p", "status": status, "amount": {"value": "500.00", "currency": "RUB"},
                "refunded_amount": {"value": refunded, "currency": "RUB"},
                "metadata": {"tg_user": "7"},
            });
            let found = found(serde_json::from_value(object).unwrap());
            (found.status, found.amount, found.payer)
        };
        assert_eq!(of("succeeded", "0.00"), (Status::Paid, 50_000, Some(7)));
        assert_eq!(of("succeeded", "100.00"), (Status::Paid, 50_000, Some(7)));
        assert_eq!(of("succeeded", "500.00"), (Status::Refunded, 50_000, Some(7)));
        assert_eq!(of("canceled", "0.00").0, Status::Over);
        assert_eq!(of("pending", "0.00").0, Status::Open);
        assert_eq!(of("waiting_for_capture", "0.00").0, Status::Open);
    }
}
