//! From the text of the files to checked models.

mod field;
pub(crate) mod import;
pub(crate) mod price;
mod raw;
mod when;

use std::collections::{BTreeMap, HashSet};

use serde::de::DeserializeOwned;

use crate::model::{EntryPath, Rule};
use crate::{
    Asked, Body, CatalogError, Endpoint, Field, FieldKind, Form, ID_MAX_BYTES, Localized, Model,
    Output, Sale, Why,
};
use raw::{
    RawFieldTexts, RawFile, RawModel, RawModelTexts, RawNotSold, RawRule, RawShared, RawText,
    RawTexts,
};

/// The texts that fields of many models share, by name.
pub(crate) type Shared = BTreeMap<String, RawShared>;

/// The entry of the shared texts that is no field: its options are the reasons of [`Why`].
const NOT_SOLD: &str = "not_sold";

/// The endpoint that takes an order, unless a model says otherwise.
pub(crate) const CREATE_TASK: &str = "/api/v1/jobs/createTask";

/// What a model's fields are read with.
struct Source<'a> {
    shared: &'a Shared,
    family: &'a BTreeMap<String, RawFieldTexts>,
    own: Option<&'a BTreeMap<String, RawFieldTexts>>,
    lists: &'a BTreeMap<String, Vec<String>>,
}

/// A mistake inside one model, before the names of file and model are added.
#[derive(Debug)]
pub(crate) struct Mistake {
    field: Option<String>,
    problem: String,
}

impl Mistake {
    fn new(problem: impl Into<String>) -> Self {
        Self { field: None, problem: problem.into() }
    }

    fn in_field(self, name: &str) -> Self {
        Self { field: Some(name.to_owned()), ..self }
    }

    fn at(self, file: &str, model: Option<&str>) -> CatalogError {
        let model = model.map(str::to_owned);
        CatalogError { file: file.to_owned(), model, field: self.field, problem: self.problem }
    }
}

pub(crate) fn load(
    shared: (&str, &str),
    files: &[(&str, &str)],
    texts: &[(&str, &str)],
) -> Result<(Vec<Model>, Shared), CatalogError> {
    let shared: Shared = parse(shared)?;
    let mut models: Vec<Model> = Vec::new();
    let mut origins = Vec::new();
    let mut ids = HashSet::new();
    for file in files {
        let RawFile { family, list, model } = parse(*file)?;
        let beside = texts.iter().find(|(name, _)| *name == file.0);
        let texts: RawTexts = beside.map(|texts| parse(*texts)).transpose()?.unwrap_or_default();
        let first = models.len();
        for raw in model {
            let id = raw.id.clone();
            let at = |mistake: Mistake| mistake.at(file.0, Some(&id));
            if !ids.insert(id.clone()) {
                return Err(at(Mistake::new("this id is taken by another model")));
            }
            let own = texts.model.iter().find(|texts| texts.id == id);
            let source = Source {
                shared: &shared,
                family: &texts.field,
                own: own.map(|texts| &texts.field),
                lists: &list,
            };
            models.push(model_of(raw, &family, own, &source).map_err(at)?);
            origins.push(file.0);
        }
        check_texts(&texts, models.get(first..).unwrap_or_default())
            .map_err(|(mistake, id)| mistake.at(file.0, id))?;
    }
    check_names(&models, &origins, &ids)?;
    Ok((models, shared))
}

/// Texts for what does not exist are a slip: some other thing stays without its text.
fn check_texts<'a>(
    texts: &'a RawTexts,
    models: &[Model],
) -> Result<(), (Mistake, Option<&'a str>)> {
    for (path, entry) in &texts.field {
        if !models.iter().any(|model| fits(path, entry, &model.fields)) {
            let problem = format!("texts for `{path}` or its options, which no model has");
            return Err((Mistake::new(problem), None));
        }
    }
    let mut seen = HashSet::new();
    for entry in &texts.model {
        let id = Some(entry.id.as_str());
        let Some(model) = models.iter().find(|model| model.id == entry.id) else {
            return Err((Mistake::new("texts for a model that the file does not have"), id));
        };
        if !seen.insert(&entry.id) {
            return Err((Mistake::new("texts for this model stand twice"), id));
        }
        let strange = entry.field.iter().find(|(path, entry)| !fits(path, entry, &model.fields));
        if let Some((path, _)) = strange {
            let problem = format!("texts for `{path}` or its options, which do not exist");
            return Err((Mistake::new(problem), id));
        }
    }
    Ok(())
}

