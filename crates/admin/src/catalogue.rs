//! The catalogue beside what KIE.ai publishes, and the models that are given away.

use catalog::Model;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgConnection;
use sync::{Applied, Change, Mode, Run};

use crate::act::Act;
use crate::button::model_id;
use crate::perform::Effect;
use crate::react::Context;
use crate::role::Right;
use crate::setting::{FREE_MODELS_MAX, Setting};
use crate::view::Word;

/// A screen of this part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The last comparison, and what waits to be accepted.
    Sync,
    Runs {
        page: u16,
    },
    /// One comparison with its changes.
    Run {
        id: i64,
        page: u16,
    },
    Free,
}

/// A button of this part that does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// Compares now.
    Compare,
    /// Accepts what that run has found.
    Accept(i64),
    /// Puts a model into the free list.
    Give(String),
    /// Takes it out.
    Take(String),
    /// The free list is made by itself again.
    Usual,
}

/// An action of this part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Compare,
    Accept(i64),
}

/// A word of this part above a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A comparison goes on already.
    Running,
    /// The catalogue has changed since the comparison.
    Old,
    /// The model cannot be given away.
    NotFree,
    /// Its usual order costs more than a free one may.
    TooDear,
    /// The list is full.
    Full,
}

/// What a screen of this part shows.
#[derive(Clone, Debug)]
pub(crate) enum Sight {
    Sync {
        last: Option<Run>,
        /// The run whose changes can be accepted, and how many they are.
        pending: Option<(i64, usize)>,
    },
    Runs {
        page: u16,
        runs: Vec<Run>,
        more: bool,
    },
    Run {
        run: Run,
        page: u16,
        changes: Vec<Change>,
        more: bool,
        /// Whether its changes can be accepted.
        open: bool,
    },
    Free,
}

impl Spot {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Sync => "k|s".to_owned(),
            Self::Runs { page } => format!("k|h|{page}"),
            Self::Run { id, page } => format!("k|r|{id}|{page}"),
            Self::Free => "k|f".to_owned(),
        }
    }

    /// Reads what stands behind the first part.
    pub(crate) fn of(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["s"] => Self::Sync,
            ["h", page] => Self::Runs { page: page.parse().ok()? },
            ["r", id, page] => Self::Run { id: id.parse().ok()?, page: page.parse().ok()? },
            ["f"] => Self::Free,
            _ => return None,
        })
    }
}

impl Press {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Compare => "c|n".to_owned(),
            Self::Accept(run) => format!("c|a|{run}"),
            Self::Give(model) => format!("c|g|{model}"),
            Self::Take(model) => format!("c|t|{model}"),
            Self::Usual => "c|u".to_owned(),
        }
    }

    /// Reads what stands behind the first part.
    pub(crate) fn of(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["n"] => Self::Compare,
            ["a", run] => Self::Accept(run.parse().ok()?),
            ["g", model] => Self::Give(model_id(model)?),
            ["t", model] => Self::Take(model_id(model)?),
            ["u"] => Self::Usual,
            _ => return None,
        })
    }

    /// The action that a press asks for, or why there is none.
    pub(crate) fn act(self, context: &Context<'_>) -> Result<Act, Word> {
        let right = match &self {
            Self::Compare | Self::Accept(_) => Right::Models,
            Self::Give(_) | Self::Take(_) | Self::Usual => Right::Settings,
        };
        if !context.role.may(right) {
            return Err(Word::NoRight);
        }
        let free = || -> Vec<String> {
            context.desk.free_models().into_iter().map(|model| model.id.clone()).collect()
        };
        let listed = |models: Vec<String>| {
            let value = Some(models.join(","));
            Act::Set { setting: Setting::FreeModels, value }
        };
        Ok(match self {
            Self::Compare => Act::Catalogue { deed: Deed::Compare },
            Self::Accept(run) => Act::Catalogue { deed: Deed::Accept(run) },
            Self::Give(id) => {
                let model = context.desk.on_sale(&id).filter(|model| can_be_free(model));
                let model = model.ok_or(Word::Catalogue(Note::NotFree))?;
                let usual = model.usual_credits();
                let price = usual.and_then(|credits| context.desk.price(model, credits));
                if price.is_none_or(|price| price > context.desk.free.max) {
                    return Err(Word::Catalogue(Note::TooDear));
                }
                let mut models = free();
                if models.len() >= FREE_MODELS_MAX {
                    return Err(Word::Catalogue(Note::Full));
                }
                if !models.contains(&id) {
                    models.push(id);
                }
                listed(models)
            }
            Self::Take(id) => listed(free().into_iter().filter(|model| *model != id).collect()),
            Self::Usual => Act::Set { setting: Setting::FreeModels, value: None },
        })
    }
}

