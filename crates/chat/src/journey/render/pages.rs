//! Help in words: questions, terms, privacy, whom to write to.

use catalog::Language;

use super::of;
use crate::button::Button;
use crate::desk::Desk;
use crate::journey::{Door, Page, Press, Question};
use crate::render::Pen;
use crate::rules::PageText;
use crate::screen::{Screen, Tap};
use crate::texts::{Key, Texts};

/// The rows of the help screen that lead to the pages.
pub(crate) fn doors(pen: &Pen<'_>) -> Vec<Vec<Tap>> {
    let tap = |door: Door| pen.tap(door.key(), &of(door.press()));
    vec![
        vec![tap(Door::Page(Page::Questions)), tap(Door::Page(Page::Support))],
        vec![tap(Door::Page(Page::Terms)), tap(Door::Page(Page::Privacy))],
        vec![tap(Door::Page(Page::Payments)), tap(Door::Erase)],
    ]
}

/// What a page says: the operator's words, or the program's own.
#[must_use]
pub fn page_words(desk: &Desk, page: PageText, language: Language) -> String {
    let own = || {
        let key = match page {
            PageText::Terms => Key::ScreenTerms,
            PageText::Privacy => Key::ScreenPrivacy,
            PageText::Payments => Key::ScreenPaySupport,
            PageText::Support => Key::ScreenSupport,
        };
        Texts::new(language).say(key, &[])
    };
    desk.rules.pages.get(&(page, language)).cloned().unwrap_or_else(own)
}

pub(super) fn page(pen: &Pen<'_>, page: Page, word: Option<String>) -> Screen {
    let back = match page {
        Page::Answer(_) => of(Press::Page(Page::Questions)),
        Page::Questions | Page::Terms | Page::Privacy | Page::Payments | Page::Support => {
            Button::Help
        }
    };
    let mut rows: Vec<Vec<Tap>> = match page {
        Page::Questions => Question::ALL
            .into_iter()
            .map(|question| {
                vec![pen.tap(question.keys().0, &of(Press::Page(Page::Answer(question))))]
            })
            .collect(),
        Page::Support | Page::Payments => pen
            .desk
            .support
            .iter()
            .map(|name| {
                let url = format!("https://t.me/{name}");
                vec![Tap::link(pen.texts.plain(Key::ButtonWrite, &[]), url)]
            })
            .collect(),
        Page::Answer(Question::Data) => vec![vec![pen.tap(Key::ButtonErase, &of(Press::Erase))]],
        Page::Answer(_) | Page::Terms | Page::Privacy => Vec::new(),
    };
    rows.push(pen.way_back(&back));
    let bonus = ("bonus", pen.desk.welcome.into());
    let words = match page {
        Page::Questions => pen.say(Key::ScreenQuestions, &[]),
        Page::Answer(question) => {
            let (title, answer) = question.keys();
            format!("<b>{}</b>\n\n{}", pen.say(title, &[]), pen.say(answer, &[bonus]))
        }
        Page::Terms => page_words(pen.desk, PageText::Terms, pen.language()),
        Page::Privacy => page_words(pen.desk, PageText::Privacy, pen.language()),
        Page::Payments => page_words(pen.desk, PageText::Payments, pen.language()),
        Page::Support => page_words(pen.desk, PageText::Support, pen.language()),
    };
    let contact = matches!(page, Page::Support | Page::Payments).then(|| match &pen.desk.support {
        Some(name) => pen.say(Key::ScreenHelpSupport, &[("name", name.as_str().into())]),
        None => pen.say(Key::ScreenNoSupport, &[]),
    });
    pen.page(vec![word, Some(words), contact], rows)
}
