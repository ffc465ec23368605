//! What everybody gets.

use catalog::Language;
use serde::{Deserialize, Serialize};
use telegram::limits::{self, TooLongWhere};
use telegram::{Button, IncomingKind, Keyboard, OutFile, OutKind, Outbound};

/// The most characters on the button.
pub const LINK_TEXT_MAX: usize = 60;

/// A message for many people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// HTML of the Bot API: the text, or the words under the file.
    pub html: String,
    /// The file, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The button, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkButton>,
}

/// A file that Telegram has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// How it is shown.
    pub kind: MediaKind,
    /// Telegram's lasting name of it.
    pub file_id: String,
}

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Photo,
    /// A video with a player.
    Video,
    /// A GIF, or a video without sound.
    Animation,
    /// Music.
    Audio,
    /// A voice message.
    Voice,
    /// Any file.
    Document,
}

/// A button that opens an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkButton {
    /// What stands on it.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl MediaKind {
    /// How a file that somebody sent is sent on; `None` when it has no words under it, and so can
    /// be no post.
    #[must_use]
    pub const fn of(kind: IncomingKind) -> Option<Self> {
        match kind {
            IncomingKind::Photo => Some(Self::Photo),
            IncomingKind::Video => Some(Self::Video),
            IncomingKind::Animation => Some(Self::Animation),
            IncomingKind::Audio => Some(Self::Audio),
            IncomingKind::Voice => Some(Self::Voice),
            IncomingKind::Document => Some(Self::Document),
            IncomingKind::VideoNote | IncomingKind::Sticker => None,
        }
    }

    const fn out(self) -> OutKind {
        match self {
            Self::Photo => OutKind::Photo,
            Self::Video => OutKind::Video,
            Self::Animation => OutKind::Animation,
            Self::Audio => OutKind::Audio,
            Self::Voice => OutKind::Voice,
            Self::Document => OutKind::Document,
        }
    }
}

impl LinkButton {
    /// «`Try it https://t.me/…`»: what stands on the button, then where it leads; `None` when it is
    /// not that.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (text, url) = text.trim().rsplit_once(char::is_whitespace)?;
        let text =
            text.trim_end_matches(|sign: char| sign.is_whitespace() || "-–—:|".contains(sign));
        let host = url.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
        let known = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
        let plain = url.len() <= 500 && url.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = (1..=LINK_TEXT_MAX).contains(&text.encode_utf16().count());
        (known && plain && fits && !text.contains('\n'))
            .then(|| Self { text: text.to_owned(), url: url.to_owned() })
    }
}

impl Post {
    /// The message as one person gets it: with the button that ends such messages for them.
    #[must_use]
    pub fn to(&self, chat: i64, language: Language) -> Outbound {
        let link = self.link.iter().map(|link| vec![Button::link(&link.text, &link.url)]);
        let rows = link.chain([vec![chat::no_news_button(language)]]).collect();
        let keyboard = Some(Keyboard::Inline(rows));
        let Some(media) = &self.media else {
            return Outbound::Text { chat, html: self.html.clone(), keyboard };
        };
        Outbound::Media {
            chat,
            kind: media.kind.out(),
            file: OutFile::FileId(media.file_id.clone()),
            caption_html: (!self.html.is_empty()).then(|| self.html.clone()),
            keyboard,
            no_type_detection: false,
            width: None,
            height: None,
            duration_s: None,
            title: None,
        }
    }

    /// Whether Telegram takes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), TooLongWhere> {
        limits::check(&self.to(1, Language::Ru))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_is_words_and_an_address() {
        let cases = [
            (
                "Попробовать — https://t.me/bot?start=s_photo",
                Some(("Попробовать", "https://t.me/bot?start=s_photo")),
            ),
            ("Наш канал: https://t.me/kanal", Some(("Наш канал", "https://t.me/kanal"))),
            ("Сайт\nhttps://example.org/", Some(("Сайт", "https://example.org/"))),
            ("https://example.org", None),
            ("Сайт http://example.org", None),
            ("Сайт https://localhost", None),
            ("Сайт https://пример.рф", None),
            ("— https://example.org", None),
            ("Сайт javascript:alert(1)", None),
            ("", None),
        ];
        for (written, read) in cases {
            let button = LinkButton::read(written);
            let button = button.as_ref().map(|link| (link.text.as_str(), link.url.as_str()));
            assert_eq!(button, read, "{written}");
        }
    }

    #[test]
    fn a_post_is_checked_before_anybody_gets_it() {
        let text = |html: &str| Post { html: html.to_owned(), ..Post::default() };
        assert!(text("<b>Новое</b>").check().is_ok());
        assert!(text("  ").check().is_err());
        assert!(text(&"я".repeat(4097)).check().is_err());
        let media = Some(Media { kind: MediaKind::Photo, file_id: "photo".to_owned() });
        assert!(Post { media: media.clone(), ..text("") }.check().is_ok());
        assert!(Post { media, ..text(&"я".repeat(1025)) }.check().is_err());
    }

    #[test]
    fn everybody_can_end_such_messages() {
        let post = Post { html: "Новое".to_owned(), ..Post::default() };
        for language in Language::ALL {
            let Outbound::Text { keyboard: Some(Keyboard::Inline(rows)), .. } =
                post.to(1, language)
            else {
                panic!("no buttons");
            };
            assert_eq!(rows.concat(), [chat::no_news_button(language)]);
        }
    }
}
