//! The comparison: a pure function of what is known and what was found.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{
    Catalog, Difference, Model, Overlay, PriceMove, Published, PublishedInput, Repriced, Sale, Why,
};

use crate::{Change, ChangeKind};

/// What is known before.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The catalogue of the program.
    pub builtin: &'a Catalog,
    /// What was accepted earlier, by model.
    pub overlays: &'a BTreeMap<String, Overlay>,
    /// The listings that were seen before, by model.
    pub seen: &'a BTreeMap<String, Published>,
}

/// What KIE publishes now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The models, chat models left out.
    pub models: Vec<Published>,
    /// Whether the price feed could be read; without it nothing is said about numbers.
    pub feed_read: bool,
}

/// The list lacks so much of what is sold that it cannot be the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implausible {
    /// How many models are on sale.
    pub sold: usize,
    /// How many of them are listed.
    pub listed: usize,
}

/// Compares. The changes come in the order of the catalogue, new models last.
///
/// # Errors
/// [`Implausible`]: then nothing can be concluded.
pub fn diff(known: &Known<'_>, found: &Found) -> Result<Vec<Change>, Implausible> {
    let overlays: Vec<Overlay> = known.overlays.values().cloned().collect();
    let now = known.builtin.with(&overlays);
    let listed: BTreeMap<&str, &Published> =
        found.models.iter().map(|model| (model.model.as_str(), model)).collect();
    let on_sale: Vec<&Model> = now.models().iter().filter(|model| model.is_on_sale()).collect();
    let sold = on_sale.len();
    let still = on_sale.iter().filter(|model| listed.contains_key(model.id.as_str())).count();
    if still * 2 < sold {
        return Err(Implausible { sold, listed: still });
    }
    let mut changes = Vec::new();
    for model in now.models() {
        match listed.get(model.id.as_str()) {
            Some(published) => compare(known, found, model, published, &mut changes),
            None if model.is_on_sale() => changes.push(gone(known, model)),
            None => {}
        }
    }
    for published in found.models.iter().filter(|one| now.model(&one.model).is_none()) {
        changes.extend(new(known, published));
    }
    Ok(changes)
}

fn gone(known: &Known<'_>, model: &Model) -> Change {
    let mut overlay = overlay_of(known, &model.id, None);
    overlay.listed = false;
    Change {
        model: model.id.clone(),
        kind: ChangeKind::Gone,
        seen: known.seen.get(&model.id).cloned().unwrap_or_else(|| overlay.published.clone()),
        overlay: Some(overlay),
    }
}

/// What is laid over a model now, or would be if anything were.
fn overlay_of(known: &Known<'_>, id: &str, published: Option<&Published>) -> Overlay {
    let seen = known.seen.get(id);
    known.overlays.get(id).cloned().unwrap_or_else(|| Overlay {
        published: published
            .or(seen)
            .cloned()
            .unwrap_or_else(|| Published { model: id.to_owned(), ..Published::default() }),
        before: seen.and_then(|seen| seen.input.clone()),
        listed: true,
        repriced: Vec::new(),
    })
}

fn new(known: &Known<'_>, published: &Published) -> Option<Change> {
    let (seen, before) = (published.clone(), published.input.clone());
    let overlay = Overlay { published: seen.clone(), before, listed: true, repriced: Vec::new() };
    let with = known.builtin.with(std::slice::from_ref(&overlay));
    let not_sold = why_not(with.model(&published.model)?);
    let kind = ChangeKind::New { not_sold };
    Some(Change { model: published.model.clone(), kind, overlay: Some(overlay), seen })
}

fn why_not(model: &Model) -> Option<String> {
    match model.sale() {
        Sale::OnSale => None,
        Sale::NotSold { why, .. } => Some(format!("{why:?}")),
    }
}

fn compare(
    known: &Known<'_>,
    found: &Found,
    model: &Model,
    published: &Published,
    changes: &mut Vec<Change>,
) {
    let id = &model.id;
    let builtin = known.builtin.model(id);
    let delisted = matches!(model.sale(), Sale::NotSold { why: Why::Delisted, .. });
    let mut kinds = Vec::new();
    let mut next = overlay_of(known, id, Some(published));
    if delisted {
        kinds.push(ChangeKind::Returned);
        next.listed = true;
        next.published = published.clone();
    } else if taken_from_kie(builtin) {
        kinds.extend(reimported(known, model, found, &mut next, published));
    } else if model.is_on_sale() {
        let seen = known.seen.get(id);
        if let Some(input) = &published.input {
            let before = next.before.clone().or_else(|| seen.and_then(|seen| seen.input.clone()));
            kinds.extend(schema(model, before.as_ref(), input));
            next.published.input = Some(input.clone());
        }
        kinds.extend(price(model, seen, found, published, &mut next.repriced));
    }
    let shelf = kinds.iter().any(ChangeKind::changes_the_shelf);
    changes.extend(kinds.into_iter().map(|kind| Change {
        model: id.clone(),
        kind,
        overlay: shelf.then(|| next.clone()),
        seen: known.remembered(published, found.feed_read),
    }));
}

