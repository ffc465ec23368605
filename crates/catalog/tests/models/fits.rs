//! What the catalogue sends agrees with what KIE documents.

use std::collections::BTreeMap;

use catalog::{Answer, Asked, Catalog, FieldKind, FileShape, Frame, Model, Sale, Why};
use serde_json::{Value, json};

use crate::builtin;
use crate::facts::{complaints, examples, facts, gone};
use crate::sample::{answers, choice, full, image, minimal, text, uploads};

fn sent(model: &str, given: catalog::Answers) -> Value {
    let catalog = builtin();
    let links = uploads(&given);
    Value::Object(catalog.model(model).unwrap().payload(&given, &links).unwrap())
}

/// Each model whose schema KIE documents, with that schema.
fn documented_models() -> Vec<(Model, Value)> {
    let facts = facts();
    let catalog = builtin();
    let pair = |model: &Model| facts.get(&model.id).map(|facts| (model.clone(), facts.clone()));
    catalog.models().iter().filter_map(pair).collect()
}

#[test]
fn every_model_of_the_facts_is_in_the_catalogue_and_the_other_way_round() {
    let catalog = builtin();
    let (facts, gone) = (facts(), gone());
    let mut known: Vec<&str> = catalog.models().iter().map(|model| model.id.as_str()).collect();
    known.sort_unstable();
    let mut documented: Vec<&str> = facts.keys().chain(gone.keys()).map(String::as_str).collect();
    documented.sort_unstable();
    assert_eq!(known, documented);
    for (model, facts) in documented_models() {
        let output = serde_json::to_value(model.output).unwrap();
        assert_eq!(output, facts["output"], "{}", model.id);
    }
}

#[test]
fn what_is_gone_is_known_with_its_reason() {
    let catalog = builtin();
    for (id, facts) in gone() {
        let Sale::NotSold { why, sibling, .. } = catalog.model(&id).unwrap().sale() else {
            panic!("{id} is sold");
        };
        let expected = if facts["status"] == "delisted" { Why::Delisted } else { Why::Superseded };
        assert_eq!(*why, expected, "{id}");
        let sibling = catalog.model(sibling.as_ref().unwrap()).unwrap().sale();
        let sold = matches!(sibling, Sale::OnSale | Sale::NotSold { why: Why::NoTexts, .. });
        // The helpers of Suno that answer with words are not handed over yet, old or new.
        assert!(sold || matches!(sibling, Sale::NotSold { why: Why::Result, .. }), "{id}");
    }
}

#[test]
fn the_least_and_the_fullest_inputs_pass_and_fit_the_schema() {
    for (model, facts) in documented_models() {
        let mut inputs = full(&model);
        inputs.push(minimal(&model));
        for given in inputs {
            assert_eq!(model.check(&given), Ok(()), "{}", model.id);
            let meant =
                matches!(model.sale(), Sale::OnSale | Sale::NotSold { why: Why::NoTexts, .. });
            if meant {
                model.list_credits(&given).unwrap_or_else(|error| panic!("{}: {error}", model.id));
            }
            let payload = model.payload(&given, &uploads(&given)).unwrap();
            let complaints = complaints(&facts, &payload);
            assert!(complaints.is_empty(), "{}: {complaints:?}", model.id);
        }
    }
}

/// Values that KIE documents and the catalogue leaves out on purpose.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("ai-music-api/", "model", "V4, V4_5, V4_5PLUS and V4_5ALL are discontinued"),
    ("grok-imagine-video-1-5-preview", "resolution", "1080p has no price"),
    ("grok-imagine/extend", "source_resolution", "not a parameter of KIE"),
    ("grok-imagine/upscale", "source_resolution", "not a parameter of KIE"),
    ("veo/extend", "source_model", "not a parameter of KIE"),
];

fn is_left_out(model: &Model, field: &str) -> bool {
    LEFT_OUT.iter().any(|(id, name, _)| model.id.starts_with(id) && *name == field)
}

