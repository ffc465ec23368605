//! Each rule, broken once, is refused with its own fault.

use catalog::{
    Answer, Answers, Asked, Catalog, Fault, Field, FieldKind, FileInput, Frame, Language, Model,
};
use media::MediaKind;
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::builtin;
use crate::sample::{Extent, answer, answers, choice, file, full, minimal, text, uploads};

/// Sides of pictures that do not fit, each with the fault that they must meet.
fn misfits(frame: &Frame) -> Vec<(u32, u32, Fault)> {
    let min = frame.min_side;
    let mut found = Vec::new();
    if min > 1 {
        found.push((min, min - 1, Fault::FrameTooSmall { min }));
    }
    if frame.max_side < u32::MAX {
        let max = frame.max_side;
        found.push((max, max + 1, Fault::FrameTooBig { max }));
    }
    if let Some(stretch) = frame.stretch {
        let longest = (Decimal::from(min) * stretch).floor().to_u32().unwrap();
        found.push((min, longest + 1, Fault::FrameTooLong { stretch }));
    }
    found
}

/// Wrong answers to a field, each with the fault that it must meet.
fn wrong(field: &Field) -> Vec<(Answer, Fault)> {
    let other_kind = match field.kind {
        FieldKind::Switch => text("да"),
        _ => Answer::Switch(true),
    };
    let mut wrong = vec![(other_kind, Fault::WrongKind)];
    match &field.kind {
        FieldKind::Text { min, max } => {
            let got = max + 1;
            let long = text(&"я".repeat(usize::try_from(got).unwrap()));
            wrong.push((long, Fault::TooLong { max: *max, got }));
            if *min > 1 {
                wrong.push((text(" я "), Fault::TooShort { min: *min, got: 1 }));
            }
        }
        FieldKind::Integer { min, max, .. } => {
            wrong.push((Answer::Integer(min - 1), Fault::TooSmall { min: Decimal::from(*min) }));
            wrong.push((Answer::Integer(max + 1), Fault::TooLarge { max: Decimal::from(*max) }));
        }
        FieldKind::Number { min, max, step } => {
            let little = Decimal::new(1, 3);
            wrong.push((Answer::Number(*min - little), Fault::TooSmall { min: *min }));
            wrong.push((Answer::Number(*max + little), Fault::TooLarge { max: *max }));
            let off = step.map(|step| (Answer::Number(*min + little), Fault::OffStep { step }));
            wrong.extend(off);
        }
        FieldKind::Switch => {}
        FieldKind::Choice { .. } => wrong.push((choice("no such value"), Fault::NotAChoice)),
        FieldKind::Files { media, min, max, max_bytes, accept, frame, .. } => {
            let few = usize::from(*min);
            let one = |mime: &str, bytes| file("a", *media, mime, bytes);
            let many = vec![one(&accept[0], 1); usize::from(*max) + 1];
            wrong.push((Answer::Files(many), Fault::TooManyFiles { max: *max }));
            let heavy = vec![one(&accept[0], max_bytes + 1); few];
            wrong.push((Answer::Files(heavy), Fault::FileTooBig { max_bytes: *max_bytes }));
            let strange = vec![one("image/x-other", 1); few];
            wrong.push((Answer::Files(strange), Fault::FileType { accept: accept.clone() }));
            let kinds = [MediaKind::Image, MediaKind::Audio];
            let kind = kinds[usize::from(*media == MediaKind::Image)];
            let other = vec![file("a", kind, &accept[0], 1); few];
            wrong.push((Answer::Files(other), Fault::FileType { accept: accept.clone() }));
            let sides = |width, height| {
                let sides = FileInput { width, height, ..one(&accept[0], 1) };
                Answer::Files(vec![sides; few])
            };
            for (width, height, fault) in frame.iter().flat_map(misfits) {
                wrong.push((sides(Some(width), Some(height)), fault.clone()));
                wrong.push((sides(Some(height), Some(width)), fault));
            }
        }
        FieldKind::Items { max, .. } => {
            let many = vec![Answers::new(); usize::from(*max) + 1];
            wrong.push((Answer::Items(many), Fault::TooManyItems { max: *max }));
        }
        FieldKind::Values { max, .. } => {
            let many = vec![text("a"); usize::from(*max) + 1];
            wrong.push((Answer::Values(many), Fault::TooManyItems { max: *max }));
        }
        FieldKind::Opaque => {}
    }
    wrong
}

