//! Status reads: `GET /api/v1/jobs/recordInfo`, its layouts, and the callback bodies.

use super::{
    server::{Answer, html_502, key_of},
    tasks::{Task, TaskState},
    wire::Wire,
    world::KieWorld,
};
use axum::{
    extract::{Query, State as Extracted},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The two layouts that status answers were seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Without the fields about credits and the parsed result.
    Apr2026,
    /// With `creditsConsumed`, `operationType`, `response`, `successFlag`, `paramJson`.
    Sep2026,
}

/// How a status read goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// An envelope with this code and text.
    Body(i64, String),
    /// The edge's HTML page with HTTP 502.
    Html502,
    /// The connection breaks before an answer.
    Cut,
}

/// The text that goes with a terminal envelope code.
pub(super) fn envelope_text(code: i64) -> &'static str {
    match code {
        408 => {
            "Upstream is currently experiencing service issues. No result has been returned for over 10 minutes."
        }
        _ => "Playground task failed.",
    }
}

/// The create request as KIE stores it: `input` is encoded a second time.
fn param(task: &Task) -> String {
    let mut request = Map::new();
    request.insert("input".to_owned(), Value::String(json!(task.input).to_string()));
    if let Some(url) = &task.callback_url {
        request.insert("callBackUrl".to_owned(), json!(url));
    }
    request.insert("model".to_owned(), json!(task.rules.id));
    Value::Object(request).to_string()
}

fn result_text(task: &Task) -> String {
    task.result.as_ref().map(Value::to_string).unwrap_or_default()
}

fn cost_seconds(task: &Task) -> Value {
    let end = task.finished_ms.filter(|_| task.state == TaskState::Success);
    json!(end.map(|end| (end - task.created_ms) / 1000))
}

fn data(task: &Task, layout: Layout) -> Value {
    let (code, message) = match &task.failure {
        Some((code, message)) => (json!(code), json!(message)),
        None => (Value::Null, Value::Null),
    };
    let mut data = json!({
        "taskId": task.id,
        "model": task.rules.id,
        "state": task.state.word(),
        "param": param(task),
        "resultJson": result_text(task),
        "failCode": code,
        "failMsg": message,
        "costTime": cost_seconds(task),
        "completeTime": task.finished_ms,
        "createTime": task.created_ms,
    });
    if layout == Layout::Sep2026
        && let Some(map) = data.as_object_mut()
    {
        let flag = match task.state {
            TaskState::Waiting | TaskState::Queuing | TaskState::Generating => 0,
            TaskState::Success => 1,
            TaskState::Fail => 3,
        };
        map.insert("creditsConsumed".to_owned(), task.charged().json());
        map.insert("operationType".to_owned(), json!(task.rules.id));
        map.insert("successFlag".to_owned(), json!(flag));
        map.insert("paramJson".to_owned(), json!(param(task)));
        if let Some(result) = &task.result {
            map.insert("response".to_owned(), result.clone());
        }
    }
    data
}

/// KIE docs, callback: the same data with `updateTime`, in an envelope with 200 or 501.
pub(super) fn callback_body(task: &Task) -> Value {
    let mut data = data(task, Layout::Apr2026);
    let success = task.state == TaskState::Success;
    if let Some(map) = data.as_object_mut() {
        map.insert("updateTime".to_owned(), json!(task.finished_ms));
        map.insert("creditsConsumed".to_owned(), task.charged().json());
        if !success {
            map.insert("resultJson".to_owned(), Value::Null);
            map.insert("costTime".to_owned(), json!(0));
        }
    }
    let (code, message) = match success {
        true => (200, "Playground task completed successfully."),
        false => (501, "Playground task failed."),
    };
    json!({"code": code, "msg": message, "data": data})
}

/// A success that never happened.
pub(super) fn forged_body(task: &Task) -> Value {
    let mut data = data(task, Layout::Apr2026);
    if let Some(map) = data.as_object_mut() {
        let result = json!({"resultUrls": ["https://evil.example/forged.png"]});
        map.insert("state".to_owned(), json!("success"));
        map.insert("resultJson".to_owned(), json!(result.to_string()));
    }
    json!({"code": 200, "msg": "Playground task completed successfully.", "data": data})
}

pub(super) async fn record_info(
    Extracted(world): Extracted<KieWorld>,
    wire: Wire,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let Some((_, account)) = key_of(&world, &headers) else { return world.unauthorized() };
    match world.with(|state| state.record_faults.pop_front()) {
        None => {}
        Some(RecordFault::Body(code, message)) => return world.refuse(code, &message),
        Some(RecordFault::Html502) => return html_502(),
        Some(RecordFault::Cut) => return wire.cut(),
    }
    let Some(id) = query.get("taskId").filter(|id| !id.is_empty()) else {
        world.with(|state| state.blame("recordInfo without taskId"));
        return world.refuse(400, "taskId parameter is required");
    };
    let now = world.now();
    let answer = world.with(|state| {
        let (invisible_ms, layout) = (state.invisible_ms, state.layout);
        let null = Answer::refusal(422, "recordInfo is null");
        let Some(task) = state.task(id) else { return null };
        task.polls += 1;
        task.poll_times.push_back(now);
        while task.poll_times.front().is_some_and(|at| now - at >= 1000) {
            task.poll_times.pop_front();
        }
        let rate = task.poll_times.len();
        let of_other = task.account != account;
        let created_ms = task.created_ms;
        state.max_poll_rate = state.max_poll_rate.max(rate);
        if of_other {
            state.blame(format!("task {id} was read with the key of another account"));
            return null;
        }
        if now - created_ms < invisible_ms {
            return null;
        }
        if state.advance(id, now)
            && let Some(task) = state.task(id)
        {
            task.callback_due = task.callback_url.is_some();
        }
        let Some(task) = state.task(id) else { return null };
        match task.envelope {
            Some(code) => Answer::refusal(code, envelope_text(code)),
            None => Answer::success(data(task, layout)),
        }
    });
    world.reply(answer)
}
