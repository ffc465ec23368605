//! Whether a provider lets us in, found out without any effect.

use crate::cashier::Failure;

/// Whether a provider accepts our credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// It does.
    Given,
    /// It does not: nobody can pay by this way.
    Denied,
    /// It did not say, with why; no secret is in the words.
    Unknown(String),
}

/// What the answer to a harmless question says about our credentials.
pub(crate) fn access<T>(answer: Result<T, Failure>) -> Access {
    match answer {
        Err(Failure::NoAccess) => Access::Denied,
        Err(
            failure @ (Failure::NotNow
            | Failure::Unknown(_)
            | Failure::Refused(_)
            | Failure::NotFound),
        ) => Access::Unknown(failure.to_string()),
        Ok(_) => Access::Given,
    }
}
