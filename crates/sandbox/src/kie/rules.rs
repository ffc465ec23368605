//! The emulator's own knowledge of the task models: fields, wire types, limits and prices.
//!
//! The facts come from the public documentation of KIE's task models and lie in
//! `data/kie-models.json`; they are read once.

use super::amount::Credits;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

const DATA: &str = include_str!("../../data/kie-models.json");

/// What is charged when the price list has no row for an input.
const USUAL_PRICE: Credits = Credits::from_millionths(10_000_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Output {
    Image,
    Video,
    Audio,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wire {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Format {
    #[serde(rename = "image_url")]
    Image,
    #[serde(rename = "video_url")]
    Video,
    #[serde(rename = "audio_url")]
    Audio,
    #[serde(rename = "url")]
    Any,
}

/// What the sides of a picture may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Sides {
    min_side: Option<u64>,
    max_side: Option<u64>,
    max_stretch: Option<f64>,
}

impl Sides {
    /// Whether a picture of this width and height is taken.
    pub(crate) fn take(self, width: u64, height: u64) -> bool {
        let (short, long) = (width.min(height), width.max(height));
        let as_number = |side: u64| u32::try_from(side).map_or(f64::INFINITY, f64::from);
        self.min_side.is_none_or(|min| short >= min)
            && self.max_side.is_none_or(|max| long <= max)
            && self.max_stretch.is_none_or(|most| as_number(long) <= as_number(short) * most)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct FieldRule {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) wire: Wire,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default, rename = "enum")]
    pub(crate) options: Option<Vec<Value>>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) items: Option<Wire>,
    pub(crate) format: Option<Format>,
    pub(crate) max_file_mb: Option<u64>,
    #[serde(flatten)]
    pub(crate) sides: Sides,
    pub(crate) default: Option<Value>,
    pub(crate) item_fields: Option<Vec<FieldRule>>,
}

#[derive(Debug, Deserialize)]
struct PriceRow {
    credits: String,
    #[serde(default)]
    when: BTreeMap<String, Value>,
    unit: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ModelRules {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) provider: String,
    pub(crate) tasks: Vec<String>,
    pub(crate) output: Output,
    #[serde(default)]
    pub(crate) delisted: bool,
    unit: Option<String>,
    #[serde(default)]
    prices: Vec<PriceRow>,
    pub(crate) one_of: Option<Vec<Vec<String>>>,
    /// `None` when the documentation tells nothing about the input: then anything passes.
    pub(crate) input: Option<Vec<FieldRule>>,
}

/// Why an input is refused: the envelope's code and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) message: String,
    /// What the tests are told; more exact than the message.
    pub(crate) detail: String,
}

/// A media address found in an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MediaLink {
    pub(crate) field: String,
    pub(crate) url: String,
    pub(crate) format: Format,
    pub(crate) max_file_mb: Option<u64>,
    pub(crate) sides: Sides,
}

/// What a check of an input found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) links: Vec<MediaLink>,
    /// Keys that the schema does not know; the real service ignores them in silence.
    pub(crate) unknown: Vec<String>,
}

/// All models in the order of the data file.
pub(crate) fn models() -> &'static [ModelRules] {
    static MODELS: OnceLock<Vec<ModelRules>> = OnceLock::new();
    MODELS.get_or_init(|| {
        serde_json::from_str(DATA).unwrap_or_else(|why| {
            tracing::error!(%why, "the emulator's model data does not parse");
            Vec::new()
        })
    })
}

/// One model as it stands in the data file.
pub(crate) fn data(id: &str) -> Option<Value> {
    let Ok(Value::Array(models)) = serde_json::from_str(DATA) else { return None };
    models.into_iter().find(|model| model.get("id").and_then(Value::as_str) == Some(id))
}

pub(crate) fn model(id: &str) -> Option<&'static ModelRules> {
    static INDEX: OnceLock<HashMap<&'static str, &'static ModelRules>> = OnceLock::new();
    INDEX.get_or_init(|| models().iter().map(|m| (m.id.as_str(), m)).collect()).get(id).copied()
}

