//! kiebot: see the library of the same name.

use std::process::ExitCode;

use clap::Parser as _;
use kiebot::cli::{self, Arguments};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return ExitCode::from(2);
    }
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::main(arguments, environment)),
        Err(_) => ExitCode::from(2),
    }
}
