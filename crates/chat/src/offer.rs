//! What is offered without being asked for: models that go on from a result, and what can be done
//! with something that a person just sent.

use catalog::{EarlierResult, Model};
use generation::{State, View as Order};
use uuid::Uuid;

use crate::desk::Desk;

/// A button under a result, or one of those for what a person sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// A model goes on from one result of an order.
    Continue {
        order: Uuid,
        /// The place of the result among those of the order.
        position: u16,
        model: Tag,
    },
    /// A model is ordered with what the person sent.
    Quick(Tag),
}

/// A model in a few characters: its id would not fit into a button beside an order's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(u32);

impl Tag {
    /// FNV-1a of the id: the same in every process, and different for all models that there are.
    pub(crate) fn of(id: &str) -> Self {
        Self(
            id.bytes()
                .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)),
        )
    }
}

impl Offer {
    pub(crate) fn encode(self) -> String {
        match self {
            Self::Continue { order, position, model } => {
                format!("c|{}|{position}|{:08x}", order.simple(), model.0)
            }
            Self::Quick(model) => format!("q|{:08x}", model.0),
        }
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let tag = |text: &str| u32::from_str_radix(text, 16).ok().map(Tag);
        let mut parts = text.split('|');
        let offer = match parts.next()? {
            "c" => Self::Continue {
                order: parts.next()?.parse().ok()?,
                position: parts.next()?.parse().ok()?,
                model: tag(parts.next()?)?,
            },
            "q" => Self::Quick(tag(parts.next()?)?),
            _ => return None,
        };
        parts.next().is_none().then_some(offer)
    }
}

/// The model of a tag.
pub(crate) fn tagged(desk: &Desk, tag: Tag) -> Option<&Model> {
    desk.catalog.models().iter().find(|model| Tag::of(&model.id) == tag)
}

/// What the result of an order gives to a model that goes on from it; `None` when it cannot.
pub(crate) fn given(
    desk: &Desk,
    order: &Order,
    position: u16,
    task: &str,
    model: &Model,
) -> Option<catalog::Answers> {
    let likeness = order.likeness.as_ref().map(|made| (made.kind, made.id.as_str()));
    let place = i16::try_from(position).unwrap_or(-1);
    let output = order.outputs.iter().find(|output| output.position == place);
    if output.is_none() && likeness.is_none() {
        return None;
    }
    let earlier = EarlierResult {
        model: desk.catalog.model(&order.model)?,
        answers: &order.answers,
        task,
        position,
        piece: output.and_then(|output| output.piece.as_deref()),
        likeness,
        words: output.and_then(|output| output.words.as_deref()),
        title: output.and_then(|output| output.title.as_deref()),
    };
    model.earlier_answers(&earlier)
}

/// Whether a result is there to go on from.
pub(crate) fn may_continue(order: &Order) -> bool {
    match order.state {
        State::Delivering | State::Done => true,
        State::Preparing
        | State::Queued
        | State::Submitting
        | State::Uncertain
        | State::Running
        | State::Securing
        | State::Late
        | State::Failed
        | State::Cancelled => false,
    }
}

/// The models that can go on from one result of an order, in the order of the catalogue.
pub(crate) fn continuations<'d>(
    desk: &'d Desk,
    order: &'d Order,
    position: u16,
) -> impl Iterator<Item = &'d Model> {
    let sold = may_continue(order).then(|| desk.catalog.continuing(&order.model));
    // Which task it was is looked up when the button is pressed.
    let can = move |model: &&Model| given(desk, order, position, "-", model).is_some();
    sold.into_iter().flatten().filter(can)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashSet;

    use catalog::Catalog;
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn offers() -> impl Strategy<Value = Offer> {
        let tags = || any::<u32>().prop_map(Tag);
        prop_oneof![
            (any::<u128>(), any::<u16>(), tags()).prop_map(|(order, position, model)| {
                Offer::Continue { order: Uuid::from_u128(order), position, model }
            }),
            tags().prop_map(Offer::Quick),
        ]
    }

    #[test]
    fn every_model_has_a_tag_of_its_own() {
        let catalog = Catalog::builtin().unwrap();
        let tags: HashSet<_> = catalog.models().iter().map(|model| Tag::of(&model.id).0).collect();
        assert_eq!(tags.len(), catalog.models().len());
    }
}
