//! `kiebot catalog sync`: what it prints, what it changes, and how it ends.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::outside::{Outside, command, with};

/// What a command came to.
struct Ran {
    code: Option<i32>,
    said: String,
    complained: String,
}

impl Ran {
    fn document(&self) -> Value {
        serde_json::from_str(&self.said)
            .unwrap_or_else(|_| panic!("{}\n{}", self.said, self.complained))
    }
}

async fn runs(settings: &[(&'static str, String)], arguments: &[&str]) -> Ran {
    let mut command = command(arguments[0], settings);
    command.args(&arguments[1..]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (said, complained) = (text(output.stdout), text(output.stderr));
    Ran { code: output.status.code(), said, complained }
}

/// A model as it is sold now, by `kiebot catalog export`.
async fn sold(settings: &[(&'static str, String)], id: &str) -> Option<Value> {
    let exported = runs(settings, &["catalog", "export"]).await.document();
    let models = exported["models"].as_array().unwrap().clone();
    models.into_iter().find(|model| model["id"] == id && model["sale"]["on_sale"] == true)
}

/// The changes of a run, each as the model and what became of it.
fn changes(document: &Value) -> Vec<(String, String)> {
    let list = document["changes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.iter().map(|one| (text(&one["model"]), text(&one["change"]["kind"]))).collect()
}

fn owl() -> Value {
    json!({
        "id": "night-owl/text-to-image", "title": "Night Owl", "provider": "Owl",
        "tasks": ["text-to-image"], "output": "image", "unit": "per image",
        "prices": [{"credits": "3"}],
        "input": [{"name": "prompt", "type": "string", "required": true, "max_length": 400}],
    })
}

#[tokio::test]
async fn the_catalogue_is_compared_shown_and_only_then_accepted() {
    let outside = Outside::new().await;
    outside.kie.set_listing_pace(0);
    // Half of the calls ask for a hint that is of no interest here.
    outside.kie.set_success_rates_down(true);
    let settings = with(outside.settings(), "KIE_CATALOG_PAUSE_MS", "10");
    outside.kie.offer(owl()).unwrap();
    outside.kie.delist("z-image");

    let dry = runs(&settings, &["catalog", "sync"]).await;
    assert_eq!(dry.code, Some(1), "{}", dry.complained);
    assert!(dry.said.contains("new: night-owl/text-to-image"), "{}", dry.said);
    assert!(dry.said.contains("gone: z-image"), "{}", dry.said);
    assert!(dry.said.lines().last().unwrap().ends_with("changes, not accepted"), "{}", dry.said);
    assert!(sold(&settings, "night-owl/text-to-image").await.is_none());
    assert!(sold(&settings, "z-image").await.is_some());
    let waits = runs(&settings, &["catalog", "diff", "--json"]).await;
    assert_eq!(waits.code, Some(1));
    let found = changes(&waits.document());
    assert!(found.contains(&("night-owl/text-to-image".to_owned(), "new".to_owned())), "{found:?}");

    let applied = runs(&settings, &["catalog", "sync", "--apply", "--json"]).await;
    let document = applied.document();
    assert_eq!(document["applied"], true);
    assert_eq!(changes(&document), found, "the same is found, and accepted this time");
    assert!(sold(&settings, "night-owl/text-to-image").await.is_some());
    assert!(sold(&settings, "z-image").await.is_none());

    let mut dearer = outside.kie.model_data("google/nano-banana").unwrap();
    dearer["prices"][0]["credits"] = json!("8");
    outside.kie.offer(dearer).unwrap();
    let applied = runs(&settings, &["catalog", "sync", "--apply"]).await;
    assert_eq!(applied.code, Some(0), "{}", applied.said);
    assert!(applied.said.lines().last().unwrap().ends_with("1 changes, in force"));
    assert_eq!(sold(&settings, "google/nano-banana").await.unwrap()["price"]["from"], "8");

    let same = runs(&settings, &["catalog", "sync", "--json"]).await;
    assert_eq!((same.code, changes(&same.document())), (Some(0), Vec::new()));
    assert!(outside.kie.violations().is_empty(), "{:?}", outside.kie.violations());
}

#[tokio::test]
async fn a_silent_kie_ends_the_comparison_with_words_and_changes_nothing() {
    let outside = Outside::new().await;
    let settings = with(outside.settings(), "KIE_CATALOG_PAUSE_MS", "10");
    let settings = with(settings, "KIE_API_URL", "http://127.0.0.1:9");
    for apply in [&["catalog", "sync", "--json"][..], &["catalog", "sync", "--apply"][..]] {
        let ran = runs(&settings, apply).await;
        assert_eq!(ran.code, Some(2), "{}\n{}", ran.said, ran.complained);
        assert!(ran.said.is_empty(), "{}", ran.said);
        let words = "KIE.ai could not be compared with, and nothing has changed";
        assert!(ran.complained.contains(words), "{}", ran.complained);
    }
    let accepted: i64 =
        sqlx::query_scalar("select count(*) from listings").fetch_one(&outside.pool).await.unwrap();
    assert_eq!(accepted, 0);
}

#[tokio::test]
async fn the_test_mode_has_nothing_to_compare_with() {
    let outside = Outside::new().await;
    let settings = with(outside.settings(), "TEST_MODE", "1");
    let ran = runs(&settings, &["catalog", "sync"]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.complained);
    assert!(ran.complained.contains("unset TEST_MODE"), "{}", ran.complained);
}
