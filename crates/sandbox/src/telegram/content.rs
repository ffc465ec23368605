//! Texts and captions as the methods take them.

use serde_json::{Map, Value};

use super::call::Refusal;
use super::html;
use super::state::Formatted;

/// Bot API: sendMessage, `text`.
const TEXT_LIMIT: usize = 4096;
/// Bot API: sendPhoto and others, `caption`.
const CAPTION_LIMIT: usize = 1024;

/// A text of 1–4096 characters after parsing.
pub(super) fn text(source: &Map<String, Value>) -> Result<Formatted, Refusal> {
    let formatted = formatted(source, "text", "entities")?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad_request("message text is empty"));
    }
    if formatted.text.chars().count() > TEXT_LIMIT {
        return Err(Refusal::bad_request("message is too long"));
    }
    Ok(formatted)
}

/// A caption of 0–1024 characters after parsing.
pub(super) fn caption(source: &Map<String, Value>) -> Result<Formatted, Refusal> {
    let formatted = formatted(source, "caption", "caption_entities")?;
    if formatted.text.chars().count() > CAPTION_LIMIT {
        return Err(Refusal::bad_request("message caption is too long"));
    }
    Ok(formatted)
}

fn formatted(
    source: &Map<String, Value>,
    text_name: &str,
    entities_name: &str,
) -> Result<Formatted, Refusal> {
    let text = source.get(text_name).and_then(Value::as_str).unwrap_or_default();
    let parsed = match source.get("parse_mode").and_then(Value::as_str).unwrap_or_default() {
        "" => Formatted { text: text.to_owned(), entities: explicit(source, entities_name, text)? },
        mode if mode.eq_ignore_ascii_case("html") => html::parse(text)
            .map_err(|what| Refusal::bad_request(format!("can't parse entities: {what}")))?,
        mode => {
            let what = format!("unsupported parse_mode {mode} (the sandbox knows HTML only)");
            return Err(Refusal::bad_request(what));
        }
    };
    let mut formatted = html::trimmed(parsed);
    let found = html::automatic_entities(&formatted.text, &formatted.entities);
    formatted.entities.extend(found);
    Ok(formatted)
}

fn explicit(source: &Map<String, Value>, name: &str, text: &str) -> Result<Vec<Value>, Refusal> {
    let entities = source.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let length = i64::try_from(html::utf16_len(text)).unwrap_or(i64::MAX);
    for entity in &entities {
        let offset = entity["offset"].as_i64().unwrap_or(-1);
        let end = offset.saturating_add(entity["length"].as_i64().unwrap_or(-1));
        if offset < 0 || end < offset || end > length {
            let what = "can't parse entities: entity is out of the text";
            return Err(Refusal::bad_request(what));
        }
    }
    Ok(entities)
}
