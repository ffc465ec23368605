//! A model of KIE's listing as one of ours: through the same gate as the files, with limits and
//! words of our own where KIE has none.

use std::collections::{BTreeMap, HashSet};

use media::MediaKind;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::raw::{
    RawAsked, RawField, RawKind, RawModel, RawNotSold, RawNumber, RawOptions, RawPer, RawPers,
    RawPrice, RawRow, RawRule, RawShape, RawShared, RawText, RawWire,
};
use super::{CREATE_TASK, Shared, Source, field, model_of};
use crate::published::{PriceTag, Published, PublishedField, PublishedInput, PublishedKind};
use crate::{Asked, Body, Category, Field, FieldKind, Model, Output, Why};

/// The entry of the shared texts with the words for models that nobody has written about.
const IMPORTED: &str = "imported";

/// Our own limits where KIE names none.
const TEXT_MAX: i64 = 2_000;
const LIST_MAX: i64 = 5;
const WHOLE_MAX: i64 = 2_147_483_647;

/// The longest words of KIE that are shown.
const LABEL_MAX: usize = 40;
const WORDS_MAX: usize = 300;

/// What only the program could fill in, and leaves alone.
const TECHNICAL: [&str; 4] =
    ["nsfw_checker", "upload_method", "callBackUrl", "progressCallBackUrl"];

/// The model; `None` when not even its name can be used.
pub(crate) fn model(published: &Published, shared: &Shared) -> Option<Model> {
    let (raw, family) = (raw_model(published, shared)?, family(published));
    let made = finished(raw, &family, shared).or_else(|| {
        let mut bare = raw_model(published, shared)?;
        bare.field.clear();
        bare.rule.clear();
        bare.price = None;
        bare.not_sold = Some(not_sold(Why::Other));
        finished(bare, &family, shared)
    })?;
    Some(Model { new: true, ..made })
}

fn finished(raw: RawModel, family: &str, shared: &Shared) -> Option<Model> {
    let (no_texts, no_lists) = (BTreeMap::new(), BTreeMap::new());
    let source = Source { shared, family: &no_texts, own: None, lists: &no_lists };
    model_of(raw, family, None, &source).ok()
}

/// One parameter as a field of a model that has these fields above; `None` when nobody can be asked
/// for it.
pub(crate) fn field(published: &PublishedField, above: &[Field], shared: &Shared) -> Option<Field> {
    let raw = raw_field(published, shared)?;
    let (no_texts, no_lists) = (BTreeMap::new(), BTreeMap::new());
    let source = Source { shared, family: &no_texts, own: None, lists: &no_lists };
    field::field_of(raw, above, &published.name, &source, &mut Vec::new()).ok()
}

/// Whether a parameter is one that people are never asked for.
pub(crate) fn is_technical(name: &str) -> bool {
    TECHNICAL.contains(&name)
}

fn family(published: &Published) -> String {
    match &published.provider {
        Some(provider) => shortened(provider, LABEL_MAX),
        None => published.model.split('/').next().unwrap_or_default().to_owned(),
    }
}

fn not_sold(why: Why) -> RawNotSold {
    RawNotSold { why: Some(why), reason: None, sibling: None }
}

