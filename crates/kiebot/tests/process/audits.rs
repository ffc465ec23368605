//! The commands that look at the catalogue and its prices, and the one that orders for real.

use std::path::Path;
use std::process::Stdio;

use sandbox::kie::{DEFAULT_KEY, Mode};
use serde_json::Value;

use crate::outside::{Outside, command, with};

/// Runs a command in a folder of its own; its code and the document that it printed.
async fn runs(
    folder: &Path,
    settings: &[(&'static str, String)],
    arguments: &[&str],
) -> (Option<i32>, Value) {
    let mut command = command(arguments[0], settings);
    command.args(&arguments[1..]).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let heard = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains(DEFAULT_KEY) && !heard.contains(DEFAULT_KEY), "{said}{heard}");
    let document = serde_json::from_str(&said);
    (output.status.code(), document.unwrap_or_else(|_| panic!("{said}\n{heard}")))
}

fn artifact(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join("artifacts").join(name)).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn smoke_orders_the_cheapest_first_and_stays_within_the_budget() {
    let outside = Outside::new().await;
    outside.kie.set_mode(Mode::Auto { delay_ms: 100 });
    let folder = tempfile::tempdir().unwrap();
    let before: f64 = outside.kie.credits().parse().unwrap();
    let wanted = ["smoke", "--runs", "6", "--budget", "3", "--json"];
    let (code, document) = runs(folder.path(), &outside.settings(), &wanted).await;
    assert_eq!(code, Some(0), "{document:#}");
    let rows = document["results"]["runs"].as_array().unwrap();
    let listed: Vec<f64> = rows.iter().map(|row| number(&row["listed_credits"])).collect();
    assert!(listed.len() >= 3 && listed.is_sorted(), "{listed:?}");
    assert!(listed.iter().sum::<f64>() <= 3.0, "{listed:?}");
    assert!(rows.iter().all(|row| row["well"] == true && row["failure"].is_null()), "{rows:#?}");
    // Where the list is an upper bound, KIE.ai takes less.
    let taken = before - outside.kie.credits().parse::<f64>().unwrap();
    assert!(taken > 0.0 && taken <= listed.iter().sum::<f64>() + 1e-6, "{taken} of {listed:?}");
    let made: Vec<String> = outside.kie.tasks().into_iter().map(|task| task.model).collect();
    let told: Vec<&str> = rows.iter().map(|row| row["model"].as_str().unwrap()).collect();
    assert_eq!(made, told);

    let matrix = artifact(folder.path(), "model_smoke_matrix.csv");
    assert!(matrix.starts_with("model,state,well,listed_credits,"), "{matrix}");
    assert_eq!(matrix.lines().count(), rows.len() + 1);
    for (line, row) in matrix.lines().skip(1).zip(rows) {
        assert!(line.starts_with(&format!("{},done,true,", row["model"].as_str().unwrap())));
    }
    let results: Value =
        serde_json::from_str(&artifact(folder.path(), "model_smoke_results.json")).unwrap();
    assert_eq!(results, document["results"]);
    let flow: Value =
        serde_json::from_str(&artifact(folder.path(), "e2e_flow_check.json")).unwrap();
    let steps = flow["steps"].as_array().unwrap();
    assert!(steps.len() >= 7, "{flow:#}");
    assert!(steps.iter().all(|step| step["milliseconds"].is_u64()), "{flow:#}");
    assert!(artifact(folder.path(), "e2e_flow_check.md").contains("everything came"));
}

#[tokio::test]
async fn smoke_orders_no_more_than_it_is_asked_for_and_names_what_failed() {
    let outside = Outside::new().await;
    let folder = tempfile::tempdir().unwrap();
    // The cap of the settings is below the budget of the command.
    let settings = with(outside.settings(), "MAX_TEST_CREDITS_PER_RUN", "0.4");
    let wanted = ["smoke", "--runs", "3", "--budget", "50", "--json"];
    let (code, document) = runs(folder.path(), &settings, &wanted).await;
    assert_eq!(document["results"]["budget_credits"], "0.4");
    let spent = number(&document["results"]["spent_credits"]);
    assert!(spent <= 0.4, "{document:#}");
    let count = document["results"]["runs"].as_array().unwrap().len();
    assert_eq!(code, Some(i32::from(count == 0)), "{document:#}");

    outside.kie.delist("google/gemini-3-8-flash-lite-tts");
    let wanted = ["smoke", "--runs", "2", "--budget", "50", "--json"];
    let (code, document) = runs(folder.path(), &outside.settings(), &wanted).await;
    let rows = document["results"]["runs"].as_array().unwrap();
    assert_eq!((code, rows.len()), (Some(1), 2), "{document:#}");
    let failed = rows.iter().find(|row| row["well"] == false).unwrap();
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].is_string());
    assert!(artifact(folder.path(), "e2e_flow_check.md").contains("something did not come"));
}

