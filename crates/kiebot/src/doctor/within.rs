//! What is ours: settings, catalogue, database.

use billing::World;
use cluster::Programs;
use database::Condition;
use secrecy::ExposeSecret as _;

use super::{Finding, shelf};
use crate::books;
use crate::config::Config;

/// The oldest PostgreSQL that is supported.
const POSTGRES_MIN: u32 = 14;

/// What the settings say between the lines.
pub(super) fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::fine("settings", "complete")];
    if config.rate < config.cost_rate {
        findings.push(Finding::problem(
            "prices",
            "every generation is sold below cost (ниже себестоимости): check PRICING_MARKUP and \
             CREDIT_TO_RUB_RATE",
        ));
    } else {
        let (price, cost) = (config.rate.rub_per_credit(), config.cost_rate.rub_per_credit());
        findings.push(Finding::fine(
            "prices",
            format!("a credit is sold for {price} ₽ and costs {cost} ₽"),
        ));
    }
    if config.admins.is_empty() {
        findings.push(Finding::warning(
            "operators",
            "ADMIN_ID is not set: nobody is told of trouble, and nobody can open the panel",
        ));
    }
    if config.support.is_none() {
        findings.push(Finding::warning(
            "support",
            "SUPPORT_TELEGRAM is not set: people who need help have nobody to write to",
        ));
    }
    if config.public_base_url.is_none() {
        findings.push(Finding::warning(
            "callbacks",
            "PUBLIC_BASE_URL is not set: KIE.ai cannot call back, results are found by asking, and \
             an answer that is lost cannot be found again",
        ));
    }
    if config.test_mode {
        findings.push(Finding::warning(
            "mode",
            "TEST_MODE=1: nothing is bought at KIE.ai and no money is taken",
        ));
    } else if !config.real_generation {
        findings.push(Finding::warning(
            "mode",
            "ALLOW_REAL_GENERATION=0: people can look around, orders are refused",
        ));
    }
    findings
}

/// The database as it is, and what it says of the catalogue; nothing is created and nothing migrated.
pub(super) async fn database(config: &Config) -> Vec<Finding> {
    let Some(url) = &config.database_url else { return without(private_database(config)) };
    let pool = match database::connect(url.expose_secret(), 2).await {
        Ok(pool) => pool,
        Err(error) => return without(Finding::problem("database", error.to_string())),
    };
    let condition = match database::condition(&pool).await {
        Ok(condition) => condition,
        Err(error) => {
            let text = format!("answers, but cannot be looked at ({error}): check its rights");
            return without(Finding::problem("database", text));
        }
    };
    let mut findings = conditions(&condition, config.database_max_mb);
    if condition.is_ours() && condition.pending == 0 {
        findings.push(books(&pool).await);
        findings.extend(shelf::stored(config, &pool).await);
    } else {
        findings.extend(shelf::builtin());
    }
    pool.close().await;
    findings
}

/// What is known when no database can be read.
fn without(database: Finding) -> Vec<Finding> {
    let mut findings = vec![database];
    findings.extend(shelf::builtin());
    findings
}

fn conditions(condition: &Condition, max_mb: Option<i64>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let version = condition.version;
    findings.push(if version < POSTGRES_MIN {
        let text = format!("PostgreSQL {version} is too old: use {POSTGRES_MIN} or newer");
        Finding::problem("database", text)
    } else {
        Finding::fine("database", format!("PostgreSQL {version} answers"))
    });
    findings.push(match (condition.newer, condition.pending) {
        (true, _) => Finding::warning(
            "migrations",
            "the database was migrated by a newer version of kiebot: this one is fine as a way back, \
             but only from the version right after it",
        ),
        (false, 0) => Finding::fine("migrations", "up to date"),
        (false, pending) => Finding::warning(
            "migrations",
            format!("{pending} to do: `kiebot migrate`, or they run at the start"),
        ),
    });
    let megabytes = condition.bytes / 1_000_000;
    findings.push(size(megabytes, max_mb));
    findings
}

fn size(megabytes: i64, max_mb: Option<i64>) -> Finding {
    let Some(max) = max_mb else { return Finding::fine("size", format!("{megabytes} MB")) };
    let room = "`kiebot cleanup --apply`, or a bigger plan (then set DATABASE_MAX_MB)";
    if megabytes >= max {
        let text = format!("{megabytes} MB of {max} MB, full: {room}, before it refuses to write");
        return Finding::problem("size", text);
    }
    if megabytes * 100 >= max * watch::DATABASE_PERCENT {
        return Finding::warning(
            "size",
            format!("{megabytes} MB of {max} MB, nearly full: {room}"),
        );
    }
    Finding::fine("size", format!("{megabytes} MB of {max} MB"))
}

async fn books(pool: &sqlx::PgPool) -> Finding {
    match books::audit(pool).await {
        Ok(violations) if violations.is_empty() => Finding::fine("books", "they balance"),
        Ok(violations) => Finding::problem(
            "books",
            format!("{} violations: see `kiebot ledger audit`", violations.len()),
        ),
        Err(error) => Finding::problem("books", format!("cannot be read: {error}")),
    }
}

fn private_database(config: &Config) -> Finding {
    let folder = config.data_dir.display();
    if Programs::find().is_none() {
        return Finding::problem(
            "database",
            "DATABASE_URL is not set and PostgreSQL's server programs were not found: install \
             postgresql, or set DATABASE_URL",
        );
    }
    let world = if config.test_mode { World::Test } else { World::Real };
    match world {
        World::Real => Finding::warning(
            "database",
            format!(
                "DATABASE_URL is not set: a private PostgreSQL under {folder}, for one process on a \
                 disk that is kept"
            ),
        ),
        World::Test => Finding::fine("database", format!("a private PostgreSQL under {folder}")),
    }
}
