//! Settings: read once, from the environment, all mistakes at once.

mod bonuses;
mod names;
mod payments;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chat::FreeTier;
use generation::FreeLimits;
use kie::ChatEndpoint;
use money::{Credits, Formula, Rate, Rub};
use rust_decimal::Decimal;
use secrecy::SecretString;
use url::Url;

pub use self::payments::{CryptoPayConfig, Payments, YooKassaConfig};
pub use names::{NAMES, Name, Shown};

use crate::writer::WriterSettings;

/// The environment as it was at the start.
pub type Environment = BTreeMap<String, String>;

/// How updates come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotMode {
    /// One process at a time asks Telegram.
    Polling,
    /// Telegram calls every process.
    Webhook,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The effective settings of `run` and `worker`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bot's token.
    pub telegram_token: SecretString,
    /// Where the Bot API is.
    pub telegram_api_url: String,
    /// Keys of KIE.ai, at least one.
    pub kie_keys: Vec<SecretString>,
    /// Where KIE.ai is.
    pub kie_api_url: String,
    /// Where KIE.ai takes files.
    pub kie_upload_url: String,
    /// When set, callbacks must be signed with it.
    pub kie_webhook_key: Option<SecretString>,
    /// The time between two calls of KIE.ai's catalogue.
    pub kie_catalog_pause: Duration,
    /// More hosts that results may come from.
    pub kie_result_hosts: Vec<String>,
    /// The database; `None` for a private one in the data folder.
    pub database_url: Option<SecretString>,
    /// How big the database may become, in megabytes; `None`: as it likes.
    pub database_max_mb: Option<i64>,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Telegram ids of the operators.
    pub admins: Vec<i64>,
    /// How updates come in.
    pub bot_mode: BotMode,
    /// The public address of the HTTP port, without a slash at the end.
    pub public_base_url: Option<String>,
    /// The webhook's secret; `None` to derive it from the token.
    pub webhook_secret: Option<SecretString>,
    /// Where the HTTP port is.
    pub listen: SocketAddr,
    /// Whether the port was asked for by number, or is only the usual one.
    pub port_given: bool,
    /// How many generations are worked on at once.
    pub workers: usize,
    /// How many connections to the database at most.
    pub db_connections: u32,
    /// What the prices are made of.
    pub formula: Formula,
    /// What a credit costs the person.
    pub rate: Rate,
    /// What a credit costs the shop.
    pub cost_rate: Rate,
    /// What a new person finds in the wallet.
    pub welcome: Rub,
    /// What is given away.
    pub free: FreeTier,
    /// Prices above this carry a warning.
    pub dear: Rub,
    /// The most credits that one run of `kiebot smoke` spends.
    pub smoke_credits: Credits,
    /// What else is given away, and how much of everything.
    pub bonuses: promo::Rules,
    /// No money is taken, and the built-in emulator stands in for KIE.ai.
    pub test_mode: bool,
    /// Whether orders go to KIE.ai at all.
    pub real_generation: bool,
    /// How long after one comparison of the catalogue with KIE.ai the next one comes; `None` for
    /// never by itself.
    pub catalog_sync: Option<Duration>,
    /// Whom people may write to.
    pub support: Option<String>,
    /// Which language model writes prompts; `None` for the usual one of KIE.ai.
    pub writer: Option<WriterSettings>,
    /// Opens the figures of `/metrics` while the port is public.
    pub metrics_token: Option<SecretString>,
    /// How much one person may ask for.
    pub limits: chat::Limits,
    /// How people can pay.
    pub payments: Payments,
    /// How backups are made.
    pub backup: BackupConfig,
    /// How the log is written.
    pub log_format: LogFormat,
}

/// The size of the smallest plans of the hosters, and the setting that names another, in megabytes.
pub(crate) const DATABASE_MAX_MB: (&str, i64) = ("DATABASE_MAX_MB", 1000);

/// The built-in backups.
#[derive(Clone, Debug)]
pub struct BackupConfig {
    /// Where, how many, for whom.
    pub settings: backup::Settings,
    /// How often by itself; `None` for never.
    pub every: Option<time::Duration>,
    /// The chat that gets every backup, encrypted.
    pub chat: Option<i64>,
}

