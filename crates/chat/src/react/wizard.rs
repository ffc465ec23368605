//! The order that is being made: one question after the other, then the confirmation.

use std::time::Duration;

use catalog::{Answer, Answers, Asked, Fault, Field, FieldKind, FileInput, Model};
use media::MediaKind;
use uuid::Uuid;

use crate::album::Album;
use crate::answer;
use crate::button::Step;
use crate::desk::{Context, Priced};
use crate::fixes;
use crate::free::FreeWord;
use crate::react::{Reaction, Then, entries, menu};
use crate::session::{Draft, Place, Quote, Session, Stage};
use crate::view::{Intent, NewOrder, Scene, View, Word};

/// How long a shown price holds.
const QUOTE_HOLDS: Duration = Duration::from_mins(15);

/// How many options stand on one page of an editor.
pub(crate) const OPTIONS_ON_PAGE: usize = 10;

/// Whether the person is at an order of a model that is sold.
pub(crate) fn draft_is_open(session: &Session, context: &Context<'_>) -> bool {
    session.place == Place::Draft
        && session.draft.as_ref().is_some_and(|draft| context.desk.of_draft(draft).is_some())
}

/// Begins an order of a model.
pub(super) fn begin(session: Session, context: &Context<'_>, id: &str) -> Reaction {
    with_answers(session, context, id, Answers::new(), None)
}

/// Begins an order with these answers: that of an earlier order, or what is known already. With
/// all of them it goes straight to the confirmation, with today's price.
pub(crate) fn with_answers(
    mut session: Session,
    context: &Context<'_>,
    id: &str,
    answers: Answers,
    continues: Option<Uuid>,
) -> Reaction {
    let Some(model) = context.desk.catalog.model(id) else {
        return menu(session, Some(Word::NoModel));
    };
    let mut draft = Draft { continues, ..Draft::new(id, fitting(model, answers, continues)) };
    if context.desk.of_draft(&draft).is_none() {
        session.place = Place::Card { model: id.to_owned() };
        let view = View::new(Scene::Card { model: id.to_owned() });
        return Reaction::show(session, view.with(Word::NotSold { model: id.to_owned() }));
    }
    draft.shape = Some(model.shape());
    advance(&mut draft, model, context);
    session.draft = Some(draft);
    session.place = Place::Draft;
    Reaction::show(session, View::new(Scene::Draft))
}

/// Answers of an older catalogue without those that are wrong by now: they are asked again.
fn fitting(model: &Model, answers: Answers, continues: Option<Uuid>) -> Answers {
    let right = |(name, answer): &(String, Answer)| {
        model.field(name).is_some_and(|field| {
            let given = continues.is_some() && field.asked == Asked::EarlierResult;
            (given || answer::is_asked(field)) && model.check_field(field, answer).is_ok()
        })
    };
    let mut answers: Answers = answers.into_iter().filter(right).collect();
    if continues.is_none() && answer::needs_more_than_asked(model, &answers) {
        // Nobody could complete them, so only what is asked first is kept.
        answers
            .retain(|name, _| model.field(name).is_some_and(|field| field.asked == Asked::First));
    }
    answers
}

/// Brings the open order into line with a model that has changed since it was asked about; whether
/// it had to.
pub(super) fn refit(session: &mut Session, context: &Context<'_>) -> bool {
    let Some((draft, model)) = parts(session, context) else { return false };
    let shape = model.shape();
    if draft.shape.is_none_or(|asked| asked == shape) {
        return false;
    }
    draft.shape = Some(shape);
    draft.answers = fitting(model, std::mem::take(&mut draft.answers), draft.continues);
    draft.album = None;
    advance(draft, model, context);
    true
}

