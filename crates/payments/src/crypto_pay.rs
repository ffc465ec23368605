//! Crypto Pay of `@CryptoBot` (help.send.tg: Crypto Pay API).

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Access, access};
use crate::cashier::{Bill, Failure, Found, Status};
use crate::{Payment, Provider, TIMEOUT, amount};

/// How many invoices one question answers at most.
const PAGE: i64 = 1000;

/// The application at Crypto Pay.
#[derive(Clone, Debug)]
pub struct CryptoPaySettings {
    /// `https://pay.crypt.bot`.
    pub api_url: String,
    /// `<application>:<secret>`.
    pub token: SecretString,
}

/// The client of Crypto Pay. It asks once and says what is certain.
#[derive(Clone)]
pub struct CryptoPay {
    settings: CryptoPaySettings,
    http: reqwest::Client,
}

impl fmt::Debug for CryptoPay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CryptoPay").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Value>,
    error: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    code: Option<i64>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Invoice {
    invoice_id: i64,
    status: String,
    fiat: Option<String>,
    asset: Option<String>,
    amount: String,
    bot_invoice_url: Option<String>,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct Invoices {
    items: Vec<Invoice>,
}

impl CryptoPay {
    /// A client of that application; `http` should not follow redirects.
    #[must_use]
    pub fn new(settings: CryptoPaySettings, http: reqwest::Client) -> Self {
        Self { settings, http }
    }

    pub(crate) fn token(&self) -> &SecretString {
        &self.settings.token
    }

    /// Makes an invoice. There is no key that would make a repetition harmless: whoever asked
    /// before looks with [`Self::find_by_order`] first.
    pub(crate) async fn create(
        &self,
        payment: &Payment,
        description: &str,
        seconds: i64,
    ) -> Result<Bill, Failure> {
        let body = json!({
            "currency_type": "fiat",
            "fiat": "RUB",
            "amount": amount::written(payment.amount),
            "description": description,
            "payload": payment.id.to_string(),
            "allow_comments": false,
            "expires_in": seconds.max(60),
        });
        let invoice: Invoice = self.call("createInvoice", &body).await?;
        Ok(bill(invoice))
    }

    /// The invoice that was made for a payment when its answer was lost.
    pub(crate) async fn find_by_order(&self, payment: &Payment) -> Result<Option<Bill>, Failure> {
        let order = payment.id.to_string();
        let list: Invoices = self.call("getInvoices", &json!({ "count": PAGE })).await?;
        let ours = |invoice: &Invoice| invoice.payload.as_deref() == Some(&order);
        Ok(list.items.into_iter().find(ours).map(bill))
    }

    /// What Crypto Pay knows of an invoice.
    pub(crate) async fn find(&self, external_id: &str) -> Result<Option<Found>, Failure> {
        let body = json!({ "invoice_ids": external_id });
        let list: Invoices = self.call("getInvoices", &body).await?;
        let found = list.items.into_iter().map(found);
        Ok(found.into_iter().find(|found| found.external_id == external_id))
    }

    /// The latest paid invoices, one page, and whether there may be more.
    pub(crate) async fn paid(&self, offset: i64) -> Result<(Vec<Found>, bool), Failure> {
        let body = json!({ "status": "paid", "offset": offset, "count": PAGE });
        let list: Invoices = self.call("getInvoices", &body).await?;
        let more = i64::try_from(list.items.len()).is_ok_and(|count| count >= PAGE);
        Ok((list.items.into_iter().map(found).collect(), more))
    }

    /// Whether the application's token is let in: a look at its list, which changes nothing.
    pub async fn access(&self) -> Access {
        access(self.call::<Invoices>("getInvoices", &json!({ "count": 1 })).await)
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        body: &Value,
    ) -> Result<T, Failure> {
        let request = self
            .http
            .post(format!("{}/api/{method}", self.settings.api_url))
            .header("Crypto-Pay-API-Token", self.settings.token.expose_secret())
            .timeout(TIMEOUT)
            .json(body);
        let response = request.send().await.map_err(|error| Failure::of_transport(&error))?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| Failure::of_transport(&error))?;
        let Ok(envelope) = serde_json::from_slice::<Envelope>(&body) else {
            return Err(match status {
                429 => Failure::NotNow,
                _ => Failure::Unknown(format!("HTTP {status} without an answer")),
            });
        };
        if envelope.ok {
            return serde_json::from_value(envelope.result.unwrap_or_default())
                .map_err(|_| Failure::Unknown("the answer has an unexpected shape".to_owned()));
        }
        let told = envelope.error.unwrap_or(Told { code: None, name: None });
        let name = told.name.unwrap_or_default();
        Err(match told.code.unwrap_or_else(|| status.into()) {
            401 | 403 => Failure::NoAccess,
            429 => Failure::NotNow,
            400..=499 => Failure::Refused(name.chars().take(200).collect()),
            _ => Failure::Unknown(name.chars().take(200).collect()),
        })
    }
}

fn bill(invoice: Invoice) -> Bill {
    Bill { external_id: invoice.invoice_id.to_string(), pay_url: invoice.bot_invoice_url }
}

fn found(invoice: Invoice) -> Found {
    Found {
        provider: Provider::CryptoPay,
        external_id: invoice.invoice_id.to_string(),
        order: invoice.payload.and_then(|payload| payload.parse().ok()),
        // Who pays may be anonymous; the bill was given to one person only.
        payer: None,
        currency: invoice.fiat.or(invoice.asset).unwrap_or_default(),
        amount: amount::read(&invoice.amount).map_or(-1, money::Rub::kopecks),
        status: match invoice.status.as_str() {
            "paid" => Status::Paid,
            "expired" => Status::Over,
            _ => Status::Open,
        },
    }
}