fn raw_model(published: &Published, shared: &Shared) -> Option<RawModel> {
    let output = output_of(&published.tasks);
    let (category, word) = match output {
        Some(Output::Video) => (Category::Video, "video"),
        Some(Output::Audio) => (Category::Audio, "audio"),
        Some(Output::Image | Output::Text) | None => (Category::Image, "image"),
    };
    let words = shared.get(IMPORTED)?;
    let text = |key: &str| words.options.get(key).cloned();
    let mut does = text(&format!("does_{word}"))?;
    if let (RawText::Both { en, .. }, Some(told)) = (&mut does, &published.description) {
        *en = shortened(told, WORDS_MAX);
    }
    let title = published.title.as_deref().unwrap_or(&published.model);
    let input = published.input.as_ref();
    let fields: Vec<RawField> = input.map_or_else(Vec::new, |input| {
        ordered(input).filter_map(|one| raw_field(one, shared)).collect()
    });
    let askable = |name: &String| fields.iter().any(|field| field.name == *name);
    let complete = input.is_some_and(|input| {
        let asked = |field: &PublishedField| !field.required || askable(&field.name);
        !fields.is_empty() && input.fields.iter().all(asked)
    });
    let sets = input.map_or(&[][..], |input| &input.one_of);
    let rule = match sets.iter().all(|set| set.iter().all(askable)) {
        true if !sets.is_empty() => vec![RawRule::NeedsOneOf(sets.to_vec())],
        true | false => Vec::new(),
    };
    let price = price(&published.tags, &fields);
    let why = match input {
        _ if output.is_none() => Some(Why::Result),
        Some(input) if input.path != CREATE_TASK => Some(Why::Endpoint),
        _ if !complete => Some(Why::Other),
        _ if published.tags.is_empty() => Some(Why::NoPrice),
        _ if price.is_none() => Some(Why::PriceUnclear),
        _ => None,
    };
    let endpoint = input
        .filter(|input| input.path != CREATE_TASK)
        .map(|input| super::raw::RawEndpoint { path: input.path.clone(), body: Body::Flat });
    Some(RawModel {
        id: published.model.clone(),
        name: RawText::Same(shortened(title, 60)),
        does: Some(does),
        for_whom: text("for_whom"),
        example: text(&format!("example_{word}")),
        usual_seconds: match category {
            Category::Video => 180,
            Category::Audio => 60,
            Category::Image | Category::Enhance => 40,
        },
        category,
        output: output.unwrap_or(Output::Text),
        makes: None,
        writes: None,
        outputs_max: 1,
        menu: true,
        needs_callback: false,
        endpoint,
        field: fields,
        rule,
        price: price.filter(|_| why.is_none()),
        not_sold: why.map(not_sold),
    })
}

/// What is required comes first, so that it is asked first.
fn ordered(input: &PublishedInput) -> impl Iterator<Item = &PublishedField> {
    let required = input.fields.iter().filter(|field| field.required);
    required.chain(input.fields.iter().filter(|field| !field.required))
}

fn output_of(tasks: &[String]) -> Option<Output> {
    tasks.iter().find_map(|task| {
        let task = task.to_lowercase();
        let makes = task.rsplit(" to ").next().unwrap_or(&task).to_owned();
        let has = |words: &[&str]| words.iter().any(|word| makes.contains(word));
        if has(&["video", "lip sync"]) {
            Some(Output::Video)
        } else if has(&["image"]) {
            Some(Output::Image)
        } else if has(&["speech", "music", "audio", "sound"]) {
            Some(Output::Audio)
        } else {
            None
        }
    })
}

fn raw_field(published: &PublishedField, shared: &Shared) -> Option<RawField> {
    let name = &published.name;
    let usable = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let lower = name.to_ascii_lowercase();
    let named_id = lower.ends_with("_id") || lower.ends_with("taskid") || lower.ends_with("_ids");
    if name.is_empty() || name.len() > 64 || !name.chars().all(usable) || named_id {
        return None;
    }
    let mut raw = empty(name, published.required);
    if is_technical(name) && !published.required {
        raw.asked = Some(RawAsked::Never);
        raw.kind = RawKind::Switch;
        return (published.kind == PublishedKind::Switch).then_some(raw);
    }
    let links = published.link || lower.ends_with("url") || lower.ends_with("urls");
    match &published.kind {
        PublishedKind::Text if published.options.is_some() => choice(&mut raw, published, None),
        PublishedKind::Text if links => files(&mut raw, published, RawShape::One)?,
        PublishedKind::Text => {
            raw.kind = RawKind::Text;
            let max = whole(published.max).unwrap_or(TEXT_MAX).clamp(1, 100_000);
            let least = i64::from(published.required);
            let min = whole(published.min).unwrap_or(least).clamp(least, max);
            (raw.min, raw.max) = (Some(RawNumber::Whole(min)), Some(RawNumber::Whole(max)));
        }
        PublishedKind::Integer if published.options.is_some() => {
            choice(&mut raw, published, Some(RawWire::Integer));
        }
        PublishedKind::Integer => {
            raw.kind = RawKind::Integer;
            let min = whole(published.min).unwrap_or(0);
            let max = whole(published.max).unwrap_or(WHOLE_MAX);
            (raw.min, raw.max) = (Some(RawNumber::Whole(min)), Some(RawNumber::Whole(max)));
        }
        PublishedKind::Number if published.options.is_some() => {
            choice(&mut raw, published, Some(RawWire::Number));
        }
        PublishedKind::Number => {
            raw.kind = RawKind::Number;
            raw.min = Some(RawNumber::Decimal(published.min?.to_string()));
            raw.max = Some(RawNumber::Decimal(published.max?.to_string()));
        }
        PublishedKind::Switch => raw.kind = RawKind::Switch,
        PublishedKind::List { of } => list(&mut raw, published, of, links, shared)?,
        PublishedKind::Object { .. } | PublishedKind::Unknown => return None,
    }
    raw.default = published.default.as_ref().and_then(|value| default(value, &raw));
    words(&mut raw, published, shared);
    Some(raw)
}

