//! KIE's OpenAPI documents, with their traps: names that are percent-encoded or end in a space,
//! references that are not inlined, alternatives, nulls, and examples that contradict the schema.

use std::cell::Cell;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::load::CREATE_TASK;
use crate::published::{PublishedField, PublishedInput, PublishedKind};

/// References and alternatives are followed so deep; a document may point at itself.
const DEPTH: u8 = 12;

/// So many schemas are looked into: a document may be made to branch without end.
const SCHEMAS_MAX: u32 = 4_000;

/// More than any model has.
const FIELDS_MAX: usize = 80;

/// More than any list has.
const OPTIONS_MAX: usize = 500;

type Object = Map<String, Value>;

/// A document, to look references up in.
struct Document<'a> {
    whole: &'a Value,
    /// How many more schemas are looked into.
    left: Cell<u32>,
}

/// What a schema comes to after references and alternatives are followed.
#[derive(Clone, Debug, Default)]
struct Flat {
    /// The keys that stand in the schema itself and what it is made of.
    keys: Object,
    /// Properties, in order, with their schemas.
    properties: Vec<(String, Value)>,
    required: Vec<String>,
    /// Required names of each alternative.
    one_of: Vec<Vec<String>>,
}

pub(crate) fn read(document: &Value) -> Option<PublishedInput> {
    let paths = document.get("paths")?.as_object()?;
    let own = paths.get_key_value(CREATE_TASK);
    let (path, item) = own.or_else(|| paths.iter().next())?;
    let operation = ["post", "get"].iter().find_map(|method| item.get(*method))?;
    let reader = Document { whole: document, left: Cell::new(SCHEMAS_MAX) };
    let body = operation.get("requestBody").map(|body| reader.resolve(body, DEPTH));
    let contents = body.as_ref().and_then(|body| body.get("content")).and_then(Value::as_object);
    let schema = contents.and_then(|contents| {
        contents
            .get("application/json")
            .or_else(|| contents.values().next())
            .and_then(|content| content.get("schema"))
    });
    if path != CREATE_TASK {
        let (path, fields) = (path.clone(), Vec::new());
        return Some(PublishedInput { path, fields, one_of: Vec::new() });
    }
    let body = reader.flatten(schema?, DEPTH);
    let (_, input) = body.properties.iter().find(|(name, _)| name == "input")?;
    let input = reader.flatten(input, DEPTH);
    let fields = reader.fields(&input, DEPTH);
    let shared = |name: &String| input.one_of.iter().all(|set| set.contains(name));
    let sets = input
        .one_of
        .iter()
        .map(|set| set.iter().filter(|name| !shared(name)).cloned().collect::<Vec<_>>());
    let sets: Vec<Vec<String>> = sets.collect();
    let named = |set: &Vec<String>| {
        !set.is_empty() && set.iter().all(|name| fields.iter().any(|field| field.name == *name))
    };
    let one_of = if sets.iter().all(named) { sets } else { Vec::new() };
    Some(PublishedInput { path: path.clone(), fields, one_of })
}

