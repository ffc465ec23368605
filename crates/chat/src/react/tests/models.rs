//! The wizard with every model of the catalogue, those included that only lack their texts yet.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use catalog::{Catalog, Field, FieldKind, Model};

use super::*;
use crate::answer;
use crate::answer::Offered;
use crate::desk::Desk;
use crate::react::entries::{self, asked, form, offered};

const WORDS: &str = "{ ru = \"Слова <&>\", en = \"Words <&>\" }";

/// The catalogue as it will be when every text is written.
fn complete() -> Arc<Catalog> {
    static COMPLETE: OnceLock<Arc<Catalog>> = OnceLock::new();
    Arc::clone(COMPLETE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog/models");
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let shared = read("shared.toml");
        let shared = ("shared.toml", shared.as_str());
        let files: Vec<_> = Catalog::file_names()
            .filter(|name| *name != shared.0)
            .map(|name| (name, read(name)))
            .collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let bare = Catalog::from_files(shared, &files, &[]).unwrap();
        let texts: Vec<_> = files.iter().map(|(name, text)| (*name, texts(&bare, text))).collect();
        let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Arc::new(Catalog::from_files(shared, &files, &texts).unwrap())
    }))
}

/// Texts for everything that the models of a file lack.
fn texts(bare: &Catalog, file: &str) -> String {
    let mut texts = String::new();
    let own = |model: &&Model| file.contains(&format!("id = \"{}\"", model.id));
    for model in bare.models().iter().filter(own) {
        let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        writeln!(texts, "[[model]]\nid = \"{}\"", model.id).unwrap();
        for missing in model.missing_texts() {
            match missing.split_once(": ") {
                Some((path, what)) => fields.entry(path).or_default().push(what),
                None => writeln!(texts, "{missing} = {WORDS}").unwrap(),
            }
        }
        for (path, lacking) in fields {
            writeln!(texts, "[model.field.{path:?}]").unwrap();
            for what in lacking {
                match what.strip_prefix("option ") {
                    Some(value) => writeln!(texts, "labels.{value:?} = {WORDS}").unwrap(),
                    None => writeln!(texts, "{what} = {WORDS}").unwrap(),
                }
            }
        }
    }
    texts
}

fn everything_sold() -> Trial {
    let mut anna = Trial::new();
    anna.desk.catalog = complete();
    anna
}

fn open_field<'m>(anna: &Trial, model: &'m Model) -> Option<&'m Field> {
    asked(anna.session.draft.as_ref().unwrap(), model)
}

/// Answers the question that is open as long as the model allows.
fn answers(anna: &mut Trial, model: &Model, field: &Field) {
    let wizard = |anna: &mut Trial, step| {
        let revision = anna.revision;
        anna.presses(Button::Wizard { revision, step });
    };
    let stage = anna.session.draft.as_ref().unwrap().stage.clone();
    match &field.kind {
        FieldKind::Files { media, accept, min, max, duration_ms, .. } => {
            for _ in 0..*min {
                let file = catalog::FileInput {
                    kind: *media,
                    mime: accept[0].clone(),
                    duration_ms: Some(duration_ms.as_ref().map_or(5000, |range| *range.start())),
                    ..picture()
                };
                anna.sends(file, None);
            }
            if min < max {
                wizard(anna, Step::FilesDone);
            }
        }
        FieldKind::Text { max, .. } => {
            let long = usize::try_from(*max).unwrap();
            anna.says(&"<".repeat(long + 1));
            let draft = anna.session.draft.as_ref().unwrap();
            let max = form(draft, model).text_max(field, entries::answers(draft));
            match offered(draft, model, field) {
                Offered::Names(_) => wizard(anna, Step::Choose(0)),
                Offered::Kind(_) => {
                    anna.says(&"<".repeat(usize::try_from(max.unwrap()).unwrap()));
                }
            }
        }
        FieldKind::Integer { max, .. } if answer::choices(&field.kind) == 0 => {
            anna.says(&(max + 1).to_string());
            anna.says(&max.to_string());
        }
        FieldKind::Number { max, .. } => {
            anna.says(&max.to_string());
        }
        FieldKind::Values { of, min, .. } => {
            let value = match &**of {
                FieldKind::Text { min, .. } => "<".repeat(usize::try_from(*min).unwrap().max(1)),
                FieldKind::Integer { min, .. } => min.to_string(),
                kind => panic!("{}: values of {kind:?}", model.id),
            };
            anna.says(&vec![value; usize::from(*min)].join("\n"));
        }
        FieldKind::Integer { .. } | FieldKind::Switch | FieldKind::Choice { .. } => {
            // Some choices need what nobody can be asked for, and are refused.
            for index in 0..u16::try_from(answer::choices(&field.kind)).unwrap() {
                wizard(anna, Step::Choose(index));
                if anna.session.draft.as_ref().unwrap().stage != stage {
                    break;
                }
            }
        }
        FieldKind::Items { min, .. } => list(anna, model, usize::from(*min)),
        FieldKind::Opaque => panic!("{}: {} cannot be asked", model.id, field.name),
    }
}