/// Whether the path leads to a field that has every labelled option.
fn fits(path: &str, texts: &RawFieldTexts, fields: &[Field]) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = fields.iter().find(|field| field.name == name) else { return false };
    match (&field.kind, rest) {
        (FieldKind::Items { fields, .. }, Some(rest)) => fits(rest, texts, fields),
        (FieldKind::Choice { options, .. }, None) => {
            texts.labels.keys().all(|value| options.iter().any(|option| option.value == *value))
        }
        (_, None) => texts.labels.is_empty(),
        (_, Some(_)) => false,
    }
}

/// Makes sure that every other model that is named is one of the catalogue.
fn check_names(
    models: &[Model],
    origins: &[&str],
    ids: &HashSet<String>,
) -> Result<(), CatalogError> {
    for (model, file) in models.iter().zip(origins) {
        let refuse = |problem: String| Err(Mistake::new(problem).at(file, Some(&model.id)));
        if let Sale::NotSold { sibling: Some(sibling), .. } = &model.sale
            && (!ids.contains(sibling) || *sibling == model.id)
        {
            return refuse(format!(
                "the sibling `{sibling}` is not another model of the catalogue"
            ));
        }
        let earlier = model.fields.iter().filter_map(|field| field.from.as_ref());
        let strange = earlier.flat_map(|from| &from.models).find(|id| !ids.contains(*id));
        if let Some(strange) = strange {
            return refuse(format!("an earlier result of `{strange}`, which is no model"));
        }
        for from in model.fields.iter().filter_map(|field| field.from.as_ref()) {
            let of = models.iter().filter(|one| from.models.contains(&one.id));
            let never = |(name, value): (&String, &String)| {
                !of.clone().all(|model| model.field(name).is_some_and(|field| offers(field, value)))
            };
            if let Some((name, _)) = from.when.iter().find(|pair| never(*pair)) {
                return refuse(format!("an earlier result by its `{name}`, which it is not asked"));
            }
        }
    }
    Ok(())
}

fn offers(field: &Field, value: &str) -> bool {
    matches!(&field.kind, FieldKind::Choice { options, .. }
        if options.iter().any(|option| option.value == value))
}

/// Reads one file; a mistake is located by the last names that stand before it.
fn parse<T: DeserializeOwned>((file, text): (&str, &str)) -> Result<T, CatalogError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().split('\n').count();
        // A missing key is reported at the head of its table, whose name stands below: so the
        // names are looked for down to the next table.
        let rest = text.lines().skip(line).position(|line| line.starts_with('['));
        let lines = rest.map_or(usize::MAX, |rest| line.saturating_add(rest));
        let before: String = text.split_inclusive('\n').take(lines).collect();
        let block = before.rsplit("[[model]]").next().filter(|block| block.len() < before.len());
        let model = block.and_then(|block| first_string(block, "id"));
        let table = before.lines().rfind(|line| line.starts_with('['));
        let field = block
            .filter(|_| table == Some("[[model.field]]"))
            .and_then(|block| block.rsplit("[[model.field]]").next())
            .and_then(|block| first_string(block, "name"));
        let problem = format!("line {line}: {}", error.message());
        CatalogError { file: file.to_owned(), model, field, problem }
    })
}

/// The text of the first line `key = "text"`.
fn first_string(block: &str, key: &str) -> Option<String> {
    let value = block.lines().find_map(|line| {
        line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')?.trim().strip_prefix('"')
    })?;
    value.split('"').next().map(str::to_owned)
}

