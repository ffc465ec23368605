//! The Bot API's limits, each with the section that states it, and their check before sending.

use crate::outbound::{Button, ButtonAct, Keyboard, OutFile, OutKind, Outbound, Price};

/// "sendMessage": characters of a text after entities parsing.
pub const TEXT: usize = 4096;
/// "sendPhoto" and its like: characters of a caption after entities parsing.
pub const CAPTION: usize = 1024;
/// "InlineKeyboardButton": bytes of callback data.
pub const CALLBACK_DATA_BYTES: usize = 64;
/// "CopyTextButton": characters to copy.
pub const COPY_TEXT: usize = 256;
/// Buttons under one message; undocumented, so a cautious bound.
pub const BUTTONS: usize = 100;
/// Buttons in one row; undocumented, so a cautious bound.
pub const BUTTONS_IN_ROW: usize = 8;
/// "ReplyKeyboardMarkup": characters of the placeholder.
pub const PLACEHOLDER: usize = 64;
/// "answerCallbackQuery": characters of the answer to a press.
pub const PRESS_ANSWER: usize = 200;
/// "Sending files": bytes of an uploaded photo.
pub const PHOTO_BYTES: u64 = 10 * MEGABYTE;
/// "Sending files": bytes of any other uploaded file.
pub const FILE_BYTES: u64 = 50 * MEGABYTE;
/// "Sending files": bytes of a photo that Telegram fetches by its address.
pub const PHOTO_BY_URL_BYTES: u64 = 5 * MEGABYTE;
/// "Sending files": bytes of any other file that Telegram fetches by its address. A document is
/// fetched only if it is a GIF, PDF or ZIP.
pub const FILE_BY_URL_BYTES: u64 = 20 * MEGABYTE;
/// "getFile": bytes of a file that can be downloaded.
pub const DOWNLOAD_BYTES: u64 = 20 * MEGABYTE;
/// "sendPhoto": width and height together, in pixels.
pub const PHOTO_SIDES: u64 = 10_000;
/// "sendPhoto": the longer side against the shorter.
pub const PHOTO_RATIO: u64 = 20;
/// "sendInvoice": characters of the title.
pub const INVOICE_TITLE: usize = 32;
/// "sendInvoice": characters of the description.
pub const INVOICE_DESCRIPTION: usize = 255;
/// "sendInvoice": bytes of the payload.
pub const INVOICE_PAYLOAD_BYTES: usize = 128;
/// "setMyCommands": commands in one menu.
pub const COMMANDS: usize = 100;
/// "BotCommand": characters of a command.
pub const COMMAND_NAME: usize = 32;
/// "BotCommand": characters of a command's description.
pub const COMMAND_DESCRIPTION: usize = 256;
/// "setMyDescription": characters.
pub const DESCRIPTION: usize = 512;
/// "setMyShortDescription": characters.
pub const SHORT_DESCRIPTION: usize = 120;

const MEGABYTE: u64 = 1024 * 1024;

/// What is outside the limits. Lengths of texts are in UTF-16 units after parsing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLongWhere {
    /// The text is over [`TEXT`].
    #[error("the text has {got} characters")]
    Text {
        /// Its length.
        got: usize,
    },
    /// The text is empty or blank.
    #[error("the text is empty")]
    EmptyText,
    /// The caption is over [`CAPTION`].
    #[error("the caption has {got} characters")]
    Caption {
        /// Its length.
        got: usize,
    },
    /// A button's data is empty or over [`CALLBACK_DATA_BYTES`].
    #[error("the data of the button «{button}» has {got} bytes")]
    CallbackData {
        /// What stands on the button.
        button: String,
        /// Its length in bytes.
        got: usize,
    },
    /// A text to copy is empty or over [`COPY_TEXT`].
    #[error("the button «{button}» copies {got} characters")]
    CopyText {
        /// What stands on the button.
        button: String,
        /// Its length.
        got: usize,
    },
    /// A button leads nowhere.
    #[error("the button «{button}» has no link")]
    EmptyLink {
        /// What stands on the button.
        button: String,
    },
    /// A button has no text.
    #[error("a button has no text")]
    EmptyButton,
    /// More than [`BUTTONS`], or none in a keyboard instead of the letters.
    #[error("the keyboard has {got} buttons")]
    Buttons {
        /// How many.
        got: usize,
    },
    /// A row has more than [`BUTTONS_IN_ROW`].
    #[error("a row has {got} buttons")]
    Row {
        /// How many.
        got: usize,
    },
    /// The placeholder is empty or over [`PLACEHOLDER`].
    #[error("the placeholder has {got} characters")]
    Placeholder {
        /// Its length.
        got: usize,
    },
    /// An edited message can have inline buttons only.
    #[error("an edited message has inline buttons only")]
    NotInline,
    /// The file is empty, or over [`PHOTO_BYTES`] or [`FILE_BYTES`].
    #[error("the file has {got} bytes")]
    File {
        /// Its length in bytes.
        got: u64,
    },
    /// The invoice's title, description, payload or price is empty or too long.
    #[error("the invoice's {part} has the length {got}")]
    Invoice {
        /// Which part.
        part: &'static str,
        /// Its length in characters, of the payload in bytes.
        got: usize,
    },
}