/// Everything that is wrong with the settings, one line each.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<String>);

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Mistakes {}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn read(environment: &Environment) -> Result<Self, Mistakes> {
        let mut reader = Reader { environment, mistakes: Vec::new() };
        let config = reader.config();
        match config {
            Some(config) if reader.mistakes.is_empty() => Ok(config),
            _ => Err(Mistakes(reader.mistakes)),
        }
    }

    /// Names that look like ours and are not known: typing errors, as a rule.
    #[must_use]
    pub fn unknown_names(environment: &Environment) -> Vec<&str> {
        const PREFIXES: &[&str] = &[
            "CATALOG_",
            "TOPUP_",
            "TELEGRAM_",
            "KIE_",
            "BOT_",
            "FREE_",
            "LLM_",
            "STARS_",
            "YOOKASSA_",
            "CRYPTO_PAY_",
            "PRICING_",
            "PRICE_",
            "MAX_TEST_",
            "CREDIT_",
            "WELCOME_",
            "MANUAL_",
            "LIMIT_",
            "PROMO_",
            "REFERRAL_",
            "BACKUP_",
        ];
        let known = |name: &str| NAMES.iter().any(|entry| entry.all().any(|one| one == name));
        environment
            .keys()
            .map(String::as_str)
            .filter(|name| PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !known(name))
            .collect()
    }

    /// The database's address alone, for commands that need nothing else.
    #[must_use]
    pub fn database_url(environment: &Environment) -> Option<SecretString> {
        Reader { environment, mistakes: Vec::new() }.secret("DATABASE_URL")
    }

    /// The size of the database's plan in megabytes alone; `None` when it may grow as it likes.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn database_max_mb(environment: &Environment) -> anyhow::Result<Option<i64>> {
        let mut reader = Reader { environment, mistakes: Vec::new() };
        let megabytes = reader.database_max_mb();
        match reader.mistakes.pop() {
            None => Ok(megabytes),
            Some(mistake) => Err(anyhow::anyhow!(mistake)),
        }
    }

    /// Every known setting with what is in effect, secrets hidden.
    #[must_use]
    pub fn effective(environment: &Environment) -> Vec<(&'static str, String)> {
        NAMES
            .iter()
            .map(|name| {
                let given = name.all().find_map(|one| environment.get(one)).map(|text| text.trim());
                let text = match (given.filter(|text| !text.is_empty()), name.shown) {
                    (Some(_), Shown::Hidden) => "(set, hidden)".to_owned(),
                    (Some(text), Shown::Plain) => text.to_owned(),
                    (None, _) => name.default.to_owned(),
                };
                (name.name, text)
            })
            .collect()
    }
}

