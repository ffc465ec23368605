use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Uid, User};

use crate::ClusterError;

/// Where the data goes under root when the folder asked for cannot be reached by the server's user.
const SYSTEM_FOLDER: &str = "/var/lib/kiebot";

/// Who the server runs as.
#[derive(Debug)]
pub(crate) struct Owner {
    /// Set under root only: the unprivileged user that the server becomes.
    user: Option<User>,
}

impl Owner {
    pub(crate) fn of_this_process() -> Result<Self, ClusterError> {
        if !Uid::effective().is_root() {
            return Ok(Self { user: None });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self { user: Some(user) })
            .ok_or(ClusterError::NoUser)
    }

    /// A command that runs as the server's user, with nothing of our environment in it: it holds
    /// our secrets.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin").current_dir("/");
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// Makes the server's user the owner of a folder.
    pub(crate) fn give(&self, folder: &Path) -> io::Result<()> {
        match &self.user {
            Some(user) => chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())),
            None => Ok(()),
        }
    }

    /// The folder itself, or the system's one when under root some parent is closed to the
    /// server's user; with the folder that was asked for in the second case.
    pub(crate) fn reachable_folder(
        &self,
        folder: &Path,
    ) -> Result<(PathBuf, Option<PathBuf>), ClusterError> {
        let unusable = |error: io::Error| ClusterError::FolderUnusable {
            folder: folder.to_path_buf(),
            reason: error.to_string(),
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let folder = fs::canonicalize(folder).map_err(unusable)?;
        if self.user.is_none() || all_may_enter(&folder).map_err(unusable)? {
            return Ok((folder, None));
        }
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&folder);
        let other = Path::new(SYSTEM_FOLDER).join(format!("{:08x}", hash & 0xffff_ffff));
        fs::create_dir_all(&other).map_err(unusable)?;
        fs::set_permissions(SYSTEM_FOLDER, fs::Permissions::from_mode(0o755)).map_err(unusable)?;
        fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).map_err(unusable)?;
        Ok((other, Some(folder)))
    }
}

/// Whether every folder on the way may be entered by any user.
fn all_may_enter(folder: &Path) -> io::Result<bool> {
    for ancestor in folder.ancestors() {
        if fs::metadata(ancestor)?.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
