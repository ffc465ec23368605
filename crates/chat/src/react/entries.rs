//! Lists of entries: lines of a dialogue, shots of a video. Each entry is asked field by field, and
//! then stands in a list where it can be changed, thrown away, or followed by another.

use catalog::{Answer, Answers, Asked, Fault, Field, FieldKind, Form, Model};

use crate::answer::{self, Offered};
use crate::session::{Draft, Listing, OpenEntry};
use crate::view::Word;

/// The field that is asked: one inside an entry, or one of the model.
pub(crate) fn asked<'m>(draft: &Draft, model: &'m Model) -> Option<&'m Field> {
    let field = model.field(draft.open_field()?)?;
    match inside(draft) {
        Some((_, name)) => Form::of_entry(field)?.field(name),
        None => Some(field),
    }
}

fn inside(draft: &Draft) -> Option<(&OpenEntry, &str)> {
    let open = draft.listing.as_ref()?.open.as_ref()?;
    Some((open, open.field.as_deref()?))
}

fn entry_of(draft: &mut Draft) -> Option<&mut OpenEntry> {
    draft.listing.as_mut()?.open.as_mut()
}

/// Whether the open question is one inside an entry.
pub(super) fn is_inside(draft: &Draft) -> bool {
    inside(draft).is_some()
}

/// Whether what is open still exists: the catalogue may have changed meanwhile.
pub(super) fn is_sound(draft: &Draft, model: &Model) -> bool {
    let is_list = draft
        .open_field()
        .and_then(|name| model.field(name))
        .is_some_and(|field| matches!(field.kind, FieldKind::Items { .. }));
    is_list == draft.listing.is_some() && asked(draft, model).is_some()
}

/// The fields among which the open question stands.
pub(crate) fn form<'m>(draft: &Draft, model: &'m Model) -> Form<'m> {
    let list = draft.listing.as_ref().filter(|listing| listing.open.is_some());
    list.and(draft.open_field())
        .and_then(|name| model.field(name))
        .and_then(Form::of_entry)
        .unwrap_or_else(|| model.form())
}

/// The answers among which the open question stands.
pub(crate) fn answers(draft: &Draft) -> &Answers {
    let open = draft.listing.as_ref().and_then(|listing| listing.open.as_ref());
    open.map_or(&draft.answers, |open| &open.answers)
}

/// The path of a field of the open form.
pub(crate) fn path(draft: &Draft, field: &Field) -> String {
    match (inside(draft), draft.open_field()) {
        (Some(_), Some(list)) => format!("{list}.{}", field.name),
        (Some(_) | None, _) => field.name.clone(),
    }
}

/// The values of the open question that stand on buttons.
pub(crate) fn offered<'m>(draft: &Draft, model: &Model, field: &'m Field) -> Offered<'m> {
    match model.names_for(&path(draft, field), &draft.answers) {
        Some(names) if !names.is_empty() => Offered::Names(names),
        Some(_) | None => Offered::Kind(&field.kind),
    }
}