#[test]
fn every_value_that_is_offered_is_documented() {
    for (model, facts) in documented_models() {
        for field in &model.fields {
            let FieldKind::Choice { options, .. } = &field.kind else { continue };
            if !field.sent {
                continue;
            }
            let listed = documented(&facts, &field.name)["enum"].as_array().unwrap().clone();
            let as_text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let listed: Vec<String> = listed.iter().map(as_text).collect();
            for option in options {
                assert!(listed.contains(&option.value), "{} {}", model.id, option.value);
            }
            if !is_left_out(&model, &field.name) {
                assert_eq!(options.len(), listed.len(), "{} {}", model.id, field.name);
            }
        }
    }
}

/// Defaults and limits that differ from KIE's on purpose: the names of the fields, and why.
const OUR_OWN: &[(&str, &str, &str)] = &[
    ("", "seed", "without an answer KIE chooses"),
    ("omnihuman-1-5", "seed", "without an answer KIE chooses"),
    ("bytedance/seedance-2-5", "duration", "-1 would have no price"),
    ("wan/3-0-video", "duration", "-1 would have no price"),
    ("kling-3.0-omni/text-to-video", "customize_multi_shots", "off unless shots are planned"),
];

#[test]
fn limits_and_defaults_are_the_documented_ones() {
    for (model, facts) in documented_models() {
        for documented in facts["input"].as_array().unwrap() {
            let name = documented["name"].as_str().unwrap();
            let field = model.field(name).unwrap_or_else(|| panic!("{} {name}", model.id));
            if OUR_OWN.iter().any(|(id, own, _)| model.id.starts_with(id) && *own == name) {
                continue;
            }
            compare_limits(&format!("{} {name}", model.id), &field.kind, documented);
            let asked = matches!(field.asked, Asked::First | Asked::Option);
            if !asked || documented["default"].is_null() || documented["format"].is_string() {
                continue;
            }
            let shown = field.default.as_ref().unwrap_or_else(|| panic!("{} {name}", model.id));
            let same = match shown {
                Answer::Choice(value) => {
                    documented["default"].to_string().trim_matches('"') == value
                }
                Answer::Switch(on) => documented["default"] == *on,
                Answer::Integer(number) => documented["default"].as_i64() == Some(*number),
                Answer::Number(number) => {
                    documented["default"].as_f64() == number.to_string().parse().ok()
                }
                other => panic!("{other:?}"),
            };
            assert!(same, "{} {name}: {shown:?}", model.id);
        }
    }
}

/// The sides of a picture: within what is documented, and no tighter than its ends excluded.
fn fits_frame(place: &str, frame: Option<&Frame>, documented: &Value) {
    let number = |key: &str| documented[key].as_f64();
    let documents = ["min_side", "max_side", "max_stretch"].map(number);
    let Some(frame) = frame else {
        return assert_eq!(documents, [None; 3], "{place}");
    };
    let stretch = frame.stretch.map(|stretch| stretch.to_string().parse::<f64>().unwrap());
    let near = |ours: Option<f64>, theirs: Option<f64>, off: f64| match (ours, theirs) {
        (Some(ours), Some(theirs)) => (theirs - ours).abs() <= off,
        (ours, theirs) => ours == theirs,
    };
    let max = (frame.max_side < u32::MAX).then(|| f64::from(frame.max_side));
    let min = (frame.min_side > 1).then(|| f64::from(frame.min_side));
    assert!(near(min, documents[0], 1.0), "{place} {frame:?}");
    assert!(near(max, documents[1], 1.0), "{place} {frame:?}");
    assert!(near(stretch, documents[2], 0.011), "{place} {frame:?}");
}

