//! Bot API «HTML style»: parsing it, and rendering entities back as safe HTML.

mod parse;
mod render;

pub(super) use parse::{parse, utf16_len};
pub(super) use render::{escape, render};

use serde_json::{Value, json};

use super::state::Formatted;

/// What the server finds by itself in a text: commands and web addresses.
pub(super) fn automatic_entities(text: &str, taken: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let kind = if bare.starts_with("https://") || bare.starts_with("http://") {
            Some("url")
        } else if is_command(bare) {
            Some("bot_command")
        } else {
            None
        };
        let length = utf16_len(bare);
        if let Some(kind) = kind
            && !taken.iter().any(|entity| overlaps(entity, offset, length))
        {
            found.push(json!({ "type": kind, "offset": offset, "length": length }));
        }
        offset += utf16_len(word);
    }
    found
}

fn is_command(word: &str) -> bool {
    word.strip_prefix('/').is_some_and(|name| {
        !name.is_empty()
            && name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '@')
    })
}

fn overlaps(entity: &Value, offset: usize, length: usize) -> bool {
    let start = number(&entity["offset"]);
    start < offset + length && offset < start + number(&entity["length"])
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
}

/// The server strips the white space around a text and moves the entities with it.
pub(super) fn trimmed(formatted: Formatted) -> Formatted {
    let Formatted { text, entities } = formatted;
    let cut = utf16_len(&text) - utf16_len(text.trim_start());
    let kept = text.trim();
    let length = utf16_len(kept);
    let fit = |mut entity: Value| {
        let start = number(&entity["offset"]);
        let end = (start + number(&entity["length"])).saturating_sub(cut).min(length);
        let start = start.saturating_sub(cut);
        entity["offset"] = json!(start);
        entity["length"] = json!(end.saturating_sub(start));
        (end > start).then_some(entity)
    };
    let entities = entities.into_iter().filter_map(fit).collect();
    Formatted { text: kept.to_owned(), entities }
}
