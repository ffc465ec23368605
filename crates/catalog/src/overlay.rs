//! What KIE publishes, laid over the built-in catalogue.
//!
//! The built-in models know more than KIE's documents say, so these are never taken whole: what
//! changes is what KIE *changed* since its documents were first seen. What differed already then is
//! only reported.

use std::collections::BTreeSet;

use money::Credits;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::load::{Shared, import as imported, price::cheapest, reason};
use crate::model::Rule;
use crate::published::{PriceTag, Published, PublishedField, PublishedInput, PublishedKind};
use crate::{
    Answer, Asked, ChoiceOption, Field, FieldKind, FileShape, Localized, Model, Sale, Why, Wire,
};

/// What was accepted of KIE's listing about one model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    /// The model as KIE publishes it.
    pub published: Published,
    /// Its inputs as they were first seen: what differs from them was changed by KIE.
    #[serde(default)]
    pub before: Option<PublishedInput>,
    /// Whether KIE lists the model at all.
    pub listed: bool,
    /// Prices that KIE has changed, against the built-in list.
    #[serde(default)]
    pub repriced: Vec<Repriced>,
}

/// A price of the list that is another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repriced {
    /// Credits of the list.
    pub from: String,
    /// Credits that are taken now.
    pub to: String,
}

/// What a new price feed says about a model's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceMove {
    /// Nothing new.
    Same,
    /// These prices of the list are others now, without doubt.
    Certain(Vec<Repriced>),
    /// Something changed, and the numbers do not say which line of the list it is.
    Unclear,
}

/// A difference between a model and what KIE publishes about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// KIE takes one more parameter.
    Added {
        /// Its name.
        field: String,
        /// Whether it must be given.
        required: bool,
    },
    /// KIE takes a parameter no more.
    Removed {
        /// Its name.
        field: String,
    },
    /// Other values are allowed.
    Options {
        /// The parameter.
        field: String,
        /// Values that are new.
        added: Vec<String>,
        /// Values that are gone.
        removed: Vec<String>,
    },
    /// The limits are others.
    Limits {
        /// The parameter.
        field: String,
    },
    /// It holds something else.
    Kind {
        /// The parameter.
        field: String,
    },
    /// It must be given now.
    Required {
        /// The parameter.
        field: String,
    },
}

impl Difference {
    /// The parameter that differs.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Added { field, .. }
            | Self::Removed { field }
            | Self::Options { field, .. }
            | Self::Limits { field }
            | Self::Kind { field }
            | Self::Required { field } => field,
        }
    }

    /// Whether KIE made this difference since `before`, and has not always meant it so.
    #[must_use]
    pub fn is_fresh(&self, before: &PublishedInput, now: &PublishedInput) -> bool {
        let (old, new) = (before.field(self.field()), now.field(self.field()));
        match (self, old, new) {
            (Self::Added { .. }, old, _) => old.is_none(),
            (Self::Removed { .. }, old, _) => old.is_some(),
            (Self::Options { .. }, Some(old), Some(new)) => old.options != new.options,
            (Self::Limits { .. }, Some(old), Some(new)) => (old.min, old.max) != (new.min, new.max),
            (Self::Kind { .. }, Some(old), Some(new)) => !same_kind(&old.kind, &new.kind),
            (Self::Required { .. }, Some(old), Some(new)) => old.required != new.required,
            (
                Self::Options { .. }
                | Self::Limits { .. }
                | Self::Kind { .. }
                | Self::Required { .. },
                _,
                _,
            ) => false,
        }
    }
}

impl Model {
    /// Where the model differs from what KIE publishes, in ways that matter for orders. What KIE
    /// says nothing about is no difference, and neither is what nobody could be asked for.
    #[must_use]
    pub fn differences(&self, now: &PublishedInput) -> Vec<Difference> {
        let mut found = Vec::new();
        for theirs in &now.fields {
            match self.field(&theirs.name) {
                Some(ours) => compare(self, ours, theirs, &mut found),
                None if theirs.required || can_be_asked(theirs) => {
                    let (field, required) = (theirs.name.clone(), theirs.required);
                    found.push(Difference::Added { field, required });
                }
                None => {}
            }
        }
        let sent = self.fields.iter().filter(|field| field.sent && field.asked != Asked::Never);
        for ours in sent.filter(|field| now.field(&field.name).is_none()) {
            found.push(Difference::Removed { field: ours.name.clone() });
        }
        found
    }

