use std::collections::HashSet;

use media::MediaKind;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use toml::Value;

use super::raw::{
    RawAsked, RawEarlierId, RawField, RawFieldTexts, RawKind, RawNumber, RawOptions, RawShape,
    RawShared, RawText, RawWire,
};
use super::when::when_of;
use super::{Mistake, Source, text};
use crate::condition::When;
use crate::schema::{Fixed, MaxWhen};
use crate::{
    Answer, Asked, ChoiceOption, Earlier, EarlierId, Field, FieldKind, FileShape, Frame, Likeness,
    Localized, Wire,
};

/// KIE's documents write sizes in MB and mean 1024 × 1024 bytes.
const MEGABYTE: u64 = 1024 * 1024;

/// Where the texts of one field may stand, the first that has one counts.
struct Texts<'a> {
    /// Of this field of this model, then of the family.
    own: [Option<&'a RawFieldTexts>; 2],
    shared: Option<&'a RawShared>,
}

impl Texts<'_> {
    fn label(&self) -> Option<RawText> {
        let own = self.own.iter().flatten().find_map(|texts| texts.label.clone());
        own.or_else(|| self.shared.map(|texts| texts.label.clone()))
    }

    fn hint(&self) -> Option<RawText> {
        let own = self.own.iter().flatten().find_map(|texts| texts.hint.clone());
        own.or_else(|| self.shared.map(|texts| texts.hint.clone()))
    }

    fn option(&self, value: &str) -> Option<RawText> {
        let own = self.own.iter().flatten().find_map(|texts| texts.labels.get(value).cloned());
        own.or_else(|| self.shared.and_then(|texts| texts.options.get(value)).cloned())
    }

    fn numbered(&self) -> Option<RawText> {
        self.own.iter().flatten().find_map(|texts| texts.numbered.clone())
    }
}

/// Checks one field; `above` are the fields that stand before it, which its conditions may name.
/// `path` is its name, with that of the list around it in front. What has no text yet is put into
/// `missing`.
pub(super) fn field_of(
    mut raw: RawField,
    above: &[Field],
    path: &str,
    source: &Source<'_>,
    missing: &mut Vec<String>,
) -> Result<Field, Mistake> {
    refuse_strange_keys(&raw)?;
    let shared = match &raw.texts {
        Some(key) => {
            let found = source.shared.get(key);
            Some(found.ok_or_else(|| Mistake::new(format!("no shared texts `{key}`")))?)
        }
        None => source.shared.get(&raw.name),
    };
    let family = source.family.get(path).or_else(|| source.family.get(&raw.name));
    let own = [source.own.and_then(|texts| texts.get(path)), family];
    let texts = Texts { own, shared };
    let asked = asked_of(&raw)?;
    let silent = match asked {
        Asked::Never | Asked::EarlierResult => true,
        Asked::First | Asked::Option => false,
    };
    let mut lacking = Vec::new();
    let kind = kind_of(&mut raw, &texts, path, source, &mut lacking)?;
    let from = earlier_of(&mut raw, asked)?;
    let default = raw.default.take().map(|value| default_of(value, &kind)).transpose()?;
    let condition =
        |table: Option<toml::Table>| table.map(|table| when_of(table, above)).transpose();
    let shown_when = condition(raw.shown_when.take())?.unwrap_or_default();
    let required_when = condition(raw.required_when.take())?;
    let fixed = raw.fixed.take();
    let fixed = fixed
        .map(|fixed| {
            let (when, to) = (when_of(fixed.when, above)?, default_of(fixed.to, &kind)?);
            Ok::<_, Mistake>(Fixed { when, to })
        })
        .transpose()?;
    if asked != Asked::Never && kind == FieldKind::Opaque {
        return Err(Mistake::new("nobody can be asked for what is opaque"));
    }
    let max_when = raw.max_when.into_iter();
    let max_when: Result<Vec<MaxWhen>, Mistake> = max_when
        .map(|limit| Ok(MaxWhen { when: when_of(limit.when, above)?, max: limit.max }))
        .collect();
    let mut word = |what: &str, found: Option<RawText>| match found {
        Some(found) => text(what, found),
        None => {
            lacking.push(format!("{path}: {what}"));
            Ok(technical(&raw.name))
        }
    };
    let label = word("label", raw.label.or_else(|| texts.label()))?;
    let hint = word("hint", raw.hint.or_else(|| texts.hint()))?;
    // Nobody is ever asked, so the technical name is as good as any.
    if !silent {
        missing.append(&mut lacking);
    }
    Ok(Field {
        name: raw.name,
        kind,
        required: raw.required,
        default,
        label,
        hint,
        asked,
        from,
        sent: raw.sent,
        shown_when,
        required_when: required_when.filter(|when| *when != When::default()),
        max_when: max_when?,
        fixed,
    })
}