#[tokio::test]
async fn the_audit_of_prices_leaves_its_artifacts_and_notices_a_spoilt_price() {
    let outside = Outside::new().await;
    let folder = tempfile::tempdir().unwrap();
    let wanted = ["pricing", "audit", "--json"];
    let (code, document) = runs(folder.path(), &outside.settings(), &wanted).await;
    assert_eq!(code, Some(0), "{:#}", document["problems"]);
    let models = document["models"].as_array().unwrap();
    assert!(models.len() >= 150, "{}", models.len());
    assert!(models.iter().all(|model| model["price_kopecks"].as_i64().unwrap() > 0));
    assert_eq!(document["free"].as_array().unwrap().len(), 5);
    assert!(document["not_sold"].as_array().unwrap().iter().all(|one| one["reason"].is_string()));
    let bands: u64 =
        document["bands"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(bands, u64::try_from(models.len()).unwrap());
    let table: Value =
        serde_json::from_str(&artifact(folder.path(), "pricing_table.json")).unwrap();
    assert_eq!(table, document);
    let free: Value = serde_json::from_str(&artifact(folder.path(), "free_models.json")).unwrap();
    assert_eq!(free, document["free"]);
    let readable = artifact(folder.path(), "pricing_table.md");
    assert!(
        readable.contains("| google/nano-banana | 4 | 3,80\u{a0}₽ | 1,90\u{a0}₽ |"),
        "{readable}"
    );

    let (code, document) =
        runs(folder.path(), &with(outside.settings(), "CREDIT_TO_RUB_RATE", "0.1"), &wanted).await;
    assert_eq!(code, Some(1));
    assert!(document["problems"][0].as_str().unwrap().contains("below the cost"));

    // An operator's slip, and one of a price list.
    let spoil = "insert into model_overrides (model, price_kop, set_at) values ($1, $2, 'epoch')";
    for (model, kopecks) in [("google/nano-banana", 100_i64), ("z-image", 90_000_000)] {
        sqlx::query(spoil).bind(model).bind(kopecks).execute(&outside.pool).await.unwrap();
    }
    let (code, document) = runs(folder.path(), &outside.settings(), &wanted).await;
    assert_eq!(code, Some(1));
    let problems = document["problems"].to_string();
    assert!(problems.contains("google/nano-banana: 1\u{a0}₽ is below the cost"), "{problems}");
    assert!(problems.contains("z-image: 900\u{a0}000\u{a0}₽ is out of every band"), "{problems}");
}

#[tokio::test]
async fn the_catalogue_is_audited_exported_and_what_waits_is_shown() {
    let outside = Outside::new().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = outside.settings();
    let (code, found) = runs(folder.path(), &settings, &["catalog", "audit", "--json"]).await;
    assert_eq!((code, &found["flaws"]), (Some(0), &serde_json::json!([])));
    let sold = found["sold"].as_u64().unwrap();
    let not_sold = found["not_sold"].as_array().unwrap();
    assert!(sold >= 150 && not_sold.iter().all(|one| one["reason"].is_string()));
    let (code, exported) = runs(folder.path(), &settings, &["catalog", "export"]).await;
    let models = exported["models"].as_array().unwrap();
    assert_eq!((code, models.len()), (Some(0), usize::try_from(sold).unwrap() + not_sold.len()));
    let (code, waits) = runs(folder.path(), &settings, &["catalog", "diff", "--json"]).await;
    assert_eq!((code, &waits["run"]), (Some(0), &Value::Null));
}
