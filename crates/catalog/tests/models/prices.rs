//! Prices.

use catalog::{
    Answer, Answers, Asked, Category, Field, FieldKind, Model, PriceUnknown, Sale, Tariff, Why,
};
use money::{Credits, Rate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::builtin;
use crate::facts::{facts, gone};
use crate::sample::{Extent, answer, answers, choice, minimal, text};

fn credits(text: &str) -> Credits {
    Credits::parse(text).unwrap()
}

fn rate() -> Rate {
    Rate::from_decimal("0.95".parse().unwrap()).unwrap()
}

/// Rows that cannot be compared by an order, each with the reason.
fn reason(id: &str, facts: &Value, row: &Value) -> Option<&'static str> {
    if row["not_in_schema"] == true {
        return Some("the schema of the model does not have this value");
    }
    match (id, facts["unit"].as_str()) {
        ("flux1-kontext", _) if row["when"]["tier"] == "pro" => {
            Some("which tier an order gets is not documented: the dearer one is a bound")
        }
        (_, Some("per 1M tokens")) => Some("nobody can count tokens before: compared below"),
        _ => None,
    }
}

/// One file of five seconds and a megapixel, or one entry.
fn one(field: &Field) -> Answer {
    match answer(field, Extent::Largest) {
        Answer::Files(files) => Answer::Files(vec![files[0].clone()]),
        Answer::Items(items) => Answer::Items(vec![items[0].clone()]),
        other => panic!("{other:?}"),
    }
}

/// The answers that make a row of KIE's price list apply.
fn chosen(model: &Model, when: &Value) -> Answers {
    let mut given = minimal(model);
    for (name, value) in when.as_object().unwrap() {
        match (name.as_str(), value.as_str()) {
            // What the source was made by stands in a field of our own.
            ("tier", Some(tier)) => {
                let source = match tier {
                    "lite" => "veo3_lite",
                    "fast" => "veo3_fast",
                    _ => "veo3",
                };
                given.insert("source_model".to_owned(), choice(source));
            }
            ("output_resolution", Some(size)) => {
                let side = if size == "2K" { 2048 } else { 4096 };
                let Some(Answer::Files(files)) = given.get_mut("image_url") else { panic!() };
                (files[0].width, files[0].height) = (Some(side), Some(100));
                given.insert("upscale_factor".to_owned(), choice("1"));
            }
            (_, Some("absent")) => drop(given.remove(name)),
            (_, Some("present")) => {
                given.insert(name.clone(), one(model.field(name).unwrap()));
            }
            _ => {
                let answer = match (&model.field(name).unwrap().kind, value) {
                    (FieldKind::Switch, Value::Bool(on)) => Answer::Switch(*on),
                    (FieldKind::Choice { .. }, Value::String(text)) => choice(text),
                    (FieldKind::Choice { .. }, Value::Number(number)) => {
                        choice(&number.to_string())
                    }
                    (FieldKind::Integer { .. }, Value::Number(number)) => {
                        Answer::Integer(number.as_i64().unwrap())
                    }
                    other => panic!("{other:?}"),
                };
                given.insert(name.clone(), answer);
            }
        }
    }
    given
}

/// How much of the unit is ordered; files last five seconds and have a megapixel.
fn quantity(model: &Model, facts: &Value, row: &Value, given: &mut Answers) -> Decimal {
    match facts["unit"].as_str().unwrap() {
        "per second" => {
            let (asked, ten) = (model.field("duration"), ["5", "10"]);
            let asked =
                asked.filter(|field| field.asked != Asked::Never && model.is_shown(field, given));
            let Some(duration) = asked else { return Decimal::from(5) };
            let (answer, seconds) = match &duration.kind {
                FieldKind::Choice { options, .. } if options.len() == ten.len() => {
                    (choice("10"), 10)
                }
                FieldKind::Choice { .. } => (choice("7"), 7),
                _ => (Answer::Integer(7), 7),
            };
            given.insert("duration".to_owned(), answer);
            // The seconds of reference videos count too.
            let more = row["when"]["reference_video_urls"] == "present";
            Decimal::from(if more { seconds + 5 } else { seconds })
        }
        "per 1000 chars" => {
            let long = text(&"ё".repeat(2345));
            match given.get_mut("dialogue") {
                Some(Answer::Items(lines)) => {
                    let lines = &mut lines[0];
                    lines.insert("text".to_owned(), long);
                }
                _ => drop(given.insert("text".to_owned(), long)),
            }
            "2.345".parse().unwrap()
        }
        "per megapixel" if model.id == "qwen/text-to-image" => "1.048576".parse().unwrap(),
        // The ground and at most 16 layers: the bound.
        _ if model.id.ends_with("-layer-decomposition") => Decimal::from(17),
        _ => Decimal::ONE,
    }
}

