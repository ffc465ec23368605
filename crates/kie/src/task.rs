//! Reading a task (KIE docs: recordInfo).

use std::collections::BTreeMap;

use money::Credits;
use serde_json::Value;

use crate::composed::{self, Composed};
use crate::failure::{Failure, FailureKind, Origin, ReadFailure};
use crate::json::{self, Envelope};
use crate::keys::UnknownKey;

/// What a reading of a task says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskReading {
    /// No such task, or not yet: right after its creation a task may be invisible for a minute.
    NotVisible,
    /// Still at work.
    Pending {
        /// 0 to 100, from the few models that tell.
        progress: Option<u8>,
        /// The provider's word for it; unknown words count as pending.
        state: String,
    },
    /// Finished with a result.
    Succeeded(TaskSuccess),
    /// Finished without a result; the provider gives the credits back.
    Failed(Failure),
    /// The provider could not answer now; the task goes on.
    Unavailable(Failure),
    /// Trouble with the key or the account; it says nothing about the task.
    Parked(Failure),
    /// The key is not configured any more.
    UnknownKey(UnknownKey),
}

/// The result of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskSuccess {
    /// Addresses of the outputs in the provider's order. Empty when the state ran ahead of the
    /// result: read again.
    pub urls: Vec<String>,
    /// The provider's id of each output that has one of its own, by its address: what goes on from
    /// a song names the song, not only the task.
    pub pieces: BTreeMap<String, String>,
    /// Addresses beside the outputs: first and last frames, masks.
    pub extra_urls: Vec<String>,
    /// Ids of what the task made for other tasks.
    pub made: MadeIds,
    /// Words or notes, of models that make no file.
    pub composed: Option<Composed>,
    /// What the task cost.
    pub credits: Option<Credits>,
    /// From creation to completion, in milliseconds.
    pub cost_ms: Option<u64>,
    /// The callback address of the request, echoed back.
    pub callback_url: Option<String>,
}

/// Ids of what a task made for other tasks: it has no file, other models take it by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeIds {
    /// The voice and manner of a song (KIE docs: generate-persona).
    pub persona: Option<String>,
    /// A voice (KIE docs: the callback of Suno's voices).
    pub voice: Option<String>,
    /// Somebody who appears in videos (KIE docs: the helpers of Gemini Omni).
    pub character: Option<String>,
}

/// Reads a complete answer to recordInfo.
pub(crate) fn read(status: u16, body: &[u8]) -> TaskReading {
    let Some(envelope) = Envelope::parse(body) else {
        let answer = crate::client::Answer { status, body: body.to_vec() };
        return match crate::client::unreadable(&answer) {
            ReadFailure::Refused(failure) if failure.kind == FailureKind::Account => {
                TaskReading::Parked(failure)
            }
            ReadFailure::Refused(failure) => TaskReading::Unavailable(failure),
            other => TaskReading::Unavailable(Failure {
                kind: FailureKind::Temporary,
                code: status.into(),
                message: other.to_string(),
            }),
        };
    };
    let refusal = || Failure::classified(Origin::Call, envelope.code, &envelope.message);
    match envelope.code {
        200 => of_data(&envelope.data),
        408 | 501 => TaskReading::Failed(failure_of(&envelope.data, &envelope)),
        404 | 422 => TaskReading::NotVisible,
        429 | 430 | 455 | 500 | 502..=504 | 520..=531 | 550 => TaskReading::Unavailable(refusal()),
        _ => TaskReading::Parked(refusal()),
    }
}

fn of_data(data: &Value) -> TaskReading {
    if !data.is_object() {
        return TaskReading::NotVisible;
    }
    let state = json::field(data, &["state"]).and_then(json::text).unwrap_or_default();
    let flag = json::field(data, &["successFlag"]).and_then(json::whole);
    match (state.trim().to_ascii_lowercase().as_str(), flag) {
        ("success", _) | ("", Some(1)) => TaskReading::Succeeded(success_of(data)),
        ("fail", _) | ("", Some(2 | 3)) => TaskReading::Failed(task_failure(data, 0, "")),
        _ => {
            let progress = json::field(data, &["progress"]).and_then(json::whole);
            let progress = progress.and_then(|percent| u8::try_from(percent.clamp(0, 100)).ok());
            TaskReading::Pending { progress, state }
        }
    }
}

/// The failure told by an envelope with code 501 or 408; the task's own words come first.
fn failure_of(data: &Value, envelope: &Envelope) -> Failure {
    task_failure(data, envelope.code, &envelope.message)
}

