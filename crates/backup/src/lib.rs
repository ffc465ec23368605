//! Backups of the database: a dump by `pg_dump`, encrypted for a key that is not on this machine,
//! kept in a folder, sent away in parts, restored into an empty database, and tried out.
//!
//! A dump is taken from one moment of the database, and the sums of that very moment are written
//! down beside it ([`Sums`]): a drill restores the dump into a scratch database and compares them.
//! The encryption is the format `age-encryption.org/v1`, so that `age -d` opens a backup without
//! this program.

mod drill;
mod dump;
mod files;
mod parts;
mod programs;
mod restore;
mod schedule;
mod store;

pub use drill::{Drill, drill};
pub use dump::{Made, make};
pub use files::newest;
pub use parts::{PART_BYTES, Part, parts};
pub use restore::{Identity, restore};
pub use schedule::{Due, run_due};
pub use store::{Kept, Past, Sums, past};

use std::path::PathBuf;

pub use age::x25519::Recipient;

/// What the operator decided about backups.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are kept on this machine.
    pub folder: PathBuf,
    /// How many are kept there; at least one.
    pub keep: usize,
    /// Whom they are encrypted for: `age1…`. Its secret half is needed to restore, and is not here.
    pub recipient: Option<Recipient>,
}

/// Why there is no backup, or none that can be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A program of PostgreSQL is missing.
    #[error("{0} was not found: install PostgreSQL's client programs (Debian: postgresql-client)")]
    NoProgram(&'static str),
    /// The program of PostgreSQL failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Its name.
        program: &'static str,
        /// The last of what it said.
        said: String,
    },
    /// The folder or the file cannot be used.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The address of the database cannot be read.
    #[error("DATABASE_URL is not an address of PostgreSQL (postgres://user:password@host/name)")]
    Address,
    /// The database that is to be restored into has something in it.
    #[error("the database is not empty: restore into a new one (createdb), then switch to it")]
    NotEmpty,
    /// The file is encrypted and no key was given, or another one.
    #[error("the backup is encrypted for another key: give its secret key with --identity FILE")]
    Locked,
    /// The file with the secret key holds none.
    #[error("{} has no line AGE-SECRET-KEY-1…", .0.display())]
    NoIdentity(PathBuf),
    /// There is nothing to restore.
    #[error("there is no backup in {}", .0.display())]
    None(PathBuf),
    /// A part could not be sent away.
    #[error("the backup could not be sent: {0}")]
    NotSent(String),
    /// The database said no.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The way into the scratch database failed.
    #[error(transparent)]
    Connection(#[from] database::DatabaseError),
    /// A thread of work was lost.
    #[error("the work was cut off")]
    Lost,
}

impl BackupError {
    fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self::File { path, error }
    }
}
