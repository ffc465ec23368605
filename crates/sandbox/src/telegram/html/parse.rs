//! HTML style → plain text and entities.

use serde_json::{Value, json};

use super::super::state::Formatted;

/// Length as the Bot API counts it.
pub(in super::super) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

struct Open {
    tag: String,
    /// UTF-16 offset where the inside begins.
    start: usize,
    entity: Option<Value>,
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    text: String,
    offset: usize,
    open: Vec<Open>,
    entities: Vec<Value>,
}

/// Parses HTML style (Bot API: Formatting options).
///
/// # Errors
/// The description that the server gives after «can't parse entities: ».
pub(in super::super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser = Parser {
        source,
        at: 0,
        text: String::new(),
        offset: 0,
        open: Vec::new(),
        entities: Vec::new(),
    };
    while let Some(next) = parser.rest().chars().next() {
        match next {
            '<' if parser.rest().starts_with("</") => parser.end_tag()?,
            '<' => parser.start_tag()?,
            '&' => parser.character_reference(),
            other => parser.push(other, other.len_utf8()),
        }
    }
    if let Some(open) = parser.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag));
    }
    let position = |entity: &Value, key: &str| entity[key].as_u64().unwrap_or(0);
    parser.entities.sort_by_key(|entity| {
        (position(entity, "offset"), std::cmp::Reverse(position(entity, "length")))
    });
    Ok(Formatted { text: parser.text, entities: parser.entities })
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, character: char, consumed: usize) {
        self.text.push(character);
        self.offset += character.len_utf16();
        self.at += consumed;
    }

    fn character_reference(&mut self) {
        let rest = self.rest();
        let named = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')];
        if let Some((name, character)) = named.iter().find(|(name, _)| rest.starts_with(name)) {
            return self.push(*character, name.len());
        }
        let numeric = rest.strip_prefix("&#").and_then(|inner| {
            let digits = inner.get(..inner.find(';')?)?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            Some((char::from_u32(code).filter(|c| *c != '\0')?, digits.len() + 3))
        });
        match numeric {
            Some((character, length)) => self.push(character, length),
            // Anything else stays as it is written.
            None => self.push('&', 1),
        }
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let unclosed = || format!("Unclosed start tag at byte offset {begin}");
        let (body, length) = tag_body(self.rest()).ok_or_else(unclosed)?;
        let name_end = body.find(char::is_whitespace).unwrap_or(body.len());
        let name = body.get(..name_end).unwrap_or_default().to_ascii_lowercase();
        let attributes = attributes(body.get(name_end..).unwrap_or_default())
            .ok_or_else(|| format!("Expected equal sign in declaration of an attribute of the tag \"{name}\" at byte offset {begin}"))?;
        let attribute = |key: &str| {
            attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
        };
        let inside_code = self.open.iter().any(|open| open.tag == "code" || open.tag == "pre");
        let entity = match name.as_str() {
            "b" | "strong" => Some(json!({ "type": "bold" })),
            "i" | "em" => Some(json!({ "type": "italic" })),
            "u" | "ins" => Some(json!({ "type": "underline" })),
            "s" | "strike" | "del" => Some(json!({ "type": "strikethrough" })),
            "tg-spoiler" => Some(json!({ "type": "spoiler" })),
            "span" if attribute("class") == Some("tg-spoiler") => {
                Some(json!({ "type": "spoiler" }))
            }
            "span" => {
                return Err(format!(
                    "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
                ));
            }
            "tg-emoji" => match attribute("emoji-id") {
                Some(id) if id.parse::<u64>().is_ok() => {
                    Some(json!({ "type": "custom_emoji", "custom_emoji_id": id }))
                }
                _ => {
                    return Err(format!(
                        "Invalid custom emoji identifier specified at byte offset {begin}"
                    ));
                }
            },
            "a" => attribute("href").and_then(link),
            "pre" => Some(json!({ "type": "pre" })),
            "code" => self.code(attribute("class")),
            "blockquote" if self.open.iter().any(|open| open.tag == "blockquote") => {
                return Err(format!("Can't nest blockquote entities at byte offset {begin}"));
            }
            "blockquote" if attribute("expandable").is_some() => {
                Some(json!({ "type": "expandable_blockquote" }))
            }
            "blockquote" => Some(json!({ "type": "blockquote" })),
            _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}")),
        };
        // Code contains no other formatting.
        let entity = entity.filter(|_| !inside_code);
        self.open.push(Open { tag: name, start: self.offset, entity });
        self.at += length;
        Ok(())
    }

    /// `<pre><code class="language-x">` is one entity with a language.
    fn code(&mut self, class: Option<&str>) -> Option<Value> {
        let language = class.and_then(|class| class.strip_prefix("language-"));
        if let (Some(language), Some(outer)) = (language, self.open.last_mut())
            && outer.tag == "pre"
            && outer.start == self.offset
            && let Some(entity) = &mut outer.entity
        {
            entity["language"] = json!(language);
            return None;
        }
        Some(json!({ "type": "code" }))
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(length) = self.rest().find('>') else {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        };
        let name = self.rest().get(2..length).unwrap_or_default().trim().to_ascii_lowercase();
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        if !name.is_empty() && name != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            ));
        }
        if let Some(mut entity) = open.entity
            && self.offset > open.start
        {
            entity["offset"] = json!(open.start);
            entity["length"] = json!(self.offset - open.start);
            self.entities.push(entity);
        }
        self.at += length + 1;
        Ok(())
    }
}

/// The inside of a start tag and the length of the whole tag; a quoted `>` does not end it.
fn tag_body(rest: &str) -> Option<(&str, usize)> {
    let mut quote = None;
    for (at, character) in rest.char_indices().skip(1) {
        match (quote, character) {
            (None, '>') => return Some((rest.get(1..at)?.trim_end(), at + 1)),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest.get(..name_end)?.to_ascii_lowercase();
        rest = rest.get(name_end..)?.trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            // Only a switch such as `expandable` goes without a value.
            if name != "expandable" {
                return None;
            }
            found.push((name, String::new()));
            continue;
        };
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = after.get(1..)?;
                let end = inner.find(quote)?;
                (inner.get(..end)?, inner.get(end + 1..)?)
            }
            _ => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                (after.get(..end)?, after.get(end..)?)
            }
        };
        found.push((name, unescaped(value)));
        rest = left.trim_start();
    }
    Some(found)
}

fn unescaped(value: &str) -> String {
    let replaced = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    replaced.replace("&amp;", "&")
}

/// A wrong address makes no link: the server keeps the words.
fn link(address: &str) -> Option<Value> {
    if let Some(id) = address.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok()) {
        let user = json!({ "id": id, "is_bot": false, "first_name": "" });
        return Some(json!({ "type": "text_mention", "user": user }));
    }
    let address =
        if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let parsed = url::Url::parse(&address).ok()?;
    let known = ["http", "https", "tg", "ton", "tonsite"].contains(&parsed.scheme());
    let hosted =
        parsed.host_str().is_some_and(|host| host.contains('.') || parsed.scheme() == "tg");
    let local = parsed.host_str().is_some_and(|host| host == "localhost");
    (known && (hosted || local)).then(|| json!({ "type": "text_link", "url": parsed.as_str() }))
}