fn asked_of(raw: &RawField) -> Result<Asked, Mistake> {
    let may_be_required = raw.required || raw.required_when.is_some();
    let asked = match raw.asked {
        Some(RawAsked::First) => Asked::First,
        Some(RawAsked::Option) => Asked::Option,
        Some(RawAsked::Never) => Asked::Never,
        Some(RawAsked::EarlierResult) => Asked::EarlierResult,
        None if may_be_required && raw.default.is_none() => Asked::First,
        None => Asked::Option,
    };
    match asked {
        Asked::First if !may_be_required => {
            Err(Mistake::new("what is asked first must be required"))
        }
        Asked::Option | Asked::Never if may_be_required && raw.default.is_none() => {
            Err(Mistake::new("required, but neither asked first nor with a default"))
        }
        Asked::First | Asked::Option | Asked::Never | Asked::EarlierResult => Ok(asked),
    }
}

fn earlier_of(raw: &mut RawField, asked: Asked) -> Result<Option<Earlier>, Mistake> {
    let Some(from) = raw.from.take() else {
        return match asked {
            Asked::EarlierResult => Err(Mistake::new("`from` is missing")),
            Asked::First | Asked::Option | Asked::Never => Ok(None),
        };
    };
    // Words of an earlier result only save typing; an id is nothing that a person could type.
    let typed = matches!(from.id, RawEarlierId::Words | RawEarlierId::Title);
    let may = match asked {
        Asked::EarlierResult => !typed,
        Asked::First | Asked::Option => typed,
        Asked::Never => false,
    };
    if !may || from.models.is_empty() {
        return Err(Mistake::new("`from` names the models of an earlier result"));
    }
    let id = match from.id {
        RawEarlierId::Task => EarlierId::Task,
        RawEarlierId::Audio => EarlierId::Audio,
        RawEarlierId::Persona => EarlierId::Likeness(Likeness::Persona),
        RawEarlierId::Voice => EarlierId::Likeness(Likeness::Voice),
        RawEarlierId::Character => EarlierId::Likeness(Likeness::Character),
        RawEarlierId::Words => EarlierId::Words,
        RawEarlierId::Title => EarlierId::Title,
        RawEarlierId::OutputIndex => EarlierId::OutputIndex,
        RawEarlierId::Masks => EarlierId::Masks,
        RawEarlierId::Answer(field) => EarlierId::Answer(field),
    };
    Ok(Some(Earlier { id, models: from.models, when: from.when }))
}

fn technical(name: &str) -> Localized {
    Localized { ru: name.to_owned(), en: name.to_owned() }
}

