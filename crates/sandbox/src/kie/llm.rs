//! Chat completions: KIE's own (`/{slug}/v1/chat/completions`) and a plain OpenAI-compatible one.

use super::{
    amount::Credits,
    server::{bearer, html_502, key_of},
    world::KieWorld,
};
use axum::{
    body::Body,
    extract::{Path, State as Extracted},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};

/// What one completion costs.
const COST: Credits = Credits::from_millionths(10_000);

/// KIE docs: the slugs with an OpenAI-style chat.
const SLUGS: [&str; 10] = [
    "gpt-5-2",
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemini-3-flash",
    "gemini-3-pro",
    "gemini-3.1-pro",
    "gemini-3-5-flash-openai",
    "gemini-3-6-flash-openai",
    "gemini-3-7-flash-openai",
    "gemini-3-8-flash-openai",
];

/// What a chat completion answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatScript {
    /// This text.
    Reply(String),
    /// Nothing, until the caller hangs up.
    Slow,
    /// The envelope 500 that KIE documents as passing.
    Error500,
    /// The envelope 402.
    NoCredits,
    /// The edge's HTML page with HTTP 502.
    Html502,
    /// HTTP 200 with something that is not JSON.
    Garbage200,
}

/// A chat completion that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatSeen {
    /// The slug of the path; `None` on the OpenAI-compatible address.
    pub slug: Option<String>,
    /// The body exactly as sent.
    pub body: Value,
}

fn last_user_text(body: &Value) -> String {
    let messages = body.get("messages").and_then(Value::as_array);
    let last = messages.and_then(|all| {
        all.iter().rev().find(|message| message.get("role") == Some(&json!("user")))
    });
    match last.and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        Some(_) | None => String::new(),
    }
}

fn rewritten(text: &str) -> String {
    let cyrillic = text.chars().any(|c| ('\u{400}'..='\u{4FF}').contains(&c));
    let tail = match cyrillic {
        true => "мягкий боковой свет, чёткие детали, кинематографичный кадр",
        false => "soft side light, crisp detail, cinematic framing",
    };
    format!("{}, {tail}", text.trim().trim_end_matches('.'))
}

