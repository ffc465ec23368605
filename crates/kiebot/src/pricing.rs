//! `kiebot pricing audit`: every price once more, the free models, and what has no price; as it is
//! sold, with what was accepted of KIE.ai's listing and what operators decided.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use catalog::{Model, Sale};
use chat::Desk;
use money::Rub;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::cli::say;
use crate::compose;
use crate::config::{Config, Environment};

/// Where commands leave what they have found.
pub(crate) const ARTIFACTS: &str = "artifacts";

/// The bands of prices, each up to so many roubles.
const BANDS: [(&str, i64); 4] =
    [("up to 3 ₽", 3), ("up to 10 ₽", 10), ("up to 100 ₽", 100), ("up to 300 ₽", 300)];

/// No usual input costs more than this: a slip of a point in a price list would.
const DEAREST: Rub = Rub::from_roubles(5_000);

/// What was found out about the prices.
pub(crate) struct Findings {
    rows: Vec<Value>,
    free: Vec<Value>,
    not_sold: Vec<Value>,
    bands: BTreeMap<String, usize>,
    problems: Vec<String>,
}

/// Looks, writes the artifacts and says what was found; whether all is well.
///
/// # Errors
/// The settings, the database or the folder of the artifacts cannot be used.
pub(crate) async fn audit(environment: &Environment, as_json: bool) -> anyhow::Result<bool> {
    let config = offline(environment)?;
    let (catalog, decisions) = crate::catalogue::stored(environment).await?;
    let desk = compose::desk(&config, Arc::new(catalog), String::new())?;
    let desk = decisions.desk(&desk, config.formula);
    let findings = examine(&desk);
    let document = document(&findings, &desk);
    let text = serde_json::to_string_pretty(&document)?;
    write("pricing_table.json", &text)?;
    write("pricing_table.md", &table(&findings))?;
    write("free_models.json", &serde_json::to_string_pretty(&findings.free)?)?;
    if as_json {
        say(&text);
    } else {
        let free: Vec<_> = findings.free.iter().filter_map(|model| model["id"].as_str()).collect();
        for (band, count) in &findings.bands {
            say(&format!("{band}: {count}"));
        }
        say(&format!("free: {}", free.join(", ")));
        say(&format!("known and not sold: {}", findings.not_sold.len()));
        for problem in &findings.problems {
            say(problem);
        }
        let (priced, problems) = (findings.rows.len(), findings.problems.len());
        say(&format!("{priced} models have a price, {problems} problems"));
    }
    Ok(findings.problems.is_empty())
}