impl Document<'_> {
    /// The schema that a reference leads to; what leads nowhere is empty.
    fn resolve(&self, schema: &Value, depth: u8) -> Value {
        let Some(pointer) = schema.get("$ref").and_then(Value::as_str) else {
            return schema.clone();
        };
        if depth == 0 {
            return Value::Null;
        }
        let parts = pointer.trim_start_matches('#').split('/').skip(1);
        let mut found = self.whole;
        for part in parts {
            let part = part.replace("~1", "/").replace("~0", "~");
            let wanted = clean(&part);
            let Some(object) = found.as_object() else { return Value::Null };
            let exact = object.get(&part);
            let alike = || object.iter().find(|(name, _)| clean(name) == wanted).map(|(_, v)| v);
            let Some(next) = exact.or_else(alike) else { return Value::Null };
            found = next;
        }
        self.resolve(found, depth - 1)
    }

    fn flatten(&self, schema: &Value, depth: u8) -> Flat {
        let mut flat = Flat::default();
        if depth == 0 || self.left.get() == 0 {
            return flat;
        }
        self.left.set(self.left.get() - 1);
        let Value::Object(object) = self.resolve(schema, depth) else { return flat };
        for (name, value) in
            object.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            flat.put(clean(name), value.clone());
        }
        flat.required = names(object.get("required"));
        for part in array(object.get("allOf")) {
            flat.join(self.flatten(part, depth - 1));
        }
        let ways = array(object.get("oneOf")).iter().chain(array(object.get("anyOf")));
        let ways: Vec<Flat> = ways
            .map(|way| self.flatten(way, depth - 1))
            .filter(|way| way.keys.get("type").and_then(Value::as_str) != Some("null"))
            .collect();
        if ways.len() > 1 && ways.iter().any(|way| !way.required.is_empty()) {
            flat.one_of = ways.iter().map(|way| way.required.clone()).collect();
        }
        let in_all: Vec<String> = ways.first().map_or_else(Vec::new, |first| {
            let all = |name: &&String| ways.iter().all(|way| way.required.contains(name));
            first.required.iter().filter(all).cloned().collect()
        });
        for mut way in ways {
            way.required.clear();
            flat.join(way);
        }
        flat.required.extend(in_all);
        // The schema's own words go before those of its parts.
        for (key, value) in object {
            flat.keys.insert(key, value);
        }
        flat
    }

    fn fields(&self, flat: &Flat, depth: u8) -> Vec<PublishedField> {
        let mut fields = Vec::new();
        for (name, schema) in flat.properties.iter().take(FIELDS_MAX) {
            let mut field = self.field(name, schema, depth);
            field.required = flat.required.contains(name);
            fields.push(field);
        }
        fields
    }

    fn field(&self, name: &str, schema: &Value, depth: u8) -> PublishedField {
        let mut field = PublishedField {
            name: name.to_owned(),
            kind: PublishedKind::Unknown,
            required: false,
            options: None,
            default: None,
            min: None,
            max: None,
            title: None,
            description: None,
            link: false,
        };
        if depth == 0 {
            return field;
        }
        let flat = self.flatten(schema, depth - 1);
        let text = |key: &str| flat.keys.get(key).and_then(Value::as_str).map(str::trim);
        let words = |key: &str| text(key).filter(|text| !text.is_empty()).map(str::to_owned);
        field.title = words("title");
        field.description = words("description");
        field.default = flat.keys.get("default").filter(|value| !value.is_null()).cloned();
        field.options = options(flat.keys.get("enum").or_else(|| flat.keys.get("const")));
        field.link =
            text("format").is_some_and(|format| matches!(format, "uri" | "url" | "binary"));
        let kind = kind_word(&flat.keys).unwrap_or_else(|| {
            let has_items = flat.keys.contains_key("items");
            if has_items {
                "array"
            } else if flat.properties.is_empty() {
                ""
            } else {
                "object"
            }
        });
        let limits = match kind {
            "string" => ("minLength", "maxLength"),
            "array" => ("minItems", "maxItems"),
            _ => ("minimum", "maximum"),
        };
        field.min = flat.keys.get(limits.0).and_then(decimal);
        field.max = flat.keys.get(limits.1).and_then(decimal);
        field.kind = match kind {
            "string" => PublishedKind::Text,
            "integer" => PublishedKind::Integer,
            "number" => PublishedKind::Number,
            "boolean" => PublishedKind::Switch,
            "array" => {
                let items = flat.keys.get("items").unwrap_or(&Value::Null);
                PublishedKind::List { of: Box::new(self.field("", items, depth - 1)) }
            }
            "object" => PublishedKind::Object { fields: self.fields(&flat, depth - 1) },
            _ => PublishedKind::Unknown,
        };
        field
    }
}

impl Flat {
    fn put(&mut self, name: String, schema: Value) {
        if !name.is_empty() && !self.properties.iter().any(|(known, _)| *known == name) {
            self.properties.push((name, schema));
        }
    }

    fn join(&mut self, part: Self) {
        for (name, schema) in part.properties {
            self.put(name, schema);
        }
        self.required.extend(part.required);
        if self.one_of.is_empty() {
            self.one_of = part.one_of;
        }
        for (key, value) in part.keys {
            self.keys.entry(key).or_insert(value);
        }
    }
}

/// The type; of `["string", "null"]` the first that is not null.
fn kind_word(keys: &Object) -> Option<&str> {
    match keys.get("type")? {
        Value::String(word) => Some(word.as_str()),
        Value::Array(words) => words.iter().filter_map(Value::as_str).find(|word| *word != "null"),
        _ => None,
    }
}

