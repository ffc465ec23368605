//! Pages whose words operators choose.

use catalog::Language;
use chat::PageText;
use serde::{Deserialize, Serialize};

use crate::texts::Key;

/// A page in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PageWords {
    TermsRu,
    TermsEn,
    PrivacyRu,
    PrivacyEn,
    PaymentsRu,
    PaymentsEn,
    SupportRu,
    SupportEn,
}

impl PageWords {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TermsRu => "page_terms_ru",
            Self::TermsEn => "page_terms_en",
            Self::PrivacyRu => "page_privacy_ru",
            Self::PrivacyEn => "page_privacy_en",
            Self::PaymentsRu => "page_payments_ru",
            Self::PaymentsEn => "page_payments_en",
            Self::SupportRu => "page_support_ru",
            Self::SupportEn => "page_support_en",
        }
    }

    pub(super) const fn title(self) -> Key {
        match self {
            Self::TermsRu => Key::FieldSettingTermsRu,
            Self::TermsEn => Key::FieldSettingTermsEn,
            Self::PrivacyRu => Key::FieldSettingPrivacyRu,
            Self::PrivacyEn => Key::FieldSettingPrivacyEn,
            Self::PaymentsRu => Key::FieldSettingPaymentsRu,
            Self::PaymentsEn => Key::FieldSettingPaymentsEn,
            Self::SupportRu => Key::FieldSettingSupportRu,
            Self::SupportEn => Key::FieldSettingSupportEn,
        }
    }

    /// Which page, in which language.
    pub(crate) const fn page(self) -> (PageText, Language) {
        match self {
            Self::TermsRu => (PageText::Terms, Language::Ru),
            Self::TermsEn => (PageText::Terms, Language::En),
            Self::PrivacyRu => (PageText::Privacy, Language::Ru),
            Self::PrivacyEn => (PageText::Privacy, Language::En),
            Self::PaymentsRu => (PageText::Payments, Language::Ru),
            Self::PaymentsEn => (PageText::Payments, Language::En),
            Self::SupportRu => (PageText::Support, Language::Ru),
            Self::SupportEn => (PageText::Support, Language::En),
        }
    }
}
