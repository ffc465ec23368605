//! What the operator does from the command line: people, and reports.

mod monthly;

use std::path::PathBuf;
use std::process::ExitCode;

use admin::{Clerk, Refusal};
use billing::World;
use clap::Subcommand;
use clock::Clock;
use money::Rub;
use secrecy::ExposeSecret as _;
use serde_json::json;
use sqlx::PgPool;

use crate::cli::{PROBLEMS, complain, read_config, say};
use crate::config::{Config, Environment};
use crate::office::monthly::Monthly;
use crate::storage::Storage;

/// What can be done about a person. Whom: a number, a Telegram id, an @name, the code of an order.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Show a person and their wallet.
    Show {
        /// Whom.
        whom: String,
        /// The wallet of the test mode.
        #[arg(long)]
        test: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Give money, or take it with a sum below zero; the person is told.
    Credit {
        /// Whom.
        whom: String,
        /// How many roubles, such as 150 or 99.50.
        #[arg(allow_negative_numbers = true)]
        roubles: String,
        /// What for; the person reads it.
        #[arg(long)]
        reason: String,
        /// The wallet of the test mode.
        #[arg(long)]
        test: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Keep a person out of the bot, or let them in again; the person is told.
    Ban {
        /// Whom.
        whom: String,
        /// Why; only operators see it.
        #[arg(long, required_unless_present = "lift")]
        reason: Option<String>,
        /// Let the person in again.
        #[arg(long, conflicts_with = "reason")]
        lift: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
}

/// What can be reported.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// What went wrong, by source and kind, beside the period before; code 1 when anything did.
    Errors {
        /// Over so many days.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=90))]
        days: u16,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// A month of Moscow in figures, with a table for a spreadsheet and a page for a browser; code 1
    /// when the books disagree.
    Monthly {
        /// Which, such as 2026-11; the present one, as far as it has gone, when it is not given.
        #[arg(long)]
        month: Option<String>,
        /// The folder of the two files.
        #[arg(long, default_value = "artifacts")]
        out: PathBuf,
        /// The language of the page: ru or en.
        #[arg(long, default_value = "ru", value_parser = ["ru", "en"])]
        language: String,
        /// The orders of the test mode.
        #[arg(long)]
        test: bool,
        /// One JSON document instead of lines.
        #[arg(long)]
        json: bool,
    },
}

/// A database that is open for one command.
pub(crate) struct Open {
    pub(crate) pool: PgPool,
    storage: Option<Storage>,
}

impl Open {
    /// Needs no token of Telegram or KIE.ai when the database is somebody else's.
    pub(crate) async fn by(environment: &Environment) -> anyhow::Result<Self> {
        if let Some(url) = Config::database_url(environment) {
            let pool = database::connect(url.expose_secret(), 2).await?;
            return Ok(Self { pool, storage: None });
        }
        let storage = Storage::open(&read_config(environment)?).await?;
        Ok(Self { pool: storage.pool.clone(), storage: Some(storage) })
    }

    pub(crate) async fn close(self) {
        match self.storage {
            Some(storage) => storage.close().await,
            None => self.pool.close().await,
        }
    }
}

pub(crate) async fn user(
    environment: &Environment,
    command: UserCommand,
) -> anyhow::Result<ExitCode> {
    let open = Open::by(environment).await?;
    let ended = act(&open.pool, command).await;
    open.close().await;
    ended
}

async fn act(pool: &PgPool, command: UserCommand) -> anyhow::Result<ExitCode> {
    let now = Clock::system().now();
    let world = |test: bool| if test { World::Test } else { World::Real };
    match command {
        UserCommand::Show { whom, test, json } => {
            let clerk = Clerk { now, world: world(test) };
            match admin::account(pool, clerk, &whom).await? {
                Ok(account) if json => say(&serde_json::to_string_pretty(&account)?),
                Ok(account) => show(&account),
                Err(refusal) => return Ok(refused(&refusal, json)),
            }
        }
        UserCommand::Credit { whom, roubles, reason, test, json } => {
            let amount = signed(&roubles)?;
            let clerk = Clerk { now, world: world(test) };
            match admin::credit(pool, clerk, &whom, amount, &reason).await? {
                Ok(balance) if json => {
                    say(&json!({ "balance_kop": balance.kopecks() }).to_string());
                }
                Ok(balance) => say(&format!("the balance is {balance} now")),
                Err(refusal) => return Ok(refused(&refusal, json)),
            }
        }
        UserCommand::Ban { whom, reason, lift, json } => {
            let clerk = Clerk { now, world: World::Real };
            let banned = admin::ban(pool, clerk, &whom, reason.as_deref()).await?;
            match banned {
                Ok(()) if json => say(&json!({ "banned": !lift }).to_string()),
                Ok(()) if lift => say("the person is let in again"),
                Ok(()) => say("the person is kept out"),
                Err(refusal) => return Ok(refused(&refusal, json)),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// «-99.50» as well.
fn signed(text: &str) -> anyhow::Result<Rub> {
    let sum = Rub::parse(text.strip_prefix('-').unwrap_or(text))
        .map_err(|error| anyhow::anyhow!("{text} is not a sum in roubles: {error}"))?;
    anyhow::ensure!(sum > Rub::ZERO, "the sum must not be zero");
    let kopecks = sum.kopecks();
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Ok(Rub::from_kopecks(kopecks * sign))
}

fn refused(refusal: &Refusal, json: bool) -> ExitCode {
    if json {
        say(&json!({ "refused": refusal.to_string() }).to_string());
    } else {
        complain(&anyhow::anyhow!("{refusal}"));
    }
    ExitCode::from(PROBLEMS)
}

fn show(account: &admin::Account) {
    let rub = Rub::from_kopecks;
    let telegram = account.telegram_id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let username = account.username.as_ref().map(|name| format!(" @{name}")).unwrap_or_default();
    say(&format!("{} · Telegram {telegram} · {}{username}", account.id, account.name));
    if account.banned {
        say("kept out");
    }
    say(&format!(
        "balance {} (real {}, bonus {}), held {}, debt {}",
        rub(account.balance_kop),
        rub(account.real_kop),
        rub(account.bonus_kop),
        rub(account.held_kop),
        rub(account.debt_kop)
    ));
    say(&format!(
        "orders {}, failed {}, spent {}",
        account.orders,
        account.failed,
        rub(account.spent_kop)
    ));
}

pub(crate) async fn report(
    environment: &Environment,
    command: ReportCommand,
) -> anyhow::Result<ExitCode> {
    match command {
        ReportCommand::Errors { days, json } => errors(environment, days, json).await,
        ReportCommand::Monthly { month, out, language, test, json } => {
            let world = if test { World::Test } else { World::Real };
            let wanted = Monthly { month, out, language, world, json };
            let open = Open::by(environment).await?;
            let ended = monthly::write(&open.pool, wanted).await;
            open.close().await;
            ended
        }
    }
}

async fn errors(environment: &Environment, days: u16, json: bool) -> anyhow::Result<ExitCode> {
    let open = Open::by(environment).await?;
    let groups = admin::errors(&open.pool, Clock::system().now(), days).await;
    open.close().await;
    let groups = groups?;
    if json {
        let document = json!({ "days": days, "groups": groups });
        say(&serde_json::to_string_pretty(&document)?);
    } else {
        for group in &groups {
            say(&format!(
                "{} {}: {} (before that {})",
                group.source, group.class, group.count, group.before
            ));
        }
        say(&format!("{} kinds of errors in {days} days", groups.len()));
    }
    let any = groups.iter().any(|group| group.count > 0);
    Ok(ExitCode::from(if any { PROBLEMS } else { 0 }))
}
