//! `YooKassa` as its documentation of the API says: payments, refunds, notifications.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Fault, Held, Holder, PayWorld, SHOP, Stage};

type Answer = (StatusCode, Json<Value>);

pub(super) fn routes() -> Router<PayWorld> {
    Router::new()
        .route("/v3/payments", post(create).get(list))
        .route("/v3/payments/{id}", get(find))
        .route("/v3/refunds", post(refund))
}

fn error(status: StatusCode, code: &str, description: &str) -> Answer {
    (status, Json(json!({ "type": "error", "code": code, "description": description })))
}

fn broken() -> Answer {
    error(StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error", "try again")
}

/// What a fault answers before anything was done.
fn at_once(fault: Option<Fault>) -> Option<Answer> {
    match fault {
        Some(Fault::Broken) => Some(broken()),
        Some(Fault::Busy) => {
            Some(error(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "slow down"))
        }
        Some(Fault::Refused) => {
            Some(error(StatusCode::BAD_REQUEST, "invalid_request", "not today"))
        }
        Some(Fault::BrokenAfterEffect) | None => None,
    }
}

fn let_in(headers: &HeaderMap) -> Result<(), Answer> {
    let right = format!("Basic {}", STANDARD.encode(format!("{}:{}", SHOP.0, SHOP.1)));
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given == Some(&right) {
        return Ok(());
    }
    Err(error(StatusCode::UNAUTHORIZED, "invalid_credentials", "wrong shop or key"))
}

fn key(world: &PayWorld, headers: &HeaderMap) -> Result<String, Answer> {
    let key = headers.get("idempotence-key").and_then(|value| value.to_str().ok());
    match key.filter(|key| (1..=64).contains(&key.len())) {
        Some(key) => Ok(key.to_owned()),
        None => {
            world.violates("YooKassa: no Idempotence-Key of 1-64 characters");
            Err(error(StatusCode::BAD_REQUEST, "invalid_request", "Idempotence-Key"))
        }
    }
}

fn object(world: &PayWorld, held: &Held) -> Value {
    let status = match held.stage {
        Stage::Pending => "pending",
        Stage::Paid => "succeeded",
        Stage::Cancelled => "canceled",
    };
    let sum = json!({ "value": held.amount, "currency": held.currency });
    let refunded = if held.refunded { held.amount.as_str() } else { "0.00" };
    json!({
        "id": held.id,
        "status": status,
        "paid": held.stage == Stage::Paid,
        "amount": sum,
        "confirmation": {
            "type": "redirect",
            "confirmation_url": format!("{}/pay/{}", world.lock().url, held.id),
        },
        "created_at": super::page::iso(held.created_ms),
        "metadata": held.note,
        "refundable": held.stage == Stage::Paid,
        "refunded_amount": { "value": refunded, "currency": held.currency },
        "test": true,
    })
}

/// `500.00` and nothing like it.
fn is_amount(value: &Value) -> bool {
    let two_digits = |text: &str| {
        text.split_once('.').is_some_and(|(whole, cents)| {
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            !whole.is_empty() && digits(whole) && cents.len() == 2 && digits(cents)
        })
    };
    value["value"].as_str().is_some_and(two_digits) && value["currency"] == "RUB"
}

async fn create(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    let key = key(&world, &headers)?;
    let fault = world.fault("create");
    if let Some(answer) = at_once(fault) {
        return Ok(answer);
    }
    let known = ["amount", "capture", "confirmation", "description", "metadata", "receipt"];
    let fields = body.as_object().cloned().unwrap_or_default();
    let unknown = fields.keys().find(|name| !known.contains(&name.as_str()));
    let description = body["description"].as_str().unwrap_or_default();
    let right = unknown.is_none()
        && is_amount(&body["amount"])
        && body["confirmation"]["type"] == "redirect"
        && body["confirmation"]["return_url"].is_string()
        && description.chars().count() <= 128;
    if !right {
        world.violates(format!("YooKassa: a payment of a wrong shape: {body}"));
        return Err(error(StatusCode::BAD_REQUEST, "invalid_request", "wrong shape"));
    }
    let (text, now) = (body.to_string(), world.now());
    let id = {
        let mut state = world.lock();
        match state.keys.get(&key).cloned() {
            Some((id, earlier)) => {
                if earlier != text {
                    state.violations.push(format!("YooKassa: key {key} with another body"));
                }
                id
            }
            None => {
                let id = format!("2c{:034x}", state.held.len() + 1);
                state.held.push(Held {
                    id: id.clone(),
                    holder: Holder::YooKassa,
                    amount: body["amount"]["value"].as_str().unwrap_or_default().to_owned(),
                    currency: "RUB".to_owned(),
                    note: body["metadata"].clone(),
                    stage: Stage::Pending,
                    refunded: false,
                    created_ms: now,
                });
                state.keys.insert(key, (id.clone(), text));
                id
            }
        }
    };
    if fault == Some(Fault::BrokenAfterEffect) {
        return Ok(broken());
    }
    found(&world, &id)
}

fn found(world: &PayWorld, id: &str) -> Result<Answer, Answer> {
    let held = world.held().into_iter().find(|held| held.id == id);
    match held.filter(|held| held.holder == Holder::YooKassa) {
        Some(held) => Ok((StatusCode::OK, Json(object(world, &held)))),
        None => Err(error(StatusCode::NOT_FOUND, "not_found", "no such payment")),
    }
}

async fn find(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    if let Some(answer) = at_once(world.fault("find")) {
        return Ok(answer);
    }
    found(&world, &id)
}

#[derive(Deserialize)]
struct Wanted {
    status: Option<String>,
    limit: Option<usize>,
    cursor: Option<usize>,
}

async fn list(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    if let Some(answer) = at_once(world.fault("list")) {
        return Ok(answer);
    }
    let paid = wanted.status.as_deref() == Some("succeeded");
    let held = world.held();
    let fits =
        |held: &&Held| held.holder == Holder::YooKassa && (!paid || held.stage == Stage::Paid);
    let (skip, limit) = (wanted.cursor.unwrap_or(0), wanted.limit.unwrap_or(10));
    let all: Vec<_> = held.iter().filter(fits).collect();
    let page = all.iter().skip(skip).take(limit).map(|held| object(&world, held));
    let mut answer = json!({ "type": "list", "items": page.collect::<Vec<_>>() });
    if all.len() > skip + limit {
        answer["next_cursor"] = json!((skip + limit).to_string());
    }
    Ok((StatusCode::OK, Json(answer)))
}

async fn refund(
    State(world): State<PayWorld>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Answer, Answer> {
    let_in(&headers)?;
    let key = key(&world, &headers)?;
    let fault = world.fault("refund");
    if let Some(answer) = at_once(fault) {
        return Ok(answer);
    }
    let id = body["payment_id"].as_str().unwrap_or_default().to_owned();
    let mut state = world.lock();
    let repeated = state.keys.contains_key(&key);
    let held = state.held.iter_mut().find(|held| held.id == id);
    let refundable = |held: &&mut Held| held.stage == Stage::Paid && (repeated || !held.refunded);
    let Some(held) = held.filter(refundable) else {
        return Err(error(StatusCode::BAD_REQUEST, "invalid_request", "not refundable"));
    };
    if body["amount"]["value"] != held.amount.as_str() {
        return Err(error(StatusCode::BAD_REQUEST, "invalid_request", "another amount"));
    }
    held.refunded = true;
    state.keys.insert(key, (id.clone(), body.to_string()));
    drop(state);
    if fault == Some(Fault::BrokenAfterEffect) {
        return Ok(broken());
    }
    let answer = json!({ "id": format!("r-{id}"), "payment_id": id, "status": "succeeded",
        "amount": body["amount"] });
    Ok((StatusCode::OK, Json(answer)))
}

/// What `YooKassa` tells, from one of its addresses as a proxy of the program would write it.
pub(super) fn notification(held: &Held) -> (&'static str, Vec<(&'static str, String)>, String) {
    let event = match (held.stage, held.refunded) {
        (_, true) => "refund.succeeded",
        (Stage::Cancelled, _) => "payment.canceled",
        (Stage::Paid | Stage::Pending, _) => "payment.succeeded",
    };
    let object = if held.refunded {
        json!({ "id": format!("r-{}", held.id), "payment_id": held.id, "status": "succeeded" })
    } else {
        json!({ "id": held.id, "status": "succeeded", "metadata": held.note,
            "amount": { "value": held.amount, "currency": held.currency } })
    };
    let body = json!({ "type": "notification", "event": event, "object": object });
    let headers = vec![("x-forwarded-for", "185.71.76.7".to_owned())];
    ("/payments/yookassa", headers, body.to_string())
}
