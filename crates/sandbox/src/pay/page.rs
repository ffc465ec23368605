//! The page where a person pays in the demo.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{PayWorld, Stage};

pub(super) fn routes() -> Router<PayWorld> {
    Router::new().route("/pay/{id}", get(show).post(pay))
}

/// A moment as the providers write it.
pub(super) fn iso(milliseconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000));
    at.ok().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

fn page(body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>Оплата</title><body style=\"font:18px system-ui;max-width:24em;margin:3em auto\">\
         <h1>Оплата</h1>{body}<p>Деньги в демо не настоящие.</p>"
    ))
}

async fn show(
    State(world): State<PayWorld>,
    Path(id): Path<String>,
) -> Result<Html<String>, StatusCode> {
    let held = world.held().into_iter().find(|held| held.id == id);
    let held = held.ok_or(StatusCode::NOT_FOUND)?;
    Ok(match held.stage {
        Stage::Pending => page(&format!(
            "<p>К оплате: {} {}</p><form method=post><button style=\"font:inherit\">Оплатить\
             </button></form>",
            held.amount, held.currency
        )),
        Stage::Paid => page("<p>Оплачено. Вернитесь в чат.</p>"),
        Stage::Cancelled => page("<p>Счёт больше не действует.</p>"),
    })
}

async fn pay(State(world): State<PayWorld>, Path(id): Path<String>) -> Html<String> {
    let told = world.pays(&id).await.is_some();
    page(if told {
        "<p>Оплачено. Вернитесь в чат.</p>"
    } else {
        "<p>Уже не оплатить.</p>"
    })
}
