//! The HTTP port.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use telegram::RawUpdate;
use time::OffsetDateTime;

use crate::App;

/// Telegram's updates and KIE.ai's callbacks are small.
const BODY_MAX_BYTES: usize = 1024 * 1024;
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// What the routes need.
#[derive(Clone)]
pub(crate) struct HttpState {
    app: Arc<App>,
    started_at: OffsetDateTime,
    webhook_secret: Option<Arc<SecretString>>,
    metrics: Access,
}

/// Who may read the metrics.
#[derive(Clone)]
pub(crate) enum Access {
    /// Everybody who reaches the port.
    Open,
    /// Whoever shows this token.
    Token(Arc<SecretString>),
}

/// The routes. Telegram's one is there only when there is a secret to check.
pub fn router(
    app: Arc<App>,
    webhook_secret: Option<SecretString>,
    metrics_token: Option<SecretString>,
) -> Router {
    let state = HttpState {
        started_at: app.clock.now(),
        webhook_secret: webhook_secret.map(Arc::new),
        metrics: metrics_token.map_or(Access::Open, |token| Access::Token(Arc::new(token))),
        app,
    };
    Router::new()
        .route("/health", get(health))
        .route("/healthz", get(health))
        .route("/ready", get(ready))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/telegram/webhook", post(telegram_webhook))
        .route("/kie/callback/{token}", post(kie_callback))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(state)
}

async fn database_answers(app: &App) -> bool {
    let asked = sqlx::query("select 1").execute(&app.pool);
    tokio::select! {
        answer = asked => answer.is_ok(),
        () = app.clock.sleep(HEALTH_TIMEOUT) => false,
    }
}

async fn health(State(state): State<HttpState>) -> Response {
    let connected = database_answers(&state.app).await;
    let uptime = state.app.clock.now() - state.started_at;
    let body = json!({
        "status": if connected { "healthy" } else { "unhealthy" },
        "database": if connected { "connected" } else { "disconnected" },
        "bot": "running",
        "models_count": state.app.models_count,
        "uptime": uptime_text(uptime),
        "version": env!("CARGO_PKG_VERSION"),
    });
    let status = if connected { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(body)).into_response()
}

/// «5d 3h 12m».
fn uptime_text(uptime: time::Duration) -> String {
    let minutes = uptime.whole_minutes();
    format!("{}d {}h {}m", minutes / 1440, minutes / 60 % 24, minutes % 60)
}

async fn ready(State(state): State<HttpState>) -> StatusCode {
    if database_answers(&state.app).await {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn metrics(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    if let Access::Token(token) = &state.metrics {
        let expected = format!("Bearer {}", token.expose_secret());
        let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        if !telegram::secret_matches(&SecretString::from(expected), given) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
    }
    match queue::store::depth(&state.app.pool, state.app.clock.now()).await {
        Ok(depth) => {
            let text = state.app.metrics.render(&depth, &state.app.pool);
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The secret is checked before the body is read as anything.
async fn telegram_webhook(
    State(state): State<HttpState>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some(secret) = &state.webhook_secret else { return StatusCode::NOT_FOUND };
    let given = headers.get(telegram::SECRET_HEADER).map(|value| value.as_bytes());
    if !telegram::secret_matches(secret, given) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(json) = String::from_utf8(body.to_vec()) else { return StatusCode::BAD_REQUEST };
    let Ok(update) = telegram::parse_update(&json) else { return StatusCode::BAD_REQUEST };
    let update = RawUpdate { id: update.id, json };
    match state.app.receive(&[update]).await {
        Ok(presses) => {
            for press in presses {
                let app = Arc::clone(&state.app);
                tokio::spawn(async move { app.answer_press(&press).await });
            }
            StatusCode::OK
        }
        Err(error) => {
            tracing::error!(%error, "an update could not be stored; Telegram sends it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// A callback is believed for nothing but "look now"; what is true is read from KIE.ai.
async fn kie_callback(
    State(state): State<HttpState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let task_id = kie::callback_task_id(&body);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let verified = state.app.kie.verify_callback(
        header("x-webhook-timestamp"),
        header("x-webhook-signature"),
        task_id.as_deref(),
        state.app.clock.now(),
    );
    if let Err(refused) = verified {
        tracing::warn!(%refused, "a callback was refused");
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match state.app.callback(&token, task_id.as_deref()).await {
        Ok(true) => axum::Json(json!({"code": 200, "msg": "success"})).into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a callback could not be stored");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uptime_is_told_in_days_hours_and_minutes() {
        let uptime = time::Duration::minutes(5 * 1440 + 3 * 60 + 12);
        assert_eq!(uptime_text(uptime), "5d 3h 12m");
        assert_eq!(uptime_text(time::Duration::seconds(59)), "0d 0h 0m");
    }
}