/// What the emulator makes of an order without taking it: the credits that it would charge.
///
/// # Errors
/// Why it is refused; here a key that the schema does not know counts too.
pub fn examine(id: &str, input: &Map<String, Value>) -> Result<String, String> {
    let Some(rules) = model(id).filter(|rules| !rules.delisted) else {
        return Err(format!("{id} is not sold"));
    };
    let checked = rules.check(input).map_err(|refusal| refusal.detail)?;
    match checked.unknown.first() {
        Some(key) => Err(format!("{key} is unknown")),
        None => Ok(rules.price(input).to_string()),
    }
}

fn refuse(code: i64, message: impl Into<String>, detail: impl Into<String>) -> Refusal {
    Refusal { code, message: message.into(), detail: detail.into() }
}

impl ModelRules {
    /// Checks types, required fields, options and limits as strictly as the schema states them.
    pub(crate) fn check(&self, input: &Map<String, Value>) -> Result<Checked, Refusal> {
        let mut found = Checked::default();
        let Some(fields) = &self.input else { return Ok(found) };
        check_fields(fields, input, "", &mut found)?;
        if let Some(sets) = &self.one_of
            && !sets.iter().any(|set| set.iter().all(|name| input.contains_key(name)))
        {
            let detail = format!("none of the alternative sets of fields is complete: {sets:?}");
            return Err(refuse(500, "This field is required", detail));
        }
        Ok(found)
    }

    /// What the task costs: the first matching row times what the unit counts.
    pub(crate) fn price(&self, input: &Map<String, Value>) -> Credits {
        if self.unit.as_deref() == Some("per 1M tokens") {
            return self.price_by_tokens(input);
        }
        let told = self.prices.iter().find(|row| self.row_fits(row, input));
        let row = told.or_else(|| self.prices.iter().find(|row| self.is_chosen_by_kie(row, input)));
        let Some(row) = row else { return USUAL_PRICE };
        let Ok(credits) = Credits::parse(&row.credits) else { return USUAL_PRICE };
        match row.unit.as_deref().or(self.unit.as_deref()).unwrap_or("per request") {
            "per image" | "per output image" => {
                let count = ["num_images", "n", "max_images"]
                    .iter()
                    .find_map(|name| self.value(name, input))
                    .and_then(|value| whole(&value));
                credits.times(count.or(self.layers()).unwrap_or(1).clamp(1, 20), 1)
            }
            "per second" => {
                let seconds = self.value("duration", input).and_then(|value| whole(&value));
                credits.times(seconds.filter(|s| *s > 0).unwrap_or(5), 1)
            }
            "per 1000 chars" => {
                // What is read aloud, and not the name of the voice that reads it.
                let read = ["text", "dialogue"].into_iter().filter_map(|name| input.get(name));
                let letters: usize = read.map(letters).sum();
                credits.times(i64::try_from(letters).unwrap_or(i64::MAX), 1000)
            }
            "per video" | "per request" | "per generation" | "per upscale" | "per removal"
            | "per 5-second video" | "per 2 images" => credits,
            _ => USUAL_PRICE,
        }
    }

    /// KIE docs: 25 audio tokens are a second of speech, which has some 12 characters; a token of
    /// text has some 2.
    fn price_by_tokens(&self, input: &Map<String, Value>) -> Credits {
        const MILLION: i64 = 1_000_000;
        let letters: usize = input.values().map(letters).sum();
        let letters = i64::try_from(letters).unwrap_or(i64::MAX);
        let row = |tokens: &str, count: i64| {
            let row = self.prices.iter().find(|row| row.when.values().any(|word| word == tokens));
            let credits = row.and_then(|row| Credits::parse(&row.credits).ok());
            credits.unwrap_or(USUAL_PRICE).times(count, MILLION)
        };
        row("input", letters / 2).plus(row("audio output", letters.saturating_mul(2)))
    }