/// Reads one value after the other and collects what is wrong.
struct Reader<'a> {
    environment: &'a Environment,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    /// The value of a setting by its name or an alias; an empty one counts as unset.
    fn text(&mut self, name: &str) -> Option<String> {
        let entry = NAMES.iter().find(|entry| entry.name == name)?;
        let given: Vec<_> = entry
            .all()
            .filter_map(|one| Some((one, self.environment.get(one)?.trim())))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        if let [(first, one), (second, other), ..] = given[..]
            && one != other
        {
            self.mistakes.push(format!("{first} and {second} say different things: keep one"));
        }
        given.first().map(|(_, text)| (*text).to_owned())
    }

    fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let text = self.text(name);
        if text.is_none() {
            self.mistakes.push(format!("{name} is not set: {what}"));
        }
        text
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T, what: &str) -> T {
        match self.text(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.mistakes.push(format!("{name} is not {what}"));
                default
            }
        }
    }

    fn between(&mut self, name: &str, default: u32, min: u32, max: u32) -> u32 {
        let value = self.parsed(name, default, "a whole number");
        if (min..=max).contains(&value) {
            return value;
        }
        self.mistakes.push(format!("{name} must be from {min} to {max}"));
        default
    }

    fn switch(&mut self, name: &str, default: bool) -> bool {
        match self.text(name).as_deref().map(str::to_ascii_lowercase).as_deref() {
            None => default,
            Some("1" | "true" | "yes" | "on") => true,
            Some("0" | "false" | "no" | "off") => false,
            Some(_) => {
                self.mistakes.push(format!("{name} must be 1 or 0"));
                default
            }
        }
    }

    /// An address without a slash at the end.
    fn address(&mut self, name: &str, default: &str) -> String {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {}
            _ => self.mistakes.push(format!("{name} is not an address (https://host)")),
        }
        text.trim_end_matches('/').to_owned()
    }

    fn decimal(&mut self, name: &str, default: Decimal) -> Decimal {
        let value = self.parsed(name, default, "a number such as 0.005");
        if value > Decimal::ZERO {
            return value;
        }
        self.mistakes.push(format!("{name} must be greater than zero"));
        default
    }

    fn roubles(&mut self, name: &str, default: i64) -> Rub {
        let Some(text) = self.text(name) else { return Rub::from_roubles(default) };
        let sum = Rub::parse(&text).ok().filter(|sum| *sum >= Rub::ZERO);
        if sum.is_none() {
            self.mistakes.push(format!("{name} is not a sum in roubles such as {default}"));
        }
        sum.unwrap_or_default()
    }

    fn credits(&mut self, name: &str, default: i64) -> Credits {
        let text = self.text(name).unwrap_or_else(|| default.to_string());
        Credits::parse(&text).unwrap_or_else(|_| {
            self.mistakes.push(format!("{name} is not a number of credits such as {default}"));
            Credits::ZERO
        })
    }

    fn free_tier(&mut self) -> FreeTier {
        let models = self.list("FREE_TIER_MODEL_IDS");
        FreeTier {
            models: (!models.is_empty()).then_some(models),
            max: self.roubles("FREE_MAX_RUB", 3),
            limits: FreeLimits {
                per_day: self.between("FREE_PER_DAY", 5, 0, 1000),
                per_hour: self.between("FREE_PER_HOUR", 2, 0, 1000),
                budget: self.roubles("FREE_DAILY_BUDGET_RUB", 100),
            },
        }
    }

    fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split([',', ' '])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn rates(&mut self) -> Option<(Formula, Rate, Rate)> {
        let credit_usd = self.decimal("CREDIT_USD", Decimal::new(5, 3));
        let rub_per_usd = self.decimal("FX_RUB_PER_USD", Decimal::from(95));
        let markup = self.decimal("PRICING_MARKUP", Decimal::from(2));
        let fixed = self.text("CREDIT_TO_RUB_RATE").is_some();
        let credit_rub = fixed.then(|| self.decimal("CREDIT_TO_RUB_RATE", Decimal::ONE));
        let formula = Formula { credit_usd, rub_per_usd, markup, credit_rub };
        match (formula.price(), formula.cost()) {
            (Ok(price), Ok(cost)) => Some((formula, price, cost)),
            _ => {
                self.mistakes.push("the price formula gives no usable number".to_owned());
                None
            }
        }
    }

    fn admins(&mut self) -> Vec<i64> {
        let mut admins = Vec::new();
        for part in self.list("ADMIN_ID") {
            match part.parse() {
                Ok(id) => admins.push(id),
                Err(_) => self.mistakes.push("ADMIN_ID is not a list of Telegram ids".to_owned()),
            }
        }
        admins
    }

    fn token(&mut self) -> Option<SecretString> {
        let token = self.required("TELEGRAM_BOT_TOKEN", "get one from @BotFather in Telegram")?;
        let well_formed = token.split_once(':').is_some_and(|(id, rest)| {
            !id.is_empty()
                && id.bytes().all(|byte| byte.is_ascii_digit())
                && !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        });
        if !well_formed {
            self.mistakes.push(
                "TELEGRAM_BOT_TOKEN does not look like a token (123456:ABC…): copy it from @BotFather"
                    .to_owned(),
            );
        }
        Some(token.into())
    }

    fn keys(&mut self, test_mode: bool) -> Vec<SecretString> {
        let keys = self.list("KIE_API_KEY");
        if keys.is_empty() && !test_mode {
            self.mistakes.push("KIE_API_KEY is not set: get one at https://kie.ai/api-key".into());
        }
        keys.into_iter().map(SecretString::from).collect()
    }

    fn mode(&mut self) -> BotMode {
        match self.text("BOT_MODE").as_deref() {
            None | Some("polling") => BotMode::Polling,
            Some("webhook") => BotMode::Webhook,
            Some(_) => {
                self.mistakes.push("BOT_MODE must be polling or webhook".to_owned());
                BotMode::Polling
            }
        }
    }

    fn limits(&mut self) -> chat::Limits {
        let usual = chat::Limits::default();
        let mut limit = |name, default| self.between(name, default, 1, 100_000);
        chat::Limits {
            requests_per_minute: limit("LIMIT_REQUESTS_PER_MINUTE", usual.requests_per_minute),
            open_orders: limit("LIMIT_OPEN_ORDERS", usual.open_orders),
            uploads_per_hour: limit("LIMIT_UPLOADS_PER_HOUR", usual.uploads_per_hour),
        }
    }

    fn database_max_mb(&mut self) -> Option<i64> {
        let (name, default) = DATABASE_MAX_MB;
        let megabytes = self.parsed(name, default, "a whole number of megabytes");
        (megabytes > 0).then_some(megabytes)
    }

    fn kie_catalog_pause(&mut self) -> Duration {
        Duration::from_millis(self.between("KIE_CATALOG_PAUSE_MS", 1_100, 10, 60_000).into())
    }

    /// The emulator of the test mode has nothing new to say.
    fn catalog_sync(&mut self, test_mode: bool) -> Option<Duration> {
        let hours = self.between("CATALOG_SYNC_HOURS", 6, 0, 24 * 7);
        (hours > 0 && !test_mode).then(|| Duration::from_hours(hours.into()))
    }

    fn backup(&mut self, data_dir: &Path) -> BackupConfig {
        let folder = self.text("BACKUP_FOLDER").map(PathBuf::from);
        let hours = self.between("BACKUP_EVERY_HOURS", 24, 0, 24 * 30);
        let keep = self.between("BACKUP_KEEP", 14, 1, 1000);
        let recipient = self.text("BACKUP_RECIPIENT").and_then(|text| {
            let read = text.parse().ok();
            if read.is_none() {
                self.mistakes.push(
                    "BACKUP_RECIPIENT is not a public key (age1…): `age-keygen` makes one".into(),
                );
            }
            read
        });
        let chat = self.text("BACKUP_CHAT_ID").and_then(|text| {
            let read = text.parse().ok();
            if read.is_none() {
                self.mistakes.push("BACKUP_CHAT_ID is not the id of a chat".to_owned());
            }
            read
        });
        if chat.is_some() && self.text("BACKUP_RECIPIENT").is_none() {
            self.mistakes.push(
                "BACKUP_CHAT_ID needs BACKUP_RECIPIENT: a backup leaves the machine encrypted only"
                    .to_owned(),
            );
        }
        BackupConfig {
            settings: backup::Settings {
                folder: folder.unwrap_or_else(|| data_dir.join("backups")),
                keep: usize::try_from(keep).unwrap_or(1),
                recipient,
            },
            every: (hours > 0).then(|| time::Duration::hours(hours.into())),
            chat,
        }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                self.mistakes.push("LOG_FORMAT must be text or json".to_owned());
                LogFormat::Text
            }
        }
    }

    fn webhook_secret(&mut self) -> Option<SecretString> {
        let secret = self.text("TELEGRAM_WEBHOOK_SECRET_TOKEN")?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if secret.len() > 256 || !secret.bytes().all(allowed) {
            self.mistakes.push(
                "TELEGRAM_WEBHOOK_SECRET_TOKEN may have up to 256 of A-Z a-z 0-9 _ -".to_owned(),
            );
        }
        Some(secret.into())
    }

    fn public_base_url(&mut self, mode: BotMode) -> Option<String> {
        let given = self.text("PUBLIC_BASE_URL").is_some();
        if given {
            return Some(self.address("PUBLIC_BASE_URL", ""));
        }
        if mode == BotMode::Webhook {
            self.mistakes.push(
                "BOT_MODE=webhook needs PUBLIC_BASE_URL: the public https address of this program"
                    .to_owned(),
            );
        }
        None
    }

    fn writer(&mut self) -> Option<WriterSettings> {
        let model = self.text("LLM_MODEL");
        let key = self.secret("LLM_API_KEY");
        if self.text("LLM_API_URL").is_none() {
            if key.is_some() {
                self.mistakes.push("LLM_API_KEY needs LLM_API_URL: the server it is for".into());
            }
            return model.map(|slug| WriterSettings::Kie { slug });
        }
        let base_url = self.address("LLM_API_URL", "");
        let Some(model) = model else {
            self.mistakes.push("LLM_API_URL needs LLM_MODEL: the model to ask there".into());
            return None;
        };
        // A server of one's own may want no key.
        Some(WriterSettings::Other(ChatEndpoint { base_url, key: key.unwrap_or_default(), model }))
    }

    fn config(&mut self) -> Option<Config> {
        let test_mode = self.switch("TEST_MODE", false);
        let telegram_token = self.token();
        let kie_keys = self.keys(test_mode);
        let bot_mode = self.mode();
        let public_base_url = self.public_base_url(bot_mode);
        let port = self.between("PORT", 8080, 0, 65_535);
        let port_given = self.text("PORT").is_some();
        let ip = self.parsed("LISTEN", IpAddr::V4(Ipv4Addr::UNSPECIFIED), "an IP address");
        let workers = self.between("WORKERS", 20, 1, 500);
        let db_connections = self.between("DB_MAXCONN", 20, 3, 1000);
        let welcome = self.roubles("WELCOME_BALANCE_RUB", 200);
        let rates = self.rates();
        let admins = self.admins();
        let payments = self.payments(test_mode, &admins);
        let unusable = || Rate::from_decimal(Decimal::ZERO).ok();
        let admins = self.admins();
        let bonuses = bonuses::read(self, telegram_token.as_ref(), &admins);
        let (formula, rate, cost_rate) =
            rates.or_else(|| Some((Formula::default(), unusable()?, unusable()?)))?;
        let data_dir = PathBuf::from(self.text("DATA_DIR").unwrap_or_else(|| "./data".to_owned()));
        let config = Config {
            backup: self.backup(&data_dir),
            telegram_token: telegram_token.unwrap_or_default(),
            telegram_api_url: self.address("TELEGRAM_API_URL", "https://api.telegram.org"),
            kie_keys,
            kie_api_url: self.address("KIE_API_URL", "https://api.kie.ai"),
            kie_upload_url: self.address("KIE_UPLOAD_URL", "https://kieai.redpandaai.co"),
            kie_webhook_key: self.secret("KIE_WEBHOOK_HMAC_KEY"),
            kie_catalog_pause: self.kie_catalog_pause(),
            kie_result_hosts: self.list("KIE_RESULT_HOSTS"),
            database_url: self.secret("DATABASE_URL"),
            database_max_mb: self.database_max_mb(),
            data_dir,
            admins,
            bot_mode,
            public_base_url,
            webhook_secret: self.webhook_secret(),
            listen: SocketAddr::new(ip, u16::try_from(port).unwrap_or_default()),
            port_given,
            workers: usize::try_from(workers).unwrap_or(20),
            db_connections,
            formula,
            rate,
            cost_rate,
            welcome,
            free: self.free_tier(),
            dear: self.roubles("PRICE_WARNING_RUB", 300),
            smoke_credits: self.credits("MAX_TEST_CREDITS_PER_RUN", 50),
            bonuses,
            test_mode,
            real_generation: self.switch("ALLOW_REAL_GENERATION", true),
            catalog_sync: self.catalog_sync(test_mode),
            support: self.text("SUPPORT_TELEGRAM"),
            writer: self.writer(),
            metrics_token: self.secret("METRICS_TOKEN"),
            limits: self.limits(),
            payments,
            log_format: self.log_format(),
        };
        Some(config)
    }
}

#[cfg(test)]
mod tests;
