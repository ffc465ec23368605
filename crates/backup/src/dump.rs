//! Making a backup.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use age::Encryptor;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::programs::{command, last_line};
use crate::{BackupError, Recipient, Settings, Sums, files, store};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its fingerprint: SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Whether it can be opened with a secret key only.
    pub encrypted: bool,
    /// What the database summed up to at the moment of the dump.
    pub sums: Sums,
}

impl Made {
    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Makes a backup now, writes down that it was made, and removes the oldest of the folder.
///
/// # Errors
/// [`BackupError`]; it is written down as well, and nothing half-made stays in the folder.
pub async fn make(
    pool: &PgPool,
    url: &str,
    settings: &Settings,
    now: OffsetDateTime,
    finished: impl Fn() -> OffsetDateTime,
) -> Result<Made, BackupError> {
    let id = store::begin(pool, now).await?;
    let made = dump(pool, url, settings, now).await;
    store::finish(&mut *pool.acquire().await?, id, finished(), &made).await?;
    made
}

/// The dump and the sums of one moment.
pub(crate) async fn dump(
    pool: &PgPool,
    url: &str,
    settings: &Settings,
    now: OffsetDateTime,
) -> Result<Made, BackupError> {
    let mut moment = database::begin_report(pool).await?;
    let snapshot = store::share_snapshot(&mut moment).await?;
    let sums = store::sums(&mut moment).await?;
    let path = settings.folder.join(file_name(now, settings.recipient.is_some()));
    let work = Work {
        url: url.to_owned(),
        snapshot,
        recipient: settings.recipient.clone(),
        path: path.clone(),
    };
    let written = tokio::task::spawn_blocking(move || work.run()).await;
    drop(moment);
    let (bytes, sha256) = written.map_err(|_| BackupError::Lost)??;
    files::keep_newest(&settings.folder, settings.keep.max(1))?;
    Ok(Made { path, bytes, sha256, encrypted: settings.recipient.is_some(), sums })
}

fn file_name(now: OffsetDateTime, encrypted: bool) -> String {
    let format = format_description!("[year][month][day]-[hour][minute][second]");
    let stamp = now.format(&format).unwrap_or_default();
    let ending = if encrypted { ".dump.age" } else { ".dump" };
    format!("{}{stamp}{ending}", files::PREFIX)
}

struct Work {
    url: String,
    snapshot: String,
    recipient: Option<Recipient>,
    path: PathBuf,
}

impl Work {
    /// Writes beside the name and renames at the end: what has the name is whole.
    fn run(&self) -> Result<(u64, String), BackupError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(BackupError::file(folder))?;
        let part = self.path.with_extension("part");
        let written = self.write(&part).and_then(|written| {
            std::fs::rename(&part, &self.path).map_err(BackupError::file(&self.path))?;
            Ok(written)
        });
        if written.is_err() {
            // It may not even be there.
            let _gone = std::fs::remove_file(&part);
        }
        written
    }

    fn write(&self, part: &Path) -> Result<(u64, String), BackupError> {
        let broken = BackupError::file;
        let mut child = command("pg_dump", &self.url)?
            .args(["--format=custom", "--no-owner", "--no-privileges"])
            .arg(format!("--snapshot={}", self.snapshot))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(broken(Path::new("pg_dump")))?;
        let file = private_file(part).map_err(broken(part))?;
        let mut counted = Counted { inner: file, bytes: 0, hash: Sha256::new() };
        let copied = match child.stdout.take() {
            Some(mut dump) => self.copy(&mut dump, &mut counted),
            None => Err(io::Error::other("pg_dump has no output")),
        };
        if copied.is_err() {
            let _ended = child.kill();
        }
        let ended = child.wait_with_output().map_err(broken(part))?;
        copied.map_err(broken(part))?;
        if !ended.status.success() {
            let said = last_line(&String::from_utf8_lossy(&ended.stderr));
            return Err(BackupError::Program { program: "pg_dump", said });
        }
        counted.inner.sync_all().map_err(broken(part))?;
        let digest = counted.hash.finalize();
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((counted.bytes, sha256))
    }

    fn copy(&self, dump: &mut impl Read, file: &mut Counted) -> io::Result<()> {
        let Some(recipient) = &self.recipient else { return io::copy(dump, file).map(drop) };
        let recipient: &dyn age::Recipient = recipient;
        let encryptor =
            Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
        let mut sealed = encryptor.wrap_output(file)?;
        io::copy(dump, &mut sealed)?;
        sealed.finish().map(drop)
    }
}

/// A dump holds everything about everybody: nobody else on the machine reads it.
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

struct Counted {
    inner: File,
    bytes: u64,
    hash: Sha256,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += u64::try_from(written).unwrap_or(0);
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