fn list(
    raw: &mut RawField,
    published: &PublishedField,
    of: &PublishedField,
    links: bool,
    shared: &Shared,
) -> Option<()> {
    if links || of.link {
        return files(raw, published, RawShape::List);
    }
    let max = whole(published.max).unwrap_or(LIST_MAX).clamp(1, 50);
    let min = whole(published.min).unwrap_or(1).clamp(1, max);
    (raw.min, raw.max) = (Some(RawNumber::Whole(min)), Some(RawNumber::Whole(max)));
    match &of.kind {
        PublishedKind::Object { fields } => {
            raw.kind = RawKind::Items;
            for inner in fields {
                match raw_field(inner, shared) {
                    Some(inner) => raw.field.push(inner),
                    None if inner.required => return None,
                    None => {}
                }
            }
        }
        PublishedKind::Text | PublishedKind::Integer if of.options.is_none() => {
            raw.kind = RawKind::Values;
            let one = PublishedField { name: "value".to_owned(), required: true, ..of.clone() };
            raw.of = Some(Box::new(raw_field(&one, shared)?));
        }
        PublishedKind::Text
        | PublishedKind::Integer
        | PublishedKind::Number
        | PublishedKind::Switch
        | PublishedKind::List { .. }
        | PublishedKind::Unknown => return None,
    }
    Some(())
}

fn empty(name: &str, required: bool) -> RawField {
    RawField {
        name: name.to_owned(),
        kind: RawKind::Text,
        required,
        asked: None,
        default: None,
        fixed: None,
        texts: None,
        label: None,
        hint: None,
        min: None,
        max: None,
        step: None,
        options: None,
        labels: BTreeMap::new(),
        numbered: None,
        own_labels: false,
        field: Vec::new(),
        of: None,
        from: None,
        sent: true,
        wire: None,
        media: None,
        max_mb: None,
        accept: None,
        shape: None,
        min_seconds: None,
        max_seconds: None,
        min_side: None,
        max_side: None,
        max_stretch: None,
        shown_when: None,
        required_when: None,
        max_when: Vec::new(),
    }
}

fn choice(raw: &mut RawField, published: &PublishedField, wire: Option<RawWire>) {
    raw.kind = RawKind::Choice;
    raw.wire = wire;
    raw.own_labels = true;
    raw.options = Some(RawOptions::Here(published.options.clone().unwrap_or_default()));
}

fn files(raw: &mut RawField, published: &PublishedField, shape: RawShape) -> Option<()> {
    let told = format!(
        "{} {}",
        published.name.to_lowercase(),
        published.description.as_deref().unwrap_or_default().to_lowercase()
    );
    let kinds: [(MediaKind, &[&str], u32, &[&str]); 3] = [
        (
            MediaKind::Image,
            &["image", "picture", "photo", "frame", "mask", "avatar"],
            10,
            &["image/jpeg", "image/png", "image/webp"],
        ),
        (MediaKind::Video, &["video", "clip"], 20, &["video/mp4", "video/quicktime"]),
        (
            MediaKind::Audio,
            &["audio", "voice", "sound", "music", "song", "speech"],
            10,
            &["audio/mpeg", "audio/wav", "audio/ogg", "audio/mp4"],
        ),
    ];
    // The first of the words decides: the name stands before the description.
    let place = |words: &&[&str]| words.iter().filter_map(|word| told.find(word)).min();
    let found =
        kinds.iter().filter_map(|kind| Some((place(&kind.1)?, kind))).min_by_key(|(at, _)| *at);
    let (_, (kind, _, megabytes, accept)) = found?;
    raw.kind = RawKind::Files;
    raw.media = Some(*kind);
    raw.max_mb = Some(*megabytes);
    raw.accept = Some(accept.iter().map(|mime| (*mime).to_owned()).collect());
    if let RawShape::List = shape {
        let max = whole(published.max).unwrap_or(LIST_MAX).clamp(1, 50);
        let min = whole(published.min).unwrap_or(1).clamp(1, max);
        (raw.min, raw.max) = (Some(RawNumber::Whole(min)), Some(RawNumber::Whole(max)));
    }
    raw.shape = Some(shape);
    Some(())
}

