//! Prices.

use catalog::{Answer, Answers, Category, FieldKind, Model, PriceUnknown, Tariff};
use money::{Credits, Rate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::builtin;
use crate::facts::facts;
use crate::sample::{answers, choice, minimal, text};

fn credits(text: &str) -> Credits {
    Credits::parse(text).unwrap()
}

fn rate() -> Rate {
    Rate::from_decimal("0.95".parse().unwrap()).unwrap()
}

/// The answers that make a row of KIE's price list apply.
fn chosen(model: &Model, when: &Value) -> Answers {
    let mut given = minimal(model);
    for (name, value) in when.as_object().unwrap() {
        let answer = match (&model.field(name).unwrap().kind, value) {
            (FieldKind::Switch, Value::Bool(on)) => Answer::Switch(*on),
            (FieldKind::Choice { .. }, Value::String(text)) => choice(text),
            other => panic!("{other:?}"),
        };
        given.insert(name.clone(), answer);
    }
    given
}

#[test]
fn every_row_of_the_price_list_is_reproduced() {
    let mut rows = 0;
    for model in builtin().models() {
        let facts = &facts()[&model.id];
        for row in facts["rows"].as_array().unwrap() {
            let mut given = chosen(model, &row["when"]);
            let quantity = match facts["unit"].as_str().unwrap() {
                "per image" | "per video" | "per request" => Decimal::ONE,
                "per second" => {
                    given.insert("duration".to_owned(), Answer::Integer(7));
                    Decimal::from(7)
                }
                "per 1000 chars" => {
                    given.insert("text".to_owned(), text(&"ё".repeat(2345)));
                    "2.345".parse().unwrap()
                }
                unit => panic!("a new unit: {unit}"),
            };
            let expected = credits(row["credits"].as_str().unwrap()).times(quantity).unwrap();
            assert_eq!(model.credits(&given), Ok(expected), "{} {row}", model.id);
            rows += 1;
        }
    }
    assert_eq!(rows, 20);
}

#[test]
fn every_model_on_sale_has_a_price_for_its_least_input() {
    for model in builtin().models() {
        assert!(model.is_on_sale());
        let from = model.from_credits().unwrap();
        assert!(from > Credits::ZERO && from <= model.credits(&minimal(model)).unwrap());
        assert_eq!(
            model.has_one_price(),
            facts()[&model.id]["rows"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["when"].as_object().unwrap().is_empty())
                && model.tariff().unwrap().0 == Tariff::Order,
            "{}",
            model.id
        );
    }
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
    for model in builtin().models() {
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
                assert!(model.credits(&given).is_ok(), "{} {}", model.id, field.name);
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
    assert_eq!(
        ids(Category::Image),
        [
            "z-image",
            "google/nano-banana",
            "google/nano-banana-edit",
            "seedream/4.5-text-to-image",
            "nano-banana-pro"
        ]
    );
    assert_eq!(ids(Category::Enhance), ["recraft/remove-background"]);
    assert_eq!(ids(Category::Video), ["bytedance/seedance-1.5-pro", "kling-2.6/image-to-video"]);
    let all: usize = Category::ALL.into_iter().map(|category| ids(category).len()).sum();
    assert_eq!(all, catalog.models().len());
}
