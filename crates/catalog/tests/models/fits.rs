//! What the catalogue sends agrees with what KIE documents.

use std::collections::BTreeMap;

use catalog::{Answer, Asked, Catalog, FieldKind, FileShape, Model};
use serde_json::{Value, json};

use crate::builtin;
use crate::facts::{complaints, facts};
use crate::sample::{answers, choice, full, image, minimal, text, uploads};

fn sent(model: &str, given: catalog::Answers) -> Value {
    let catalog = builtin();
    let links = uploads(&given);
    Value::Object(catalog.model(model).unwrap().payload(&given, &links).unwrap())
}

#[test]
fn every_model_of_the_facts_is_in_the_catalogue_and_the_other_way_round() {
    let catalog = builtin();
    let facts = facts();
    let mut known: Vec<&str> = catalog.models().iter().map(|model| model.id.as_str()).collect();
    known.sort_unstable();
    let mut documented: Vec<&str> = facts.keys().map(String::as_str).collect();
    documented.sort_unstable();
    assert_eq!(known, documented);
    for model in catalog.models() {
        let output = serde_json::to_value(model.output).unwrap();
        assert_eq!(output, facts[&model.id]["output"], "{}", model.id);
    }
}

#[test]
fn the_least_and_the_fullest_inputs_pass_and_fit_the_schema() {
    let facts = facts();
    for model in builtin().models() {
        let mut inputs = full(model);
        inputs.push(minimal(model));
        for given in inputs {
            model.check(&given).unwrap();
            model.credits(&given).unwrap();
            let payload = model.payload(&given, &uploads(&given)).unwrap();
            let complaints = complaints(&facts[&model.id], &payload);
            assert!(complaints.is_empty(), "{}: {complaints:?}", model.id);
        }
    }
}

#[test]
fn every_value_that_is_offered_is_documented() {
    let facts = facts();
    for model in builtin().models() {
        for field in &model.fields {
            let FieldKind::Choice { options, .. } = &field.kind else { continue };
            let documented = documented(&facts[&model.id], &field.name);
            for option in options {
                let listed = documented["enum"].as_array().unwrap();
                assert!(listed.contains(&json!(option.value)), "{} {}", model.id, option.value);
            }
            // Suno's discontinued versions are the only values that are left out on purpose.
            if (model.id.as_str(), field.name.as_str()) != ("ai-music-api/generate", "model") {
                assert_eq!(options.len(), documented["enum"].as_array().unwrap().len());
            }
        }
    }
}

#[test]
fn limits_and_defaults_are_the_documented_ones() {
    let facts = facts();
    for model in builtin().models() {
        for documented in facts[&model.id]["input"].as_array().unwrap() {
            let name = documented["name"].as_str().unwrap();
            let field = model.field(name).unwrap_or_else(|| panic!("{} {name}", model.id));
            compare_limits(model, name, documented);
            if field.asked != Asked::Never && !documented["default"].is_null() {
                let shown = match field.default.as_ref().unwrap() {
                    Answer::Choice(value) => json!(value),
                    Answer::Switch(on) => json!(on),
                    Answer::Number(number) => {
                        let number: f64 = number.to_string().parse().unwrap();
                        assert_eq!(documented["default"].as_f64(), Some(number));
                        continue;
                    }
                    other => panic!("{other:?}"),
                };
                assert_eq!(shown, documented["default"], "{} {name}", model.id);
            }
        }
    }
}

fn compare_limits(model: &Model, name: &str, documented: &Value) {
    let place = format!("{} {name}", model.id);
    match &model.field(name).unwrap().kind {
        FieldKind::Text { min, max } => {
            if let Some(longest) = documented["max_length"].as_u64() {
                assert_eq!(u64::from(*max), longest, "{place}");
            }
            if let Some(shortest) = documented["min_length"].as_u64() {
                assert_eq!(u64::from(*min), shortest, "{place}");
            }
        }
        FieldKind::Integer { min, max, .. } => {
            assert_eq!(
                (json!(min), json!(max)),
                (documented["min"].clone(), documented["max"].clone())
            );
        }
        FieldKind::Number { min, max, step } => {
            let is = |value: String, key: &str| {
                assert_eq!(documented[key].as_f64(), Some(value.parse().unwrap()), "{place} {key}");
            };
            is(min.to_string(), "min");
            is(max.to_string(), "max");
            if let Some(step) = step {
                is(step.to_string(), "step");
            }
        }
        FieldKind::Files { max, max_bytes, accept, shape, .. } => {
            assert_eq!(documented["type"] == "array", *shape == FileShape::List, "{place}");
            if let Some(items) = documented["max_items"].as_u64() {
                assert_eq!(u64::from(*max), items, "{place}");
            }
            if let Some(megabytes) = documented["max_file_mb"].as_u64() {
                assert_eq!(*max_bytes, megabytes * 1024 * 1024, "{place}");
            }
            if documented["accept"].is_array() {
                assert_eq!(json!(accept), documented["accept"], "{place}");
            }
        }
        FieldKind::Switch => assert_eq!(documented["type"], "boolean", "{place}"),
        FieldKind::Choice { .. } => assert!(documented["enum"].is_array(), "{place}"),
    }
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
        let loaded = Catalog::from_files(("shared.toml", &shared), &[(name, &text)]);
        let catalog = loaded.map_err(|error| error.to_string()).unwrap();
        let model = &catalog.models()[0];
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
