use serde_json::{Map, Value, json};

use crate::condition::{Part, Scalar, Test, When};
use crate::{Answer, Asked, Field, FieldKind, Model, Sale, Wire};

impl Model {
    /// Everything about the model as one JSON value, for tools.
    #[must_use]
    pub fn export(&self) -> Value {
        let sale = match &self.sale {
            Sale::OnSale => json!({"on_sale": true}),
            Sale::NotSold { why, reason, sibling } => json!({
                "on_sale": false,
                "why": format!("{why:?}"),
                "reason": {"ru": reason.ru, "en": reason.en},
                "sibling": sibling,
            }),
        };
        let rows = self.price.rows.iter().map(|row| {
            let per: Vec<String> = row.per.iter().map(|per| format!("{per:?}")).collect();
            json!({"credits": row.credits.to_string(), "when": when(&row.when), "per": per})
        });
        let text = |text: &crate::Localized| json!({"ru": text.ru, "en": text.en});
        json!({
            "id": self.id,
            "family": self.family,
            "name": text(&self.name),
            "does": text(&self.does),
            "for_whom": text(&self.for_whom),
            "example": text(&self.example),
            "category": self.category,
            "output": self.output,
            "makes": self.makes,
            "writes": self.writes,
            "new": self.new,
            "in_menu": self.in_menu(),
            "sale": sale,
            "fields": self.fields.iter().map(field).collect::<Vec<_>>(),
            "price": {
                "from": self.price.from.map(|credits| credits.to_string()),
                "unconfirmed": self.price.unconfirmed,
                "rows": rows.collect::<Vec<_>>(),
            },
        })
    }
}

fn field(field: &Field) -> Value {
    let mut limits = Map::new();
    let mut set = |name: &str, value: Value| limits.insert(name.to_owned(), value);
    let kind = match &field.kind {
        FieldKind::Text { min, max } => {
            set("min", json!(min));
            set("max", json!(max));
            "text"
        }
        FieldKind::Integer { min, max, step } => {
            set("min", json!(min));
            set("max", json!(max));
            set("step", json!(step));
            "integer"
        }
        FieldKind::Number { min, max, .. } => {
            set("min", json!(min.to_string()));
            set("max", json!(max.to_string()));
            "number"
        }
        FieldKind::Switch => "switch",
        FieldKind::Choice { options, wire } => {
            let values: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
            set("options", json!(values));
            let wire = match wire {
                Wire::Text => "text",
                Wire::Integer => "integer",
                Wire::Number => "number",
            };
            set("wire", json!(wire));
            "choice"
        }
        FieldKind::Files { min, max, max_bytes, accept, frame, .. } => {
            set("min", json!(min));
            set("max", json!(max));
            set("max_bytes", json!(max_bytes));
            set("accept", json!(accept));
            if let Some(frame) = frame {
                set("min_side", json!(frame.min_side));
                set("max_side", json!(frame.max_side));
                set("max_stretch", json!(frame.stretch.map(|stretch| stretch.to_string())));
            }
            "files"
        }
        FieldKind::Items { fields, min, max } => {
            set("min", json!(min));
            set("max", json!(max));
            set("fields", json!(fields.iter().map(self::field).collect::<Vec<_>>()));
            "items"
        }
        FieldKind::Values { min, max, .. } => {
            set("min", json!(min));
            set("max", json!(max));
            "values"
        }
        FieldKind::Opaque => "opaque",
    };
    let asked = match field.asked {
        Asked::First => "first",
        Asked::Option => "option",
        Asked::Never => "never",
        Asked::EarlierResult => "earlier_result",
    };
    json!({
        "name": field.name,
        "type": kind,
        "limits": limits,
        "required": field.required,
        "asked": asked,
        "default": field.default.as_ref().map(default),
        "label": {"ru": field.label.ru, "en": field.label.en},
        "hint": {"ru": field.hint.ru, "en": field.hint.en},
    })
}

fn default(answer: &Answer) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

fn when(when: &When) -> Value {
    let parts = when.0.iter().map(|condition| {
        let name = match condition.part {
            Part::Value => condition.field.clone(),
            Part::Side => format!("{}.side", condition.field),
            Part::Seconds => format!("{}.seconds", condition.field),
        };
        let test = match &condition.test {
            Test::OneOf(values) => Value::Array(values.iter().map(scalar).collect()),
            Test::Given(given) => json!({ "given": given }),
            Test::Range { min, max } => json!({"min": min.to_string(), "max": max.to_string()}),
        };
        (name, test)
    });
    Value::Object(parts.collect())
}

fn scalar(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => json!(text),
        Scalar::Number(number) => json!(number.to_string()),
        Scalar::Switch(on) => json!(on),
    }
}
