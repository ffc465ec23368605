//! Keyboards and what the server refuses in them.

use serde_json::Value;

use super::call::Refusal;

/// Bot API: `InlineKeyboardButton`, `callback_data`, bytes.
const DATA_LIMIT: usize = 64;
/// Bot API: `CopyTextButton`, `text`, characters.
const COPY_LIMIT: usize = 256;
/// The server takes at most 100 buttons with a message.
const BUTTONS_LIMIT: usize = 100;
/// Clients show at most 8 buttons in a row.
const ROW_LIMIT: usize = 8;
/// Bot API: `InlineKeyboardButton`, `style`.
const STYLES: [&str; 3] = ["danger", "success", "primary"];

/// What a method's `reply_markup` asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Markup {
    /// Nothing was given.
    Absent,
    /// Inline buttons; `None` for an empty keyboard.
    Inline(Option<Value>),
    /// A keyboard under the person's text field.
    Reply(Value),
    /// That keyboard goes away.
    Remove,
    /// The person's client opens an answer by itself.
    ForceReply,
}

pub(super) fn markup(value: Option<&Value>) -> Result<Markup, Refusal> {
    let Some(value) = value else { return Ok(Markup::Absent) };
    if let Some(rows) = value["inline_keyboard"].as_array() {
        check_rows(rows)?;
        for (number, button) in rows.iter().filter_map(Value::as_array).flatten().enumerate() {
            check_inline(button, number == 0)?;
        }
        let rows: Vec<&Value> =
            rows.iter().filter(|row| row.as_array().is_some_and(|row| !row.is_empty())).collect();
        let shown = (!rows.is_empty()).then(|| serde_json::json!({ "inline_keyboard": rows }));
        return Ok(Markup::Inline(shown));
    }
    if let Some(rows) = value["keyboard"].as_array() {
        check_rows(rows)?;
        for button in rows.iter().filter_map(Value::as_array).flatten() {
            if button["text"].as_str().unwrap_or_default().is_empty() {
                return Err(Refusal::bad_request("keyboard button text must be non-empty"));
            }
        }
        return Ok(Markup::Reply(value.clone()));
    }
    if value["remove_keyboard"] == Value::Bool(true) {
        return Ok(Markup::Remove);
    }
    Ok(Markup::ForceReply)
}

/// For the methods that take inline buttons only.
pub(super) fn inline(value: Option<&Value>) -> Result<Option<Value>, Refusal> {
    match markup(value)? {
        Markup::Inline(keyboard) => Ok(keyboard),
        Markup::Absent => Ok(None),
        Markup::Reply(_) | Markup::Remove | Markup::ForceReply => {
            Err(Refusal::bad_request("inline keyboard expected"))
        }
    }
}

fn check_rows(rows: &[Value]) -> Result<(), Refusal> {
    let lengths: Vec<usize> = rows.iter().map(|row| row.as_array().map_or(0, Vec::len)).collect();
    let too_many = lengths.iter().sum::<usize>() > BUTTONS_LIMIT;
    if too_many || lengths.iter().any(|length| *length > ROW_LIMIT) {
        return Err(Refusal::bad_request("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(())
}

/// The fields of which a button has exactly one.
const ACTIONS: [&str; 11] = [
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
];

fn check_inline(button: &Value, first: bool) -> Result<(), Refusal> {
    let refuse = |what: &str| Err(Refusal::bad_request(what));
    if button["text"].as_str().unwrap_or_default().trim().is_empty() {
        return refuse("can't parse inline keyboard button: text must be non-empty");
    }
    let given = |name: &&&str| button.get(**name).is_some();
    match ACTIONS.iter().filter(given).count() {
        0 => {
            return refuse(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            );
        }
        1 => {}
        _ => return refuse("can't parse inline keyboard button: exactly one action is allowed"),
    }
    if let Some(data) = button["callback_data"].as_str()
        && (data.is_empty() || data.len() > DATA_LIMIT)
    {
        return refuse("BUTTON_DATA_INVALID");
    }
    if let Some(address) = button["url"].as_str()
        && !is_address(address)
    {
        let what = format!("inline keyboard button URL '{address}' is invalid: Wrong HTTP URL");
        return refuse(&what);
    }
    if let Some(text) = button["copy_text"]["text"].as_str()
        && (text.is_empty() || text.chars().count() > COPY_LIMIT)
    {
        return refuse("BUTTON_COPY_TEXT_INVALID");
    }
    if let Some(style) = button["style"].as_str()
        && !STYLES.contains(&style)
    {
        return refuse("invalid button style specified");
    }
    if button.get("pay").is_some() && !first {
        return refuse("the pay button must be the first button in the first row");
    }
    Ok(())
}

fn is_address(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|parsed| match parsed.scheme() {
        "http" | "https" => parsed
            .host_str()
            .is_some_and(|host| host.contains('.') || host.contains(':') || host == "localhost"),
        "tg" => true,
        _ => false,
    })
}
