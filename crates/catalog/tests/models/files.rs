//! The files themselves: complete, quick to load, and clear about mistakes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use catalog::{Catalog, CatalogError, Sale};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models")
}

fn read() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let present: BTreeSet<String> = read().into_iter().map(|(name, _)| name).collect();
    let listed: BTreeSet<String> = Catalog::file_names().map(str::to_owned).collect();
    assert_eq!(present, listed);
}

#[test]
fn the_whole_catalogue_loads_quickly() {
    let load = || {
        let start = Instant::now();
        let catalog = Catalog::builtin().unwrap();
        (start.elapsed(), catalog.models().len())
    };
    // The quickest of a few runs, because the machine may be busy with other tests.
    let (quickest, models) = (0..5).map(|_| load()).min().unwrap();
    println!("{models} models in {quickest:?}");
    assert_eq!(models, 232);
    let allowed = if cfg!(debug_assertions) { 1000 } else { 50 };
    assert!(quickest < Duration::from_millis(allowed), "{quickest:?}");
}

const PLAIN: &str = r#"family = "Plain"
[[model]]
id = "plain"
name = "Plain"
does = "does"
for_whom = "whom"
example = "example"
usual_seconds = 1
category = "image"
output = "image"
[[model.field]]
name = "ratio"
type = "choice"
options = ["1:1", "16:9"]
labels = { "1:1" = "square", "16:9" = "wide" }
label = "label"
hint = "hint"
default = "1:1"
[[model.field]]
name = "prompt"
type = "text"
required = true
max = 10
label = "label"
hint = "hint"
[model.price]
per = "order"
rows = [{ credits = "1" }]
"#;

fn loaded(text: &str) -> Result<Catalog, CatalogError> {
    Catalog::from_files(("shared.toml", ""), &[("plain.toml", text)], &[])
}

#[test]
fn a_plain_file_loads() {
    assert_eq!(loaded(PLAIN).unwrap().models().len(), 1);
}

#[test]
fn each_mistake_is_refused_with_its_place() {
    // What is replaced by what, in which field the mistake is, and a part of the message.
    let mistakes: &[(&str, &str, Option<&str>, &str)] = &[
        ("max = 10", "max = 10\nmx = 11", Some("prompt"), "unknown field `mx`"),
        ("max = 10\n", "", Some("prompt"), "`max` is missing"),
        ("max = 10", "max = 0", Some("prompt"), "leave nothing"),
        ("max = 10", "max = 10\nstep = 1", Some("prompt"), "`step` means nothing"),
        ("max = 10", "max = 1.5", Some("prompt"), "decimal as a string"),
        ("type = \"text\"", "type = \"txt\"", Some("prompt"), "unknown variant `txt`"),
        ("required = true", "required = false\nasked = \"first\"", Some("prompt"), "asked first"),
        ("required = true", "required = true\nasked = \"never\"", Some("prompt"), "required"),
        ("required = true", "shown_when = { rato = \"1:1\" }", Some("prompt"), "`rato`"),
        ("required = true", "shown_when = { ratio = \"9:9\" }", Some("prompt"), "cannot have"),
        ("required = true", "shown_when = { ratio = true }", Some("prompt"), "compares"),
        ("default = \"1:1\"", "default = \"2:2\"", Some("ratio"), "not a valid answer"),
        ("default = \"1:1\"", "default = 1", Some("ratio"), "another type"),
        ("options = [\"1:1\", ", "options = [\"1:1\", \"1:1\", ", Some("ratio"), "twice"),
        (", \"16:9\" = \"wide\"", "", Some("ratio"), "option 16:9"),
        ("\"16:9\" = \"wide\"", "\"16:9\" = \" \"", Some("ratio"), "`labels` is empty"),
        ("[\"1:1\", \"16:9\"]", "[\"1:1\"]", Some("ratio"), "no option"),
        ("default = \"1:1\"", "wire = \"integer\"", Some("ratio"), "wire type"),
        ("name = \"prompt\"", "name = \"ratio\"", Some("ratio"), "two fields"),
        ("default = \"1:1\"", "texts = \"none\"", Some("ratio"), "no shared texts"),
        ("does = \"does\"", "does = \"\"", None, "`does` is empty"),
        ("does = \"does\"", "does = { ru = \"да\" }", None, "{ ru ="),
        ("does = \"does\"\n", "", None, "no text for `does`"),
        ("usual_seconds = 1", "usual_seconds = 0", None, "start at 1"),
        ("id = \"plain\"", "id = \"plain model\"", None, "buttons"),
        ("category = \"image\"", "category = \"pictures\"", None, "unknown variant"),
        ("credits = \"1\"", "credits = \"-1\"", None, "credits `-1`"),
        ("credits = \"1\"", "credits = 1", None, "invalid type"),
        ("[{ credits = \"1\" }]", "[]", None, "no input has a price"),
        ("{ credits = \"1\" }", "{ credits = \"1\" }, { credits = \"2\" }", None, "two price rows"),
        ("per = \"order\"", "per = { second = \"prompt\" }", None, "cannot be counted"),
        ("per = \"order\"", "per = { second = \"nothing\" }", None, "no field"),
        ("[{ credits", "[{ when = { ratio = \"3:3\" }, credits", None, "cannot have"),
        (
            "[model.price]",
            "[[model.rule]]\nnot_together = [\"a\"]\n[model.price]",
            None,
            "names `a`",
        ),
        (
            "[model.price]",
            "[model.not_sold]\nreason = \"gone\"\nsibling = \"plain\"\n[model.price]",
            None,
            "sibling",
        ),
    ];
    for (from, to, field, message) in mistakes {
        assert!(PLAIN.contains(from), "{from}");
        let error = loaded(&PLAIN.replacen(from, to, 1)).expect_err(to);
        assert!(error.problem.contains(message), "{to}: {error}");
        assert_eq!(error.field.as_deref(), *field, "{to}: {error}");
        assert!(error.model.is_some(), "{to}: {error}");
    }
}

#[test]
fn the_message_names_file_model_and_field() {
    let error = loaded(&PLAIN.replacen("max = 10", "max = 0", 1)).unwrap_err().to_string();
    assert!(error.starts_with("plain.toml, model `plain`, field `prompt`: "), "{error}");
    let error = loaded(&PLAIN.replacen("max = 10", "max = [", 1)).unwrap_err().to_string();
    assert!(error.starts_with("plain.toml"), "{error}");
}

#[test]
fn two_models_of_one_id_are_refused() {
    let files = [("one.toml", PLAIN), ("two.toml", PLAIN)];
    let error = Catalog::from_files(("shared.toml", ""), &files, &[]).unwrap_err();
    assert_eq!((error.file.as_str(), error.model.as_deref()), ("two.toml", Some("plain")));
}

#[test]
fn a_model_that_is_not_sold_is_known_and_has_no_price() {
    let gone = "[model.not_sold]\nreason = { ru = \"снята\", en = \"gone\" }\n[model.price]";
    let catalog = loaded(&PLAIN.replacen("[model.price]", gone, 1)).unwrap();
    let model = catalog.model("plain").unwrap();
    assert!(matches!(model.sale(), Sale::NotSold { sibling: None, .. }));
    assert_eq!(model.from_credits(), None);
    assert_eq!(model.credits(&catalog::Answers::new()), Err(catalog::PriceUnknown::NotSold));
}