fn model_of(
    raw: RawModel,
    family: &str,
    texts: Option<&RawModelTexts>,
    source: &Source<'_>,
) -> Result<Model, Mistake> {
    check_id(&raw.id)?;
    if raw.usual_seconds == 0 || raw.outputs_max == 0 {
        return Err(Mistake::new("`usual_seconds` and `outputs_max` start at 1"));
    }
    let name = text("name", raw.name)?;
    let mut missing = Vec::new();
    let mut line = |what: &str, own: Option<RawText>, beside: Option<&RawText>| match own
        .or_else(|| beside.cloned())
    {
        Some(found) => text(what, found),
        None => {
            missing.push(what.to_owned());
            Ok(name.clone())
        }
    };
    let does = line("does", raw.does, texts.and_then(|texts| texts.does.as_ref()))?;
    let for_whom = line("for_whom", raw.for_whom, texts.and_then(|texts| texts.for_whom.as_ref()))?;
    let example = line("example", raw.example, texts.and_then(|texts| texts.example.as_ref()))?;
    let mut fields: Vec<Field> = Vec::with_capacity(raw.field.len());
    for raw_field in raw.field {
        let name = raw_field.name.clone();
        if fields.iter().any(|field| field.name == name) {
            return Err(Mistake::new("two fields have this name").in_field(&name));
        }
        let field = field::field_of(raw_field, &fields, &name, source, &mut missing);
        fields.push(field.map_err(|mistake| mistake.in_field(&name))?);
    }
    let endpoint = raw.endpoint.map_or_else(
        || Endpoint { path: CREATE_TASK.to_owned(), body: Body::Input },
        |raw| Endpoint { path: raw.path, body: raw.body },
    );
    let mut model = Model {
        id: raw.id,
        family: family.to_owned(),
        action: action_of(texts, &fields)?,
        name,
        does,
        for_whom,
        example,
        usual_seconds: raw.usual_seconds,
        category: raw.category,
        output: raw.output,
        makes: raw.makes,
        writes: raw.writes,
        outputs_max: raw.outputs_max,
        endpoint,
        needs_callback: raw.needs_callback,
        rules: rules_of(raw.rule, &fields)?,
        fields,
        menu: raw.menu,
        new: false,
        price: price::Price::default(),
        sale: sale_of(raw.not_sold, &missing, source.shared)?,
        missing_texts: missing,
    };
    if let Some(raw) = raw.price {
        model.price = price::price_of(raw, &model.fields)?;
        model.price.from = price::cheapest(&model)?;
        model.price.usual = model.list_credits(&model.usual_input()).ok();
    }
    // A model that only lacks texts must be ready for the day when it has them.
    let meant = match model.sale {
        Sale::OnSale | Sale::NotSold { why: Why::NoTexts, .. } => true,
        Sale::NotSold { .. } => false,
    };
    if meant && model.price.from.is_none() {
        return Err(Mistake::new("on sale, but no input has a price"));
    }
    if (model.makes.is_some() || model.writes.is_some()) && model.output != Output::Text {
        return Err(Mistake::new("`makes` or `writes` of a model whose result is a file"));
    }
    if model.makes.is_some() && model.writes.is_some() {
        return Err(Mistake::new("`makes` and `writes` of one model"));
    }
    if meant && model.output == Output::Text && model.makes.is_none() && model.writes.is_none() {
        return Err(Mistake::new("on sale, but nobody can be handed its result"));
    }
    if meant && (model.endpoint.path != CREATE_TASK || model.endpoint.body != Body::Input) {
        return Err(Mistake::new("on sale, but not ordered by `createTask`"));
    }
    Ok(model)
}

/// The word of the button under an earlier result, which only what goes on from one has.
fn action_of(
    texts: Option<&RawModelTexts>,
    fields: &[Field],
) -> Result<Option<Localized>, Mistake> {
    let Some(action) = texts.and_then(|texts| texts.action.clone()) else { return Ok(None) };
    if fields.iter().all(|field| field.from.is_none()) {
        return Err(Mistake::new("`action` of a model that goes on from nothing"));
    }
    text("action", action).map(Some)
}

/// Whether the model is sold. One that lacks texts is not, if the shared texts say how that is
/// told; without those words it is a mistake in the files.
fn sale_of(raw: Option<RawNotSold>, missing: &[String], shared: &Shared) -> Result<Sale, Mistake> {
    let reason = |why: &str| shared.get(NOT_SOLD).and_then(|texts| texts.options.get(why));
    let Some(raw) = raw else {
        let Some(first) = missing.first() else { return Ok(Sale::OnSale) };
        let Some(words) = reason("no_texts") else {
            let mistake = Mistake::new(format!("no text for `{first}`"));
            return Err(match first.split_once(':') {
                Some((path, _)) => mistake.in_field(path.split('.').next().unwrap_or(path)),
                None => mistake,
            });
        };
        let reason = text("not_sold", words.clone())?;
        return Ok(Sale::NotSold { why: Why::NoTexts, reason, sibling: None });
    };
    let why = raw.why.unwrap_or(Why::Other);
    let key = key_of(why);
    let words = raw.reason.or_else(|| reason(key).cloned());
    let words = words.ok_or_else(|| Mistake::new(format!("no reason for people: `{key}`")))?;
    Ok(Sale::NotSold { why, reason: text("not_sold.reason", words)?, sibling: raw.sibling })
}