/// KIE's default, if it is a valid answer: examples may contradict the schema.
fn default(value: &Value, raw: &RawField) -> Option<toml::Value> {
    let between = |number: Decimal| {
        let bound = |bound: &Option<RawNumber>| match bound {
            Some(RawNumber::Whole(number)) => Some(Decimal::from(*number)),
            Some(RawNumber::Decimal(text)) => text.parse().ok(),
            None => None,
        };
        bound(&raw.min).is_none_or(|min| min <= number)
            && bound(&raw.max).is_none_or(|max| number <= max)
    };
    match (raw.kind, value) {
        (RawKind::Switch, Value::Bool(on)) => Some(toml::Value::Boolean(*on)),
        (RawKind::Choice, value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let Some(RawOptions::Here(options)) = &raw.options else { return None };
            options.contains(&text).then_some(toml::Value::String(text))
        }
        (RawKind::Integer, value) => {
            let number = value.as_i64()?;
            between(number.into()).then_some(toml::Value::Integer(number))
        }
        (RawKind::Number, Value::Number(number)) => {
            let text = number.to_string();
            let number: Decimal = text.parse().ok()?;
            between(number).then_some(toml::Value::String(text))
        }
        (RawKind::Text, Value::String(text)) => {
            let length = i64::try_from(text.chars().count()).ok()?;
            let said = !text.trim().is_empty() && text.trim() == text;
            (said && between(length.into())).then(|| toml::Value::String(text.clone()))
        }
        _ => None,
    }
}

/// Texts that many models share go before KIE's own words.
fn words(raw: &mut RawField, published: &PublishedField, shared: &Shared) {
    if shared.contains_key(&published.name) {
        return;
    }
    let name = published.name.replace('_', " ");
    let title = published.title.clone().filter(|title| title.chars().count() <= LABEL_MAX);
    let label = title.unwrap_or_else(|| {
        let mut letters = name.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(letters).take(LABEL_MAX).collect()
        })
    });
    raw.label = Some(RawText::Same(label));
    let key = match raw.kind {
        RawKind::Text | RawKind::Opaque => "hint_text",
        RawKind::Integer | RawKind::Number => "hint_number",
        RawKind::Switch => "hint_switch",
        RawKind::Choice => "hint_choice",
        RawKind::Files => "hint_files",
        RawKind::Items | RawKind::Values => "hint_list",
    };
    let general =
        shared.get(IMPORTED).and_then(|words: &RawShared| words.options.get(key)).cloned();
    let told = published.description.as_deref().map(|told| shortened(told, WORDS_MAX));
    raw.hint = match (general, told) {
        (Some(RawText::Both { ru, en }), Some(told)) => {
            Some(RawText::Both { ru: format!("{ru}\nKIE.ai: {told}"), en: format!("{en}\n{told}") })
        }
        (general, _) => general,
    };
}

fn whole(number: Option<Decimal>) -> Option<i64> {
    number.and_then(|number| number.trunc().to_i64())
}

/// On one line, and no longer than that.
fn shortened(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() > max {
        true => line.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
        false => line,
    }
}

/// A price that is certain: one line for everything, or lines that name, each in its own way, values
/// of the same fields.
fn price(tags: &[PriceTag], fields: &[RawField]) -> Option<RawPrice> {
    let per = tags.iter().map(|tag| per_of(&tag.unit, fields)).collect::<Option<Vec<_>>>()?;
    let conditions = match tags {
        [] => return None,
        [_] => vec![toml::Table::new()],
        several => conditions(several, fields)?,
    };
    let rows = tags.iter().zip(per).zip(conditions).map(|((tag, per), when)| RawRow {
        when,
        credits: tag.credits.clone(),
        per: Some(RawPers::One(per)),
    });
    Some(RawPrice {
        per: None,
        rows: rows.collect(),
        addons: Vec::new(),
        tokens: None,
        unconfirmed: false,
        at_most: false,
    })
}

