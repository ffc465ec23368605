//! A person with a phone: sees the page's chat and taps in it.

use serde_json::json;

use crate::driver::Browser;

/// The newest button under a message that begins like this.
const BUTTON: &str = r#"
return [...document.querySelectorAll('[data-testid="inline-button"]:not(.busy)')]
  .findLast((button) => plain(button.textContent).startsWith(given[0]) && button.checkVisibility());
"#;

/// A button of the keyboard below the chat.
const KEY: &str = r#"
return [...document.querySelectorAll('[data-testid="reply-button"]')]
  .find((button) => plain(button.textContent) === given[0] && button.checkVisibility());
"#;

/// The newest message of the bot that holds the text.
const WORDS: &str = r#"
const said = [...document.querySelectorAll('[data-testid="message"][data-from="bot"]')].reverse()
  .map((message) => plain(message.querySelector('[data-testid="message-text"]')?.innerText || ''));
return said.find((text) => text.includes(given[0]));
"#;

/// The picture of a message with this text, once it is drawn.
const PICTURE: &str = r#"
const message = [...document.querySelectorAll('[data-testid="message"][data-from="bot"]')].reverse()
  .find((candidate) => candidate.querySelector('[data-testid="media-photo"]')
    && plain(candidate.innerText).includes(given[0]));
const image = message?.querySelector('[data-testid="media-photo"] img');
if (!image?.complete) return null;
return { width: image.naturalWidth, height: image.naturalHeight,
         text: plain(message.querySelector('[data-testid="message-text"]').innerText) };
"#;

/// A picture that came into the chat.
#[derive(Debug)]
pub(crate) struct Picture {
    /// In pixels of the file; zero when the browser could not draw it.
    pub(crate) width: u64,
    /// In pixels of the file; zero when the browser could not draw it.
    pub(crate) height: u64,
    /// The caption.
    pub(crate) text: String,
}

/// Somebody who looks at the page on a phone.
pub(crate) struct Phone {
    pub(crate) browser: Browser,
}

impl Phone {
    /// Goes from the chat on the screen to the list of people, and into the chat of one of them.
    pub(crate) async fn becomes(&self, name: &str) {
        self.taps_part("[data-part=back]").await;
        let look = r#"
            return [...document.querySelectorAll('[data-testid="person"]')]
              .find((item) => item.innerText.includes(given[0]) && item.checkVisibility());"#;
        self.browser.taps(name, look, json!([name])).await;
        let look = "return document.querySelector('[data-part=\"subtitle\"]').textContent.includes(given[0])";
        self.browser.waits_for("the chat of the person", look, json!([name])).await;
    }

    /// Taps a part of the page itself, by its selector.
    pub(crate) async fn taps_part(&self, selector: &str) {
        let look = "return [...document.querySelectorAll(given[0])].find((part) => part.checkVisibility())";
        self.browser.taps(selector, look, json!([selector])).await;
    }

    /// Waits until a part of the page is on the screen.
    pub(crate) async fn sees(&self, selector: &str) {
        let look = "return [...document.querySelectorAll(given[0])].some((part) => part.checkVisibility())";
        self.browser.waits_for(selector, look, json!([selector])).await;
    }

    /// Waits until no such part of the page is on the screen.
    pub(crate) async fn loses(&self, selector: &str) {
        let look = "return ![...document.querySelectorAll(given[0])].some((part) => part.checkVisibility())";
        self.browser.waits_for(selector, look, json!([selector])).await;
    }

    /// Taps a button of the keyboard below the chat.
    pub(crate) async fn chooses(&self, label: &str) {
        self.browser.taps(label, KEY, json!([label])).await;
    }

    /// Taps a button under a message.
    pub(crate) async fn taps(&self, label: &str) {
        self.browser.taps(label, BUTTON, json!([label])).await;
    }

    /// Writes a message and sends it.
    pub(crate) async fn says(&self, text: &str) {
        let composer = r#"return document.querySelector('[data-testid="composer"]')"#;
        self.browser.types("the composer", composer, text).await;
        self.taps_part("[data-testid=send]").await;
    }

    /// Waits until the bot says this, and answers the whole message.
    pub(crate) async fn reads(&self, words: &str) -> String {
        let said = self.browser.waits_for(words, WORDS, json!([words])).await;
        said.as_str().unwrap().to_owned()
    }

    /// Waits until a picture with these words under it has been drawn.
    pub(crate) async fn receives_picture(&self, words: &str) -> Picture {
        let found = self.browser.waits_for(words, PICTURE, json!([words])).await;
        let size = |name: &str| found[name].as_u64().unwrap();
        Picture {
            width: size("width"),
            height: size("height"),
            text: found["text"].as_str().unwrap().to_owned(),
        }
    }

    /// Keeps a picture of the screen, when asked for, without buttons that still wait.
    pub(crate) async fn screenshot(&self, name: &str) {
        let look = "return !document.querySelector('.busy')";
        self.browser.waits_for("a quiet screen", look, json!([])).await;
        self.browser.screenshot(name).await;
    }
}
