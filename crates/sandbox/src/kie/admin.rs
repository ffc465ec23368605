//! The demo's buttons over the world: its state, its mode, and the end of each task.

use super::{
    create::CreateFault,
    tasks::{Task, TaskState},
    world::{KieWorld, Mode},
};
use axum::{
    Json, Router,
    extract::{Path, State as Extracted},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the demo's page says about automatic mode.
pub const HELP: &str = "Words in a prompt choose how a task ends: [[fail]] fails, [[nsfw]] is refused by moderation, [[silent]] never ends.";

/// The demo's interface under `/api/kie/`:
///
/// | request | body |
/// |---|---|
/// | `GET state` | – |
/// | `POST mode` | `{"mode":"auto"\|"manual","delay_ms":3000}` |
/// | `POST tasks/{id}/succeed`, `refuse`, `fail`, `silence` | – |
/// | `POST next` | `{"fault":"rate_limited"\|"no_credits"\|"cut_after_create"\|"server_error"}` |
#[must_use = "the routes do nothing until they are served"]
pub fn routes(world: KieWorld) -> Router {
    Router::new()
        .route("/api/kie/state", get(state))
        .route("/api/kie/mode", post(mode))
        .route("/api/kie/tasks/{id}/{verb}", post(end))
        .route("/api/kie/next", post(next))
        .with_state(world)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ModeName {
    Auto,
    Manual,
}

#[derive(Debug, Deserialize)]
struct ModeChange {
    mode: ModeName,
    delay_ms: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultName {
    RateLimited,
    NoCredits,
    CutAfterCreate,
    ServerError,
}

#[derive(Debug, Deserialize)]
struct NextFault {
    fault: FaultName,
}

const USUAL_DELAY_MS: i64 = 3000;

fn task_json(task: &Task, now: i64) -> Value {
    let shown = match task.silent && !task.state.is_final() {
        true => "silent",
        false => task.state.word(),
    };
    let fail = match task.state {
        TaskState::Fail => task.failure.as_ref().map(|(_, text)| text),
        TaskState::Waiting | TaskState::Queuing | TaskState::Generating | TaskState::Success => {
            None
        }
    };
    json!({
        "id": task.id,
        "model": task.rules.id,
        "prompt": task.prompt(),
        "state": shown,
        "age_s": (now - task.created_ms) / 1000,
        "callback": task.callback_url.is_some(),
        "urls": task.urls,
        "fail": fail,
    })
}

async fn state(Extracted(world): Extracted<KieWorld>) -> Json<Value> {
    let (mode, delay_ms) = match world.mode() {
        Mode::Manual => ("manual", USUAL_DELAY_MS),
        Mode::Auto { delay_ms } => ("auto", delay_ms),
    };
    let (now, credits) = (world.now(), world.credits());
    let tasks =
        world.with(|state| state.tasks.iter().map(|task| task_json(task, now)).collect::<Vec<_>>());
    Json(json!({
        "mode": mode,
        "delay_ms": delay_ms,
        "credits": credits,
        "tasks": tasks,
        "help": HELP,
    }))
}

async fn mode(
    Extracted(world): Extracted<KieWorld>,
    Json(change): Json<ModeChange>,
) -> Json<Value> {
    world.set_mode(match change.mode {
        ModeName::Manual => Mode::Manual,
        ModeName::Auto => Mode::Auto { delay_ms: change.delay_ms.unwrap_or(USUAL_DELAY_MS).max(0) },
    });
    Json(json!({"ok": true}))
}

async fn end(
    Extracted(world): Extracted<KieWorld>,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Json<Value>, StatusCode> {
    if world.task(&id).is_none() {
        return Err(StatusCode::NOT_FOUND);
    }
    let report = match verb.as_str() {
        "succeed" => Some(world.succeed(&id).await),
        "refuse" => Some(world.fail(&id, "422", super::tasks::SENSITIVE).await),
        "fail" => Some(world.fail(&id, "500", super::tasks::INTERNAL).await),
        "silence" => {
            world.silence(&id);
            None
        }
        _ => return Err(StatusCode::NOT_FOUND),
    };
    let report = report.map(|report| format!("{report:?}"));
    Ok(Json(json!({"ok": true, "callback": report})))
}

async fn next(Extracted(world): Extracted<KieWorld>, Json(next): Json<NextFault>) -> Json<Value> {
    world.next_create(match next.fault {
        FaultName::RateLimited => CreateFault::RateLimited,
        FaultName::NoCredits => CreateFault::NoCredits,
        FaultName::CutAfterCreate => CreateFault::CutAfterCreate,
        FaultName::ServerError => CreateFault::ServerError500,
    });
    Json(json!({"ok": true}))
}
