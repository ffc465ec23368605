//! What happens next: pure functions over the session.
//!
//! [`react`] takes what a person did; either it knows at once what to show, or something must be
//! done first, and [`settle`] goes on with what came of that.

pub(crate) mod ideas;
pub(crate) mod wizard;

use catalog::Category;

use crate::button::Button;
use crate::desk::{Context, Desk};
use crate::ideas::IdeaButton;
use crate::input::{Entry, Input};
use crate::session::{Draft, Place, Placed, Session, Stage};
use crate::topup;
use crate::view::{Done, Intent, Scene, View, Word};

pub(crate) use wizard::OPTIONS_ON_PAGE;

/// What follows from an input.
#[derive(Debug)]
pub(crate) struct Reaction {
    pub(crate) session: Session,
    pub(crate) then: Then,
}

/// The next thing.
#[derive(Debug)]
pub(crate) enum Then {
    Show(View),
    /// Something must be done first; the word goes above what is shown then.
    Do {
        intent: Intent,
        word: Option<Word>,
    },
}

impl Reaction {
    fn show(session: Session, view: View) -> Self {
        Self { session, then: Then::Show(view) }
    }

    fn ask(session: Session, intent: Intent) -> Self {
        Self { session, then: Then::Do { intent, word: None } }
    }
}

/// Decides what follows from an input.
pub(crate) fn react(session: Session, context: &Context<'_>, input: Input) -> Reaction {
    match input {
        Input::Start { payload } => start(session, context, payload.as_deref()),
        Input::Open(entry) => open(session, context, entry, None),
        Input::Cancel => drop_draft(session),
        Input::Text(text) if ideas::draft_is_open(&session, context) => {
            ideas::text(session, context, &text)
        }
        Input::File { file, .. } if ideas::draft_is_open(&session, context) => {
            ideas::file(session, context, file)
        }
        Input::Odd if ideas::draft_is_open(&session, context) => ideas::odd(session, context),
        Input::Text(text) => match session.place {
            Place::TopUp(spot) if spot.takes_text() => {
                topup::react::text(session, context, spot, &text)
            }
            _ if wizard::draft_is_open(&session, context) => wizard::text(session, context, &text),
            _ => menu(session, Some(Word::NotUnderstood)),
        },
        Input::File { file, album } => match wizard::draft_is_open(&session, context) {
            true => wizard::file(session, context, file, album),
            false => menu(session, Some(Word::FileUnasked)),
        },
        Input::Receipt(receipt) => {
            Reaction::ask(session, Intent::TopUp(topup::Wish::Receipt(receipt)))
        }
        Input::Press(button) => press(session, context, button),
        Input::Forged => redraw(session, context, Some(Word::Stale)),
        Input::Odd => match wizard::draft_is_open(&session, context) {
            true => wizard::odd(session, context),
            false => menu(session, Some(Word::NotUnderstood)),
        },
    }
}

fn start(mut session: Session, context: &Context<'_>, payload: Option<&str>) -> Reaction {
    // Where a provider's page, or a forwarded bill, leads back to.
    if payload == Some("pay") {
        return Reaction::ask(session, Intent::Balance);
    }
    if let Some(payload) = payload.and_then(|payload| payload.strip_prefix("s_")) {
        let word = context.newcomer.then_some(Word::Welcome(context.bonus));
        return ideas::linked(session, context, payload, word);
    }
    let linked = payload.and_then(|payload| payload.strip_prefix("m_"));
    match linked.map(|link| context.desk.linked(link).map(|model| model.id.clone())) {
        Some(Some(id)) => {
            let word = context.newcomer.then_some(Word::Welcome(context.bonus));
            card(session, context, id, word)
        }
        Some(None) => menu(session, Some(Word::NoModel)),
        None => {
            session.place = Place::Menu;
            Reaction::show(session, View::new(Scene::Menu))
        }
    }
}

fn open(session: Session, context: &Context<'_>, entry: Entry, word: Option<Word>) -> Reaction {
    match entry {
        Entry::Menu => menu(session, word),
        Entry::Category(category) => shelf(session, category, 0, word),
        Entry::History => {
            let intent = Intent::History { page: 0, cursors: Vec::new() };
            Reaction { session, then: Then::Do { intent, word } }
        }
        Entry::Balance => Reaction { session, then: Then::Do { intent: Intent::Balance, word } },
        Entry::Help => at(session, Place::Help, Scene::Help, word),
        Entry::Languages => at(session, Place::Languages, Scene::Languages, word),
        Entry::Continue => go_on(session, context),
        Entry::Ideas => ideas::list(session, 0, word),
    }
}