/// Shows the order where it stands, with a price that holds.
pub(crate) fn show(mut session: Session, context: &Context<'_>, word: Option<Word>) -> Reaction {
    let Some(draft) = &mut session.draft else {
        return menu(session, Some(word.unwrap_or(Word::NothingToContinue)));
    };
    let Some(model) = context.desk.of_draft(draft) else {
        let word = Word::NotSold { model: draft.model.clone() };
        session.draft = None;
        return menu(session, Some(word));
    };
    session.place = Place::Draft;
    let known = draft.open_field().is_none_or(|name| {
        model
            .field(name)
            .is_some_and(|field| answer::is_asked(field) && model.is_shown(field, &draft.answers))
            && entries::is_sound(draft, model)
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
    draft.listing = None;
    draft.broken = None;
    match model.form().next_field(&draft.answers) {
        Some(field) => {
            draft.stage = Stage::Field { name: field.name.clone() };
            entries::open(draft, model, field);
        }
        None => {
            draft.stage = Stage::Summary;
            requote(draft, model, context);
        }
    }
}

fn requote(draft: &mut Draft, model: &Model, context: &Context<'_>) {
    let priced = context.desk.quote(model, &draft.answers).ok();
    draft.quote = priced.map(|priced| Quote {
        price: priced.price,
        free: context.gives(model, &priced),
        expires_at: context.now + QUOTE_HOLDS,
    });
}

/// A quote that still holds stays, so that showing a screen again changes nothing.
fn refresh_quote(draft: &mut Draft, model: &Model, context: &Context<'_>) {
    let priced = context.desk.quote(model, &draft.answers).ok();
    let same = priced.map(|priced| (priced.price, context.gives(model, &priced)));
    let holds = draft.quote.is_some_and(|quote| {
        quote.expires_at > context.now && Some((quote.price, quote.free)) == same
    });
    if !holds {
        requote(draft, model, context);
    }
}

/// A button of the wizard.
pub(super) fn step(mut session: Session, context: &Context<'_>, step: Step) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, Some(Word::Stale));
    };
    let field = entries::asked(draft, model);
    let word = match (step, field) {
        (Step::Choose(index), Some(field)) => {
            match entries::offered(draft, model, field).get(index) {
                Some(answer) => accept(draft, model, context, field, answer),
                None => Some(Word::Stale),
            }
        }
        (Step::Keep, Some(field)) => {
            if entries::answers(draft).contains_key(&field.name) {
                match entries::is_inside(draft) {
                    true => entries::proceed(draft, model),
                    false => advance(draft, model, context),
                }
                None
            } else {
                Some(fault(draft, field, Fault::Missing))
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
        (Step::Edit(index), Some(_)) if entries::change(draft, model, index) => None,
        (Step::EntryAdd, Some(field)) => entries::add(draft, model, field),
        (Step::Entry(place), Some(_)) if entries::look(draft, place) => None,
        (Step::EntryDrop, Some(_)) if entries::drop(draft) => None,
        (Step::EntriesDone, Some(field)) => match entries::all(draft) {
            Some(all) => accept(draft, model, context, field, Answer::Items(all)),
            None => Some(Word::Stale),
        },
        // A fix needs the bytes: with them the press comes as a file.
        (Step::Fix, _) => Some(Word::Stale),
        (Step::Edit(_) | Step::Entry(_) | Step::EntryDrop, Some(_))
        | (
            Step::Choose(_)
            | Step::Keep
            | Step::Skip
            | Step::Page(_)
            | Step::FilesDone
            | Step::FilesClear
            | Step::EntryAdd
            | Step::Entry(_)
            | Step::EntryDrop
            | Step::EntriesDone,
            None,
        ) => Some(Word::Stale),
    };
    show(session, context, word)
}

fn edit(draft: &mut Draft, model: &Model, index: u16) -> Option<Word> {
    let field = model
        .fields
        .get(usize::from(index))
        .filter(|field| answer::stands_there(model.form(), field, &draft.answers));
    let Some(field) = field else { return Some(Word::Stale) };
    let known = model.with_defaults(&draft.answers);
    draft.page = known
        .get(&field.name)
        .and_then(|current| answer::place_of(&field.kind, current))
        .map_or(0, |place| u16::try_from(place / OPTIONS_ON_PAGE).unwrap_or(0));
    draft.files.clear();
    draft.stage = Stage::Option { name: field.name.clone() };
    entries::open(draft, model, field);
    None
}

fn skip(draft: &mut Draft, model: &Model, context: &Context<'_>, field: &Field) -> Option<Word> {
    let form = entries::form(draft, model);
    if field.default.is_none() && form.is_required(field, entries::answers(draft)) {
        return Some(fault(draft, field, Fault::Missing));
    }
    if entries::is_inside(draft) {
        entries::forget(draft, model, field);
        return None;
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
    if entries::back(draft, model) {
        return show(session, context, None);
    }
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
            entries::open(draft, model, field);
            show(session, context, None)
        }
        None => match draft.continues {
            // What goes on from a result has no card: back is the order with the result.
            Some(id) => {
                let intent = Intent::Item { id, page: 0, cursors: Vec::new() };
                Reaction::ask(session, intent)
            }
            None => {
                let id = draft.model.clone();
                super::card(session, context, id, None)
            }
        },
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
    let form = entries::form(draft, model);
    if let Err(found) = form.check(field, &answer, entries::answers(draft)) {
        return Some(fault(draft, field, found));
    }
    if entries::is_inside(draft) {
        return entries::accept(draft, model, field, answer)
            .err()
            .map(|found| fault(draft, field, found));
    }
    let mut after = draft.answers.clone();
    after.insert(field.name.clone(), answer);
    take(draft, model, context, after)
}

fn fault(draft: &Draft, field: &Field, fault: Fault) -> Word {
    Word::Fault { model: draft.model.clone(), field: entries::path(draft, field), fault }
}

/// Words of a person while an order is open.
pub(super) fn text(mut session: Session, context: &Context<'_>, text: &str) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, None);
    };
    draft.album = None;
    let Some(field) = entries::asked(draft, model) else {
        return show(session, context, Some(Word::UseButtons));
    };
    let word = match answer::typed(&field.kind, text) {
        Ok(answer) => accept(draft, model, context, field, answer),
        Err(found) => Some(fault(draft, field, found)),
    };
    show(session, context, word)
}

/// Files of a person while an order is open, already looked into: one, or those of an album. What
/// is more than the question wants is left out.
pub(super) fn files(mut session: Session, context: &Context<'_>, album: Album) -> Reaction {
    let Some((draft, model)) = parts(&mut session, context) else {
        return super::redraw(session, context, None);
    };
    let in_place = album.id.is_some() && album.id == draft.album;
    draft.album = album.id;
    let path = |draft: &Draft| Some(entries::path(draft, entries::asked(draft, model)?));
    let open = path(draft);
    if open.is_none() {
        return show(session, context, Some(Word::UseButtons));
    }
    let mut word = album.trouble.map(Word::File);
    for (taken, file) in album.files.into_iter().enumerate() {
        match entries::asked(draft, model).filter(|_| path(draft) == open) {
            Some(field) => word = add_file(draft, model, context, field, file).or(word),
            None => {
                word = Some(Word::AlbumCut(taken));
                break;
            }
        }
    }
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
    if matches!(field.kind, FieldKind::Text { .. }) && file.kind == MediaKind::Audio {
        return Some(Word::VoiceNotRead);
    }
    let FieldKind::Files { max, .. } = &field.kind else {
        return Some(fault(draft, field, Fault::WrongKind));
    };
    let max = *max;
    match model.check_field(field, &Answer::Files(vec![file.clone()])) {
        // One file of several is not all of them yet.
        Ok(()) | Err(Fault::TooFewFiles { .. }) => {}
        Err(found) => {
            draft.broken = fixes::can_be_fixed(&field.kind, &file, &found).then_some(file);
            return Some(fault(draft, field, found));
        }
    }
    draft.broken = None;
    if draft.files.len() >= usize::from(max) {
        return Some(fault(draft, field, Fault::TooManyFiles { max }));
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
    let word = match entries::asked(draft, model) {
        Some(field) => fault(draft, field, Fault::WrongKind),
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
    let free = context.gives(model, &priced);
    if let Some(word) = changed(shown, context, &priced, free) {
        requote(draft, model, context);
        return show(session, context, Some(word));
    }
    let missing = balance.missing_to(priced.price);
    if missing > money::Rub::ZERO && !free {
        return show(session, context, Some(Word::Short(missing)));
    }
    let order = NewOrder {
        revision,
        model: draft.model.clone(),
        // With the defaults, so that a later catalogue changes nothing about this order.
        answers: model.with_defaults(&draft.answers),
        continues: draft.continues,
        priced,
        free,
    };
    Reaction::ask(session, Intent::Place(Box::new(order)))
}

/// The word about a price that is not the one that was shown.
fn changed(
    shown: Option<Quote>,
    context: &Context<'_>,
    priced: &Priced,
    free: bool,
) -> Option<Word> {
    match shown {
        Some(quote) if quote.free && !free => {
            Some(Word::Free(FreeWord::Over(context.not_free(priced))))
        }
        _ if free => shown.is_none_or(|quote| !quote.free).then_some(Word::Free(FreeWord::Again)),
        Some(quote) if quote.price == priced.price => None,
        Some(_) | None => Some(Word::Repriced(priced.price)),
    }
}

fn parts<'s, 'c>(
    session: &'s mut Session,
    context: &Context<'c>,
) -> Option<(&'s mut Draft, &'c Model)> {
    let draft = session.draft.as_mut()?;
    let model = context.desk.of_draft(draft)?;
    Some((draft, model))
}
