//! Trying a backup out: one that was never restored is a hope.

use std::path::Path;

use sqlx::PgPool;
use url::Url;

use crate::{BackupError, Identity, Sums, restore, store};

/// What a drill found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// What was written down when the backup was made; `None` when the backup is of another
    /// database, or its row is gone.
    pub expected: Option<Sums>,
    /// What the restored database sums up to.
    pub found: Sums,
}

impl Drill {
    /// Whether the restored database is what was backed up, as far as anybody can tell.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.expected.as_ref().is_none_or(|expected| *expected == self.found)
    }
}

/// Restores a file into a scratch database of the same server, sums it up, and drops it.
///
/// # Errors
/// [`BackupError`]; the user of `url` must be allowed to create databases.
pub async fn drill(
    pool: &PgPool,
    url: &str,
    file: &Path,
    identity: Option<&Identity>,
) -> Result<Drill, BackupError> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let expected = store::sums_of(&mut *pool.acquire().await?, &name.unwrap_or_default()).await?;
    let mut scratch = Url::parse(url).map_err(|_| BackupError::Address)?;
    let database = format!("{}_drill", scratch.path().trim_start_matches('/'));
    scratch.set_path(&database);
    // What an interrupted drill left.
    database::drop_if_exists(url, &database).await?;
    database::ensure_exists(url, &database).await?;
    let found = look(file, scratch.as_str(), identity).await;
    database::drop_if_exists(url, &database).await?;
    Ok(Drill { expected, found: found? })
}

async fn look(file: &Path, url: &str, identity: Option<&Identity>) -> Result<Sums, BackupError> {
    restore(file, url, identity).await?;
    let pool = database::connect(url, 1).await?;
    let sums = async {
        let mut report = database::begin_report(&pool).await?;
        store::sums(&mut report).await
    }
    .await;
    pool.close().await;
    Ok(sums?)
}