/// A key that its type does not read would be a limit that silently does nothing.
fn refuse_strange_keys(raw: &RawField) -> Result<(), Mistake> {
    use RawKind::{Choice, Files, Integer, Items, Number, Text, Values};
    let keys: [(&str, bool, &[RawKind]); 16] = [
        ("min", raw.min.is_some(), &[Text, Integer, Number, Files, Items, Values]),
        ("max", raw.max.is_some(), &[Text, Integer, Number, Files, Items, Values]),
        ("step", raw.step.is_some(), &[Integer, Number]),
        ("options", raw.options.is_some(), &[Choice]),
        ("labels", !raw.labels.is_empty(), &[Choice]),
        ("numbered", raw.numbered.is_some(), &[Choice]),
        ("wire", raw.wire.is_some(), &[Choice]),
        ("media", raw.media.is_some(), &[Files]),
        ("max_mb", raw.max_mb.is_some(), &[Files]),
        ("accept, shape", raw.accept.is_some() || raw.shape.is_some(), &[Files]),
        ("seconds", raw.min_seconds.is_some() || raw.max_seconds.is_some(), &[Files]),
        ("side, stretch", has_frame(raw), &[Files]),
        ("max_when", !raw.max_when.is_empty(), &[Text, Integer]),
        ("own_labels", raw.own_labels, &[Choice]),
        ("field", !raw.field.is_empty(), &[Items]),
        ("of", raw.of.is_some(), &[Values]),
    ];
    match keys.iter().find(|(_, present, kinds)| *present && !kinds.contains(&raw.kind)) {
        Some((key, ..)) => Err(Mistake::new(format!("`{key}` means nothing for this type"))),
        None => Ok(()),
    }
}

fn has_frame(raw: &RawField) -> bool {
    raw.min_side.is_some() || raw.max_side.is_some() || raw.max_stretch.is_some()
}

fn kind_of(
    raw: &mut RawField,
    texts: &Texts<'_>,
    path: &str,
    source: &Source<'_>,
    missing: &mut Vec<String>,
) -> Result<FieldKind, Mistake> {
    let never = matches!(raw.asked, Some(RawAsked::Never | RawAsked::EarlierResult));
    let kind = match raw.kind {
        RawKind::Switch => FieldKind::Switch,
        RawKind::Text => {
            let smallest = u32::from(raw.required || raw.required_when.is_some());
            let min = bound("min", raw.min.as_ref(), Some(smallest.into()))?;
            // A technical text is never measured, so its file need not invent a limit.
            let max = bound("max", raw.max.as_ref(), never.then(|| u32::MAX.into()))?;
            FieldKind::Text { min: whole("min", min)?, max: whole("max", max)? }
        }
        RawKind::Integer => FieldKind::Integer {
            min: whole("min", bound("min", raw.min.as_ref(), None)?)?,
            max: whole("max", bound("max", raw.max.as_ref(), None)?)?,
            step: whole("step", bound("step", raw.step.as_ref(), Some(Decimal::ONE))?)?,
        },
        RawKind::Number => FieldKind::Number {
            min: bound("min", raw.min.as_ref(), None)?,
            max: bound("max", raw.max.as_ref(), None)?,
            step: raw.step.as_ref().map(|step| bound("step", Some(step), None)).transpose()?,
        },
        RawKind::Choice => choice_of(raw, texts, path, source, missing)?,
        RawKind::Files => files_of(raw)?,
        RawKind::Items => items_of(raw, path, source, missing)?,
        RawKind::Values => values_of(raw, path, source)?,
        RawKind::Opaque => FieldKind::Opaque,
    };
    let in_order = match &kind {
        FieldKind::Switch | FieldKind::Choice { .. } | FieldKind::Opaque => true,
        FieldKind::Text { min, max } => min <= max && *max > 0,
        FieldKind::Integer { min, max, step } => min <= max && *step > 0,
        FieldKind::Number { min, max, step } => {
            min <= max && step.is_none_or(|step| step > Decimal::ZERO)
        }
        FieldKind::Files { min, max, duration_ms, frame, .. } => {
            *min > 0
                && min <= max
                && duration_ms.as_ref().is_none_or(|range| !range.is_empty())
                && frame.is_none_or(|frame| {
                    frame.min_side <= frame.max_side
                        && frame.stretch.is_none_or(|stretch| stretch >= Decimal::ONE)
                })
        }
        FieldKind::Items { fields, min, max } => *min > 0 && min <= max && !fields.is_empty(),
        FieldKind::Values { min, max, .. } => *min > 0 && min <= max,
    };
    if in_order { Ok(kind) } else { Err(Mistake::new("the limits leave nothing to answer")) }
}

