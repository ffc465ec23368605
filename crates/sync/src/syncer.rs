use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::{Catalog, Overlay};
use clock::Clock;
use kie::KieClient;
use outbox::{Alert, CatalogueNews, Fact, Looked, TALK_POOL};
use queue::{Claim, Enqueued, NewJob, Outcome};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use crate::diff::{Found, Known, diff};
use crate::read::{self, Turn};
use crate::store::{self, Mode, Reading};
use crate::{Change, ChangeKind, RunState};

/// The kind of the job that drives a run; its payload is `{"run": <id>}`.
pub const SYNC: &str = "sync_catalogue";

/// Who asked for the runs that come by themselves.
const SCHEDULE: &str = "schedule";

/// What a syncer is made of.
#[derive(Clone)]
pub struct SyncerParts {
    /// The database.
    pub pool: PgPool,
    /// KIE.ai.
    pub kie: KieClient,
    /// The catalogue of the program.
    pub builtin: Arc<Catalog>,
    /// The time.
    pub clock: Clock,
    /// Chats of the operators.
    pub operators: Vec<i64>,
}

/// Drives the runs.
#[derive(Clone)]
pub struct Syncer(SyncerParts);

/// Begins a run that the queue drives, in a transaction; `None` when one goes on already.
///
/// # Errors
/// What the database says.
pub async fn enqueue(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    mode: Mode,
    asked_by: &str,
) -> Result<Option<i64>, sqlx::Error> {
    let run = store::begin(connection, now, mode, asked_by).await?;
    let job = NewJob::new(TALK_POOL, SYNC, json!({ "run": run }), now).key(SYNC);
    if queue::store::enqueue(connection, now, &job).await? == Enqueued::Exists {
        store::drop_run(connection, run).await?;
        return Ok(None);
    }
    Ok(Some(run))
}

impl Syncer {
    /// A syncer of these parts.
    #[must_use]
    pub fn new(parts: SyncerParts) -> Self {
        Self(parts)
    }

