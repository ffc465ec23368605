use rust_decimal::Decimal;
use toml::{Table, Value};

use super::Mistake;
use crate::condition::{Scalar, Test, When};
use crate::{Answer, Field, FieldKind};

/// Reads a condition on `fields`, and makes sure that each named value can be answered at all:
/// a misspelt value would otherwise be a price or a rule that never applies.
pub(super) fn when_of(table: Table, fields: &[Field]) -> Result<When, Mistake> {
    let mut tests = Vec::with_capacity(table.len());
    for (name, value) in table {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(Mistake::new(format!(
                "a condition names `{name}`, which is no field above"
            )));
        };
        let test = match value {
            Value::Table(table) => match (table.len(), table.get("given")) {
                (1, Some(Value::Boolean(given))) => Test::Given(*given),
                _ => return Err(Mistake::new("a condition's table is { given = true or false }")),
            },
            Value::Array(values) => {
                let scalars = values.into_iter().map(|value| scalar_of(value, field));
                Test::OneOf(scalars.collect::<Result<_, _>>()?)
            }
            value => Test::OneOf(vec![scalar_of(value, field)?]),
        };
        tests.push((name, test));
    }
    Ok(When(tests))
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
