//! What is somebody else's: Telegram, KIE.ai, the time of the world.

use std::time::Duration;

use clock::Clock;
use kie::{FailureKind, KieClient, KieSettings, ReadFailure};
use money::Credits;
use telegram::{ApiError, BotApi, WebhookInfo};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::Finding;
use crate::compose::bot_api;
use crate::config::{BotMode, Config};
use crate::updates::webhook_url;

/// How long anybody outside may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A callback of KIE.ai is refused when its time is five minutes off; a minute is a warning in time.
const SKEW_MAX: time::Duration = time::Duration::seconds(60);

/// Below this a key lasts for a few videos only.
const CREDITS_LOW: i64 = 500;

/// The bot and its webhook.
pub(super) async fn telegram(config: &Config) -> Vec<Finding> {
    let clock = Clock::system();
    let bot = match bot_api(config, &clock) {
        Ok(bot) => bot,
        Err(error) => return vec![Finding::problem("telegram", error.to_string())],
    };
    let me = tokio::select! {
        me = bot.get_me() => me,
        () = clock.sleep(PATIENCE) => Err(ApiError::NotSent("no answer in 10 s".to_owned())),
    };
    match me {
        Ok(me) => {
            let name = me.username.unwrap_or_default();
            let mut findings = vec![Finding::fine("telegram", format!("the bot is @{name}"))];
            findings.push(webhook(config, &bot).await);
            findings
        }
        Err(ApiError::Unauthorized) => vec![Finding::problem(
            "telegram",
            "the token is not known: copy TELEGRAM_BOT_TOKEN from @BotFather again",
        )],
        Err(error) => vec![Finding::problem(
            "telegram",
            format!("does not answer ({error}): check the network and TELEGRAM_API_URL"),
        )],
    }
}

async fn webhook(config: &Config, bot: &BotApi) -> Finding {
    let info = match bot.get_webhook_info().await {
        Ok(info) => info,
        Err(error) => {
            return Finding::warning(
                "webhook",
                format!("cannot be asked for ({error}): try again"),
            );
        }
    };
    let waiting = info.pending_update_count;
    match (config.bot_mode, &config.public_base_url) {
        (BotMode::Polling, _) if info.url.is_empty() => {
            Finding::fine("webhook", format!("none, as polling wants it; {waiting} updates wait"))
        }
        (BotMode::Polling, _) => Finding::warning(
            "webhook",
            "one is set and BOT_MODE is polling: `kiebot run` removes it and keeps the updates; \
             make sure that nobody else serves this bot",
        ),
        (BotMode::Webhook, Some(base)) => served(config, base, &info),
        (BotMode::Webhook, None) => {
            Finding::problem("webhook", "BOT_MODE=webhook needs PUBLIC_BASE_URL")
        }
    }
}

fn served(config: &Config, base: &str, info: &WebhookInfo) -> Finding {
    let secret = crate::serve::webhook_secret(config);
    if info.url != webhook_url(base, &secret) {
        return Finding::warning("webhook", "is not set to this address: `kiebot run` sets it");
    }
    match &info.last_error_message {
        Some(message) if info.pending_update_count > 0 => Finding::problem(
            "webhook",
            format!(
                "{} updates wait and Telegram says: {message}. Check that {base} is reachable from \
                 outside with a valid certificate",
                info.pending_update_count
            ),
        ),
        Some(_) | None => {
            Finding::fine("webhook", format!("set; {} updates wait", info.pending_update_count))
        }
    }
}

/// Every key of KIE.ai with its credits.
pub(super) async fn kie(config: &Config) -> Vec<Finding> {
    if config.test_mode {
        return vec![Finding::fine("kie", "the built-in emulator stands in")];
    }
    let settings = KieSettings {
        api_url: config.kie_api_url.clone(),
        upload_url: config.kie_upload_url.clone(),
        keys: config.kie_keys.clone(),
        webhook_hmac: None,
        pace: kie::Pace::default(),
        timeouts: kie::Timeouts::default(),
    };
    let clock = Clock::system();
    let client =
        kie::http_client_builder().build().map_err(|error| error.to_string()).and_then(|http| {
            KieClient::new(settings, http, clock.clone()).map_err(|error| error.to_string())
        });
    let client = match client {
        Ok(client) => client,
        Err(error) => return vec![Finding::problem("kie", error)],
    };
    let mut asked = Vec::new();
    for key in client.key_names() {
        let credits = tokio::select! {
            credits = client.credits(&key) => credits,
            () = clock.sleep(PATIENCE) => Err(ReadFailure::Unreachable("no answer in 10 s".into())),
        };
        asked.push((format!("kie key {key}"), credits));
    }
    let has_some = |asked: &Result<Credits, ReadFailure>| {
        asked.as_ref().is_ok_and(|credits| credits.decimal() > 0.into())
    };
    let any = asked.iter().any(|(_, credits)| has_some(credits));
    asked.into_iter().map(|(subject, credits)| balance(&subject, credits, any)).collect()
}

/// What is left on a key, and whether there is anything on any of them.
fn balance(subject: &str, credits: Result<Credits, ReadFailure>, any: bool) -> Finding {
    match credits {
        Ok(credits) if credits.decimal() <= 0.into() && !any => Finding::problem(
            subject,
            "no credits are left, and nothing can be generated: top the account up at \
             https://kie.ai",
        ),
        Ok(credits) if credits.decimal() < CREDITS_LOW.into() => Finding::warning(
            subject,
            format!("{credits} credits are left: top the account up at https://kie.ai"),
        ),
        Ok(credits) => Finding::fine(subject, format!("{credits} credits")),
        Err(failure) if failure.kind() == FailureKind::Account => Finding::problem(
            subject,
            format!("is refused ({failure}): check KIE_API_KEY at https://kie.ai/api-key"),
        ),
        Err(failure) => Finding::problem(
            subject,
            format!("cannot be asked ({failure}): check the network and KIE_API_URL"),
        ),
    }
}

/// Our clock beside Telegram's.
pub(super) async fn clock(config: &Config) -> Finding {
    let here = Clock::system();
    let asked = here.now();
    let there = match their_time(config).await {
        Ok(there) => there,
        Err(error) => {
            return Finding::warning("clock", format!("cannot be compared ({error})"));
        }
    };
    // Their time was read between the question and the answer: a slow answer is no wrong clock.
    let skew = there.clamp(asked, here.now().max(asked)) - there;
    let seconds = skew.whole_seconds();
    if skew.abs() > SKEW_MAX {
        return Finding::problem(
            "clock",
            format!("it is {seconds} s off: set it by NTP, or signed callbacks are refused"),
        );
    }
    Finding::fine("clock", format!("within {} s of Telegram's", seconds.abs().max(1)))
}

async fn their_time(config: &Config) -> Result<OffsetDateTime, String> {
    // The error would show the address, which has no token in it here, but nothing of use either.
    let plain = |_| "no answer".to_owned();
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(plain)?;
    let answer = client.head(&config.telegram_api_url).send().await.map_err(plain)?;
    let date = answer.headers().get("date").ok_or("no date in the answer")?;
    let text = date.to_str().map_err(|_| "an unreadable date")?;
    OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822)
        .map_err(|_| "an unreadable date".to_owned())
}
