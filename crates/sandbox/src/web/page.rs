//! The embedded page.

use axum::Router;
use axum::http::header;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Scripts come from the page's own files only: a text that slipped through the escaping still
/// could not run.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// Path, content type, content.
pub(super) const PAGE: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/app.js", SCRIPT, include_str!("page/app.js")),
    ("/chat.js", SCRIPT, include_str!("page/chat.js")),
    ("/kie.js", SCRIPT, include_str!("page/kie.js")),
    ("/message.js", SCRIPT, include_str!("page/message.js")),
    ("/ui.js", SCRIPT, include_str!("page/ui.js")),
    ("/view.js", SCRIPT, include_str!("page/view.js")),
    ("/style.css", STYLE, include_str!("page/style.css")),
];

pub(super) fn routes() -> Router {
    PAGE.into_iter().fold(Router::new(), |router, (path, kind, content)| {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        router.route(path, get(move || async move { (headers, content) }))
    })
}
