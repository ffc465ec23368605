/// Whether `kiebot config` may print a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Printed.
    Plain,
    /// A secret.
    Hidden,
}

/// A known setting.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// Its name.
    pub name: &'static str,
    /// Older names for it.
    pub aliases: &'static [&'static str],
    /// What is in effect without it, in words.
    pub default: &'static str,
    /// Whether its value may be printed.
    pub shown: Shown,
}

impl Name {
    /// The name and its aliases.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

const fn plain(
    name: &'static str,
    aliases: &'static [&'static str],
    default: &'static str,
) -> Name {
    Name { name, aliases, default, shown: Shown::Plain }
}

const fn hidden(
    name: &'static str,
    aliases: &'static [&'static str],
    default: &'static str,
) -> Name {
    Name { name, aliases, default, shown: Shown::Hidden }
}

/// Every setting that the program reads.
pub const NAMES: &[Name] = &[
    hidden("TELEGRAM_BOT_TOKEN", &[], "(required)"),
    plain("TELEGRAM_API_URL", &[], "https://api.telegram.org"),
    hidden("KIE_API_KEY", &["KIE_API_KEYS"], "(required)"),
    plain("KIE_API_URL", &[], "https://api.kie.ai"),
    plain("KIE_UPLOAD_URL", &[], "https://kieai.redpandaai.co"),
    hidden("KIE_WEBHOOK_HMAC_KEY", &[], "(unset: callbacks need no signature)"),
    plain("KIE_RESULT_HOSTS", &[], "(none)"),
    plain("KIE_CATALOG_PAUSE_MS", &[], "1100"),
    hidden("DATABASE_URL", &[], "(unset: a private PostgreSQL in DATA_DIR)"),
    plain("DATABASE_MAX_MB", &[], "1000 (0: as it likes)"),
    plain("DATA_DIR", &[], "./data"),
    plain("ADMIN_ID", &["ADMIN_IDS"], "(none)"),
    plain("BOT_MODE", &[], "polling"),
    plain("PUBLIC_BASE_URL", &["WEBHOOK_BASE_URL"], "(unset: KIE.ai cannot call back)"),
    hidden("TELEGRAM_WEBHOOK_SECRET_TOKEN", &[], "(derived from the bot token)"),
    plain("PORT", &[], "8080 (a worker: any free port)"),
    plain("LISTEN", &[], "0.0.0.0"),
    plain("WORKERS", &[], "20"),
    plain("DB_MAXCONN", &[], "20"),
    plain("CREDIT_USD", &[], "0.005"),
    plain("FX_RUB_PER_USD", &["USD_TO_RUB"], "95"),
    plain("PRICING_MARKUP", &[], "2"),
    plain("CREDIT_TO_RUB_RATE", &[], "(unset: CREDIT_USD × FX_RUB_PER_USD)"),
    plain("WELCOME_BALANCE_RUB", &["START_BONUS_RUB"], "200"),
    plain("WELCOME_DAILY_MAX_RUB", &[], "20000"),
    plain("PROMO_DAILY_MAX_RUB", &[], "20000"),
    plain("REFERRAL_INVITER_REWARD", &[], "10%"),
    plain("REFERRAL_FRIEND_REWARD", &[], "50"),
    hidden("PERSON_HASH_KEY", &[], "(the bot token)"),
    plain("LLM_API_URL", &[], "(unset: the chat of KIE.ai)"),
    hidden("LLM_API_KEY", &[], "(unset)"),
    plain("LLM_MODEL", &[], "gpt-5-2"),
    plain("FREE_TIER_MODEL_IDS", &[], "(the 5 cheapest models of the menu)"),
    plain("FREE_MAX_RUB", &[], "3"),
    plain("FREE_DAILY_BUDGET_RUB", &[], "100"),
    plain("FREE_PER_DAY", &[], "5"),
    plain("FREE_PER_HOUR", &[], "2"),
    plain("PRICE_WARNING_RUB", &[], "300"),
    plain("MAX_TEST_CREDITS_PER_RUN", &[], "50"),
    plain("TEST_MODE", &["DRY_RUN", "SAFE_TEST_MODE"], "0"),
    plain("ALLOW_REAL_GENERATION", &[], "1"),
    plain("CATALOG_SYNC_HOURS", &[], "6"),
    plain("STARS_ENABLED", &[], "1"),
    plain("STARS_RUB_RATE", &[], "1.0"),
    hidden("TELEGRAM_PROVIDER_TOKEN", &[], "(unset: no cards through Telegram)"),
    plain("YOOKASSA_SHOP_ID", &[], "(unset: no YooKassa)"),
    hidden("YOOKASSA_SECRET_KEY", &[], "(unset)"),
    plain("YOOKASSA_API_URL", &[], "https://api.yookassa.ru/v3"),
    plain("YOOKASSA_RECEIPT_EMAIL", &[], "(unset: YooKassa makes no fiscal receipts)"),
    hidden("CRYPTO_PAY_TOKEN", &[], "(unset: no Crypto Pay)"),
    plain("CRYPTO_PAY_API_URL", &[], "https://pay.crypt.bot"),
    plain("MANUAL_PAYMENT_DETAILS", &[], "(unset: no transfers by hand)"),
    plain("TRUSTED_PROXIES", &[], "(none)"),
    plain("TOPUP_SUMS", &[], "100,300,500,1000,3000,5000"),
    plain("TOPUP_BONUSES", &[], "(none)"),
    hidden("METRICS_TOKEN", &[], "(unset)"),
    plain("SUPPORT_TELEGRAM", &[], "(none)"),
    plain("LIMIT_REQUESTS_PER_MINUTE", &[], "60"),
    plain("LIMIT_OPEN_ORDERS", &[], "10"),
    plain("LIMIT_UPLOADS_PER_HOUR", &[], "60"),
    plain("BACKUP_EVERY_HOURS", &[], "24 (0: never)"),
    plain("BACKUP_FOLDER", &[], "DATA_DIR/backups"),
    plain("BACKUP_KEEP", &[], "14"),
    plain("BACKUP_RECIPIENT", &[], "(unset: not encrypted, and never sent away)"),
    plain("BACKUP_CHAT_ID", &[], "(unset: not sent away)"),
    plain("RUST_LOG", &[], "info"),
    plain("LOG_FORMAT", &[], "text"),
];