fn compare_limits(place: &str, kind: &FieldKind, documented: &Value) {
    let is = |value: &str, key: &str| {
        if let Some(limit) = documented[key].as_f64() {
            assert_eq!(Some(limit), value.parse().ok(), "{place} {key}");
        }
    };
    match kind {
        FieldKind::Text { min, max } => {
            is(&max.to_string(), "max_length");
            // A required text of no characters would be no text.
            if documented["min_length"] != 0 {
                is(&min.to_string(), "min_length");
            }
        }
        FieldKind::Integer { min, max, .. } => {
            is(&min.to_string(), "min");
            is(&max.to_string(), "max");
        }
        FieldKind::Number { min, max, step } => {
            is(&min.to_string(), "min");
            is(&max.to_string(), "max");
            if let Some(step) = step {
                is(&step.to_string(), "step");
            }
        }
        FieldKind::Files { max, max_bytes, accept, shape, frame, .. } => {
            assert_eq!(documented["type"] == "array", *shape == FileShape::List, "{place}");
            fits_frame(place, frame.as_ref(), documented);
            is(&max.to_string(), "max_items");
            is(&(max_bytes / 1024 / 1024).to_string(), "max_file_mb");
            for mime in documented["accept"].as_array().into_iter().flatten() {
                // Other spellings of the same types; no program of people makes `wma` any more.
                let mime = match mime.as_str().unwrap().trim_end_matches('.') {
                    "image/jpg" => "image/jpeg",
                    "audio/mp3" => "audio/mpeg",
                    "audio/x-wav" => "audio/wav",
                    "audio/m4a" => "audio/mp4",
                    "audio/x-ms-wma" => continue,
                    mime => mime,
                };
                assert!(accept.iter().any(|one| one == mime), "{place} {mime}");
            }
        }
        FieldKind::Items { fields, max, .. } => {
            is(&max.to_string(), "max_items");
            for inner in documented["item_fields"].as_array().unwrap() {
                let field = fields.iter().find(|field| inner["name"] == field.name).unwrap();
                compare_limits(&format!("{place} {}", field.name), &field.kind, inner);
            }
        }
        FieldKind::Values { max, .. } => is(&max.to_string(), "max_items"),
        FieldKind::Opaque => assert_eq!(documented["items"], "array", "{place}"),
        FieldKind::Switch => assert_eq!(documented["type"], "boolean", "{place}"),
        FieldKind::Choice { .. } => assert!(documented["enum"].is_array(), "{place}"),
    }
}

/// The answer that a value of a payload stands for.
fn answer_of(kind: &FieldKind, value: &Value) -> Answer {
    let link = |value: &Value| {
        let FieldKind::Files { media, accept, .. } = kind else { panic!("{value}") };
        crate::sample::file(value.as_str().unwrap(), *media, &accept[0], 1)
    };
    match kind {
        FieldKind::Text { .. } => text(value.as_str().unwrap()),
        FieldKind::Integer { .. } => Answer::Integer(value.as_i64().unwrap()),
        FieldKind::Number { .. } => Answer::Number(value.to_string().parse().unwrap()),
        FieldKind::Switch => Answer::Switch(value.as_bool().unwrap()),
        FieldKind::Choice { .. } => choice(value.as_str().unwrap_or(&value.to_string())),
        FieldKind::Files { .. } => match value.as_array() {
            Some(list) => Answer::Files(list.iter().map(link).collect()),
            None => Answer::Files(vec![link(value)]),
        },
        FieldKind::Items { fields, .. } => {
            let item = |value: &Value| {
                let asked = fields.iter().filter(|field| field.asked != Asked::Never);
                let given = asked.filter(|field| value.get(&field.name).is_some());
                let given = given
                    .map(|field| (field.name.clone(), answer_of(&field.kind, &value[&field.name])));
                given.collect()
            };
            Answer::Items(value.as_array().unwrap().iter().map(item).collect())
        }
        FieldKind::Values { .. } | FieldKind::Opaque => panic!("{value}"),
    }
}

