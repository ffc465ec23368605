//! What is sold: the catalogue with what was accepted of KIE.ai's listing and what operators decided.

use std::sync::Arc;

use catalog::Catalog;
use chat::Desk;
use sqlx::PgPool;
use sync::RunState;

use super::Finding;
use crate::app::count_on_sale;
use crate::compose;
use crate::config::Config;
use crate::pricing;

/// The built-in catalogue alone: what is sold before there is a database.
pub(super) fn builtin() -> Vec<Finding> {
    let catalog = match Catalog::builtin() {
        Ok(catalog) => catalog,
        Err(error) => return vec![unreadable(&error.to_string())],
    };
    vec![on_shelf(count_on_sale(&catalog), catalog.models().len())]
}

/// The catalogue as people see it, and how the last comparison with KIE.ai went.
pub(super) async fn stored(config: &Config, pool: &PgPool) -> Vec<Finding> {
    let (desk, last) = match read(config, pool).await {
        Ok(read) => read,
        Err(error) => return vec![unreadable(&error.to_string())],
    };
    let models = desk.catalog.models();
    let on_sale = models.iter().filter(|model| desk.on_sale(&model.id).is_some()).count();
    let mut findings = vec![on_shelf(on_sale, models.len())];
    let wrong = pricing::problems(&desk);
    if wrong > 0 {
        let text = format!("{wrong} of them need a look: see `kiebot pricing audit`");
        findings.push(Finding::warning("price list", text));
    }
    findings.extend(last.map(|run| match run.state {
        RunState::Done => Finding::fine("listing", "the last comparison with KIE.ai went well"),
        RunState::Reading => Finding::fine("listing", "is compared with KIE.ai now"),
        RunState::Failed => Finding::warning(
            "listing",
            format!(
                "the last comparison with KIE.ai failed ({}): run `kiebot catalog sync`; what was \
                 known is still sold",
                run.error.as_deref().unwrap_or("no reason is known")
            ),
        ),
    }));
    findings
}

async fn read(config: &Config, pool: &PgPool) -> anyhow::Result<(Desk, Option<sync::Run>)> {
    let mut connection = pool.acquire().await?;
    let overlays = sync::overlays(&mut connection).await?;
    let decisions = admin::decisions(&mut connection).await?;
    let last = sync::last_runs(&mut connection, 0, 1).await?.into_iter().next();
    drop(connection);
    let catalog = Catalog::builtin()?.with(&overlays);
    let desk = compose::desk(config, Arc::new(catalog), String::new())?;
    Ok((decisions.desk(&desk, config.formula), last))
}

fn on_shelf(on_sale: usize, all: usize) -> Finding {
    if on_sale == 0 {
        let text = "no model is on sale: switch some on in the panel (/admin), or look at \
                    `kiebot catalog audit`";
        return Finding::problem("catalogue", text);
    }
    Finding::fine("catalogue", format!("{on_sale} of {all} models are on sale"))
}

fn unreadable(error: &str) -> Finding {
    let text = format!("cannot be read ({error}): take a whole build, and run `kiebot migrate`");
    Finding::problem("catalogue", text)
}
