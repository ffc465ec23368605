//! `make chaos`: the whole storm, with its figures. Ends with code 1 when something is wrong with
//! the program, with 2 when the run itself was not possible.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]
#![allow(clippy::print_stderr, reason = "what is done goes beside the figures")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use fleet::{Outcome, Plan};

/// Lets a storm pass over several processes of kiebot, and looks whether every order came to its
/// right end.
#[derive(Debug, Parser)]
#[command(about)]
struct Arguments {
    /// The program; unset, the one beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
    /// People who order.
    #[arg(long, default_value_t = 200)]
    people: u32,
    /// Orders, all together.
    #[arg(long, default_value_t = 2_000)]
    orders: u32,
    /// Milliseconds between faults of the services.
    #[arg(long, default_value_t = 250)]
    fault_every: u64,
    /// Seconds between kills.
    #[arg(long, default_value_t = 15)]
    kill_every: u64,
    /// Restarts of PostgreSQL.
    #[arg(long, default_value_t = 4)]
    restarts: u32,
    /// The seed of everything that is left to chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where logs and the database are left for looking into them; unset, they are removed.
    #[arg(long)]
    keep: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::from(u8::from(!outcome.wrong.is_empty()))
        }
        Err(error) => {
            eprintln!("chaos: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    let beside = std::env::current_exe()?.with_file_name("kiebot");
    let program = arguments.program.unwrap_or(beside);
    anyhow::ensure!(program.is_file(), "{} is missing: build kiebot first", program.display());
    let mut temporary = tempfile::Builder::new()
        .prefix("kiebot-chaos-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir()?;
    let folder = arguments.keep.unwrap_or_else(|| temporary.path().to_path_buf());
    std::fs::create_dir_all(&folder)?;
    let plan = Plan {
        people: arguments.people,
        orders: arguments.orders,
        fault_every: Duration::from_millis(arguments.fault_every),
        kill_every: Duration::from_secs(arguments.kill_every),
        restarts: arguments.restarts,
        seed: arguments.seed,
        ..Plan::full(program, folder)
    };
    eprintln!(
        "chaos: {} orders of {} people, {} processes, a kill every {} s, {} restarts of PostgreSQL",
        plan.orders,
        plan.people,
        plan.runs + plan.workers,
        plan.kill_every.as_secs(),
        plan.restarts
    );
    let outcome = fleet::chaos(plan).await?;
    // Whoever has to find out what went wrong needs the logs.
    temporary.disable_cleanup(!outcome.wrong.is_empty());
    if !outcome.wrong.is_empty() {
        eprintln!("chaos: the logs are in {}", temporary.path().display());
    }
    Ok(outcome)
}
