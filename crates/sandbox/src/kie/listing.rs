//! The balance and the catalogue: list, schema, price, success rate, one request a second.

use super::{
    create::{TOO_OFTEN, UNKNOWN_MODEL},
    rules::{FieldRule, ModelRules, Output, Wire},
    server::{Answer, html_502, key_of},
    shelf::ListingFault,
    tasks::INTERNAL,
    world::KieWorld,
};
use axum::{
    extract::{Path, Query, State as Extracted},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

pub(super) async fn credit(Extracted(world): Extracted<KieWorld>, headers: HeaderMap) -> Response {
    let Some((_, account)) = key_of(&world, &headers) else { return world.unauthorized() };
    let credits = world.with(|state| state.account(&account).credits.json());
    world.reply(Answer::success(credits))
}

/// `Err` holds the answer to a caller without a key or too soon after its last call.
fn admit(world: &KieWorld, headers: &HeaderMap) -> Result<(), Box<Response>> {
    let Some((_, account)) = key_of(world, headers) else {
        return Err(Box::new(world.unauthorized()));
    };
    let now = world.now();
    let soon = world.with(|state| {
        let pace_ms = state.shelf.pace_ms.unwrap_or(1000);
        let account = state.account(&account);
        let soon = account.listed_at.is_some_and(|last| now - last < pace_ms);
        if !soon {
            account.listed_at = Some(now);
        }
        soon
    });
    if soon {
        return Err(Box::new(world.refuse(429, TOO_OFTEN)));
    }
    break_down(world)
}

/// `Err` holds the answer of a call that meets a fault.
fn break_down(world: &KieWorld) -> Result<(), Box<Response>> {
    let Some(fault) = world.with(|state| state.shelf.fault()) else { return Ok(()) };
    let nothing = json!({
        "total": 0, "models": [], "openapi": null, "pricingDesc": null, "points": [],
        "records": [], "pages": 0, "all": 0,
    });
    Err(Box::new(match fault {
        ListingFault::RateLimited => world.refuse(429, TOO_OFTEN),
        ListingFault::ServerError500 => world.refuse(500, INTERNAL),
        ListingFault::Html502 => html_502(),
        ListingFault::Garbage200 => "<p>Maintenance.</p>".into_response(),
        ListingFault::WrongShape => world.reply(Answer::success(json!({"list": {"page": 1}}))),
        ListingFault::Empty => world.reply(Answer::success(nothing)),
    }))
}

/// Chat models: listed beside the others and ordered through addresses of their own.
const CHAT: [(&str, &str, &str); 2] =
    [("gpt-5-5", "GPT 5.5", "OpenAI"), ("claude-haiku-4-5", "Claude Haiku 4.5", "Anthropic")];

fn chat_item((slug, title, provider): (&str, &str, &str)) -> Value {
    json!({
        "model": slug, "slug": slug, "title": title, "provider": provider, "taskType": ["Chat"],
        "description": null, "pricingDesc": "credits per million tokens, in and out",
    })
}

/// `text-to-video` as the catalogue writes it: `Text to Video`.
fn task_type(task: &str) -> String {
    let words = task.split('-').map(|word| match word {
        "to" => word.to_owned(),
        _ => {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

fn item(model: &ModelRules) -> Value {
    json!({
        "model": model.id,
        "slug": model.id,
        "title": model.title,
        "provider": model.provider,
        "taskType": model.tasks.iter().map(|task| task_type(task)).collect::<Vec<_>>(),
        "description": "",
        "pricingDesc": model.price_text(),
    })
}

pub(super) async fn models(
    Extracted(world): Extracted<KieWorld>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = admit(&world, &headers) {
        return *answer;
    }
    let wanted = |name: &str| query.get(name).filter(|text| !text.is_empty());
    let fits = |model: &&ModelRules| {
        let kind = wanted("taskType").is_none_or(|kinds| {
            kinds.split(',').any(|kind| model.tasks.iter().any(|t| task_type(t) == kind.trim()))
        });
        let provider = wanted("provider").is_none_or(|p| model.provider.eq_ignore_ascii_case(p));
        let text = wanted("q").is_none_or(|q| {
            let q = q.to_lowercase();
            model.id.contains(&q) || model.title.to_lowercase().contains(&q)
        });
        kind && provider && text
    };
    let offered = world.with(|state| state.shelf.models());
    let mut found: Vec<_> = offered.into_iter().filter(fits).map(item).collect();
    if ["taskType", "provider", "q"].iter().all(|name| wanted(name).is_none()) {
        found.extend(CHAT.map(chat_item));
    }
    world.reply(Answer::success(json!({"total": found.len(), "models": found})))
}

fn schema_of(field: &FieldRule) -> Value {
    let word = |wire: Wire| match wire {
        Wire::String => "string",
        Wire::Integer => "integer",
        Wire::Number => "number",
        Wire::Boolean => "boolean",
        Wire::Array => "array",
        Wire::Object => "object",
    };
    let mut schema = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            schema.insert(name.to_owned(), value);
        }
    };
    set("type", Some(json!(word(field.wire))));
    set("enum", field.options.clone().map(Value::Array));
    set("default", field.default.clone());
    set("minimum", field.min.map(|n| json!(n)));
    set("maximum", field.max.map(|n| json!(n)));
    set("minLength", field.min_length.map(|n| json!(n)));
    set("maxLength", field.max_length.map(|n| json!(n)));
    set("minItems", field.min_items.map(|n| json!(n)));
    set("maxItems", field.max_items.map(|n| json!(n)));
    let items = match (&field.item_fields, field.items) {
        (Some(fields), _) => Some(object_of(fields)),
        (None, Some(wire)) if field.format.is_some() => {
            Some(json!({"type": word(wire), "format": "uri"}))
        }
        (None, Some(wire)) => Some(json!({"type": word(wire)})),
        (None, None) => None,
    };
    set("items", items);
    let link = field.format.is_some() && field.wire == Wire::String;
    set("format", link.then(|| json!("uri")));
    Value::Object(schema)
}

fn object_of(fields: &[FieldRule]) -> Value {
    let required: Vec<_> = fields.iter().filter(|f| f.required).map(|f| &f.name).collect();
    let properties: Map<_, _> = fields.iter().map(|f| (f.name.clone(), schema_of(f))).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

/// A name as the real documents write some.
fn odd_name(name: &str) -> String {
    format!("{} ", name.replace('_', "%5F"))
}

/// The schema with badly written names.
fn odd(mut schema: Value) -> Value {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, one)| (odd_name(&name), one))
            .collect();
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            *name = json!(odd_name(name.as_str().unwrap_or_default()));
        }
    }
    schema
}