#[test]
fn every_broken_limit_of_every_model_is_named() {
    let mut broken = 0;
    for model in builtin().models() {
        for input in full(model) {
            for field in model.fields.iter().filter(|field| input.contains_key(&field.name)) {
                for (answer, fault) in wrong(field) {
                    assert_eq!(model.check_field(field, &answer), Err(fault.clone()));
                    assert_eq!(model.check_among(field, &answer, &input), Err(fault.clone()));
                    // A switch that holds no switch changes which fields are shown.
                    if field.kind == FieldKind::Switch {
                        continue;
                    }
                    let mut given = input.clone();
                    given.insert(field.name.clone(), answer);
                    let faults = vec![(field.name.clone(), fault)];
                    assert_eq!(model.check(&given), Err(faults.clone()), "{}", model.id);
                    assert_eq!(model.payload(&given, &uploads(&input)), Err(faults));
                    broken += 1;
                }
            }
        }
    }
    assert!(broken > 150, "{broken}");
}

#[test]
fn everything_required_is_missed() {
    for model in builtin().models() {
        let input = minimal(model);
        for field in model.fields.iter().filter(|field| field.asked == Asked::First) {
            if !input.contains_key(&field.name) {
                continue;
            }
            let missing = Err(vec![(field.name.clone(), Fault::Missing)]);
            let mut given = input.clone();
            given.remove(&field.name);
            assert_eq!(model.check(&given), missing, "{}", model.id);
            assert_eq!(model.next_field(&given).map(|next| &next.name), Some(&field.name));
            let nothing = match answer(field, Extent::Smallest) {
                Answer::Text(_) => text(" \n "),
                Answer::Files(_) => Answer::Files(Vec::new()),
                Answer::Items(_) => Answer::Items(Vec::new()),
                _ => continue,
            };
            given.insert(field.name.clone(), nothing);
            assert_eq!(model.check(&given), missing, "{}", model.id);
        }
    }
}

#[test]
fn a_file_without_a_link_cannot_be_sent() {
    let catalog = builtin();
    let model = catalog.model("recraft/remove-background").unwrap();
    let faults = vec![("image".to_owned(), Fault::NotUploaded)];
    assert_eq!(model.payload(&minimal(model), &uploads(&answers([]))), Err(faults));
}

#[test]
fn characters_are_counted_and_not_bytes() {
    let catalog = builtin();
    let model = catalog.model("z-image").unwrap();
    let prompt = model.field("prompt").unwrap();
    assert_eq!(model.check_field(prompt, &text(&"🐈".repeat(1000))), Ok(()));
    let fault = Fault::TooLong { max: 1000, got: 1001 };
    assert_eq!(model.check_field(prompt, &text(&"🐈".repeat(1001))), Err(fault));
}

