//! The private PostgreSQL of a run, as durable as in production.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cluster::{Cluster, ClusterSettings};
use sqlx::PgPool;
use tempfile::TempDir;

const CONNECTIONS_MAX: u16 = 100;

/// A server of its own in a folder that goes with it.
#[derive(Debug)]
pub(crate) struct Server {
    cluster: Cluster,
    // After the server, so that it is dropped when the server is gone.
    folder: TempDir,
}

/// One database of the server.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) pool: PgPool,
}

impl Server {
    pub(crate) async fn start(folder: Option<&Path>) -> anyhow::Result<Self> {
        let parent = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let folder = tempfile::Builder::new()
            .prefix("kiebot-bench-")
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(&parent)
            .with_context(|| format!("{} cannot be used", parent.display()))?;
        let settings = ClusterSettings {
            folder: folder.path().to_path_buf(),
            durable: true,
            connections_max: CONNECTIONS_MAX,
        };
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&settings)).await??;
        if cluster.moved_from().is_some() {
            anyhow::bail!(
                "PostgreSQL's user cannot reach {}: choose another with --folder",
                parent.display()
            );
        }
        Ok(Self { cluster, folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.cluster.process_id()
    }

    pub(crate) async fn version(&self) -> anyhow::Result<String> {
        let pool = database::connect(&self.cluster.url("postgres"), 1).await?;
        let durable: String = sqlx::query_scalar("show fsync").fetch_one(&pool).await?;
        let version: String = sqlx::query_scalar("show server_version").fetch_one(&pool).await?;
        pool.close().await;
        Ok(format!("{version}, fsync {durable}"))
    }

    /// A fresh, migrated database, with a pool of so many connections.
    pub(crate) async fn database(&self, name: &str, connections: u32) -> anyhow::Result<Database> {
        database::ensure_exists(&self.cluster.url("postgres"), name).await?;
        let url = self.cluster.url(name);
        let pool = database::connect(&url, connections).await?;
        database::migrate(&pool).await?;
        Ok(Database { url, pool })
    }

    /// A pool over a database as it is.
    pub(crate) async fn connect(&self, name: &str) -> anyhow::Result<PgPool> {
        Ok(database::connect(&self.cluster.url(name), 1).await?)
    }

    /// The file in which the server logs.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("postgres/postgres.log")
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        let Self { cluster, folder } = self;
        tokio::task::spawn_blocking(move || cluster.stop()).await?;
        folder.close().context("the folder of the run could not be removed")
    }
}

impl Database {
    /// Writes everything out and refreshes the statistics, so that each measurement starts alike.
    pub(crate) async fn settle(&self) -> anyhow::Result<()> {
        for statement in ["vacuum analyze", "checkpoint"] {
            sqlx::query(statement).execute(&self.pool).await?;
        }
        Ok(())
    }
}
