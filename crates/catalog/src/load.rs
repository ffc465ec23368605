//! From the text of the files to checked models.

mod field;
mod price;
mod raw;
mod when;

use std::collections::{BTreeMap, HashSet};

use serde::de::DeserializeOwned;

use crate::model::Rule;
use crate::{Asked, CatalogError, Field, ID_MAX_BYTES, Localized, Model, Sale};
use raw::{RawFile, RawModel, RawRule, RawShared, RawText};

/// The texts that fields of many models share, by name.
type Shared = BTreeMap<String, RawShared>;

/// A mistake inside one model, before the names of file and model are added.
#[derive(Debug)]
struct Mistake {
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
}

pub(crate) fn load(
    shared: (&str, &str),
    files: &[(&str, &str)],
) -> Result<Vec<Model>, CatalogError> {
    let texts: Shared = parse(shared)?;
    let mut models: Vec<Model> = Vec::new();
    let mut origins = Vec::new();
    let mut ids = HashSet::new();
    for file in files {
        let RawFile { family, model } = parse(*file)?;
        for raw in model {
            let at = |mistake: Mistake, id: &str| CatalogError {
                file: file.0.to_owned(),
                model: Some(id.to_owned()),
                field: mistake.field,
                problem: mistake.problem,
            };
            let id = raw.id.clone();
            if !ids.insert(id.clone()) {
                return Err(at(Mistake::new("this id is taken by another model"), &id));
            }
            models.push(model_of(raw, &family, &texts).map_err(|mistake| at(mistake, &id))?);
            origins.push(file.0);
        }
    }
    check_siblings(&models, &origins, &ids)?;
    Ok(models)
}

fn check_siblings(
    models: &[Model],
    origins: &[&str],
    ids: &HashSet<String>,
) -> Result<(), CatalogError> {
    for (model, file) in models.iter().zip(origins) {
        let Sale::NotSold { sibling: Some(sibling), .. } = &model.sale else { continue };
        if !ids.contains(sibling) || *sibling == model.id {
            return Err(CatalogError {
                file: (*file).to_owned(),
                model: Some(model.id.clone()),
                field: None,
                problem: format!("the sibling `{sibling}` is not another model of the catalogue"),
            });
        }
    }
    Ok(())
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

fn model_of(raw: RawModel, family: &str, shared: &Shared) -> Result<Model, Mistake> {
    check_id(&raw.id)?;
    if raw.usual_seconds == 0 || raw.outputs_max == 0 {
        return Err(Mistake::new("`usual_seconds` and `outputs_max` start at 1"));
    }
    let mut fields: Vec<Field> = Vec::with_capacity(raw.field.len());
    for raw_field in raw.field {
        let name = raw_field.name.clone();
        if fields.iter().any(|field| field.name == name) {
            return Err(Mistake::new("two fields have this name").in_field(&name));
        }
        let field = field::field_of(raw_field, &fields, shared);
        fields.push(field.map_err(|mistake| mistake.in_field(&name))?);
    }
    let sale = match raw.not_sold {
        None => Sale::OnSale,
        Some(raw) => {
            Sale::NotSold { reason: text("not_sold.reason", raw.reason)?, sibling: raw.sibling }
        }
    };
    let mut model = Model {
        id: raw.id,
        family: family.to_owned(),
        name: text("name", raw.name)?,
        does: text("does", raw.does)?,
        for_whom: text("for_whom", raw.for_whom)?,
        example: text("example", raw.example)?,
        usual_seconds: raw.usual_seconds,
        category: raw.category,
        output: raw.output,
        outputs_max: raw.outputs_max,
        rules: rules_of(raw.rule, &fields)?,
        fields,
        price: price::Price::default(),
        sale,
    };
    if let Some(raw) = raw.price {
        model.price = price::price_of(raw, &model.fields)?;
        model.price.from = price::cheapest(&model)?;
    }
    if model.is_on_sale() && model.price.from.is_none() {
        return Err(Mistake::new("on sale, but no input has a price"));
    }
    Ok(model)
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
        });
    }
    Ok(rules)
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
