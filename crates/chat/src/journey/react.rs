//! What happens next, for this part: pure like the rest of [`crate::react`].

use catalog::{Answer, FieldKind};
use generation::{FailureClass, Softened};

use super::soft::own_words;
use super::{Again, Door, Got, Page, Press, Said, Scene, Shelf, Spot, Wish, search};
use crate::desk::Context;
use crate::react::{Reaction, Then, card, history, menu, redraw, wizard};
use crate::session::{Place, Session, Stage};
use crate::view::{self, Intent, View, Word};

/// The longest text that is searched for.
const QUERY_MAX: usize = 100;

/// Whether words that are written here are words to search for.
pub(crate) fn searches(session: &Session) -> bool {
    match &session.place {
        Place::Journey { spot } => match spot {
            Spot::All { .. } | Spot::Ask | Spot::Found { .. } => true,
            Spot::Favourites { .. } | Spot::Money { .. } | Spot::Page { .. } | Spot::Erase => false,
        },
        _ => false,
    }
}

/// Looks for models by words.
pub(crate) fn find(session: Session, context: &Context<'_>, query: &str) -> Reaction {
    let query = crate::screen::one_line(query, QUERY_MAX);
    found(session, context, query, 0, None)
}

fn found(
    session: Session,
    context: &Context<'_>,
    query: String,
    page: u16,
    word: Option<Word>,
) -> Reaction {
    let models = search::find(context.desk, &query);
    if models.is_empty() {
        let word = word.unwrap_or(Word::Journey(Said::NothingFound));
        return at(session, Spot::Ask, Scene::Ask, Some(word));
    }
    let scene = Scene::Shelf { shelf: Shelf::Found { query: query.clone() }, models, page };
    at(session, Spot::Found { query, page }, scene, word)
}

/// Opens what a command or a line of the menu names.
pub(crate) fn open(
    session: Session,
    context: &Context<'_>,
    door: Door,
    word: Option<Word>,
) -> Reaction {
    match door {
        Door::All => all(session, context, 0, word),
        Door::Search => at(session, Spot::Ask, Scene::Ask, word),
        Door::Favourites => favourites(session, context, 0, word),
        Door::Money => ask(session, Wish::Money { page: 0, before: Vec::new() }, word),
        Door::Page(page) => page_of(session, page, word),
        Door::Erase => ask(session, Wish::Erase, word),
    }
}

/// A press on a button of this part.
pub(crate) fn press(mut session: Session, context: &Context<'_>, press: Press) -> Reaction {
    match press {
        Press::All { page } => all(session, context, page, None),
        Press::Ask => at(session, Spot::Ask, Scene::Ask, None),
        Press::Found { page } => match session.place.clone() {
            Place::Journey { spot: Spot::Found { query, .. } } => {
                found(session, context, query, page, None)
            }
            _ => redraw(session, context, Some(Word::Stale)),
        },
        Press::Favourites { page } => favourites(session, context, page, None),
        Press::Star(model) => {
            if context.desk.catalog.model(&model).is_none() {
                return menu(session, Some(Word::NoModel));
            }
            ask(session, Wish::Star(model), None)
        }
        Press::Kind(kind) => {
            session.history_kind = kind;
            history(session, 0, Vec::new(), None)
        }
        Press::Money { page } => {
            let before = match &session.place {
                Place::Journey { spot: Spot::Money { before, .. } } => before.clone(),
                _ => Vec::new(),
            };
            ask(session, Wish::Money { page, before }, None)
        }
        Press::Order { id, again } => ask(session, Wish::Order { id, again }, None),
        Press::Page(page) => page_of(session, page, None),
        Press::Erase => ask(session, Wish::Erase, None),
        Press::Stay => ask(session, Wish::Stay, None),
        Press::Erased { revision } => {
            let asked = matches!(session.place, Place::Journey { spot: Spot::Erase });
            if asked && revision == context.revision {
                ask(session, Wish::Erased, None)
            } else {
                redraw(session, context, Some(Word::Stale))
            }
        }
    }
}

/// Shows a screen of this part once more.
pub(crate) fn again(
    session: Session,
    context: &Context<'_>,
    spot: Spot,
    word: Option<Word>,
) -> Reaction {
    match spot {
        Spot::All { page } => all(session, context, page, word),
        Spot::Ask => at(session, Spot::Ask, Scene::Ask, word),
        Spot::Found { query, page } => found(session, context, query, page, word),
        Spot::Favourites { page } => favourites(session, context, page, word),
        Spot::Money { page, before } => ask(session, Wish::Money { page, before }, word),
        Spot::Page { page } => page_of(session, page, word),
        Spot::Erase => ask(session, Wish::Erase, word),
    }
}

fn all(session: Session, context: &Context<'_>, page: u16, word: Option<Word>) -> Reaction {
    let desk = context.desk;
    let models = catalog::Category::ALL
        .into_iter()
        .flat_map(|category| desk.catalog.in_category(category, &desk.rate))
        .filter(|model| desk.on_sale(&model.id).is_some())
        .map(|model| model.id.clone())
        .collect();
    let scene = Scene::Shelf { shelf: Shelf::All, models, page };
    at(session, Spot::All { page }, scene, word)
}

fn favourites(session: Session, context: &Context<'_>, page: u16, word: Option<Word>) -> Reaction {
    let known = |id: &&String| context.desk.catalog.model(id).is_some();
    let models = context.favourites.iter().filter(known).cloned().collect();
    let scene = Scene::Shelf { shelf: Shelf::Favourites, models, page };
    at(session, Spot::Favourites { page }, scene, word)
}

fn page_of(session: Session, page: Page, word: Option<Word>) -> Reaction {
    at(session, Spot::Page { page }, Scene::Page(page), word)
}

