//! Backups as the program makes them: by the built-in schedule, and by command.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use backup::{BackupError, Due, Identity, Made};
use bytes::Bytes;
use clock::Clock;
use outbox::{Alert, Looked};
use secrecy::ExposeSecret as _;
use serde_json::json;
use sqlx::PgPool;
use telegram::{ApiError, BotApi, OutFile, OutKind, Outbound};
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::config::{BackupConfig, Config};
use crate::storage::Storage;

/// The schedule is looked at so often; a backup is made once in its slot all the same.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// A part that Telegram does not take now is tried again so often.
const TRIES: u32 = 5;

/// The pause after a part whose outcome is unknown; a repeated part is no harm.
const PAUSE: Duration = Duration::from_secs(5);

/// What the schedule needs.
pub(crate) struct Keeper {
    pub(crate) app: Arc<App>,
    pub(crate) url: String,
    pub(crate) config: BackupConfig,
}

impl Keeper {
    /// Makes the backups of the schedule until the stop. Several processes may do it at once: each
    /// slot has one.
    pub(crate) async fn keep(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Some(every) = self.config.every else {
            // Without a schedule nothing is wrong with it: an older trouble is over.
            if let Err(error) = self.report(&[]).await {
                tracing::warn!(%error, "the operators could not be told that there are no backups");
            }
            return stopped(&stop).await;
        };
        loop {
            if let Err(error) = self.look(every).await {
                tracing::warn!(%error, "the schedule of backups could not be looked at");
            }
            tokio::select! {
                () = self.app.clock.sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    async fn look(&self, every: time::Duration) -> Result<(), sqlx::Error> {
        let clock = &self.app.clock;
        let (pool, now) = (&self.app.pool, clock.now());
        let settings = &self.config.settings;
        let due = backup::run_due(pool, &self.url, settings, every, now, || clock.now()).await?;
        let failed = match due {
            Due::NotNow => return Ok(()),
            Due::Failed(error) => error,
            Due::Made(made) => {
                tracing::info!(file = made.name(), bytes = made.bytes, "a backup was made");
                match self.send_away(&made).await {
                    Ok(()) => return self.report(&[]).await,
                    Err(error) => error,
                }
            }
        };
        tracing::error!(error = %failed, "there is no backup");
        self.report(&[Alert::BackupFailed { reason: failed.to_string() }]).await
    }

    /// What is found of backups now; nothing when there is one where it should be.
    async fn report(&self, found: &[Alert]) -> Result<(), sqlx::Error> {
        self.app.report(found, &[Looked::at("backup")]).await
    }

    async fn send_away(&self, made: &Made) -> Result<(), BackupError> {
        let Some(chat) = self.config.chat else { return Ok(()) };
        send(made, &self.app.bot, &self.app.clock, chat).await
    }
}

async fn stopped(stop: &CancellationToken) -> anyhow::Result<()> {
    stop.cancelled().await;
    Ok(())
}

async fn send(made: &Made, bot: &BotApi, clock: &Clock, chat: i64) -> Result<(), BackupError> {
    for part in backup::parts(made, backup::PART_BYTES)? {
        let bytes = part.read().await?;
        upload(bot, clock, chat, part.name, bytes).await.map_err(BackupError::NotSent)?;
    }
    tracing::info!("the backup is in its chat");
    Ok(())
}

async fn upload(
    bot: &BotApi,
    clock: &Clock,
    chat: i64,
    name: String,
    bytes: Bytes,
) -> Result<(), String> {
    let file = OutFile::Upload { name, mime: "application/octet-stream".to_owned(), bytes };
    let outbound = Outbound::Media {
        chat,
        kind: OutKind::Document,
        file,
        caption_html: None,
        keyboard: None,
        no_type_detection: true,
        width: None,
        height: None,
        duration_s: None,
        title: None,
    };
    let mut last = String::new();
    for _ in 0..TRIES {
        let error = match bot.send(&outbound).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        last = error.to_string();
        let pause = match error {
            ApiError::Flood { retry_after } => retry_after,
            ApiError::NotSent(_) | ApiError::Unknown(_) => PAUSE,
            _ => break,
        };
        clock.sleep(pause).await;
    }
    Err(last)
}

/// `kiebot backup`, `kiebot backup --drill`.
pub(crate) async fn command(
    config: &Config,
    drill: bool,
    identity: Option<PathBuf>,
) -> anyhow::Result<(ExitCode, serde_json::Value)> {
    let storage = Storage::open(config).await?;
    let worked = work(config, &storage, drill, identity).await;
    storage.close().await;
    worked
}

async fn work(
    config: &Config,
    storage: &Storage,
    drill: bool,
    identity: Option<PathBuf>,
) -> anyhow::Result<(ExitCode, serde_json::Value)> {
    let clock = Clock::system();
    let (pool, url): (&PgPool, &str) = (&storage.pool, storage.url.expose_secret());
    let settings = &config.backup.settings;
    if drill {
        let identity = identity.map(|path| Identity::read(&path)).transpose()?;
        let file = backup::newest(&settings.folder)?;
        let drill = backup::drill(pool, url, &file, identity.as_ref()).await?;
        let agrees = drill.agrees();
        let said = json!({
            "file": file.display().to_string(),
            "agrees": agrees,
            "expected": drill.expected,
            "found": drill.found,
        });
        return Ok((ExitCode::from(u8::from(!agrees)), said));
    }
    let made = backup::make(pool, url, settings, clock.now(), || clock.now()).await?;
    if let Some(chat) = config.backup.chat {
        let bot = crate::compose::bot_api(config, &clock)?;
        send(&made, &bot, &clock, chat).await?;
    }
    // There is a backup, whatever becomes of the news of it.
    if let Err(error) = end_alarm(config, pool, clock.now()).await {
        tracing::warn!(%error, "the alarm could not be ended");
    }
    let said = json!({
        "file": made.path.display().to_string(),
        "bytes": made.bytes,
        "sha256": made.sha256,
        "encrypted": made.encrypted,
        "sums": made.sums,
    });
    Ok((ExitCode::SUCCESS, said))
}

/// A backup made by hand is what the alarm asked for.
async fn end_alarm(
    config: &Config,
    pool: &PgPool,
    now: time::OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let mut transaction = database::begin(pool).await?;
    let looked = [Looked::at("backup")];
    outbox::report(&mut transaction, now, &config.admins, &[], &looked).await?;
    transaction.commit().await
}

/// `kiebot restore FILE`: into the database of `DATABASE_URL`, which must be empty.
pub(crate) async fn restore(
    url: Option<secrecy::SecretString>,
    file: &std::path::Path,
    identity: Option<PathBuf>,
) -> anyhow::Result<()> {
    let url = url.context(
        "set DATABASE_URL to a new, empty database (createdb); the one in use is never touched",
    )?;
    let identity = identity.map(|path| Identity::read(&path)).transpose()?;
    backup::restore(file, url.expose_secret(), identity.as_ref()).await?;
    Ok(())
}