fn openapi(model: &ModelRules, oddly: bool) -> Option<Value> {
    let mut input = object_of(model.input.as_ref()?);
    let mut components = json!({});
    if let (Some(sets), Some(schema)) = (&model.one_of, input.as_object_mut()) {
        let ways: Vec<_> = sets.iter().map(|set| json!({"required": set})).collect();
        schema.insert("oneOf".to_owned(), Value::Array(ways));
    }
    if oddly && model.one_of.is_none() {
        components = json!({"Task%20Input ": odd(input)});
        input = json!({"$ref": "#/components/schemas/Task Input", "x-apidog-orders": []});
    }
    let body = json!({
        "type": "object",
        "required": ["model", "input"],
        "properties": {
            "model": {"type": "string", "enum": [model.id]},
            "callBackUrl": {"type": "string", "format": "uri"},
            "input": input,
        },
    });
    Some(json!({
        "openapi": "3.1.0",
        "info": {"title": model.title, "version": "1.0.0"},
        "servers": [{"url": "https://api.kie.ai"}],
        "paths": {"/api/v1/jobs/createTask": {"post": {
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "Request accepted"}},
        }}},
        "components": {"schemas": components},
    }))
}

/// The span that one point of a success rate is for, and how many of them are a day.
const SPAN_MS: i64 = 600_000;
const SPANS: i64 = 144;

