//! The statements of `likenesses`.

use std::collections::BTreeMap;

use catalog::Likeness;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::decode;
use crate::model::LikenessView;

const fn kind_word(kind: Likeness) -> &'static str {
    match kind {
        Likeness::Persona => "persona",
        Likeness::Voice => "voice",
        Likeness::Character => "character",
    }
}

fn kind_of(word: &str) -> Result<Likeness, sqlx::Error> {
    [Likeness::Persona, Likeness::Voice, Likeness::Character]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
        .ok_or_else(|| decode("kind", word))
}

/// What the order made for other models, from the columns of its row.
pub(super) fn likeness_of(row: &PgRow) -> Result<Option<LikenessView>, sqlx::Error> {
    let stored: Option<Json<BTreeMap<String, String>>> = row.try_get("likeness")?;
    let Some(Json(mut stored)) = stored else { return Ok(None) };
    let kind = kind_of(&stored.remove("kind").unwrap_or_default())?;
    Ok(Some(LikenessView { kind, id: stored.remove("id").unwrap_or_default() }))
}

/// Writes down what an order made for other models.
pub(crate) async fn save(
    connection: &mut PgConnection,
    generation: Uuid,
    likeness: &LikenessView,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into likenesses (generation_id, kind, made_id) values ($1, $2, $3)
         on conflict (generation_id) do update
         set kind = excluded.kind, made_id = excluded.made_id",
    )
    .bind(generation)
    .bind(kind_word(likeness.kind))
    .bind(&likeness.id)
    .execute(connection)
    .await?;
    Ok(())
}
