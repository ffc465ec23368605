use catalog::{Catalog, Language};
use figures::{
    Bucket, Failure, Figures, ModelFigures, Money, Orders, People, Period, Queue, Report, Source,
    Span, Spread, Times,
};
use time::OffsetDateTime;
use time::macros::datetime;

use super::numbers::{paragraphs, title};
use super::words::Words;
use super::{Picture, files, pictures};
use crate::texts::Key;

const NOW: OffsetDateTime = datetime!(2026-11-18 12:40 UTC);

fn spread(half_ms: i64, most_ms: i64) -> Spread {
    Spread { count: 90, half_ms, most_ms }
}

/// A shop that does well.
fn shop() -> Figures {
    let model = |model: &str, orders: i64, revenue_kop| ModelFigures {
        model: model.to_owned(),
        orders,
        done: orders - 2,
        failed: 2,
        revenue_kop,
        cost_kop: revenue_kop / 2,
    };
    let failure = |class: &str, orders| Failure {
        class: class.to_owned(),
        orders,
        example: "K7QX2M4P".to_owned(),
    };
    Figures {
        orders: Orders {
            placed: 1_240,
            done: 1_150,
            failed: 62,
            cancelled: 18,
            open: 10,
            free: 95,
        },
        money: Money {
            taken_kop: 2_345_650,
            taken_bonus_kop: 340_000,
            refunded_kop: 12_000,
            paid_orders: 1_055,
            cost_kop: 1_167_300,
            unpaid_cost_kop: 21_000,
            topups_kop: 2_100_000,
            topups: 84,
            paybacks_kop: 30_000,
            gifts_kop: 160_000,
        },
        people: People { new: 312, new_ordered: 140, new_paid: 51, buyers: 402, first_time: 150 },
        models: vec![
            model("google/nano-banana", 420, 159_600),
            model("kling-3.0/video", 210, 1_250_000),
            model("a/model-that-is-gone-and-had-a-very-long-name-indeed", 77, 4_000),
            model("z-image", 60, 22_000),
        ],
        failures: vec![failure("content", 31), failure("temporary", 22), failure("too_late", 9)],
        sources: vec![
            Source { source: Some("spring".to_owned()), people: 200 },
            Source { source: None, people: 112 },
        ],
        times: Times {
            waiting: spread(1_400, 9_700),
            answering: spread(640, 2_100),
            making: spread(43_000, 412_000),
            whole: spread(52_000, 7_890_000),
        },
    }
}

/// A period of that shop, as it stands now.
fn report(span: Span, now: Figures) -> Report {
    let period = Period::at(span, NOW);
    let mut from = period.from();
    let mut buckets = Vec::new();
    for index in 0..i64::try_from(period.parts()).unwrap() {
        let part = if from < NOW { 20 + (index * 37) % 41 } else { 0 };
        buckets.push(Bucket {
            from,
            orders: part,
            done: part * 8 / 10,
            failed: part / 10,
            revenue_kop: part * 1_890,
            cost_kop: part * 940,
            topups_kop: part * 1_700,
            new: part / 4,
            first_time: part / 7,
            returning: part / 3,
            waiting_ms: part * 60,
            making_ms: part * 1_100,
        });
        from += if span == Span::Day { time::Duration::HOUR } else { time::Duration::DAY };
    }
    let mut before = now.clone();
    before.orders.placed = 1_100;
    before.money.taken_kop = 2_600_000;
    before.people.new = 0;
    let until = NOW.min(period.to());
    let queue = Queue { open_orders: 10, due: 3, oldest_ms: 800, dead: 0 };
    Report { period, until, now, before, buckets, queue }
}

fn said(language: Language, report: &Report) -> String {
    let catalog = Catalog::builtin().unwrap();
    let words = Words::new(&catalog, language);
    let mut told = vec![title(words, Key::ScreenStatistics, report)];
    told.extend(paragraphs(words, report));
    told.join("\n\n").replace('\u{a0}', " ")
}