/// A made-up family that uses what the models on sale do not.
const MADE_UP: &str = r#"
family = "Made up"
[[model]]
id = "made/up"
name = "Made up"
does = "-"
for_whom = "-"
example = "-"
usual_seconds = 1
category = "video"
output = "video"
[[model.field]]
name = "mode"
type = "choice"
options = ["fast", "fine"]
labels = { fast = "fast", fine = "fine" }
label = "-"
hint = "-"
default = "fast"
[[model.field]]
name = "prompt"
type = "text"
required_when = { mode = "fine" }
max = 100
max_when = [{ when = { mode = "fast" }, max = 10 }]
label = "-"
hint = "-"
[[model.field]]
name = "video"
type = "files"
media = "video"
max_mb = 1
accept = ["video/mp4"]
shape = "one"
min_seconds = 2
max_seconds = 30
label = "-"
hint = "-"
[[model.field]]
name = "pictures"
type = "files"
media = "image"
min = 2
max = 4
max_mb = 1
accept = ["image/png"]
shape = "list"
label = "-"
hint = "-"
[[model.field]]
name = "count"
type = "choice"
wire = "integer"
options = ["1", "2"]
numbered = "No."
label = "-"
hint = "-"
default = "1"
[[model.rule]]
needs_one_of = [["video"], ["pictures", "prompt"]]
[[model.rule]]
not_together = ["video", "pictures"]
[model.price]
per = { output = "count" }
rows = [
  { when = { video = { given = false }, mode = ["fast", "fine"] }, credits = "3" },
  { when = { video = { given = true }, mode = "fast" }, per = { second = "video" }, credits = "0.5" },
]
addons = [{ credits = "0.25", files = "pictures", free = 1 }]
"#;

fn made_up() -> Model {
    let catalog =
        Catalog::from_files(("shared.toml", ""), &[("made-up.toml", MADE_UP)], &[]).unwrap();
    catalog.models()[0].clone()
}

fn video(duration_ms: Option<u64>) -> Answer {
    let file = file("v", MediaKind::Video, "video/mp4", 1);
    Answer::Files(vec![catalog::FileInput { duration_ms, ..file }])
}

fn pictures(count: usize) -> Answer {
    Answer::Files(vec![file("p", MediaKind::Image, "image/png", 1); count])
}

#[test]
fn alternatives_are_enforced_both_ways() {
    let model = made_up();
    let missing = Err(vec![("video".to_owned(), Fault::Missing)]);
    assert_eq!(model.check(&answers([])), missing);
    assert_eq!(model.check(&answers([("pictures", pictures(2))])), missing);
    assert_eq!(model.check(&answers([("video", video(None))])), Ok(()));
    let both = answers([("video", video(None)), ("pictures", pictures(2))]);
    let conflict = Fault::Conflict { with: "video".to_owned() };
    assert_eq!(model.check(&both), Err(vec![("pictures".to_owned(), conflict)]));
}

#[test]
fn a_condition_can_require_a_field_and_lower_its_limit() {
    let model = made_up();
    let prompt = model.field("prompt").unwrap();
    let fast = answers([("video", video(None)), ("prompt", text("одиннадцать"))]);
    assert_eq!(model.text_max(prompt, &fast), Some(10));
    let fault = Fault::TooLong { max: 10, got: 11 };
    assert_eq!(model.check_among(prompt, &fast["prompt"], &fast), Err(fault.clone()));
    assert_eq!(model.check(&fast), Err(vec![("prompt".to_owned(), fault)]));
    let mut fine = answers([("video", video(None)), ("mode", choice("fine"))]);
    assert!(model.is_required(prompt, &fine));
    assert_eq!(model.check(&fine), Err(vec![("prompt".to_owned(), Fault::Missing)]));
    fine.insert("prompt".to_owned(), text("одиннадцать"));
    assert_eq!(model.check(&fine), Ok(()));
}

#[test]
fn lengths_and_numbers_of_files_are_checked() {
    let model = made_up();
    let film = model.field("video").unwrap();
    let short = model.check_field(film, &video(Some(1999)));
    assert_eq!(short, Err(Fault::MediaTooShort { min_ms: 2000 }));
    let long = model.check_field(film, &video(Some(30_001)));
    assert_eq!(long, Err(Fault::MediaTooLong { max_ms: 30_000 }));
    assert_eq!(model.check_field(film, &video(Some(30_000))), Ok(()));
    let few = model.check_field(model.field("pictures").unwrap(), &pictures(1));
    assert_eq!(few, Err(Fault::TooFewFiles { min: 2 }));
}