/// Opens a list, when the field is one: with its entries, or with the first of them.
pub(super) fn open(draft: &mut Draft, model: &Model, field: &Field) {
    draft.listing = None;
    if !matches!(field.kind, FieldKind::Items { .. }) {
        return;
    }
    let entries = match draft.answers.get(&field.name) {
        Some(Answer::Items(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let none_yet = entries.is_empty();
    draft.listing = Some(Listing { entries, open: None });
    if none_yet {
        begin(draft, model, field);
    }
}

/// One more entry, unless there are as many as there may be.
pub(super) fn add(draft: &mut Draft, model: &Model, field: &Field) -> Option<Word> {
    let FieldKind::Items { max, .. } = field.kind else { return Some(Word::Stale) };
    let Some(listing) = &draft.listing else { return Some(Word::Stale) };
    if listing.open.is_some() {
        return Some(Word::Stale);
    }
    if listing.entries.len() >= usize::from(max) {
        let fault = Fault::TooManyItems { max };
        return Some(Word::Fault { model: draft.model.clone(), field: field.name.clone(), fault });
    }
    begin(draft, model, field);
    None
}

fn begin(draft: &mut Draft, model: &Model, field: &Field) {
    let Some(form) = Form::of_entry(field) else { return };
    let mut known = Answers::new();
    for inner in form.fields() {
        let names = model.names_for(&format!("{}.{}", field.name, inner.name), &draft.answers);
        // Where there is one name only, nobody is asked which.
        if let Some([name]) = names.as_deref() {
            known.insert(inner.name.clone(), Answer::Text(name.clone()));
        }
    }
    if let Some(listing) = &mut draft.listing {
        let place = listing.entries.len();
        listing.open = Some(OpenEntry { place, answers: known, field: None });
    }
    proceed(draft, model);
}

/// The next question of the entry; without one it stands in its list.
pub(super) fn proceed(draft: &mut Draft, model: &Model) {
    draft.files.clear();
    draft.broken = None;
    draft.page = 0;
    let form = form(draft, model);
    let Some(listing) = &mut draft.listing else { return };
    let Some(open) = &mut listing.open else { return };
    if let Some(next) = form.next_field(&open.answers) {
        open.field = Some(next.name.clone());
        return;
    }
    let done = open.answers.clone();
    match listing.entries.get_mut(open.place) {
        Some(entry) => {
            *entry = done;
            open.field = None;
        }
        None if form.fields().iter().all(|field| field.asked == Asked::Option) => {
            // Nothing is asked first, so the new entry is shown for its options.
            listing.entries.push(done);
            open.field = None;
        }
        None => {
            listing.entries.push(done);
            listing.open = None;
        }
    }
}

/// Takes an answer inside an entry.
pub(super) fn accept(
    draft: &mut Draft,
    model: &Model,
    field: &Field,
    answer: Answer,
) -> Result<(), Fault> {
    if let (Offered::Names(names), Answer::Text(text)) = (offered(draft, model, field), &answer)
        && !names.contains(text)
    {
        return Err(Fault::NotAChoice);
    }
    if let Some(open) = entry_of(draft) {
        open.answers.insert(field.name.clone(), answer);
    }
    proceed(draft, model);
    Ok(())
}

/// Leaves a field of an entry alone.
pub(super) fn forget(draft: &mut Draft, model: &Model, field: &Field) {
    if let Some(open) = entry_of(draft) {
        open.answers.remove(&field.name);
    }
    proceed(draft, model);
}

/// Opens an entry of the list; `false` when there is none of that place.
pub(super) fn look(draft: &mut Draft, place: u16) -> bool {
    let place = usize::from(place);
    let Some(listing) = draft.listing.as_mut().filter(|listing| listing.open.is_none()) else {
        return false;
    };
    let Some(answers) = listing.entries.get(place).cloned() else { return false };
    listing.open = Some(OpenEntry { place, answers, field: None });
    true
}

/// Asks one field of the entry that is shown; `false` when nothing like it is shown.
pub(super) fn change(draft: &mut Draft, model: &Model, index: u16) -> bool {
    let form = form(draft, model);
    let Some(open) = entry_of(draft).filter(|open| open.field.is_none()) else { return false };
    let field = form
        .fields()
        .get(usize::from(index))
        .filter(|field| answer::stands_there(form, field, &open.answers));
    let Some(field) = field else { return false };
    open.field = Some(field.name.clone());
    draft.page = 0;
    draft.files.clear();
    draft.broken = None;
    true
}

/// Throws the entry that is shown away; `false` when none is shown.
pub(super) fn drop(draft: &mut Draft) -> bool {
    let Some(listing) = &mut draft.listing else { return false };
    let Some(open) = listing.open.take_if(|open| open.field.is_none()) else { return false };
    if open.place < listing.entries.len() {
        listing.entries.remove(open.place);
    }
    true
}

/// All entries, while the list is shown.
pub(super) fn all(draft: &Draft) -> Option<Vec<Answers>> {
    let listing = draft.listing.as_ref().filter(|listing| listing.open.is_none())?;
    Some(listing.entries.clone())
}

/// One step back inside a list; `false` when the list itself is to be left.
pub(super) fn back(draft: &mut Draft, model: &Model) -> bool {
    let form = form(draft, model);
    draft.page = 0;
    draft.files.clear();
    draft.broken = None;
    let Some(listing) = &mut draft.listing else { return false };
    let Some(open) = &mut listing.open else { return false };
    let Some(name) = open.field.take() else {
        // From the entry to the list.
        listing.open = None;
        return true;
    };
    if open.place < listing.entries.len() {
        // From a change to the entry as it stands in the list.
        open.answers = listing.entries.get(open.place).cloned().unwrap_or_default();
        return true;
    }
    let before = form.fields().iter().take_while(|field| field.name != name);
    let earlier = before
        .filter(|field| field.asked == Asked::First && open.answers.contains_key(&field.name));
    if let Some(earlier) = earlier.last() {
        open.field = Some(earlier.name.clone());
        return true;
    }
    listing.open = None;
    !listing.entries.is_empty()
}
