//! The ledger as a file for a spreadsheet.

use catalog::Language;
use queue::{Claim, NewJob, Outcome, Priority};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use telegram::{OutFile, OutKind, Outbound};

use crate::button::Filter;
use crate::panel::PanelParts;
use crate::react::Context;
use crate::render::Pen;
use crate::store;
use crate::store::movements::{Line, Wanted};
use crate::texts::Key;

/// The kind of the job that sends a file.
pub(crate) const EXPORT: &str = "export_ledger";

/// The most rows of a file: a phone opens it still.
const ROWS_MAX: i64 = 20_000;

/// The names of the columns, which a spreadsheet's formulas rely on.
const HEADER: &str = "at,kind,debit,credit,kopecks,user,order,actor,reason,operation";

#[derive(Debug, Serialize, Deserialize)]
struct Export {
    chat: i64,
    filter: String,
    language: String,
}

pub(crate) async fn enqueue(
    connection: &mut PgConnection,
    context: &Context<'_>,
    chat: i64,
    filter: Filter,
) -> Result<(), sqlx::Error> {
    let (filter, language) = (filter.code().to_owned(), context.language.code().to_owned());
    let payload = serde_json::to_value(Export { chat, filter, language })
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    let job = NewJob::new(outbox::TALK_POOL, EXPORT, payload, context.now)
        .lane(outbox::lane(chat))
        .priority(Priority::Normal)
        .attempts_max(4);
    queue::store::enqueue(connection, context.now, &job).await?;
    Ok(())
}

/// Writes the file and sends it.
pub(crate) async fn run(parts: &PanelParts, claim: &Claim) -> Result<Outcome, sqlx::Error> {
    let mut connection = parts.pool.acquire().await?;
    let wanted = serde_json::from_value::<Export>(claim.payload.clone()).ok();
    let wanted = wanted.and_then(|wanted| Some((Filter::of(&wanted.filter)?, wanted)));
    let Some((filter, wanted)) = wanted else {
        let _stale = queue::store::complete(&mut connection, claim).await?;
        return Ok(Outcome::Done);
    };
    let base = parts.base.load_full();
    let (world, kinds) = (base.world.as_str(), filter.kinds());
    let rows = Wanted { world, user: None, kinds, offset: 0, limit: ROWS_MAX };
    let lines = store::movements::list(&mut connection, &rows).await?;
    drop(connection);
    let pen = Pen::new(&base, Language::from_code(&wanted.language));
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let caption = pen.say(
        Key::FieldCsvCaption,
        &[("filter", pen.filter(filter).into()), ("count", count.into())],
    );
    let file = OutFile::Upload {
        name: format!("ledger-{}.csv", parts.clock.now().date()),
        mime: "text/csv".to_owned(),
        bytes: csv(&lines).into(),
    };
    let mut outbound = Outbound::media(wanted.chat, OutKind::Document, file);
    if let Outbound::Media { caption_html, no_type_detection, .. } = &mut outbound {
        *caption_html = Some(caption);
        *no_type_detection = true;
    }
    if let Err(trouble) = parts.sender.send(&outbound, chat::Urgency::Normal).await {
        if let Some(outcome) = chat::later(&trouble, claim) {
            return Ok(outcome);
        }
        tracing::warn!(?trouble, job.id = claim.id, "a file of the ledger was not taken");
    }
    let mut connection = parts.pool.acquire().await?;
    let _stale = queue::store::complete(&mut connection, claim).await?;
    Ok(Outcome::Done)
}

fn csv(lines: &[Line]) -> String {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        let user = line.user_id.map(|user| user.to_string()).unwrap_or_default();
        let at = line.at.unix_timestamp();
        let at = time::OffsetDateTime::from_unix_timestamp(at).unwrap_or(line.at);
        let at = format!("{} {:02}:{:02}:{:02}Z", at.date(), at.hour(), at.minute(), at.second());
        let fields = [
            at.as_str(),
            &line.kind,
            &line.debit,
            &line.credit,
            &line.amount_kop.to_string(),
            &user,
            line.code.as_deref().unwrap_or_default(),
            &line.actor,
            line.reason.as_deref().unwrap_or_default(),
            &line.operation,
        ]
        .map(field);
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    text
}

/// A field in quotes; what a spreadsheet would take for a formula is defused.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_neither_broken_nor_taken_for_a_formula() {
        assert_eq!(field("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(field("=1+1"), "\"'=1+1\"");
    }
}