#[test]
fn the_payloads_of_kies_own_pages_are_made_from_answers() {
    let catalog = builtin();
    let mut made = 0;
    for example in examples().iter().filter(|example| example["status"] == "current") {
        let model = catalog.model(example["id"].as_str().unwrap()).unwrap();
        let shown = example["input"].as_object().unwrap();
        let asked = model.fields.iter().filter(|field| field.asked != Asked::Never);
        let given: Vec<&catalog::Field> =
            asked.filter(|field| shown.contains_key(&field.name)).collect();
        let given: catalog::Answers = given
            .iter()
            .map(|field| (field.name.clone(), answer_of(&field.kind, &shown[&field.name])))
            .collect();
        let files = given.values().flat_map(Answer::files);
        let same = files.map(|file| (file.source.clone(), file.source.clone())).collect();
        let payload = model.payload(&given, &same);
        let payload = payload.unwrap_or_else(|faults| panic!("{}: {faults:?}", model.id));
        assert_eq!(complaints(&facts()[&model.id], &payload), [""; 0], "{}", model.id);
        for (name, value) in shown {
            let field = model.field(name).unwrap();
            let nothing = value.as_array().is_some_and(Vec::is_empty);
            if field.asked == Asked::Never || nothing {
                continue;
            }
            // Technical fields inside entries are not sent.
            if let FieldKind::Items { .. } = field.kind {
                assert_eq!(payload[name].as_array().map(Vec::len), value.as_array().map(Vec::len));
            } else {
                assert_eq!(payload[name], *value, "{} {name}", model.id);
            }
        }
        made += 1;
    }
    assert_eq!(made, 9);
}

fn documented<'a>(model: &'a Value, name: &str) -> &'a Value {
    let fields = model["input"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}

#[test]
fn a_cheap_picture_is_sent_as_documented() {
    let given = answers([("prompt", text("Кот"))]);
    assert_eq!(sent("z-image", given), json!({ "prompt": "Кот", "aspect_ratio": "1:1" }));
}

#[test]
fn a_duration_listed_as_text_stays_text_and_one_picture_stays_a_list() {
    let given = answers([
        ("image_urls", Answer::Files(vec![image("a")])),
        ("prompt", text("Улыбка")),
        ("duration", choice("10")),
        ("sound", Answer::Switch(true)),
    ]);
    let expected = json!({
        "prompt": "Улыбка", "image_urls": ["https://files.example/a.png"],
        "duration": "10", "sound": true,
    });
    assert_eq!(sent("kling-2.6/image-to-video", given), expected);
}

#[test]
fn a_duration_of_type_number_is_a_number() {
    let given = answers([("prompt", text("Щенок")), ("duration", Answer::Integer(8))]);
    let expected = json!({
        "prompt": "Щенок", "aspect_ratio": "1:1", "resolution": "720p", "duration": 8,
        "generate_audio": false, "fixed_lens": false,
    });
    assert_eq!(sent("bytedance/seedance-1.5-pro", given), expected);
}

#[test]
fn a_single_picture_is_one_string_where_the_schema_says_so() {
    let given = answers([("image", Answer::Files(vec![image("cup")]))]);
    let expected = json!({ "image": "https://files.example/cup.png" });
    assert_eq!(sent("recraft/remove-background", given), expected);
}

#[test]
fn settings_of_a_voice_are_exact_numbers() {
    let speed = Answer::Number("1.15".parse().unwrap());
    let given = answers([("text", text("Привет")), ("speed", speed)]);
    let expected = json!({
        "text": "Привет", "voice": "EkK5I93UQWFDigLMpZcX", "speed": 1.15, "stability": 0.5,
        "similarity_boost": 0.75, "style": 0,
    });
    let sent = sent("elevenlabs/text-to-speech-turbo-2-5", given);
    assert_eq!(sent, expected);
    assert!(sent["style"].is_i64());
}

#[test]
fn a_song_by_description_sends_no_words_of_a_song() {
    let given = answers([("prompt", text("Песня для мамы")), ("lyrics", text("старый ответ"))]);
    let expected = json!({
        "prompt": "Песня для мамы", "custom_mode": false, "instrumental": false, "model": "V6",
    });
    assert_eq!(sent("ai-music-api/generate", given), expected);
}

