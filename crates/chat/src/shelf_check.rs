//! Every screen that a model can lead to, looked at before people do.

use billing::Wallet;
use catalog::{Answers, Language, Model};
use telegram::{Outbound, limits};
use time::OffsetDateTime;

use crate::answer;
use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::input::Input;
use crate::journey::Press;
use crate::react::{OPTIONS_ON_PAGE, Then, react};
use crate::render::render;
use crate::screen::{Act, Screen};
use crate::session::{Draft, Session, Stage};
use crate::view::{Scene, View};

/// A screen that Telegram would not take, or whose buttons would not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenFault {
    /// The model.
    pub model: String,
    /// Which screen, such as `card` or `prompt`.
    pub screen: String,
    /// What is wrong.
    pub problem: String,
}

/// Writes every card, question and confirmation of every model in both languages and says which of
/// them Telegram would not take.
#[must_use]
pub fn check_screens(desk: &Desk) -> Vec<ScreenFault> {
    let mut faults = Vec::new();
    for language in Language::ALL {
        let context = stranger(desk, language);
        for model in desk.catalog.models() {
            check_model(&context, model, &mut faults);
        }
    }
    faults
}

/// A page of the list of all models, as a press on its button opens it: decided and written.
#[must_use]
pub fn list_of_all(desk: &Desk, page: u16) -> Screen {
    let context = stranger(desk, Language::default());
    let press = Input::Press(Button::Journey(Press::All { page }));
    let reaction = react(Session::default(), &context, press);
    match reaction.then {
        Then::Show(view) => render(&view, &reaction.session, &context, 1),
        Then::Do { .. } => Screen::default(),
    }
}

/// Somebody of whom nothing is known.
fn stranger(desk: &Desk, language: Language) -> Context<'_> {
    Context {
        desk,
        now: OffsetDateTime::UNIX_EPOCH,
        language,
        user_id: 0,
        name: String::new(),
        revision: i64::MAX,
        wallet: Wallet::default(),
        newcomer: false,
        free: generation::FreeLeft::default(),
        favourites: Vec::new(),
        welcomed: promo::Welcomed::Known,
    }
}

fn check_model(context: &Context<'_>, model: &Model, faults: &mut Vec<ScreenFault>) {
    let mut look = |name: &str, session: &Session, scene: Scene| {
        let screen = render(&View::new(scene), session, context, context.revision);
        faults.extend(problem(&screen).map(|problem| ScreenFault {
            model: model.id.clone(),
            screen: name.to_owned(),
            problem,
        }));
    };
    look("card", &Session::default(), Scene::Card { model: model.id.clone() });
    if context.desk.on_sale(&model.id).is_none() {
        return;
    }
    let least = model.least();
    for field in model.fields.iter().filter(|field| answer::is_asked(field)) {
        for page in 0..=answer::choices(&field.kind) / OPTIONS_ON_PAGE {
            let mut draft = Draft::new(&model.id, Answers::new());
            draft.page = u16::try_from(page).unwrap_or(0);
            draft.stage = Stage::Option { name: field.name.clone() };
            look(&field.name, &of(draft), Scene::Draft);
        }
        let mut draft = Draft::new(&model.id, least.clone());
        draft.stage = Stage::Field { name: field.name.clone() };
        look(&field.name, &of(draft), Scene::Draft);
    }
    look("confirmation", &of(Draft::new(&model.id, least)), Scene::Draft);
}

fn of(draft: Draft) -> Session {
    Session { draft: Some(draft), ..Session::default() }
}

fn problem(screen: &Screen) -> Option<String> {
    let html = screen.html.clone();
    let new = Outbound::Text { chat: 1, html: html.clone(), keyboard: screen.keyboard_new() };
    let keyboard = screen.keyboard_inline();
    let edit = Outbound::EditText { chat: 1, message_id: 1, html, keyboard };
    let refused = [new, edit].iter().find_map(|outbound| limits::check(outbound).err());
    let broken = || {
        screen.inline.iter().flatten().find_map(|tap| match &tap.act {
            Act::Press(data) if Button::decode(data).is_none() => Some(format!("button {data}")),
            Act::Press(_) | Act::Link(_) => None,
        })
    };
    refused.map(|refused| format!("{refused:?}")).or_else(broken)
}
