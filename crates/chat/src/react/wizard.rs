//! The order that is being made: one question after the other, then the confirmation.

use std::time::Duration;

use catalog::{Answer, Answers, Asked, Fault, Field, FieldKind, FileInput, Model};

use crate::answer;
use crate::button::Step;
use crate::desk::{Context, Priced};
use crate::react::{Reaction, Then, menu};
use crate::session::{Draft, Place, Quote, Session, Stage};
use crate::view::{FileTrouble, Intent, NewOrder, Scene, View, Word};

/// How long a shown price holds.
const QUOTE_HOLDS: Duration = Duration::from_mins(15);

/// How many options stand on one page of an editor.
pub(crate) const OPTIONS_ON_PAGE: usize = 10;

/// Whether the person is at an order of a model that is sold.
pub(crate) fn draft_is_open(session: &Session, context: &Context<'_>) -> bool {
    session.place == Place::Draft
        && session.draft.as_ref().is_some_and(|draft| context.desk.on_sale(&draft.model).is_some())
}

/// Begins an order of a model.
pub(super) fn begin(session: Session, context: &Context<'_>, id: &str) -> Reaction {
    with_answers(session, context, id, Answers::new())
}

/// Makes the same order once more: straight to the confirmation, with today's price.
pub(super) fn repeat(
    session: Session,
    context: &Context<'_>,
    id: &str,
    answers: Answers,
) -> Reaction {
    with_answers(session, context, id, answers)
}

fn with_answers(
    mut session: Session,
    context: &Context<'_>,
    id: &str,
    answers: Answers,
) -> Reaction {
    let Some(model) = context.desk.catalog.model(id) else {
        return menu(session, Some(Word::NoModel));
    };
    if context.desk.on_sale(id).is_none() {
        session.place = Place::Card { model: id.to_owned() };
        let view = View::new(Scene::Card { model: id.to_owned() });
        return Reaction::show(session, view.with(Word::NotSold { model: id.to_owned() }));
    }
    // Answers of an older catalogue that are wrong by now are asked again.
    let right = |(name, answer): &(String, Answer)| {
        model.field(name).is_some_and(|field| {
            answer::is_asked(field) && model.check_field(field, answer).is_ok()
        })
    };
    let mut answers: Answers = answers.into_iter().filter(right).collect();
    if answer::needs_more_than_asked(model, &answers) {
        // Nobody could complete them, so only what is asked first is kept.
        answers
            .retain(|name, _| model.field(name).is_some_and(|field| field.asked == Asked::First));
    }
    let mut draft = Draft::new(id, answers);
    advance(&mut draft, model, context);
    session.draft = Some(draft);
    session.place = Place::Draft;
    Reaction::show(session, View::new(Scene::Draft))
}

/// Shows the order where it stands, with a price that holds.
pub(super) fn show(mut session: Session, context: &Context<'_>, word: Option<Word>) -> Reaction {
    let Some(draft) = &mut session.draft else {
        return menu(session, Some(word.unwrap_or(Word::NothingToContinue)));
    };
    let Some(model) = context.desk.on_sale(&draft.model) else {
        let word = Word::NotSold { model: draft.model.clone() };
        session.draft = None;
        return menu(session, Some(word));
    };
    session.place = Place::Draft;
    let known = draft.open_field().is_none_or(|name| {
        model
            .field(name)
            .is_some_and(|field| answer::is_asked(field) && model.is_shown(field, &draft.answers))
    });
    if !known {
        advance(draft, model, context);
    } else if draft.stage == Stage::Summary {
        refresh_quote(draft, model, context);
    }
    Reaction::show(session, View::new(Scene::Draft).with(word))
}

/// Opens the next question, or the confirmation when there is none.
fn advance(draft: &mut Draft, model: &Model, context: &Context<'_>) {
    draft.files.clear();
    draft.page = 0;
    match answer::next_asked(model, &draft.answers) {
        Some(field) => draft.stage = Stage::Field { name: field.name.clone() },
        None => {
            draft.stage = Stage::Summary;
            requote(draft, model, context);
        }
    }
}

fn requote(draft: &mut Draft, model: &Model, context: &Context<'_>) {
    let priced = context.desk.quote(model, &draft.answers).ok();
    draft.quote =
        priced.map(|Priced { price, .. }| Quote { price, expires_at: context.now + QUOTE_HOLDS });
}

