//! Reading what KIE publishes: one call at a time, each remembered, so that a reading goes on where
//! it stopped, in whatever process.

use std::collections::BTreeSet;
use std::time::Duration;

use catalog::{PriceTag, Published, PublishedInput};
use kie::{FailureKind, KeyName, Listing, ReadFailure};
use queue::{Allowance, Grant};

use crate::diff::Found;
use crate::store::{self, Reading};
use crate::syncer::SyncerParts;

/// A call that failed is repeated so often.
const TRIES: i32 = 4;

/// The pause after the first failure, as a multiple of the time between calls: about ten seconds.
/// Each further one is twice as long.
const PAUSE: u32 = 9;

/// With so many schemas that cannot be read, nothing is concluded.
const SKIPPED_MAX: i32 = 5;

/// The feed had six pages when it was seen.
const FEED_PAGES_MAX: u32 = 100;

/// What the next turn of a reading came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Turn {
    /// The next turn is due after this time.
    Later(Duration),
    /// Everything is read.
    Read(Found),
    /// It cannot be read now; in words.
    Failed(String),
}

/// What a failed call means.
enum Trouble {
    /// The same call again, later.
    Again(Duration),
    /// It has failed too often.
    Enough(String),
}

/// Makes the next call of a reading, when the pace allows it.
pub(crate) async fn turn(parts: &SyncerParts, run: &Reading) -> Result<Turn, sqlx::Error> {
    let now = parts.clock.now();
    let schema_of = store::next_schema(&parts.pool, run.id).await?;
    let rate_of = store::rates::next(&parts.pool, run.id).await?.filter(|_| !run.rates_done);
    if run.listed && run.feed_done && schema_of.is_none() && rate_of.is_none() {
        return Ok(Turn::Read(store::found(&parts.pool, run).await?));
    }
    let window = parts.kie.catalogue_pace();
    let allowance = Allowance { name: "kie catalogue".to_owned(), per_window: 1, window };
    if let Grant::NotBefore(moment) = queue::take_allowance(&parts.pool, &allowance, 1, now).await?
    {
        return Ok(Turn::Later(Duration::try_from(moment - now).unwrap_or_default()));
    }
    let keys = parts.kie.key_names();
    let place = usize::try_from(run.tries).unwrap_or(0) % keys.len().max(1);
    let Some(key) = keys.get(place) else { return Ok(Turn::Failed("no key".to_owned())) };
    match (schema_of, rate_of) {
        _ if !run.listed => list(parts, run, key).await,
        _ if !run.feed_done => feed(parts, run).await,
        (Some(model), _) => schema(parts, run, key, &model).await,
        (None, Some(model)) => rate(parts, run, key, &model).await,
        (None, None) => Ok(Turn::Later(Duration::ZERO)),
    }
}

async fn list(parts: &SyncerParts, run: &Reading, key: &KeyName) -> Result<Turn, sqlx::Error> {
    match parts.kie.listings(key).await {
        Ok(listings) => {
            let mut known = BTreeSet::new();
            let mut models: Vec<Published> = listings.into_iter().filter_map(published).collect();
            models.retain(|model| known.insert(model.model.clone()));
            store::keep_list(&parts.pool, run.id, &models).await?;
            Ok(Turn::Later(parts.kie.catalogue_pace()))
        }
        Err(failure) => match trouble(parts, run, &failure).await? {
            Trouble::Again(pause) => Ok(Turn::Later(pause)),
            Trouble::Enough(why) => Ok(Turn::Failed(why)),
        },
    }
}

/// What is ordered as a generation; chat models are none.
fn published(listing: Listing) -> Option<Published> {
    let chat =
        !listing.task_types.is_empty() && listing.task_types.iter().all(|task| task == "Chat");
    (!chat).then(|| Published {
        model: listing.model,
        title: listing.title,
        provider: listing.provider,
        tasks: listing.task_types,
        description: listing.description,
        input: None,
        tags: Vec::new(),
        pricing: listing.pricing,
    })
}

