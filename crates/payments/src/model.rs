use billing::World;
use money::Rub;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::State;

/// A way to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Telegram Stars.
    Stars,
    /// A bank card through Telegram's own payments, with a token of `@BotFather`.
    Telegram,
    /// `YooKassa` directly.
    YooKassa,
    /// Crypto Pay of `@CryptoBot`.
    CryptoPay,
    /// A transfer from bank to bank that an operator finds on the statement.
    Manual,
}

impl Provider {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::YooKassa, Self::Telegram, Self::Manual, Self::Stars, Self::CryptoPay];

    /// The word in the table, in the books and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Telegram => "telegram",
            Self::YooKassa => "yookassa",
            Self::CryptoPay => "cryptopay",
            Self::Manual => "manual",
        }
    }

    /// The provider of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == text)
    }

    /// The least that can be paid in this way: providers refuse less, or it is not worth its fee.
    #[must_use]
    pub const fn least(self) -> Rub {
        match self {
            Self::Stars => Rub::from_roubles(1),
            Self::YooKassa => Rub::from_roubles(10),
            Self::CryptoPay => Rub::from_roubles(50),
            Self::Telegram | Self::Manual => Rub::from_roubles(100),
        }
    }

    /// Whether the provider has to be asked for a bill before it can be paid.
    #[must_use]
    pub(crate) const fn is_asked(self) -> bool {
        match self {
            Self::YooKassa | Self::CryptoPay => true,
            Self::Stars | Self::Telegram | Self::Manual => false,
        }
    }

    /// Whether the provider itself gives money back when asked.
    #[must_use]
    pub const fn gives_back(self) -> bool {
        match self {
            Self::Stars | Self::YooKassa => true,
            Self::Telegram | Self::CryptoPay | Self::Manual => false,
        }
    }
}

/// What every movement of payments needs to know about the shop.
#[derive(Clone, Debug, Default)]
pub struct Till {
    /// Telegram ids of the operators, who are told of what does not agree.
    pub operators: Vec<i64>,
    /// What a top-up brings beside itself.
    pub bonuses: promo::Rules,
}

/// A top-up as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id; what providers carry for us.
    pub id: Uuid,
    /// What people call it.
    pub number: i64,
    /// Whose.
    pub user_id: i64,
    /// Where the person is told.
    pub chat_id: i64,
    /// Real money; the test mode takes none.
    pub world: World,
    /// By which way.
    pub provider: Provider,
    /// How much is credited.
    pub amount: Rub,
    /// The bonus on top.
    pub bonus: Rub,
    /// Three letters; `XTR` for Stars.
    pub currency: String,
    /// What the provider is to receive, in the smallest unit.
    pub provider_amount: i64,
    /// Where it stands.
    pub state: State,
    /// Whether an order waits for it.
    pub resumes: bool,
    /// The provider's idempotence key.
    pub idem_key: String,
    /// Since when the provider may know of it.
    pub asked_at: Option<OffsetDateTime>,
    /// The provider's name of it.
    pub external_id: Option<String>,
    /// Where it can be paid.
    pub pay_url: Option<String>,
    /// What has come instead of what was ordered: currency and smallest units.
    pub received: Option<(String, i64)>,
    /// Why it was rejected or is looked at.
    pub reason: Option<String>,
    /// How often an operator gave it back.
    pub refunds: i16,
    /// The receipt that the person sent: Telegram's file, and whether it is a photo.
    pub receipt: Option<(String, bool)>,
    /// Until when it can be paid.
    pub expires_at: OffsetDateTime,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When it was credited.
    pub paid_at: Option<OffsetDateTime>,
}

impl Payment {
    /// Whether its person has erased themself since: then nobody is told of it, and its wallet is
    /// nobody's.
    #[must_use]
    pub const fn has_left(&self) -> bool {
        self.chat_id == 0
    }

    /// Under which the books know what was credited for it.
    #[must_use]
    pub fn credit_key(&self, external_id: &str) -> String {
        format!("pay:{}:{external_id}", self.provider.as_str())
    }

    /// Under which the books know the bonus on top.
    #[must_use]
    pub fn bonus_key(&self) -> String {
        format!("topup_bonus:{}", self.id)
    }
}
