//! The HTTP port.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clock::Clock;
use payments::{Notification, Notified};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sqlx::PgPool;
use telegram::RawUpdate;
use time::OffsetDateTime;

use crate::App;
use crate::config::Config;

/// Telegram's updates and KIE.ai's callbacks are small.
const BODY_MAX_BYTES: usize = 1024 * 1024;
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// What the routes need. It is there before the program is: the port answers from the beginning.
pub(crate) struct Front {
    pool: PgPool,
    clock: Clock,
    started_at: OffsetDateTime,
    models_count: usize,
    webhook_secret: Option<SecretString>,
    metrics: Access,
    app: OnceLock<Arc<App>>,
    serving: AtomicBool,
}

/// Which metrics are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// How the program does.
    Health,
    /// How much it works as well.
    Work,
    /// How the business does as well: money, orders, credits.
    All,
}

/// Who may read which metrics.
#[derive(Clone)]
pub(crate) enum Access {
    /// Everybody who reaches the port may read these.
    Everybody(Shown),
    /// Whoever shows this token may read all.
    Token(SecretString),
}

impl Access {
    /// Without a token a port with an address in the world shows no figures of the business and of
    /// the work, and only a port of this machine alone shows those of the business.
    pub(crate) fn of(config: &Config) -> Self {
        match (&config.metrics_token, &config.public_base_url) {
            (Some(token), _) => Self::Token(token.clone()),
            (None, Some(_)) => Self::Everybody(Shown::Health),
            (None, None) if config.listen.ip().is_loopback() => Self::Everybody(Shown::All),
            (None, None) => Self::Everybody(Shown::Work),
        }
    }
}

impl Front {
    /// A port whose program is not there yet.
    pub(crate) fn new(
        pool: PgPool,
        clock: Clock,
        models_count: usize,
        webhook_secret: Option<SecretString>,
        metrics: Access,
    ) -> Self {
        Self {
            started_at: clock.now(),
            pool,
            clock,
            models_count,
            webhook_secret,
            metrics,
            app: OnceLock::new(),
            serving: AtomicBool::new(false),
        }
    }

    /// From now on updates and callbacks are taken in.
    pub(crate) fn takes(&self, app: &Arc<App>) {
        self.app.get_or_init(|| Arc::clone(app));
    }

    /// From now on everything runs.
    pub(crate) fn serves(&self) {
        self.serving.store(true, Ordering::Relaxed);
    }

    /// The program, once it is there.
    pub(crate) fn app(&self) -> Option<&Arc<App>> {
        self.app.get()
    }

    fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Relaxed)
    }

    async fn database_answers(&self) -> bool {
        let asked = sqlx::query("select 1").execute(&self.pool);
        tokio::select! {
            answer = asked => answer.is_ok(),
            () = self.clock.sleep(HEALTH_TIMEOUT) => false,
        }
    }
}

/// The routes of a program that runs. Telegram's one is there only when there is a secret to check.
pub fn router(
    app: Arc<App>,
    webhook_secret: Option<SecretString>,
    metrics_token: Option<SecretString>,
) -> Router {
    let access = metrics_token.map_or(Access::Everybody(Shown::All), Access::Token);
    let (pool, clock) = (app.pool.clone(), app.clock.clone());
    let front = Front::new(pool, clock, app.models_count(), webhook_secret, access);
    front.takes(&app);
    front.serves();
    routes(Arc::new(front))
}

/// The routes, whether the program is there already or not.
pub(crate) fn routes(front: Arc<Front>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/healthz", get(health))
        .route("/ready", get(ready))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/telegram/webhook", post(telegram_webhook))
        .route("/kie/callback/{token}", post(kie_callback))
        .route("/files/{token}", get(crate::files::file))
        .route("/payments/{provider}", post(payment_notification))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(front)
}