#[test]
fn every_row_of_the_price_list_is_reproduced() {
    let catalog = builtin();
    let (mut rows, mut reasons) = (0, 0);
    for (id, facts) in facts() {
        let model = catalog.model(id).unwrap();
        for row in facts["rows"].as_array().unwrap() {
            if reason(id, facts, row).is_some() {
                reasons += 1;
                continue;
            }
            let mut given = chosen(model, &row["when"]);
            let quantity = quantity(model, facts, row, &mut given);
            let mut expected = credits(row["credits"].as_str().unwrap()).times(quantity).unwrap();
            // One picture is given; where the first is free, nothing is added for it.
            for addon in facts["addons"].as_array().unwrap() {
                let counted = given.values().any(|answer| !answer.files().is_empty());
                if addon["unit"] == "per input image" && counted {
                    expected = expected.plus(credits(addon["credits"].as_str().unwrap())).unwrap();
                }
            }
            assert_eq!(model.list_credits(&given), Ok(expected), "{id} {row}");
            rows += 1;
        }
    }
    assert_eq!((rows, reasons), (449, 11));
    // What is gone has no schema in the catalogue and is not sold: its rows are only counted.
    let old: u64 = gone().values().map(|facts| facts["rows"].as_u64().unwrap()).sum();
    assert_eq!(old, 77);
}

#[test]
fn a_price_by_tokens_is_a_bound_by_characters() {
    let catalog = builtin();
    let mut compared = 0;
    for (id, facts) in facts() {
        if facts["unit"] != "per 1M tokens" {
            continue;
        }
        let model = catalog.model(id).unwrap();
        assert!(model.price_is_upper_bound(), "{id}");
        let mut given = minimal(model);
        let Some(Answer::Items(lines)) = given.get_mut("dialogue_turns") else { panic!("{id}") };
        lines[0].insert("text".to_owned(), text(&"ж".repeat(1000)));
        let of = |place: usize, tokens: &str| {
            let row = &facts["rows"][place];
            let million = credits(row["credits"].as_str().unwrap());
            million.times(tokens.parse::<Decimal>().unwrap()).unwrap()
        };
        // Two tokens for a character read and a thousand at first, four for one spoken.
        let expected = of(0, "0.003").plus(of(1, "0.004")).unwrap();
        assert_eq!(model.list_credits(&given), Ok(expected), "{id}");
        compared += 1;
    }
    assert_eq!(compared, 4);
}

#[test]
fn every_model_on_sale_has_a_price_for_its_least_input() {
    for model in builtin().models().iter().filter(|model| model.is_on_sale()) {
        let from = model.from_credits().unwrap();
        assert!(from <= model.credits(&minimal(model)).unwrap(), "{}", model.id);
        let facts = &facts()[&model.id];
        let rows = facts["rows"].as_array().unwrap();
        let same = rows.iter().all(|row| row["credits"] == rows[0]["credits"]);
        if model.has_one_price() {
            assert!(same && model.tariff().unwrap().0 == Tariff::Order, "{}", model.id);
        }
    }
}

