//! The command line.

mod promo;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use clock::Clock;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tracing_subscriber::EnvFilter;

use crate::backups;
use crate::books;
use crate::catalogue::{self, CatalogCommand};
use crate::cleanup;
use crate::config::{Config, Environment, LogFormat};
use crate::demo;
use crate::demo::DemoSettings;
use crate::doctor::{self, Verdict};
use crate::office::{self, ReportCommand, UserCommand};
use crate::screens;
use crate::serve::{self, Role};
use crate::storage::Storage;
use crate::{pricing, smoke};

/// Found problems.
pub(crate) const PROBLEMS: u8 = 1;
/// Could not run.
const COULD_NOT_RUN: u8 = 2;

/// A Telegram bot that sells AI generations made by KIE.ai.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot: updates, messages, generations, the HTTP port.
    Run,
    /// Run jobs only, beside a process that runs the bot, over the same `DATABASE_URL`.
    Worker,
    /// Try everything in a browser: a private PostgreSQL, emulators of Telegram and KIE.ai, a web chat.
    Demo {
        /// Where the web chat listens.
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// Where the demo keeps its data; it is emptied at each start.
        #[arg(long, default_value = "data/demo")]
        folder: PathBuf,
    },
    /// Bring the database up to date and end.
    Migrate,
    /// Show the settings in effect, secrets hidden.
    Config {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Write every screen in both languages into one file, to be read in a browser.
    Screens {
        /// The file.
        #[arg(long, default_value = "artifacts/screens.html")]
        out: PathBuf,
    },
    /// Look at everything that the program needs, and say what to do; nothing is changed.
    Doctor {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Look after the catalogue.
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Look after people.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Reports.
    Report {
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Make a backup of the database now, or try the newest one out.
    Backup {
        /// Restore the newest backup into a scratch database and compare its sums.
        #[arg(long)]
        drill: bool,
        /// The file with the secret key, for a drill of an encrypted backup.
        #[arg(long)]
        identity: Option<PathBuf>,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Count what is of no use any more: old updates, conversations that rest, what was told, files of
    /// failed orders, orders of the test mode, jobs that were given up. Results and money stay.
    Cleanup {
        /// Remove it as well.
        #[arg(long)]
        apply: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Bring a backup back, into the empty database of `DATABASE_URL`.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The file with the secret key, for an encrypted backup.
        #[arg(long)]
        identity: Option<PathBuf>,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Look after the prices.
    Pricing {
        #[command(subcommand)]
        command: PricingCommand,
    },
    /// Order the cheapest models as a person would, and see how it goes.
    Smoke {
        /// How many orders at most.
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// How many credits of KIE.ai they may cost together; never more than `MAX_TEST_CREDITS_PER_RUN`.
        #[arg(long, default_value = "10")]
        budget: String,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Look after the books.
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Make, list and switch off promo codes.
    Promo {
        #[command(subcommand)]
        command: promo::PromoCommand,
    },
}

#[derive(Debug, Subcommand)]
enum PricingCommand {
    /// Recompute every price, look at the free models and at what has no price; writes
    /// `artifacts/pricing_table.json` and `.md`, and `artifacts/free_models.json`.
    Audit {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Recompute every wallet, hold and payment from the ledger and show where the books disagree.
    Audit {
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
}

/// Runs a command to its end.
pub async fn main(arguments: Arguments, environment: Environment) -> ExitCode {
    match execute(arguments.command, &environment).await {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// One clear line for each thing that is wrong, on standard error.
#[allow(clippy::print_stderr)]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("kiebot: {error:#}");
}

#[allow(clippy::print_stdout)]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

async fn execute(command: Command, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run => serve_as(Role::Run, environment).await,
        Command::Worker => serve_as(Role::Worker, environment).await,
        Command::Demo { listen, folder } => {
            start_log(environment, LogFormat::Text, "warn,kiebot=info");
            let stop = serve::stop_on_signals()?;
            demo::run(DemoSettings { listen, folder }, stop).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate => {
            migrate(environment).await?;
            say("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Screens { out } => {
            let count = screens::write(&out, &Clock::system())?;
            say(&format!("{count} screens in {}", out.display()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Config { json } => show_config(environment, json),
        Command::Doctor { json } => examine(environment, json).await,
        Command::Catalog { command } => catalogue::run(command, environment).await,
        Command::User { command } => office::user(environment, command).await,
        Command::Report { command } => office::report(environment, command).await,
        Command::Backup { drill, identity, json } => {
            back_up(environment, drill, identity, json).await
        }
        Command::Cleanup { apply, json } => cleanup::command(environment, apply, json).await,
        Command::Restore { file, identity, json } => {
            backups::restore(Config::database_url(environment), &file, identity).await?;
            if json {
                say(&json!({ "file": file.display().to_string(), "restored": true }).to_string());
            } else {
                say("the backup is restored; `kiebot ledger audit` checks its books");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Pricing { command: PricingCommand::Audit { json } } => {
            start_log(environment, LogFormat::Text, "warn");
            Ok(ended_well(pricing::audit(environment, json).await?))
        }
        Command::Smoke { runs, budget, json } => {
            start_log(environment, LogFormat::Text, "warn");
            let budget = money::Credits::parse(&budget)
                .map_err(|_| anyhow::anyhow!("--budget is a number of credits such as 10"))?;
            let wanted = smoke::Wanted { runs, budget, json };
            Ok(ended_well(smoke::run(environment, wanted).await?))
        }
        Command::Ledger { command: LedgerCommand::Audit { json } } => {
            audit(environment, json).await
        }
        Command::Promo { command } => with_database(environment, command).await,
    }
}

fn ended_well(well: bool) -> ExitCode {
    ExitCode::from(if well { 0 } else { PROBLEMS })
}

pub(crate) fn read_config(environment: &Environment) -> anyhow::Result<Config> {
    let config = Config::read(environment)?;
    for name in Config::unknown_names(environment) {
        tracing::warn!(name, "an unknown setting: is its name spelled right?");
    }
    Ok(config)
}

async fn serve_as(role: Role, environment: &Environment) -> anyhow::Result<ExitCode> {
    let config = Config::read(environment)?;
    start_log(environment, config.log_format, "info");
    let mut config = read_config(environment).unwrap_or(config);
    warn_of_losses(&config);
    if role == Role::Worker {
        suit_worker(&mut config)?;
    }
    let stop = serve::stop_on_signals()?;
    let listener = serve::bind(&config).await?;
    serve::run(config, role, listener, stop).await?;
    Ok(ExitCode::SUCCESS)
}

/// A worker gets the environment of the process beside it, whose port is taken.
fn suit_worker(config: &mut Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        !config.test_mode,
        "a worker cannot take part in TEST_MODE=1, whose emulator of KIE.ai lives in one process: \
         start `kiebot run` alone"
    );
    if !config.port_given {
        tracing::info!("PORT is not set: the worker takes a free port");
        config.listen.set_port(0);
    }
    Ok(())
}

/// Needs no token of Telegram or KIE.ai when the database is somebody else's.
async fn migrate(environment: &Environment) -> anyhow::Result<()> {
    if let Some(url) = Config::database_url(environment) {
        let pool = database::connect(url.expose_secret(), 2).await?;
        database::migrate(&pool).await?;
        pool.close().await;
    } else {
        Storage::open(&read_config(environment)?).await?.close().await;
    }
    Ok(())
}

/// A price below cost is never silent.
fn warn_of_losses(config: &Config) {
    if config.rate < config.cost_rate {
        tracing::error!(
            price = %config.rate.rub_per_credit(),
            cost = %config.cost_rate.rub_per_credit(),
            "every generation is sold below cost (ниже себестоимости): check PRICING_MARKUP and \
             CREDIT_TO_RUB_RATE"
        );
    }
}

/// Libraries that print request addresses would print the bot's token with them, so they are kept
/// to warnings whatever is asked for.
fn start_log(environment: &Environment, format: LogFormat, default: &str) {
    let wanted = environment.get("RUST_LOG").map_or(default, String::as_str);
    let filter = format!("{wanted},hyper=warn,hyper_util=warn,h2=warn,reqwest=warn,rustls=warn");
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    if started.is_err() {
        tracing::debug!("a log is being written already");
    }
}

fn show_config(environment: &Environment, as_json: bool) -> anyhow::Result<ExitCode> {
    let effective = Config::effective(environment);
    if as_json {
        let settings: serde_json::Map<_, _> =
            effective.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        say(&serde_json::to_string_pretty(&settings)?);
    } else {
        for (name, value) in effective {
            say(&format!("{name} = {value}"));
        }
    }
    for name in Config::unknown_names(environment) {
        complain(&anyhow::anyhow!("{name} is not a setting: is its name spelled right?"));
    }
    match Config::read(environment) {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(mistakes) => {
            complain(&mistakes.into());
            Ok(ExitCode::from(PROBLEMS))
        }
    }
}

async fn back_up(
    environment: &Environment,
    drill: bool,
    identity: Option<PathBuf>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let (code, said) = backups::command(&read_config(environment)?, drill, identity).await?;
    if as_json {
        say(&serde_json::to_string_pretty(&said)?);
    } else {
        for (name, value) in said.as_object().into_iter().flatten() {
            say(&format!("{name}: {}", value.as_str().map_or(value.to_string(), str::to_owned)));
        }
    }
    Ok(code)
}

async fn examine(environment: &Environment, as_json: bool) -> anyhow::Result<ExitCode> {
    let findings = doctor::examine(environment).await;
    let problems = findings.iter().filter(|found| found.verdict == Verdict::Problem).count();
    if as_json {
        say(&serde_json::to_string_pretty(&json!({ "findings": findings }))?);
    } else {
        for found in &findings {
            say(&found.line());
        }
        say(&format!("{problems} problems"));
    }
    Ok(ExitCode::from(if problems == 0 { 0 } else { PROBLEMS }))
}

async fn with_database(
    environment: &Environment,
    command: promo::PromoCommand,
) -> anyhow::Result<ExitCode> {
    if let Some(url) = Config::database_url(environment) {
        let pool = database::connect(url.expose_secret(), 2).await?;
        return promo::run(&pool, command).await;
    }
    let storage = Storage::open(&read_config(environment)?).await?;
    let code = promo::run(&storage.pool, command).await;
    storage.close().await;
    code
}

async fn audit(environment: &Environment, as_json: bool) -> anyhow::Result<ExitCode> {
    let violations = if let Some(url) = Config::database_url(environment) {
        // Reading the books needs no token of Telegram or KIE.ai.
        let pool = database::connect(url.expose_secret(), 2).await?;
        books::audit(&pool).await?
    } else {
        let config = read_config(environment)?;
        let storage = Storage::open(&config).await?;
        let violations = books::audit(&storage.pool).await?;
        storage.close().await;
        violations
    };
    if as_json {
        let list: Vec<_> = violations
            .iter()
            .map(|found| {
                json!({"rule": found.rule, "subject": found.subject, "detail": found.detail})
            })
            .collect();
        say(&serde_json::to_string_pretty(&json!({ "violations": list }))?);
    } else {
        for found in violations.iter().take(20) {
            say(&format!("{}: {}: {}", found.rule, found.subject, found.detail));
        }
        say(&format!("{} violations", violations.len()));
    }
    Ok(ExitCode::from(if violations.is_empty() { 0 } else { PROBLEMS }))
}