fn press(session: Session, context: &Context<'_>, button: Button) -> Reaction {
    match button {
        Button::Menu => menu(session, None),
        Button::Category { category, page } => shelf(session, category, page, None),
        Button::Model(id) => card(session, context, id, None),
        Button::Create(id) => wizard::begin(session, context, &id),
        Button::Continue => go_on(session, context),
        Button::Drop => drop_draft(session),
        Button::Wizard { revision, step } => {
            if revision == context.revision && wizard::draft_is_open(&session, context) {
                wizard::step(session, context, step)
            } else {
                redraw(session, context, Some(Word::Stale))
            }
        }
        Button::Run { revision } => run(session, context, revision),
        Button::Cancel(id) => Reaction::ask(session, Intent::Cancel(id)),
        Button::History { page } => {
            let cursors = match &session.place {
                Place::History { cursors, .. } | Place::Item { cursors, .. } => cursors.clone(),
                _ => Vec::new(),
            };
            let page = page.min(u16::try_from(cursors.len()).unwrap_or(u16::MAX));
            Reaction::ask(session, Intent::History { page, cursors })
        }
        Button::Item(id) => {
            let (page, cursors) = match &session.place {
                Place::History { page, cursors } | Place::Item { page, cursors, .. } => {
                    (*page, cursors.clone())
                }
                _ => (0, Vec::new()),
            };
            Reaction::ask(session, Intent::Item { id, page, cursors })
        }
        Button::Resend(id) => Reaction::ask(session, Intent::Resend(id)),
        Button::Repeat(id) => Reaction::ask(session, Intent::Repeat(id)),
        Button::Balance => Reaction::ask(session, Intent::Balance),
        Button::Help => at(session, Place::Help, Scene::Help, None),
        Button::Languages => at(session, Place::Languages, Scene::Languages, None),
        Button::Speak(language) => Reaction::ask(session, Intent::Speak(language)),
        Button::TopUp(button) => topup::react::press(session, context, button),
        Button::Idea(button) => ideas::press(session, context, button),
    }
}

/// «Запустить»: the second press of the same button tells about the order of the first.
fn run(session: Session, context: &Context<'_>, revision: i64) -> Reaction {
    if let Some(placed) = session.placed.as_ref().filter(|placed| placed.revision == revision) {
        let intent = Intent::Progress(placed.id);
        return Reaction { session, then: Then::Do { intent, word: Some(Word::AlreadyPlaced) } };
    }
    let confirms = matches!(&session.draft, Some(Draft { stage: Stage::Summary, .. }));
    if revision != context.revision || !confirms || !wizard::draft_is_open(&session, context) {
        return redraw(session, context, Some(Word::Stale));
    }
    wizard::run(session, context)
}

/// Shows the screen that the person is at once more.
pub(crate) fn redraw(session: Session, context: &Context<'_>, word: Option<Word>) -> Reaction {
    match session.place.clone() {
        Place::Menu => menu(session, word),
        Place::Category { category, page } => shelf(session, category, page, word),
        Place::Card { model } => card(session, context, model, word),
        Place::Draft => wizard::show(session, context, word),
        Place::Idea { place } => ideas::shown_again(session, context, place, word),
        Place::History { page, cursors } => {
            let intent = Intent::History { page, cursors };
            Reaction { session, then: Then::Do { intent, word } }
        }
        Place::Item { id, page, cursors } => {
            let intent = Intent::Item { id, page, cursors };
            Reaction { session, then: Then::Do { intent, word } }
        }
        Place::Balance => Reaction { session, then: Then::Do { intent: Intent::Balance, word } },
        Place::Help => at(session, Place::Help, Scene::Help, word),
        Place::Languages => at(session, Place::Languages, Scene::Languages, word),
        Place::TopUp(spot) => topup::react::show(session, context, spot, word),
    }
}

pub(crate) fn menu(session: Session, word: Option<Word>) -> Reaction {
    at(session, Place::Menu, Scene::Menu, word)
}

fn at(mut session: Session, place: Place, scene: Scene, word: Option<Word>) -> Reaction {
    session.place = place;
    Reaction::show(session, View::new(scene).with(word))
}

fn shelf(session: Session, category: Category, page: u16, word: Option<Word>) -> Reaction {
    at(session, Place::Category { category, page }, Scene::Category { category, page }, word)
}

fn card(session: Session, context: &Context<'_>, model: String, word: Option<Word>) -> Reaction {
    if context.desk.catalog.model(&model).is_none() {
        return menu(session, Some(Word::NoModel));
    }
    at(session, Place::Card { model: model.clone() }, Scene::Card { model }, word)
}

