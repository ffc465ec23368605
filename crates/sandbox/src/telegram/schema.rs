//! The table of the specification, and the check of a call against it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::call::{Params, RawParam};

/// How the specification types a parameter or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Float,
    Text,
    Boolean,
    True,
    File,
    Object(String),
    Array(Box<Kind>),
    OneOf(Vec<Kind>),
}

#[derive(Clone, Debug)]
struct Field {
    kind: Kind,
    required: bool,
    /// The only value allowed, as in `"type": "photo"`.
    fixed: Option<String>,
}

type Fields = BTreeMap<String, Field>;

/// Methods, types and unions of one version of the Bot API.
#[derive(Debug)]
pub(super) struct Schema {
    /// Keyed by the lower-case name; the spelling of the specification is beside the fields.
    methods: BTreeMap<String, (String, Fields)>,
    types: BTreeMap<String, Fields>,
    unions: BTreeMap<String, Vec<String>>,
}

/// Why a call does not agree with the specification.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Disagreement {
    /// A required parameter is absent: the real server refuses too.
    Missing(String),
    /// The real server would ignore it or guess; the sandbox says it aloud.
    Wrong(String),
}

impl Schema {
    /// Bot API 10.3.
    pub(super) fn current() -> &'static Self {
        static CURRENT: OnceLock<Schema> = OnceLock::new();
        CURRENT.get_or_init(|| {
            let table: Value = serde_json::from_str(include_str!("../../data/bot-api-10.3.json"))
                .unwrap_or_default();
            Self::read(&table)
        })
    }

    fn read(table: &Value) -> Self {
        let entries = |key: &str| table[key].as_object().into_iter().flatten();
        let strings = |value: &Value| -> Vec<String> {
            let names = value.as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
        };
        Self {
            methods: entries("methods")
                .map(|(name, fields)| (name.to_lowercase(), (name.clone(), read_fields(fields))))
                .collect(),
            types: entries("types")
                .map(|(name, fields)| (name.clone(), read_fields(fields)))
                .collect(),
            unions: entries("unions").map(|(name, of)| (name.clone(), strings(of))).collect(),
        }
    }

    /// The specification's spelling of a method; the server does not look at the case.
    pub(super) fn method(&self, name: &str) -> Option<&str> {
        self.methods.get(&name.to_lowercase()).map(|(spelling, _)| spelling.as_str())
    }

    /// Gives every parameter its type, or says what is wrong.
    pub(super) fn check(
        &self,
        method: &str,
        raw: BTreeMap<String, RawParam>,
    ) -> Result<Params, Disagreement> {
        let Some((_, fields)) = self.methods.get(&method.to_lowercase()) else {
            return Err(Disagreement::Wrong(format!("unknown method {method}")));
        };
        let mut params = Params::default();
        let mut extra = Vec::new();
        for (name, raw) in raw {
            // A file part that `attach://` points to is named by the caller.
            if let (None, RawParam::File(upload)) = (fields.get(&name), &raw) {
                params.uploads.insert(name.clone(), upload.clone());
                extra.push(name);
                continue;
            }
            let Some(field) = fields.get(&name) else {
                return Err(Disagreement::Wrong(format!("unknown parameter \"{name}\"")));
            };
            match raw {
                RawParam::File(upload) => {
                    if !field.kind.takes_file() {
                        return Err(Disagreement::Wrong(format!("\"{name}\" takes no file")));
                    }
                    params.uploads.insert(name, upload);
                }
                RawParam::Text(text) => {
                    let value = from_text(&field.kind, &text)
                        .ok_or_else(|| wrong(&name, &field.kind, &Value::String(text)))?;
                    self.check_value(&name, &field.kind, &value)?;
                    params.values.insert(name, value);
                }
                RawParam::Json(value) => {
                    let value = unwrapped(&field.kind, value);
                    self.check_value(&name, &field.kind, &value)?;
                    params.values.insert(name, value);
                }
            }
        }
        for (name, field) in fields {
            let given = params.values.contains_key(name) || params.uploads.contains_key(name);
            if field.required && !given {
                return Err(Disagreement::Missing(name.clone()));
            }
        }
        params.check_attachments(&extra).map_err(Disagreement::Wrong)?;
        Ok(params)
    }

    /// Types that the table names and does not have.
    #[cfg(test)]
    pub(super) fn dangling(&self) -> Vec<String> {
        fn names(kind: &Kind, into: &mut Vec<String>) {
            match kind {
                Kind::Object(name) => into.push(name.clone()),
                Kind::Array(item) => names(item, into),
                Kind::OneOf(kinds) => kinds.iter().for_each(|kind| names(kind, into)),
                Kind::Integer
                | Kind::Float
                | Kind::Text
                | Kind::Boolean
                | Kind::True
                | Kind::File => {}
            }
        }
        let mut named: Vec<String> = self.unions.values().flatten().cloned().collect();
        let methods = self.methods.values().map(|(_, fields)| fields);
        for field in methods.chain(self.types.values()).flat_map(BTreeMap::values) {
            names(&field.kind, &mut named);
        }
        named.retain(|name| !self.types.contains_key(name) && !self.unions.contains_key(name));
        named
    }

    fn check_value(&self, at: &str, kind: &Kind, value: &Value) -> Result<(), Disagreement> {
        let fits = match kind {
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Float => value.is_number(),
            Kind::Text | Kind::File => value.is_string(),
            Kind::Boolean => value.is_boolean(),
            Kind::True => *value == Value::Bool(true),
            Kind::Object(name) => return self.check_named(at, name, value),
            Kind::Array(item) => {
                let Some(items) = value.as_array() else { return Err(wrong(at, kind, value)) };
                for (number, inner) in items.iter().enumerate() {
                    self.check_value(&format!("{at}[{number}]"), item, inner)?;
                }
                true
            }
            Kind::OneOf(kinds) => return self.check_one_of(at, kind, kinds, value),
        };
        if fits { Ok(()) } else { Err(wrong(at, kind, value)) }
    }

    fn check_named(&self, at: &str, name: &str, value: &Value) -> Result<(), Disagreement> {
        if let Some(members) = self.unions.get(name) {
            // The specification describes RichText in words: a string or a list is one, too.
            if name == "RichText" && (value.is_string() || value.is_array()) {
                return Ok(());
            }
            let kinds: Vec<Kind> = members.iter().map(|of| Kind::Object(of.clone())).collect();
            return self.check_one_of(at, &Kind::Object(name.to_owned()), &kinds, value);
        }
        let (Some(fields), Some(object)) = (self.types.get(name), value.as_object()) else {
            return Err(wrong(at, &Kind::Object(name.to_owned()), value));
        };
        // `KeyboardButton` may be a plain string in the specification; objects are the rule.
        for (key, inner) in object {
            let Some(field) = fields.get(key) else {
                return Err(Disagreement::Wrong(format!("unknown field \"{at}.{key}\" of {name}")));
            };
            let at = format!("{at}.{key}");
            self.check_value(&at, &field.kind, inner)?;
            if let Some(fixed) = &field.fixed
                && inner.as_str() != Some(fixed)
            {
                return Err(Disagreement::Wrong(format!("\"{at}\" must be {fixed}")));
            }
        }
        match fields.iter().find(|(key, field)| field.required && !object.contains_key(*key)) {
            Some((key, _)) => Err(Disagreement::Wrong(format!(
                "required field \"{at}.{key}\" of {name} is absent"
            ))),
            None => Ok(()),
        }
    }

    fn check_one_of(
        &self,
        at: &str,
        whole: &Kind,
        kinds: &[Kind],
        value: &Value,
    ) -> Result<(), Disagreement> {
        let mut closest = None;
        for kind in kinds {
            match self.check_value(at, kind, value) {
                Ok(()) => return Ok(()),
                Err(problem) if self.is_meant(kind, value) => closest = closest.or(Some(problem)),
                Err(_) => {}
            }
        }
        Err(closest.unwrap_or_else(|| wrong(at, whole, value)))
    }

    /// An object that has a type's required and fixed fields is meant as that type.
    fn is_meant(&self, kind: &Kind, value: &Value) -> bool {
        let (Kind::Object(name), Some(object)) = (kind, value.as_object()) else { return false };
        let Some(fields) = self.types.get(name) else { return false };
        let fixed_agree = fields.iter().all(|(key, field)| match &field.fixed {
            Some(fixed) => object.get(key).and_then(Value::as_str) == Some(fixed),
            None => true,
        });
        let has_fixed = fields.values().any(|field| field.fixed.is_some());
        let has_required =
            fields.iter().all(|(key, field)| !field.required || object.contains_key(key));
        fixed_agree && (has_fixed || has_required)
    }
}

