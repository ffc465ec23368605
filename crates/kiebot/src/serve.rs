//! The program in production: loops, the HTTP port, and an orderly end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use catalog::Catalog;
use clock::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgListener;
use telegram::ApiError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::backups::Keeper;
use crate::compose::{Ground, bot_api};
use crate::config::{BotMode, Config};
use crate::demo::EmulatedKie;
use crate::http::{Access, Front};
use crate::storage::Storage;
use crate::supervise::Loops;
use crate::updates::Webhook;
use crate::{App, app, http, shopfront, updates};

/// How long running jobs may go on after a stop was asked for.
const PATIENCE: Duration = Duration::from_secs(25);

/// How long everything together may take to end; the database has what is left of 30 seconds.
const END: Duration = Duration::from_secs(27);

/// How long requests that are being received or answered may go on after a stop.
const REQUESTS_END: Duration = Duration::from_secs(5);

/// How long answers to presses may take after everything else has ended.
const PRESSES_END: Duration = Duration::from_secs(2);

/// The pause before Telegram is asked again.
const AGAIN: Duration = Duration::from_secs(2);

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
/// What makes it impossible to start, or to go on; each text says what to do or what has ended.
pub async fn run(
    config: Config,
    role: Role,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let storage = tokio::select! {
        opened = Storage::open(&config) => opened?,
        // A private server that is being started is stopped in order, once it is there.
        () = stop.cancelled(), if config.database_url.is_some() => return Ok(()),
    };
    let served = run_over(&config, role, listener, &stop, &storage).await;
    storage.close().await;
    served
}

async fn run_over(
    config: &Config,
    role: Role,
    listener: TcpListener,
    stop: &CancellationToken,
    storage: &Storage,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let local_port = listener.local_addr()?.port();
    let emulated = if config.test_mode { Some(EmulatedKie::start().await?) } else { None };
    let bot = bot_api(config, &clock)?;
    let catalog = Arc::new(Catalog::builtin()?);
    let secret = (config.bot_mode == BotMode::Webhook).then(|| webhook_secret(config));
    let front = Arc::new(Front::new(
        storage.pool.clone(),
        clock.clone(),
        app::count_on_sale(&catalog),
        secret,
        Access::of(config),
    ));
    let ground = Ground {
        config,
        pool: &storage.pool,
        url: &storage.url,
        bot: &bot,
        clock: &clock,
        catalog: &catalog,
        emulated: emulated.as_ref(),
        local_port,
    };
    // The loops also stop each other: the caller's token is not ours to cancel.
    let stop = stop.child_token();
    let mut loops = Loops::default();
    let routes = http::routes(Arc::clone(&front));
    loops.spawn("the HTTP port", answer_requests(listener, routes, clock.clone(), stop.clone()));
    tracing::info!(port = local_port, "the HTTP port is open");
    let served = attend(&ground, role, &front, &mut loops, &stop).await;
    stop.cancel();
    tracing::info!("stopping: no new updates, running jobs may finish");
    end_in_order(&mut loops, &front, &clock).await;
    tracing::info!("stopped");
    served
}

/// Prepares, starts the loops and watches them until the stop.
async fn attend(
    ground: &Ground<'_>,
    role: Role,
    front: &Front,
    loops: &mut Loops,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let (app, refused) = tokio::select! {
        prepared = prepare(ground, role, front) => prepared?,
        watched = loops.watch(stop) => return watched,
    };
    if let Some(webhook) = refused {
        loops.spawn("the webhook", webhook.mend(stop.clone()));
    }
    if role == Role::Run && ground.config.bot_mode == BotMode::Polling {
        let (app, stop) = (Arc::clone(&app), stop.clone());
        loops.spawn("asking Telegram", async move {
            updates::poll(app, stop).await;
            Ok(())
        });
    }
    start_loops(&app, loops, stop);
    let (shop, every) = (Arc::clone(&app), ground.config.catalog_sync);
    loops.spawn("the shopfront", shopfront::keep(shop, every, stop.clone()));
    if role == Role::Run {
        register_texts(&app);
        let keeper = Keeper {
            app: Arc::clone(&app),
            url: ground.url.expose_secret().to_owned(),
            config: ground.config.backup.clone(),
        };
        loops.spawn("the backups", keeper.keep(stop.clone()));
    }
    front.serves();
    tracing::info!(port = ground.local_port, models = app.models_count(), "kiebot serves");
    loops.watch(stop).await
}

/// Everything ends within [`END`], whoever hangs.
async fn end_in_order(loops: &mut Loops, front: &Front, clock: &Clock) {
    let deadline = clock.now() + END;
    loops.end(clock, END).await;
    let Some(app) = front.app() else { return };
    let left = Duration::try_from(deadline - clock.now()).unwrap_or_default();
    tokio::select! {
        () = app.presses_answered() => {}
        () = clock.sleep(left.min(PRESSES_END)) => {
            tracing::warn!("some presses stay without an answer");
        }
    }
}

