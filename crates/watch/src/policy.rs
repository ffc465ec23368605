//! From when on something is wrong.

use std::time::Duration;

/// The account at KIE.ai should last at least so many hours.
pub(crate) const RUNWAY_HOURS: i64 = 24;

/// The pace at which credits are used is measured over this time; so are margins.
pub(crate) const DAY: time::Duration = time::Duration::DAY;

/// So many orders must be over within an hour before their failures mean something,
pub(crate) const ERRORS_ORDERS: i64 = 10;

/// and from so many failures of a hundred on they do.
pub(crate) const ERRORS_PERCENT: i64 = 30;

/// The oldest due job should not have waited longer.
pub(crate) const QUEUE_LATE: time::Duration = time::Duration::minutes(2);

/// A payment that waits for an operator should not wait longer.
pub(crate) const PAYMENT_WAITS: time::Duration = time::Duration::HOUR;

/// So many orders of a model must differ from the list before it is called a drift.
pub(crate) const DRIFT_ORDERS: i64 = 3;

/// So much of a disk, in megabytes, should be free.
pub(crate) const DISK_FREE_MB: i64 = 1_000;

/// From so much of its plan on a database is nearly full, in percent.
pub const DATABASE_PERCENT: i64 = 90;

/// A key that has not failed for so long is in order again: every process sees its own failures.
pub(crate) const KEY_QUIET: Duration = Duration::from_mins(10);

/// The same for disks, of which each machine has its own.
pub(crate) const DISK_QUIET: Duration = Duration::from_mins(5);

/// The same for the share of failures, which goes up and down.
pub(crate) const ERRORS_QUIET: Duration = Duration::from_mins(15);
