//! A result in words, to be read and copied in the chat.

use generation::OutputView;
use telegram::limits;

/// The words under their caption; `None` for what is no text, or is too long for a message and goes
/// as a file.
pub(crate) fn message(caption: &str, output: &OutputView) -> Option<String> {
    let words = output.words.as_ref()?;
    let title = output.title.as_deref().map(|title| {
        let title = crate::screen::one_line(title, TITLE_SHOWN);
        format!("<b>{}</b>\n", telegram::escape_html(&title))
    });
    // Telegram copies what stands in such a block by one press.
    let block = format!("<pre>{}</pre>", telegram::escape_html(words));
    let html = format!("{caption}\n\n{}{block}", title.unwrap_or_default());
    (limits::visible_length(&html) <= limits::TEXT).then_some(html)
}

/// The most characters of a title.
const TITLE_SHOWN: usize = 100;
