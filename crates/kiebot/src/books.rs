//! The audit of everything that concerns money.

use admin::{Books, Disagreements};
use billing::Violation;
use sqlx::PgPool;

/// Where the books disagree with themselves, with free orders, with what was given away, and with
/// payments and the lists of their providers. Everything is read as of one moment, so that orders
/// which go on meanwhile look like no disagreement.
///
/// # Errors
/// What the database says.
pub async fn audit(pool: &PgPool) -> Result<Vec<Violation>, sqlx::Error> {
    let mut moment = database::begin_report(pool).await?;
    let mut violations = billing::audit(&mut moment).await?;
    violations.extend(generation::audit(&mut moment).await?);
    violations.extend(promo::audit(&mut moment).await?);
    violations.extend(payments::audit(&mut moment).await?);
    Ok(violations)
}

/// The books of a database, for reports that say whether they agree.
#[derive(Clone, Debug)]
pub(crate) struct Auditor(pub(crate) PgPool);

impl Books for Auditor {
    fn audit(&self) -> Disagreements<'_> {
        Box::pin(audit(&self.0))
    }
}
