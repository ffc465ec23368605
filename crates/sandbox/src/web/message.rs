//! Messages as the page takes them.

use serde_json::{Value, json};

use crate::telegram::{ButtonView, MessageView};

pub(super) fn message(view: &MessageView) -> Value {
    let media = view.media.as_ref().map(|media| {
        json!({
            "kind": media.kind.as_str(),
            "url": format!("/api/files/{}", media.file_id),
            "name": media.name,
            "mime": media.mime,
            "width": media.width,
            "height": media.height,
            "duration": media.duration,
            "size": media.bytes.len(),
        })
    });
    let rows: Vec<Vec<Value>> =
        view.buttons.iter().map(|row| row.iter().map(button).collect()).collect();
    let invoice = view.invoice.as_ref().map(|invoice| {
        json!({
            "title": invoice.title,
            "description": invoice.description,
            "currency": invoice.currency,
            "total": invoice.total,
            "paid": invoice.paid,
        })
    });
    json!({
        "id": view.id,
        "from": if view.from_bot { "bot" } else { "person" },
        "date": view.date,
        "text": view.text,
        "html": view.html,
        "media": media,
        "buttons": if rows.is_empty() { Value::Null } else { json!(rows) },
        "edited": view.edits > 0,
        "invoice": invoice,
        "album": view.album,
        "reply_to": view.reply_to,
    })
}

fn button(view: &ButtonView) -> Value {
    json!({
        "label": view.label,
        "data": view.data,
        "url": view.url,
        "copy": view.copy,
        "pay": view.pay,
        "style": view.style,
    })
}

pub(super) fn keyboard(rows: Option<Vec<Vec<String>>>) -> Value {
    rows.map_or(Value::Null, |rows| json!({ "rows": rows }))
}
