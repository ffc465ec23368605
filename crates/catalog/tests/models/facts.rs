//! KIE's own schemas and price list of the models on sale, read without the catalogue's code.
//! Sources: KIE docs, the page of each model (August 2026); KIE's price list of 2026-10-09.

use serde_json::{Map, Value};

pub(crate) fn facts() -> Map<String, Value> {
    serde_json::from_str(include_str!("facts.json")).unwrap()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

/// What is wrong with a payload in the eyes of KIE's schema.
pub(crate) fn complaints(model: &Value, payload: &Map<String, Value>) -> Vec<String> {
    let fields = model["input"].as_array().unwrap();
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
        "array" => value.is_array(),
        other => panic!("a new type in the facts: {other}"),
    };
    if !of_type {
        return Some(format!("{value} is no {}", field["type"]));
    }
    if field["enum"].is_array() && !strings(&field["enum"]).contains(&value.as_str().unwrap()) {
        return Some(format!("{value} is not listed"));
    }
    if let Some(text) = value.as_str() {
        let length = u64::try_from(text.chars().count()).unwrap();
        if field["max_length"].as_u64().is_some_and(|max| length > max)
            || field["min_length"].as_u64().is_some_and(|min| length < min)
        {
            return Some(format!("{length} characters"));
        }
    }
    let out_of_range = |number: f64| {
        field["min"].as_f64().is_some_and(|min| number < min)
            || field["max"].as_f64().is_some_and(|max| number > max)
    };
    if value.as_f64().is_some_and(out_of_range) {
        return Some(format!("{value} is out of range"));
    }
    if let Some(list) = value.as_array() {
        let length = u64::try_from(list.len()).unwrap();
        if length == 0 || field["max_items"].as_u64().is_some_and(|max| length > max) {
            return Some(format!("{length} items"));
        }
        if !list.iter().all(|item| item.as_str().is_some_and(|url| url.starts_with("https://"))) {
            return Some("not a list of links".to_owned());
        }
    }
    None
}
