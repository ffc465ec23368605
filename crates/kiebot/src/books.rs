//! The audit of everything that concerns money.

use admin::{Books, Disagreements};
use billing::Violation;
use sqlx::PgPool;

/// Where the books disagree with themselves, with free orders, with what was given away, and with
/// payments and the lists of their providers.
///
/// # Errors
/// What the database says.
pub async fn audit(pool: &PgPool) -> Result<Vec<Violation>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let mut violations = billing::audit(&mut connection).await?;
    violations.extend(generation::audit(&mut connection).await?);
    violations.extend(promo::audit(&mut connection).await?);
    violations.extend(payments::audit(&mut connection).await?);
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
