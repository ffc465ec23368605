//! Measures what the program promises, each figure beside a reference of the same run: orders
//! through hold, job and commit beside `pgbench`; the queue; updates; the whole process.
//!
//! Ends with code 1 when a target is missed, with 2 when something could not be measured at all.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]
#![allow(clippy::print_stderr, reason = "progress goes beside the table")]

mod catalogue;
mod figures;
mod jobs;
mod machine;
mod orders;
mod peak;
mod pgbench;
mod program;
mod report;
mod scale;
mod server;
mod stub;
mod talk;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::report::Report;
use crate::server::Server;

/// What can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Orders through hold, job and commit, beside pgbench.
    Orders,
    /// The queue.
    Queue,
    /// Updates through the conversation.
    Updates,
    /// The built program as a process.
    Process,
    /// The catalogue.
    Catalogue,
}

/// Measures kiebot beside references on this machine.
#[derive(Debug, Parser)]
#[command(about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    special: Option<Special>,
    /// A short look: a few seconds in place of minutes, and less certain figures.
    #[arg(long)]
    quick: bool,
    /// One JSON document in place of the table.
    #[arg(long)]
    json: bool,
    /// Only these parts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// Where the private PostgreSQL works; it must be on the kind of disk that is meant.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// What takes long, and is measured when it is asked for only.
#[derive(Debug, Subcommand)]
enum Special {
    /// The program over a big database.
    Scale(scale::Size),
    /// An evening: orders and presses at a steady rate, by real processes between the emulators.
    Peak(peak::Evening),
}

impl Arguments {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn as_json(&self) -> bool {
        match &self.special {
            Some(Special::Scale(size)) => size.json,
            Some(Special::Peak(evening)) => evening.json,
            None => self.json,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return ExitCode::from(2);
    }
    // Lines of the log are formatted as in production, and thrown away.
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("info,hyper=warn,reqwest=warn"))
        .with_writer(std::io::sink)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error.into()),
    };
    let measured = runtime.block_on(async {
        tokio::select! {
            measured = asked_for(&arguments) => measured,
            _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
        }
    });
    match measured {
        Ok(report) => {
            let text = if arguments.as_json() { report.json() } else { report.table() };
            println!("{text}");
            ExitCode::from(u8::from(!report.is_met()))
        }
        Err(error) => complain(&error),
    }
}

fn complain(error: &anyhow::Error) -> ExitCode {
    eprintln!("bench: {error:#}");
    ExitCode::from(2)
}

async fn asked_for(arguments: &Arguments) -> anyhow::Result<Report> {
    match &arguments.special {
        Some(Special::Scale(size)) => scale::measure(size).await,
        Some(Special::Peak(evening)) => peak::measure(evening).await,
        None => measure(arguments).await,
    }
}

async fn measure(arguments: &Arguments) -> anyhow::Result<Report> {
    let server = Server::start(arguments.folder.as_deref()).await?;
    let mut report = Report::new(machine::facts(&server).await?, arguments.quick);
    let quick = arguments.quick;
    // The quiet parts first: the long one heats the machine and fills the disk's queue.
    if arguments.wants(Part::Catalogue) {
        report.extend(catalogue::measure()?);
    }
    if arguments.wants(Part::Process) {
        eprintln!("bench: the built program as a process");
        report.extend(program::measure(&server, quick).await?);
    }
    if arguments.wants(Part::Updates) {
        eprintln!("bench: updates");
        report.extend(talk::measure(&server, quick).await?);
    }
    if arguments.wants(Part::Queue) {
        eprintln!("bench: the queue");
        report.extend(jobs::measure(&server, quick).await?);
    }
    if arguments.wants(Part::Orders) {
        report.extend(orders::measure(&server, quick).await?);
    }
    server.stop().await?;
    Ok(report)
}
