//! Bringing a backup back.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr as _;

use age::Decryptor;
use secrecy::{ExposeSecret as _, SecretString};

use crate::programs::{command, last_line};
use crate::{BackupError, store};

/// The secret half of the key that backups are encrypted for.
#[derive(Clone, Debug)]
pub struct Identity(SecretString);

impl Identity {
    /// Reads the file that `age-keygen` writes.
    ///
    /// # Errors
    /// [`BackupError::File`] or [`BackupError::NoIdentity`].
    pub fn read(path: &Path) -> Result<Self, BackupError> {
        let text = std::fs::read_to_string(path).map_err(BackupError::file(path))?;
        text.lines()
            .map(str::trim)
            .find(|line| line.starts_with("AGE-SECRET-KEY-1"))
            .map(|line| Self(line.to_owned().into()))
            .ok_or_else(|| BackupError::NoIdentity(path.to_path_buf()))
    }

    fn key(&self) -> Result<age::x25519::Identity, BackupError> {
        age::x25519::Identity::from_str(self.0.expose_secret()).map_err(|_| BackupError::Locked)
    }
}

/// Restores a file into the database of `url`, which must have no tables. All of it or nothing.
///
/// # Errors
/// [`BackupError`].
pub async fn restore(
    file: &Path,
    url: &str,
    identity: Option<&Identity>,
) -> Result<(), BackupError> {
    let pool = database::connect(url, 1).await?;
    let occupied = store::has_tables(&pool).await;
    pool.close().await;
    if occupied? {
        return Err(BackupError::NotEmpty);
    }
    let (file, url, identity) = (file.to_path_buf(), url.to_owned(), identity.cloned());
    tokio::task::spawn_blocking(move || run(&file, &url, identity.as_ref()))
        .await
        .map_err(|_| BackupError::Lost)?
}

fn run(file: &PathBuf, url: &str, identity: Option<&Identity>) -> Result<(), BackupError> {
    let opened = File::open(file).map_err(BackupError::file(file))?;
    let mut source = open(BufReader::new(opened), file, identity)?;
    let mut child = command("pg_restore", url)?
        .args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(BackupError::file(Path::new("pg_restore")))?;
    let copied = match child.stdin.take() {
        Some(mut stdin) => io::copy(&mut source, &mut stdin),
        None => Err(io::Error::other("pg_restore has no input")),
    };
    let ended = child.wait_with_output().map_err(BackupError::file(file))?;
    if !ended.status.success() {
        let said = last_line(&String::from_utf8_lossy(&ended.stderr));
        return Err(BackupError::Program { program: "pg_restore", said });
    }
    copied.map(drop).map_err(BackupError::file(file))
}

fn open(
    source: BufReader<File>,
    path: &Path,
    identity: Option<&Identity>,
) -> Result<Box<dyn Read>, BackupError> {
    if path.extension().is_none_or(|ending| ending != "age") {
        return Ok(Box::new(source));
    }
    let key = identity.ok_or(BackupError::Locked)?.key()?;
    let decryptor = Decryptor::new_buffered(source).map_err(|_| BackupError::Locked)?;
    let plain = decryptor
        .decrypt(std::iter::once(&key as &dyn age::Identity))
        .map_err(|_| BackupError::Locked)?;
    Ok(Box::new(plain))
}
