//! The reference for everything that the database does: the same statements, run by `pgbench`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use cluster::Programs;
use tokio::process::Command;

/// How long a run goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// This time.
    Time(Duration),
    /// So many rounds of the script on each connection.
    Rounds(u32),
}

/// The program of the server's own package, or of the distribution.
fn program() -> anyhow::Result<PathBuf> {
    let beside_server = Programs::find().map(|programs| programs.path("pgbench"));
    beside_server
        .into_iter()
        .chain([PathBuf::from("/usr/bin/pgbench")])
        .find(|path| path.is_file())
        .context("pgbench was not found: install it (Debian: apt-get install postgresql-contrib)")
}

/// A statement with the variables of a script in place of its numbered parameters.
pub(crate) fn with_variables(statement: &str, variables: &[&str]) -> String {
    let mut text = statement.trim().to_owned();
    // From the highest on, so that `$1` does not meet `$10`.
    for (index, variable) in variables.iter().enumerate().rev() {
        text = text.replace(&format!("${}", index + 1), variable);
    }
    text
}

/// Runs a script on so many connections with prepared statements; answers the rounds per second.
pub(crate) async fn run(
    url: &str,
    script: &str,
    connections: u32,
    length: Length,
) -> anyhow::Result<f64> {
    let file = tempfile::Builder::new().prefix("kiebot-bench-").suffix(".sql").tempfile()?;
    tokio::fs::write(file.path(), script).await?;
    let cores = std::thread::available_parallelism()?.get();
    let threads = u32::try_from(cores)?.min(connections);
    let mut command = Command::new(program()?);
    command.args(["--no-vacuum", "--protocol=prepared"]);
    command.arg(format!("--client={connections}")).arg(format!("--jobs={threads}"));
    match length {
        Length::Time(time) => command.arg(format!("--time={}", time.as_secs().max(1))),
        Length::Rounds(rounds) => command.arg(format!("--transactions={rounds}")),
    };
    let output = command
        .arg(format!("--file={}", file.path().display()))
        .arg(url)
        .env("PGOPTIONS", session_settings())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    anyhow::ensure!(output.status.success(), "pgbench failed: {errors}{text}");
    rate(&text).with_context(|| format!("pgbench says something else: {text}"))
}

/// Connections of `pgbench` are set as those of the program.
fn session_settings() -> String {
    let each = database::SETTINGS.map(|(name, value)| format!("-c {name}={value}"));
    each.join(" ")
}

/// Of the line `tps = 123.4 (without initial connection time)`.
fn rate(text: &str) -> Option<f64> {
    let line = text.lines().rev().find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_variables_and_the_rate_is_read() {
        let variables = [":a", ":b", "3", "4", "5", "6", "7", "8", "9", ":ten"];
        let text = with_variables(" select $1::text, $10, $2 ", &variables);
        assert_eq!(text, "select :a::text, :ten, :b");
        let printed = "latency average = 1.2 ms\ntps = 812.5 (without initial connection time)\n";
        assert_eq!(rate(printed), Some(812.5));
    }
}