fn read_fields(fields: &Value) -> Fields {
    let fields = fields.as_object().into_iter().flatten();
    fields
        .map(|(name, text)| {
            let text = text.as_str().unwrap_or_default();
            let (text, fixed) = match text.split_once('=') {
                Some((text, fixed)) => (text, Some(fixed.to_owned())),
                None => (text, None),
            };
            let kind = Kind::read(text.trim_end_matches('!'));
            (name.clone(), Field { kind, required: text.ends_with('!'), fixed })
        })
        .collect()
}

impl Kind {
    fn read(text: &str) -> Self {
        if let Some(item) = text.strip_prefix("Array of ") {
            return Self::Array(Box::new(Self::read(item)));
        }
        let names: Vec<&str> = text
            .split(" or ")
            .flat_map(|part| part.split(" and "))
            .flat_map(|part| part.split(", "))
            .collect();
        match names.as_slice() {
            [name] => Self::single(name),
            names => Self::OneOf(names.iter().map(|name| Self::single(name)).collect()),
        }
    }

    fn single(name: &str) -> Self {
        match name {
            "Integer" => Self::Integer,
            "Float" => Self::Float,
            "String" => Self::Text,
            "Boolean" => Self::Boolean,
            "True" => Self::True,
            "InputFile" => Self::File,
            name => Self::Object(name.to_owned()),
        }
    }