#[test]
fn a_song_with_own_words_asks_for_them_in_turn() {
    let catalog = builtin();
    let model = catalog.model("ai-music-api/generate").unwrap();
    let mut given = answers([("custom_mode", Answer::Switch(true)), ("prompt", text("о море"))]);
    let mut asked = Vec::new();
    while let Some(field) = model.next_field(&given) {
        asked.push(field.name.clone());
        given.insert(field.name.clone(), text("слова"));
    }
    assert_eq!(asked, ["title", "style", "lyrics"]);
    let payload = Value::Object(model.payload(&given, &BTreeMap::new()).unwrap());
    let expected = json!({
        "title": "слова", "style": "слова", "lyrics": "слова",
        "custom_mode": true, "instrumental": false, "model": "V6",
    });
    assert_eq!(payload, expected);
    given.insert("instrumental".to_owned(), Answer::Switch(true));
    let shown: Vec<_> = model.shown_options(&given).iter().map(|field| &field.name).collect();
    assert!(!shown.contains(&&"vocal_gender".to_owned()), "{shown:?}");
    assert!(!model.payload(&given, &BTreeMap::new()).unwrap().contains_key("lyrics"));
}

#[test]
fn what_nobody_is_asked_is_never_sent() {
    let given = answers([
        ("prompt", text("Кот")),
        ("image_size", choice("16:9")),
        ("nsfw_checker", Answer::Switch(false)),
        ("an_old_field", text("?")),
    ]);
    let expected = json!({ "prompt": "Кот", "aspect_ratio": "1:1", "output_format": "png" });
    assert_eq!(sent("google/nano-banana", given), expected);
}

#[test]
fn optional_pictures_are_left_out_when_none_are_given() {
    let given = answers([("prompt", text("Кот")), ("image_input", Answer::Files(Vec::new()))]);
    let expected = json!({
        "prompt": "Кот", "aspect_ratio": "1:1", "resolution": "1K", "output_format": "png",
    });
    assert_eq!(sent("nano-banana-pro", given), expected);
}

/// The comparison above would be worth nothing if it agreed with everything.
#[test]
fn a_catalogue_spoilt_on_purpose_does_not_fit() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    let shared = read("shared.toml");
    let names = Catalog::file_names().filter(|name| *name != "shared.toml");
    let families: BTreeMap<&str, String> = names.map(|name| (name, read(name))).collect();
    let spoilt = [
        (
            "kling.toml",
            "options = [\"5\", \"10\"]",
            "options = [\"5\", \"10\"]\nwire = \"integer\"",
        ),
        ("kling.toml", "shape = \"list\"", "shape = \"one\""),
        ("z-image.toml", "max = 1000", "max = 1001"),
        ("z-image.toml", "\"9:16\"]", "\"9:16\", \"21:9\"]"),
        ("recraft.toml", "shape = \"one\"", "shape = \"list\""),
        ("bytedance-seedance.toml", "max = 12", "max = 13"),
        ("bytedance-seedance.toml", "name = \"fixed_lens\"", "name = \"fixed_lense\""),
        ("elevenlabs.toml", "max = \"1.2\"", "max = \"1.3\""),
    ];
    for (name, from, to) in spoilt {
        let text = read(name);
        assert!(text.contains(from), "{name}: {from}");
        let text = text.replacen(from, to, 1);
        let mut spoilt: BTreeMap<&str, &str> =
            families.iter().map(|(name, text)| (*name, text.as_str())).collect();
        spoilt.insert(name, &text);
        let spoilt: Vec<(&str, &str)> = spoilt.into_iter().collect();
        let loaded = Catalog::from_files(("shared.toml", &shared), &spoilt, &[]);
        let catalog = loaded.map_err(|error| error.to_string()).unwrap();
        // What is spoilt stands in the first model of its file.
        let id = text.split("\nid = \"").nth(1).unwrap().split('"').next().unwrap();
        let model = catalog.model(id).unwrap();
        let facts = facts();
        let mut inputs = full(model);
        inputs.push(minimal(model));
        let noticed = inputs.into_iter().any(|given| {
            let payload = model.payload(&given, &uploads(&given)).unwrap();
            !complaints(&facts[&model.id], &payload).is_empty()
        });
        assert!(noticed, "{name}: {to}");
    }
}