/// Serves requests. After a stop it takes no new ones, and a client that is slow, or silent in the
/// middle of a request, is not waited for.
async fn answer_requests(
    listener: TcpListener,
    routes: Router,
    clock: Clock,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let serving =
        axum::serve(listener, routes).with_graceful_shutdown(stop.clone().cancelled_owned());
    let overstayed = async {
        stop.cancelled().await;
        clock.sleep(REQUESTS_END).await;
    };
    tokio::select! {
        ended = serving.into_future() => ended?,
        () = overstayed => tracing::info!("connections that are still open are cut"),
    }
    Ok(())
}

fn start_loops(app: &Arc<App>, loops: &mut Loops, stop: &CancellationToken) {
    let (talk, work, pay) = (app.talk_runner(), app.work_runner(), app.pay_runner());
    let (one, other, third) = (stop.clone(), stop.clone(), stop.clone());
    loops.spawn("the work on updates and messages", async move {
        talk.run(one.cancelled(), PATIENCE).await;
        Ok(())
    });
    loops.spawn("the work on generations", async move {
        work.run(other.cancelled(), PATIENCE).await;
        Ok(())
    });
    loops.spawn("the questions to payment providers", async move {
        pay.run(third.cancelled(), PATIENCE).await;
        Ok(())
    });
    let (app, stop) = (Arc::clone(app), stop.clone());
    let (house, books) = (Arc::clone(&app), Arc::clone(&app));
    loops.spawn("housekeeping", crate::housekeeping::keep(house, stop.clone()));
    loops.spawn("the audit of the books", crate::housekeeping::keep_books(books, stop.clone()));
    loops.spawn("the sharing of wake-ups", async move {
        share_wakes(app, stop).await;
        Ok(())
    });
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

/// Learns from Telegram who the bot is, puts the program together, and settles how updates come
/// in. From the second step on the port takes updates: Telegram may send them at once.
async fn prepare(
    ground: &Ground<'_>,
    role: Role,
    front: &Front,
) -> anyhow::Result<(Arc<App>, Option<Webhook>)> {
    let Ground { config, bot, clock, .. } = *ground;
    let me = insist(clock, async || bot.get_me().await).await?;
    let app = Arc::new(ground.compose(me.username.unwrap_or_default())?);
    if let Err(error) = app.catch_up().await {
        tracing::warn!(%error, "what is stored about the shop is not applied yet");
    }
    front.takes(&app);
    if role == Role::Worker {
        return Ok((app, None));
    }
    if webhook_base(config).is_none() {
        insist(clock, async || updates::remove_webhook(bot).await).await?;
    }
    let refused = prepare_webhook(ground, &app).await?;
    Ok((app, refused))
}

/// Where Telegram is to call us, when it is.
fn webhook_base(config: &Config) -> Option<&str> {
    match config.bot_mode {
        BotMode::Webhook => config.public_base_url.as_deref(),
        BotMode::Polling => None,
    }
}

/// Sets the webhook; answers with it when Telegram refuses it for good. Then the rest of the program
/// works all the same, and tells the operators: the cause may be a certificate or a name that
/// somebody mends.
async fn prepare_webhook(ground: &Ground<'_>, app: &Arc<App>) -> anyhow::Result<Option<Webhook>> {
    let Some(base) = webhook_base(ground.config) else {
        // An older trouble with it is over.
        updates::tell_of_webhook(app, None).await;
        return Ok(None);
    };
    let secret = webhook_secret(ground.config);
    let webhook = Webhook { app: Arc::clone(app), base: base.to_owned(), secret };
    let refused = insist(ground.clock, async || match webhook.set().await {
        Ok(()) => Ok(None),
        Err(ApiError::BadRequest(reason)) => Ok(Some(reason)),
        Err(error) => Err(error),
    })
    .await?;
    updates::tell_of_webhook(app, refused.as_deref()).await;
    Ok(refused.is_some().then_some(webhook))
}

/// Calls Telegram until it answers; only a wrong token is final.
async fn insist<T>(
    clock: &Clock,
    call: impl AsyncFn() -> Result<T, ApiError>,
) -> anyhow::Result<T> {
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let pause = match error {
            ApiError::Unauthorized => anyhow::bail!(
                "Telegram does not know this token: copy TELEGRAM_BOT_TOKEN from @BotFather again"
            ),
            ApiError::Flood { retry_after } => retry_after,
            _ => AGAIN,
        };
        tracing::warn!(%error, "Telegram did not do what the start needs; trying again");
        clock.sleep(pause).await;
    }
}

pub(crate) fn webhook_secret(config: &Config) -> SecretString {
    config
        .webhook_secret
        .clone()
        .unwrap_or_else(|| telegram::webhook_secret(&config.telegram_token))
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
