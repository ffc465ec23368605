//! What differs from story to story.

use chat::{FreeTier, Limits};
use money::Rub;
use sandbox::kie::DEFAULT_KEY;

/// People of stories are as quick as machines.
pub const PATIENT: Limits =
    Limits { requests_per_minute: 100_000, open_orders: 100, uploads_per_hour: 100_000 };

/// What differs from story to story.
#[derive(Clone)]
pub struct Options {
    /// Whether KIE.ai has an address to call back to.
    pub callbacks: bool,
    /// The keys of KIE.ai.
    pub keys: Vec<&'static str>,
    /// When set, callbacks are signed and must be.
    pub webhook_key: Option<&'static str>,
    /// How much one person may ask for.
    pub limits: Limits,
    /// Whether the world reaches the program's HTTP port.
    pub public: bool,
    /// What a new person finds in the wallet.
    pub welcome: Rub,
    /// What is given away; nothing, as a rule, so that every order has its price.
    pub free: FreeTier,
    /// What is given away.
    pub bonuses: promo::Rules,
    /// How people can pay.
    pub offer: payments::Offer,
    /// What is looked at beside the shop.
    pub watch: watch::Settings,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            callbacks: true,
            keys: vec![DEFAULT_KEY],
            webhook_key: None,
            limits: PATIENT,
            public: false,
            free: FreeTier::off(),
            welcome: Rub::from_roubles(200),
            bonuses: promo::Rules::default(),
            offer: payments::Offer::default(),
            watch: watch::Settings::default(),
        }
    }
}
