//! What a person sends without having been asked: three things that can be done with it.

use catalog::{Answer, Answers, Asked, Category, Field, FieldKind, FileInput, Model, Tariff};
use media::MediaKind;
use money::Rub;

use crate::album::Album;
use crate::desk::{Context, Desk, Unpriced};
use crate::offer::{self, Tag};
use crate::react::{Reaction, at, menu, wizard};
use crate::session::{Place, Sent, Session};
use crate::view::{Action, Scene, Word};

/// How many things are offered.
const SUGGESTIONS: usize = 3;

/// One of the things that can be done.
pub(crate) struct Suggestion<'d> {
    pub(crate) action: Action,
    pub(crate) model: &'d Model,
    /// The price, once everything is known.
    pub(crate) price: Option<Rub>,
}

/// Words that nobody asked for.
pub(super) fn text(mut session: Session, context: &Context<'_>, text: &str) -> Reaction {
    let text = text.trim();
    if text.is_empty() {
        return menu(session, Some(Word::NotUnderstood));
    }
    let sent = Sent { text: Some(text.to_owned()), ..Sent::default() };
    session.sent = Some(sent);
    show(session, context, Word::NotUnderstood)
}

/// Files that nobody asked for, looked into: one, or those of an album. What is late joins its
/// album.
pub(super) fn files(mut session: Session, context: &Context<'_>, album: Album) -> Reaction {
    let same = |sent: &Sent| album.id.is_some() && sent.album == album.id;
    let before = session.sent.take().filter(same);
    let joins = before.is_some();
    session.sent = Some(sent_with(before.unwrap_or_default(), album));
    let mut reaction = show(session, context, Word::FileUnasked);
    if let super::Then::Show(view) = &mut reaction.then {
        view.in_place = joins;
    }
    reaction
}

/// What was sent, with an album; only files of one kind can be used together.
pub(super) fn sent_with(mut sent: Sent, album: Album) -> Sent {
    for file in album.files {
        if sent.files.first().is_none_or(|first| first.kind == file.kind) {
            sent.files.push(file);
        }
    }
    sent.album = album.id;
    let caption = album.caption.filter(|caption| !caption.trim().is_empty());
    sent.text = sent.text.or(caption);
    sent
}

fn show(session: Session, context: &Context<'_>, otherwise: Word) -> Reaction {
    let sent = session.sent.as_ref();
    if sent.is_none_or(|sent| suggestions(context.desk, sent).is_empty()) {
        return menu(session, Some(otherwise));
    }
    at(session, Place::Quick, Scene::Quick, None)
}

/// The same once more.
pub(super) fn again(session: Session, context: &Context<'_>, word: Option<Word>) -> Reaction {
    let mut reaction = show(session, context, Word::NothingToContinue);
    if let (super::Then::Show(view), Some(word)) = (&mut reaction.then, word) {
        view.word = Some(word);
    }
    reaction
}

/// One of the things is chosen: its order begins with what was sent.
pub(super) fn chosen(session: Session, context: &Context<'_>, tag: Tag) -> Reaction {
    let (Some(sent), Some(model)) = (&session.sent, offer::tagged(context.desk, tag)) else {
        return menu(session, Some(Word::Stale));
    };
    match fill(model, sent) {
        Some(answers) => {
            let id = model.id.clone();
            wizard::with_answers(session, context, &id, answers, None)
        }
        None => menu(session, Some(Word::Stale)),
    }
}

