//! What KIE publishes, laid over the catalogue.

use catalog::{
    Answer, Answers, Catalog, Difference, FieldKind, Model, Overlay, PriceMove, PriceTag,
    Published, PublishedInput, Repriced, Sale, Why,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::builtin;

fn input(properties: Value, required: &[&str]) -> PublishedInput {
    let schema = json!({"type": "object", "properties": {"input":
        {"type": "object", "properties": properties, "required": required}}});
    let document = json!({"paths": {"/api/v1/jobs/createTask": {"post": {"requestBody": {"content":
        {"application/json": {"schema": schema}}}}}}});
    PublishedInput::read(&document).unwrap()
}

fn tag(words: &str, credits: &str, unit: &str) -> PriceTag {
    PriceTag { words: words.to_owned(), credits: credits.to_owned(), unit: unit.to_owned() }
}

fn owl(task: &str, input: Option<PublishedInput>, tags: Vec<PriceTag>) -> Overlay {
    let published = Published {
        model: "night-owl".to_owned(),
        title: Some("Night Owl".to_owned()),
        tasks: vec![task.to_owned()],
        description: Some("Draws owls.".to_owned()),
        input,
        tags,
        ..Published::default()
    };
    Overlay { published, listed: true, ..Overlay::default() }
}

fn laid(overlay: &Overlay) -> Model {
    let catalog = builtin().with(std::slice::from_ref(overlay));
    catalog.model(&overlay.published.model).unwrap().clone()
}

fn why(model: &Model) -> Option<Why> {
    match model.sale() {
        Sale::OnSale => None,
        Sale::NotSold { why, .. } => Some(*why),
    }
}

fn video() -> PublishedInput {
    let properties = json!({
        "prompt": {"type": "string", "maxLength": 500},
        "image_url": {"type": "string", "format": "uri", "description": "the first frame"},
        "resolution": {"type": "string", "enum": ["720p", "1080p"], "default": "720p"},
        "duration": {"type": "integer", "enum": [5, 10], "default": 5},
        "audio": {"type": "boolean", "default": false},
        "upload_method": {"type": "string"},
    });
    input(properties, &["prompt"])
}

#[test]
fn a_new_model_is_sold_with_rows_that_name_its_answers() {
    let tags = vec![
        tag("Night Owl, 720p, without audio", "2", "per second"),
        tag("Night Owl, 720p, with audio", "3", "per second"),
        tag("Night Owl, 1080p, without audio", "4.0", "per second"),
        tag("Night Owl, 1080p, with audio", "6", "per second"),
    ];
    let model = laid(&owl("Text to Video", Some(video()), tags));
    assert_eq!(why(&model), None);
    assert!(model.is_new() && model.in_menu());
    assert_eq!(model.does.en, "Draws owls.");
    let mut answers = Answers::from([("prompt".to_owned(), Answer::Text("owl".to_owned()))]);
    assert_eq!(model.credits(&answers).unwrap().to_string(), "10");
    answers.insert("resolution".to_owned(), Answer::Choice("1080p".to_owned()));
    answers.insert("duration".to_owned(), Answer::Choice("10".to_owned()));
    answers.insert("audio".to_owned(), Answer::Switch(true));
    assert_eq!(model.credits(&answers).unwrap().to_string(), "60");
    let payload = model.payload(&answers, &std::collections::BTreeMap::new()).unwrap();
    assert_eq!(payload["duration"], json!(10));
}

#[test]
fn what_cannot_be_sold_is_known_with_its_reason() {
    let one = || vec![tag("Night Owl", "2", "per video")];
    let task = "Text to Video";
    let elsewhere = PublishedInput { path: "/api/v1/owl".to_owned(), ..PublishedInput::default() };
    let needs_id = input(json!({"task_id": {"type": "string"}}), &["task_id"]);
    let unclear = vec![tag("day", "1", "per video"), tag("night", "2", "per video")];
    let cases = [
        (owl(task, Some(video()), Vec::new()), Why::NoPrice),
        (owl(task, Some(video()), unclear), Why::PriceUnclear),
        (owl(task, Some(video()), vec![tag("x", "1", "per wing")]), Why::PriceUnclear),
        (owl(task, Some(elsewhere), one()), Why::Endpoint),
        (owl(task, Some(needs_id), one()), Why::Other),
        (owl(task, None, one()), Why::Other),
        (owl(task, Some(input(json!({"x": {"type": "object"}}), &[])), one()), Why::Other),
        (owl("Embedding", Some(video()), one()), Why::Result),
        (Overlay { listed: false, ..owl(task, Some(video()), one()) }, Why::Delisted),
    ];
    for (overlay, reason) in cases {
        assert_eq!(why(&laid(&overlay)), Some(reason), "{overlay:?}");
    }
}

fn known(before: PublishedInput, now: PublishedInput) -> Overlay {
    let published =
        Published { model: "z-image".to_owned(), input: Some(now), ..Published::default() };
    Overlay { published, before: Some(before), listed: true, repriced: Vec::new() }
}

fn plain() -> PublishedInput {
    let ratios = json!(["1:1", "4:3", "3:4", "16:9", "9:16"]);
    let properties = json!({
        "prompt": {"type": "string", "maxLength": 1000},
        "aspect_ratio": {"type": "string", "enum": ratios, "default": "1:1"},
    });
    input(properties, &["prompt", "aspect_ratio"])
}

#[test]
fn only_what_kie_changed_changes_the_model() {
    assert_eq!(builtin().model("z-image").unwrap().differences(&plain()), []);
    let changed = input(
        json!({
            "prompt": {"type": "string", "maxLength": 90},
            "aspect_ratio": {"type": "string", "enum": ["16:9", "21:9"], "default": "16:9"},
            "mood": {"type": "string", "enum": ["calm", "wild"]},
        }),
        &["prompt", "aspect_ratio", "mood"],
    );
    let model = laid(&known(plain(), changed.clone()));
    assert_eq!(model.differences(&changed), []);
    assert_eq!(why(&model), None);
    let FieldKind::Text { max, .. } = model.field("prompt").unwrap().kind else { panic!() };
    assert_eq!(max, 90);
    assert_eq!(model.field("aspect_ratio").unwrap().default, Some(Answer::Choice("16:9".into())));
    assert!(model.field("mood").unwrap().required);
    assert_ne!(model.shape(), builtin().model("z-image").unwrap().shape());
    // The catalogue's own choices stay where KIE has always said something else.
    let same = laid(&known(changed.clone(), changed));
    assert_eq!(same.shape(), builtin().model("z-image").unwrap().shape());
}

#[test]
fn a_field_that_is_gone_is_asked_no_more() {
    let properties = json!({"prompt": {"type": "string", "maxLength": 1000}});
    let now = input(properties, &["prompt"]);
    let found = builtin().model("z-image").unwrap().differences(&now);
    assert_eq!(found, [Difference::Removed { field: "aspect_ratio".to_owned() }]);
    assert_eq!(laid(&known(plain(), now)).field("aspect_ratio"), None);
}

#[test]
fn below_a_bound_a_price_may_move_as_it_likes() {
    let model = builtin().model("flux1-kontext").unwrap();
    let tiers =
        |pro, max| [tag("Kontext, pro", pro, "per image"), tag("Kontext, max", max, "per image")];
    let moves = |after: [PriceTag; 2]| model.price_moves(&tiers("5", "10"), &after);
    assert_eq!(moves(tiers("4", "10")), PriceMove::Same);
    let up = vec![Repriced { from: "10".to_owned(), to: "12".to_owned() }];
    assert_eq!(moves(tiers("4", "12")), PriceMove::Certain(up));
    // Above it a tier is no longer covered.
    assert_eq!(moves(tiers("11", "10")), PriceMove::Unclear);
}

#[test]
fn a_price_moves_when_the_feed_leaves_no_doubt() {
    let model = builtin().model("z-image").unwrap();
    let before = [tag("Z-Image", "0.8", "per image")];
    let after = [tag("Z-Image", "1.2", "per image")];
    let moves = vec![Repriced { from: "0.8".to_owned(), to: "1.2".to_owned() }];
    assert_eq!(model.price_moves(&before, &before), PriceMove::Same);
    assert_eq!(model.price_moves(&before, &[]), PriceMove::Same);
    assert_eq!(model.price_moves(&before, &after), PriceMove::Certain(moves.clone()));
    let elsewhere = [tag("Z-Image, night", "1.2", "per image")];
    assert_eq!(model.price_moves(&before, &elsewhere), PriceMove::Unclear);
    let published = Published { model: "z-image".to_owned(), ..Published::default() };
    let overlay = Overlay { published, listed: true, repriced: moves, before: None };
    assert_eq!(laid(&overlay).from_credits().unwrap().to_string(), "1.2");
}

#[test]
fn a_model_off_the_list_is_off_sale_and_one_that_returns_is_sold_as_it_is_published() {
    let gone = Published { model: "z-image".to_owned(), ..Published::default() };
    let gone = Overlay { published: gone, ..Overlay::default() };
    assert_eq!(why(&laid(&gone)), Some(Why::Delisted));
    let tags = vec![tag("Sora 2", "30", "per video")];
    let mut back = owl("Text to Video", Some(video()), tags);
    back.published.model = "sora-2-text-to-video".to_owned();
    let model = laid(&back);
    assert_eq!(why(&model), None);
    assert_eq!(model.name, builtin().model("sora-2-text-to-video").unwrap().name);
}

#[test]
fn nothing_is_wrong_with_what_is_sold() {
    assert_eq!(builtin().audit(), []);
}

/// So many inputs, each of which takes long, unless a number was asked for (`PROPTEST_CASES`).
fn usually(cases: u32) -> ProptestConfig {
    // What this library does when nothing is asked for.
    const UNASKED: u32 = 256;
    let asked = ProptestConfig::default();
    if asked.cases == UNASKED { ProptestConfig { cases, ..asked } } else { asked }
}

proptest! {
    #![proptest_config(usually(48))]

    /// Whatever KIE publishes, the catalogue stands, and what it sells can be ordered.
    #[test]
    fn any_listing_can_be_laid_over(
        id in "[a-z0-9/. _-]{0,60}",
        task in prop::sample::select(vec!["Text to Video", "Image to Image", "Text to Speech", "?"]),
        kinds in prop::collection::vec((
            "[a-z_ %]{0,12}",
            prop::sample::select(vec!["string", "integer", "number", "boolean", "array", "object", "?"]),
            any::<bool>(),
            prop::option::of(-5_i64..50),
            prop::option::of(-5_i64..50),
            prop::option::of(prop::collection::vec("[a-z0-9]{0,3}", 0..4)),
        ), 0..6),
        credits in "[0-9.]{0,4}",
        unit in prop::sample::select(vec!["per video", "per second", "per image", "", "per 1000 characters"]),
    ) {
        let mut properties = serde_json::Map::new();
        let mut required = Vec::new();
        for (name, kind, needed, min, max, options) in &kinds {
            let mut schema = json!({"type": kind, "enum": options, "minimum": min, "maximum": max,
                "minLength": min, "maxLength": max, "minItems": min, "maxItems": max,
                "items": {"type": "string"}, "default": options.as_ref().and_then(|o| o.first())});
            schema.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            properties.insert(name.clone(), schema);
            if *needed {
                required.push(name.as_str());
            }
        }
        let mut overlay = owl(
            task,
            Some(input(Value::Object(properties), &required)),
            vec![tag("Owl", &credits, unit)],
        );
        overlay.published.model = id;
        let catalog: Catalog = builtin().with(std::slice::from_ref(&overlay));
        prop_assert_eq!(catalog.audit(), []);
        // The same over a model that is known.
        overlay.published.model = "z-image".to_owned();
        overlay.before = Some(plain());
        let changed = builtin().with(std::slice::from_ref(&overlay));
        prop_assert_eq!(changed.audit(), []);
    }
}
