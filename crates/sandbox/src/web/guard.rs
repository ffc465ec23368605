//! Who may talk to the chat.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Names of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

pub(super) async fn check(allowed: &[String], request: Request, next: Next) -> Response {
    match refusal(allowed, request.method(), request.headers()) {
        None => next.run(request).await,
        Some(why) => (StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response(),
    }
}

fn refusal(allowed: &[String], method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    if !is_allowed(allowed, host) {
        return Some("this host name is not served");
    }
    if method == Method::GET || method == Method::HEAD {
        return None;
    }
    // Programs send no Origin; a browser always does when it writes.
    let origin = text(header::ORIGIN)?;
    let same = origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host));
    (!same).then_some("a request from another site")
}

fn is_allowed(allowed: &[String], host: &str) -> bool {
    let port_at = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    let name = port_at.map_or(host, |at| &host[..at]);
    let is = |other: &str| other.eq_ignore_ascii_case(host) || other.eq_ignore_ascii_case(name);
    LOOPBACK.iter().any(|own| is(own)) || allowed.iter().any(|other| is(other))
}
