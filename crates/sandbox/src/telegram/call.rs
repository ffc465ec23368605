//! A call as it arrives: its parameters from any of the four encodings, and refusals.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{Request, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::schema::json_params;

/// The real server takes files up to 50 MB; the rest is the form around them, and an album has
/// up to ten files.
const MAX_BODY: usize = 512 * 1024 * 1024;

/// A parameter before it has a type.
#[derive(Clone, Debug)]
pub(super) enum RawParam {
    Text(String),
    Json(Value),
    File(Upload),
}

/// A file part of a form.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub name: String,
    pub mime: Option<String>,
    pub bytes: Bytes,
}

/// Parameters that agree with the specification.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    pub values: Map<String, Value>,
    pub uploads: BTreeMap<String, Upload>,
}

/// The Bot API's "no".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u32>,
}

impl Refusal {
    pub(super) fn bad_request(what: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    pub(super) fn blocked() -> Self {
        Self::new(403, "Forbidden: bot was blocked by the user")
    }

    pub(super) fn flood(seconds: u32) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { code: 429, description, retry_after: Some(seconds) }
    }

    pub(super) fn json(&self) -> Value {
        let mut json =
            json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(seconds) = self.retry_after {
            json["parameters"] = json!({ "retry_after": seconds });
        }
        json
    }
}

impl Params {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_str()
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.values.get(name)?.as_i64()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.values.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(super) fn list(&self, name: &str) -> Option<&Vec<Value>> {
        self.values.get(name)?.as_array()
    }

    /// For the list of calls: files by name and size.
    pub(super) fn shown(&self) -> Value {
        let mut shown = self.values.clone();
        for (name, upload) in &self.uploads {
            let file = json!({ "file_name": upload.name, "bytes": upload.bytes.len() });
            shown.insert(name.clone(), file);
        }
        Value::Object(shown)
    }

    /// Every `attach://` leads to a file of the form, and every file beside the parameters
    /// (`extra`) is led to.
    pub(super) fn check_attachments(&self, extra: &[String]) -> Result<(), String> {
        let mut names = Vec::new();
        for value in self.values.values() {
            attachments(value, &mut names);
        }
        if let Some(name) = names.iter().find(|name| !self.uploads.contains_key(**name)) {
            return Err(format!("attach://{name} leads to no file of the form"));
        }
        match extra.iter().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(format!("unknown parameter \"{name}\"")),
            None => Ok(()),
        }
    }
}

fn attachments<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => names.extend(text.strip_prefix("attach://")),
        Value::Array(items) => items.iter().for_each(|item| attachments(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| attachments(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads the parameters from the query and the body, whatever the encoding; the body wins.
pub(super) async fn read_params(
    request: Request<Body>,
) -> Result<BTreeMap<String, RawParam>, Refusal> {
    let mut params = form_params(request.uri().query().unwrap_or_default().as_bytes());
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if content_type.starts_with("multipart/form-data") {
        params.extend(multipart_params(request).await?);
        return Ok(params);
    }
    let body = axum::body::to_bytes(request.into_body(), MAX_BODY)
        .await
        .map_err(|_| Refusal::new(413, "Request Entity Too Large"))?;
    if content_type.starts_with("application/json") {
        let json: Value = if body.is_empty() {
            json!({})
        } else {
            serde_json::from_slice(&body)
                .map_err(|error| Refusal::bad_request(format!("can't parse JSON: {error}")))?
        };
        let Value::Object(fields) = json else {
            return Err(Refusal::bad_request("can't parse JSON: an object expected"));
        };
        params.extend(json_params(fields));
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        params.extend(form_params(&body));
    } else if !body.is_empty() {
        return Err(Refusal::bad_request("unsupported content type"));
    }
    Ok(params)
}

fn form_params(form: &[u8]) -> BTreeMap<String, RawParam> {
    url::form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), RawParam::Text(value.into_owned())))
        .collect()
}

async fn multipart_params(request: Request<Body>) -> Result<BTreeMap<String, RawParam>, Refusal> {
    let broken = |_| Refusal::bad_request("can't parse multipart form");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Refusal::bad_request("can't parse multipart form"))?;
    let mut params = BTreeMap::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.name().map(ToOwned::to_owned) else { continue };
        let file_name = field.file_name().map(ToOwned::to_owned);
        let mime = field.content_type().map(ToOwned::to_owned);
        let bytes = field.bytes().await.map_err(broken)?;
        let param = match file_name {
            Some(name) => RawParam::File(Upload { name, mime, bytes }),
            None => RawParam::Text(
                String::from_utf8(bytes.to_vec())
                    .map_err(|_| Refusal::bad_request("strings must be encoded in UTF-8"))?,
            ),
        };
        params.insert(name, param);
    }
    Ok(params)
}
