//! What is left of a smoke run: results, a matrix, and the way of a person.

use std::fmt::Write as _;

use money::Credits;
use serde_json::{Value, json};

use super::Outcome;
use super::journey::Step;
use crate::cli::say;
use crate::pricing::write as artifact;

/// Writes the artifacts and says how it went; whether all went well.
pub(super) fn write(
    steps: &[Step],
    outcomes: &[Outcome],
    budget: Credits,
    as_json: bool,
) -> anyhow::Result<bool> {
    let rows: Vec<Value> = outcomes.iter().map(row).collect();
    let listed = outcomes.iter().try_fold(Credits::ZERO, |sum, one| sum.plus(one.listed));
    let spent = listed.map_err(|_| anyhow::anyhow!("the credits cannot be added up"))?;
    let well = !outcomes.is_empty() && outcomes.iter().all(Outcome::is_well);
    let results = json!({
        "well": well, "budget_credits": budget.to_string(), "spent_credits": spent.to_string(),
        "runs": rows,
    });
    let way: Vec<_> = steps
        .iter()
        .map(|step| json!({ "step": step.what, "milliseconds": step.milliseconds }))
        .collect();
    let total: u128 = steps.iter().map(|step| step.milliseconds).sum();
    let flow = json!({ "well": well, "milliseconds": total, "steps": way });
    artifact("model_smoke_results.json", &serde_json::to_string_pretty(&results)?)?;
    artifact("model_smoke_matrix.csv", &matrix(&rows))?;
    artifact("e2e_flow_check.json", &serde_json::to_string_pretty(&flow)?)?;
    artifact("e2e_flow_check.md", &way_of(steps, total, well))?;
    if as_json {
        say(&serde_json::to_string_pretty(&json!({ "results": results, "flow": flow }))?);
        return Ok(well);
    }
    for row in &rows {
        say(&format!("{}: {} ({} ms)", row["model"], row["state"], row["milliseconds"]));
    }
    say(&format!("{} orders, {spent} of {budget} credits by the price list", rows.len()));
    Ok(well)
}

fn row(outcome: &Outcome) -> Value {
    let order = outcome.order.as_ref();
    json!({
        "model": outcome.model,
        "state": order.map_or("unfinished", |order| order.state.as_str()),
        "well": outcome.is_well(),
        "listed_credits": outcome.listed.to_string(),
        "taken_credits": order.and_then(|o| o.provider_credits).map(|credits| credits.to_string()),
        "price_kopecks": outcome.price.kopecks(),
        "failure": order.and_then(|order| order.failure).map(generation::FailureClass::as_str),
        "outputs": order.map_or(0, |order| order.outputs.len()),
        "mime": order.and_then(|order| order.outputs.first()).map(|output| output.mime.clone()),
        "milliseconds": outcome.milliseconds,
    })
}

const COLUMNS: [&str; 10] = [
    "model",
    "state",
    "well",
    "listed_credits",
    "taken_credits",
    "price_kopecks",
    "failure",
    "outputs",
    "mime",
    "milliseconds",
];

fn matrix(rows: &[Value]) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for row in rows {
        let cell = |name: &&str| match &row[*name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.push_str(&COLUMNS.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    text
}

fn way_of(steps: &[Step], total: u128, well: bool) -> String {
    let mut text = String::from("| step | ms |\n|---|---|\n");
    for step in steps {
        let what = step.what.replace('|', "/").replace('\n', " ");
        let _infallible = writeln!(text, "| {what} | {} |", step.milliseconds);
    }
    let end = if well { "everything came" } else { "something did not come" };
    let _infallible = writeln!(text, "\n{total} ms in all; {end}.");
    text
}