#[test]
fn prices_follow_measured_seconds_outputs_and_surcharges() {
    let model = made_up();
    let credits = |text: &str| Ok(money::Credits::parse(text).unwrap());
    let two = answers([("pictures", pictures(3)), ("count", choice("2"))]);
    assert_eq!(model.credits(&two), credits("6.5"));
    assert_eq!(model.credits(&answers([("video", video(Some(7001)))])), credits("4"));
    let unmeasured = model.credits(&answers([("video", video(None))]));
    let field = "video".to_owned();
    assert_eq!(unmeasured, Err(catalog::PriceUnknown::NeedsField { field }));
    let fine = answers([("video", video(Some(7001))), ("mode", choice("fine"))]);
    assert_eq!(model.credits(&fine), Err(catalog::PriceUnknown::NoRow));
    assert_eq!(model.from_credits(), Some(money::Credits::parse("1").unwrap()));
    let sent = model.payload(&two_with_prompt(), &uploads(&two_with_prompt())).unwrap();
    assert!(sent["count"].is_i64());
    assert_eq!(sent["pictures"].as_array().map(Vec::len), Some(2));
}

fn two_with_prompt() -> catalog::Answers {
    answers([("pictures", pictures(2)), ("prompt", text("кот")), ("count", choice("2"))])
}

#[test]
fn stored_answers_keep_their_form() {
    let stored = [
        (text("Кот"), r#"{"kind":"text","value":"Кот"}"#),
        (Answer::Integer(5), r#"{"kind":"integer","value":5}"#),
        (Answer::Number("0.50".parse().unwrap()), r#"{"kind":"number","value":"0.5"}"#),
        (Answer::Switch(true), r#"{"kind":"switch","value":true}"#),
        (choice("16:9"), r#"{"kind":"choice","value":"16:9"}"#),
        (
            video(Some(5100)),
            r#"{"kind":"files","value":[{"source":"v","kind":"video","mime":"video/mp4","bytes":1,"duration_ms":5100}]}"#,
        ),
    ];
    for (answer, json) in stored {
        assert_eq!(serde_json::to_string(&answer).unwrap(), json);
        assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
    }
}

#[test]
fn languages_follow_the_code_of_the_application() {
    for code in ["ru", "ru-RU", "RU", "uk", "be-BY", "kk"] {
        assert_eq!(Language::from_code(code), Language::Ru, "{code}");
    }
    for code in ["en", "en-GB", "de", "", "zh-hans", "russian"] {
        assert_eq!(Language::from_code(code), Language::En, "{code}");
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        ".{0,40}".prop_map(Answer::Text),
        any::<i64>().prop_map(Answer::Integer),
        (any::<i64>(), 0_u32..28).prop_map(|(n, scale)| Answer::Number(Decimal::new(n, scale))),
        any::<bool>().prop_map(Answer::Switch),
        prop_oneof![Just("5"), Just("1:1"), Just("V6"), Just("?")].prop_map(choice),
        (0_usize..12).prop_map(pictures),
    ]
}

proptest! {
    /// Whatever a session holds, what passes the check is sent and priced or has no price.
    #[test]
    fn no_answers_make_it_panic(
        given in proptest::collection::btree_map(
            prop_oneof![
                Just("prompt"), Just("duration"), Just("custom_mode"), Just("image_urls"),
                Just("resolution"), Just("text"), Just("speed"), Just("instrumental"),
            ].prop_map(str::to_owned),
            any_answer(),
            0..6,
        ),
    ) {
        for model in builtin().models() {
            let _ = model.credits(&given);
            let _ = model.next_field(&given);
            let sent = model.payload(&given, &uploads(&given));
            prop_assert_eq!(sent.is_ok(), model.check(&given).is_ok());
        }
    }
}

#[test]
fn a_type_that_no_file_is_found_to_be_is_refused() {
    let text = MADE_UP.replacen("image/png", "image/jpg", 1);
    let error =
        Catalog::from_files(("shared.toml", ""), &[("made-up.toml", &text)], &[]).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("pictures"));
    assert!(error.problem.contains("image/jpg"), "{error}");
}