/// The last day in spans of ten minutes; every third one is without traffic.
fn points(now: i64, percent: Option<u8>) -> Vec<Value> {
    let Some(percent) = percent else { return Vec::new() };
    let moment = |at: i64| {
        let at =
            OffsetDateTime::from_unix_timestamp(at / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        at.format(&Rfc3339).unwrap_or_default()
    };
    let first = now - now.rem_euclid(SPAN_MS) - SPANS * SPAN_MS;
    let point = |span: i64| {
        let start = first + span * SPAN_MS;
        let seen = span % 3 != 0;
        json!({
            "start": moment(start), "end": moment(start + SPAN_MS),
            "successRate": seen.then(|| f64::from(percent)),
            "errorRate": seen.then(|| f64::from(100 - percent)),
            "isNormal": percent >= 90 || !seen,
        })
    };
    (0..SPANS).map(point).collect()
}

/// `{name}/schema`, `{name}/price`, `{name}/success-rate`; names contain slashes.
pub(super) async fn one_model(
    Extracted(world): Extracted<KieWorld>,
    Path(rest): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(answer) = admit(&world, &headers) {
        return *answer;
    }
    let Some((name, what)) = rest.rsplit_once('/') else {
        return world.refuse(404, UNKNOWN_MODEL);
    };
    let (found, oddly, rate, down) = world.with(|state| {
        let shelf = &state.shelf;
        (shelf.model(name), shelf.odd, shelf.rates.get(name).copied(), shelf.rates_down)
    });
    let Some(model) = found else {
        return world.refuse(404, UNKNOWN_MODEL);
    };
    let data = match what {
        "schema" => json!({"model": name, "openapi": openapi(model, oddly)}),
        "price" => json!({"model": name, "pricingDesc": model.price_text()}),
        "success-rate" if down => return world.refuse(500, INTERNAL),
        "success-rate" => json!({"model": name, "points": points(world.now(), rate)}),
        _ => return world.refuse(404, UNKNOWN_MODEL),
    };
    world.reply(Answer::success(data))
}

/// How many lines the price feed has, by kind. It asks for no key.
pub(super) async fn price_count(Extracted(world): Extracted<KieWorld>) -> Response {
    if let Err(answer) = break_down(&world) {
        return *answer;
    }
    let mut counts =
        HashMap::from([("all", 0), ("image", 0), ("video", 0), ("music", 0), ("chat", 0)]);
    for model in world.with(|state| state.shelf.models()) {
        let lines = model.price_lines().len();
        for kind in ["all", interface(model)] {
            *counts.entry(kind).or_default() += lines;
        }
    }
    world.reply(Answer::success(json!(counts)))
}

fn interface(model: &ModelRules) -> &'static str {
    match model.output {
        Output::Image => "image",
        Output::Video => "video",
        Output::Audio => "music",
        Output::Text => "chat",
    }
}

/// `POST /client/v1/model-pricing/page`: at most 100 lines a page, pages from 1.
pub(super) async fn price_page(Extracted(world): Extracted<KieWorld>, body: Bytes) -> Response {
    if let Err(answer) = break_down(&world) {
        return *answer;
    }
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let number = |name: &str| asked.get(name).and_then(Value::as_u64);
    let (Some(page), Some(size @ 1..=100)) =
        (number("pageNum").filter(|page| *page > 0), number("pageSize"))
    else {
        world.with(|state| state.blame(format!("price feed: asked for {asked}")));
        return world.refuse(400, "Invalid parameter");
    };
    let offered = world.with(|state| state.shelf.models());
    let lines = offered.iter().flat_map(|model| {
        let anchor = format!("https://kie.ai/models?model={}", model.id.replace('/', "%2F"));
        model.price_lines().into_iter().map(move |(words, credits, unit)| {
            json!({
                "modelDescription": words, "interfaceType": interface(model),
                "provider": model.provider, "creditPrice": credits, "creditUnit": unit,
                "usdPrice": "", "discountRate": 0, "anchor": anchor.clone(),
            })
        })
    });
    let lines: Vec<Value> = lines.collect();
    let (page, size) = (usize::try_from(page).unwrap_or(1), usize::try_from(size).unwrap_or(100));
    let records: Vec<_> = lines.iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    world.reply(Answer::success(json!({
        "records": records, "total": lines.len(), "pages": lines.len().div_ceil(size),
    })))
}