#[test]
fn layers_are_counted_when_they_are_there() {
    let catalog = builtin();
    let pro = catalog.model("seedream/5-pro-layer-decomposition").unwrap();
    let mut given = minimal(pro);
    assert_eq!(pro.credits_of_results(&given, 4), Some(credits("56")));
    given.insert("size".to_owned(), choice("1K"));
    assert_eq!(pro.credits_of_results(&given, 3), Some(credits("21")));
    let plain = catalog.model("z-image").unwrap();
    assert_eq!(plain.credits_of_results(&minimal(plain), 3), None);
}

#[test]
fn the_cheapest_input_is_found() {
    let catalog = builtin();
    for (id, cheapest) in [
        ("z-image", "0.8"),
        ("nano-banana-pro", "18"),
        ("kling-2.6/image-to-video", "55"),
        ("bytedance/seedance-1.5-pro", "7"),
        ("elevenlabs/text-to-speech-turbo-2-5", "0.006"),
    ] {
        assert_eq!(catalog.model(id).unwrap().from_credits(), Some(credits(cheapest)), "{id}");
    }
}

#[test]
fn the_unit_of_a_price_is_told() {
    let catalog = builtin();
    for (id, tariff, unit) in [
        ("ai-music-api/generate", Tariff::Order, "12"),
        ("bytedance/seedance-1.5-pro", Tariff::Second, "1.75"),
        ("elevenlabs/text-to-speech-turbo-2-5", Tariff::ThousandCharacters, "6"),
    ] {
        assert_eq!(catalog.model(id).unwrap().tariff(), Some((tariff, credits(unit))), "{id}");
    }
}

#[test]
fn characters_are_charged_exactly_and_not_by_the_thousand() {
    let catalog = builtin();
    let model = catalog.model("elevenlabs/text-to-speech-turbo-2-5").unwrap();
    let price = |length| model.credits(&answers([("text", text(&"а".repeat(length)))]));
    assert_eq!(price(1), Ok(credits("0.006")));
    assert_eq!(price(500), Ok(credits("3")));
    assert_eq!(price(1001), Ok(credits("6.006")));
    assert_eq!(
        model.credits(&Answers::new()),
        Err(PriceUnknown::NeedsField { field: "text".to_owned() })
    );
}

#[test]
fn answers_that_no_row_covers_have_no_price() {
    let catalog = builtin();
    let model = catalog.model("nano-banana-pro").unwrap();
    let given = answers([("prompt", text("Кот")), ("resolution", choice("8K"))]);
    assert_eq!(model.credits(&given), Err(PriceUnknown::NoRow));
}

#[test]
fn every_choice_of_every_model_has_a_price() {
    let meant = |model: &&Model| {
        matches!(model.sale(), Sale::OnSale | Sale::NotSold { why: Why::NoTexts, .. })
    };
    for model in builtin().models().iter().filter(meant) {
        for field in model.options() {
            let values: Vec<Answer> = match &field.kind {
                FieldKind::Choice { options, .. } => {
                    options.iter().map(|option| choice(&option.value)).collect()
                }
                FieldKind::Switch => vec![Answer::Switch(true), Answer::Switch(false)],
                _ => continue,
            };
            for value in values {
                let mut given = minimal(model);
                given.insert(field.name.clone(), value);
                if model.check(&given).is_ok() {
                    assert!(model.list_credits(&given).is_ok(), "{} {}", model.id, field.name);
                }
            }
        }
    }
}

#[test]
fn shelves_show_the_cheapest_first_and_hold_every_model_once() {
    let catalog = builtin();
    let ids = |category| -> Vec<String> {
        let shelf = catalog.in_category(category, &rate());
        shelf.iter().map(|model| model.id.clone()).collect()
    };
    let image = ids(Category::Image);
    let place = |id: &str| image.iter().position(|one| one == id).unwrap();
    assert_eq!(place("z-image"), 0);
    assert!(place("google/nano-banana") < place("nano-banana-pro"));
    assert!(ids(Category::Enhance).contains(&"recraft/remove-background".to_owned()));
    let all: usize = Category::ALL.into_iter().map(|category| ids(category).len()).sum();
    let shown = catalog.models().iter().filter(|model| model.is_on_sale() && model.in_menu());
    assert_eq!(all, shown.count());
}
