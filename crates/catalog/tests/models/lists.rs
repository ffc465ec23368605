//! Entries, earlier results, combinations and the rarer prices.

use catalog::{Answer, Answers, Asked, Catalog, EarlierResult, Fault, FileInput, Likeness};
use media::MediaKind;
use serde_json::{Value, json};

use crate::builtin;
use crate::sample::{answers, choice, file, minimal, text, uploads};

fn credits(text: &str) -> Result<money::Credits, catalog::PriceUnknown> {
    Ok(money::Credits::parse(text).unwrap())
}

fn shot(seconds: i64) -> Answers {
    answers([("prompt", text("кот")), ("duration", Answer::Integer(seconds))])
}

#[test]
fn shots_are_asked_for_when_they_are_wanted_and_fit_the_length() {
    let catalog = builtin();
    let model = catalog.model("kling-3.0/video").unwrap();
    assert_eq!(model.field("multi_shots").unwrap().asked, Asked::Option);
    let mut given = answers([("prompt", text("кот"))]);
    let sent = model.payload(&given, &uploads(&given)).unwrap();
    assert_eq!(sent["multi_prompt"], json!([]));
    given.insert("multi_shots".to_owned(), Answer::Switch(true));
    assert_eq!(model.next_field(&given).unwrap().name, "multi_prompt");
    given.insert("multi_prompt".to_owned(), Answer::Items(vec![shot(3), shot(2)]));
    let sent = Value::Object(model.payload(&given, &uploads(&given)).unwrap());
    let shots = json!([{ "prompt": "кот", "duration": 3 }, { "prompt": "кот", "duration": 2 }]);
    assert_eq!(sent["multi_prompt"], shots);
    given.insert("multi_prompt".to_owned(), Answer::Items(vec![shot(3), shot(3)]));
    let fault = Fault::TooLarge { max: 5.into() };
    assert_eq!(model.check(&given), Err(vec![("multi_prompt".to_owned(), fault)]));
}

#[test]
fn a_wrong_entry_is_named_by_its_place_and_field() {
    let catalog = builtin();
    let model = catalog.model("kling-3.0/video").unwrap();
    let field = model.field("multi_prompt").unwrap();
    let wrong = |item, name: &str, fault| {
        let found = model.check_field(field, &Answer::Items(vec![shot(1), item]));
        let field = Some(name.to_owned());
        assert_eq!(found, Err(Fault::InItem { place: 2, field, fault: Box::new(fault) }));
    };
    wrong(shot(13), "duration", Fault::TooLarge { max: 12.into() });
    wrong(answers([("duration", Answer::Integer(1))]), "prompt", Fault::Missing);
}

#[test]
fn files_inside_entries_are_found_and_sent_as_links() {
    let catalog = builtin();
    let model = catalog.model("pixverse-v6/reference-to-video").unwrap();
    let given = minimal(model);
    let files: Vec<&FileInput> = given.values().flat_map(Answer::files).collect();
    assert_eq!(files.len(), 1);
    let sent = model.payload(&given, &uploads(&given)).unwrap();
    assert!(sent["image_references"][0]["image_url"].as_str().unwrap().starts_with("https://"));
    assert_eq!(sent["image_references"][0]["type"], "subject");
}

#[test]
fn what_an_earlier_result_gives_is_filled_in_and_not_asked() {
    let catalog = builtin();
    let model = catalog.model("grok-imagine/extend").unwrap();
    assert!(!model.in_menu() && model.continues("grok-imagine/text-to-video"));
    assert!(!model.continues("z-image"));
    let mut given = answers([("task_id", text("abc")), ("source_resolution", choice("720p"))]);
    assert_eq!(model.next_field(&given).unwrap().name, "prompt");
    given.insert("prompt".to_owned(), text("кот уходит"));
    assert_eq!(model.list_credits(&given), credits("27"));
    let sent = model.payload(&given, &uploads(&given)).unwrap();
    assert_eq!(sent["task_id"], "abc");
    assert!(sent["extend_times"].is_i64() && !sent.contains_key("source_resolution"));
    given.remove("task_id");
    assert_eq!(model.check(&given), Err(vec![("task_id".to_owned(), Fault::Missing)]));
}

fn song(position: u16, piece: Option<&str>) -> Option<Answers> {
    let catalog = builtin();
    let earlier = EarlierResult {
        model: catalog.model("ai-music-api/generate").unwrap(),
        answers: &Answers::new(),
        task: "task-1",
        position,
        piece,
        likeness: None,
        words: None,
        title: None,
    };
    catalog.model("ai-music-api/convert-to-wav-format").unwrap().earlier_answers(&earlier)
}

