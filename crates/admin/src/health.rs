//! How the shop is at this moment: what is wrong, and the figures that say why it is not.

pub(crate) mod render;

use backup::Past;
use generation::State;
use queue::store::Depth;
use sqlx::PgConnection;
use sync::Run;
use watch::Condition;

use crate::react::Context;

/// All that stands on the screen, as the database knows it.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) condition: Condition,
    pub(crate) queue: Depth,
    /// Orders that are not over, by state.
    pub(crate) orders: Vec<(State, i64)>,
    /// The last comparison of the catalogue.
    pub(crate) compared: Option<Run>,
    pub(crate) backups: Past,
    /// The size of the database, in bytes.
    pub(crate) bytes: i64,
}

/// Reads how the shop is.
pub(crate) async fn load(
    connection: &mut PgConnection,
    context: &Context<'_>,
) -> Result<Health, sqlx::Error> {
    let (desk, now) = (context.desk, context.now);
    let mut queue = queue::store::depth(&mut *connection, now).await?;
    // The job that answers this very question runs too.
    queue.running = (queue.running - 1).max(0);
    Ok(Health {
        condition: watch::condition(connection, desk.cost_rate, now).await?,
        queue,
        orders: generation::open_by_state(connection, Some(desk.world)).await?,
        compared: sync::last_runs(connection, 0, 1).await?.pop(),
        backups: backup::past(connection).await?,
        bytes: database::size(connection).await?,
    })
}
