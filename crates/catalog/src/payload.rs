use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value};

use crate::model::known_of;
use crate::{Answer, Answers, Fault, Field, FieldKind, FileShape, Model, Wire};

/// The public link of each file, by [`crate::FileInput::source`].
type Uploads = BTreeMap<String, String>;

impl Model {
    /// The `input` object for KIE's `createTask`, with exactly the types of the model's schema.
    ///
    /// `uploads` tells the public link of each [`crate::FileInput::source`].
    ///
    /// # Errors
    /// The faults of [`Model::check`], or [`Fault::NotUploaded`] for a file without a link.
    pub fn payload(
        &self,
        answers: &Answers,
        uploads: &Uploads,
    ) -> Result<Map<String, Value>, Vec<(String, Fault)>> {
        self.check(answers)?;
        object_of(&self.fields, &self.with_defaults(answers), uploads)
    }
}

fn object_of(
    fields: &[Field],
    known: &Answers,
    uploads: &Uploads,
) -> Result<Map<String, Value>, Vec<(String, Fault)>> {
    let mut object = Map::new();
    let mut faults = Vec::new();
    for field in fields.iter().filter(|field| field.sent) {
        let Some(answer) = known.get(&field.name) else { continue };
        match field.kind.wire_value(answer, uploads) {
            Ok(value) => {
                object.insert(field.name.clone(), value);
            }
            Err(fault) => faults.push((field.name.clone(), fault)),
        }
    }
    if faults.is_empty() { Ok(object) } else { Err(faults) }
}

impl FieldKind {
    fn wire_value(&self, answer: &Answer, uploads: &Uploads) -> Result<Value, Fault> {
        match (self, answer) {
            (Self::Text { .. }, Answer::Text(text)) => Ok(Value::from(text.as_str())),
            (Self::Integer { .. }, Answer::Integer(value)) => Ok(Value::from(*value)),
            (Self::Number { .. }, Answer::Number(value)) => json_number(*value),
            (Self::Switch, Answer::Switch(on)) => Ok(Value::from(*on)),
            (Self::Choice { wire, .. }, Answer::Choice(value)) => match wire {
                Wire::Text => Ok(Value::from(value.as_str())),
                Wire::Integer | Wire::Number => {
                    value.parse().map_err(|_| Fault::WrongKind).and_then(json_number)
                }
            },
            (Self::Files { shape, .. }, Answer::Files(files)) => {
                let link = |source: &String| uploads.get(source).map(|url| url.as_str().into());
                let links: Option<Vec<Value>> =
                    files.iter().map(|file| link(&file.source)).collect();
                let links = links.ok_or(Fault::NotUploaded)?;
                match shape {
                    FileShape::List => Ok(Value::Array(links)),
                    FileShape::One => links.into_iter().next().ok_or(Fault::Missing),
                }
            }
            (Self::Items { fields, .. }, Answer::Items(items)) => {
                let object = |item| {
                    let object = object_of(fields, &known_of(fields, item), uploads);
                    object.map(Value::Object).map_err(|faults| {
                        faults.into_iter().next().map_or(Fault::WrongKind, |(_, fault)| fault)
                    })
                };
                items.iter().map(object).collect()
            }
            (Self::Values { of, .. }, Answer::Values(values)) => {
                values.iter().map(|value| of.wire_value(value, uploads)).collect()
            }
            _ => Err(Fault::WrongKind),
        }
    }
}

/// A whole number is written without a point, because some of KIE's schemas insist on it.
pub(crate) fn json_number(value: Decimal) -> Result<Value, Fault> {
    let value = value.normalize();
    if value.scale() == 0 {
        return value.to_i64().map(Value::from).ok_or(Fault::WrongKind);
    }
    // The shortest text of the nearest binary number is the decimal's own text for the few
    // digits that a setting has.
    value.to_f64().and_then(Number::from_f64).map(Value::Number).ok_or(Fault::WrongKind)
}
