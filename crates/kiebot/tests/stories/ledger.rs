//! The operator looks through the money, by kinds and as a file for a spreadsheet.

use money::Rub;
use sandbox::telegram::MediaKind;

use crate::person::Person;
use crate::world::{World, story};

/// What a spreadsheet would run, were it not defused; one for each sign that begins a formula.
const REASONS: [&str; 4] =
    ["=HYPERLINK(\"http://evil.example\";\"x\")", "+7 900, звонила", "-1 не ошибка", "@SUM(A1)"];

/// Anna pays in 500 roubles, gets one picture, does not get another, and is credited by hand.
async fn a_day_of_money<'w>(world: &'w World, operator: Person<'w>) -> Person<'w> {
    let anna = world.person("=Анна");
    world.gives(anna, Rub::from_roubles(500)).await;
    anna.screen();
    anna.orders("Кот").await;
    world.succeeds().await;
    anna.receives(MediaKind::Photo, 1);
    anna.orders("Пёс").await;
    world.fails("422", "The input or output was flagged as sensitive.").await;
    anna.screen();
    operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
    operator.sends("=Анна").await.taps("=Анна").await;
    for (number, reason) in (1..).zip(REASONS) {
        operator.taps("➕ Начислить").await.sends(&format!("{number}0 {reason}")).await;
        operator.taps("✅ Да").await.sees("Сделано");
        anna.sees(&format!("На счёт зачислено {number}0 ₽"));
        operator.taps("⬅️ Назад").await.screen();
        operator.sends("/admin").await.taps("👤 Пользователи").await.taps("🔎 Искать").await;
        operator.sends("=Анна").await.taps("=Анна").await;
    }
    anna
}

#[tokio::test]
async fn each_filter_of_the_ledger_shows_its_kinds_and_the_sum_of_today() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        a_day_of_money(world, operator).await;
        operator.sends("/admin").await.taps("💳 Транзакции").await.sees("Транзакции: все");
        let kinds = ["пополнение", "списано", "возврат", "бонус", "правка", "расход"];
        for (filter, today, shown) in [
            ("пополнения", "Сегодня: 1 на 500 ₽", "пополнение"),
            ("списания", "Сегодня: 1 на 3,80 ₽", "списано"),
            ("возвраты", "Сегодня: 1 на 3,80 ₽", "возврат"),
            ("бонусы", "Сегодня: 2 на 400 ₽", "бонус"),
            ("правки", "Сегодня: 4 на 100 ₽", "правка"),
            ("расходы", "Сегодня: 1 на 1,90 ₽", "расход"),
        ] {
            operator.taps(filter).await.sees(&format!("Транзакции: {filter}")).sees(today);
            let screen = operator.screen();
            let listed = screen.lines().filter(|line| line.starts_with("02.03"));
            for line in listed {
                let of: Vec<_> = kinds.iter().filter(|kind| line.contains(**kind)).collect();
                assert_eq!(of, [&shown], "{filter}: {line}");
            }
            assert!(screen.contains(shown), "{screen}");
        }
    })
    .await;
}

/// The cells of a line of a file; every cell of a row is in quotes.
fn cells(line: &str) -> Vec<String> {
    let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap();
    inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
}

#[tokio::test]
async fn the_file_of_the_ledger_holds_every_row_and_no_formula() {
    story(async |world| {
        let operator = world.operator().await;
        operator.screen();
        a_day_of_money(world, operator).await;
        operator.sends("/admin").await.taps("💳 Транзакции").await;
        operator.taps("📄 Выгрузить файлом").await.sees("Готовим файл");
        let file = operator.receives(MediaKind::Document, 1).remove(0);
        let media = file.media.unwrap();
        assert!(media.name.unwrap().ends_with(".csv"));
        let text = String::from_utf8(media.bytes.to_vec()).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("at,kind,debit,credit,kopecks,user,order,actor,reason,operation")
        );
        let rows: Vec<Vec<String>> = lines.map(cells).collect();
        assert!(file.text.contains(&format!("строк {}", rows.len())), "{}", file.text);
        assert!(rows.iter().all(|row| row.len() == 10), "{text}");
        let of = |kind: &str| -> (usize, i64) {
            let rows: Vec<_> = rows.iter().filter(|row| row[1] == kind).collect();
            (rows.len(), rows.iter().map(|row| row[4].parse::<i64>().unwrap()).sum())
        };
        for (kind, count, kopecks) in [
            ("topup", 1, 50_000),
            ("bonus", 2, 40_000),
            ("hold", 2, 760),
            ("commit", 1, 380),
            ("release", 1, 380),
            ("cost", 1, 190),
            ("adjust", 4, 10_000),
        ] {
            assert_eq!(of(kind), (count, kopecks), "{kind}:\n{text}");
        }
        let reasons: Vec<&str> =
            rows.iter().filter(|row| row[1] == "adjust").map(|row| row[8].as_str()).rev().collect();
        assert_eq!(reasons, REASONS.map(|reason| format!("'{reason}")), "{text}");
        let formula = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!rows.iter().flatten().any(formula), "{text}");
        operator.screen();
    })
    .await;
}