/// How many strings of a JSON array the instructions ask for, if they do.
fn array_wanted(body: &Value) -> Option<usize> {
    let messages = body.get("messages").and_then(Value::as_array)?;
    let system = messages.iter().find(|message| message.get("role") == Some(&json!("system")))?;
    let told = system.get("content").and_then(Value::as_str)?;
    let (_, rest) = told.split_once("JSON array of exactly ")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// What an obedient model says: the wish in other words, as an array where one is asked for.
fn obedient(body: &Value) -> String {
    const WAYS: [&str; 5] = [
        "slow push-in of the camera, warm light",
        "gentle orbit of the camera, soft wind",
        "handheld camera, morning sun",
        "wide shot, deep colours",
        "close-up, shallow focus",
    ];
    let text = rewritten(&last_user_text(body));
    let Some(count) = array_wanted(body) else { return text };
    let all = WAYS.iter().cycle().take(count).map(|way| format!("{text}, {way}"));
    Value::from(all.collect::<Vec<_>>()).to_string()
}

fn whole(model: &str, text: &str, id: &str, now: i64, priced: bool) -> Value {
    let words = text.split_whitespace().count();
    let mut body = json!({
        "choices": [{
            "finish_reason": "stop",
            "index": 0,
            "message": {"content": text, "role": "assistant"},
        }],
        "created": now / 1000,
        "id": format!("chatcmpl-{id}"),
        "model": model,
        "object": "chat.completion",
        "usage": {"completion_tokens": words, "prompt_tokens": 20, "total_tokens": words + 20},
    });
    if let (true, Some(map)) = (priced, body.as_object_mut()) {
        map.insert("credits_consumed".to_owned(), COST.json());
    }
    body
}

fn event_stream(model: &str, text: &str, id: &str) -> Response {
    let letters: Vec<char> = text.chars().collect();
    let middle = letters.len() / 2;
    let halves = [&letters[..middle], &letters[middle..]];
    let mut stream = String::new();
    for half in halves {
        let half: String = half.iter().collect();
        let chunk = json!({
            "id": format!("chatcmpl-{id}"),
            "object": "chat.completion.chunk",
            "model": model,
            "choices": [{"index": 0, "delta": {"content": half}, "finish_reason": null}],
        });
        stream.push_str(&format!("data: {chunk}\n\n"));
    }
    stream.push_str("data: [DONE]\n\n");
    ([(header::CONTENT_TYPE, "text/event-stream")], stream).into_response()
}

/// Answers by script when there is one: the text to say, or the whole response.
async fn scripted(world: &KieWorld, body: &Value) -> Result<String, Box<Response>> {
    match world.with(|state| state.chat_scripts.pop_front()) {
        None => Ok(obedient(body)),
        Some(ChatScript::Reply(text)) => Ok(text),
        Some(ChatScript::Slow) => {
            world.closed().await;
            Err(Box::new(html_502()))
        }
        Some(ChatScript::Error500) => {
            Err(Box::new(world.refuse(500, "Server exception, please try again later")))
        }
        Some(ChatScript::NoCredits) => Err(Box::new(world.refuse(402, super::create::NO_CREDITS))),
        Some(ChatScript::Html502) => Err(Box::new(html_502())),
        Some(ChatScript::Garbage200) => Err(Box::new(Response::new(Body::from("{\"choices\":[{")))),
    }
}

fn messages_are_fine(body: &Value) -> bool {
    let messages = body.get("messages").and_then(Value::as_array);
    messages.is_some_and(|all| {
        let fine = |message: &Value| {
            let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
            let content = message.get("content");
            ["system", "developer", "user", "assistant", "tool"].contains(&role)
                && content.is_some_and(|content| content.is_string() || content.is_array())
        };
        !all.is_empty() && all.iter().all(fine)
    })
}

pub(super) async fn by_slug(
    Extracted(world): Extracted<KieWorld>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((_, account)) = key_of(&world, &headers) else { return world.unauthorized() };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return world.refuse(400, "The request body is not valid JSON");
    };
    world.with(|state| {
        state.chats.push(ChatSeen { slug: Some(slug.clone()), body: body.clone() });
        if body.get("model").is_some() {
            state.blame(format!("chat {slug}: `model` in the body, it belongs into the path"));
        }
    });
    if !SLUGS.contains(&slug.as_str()) {
        world.with(|state| state.blame(format!("chat: unknown slug {slug}")));
        return world.refuse(404, super::create::UNKNOWN_MODEL);
    }
    if !messages_are_fine(&body) {
        world.with(|state| state.blame(format!("chat {slug}: messages are malformed")));
        return world.refuse(400, "messages is invalid");
    }
    let gemini = slug.starts_with("gemini");
    let stream = body.get("stream").and_then(Value::as_bool).unwrap_or(gemini);
    if !gemini && body.get("stream").is_some_and(|stream| stream != &json!(false)) {
        world.with(|state| state.blame(format!("chat {slug}: it does not stream")));
    }
    let poor = world.with(|state| state.account(&account).credits < COST);
    if poor {
        return world.refuse(402, super::create::NO_CREDITS);
    }
    let text = match scripted(&world, &body).await {
        Ok(text) => text,
        Err(response) => return *response,
    };
    let id = world.with(|state| {
        let account = state.account(&account);
        account.credits = account.credits.minus(COST);
        state.hex()
    });
    if gemini && stream {
        return event_stream(&slug, &text, &id);
    }
    let mut response =
        Response::new(Body::from(whole(&slug, &text, &id, world.now(), true).to_string()));
    if gemini {
        let kind = HeaderValue::from_static("application/json;charset=UTF-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

pub(super) async fn compatible(
    Extracted(world): Extracted<KieWorld>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let refuse = |status: StatusCode, text: &str| {
        let body = json!({"error": {"message": text, "type": "invalid_request_error"}});
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    };
    if bearer(&headers).is_none() {
        return refuse(StatusCode::UNAUTHORIZED, "You didn't provide an API key.");
    }
    let body = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    world.with(|state| state.chats.push(ChatSeen { slug: None, body: body.clone() }));
    let Some(model) = body.get("model").and_then(Value::as_str) else {
        return refuse(StatusCode::BAD_REQUEST, "you must provide a model parameter");
    };
    if !messages_are_fine(&body) {
        return refuse(StatusCode::BAD_REQUEST, "messages is invalid");
    }
    let text = match scripted(&world, &body).await {
        Ok(text) => text,
        Err(response) => return *response,
    };
    let id = world.with(|state| state.hex());
    if body.get("stream") == Some(&json!(true)) {
        return event_stream(model, &text, &id);
    }
    let answer = whole(model, &text, &id, world.now(), false).to_string();
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}