    fn takes_file(&self) -> bool {
        match self {
            Self::File => true,
            Self::OneOf(kinds) => kinds.contains(&Self::File),
            Self::Integer
            | Self::Float
            | Self::Text
            | Self::Boolean
            | Self::True
            | Self::Object(_)
            | Self::Array(_) => false,
        }
    }

    fn is_composite(&self) -> bool {
        match self {
            Self::Object(_) | Self::Array(_) => true,
            Self::OneOf(kinds) => kinds.iter().all(Self::is_composite),
            Self::Integer | Self::Float | Self::Text | Self::Boolean | Self::True | Self::File => {
                false
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Integer => "Integer".to_owned(),
            Self::Float => "Float".to_owned(),
            Self::Text => "String".to_owned(),
            Self::Boolean => "Boolean".to_owned(),
            Self::True => "True".to_owned(),
            Self::File => "InputFile".to_owned(),
            Self::Object(name) => name.clone(),
            Self::Array(item) => format!("Array of {}", item.name()),
            Self::OneOf(kinds) => kinds.iter().map(Self::name).collect::<Vec<_>>().join(" or "),
        }
    }
}

fn wrong(at: &str, kind: &Kind, value: &Value) -> Disagreement {
    let mut shown: String = value.to_string().chars().take(80).collect();
    if shown.is_empty() {
        shown.push_str("nothing");
    }
    Disagreement::Wrong(format!("\"{at}\" must be {}, got {shown}", kind.name()))
}

/// A form carries everything as text; lists and objects are JSON in it.
fn from_text(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Integer => text.parse::<i64>().ok().map(Value::from),
        Kind::Float => text.parse::<f64>().ok().map(Value::from),
        Kind::Boolean | Kind::True => match text {
            "true" | "True" | "1" => Some(Value::Bool(true)),
            "false" | "False" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Text | Kind::File => Some(Value::from(text)),
        Kind::Object(_) | Kind::Array(_) => serde_json::from_str(text).ok(),
        Kind::OneOf(kinds) => kinds.iter().find_map(|kind| from_text(kind, text)),
    }
}

/// The real server takes a list or an object also as a string of JSON inside JSON.
fn unwrapped(kind: &Kind, value: Value) -> Value {
    match &value {
        Value::String(text) if kind.is_composite() => serde_json::from_str(text).unwrap_or(value),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => value,
    }
}

/// A JSON body as parameters.
pub(super) fn json_params(body: Map<String, Value>) -> BTreeMap<String, RawParam> {
    body.into_iter().map(|(name, value)| (name, RawParam::Json(value))).collect()
}
