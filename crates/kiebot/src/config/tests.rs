use secrecy::ExposeSecret as _;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Environment {
    let base = [("TELEGRAM_BOT_TOKEN", "123:abc_DEF-9"), ("KIE_API_KEY", "key-one")];
    base.iter().chain(pairs).map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[test]
fn two_settings_are_enough() {
    let config = Config::read(&environment(&[])).unwrap();
    assert_eq!(config.welcome, Rub::from_roubles(200));
    assert_eq!(config.rate.rub_per_credit(), Decimal::new(95, 2));
    assert_eq!(config.cost_rate.rub_per_credit(), Decimal::new(475, 3));
    assert_eq!((config.workers, config.listen.port(), config.port_given), (20, 8080, false));
    assert!(Config::read(&environment(&[("PORT", "8080")])).unwrap().port_given);
    assert_eq!(config.bot_mode, BotMode::Polling);
}

#[test]
fn old_names_are_accepted_and_contradictions_are_not() {
    let old = [
        ("USD_TO_RUB", "100"),
        ("START_BONUS_RUB", "50"),
        ("ADMIN_IDS", "1, 2"),
        ("WEBHOOK_BASE_URL", "https://bot.example/"),
        ("DRY_RUN", "1"),
        ("KIE_API_KEYS", ""),
    ];
    let config = Config::read(&environment(&old)).unwrap();
    assert_eq!(config.rate.rub_per_credit(), Decimal::ONE);
    assert_eq!(config.welcome, Rub::from_roubles(50));
    assert_eq!(config.admins, [1, 2]);
    assert_eq!(config.public_base_url.as_deref(), Some("https://bot.example"));
    assert!(config.test_mode);
    let mistakes =
        Config::read(&environment(&[("KIE_API_KEYS", "other")])).unwrap_err().to_string();
    assert!(mistakes.contains("KIE_API_KEY and KIE_API_KEYS say different things"), "{mistakes}");
}

#[test]
fn all_mistakes_are_named_at_once_and_no_secret_with_them() {
    let wrong = [
        ("TELEGRAM_BOT_TOKEN", "secret token"),
        ("KIE_API_KEY", ""),
        ("PORT", "eighty"),
        ("WORKERS", "0"),
        ("FX_RUB_PER_USD", "-1"),
        ("BOT_MODE", "webhook"),
        ("ADMIN_ID", "@me"),
        ("WELCOME_BALANCE_RUB", "-5"),
        ("TEST_MODE", "maybe"),
        ("KIE_API_URL", "kie"),
        ("LOG_FORMAT", "xml"),
    ];
    let Mistakes(mistakes) = Config::read(&environment(&wrong)).unwrap_err();
    let text = mistakes.join("\n");
    for name in [
        "TELEGRAM_BOT_TOKEN",
        "KIE_API_KEY",
        "PORT",
        "WORKERS",
        "FX_RUB_PER_USD",
        "PUBLIC_BASE_URL",
        "ADMIN_ID",
        "WELCOME_BALANCE_RUB",
        "TEST_MODE",
        "KIE_API_URL",
        "LOG_FORMAT",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("secret token"));
}

#[test]
fn typing_errors_are_noticed_and_secrets_stay_hidden() {
    let given = environment(&[("KIE_APIKEY", "x"), ("TELEGRAM_TOKEN", "y"), ("HOME", "/root")]);
    assert_eq!(Config::unknown_names(&given), ["KIE_APIKEY", "TELEGRAM_TOKEN"]);
    let effective = Config::effective(&given);
    assert!(effective.iter().all(|(_, value)| !value.contains("abc_DEF")));
    let config = format!("{:?}", Config::read(&given).unwrap());
    assert!(!config.contains("abc_DEF") && !config.contains("key-one"));
}

#[test]
fn what_is_given_away_is_read_and_whose_hash_it_is_stays_hidden() {
    let config = Config::read(&environment(&[
        ("WELCOME_DAILY_MAX_RUB", "5000"),
        ("PROMO_DAILY_MAX_RUB", "0"),
        ("REFERRAL_INVITER_REWARD", "75"),
        ("REFERRAL_FRIEND_REWARD", "20%"),
        ("PERSON_HASH_KEY", "long-secret"),
        ("ADMIN_ID", "7"),
    ]))
    .unwrap();
    let rules = &config.bonuses;
    assert_eq!(rules.welcome_daily_max, Rub::from_roubles(5_000));
    assert_eq!(rules.promo_daily_max, Rub::ZERO);
    assert_eq!(rules.inviter, promo::Reward::Fixed(Rub::from_roubles(75)));
    assert_eq!(rules.friend, promo::Reward::Percent(20));
    assert_eq!(rules.operators, [7]);
    assert_eq!(rules.person_key.expose_secret(), "long-secret");
    assert!(!format!("{config:?}").contains("long-secret"));
    let usual = Config::read(&environment(&[])).unwrap();
    assert_eq!(usual.bonuses.person_key.expose_secret(), "123:abc_DEF-9");
    for (name, wrong) in [
        ("WELCOME_DAILY_MAX_RUB", "-1"),
        ("PROMO_DAILY_MAX_RUB", "much"),
        ("REFERRAL_INVITER_REWARD", "200%"),
        ("REFERRAL_FRIEND_REWARD", "half"),
    ] {
        let mistakes = Config::read(&environment(&[(name, wrong)])).unwrap_err().to_string();
        assert!(mistakes.contains(name), "{mistakes}");
    }
}

#[test]
fn several_keys_and_a_fixed_rate_are_read() {
    let config = Config::read(&environment(&[
        ("KIE_API_KEY", "one,two"),
        ("CREDIT_TO_RUB_RATE", "0.5"),
        ("DATABASE_URL", "postgres://u:p@h/d"),
    ]))
    .unwrap();
    let keys: Vec<_> = config.kie_keys.iter().map(|key| key.expose_secret().to_owned()).collect();
    assert_eq!(keys, ["one", "two"]);
    assert_eq!(config.rate.rub_per_credit(), Decimal::ONE);
    assert!(config.database_url.is_some());
}
