//! What PostgreSQL says about each statement that it has run, and which of them read more than
//! they need. The statements are the program's own: nothing is written down here a second time.

use std::collections::{BTreeSet, HashSet};
use std::fs;

use anyhow::Context as _;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, PgPool};

use crate::server::Server;

/// A table with more rows must never be read as a whole.
const BIG: i64 = 20_000;
/// How much of a table a statement may touch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Rows that it reads, with those that it throws away.
    pub(crate) rows: f64,
    /// Pages of 8 KiB.
    pub(crate) pages: f64,
}

impl Limits {
    /// For what people wait for.
    pub(crate) const PRESS: Self = Self { rows: 2_000.0, pages: 2_000.0 };
    /// For what operators look at, and housekeeping: sums of a day, the last orders of each model.
    pub(crate) const SELDOM: Self = Self { rows: 400_000.0, pages: 50_000.0 };
}

/// From the next connection on, every statement in a database is logged with its plan.
pub(crate) async fn log_all(server: &Server, database: &str) -> anyhow::Result<()> {
    let pool = server.connect("postgres").await?;
    for (setting, value) in [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_buffers", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_nested_statements", "on"),
        ("auto_explain.log_format", "json"),
    ] {
        let set = format!("alter database {database} set {setting} = '{value}'");
        pool.execute(AssertSqlSafe(set)).await?;
    }
    pool.close().await;
    Ok(())
}

/// The tables that must not be read as a whole.
pub(crate) async fn big_tables(pool: &PgPool) -> anyhow::Result<HashSet<String>> {
    let names: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and reltuples > $1::bigint",
    )
    .bind(BIG)
    .fetch_all(pool)
    .await?;
    Ok(names.into_iter().collect())
}

/// Everything that was logged up to now.
pub(crate) fn read(server: &Server) -> anyhow::Result<Vec<Value>> {
    let path = server.log();
    let log = fs::read(&path).with_context(|| format!("{}", path.display()))?;
    Ok(parse(&String::from_utf8_lossy(&log)))
}

fn parse(log: &str) -> Vec<Value> {
    let mut plans = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("plan:") {
            continue;
        }
        let mut text = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            text.push_str(more);
            text.push('\n');
        }
        plans.extend(serde_json::from_str(&text));
    }
    plans
}

/// A statement that nobody should write.
pub(crate) async fn read_a_whole_table(pool: &PgPool) -> anyhow::Result<()> {
    sqlx::query("select count(*) from generations where answers ->> 'prompt' = 'no such words'")
        .execute(pool)
        .await?;
    Ok(())
}

/// Statements that read more than they need, each with what is wrong.
pub(crate) fn wasteful(plans: &[Value], big: &HashSet<String>, limits: Limits) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for plan in plans {
        let mut faults = Vec::new();
        examine(&plan["Plan"], big, limits, &mut faults);
        let pages = number(&plan["Plan"], "Shared Hit Blocks")
            + number(&plan["Plan"], "Shared Read Blocks");
        if pages > limits.pages {
            faults.push(format!("{pages} pages"));
        }
        if let Some(fault) = faults.into_iter().next() {
            let query = plan["Query Text"].as_str().unwrap_or_default();
            let words: Vec<_> = query.split_whitespace().collect();
            let words: String = words.join(" ").chars().take(200).collect();
            found.insert(format!("{fault}: {words}"));
        }
    }
    found
}

fn number(node: &Value, name: &str) -> f64 {
    node[name].as_f64().unwrap_or_default()
}

fn examine(node: &Value, big: &HashSet<String>, limits: Limits, faults: &mut Vec<String>) {
    let loops = number(node, "Actual Loops").max(1.0);
    let rows = number(node, "Actual Rows") * loops;
    let thrown = (number(node, "Rows Removed by Filter")
        + number(node, "Rows Removed by Index Recheck"))
        * loops;
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if let Some(table) = node["Relation Name"].as_str().filter(|table| big.contains(*table)) {
        if kind == "Seq Scan" {
            faults.push(format!("reads all of {table}"));
        } else if rows + thrown > limits.rows {
            faults.push(format!("reads {:.0} rows of {table}", rows + thrown));
        }
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        examine(below, big, limits, faults);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn big() -> HashSet<String> {
        HashSet::from(["ledger".to_owned()])
    }

    #[test]
    fn plans_are_read_out_of_the_log() {
        let log = "2026-01-01 LOG:  duration: 0.1 ms  plan:\n\t{\n\t  \"Query Text\": \"select 1\",\n\
                   \t  \"Plan\": {\"Node Type\": \"Result\"}\n\t}\n2026-01-01 LOG:  other\n\tmore\n";
        let plans = parse(log);
        assert_eq!(plans.len(), 1);
        assert_eq!(plans[0]["Query Text"], "select 1");
    }

    #[test]
    fn a_whole_table_and_too_many_rows_or_pages_are_noticed() {
        let plan = |node: Value| json!({ "Query Text": "select\n 1", "Plan": { "Plans": [node] } });
        let scan = |kind: &str, table: &str, rows: u32| {
            plan(
                json!({ "Node Type": kind, "Relation Name": table, "Actual Rows": rows, "Actual Loops": 1 }),
            )
        };
        assert_eq!(wasteful(&[scan("Seq Scan", "ledger", 0)], &big(), Limits::PRESS).len(), 1);
        assert_eq!(wasteful(&[scan("Seq Scan", "leases", 3)], &big(), Limits::PRESS).len(), 0);
        assert_eq!(
            wasteful(&[scan("Index Scan", "ledger", 6_000)], &big(), Limits::PRESS).len(),
            1
        );
        assert_eq!(wasteful(&[scan("Index Scan", "ledger", 60)], &big(), Limits::PRESS).len(), 0);
        let pages = json!({ "Query Text": "", "Plan": { "Shared Read Blocks": 6_000 } });
        assert_eq!(wasteful(&[pages], &big(), Limits::PRESS).len(), 1);
    }
}