/// Whether the Bot API takes it, as far as can be told here.
///
/// # Errors
/// The first thing that is outside the limits.
pub fn check(outbound: &Outbound) -> Result<(), TooLongWhere> {
    match outbound {
        Outbound::Text { html, keyboard, .. } => {
            check_text(html)?;
            check_keyboard(keyboard.as_ref())
        }
        Outbound::EditText { html, keyboard, .. } => {
            check_text(html)?;
            check_edited(keyboard.as_ref())
        }
        Outbound::EditKeyboard { keyboard, .. } => check_edited(keyboard.as_ref()),
        Outbound::Media { kind, file, caption_html, keyboard, .. } => {
            check_file(*kind, file)?;
            let got = caption_html.as_deref().map_or(0, visible_length);
            if got > CAPTION {
                return Err(TooLongWhere::Caption { got });
            }
            check_keyboard(keyboard.as_ref())
        }
        Outbound::Invoice { title, description, payload, label, price, .. } => {
            let amount = match price {
                Price::Stars(stars) => *stars,
                Price::Card { kopecks, .. } => *kopecks,
            };
            let parts = [
                ("title", title.encode_utf16().count(), INVOICE_TITLE),
                ("description", description.encode_utf16().count(), INVOICE_DESCRIPTION),
                ("payload", payload.len(), INVOICE_PAYLOAD_BYTES),
                ("label", label.encode_utf16().count().min(1), 1),
                ("price", usize::from(amount > 0), 1),
            ];
            match parts.into_iter().find(|(_, got, max)| !(1..=*max).contains(got)) {
                Some((part, got, _)) => Err(TooLongWhere::Invoice { part, got }),
                None => Ok(()),
            }
        }
        Outbound::Action { .. } | Outbound::Delete { .. } => Ok(()),
    }
}

fn check_text(html: &str) -> Result<(), TooLongWhere> {
    let text = plain_text(html);
    let got = text.encode_utf16().count();
    if text.trim().is_empty() {
        Err(TooLongWhere::EmptyText)
    } else if got > TEXT {
        Err(TooLongWhere::Text { got })
    } else {
        Ok(())
    }
}

fn check_file(kind: OutKind, file: &OutFile) -> Result<(), TooLongWhere> {
    let OutFile::Upload { bytes, .. } = file else { return Ok(()) };
    let max = if kind == OutKind::Photo { PHOTO_BYTES } else { FILE_BYTES };
    let got = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if (1..=max).contains(&got) { Ok(()) } else { Err(TooLongWhere::File { got }) }
}

fn check_edited(keyboard: Option<&Keyboard>) -> Result<(), TooLongWhere> {
    match keyboard {
        Some(Keyboard::Reply { .. } | Keyboard::RemoveReply) => Err(TooLongWhere::NotInline),
        Some(Keyboard::Inline(_)) | None => check_keyboard(keyboard),
    }
}

