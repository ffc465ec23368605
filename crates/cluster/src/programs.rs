use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ClusterError;

/// PostgreSQL's programs on this machine.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Looks for `postgres` and `initdb` in one folder: the PATH first, then the places where the
    /// distributions put them, the newest version first.
    #[must_use]
    pub fn find() -> Option<Self> {
        let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>());
        on_path.unwrap_or_default().into_iter().chain(usual_folders()).find_map(Self::in_folder)
    }

    /// The programs of one folder, when both are there. Links are followed, because the server
    /// looks for its library beside its real place.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Option<Self> {
        let server = fs::canonicalize(folder.join("postgres")).ok()?;
        let folder = server.parent()?.to_path_buf();
        folder.join("initdb").is_file().then_some(Self { folder })
    }

    /// A program of the PATH, such as one of the client programs where there is no server.
    #[must_use]
    pub fn on_path(name: &str) -> Option<PathBuf> {
        let path = env::var_os("PATH")?;
        env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
    }

    /// The path of one program.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The major version, such as `15`.
    pub(crate) fn major_version(&self) -> Result<String, ClusterError> {
        let output = Command::new(self.path("postgres"))
            .arg("--version")
            .output()
            .map_err(|error| ClusterError::Failed(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_whitespace()
            .find_map(|word| word.split('.').next().filter(|major| major.parse::<u16>().is_ok()))
            .map(str::to_owned)
            .ok_or_else(|| ClusterError::Failed(format!("unreadable version: {text}")))
    }
}

fn usual_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, inside) in [("/usr/lib/postgresql", "bin"), ("/usr", "bin")] {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        let mut found: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        found.retain(|path| parent != "/usr" || name_of(path).starts_with("pgsql-"));
        found.sort_by_key(|path| std::cmp::Reverse(version_of(path)));
        folders.extend(found.into_iter().map(|path| path.join(inside)));
    }
    folders.extend(["/opt/homebrew/bin", "/usr/local/bin"].map(PathBuf::from));
    folders
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn version_of(path: &Path) -> u32 {
    let digits: String = name_of(path).chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}
