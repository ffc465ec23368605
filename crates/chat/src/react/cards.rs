//! What a person sends while they look at the card of a model or of an idea: its order begins with
//! it, without a press.

use catalog::{Answer, Answers, Asked, Field, FieldKind, Model};
use scenario::InputKind;

use crate::album::Album;
use crate::desk::{Context, Desk};
use crate::ideas::IdeaPlace;
use crate::react::{Reaction, ideas, quick, wizard};
use crate::session::{Place, Sent, Session};

/// What the order of a model can begin with, without a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    Words,
    Files,
}

/// What the card of a model says can be sent at once.
pub(crate) fn opening(model: &Model) -> Option<Opening> {
    match &model.next_field(&Answers::new())?.kind {
        FieldKind::Text { .. } => Some(Opening::Words),
        FieldKind::Files { .. } => Some(Opening::Files),
        FieldKind::Choice { .. }
        | FieldKind::Switch
        | FieldKind::Integer { .. }
        | FieldKind::Number { .. }
        | FieldKind::Items { .. }
        | FieldKind::Values { .. }
        | FieldKind::Opaque => None,
    }
}

/// The model on whose card the person is, while it can be ordered.
fn model<'d>(session: &Session, desk: &'d Desk) -> Option<&'d Model> {
    match &session.place {
        Place::Card { model } => desk.on_sale(model),
        _ => None,
    }
}

/// The idea on whose card the person is, when it begins with something of that kind.
fn idea<'s>(session: &'s Session, desk: &Desk, wanted: Opening) -> Option<&'s str> {
    let Place::Idea { place: IdeaPlace::Card { id } } = &session.place else { return None };
    let scenario = desk.scenarios.get(id)?;
    scenario.choose(&desk.catalog)?;
    let first = match scenario.inputs.first()?.kind {
        InputKind::File(_) => Opening::Files,
        InputKind::Words { .. } | InputKind::Choice { own: Some(_), .. } => Opening::Words,
        InputKind::Choice { own: None, .. } => return None,
    };
    (first == wanted).then_some(id)
}

/// Whether a link stands for a file where the person is.
pub(super) fn takes_link(session: &Session, desk: &Desk) -> bool {
    model(session, desk).and_then(opening) == Some(Opening::Files)
        || idea(session, desk, Opening::Files).is_some()
}

/// Words on a card that wants words.
pub(super) fn text(session: &Session, context: &Context<'_>, text: &str) -> Option<Reaction> {
    if let Some(id) = idea(session, context.desk, Opening::Words) {
        let begun = ideas::begin(session.clone(), context, id, Answers::new());
        return Some(ideas::text(begun.session, context, text));
    }
    let model = model(session, context.desk)?;
    if opening(model) == Some(Opening::Words) {
        let begun = wizard::begin(session.clone(), context, &model.id);
        return Some(wizard::text(begun.session, context, text));
    }
    // Something else is asked before; the words wait where they belong.
    let answer = Answer::Text(text.trim().to_owned());
    let takes = |field: &&Field| {
        field.asked == Asked::First
            && matches!(field.kind, FieldKind::Text { .. })
            && model.check_field(field, &answer).is_ok()
    };
    let name = model.fields.iter().find(takes)?.name.clone();
    let answers = Answers::from([(name, answer)]);
    Some(wizard::with_answers(session.clone(), context, &model.id, answers, None))
}

/// Files on a card that wants files, with the words under them.
pub(super) fn files(session: &Session, context: &Context<'_>, album: &Album) -> Option<Reaction> {
    if let Some(id) = idea(session, context.desk, Opening::Files) {
        let begun = ideas::begin(session.clone(), context, id, Answers::new());
        return Some(ideas::files(begun.session, context, album.clone()));
    }
    let model = model(session, context.desk)?;
    let sent = quick::sent_with(Sent::default(), album.clone());
    if let Some(answers) = quick::fill(model, &sent) {
        return Some(wizard::with_answers(session.clone(), context, &model.id, answers, None));
    }
    (opening(model) == Some(Opening::Files)).then(|| {
        let begun = wizard::begin(session.clone(), context, &model.id);
        wizard::files(begun.session, context, album.clone())
    })
}
