//! Inputs of every model on sale, made from the schema: validated, turned into payloads, and looked
//! at by the emulator, whose rules come from KIE.ai's documentation and not from our catalogue.

use std::collections::BTreeMap;
use std::path::Path;

use catalog::{Answer, Answers, Catalog, FieldKind, Model};
use sandbox::kie::examine;
use toml::{Table, Value};

/// The generator of inputs that the catalogue's own tests use.
#[allow(dead_code)]
#[path = "../../../catalog/tests/models/sample.rs"]
mod sample;

/// The least input, the usual one, and everything that can be answered.
fn inputs(model: &Model) -> Vec<Answers> {
    let mut inputs = sample::full(model);
    inputs.extend([sample::minimal(model), model.usual_input()]);
    inputs.retain(|input| model.check(input).is_ok());
    inputs
}

/// Models whose price the emulator cannot tell from the payload alone, by the reason.
fn price_is_elsewhere(model: &Model) -> bool {
    // By tokens, by the length or size of files, by pixels, by tiers that are no field of the
    // schema, by the number of results: the table of all price rows compares these.
    const ELSEWHERE: [&str; 0] = [];
    model.price_is_upper_bound() || ELSEWHERE.contains(&model.id.as_str())
}

/// What the emulator does not like about the inputs of a model, and where it charges another price.
fn complaints(model: &Model) -> Vec<String> {
    let inputs = inputs(model);
    let mut found = Vec::new();
    if inputs.is_empty() {
        found.push(format!("{}: no input is right", model.id));
    }
    for input in inputs {
        let payload = match model.payload(&input, &sample::uploads(&input)) {
            Ok(payload) => payload,
            Err(faults) => {
                found.push(format!("{}: no payload: {faults:?}", model.id));
                continue;
            }
        };
        match (examine(&model.id, &payload), model.credits(&input)) {
            (Err(why), _) => found.push(format!("{}: {why}", model.id)),
            (Ok(charged), Ok(ours)) if !price_is_elsewhere(model) => {
                let charged = money::Credits::parse(&charged).unwrap();
                if charged != ours {
                    found.push(format!("{}: {ours} credits, and {charged} charged", model.id));
                }
            }
            (Ok(_), _) => {}
        }
    }
    found
}

fn on_sale(catalog: &Catalog) -> impl Iterator<Item = &Model> {
    catalog.models().iter().filter(|model| model.is_on_sale())
}

#[test]
fn the_inputs_of_every_model_are_taken_by_the_emulator_at_the_price_of_the_list() {
    let catalog = Catalog::builtin().unwrap();
    let (mut models, mut tried, mut found) = (0, 0, Vec::new());
    for model in on_sale(&catalog) {
        models += 1;
        tried += inputs(model).len();
        found.extend(complaints(model));
    }
    assert!(models >= 150 && tried >= 3 * models, "{tried} inputs of {models} models");
    assert_eq!(found, [""; 0], "{} complaints", found.len());
}
