//! A backup in parts that a chat takes.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::{BackupError, Made};

/// A bot may upload files of up to 50 MB (Bot API, "Sending files").
pub const PART_BYTES: u64 = 45 * 1_000_000;

/// A part of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name; `cat` puts the parts together in the order of their names.
    pub name: String,
    path: PathBuf,
    offset: u64,
    most: u64,
}

/// The parts of a backup, in their order.
///
/// # Errors
/// [`BackupError::NotSent`] for a backup that is not encrypted: it never leaves the machine.
pub fn parts(made: &Made, part_bytes: u64) -> Result<Vec<Part>, BackupError> {
    if !made.encrypted {
        return Err(BackupError::NotSent("it is not encrypted: set BACKUP_RECIPIENT".to_owned()));
    }
    let (count, name) = (made.bytes.div_ceil(part_bytes), made.name());
    let part = |number| Part {
        name: if count == 1 { name.clone() } else { format!("{name}.{:03}", number + 1) },
        path: made.path.clone(),
        offset: number * part_bytes,
        most: part_bytes,
    };
    Ok((0..count).map(part).collect())
}

impl Part {
    /// Its bytes.
    ///
    /// # Errors
    /// [`BackupError::File`] when the file is gone or cannot be read.
    pub async fn read(&self) -> Result<Bytes, BackupError> {
        let part = self.clone();
        tokio::task::spawn_blocking(move || read(&part.path, part.offset, part.most))
            .await
            .map_err(|_| BackupError::Lost)?
    }
}

fn read(path: &Path, offset: u64, most: u64) -> Result<Bytes, BackupError> {
    let broken = BackupError::file;
    let mut file = std::fs::File::open(path).map_err(broken(path))?;
    file.seek(SeekFrom::Start(offset)).map_err(broken(path))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(broken(path))?;
    Ok(bytes.into())
}
