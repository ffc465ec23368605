//! What happens next: pure functions over the session.
//!
//! [`react`] takes what a person did; either it knows at once what to show, or something must be
//! done first, and [`settle`] goes on with what came of that.

mod bonus;
pub(crate) mod cards;
pub(crate) mod entries;
pub(crate) mod ideas;
pub(crate) mod quick;
pub(crate) mod wizard;

use catalog::{Category, FieldKind, FileInput};

use crate::album::Album;
use crate::button::{Button, Step};
use crate::desk::{Context, Desk};
use crate::free::FreeWord;
use crate::ideas::{IdeaButton, IdeaStep};
use crate::input::{Entry, Input};
use crate::news::{self, News};
use crate::offer::{self, Offer};
use crate::session::{Cursor, Draft, Place, Placed, Session, Stage};
use crate::view::{Done, FileTrouble, Intent, Scene, View, Word};
use crate::{journey, topup};

pub(crate) use bonus::Wanted;
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
pub(crate) fn react(mut session: Session, context: &Context<'_>, input: Input) -> Reaction {
    let changed = wizard::refit(&mut session, context);
    if means_the_draft(&session, &input) {
        if changed {
            return wizard::show(session, context, Some(Word::ModelChanged));
        }
        if session.place == Place::Draft && !wizard::draft_is_open(&session, context) {
            // Says that the model is not sold any more.
            return wizard::show(session, context, None);
        }
    }
    match input {
        Input::Start { payload } => bonus::start(session, context, payload.as_deref()),
        Input::Open(entry) => open(session, context, entry, None),
        Input::Bonus(wanted) => bonus::command(session, context, wanted),
        Input::Cancel => drop_draft(session),
        Input::Text(text) if journey::react::searches(&session) => {
            journey::react::find(session, context, &text)
        }
        Input::Text(text) if ideas::draft_is_open(&session, context) => {
            ideas::text(session, context, &text)
        }
        Input::Odd if ideas::draft_is_open(&session, context) => ideas::odd(session, context),
        Input::Text(text) => match session.place {
            Place::TopUp(spot) if spot.takes_text() => {
                topup::react::text(session, context, spot, &text)
            }
            _ if wizard::draft_is_open(&session, context) => wizard::text(session, context, &text),
            _ => bonus::text(&session, context, &text)
                .or_else(|| cards::text(&session, context, &text))
                .unwrap_or_else(|| quick::text(session, context, &text)),
        },
        Input::File { file, album, caption } => {
            files(session, context, Album::of_one(album, file, caption))
        }
        Input::Album(album) => match album.words().map(str::to_owned) {
            Some(text) => react(session, context, Input::Text(text)),
            None => files(session, context, album),
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

/// A file or an album, already looked into.
fn files(session: Session, context: &Context<'_>, album: Album) -> Reaction {
    let (over, trouble) = (album.over, album.trouble);
    let mut reaction = if ideas::draft_is_open(&session, context) {
        ideas::files(session, context, album)
    } else if wizard::draft_is_open(&session, context) {
        wizard::files(session, context, album)
    } else if album.files.is_empty() {
        menu(session, Some(Word::File(trouble.unwrap_or(FileTrouble::Unknown))))
    } else {
        cards::files(&session, context, &album)
            .unwrap_or_else(|| quick::files(session, context, album))
    };
    if let (true, Then::Show(view)) = (over, &mut reaction.then) {
        let most = context.desk.journey.limits.uploads_per_hour;
        view.word = Some(Word::Journey(journey::Said::TooManyUploads(most.into())));
    }
    reaction
}

/// Whether an input is about the order that is being made.
fn means_the_draft(session: &Session, input: &Input) -> bool {
    session.draft.is_some()
        && match input {
            Input::Text(_) | Input::File { .. } | Input::Album(_) | Input::Odd => {
                session.place == Place::Draft
            }
            Input::Open(entry) => *entry == Entry::Continue,
            Input::Press(button) => {
                matches!(button, Button::Wizard { .. } | Button::Run { .. } | Button::Continue)
            }
            Input::Start { .. }
            | Input::Bonus(_)
            | Input::Receipt(_)
            | Input::Cancel
            | Input::Forged => false,
        }
}

fn open(session: Session, context: &Context<'_>, entry: Entry, word: Option<Word>) -> Reaction {
    match entry {
        Entry::Menu => menu(session, word),
        Entry::Category(category) => shelf(session, category, 0, word),
        Entry::History => history(session, 0, Vec::new(), word),
        Entry::Balance => Reaction { session, then: Then::Do { intent: Intent::Balance, word } },
        Entry::Cheap => at(session, Place::Cheap { page: 0 }, Scene::Cheap { page: 0 }, word),
        Entry::Help => at(session, Place::Help, Scene::Help, word),
        Entry::Languages => at(session, Place::Languages, Scene::Languages, word),
        Entry::Continue => go_on(session, context),
        Entry::Journey(door) => journey::react::open(session, context, door, word),
        Entry::Ideas => ideas::list(session, 0, word),
        Entry::News => news::ask(session, News::Look, word),
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
            history(session, page, cursors, None)
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
        Button::Cheap { page } => at(session, Place::Cheap { page }, Scene::Cheap { page }, None),
        Button::Help => at(session, Place::Help, Scene::Help, None),
        Button::Languages => at(session, Place::Languages, Scene::Languages, None),
        Button::Speak(language) => Reaction::ask(session, Intent::Speak(language)),
        Button::Journey(press) => journey::react::press(session, context, press),
        Button::Offer(offer) => offered(session, context, offer),
        Button::Bonus(pressed) => bonus::press(session, context, pressed),
        Button::TopUp(button) => topup::react::press(session, context, button),
        Button::Idea(button) => ideas::press(session, context, button),
        Button::News(news) => news::ask(session, news, None),
    }
}

/// Something that was offered beside a result, or for what the person sent.
fn offered(session: Session, context: &Context<'_>, offer: Offer) -> Reaction {
    match offer {
        Offer::Continue { order, position, model } => match offer::tagged(context.desk, model) {
            Some(model) => {
                let model = model.id.clone();
                Reaction::ask(session, Intent::Continue { id: order, position, model })
            }
            None => menu(session, Some(Word::NoModel)),
        },
        Offer::Quick(model) => quick::chosen(session, context, model),
    }
}

/// Begins an order that goes on from a result.
fn go_on_from(
    session: Session,
    context: &Context<'_>,
    order: &generation::View,
    task: Option<&str>,
    (position, id): (u16, &str),
) -> Reaction {
    let model = context.desk.catalog.model(id).filter(|model| model.is_on_sale());
    let given = match (model, task) {
        (Some(model), Some(task)) if offer::may_continue(order) => {
            offer::given(context.desk, order, position, task, model)
        }
        (Some(_) | None, _) => None,
    };
    match given {
        Some(given) => wizard::with_answers(session, context, id, given, Some(order.id)),
        None => menu(session, Some(Word::NotSold { model: id.to_owned() })),
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
        Place::History { page, cursors } => history(session, page, cursors, word),
        Place::Idea { place } => ideas::shown_again(session, context, place, word),
        Place::Item { id, page, cursors } => {
            let intent = Intent::Item { id, page, cursors };
            Reaction { session, then: Then::Do { intent, word } }
        }
        Place::Balance => Reaction { session, then: Then::Do { intent: Intent::Balance, word } },
        Place::Cheap { page } => at(session, Place::Cheap { page }, Scene::Cheap { page }, word),
        Place::Help => at(session, Place::Help, Scene::Help, word),
        Place::Languages => at(session, Place::Languages, Scene::Languages, word),
        Place::Journey { spot } => journey::react::again(session, context, spot, word),
        Place::Quick => quick::again(session, context, word),
        Place::Bonus(spot) => bonus::again(session, spot, word),
        Place::TopUp(spot) => topup::react::show(session, context, spot, word),
        Place::News => news::ask(session, News::Look, word),
    }
}

/// A page of the history, of the kind that the person has chosen.
pub(crate) fn history(
    session: Session,
    page: u16,
    cursors: Vec<Cursor>,
    word: Option<Word>,
) -> Reaction {
    let intent = Intent::History { page, cursors, kind: session.history_kind };
    Reaction { session, then: Then::Do { intent, word } }
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

pub(crate) fn card(
    session: Session,
    context: &Context<'_>,
    model: String,
    word: Option<Word>,
) -> Reaction {
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
            let (model, answers) = (&order.model, order.answers);
            shown(wizard::with_answers(session, context, model, answers, order.continues))
        }
        Done::Balance { movements, open } => {
            session.place = Place::Balance;
            (session, View::new(Scene::Balance { movements, open }).with(word))
        }
        Done::Continue { order, task, position, model } => {
            let Some(order) = owned(order, context) else { return missing(session) };
            let choice = (position, model.as_str());
            shown(go_on_from(session, context, &order, task.as_deref(), choice))
        }
        Done::Spoken => shown(menu(session, None)),
        Done::Journey(got) => shown(journey::react::settle(session, context, got, word)),
        Done::Bonus(came) => bonus::settle(session, context, came, word),
        Done::TopUp(outcome) => shown(topup::react::settle(session, *outcome, word)),
        Done::Idea(done) => shown(ideas::settle(session, context, done, word)),
        Done::News(wanted) => news::settle(session, wanted, word),
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
        generation::Placed::Resting => {
            let model = session.draft.as_ref().map(|draft| draft.model.clone());
            let word = Word::NotSold { model: model.unwrap_or_default() };
            return shown(wizard::show(session, context, Some(word)));
        }
        generation::Placed::InsufficientFunds { missing, .. } => {
            return shown(wizard::show(session, context, Some(Word::Short(missing))));
        }
        generation::Placed::NotFree(why) => {
            let word = Word::Free(FreeWord::Over(why));
            return shown(wizard::show(session, context, Some(word)));
        }
    };
    let draft = session.draft.take();
    session.placed = Some(Placed { revision, id });
    session.place = Place::Menu;
    let (model, price, free) = draft.map_or_else(Default::default, |draft| {
        let price = draft.quote.map(|quote| quote.price).unwrap_or_default();
        (draft.model, price, draft.quote.is_some_and(|quote| quote.free))
    });
    (session, View::new(Scene::Placed { code, model, price, free }))
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
pub(crate) fn asks_file(session: &Session, desk: &Desk) -> bool {
    if ideas::wants_file(session, desk) {
        return true;
    }
    let draft = session.draft.as_ref().filter(|_| session.place == Place::Draft);
    draft.is_some_and(|draft| desk.of_draft(draft).is_some() && draft.open_field().is_some())
}

/// Whether something can be done with a file where the person stands, asked for or not.
pub(crate) fn wants_file(session: &Session, desk: &Desk) -> bool {
    if ideas::wants_file(session, desk) {
        return true;
    }
    match session.draft.as_ref().filter(|_| session.place == Place::Draft) {
        Some(draft) if desk.of_draft(draft).is_some() => draft.open_field().is_some(),
        // Nobody asked, but something can be done with it.
        Some(_) | None => true,
    }
}

/// Whether a file is asked for where the person stands, so that a link can stand for it.
pub(crate) fn wants_link(session: &Session, desk: &Desk) -> bool {
    if ideas::asks_file(session, desk) || cards::takes_link(session, desk) {
        return true;
    }
    let draft = session.draft.as_ref().filter(|_| session.place == Place::Draft);
    let asked = draft.and_then(|draft| entries::asked(draft, desk.of_draft(draft)?));
    asked.is_some_and(|field| matches!(field.kind, FieldKind::Files { .. }))
}

/// The picture that a press asks to be made to fit, and what it is to fit into.
pub(crate) fn to_fix<'s>(
    session: &'s Session,
    desk: &'s Desk,
    button: &Button,
) -> Option<(&'s FileInput, &'s FieldKind)> {
    if let Button::Idea(IdeaButton::Step { step: IdeaStep::Fix, .. }) = button {
        return ideas::to_fix(session, desk);
    }
    let Button::Wizard { step: Step::Fix, .. } = button else { return None };
    let draft = session.draft.as_ref().filter(|_| session.place == Place::Draft)?;
    let field = entries::asked(draft, desk.of_draft(draft)?)?;
    Some((draft.broken.as_ref()?, &field.kind))
}

#[cfg(test)]
mod tests;
