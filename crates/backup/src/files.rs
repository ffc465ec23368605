//! The folder of backups. Names sort by time.

use std::path::{Path, PathBuf};

use crate::BackupError;

/// What the name of every backup begins with; other files of the folder are not touched.
pub(crate) const PREFIX: &str = "kiebot-";

/// The newest backup of a folder.
///
/// # Errors
/// [`BackupError::None`] when there is none, [`BackupError::File`] when the folder cannot be read.
pub fn newest(folder: &Path) -> Result<PathBuf, BackupError> {
    all(folder)?.pop().ok_or_else(|| BackupError::None(folder.to_path_buf()))
}

/// Removes all but the newest.
pub(crate) fn keep_newest(folder: &Path, keep: usize) -> Result<(), BackupError> {
    let all = all(folder)?;
    let surplus = all.len().saturating_sub(keep);
    for path in &all[..surplus] {
        std::fs::remove_file(path).map_err(BackupError::file(path))?;
    }
    Ok(())
}

fn all(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(BackupError::file(folder))? {
        let path = entry.map_err(BackupError::file(folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let ours = name.is_some_and(|name| {
            name.starts_with(PREFIX) && (name.ends_with(".dump") || name.ends_with(".dump.age"))
        });
        if ours {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
