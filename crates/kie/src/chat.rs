//! Chat completions: KIE's own (the model is in the path) and any OpenAI-compatible server's.

use std::time::Duration;

use money::Credits;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::client::{Answer, KieClient, USER_AGENT, base, unreadable};
use crate::failure::{Failure, Origin, ReadFailure};
use crate::json::{self, Envelope};
use crate::keys::KeyName;

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatRole {
    /// Instructions.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who says it.
    pub role: ChatRole,
    /// What is said.
    pub text: String,
    /// Public addresses of pictures that go with it.
    pub images: Vec<String>,
}

impl ChatMessage {
    /// A message without pictures.
    #[must_use]
    pub fn new(role: ChatRole, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), images: Vec::new() }
    }
}

/// A question to a language model.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// The conversation so far.
    pub messages: Vec<ChatMessage>,
    /// More parameters as they stand in the documentation, such as `reasoning_effort: "low"`;
    /// `messages`, `model` and `stream` are ours.
    pub options: Map<String, Value>,
    /// The longest wait; answers usually take 6 to 16 seconds.
    pub timeout: Duration,
}

/// A language model's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatReply {
    /// The text, never empty.
    pub text: String,
    /// What KIE charged for it.
    pub credits: Option<Credits>,
}

/// An OpenAI-compatible server.
#[derive(Clone, Debug)]
pub struct ChatEndpoint {
    /// The address that ends in `/v1`; `/chat/completions` is appended.
    pub base_url: String,
    /// The bearer key.
    pub key: SecretString,
    /// The model's name for the body.
    pub model: String,
}

impl KieClient {
    /// Asks a language model of KIE (KIE docs: `/{slug}/v1/chat/completions`).
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn chat(
        &self,
        key: &KeyName,
        slug: &str,
        request: &ChatRequest,
    ) -> Result<ChatReply, ReadFailure> {
        let (index, key) = self.0.ring.find(key)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if slug.is_empty() || slug.starts_with('.') || !slug.bytes().all(plain) {
            return Err(ReadFailure::NotAllowed("the chat model's slug is malformed"));
        }
        let url = format!("{}/{slug}/v1/chat/completions", self.0.api_url);
        let call = self
            .request(Method::POST, &url, key)
            .timeout(request.timeout)
            .json(&body(None, request));
        let result = reply(&self.send("chat", call).await?);
        self.note(index, result.as_ref().err());
        result
    }

    /// Asks a language model of another, OpenAI-compatible server.
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn chat_at(
        &self,
        endpoint: &ChatEndpoint,
        request: &ChatRequest,
    ) -> Result<ChatReply, ReadFailure> {
        let base = base(&endpoint.base_url)
            .ok_or(ReadFailure::NotAllowed("the chat server's address is malformed"))?;
        let call = self
            .0
            .http
            .post(format!("{base}/chat/completions"))
            .header(reqwest::header::USER_AGENT, USER_AGENT)
            .bearer_auth(endpoint.key.expose_secret())
            .timeout(request.timeout)
            .json(&body(Some(&endpoint.model), request));
        reply(&self.send("chat", call).await?)
    }
}

fn body(model: Option<&str>, request: &ChatRequest) -> Value {
    let mut body = request.options.clone();
    if let Some(model) = model {
        body.insert("model".into(), model.into());
    }
    body.insert("messages".into(), request.messages.iter().map(message).collect());
    // Some models stream unless told otherwise.
    body.insert("stream".into(), false.into());
    body.into()
}

fn message(message: &ChatMessage) -> Value {
    let role = match message.role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    if message.images.is_empty() {
        return json!({ "role": role, "content": message.text });
    }
    let text = std::iter::once(json!({ "type": "text", "text": message.text }));
    let images = message
        .images
        .iter()
        .map(|url| json!({ "type": "image_url", "image_url": { "url": url } }));
    json!({ "role": role, "content": text.chain(images).collect::<Value>() })
}

/// Reads an answer: a completion, an envelope with an error, an `OpenAI` error, or a stream that was
/// not asked for.
fn reply(answer: &Answer) -> Result<ChatReply, ReadFailure> {
    let mut found = Found::default();
    match json::value(&answer.body) {
        Some(value) => found.take(answer, value)?,
        None => {
            let events = events(&answer.body);
            if events.is_empty() {
                return Err(unreadable(answer));
            }
            for event in events {
                found.take(answer, event)?;
            }
        }
    }
    let text = found.text.trim();
    if text.is_empty() {
        return Err(ReadFailure::Unreadable(format!("HTTP {}: no text", answer.status)));
    }
    Ok(ChatReply { text: text.to_owned(), credits: found.credits })
}

#[derive(Default)]
struct Found {
    text: String,
    credits: Option<Credits>,
}

impl Found {
    fn take(&mut self, answer: &Answer, value: Value) -> Result<(), ReadFailure> {
        if let Some(credits) = value.get("credits_consumed").and_then(json::credits) {
            self.credits = Some(credits);
        }
        if let Some(choices) = value.get("choices").and_then(Value::as_array) {
            let choice = choices.first().unwrap_or(&Value::Null);
            let said = json::field(choice, &["message", "delta"]);
            if let Some(content) = said.and_then(|said| json::field(said, &["content"])) {
                append(&mut self.text, content);
            }
            return Ok(());
        }
        if let Some(error) = json::field(&value, &["error"]) {
            return Err(ReadFailure::Refused(openai_error(answer.status, error)));
        }
        let Some(envelope) = Envelope::from_value(value) else {
            return if answer.status == 200 { Ok(()) } else { Err(unreadable(answer)) };
        };
        if envelope.code != 200 {
            let failure = Failure::classified(Origin::Call, envelope.code, &envelope.message);
            return Err(ReadFailure::Refused(failure));
        }
        if envelope.data.get("choices").is_some() {
            return self.take(answer, envelope.data);
        }
        Ok(())
    }
}

/// The text of a `content`: a string, or parts of which the textual ones count.
fn append(text: &mut String, content: &Value) {
    match content {
        Value::String(said) => text.push_str(said),
        Value::Array(parts) => {
            for part in parts {
                if let Some(said) = part.get("text").and_then(Value::as_str) {
                    text.push_str(said);
                }
            }
        }
        _ => {}
    }
}

fn openai_error(status: u16, error: &Value) -> Failure {
    let message = error.get("message").or(Some(error)).and_then(json::text).unwrap_or_default();
    let code = error.get("code").and_then(json::whole).filter(|code| (400..600).contains(code));
    let code = code.unwrap_or(if status == 200 { 500 } else { status.into() });
    Failure::classified(Origin::Call, code, &message)
}

/// The JSON of the `data:` lines of an event stream.
fn events(body: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(body)
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(str::trim)
        .take_while(|data| *data != "[DONE]")
        .filter_map(|data| serde_json::from_str(data).ok())
        .collect()
}

#[cfg(test)]
mod tests;
