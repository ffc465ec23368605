//! What the operators hear about the catalogue.

use outbox::CatalogueNews;

use crate::render::Pen;
use crate::screen::one_line;
use crate::texts::{Arg, Key};

/// So many models of a kind are named.
const NAMED: usize = 8;

/// The news in words.
pub(super) fn news(pen: &Pen<'_>, news: &CatalogueNews) -> String {
    match news {
        CatalogueNews::Unreachable { reason } => pen
            .say(Key::NoticeAlertCatalogueUnreachable, &[("reason", one_line(reason, 300).into())]),
        CatalogueNews::Compared { found } => {
            pen.say(Key::NoticeAlertCatalogueCompared, &[("count", Arg::Number((*found).into()))])
        }
        CatalogueNews::Changes { applied, added, changed, gone, returned, repriced, unclear } => {
            let title = match applied {
                true => Key::NoticeAlertCatalogueApplied,
                false => Key::NoticeAlertCataloguePending,
            };
            let parts = [
                (Key::NoticeAlertCatalogueAdded, added),
                (Key::NoticeAlertCatalogueChanged, changed),
                (Key::NoticeAlertCatalogueGone, gone),
                (Key::NoticeAlertCatalogueReturned, returned),
                (Key::NoticeAlertCatalogueRepriced, repriced),
                (Key::NoticeAlertCatalogueUnclear, unclear),
            ];
            let lines = parts.into_iter().filter(|(_, models)| !models.is_empty());
            let lines =
                lines.map(|(key, models)| pen.say(key, &[("models", names(pen, models).into())]));
            std::iter::once(pen.say(title, &[])).chain(lines).collect::<Vec<_>>().join("\n")
        }
    }
}

fn names(pen: &Pen<'_>, models: &[String]) -> String {
    let shown: Vec<&str> = models.iter().take(NAMED).map(String::as_str).collect();
    let shown = shown.join(", ");
    let rest = models.len().saturating_sub(NAMED);
    if rest == 0 {
        return shown;
    }
    let rest = i64::try_from(rest).unwrap_or(i64::MAX);
    let args = [("models", shown.into()), ("rest", rest.into())];
    pen.texts.plain(Key::NoticeAlertCatalogueMore, &args)
}