/// The feed is no promise of KIE: without it, everything but the numbers is compared.
async fn feed(parts: &SyncerParts, run: &Reading) -> Result<Turn, sqlx::Error> {
    let page = run.feed_page.saturating_add(1);
    match parts.kie.price_feed(page).await {
        Ok(read) => {
            let lines = read.prices.into_iter().map(|price| {
                let tag = PriceTag { words: price.words, credits: price.credits, unit: price.unit };
                (price.model, tag)
            });
            let last = page >= read.pages.min(FEED_PAGES_MAX);
            store::keep_feed(&parts.pool, run, page, lines.collect(), last).await?;
            Ok(Turn::Later(parts.kie.catalogue_pace()))
        }
        Err(failure) => match trouble(parts, run, &failure).await? {
            Trouble::Again(pause) => Ok(Turn::Later(pause)),
            Trouble::Enough(why) => {
                tracing::warn!(why, "the price feed cannot be read");
                store::give_up_feed(&parts.pool, run.id).await?;
                Ok(Turn::Later(parts.kie.catalogue_pace()))
            }
        },
    }
}

async fn schema(
    parts: &SyncerParts,
    run: &Reading,
    key: &KeyName,
    model: &str,
) -> Result<Turn, sqlx::Error> {
    let read = match parts.kie.schema(key, model).await {
        Ok(document) => document.as_ref().and_then(PublishedInput::read),
        // Unknown or badly named: KIE says nothing about it.
        Err(failure) if failure.kind() == FailureKind::InvalidInput => None,
        Err(failure) => match trouble(parts, run, &failure).await? {
            Trouble::Again(pause) => return Ok(Turn::Later(pause)),
            Trouble::Enough(why) if run.skipped >= SKIPPED_MAX => return Ok(Turn::Failed(why)),
            Trouble::Enough(why) => {
                tracing::warn!(why, model, "a schema cannot be read");
                store::skip_schema(&parts.pool, run.id, model).await?;
                return Ok(Turn::Later(parts.kie.catalogue_pace()));
            }
        },
    };
    store::keep_schema(&parts.pool, run.id, model, read.as_ref()).await?;
    Ok(Turn::Later(parts.kie.catalogue_pace()))
}

/// How often tasks of a model work out. It is only a hint for people: when it cannot be had, the
/// comparison goes on without.
async fn rate(
    parts: &SyncerParts,
    run: &Reading,
    key: &KeyName,
    model: &str,
) -> Result<Turn, sqlx::Error> {
    match parts.kie.success_rate(key, model).await {
        Ok(rate) => {
            let now = parts.clock.now();
            store::rates::keep(&parts.pool, run.id, now, model, rate).await?;
            Ok(Turn::Later(parts.kie.catalogue_pace()))
        }
        Err(failure) if failure.kind() == FailureKind::InvalidInput => {
            store::rates::pass(&parts.pool, run.id, model).await?;
            Ok(Turn::Later(parts.kie.catalogue_pace()))
        }
        Err(failure) => match trouble(parts, run, &failure).await? {
            Trouble::Again(pause) => Ok(Turn::Later(pause)),
            Trouble::Enough(why) => {
                tracing::warn!(why, "the success rates cannot be read");
                store::rates::give_up(&parts.pool, run.id).await?;
                Ok(Turn::Later(parts.kie.catalogue_pace()))
            }
        },
    }
}

async fn trouble(
    parts: &SyncerParts,
    run: &Reading,
    failure: &ReadFailure,
) -> Result<Trouble, sqlx::Error> {
    if run.tries + 1 >= TRIES {
        return Ok(Trouble::Enough(failure.to_string()));
    }
    tracing::info!(%failure, run = run.id, "KIE's catalogue did not answer; trying again");
    store::count_try(&parts.pool, run.id).await?;
    let doublings = u32::try_from(run.tries).unwrap_or(0).min(6);
    Ok(Trouble::Again(parts.kie.catalogue_pace() * (PAUSE << doublings)))
}
