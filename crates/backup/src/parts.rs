//! Sending a backup away in parts that a chat takes.

use std::io::Read as _;

use bytes::Bytes;

use crate::{BackupError, Made};

/// A bot may upload files of up to 50 MB (Bot API, "Sending files").
pub const PART_BYTES: u64 = 45 * 1_000_000;

/// Hands the parts of a backup to `send`, named so that `cat` puts them together in their order.
/// One part is in memory at a time.
///
/// # Errors
/// [`BackupError::NotSent`] for a backup that is not encrypted, which never leaves the machine, and
/// for a part that was not taken.
pub async fn send(
    made: &Made,
    part_bytes: u64,
    send: impl AsyncFn(String, Bytes) -> Result<(), String>,
) -> Result<usize, BackupError> {
    if !made.encrypted {
        return Err(BackupError::NotSent("it is not encrypted: set BACKUP_RECIPIENT".to_owned()));
    }
    let count = made.bytes.div_ceil(part_bytes);
    let name = made.name();
    for number in 0..count {
        let (path, offset) = (made.path.clone(), number * part_bytes);
        let bytes = tokio::task::spawn_blocking(move || read(&path, offset, part_bytes))
            .await
            .map_err(|_| BackupError::Lost)??;
        let called = if count == 1 { name.clone() } else { format!("{name}.{:03}", number + 1) };
        send(called, bytes).await.map_err(BackupError::NotSent)?;
    }
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn read(path: &std::path::Path, offset: u64, most: u64) -> Result<Bytes, BackupError> {
    use std::io::{Seek as _, SeekFrom};
    let broken = BackupError::file;
    let mut file = std::fs::File::open(path).map_err(broken(path))?;
    file.seek(SeekFrom::Start(offset)).map_err(broken(path))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(broken(path))?;
    Ok(bytes.into())
}
