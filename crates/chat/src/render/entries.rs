//! A list of entries, and one entry of it.

use catalog::{Field, FieldKind, Form, Model};

use crate::answer;
use crate::button::{Button, Step};
use crate::render::Pen;
use crate::render::draft::{ANSWER_SHOWN, push_packed, skip_row};
use crate::screen::{Screen, Tap, Tone};
use crate::session::{Draft, Listing, OpenEntry};
use crate::texts::{Arg, Key};

/// The most characters of an entry in its list: all of them fit into a message.
const ENTRY_SHOWN: usize = 60;

/// What stands open of a list, unless it is a question.
pub(super) fn page(
    pen: &Pen<'_>,
    model: &Model,
    draft: &Draft,
    field: &Field,
    revision: i64,
    word: Option<String>,
) -> Option<Screen> {
    let listing = draft.listing.as_ref()?;
    match &listing.open {
        None => Some(list(pen, model, draft, field, (listing, revision), word)),
        Some(open) if open.field.is_none() => Some(entry(pen, model, field, open, revision, word)),
        Some(_) => None,
    }
}

fn list(
    pen: &Pen<'_>,
    model: &Model,
    draft: &Draft,
    field: &Field,
    (listing, revision): (&Listing, i64),
    word: Option<String>,
) -> Screen {
    let language = pen.language();
    let wizard = |step| Button::Wizard { revision, step };
    let args =
        [("model", model.name.get(language).into()), ("label", field.label.get(language).into())];
    let title = pen.say(Key::ScreenField, &args);
    let hint = pen.say(Key::ScreenHint, &[("text", field.hint.get(language).into())]);
    let form = Form::of_entry(field);
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    for (index, item) in listing.entries.iter().enumerate() {
        let words = answer::entry(form, item, pen.texts, ENTRY_SHOWN);
        let place = i64::try_from(index + 1).unwrap_or(i64::MAX);
        let args = [("place", Arg::Number(place)), ("text", words.into())];
        lines.push(pen.say(Key::ScreenEntryLine, &args));
        let step = Step::Entry(u16::try_from(index).unwrap_or(u16::MAX));
        let text = pen.texts.plain(Key::ButtonEntry, &[("place", Arg::Number(place))]);
        push_packed(&mut rows, Tap::new(text, &wizard(step)));
    }
    let (min, max) = match field.kind {
        FieldKind::Items { min, max, .. } => (min, max),
        _ => (0, 0),
    };
    let count = listing.entries.len();
    if count < usize::from(max) {
        let key = if count == 0 { Key::ButtonEntryFirst } else { Key::ButtonEntryAdd };
        rows.push(vec![pen.tap(key, &wizard(Step::EntryAdd))]);
    }
    if count >= usize::from(min) {
        let count = Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let done = pen.texts.plain(Key::ButtonFilesDone, &[("count", count)]);
        rows.push(vec![Tap::new(done, &wizard(Step::EntriesDone)).tone(Tone::Go)]);
    }
    rows.extend(skip_row(pen, model, draft, field, revision));
    rows.push(pen.way_back(&wizard(Step::Back)));
    let args = [("min", Arg::Number(min.into())), ("max", Arg::Number(max.into()))];
    let limits = pen.say(Key::ScreenLimitEntries, &args);
    let paragraphs = vec![word, Some(title), Some(hint), Some(lines.join("\n")), Some(limits)];
    pen.page(paragraphs, rows)
}

fn entry(
    pen: &Pen<'_>,
    model: &Model,
    field: &Field,
    open: &OpenEntry,
    revision: i64,
    word: Option<String>,
) -> Screen {
    let language = pen.language();
    let wizard = |step| Button::Wizard { revision, step };
    let place = i64::try_from(open.place + 1).unwrap_or(i64::MAX);
    let args = [
        ("model", model.name.get(language).into()),
        ("label", field.label.get(language).into()),
        ("place", Arg::Number(place)),
    ];
    let title = pen.say(Key::ScreenEntry, &args);
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    if let Some(form) = Form::of_entry(field) {
        let known = form.with_defaults(&open.answers);
        for (index, inner) in form.fields().iter().enumerate() {
            if !answer::stands_there(form, inner, &open.answers) {
                continue;
            }
            let label = inner.label.get(language);
            let words = match known.get(&inner.name) {
                Some(given) => answer::words(inner, given, pen.texts, ANSWER_SHOWN),
                None => pen.texts.plain(Key::FieldNotSet, &[]),
            };
            let args = [("label", label.into()), ("answer", words.into())];
            lines.push(pen.say(Key::ScreenSummaryLine, &args));
            let step = Step::Edit(u16::try_from(index).unwrap_or(u16::MAX));
            push_packed(&mut rows, Tap::new(format!("✏️ {label}"), &wizard(step)));
        }
    }
    let drop = pen.tap(Key::ButtonEntryDrop, &wizard(Step::EntryDrop)).tone(Tone::Stop);
    rows.push(vec![drop]);
    rows.push(pen.way_back(&wizard(Step::Back)));
    pen.page(vec![word, Some(title), Some(lines.join("\n"))], rows)
}
