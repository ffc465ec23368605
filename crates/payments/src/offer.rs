use money::Rub;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use secrecy::SecretString;

use crate::Provider;

/// The least and the most that one top-up takes.
const LEAST: Rub = Rub::from_roubles(1);
const MOST: Rub = Rub::from_roubles(100_000);

/// Telegram takes at most so many Stars in one bill.
const STARS_MAX: u32 = 100_000;

/// What people can pay, and by which ways.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The ways that are switched on, in the order in which they are shown.
    pub ways: Vec<Provider>,
    /// Roubles for one Star.
    pub rub_per_star: Decimal,
    /// The sums that stand on buttons.
    pub sums: Vec<Rub>,
    /// From which sum how many percent come on top, the smallest sum first.
    pub bonuses: Vec<(Rub, u8)>,
    /// Where to transfer money by hand, as the operator wrote it.
    pub manual_details: Option<String>,
    /// The provider's token for Telegram's own payments.
    pub telegram_token: Option<SecretString>,
    /// What stands on fiscal receipts, when they are to be made.
    pub receipt: ReceiptForm,
}

/// What a fiscal receipt (54-FZ) says about a top-up. It depends on how the shop is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptForm {
    /// 1 is "without VAT".
    pub vat_code: u8,
    /// `full_payment`, `advance`, `full_prepayment`.
    pub payment_mode: String,
    /// `service`, `payment`.
    pub payment_subject: String,
}

impl Default for ReceiptForm {
    fn default() -> Self {
        Self {
            vat_code: 1,
            payment_mode: "full_payment".to_owned(),
            payment_subject: "service".to_owned(),
        }
    }
}

impl Default for Offer {
    /// Nothing can be paid.
    fn default() -> Self {
        Self {
            ways: Vec::new(),
            rub_per_star: Decimal::ONE,
            sums: [100, 300, 500, 1_000, 3_000, 5_000].map(Rub::from_roubles).into(),
            bonuses: Vec::new(),
            manual_details: None,
            telegram_token: None,
            receipt: ReceiptForm::default(),
        }
    }
}

impl Offer {
    /// How many Stars a sum costs, rounded up to a whole one: the rate says how many roubles a
    /// Star is credited with.
    #[must_use]
    pub fn stars(&self, amount: Rub) -> Option<u32> {
        let roubles = Decimal::new(amount.kopecks(), 2);
        let stars = roubles.checked_div(self.rub_per_star)?.ceil().to_u32()?;
        (1..=STARS_MAX).contains(&stars).then_some(stars)
    }

    /// What comes on top of a sum, rounded down to a kopeck.
    #[must_use]
    pub fn bonus(&self, amount: Rub) -> Rub {
        let percent = self.percent(amount);
        Rub::from_kopecks(amount.kopecks().saturating_mul(i64::from(percent)) / 100)
    }

    /// How many percent come on top of a sum.
    #[must_use]
    pub fn percent(&self, amount: Rub) -> u8 {
        let fitting = self.bonuses.iter().filter(|(from, _)| *from <= amount);
        fitting.max_by_key(|(from, _)| *from).map_or(0, |(_, percent)| *percent)
    }

    /// Whether a sum can be paid at all.
    #[must_use]
    pub fn takes(&self, amount: Rub) -> bool {
        (LEAST..=MOST).contains(&amount)
    }

    /// The bounds of one top-up, for words.
    #[must_use]
    pub fn bounds(&self) -> (Rub, Rub) {
        let least = self.ways.iter().map(|way| way.least()).min();
        (least.unwrap_or(LEAST).max(LEAST), MOST)
    }

    /// What is really asked for when somebody lacks so much: providers refuse too little.
    #[must_use]
    pub fn at_least(&self, missing: Rub, way: Provider) -> Rub {
        missing.max(way.least())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn offer(rate: Decimal) -> Offer {
        let bonuses = vec![(Rub::from_roubles(1_000), 5), (Rub::from_roubles(3_000), 10)];
        Offer { rub_per_star: rate, bonuses, ..Offer::default() }
    }

    #[test]
    fn stars_are_roubles_over_the_rate_rounded_up() {
        for (rate, kopecks, stars) in [
            (Decimal::ONE, 10_000, Some(100)),
            (Decimal::ONE, 10_001, Some(101)),
            (Decimal::new(16, 1), 10_000, Some(63)),
            (Decimal::new(13, 1), 900, Some(7)),
            (Decimal::ONE, 1, Some(1)),
            (Decimal::ONE, 0, None),
            (Decimal::new(1, 3), 10_000_000, None),
        ] {
            assert_eq!(offer(rate).stars(Rub::from_kopecks(kopecks)), stars, "{rate} {kopecks}");
        }
    }

    #[test]
    fn bigger_sums_bring_more_and_never_a_fraction_of_a_kopeck() {
        for (kopecks, bonus) in
            [(99_999, 0), (100_000, 5_000), (100_019, 5_000), (300_000, 30_000), (900_000, 90_000)]
        {
            let given = offer(Decimal::ONE).bonus(Rub::from_kopecks(kopecks));
            assert_eq!(given.kopecks(), bonus);
        }
    }

    proptest! {
        #[test]
        fn nobody_gets_more_roubles_than_the_stars_are_worth(
            kopecks in 100_i64..5_000_000,
            rate in 50_i64..300,
        ) {
            let offer = offer(Decimal::new(rate, 2));
            if let Some(stars) = offer.stars(Rub::from_kopecks(kopecks)) {
                prop_assert!(i64::from(stars) * rate >= kopecks);
                prop_assert!((i64::from(stars) - 1) * rate < kopecks);
            }
        }
    }
}