fn task_failure(data: &Value, code: i64, message: &str) -> Failure {
    let code = json::field(data, &["failCode", "errorCode"]).and_then(json::whole).unwrap_or(code);
    let told = json::field(data, &["failMsg", "errorMessage"]).and_then(json::text);
    Failure::classified(Origin::Task, code, told.as_deref().unwrap_or(message))
}

fn success_of(data: &Value) -> TaskSuccess {
    let mut success = TaskSuccess {
        credits: json::field(data, &["creditsConsumed"]).and_then(json::credits),
        cost_ms: cost_ms(data),
        callback_url: callback_url(data),
        ..TaskSuccess::default()
    };
    for name in ["resultJson", "response"] {
        let result = data.get(name).map(json::decoded).unwrap_or_default();
        if success.urls.is_empty() {
            success.urls = outputs(&result);
            success.pieces = pieces(&result);
        }
        if success.extra_urls.is_empty() {
            success.extra_urls = extras(&result);
        }
        if success.made == MadeIds::default() {
            success.made = made_ids(&result);
        }
        if success.composed.is_none() {
            success.composed = composed::read(&result);
        }
    }
    success
}

fn cost_ms(data: &Value) -> Option<u64> {
    let moment = |name| json::field(data, &[name]).and_then(json::whole);
    let spent = moment("completeTime")?.checked_sub(moment("createTime")?)?;
    u64::try_from(spent).ok()
}

fn callback_url(data: &Value) -> Option<String> {
    ["param", "paramJson"].iter().find_map(|name| {
        let param = json::decoded(data.get(*name)?);
        param.get("callBackUrl").and_then(json::text)
    })
}

/// The outputs: `resultUrls`, else the sounds of `data[]` (Suno's cover pictures are no outputs).
/// Nothing else is searched, because the answer also echoes the inputs.
fn outputs(result: &Value) -> Vec<String> {
    let mut urls = Vec::new();
    if let Some(listed) = json::field(result, &["resultUrls"]) {
        collect(listed, &mut urls);
    }
    if urls.is_empty()
        && let Some(Value::Array(tracks)) = json::field(result, &["data", "sunoData"])
    {
        for track in tracks {
            if let Some(url) = json::field(track, &["audio_url", "audioUrl"]) {
                collect(url, &mut urls);
            }
        }
    }
    urls
}

/// The ids of the sounds of `data[]`, by their addresses.
fn pieces(result: &Value) -> BTreeMap<String, String> {
    let Some(Value::Array(tracks)) = json::field(result, &["data", "sunoData"]) else {
        return BTreeMap::new();
    };
    let piece = |track: &Value| {
        let url = json::link(json::field(track, &["audio_url", "audioUrl"])?)?.to_owned();
        Some((url, json::field(track, &["id"]).and_then(json::text)?))
    };
    tracks.iter().filter_map(piece).collect()
}

/// The ids in the structured result, or beside it: KIE's pages spell them in both ways, and tasks
/// and product interfaces put them in different places.
fn made_ids(result: &Value) -> MadeIds {
    let object = result.get("resultObject").map(json::decoded).filter(Value::is_object);
    let from = object.as_ref().unwrap_or(result);
    let id = |names: [&str; 2]| json::field(from, &names).and_then(json::text);
    MadeIds {
        persona: id(["persona_id", "personaId"]),
        voice: id(["voice_id", "voiceId"]),
        character: id(["character_id", "characterId"]),
    }
}

fn extras(result: &Value) -> Vec<String> {
    let mut urls = Vec::new();
    for name in ["firstFrameUrl", "lastFrameUrl"] {
        if let Some(url) = result.get(name) {
            collect(url, &mut urls);
        }
    }
    if let Some(masks) = result.get("resultObject").and_then(|object| object.get("mask_urls")) {
        collect(masks, &mut urls);
    }
    urls
}

/// Takes links from a string, a list, or a string that holds a list; each once.
fn collect(value: &Value, urls: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                let item = json::field(item, &["resultUrl", "url"]).unwrap_or(item);
                if let Some(url) = json::link(item)
                    && !urls.iter().any(|known| known == url)
                {
                    urls.push(url.to_owned());
                }
            }
        }
        Value::String(_) if json::link(value).is_some() => {
            collect(&Value::Array(vec![value.clone()]), urls);
        }
        Value::String(_) => {
            let inner = json::decoded(value);
            if inner.is_array() {
                collect(&inner, urls);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
