//! The formatting of what a person wrote, as HTML of the Bot API.

use crate::limits::escape_html;

/// A stretch of a text that looks different, in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(crate) style: Style,
}

/// How it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    Quote,
    FoldedQuote,
    Link(String),
}

impl Style {
    fn open(&self) -> String {
        match self {
            Self::Bold => "<b>".to_owned(),
            Self::Italic => "<i>".to_owned(),
            Self::Underline => "<u>".to_owned(),
            Self::Strikethrough => "<s>".to_owned(),
            Self::Spoiler => "<tg-spoiler>".to_owned(),
            Self::Code => "<code>".to_owned(),
            Self::Pre => "<pre>".to_owned(),
            Self::Quote => "<blockquote>".to_owned(),
            Self::FoldedQuote => "<blockquote expandable>".to_owned(),
            Self::Link(url) => format!("<a href=\"{}\">", escape_html(url)),
        }
    }

    const fn close(&self) -> &'static str {
        match self {
            Self::Bold => "</b>",
            Self::Italic => "</i>",
            Self::Underline => "</u>",
            Self::Strikethrough => "</s>",
            Self::Spoiler => "</tg-spoiler>",
            Self::Code => "</code>",
            Self::Pre => "</pre>",
            Self::Quote | Self::FoldedQuote => "</blockquote>",
            Self::Link(_) => "</a>",
        }
    }
}

/// The text with its formatting. Marks that overlap without one holding the other, which Telegram
/// does not send, are cut.
pub(crate) fn html(text: &str, mut marks: Vec<Mark>) -> String {
    marks.retain(|mark| mark.length > 0);
    marks.sort_by_key(|mark| (mark.start, usize::MAX - mark.length));
    let mut marks = marks.into_iter().peekable();
    let mut open: Vec<(usize, Style)> = Vec::new();
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for letter in text.chars() {
        while let Some((_, style)) = open.pop_if(|(end, _)| *end <= at) {
            written.push_str(style.close());
        }
        while let Some(mark) = marks.next_if(|mark| mark.start <= at) {
            let end = mark.start.saturating_add(mark.length);
            let end = open.last().map_or(end, |(outer, _)| end.min(*outer));
            if end > at {
                written.push_str(&mark.style.open());
                open.push((end, mark.style));
            }
        }
        written.push_str(&escape_html(letter.encode_utf8(&mut [0; 4])));
        at += letter.len_utf16();
    }
    for (_, style) in open.into_iter().rev() {
        written.push_str(style.close());
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::plain_text;

    fn mark(start: usize, length: usize, style: Style) -> Mark {
        Mark { start, length, style }
    }

    #[test]
    fn formatting_becomes_html() {
        let link = Style::Link("https://example.org/?a=1&b=\"2\"".to_owned());
        let cases = [
            ("a < b", vec![], "a &lt; b"),
            ("Ура! Новое", vec![mark(5, 5, Style::Bold)], "Ура! <b>Новое</b>"),
            ("🎬 кино", vec![mark(3, 4, Style::Italic)], "🎬 <i>кино</i>"),
            (
                "тут",
                vec![mark(0, 3, link)],
                "<a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\">тут</a>",
            ),
            (
                "abcd",
                vec![mark(1, 2, Style::Italic), mark(0, 4, Style::Bold)],
                "<b>a<i>bc</i>d</b>",
            ),
            (
                "abcd",
                vec![mark(0, 2, Style::Bold), mark(1, 3, Style::Italic)],
                "<b>a<i>b</i></b>cd",
            ),
            ("ab", vec![mark(0, 99, Style::FoldedQuote)], "<blockquote expandable>ab</blockquote>"),
        ];
        for (text, marks, expected) in cases {
            assert_eq!(html(text, marks), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_marked_the_words_stay(
            text in "\\PC{0,40}",
            places in proptest::collection::vec((0_usize..50, 0_usize..50), 0..6),
        ) {
            let marks = places.into_iter().map(|(start, length)| mark(start, length, Style::Bold));
            let written = html(&text, marks.collect());
            prop_assert_eq!(plain_text(&written), text);
            prop_assert_eq!(written.matches("<b>").count(), written.matches("</b>").count());
        }
    }
}