fn at(mut session: Session, spot: Spot, scene: Scene, word: Option<Word>) -> Reaction {
    session.place = Place::Journey { spot };
    Reaction { session, then: Then::Show(View::new(view::Scene::Journey(scene)).with(word)) }
}

fn ask(session: Session, wish: Wish, word: Option<Word>) -> Reaction {
    Reaction { session, then: Then::Do { intent: Intent::Journey(wish), word } }
}

/// Goes on with what came of a wish.
pub(crate) fn settle(
    mut session: Session,
    context: &Context<'_>,
    got: Got,
    word: Option<Word>,
) -> Reaction {
    match got {
        Got::Starred { model, marked } => {
            let said = if marked { Said::Marked } else { Said::Unmarked };
            let word = Some(Word::Journey(said));
            match session.place.clone() {
                Place::Journey { spot: Spot::Favourites { page } } => {
                    favourites(session, context, page, word)
                }
                _ => card(session, context, model, word),
            }
        }
        Got::Money { page, before, lines, more } => {
            let spot = Spot::Money { page, before };
            at(session, spot, Scene::Money { page, lines, more }, word)
        }
        Got::Order { order, again, word: said } => {
            let order = order.filter(|order| {
                order.user_id == context.user_id && order.world == context.desk.world
            });
            match order {
                Some(order) => more(session, context, order, again, said.map(Word::Journey)),
                None => menu(session, Some(Word::NoSuchOrder)),
            }
        }
        Got::Soft { order, softened, takes } => {
            let order = order.filter(|order| {
                order.user_id == context.user_id && order.world == context.desk.world
            });
            match order {
                Some(order) => soft(session, context, order, softened, takes),
                None => menu(session, Some(Word::NoSuchOrder)),
            }
        }
        Got::Erase { open } => at(session, Spot::Erase, Scene::Erase { open }, word),
        Got::Leaving { open } => at(session, Spot::Erase, Scene::Leaving { open }, word),
        Got::Stayed => menu(session, Some(Word::Journey(Said::Stayed))),
        Got::Erased => {
            session = Session::default();
            Reaction { session, then: Then::Show(View::new(view::Scene::Journey(Scene::Erased))) }
        }
        Got::Refused(said) => wizard::show(session, context, Some(Word::Journey(said))),
    }
}

/// Something more about an order. What is only looked at leaves the conversation where it is.
fn more(
    mut session: Session,
    context: &Context<'_>,
    order: Box<generation::View>,
    again: Again,
    word: Option<Word>,
) -> Reaction {
    let here = |session: Session, scene: Scene| Reaction {
        session,
        then: Then::Show(View::new(view::Scene::Journey(scene)).with(word.clone())),
    };
    match again {
        // The softer words come in a message of their own.
        Again::Files | Again::Soften | Again::Softer => {
            let page = 0;
            let scene = view::Scene::Item { order, page };
            Reaction { session, then: Then::Show(View::new(scene).with(word)) }
        }
        Again::Links => here(session, Scene::Links { order }),
        Again::Prompt => here(session, Scene::Prompt { order }),
        Again::Other => {
            session.sent = Some(super::given(context.desk, &order));
            here(session, Scene::Others { order })
        }
        Again::Change => change(session, context, *order, false),
        Again::File => change(session, context, *order, true),
    }
}

/// Softer words are shown, or the order begins anew with them.
fn soft(
    session: Session,
    context: &Context<'_>,
    mut order: Box<generation::View>,
    softened: Softened,
    takes: bool,
) -> Reaction {
    if !takes {
        let scene = view::Scene::Journey(Scene::Soft { order, softened });
        return Reaction { session, then: Then::Show(View::new(scene)) };
    }
    let field = own_words(context.desk, &order).map(|(field, _)| field);
    let (Softened::Written(words), Some(field)) = (softened, field) else {
        return change(session, context, *order, false);
    };
    order.answers.insert(field, Answer::Text(words));
    wizard::with_answers(session, context, &order.model, order.answers, order.continues)
}

/// The same order, open at what is to be changed: a file that is asked for or gone, else its words.
fn change(
    session: Session,
    context: &Context<'_>,
    mut order: generation::View,
    other_file: bool,
) -> Reaction {
    // Moderation may have refused what a language model wrote: the person mends their own words.
    if order.failure == Some(FailureClass::Content)
        && let Some(wish) = order.wish().cloned()
    {
        order.answers.insert(wish.field, Answer::Text(wish.words));
    }
    let gone = other_file || order.failure == Some(FailureClass::InputGone);
    let id = order.model.clone();
    let continues = order.continues;
    let mut reaction =
        wizard::with_answers(session, context, &order.model, order.answers, continues);
    let Some(draft) = &mut reaction.session.draft else { return reaction };
    let Some(model) = context.desk.on_sale(&id).filter(|model| model.id == draft.model) else {
        return reaction;
    };
    if draft.stage != Stage::Summary {
        return reaction;
    }
    let asked = |field: &&catalog::Field| {
        crate::answer::is_asked(field)
            && draft.answers.contains_key(&field.name)
            && model.is_shown(field, &draft.answers)
    };
    let open = model.fields.iter().filter(asked).find(|field| match &field.kind {
        FieldKind::Files { .. } => gone,
        FieldKind::Text { .. } => !gone,
        FieldKind::Choice { .. }
        | FieldKind::Switch
        | FieldKind::Integer { .. }
        | FieldKind::Number { .. }
        | FieldKind::Values { .. }
        | FieldKind::Items { .. }
        | FieldKind::Opaque => false,
    });
    if let Some(field) = open {
        draft.stage = Stage::Option { name: field.name.clone() };
    }
    reaction
}
