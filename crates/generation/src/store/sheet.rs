//! The statements of results that stand at no address: the words are kept with the output.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::sheet::Sheet;

/// Writes down a result in words.
pub(crate) async fn save(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
    sheet: &Sheet,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into outputs (generation_id, position, url, kind, mime, bytes, title, content)
         values ($1, $2, '', 'text', $3, $4, $5, $6)
         on conflict (generation_id, position) do update
         set kind = excluded.kind, mime = excluded.mime, bytes = excluded.bytes,
             title = excluded.title, content = excluded.content",
    )
    .bind(generation)
    .bind(position)
    .bind(sheet.mime)
    .bind(i64::try_from(sheet.content.len()).unwrap_or(i64::MAX))
    .bind(sheet.title.as_deref())
    .bind(sheet.content.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// The content of a result in words; `None` for every other, and for what was erased.
pub(crate) async fn content(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let found: Option<Option<Vec<u8>>> = sqlx::query_scalar(
        "select content from outputs where generation_id = $1 and position = $2",
    )
    .bind(generation)
    .bind(position)
    .fetch_optional(connection)
    .await?;
    Ok(found.flatten())
}
