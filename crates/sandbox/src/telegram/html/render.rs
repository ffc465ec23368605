//! Entities → HTML that a page may show as it is.

use serde_json::Value;

use super::super::state::Formatted;

/// Text for HTML, also inside an attribute.
pub(in super::super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        escape_into(&mut escaped, character);
    }
    escaped
}

fn escape_into(out: &mut String, character: char) {
    match character {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        other => out.push(other),
    }
}

struct Span {
    start: usize,
    end: usize,
    open: String,
    close: &'static str,
}

/// Renders a formatted text. Entities that cross are closed and opened again, so the tags always
/// nest; everything else is escaped.
pub(in super::super) fn render(formatted: &Formatted) -> String {
    let units: Vec<u16> = formatted.text.encode_utf16().collect();
    let spans: Vec<Span> =
        formatted.entities.iter().filter_map(|entity| span(entity, &units)).collect();
    let mut out = String::new();
    let mut open: Vec<&Span> = Vec::new();
    let mut offset = 0;
    for character in formatted.text.chars() {
        close_at(&mut out, &mut open, offset);
        for span in spans.iter().filter(|span| span.start == offset && span.end > offset) {
            out.push_str(&span.open);
            open.push(span);
        }
        escape_into(&mut out, character);
        offset += character.len_utf16();
    }
    for span in open.iter().rev() {
        out.push_str(span.close);
    }
    out
}

fn close_at(out: &mut String, open: &mut Vec<&Span>, offset: usize) {
    let Some(lowest) = open.iter().position(|span| span.end <= offset) else { return };
    let tail = open.split_off(lowest);
    for span in tail.iter().rev() {
        out.push_str(span.close);
    }
    for span in tail.into_iter().filter(|span| span.end > offset) {
        out.push_str(&span.open);
        open.push(span);
    }
}

fn span(entity: &Value, units: &[u16]) -> Option<Span> {
    let start = usize::try_from(entity["offset"].as_u64()?).ok()?;
    let end = start + usize::try_from(entity["length"].as_u64()?).ok()?;
    let (open, close) = match entity["type"].as_str()? {
        "bold" => ("<b>".to_owned(), "</b>"),
        "italic" => ("<i>".to_owned(), "</i>"),
        "underline" => ("<u>".to_owned(), "</u>"),
        "strikethrough" => ("<s>".to_owned(), "</s>"),
        "spoiler" => ("<span class=\"tg-spoiler\">".to_owned(), "</span>"),
        "code" => ("<code>".to_owned(), "</code>"),
        "pre" => ("<pre>".to_owned(), "</pre>"),
        "blockquote" => ("<blockquote>".to_owned(), "</blockquote>"),
        "expandable_blockquote" => {
            ("<blockquote class=\"expandable\">".to_owned(), "</blockquote>")
        }
        "bot_command" => ("<span class=\"bot-command\">".to_owned(), "</span>"),
        "text_link" => (anchor(entity["url"].as_str()?)?, "</a>"),
        "url" => {
            let address = String::from_utf16(units.get(start..end)?).ok()?;
            (anchor(&address)?, "</a>")
        }
        _ => return None,
    };
    Some(Span { start, end, open, close })
}

/// Only addresses that a browser opens without running anything.
fn anchor(address: &str) -> Option<String> {
    let safe = ["http://", "https://", "tg://"].iter().any(|scheme| address.starts_with(scheme));
    safe.then(|| {
        format!("<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">", escape(address))
    })
}