    fn value(&self, name: &str, input: &Map<String, Value>) -> Option<Value> {
        input.get(name).cloned().or_else(|| {
            let field = self.input.as_ref()?.iter().find(|field| field.name == name)?;
            field.default.clone()
        })
    }

    fn row_fits(&self, row: &PriceRow, input: &Map<String, Value>) -> bool {
        row.when.iter().all(|(name, wanted)| match wanted.as_str() {
            Some("present") => input.contains_key(name),
            Some("absent") => !input.contains_key(name),
            _ => self.value(name, input).is_some_and(|value| plain(&value) == plain(wanted)),
        })
    }

    /// Whether nothing that the input says decides about the row; of such rows the first is taken.
    fn is_chosen_by_kie(&self, row: &PriceRow, input: &Map<String, Value>) -> bool {
        let open = |name: &String| {
            let known = self.input.as_ref();
            let asked = known.is_none_or(|fields| fields.iter().any(|field| field.name == *name));
            !asked || self.value(name, input).is_some_and(|value| value == "auto")
        };
        row.when.keys().all(open)
    }

    /// How many pictures come of one, where nobody asks for a number: the ground and its layers.
    pub(super) fn layers(&self) -> Option<i64> {
        self.id.ends_with("-layer-decomposition").then_some(4)
    }

    /// The lines of the price feed: variant, credits, unit.
    pub(crate) fn price_lines(&self) -> Vec<(String, String, String)> {
        let unit = self.unit.as_deref().unwrap_or("per request");
        let lines = self.prices.iter().map(|row| {
            let when = row.when.iter().map(|(name, value)| match value {
                Value::Bool(true) => format!(", with {name}"),
                Value::Bool(false) => format!(", without {name}"),
                _ if name == "duration" => format!(", {}s", plain(value)),
                _ => format!(", {}", plain(value)),
            });
            let words = std::iter::once(self.title.clone()).chain(when).collect();
            let unit = row.unit.as_deref().unwrap_or(unit).to_owned();
            (words, row.credits.clone(), unit)
        });
        lines.collect()
    }

    /// The price as prose, as the catalogue interface tells it.
    pub(crate) fn price_text(&self) -> Option<String> {
        if self.prices.is_empty() {
            return None;
        }
        let unit = self.unit.as_deref().unwrap_or("per request");
        let rows = self.prices.iter().map(|row| {
            let when: Vec<_> =
                row.when.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
            let unit = row.unit.as_deref().unwrap_or(unit);
            match when.is_empty() {
                true => format!("{} credits {unit}", row.credits),
                false => format!("{} credits {unit} ({})", row.credits, when.join(", ")),
            }
        });
        Some(rows.collect::<Vec<_>>().join("; "))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim_end_matches('s').parse().ok())
}