    /// Begins a run that the queue drives; `None` when one goes on already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn enqueue(&self, mode: Mode, asked_by: &str) -> Result<Option<i64>, sqlx::Error> {
        let mut transaction = database::begin(&self.0.pool).await?;
        let run = enqueue(&mut transaction, self.0.clock.now(), mode, asked_by).await?;
        transaction.commit().await?;
        Ok(run)
    }

    /// Begins the run that is due by the clock, if one is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_time(&self, every: Duration) -> Result<Option<i64>, sqlx::Error> {
        let every = time::Duration::try_from(every).unwrap_or(time::Duration::MAX);
        let mut connection = self.0.pool.acquire().await?;
        let due = store::is_due(&mut connection, self.0.clock.now(), every).await?;
        drop(connection);
        if due { self.enqueue(Mode::Apply, SCHEDULE).await } else { Ok(None) }
    }

    /// Does one job of a run; `None` when the kind is not ours.
    pub async fn run_job(&self, claim: &Claim) -> Option<Outcome> {
        if claim.kind != SYNC {
            return None;
        }
        let run = claim.payload.get("run").and_then(serde_json::Value::as_i64).unwrap_or_default();
        Some(match self.step(run, Some(claim)).await {
            Ok(Some(pause)) => Outcome::Snooze(pause),
            Ok(None) => Outcome::Done,
            Err(error) => Outcome::Again(error.to_string()),
        })
    }

    /// Makes a whole run here and now, waiting between the calls.
    ///
    /// # Errors
    /// What the database says.
    pub async fn run(&self, mode: Mode, asked_by: &str) -> Result<i64, sqlx::Error> {
        let mut connection = self.0.pool.acquire().await?;
        let run = store::begin(&mut connection, self.0.clock.now(), mode, asked_by).await?;
        drop(connection);
        while let Some(pause) = self.step(run, None).await? {
            self.0.clock.sleep(pause).await;
        }
        Ok(run)
    }

    /// The next turn of a run: how long until the one after it, if there is one.
    async fn step(&self, id: i64, claim: Option<&Claim>) -> Result<Option<Duration>, sqlx::Error> {
        let mut connection = self.0.pool.acquire().await?;
        let run = store::reading(&mut connection, id).await?;
        drop(connection);
        let Some(run) = run else {
            self.conclude(claim, async |_, _| Ok(())).await?;
            return Ok(None);
        };
        match read::turn(&self.0, &run).await? {
            Turn::Later(pause) => return Ok(Some(pause)),
            Turn::Read(found) => {
                self.conclude(claim, async |connection, now| {
                    self.compare(connection, now, &run, &found).await
                })
                .await?;
            }
            Turn::Failed(why) => {
                self.conclude(claim, async |connection, now| {
                    self.give_up(connection, now, (run.id, &run.asked_by), &why).await
                })
                .await?;
            }
        }
        Ok(None)
    }

    /// One transaction: the effects of a run's end, and the end of its job.
    async fn conclude(
        &self,
        claim: Option<&Claim>,
        effects: impl AsyncFnOnce(&mut PgConnection, OffsetDateTime) -> Result<(), sqlx::Error>,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = database::begin(&self.0.pool).await?;
        if let Some(claim) = claim
            && queue::store::complete(&mut transaction, claim).await?.is_err()
        {
            // Whoever has the job now goes on with it.
            return Ok(());
        }
        effects(&mut transaction, self.0.clock.now()).await?;
        transaction.commit().await
    }

    async fn compare(
        &self,
        connection: &mut PgConnection,
        now: OffsetDateTime,
        run: &Reading,
        found: &Found,
    ) -> Result<(), sqlx::Error> {
        let revision = store::revision(connection).await?;
        let overlays = store::overlays(connection).await?;
        let overlays: BTreeMap<String, Overlay> =
            overlays.into_iter().map(|one| (one.published.model.clone(), one)).collect();
        let seen = store::seen(connection).await?;
        let known = Known { builtin: &self.0.builtin, overlays: &overlays, seen: &seen };
        let changes = match diff(&known, found) {
            Ok(changes) => changes,
            Err(strange) => {
                let why = format!(
                    "the list names {} of the {} models on sale",
                    strange.listed, strange.sold
                );
                return self.give_up(connection, now, (run.id, &run.asked_by), &why).await;
            }
        };
        let changed = |id: &str| changes.iter().any(|change| change.model == id);
        let first = found.models.iter().filter(|model| !changed(&model.model));
        let first: Vec<_> = first
            .map(|model| known.first_seen(model))
            .filter(|first| seen.get(&first.model) != Some(first))
            .collect();
        store::finish(connection, now, run.id, revision, &first, &changes).await?;
        let looked = [Looked::at("catalogue")];
        outbox::report(connection, now, &self.0.operators, &[], &looked).await?;
        tracing::info!(
            run = run.id,
            changes = changes.len(),
            "the catalogue was compared with KIE"
        );
        let applied = match run.mode {
            Mode::Dry => false,
            Mode::Apply => {
                store::apply(connection, now, run.id).await?;
                true
            }
        };
        if let Some(chat) = asker(&run.asked_by) {
            let found = u32::try_from(changes.len()).unwrap_or(u32::MAX);
            return self.tell(connection, now, chat, &CatalogueNews::Compared { found }).await;
        }
        if run.asked_by != SCHEDULE {
            return Ok(());
        }
        let before = store::found_before(connection, run.id).await?;
        let told = |change: &&Change| before.contains(&(change.model.clone(), change.kind.clone()));
        let fresh: Vec<&Change> = changes.iter().filter(|change| !told(change)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        self.alert(connection, now, &news(&fresh, applied)).await
    }

    /// The old catalogue goes on selling; the operators are told the first time.
    async fn give_up(
        &self,
        connection: &mut PgConnection,
        now: OffsetDateTime,
        (run, asked_by): (i64, &str),
        why: &str,
    ) -> Result<(), sqlx::Error> {
        tracing::warn!(run, why, "the catalogue could not be compared with KIE");
        store::fail(connection, now, run, why).await?;
        let news = CatalogueNews::Unreachable { reason: why.to_owned() };
        if let Some(chat) = asker(asked_by) {
            return self.tell(connection, now, chat, &news).await;
        }
        let found = [Alert::Catalogue { news }];
        outbox::report(connection, now, &self.0.operators, &found, &[]).await?;
        Ok(())
    }

    async fn alert(
        &self,
        connection: &mut PgConnection,
        now: OffsetDateTime,
        news: &CatalogueNews,
    ) -> Result<(), sqlx::Error> {
        for chat in &self.0.operators {
            self.tell(connection, now, *chat, news).await?;
        }
        Ok(())
    }

    async fn tell(
        &self,
        connection: &mut PgConnection,
        now: OffsetDateTime,
        chat: i64,
        news: &CatalogueNews,
    ) -> Result<(), sqlx::Error> {
        let alert = Alert::Catalogue { news: news.clone() };
        outbox::tell(connection, now, chat, None, &Fact::OperatorAlert { alert }).await
    }
}

/// The chat of the operator who asked for a run and waits for its end.
fn asker(asked_by: &str) -> Option<i64> {
    asked_by.strip_prefix("operator:")?.parse().ok()
}

fn news(changes: &[&Change], applied: bool) -> CatalogueNews {
    let of = |fits: fn(&ChangeKind) -> bool| {
        let mut models: Vec<String> = changes
            .iter()
            .filter(|change| fits(&change.kind))
            .map(|change| change.model.clone())
            .collect();
        models.dedup();
        models
    };
    CatalogueNews::Changes {
        applied,
        added: of(|kind| matches!(kind, ChangeKind::New { .. })),
        changed: of(|kind| matches!(kind, ChangeKind::Changed { .. })),
        gone: of(|kind| matches!(kind, ChangeKind::Gone)),
        returned: of(|kind| matches!(kind, ChangeKind::Returned)),
        repriced: of(|kind| matches!(kind, ChangeKind::Price { .. })),
        unclear: of(|kind| !kind.changes_the_shelf()),
    }
}

impl RunState {
    /// Whether the run has come to an end, good or bad.
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Reading => false,
            Self::Done | Self::Failed => true,
        }
    }
}