/// A quote that still holds stays, so that showing a screen again changes nothing.
fn refresh_quote(draft: &mut Draft, model: &Model, context: &Context<'_>) {
    let now_price = context.desk.quote(model, &draft.answers).ok().map(|priced| priced.price);
    let holds = draft
        .quote
        .is_some_and(|quote| quote.expires_at > context.now && Some(quote.price) == now_price);
    if !holds {
        requote(draft, model, context);
    }
}

/// A button of the wizard.
pub(super) fn step(mut session: Session, context: &Context<'_>, step: Step) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, Some(Word::Stale));
    };
    let field = draft.open_field().and_then(|name| model.field(name));
    let word = match (step, field) {
        (Step::Choose(index), Some(field)) => match answer::choice(&field.kind, index) {
            Some(answer) => accept(draft, model, context, field, answer),
            None => Some(Word::Stale),
        },
        (Step::Keep, Some(field)) => {
            if draft.answers.contains_key(&field.name) {
                advance(draft, model, context);
                None
            } else {
                Some(fault(model, field, Fault::Missing))
            }
        }
        (Step::Skip, Some(field)) => skip(draft, model, context, field),
        (Step::Page(page), Some(_)) => {
            draft.page = page;
            None
        }
        (Step::FilesDone, Some(field)) => {
            let files = draft.files.clone();
            accept(draft, model, context, field, Answer::Files(files))
        }
        (Step::FilesClear, Some(_)) => {
            draft.files.clear();
            None
        }
        (Step::Back, _) => return back(session, context),
        (Step::Edit(index), None) => edit(draft, model, index),
        (Step::Edit(_), Some(_))
        | (
            Step::Choose(_)
            | Step::Keep
            | Step::Skip
            | Step::Page(_)
            | Step::FilesDone
            | Step::FilesClear,
            None,
        ) => Some(Word::Stale),
    };
    show(session, context, word)
}

fn edit(draft: &mut Draft, model: &Model, index: u16) -> Option<Word> {
    let field = model
        .fields
        .get(usize::from(index))
        .filter(|field| answer::is_asked(field) && model.is_shown(field, &draft.answers));
    let Some(field) = field else { return Some(Word::Stale) };
    let known = model.with_defaults(&draft.answers);
    draft.page = known
        .get(&field.name)
        .and_then(|current| answer::place_of(&field.kind, current))
        .map_or(0, |place| u16::try_from(place / OPTIONS_ON_PAGE).unwrap_or(0));
    draft.files.clear();
    draft.stage = Stage::Option { name: field.name.clone() };
    None
}

fn skip(draft: &mut Draft, model: &Model, context: &Context<'_>, field: &Field) -> Option<Word> {
    if field.default.is_none() && model.is_required(field, &draft.answers) {
        return Some(fault(model, field, Fault::Missing));
    }
    let mut after = draft.answers.clone();
    after.remove(&field.name);
    take(draft, model, context, after)
}

/// Goes on with these answers, unless they lead to where nobody can go on.
fn take(draft: &mut Draft, model: &Model, context: &Context<'_>, after: Answers) -> Option<Word> {
    let blocked = answer::needs_more_than_asked(model, &after);
    if blocked && !answer::needs_more_than_asked(model, &draft.answers) {
        return Some(Word::NotOffered);
    }
    draft.answers = after;
    advance(draft, model, context);
    None
}

fn back(mut session: Session, context: &Context<'_>) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, Some(Word::Stale));
    };
    let before = match &draft.stage {
        Stage::Option { .. } => {
            // Only from the confirmation: there it leads back, or on to what became needed.
            advance(draft, model, context);
            return show(session, context, None);
        }
        Stage::Field { name } => model.fields.iter().position(|field| field.name == *name),
        Stage::Summary => Some(model.fields.len()),
    };
    let earlier = model.fields.iter().take(before.unwrap_or(0)).rfind(|field| {
        field.asked == Asked::First
            && answer::is_asked(field)
            && model.is_shown(field, &draft.answers)
    });
    match earlier {
        Some(field) => {
            draft.files.clear();
            draft.page = 0;
            draft.stage = Stage::Field { name: field.name.clone() };
            show(session, context, None)
        }
        None => {
            let id = draft.model.clone();
            super::card(session, context, id, None)
        }
    }
}