#[test]
fn an_earlier_result_gives_its_task_its_piece_its_place_and_its_answers() {
    let catalog = builtin();
    assert_eq!(
        song(1, Some("piece-2")),
        Some(answers([("task_id", text("task-1")), ("audio_id", text("piece-2"))]))
    );
    assert_eq!(song(1, None), None, "a song without a name cannot be meant");
    let earlier = |id: &'static str, given: &'static Answers| EarlierResult {
        model: catalog.model(id).unwrap(),
        answers: given,
        task: "task-1",
        position: 3,
        piece: None,
        likeness: None,
        words: None,
        title: None,
    };
    static NOTHING: Answers = Answers::new();
    let film = |id: &str, of| catalog.model(id).unwrap().earlier_answers(&earlier(of, &NOTHING));
    let task = ("task_id", text("task-1"));
    assert_eq!(
        film("grok-imagine/extend", "grok-imagine/text-to-video"),
        Some(answers([task.clone(), ("source_resolution", choice("480p"))])),
        "an answer that nobody gave is the default"
    );
    assert_eq!(
        film("veo/get-4k-video", "veo-3-1"),
        Some(answers([task.clone(), ("index", Answer::Integer(3))]))
    );
    assert_eq!(
        film("veo/get-1080p-video", "veo-3-1"),
        Some(answers([("taskId", text("task-1")), ("index", text("3"))]))
    );
    assert_eq!(film("veo/extend", "z-image"), None);
}

#[test]
fn a_kept_voice_sings_where_a_voice_is_taken_and_settles_what_goes_with_it() {
    let catalog = builtin();
    let takes = |id: &str, likeness| {
        let earlier = EarlierResult {
            model: catalog.model("ai-music-api/generate-persona").unwrap(),
            answers: &Answers::new(),
            task: "task-1",
            position: 0,
            piece: None,
            likeness,
            words: None,
            title: None,
        };
        catalog.model(id).unwrap().earlier_answers(&earlier)
    };
    let persona = Some((Likeness::Persona, "persona-1"));
    for id in ["generate", "upload-and-cover-audio", "upload-and-extend-audio"] {
        let id = format!("ai-music-api/{id}");
        let given = takes(&id, persona).unwrap();
        assert_eq!(given, answers([("persona_id", text("persona-1"))]), "{id}");
        assert!(!catalog.model(&id).unwrap().is_required(
            catalog.model(&id).unwrap().field("persona_id").unwrap(),
            &Answers::new(),
        ));
        // What is no voice is not taken for one.
        assert_eq!(takes(&id, Some((Likeness::Character, "a"))), None, "{id}");
    }
    // It needs a song beside the voice, which nobody has pointed at.
    assert_eq!(takes("ai-music-api/extend", persona), None);
    let song = catalog.model("ai-music-api/generate").unwrap();
    let mut given = answers([("persona_id", text("p")), ("custom_mode", Answer::Switch(false))]);
    assert_eq!(song.next_field(&given).unwrap().name, "title");
    assert!(!song.shown_options(&given).iter().any(|field| field.name == "custom_mode"));
    given.extend(answers([("title", text("a")), ("style", text("b")), ("lyrics", text("c"))]));
    let sent = song.payload(&given, &uploads(&given)).unwrap();
    assert_eq!((&sent["persona_id"], &sent["custom_mode"]), (&json!("p"), &json!(true)));
}

#[test]
fn words_of_a_result_are_sung_and_their_style_is_played() {
    let catalog = builtin();
    let song = catalog.model("ai-music-api/generate").unwrap();
    let from = |id: &str, words: &str, title: Option<&str>| {
        song.earlier_answers(&EarlierResult {
            model: catalog.model(id).unwrap(),
            answers: &Answers::new(),
            task: "task-1",
            position: 0,
            piece: None,
            likeness: None,
            words: Some(words),
            title,
        })
    };
    let on = |value| Answer::Switch(value);
    let lyrics = "ai-music-api/generate-lyrics";
    let words = ("lyrics", text("[Verse]\nСнег"));
    let sung = [words.clone(), ("custom_mode", on(true)), ("instrumental", on(false))];
    let titled = sung.clone().into_iter().chain([("title", text("Зима"))]);
    assert_eq!(from(lyrics, "[Verse]\nСнег", Some("Зима")), Some(titled.map(owned).collect()));
    // What has no title is asked for one.
    let given = from(lyrics, "[Verse]\nСнег", None).unwrap();
    assert_eq!(given, answers(sung));
    assert_eq!(song.next_field(&given).unwrap().name, "title");
    // What is too long for the field is cut after a whole phrase.
    let long = format!("{}, {}", "я".repeat(190), "б".repeat(100));
    let style = from("ai-music-api/boost-music-style", &long, None).unwrap();
    assert_eq!(style, answers([("style", text(&"я".repeat(190))), ("custom_mode", on(true))]));
}

fn owned((name, answer): (&str, Answer)) -> (String, Answer) {
    (name.to_owned(), answer)
}

