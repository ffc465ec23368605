//! The shop in figures: looked at from the phone, and told by the clock.

use std::time::Duration;

use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

const HOUR: Duration = Duration::from_secs(3_600);

/// Anna gets a picture, Boris gets nothing, and the operator looks on.
async fn a_day(world: &World) -> Person<'_> {
    let (anna, boris) = (world.person("Анна"), world.person("Борис"));
    let operator = world.operator().await;
    operator.screen();
    anna.orders("Кот").await;
    world.advance(Duration::from_secs(2)).await;
    world.succeeds().await;
    anna.receives(MediaKind::Photo, 1);
    anna.screen();
    boris.orders("Пёс").await;
    world.fails("422", "content policy violation: nsfw").await;
    boris.screen();
    operator
}

#[tokio::test]
async fn the_operator_sees_the_day_the_week_and_the_month_in_numbers_and_pictures() {
    story(async |world| {
        let operator = a_day(world).await;
        operator.sends("/admin").await.taps("📊 Статистика").await;
        let day = operator.screen();
        for words in [
            "Статистика: 2 марта 2026",
            "Данные на 12:00",
            "Заказы: 2 (готово 1, не вышло 1, отменено 0, в работе 0, бесплатных 0)",
            "Не вышло 50 %",
            "запрещённое содержание: 1",
            "Выручка: 3,80 ₽, из неё бонусами 3,80 ₽",
            "Расход: 1,90 ₽, из него никем не оплачено 0 ₽. Маржа: 1,90 ₽ (50 %)",
            "Средний заказ: 3,80 ₽",
            "подарено бонусов 600 ₽",
            "Новые люди: 3",
            "Заказывали: 2 (впервые 2, снова 0)",
            "Из новых заказали 2 (67 %), пополнили счёт 0 (0 %)",
            "Nano Banana: 2, не вышло 1",
            "работа поставщика:",
            "Сейчас: заказов в работе 0",
        ] {
            assert!(day.contains(words), "{words:?} is not in\n{day}");
        }
        operator.taps("За неделю").await.sees("2–8 марта 2026").sees("Заказы: 2");
        operator.taps("◀️ Раньше").await.sees("23 февраля – 1 марта 2026").sees("Заказы: 0");
        operator.taps("Позже ▶️").await.sees("2–8 марта 2026");
        operator.taps("За месяц").await.sees("март 2026");

        for (number, button) in
            ["📈 Заказы", "💰 Деньги", "👥 Люди", "🎛 Модели", "🧯 Ошибки", "⏱ Время"]
                .into_iter()
                .enumerate()
        {
            operator.taps(button).await.sees("Готовим, сейчас пришлём");
            let picture = operator.receives(MediaKind::Photo, number + 1).pop().unwrap();
            assert!(picture.text.contains("март 2026"), "{}", picture.text);
            assert!(picture.media.unwrap().bytes.starts_with(b"\x89PNG"), "{button}");
        }
        operator.taps("📄 Отчёт файлами").await.sees("Готовим, сейчас пришлём");
        let files = operator.receives(MediaKind::Document, 2);
        let names: Vec<_> = files.iter().map(|file| file.text.clone()).collect();
        assert!(names[0].contains("откройте в браузере"), "{names:?}");
        assert!(names[1].contains("для таблицы"), "{names:?}");
        let texts: Vec<_> = files
            .into_iter()
            .map(|file| String::from_utf8(file.media.unwrap().bytes.to_vec()).unwrap())
            .collect();
        assert!(texts[0].contains("Отчёт: март 2026") && texts[0].contains("Nano Banana"));
        assert!(texts[1].contains("\n2026-03-02,2,1,1,380,190,190,0,3,2,0,"), "{}", texts[1]);
        operator.screen();
    })
    .await;
}

#[tokio::test]
async fn the_digest_comes_once_a_day_at_the_hour_that_the_operator_sets() {
    story(async |world| {
        let operator = a_day(world).await;
        assert_eq!(world.keeps_reports().await, 0, "yesterday there was no shop");
        world.advance(HOUR * 20).await;
        assert_eq!(world.keeps_reports().await, 0, "it is eight in the morning");
        world.advance(HOUR).await;
        assert_eq!(world.keeps_reports().await, 1);
        operator
            .sees("Сводка: 2 марта 2026")
            .sees("Выручка: 3,80 ₽")
            .sees("Расхождений: 0")
            .taps("📊 Статистика")
            .await
            .sees("Статистика: 2 марта 2026");
        world.advance(HOUR).await;
        world.restarts().await;
        assert_eq!(world.keeps_reports().await, 0, "it was sent");

        operator.sends("/admin").await.taps("⚙️ Настройки").await.taps("Сводка дня").await;
        operator.sees("Сейчас: 9").taps("✏️ Изменить").await;
        operator.sends("25").await.sees("не подходит");
        operator.sends("7").await.sees("Сейчас: 7");
        world.advance(HOUR * 21).await;
        assert_eq!(world.keeps_reports().await, 1);
        operator.sees("Сводка: 3 марта 2026").sees("Заказы: 0").sees("Расхождений: 0");
        operator.sends("/admin").await.taps("⚙️ Настройки").await.taps("Сводка дня").await;
        operator.taps("✏️ Изменить").await.sends("24").await.sees("Сейчас: 24");
        world.advance(HOUR * 30).await;
        assert_eq!(world.keeps_reports().await, 0, "it is switched off");
    })
    .await;
}

#[tokio::test]
async fn the_report_of_a_month_comes_on_the_first_with_a_picture_and_files() {
    story(async |world| {
        let operator = a_day(world).await;
        // The first of April, nine in the morning.
        world.advance(HOUR * (29 * 24 + 21)).await;
        assert_eq!(world.keeps_reports().await, 2);
        operator.sees("Сводка: 31 марта 2026").sees("Отчёт: март 2026").sees("Выручка: 3,80 ₽");
        let picture = operator.receives(MediaKind::Photo, 1).remove(0);
        assert!(picture.text.contains("Деньги · март 2026"), "{}", picture.text);
        operator.receives(MediaKind::Document, 2);
        assert_eq!(world.keeps_reports().await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_digest_says_where_the_books_disagree() {
    story(async |world| {
        let operator = a_day(world).await;
        let spoil = "update wallets set held_kop = held_kop + 5 where world = 'real'
                     and user_id = (select min(user_id) from wallets)";
        sqlx::query(spoil).execute(world.pool()).await.unwrap();
        world.advance(HOUR * 24).await;
        assert_eq!(world.keeps_reports().await, 1);
        operator.sees("⚠️ Расхождений:").sees("kiebot ledger audit");
        let mend = "update wallets set held_kop = 0";
        sqlx::query(mend).execute(world.pool()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_report_that_telegram_does_not_take_at_once_comes_later() {
    story(async |world| {
        let operator = a_day(world).await;
        operator.sends("/admin").await.taps("📊 Статистика").await;
        let fault = sandbox::telegram::Fault::Flood(3);
        world.telegram().next_call("sendPhoto", &fault, 1);
        operator.taps("💰 Деньги").await;
        operator.receives(MediaKind::Photo, 0);
        world.advance(Duration::from_secs(5)).await;
        operator.receives(MediaKind::Photo, 1);
        operator.screen();
    })
    .await;
}
