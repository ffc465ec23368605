//! The database that the settings ask for.

use std::path::Path;
use std::time::Duration;

use clock::Clock;
use cluster::{Cluster, ClusterSettings};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;

use crate::config::Config;

/// The name of our database on a private server.
const DATABASE: &str = "kiebot";

/// How long connections in use are waited for at the end.
const CLOSE: Duration = Duration::from_secs(2);

/// An open, migrated database, with its private server when it has one.
pub(crate) struct Storage {
    pub(crate) pool: PgPool,
    /// Its address, which may hold a password.
    pub(crate) url: SecretString,
    pub(crate) cluster: Option<Cluster>,
}

impl Storage {
    /// Opens the database of `DATABASE_URL`, or the private one in the data folder.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            let pool = database::connect(url.expose_secret(), config.db_connections).await?;
            database::migrate(&pool).await?;
            return Ok(Self { pool, url: url.clone(), cluster: None });
        }
        let connections_max = u16::try_from(config.db_connections).unwrap_or(u16::MAX);
        let settings = ClusterSettings {
            folder: config.data_dir.clone(),
            durable: true,
            connections_max: connections_max.saturating_add(10),
        };
        let cluster = start(settings).await?;
        let url = prepare(&cluster, false).await?;
        let pool = database::connect(&url, config.db_connections).await?;
        database::migrate(&pool).await?;
        Ok(Self { pool, url: url.into(), cluster: Some(cluster) })
    }

    /// Closes the connections, then stops the private server.
    pub(crate) async fn close(self) {
        let clock = Clock::system();
        tokio::select! {
            () = self.pool.close() => {}
            () = clock.sleep(CLOSE) => {
                tracing::warn!("connections to the database were still in use and are cut");
            }
        }
        if let Some(cluster) = self.cluster {
            let stopping = tokio::task::spawn_blocking(move || cluster.stop());
            if stopping.await.is_err() {
                tracing::error!("the private PostgreSQL was not stopped");
            }
        }
    }
}

/// Starts a private server for the demo, which forgets everything at each start.
pub(crate) async fn start_for_demo(folder: &Path) -> anyhow::Result<(Cluster, String)> {
    let settings =
        ClusterSettings { folder: folder.to_path_buf(), durable: false, connections_max: 60 };
    let cluster = start(settings).await?;
    let url = prepare(&cluster, true).await?;
    Ok((cluster, url))
}

async fn start(settings: ClusterSettings) -> anyhow::Result<Cluster> {
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&settings)).await??;
    if let Some(asked) = cluster.moved_from() {
        tracing::warn!(
            "PostgreSQL may not run as root and its user cannot reach {}: the data is under \
             /var/lib/kiebot",
            asked.display()
        );
    }
    Ok(cluster)
}

async fn prepare(cluster: &Cluster, fresh: bool) -> anyhow::Result<String> {
    let admin = cluster.url("postgres");
    if fresh {
        database::drop_if_exists(&admin, DATABASE).await?;
    }
    database::ensure_exists(&admin, DATABASE).await?;
    Ok(cluster.url(DATABASE))
}