fn array(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn names(value: Option<&Value>) -> Vec<String> {
    array(value).iter().filter_map(Value::as_str).map(clean).collect()
}

fn options(value: Option<&Value>) -> Option<Vec<String>> {
    let values = match value? {
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    };
    let mut options = Vec::new();
    for value in values.iter().take(OPTIONS_MAX) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(on) => on.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => continue,
        };
        if !text.is_empty() && !options.contains(&text) {
            options.push(text);
        }
    }
    (!options.is_empty()).then_some(options)
}

fn decimal(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    let text = number.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// A name without percent-encoding and spaces around it.
fn clean(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let decoded = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn document(input: Value) -> Value {
        json!({"paths": {CREATE_TASK: {"post": {"requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "properties": {"input": input}}}}}}}},
            "components": {"schemas": {
                "Video%20Input ": {"type": "object", "required": ["prompt "], "properties": {
                    "prompt ": {"type": ["string", "null"], "maxLength": 10, "x-apidog-order": 1},
                    "aspect%5Fratio": {"enum": ["1:1", null, "9:16"], "type": "string"}}},
                "Loop": {"$ref": "#/components/schemas/Loop"}}}})
    }

    #[test]
    fn names_are_cleaned_and_references_followed() {
        let read = read(&document(json!({"$ref": "#/components/schemas/Video Input"}))).unwrap();
        assert_eq!(read.path, CREATE_TASK);
        let prompt = read.field("prompt").unwrap();
        assert!(prompt.required && prompt.kind == PublishedKind::Text);
        assert_eq!(prompt.max, Some(Decimal::from(10)));
        let ratio = read.field("aspect_ratio").unwrap();
        assert_eq!(ratio.options.as_deref(), Some(&["1:1".to_owned(), "9:16".to_owned()][..]));
    }

    #[test]
    fn alternatives_become_one_form_with_a_rule() {
        let way = |name: &str| {
            json!({"type": "object", "required": ["prompt", name],
                   "properties": {"prompt": {"type": "string"}, name: {"type": "string"}}})
        };
        let read = read(&document(json!({"oneOf": [way("image"), way("video")]}))).unwrap();
        let required: Vec<_> =
            read.fields.iter().map(|field| (field.name.as_str(), field.required)).collect();
        assert_eq!(required, [("image", false), ("prompt", true), ("video", false)]);
        assert_eq!(read.one_of, [["image"], ["video"]]);
    }

    #[test]
    fn a_document_that_points_at_itself_comes_to_an_end() {
        let looped = json!({"$ref": "#/components/schemas/Loop"});
        assert!(read(&document(looped.clone())).unwrap().fields.is_empty());
        let inside = json!({"type": "object", "properties": {"a": looped}});
        assert_eq!(read(&document(inside)).unwrap().fields[0].kind, PublishedKind::Unknown);
    }

    #[test]
    fn another_endpoint_is_named() {
        let read = read(&json!({"paths": {"/api/v1/veo/generate": {"post": {}}}})).unwrap();
        assert_eq!((read.path.as_str(), read.fields.len()), ("/api/v1/veo/generate", 0));
        for nothing in [json!(null), json!({}), json!({"paths": []}), json!({"paths": {}})] {
            assert_eq!(super::read(&nothing), None);
        }
    }

    /// JSON made of the words that such documents have, so that the reader goes deep.
    fn documents() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "type",
            "string",
            "array",
            "object",
            "properties",
            "items",
            "required",
            "oneOf",
            "anyOf",
            "allOf",
            "enum",
            "$ref",
            "#/components/schemas/A",
            "input",
            "components",
            "schemas",
            "A",
            "maxLength",
            "default",
            "format",
            "uri",
            "%",
            "%2",
            "%zz ",
            "",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 6, move |inner| {
            let key = prop_oneof![word.clone().prop_map(str::to_owned), ".{0,4}".boxed()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key, inner), 0..6)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_document_is_too_much(input in documents(), whole in documents()) {
            let _ = read(&whole);
            let read = read(&document(input));
            if let Some(read) = read {
                let stored = serde_json::to_value(&read).unwrap();
                let again: PublishedInput = serde_json::from_value(stored).unwrap();
                prop_assert_eq!(again.fields.len(), read.fields.len());
            }
        }
    }
}