async fn health(State(front): State<Arc<Front>>) -> Response {
    let connected = front.database_answers().await;
    let uptime = front.clock.now() - front.started_at;
    let body = json!({
        "status": if connected { "healthy" } else { "unhealthy" },
        "database": if connected { "connected" } else { "disconnected" },
        "bot": if front.is_serving() { "running" } else { "starting" },
        "models_count": front.app().map_or(front.models_count, |app| app.models_count()),
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

async fn ready(State(front): State<Arc<Front>>) -> StatusCode {
    if front.is_serving() && front.database_answers().await {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn metrics(State(front): State<Arc<Front>>, headers: HeaderMap) -> Response {
    if let Access::Token(token) = &front.metrics {
        let expected = format!("Bearer {}", token.expose_secret());
        let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        if !telegram::secret_matches(&SecretString::from(expected), given) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
    }
    let Some(app) = front.app() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let shown = match front.metrics {
        Access::Everybody(shown) => shown,
        Access::Token(_) => Shown::All,
    };
    match app.read_metrics(shown).await {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The secret is checked before the body is read as anything.
async fn telegram_webhook(
    State(front): State<Arc<Front>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some(secret) = &front.webhook_secret else { return StatusCode::NOT_FOUND };
    let given = headers.get(telegram::SECRET_HEADER).map(|value| value.as_bytes());
    if !telegram::secret_matches(secret, given) {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(app) = front.app() else { return StatusCode::SERVICE_UNAVAILABLE };
    let Some(update) = readable(&body) else { return StatusCode::OK };
    match app.receive(&[update]).await {
        Ok(received) => {
            app.answer_at_once(received);
            StatusCode::OK
        }
        Err(error) => {
            tracing::error!(%error, "an update could not be stored; Telegram sends it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// An update that cannot be read is left out: refused, it would come again and again, and Telegram
/// would hold back that person's next ones.
fn readable(body: &[u8]) -> Option<RawUpdate> {
    let Ok(json) = std::str::from_utf8(body) else {
        tracing::warn!("an update is no text and is left out");
        return None;
    };
    match telegram::parse_update(json) {
        Ok(update) => Some(RawUpdate { id: update.id, json: json.to_owned() }),
        Err(error) => {
            tracing::warn!(%error, "an update cannot be read and is left out");
            None
        }
    }
}

/// A callback is believed for nothing but "look now"; what is true is read from KIE.ai.
async fn kie_callback(
    State(front): State<Arc<Front>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(app) = front.app() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let task_id = kie::callback_task_id(&body);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let verified = app.kie.verify_callback(
        header("x-webhook-timestamp"),
        header("x-webhook-signature"),
        task_id.as_deref(),
        app.clock.now(),
    );
    if let Err(refused) = verified {
        tracing::warn!(%refused, "a callback was refused");
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match app.callback(&token, task_id.as_deref()).await {
        Ok(true) => axum::Json(json!({"code": 200, "msg": "success"})).into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a callback could not be stored");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// A provider says that something happened to a payment. Whatever it says, the provider is asked.
async fn payment_notification(
    State(front): State<Arc<Front>>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    Peer(peer): Peer,
    body: Bytes,
) -> StatusCode {
    let Some(app) = front.app() else { return StatusCode::SERVICE_UNAVAILABLE };
    let all = |name: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(",")
    };
    let (forwarded, signature) = (all("x-forwarded-for"), all("crypto-pay-api-signature"));
    let notification = Notification {
        peer,
        forwarded: Some(forwarded.as_str()),
        signature: Some(signature.as_str()),
        body: &body,
    };
    match app.notified(&provider, &notification).await {
        Ok(Notified::Ok) => StatusCode::OK,
        Ok(Notified::Refused) => StatusCode::UNAUTHORIZED,
        Ok(Notified::NotFound) => StatusCode::NOT_FOUND,
        Err(error) => {
            tracing::error!(%error, "a notification could not be stored; it comes again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Who connected, where the server tells.
struct Peer(Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(connected.map(|ConnectInfo(address)| address.ip())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_port_shows_business_figures_only_for_a_token() {
        let access = |more: &[(&str, &str)]| {
            let base = [("TELEGRAM_BOT_TOKEN", "123:abc"), ("KIE_API_KEY", "key")];
            let pairs = base.iter().chain(more);
            let environment =
                pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Access::of(&Config::read(&environment).unwrap())
        };
        let public = ("PUBLIC_BASE_URL", "https://bot.example");
        let here = ("LISTEN", "127.0.0.1");
        assert!(matches!(access(&[here]), Access::Everybody(Shown::All)));
        assert!(matches!(access(&[]), Access::Everybody(Shown::Work)));
        // A proxy in front reaches a port of this machine, too.
        assert!(matches!(access(&[here, public]), Access::Everybody(Shown::Health)));
        let token = ("METRICS_TOKEN", "figures");
        assert!(matches!(access(&[token]), Access::Token(_)));
        assert!(matches!(access(&[public, token]), Access::Token(_)));
    }

    #[test]
    fn uptime_is_told_in_days_hours_and_minutes() {
        let uptime = time::Duration::minutes(5 * 1440 + 3 * 60 + 12);
        assert_eq!(uptime_text(uptime), "5d 3h 12m");
        assert_eq!(uptime_text(time::Duration::seconds(59)), "0d 0h 0m");
    }
}
