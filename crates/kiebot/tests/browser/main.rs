//! The demo as a person sees it: the real program, a real browser of the size of a phone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod demo;
mod driver;
mod phone;

use std::time::Duration;

use crate::demo::Demo;
use crate::driver::Browser;
use crate::phone::Phone;

/// Everything together: a start, an order, an end.
const WHOLE: Duration = Duration::from_secs(180);

/// What the program promises for its end.
const STOP: Duration = Duration::from_secs(30);

#[tokio::test]
async fn anna_orders_a_picture_in_the_browser_and_the_demo_ends_without_a_trace() {
    // Another test of this program may have done it; there is nothing else to choose.
    rustls::crypto::ring::default_provider().install_default().ok();
    tokio::time::timeout(WHOLE, told()).await.expect("the story takes too long");
}

async fn told() {
    let mut demo = Demo::start().await;
    assert!(demo.processes().iter().any(|command| command.contains("postgres")));
    assert!(demo.has_database(), "the database is not in the folder of the demo");
    let phone = Phone { browser: Browser::open(&demo.url).await };

    tokio::select! {
        () = anna_orders(&phone) => {}
        status = demo.ends() => panic!("the demo ended in the middle of the story: {status}"),
    }

    let complaints = phone.browser.complaints().await;
    assert!(complaints.is_empty(), "the console of the browser:\n{}", complaints.join("\n"));

    // The page is still open, and its stream of events with it.
    demo.terminate();
    let status = tokio::time::timeout(STOP, demo.ends()).await.expect("the demo does not end");
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(!demo.has_database(), "postmaster.pid is still there");
    let left = demo.processes();
    assert!(left.is_empty(), "still running:\n{}", left.join("\n"));
    let complaints = demo.complaints();
    assert!(complaints.is_empty(), "the log of the demo:\n{}", complaints.join("\n"));

    phone.sees("[data-testid=offline]").await;
    phone.browser.close().await;
}

async fn anna_orders(phone: &Phone) {
    phone.becomes("Анна").await;
    phone.taps_part("[data-testid=start]").await;
    phone.reads("Здравствуйте, Анна").await;
    phone.screenshot("1-menu").await;
    phone.taps("🖼 Картинка").await;
    phone.reads("Выберите, чем создавать").await;
    phone.screenshot("2-shelf").await;
    phone.taps("Seedream 3.0").await;
    phone.reads("Обычно готово").await;
    phone.screenshot("3-card").await;
    phone.taps("✨ Создать").await;
    phone.reads("Опишите словами").await;
    phone.screenshot("4-question").await;
    phone.says("Рыжий кот в очках читает газету на веранде").await;

    let order = phone.reads("Проверьте заказ").await;
    assert!(order.contains("Рыжий кот в очках читает газету на веранде"), "{order}");
    let price = between(&order, "Цена ", "\n");
    let left = between(&order, "останется ", ".");
    phone.screenshot("5-confirmation").await;
    phone.taps(&format!("✅ Запустить за {price}")).await;
    phone.reads("Взяли в работу").await;
    phone.screenshot("6-in-work").await;

    // The emulated KIE ends the task by itself.
    let picture = phone.receives_picture("Списано").await;
    assert!(picture.width > 0 && picture.height > 0, "{picture:?}");
    assert!(picture.text.contains(&format!("Списано {price} · баланс {left}")), "{picture:?}");
    phone.screenshot("7-result").await;

    phone.chooses("🏠 Меню").await;
    phone.reads("Главное меню").await;
    phone.screenshot("8-menu").await;
    phone.taps("🧾 История").await;
    let history = phone.reads("🧾 История").await;
    assert!(history.contains("Seedream 3.0"), "{history}");
    assert!(history.contains(&format!("готово · списано {price}")), "{history}");
    phone.screenshot("9-history").await;

    phone.chooses("🏠 Меню").await;
    phone.reads("Главное меню").await;
    phone.taps("💳 Баланс").await;
    let balance = phone.reads("Последние движения").await;
    assert!(balance.contains(&format!("Баланс {left}")), "{balance}");
    assert!(balance.contains(&format!("заказ · −{price}")), "{balance}");
    assert!(!balance.contains("списано"), "the hold was the only change: {balance}");
    phone.screenshot("10-balance").await;

    phone.taps_part(".chat [data-action=kie]").await;
    phone.sees("[data-testid=kie-task][data-state=success]").await;
    phone.screenshot("11-kie").await;
    phone.taps_part("#kie-close").await;
    phone.loses("[data-testid=kie-panel]").await;
}

/// What stands in a text after one piece and before another.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no «{before}» in {text}")).1;
    rest.split_once(after).map_or(rest, |(found, _)| found).trim()
}