fn check_keyboard(keyboard: Option<&Keyboard>) -> Result<(), TooLongWhere> {
    match keyboard {
        None | Some(Keyboard::RemoveReply) => Ok(()),
        Some(Keyboard::Inline(rows)) => {
            check_rows(rows.iter().map(Vec::len))?;
            rows.iter().flatten().try_for_each(check_button)
        }
        Some(Keyboard::Reply { rows, placeholder, .. }) => {
            if rows.iter().all(Vec::is_empty) {
                return Err(TooLongWhere::Buttons { got: 0 });
            }
            check_rows(rows.iter().map(Vec::len))?;
            if rows.iter().flatten().any(|text| text.trim().is_empty()) {
                return Err(TooLongWhere::EmptyButton);
            }
            let got = placeholder.as_ref().map_or(1, |text| text.encode_utf16().count());
            if (1..=PLACEHOLDER).contains(&got) {
                Ok(())
            } else {
                Err(TooLongWhere::Placeholder { got })
            }
        }
    }
}

fn check_rows(rows: impl Iterator<Item = usize>) -> Result<(), TooLongWhere> {
    let mut all = 0;
    for got in rows {
        if got > BUTTONS_IN_ROW {
            return Err(TooLongWhere::Row { got });
        }
        all += got;
    }
    if all > BUTTONS { Err(TooLongWhere::Buttons { got: all }) } else { Ok(()) }
}

fn check_button(button: &Button) -> Result<(), TooLongWhere> {
    if button.text.trim().is_empty() {
        return Err(TooLongWhere::EmptyButton);
    }
    let name = || button.text.clone();
    match &button.act {
        ButtonAct::Press(data) if !(1..=CALLBACK_DATA_BYTES).contains(&data.len()) => {
            Err(TooLongWhere::CallbackData { button: name(), got: data.len() })
        }
        ButtonAct::Copy(text) => {
            let got = text.encode_utf16().count();
            if (1..=COPY_TEXT).contains(&got) {
                Ok(())
            } else {
                Err(TooLongWhere::CopyText { button: name(), got })
            }
        }
        ButtonAct::Link(url) if url.is_empty() => Err(TooLongWhere::EmptyLink { button: name() }),
        ButtonAct::Press(_) | ButtonAct::Link(_) => Ok(()),
    }
}

/// Whether a picture can be shown as a photo ("sendPhoto"); else it goes as a document.
#[must_use]
pub fn photo_fits(width: u32, height: u32, bytes: u64) -> bool {
    let (width, height) = (u64::from(width), u64::from(height));
    let (short, long) = (width.min(height), width.max(height));
    short > 0
        && width + height <= PHOTO_SIDES
        && long <= short * PHOTO_RATIO
        && (1..=PHOTO_BYTES).contains(&bytes)
}

/// Makes any text harmless inside the Bot API's HTML, in attributes too ("HTML style").
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// What remains of the Bot API's HTML when its tags are taken out and its entities decoded: what
/// is counted, and what is sent, escaped, when Telegram cannot parse the formatting.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // A tag without an end is no tag (Telegram would refuse it), nor is any after it.
    let mut tags_end = true;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, special) = rest.split_at(at);
        text.push_str(before);
        rest = if let Some(inside) = special.strip_prefix('<') {
            let length = if tags_end { tag_length(special) } else { None };
            tags_end = length.is_some();
            if length.is_none() {
                text.push('<');
            }
            length.map_or(inside, |length| &special[length..])
        } else if let Some((c, length)) = entity(special) {
            text.push(c);
            &special[length..]
        } else {
            text.push('&');
            &special[1..]
        };
    }
    text.push_str(rest);
    text
}

/// The length of what a person sees, in UTF-16 units.
#[must_use]
pub fn visible_length(html: &str) -> usize {
    plain_text(html).encode_utf16().count()
}

/// The length in bytes of the tag at the start; `>` inside quotes does not end it.
fn tag_length(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// The entity at the start and its length in bytes: the four named ones that the Bot API knows,
/// and the numeric ones.
fn entity(html: &str) -> Option<(char, usize)> {
    // The longest, `&#1114111;`, has ten bytes; leading zeros are let in up to a point.
    let end = html.bytes().take(16).position(|byte| byte == b';')?;
    let name = html.get(1..end)?;
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| *c != '\0')?
        }
    };
    Some((c, end + 1))
}

/// The beginning of a plain text, at most `max` UTF-16 units, never half a character.
#[must_use]
pub fn cut(text: &str, max: usize) -> &str {
    let mut length = 0;
    for (at, c) in text.char_indices() {
        length += c.len_utf16();
        if length > max {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests;