/// The shared text that says why.
fn key_of(why: Why) -> &'static str {
    match why {
        Why::Delisted => "delisted",
        Why::Superseded => "superseded",
        Why::NoPrice => "no_price",
        Why::PriceUnclear => "price_unclear",
        Why::Endpoint => "endpoint",
        Why::Result => "result",
        Why::NoTexts => "no_texts",
        Why::Other => "other",
    }
}

/// Why a model is not sold, in words; the technical word where the shared texts lack some.
pub(crate) fn reason(why: Why, shared: &Shared) -> Localized {
    let words = shared.get(NOT_SOLD).and_then(|texts| texts.options.get(key_of(why))).cloned();
    let words = words.and_then(|words| text("not_sold", words).ok());
    words.unwrap_or_else(|| {
        let key = key_of(why).to_owned();
        Localized { ru: key.clone(), en: key }
    })
}

fn check_id(id: &str) -> Result<(), Mistake> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if id.is_empty() || id.len() > ID_MAX_BYTES || !id.bytes().all(safe) {
        let problem = format!(
            "an id is 1 to {ID_MAX_BYTES} of the characters a-z A-Z 0-9 / . _ -, so that buttons can carry it"
        );
        return Err(Mistake::new(problem));
    }
    Ok(())
}

fn rules_of(raw: Vec<RawRule>, fields: &[Field]) -> Result<Vec<Rule>, Mistake> {
    let known = |names: &[String]| {
        let strange = names.iter().find(|name| {
            !fields.iter().any(|field| field.name == **name && field.asked != Asked::Never)
        });
        match strange {
            Some(name) => Err(Mistake::new(format!("a rule names `{name}`, which is not asked"))),
            None if names.is_empty() => Err(Mistake::new("a rule names no field")),
            None => Ok(()),
        }
    };
    let mut rules = Vec::new();
    for rule in raw {
        rules.push(match rule {
            RawRule::NeedsOneOf(sets) => {
                sets.iter().try_for_each(|set| known(set))?;
                Rule::NeedsOneOf(sets)
            }
            RawRule::NotTogether(names) => {
                known(&names)?;
                Rule::NotTogether(names)
            }
            RawRule::Forbidden(table) => {
                let when = when::when_of(table, fields)?;
                if when.0.len() < 2 {
                    return Err(Mistake::new("a forbidden combination names two fields"));
                }
                Rule::Forbidden(when)
            }
            RawRule::SumAtMost { items, of, max } => {
                let inside = |field: &Field| match &field.kind {
                    FieldKind::Items { fields, .. } => fields.iter().any(|field| field.name == of),
                    _ => false,
                };
                if !fields.iter().any(|field| field.name == items && inside(field)) {
                    return Err(Mistake::new(format!("a sum of `{items}.{of}`, which is nothing")));
                }
                known(std::slice::from_ref(&max))?;
                Rule::SumAtMost { items, of, max }
            }
            RawRule::NamedIn { field, of } => {
                Rule::NamedIn { field: entry_path(&field, fields)?, of: entry_path(&of, fields)? }
            }
        });
    }
    Ok(rules)
}

/// A text inside the entries of a list, by its path.
fn entry_path(path: &str, fields: &[Field]) -> Result<EntryPath, Mistake> {
    let found = path.split_once('.').filter(|(list, name)| {
        let list = fields.iter().find(|field| field.name == *list);
        let inner = list.and_then(Form::of_entry).and_then(|form| form.field(name));
        inner.is_some_and(|field| matches!(field.kind, FieldKind::Text { .. }))
    });
    match found {
        Some((list, name)) => Ok(EntryPath { list: list.to_owned(), name: name.to_owned() }),
        None => Err(Mistake::new(format!("a rule names `{path}`, which is no text of a list"))),
    }
}

fn text(what: &str, raw: RawText) -> Result<Localized, Mistake> {
    let localized = match raw {
        RawText::Same(text) => Localized { ru: text.clone(), en: text },
        RawText::Both { ru, en } => Localized { ru, en },
    };
    if localized.ru.trim().is_empty() || localized.en.trim().is_empty() {
        return Err(Mistake::new(format!("`{what}` is empty")));
    }
    Ok(localized)
}