pub(super) fn bound(
    what: &str,
    raw: Option<&RawNumber>,
    otherwise: Option<Decimal>,
) -> Result<Decimal, Mistake> {
    match raw {
        Some(RawNumber::Whole(number)) => Ok(Decimal::from(*number)),
        Some(RawNumber::Decimal(text)) => {
            text.parse().map_err(|_| Mistake::new(format!("`{what}`: `{text}` is not a number")))
        }
        None => otherwise.ok_or_else(|| Mistake::new(format!("`{what}` is missing"))),
    }
}

fn whole<T: TryFrom<i64>>(what: &str, number: Decimal) -> Result<T, Mistake> {
    let whole = if number.fract().is_zero() { number.to_i64() } else { None };
    whole
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| Mistake::new(format!("`{what}` is not a whole number of the right size")))
}

fn choice_of(
    raw: &mut RawField,
    texts: &Texts<'_>,
    path: &str,
    source: &Source<'_>,
    missing: &mut Vec<String>,
) -> Result<FieldKind, Mistake> {
    let wire = match raw.wire {
        None | Some(RawWire::Text) => Wire::Text,
        Some(RawWire::Integer) => Wire::Integer,
        Some(RawWire::Number) => Wire::Number,
    };
    let values = match raw.options.take() {
        None => Vec::new(),
        Some(RawOptions::Here(values)) => values,
        Some(RawOptions::List(name)) => {
            let list = source.lists.get(&name);
            list.ok_or_else(|| Mistake::new(format!("the file has no list `{name}`")))?.clone()
        }
    };
    let numbered = raw.numbered.take().or_else(|| texts.numbered());
    let mut seen = HashSet::new();
    let mut options = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        if !seen.insert(value.clone()) {
            return Err(Mistake::new(format!("the option `{value}` stands twice")));
        }
        let fits = match wire {
            Wire::Text => !value.is_empty(),
            Wire::Integer => value.parse::<i64>().is_ok(),
            Wire::Number => value.parse::<Decimal>().is_ok(),
        };
        if !fits {
            return Err(Mistake::new(format!("the option `{value}` does not fit its wire type")));
        }
        let label = raw.labels.remove(&value).or_else(|| texts.option(&value));
        let label = match (label, &numbered) {
            (Some(label), _) => text("labels", label)?,
            (None, Some(word)) => {
                let word = text("numbered", word.clone())?;
                let place = index + 1;
                let number = |word: &str| format!("{word} {place}");
                Localized { ru: number(&word.ru), en: number(&word.en) }
            }
            (None, None) => {
                if !raw.own_labels {
                    missing.push(format!("{path}: option {value}"));
                }
                technical(&value)
            }
        };
        options.push(ChoiceOption { value, label });
    }
    if let Some(strange) = raw.labels.keys().next() {
        return Err(Mistake::new(format!("a label for `{strange}`, which is no option")));
    }
    if options.is_empty() {
        return Err(Mistake::new("`options` is missing"));
    }
    Ok(FieldKind::Choice { options, wire })
}

fn items_of(
    raw: &mut RawField,
    path: &str,
    source: &Source<'_>,
    missing: &mut Vec<String>,
) -> Result<FieldKind, Mistake> {
    let mut fields: Vec<Field> = Vec::with_capacity(raw.field.len());
    for inner in raw.field.drain(..) {
        let name = inner.name.clone();
        let inner_path = format!("{path}.{name}");
        let field = field_of(inner, &fields, &inner_path, source, missing)?;
        if field.asked == Asked::EarlierResult || fields.iter().any(|one| one.name == name) {
            return Err(Mistake::new(format!("`{inner_path}` stands twice, or in a wrong place")));
        }
        fields.push(field);
    }
    let (min, max) = counts(raw)?;
    Ok(FieldKind::Items { fields, min, max })
}

fn values_of(raw: &mut RawField, path: &str, source: &Source<'_>) -> Result<FieldKind, Mistake> {
    let of = raw.of.take().ok_or_else(|| Mistake::new("`of` is missing"))?;
    // A plain value has no label of its own.
    let of = field_of(*of, &[], path, source, &mut Vec::new())?;
    if !matches!(of.kind, FieldKind::Text { .. } | FieldKind::Integer { .. }) {
        return Err(Mistake::new("`of` is a text or an integer"));
    }
    let (min, max) = counts(raw)?;
    Ok(FieldKind::Values { of: Box::new(of.kind), min, max })
}