    /// What new lines of the price feed mean for the list, given the lines that it was made with.
    #[must_use]
    pub fn price_moves(&self, before: &[PriceTag], now: &[PriceTag]) -> PriceMove {
        if now.is_empty() || before == now {
            return PriceMove::Same;
        }
        let credits = |tag: &PriceTag| Credits::parse(&tag.credits).ok();
        let mut moved: Vec<(Credits, Credits)> = Vec::new();
        for tag in now {
            let old = before.iter().find(|old| old.words == tag.words && old.unit == tag.unit);
            match (old.and_then(credits), credits(tag)) {
                (Some(old), Some(new)) => moved.push((old, new)),
                // A line that is new or unreadable: nobody knows which orders it is for.
                (_, _) => return PriceMove::Unclear,
            }
        }
        let mut changed: BTreeSet<_> =
            moved.iter().filter(|(old, new)| old != new).copied().collect();
        let ours: BTreeSet<Credits> = self.listed_credits().collect();
        if self.price.at_most {
            // What stays below the bound is charged as it comes.
            let below = |credits: &Credits| ours.last().is_some_and(|most| credits <= most);
            changed.retain(|(old, new)| ours.contains(old) || !below(old) || !below(new));
        }
        if changed.is_empty() {
            // A line that is gone leaves orders without a price, or is said elsewhere.
            return if before.len() == now.len() { PriceMove::Same } else { PriceMove::Unclear };
        }
        let certain = changed.iter().all(|(old, _)| {
            let ways: BTreeSet<_> = moved.iter().filter(|(from, _)| from == old).collect();
            ways.len() == 1 && ours.contains(old)
        });
        if !certain {
            return PriceMove::Unclear;
        }
        let repriced = |(old, new): &(Credits, Credits)| Repriced {
            from: old.to_string(),
            to: new.to_string(),
        };
        PriceMove::Certain(changed.iter().map(repriced).collect())
    }

    /// The credits that the price list names, as texts.
    pub fn listed_prices(&self) -> impl Iterator<Item = String> {
        self.listed_credits().map(|credits| credits.to_string())
    }

    /// Credits of each line of the price list.
    fn listed_credits(&self) -> impl Iterator<Item = Credits> {
        let rows = self.price.rows.iter().map(|row| row.credits);
        rows.chain(self.price.addons.iter().map(|addon| addon.credits))
    }
}

/// A model of KIE's listing that the files do not know.
pub(crate) fn import(overlay: &Overlay, shared: &Shared) -> Option<Model> {
    let mut model = imported::model(&overlay.published, shared)?;
    if !overlay.listed {
        stop(&mut model, Why::Delisted, shared);
    }
    Some(model)
}

/// Changes a model of the files into what KIE sells now.
pub(crate) fn lay(model: &mut Model, overlay: &Overlay, shared: &Shared) {
    let why = match &model.sale {
        Sale::OnSale => None,
        Sale::NotSold { why, .. } => Some(*why),
    };
    match why {
        None if !overlay.listed => return stop(model, Why::Delisted, shared),
        None => {}
        Some(Why::Delisted) if overlay.listed => return come_back(model, overlay, shared),
        Some(_) => return,
    }
    let mut sellable = true;
    if let (Some(now), Some(before)) = (&overlay.published.input, &overlay.before) {
        for difference in model.differences(now) {
            if difference.is_fresh(before, now) {
                sellable &= adapt(model, &difference, now, shared);
            }
        }
    }
    for Repriced { from, to } in &overlay.repriced {
        reprice(model, from, to);
    }
    model.price.from = cheapest(model).ok().flatten();
    // An order without a question would have nothing to be made from.
    if !sellable || model.fields.is_empty() {
        stop(model, Why::Other, shared);
    } else if model.price.from.is_none() {
        stop(model, Why::PriceUnclear, shared);
    }
}

fn stop(model: &mut Model, why: Why, shared: &Shared) {
    model.sale = Sale::NotSold { why, reason: reason(why, shared), sibling: None };
}

/// A model that KIE sells again is sold as KIE describes it now, under the name that it always had.
fn come_back(model: &mut Model, overlay: &Overlay, shared: &Shared) {
    if model.price.from.is_some() && model.missing_texts.is_empty() {
        model.sale = Sale::OnSale;
    } else if let Some(back) = imported::model(&overlay.published, shared) {
        let (name, category) = (model.name.clone(), model.category);
        *model = Model { name, category, family: model.family.clone(), ..back };
    }
}

fn can_be_asked(theirs: &PublishedField) -> bool {
    if imported::is_technical(&theirs.name) {
        return false;
    }
    imported::field(theirs, &[], &Shared::new())
        .is_some_and(|field| !matches!(field.kind, FieldKind::Items { .. } | FieldKind::Opaque))
}

