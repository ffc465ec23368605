//! The book of all screens: one file to be read in a browser.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use catalog::{Catalog, Language};
use chat::Leaf;
use clock::Clock;

use crate::compose;

/// Writes all screens of both languages into one file; answers how many there are.
pub(crate) fn write(file: &Path, clock: &Clock) -> anyhow::Result<usize> {
    let catalog = Arc::new(Catalog::builtin()?);
    let settings = [("SUPPORT_TELEGRAM".to_owned(), "support".to_owned())];
    let desk = compose::example(&settings.into(), catalog)?;
    let mut page = String::from(HEAD);
    let mut count = 0;
    for language in Language::ALL {
        let leaves = chat::book(&desk, language, clock.now());
        count += leaves.len();
        write!(page, "<h1>{} · {}</h1><main>", language.code(), leaves.len())?;
        for leaf in &leaves {
            put(&mut page, leaf)?;
        }
        page.push_str("</main>");
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(file, page).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(count)
}

fn put(page: &mut String, leaf: &Leaf) -> std::fmt::Result {
    let title = telegram::escape_html(&leaf.title);
    let text = leaf.html.replace('\n', "<br>");
    write!(page, "<article><h2>{title}</h2><p>{text}</p>")?;
    for row in &leaf.rows {
        page.push_str("<div>");
        for (label, opens) in row {
            let mark = if *opens { " ↗" } else { "" };
            write!(page, "<span>{}{mark}</span>", telegram::escape_html(label))?;
        }
        page.push_str("</div>");
    }
    page.push_str("</article>\n");
    Ok(())
}

const HEAD: &str = "<!doctype html><html><head><meta charset=\"utf-8\"><title>kiebot</title><style>
body{font:15px/1.4 system-ui,sans-serif;background:#dfe6ec;margin:1rem}
main{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
article{width:22rem;background:#fff;border-radius:.8rem;padding:.8rem}
h2{font-size:.8rem;color:#789;margin:0 0 .5rem;overflow-wrap:anywhere}
p{margin:0 0 .6rem;overflow-wrap:anywhere}
div{display:flex;gap:.3rem;margin-top:.3rem}
span{flex:1;background:#e8f1fa;border-radius:.4rem;padding:.35rem;text-align:center;font-size:.85rem}
</style></head><body>\n";