impl Known<'_> {
    /// A listing to compare later ones with: what could not be read this time is as it was.
    pub(crate) fn remembered(&self, published: &Published, feed_read: bool) -> Published {
        let mut now = published.clone();
        if let Some(seen) = self.seen.get(&published.model) {
            if now.input.is_none() {
                now.input.clone_from(&seen.input);
            }
            if !feed_read {
                now.tags.clone_from(&seen.tags);
            }
        }
        now
    }

    /// The same while its changes are not accepted: only what was never seen is new.
    pub(crate) fn first_seen(&self, published: &Published) -> Published {
        let mut first = self.seen.get(&published.model).unwrap_or(published).clone();
        if first.input.is_none() {
            first.input.clone_from(&published.input);
        }
        if first.tags.is_empty() {
            first.tags.clone_from(&published.tags);
        }
        first
    }
}

/// Whether KIE's listing is all that is known of the model.
fn taken_from_kie(builtin: Option<&Model>) -> bool {
    builtin.is_none_or(|model| matches!(model.sale(), Sale::NotSold { why: Why::Delisted, .. }))
}

/// A model that is only what KIE says follows what KIE says.
fn reimported(
    known: &Known<'_>,
    model: &Model,
    found: &Found,
    next: &mut Overlay,
    published: &Published,
) -> Vec<ChangeKind> {
    let before = next.published.clone();
    next.published = published.clone();
    if !found.feed_read {
        next.published.tags.clone_from(&before.tags);
    }
    if published.input.is_none() {
        next.published.input.clone_from(&before.input);
    }
    next.before.clone_from(&next.published.input);
    let mut kinds = Vec::new();
    let after = known.builtin.with(std::slice::from_ref(next));
    let after = after.model(&model.id);
    if after.is_some_and(Model::is_on_sale) && !model.is_on_sale() {
        return vec![ChangeKind::New { not_sold: None }];
    }
    if let Some(input) =
        next.published.input.as_ref().filter(|_| before.input != next.published.input)
    {
        let differences = model.differences(input);
        if !differences.is_empty() {
            kinds.push(ChangeKind::Changed { differences });
        }
    }
    if before.tags != next.published.tags {
        let moves = next.published.tags.iter().filter_map(|tag| {
            let old = before.tags.iter().find(|old| old.words == tag.words)?;
            let (from, to) = (old.credits.clone(), tag.credits.clone());
            (from != to).then_some(Repriced { from, to })
        });
        kinds.push(ChangeKind::Price { moves: moves.collect() });
    }
    kinds
}

fn schema(
    model: &Model,
    before: Option<&PublishedInput>,
    now: &PublishedInput,
) -> Option<ChangeKind> {
    let mut differences = model.differences(now);
    let Some(before) = before else {
        // Nobody knows whether KIE changed it or the catalogue leaves it out on purpose.
        differences.retain(|found| match found {
            Difference::Added { required, .. } => *required,
            Difference::Options { removed, .. } => !removed.is_empty(),
            Difference::Kind { .. } | Difference::Required { .. } => true,
            Difference::Removed { .. } | Difference::Limits { .. } => false,
        });
        return (!differences.is_empty()).then_some(ChangeKind::Differs { differences });
    };
    differences.retain(|found| found.is_fresh(before, now));
    (!differences.is_empty()).then_some(ChangeKind::Changed { differences })
}

fn price(
    model: &Model,
    seen: Option<&Published>,
    found: &Found,
    published: &Published,
    repriced: &mut Vec<Repriced>,
) -> Option<ChangeKind> {
    let Some(seen) = seen.filter(|seen| !seen.tags.is_empty()) else {
        let ours: BTreeSet<_> = model.listed_prices().collect();
        let lacks = |credits: &String| !found_in(&ours, credits);
        let theirs: BTreeSet<String> =
            published.tags.iter().map(|tag| tag.credits.clone()).filter(lacks).collect();
        let theirs: Vec<String> = theirs.into_iter().collect();
        return (!theirs.is_empty()).then_some(ChangeKind::PriceDiffers { theirs });
    };
    let moved = match found.feed_read {
        true => model.price_moves(&seen.tags, &published.tags),
        false => PriceMove::Same,
    };
    match moved {
        PriceMove::Certain(moves) => {
            for one in &moves {
                match repriced.iter_mut().find(|old| old.to == one.from) {
                    Some(old) => old.to.clone_from(&one.to),
                    None => repriced.push(one.clone()),
                }
            }
            Some(ChangeKind::Price { moves })
        }
        PriceMove::Unclear => Some(ChangeKind::PriceUnclear),
        PriceMove::Same => match (&seen.pricing, &published.pricing) {
            (Some(before), Some(now)) if before != now => {
                Some(ChangeKind::PriceWords { before: before.clone(), now: now.clone() })
            }
            _ => None,
        },
    }
}

fn found_in(ours: &BTreeSet<String>, credits: &str) -> bool {
    ours.contains(credits) || ours.contains(credits.trim_end_matches('0').trim_end_matches('.'))
}
