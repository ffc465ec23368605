//! KIE's own schemas and price list of the models on sale, read without the catalogue's code.
//! Sources: KIE docs, the page of each model (August 2026); KIE's price list of 2026-10-09.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static FACTS: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("facts.json")).unwrap());

pub(crate) fn facts() -> &'static Map<String, Value> {
    &FACTS
}

/// Models that KIE sold once, or sells by an older endpoint.
pub(crate) fn gone() -> Map<String, Value> {
    serde_json::from_str(include_str!("gone.json")).unwrap()
}

/// Payloads that KIE's own pages show.
pub(crate) fn examples() -> Vec<Value> {
    serde_json::from_str(include_str!("examples.json")).unwrap()
}

/// What is wrong with a payload in the eyes of KIE's schema.
pub(crate) fn complaints(model: &Value, payload: &Map<String, Value>) -> Vec<String> {
    complaints_of(&model["input"], payload)
}

fn complaints_of(fields: &Value, payload: &Map<String, Value>) -> Vec<String> {
    let fields = fields.as_array().unwrap();
    let mut complaints = Vec::new();
    for (name, value) in payload {
        match fields.iter().find(|field| field["name"] == **name) {
            None => complaints.push(format!("`{name}` is not a parameter")),
            Some(field) => {
                complaints.extend(complaint(field, value).map(|text| format!("`{name}`: {text}")));
            }
        }
    }
    for field in fields.iter().filter(|field| field["required"] == true) {
        if !payload.contains_key(field["name"].as_str().unwrap()) {
            complaints.push(format!("{} is missing", field["name"]));
        }
    }
    complaints
}

fn complaint(field: &Value, value: &Value) -> Option<String> {
    let of_type = match field["type"].as_str().unwrap() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64(),
        "array" => value.is_array(),
        other => panic!("a new type in the facts: {other}"),
    };
    if !of_type {
        return Some(format!("{value} is no {}", field["type"]));
    }
    if let Some(listed) = field["enum"].as_array() {
        let same =
            |one: &Value| one == value || (one.is_number() && one.as_f64() == value.as_f64());
        if !listed.iter().any(same) {
            return Some(format!("{value} is not listed"));
        }
    }
    if let Some(text) = value.as_str() {
        let length = u64::try_from(text.chars().count()).unwrap();
        if field["max_length"].as_u64().is_some_and(|max| length > max)
            || field["min_length"].as_u64().is_some_and(|min| length < min)
        {
            return Some(format!("{length} characters"));
        }
        if field["format"].is_string() && !text.starts_with("https://") {
            return Some("not a link".to_owned());
        }
    }
    let out_of_range = |number: f64| {
        field["min"].as_f64().is_some_and(|min| number < min)
            || field["max"].as_f64().is_some_and(|max| number > max)
    };
    if value.as_f64().is_some_and(out_of_range) {
        return Some(format!("{value} is out of range"));
    }
    value.as_array().and_then(|list| list_complaint(field, list))
}

fn list_complaint(field: &Value, list: &[Value]) -> Option<String> {
    let length = u64::try_from(list.len()).unwrap();
    // KIE's own examples show empty lists where the schema names no least length.
    if field["max_items"].as_u64().is_some_and(|max| length > max)
        || field["min_items"].as_u64().is_some_and(|min| length < min)
    {
        return Some(format!("{length} items"));
    }
    if field["format"].is_string() {
        let link = |item: &Value| item.as_str().is_some_and(|url| url.starts_with("https://"));
        return (!list.iter().all(link)).then(|| "not a list of links".to_owned());
    }
    let wrong = |item: &Value| match field["items"].as_str() {
        Some("object") => {
            let Some(object) = item.as_object() else { return Some(format!("{item}")) };
            complaints_of(&field["item_fields"], object).into_iter().next()
        }
        Some("integer") => (!item.is_i64()).then(|| format!("{item} is no integer")),
        _ => (!item.is_string()).then(|| format!("{item} is no string")),
    };
    list.iter().find_map(wrong)
}