fn letters(value: &Value) -> usize {
    match value {
        Value::String(text) if !text.starts_with("http") => text.chars().count(),
        Value::Array(items) => items.iter().map(letters).sum(),
        Value::Object(map) => map.get("text").map_or(0, letters),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn check_fields(
    fields: &[FieldRule],
    input: &Map<String, Value>,
    above: &str,
    found: &mut Checked,
) -> Result<(), Refusal> {
    for key in input.keys().filter(|key| !fields.iter().any(|field| field.name == **key)) {
        found.unknown.push(format!("{above}{key}"));
    }
    for field in fields {
        let path = format!("{above}{}", field.name);
        match input.get(&field.name) {
            None if field.required => {
                return Err(refuse(500, "This field is required", format!("{path} is missing")));
            }
            Some(Value::String(text)) if field.required && text.is_empty() => {
                return Err(refuse(500, "This field is required", format!("{path} is empty")));
            }
            None => {}
            Some(value) => check_value(field, value, &path, found)?,
        }
    }
    Ok(())
}

fn has_type(wire: Wire, value: &Value) -> bool {
    match wire {
        Wire::String => value.is_string(),
        Wire::Integer => value.is_i64() || value.is_u64(),
        Wire::Number => value.is_number(),
        Wire::Boolean => value.is_boolean(),
        Wire::Array => value.is_array(),
        Wire::Object => value.is_object(),
    }
}

fn check_value(
    field: &FieldRule,
    value: &Value,
    path: &str,
    found: &mut Checked,
) -> Result<(), Refusal> {
    if !has_type(field.wire, value) {
        let detail = format!("{path} must be {:?}, is {value}", field.wire);
        return Err(refuse(422, format!("{} has an invalid type", field.name), detail));
    }
    let out_of_range = |value: &Value| {
        let message = format!("{} is not within the range of allowed options", field.name);
        refuse(500, message, format!("{path} may not be {value}"))
    };
    match value {
        Value::Array(items) => return check_items(field, items, path, found),
        Value::String(text) => check_text(field, text, path, found)?,
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            if field.min.is_some_and(|min| number < min)
                || field.max.is_some_and(|max| number > max)
            {
                return Err(out_of_range(value));
            }
        }
        Value::Object(map) => {
            if let Some(fields) = &field.item_fields {
                check_fields(fields, map, &format!("{path}."), found)?;
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
    let same = |option: &Value| {
        option == value || (value.is_number() && option.as_f64() == value.as_f64())
    };
    match &field.options {
        Some(options) if !options.iter().any(same) => Err(out_of_range(value)),
        Some(_) | None => Ok(()),
    }
}

fn check_text(
    field: &FieldRule,
    text: &str,
    path: &str,
    found: &mut Checked,
) -> Result<(), Refusal> {
    let length = text.chars().count();
    if field.max_length.is_some_and(|max| length > max) {
        let message = format!("{} exceeds the maximum length", field.name);
        return Err(refuse(500, message, format!("{path} has {length} characters")));
    }
    if field.min_length.is_some_and(|min| length < min) {
        let message = format!("{} is below the minimum length", field.name);
        return Err(refuse(500, message, format!("{path} has {length} characters")));
    }
    if let Some(format) = field.format {
        found.links.push(MediaLink {
            field: path.to_owned(),
            url: text.to_owned(),
            format,
            max_file_mb: field.max_file_mb,
            sides: field.sides,
        });
    }
    Ok(())
}

fn check_items(
    field: &FieldRule,
    items: &[Value],
    path: &str,
    found: &mut Checked,
) -> Result<(), Refusal> {
    let count = items.len();
    if field.max_items.is_some_and(|max| count > max)
        || field.min_items.is_some_and(|min| count < min)
    {
        let message = format!("{} has an invalid number of items", field.name);
        return Err(refuse(500, message, format!("{path} has {count} items")));
    }
    // OpenAPI's «required» asks for the key. An empty list of links would be useless all the same;
    // an empty list of entries is what the documented examples leave out of a single shot.
    let entries = field.item_fields.is_some();
    if field.required && items.is_empty() && !entries {
        return Err(refuse(500, "This field is required", format!("{path} is empty")));
    }
    for (at, item) in items.iter().enumerate() {
        let path = format!("{path}[{at}]");
        if let Some(wire) = field.items
            && !has_type(wire, item)
        {
            let detail = format!("{path} must be {wire:?}, is {item}");
            return Err(refuse(422, format!("{} has an invalid type", field.name), detail));
        }
        match item {
            Value::String(text) => {
                if let Some(options) = &field.options
                    && !options.contains(item)
                {
                    let message =
                        format!("{} is not within the range of allowed options", field.name);
                    return Err(refuse(500, message, format!("{path} may not be {item}")));
                }
                check_text(field, text, &path, found)?;
            }
            Value::Object(map) => {
                if let Some(fields) = &field.item_fields {
                    check_fields(fields, map, &format!("{path}."), found)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
    Ok(())
}
