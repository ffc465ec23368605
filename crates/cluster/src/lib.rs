//! A private PostgreSQL: our own child process, reached only through a socket in our own folder.
//!
//! PostgreSQL refuses to run as root, so under root the server gets the user `postgres` (or
//! `nobody`). The server is started by a thread of its own that lives as long as the server:
//! the kernel ties the parent-death signal to the *thread* that made the child. It has its own
//! process group, so Ctrl-C stops the program first and the database after it.

mod owner;
mod programs;
mod server;

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use owner::Owner;
pub use programs::Programs;
use server::Server;

/// Where and how the private server runs.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// The folder that will hold everything: `postgres/` with the data and the log.
    pub folder: PathBuf,
    /// Whether commits survive a power cut. Off only in the demo and in tests.
    pub durable: bool,
    /// The most connections that the server accepts.
    pub connections_max: u16,
}

/// Why the private server cannot serve. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No `postgres` and `initdb` were found.
    #[error(
        "PostgreSQL's server programs were not found (looked in PATH, /usr/lib/postgresql/*/bin \
         and /usr/pgsql-*/bin): install them (Debian: apt-get install postgresql) or set DATABASE_URL"
    )]
    NoPrograms,
    /// The folder cannot be made or written.
    #[error("the data folder {folder} cannot be used ({reason}): choose another with DATA_DIR")]
    FolderUnusable {
        /// The folder asked for.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Another process of ours works on the folder.
    #[error(
        "another kiebot already works on {folder}: stop it, or give both the same DATABASE_URL"
    )]
    InUse {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The data was made by another major version.
    #[error(
        "the data in {folder} is of PostgreSQL {found}, the programs here are of {installed}: \
         dump with the old version (pg_dumpall -h {folder} -U kiebot > dump.sql), move the folder \
         away, start again and load it (psql -h {folder} -U kiebot -f dump.sql postgres)"
    )]
    OtherVersion {
        /// The data folder.
        folder: PathBuf,
        /// Its major version.
        found: String,
        /// The major version of the programs.
        installed: String,
    },
    /// Under root, no unprivileged user to run the server as.
    #[error("running as root, and neither a user «postgres» nor «nobody» exists to run PostgreSQL")]
    NoUser,
    /// A program failed; the text carries the end of what it printed.
    #[error("PostgreSQL did not start: {0}")]
    Failed(String),
}

/// A running private server. Dropping it stops the server in an orderly way.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    socket_folder: PathBuf,
    moved_from: Option<PathBuf>,
    _lock: File,
}

impl Cluster {
    /// Makes the data folder when there is none, and starts the server. Blocks until it serves:
    /// about half a second for a new folder, some 30 ms for an existing one.
    ///
    /// # Errors
    /// See [`ClusterError`]. A folder that was begun and not finished is removed again.
    pub fn start(settings: &ClusterSettings) -> Result<Self, ClusterError> {
        Self::start_over(settings, |_| Ok(()))
    }

    /// As [`Cluster::start`], with none of the data that the folder may hold. For tests, where
    /// dropping hundreds of databases one by one takes longer than a new folder.
    ///
    /// # Errors
    /// See [`ClusterError`]; when another process works on the folder its data stays.
    pub fn start_afresh(settings: &ClusterSettings) -> Result<Self, ClusterError> {
        Self::start_over(settings, |data| {
            server::stop_orphan(data)?;
            if data.exists() {
                fs::remove_dir_all(data)
                    .map_err(|error| ClusterError::Failed(error.to_string()))?;
            }
            Ok(())
        })
    }

    fn start_over(
        settings: &ClusterSettings,
        clear: impl FnOnce(&Path) -> Result<(), ClusterError>,
    ) -> Result<Self, ClusterError> {
        let programs = Programs::find().ok_or(ClusterError::NoPrograms)?;
        let owner = Owner::of_this_process()?;
        let (folder, moved_from) = owner.reachable_folder(&settings.folder)?;
        let unusable = |error: std::io::Error| ClusterError::FolderUnusable {
            folder: folder.clone(),
            reason: error.to_string(),
        };
        let home = folder.join("postgres");
        fs::create_dir_all(&home).map_err(unusable)?;
        owner.give(&home).map_err(unusable)?;
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).map_err(unusable)?;
        let lock = take_lock(&home, &folder)?;

        let data = home.join("data");
        clear(&data)?;
        if data.join("PG_VERSION").exists() {
            check_version(&programs, &data, &home)?;
        } else {
            server::init(&programs, &owner, &home, &data, settings.durable)?;
        }
        let socket_folder = socket_folder(&home, &owner).map_err(unusable)?;
        let server = Server::start(&programs, &owner, &data, &socket_folder, &home, settings)?;
        Ok(Self { server, socket_folder, moved_from, _lock: lock })
    }

    /// The address of a database of this server, for a PostgreSQL client.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = self.socket_folder.display().to_string().replace('/', "%2F");
        format!("postgres://kiebot@{host}/{database}")
    }

    /// The folder that was asked for, when the server's user cannot reach it and another was taken.
    #[must_use]
    pub fn moved_from(&self) -> Option<&Path> {
        self.moved_from.as_deref()
    }

    /// The process id of the server.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.server.process_id()
    }

    /// Stops the server and waits until it is gone.
    pub fn stop(mut self) {
        self.server.stop();
    }
}

/// One process of ours per folder, so that a live server without its program is an orphan.
fn take_lock(home: &Path, folder: &Path) -> Result<File, ClusterError> {
    let unusable = |error: std::io::Error| ClusterError::FolderUnusable {
        folder: folder.to_path_buf(),
        reason: error.to_string(),
    };
    let mut lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(home.join("kiebot.lock"))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {
            lock.set_len(0).map_err(unusable)?;
            writeln!(lock, "{}", std::process::id()).map_err(unusable)?;
            Ok(lock)
        }
        Err(fs::TryLockError::WouldBlock) => {
            Err(ClusterError::InUse { folder: folder.to_path_buf() })
        }
        Err(fs::TryLockError::Error(error)) => Err(unusable(error)),
    }
}

fn check_version(programs: &Programs, data: &Path, home: &Path) -> Result<(), ClusterError> {
    let found = fs::read_to_string(data.join("PG_VERSION")).map_err(|error| {
        ClusterError::FolderUnusable { folder: data.to_path_buf(), reason: error.to_string() }
    })?;
    let found = found.trim().to_owned();
    let installed = programs.major_version()?;
    if found == installed {
        Ok(())
    } else {
        Err(ClusterError::OtherVersion { folder: home.to_path_buf(), found, installed })
    }
}

/// The path of a Unix socket may have 107 bytes at most, so a deep data folder keeps its socket
/// in the folder for temporary files.
fn socket_folder(home: &Path, owner: &Owner) -> std::io::Result<PathBuf> {
    const ROOM_FOR_NAME: usize = ".s.PGSQL.5432.lock".len() + 1;
    let near = home.join("socket");
    let folder = if near.as_os_str().len() + ROOM_FOR_NAME <= 107 {
        near
    } else {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(home);
        std::env::temp_dir().join(format!("kiebot-{hash:016x}"))
    };
    fs::create_dir_all(&folder)?;
    owner.give(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}
