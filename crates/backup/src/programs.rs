//! PostgreSQL's client programs, and how they are told where the database is.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use cluster::Programs;
use url::Url;

use crate::BackupError;

/// A program with the database's address. The password goes by the environment: arguments can be
/// read by everybody on the machine.
pub(crate) fn command(program: &'static str, url: &str) -> Result<Command, BackupError> {
    let mut address = Url::parse(url).map_err(|_| BackupError::Address)?;
    let password = address.password().map(str::to_owned);
    address.set_password(None).map_err(|()| BackupError::Address)?;
    let mut command = Command::new(find(program)?);
    command
        .arg("--dbname")
        .arg(address.as_str())
        .arg("--no-password")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(password) = password {
        command.env("PGPASSWORD", percent_decoded(&password));
    }
    Ok(command)
}

/// Beside the server's programs, else somewhere on the PATH.
fn find(program: &'static str) -> Result<PathBuf, BackupError> {
    let beside = Programs::find().map(|programs| programs.path(program));
    beside
        .filter(|path| path.is_file())
        .or_else(|| Programs::on_path(program))
        .ok_or(BackupError::NoProgram(program))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| *first == b'%').map(|pair| u8::from_str_radix(pair, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            Some(Err(_)) | None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The last line of what a program said, which has the reason.
pub(crate) fn last_line(said: &str) -> String {
    said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let command = command("pg_dump", "postgres://anna:s%3Acret@localhost:1/shop").unwrap();
        let shown = format!("{:?}", command.get_args().collect::<Vec<_>>());
        assert!(!shown.contains("cret"), "{shown}");
        assert!(shown.contains("postgres://anna@localhost:1/shop"), "{shown}");
        let password = command.get_envs().find(|(name, _)| *name == "PGPASSWORD").unwrap().1;
        assert_eq!(password.unwrap(), "s:cret");
    }
}