/// Only what has a price of its own can be counted against the budget of free orders.
pub(crate) fn can_be_free(model: &Model) -> bool {
    model.usual_credits().is_some() && !model.price_is_upper_bound()
}

impl Deed {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Compare => "sync",
            Self::Accept(_) => "sync_accept",
        }
    }

    pub(crate) fn subject(self) -> String {
        match self {
            Self::Compare => "catalogue".to_owned(),
            Self::Accept(run) => format!("sync:{run}"),
        }
    }

    /// Where it is seen.
    pub(crate) const fn home(self) -> Spot {
        match self {
            Self::Compare => Spot::Sync,
            Self::Accept(id) => Spot::Run { id, page: 0 },
        }
    }

    pub(crate) async fn effect(
        self,
        connection: &mut PgConnection,
        context: &Context<'_>,
        actor: &str,
    ) -> Result<Result<Effect, Word>, sqlx::Error> {
        let after = match self {
            Self::Compare => {
                match sync::enqueue(connection, context.now, Mode::Dry, actor).await? {
                    Some(run) => json!({ "run": run }),
                    None => return Ok(Err(Word::Catalogue(Note::Running))),
                }
            }
            Self::Accept(run) => match sync::apply(connection, context.now, run).await? {
                Applied::Done(changes) => json!({ "run": run, "changes": changes }),
                Applied::Already => return Ok(Err(Word::AlreadyDone)),
                Applied::Stale => return Ok(Err(Word::Catalogue(Note::Old))),
                Applied::NoSuchRun => return Ok(Err(Word::Stale)),
            },
        };
        Ok(Ok(Effect { before: Value::Null, after, letter: None }))
    }
}

/// How many changes stand on one page of a run.
const CHANGES_ON_PAGE: usize = 10;

/// Reads a screen; `None` when there is nothing.
pub(crate) async fn load(
    connection: &mut PgConnection,
    spot: Spot,
    on_page: usize,
) -> Result<Option<Sight>, sqlx::Error> {
    Ok(Some(match spot {
        Spot::Sync => {
            let last = sync::last_runs(connection, 0, 1).await?.pop();
            let pending = sync::pending_changes(connection).await?;
            let pending = pending.map(|(run, changes)| (run, changes.len()));
            Sight::Sync { last, pending: pending.filter(|(_, changes)| *changes > 0) }
        }
        Spot::Runs { page } => {
            let offset = usize::from(page) * on_page;
            let (offset, limit) = (i64::try_from(offset), i64::try_from(on_page + 1));
            let (offset, limit) = (offset.unwrap_or(i64::MAX), limit.unwrap_or(i64::MAX));
            let mut runs = sync::last_runs(connection, offset, limit).await?;
            let more = runs.len() > on_page;
            runs.truncate(on_page);
            Sight::Runs { page, runs, more }
        }
        Spot::Run { id, page } => {
            let Some(run) = sync::run(connection, id).await? else { return Ok(None) };
            let mut changes = sync::changes_of(connection, id).await?;
            let waits = sync::pending_changes(connection).await?;
            let open = waits.is_some_and(|(run, changes)| run == id && !changes.is_empty());
            let begin = usize::from(page).saturating_mul(CHANGES_ON_PAGE).min(changes.len());
            changes.drain(..begin);
            let more = changes.len() > CHANGES_ON_PAGE;
            changes.truncate(CHANGES_ON_PAGE);
            Sight::Run { run, page, changes, more, open }
        }
        Spot::Free => Sight::Free,
    }))
}
