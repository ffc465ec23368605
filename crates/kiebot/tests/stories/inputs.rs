//! Inputs of every model on sale, made from the schema: validated, turned into payloads, and looked
//! at by the emulator, whose rules come from KIE.ai's documentation and not from our catalogue.

use std::collections::BTreeMap;

use catalog::{Answers, Catalog, Model};
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

/// Models whose price the emulator does not work out, because the payload alone does not tell it, or
/// because it knows no surcharges: the table of all price rows compares these.
const PRICED_ELSEWHERE: [&str; 19] = [
    // The seconds of videos that are given count too.
    "bytedance/seedance-2-5",
    "bytedance/seedance-2-fast",
    "bytedance/seedance-2-mini",
    "bytedance/seedance-2",
    "wan/3-0-video",
    "wan/3-0-video-prime",
    // A surcharge for each file.
    "seedream/5-pro-image-to-image",
    "minimax-h3/image-to-video",
    "minimax-h3/reference-to-video",
    "qwen3/pro-image-to-image",
    "qwen3/image-to-image",
    // By what the earlier result was made with.
    "veo/extend",
    "grok-imagine/extend",
    "grok-imagine/upscale",
    // By pixels, or the length of a sound.
    "qwen/image-edit",
    "qwen/image-to-image",
    "qwen/text-to-image",
    "topaz/image-upscale",
    "wan/2-2-a14b-speech-to-video-turbo",
];

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
            (Ok(charged), Ok(ours)) if compared(model) => {
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

fn compared(model: &Model) -> bool {
    !model.price_is_upper_bound() && !PRICED_ELSEWHERE.contains(&model.id.as_str())
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

/// The files of the catalogue, as tables that can be spoilt.
fn files() -> BTreeMap<String, Table> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/models/");
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("{folder}{name}")).unwrap();
        (name.to_owned(), text.parse().unwrap())
    };
    Catalog::file_names().map(read).collect()
}

/// The catalogue of these files, with the texts of the built-in one.
fn catalog_of(files: &BTreeMap<String, Table>) -> Result<Catalog, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/texts/");
    let mut written: BTreeMap<&str, String> =
        files.iter().map(|(name, table)| (name.as_str(), table.to_string())).collect();
    let shared = written.remove("shared.toml").unwrap();
    let texts: BTreeMap<&str, String> = written
        .keys()
        .map(|name| (*name, std::fs::read_to_string(format!("{folder}{name}")).unwrap()))
        .collect();
    let pairs = |all: &BTreeMap<&str, String>| -> Vec<(String, String)> {
        all.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
    };
    let (families, texts) = (pairs(&written), pairs(&texts));
    let families: Vec<(&str, &str)> =
        families.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let texts: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalog::from_files(("shared.toml", &shared), &families, &texts).map_err(|why| why.to_string())
}

/// A way to spoil the facts of a model.
#[derive(Clone, Copy, Debug)]
enum Spoilt {
    /// A text that KIE.ai lists is sent as a number.
    Type,
    /// A value is offered that KIE.ai does not list.
    Enum,
    /// What KIE.ai requires may be left out.
    Required,
    /// Another price.
    Price,
}

/// Spoils a model in this way; `false` when there is nothing in it to be spoilt so.
fn spoil(model: &mut Table, how: Spoilt) -> bool {
    let fields = |model: &mut Table, suits: &dyn Fn(&Table) -> bool| -> Option<Table> {
        let fields = model.get_mut("field")?.as_array_mut()?;
        let place = fields.iter().position(|field| field.as_table().is_some_and(suits))?;
        fields[place].as_table().cloned()
    };
    let is = |field: &Table, kind: &str| field.get("type").and_then(Value::as_str) == Some(kind);
    let asked = |field: &Table| !field.contains_key("asked") && !field.contains_key("shown_when");
    let listed = |field: &Table| field.get("options").is_some_and(Value::is_array);
    let found = match how {
        Spoilt::Type => fields(model, &|field| {
            let options = field.get("options").and_then(Value::as_array);
            let numbers = options.is_some_and(|options| {
                options.iter().all(|one| one.as_str().is_some_and(|one| one.parse::<u32>().is_ok()))
            });
            is(field, "choice") && asked(field) && numbers && !field.contains_key("wire")
        })
        .map(|mut field| {
            field.insert("wire".to_owned(), "integer".into());
            field
        }),
        Spoilt::Enum => fields(model, &|field| {
            is(field, "choice") && asked(field) && listed(field) && !field.contains_key("wire")
        })
        .map(|mut field| {
            field["options"].as_array_mut().unwrap().push("no-such-value".into());
            field.insert("own_labels".to_owned(), true.into());
            field
        }),
        Spoilt::Required => fields(model, &|field| {
            is(field, "text") && asked(field) && field.get("required") == Some(&true.into())
        })
        .map(|mut field| {
            field.remove("required");
            field
        }),
        Spoilt::Price => {
            let rows = model.get_mut("price").and_then(|price| price.get_mut("rows"));
            let Some(rows) = rows.and_then(Value::as_array_mut) else { return false };
            for row in rows {
                row["credits"] = "123.4".into();
            }
            return true;
        }
    };
    let Some(spoilt) = found else { return false };
    let name = spoilt["name"].clone();
    let all = model["field"].as_array_mut().unwrap();
    let place = all.iter().position(|field| field["name"] == name).unwrap();
    all[place] = Value::Table(spoilt);
    true
}

/// The checks above would be worth nothing if they agreed with everything.
#[test]
fn a_catalogue_spoilt_in_twenty_models_is_noticed_in_each() {
    let builtin = Catalog::builtin().unwrap();
    let files = files();
    let ways = [Spoilt::Type, Spoilt::Enum, Spoilt::Required, Spoilt::Price];
    let mut noticed: BTreeMap<String, usize> = BTreeMap::new();
    let candidates: Vec<&Model> = on_sale(&builtin).filter(|model| compared(model)).collect();
    for how in ways {
        let mut models = 0;
        for model in &candidates {
            if models == 20 {
                break;
            }
            let mut spoilt = files.clone();
            let place = spoilt.values_mut().find_map(|file| {
                let models = file.get_mut("model")?.as_array_mut()?;
                models.iter_mut().find(|one| one["id"].as_str() == Some(&model.id))
            });
            if !spoil(place.unwrap().as_table_mut().unwrap(), how) {
                continue;
            }
            // What the loader itself refuses is noticed too.
            let found = match catalog_of(&spoilt) {
                Ok(catalog) => complaints(catalog.model(&model.id).unwrap()),
                Err(why) => vec![why],
            };
            assert!(!found.is_empty(), "{how:?} of {}", model.id);
            models += 1;
        }
        noticed.insert(format!("{how:?}"), models);
    }
    assert!(noticed.values().all(|count| *count >= 5), "{noticed:?}");
    assert!(
        noticed["Price"] == 20 && noticed["Enum"] == 20 && noticed["Required"] == 20,
        "{noticed:?}"
    );
}
