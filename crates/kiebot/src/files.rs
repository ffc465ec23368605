//! Results under signed addresses of our own: passed on while they come in from KIE.ai.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fetch::{Audience, FetchError, Opened};

use crate::App;
use crate::http::Front;

/// How long the beginning of a result may take.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(30);

/// The result that the address names, all of it or a range.
pub(crate) async fn file(
    State(front): State<Arc<Front>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(app) = front.app() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let desk = app.shopfront.desk().load_full();
    let named = desk.journey.links.as_ref().and_then(|links| links.read(app.clock.now(), &token));
    let Some((order, position)) = named else { return StatusCode::NOT_FOUND.into_response() };
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    match open(app, order, position, range).await {
        Ok(opened) => answer(&order.simple().to_string(), position, opened),
        Err(status) => status.into_response(),
    }
}

/// Begins to fetch the result from where it can be had now: from its own address, else from a
/// fresh one.
async fn open(
    app: &App,
    order: uuid::Uuid,
    position: i16,
    range: Option<&str>,
) -> Result<Opened, StatusCode> {
    let addresses = app.addresses_of(order, position).await.map_err(|error| {
        tracing::error!(%error, "a result could not be looked up");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let mut status = StatusCode::NOT_FOUND;
    for address in addresses {
        match app.guard.open(Audience::Results, &address, range, BEGIN_TIMEOUT).await {
            Ok(opened) => return Ok(opened),
            Err(FetchError::Gone { status: 416 }) => return Err(StatusCode::RANGE_NOT_SATISFIABLE),
            Err(FetchError::Gone { .. } | FetchError::Refused(_) | FetchError::TooBig) => {
                status = StatusCode::GONE;
            }
            Err(FetchError::Temporary(reason)) => {
                tracing::warn!(reason, "a result could not be passed on");
                status = StatusCode::BAD_GATEWAY;
            }
        }
    }
    Err(status)
}

fn answer(name: &str, position: i16, opened: Opened) -> Response {
    let status = if opened.is_partial() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = Response::builder()
        .status(status)
        // Never shown by a browser under our name: what it is, is not ours to vouch for.
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}-{}\"", position + 1),
        )
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, no-store");
    if let Some(length) = opened.length() {
        response = response.header(header::CONTENT_LENGTH, length);
    }
    if let Some(range) = opened.content_range() {
        response = response.header(header::CONTENT_RANGE, range);
    }
    let body = futures_util::stream::try_unfold(opened, |mut opened| async move {
        Ok::<_, FetchError>(opened.chunk().await?.map(|bytes| (bytes, opened)))
    });
    response
        .body(Body::from_stream(body))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
