//! The balance and the catalogue: list, schema, price, success rate, one request a second.

use super::{
    create::{TOO_OFTEN, UNKNOWN_MODEL},
    rules::{self, FieldRule, ModelRules, Wire},
    server::{Answer, key_of},
    world::KieWorld,
};
use axum::{
    extract::{Path, Query, State as Extracted},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

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
        let account = state.account(&account);
        let soon = account.listed_at.is_some_and(|last| now - last < 1000);
        if !soon {
            account.listed_at = Some(now);
        }
        soon
    });
    if soon { Err(Box::new(world.refuse(429, TOO_OFTEN))) } else { Ok(()) }
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

fn on_offer() -> impl Iterator<Item = &'static ModelRules> {
    rules::models().iter().filter(|model| !model.delisted)
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
    let found: Vec<_> = on_offer().filter(fits).map(item).collect();
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

fn openapi(model: &ModelRules) -> Option<Value> {
    let input = object_of(model.input.as_ref()?);
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
        "components": {"schemas": {}},
    }))
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
    let Some(model) = rules::model(name).filter(|model| !model.delisted) else {
        return world.refuse(404, UNKNOWN_MODEL);
    };
    let data = match what {
        "schema" => json!({"model": name, "openapi": openapi(model)}),
        "price" => json!({"model": name, "pricingDesc": model.price_text()}),
        "success-rate" => json!({"model": name, "points": []}),
        _ => return world.refuse(404, UNKNOWN_MODEL),
    };
    world.reply(Answer::success(data))
}
