//! The demo as a person sees it: the real program, a real browser of the size of a phone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod demo;
mod driver;
mod phone;

use std::time::Duration;

use serde_json::json;

use crate::demo::Demo;
use crate::driver::Browser;
use crate::phone::Phone;

/// Everything together: a start, an order, an end.
const WHOLE: Duration = Duration::from_secs(180);

#[tokio::test]
async fn anna_orders_a_picture_in_the_browser_and_the_demo_ends_without_a_trace() {
    // Another test of this program may have done it; there is nothing else to choose.
    rustls::crypto::ring::default_provider().install_default().ok();
    tokio::time::timeout(WHOLE, told()).await.expect("the story takes too long");
}

async fn told() {
    let mut demo = Demo::start().await;
    let database = demo.database().expect("the demo has a private PostgreSQL");
    let phone = Phone { browser: Browser::open(&demo.url).await };

    anna_orders(&phone).await;

    let complaints = phone.browser.complaints().await;
    assert!(complaints.is_empty(), "the console of the browser:\n{}", complaints.join("\n"));

    // The page is still open, and its stream of events with it.
    demo.terminate();
    let status = demo.end().await;
    assert_eq!(status.code(), Some(0), "{status}");
    assert_eq!(demo.database(), None, "postmaster.pid is still there");
    let left = demo.left_behind();
    assert!(left.is_empty(), "still running (PostgreSQL was {database}):\n{}", left.join("\n"));
    let complaints = demo.complaints();
    assert!(complaints.is_empty(), "the log of the demo:\n{}", complaints.join("\n"));

    let look = "return document.querySelector('[data-testid=\"offline\"]').checkVisibility()";
    phone.browser.waits_for("the word that the demo is gone", look, json!([])).await;
    phone.browser.close().await;
}

async fn anna_orders(phone: &Phone) {
    phone.becomes("Анна").await;
    phone.taps_part("start").await;
    phone.reads("Здравствуйте, Анна").await;
    phone.screenshot("1-menu").await;
    phone.taps("🖼 Картинка").await;
    phone.reads("Выберите, чем создавать").await;
    phone.screenshot("2-shelf").await;
    phone.taps("Z-Image").await;
    phone.reads("Обычно готово").await;
    phone.screenshot("3-card").await;
    phone.taps("✨ Создать").await;
    phone.reads("Сейчас").await;
}