fn compare(model: &Model, ours: &Field, theirs: &PublishedField, found: &mut Vec<Difference>) {
    let field = ours.name.clone();
    if !fits(&ours.kind, &theirs.kind) {
        return found.push(Difference::Kind { field });
    }
    if ours.asked == Asked::Never {
        return;
    }
    if let (FieldKind::Choice { options, .. }, Some(theirs)) = (&ours.kind, &theirs.options) {
        let has = |value: &String| options.iter().any(|option| option.value == *value);
        let added: Vec<_> = theirs.iter().filter(|value| !has(value)).cloned().collect();
        let gone = options.iter().filter(|option| !theirs.contains(&option.value));
        let removed: Vec<_> = gone.map(|option| option.value.clone()).collect();
        if !added.is_empty() || !removed.is_empty() {
            found.push(Difference::Options { field: field.clone(), added, removed });
        }
    }
    if limits(&ours.kind).is_some_and(|ours| differ(ours, theirs)) {
        found.push(Difference::Limits { field: field.clone() });
    }
    let alternative = model.rules.iter().any(|rule| match rule {
        Rule::NeedsOneOf(sets) => sets.iter().flatten().any(|name| *name == field),
        Rule::NotTogether(_)
        | Rule::Forbidden(_)
        | Rule::SumAtMost { .. }
        | Rule::NamedIn { .. } => false,
    });
    if theirs.required && !imported::is_covered(ours) && !alternative {
        found.push(Difference::Required { field });
    }
}

/// Smallest and largest number, length, or count.
fn limits(kind: &FieldKind) -> Option<(Decimal, Decimal)> {
    Some(match kind {
        FieldKind::Text { min, max } => ((*min).into(), (*max).into()),
        FieldKind::Integer { min, max, .. } => ((*min).into(), (*max).into()),
        FieldKind::Number { min, max, .. } => (*min, *max),
        FieldKind::Files { min, max, shape: FileShape::List, .. }
        | FieldKind::Items { min, max, .. }
        | FieldKind::Values { min, max, .. } => ((*min).into(), (*max).into()),
        FieldKind::Files { shape: FileShape::One, .. }
        | FieldKind::Switch
        | FieldKind::Choice { .. }
        | FieldKind::Opaque => return None,
    })
}

fn differ((min, max): (Decimal, Decimal), theirs: &PublishedField) -> bool {
    // A least of nothing is how KIE says that something may be left out.
    theirs.min.is_some_and(|least| least > Decimal::ONE && least != min)
        || theirs.max.is_some_and(|most| most != max)
}

fn same_kind(one: &PublishedKind, other: &PublishedKind) -> bool {
    match (one, other) {
        (PublishedKind::List { of: one }, PublishedKind::List { of: other }) => {
            same_kind(&one.kind, &other.kind)
        }
        (PublishedKind::Object { .. }, PublishedKind::Object { .. }) => true,
        (one, other) => one == other,
    }
}

/// Whether what we send is of the JSON type that KIE wants.
fn fits(ours: &FieldKind, theirs: &PublishedKind) -> bool {
    let number = matches!(theirs, PublishedKind::Integer | PublishedKind::Number);
    let unknown = matches!(theirs, PublishedKind::Unknown);
    unknown
        || match ours {
            FieldKind::Text { .. }
            | FieldKind::Choice { wire: Wire::Text, .. }
            | FieldKind::Files { shape: FileShape::One, .. } => *theirs == PublishedKind::Text,
            FieldKind::Integer { .. }
            | FieldKind::Number { .. }
            | FieldKind::Choice { wire: Wire::Integer | Wire::Number, .. } => number,
            FieldKind::Switch => *theirs == PublishedKind::Switch,
            FieldKind::Files { shape: FileShape::List, .. }
            | FieldKind::Items { .. }
            | FieldKind::Values { .. } => matches!(theirs, PublishedKind::List { .. }),
            FieldKind::Opaque => true,
        }
}

