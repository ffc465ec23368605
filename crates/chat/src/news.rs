//! Messages that the shop sends to many people, and the wish to have none of them.

use catalog::Language;
use sqlx::PgConnection;

use crate::button::Button;
use crate::desk::Context;
use crate::react::{Reaction, Then};
use crate::render::Pen;
use crate::screen::Screen;
use crate::session::{Place, Session};
use crate::store;
use crate::texts::{Key, Texts};
use crate::view::{Intent, Scene, View, Word};

/// What a person can ask about news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Whether they come.
    Look,
    /// They shall come, or not.
    Want(bool),
}

impl News {
    pub(crate) const fn encode(self) -> &'static str {
        match self {
            Self::Look => "l",
            Self::Want(true) => "1",
            Self::Want(false) => "0",
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        match text {
            "l" => Some(Self::Look),
            "1" => Some(Self::Want(true)),
            "0" => Some(Self::Want(false)),
            _ => None,
        }
    }
}

/// The button that stands under every message for many people: its reader gets no more of them.
#[must_use]
pub fn no_news_button(language: Language) -> telegram::Button {
    let text = Texts::new(language).plain(Key::ButtonNewsOff, &[]);
    telegram::Button::press(text, Button::News(News::Want(false)).encode())
}

/// Looks or changes, and then shows how it stands.
pub(crate) fn ask(session: Session, news: News, word: Option<Word>) -> Reaction {
    Reaction { session, then: Then::Do { intent: Intent::News(news), word } }
}

/// Shows how it stands.
pub(crate) fn settle(mut session: Session, wanted: bool, word: Option<Word>) -> (Session, View) {
    session.place = Place::News;
    (session, View::new(Scene::News { wanted }).with(word))
}

/// Does what was asked; whether news are wanted then.
pub(crate) async fn perform(
    connection: &mut PgConnection,
    context: &Context<'_>,
    news: News,
) -> Result<bool, sqlx::Error> {
    match news {
        News::Look => store::wants_news(connection, context.user_id).await,
        News::Want(wanted) => {
            let since = (!wanted).then_some(context.now);
            store::set_news_off(connection, context.user_id, since).await?;
            Ok(wanted)
        }
    }
}

pub(crate) fn screen(pen: &Pen<'_>, wanted: bool, word: Option<String>) -> Screen {
    let (text, button) = match wanted {
        true => (Key::ScreenNewsOn, Key::ButtonNewsOff),
        false => (Key::ScreenNewsOff, Key::ButtonNewsOn),
    };
    let rows = vec![
        vec![pen.tap(button, &Button::News(News::Want(!wanted)))],
        pen.way_back(&Button::Help),
    ];
    pen.page(vec![word, Some(pen.say(text, &[]))], rows)
}