#[test]
fn whoever_speaks_in_a_line_is_one_of_those_who_speak() {
    let catalog = builtin();
    let model = catalog.model("google/gemini-3-8-flash-tts").unwrap();
    let line = |who| answers([("speaker_id", text(who)), ("text", text("Привет"))]);
    let speakers = Answer::Items(vec![answers([("speaker_id", text("Аня"))])]);
    let mut given = answers([("speakers", speakers)]);
    assert_eq!(model.names_for("dialogue_turns.speaker_id", &given), Some(vec!["Аня".to_owned()]));
    assert_eq!(model.names_for("dialogue_turns.text", &given), None);
    given.insert("dialogue_turns".to_owned(), Answer::Items(vec![line("Аня"), line("Боря")]));
    let fault = Fault::InItem {
        place: 2,
        field: Some("speaker_id".to_owned()),
        fault: Box::new(Fault::NotAChoice),
    };
    assert_eq!(model.check(&given), Err(vec![("dialogue_turns".to_owned(), fault)]));
    given.insert("dialogue_turns".to_owned(), Answer::Items(vec![line("Аня")]));
    assert_eq!(model.check(&given), Ok(()));
}

#[test]
fn a_model_of_both_kinds_asks_for_a_file_only_without_an_earlier_result() {
    let catalog = builtin();
    let model = catalog.model("ai-music-api/separate-vocals").unwrap();
    assert!(model.in_menu() && model.continues("ai-music-api/generate"));
    assert_eq!(model.next_field(&Answers::new()).unwrap().name, "audio_url");
    let given = answers([("task_id", text("a")), ("audio_id", text("b"))]);
    assert_eq!(model.next_field(&given), None);
}

#[test]
fn a_combination_that_is_not_made_is_refused() {
    let catalog = builtin();
    let model = catalog.model("runway").unwrap();
    let given = answers([
        ("prompt", text("кот")),
        ("duration", choice("10")),
        ("quality", choice("1080p")),
    ]);
    let faults = model.check(&given).unwrap_err();
    assert!(matches!(faults[..], [(_, Fault::Conflict { .. })]), "{faults:?}");
}

#[test]
fn a_picture_is_enlarged_at_the_price_of_its_result() {
    let catalog = builtin();
    let model = catalog.model("topaz/image-upscale").unwrap();
    let price = |side, factor: &str| {
        let picture = file("a", MediaKind::Image, "image/png", 1);
        let picture = FileInput { width: Some(side), height: Some(10), ..picture };
        let picture = Answer::Files(vec![picture]);
        model.list_credits(&answers([("image_url", picture), ("upscale_factor", choice(factor))]))
    };
    assert_eq!(price(1024, "2"), credits("10"));
    assert_eq!(price(1025, "2"), credits("20"));
    assert_eq!(price(1024, "4"), credits("20"));
    assert_eq!(price(1025, "4"), Err(catalog::PriceUnknown::NoRow));
}

#[test]
fn texts_for_what_does_not_exist_are_refused() {
    let facts = "family = \"F\"\n[[model]]\nid = \"f\"\nname = \"F\"\nusual_seconds = 1\n\
        category = \"image\"\noutput = \"image\"\n[[model.field]]\nname = \"prompt\"\n\
        type = \"text\"\nrequired = true\nmax = 9\n[model.price]\nper = \"order\"\n\
        rows = [{ credits = \"1\" }]\n";
    let model = "[[model]]\nid = \"f\"\ndoes = \"d\"\nfor_whom = \"w\"\nexample = \"e\"\n\
        [model.field.prompt]\nlabel = \"l\"\nhint = \"h\"\n";
    // With these words a model without texts waits, without them it is refused.
    let waits =
        "[not_sold]\nlabel = \"-\"\nhint = \"-\"\n[not_sold.options]\nno_texts = \"soon\"\n";
    let loaded = |shared: &str, texts: &str| {
        Catalog::from_files(("shared.toml", shared), &[("f.toml", facts)], &[("f.toml", texts)])
    };
    assert!(loaded("", model).unwrap().models()[0].is_on_sale());
    assert!(!loaded(waits, "").unwrap().models()[0].is_on_sale());
    for (from, to, problem) in [
        ("id = \"f\"", "id = \"g\"", "does not have"),
        ("field.prompt", "field.promt", "promt"),
        ("hint", "labels = { a = \"b\" }\nhint", "options"),
        ("does = \"d\"\n", "", "no text for `does`"),
        ("hint = \"h\"\n", "", "no text for `prompt: hint`"),
    ] {
        let shared = if to.is_empty() { "" } else { waits };
        let error = loaded(shared, &model.replacen(from, to, 1)).expect_err(to);
        assert!(error.problem.contains(problem), "{to}: {error}");
    }
}
