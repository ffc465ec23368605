//! A screen as a plain value: what is written and what can be pressed.

use serde::{Deserialize, Serialize};
use telegram::{ButtonStyle, Keyboard, limits};

use crate::button::Button;

/// A text with its buttons, ready to be sent, and kept as JSON until it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// HTML of the Bot API.
    pub html: String,
    /// Buttons under the message.
    #[serde(default)]
    pub inline: Vec<Vec<Tap>>,
    /// The one button at the field of the letters, which stays there; used when the screen is a new
    /// message. Such a message has no buttons under it, and cannot be changed into another screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// What stands on it.
    pub text: String,
    /// What it does.
    pub act: Act,
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    /// How it looks.
    pub tone: Tone,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Sends this data back to us.
    Press(String),
    /// Opens this address.
    Link(String),
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Like any other.
    #[default]
    Plain,
    /// The way forward.
    Go,
    /// Gives something up.
    Stop,
}

impl Tone {
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// The most characters of what stands on a button: more is not seen on a phone.
pub(crate) const BUTTON_MAX: usize = 60;

impl Tap {
    pub(crate) fn new(text: impl AsRef<str>, button: &Button) -> Self {
        Self::press(text, button.encode())
    }

    /// A button that sends this data back.
    #[must_use]
    pub fn press(text: impl AsRef<str>, data: String) -> Self {
        let text = shorten(text.as_ref(), BUTTON_MAX);
        Self { text, act: Act::Press(data), tone: Tone::Plain }
    }

    pub(crate) fn link(text: impl AsRef<str>, url: String) -> Self {
        Self { text: shorten(text.as_ref(), BUTTON_MAX), act: Act::Link(url), tone: Tone::Plain }
    }

    /// The same with another look.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    fn into_wire(self) -> telegram::Button {
        let button = match self.act {
            Act::Press(data) => telegram::Button::press(self.text, data),
            Act::Link(url) => telegram::Button::link(self.text, url),
        };
        match self.tone {
            Tone::Plain => button,
            Tone::Go => button.styled(ButtonStyle::Success),
            Tone::Stop => button.styled(ButtonStyle::Danger),
        }
    }
}

impl Screen {
    /// The keyboard for a new message.
    pub(crate) fn keyboard_new(&self) -> Option<Keyboard> {
        match &self.key {
            Some(key) => Some(Keyboard::Reply {
                rows: vec![vec![key.clone()]],
                persistent: true,
                one_time: false,
                placeholder: None,
            }),
            None => self.keyboard_inline(),
        }
    }

    /// The keyboard for an edited message, which can only have buttons under it.
    pub(crate) fn keyboard_inline(&self) -> Option<Keyboard> {
        inline(&self.inline)
    }
}

/// Rows of buttons as the Bot API takes them.
pub(crate) fn inline(rows: &[Vec<Tap>]) -> Option<Keyboard> {
    let rows: Vec<Vec<_>> = rows
        .iter()
        .filter(|row| !row.is_empty())
        .map(|row| row.iter().cloned().map(Tap::into_wire).collect())
        .collect();
    (!rows.is_empty()).then_some(Keyboard::Inline(rows))
}

/// The beginning of a text with an ellipsis when it is longer than `max` characters.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if text.encode_utf16().count() <= max {
        return text.to_owned();
    }
    let kept = limits::cut(text, max.saturating_sub(1));
    format!("{}…", kept.trim_end())
}

/// Plain text in one line: what a person wrote in several must not break our layout.
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    let words: Vec<_> = text.split_whitespace().take(max).collect();
    shorten(&words.join(" "), max)
}

/// A text that fits into a message for certain: when the HTML is too long for what Telegram
/// takes, its words are kept without their formatting and cut.
#[must_use]
pub fn fit(html: String, max: usize) -> String {
    if limits::visible_length(&html) <= max {
        return html;
    }
    telegram::escape_html(&shorten(&limits::plain_text(&html), max))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_shortened_text_fits(text in "\\PC{0,300}", max in 1_usize..100) {
            prop_assert!(shorten(&text, max).encode_utf16().count() <= max);
            prop_assert!(one_line(&text, max).encode_utf16().count() <= max);
            let html = format!("<b>{}</b>", telegram::escape_html(&text));
            prop_assert!(limits::visible_length(&fit(html, max)) <= max);
        }
    }
}