/// The fewest and the most entries.
fn counts(raw: &RawField) -> Result<(u8, u8), Mistake> {
    let min = whole("min", bound("min", raw.min.as_ref(), Some(Decimal::ONE))?)?;
    Ok((min, whole("max", bound("max", raw.max.as_ref(), None)?)?))
}

fn files_of(raw: &mut RawField) -> Result<FieldKind, Mistake> {
    let missing = |what: &str| Mistake::new(format!("`{what}` is missing"));
    let media = raw.media.ok_or_else(|| missing("media"))?;
    let max_mb = raw.max_mb.ok_or_else(|| missing("max_mb"))?;
    let accept = raw.accept.take().unwrap_or_default();
    let prefix = match media {
        MediaKind::Image => "image/",
        MediaKind::Video => "video/",
        MediaKind::Audio => "audio/",
    };
    if accept.is_empty() || !accept.iter().all(|mime| mime.starts_with(prefix)) {
        return Err(Mistake::new(format!("`accept` lists types that start with `{prefix}`")));
    }
    // Files are judged by their content, so another spelling of a type would never match.
    if let Some(strange) = accept.iter().find(|mime| !media::MIMES.contains(&mime.as_str())) {
        return Err(Mistake::new(format!("`accept`: no file is ever found to be `{strange}`")));
    }
    let shape = match raw.shape.ok_or_else(|| missing("shape"))? {
        RawShape::One => FileShape::One,
        RawShape::List => FileShape::List,
    };
    let min = whole("min", bound("min", raw.min.as_ref(), Some(Decimal::ONE))?)?;
    let max = whole("max", bound("max", raw.max.as_ref(), Some(Decimal::ONE))?)?;
    if matches!(shape, FileShape::One) && max != 1 {
        return Err(Mistake::new("one string holds one file"));
    }
    let milliseconds = |seconds: u32| u64::from(seconds) * 1000;
    let duration_ms = match (raw.min_seconds, raw.max_seconds) {
        (None, None) => None,
        (min, max) => Some(min.map_or(0, milliseconds)..=max.map_or(u64::MAX, milliseconds)),
    };
    if media == MediaKind::Audio && has_frame(raw) {
        return Err(Mistake::new("a sound has no sides"));
    }
    let stretch = raw.max_stretch.as_ref();
    let stretch = stretch.map(|stretch| bound("max_stretch", Some(stretch), None)).transpose()?;
    let frame = has_frame(raw).then(|| Frame {
        min_side: raw.min_side.unwrap_or(1),
        max_side: raw.max_side.unwrap_or(u32::MAX),
        stretch,
    });
    let max_bytes = u64::from(max_mb) * MEGABYTE;
    Ok(FieldKind::Files { media, min, max, max_bytes, accept, shape, duration_ms, frame })
}

fn default_of(value: Value, kind: &FieldKind) -> Result<Answer, Mistake> {
    // Nothing, said aloud: some of KIE's schemas require a list that may be empty.
    if let (Value::Array(values), FieldKind::Items { .. }) = (&value, kind)
        && values.is_empty()
    {
        return Ok(Answer::Items(Vec::new()));
    }
    let answer = match (value, kind) {
        (Value::String(text), FieldKind::Text { .. }) => Answer::Text(text),
        (Value::String(text), FieldKind::Choice { .. }) => Answer::Choice(text),
        (Value::Boolean(on), FieldKind::Switch) => Answer::Switch(on),
        (Value::Integer(number), FieldKind::Integer { .. }) => Answer::Integer(number),
        (Value::Integer(number), FieldKind::Number { .. }) => Answer::Number(number.into()),
        (Value::String(text), FieldKind::Number { .. }) => {
            let number = text.parse();
            Answer::Number(number.map_err(|_| Mistake::new("the default is not a number"))?)
        }
        _ => return Err(Mistake::new("the default is of another type than the field")),
    };
    match kind.check(&answer) {
        Ok(()) => Ok(answer),
        Err(fault) => Err(Mistake::new(format!("the default is not a valid answer: {fault:?}"))),
    }
}
