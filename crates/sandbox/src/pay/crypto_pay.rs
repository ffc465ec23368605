//! Crypto Pay as its documentation says: invoices and signed notifications. It has no refunds.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{CRYPTO_TOKEN, Fault, Held, Holder, PayWorld, Stage};

type Answer = (StatusCode, Json<Value>);

pub(super) fn routes() -> Router<PayWorld> {
    Router::new().route("/api/createInvoice", post(create)).route("/api/getInvoices", post(list))
}

fn error(status: StatusCode, name: &str) -> Answer {
    let told = json!({ "code": status.as_u16(), "name": name });
    (status, Json(json!({ "ok": false, "error": told })))
}

fn at_once(fault: Option<Fault>) -> Option<Answer> {
    match fault {
        Some(Fault::Broken) => Some(error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL")),
        Some(Fault::Busy) => Some(error(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS")),
        Some(Fault::Refused) => Some(error(StatusCode::BAD_REQUEST, "AMOUNT_INVALID")),
        Some(Fault::BrokenAfterEffect) | None => None,
    }
}

fn let_in(headers: &HeaderMap) -> Result<(), Answer> {
    let given = headers.get("crypto-pay-api-token").and_then(|value| value.to_str().ok());
    if given == Some(CRYPTO_TOKEN) {
        return Ok(());
    }
    Err(error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED"))
}

fn invoice(url: &str, held: &Held) -> Value {
    let status = match held.stage {
        Stage::Pending => "active",
        Stage::Paid => "paid",
        Stage::Cancelled => "expired",
    };
    json!({
        "invoice_id": held.id.parse::<i64>().unwrap_or_default(),
        "hash": format!("IV{}", held.id),
        "status": status,
        "currency_type": "fiat",
        "fiat": held.currency,
        "amount": held.amount.trim_end_matches('0').trim_end_matches('.'),
        "bot_invoice_url": format!("{url}/pay/{}", held.id),
        "payload": held.note,
        "created_at": super::page::iso(held.created_ms),
    })
}

async fn create(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    let fault = world.fault("create");
    if let Some(answer) = at_once(fault) {
        return Ok(answer);
    }
    let known = [
        "currency_type",
        "fiat",
        "amount",
        "description",
        "payload",
        "allow_comments",
        "expires_in",
    ];
    let fields = body.as_object().cloned().unwrap_or_default();
    let seconds = body["expires_in"].as_i64().unwrap_or(0);
    let right = fields.keys().all(|name| known.contains(&name.as_str()))
        && body["currency_type"] == "fiat"
        && body["amount"].is_string()
        && body["description"].as_str().unwrap_or_default().len() <= 1024
        && body["payload"].as_str().unwrap_or_default().len() <= 4096
        && (1..=2_678_400).contains(&seconds);
    if !right {
        world.violates(format!("Crypto Pay: an invoice of a wrong shape: {body}"));
        return Err(error(StatusCode::BAD_REQUEST, "PARAM_INVALID"));
    }
    let now = world.now();
    let mut state = world.lock();
    let held = Held {
        id: (528_890 + state.held.len()).to_string(),
        holder: Holder::CryptoPay,
        amount: body["amount"].as_str().unwrap_or_default().to_owned(),
        currency: body["fiat"].as_str().unwrap_or_default().to_owned(),
        note: body["payload"].clone(),
        stage: Stage::Pending,
        refunded: false,
        created_ms: now,
    };
    state.held.push(held.clone());
    let url = state.url.clone();
    drop(state);
    if fault == Some(Fault::BrokenAfterEffect) {
        return Ok(error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"));
    }
    Ok((StatusCode::OK, Json(json!({ "ok": true, "result": invoice(&url, &held) }))))
}

async fn list(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    let kind = if body.get("invoice_ids").is_some() { "find" } else { "list" };
    if let Some(answer) = at_once(world.fault(kind)) {
        return Ok(answer);
    }
    let ids = body["invoice_ids"].as_str();
    let named = |held: &Held| ids.is_none_or(|ids| ids.split(',').any(|id| id == held.id));
    let paid = body["status"] == "paid";
    let fits = |held: &&Held| {
        held.holder == Holder::CryptoPay && named(held) && (!paid || held.stage == Stage::Paid)
    };
    let number = |name: &str, usual: usize| {
        body[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usual)
    };
    let url = world.lock().url.clone();
    let held = world.held();
    let page = held.iter().filter(fits).skip(number("offset", 0)).take(number("count", 100));
    let items: Vec<_> = page.map(|held| invoice(&url, held)).collect();
    Ok((StatusCode::OK, Json(json!({ "ok": true, "result": { "items": items } }))))
}

/// The signature of a body: HMAC-SHA-256 in hexadecimal, its key the SHA-256 of the token.
pub(super) fn signature(body: &str) -> String {
    let key = Sha256::digest(CRYPTO_TOKEN.as_bytes());
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What Crypto Pay tells of a paid invoice.
pub(super) fn notification(held: &Held) -> (&'static str, Vec<(&'static str, String)>, String) {
    let body = json!({ "update_id": 1, "update_type": "invoice_paid",
        "request_date": "2026-11-20T12:00:00.000Z", "payload": invoice("", held) });
    let body = body.to_string();
    let headers = vec![("crypto-pay-api-signature", signature(&body))];
    ("/payments/cryptopay", headers, body)
}