fn per_of(unit: &str, fields: &[RawField]) -> Option<RawPer> {
    let unit = unit.to_lowercase();
    let unit = unit.trim().trim_start_matches("per ").trim();
    let named = |names: &[&str]| {
        let field = |name: &&&str| fields.iter().any(|field| field.name == **name);
        names.iter().find(field).map(|name| (*name).to_owned())
    };
    match unit {
        "second" | "s" | "sec" => {
            let counted = named(&["duration", "seconds", "video_duration"]);
            let measured = || {
                let mut timed = fields.iter().filter(|field| {
                    matches!(field.media, Some(MediaKind::Video | MediaKind::Audio))
                        && field.required
                });
                timed.next().filter(|_| timed.next().is_none()).map(|field| field.name.clone())
            };
            counted.or_else(measured).map(|name| RawPer::Second(super::raw::RawNames::One(name)))
        }
        "image" | "output image" => Some(match named(&["num_images", "n", "max_images"]) {
            Some(count) => RawPer::Output(count),
            None => RawPer::Order,
        }),
        "video" | "request" | "generation" | "time" | "song" | "track" | "call" | "task"
        | "upscale" | "removal" | "edit" => Some(RawPer::Order),
        "1000 characters" | "1000 chars" | "1k characters" => {
            let mut texts =
                fields.iter().filter(|field| field.kind == RawKind::Text && field.required);
            texts
                .next()
                .filter(|_| texts.next().is_none())
                .map(|field| RawPer::ThousandCharacters(field.name.clone()))
        }
        _ => None,
    }
}

/// Which answers each line is for; `None` unless every line is for others.
fn conditions(tags: &[PriceTag], fields: &[RawField]) -> Option<Vec<toml::Table>> {
    let mut all = vec![toml::Table::new(); tags.len()];
    for field in fields {
        let named: Option<Vec<toml::Value>> =
            tags.iter().map(|tag| named_value(&tag.words, field)).collect();
        for (when, value) in all.iter_mut().zip(named.into_iter().flatten()) {
            when.insert(field.name.clone(), value);
        }
    }
    let mut seen = HashSet::new();
    let distinct = all.iter().all(|when| !when.is_empty() && seen.insert(when.to_string()));
    distinct.then_some(all)
}

/// The one value of the field that the words name.
fn named_value(words: &str, field: &RawField) -> Option<toml::Value> {
    let lower = words.to_lowercase();
    match (field.kind, &field.options) {
        (RawKind::Choice, Some(RawOptions::Here(options))) => {
            let parts = lower.split(|c: char| !(c.is_alphanumeric() || ".:".contains(c)));
            let parts: HashSet<&str> = parts.map(|part| part.trim_matches(['.', ':'])).collect();
            let timed = field.name == "duration";
            let named = |option: &&String| {
                let option = option.to_lowercase();
                let seconds = [format!("{option}s"), format!("{option}.0s")];
                match timed {
                    true => seconds.iter().any(|one| parts.contains(one.as_str())),
                    false => parts.contains(option.as_str()),
                }
            };
            let mut found = options.iter().filter(named);
            let one = found.next()?.clone();
            found.next().is_none().then_some(toml::Value::String(one))
        }
        (RawKind::Switch, _) => {
            let word = field.name.trim_start_matches("generate_").trim_start_matches("enable_");
            let word = word.replace('_', " ");
            let off = [format!("without {word}"), format!("no {word}"), format!("{word} off")];
            let on = [format!("with {word}"), format!("{word} on")];
            let has = |phrases: &[String]| phrases.iter().any(|phrase| lower.contains(phrase));
            match (has(&off), has(&on)) {
                (true, _) => Some(toml::Value::Boolean(false)),
                (false, true) => Some(toml::Value::Boolean(true)),
                (false, false) => None,
            }
        }
        _ => None,
    }
}

/// Whether a field that KIE wants is one that our model asks for or fills in.
pub(crate) fn is_covered(field: &Field) -> bool {
    field.required
        || field.default.is_some()
        || field.required_when.is_some()
        || field.asked == Asked::EarlierResult
        || field.kind == FieldKind::Opaque
}