#[test]
fn the_figures_are_told_in_both_languages() {
    let ru = said(Language::Ru, &report(Span::Week, shop()));
    for words in [
        "Статистика: 16–22 ноября 2026</b>\nДанные на 15:40",
        "Заказы: <b>1 240</b> ▲ 13 % (готово 1 150, не вышло 62, отменено 18, в работе 10, бесплатных 95)",
        "Не вышло 5 %",
        "• запрещённое содержание: 31, например <code>K7QX2M4P</code>",
        "Выручка: <b>23 336,50 ₽</b> ▼ 10 %, из неё бонусами 3 400 ₽",
        "Маржа: <b>11 663,50 ₽</b> (50 %)",
        "Средний заказ: 22,23 ₽. Возвращено 120 ₽, подарено бонусов 1 600 ₽",
        "Пополнения: 21 000 ₽ (платежей 84), возвраты платежей 300 ₽",
        "Новые люди: <b>312</b>\n",
        "Заказывали: 402 (впервые 150, снова 252)",
        "Из новых заказали 140 (45 %), пополнили счёт 51 (16 %)",
        "Откуда новые: spring 200, сами 112",
        "• Nano Banana: 420, не вышло 2, маржа 798 ₽",
        "• ответ поставщика: 0,6 с / 2,1 с",
        "• весь заказ: 52 с / 2 ч 11 мин",
    ] {
        assert!(ru.contains(words), "{words:?} is not in\n{ru}");
    }
    let en = said(Language::En, &report(Span::Month, shop()));
    for words in ["Statistics: November 2026", "Revenue: <b>23 336,50 ₽</b>", "0.6 s / 2.1 s"] {
        assert!(en.contains(words), "{words:?} is not in\n{en}");
    }
    assert!(said(Language::Ru, &report(Span::Day, shop())).contains("18 ноября 2026"));
}

#[test]
fn an_empty_shop_is_told_without_numbers_that_are_none() {
    let empty = report(Span::Day, Figures::default());
    for language in Language::ALL {
        let told = said(language, &empty);
        assert!(!told.contains("()") && !told.contains("NaN"), "{told}");
        assert_eq!(told.lines().count(), 12, "{told}");
    }
}

#[test]
fn every_picture_is_painted_in_both_languages_with_its_words() {
    let catalog = Catalog::builtin().unwrap();
    for language in Language::ALL {
        let words = Words::new(&catalog, language);
        for span in Span::ALL {
            for picture in Picture::ALL {
                let svg = pictures::svg(words, &report(span, shop()), picture);
                assert!(svg.contains(&words.word(pictures::title(picture))), "{svg}");
                if span == Span::Week {
                    let painted = figures::png(&svg).unwrap();
                    assert!(painted.len() > 10_000, "{picture:?} has {} bytes", painted.len());
                }
            }
        }
        let svg = pictures::svg(words, &report(Span::Day, Figures::default()), Picture::Models);
        assert!(svg.contains(&words.word(Key::FieldChartEmpty)), "{svg}");
    }
}

#[test]
fn files_hold_every_day_and_the_page_needs_no_other_file() {
    let catalog = Catalog::builtin().unwrap();
    let month = report(Span::Month, shop());
    let csv = files::csv(&month);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 19, "{csv}");
    assert!(lines[0].starts_with("from,orders,done,failed,revenue_kop"), "{csv}");
    assert_eq!(lines[1], "2026-11-01,20,16,2,37800,18800,19000,34000,5,2,6,1200,22000");
    assert!(lines[18].starts_with("2026-11-18,"), "{csv}");
    for language in Language::ALL {
        let page = files::html(Words::new(&catalog, language), &month);
        assert_eq!(page.matches("<svg").count(), 6);
        assert!(!page.contains("src=") && !page.contains("href="), "{page}");
        let outside = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http"), "nothing is fetched");
        assert_eq!(page.matches("<tr>").count(), 1 + 18 + 1 + 4);
        for open in ["table", "tr", "td", "th", "p", "h2", "figure", "b", "code"] {
            let (opened, closed) = (format!("<{open}>"), format!("</{open}>"));
            let opened = page.matches(&opened).count() + page.matches(&format!("<{open} ")).count();
            assert_eq!(opened, page.matches(&closed).count(), "{open}");
        }
    }
    assert_eq!(files::name(month.period), "report-2026-11");
}
