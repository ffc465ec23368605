//! What the page lets a person do.

use axum::Json;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::telegram::{MediaKind, PersonFile, PersonId, PersonView, TelegramWorld};

/// The page's "no".
#[derive(Debug)]
pub(super) struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

fn bad(what: impl Into<String>) -> Refused {
    Refused(StatusCode::BAD_REQUEST, what.into())
}

fn person_json(view: &PersonView) -> Value {
    json!({
        "id": view.id,
        "name": view.name,
        "language": view.language,
        "blocked": view.blocked,
    })
}

/// The person that a path names.
pub(super) fn known(world: &TelegramWorld, person: PersonId) -> Result<PersonView, Refused> {
    let found = world.person(person);
    found.ok_or_else(|| Refused(StatusCode::NOT_FOUND, format!("there is no person {person}")))
}

pub(super) async fn people(State(world): State<TelegramWorld>) -> Json<Value> {
    Json(world.people().iter().map(person_json).collect())
}

#[derive(Deserialize)]
pub(super) struct NewPerson {
    name: String,
    language: String,
}

pub(super) async fn add_person(
    State(world): State<TelegramWorld>,
    Json(new): Json<NewPerson>,
) -> Result<Json<Value>, Refused> {
    if new.name.trim().is_empty() {
        return Err(bad("a person has a name"));
    }
    let id = world.add_person(new.name.trim(), &new.language);
    Ok(Json(person_json(&known(&world, id)?)))
}

#[derive(Deserialize)]
pub(super) struct Text {
    text: String,
}

pub(super) async fn text(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    Json(said): Json<Text>,
) -> Result<Json<Value>, Refused> {
    known(&world, person)?;
    if said.text.trim().is_empty() {
        return Err(bad("an empty message is not sent"));
    }
    Ok(Json(json!({ "message_id": world.says(person, said.text.trim()) })))
}

pub(super) async fn file(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    mut form: Multipart,
) -> Result<Json<Value>, Refused> {
    known(&world, person)?;
    let broken = |_| bad("the form cannot be read");
    let mut kind = MediaKind::Document;
    let mut caption = String::new();
    let mut file: Option<(Bytes, String, String)> = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "kind" => {
                let name = field.text().await.map_err(broken)?;
                kind = MediaKind::named(&name)
                    .ok_or_else(|| bad(format!("there is no kind «{name}»")))?;
            }
            "caption" => caption = field.text().await.map_err(broken)?,
            "file" => {
                let name = field.file_name().unwrap_or("file").to_owned();
                let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
                file = Some((field.bytes().await.map_err(broken)?, mime, name));
            }
            other => return Err(bad(format!("there is no field «{other}»"))),
        }
    }
    let (bytes, mime, name) = file.ok_or_else(|| bad("a file is expected"))?;
    let file = PersonFile { bytes, mime, name, caption };
    Ok(Json(json!({ "message_id": world.sends_file(person, kind, file) })))
}

#[derive(Deserialize)]
pub(super) struct Press {
    message_id: i64,
    data: String,
}

pub(super) async fn press(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    Json(press): Json<Press>,
) -> Result<Json<Value>, Refused> {
    known(&world, person)?;
    let query_id = world.presses(person, press.message_id, &press.data).map_err(bad)?;
    Ok(Json(json!({ "query_id": query_id })))
}

#[derive(Deserialize)]
pub(super) struct Block {
    blocked: bool,
}

pub(super) async fn block(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    Json(block): Json<Block>,
) -> Result<Json<Value>, Refused> {
    known(&world, person)?;
    if block.blocked {
        world.blocks_bot(person);
    } else {
        world.unblocks_bot(person);
    }
    Ok(Json(person_json(&known(&world, person)?)))
}

#[derive(Deserialize)]
pub(super) struct Pay {
    message_id: i64,
}

pub(super) async fn pay(
    State(world): State<TelegramWorld>,
    Path(person): Path<PersonId>,
    Json(pay): Json<Pay>,
) -> Result<Json<Value>, Refused> {
    known(&world, person)?;
    let query_id = world.pays(person, pay.message_id).map_err(bad)?;
    Ok(Json(json!({ "query_id": query_id })))
}