/// A list that is shown: every field of its first entry is looked at, then it is full enough.
fn list(anna: &mut Trial, model: &Model, min: usize) {
    let wizard = |anna: &mut Trial, step| {
        let revision = anna.revision;
        anna.presses(Button::Wizard { revision, step });
    };
    let listing = |anna: &Trial| anna.session.draft.as_ref().unwrap().listing.clone().unwrap();
    if listing(anna).open.is_some() {
        // An entry without questions is shown at once.
        wizard(anna, Step::Back);
    }
    if listing(anna).entries.len() < min.max(1) {
        return wizard(anna, Step::EntryAdd);
    }
    let list = model.field(anna.session.draft.as_ref().unwrap().open_field().unwrap()).unwrap();
    let fields = catalog::Form::of_entry(list).unwrap().fields();
    wizard(anna, Step::Entry(0));
    for index in 0..u16::try_from(fields.len()).unwrap() {
        wizard(anna, Step::Edit(index));
        let open = listing(anna).open.unwrap();
        if open.field.is_some() {
            answers(anna, model, &fields[usize::from(index)]);
            assert_eq!(listing(anna).open.unwrap().field, None, "{}: {index}", model.id);
        }
    }
    wizard(anna, Step::Back);
    wizard(anna, Step::EntriesDone);
}

/// Every model × every question × both languages, with the longest answers that are allowed.
#[test]
fn every_question_of_every_model_is_within_the_limits() {
    let catalog = complete();
    let mut without_price = Vec::new();
    for (model, language) in
        catalog.models().iter().flat_map(|model| Language::ALL.map(|language| (model, language)))
    {
        let id = &model.id;
        let mut anna = everything_sold();
        anna.language = language;
        anna.wallet = bonus(1_000_000);
        anna.presses(Button::Model(id.clone()));
        anna.presses(Button::Create(id.clone()));
        if anna.desk.on_sale(id).is_none() {
            assert!(anna.session.draft.is_none(), "{id} is not sold");
            continue;
        }
        for _ in 0..40 {
            let Some(field) = open_field(&anna, model) else { break };
            answers(&mut anna, model, field);
        }
        let draft = anna.session.draft.clone().unwrap();
        assert_eq!(draft.stage, Stage::Summary, "{id}");
        if draft.quote.is_none() {
            without_price.push((id.clone(), anna.desk.quote(model, &draft.answers)));
        }
        for index in 0..u16::try_from(model.fields.len()).unwrap() {
            changes(&mut anna, model, index);
        }
    }
    assert!(without_price.is_empty(), "{without_price:#?}");
}

/// Opens a field from the confirmation, tries whatever may be wrong, and finds the way back.
fn changes(anna: &mut Trial, model: &Model, index: u16) {
    let revision = anna.revision;
    anna.presses(Button::Wizard { revision, step: Step::Edit(index) });
    if anna.session.draft.as_ref().unwrap().stage == Stage::Summary {
        return;
    }
    for page in [0, 3, u16::MAX] {
        let revision = anna.revision;
        anna.presses(Button::Wizard { revision, step: Step::Page(page) });
    }
    anna.says("<&>");
    anna.taps(if anna.language == Language::Ru { "Назад" } else { "Back" });
    for _ in 0..40 {
        let Some(field) = open_field(anna, model) else { break };
        answers(anna, model, field);
    }
    let draft = anna.session.draft.as_ref().unwrap();
    assert_eq!(draft.stage, Stage::Summary, "{}: field {index}", model.id);
}

