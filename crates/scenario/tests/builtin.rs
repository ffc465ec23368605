//! Every built-in scenario against the built-in catalogue.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use catalog::{Answer, Answers, Catalog, FieldKind, Language};
use scenario::{InputKind, Scenario, Scenarios, sample, words_of};

fn all() -> (Scenarios, Catalog) {
    (Scenarios::builtin().unwrap(), Catalog::builtin().unwrap())
}

/// Every way to answer: each option once beside the least of the rest, and the longest own words.
fn ways(scenario: &Scenario) -> Vec<Answers> {
    let mut ways = vec![sample(scenario)];
    let mut longest = sample(scenario);
    for input in &scenario.inputs {
        match &input.kind {
            InputKind::File(_) => {}
            InputKind::Words { max } => {
                longest.insert(input.name.clone(), Answer::Text("я".repeat(*max as usize)));
            }
            InputKind::Choice { options, own } => {
                for option in options {
                    let mut way = sample(scenario);
                    way.insert(input.name.clone(), Answer::Choice(option.value.clone()));
                    ways.push(way);
                }
                if let Some(max) = own {
                    longest.insert(input.name.clone(), Answer::Text("я".repeat(*max as usize)));
                }
            }
        }
    }
    ways.push(longest);
    ways
}

#[test]
fn there_are_the_ideas_that_people_look_for() {
    let (scenarios, _) = all();
    let expected = [
        "revive-photo",
        "product-ad",
        "ugc-review",
        "own-prompt",
        "talking-avatar",
        "remove-background",
        "upscale",
        "voice-greeting",
        "gift-song",
    ];
    for id in expected {
        assert!(scenarios.get(id).is_some(), "{id}");
        assert_eq!(scenarios.linked(&id.replace('-', "_")).unwrap().id, id);
    }
    assert!(scenarios.iter().count() >= expected.len());
}

#[test]
fn every_scenario_can_be_made_now_and_its_price_is_known_for_every_answer() {
    let (scenarios, catalog) = all();
    for scenario in scenarios.iter() {
        assert!(scenario.choose(&catalog).is_some(), "{}: nobody makes it", scenario.id);
        for chosen in scenario.on_sale(&catalog) {
            for language in Language::ALL {
                for way in ways(scenario) {
                    let place = format!("{} by {}: {way:?}", scenario.id, chosen.model.id);
                    let answers = chosen.answers(&way, language).expect(&place);
                    assert_eq!(chosen.model.check(&answers), Ok(()), "{place}");
                    chosen.model.credits(&answers).expect(&place);
                    let prompt = chosen.prompt(&way, language).unwrap_or_default();
                    assert!(!prompt.contains(['{', '}']), "{place}: {prompt}");
                }
            }
        }
    }
}

#[test]
fn every_model_of_a_scenario_is_known() {
    let (scenarios, catalog) = all();
    for scenario in scenarios.iter() {
        for id in scenario.models() {
            assert!(catalog.model(id).is_some(), "{}: {id}", scenario.id);
        }
    }
}

#[test]
fn sora_stands_first_in_the_video_line() {
    let (scenarios, _) = all();
    for scenario in scenarios.iter().filter(|scenario| scenario.counts.contains(&5)) {
        assert_eq!(scenario.models().next(), Some("sora-2-image-to-video"), "{}", scenario.id);
    }
}

#[test]
fn what_is_rewritten_costs_the_same_whatever_it_says() {
    let (scenarios, catalog) = all();
    for scenario in scenarios.iter().filter(|scenario| scenario.brief.is_some()) {
        for chosen in scenario.on_sale(&catalog) {
            let credits = |words: usize| {
                let mut way = sample(scenario);
                let input = scenario
                    .inputs
                    .iter()
                    .find(|input| {
                        matches!(
                            input.kind,
                            InputKind::Words { .. } | InputKind::Choice { own: Some(_), .. }
                        )
                    })
                    .unwrap();
                way.insert(input.name.clone(), Answer::Text("a".repeat(words)));
                chosen.model.credits(&chosen.answers(&way, Language::Ru).unwrap()).unwrap()
            };
            assert_eq!(credits(1), credits(60), "{} by {}", scenario.id, chosen.model.id);
            let field = chosen.field("prompt").unwrap();
            assert!(matches!(field.kind, FieldKind::Text { .. }));
        }
    }
}

#[test]
fn a_later_answer_may_quote_an_earlier_one() {
    let (scenarios, catalog) = all();
    let greeting = scenarios.get("voice-greeting").unwrap();
    let chosen = greeting.choose(&catalog).unwrap();
    let mut given = sample(greeting);
    given.insert("name".to_owned(), Answer::Text("Марина".to_owned()));
    let prompt = chosen.prompt(&given, Language::Ru).unwrap();
    assert!(prompt.starts_with("Марина, с днём рождения!"), "{prompt}");
    let own = Answer::Text("Ура!".to_owned());
    assert_eq!(words_of(greeting.input("greeting").unwrap(), &own, Language::Ru), "Ура!");
}

#[test]
fn mistakes_in_a_file_are_named() {
    let good = r#"
        [[scenario]]
        id = "a"
        name = { ru = "а", en = "a" }
        does = { ru = "а", en = "a" }
        example = { ru = "а", en = "a" }
        prompt = { ru = "{x}", en = "{x}" }
        [[scenario.input]]
        name = "x"
        question = { ru = "а", en = "a" }
        words = 10
        [[scenario.model]]
        id = "m"
        fields = { prompt = "prompt" }
    "#;
    assert!(Scenarios::from_files(&[("good", good)]).is_ok());
    for (from, to, mistake) in [
        ("id = \"a\"", "id = \"A b\"", "its id"),
        ("en = \"{x}\"", "en = \"{y}\"", "differs"),
        ("\"{x}\", en = \"{x}\"", "\"{y}\", en = \"{y}\"", "no input of words"),
        ("prompt = \"prompt\"", "photo = \"p\"", "unknown input"),
        ("words = 10", "", "of no kind"),
        ("does = { ru = \"а\"", "does = { ru = \"\"", "empty"),
        ("id = \"a\"", "id = \"a\"\ncounts = [3, 1]", "counts"),
    ] {
        let bad = good.replacen(from, to, 1);
        let error = Scenarios::from_files(&[("bad", &bad)]).unwrap_err();
        assert!(error.to_string().contains(mistake), "{error}");
    }
    let twice = Scenarios::from_files(&[("one", good), ("two", good)]).unwrap_err();
    assert!(twice.to_string().contains("taken"), "{twice}");
}
