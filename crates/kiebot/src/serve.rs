//! The program in production: loops, the HTTP port, and an orderly end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use billing::World;
use catalog::Catalog;
use chat::Desk;
use clock::{Clock, Ids};
use fetch::{AllowList, Guard};
use kie::{KieClient, KieSettings};
use queue::CrashPoints;
use secrecy::SecretString;
use sqlx::postgres::PgListener;
use telegram::{ApiError, BotApi, BotSettings};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{BotMode, Config};
use crate::demo::EmulatedKie;
use crate::storage::Storage;
use crate::{App, AppParts, router, updates};

/// How long running jobs may go on after a stop was asked for.
const PATIENCE: Duration = Duration::from_secs(25);

/// The channel on which processes wake each other.
const CHANNEL: &str = "kiebot_jobs";

/// Wake-ups of other processes are gathered for this long.
const GATHER: Duration = Duration::from_millis(20);

/// Which of the program's works a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Run,
    /// Jobs only; another process takes the updates in.
    Worker,
}

/// Binds the port before anything else, so that a busy one is noticed first.
///
/// # Errors
/// The port cannot be used; the text says what to do.
pub async fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!("the port {} cannot be used: set another with PORT", config.listen)
    })
}

/// Runs until `stop` is cancelled, then ends in order within 30 seconds.
///
/// # Errors
/// What makes it impossible to start; each text says what to do.
pub async fn run(
    config: Config,
    role: Role,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let storage = Storage::open(&config).await?;
    let served = run_over(&config, role, listener, stop, &storage).await;
    storage.close().await;
    served
}

async fn run_over(
    config: &Config,
    role: Role,
    listener: TcpListener,
    stop: CancellationToken,
    storage: &Storage,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let local_port = listener.local_addr()?.port();
    let emulated = if config.test_mode { Some(EmulatedKie::start().await?) } else { None };
    let bot = bot_api(config, &clock)?;
    let Some(me) = introduce(&bot, &clock, &stop).await? else { return Ok(()) };
    let parts = parts(
        config,
        storage,
        &bot,
        &clock,
        me.username.unwrap_or_default(),
        emulated.as_ref(),
        local_port,
    )?;
    let app = Arc::new(App::new(parts));
    prepare_updates(config, role, &bot).await?;
    let secret = (config.bot_mode == BotMode::Webhook).then(|| webhook_secret(config));
    let routes = router(Arc::clone(&app), secret, metrics_token(config));
    let mut tasks = JoinSet::new();
    let stopped = stop.clone();
    tasks.spawn(async move {
        let stopped = async move { stopped.cancelled().await };
        if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the HTTP port failed");
        }
    });
    if role == Role::Run && config.bot_mode == BotMode::Polling {
        tasks.spawn(updates::poll(Arc::clone(&app), stop.clone()));
    }
    tasks.spawn(share_wakes(Arc::clone(&app), stop.clone()));
    for_each_runner(&app, &mut tasks, &stop);
    if role == Role::Run {
        register_texts(&app);
    }
    tracing::info!(port = local_port, models = app.models_count, "kiebot serves");
    stop.cancelled().await;
    tracing::info!("stopping: no new updates, running jobs may finish");
    while tasks.join_next().await.is_some() {}
    tracing::info!("stopped");
    Ok(())
}

fn for_each_runner(app: &Arc<App>, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
    let (talk, work) = (app.talk_runner(), app.work_runner());
    let (one, other) = (stop.clone(), stop.clone());
    tasks.spawn(async move { talk.run(one.cancelled(), PATIENCE).await });
    tasks.spawn(async move { work.run(other.cancelled(), PATIENCE).await });
}

/// Commands and descriptions are a courtesy: their failure stops nothing.
fn register_texts(app: &Arc<App>) {
    let bot = app.bot.clone();
    tokio::spawn(async move {
        if let Err(error) = chat::register(&bot).await {
            tracing::warn!(%error, "commands and descriptions could not be registered");
        }
    });
}