/// A model of one text and one field that nobody can be asked for.
fn odd_model(field: &str) -> Desk {
    let model = format!(
        r#"
family = "Odd"
[[model]]
id = "odd"
name = "Odd"
does = {WORDS}
for_whom = {WORDS}
example = {WORDS}
category = "image"
output = "image"
outputs_max = 1
usual_seconds = 10
[[model.field]]
name = "prompt"
type = "text"
max = 100
required = true
asked = "first"
label = {WORDS}
hint = {WORDS}
[[model.field]]
name = "mode"
type = "choice"
options = ["one", "many"]
labels = {{ one = {WORDS}, many = {{ ru = "Много", en = "Many" }} }}
required = true
asked = "first"
label = {WORDS}
hint = {WORDS}
[[model.field]]
name = "parts"
type = "text"
max = 100
{field}
asked = "earlier_result"
from = {{ id = "masks", models = ["odd"] }}
[model.price]
per = "order"
rows = [{{ credits = "0" }}]
"#
    );
    let catalog = Catalog::from_files(("shared.toml", ""), &[("odd.toml", &model)], &[]).unwrap();
    Desk { catalog: Arc::new(catalog), ..crate::trial::desk() }
}

#[test]
fn a_model_that_needs_what_nobody_can_be_asked_for_is_not_sold_yet() {
    let mut anna = Trial::new();
    anna.desk = odd_model("required = true");
    assert!(anna.desk.catalog.model("odd").unwrap().is_on_sale());
    anna.presses(Button::Model("odd".to_owned()));
    assert!(anna.shown().contains("ещё готовим"), "{}", anna.shown());
    assert!(!anna.shown().contains("Создать"), "{}", anna.shown());
    anna.presses(Button::Create("odd".to_owned()));
    assert!(anna.session.draft.is_none());
    assert!(anna.shown().contains("ещё готовим"), "{}", anna.shown());
    anna.opens(Entry::Category(Category::Image));
    assert!(!anna.shown().contains("Odd"), "{}", anna.shown());
}

#[test]
fn a_choice_that_leads_to_what_nobody_can_be_asked_for_is_refused() {
    let mut anna = Trial::new();
    anna.desk = odd_model("required_when = { mode = \"many\" }");
    anna.presses(Button::Create("odd".to_owned()));
    anna.says("Кот");
    anna.taps("Много");
    assert_eq!(anna.view.as_ref().unwrap().word, Some(Word::NotOffered));
    anna.taps("Слова");
    assert_eq!(anna.session.draft.as_ref().unwrap().stage, Stage::Summary);
    // An order of a time when more could be asked is repeated as far as it can be.
    let many = Answer::Choice("many".to_owned());
    let answers = Answers::from([
        ("prompt".to_owned(), Answer::Text("Кот".to_owned())),
        ("mode".to_owned(), many),
    ]);
    anna.orders.push(an_order("odd", answers));
    let id = anna.orders[0].id;
    anna.presses(Button::Repeat(id));
    assert!(!anna.shown().contains("Запустить"), "{}", anna.shown());
    anna.taps("Назад");
    anna.taps("Слова");
    assert!(anna.shown().contains("Запустить"), "{}", anna.shown());
}

#[test]
fn nothing_is_sold_for_nothing() {
    let mut anna = Trial::new();
    anna.desk = odd_model("required_when = { mode = \"many\" }");
    anna.presses(Button::Create("odd".to_owned()));
    anna.says("Кот");
    anna.taps("Слова");
    anna.taps("Запустить за 0,50");
    assert_eq!(anna.placed[0].priced.price, Rub::from_kopecks(50));
    assert_eq!(anna.placed[0].priced.cost, Rub::ZERO);
    anna.presses(Button::Model("odd".to_owned()));
    assert!(anna.shown().contains("Цена <b>0,50 ₽</b>"), "{}", anna.shown());
}
