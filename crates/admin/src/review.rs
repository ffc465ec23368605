//! Looking after models that fail.

use billing::World;
use generation::BreakerChange;
use outbox::{Alert, Fact};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

use crate::decisions::decisions;
use crate::store;

/// Takes failing models off, tries resting ones again, and tells the operators. Says how many
/// models changed.
///
/// # Errors
/// What the database says; then nothing was changed.
pub async fn review_models(
    pool: &PgPool,
    now: OffsetDateTime,
    world: World,
    operators: &[i64],
) -> Result<usize, sqlx::Error> {
    let mut transaction = database::begin(pool).await?;
    let policy = decisions(&mut transaction).await?.breaker_policy();
    let changes = generation::review_models(&mut transaction, now, world, &policy).await?;
    for (model, change) in &changes {
        let (action, after, alert) = match *change {
            BreakerChange::Opened { failed, orders } => (
                "model_failing",
                json!({ "failed": failed, "orders": orders }),
                Some(Alert::ModelResting { model: model.clone(), failed, orders }),
            ),
            BreakerChange::HalfOpened => ("model_trial", json!({}), None),
            BreakerChange::Reopened => ("model_trial_failed", json!({}), None),
            BreakerChange::Closed => {
                ("model_working", json!({}), Some(Alert::ModelWorking { model: model.clone() }))
            }
        };
        let subject = format!("model:{model}");
        store::actions::add_own(&mut transaction, now, action, &subject, &after).await?;
        if let Some(alert) = alert {
            let fact = Fact::OperatorAlert { alert };
            for operator in operators {
                outbox::tell(&mut transaction, now, *operator, None, &fact).await?;
            }
        }
    }
    transaction.commit().await?;
    Ok(changes.len())
}