/// The settings of a command that talks to nobody: what only a conversation needs may be missing.
pub(crate) fn offline(environment: &Environment) -> anyhow::Result<Config> {
    let mut environment = environment.clone();
    for (name, value) in [("TELEGRAM_BOT_TOKEN", "1:unused"), ("KIE_API_KEYS", "unused")] {
        let given = ["TELEGRAM_BOT_TOKEN", "KIE_API_KEY", "KIE_API_KEYS"]
            .iter()
            .filter(|one| one[..3] == name[..3])
            .any(|one| environment.get(*one).is_some_and(|value| !value.trim().is_empty()));
        if !given {
            environment.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(Config::read(&environment)?)
}

/// Writes one artifact.
pub(crate) fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let path = Path::new(ARTIFACTS).join(name);
    std::fs::create_dir_all(ARTIFACTS)
        .and_then(|()| std::fs::write(&path, text))
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// How much of the prices an audit would name.
pub(crate) fn problems(desk: &Desk) -> usize {
    examine(desk).problems.len()
}

fn examine(desk: &Desk) -> Findings {
    let mut found = Findings {
        rows: Vec::new(),
        free: Vec::new(),
        not_sold: Vec::new(),
        bands: BTreeMap::new(),
        problems: Vec::new(),
    };
    let free: Vec<&str> = desk.free_models().iter().map(|model| model.id.as_str()).collect();
    for model in desk.catalog.models() {
        match model.sale() {
            Sale::OnSale => {
                let row = row(desk, model, free.contains(&model.id.as_str()), &mut found);
                found.rows.extend(row);
            }
            Sale::NotSold { why, reason, sibling } => found.not_sold.push(json!({
                "id": model.id, "why": format!("{why:?}"), "reason": reason.ru, "sibling": sibling,
            })),
        }
    }
    found.rows.sort_by_key(|row| (row["price_kopecks"].as_i64(), row["id"].to_string()));
    look_at_free(desk, &mut found);
    found
}

/// A line of the table; the formula is computed here once more, in other steps.
fn row(desk: &Desk, model: &Model, free: bool, found: &mut Findings) -> Option<Value> {
    let priced = model.usual_credits().zip(model.from_credits());
    let Some((usual, from)) = priced else {
        found.problems.push(format!("{}: on sale without a price", model.id));
        return None;
    };
    let (price, least) = desk.price(model, usual).zip(desk.price(model, from))?;
    let cost = desk.cost_rate.price(usual).ok()?;
    let rule = desk.rules.models.get(&model.id);
    let own = rule.and_then(|rule| rule.price);
    let exact = usual.decimal() * desk.rate_of(model).rub_per_credit() * Decimal::ONE_HUNDRED;
    let kopecks = exact.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity);
    let formula = match own {
        Some(own) => Decimal::from(own.kopecks()),
        None if usual.decimal().is_zero() => kopecks.max(Decimal::from(50)),
        None => kopecks,
    };
    if Decimal::from(price.kopecks()) != formula {
        found.problems.push(format!("{}: {price} is not the formula's price", model.id));
    }
    if price < cost {
        found.problems.push(format!("{}: {price} is below the cost {cost}", model.id));
    }
    if price > DEAREST || price <= Rub::ZERO {
        found.problems.push(format!("{}: {price} is out of every band", model.id));
    }
    let band = BANDS.iter().find(|(_, roubles)| price <= Rub::from_roubles(*roubles));
    let band = band.map_or("above 300 ₽", |(name, _)| name);
    *found.bands.entry(band.to_owned()).or_default() += 1;
    Some(json!({
        "id": model.id, "name": model.name.ru, "family": model.family,
        "category": model.category, "in_menu": model.in_menu(),
        "credits": usual.to_string(), "price_kopecks": price.kopecks(),
        "price": price.to_string(), "cost": cost.to_string(), "from": least.to_string(),
        "charged": model.tariff().map(|(tariff, _)| format!("{tariff:?}")), "band": band,
        "free": free, "upper_bound": model.price_is_upper_bound(),
        "own_price": own.is_some(), "own_markup": rule.is_some_and(|rule| rule.rate.is_some()),
        "off": rule.is_some_and(|rule| rule.rest.is_some()),
        "unconfirmed": model.price_is_unconfirmed(),
    }))
}

fn look_at_free(desk: &Desk, found: &mut Findings) {
    let free = desk.free_models();
    for model in &free {
        let price = model.usual_credits().and_then(|credits| desk.price(model, credits));
        if price.is_none_or(|price| price > desk.free.max) {
            found.problems.push(format!("{}: free, but its usual input is not", model.id));
        }
        found.free.push(json!({
            "id": model.id, "name": model.name.ru, "price": price.map(|price| price.to_string()),
        }));
    }
    let named = desk.free.models.iter().flatten();
    for id in named.filter(|id| free.iter().all(|model| model.id != **id)) {
        found.problems.push(format!("{id}: named in FREE_TIER_MODEL_IDS, and not sold"));
    }
    let limits = &desk.free.limits;
    if desk.free.models.is_none() && free.len() < 5 && limits.per_day > 0 && limits.per_hour > 0 {
        found.problems.push(format!("only {} models are free", free.len()));
    }
}

fn document(found: &Findings, desk: &Desk) -> Value {
    json!({
        "rub_per_credit": desk.rate.rub_per_credit().to_string(),
        "cost_per_credit": desk.cost_rate.rub_per_credit().to_string(),
        "models": found.rows, "free": found.free, "bands": found.bands,
        "not_sold": found.not_sold, "problems": found.problems,
    })
}

fn table(found: &Findings) -> String {
    let mut text = String::from(
        "| model | usual input, credits | price | cost | from | charged by | notes |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or("–").to_owned();
    for row in &found.rows {
        let notes = ["free", "upper_bound", "unconfirmed", "own_price", "own_markup", "off"];
        let notes: Vec<_> = notes.into_iter().filter(|note| row[*note] == true).collect();
        let cells = ["id", "credits", "price", "cost", "from", "charged"];
        let cells: Vec<_> = cells.iter().map(|name| word(row, name)).collect();
        let _infallible = writeln!(text, "| {} | {} |", cells.join(" | "), notes.join(", "));
    }
    text.push_str("\n| known and not sold | why | reason |\n|---|---|---|\n");
    for row in &found.not_sold {
        let cells = ["id", "why", "reason"].map(|name| word(row, name));
        let _infallible = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