/// What can be done with what was sent: the cheapest model for each thing.
pub(crate) fn suggestions<'d>(desk: &'d Desk, sent: &Sent) -> Vec<Suggestion<'d>> {
    let first = |action: Action, category, wanted: &dyn Fn(&Model) -> bool| {
        shelf(desk, category)
            .filter(|model| wanted(model))
            .find_map(|model| suggestion(desk, sent, action, model))
    };
    let any = |_: &Model| true;
    match sent.files.first().map(|file| file.kind) {
        Some(MediaKind::Image) => [
            first(Action::Animate, Category::Video, &any),
            first(Action::Improve, Category::Enhance, &|model| model.name.en.contains("Upscale")),
            first(Action::Change, Category::Image, &wants_words),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Some(MediaKind::Video | MediaKind::Audio) => {
            let mut all: Vec<_> = Category::ALL
                .into_iter()
                .flat_map(|category| shelf(desk, category))
                .filter_map(|model| suggestion(desk, sent, Action::Named, model))
                .collect();
            all.sort_by_key(|found| (found.model.from_credits(), found.model.id.clone()));
            all.truncate(SUGGESTIONS);
            all
        }
        None => [
            first(Action::Draw, Category::Image, &any),
            first(Action::Film, Category::Video, &any),
            first(Action::Speak, Category::Audio, &|model| {
                matches!(model.tariff(), Some((Tariff::ThousandCharacters, _)))
            }),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

fn shelf(desk: &Desk, category: Category) -> impl Iterator<Item = &Model> {
    let models = desk.catalog.in_category(category, &desk.rate).into_iter();
    models.filter(|model| desk.on_sale(&model.id).is_some())
}

fn wants_words(model: &Model) -> bool {
    model
        .fields
        .iter()
        .any(|field| field.asked == Asked::First && matches!(field.kind, FieldKind::Text { .. }))
}

fn suggestion<'d>(
    desk: &'d Desk,
    sent: &Sent,
    action: Action,
    model: &'d Model,
) -> Option<Suggestion<'d>> {
    let answers = fill(model, sent)?;
    let price = match desk.quote(model, &answers) {
        Ok(priced) => Some(priced.price),
        Err(Unpriced::Faults(_)) => None,
        Err(Unpriced::Unknown) => return None,
    };
    Some(Suggestion { action, model, price })
}

/// The answers that what was sent gives to a model; `None` when the model does not take it, or
/// asks for more than words beside it.
pub(crate) fn fill(model: &Model, sent: &Sent) -> Option<Answers> {
    let mut answers = Answers::new();
    let mut files = Some(&sent.files).filter(|files| !files.is_empty());
    let mut text = sent.text.clone();
    let mut later = Vec::new();
    while let Some(field) = model.next_field(&answers) {
        let answer = match &field.kind {
            FieldKind::Files { .. } => files_for(model, field, files.take()?)?,
            FieldKind::Text { min, .. } => match text.take() {
                Some(text) => Answer::Text(text),
                None => {
                    // Asked in the wizard; here any words of the right length stand for them.
                    later.push(field.name.clone());
                    Answer::Text("-".repeat(usize::try_from((*min).max(1)).ok()?))
                }
            },
            FieldKind::Integer { .. }
            | FieldKind::Number { .. }
            | FieldKind::Switch
            | FieldKind::Choice { .. }
            | FieldKind::Items { .. }
            | FieldKind::Values { .. }
            | FieldKind::Opaque => return None,
        };
        model.check_among(field, &answer, &answers).ok()?;
        answers.insert(field.name.clone(), answer);
    }
    if let Some(files) = files {
        let (name, answer) = optional(model, &answers)
            .find_map(|field| Some((field.name.clone(), files_for(model, field, files)?)))?;
        answers.insert(name, answer);
    }
    if let Some(text) = text {
        let answer = Answer::Text(text);
        let fits = |field: &&Field| model.check_among(field, &answer, &answers).is_ok();
        let name = optional(model, &answers).find(fits).map(|field| field.name.clone());
        if let Some(name) = name {
            answers.insert(name, answer);
        }
    }
    model.check(&answers).ok()?;
    answers.retain(|name, _| !later.contains(name));
    Some(answers)
}

fn optional<'m>(model: &'m Model, answers: &Answers) -> impl Iterator<Item = &'m Field> {
    model
        .shown_options(answers)
        .into_iter()
        .filter(|field| !answers.contains_key(&field.name))
        .collect::<Vec<_>>()
        .into_iter()
}

/// As many of the files as the field takes.
fn files_for(model: &Model, field: &Field, files: &[FileInput]) -> Option<Answer> {
    let FieldKind::Files { max, .. } = &field.kind else { return None };
    let answer = Answer::Files(files.iter().take(usize::from(*max)).cloned().collect());
    model.check_field(field, &answer).is_ok().then_some(answer)
}