fn bot_api(config: &Config, clock: &Clock) -> anyhow::Result<BotApi> {
    let http = reqwest::Client::builder()
        .connect_timeout(telegram::CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let settings = BotSettings {
        api_url: config.telegram_api_url.clone(),
        token: config.telegram_token.clone(),
    };
    Ok(BotApi::new(settings, http, clock.clone()))
}

/// Asks Telegram who we are, for as long as Telegram is out of reach. `None` when stopped.
async fn introduce(
    bot: &BotApi,
    clock: &Clock,
    stop: &CancellationToken,
) -> anyhow::Result<Option<telegram::Me>> {
    loop {
        match bot.get_me().await {
            Ok(me) => return Ok(Some(me)),
            Err(ApiError::Unauthorized) => anyhow::bail!(
                "Telegram does not know this token: copy TELEGRAM_BOT_TOKEN from @BotFather again"
            ),
            Err(error) => tracing::warn!(%error, "Telegram is out of reach; trying again"),
        }
        tokio::select! {
            () = clock.sleep(Duration::from_secs(2)) => {}
            () = stop.cancelled() => return Ok(None),
        }
    }
}

async fn prepare_updates(config: &Config, role: Role, bot: &BotApi) -> anyhow::Result<()> {
    if role == Role::Worker {
        return Ok(());
    }
    let prepared = match (config.bot_mode, &config.public_base_url) {
        (BotMode::Webhook, Some(base)) => {
            updates::set_webhook(bot, base, webhook_secret(config)).await
        }
        (BotMode::Webhook | BotMode::Polling, _) => updates::remove_webhook(bot).await,
    };
    prepared.context("Telegram refused to change how updates come in")
}

fn webhook_secret(config: &Config) -> SecretString {
    config
        .webhook_secret
        .clone()
        .unwrap_or_else(|| telegram::webhook_secret(&config.telegram_token))
}

/// A public port shows its figures to nobody without a token.
fn metrics_token(config: &Config) -> Option<SecretString> {
    config.metrics_token.clone()
}

fn parts(
    config: &Config,
    storage: &Storage,
    bot: &BotApi,
    clock: &Clock,
    bot_username: String,
    emulated: Option<&EmulatedKie>,
    local_port: u16,
) -> anyhow::Result<AppParts> {
    let (api_url, upload_url, keys) = match emulated {
        Some(emulated) => (emulated.url(), emulated.url(), vec![emulated.key()]),
        None => {
            (config.kie_api_url.clone(), config.kie_upload_url.clone(), config.kie_keys.clone())
        }
    };
    let allow = AllowList::new(&[&api_url, &upload_url], &config.kie_result_hosts)?;
    let settings = KieSettings {
        api_url,
        upload_url,
        keys,
        webhook_hmac: config.kie_webhook_key.clone().filter(|_| emulated.is_none()),
        pace: kie::Pace::default(),
        timeouts: kie::Timeouts::default(),
    };
    let callback_base = match emulated {
        Some(_) => Some(format!("http://127.0.0.1:{local_port}")),
        None => config.public_base_url.clone(),
    };
    let world = if config.test_mode { World::Test } else { World::Real };
    Ok(AppParts {
        pool: storage.pool.clone(),
        bot: bot.clone(),
        kie: KieClient::new(settings, kie::http_client_builder().build()?, clock.clone())?,
        guard: Guard::new(allow),
        desk: Desk {
            catalog: Arc::new(Catalog::builtin()?),
            rate: config.rate,
            cost_rate: config.cost_rate,
            welcome: config.welcome,
            world,
            bot_username,
            support: config.support.clone(),
        },
        settings: generation::Settings {
            operators: config.admins.clone(),
            callback_base: callback_base.map(|base| format!("{base}/kie/callback").into()),
        },
        clock: clock.clone(),
        ids: Ids::system(),
        crash: CrashPoints::default(),
        workers: config.workers,
    })
}

/// Tells other processes of new work, and hears from them, so that a worker beside this process
/// does not wait for its next look at the table. Losing a message costs that wait, no more.
async fn share_wakes(app: Arc<App>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let shared = async {
            let mut listener = PgListener::connect_with(&app.pool).await?;
            listener.listen(CHANNEL).await?;
            exchange(&app, &mut listener).await
        };
        tokio::select! {
            ended = shared => {
                if let Err(error) = ended {
                    tracing::warn!(%error, "wake-ups are not shared for the moment");
                }
            }
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = app.clock.sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn exchange(app: &App, listener: &mut PgListener) -> Result<(), sqlx::Error> {
    let mut local = app.wake.listen();
    let own = app.ids.token();
    loop {
        tokio::select! {
            heard = listener.recv() => {
                if heard?.payload() != own {
                    app.wake.now();
                    local.mark_unchanged();
                }
            }
            Ok(()) = local.changed() => {
                app.clock.sleep(GATHER).await;
                local.mark_unchanged();
                sqlx::query("select pg_notify($1, $2)")
                    .bind(CHANNEL)
                    .bind(&own)
                    .execute(&app.pool)
                    .await?;
            }
        }
    }
}

/// Cancels the token at the first SIGTERM or Ctrl-C; a second one ends the process at once.
///
/// # Errors
/// The signals cannot be listened to.
pub fn stop_on_signals() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = CancellationToken::new();
    let cancelled = stop.clone();
    tokio::spawn(async move {
        wait_for_either(terminate.recv(), interrupt.recv()).await;
        cancelled.cancel();
        wait_for_either(terminate.recv(), interrupt.recv()).await;
        std::process::exit(130);
    });
    Ok(stop)
}

async fn wait_for_either(
    one: impl Future<Output = Option<()>>,
    other: impl Future<Output = Option<()>>,
) {
    tokio::select! {
        _ = one => {}
        _ = other => {}
    }
}