/// Takes an answer, or says what is wrong with it and changes nothing.
fn accept(
    draft: &mut Draft,
    model: &Model,
    context: &Context<'_>,
    field: &Field,
    answer: Answer,
) -> Option<Word> {
    if let Err(found) = model.check_among(field, &answer, &draft.answers) {
        return Some(fault(model, field, found));
    }
    let mut after = draft.answers.clone();
    after.insert(field.name.clone(), answer);
    take(draft, model, context, after)
}

fn fault(model: &Model, field: &Field, fault: Fault) -> Word {
    Word::Fault { model: model.id.clone(), field: field.name.clone(), fault }
}

/// Words of a person while an order is open.
pub(super) fn text(mut session: Session, context: &Context<'_>, text: &str) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, None);
    };
    draft.album = None;
    let Some(field) = draft.open_field().and_then(|name| model.field(name)) else {
        return show(session, context, Some(Word::UseButtons));
    };
    let word = match answer::typed(&field.kind, text) {
        Ok(answer) => accept(draft, model, context, field, answer),
        Err(found) => Some(fault(model, field, found)),
    };
    show(session, context, word)
}

/// A file of a person while an order is open, already looked into.
pub(super) fn file(
    mut session: Session,
    context: &Context<'_>,
    file: Result<FileInput, FileTrouble>,
    album: Option<String>,
) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, None);
    };
    let in_place = album.is_some() && album == draft.album;
    draft.album = album;
    let Some(field) = draft.open_field().and_then(|name| model.field(name)) else {
        return show(session, context, Some(Word::UseButtons));
    };
    let word = match file {
        Err(trouble) => Some(Word::File(trouble)),
        Ok(file) => add_file(draft, model, context, field, file),
    };
    let mut reaction = show(session, context, word);
    if let Then::Show(view) = &mut reaction.then {
        view.in_place = in_place;
    }
    reaction
}

fn add_file(
    draft: &mut Draft,
    model: &Model,
    context: &Context<'_>,
    field: &Field,
    file: FileInput,
) -> Option<Word> {
    let FieldKind::Files { max, .. } = &field.kind else {
        return Some(fault(model, field, Fault::WrongKind));
    };
    let max = *max;
    match model.check_field(field, &Answer::Files(vec![file.clone()])) {
        // One file of several is not all of them yet.
        Ok(()) | Err(Fault::TooFewFiles { .. }) => {}
        Err(found) => return Some(fault(model, field, found)),
    }
    if draft.files.len() >= usize::from(max) {
        return Some(fault(model, field, Fault::TooManyFiles { max }));
    }
    draft.files.push(file);
    if draft.files.len() < usize::from(max) {
        return None;
    }
    let files = draft.files.clone();
    accept(draft, model, context, field, Answer::Files(files))
}

/// Something that is neither words nor a file.
pub(super) fn odd(mut session: Session, context: &Context<'_>) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, None);
    };
    let word = match draft.open_field().and_then(|name| model.field(name)) {
        Some(field) => fault(model, field, Fault::WrongKind),
        None => Word::UseButtons,
    };
    show(session, context, Some(word))
}

/// «Запустить»: the price that was shown is the price that is held, or nothing is.
pub(crate) fn run(mut session: Session, context: &Context<'_>) -> Reaction {
    if !context.desk.accepts_orders {
        return show(session, context, Some(Word::Closed));
    }
    let revision = context.revision;
    let balance = context.wallet.balance;
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, Some(Word::Stale));
    };
    let Ok(priced) = context.desk.quote(model, &draft.answers) else {
        draft.quote = None;
        return show(session, context, Some(Word::NoPrice));
    };
    let shown = draft.quote.filter(|quote| quote.expires_at > context.now);
    if shown.map(|quote| quote.price) != Some(priced.price) {
        requote(draft, model, context);
        return show(session, context, Some(Word::Repriced(priced.price)));
    }
    let missing = balance.missing_to(priced.price);
    if missing > money::Rub::ZERO {
        return show(session, context, Some(Word::Short(missing)));
    }
    let order = NewOrder {
        revision,
        model: draft.model.clone(),
        // With the defaults, so that a later catalogue changes nothing about this order.
        answers: model.with_defaults(&draft.answers),
        priced,
    };
    Reaction::ask(session, Intent::Place(Box::new(order)))
}

fn parts<'s, 'c>(
    session: &'s mut Session,
    context: &Context<'c>,
) -> Option<(&'s mut Draft, &'c Model)> {
    let draft = session.draft.as_mut()?;
    let model = context.desk.on_sale(&draft.model)?;
    Some((draft, model))
}