fn go_on(mut session: Session, context: &Context<'_>) -> Reaction {
    if session.draft.is_none() && session.idea.draft.is_some() {
        return ideas::press(session, context, IdeaButton::Continue);
    }
    if session.draft.is_none() {
        return menu(session, Some(Word::NothingToContinue));
    }
    session.place = Place::Draft;
    wizard::show(session, context, None)
}

fn drop_draft(mut session: Session) -> Reaction {
    let dropped = session.draft.take().is_some() || session.idea.draft.take().is_some();
    let word = if dropped { Word::Dropped } else { Word::NothingToContinue };
    menu(session, Some(word))
}

/// Goes on with what came of an intent. The context is the one after it: the wallet may have
/// changed, and the language.
pub(crate) fn settle(
    mut session: Session,
    context: &Context<'_>,
    done: Done,
    word: Option<Word>,
) -> (Session, View) {
    let missing = |session: Session| shown(menu(session, Some(Word::NoSuchOrder)));
    match done {
        Done::Placed { revision, outcome } => placed(session, context, revision, outcome),
        Done::Cancelled { outcome, order, before } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            let word = match outcome {
                generation::Cancelled::Returned { price, .. } => Word::Cancelled(price),
                generation::Cancelled::Noted { price } => Word::CancelNoted(price),
                generation::Cancelled::TooLate => Word::TooLateToCancel,
                generation::Cancelled::NotFound => return missing(session),
            };
            (session, View::new(Scene::Progress { order, before }).with(word))
        }
        Done::History { page, cursors, orders, more } => {
            session.place = Place::History { page, cursors };
            (session, View::new(Scene::History { page, orders, more }).with(word))
        }
        Done::Item { order, page, cursors } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            session.place = Place::Item { id: order.id, page, cursors };
            (session, View::new(Scene::Item { order, page }).with(word))
        }
        Done::Progress { order, before } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            (session, View::new(Scene::Progress { order, before }).with(word))
        }
        Done::Resent { order, files } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            let (page, cursors) = match &session.place {
                Place::History { page, cursors } | Place::Item { page, cursors, .. } => {
                    (*page, cursors.clone())
                }
                _ => (0, Vec::new()),
            };
            let word = if files > 0 { Word::Resent } else { Word::NothingToResend };
            session.place = Place::Item { id: order.id, page, cursors };
            (session, View::new(Scene::Item { order, page }).with(word))
        }
        Done::Repeat { order } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            shown(wizard::repeat(session, context, &order.model, order.answers))
        }
        Done::Balance { movements, open } => {
            session.place = Place::Balance;
            (session, View::new(Scene::Balance { movements, open }).with(word))
        }
        Done::Spoken => shown(menu(session, Some(Word::LanguageSet))),
        Done::TopUp(outcome) => shown(topup::react::settle(session, *outcome, word)),
        Done::Idea(done) => shown(ideas::settle(session, context, done, word)),
    }
}

/// An order of somebody else does not exist for this person.
fn owned(
    order: Option<Box<generation::View>>,
    context: &Context<'_>,
) -> Option<Box<generation::View>> {
    order.filter(|order| order.user_id == context.user_id && order.world == context.desk.world)
}

fn placed(
    mut session: Session,
    context: &Context<'_>,
    revision: i64,
    outcome: generation::Placed,
) -> (Session, View) {
    let (id, code) = match outcome {
        generation::Placed::Created { id, code, .. } | generation::Placed::Exists { id, code } => {
            (id, code)
        }
        generation::Placed::InsufficientFunds { missing, .. } => {
            return shown(wizard::show(session, context, Some(Word::Short(missing))));
        }
    };
    let draft = session.draft.take();
    session.placed = Some(Placed { revision, id });
    session.place = Place::Menu;
    let (model, price) = draft.map_or_else(Default::default, |draft| {
        (draft.model, draft.quote.map(|quote| quote.price).unwrap_or_default())
    });
    (session, View::new(Scene::Placed { code, model, price }))
}

/// What a reaction shows that needs nothing to be done first.
fn shown(reaction: Reaction) -> (Session, View) {
    match reaction.then {
        Then::Show(view) => (reaction.session, view),
        // None of the callers asks for more; the menu is right for whoever will.
        Then::Do { word, .. } => {
            let mut session = reaction.session;
            session.place = Place::Menu;
            (session, View::new(Scene::Menu).with(word))
        }
    }
}

/// Whether a file is wanted where the person stands.
pub(crate) fn wants_file(session: &Session, desk: &Desk) -> bool {
    ideas::wants_file(session, desk)
        || session.place == Place::Draft
            && session.draft.as_ref().is_some_and(|draft| {
                draft.open_field().is_some() && desk.on_sale(&draft.model).is_some()
            })
}

#[cfg(test)]
mod tests;
