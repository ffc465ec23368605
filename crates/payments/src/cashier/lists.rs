//! The lists of providers, compared with ours.

use outbox::PaymentProblem;
use queue::Claim;
use time::format_description::well_known::Rfc3339;

use super::{Cashier, Found, Status, Trouble, of_telegram};
use crate::Provider;
use crate::credit::alert;
use crate::store::{self, charges};

/// A provider's list shows a payment at the latest after this time.
const LISTED_AFTER: time::Duration = time::Duration::HOUR;

/// How far back a list is read: longer than any notification is repeated.
const LOOK_BACK: time::Duration = time::Duration::days(4);

/// So long an update is given to be worked on.
const WORKED_ON_WITHIN: time::Duration = time::Duration::minutes(10);

impl Cashier {
    /// Compares a provider's list with ours: credits what is missing here, tells the operators of
    /// what is missing there.
    pub(super) async fn reconcile(&self, claim: &Claim) -> Result<(), Trouble> {
        let name = claim.payload.get("provider").and_then(serde_json::Value::as_str);
        let Some(provider) = name.and_then(Provider::parse) else {
            return self.finish(claim).await;
        };
        let position = match provider {
            Provider::Stars => self.read_stars().await?,
            Provider::YooKassa => {
                self.read_yookassa().await?;
                0
            }
            Provider::CryptoPay => {
                self.read_crypto_pay().await?;
                0
            }
            Provider::Telegram => {
                self.read_charges(provider).await?;
                0
            }
            Provider::Manual => return self.finish(claim).await,
        };
        let now = self.now();
        let mut transaction = database::begin(&self.0.pool).await?;
        let before = now - LISTED_AFTER;
        let missing =
            store::finish_reconciliation(&mut transaction, now, provider, position, before).await?;
        if !missing.is_empty() {
            let (till, problem) = (&self.0.till, PaymentProblem::Missing);
            let detail = missing.join(", ");
            alert(&mut transaction, till, now, provider, problem, detail).await?;
        }
        queue::store::complete(&mut transaction, claim).await??;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes in a page of a list.
    async fn take_in_all(&self, provider: Provider, page: Vec<Found>) -> Result<(), Trouble> {
        let now = self.now();
        let ids: Vec<_> = page.iter().map(|found| found.external_id.clone()).collect();
        for found in page {
            let mut transaction = database::begin(&self.0.pool).await?;
            self.take_in(&mut transaction, now, found).await?;
            transaction.commit().await?;
        }
        let mut connection = self.0.pool.acquire().await?;
        store::mark_seen(&mut connection, now, provider, &ids).await?;
        Ok(())
    }

    /// Reads the list of Stars from where it was read last; answers how far it is read now. The
    /// list only grows.
    pub(super) async fn read_stars(&self) -> Result<i64, Trouble> {
        let mut connection = self.0.pool.acquire().await?;
        let read = store::reconciled(&mut connection, Provider::Stars).await?;
        drop(connection);
        let mut position = read.map_or(0, |(_, position)| position);
        loop {
            let offset = u32::try_from(position).unwrap_or(u32::MAX);
            let page = self.0.bot.star_transactions(offset).await;
            let page = page.map_err(|error| of_telegram(&error))?;
            let count = i64::try_from(page.len()).unwrap_or(0);
            let of_bills = page.into_iter().filter(|item| !item.payload.is_empty());
            let found = of_bills.map(|item| Found {
                provider: Provider::Stars,
                external_id: item.id,
                order: item.payload.parse().ok(),
                payer: item.person,
                currency: "XTR".to_owned(),
                amount: item.stars,
                status: if item.incoming { Status::Paid } else { Status::Refunded },
            });
            self.take_in_all(Provider::Stars, found.collect()).await?;
            position += count;
            if count < 100 {
                return Ok(position);
            }
        }
    }

    /// Takes in what Telegram told of and no payment of ours knows: the work on its update came to
    /// nothing.
    async fn read_charges(&self, provider: Provider) -> Result<(), Trouble> {
        let now = self.now();
        let mut connection = self.0.pool.acquire().await?;
        let left = charges::left_over(&mut connection, provider, now - WORKED_ON_WITHIN).await?;
        drop(connection);
        let found = left.into_iter().map(|charge| Found {
            provider,
            external_id: charge.external_id,
            order: charge.payload.parse().ok(),
            payer: charge.payer,
            currency: charge.currency,
            amount: charge.amount,
            status: Status::Paid,
        });
        self.take_in_all(provider, found.collect()).await?;
        let mut connection = self.0.pool.acquire().await?;
        charges::mark_seen(&mut connection, now, provider).await?;
        Ok(())
    }

    async fn read_yookassa(&self) -> Result<(), Trouble> {
        let Some(client) = &self.0.yookassa else { return Ok(()) };
        let since = (self.now() - LOOK_BACK).format(&Rfc3339).unwrap_or_default();
        let mut cursor: Option<String> = None;
        loop {
            let (page, next) = client.succeeded_since(&since, cursor.as_deref()).await?;
            self.take_in_all(Provider::YooKassa, page).await?;
            match next {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn read_crypto_pay(&self) -> Result<(), Trouble> {
        let Some(client) = &self.0.crypto_pay else { return Ok(()) };
        let mut offset = 0;
        loop {
            let (page, more) = client.paid(offset).await?;
            offset += i64::try_from(page.len()).unwrap_or(0);
            self.take_in_all(Provider::CryptoPay, page).await?;
            if !more {
                return Ok(());
            }
        }
    }
}
