use rust_decimal::Decimal;
use toml::{Table, Value};

use super::Mistake;
use crate::condition::{Condition, Part, Scalar, Test, When};
use crate::{Answer, Field, FieldKind};

/// Reads a condition on `fields`, and makes sure that each named value can be answered at all:
/// a misspelt value would otherwise be a price or a rule that never applies.
pub(super) fn when_of(table: Table, fields: &[Field]) -> Result<When, Mistake> {
    let mut conditions = Vec::with_capacity(table.len());
    for (key, value) in table {
        let (name, part) = match key.split_once('.') {
            None => (key.as_str(), Part::Value),
            Some((name, "side")) => (name, Part::Side),
            Some((name, "seconds")) => (name, Part::Seconds),
            Some(_) => return Err(Mistake::new(format!("a condition cannot look at `{key}`"))),
        };
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(Mistake::new(format!(
                "a condition names `{name}`, which is no field above"
            )));
        };
        let test = test_of(value, field, part)?;
        conditions.push(Condition { field: name.to_owned(), part, test });
    }
    Ok(When(conditions))
}

fn test_of(value: Value, field: &Field, part: Part) -> Result<Test, Mistake> {
    let measured = part != Part::Value;
    if measured && !matches!(field.kind, FieldKind::Files { .. }) {
        return Err(Mistake::new(format!(
            "a condition measures `{}`, which is no file",
            field.name
        )));
    }
    match value {
        Value::Table(table) => match table.get("given") {
            Some(Value::Boolean(given)) if table.len() == 1 && !measured => Ok(Test::Given(*given)),
            _ => range_of(&table, field, measured),
        },
        _ if measured => Err(Mistake::new("what is measured is compared with { min, max }")),
        Value::Array(values) => {
            let scalars = values.into_iter().map(|value| scalar_of(value, field));
            Ok(Test::OneOf(scalars.collect::<Result<_, _>>()?))
        }
        value => Ok(Test::OneOf(vec![scalar_of(value, field)?])),
    }
}

fn range_of(table: &Table, field: &Field, measured: bool) -> Result<Test, Mistake> {
    let bound = |key: &str, otherwise: Decimal| match table.get(key) {
        None => Ok(otherwise),
        Some(Value::Integer(number)) => Ok(Decimal::from(*number)),
        Some(Value::String(text)) => {
            text.parse().map_err(|_| Mistake::new(format!("`{text}` is not a number")))
        }
        Some(_) => Err(Mistake::new("a bound is a whole number, or a decimal as a string")),
    };
    let strange = table.keys().any(|key| key != "min" && key != "max");
    let counts = matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Number { .. });
    if strange || table.is_empty() || !(measured || counts) {
        let problem =
            "a condition's table is { given = true or false }, or { min, max } of numbers";
        return Err(Mistake::new(problem));
    }
    let (min, max) = (bound("min", Decimal::MIN)?, bound("max", Decimal::MAX)?);
    if min > max {
        return Err(Mistake::new("a condition's range is empty"));
    }
    Ok(Test::Range { min, max })
}

fn scalar_of(value: Value, field: &Field) -> Result<Scalar, Mistake> {
    let (scalar, answer) = match (value, &field.kind) {
        (Value::Boolean(on), FieldKind::Switch) => (Scalar::Switch(on), Answer::Switch(on)),
        (Value::String(text), FieldKind::Choice { .. }) => {
            (Scalar::Text(text.clone()), Answer::Choice(text))
        }
        (Value::Integer(number), FieldKind::Integer { .. }) => {
            (Scalar::Number(number.into()), Answer::Integer(number))
        }
        (Value::Integer(number), FieldKind::Number { .. }) => {
            (Scalar::Number(number.into()), Answer::Number(number.into()))
        }
        (Value::String(text), FieldKind::Number { .. }) => {
            let number: Decimal =
                text.parse().map_err(|_| Mistake::new(format!("`{text}` is not a number")))?;
            (Scalar::Number(number), Answer::Number(number))
        }
        (value, _) => {
            let problem = format!("a condition compares `{}` with {value}", field.name);
            return Err(Mistake::new(problem));
        }
    };
    match field.kind.check(&answer) {
        Ok(()) => Ok(scalar),
        Err(_) => {
            let problem = format!("a condition names a value that `{}` cannot have", field.name);
            Err(Mistake::new(problem))
        }
    }
}