/// Makes one change; whether people can still be asked for all that is needed.
fn adapt(
    model: &mut Model,
    difference: &Difference,
    now: &PublishedInput,
    shared: &Shared,
) -> bool {
    let name = difference.field();
    let theirs = now.field(name);
    match (difference, theirs) {
        (Difference::Removed { .. }, _) | (_, None) => {
            model.fields.retain(|field| field.name != name);
            model.rules.retain(|rule| !names_field(rule, name));
            true
        }
        (Difference::Added { required, .. }, Some(theirs)) => {
            match imported::field(theirs, &model.fields, shared) {
                Some(field) => model.fields.push(field),
                None => return !required,
            }
            true
        }
        (Difference::Kind { .. }, Some(theirs)) => {
            let place = model.fields.iter().position(|field| field.name == name);
            let Some(place) = place else { return true };
            let above = model.fields.get(..place).unwrap_or_default();
            let changed = imported::field(theirs, above, shared);
            let Some(ours) = model.fields.get_mut(place) else { return true };
            let Some(changed) = changed else { return false };
            let (label, hint) = (ours.label.clone(), ours.hint.clone());
            *ours = Field { label, hint, ..changed };
            true
        }
        (Difference::Options { added, removed, .. }, Some(theirs)) => {
            let new: Option<Field> = imported::field(theirs, &[], shared);
            let Some(ours) = field_mut(model, name) else { return true };
            let FieldKind::Choice { options, .. } = &mut ours.kind else { return true };
            options.retain(|option| !removed.contains(&option.value));
            for value in added {
                options.push(option(value, new.as_ref()));
            }
            let Some(first) = options.first() else { return false };
            let first = Answer::Choice(first.value.clone());
            let lost = |answer: &Answer| matches!(answer, Answer::Choice(value) if removed.contains(value));
            if ours.default.as_ref().is_some_and(lost) {
                ours.default = new.and_then(|new| new.default).or(Some(first));
            }
            true
        }
        (Difference::Limits { .. }, Some(theirs)) => {
            let Some(ours) = field_mut(model, name) else { return true };
            relimit(&mut ours.kind, theirs);
            let valid = |answer: &Answer| ours.kind.check(answer).is_ok();
            if !ours.default.as_ref().is_none_or(valid) {
                ours.default = None;
                if ours.required && ours.asked == Asked::Option {
                    ours.asked = Asked::First;
                }
            }
            true
        }
        (Difference::Required { .. }, Some(_)) => {
            let Some(ours) = field_mut(model, name) else { return true };
            ours.required = true;
            ours.asked = Asked::First;
            ours.kind != FieldKind::Opaque
        }
    }
}

fn field_mut<'m>(model: &'m mut Model, name: &str) -> Option<&'m mut Field> {
    model.fields.iter_mut().find(|field| field.name == name)
}

fn names_field(rule: &Rule, name: &str) -> bool {
    match rule {
        Rule::NeedsOneOf(sets) => sets.iter().flatten().any(|one| one == name),
        Rule::NotTogether(names) => names.iter().any(|one| one == name),
        Rule::Forbidden(when) => when.fields().any(|one| one == name),
        Rule::SumAtMost { items, max, .. } => items == name || max == name,
        Rule::NamedIn { field, of } => field.list == name || of.list == name,
    }
}

fn option(value: &str, new: Option<&Field>) -> ChoiceOption {
    let known = new.and_then(|new| match &new.kind {
        FieldKind::Choice { options, .. } => options.iter().find(|option| option.value == value),
        _ => None,
    });
    known.cloned().unwrap_or_else(|| ChoiceOption {
        value: value.to_owned(),
        label: Localized { ru: value.to_owned(), en: value.to_owned() },
    })
}

fn relimit(kind: &mut FieldKind, theirs: &PublishedField) {
    let least = theirs.min.filter(|least| *least > Decimal::ONE);
    match kind {
        FieldKind::Text { min, max } => {
            *max = theirs.max.and_then(|most| most.to_u32()).unwrap_or(*max).max(1);
            *min = least.and_then(|least| least.to_u32()).unwrap_or(*min).min(*max);
        }
        FieldKind::Integer { min, max, .. } => {
            *max = theirs.max.and_then(|most| most.to_i64()).unwrap_or(*max);
            *min = theirs.min.and_then(|least| least.to_i64()).unwrap_or(*min).min(*max);
        }
        FieldKind::Number { min, max, .. } => {
            *max = theirs.max.unwrap_or(*max);
            *min = theirs.min.unwrap_or(*min).min(*max);
        }
        FieldKind::Files { min, max, .. }
        | FieldKind::Items { min, max, .. }
        | FieldKind::Values { min, max, .. } => {
            *max = theirs.max.and_then(|most| most.to_u8()).unwrap_or(*max).max(1);
            *min = least.and_then(|least| least.to_u8()).unwrap_or(*min).min(*max);
        }
        FieldKind::Switch | FieldKind::Choice { .. } | FieldKind::Opaque => {}
    }
}

fn reprice(model: &mut Model, from: &str, to: &str) {
    let (Ok(from), Ok(to)) = (Credits::parse(from), Credits::parse(to)) else { return };
    let rows = model.price.rows.iter_mut().map(|row| &mut row.credits);
    let addons = model.price.addons.iter_mut().map(|addon| &mut addon.credits);
    for credits in rows.chain(addons).filter(|credits| **credits == from) {
        *credits = to;
    }
}
