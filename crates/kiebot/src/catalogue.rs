//! Commands about the catalogue.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use catalog::{Catalog, Model, Sale};
use clap::Subcommand;
use clock::Clock;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sqlx::PgPool;
use sync::{Change, Mode, RunState, Syncer, SyncerParts};

use crate::cli::{PROBLEMS, read_config, say};
use crate::compose;
use crate::config::{Config, Environment};
use crate::storage::Storage;

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Compare the catalogue with what KIE.ai publishes: some minutes, one call a second.
    Sync {
        /// Accept what is found; without it nothing changes.
        #[arg(long)]
        apply: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Show what the last comparison found and nobody has accepted.
    Diff {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Check every model on sale: inputs, price, texts, defaults, screens, and that it can be ordered.
    Audit {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Print the whole catalogue as one JSON document.
    Export,
}

pub(crate) async fn run(
    command: CatalogCommand,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    match command {
        CatalogCommand::Sync { apply, json } => {
            let mode = if apply { Mode::Apply } else { Mode::Dry };
            compare(environment, mode, json).await
        }
        CatalogCommand::Diff { json } => difference(environment, json).await,
        CatalogCommand::Audit { json } => audit(environment, json).await,
        CatalogCommand::Export => export(environment).await,
    }
}

async fn compare(environment: &Environment, mode: Mode, as_json: bool) -> anyhow::Result<ExitCode> {
    let config = read_config(environment)?;
    anyhow::ensure!(
        !config.test_mode,
        "the catalogue is compared with the real KIE.ai: unset TEST_MODE for this"
    );
    let clock = Clock::system();
    let storage = Storage::open(&config).await?;
    let syncer = Syncer::new(SyncerParts {
        pool: storage.pool.clone(),
        kie: compose::kie_client(&config, &clock)?,
        builtin: Arc::new(Catalog::builtin()?),
        clock,
        operators: Vec::new(),
    });
    let told = compare_over(&storage.pool, &syncer, mode, as_json).await;
    storage.close().await;
    told
}

async fn compare_over(
    pool: &PgPool,
    syncer: &Syncer,
    mode: Mode,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let id = syncer.run(mode, "command").await?;
    let mut connection = pool.acquire().await?;
    let run = sync::run(&mut connection, id).await?.context("the comparison is not stored")?;
    if run.state != RunState::Done {
        anyhow::bail!(
            "KIE.ai could not be compared with, and nothing has changed: {}",
            run.error.as_deref().unwrap_or("no reason is known")
        );
    }
    let changes = sync::changes_of(&mut connection, id).await?;
    let applied = run.applied_at.is_some();
    show(id, &changes, applied, as_json)?;
    let open = changes.iter().any(|change| !applied || !change.kind.changes_the_shelf());
    Ok(ExitCode::from(if open { PROBLEMS } else { 0 }))
}

async fn difference(environment: &Environment, as_json: bool) -> anyhow::Result<ExitCode> {
    let opened = Opened::of(environment).await?.context(
        "there is no database to look into: set DATABASE_URL, or the settings of `kiebot run`",
    )?;
    let mut connection = opened.pool().acquire().await?;
    let pending = sync::pending_changes(&mut connection).await?;
    drop(connection);
    opened.close().await;
    let Some((id, changes)) = pending else {
        if as_json {
            say("{\"run\": null, \"changes\": []}");
        } else {
            say("nothing was compared yet: kiebot catalog sync");
        }
        return Ok(ExitCode::SUCCESS);
    };
    show(id, &changes, false, as_json)?;
    Ok(ExitCode::from(if changes.is_empty() { 0 } else { PROBLEMS }))
}

fn show(run: i64, changes: &[Change], applied: bool, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let list: Vec<Value> = changes
            .iter()
            .map(|change| {
                Ok(json!({"model": change.model, "change": serde_json::to_value(&change.kind)?}))
            })
            .collect::<anyhow::Result<_>>()?;
        let document = json!({ "run": run, "applied": applied, "changes": list });
        say(&serde_json::to_string_pretty(&document)?);
        return Ok(());
    }
    for change in changes {
        let detail = serde_json::to_value(&change.kind)?;
        let detail = detail.as_object().map(|detail| {
            let parts = detail.iter().filter(|(name, value)| *name != "kind" && !value.is_null());
            parts.map(|(name, value)| format!(" {name}={value}")).collect::<String>()
        });
        say(&format!("{}: {}{}", change.kind.word(), change.model, detail.unwrap_or_default()));
    }
    let word = if applied { "in force" } else { "not accepted" };
    say(&format!("run {run}: {} changes, {word}", changes.len()));
    Ok(())
}

async fn audit(environment: &Environment, as_json: bool) -> anyhow::Result<ExitCode> {
    let catalog = Arc::new(effective(environment).await?);
    let mut flaws: Vec<(String, String, String)> = catalog
        .audit()
        .into_iter()
        .map(|flaw| (flaw.model, flaw.rule.to_owned(), flaw.detail))
        .collect();
    let desk = compose::example(environment, Arc::clone(&catalog))?;
    flaws.extend(chat::check_screens(&desk).into_iter().map(|fault| {
        (fault.model, "screen".to_owned(), format!("{}: {}", fault.screen, fault.problem))
    }));
    let sold = catalog.models().iter().filter(|model| model.is_on_sale()).count();
    let not_sold: Vec<(&Model, &Sale)> = catalog
        .models()
        .iter()
        .filter(|model| !model.is_on_sale())
        .map(|model| (model, model.sale()))
        .collect();
    let reason = |sale: &Sale| match sale {
        Sale::OnSale => (String::new(), String::new()),
        Sale::NotSold { why, reason, .. } => (format!("{why:?}"), reason.en.clone()),
    };
    if as_json {
        let flaws_json: Vec<_> = flaws
            .iter()
            .map(|(model, rule, detail)| json!({"model": model, "rule": rule, "detail": detail}))
            .collect();
        let others: Vec<_> = not_sold
            .iter()
            .map(|(model, sale)| {
                let (why, reason) = reason(sale);
                json!({"model": model.id, "why": why, "reason": reason})
            })
            .collect();
        let document = json!({ "sold": sold, "flaws": flaws_json, "not_sold": others });
        say(&serde_json::to_string_pretty(&document)?);
    } else {
        for (model, sale) in &not_sold {
            let (why, reason) = reason(sale);
            say(&format!("not sold: {}: {why}: {reason}", model.id));
        }
        for (model, rule, detail) in &flaws {
            say(&format!("{rule}: {model}: {detail}"));
        }
        say(&format!("{sold} on sale, {} not sold, {} flaws", not_sold.len(), flaws.len()));
    }
    Ok(ExitCode::from(if flaws.is_empty() { 0 } else { PROBLEMS }))
}

async fn export(environment: &Environment) -> anyhow::Result<ExitCode> {
    let catalog = effective(environment).await?;
    let models: Vec<Value> = catalog.models().iter().map(Model::export).collect();
    say(&serde_json::to_string_pretty(&json!({ "models": models }))?);
    Ok(ExitCode::SUCCESS)
}

/// The catalogue as it is sold; the built-in one where there is no database.
async fn effective(environment: &Environment) -> anyhow::Result<Catalog> {
    Ok(stored(environment).await?.0)
}

/// The catalogue as it is sold, and what operators decided; where there is no database, the built-in
/// one and nothing.
pub(crate) async fn stored(
    environment: &Environment,
) -> anyhow::Result<(Catalog, admin::Decisions)> {
    let builtin = Catalog::builtin()?;
    let Some(opened) = Opened::of(environment).await? else {
        return Ok((builtin, admin::Decisions::default()));
    };
    let mut connection = opened.pool().acquire().await?;
    let read = async {
        Ok::<_, sqlx::Error>((
            sync::overlays(&mut connection).await?,
            admin::decisions(&mut connection).await?,
        ))
    };
    let read = read.await;
    drop(connection);
    opened.close().await;
    let (overlays, decisions) = read.context("the database is not up to date: kiebot migrate")?;
    Ok((builtin.with(&overlays), decisions))
}

/// A database to look into, without tokens of Telegram or KIE.ai when it is somebody else's.
enum Opened {
    Given(PgPool),
    Own(Storage),
}

impl Opened {
    async fn of(environment: &Environment) -> anyhow::Result<Option<Self>> {
        if let Some(url) = Config::database_url(environment) {
            return Ok(Some(Self::Given(database::connect(url.expose_secret(), 2).await?)));
        }
        match Config::read(environment) {
            Ok(config) => Ok(Some(Self::Own(Storage::open(&config).await?))),
            Err(_) => Ok(None),
        }
    }

    fn pool(&self) -> &PgPool {
        match self {
            Self::Given(pool) => pool,
            Self::Own(storage) => &storage.pool,
        }
    }

    async fn close(self) {
        match self {
            Self::Given(pool) => pool.close().await,
            Self::Own(storage) => storage.close().await,
        }
    }
}
